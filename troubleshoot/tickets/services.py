"""What people without an account write: drafts, sending, links, what is added later. Each is one transaction."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from troubleshoot.core import limits
from troubleshoot.core.keys import hashed, key_of, nonce
from troubleshoot.core.office import rules
from troubleshoot.core.typed import new_reference
from troubleshoot.flows.model import Topic
from troubleshoot.mail.models import OutgoingMail
from troubleshoot.mail.outbox import enqueue
from troubleshoot.tickets.fields import FIELDS
from troubleshoot.tickets.models import Draft, Entry, Link, LinkWish, StepSeen, Ticket
from troubleshoot.tickets.moves import add, answer_due, fingerprint, forget_identity, index_sheet, keep_until, move
from troubleshoot.tickets.replay import Seen
from troubleshoot.tickets.search import authority_key
from troubleshoot.tickets.sheet import FactSheet, sheet_to_json
from troubleshoot.tickets.states import State

#: Facts that are compared with the confirmed mailbox.
_ADDRESSES = frozenset({"imi_email", "eulogin_email", "old_email", "new_email"})


def owner_of(topic: str) -> str:
    """Who answers a topic, a value of `Topic`."""
    return rules().owners.get(str(topic), settings.SITE_OFFICE)


def takes(topic: Topic) -> bool:
    """Whether the desk takes requests on a topic."""
    return topic.value not in rules().topics_off


# Drafts.


def begin(*, token: str, path: str, sheet: FactSheet, seen: Iterable[Seen] = ()) -> Draft:
    """The draft of a form; the form sent once more is the same draft, with what it says now.

    seen: the steps she saw, in order; their words are kept once for all who saw them.
    """
    seen = list(seen)
    StepSeen.objects.bulk_create({step.digest: step.kept for step in seen}.values(), ignore_conflicts=True)
    values = {
        "path": path,
        "sheet": sheet_to_json(sheet),
        "replay": [step.as_json for step in seen],
        "created_at": timezone.now(),
    }
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
        first = add(ticket, Entry.Kind.SENT)
        draft.pictures.update(draft=None, ticket=ticket, entry=first)
        # Its words stand on the request now; the draft remembers only what it became.
        Draft.objects.filter(pk=draft.pk).update(ticket=ticket, sheet={}, replay=[])
        mail_first_link(ticket, wait=timedelta(minutes=max(before, 0)))
    return ticket


def _make(draft: Draft, now: datetime, *, language: str, is_held: bool) -> Ticket:
    sheet = replace(draft.facts, pictures=draft.pictures.count())
    return make(
        sheet,
        now,
        submission=draft.pk,
        language=language,
        is_held=is_held,
        path=draft.path,
        replay=draft.replay,
    )


def make(sheet: FactSheet, now: datetime, **values: Any) -> Ticket:
    """A request with this sheet, as it came at `now`, found by its words. values: further columns."""
    facts = sheet.facts
    values = {
        "topic": sheet.topic.value,
        "name": facts["name"],
        "authority": facts["authority"],
        "email": facts["email"],
        "user_id": facts.get("user_id", ""),
        "authority_key": authority_key(facts["authority"], facts["email"]),
        "sheet": sheet_to_json(sheet),
        "created_at": now,
        "due_at": answer_due(now),
        "keep_until": keep_until(now),
        **values,
    }
    while True:
        try:
            with transaction.atomic():
                ticket = Ticket.objects.create(reference=new_reference(), **values)
        except IntegrityError:  # a reference given out already
            if Ticket.objects.filter(submission=values["submission"]).exists():
                raise
        else:
            index_sheet(ticket)
            return ticket


# Links.


def mail_first_link(ticket: Ticket, *, wait: timedelta = timedelta()) -> None:
    """The mail that asks to confirm. One address gets a few a day; of what is over one goes out the day after."""
    used = limits.count("first-mail", ticket.email)
    if max(used, limits.used_today("first-mail", ticket.email)) > settings.UNCONFIRMED_MAILS_A_DAY:
        wait = max(wait, limits.DAY)
        held = OutgoingMail.objects.filter(to=ticket.email, sent_at=None, failed_at=None)
        if held.filter(due_at__gt=timezone.now() + limits.HOUR).exists():
            return  # one that waits already leads to the page where she asks for a link to this one
    mail_link(ticket, "ticket_confirm", due_at=timezone.now() + wait)


def first_mail_waits(ticket: Ticket) -> bool:
    """Whether the mail that asks to confirm is held back for a while, or was not even queued."""
    soon = timezone.now() + timedelta(minutes=5)
    return not OutgoingMail.objects.filter(about=ticket.about, due_at__lte=soon).exists()


def first_mail_came_back(ticket: Ticket) -> bool:
    """Whether the last mail to the address as it stands now came back, or was not taken."""
    last = OutgoingMail.objects.filter(about=ticket.about, to=ticket.email).order_by("-pk").first()
    return last is not None and last.state in ("bounced", "failed")


def mail_link(ticket: Ticket, template: str, *, due_at: datetime | None = None, **more: object) -> None:
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
        if ticket.state == State.NEW or _waits_since_a_call(ticket):
            ticket.due_at = answer_due(now)
        ticket.keep_until = keep_until(now)
        ticket.save(update_fields=["confirmed_at", "confirmed_email", "due_at", "keep_until"])
        add(ticket, Entry.Kind.CONFIRMED)
    return ticket


def _waits_since_a_call(ticket: Ticket) -> bool:
    """Entered for a caller, and not answered yet: nothing could be promised before she confirmed."""
    is_open = ticket.entered_by_id is not None and ticket.due_at is not None
    return is_open and not ticket.history.filter(kind=Entry.Kind.ANSWER).exists()


def wish_link(reference: str, email: str) -> None:
    """Note that somebody wants a new link; the worker answers (`mail_wished_links`), so the page cannot tell."""
    LinkWish.objects.create(reference=reference, email=email)


@transaction.atomic
def grant_link(wish: LinkWish) -> bool:
    """Mail a new link where reference and address belong together, three times a day. The former ones stay good:
    whoever knows both could else shut her out."""
    if not LinkWish.objects.filter(pk=wish.pk).delete()[0]:
        return False  # another worker has it
    ticket = Ticket.objects.filter(reference=wish.reference, email__iexact=wish.email).first()
    if ticket is None:
        return False
    used = limits.count("new-link", ticket.reference)
    if max(used, limits.used_today("new-link", ticket.reference)) > settings.LINKS_A_DAY:
        return False
    add(ticket, Entry.Kind.LINK)
    mail_link(ticket, "ticket_link")
    return True


@transaction.atomic
def mail_confirmation_again(ticket: Ticket) -> bool:
    """The mail that asks to confirm once more, as often a day as new links; whether it goes out."""
    used = limits.count("new-link", ticket.reference)
    if max(used, limits.used_today("new-link", ticket.reference)) > settings.LINKS_A_DAY:
        return False
    add(ticket, Entry.Kind.LINK)
    mail_link(ticket, "ticket_confirm")
    return True


def revoke_links(ticket: Ticket) -> int:
    """End every private link of a request; how many there were."""
    return ticket.links.filter(revoked_at__isnull=True).update(revoked_at=timezone.now())


@transaction.atomic
def correct_address(ticket: Ticket, email: str, *, by: AbstractBaseUser | None = None) -> bool:
    """A mistyped address, corrected before anybody confirmed it: the links to the wrong one end.

    by: the reviewer, where he misheard it.
    """
    ticket = Ticket.objects.select_for_update().get(pk=ticket.pk)
    if ticket.is_confirmed:
        return False
    revoke_links(ticket)
    unsent = OutgoingMail.objects.filter(about=ticket.about, sent_at=None, failed_at=None)
    held_until = unsent.aggregate(last=Max("due_at"))["last"]
    unsent.filter(claimed_until=None).delete()  # its link has ended, and its address is wrong
    ticket.email, ticket.authority_key = email, authority_key(ticket.authority, email)
    ticket.sheet = {**ticket.sheet, "facts": {**ticket.sheet["facts"], "email": email}}
    forget_identity(ticket)
    ticket.save(update_fields=["email", "authority_key", "sheet", "identity_how", "identity_by"])
    add(ticket, Entry.Kind.ADDRESS, by=by)
    index_sheet(ticket)
    mail_first_link(ticket, wait=max(held_until - timezone.now(), timedelta()) if held_until else timedelta())
    return True


# What she does with her request.


def locked(ticket: Ticket) -> Ticket:
    """The request as it stands, for this transaction alone."""
    return Ticket.objects.select_for_update().get(pk=ticket.pk)


@transaction.atomic
def add_fact(ticket: Ticket, text: str, *, submission: str | None = None) -> Entry:
    """Something she adds, with the pictures that wait for it; a solved request is opened again by it.

    submission: of the form; sent once more, it is the entry there is.
    """
    ticket = locked(ticket)
    if (known := known_entry(ticket, submission, text)) is not None:
        return known
    return _hears(ticket, Entry.Kind.FACT, text=text, submission=submission)


def _hears(ticket: Ticket, kind: Entry.Kind, **what: Any) -> Entry:
    """Her word makes the desk's clock go on; the pictures that wait go with it."""
    if ticket.is_done:
        move(ticket, State.OPEN, kind=Entry.Kind.REOPENED)
    entry = move(ticket, State.NEW if ticket.state == State.NEW else State.OPEN, kind=kind, **what)
    ticket.pictures.filter(entry__isnull=True).update(entry=entry)
    return entry


@transaction.atomic
def give_fact(
    ticket: Ticket, value: str, *, question: int | None = None, submission: str | None = None
) -> Entry | None:
    """What she was asked for; empty: she cannot say. None where that is not asked any more.

    question: the row of history by which she was asked, as her page had it. A fact by its name goes into her sheet;
    anything else is a text of hers.
    """
    ticket = locked(ticket)
    if (known := known_entry(ticket, submission, value)) is not None:
        return known
    asked = question_of(ticket)
    if asked is None or (question is not None and question != asked.pk):
        return None
    field, has_pictures = ticket.asks, ticket.pictures.filter(entry__isnull=True).exists()
    kind = Entry.Kind.GIVEN if value or has_pictures else Entry.Kind.NOT_KNOWN
    entry = _hears(ticket, kind, text=value, data={"field": field}, submission=submission)
    if value and field in FIELDS:
        ticket.given = {**ticket.given, field: value}
        if field == "user_id":
            ticket.user_id = value
        if field in _ADDRESSES:
            forget_identity(ticket)  # it was made sure of against another address
        ticket.save(update_fields=["given", "user_id", "identity_how", "identity_by"])
    return entry


def question_of(ticket: Ticket) -> Entry | None:
    """The row of history by which the desk asks what it waits for now."""
    return ticket.history.filter(kind=Entry.Kind.ASKED).last() if ticket.asks else None


@transaction.atomic
def close_as_solved(ticket: Ticket) -> None:
    """She says that it is solved. A change of an account that nobody has checked only ends: it never counts as done
    by the desk."""
    ticket = locked(ticket)
    if not ticket.is_done:
        move(ticket, State.CLOSED if ticket.is_unchecked_change else State.SOLVED, kind=Entry.Kind.SOLVED)


@transaction.atomic
def reopen(ticket: Ticket) -> bool:
    """Open a solved request again; False where it is too late for that."""
    ticket = locked(ticket)
    if not ticket.may_be_reopened:
        return False
    move(ticket, State.OPEN, kind=Entry.Kind.REOPENED)
    return True


def known_entry(ticket: Ticket, submission: str | None, text: str = "") -> Entry | None:
    """The entry that a form has made already with these words."""
    if not submission:
        return None
    return ticket.history.filter(submission=fingerprint(ticket, submission, text)).first()
