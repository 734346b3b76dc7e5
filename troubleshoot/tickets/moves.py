"""The one place where a request changes its state: what its clock does, and the row of history that says so.

The clock counts office time. It runs while the desk has to act (`RUNNING`: a moment when the answer is due), stands
still while others have to (`WAITING`: the office time that is left), and is gone once the request is done.
"""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.utils import timezone

from troubleshoot.core.office import office, rules
from troubleshoot.tickets import search
from troubleshoot.tickets.models import Entry, SearchWord, Ticket
from troubleshoot.tickets.states import DONE, RUNNING, WAITING, State

#: Columns of a request that a move sets.
MOVED = (
    "state",
    "due_at",
    "office_left",
    "asks",
    "waits_for",
    "remind_at",
    "solved_at",
    "ended_by",
    "keep_until",
    "assignee",
    "identity_how",
    "identity_by",
    "helped",
)


def allowance() -> timedelta:
    """The office time within which an answer is promised."""
    return rules().answer_within


def answer_due(start: datetime) -> datetime:
    """When an answer is promised to what came in at `start`."""
    return office().after(start, allowance())


def keep_until(now: datetime) -> date:
    """The day on which something last written at `now` is deleted."""
    return timezone.localdate(now) + timedelta(days=settings.TICKET_KEEP_DAYS)


def move(  # noqa: PLR0913 - what a row of history consists of, and what a state brings with it
    ticket: Ticket,
    state: State,
    *,
    kind: Entry.Kind,
    by: AbstractBaseUser | None = None,
    text: str = "",
    data: Mapping[str, Any] | None = None,
    submission: str | None = None,
    answers: bool = False,
    asks: str = "",
    waits_for: str = "",
    remind_at: datetime | None = None,
) -> Entry:
    """Move a locked request to `state`, and add to its history.

    answers: the promise is kept by it, so that what comes next has the whole time again. asks, waits_for, remind_at:
    of the state it moves to; what the former one brought is gone.
    """
    now = timezone.now()
    left = allowance() if answers or ticket.is_done else _office_left(ticket, now)
    due_at = ticket.due_at if ticket.due_at and not answers else None
    was_done, ticket.state = ticket.is_done, state
    ticket.due_at = (due_at or office().after(now, left)) if state in RUNNING else None
    ticket.office_left = left if state in WAITING else None
    ticket.asks, ticket.waits_for, ticket.remind_at = asks, waits_for, remind_at
    if state not in DONE:
        ticket.solved_at = ticket.ended_by = None
        if was_done:
            forget_identity(ticket)
            ticket.helped = ""
        if was_done and ticket.assignee and not ticket.assignee.may_review:
            ticket.assignee = None  # who had it has left: somebody else must find it
    elif not was_done:
        ticket.solved_at, ticket.ended_by = now, by
    ticket.keep_until = keep_until(now)
    ticket.save(update_fields=MOVED)
    return add(ticket, kind, by=by, text=text, data=data, submission=submission)


def forget_identity(ticket: Ticket) -> None:
    """Who asks must be made sure of anew: another mailbox, or another wish. The history keeps the check."""
    ticket.identity_how, ticket.identity_by = "", None


def _office_left(ticket: Ticket, now: datetime) -> timedelta:
    """Office time until the answer is due; none where that is past."""
    if ticket.office_left is not None:
        return ticket.office_left
    return office().between(now, ticket.due_at) if ticket.due_at and ticket.due_at > now else timedelta()


def add(
    ticket: Ticket,
    kind: Entry.Kind,
    *,
    by: AbstractBaseUser | None = None,
    text: str = "",
    data: Mapping[str, Any] | None = None,
    submission: str | None = None,
) -> Entry:
    """A row of history, and its words in the search."""
    if text:
        index(ticket, search.words_of(text))
    return Entry.objects.create(
        ticket=ticket,
        kind=kind,
        by=by,
        text=text,
        data=dict(data or {}),
        submission=fingerprint(ticket, submission, text) if submission else None,
        created_at=timezone.now(),
    )


def fingerprint(ticket: Ticket, submission: str, text: str) -> str:
    """Of a form that was sent: the same only for the same words on the same request, so that words which were changed
    before the form was sent once more are not lost."""
    return hashlib.sha256(f"{submission}:{ticket.pk}:{text}".encode()).hexdigest()[:22]


def index(ticket: Ticket, words: Iterable[str]) -> None:
    """Find the request by these words from now on."""
    rows = [SearchWord(word=word, ticket=ticket) for word in sorted(words)]
    SearchWord.objects.bulk_create(rows, ignore_conflicts=True)


def index_sheet(ticket: Ticket) -> None:
    """Find the request by what stands in its sheet."""
    sheet = ticket.facts
    codes = {row.code.value for row in sheet.findings}
    words = search.kept((ticket.reference, *sheet.facts.values(), sheet.seen, *codes))
    words |= {search.FOUND + code for code in codes}
    index(ticket, words | search.authority_words(ticket.authority, ticket.email))
