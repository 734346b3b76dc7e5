"""What a reviewer does with a request. Each is one transaction, refused where it may not be.

Every deed takes `seen`, the last row of history that stood on his page: where somebody else has written since, it is
refused, so that nobody answers past a colleague or past what she has just said. Who holds no role that may write is
refused everything.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from troubleshoot.accounts.models import User
from troubleshoot.flows.model import Topic
from troubleshoot.tickets import picture_store
from troubleshoot.tickets.fields import FIELDS, PICTURES, QUESTION
from troubleshoot.tickets.models import Entry, Picture, Ticket
from troubleshoot.tickets.moves import add, forget_identity, move
from troubleshoot.tickets.pictures import CleanPicture
from troubleshoot.tickets.services import known_entry, locked, mail_first_link, mail_link, make
from troubleshoot.tickets.sheet import FactSheet
from troubleshoot.tickets.states import CHANGES_ACCOUNT, RUNNING, WAITING, Identity, Others, State


class Why(StrEnum):
    """Why a deed was refused."""

    NO_RIGHT = "no-right"
    CHANGED = "changed"
    DONE = "done"
    NOT_CONFIRMED = "not-confirmed"
    IDENTITY = "identity"
    STAYS = "stays"


_WORDS: dict[Why, Any] = {
    Why.NO_RIGHT: _("Your role may read requests and change nothing. Ask a coordinator for the role of a reviewer."),
    Why.CHANGED: _(
        "Something was added while this page was open. It stands below: read it, then press the button again."
    ),
    Why.DONE: _("The request is done. Open it again first."),
    Why.NOT_CONFIRMED: _(
        "This changes an account, and nobody has confirmed the mailbox yet. It can be solved once she has opened the "
        "link in our mail."
    ),
    Why.IDENTITY: _("This changes an account. Note first how it was made sure who asks: “Identity checked”."),
    Why.STAYS: _("A request that changes an account stays one, so that nobody skips the check of identity."),
}


class RefusedError(Exception):
    """A deed that may not be done; nothing was changed."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why

    @property
    def words(self) -> str:
        return str(_WORDS[self.why])


@dataclass(frozen=True, slots=True)
class Hand:
    """Who does it, from which page. seen: the last row of history that stood there; None where it does not matter.

    submission: of the form; sent once more, it is the entry there is.
    """

    by: User
    seen: int | None = None
    submission: str | None = None


@contextmanager
def _taken(ticket: Ticket, hand: Hand, text: str = "") -> Iterator[tuple[Ticket, Entry | None]]:
    """The request, locked, if this hand may do something to it as it stands; and the entry that its form has made
    already with these words, after which nothing is left to do."""
    if not hand.by.may_review:
        raise RefusedError(Why.NO_RIGHT)
    with transaction.atomic():
        ticket = locked(ticket)
        known = known_entry(ticket, hand.submission, text)
        if known is None and hand.seen is not None and written_since(ticket, hand.seen, besides=hand.by).exists():
            raise RefusedError(Why.CHANGED)
        yield ticket, known


def written_since(ticket: Ticket, seen: int, *, besides: User) -> QuerySet[Entry]:
    """Rows of history that others have added after row `seen`."""
    return ticket.history.filter(pk__gt=seen).exclude(by=besides)


def answer(ticket: Ticket, text: str, hand: Hand) -> Entry:
    """An answer, on the request and by mail; it goes out whether the request is confirmed or not."""
    with _taken(ticket, hand, text) as (taken, known):
        if known is not None:
            return known
        state = State(taken.state) if taken.is_done else State.WAITING
        entry = _said(taken, state, hand, kind=Entry.Kind.ANSWER, text=text, answers=True)
        _mail(entry)
    return entry


def ask(ticket: Ticket, field: str, text: str, hand: Hand) -> Entry:
    """Ask for one missing fact: a name of `fields`, `PICTURES`, or `QUESTION`, whose words stand in `text`."""
    if field not in FIELDS and field not in (PICTURES, QUESTION):
        raise ValueError(f"no fact is called {field}")
    with _taken(ticket, hand, text) as (taken, known):
        if known is not None:
            return known
        if taken.is_done:
            raise RefusedError(Why.DONE)
        data = {"field": field}
        entry = _said(taken, State.WAITING, hand, kind=Entry.Kind.ASKED, text=text, data=data, asks=field)
        _mail(entry)
    return entry


def _said(ticket: Ticket, state: State, hand: Hand, **what: Any) -> Entry:
    """Words of his to her; whoever writes first takes the request."""
    if ticket.assignee_id is None and not ticket.is_done:
        _assign(ticket, hand.by, hand)
    return move(ticket, state, by=hand.by, submission=hand.submission, **what)


#: The mail by which an entry reaches her. What does not stand here is never mailed.
_MAILS = {Entry.Kind.ANSWER: "ticket_answer", Entry.Kind.ASKED: "ticket_ask"}


def _mail(entry: Entry) -> None:
    """Queue an entry's words to her. Raises KeyError for a kind that is never mailed, such as a note."""
    mail_link(entry.ticket, _MAILS[Entry.Kind(entry.kind)], text=entry.text, field=entry.data.get("field", ""))


def note(ticket: Ticket, text: str, hand: Hand) -> Entry:
    """A word between reviewers. No mail and no page of hers ever holds it."""
    with _taken(ticket, replace(hand, seen=None), text) as (taken, known):
        return known or add(taken, Entry.Kind.NOTE, by=hand.by, text=text, submission=hand.submission)


def assign(ticket: Ticket, to: User | None, hand: Hand) -> Entry | None:
    """Give the request to a reviewer, or to nobody; None where he has it already."""
    with _taken(ticket, hand) as (taken, _known):
        if taken.assignee_id == (to.pk if to else None):
            return None
        if to is not None and not to.may_review:
            raise RefusedError(Why.NO_RIGHT)
        return _assign(taken, to, hand)


def release(person: User, by: User) -> int:
    """Take what is not done from somebody who leaves or may no longer answer; how many requests it was."""
    held = list(Ticket.objects.filter(assignee=person, state__in=RUNNING + WAITING))
    for ticket in held:
        assign(ticket, None, Hand(by))
    return len(held)


def _assign(ticket: Ticket, to: User | None, hand: Hand) -> Entry:
    ticket.assignee = to
    ticket.save(update_fields=["assignee"])
    return add(ticket, Entry.Kind.ASSIGNED, by=hand.by, data={"to": to.get_full_name() if to else ""})


def wait_for(ticket: Ticket, others: Others, remind_at: datetime, text: str, hand: Hand) -> Entry:
    """Others have to act: the clock stands still, and on `remind_at` somebody asks how it goes."""
    with _taken(ticket, hand, text) as (taken, known):
        if known is not None:
            return known
        if taken.is_done:
            raise RefusedError(Why.DONE)
        return _said(
            taken,
            State.WAITING_OTHERS,
            hand,
            kind=Entry.Kind.WAITS,
            text=text,
            data={"for": others.value},
            waits_for=others.value,
            remind_at=remind_at,
        )


def take_back(ticket: Ticket, hand: Hand) -> Entry | None:
    """The desk has to act again, on one that waits or is done; None where it has to already."""
    with _taken(ticket, hand) as (taken, _known):
        if taken.due_at is not None:
            return None
        if taken.is_done:
            return move(taken, State.OPEN, kind=Entry.Kind.REOPENED, by=hand.by)
        return move(taken, State.OPEN, kind=Entry.Kind.TAKEN_BACK, by=hand.by)


def enter(sheet: FactSheet, hand: Hand, *, language: str) -> Ticket:
    """A request for somebody on the phone: his who writes it down, and mailed to her to be confirmed.

    hand.submission is needed: sent twice, it is one request.
    """
    if not hand.by.may_review:
        raise RefusedError(Why.NO_RIGHT)
    assert hand.submission
    with transaction.atomic():
        if (known := Ticket.objects.filter(submission=hand.submission).first()) is not None:
            return known
        ticket = make(
            sheet,
            timezone.now(),
            submission=hand.submission,
            language=language,
            state=State.OPEN,
            entered_by=hand.by,
            assignee=hand.by,
        )
        add(ticket, Entry.Kind.ENTERED, by=hand.by)
        mail_first_link(ticket)
    return ticket


def check_identity(ticket: Ticket, how: Identity, text: str, hand: Hand) -> Entry:
    """Note how it was made sure who asks; needed before an account is changed."""
    with _taken(ticket, hand, text) as (taken, known):
        if known is not None:
            return known
        if taken.is_done:
            raise RefusedError(Why.DONE)
        taken.identity_how, taken.identity_by = how.value, hand.by
        taken.save(update_fields=["identity_how", "identity_by"])
        data = {"how": how.value}
        return add(taken, Entry.Kind.IDENTITY, by=hand.by, text=text, data=data, submission=hand.submission)


def retopic(ticket: Ticket, topic: Topic, hand: Hand) -> Entry | None:
    """Put the request under its right topic; None where it stands there. What changes an account stays that."""
    with _taken(ticket, hand) as (taken, _known):
        if taken.topic == topic.value:
            return None
        if taken.is_done:
            raise RefusedError(Why.DONE)
        if taken.changes_account and topic.value not in CHANGES_ACCOUNT:
            raise RefusedError(Why.STAYS)
        before, taken.topic = taken.topic, topic.value
        forget_identity(taken)  # it was made sure of for something else
        taken.save(update_fields=["topic", "identity_how", "identity_by"])
        return add(taken, Entry.Kind.TOPIC, by=hand.by, data={"from": before, "to": topic.value})


def may_solve(ticket: Ticket) -> Why | None:
    """What stands in the way of solving this request; nothing, or why not."""
    if ticket.is_done:
        return Why.DONE
    if ticket.changes_account and not ticket.is_confirmed:
        return Why.NOT_CONFIRMED
    if ticket.changes_account and not ticket.identity_how:
        return Why.IDENTITY
    return None


def solve(ticket: Ticket, hand: Hand, *, helped: str = "", text: str = "") -> Entry:
    """The request is solved. helped: the remedy that did it, `flow/step`, or nothing. text: goes to her by mail."""
    return _end(ticket, State.SOLVED, hand, helped=helped, text=text)


def close(ticket: Ticket, hand: Hand, *, text: str = "") -> Entry:
    """The request ends without being solved: it is not ours, or must not be done."""
    return _end(ticket, State.CLOSED, hand, text=text)


def _end(ticket: Ticket, state: State, hand: Hand, *, helped: str = "", text: str = "") -> Entry:
    with _taken(ticket, hand) as (taken, known):
        if known is not None:
            return known
        if taken.is_done:
            raise RefusedError(Why.DONE)
        if state is State.SOLVED and (why := may_solve(taken)):
            raise RefusedError(why)
        if text:
            _mail(_said(taken, State.WAITING, Hand(hand.by), kind=Entry.Kind.ANSWER, text=text, answers=True))
        if helped:
            taken.helped = helped
            taken.save(update_fields=["helped"])
        kind = Entry.Kind.SOLVED if state is State.SOLVED else Entry.Kind.CLOSED
        data = {"step": helped} if helped else {}
        return move(taken, state, kind=kind, by=hand.by, data=data, submission=hand.submission)


def cover(picture: Picture, cleaned: CleanPicture, hand: Hand) -> Entry:
    """Put in a picture's place the same with a part covered (`picture_store.covered`), for good.

    picture: as it was read before it was covered. Where somebody else has covered it meanwhile, it is refused: the
    former bytes would bring back what that one covered.
    """
    assert picture.ticket is not None
    with _taken(picture.ticket, hand) as (taken, _known):
        if not picture_store.is_as_read(picture):
            raise RefusedError(Why.CHANGED)
        picture_store.put_in_place(picture, cleaned)
        return add(taken, Entry.Kind.COVERED, by=hand.by, data={"picture": picture.pk})
