"""Writes on requests: drafts, sending, links, what is added later, answers. Each is one transaction."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.utils import timezone

from troubleshoot.core import limits
from troubleshoot.core.keys import hashed, key_of, nonce
from troubleshoot.core.office import office
from troubleshoot.core.typed import new_reference
from troubleshoot.flows.model import Topic
from troubleshoot.mail.models import OutgoingMail
from troubleshoot.mail.outbox import enqueue
from troubleshoot.tickets.models import DONE, Draft, Entry, Link, LinkWish, State, Ticket
from troubleshoot.tickets.sheet import FactSheet, sheet_to_json


def answer_due(start: datetime) -> datetime:
    """When an answer is promised to what came in at `start`."""
    return office().after(start, timedelta(hours=settings.ANSWER_WITHIN_HOURS))


def owner_of(topic: Topic) -> str:
    """Who answers a topic."""
    return settings.TICKET_OWNERS.get(topic.value, settings.SITE_OFFICE)


def takes(topic: Topic) -> bool:
    """Whether the desk takes requests on a topic."""
    return topic.value not in settings.TICKET_TOPICS_OFF


# Drafts.


def begin(*, token: str, path: str, sheet: FactSheet) -> Draft:
    """The draft of a form; the form sent once more is the same draft, with what it says now."""
    stored = sheet_to_json(sheet)
    values = {"path": path, "sheet": stored, "created_at": timezone.now()}
    draft, is_new = Draft.objects.get_or_create(token=token, defaults=values)
    if not is_new and draft.ticket_id is None:
        change(draft, sheet)
    return draft


def change(draft: Draft, sheet: FactSheet) -> None:
    draft.sheet = sheet_to_json(sheet)
    Draft.objects.filter(pk=draft.pk, ticket__isnull=True).update(sheet=draft.sheet)


def send(draft_id: str, *, language: str, network: str) -> Ticket:
    """Turn a draft into a request and queue its first mail. Sent twice, it is the same request."""
    with transaction.atomic():
        draft = Draft.objects.select_for_update().get(pk=draft_id)
        if draft.ticket is not None:
            return draft.ticket
        now = timezone.now()
        before = limits.count("request", network, now=now) - settings.REQUESTS_AN_HOUR
        ticket = _make(draft, now, language=language, is_held=before > 0)
        first = Entry.objects.create(ticket=ticket, kind=Entry.Kind.SENT, created_at=now)
        draft.pictures.update(draft=None, ticket=ticket, entry=first)
        # Its words stand on the request now; the draft remembers only what it became.
        Draft.objects.filter(pk=draft.pk).update(ticket=ticket, sheet={})
        _mail_first_link(ticket, wait=timedelta(minutes=max(before, 0)))
    return ticket


def _make(draft: Draft, now: datetime, *, language: str, is_held: bool) -> Ticket:
    sheet = draft.facts
    values = {
        "submission": draft.pk,
        "language": language,
        "topic": sheet.topic.value,
        "name": sheet.facts["name"],
        "authority": sheet.facts["authority"],
        "email": sheet.facts["email"],
        "user_id": sheet.facts.get("user_id", ""),
        "sheet": {**draft.sheet, "pictures": draft.pictures.count()},
        "path": draft.path,
        "is_held": is_held,
        "created_at": now,
        "due_at": answer_due(now),
        "keep_until": keep_until(now),
    }
    while True:
        try:
            with transaction.atomic():
                return Ticket.objects.create(reference=new_reference(), **values)
        except IntegrityError:  # a reference given out already
            if Ticket.objects.filter(submission=draft.pk).exists():
                raise


def keep_until(now: datetime) -> date:
    """The day on which something last written at `now` is deleted."""
    return timezone.localdate(now) + timedelta(days=settings.TICKET_KEEP_DAYS)


# Links.


def _mail_first_link(ticket: Ticket, *, wait: timedelta = timedelta()) -> None:
    """The mail that asks to confirm. One address gets a few a day; what is over goes out the day after."""
    used = limits.count("first-mail", ticket.email)
    if max(used, limits.used_today("first-mail", ticket.email)) > settings.UNCONFIRMED_MAILS_A_DAY:
        wait = max(wait, limits.DAY)
    _mail(ticket, "ticket_confirm", due_at=timezone.now() + wait)


def first_mail_waits(ticket: Ticket) -> bool:
    """Whether the mail that asks to confirm is held back for a while."""
    soon = timezone.now() + timedelta(minutes=5)
    return OutgoingMail.objects.filter(about=ticket.about, sent_at__isnull=True, due_at__gt=soon).exists()


def _mail(ticket: Ticket, template: str, *, due_at: datetime | None = None, **more: object) -> None:
    """Queue a mail with a new private link."""
    seed, now = nonce(), timezone.now()
    Link.objects.create(
        ticket=ticket,
        key_hash=hashed(key_of(seed)),
        sent_to=ticket.email,
        created_at=now,
        expires_at=now + timedelta(days=settings.LINK_DAYS),
    )
    context = {"ticket": ticket, **more}
    enqueue(
        template,
        context,
        to=ticket.email,
        language=ticket.language,
        about=ticket.about,
        nonce=seed,
        due_at=due_at,
    )


def find_link(key: str) -> Link | None:
    return Link.objects.select_related("ticket").filter(key_hash=hashed(key)).first()


@transaction.atomic
def confirm(link: Link) -> Ticket | None:
    """The owner of the mailbox opened the link: the request is confirmed, and its time begins.

    None where the link was ended meanwhile, by a corrected address say.
    """
    ticket = Ticket.objects.select_for_update().get(pk=link.ticket_id)
    if not Link.objects.get(pk=link.pk).is_valid:
        return None
    if not ticket.is_confirmed:
        now = timezone.now()
        ticket.confirmed_at, ticket.confirmed_email = now, link.sent_to
        if ticket.state == State.NEW:
            ticket.due_at = answer_due(now)
        ticket.keep_until = keep_until(now)
        ticket.save(update_fields=["confirmed_at", "confirmed_email", "due_at", "keep_until"])
        Entry.objects.create(ticket=ticket, kind=Entry.Kind.CONFIRMED, created_at=now)
    return ticket


def wish_link(reference: str, email: str) -> None:
    """Note that somebody wants a new link; the worker answers (`mail_wished_links`), so the page cannot tell."""
    LinkWish.objects.create(reference=reference, email=email)


@transaction.atomic
def grant_link(wish: LinkWish) -> bool:
    """Mail a new link where reference and address belong together, three times a day. The former ones stay good:
    whoever knows both could else shut her out."""
    LinkWish.objects.filter(pk=wish.pk).delete()
    ticket = Ticket.objects.filter(reference=wish.reference, email__iexact=wish.email).first()
    if ticket is None:
        return False
    used = limits.count("new-link", ticket.reference)
    if max(used, limits.used_today("new-link", ticket.reference)) > settings.LINKS_A_DAY:
        return False
    Entry.objects.create(ticket=ticket, kind=Entry.Kind.LINK, created_at=timezone.now())
    _mail(ticket, "ticket_link")
    return True


def revoke_links(ticket: Ticket) -> int:
    """End every private link of a request; how many there were."""
    return ticket.links.filter(revoked_at__isnull=True).update(revoked_at=timezone.now())


@transaction.atomic
def correct_address(ticket: Ticket, email: str) -> bool:
    """A mistyped address, corrected before anybody confirmed it: the links to the wrong one end."""
    ticket = Ticket.objects.select_for_update().get(pk=ticket.pk)
    if ticket.is_confirmed:
        return False
    revoke_links(ticket)
    ticket.email = email
    ticket.sheet = {**ticket.sheet, "facts": {**ticket.sheet["facts"], "email": email}}
    ticket.save(update_fields=["email", "sheet"])
    Entry.objects.create(ticket=ticket, kind=Entry.Kind.ADDRESS, created_at=timezone.now())
    _mail_first_link(ticket)
    return True


# What she does with her request.


@transaction.atomic
def add_fact(ticket: Ticket, text: str, *, submission: str | None = None) -> Entry:
    """Something she adds, with the pictures that wait for it; a solved request is opened again by it.

    submission: of the form; sent once more, it is the entry there is.
    """
    ticket = Ticket.objects.select_for_update().get(pk=ticket.pk)
    if (known := _known(ticket, submission)) is not None:
        return known
    if ticket.is_done:
        _set_state(ticket, State.OPEN, kind=Entry.Kind.REOPENED)
    state = State.NEW if ticket.state == State.NEW else State.OPEN
    entry = _set_state(ticket, state, kind=Entry.Kind.FACT, text=text, submission=submission)
    ticket.pictures.filter(entry__isnull=True).update(entry=entry)
    return entry


@transaction.atomic
def close_as_solved(ticket: Ticket) -> None:
    ticket = Ticket.objects.select_for_update().get(pk=ticket.pk)
    if not ticket.is_done:
        _set_state(ticket, State.SOLVED, kind=Entry.Kind.SOLVED)


@transaction.atomic
def reopen(ticket: Ticket) -> bool:
    """Open a solved request again; False where it is too late for that."""
    ticket = Ticket.objects.select_for_update().get(pk=ticket.pk)
    if not ticket.may_be_reopened:
        return False
    _set_state(ticket, State.OPEN, kind=Entry.Kind.REOPENED)
    return True


# What the reviewer does.


@transaction.atomic
def answer(ticket: Ticket, text: str, *, by: AbstractBaseUser, submission: str | None = None) -> Entry:
    """An answer, on the request and by mail; it goes out whether the request is confirmed or not.

    submission: of the form; sent once more, it is the answer there is, and no second mail.
    """
    ticket = Ticket.objects.select_for_update().get(pk=ticket.pk)
    if (known := _known(ticket, submission)) is not None:
        return known
    state = State(ticket.state) if ticket.is_done else State.WAITING
    entry = _set_state(ticket, state, kind=Entry.Kind.ANSWER, text=text, by=by, submission=submission)
    _mail(ticket, "ticket_answer", text=text)
    return entry


def _known(ticket: Ticket, submission: str | None) -> Entry | None:
    """The entry a form has made already."""
    return ticket.history.filter(submission=submission).first() if submission else None


def _set_state(
    ticket: Ticket,
    state: State,
    *,
    kind: Entry.Kind,
    text: str = "",
    by: AbstractBaseUser | None = None,
    submission: str | None = None,
) -> Entry:
    """Add to the history, and move the request to `state`; an operator's word makes an answer due again."""
    now = timezone.now()
    was_done, ticket.state = ticket.is_done, state
    ticket.solved_at = (ticket.solved_at if was_done else now) if state in DONE else None
    if by is None and state == State.OPEN:
        ticket.due_at = answer_due(now)
    ticket.keep_until = keep_until(now)
    ticket.save(update_fields=["state", "solved_at", "due_at", "keep_until"])
    return Entry.objects.create(ticket=ticket, kind=kind, text=text, by=by, submission=submission, created_at=now)
