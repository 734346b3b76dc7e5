"""What reviewers write, on its way: kept as a draft, held for some seconds, called back or carried out.

Nothing reaches her, or the request, before those seconds are over; so calling back leaves no trace that would have to
be mended.
"""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from troubleshoot.accounts.models import User
from troubleshoot.review.acts import ACTS, Act
from troubleshoot.review.models import Writing
from troubleshoot.tickets import desk
from troubleshoot.tickets.models import Ticket
from troubleshoot.tickets.services import locked

logger = logging.getLogger(__name__)


class OnItsWayError(Exception):
    """Words of somebody are on their way already: `writing`."""

    def __init__(self, writing: Writing) -> None:
        super().__init__("on its way")
        self.writing = writing


def keep(ticket: Ticket, act: Act, values: Mapping[str, Any], *, by: User) -> bool:
    """Keep a draft; False where his words to this request are on their way, or where he may not write."""
    if not by.may_review or not act.keeps:
        return False
    with transaction.atomic():
        locked(ticket)  # two tabs that keep it at once are one draft
        mine = Writing.objects.filter(ticket=ticket, by=by, act=act.name)
        found = mine.first()
        if found is None:
            Writing.objects.create(ticket=ticket, by=by, act=act.name, values=dict(values))
        elif found.send_at is None:
            found.values, found.problem = dict(values), ""
            found.save()
        return found is None or found.send_at is None


def draft_of(ticket: Ticket, act: Act, *, by: User) -> Writing | None:
    return Writing.objects.filter(ticket=ticket, by=by, act=act.name, send_at__isnull=True).first()


def drop(ticket: Ticket, act: Act, *, by: User) -> None:
    """A draft whose words were carried out, or are not wanted any more."""
    Writing.objects.filter(ticket=ticket, by=by, act=act.name, send_at__isnull=True).delete()


def on_its_way(ticket: Ticket) -> Writing | None:
    return Writing.objects.select_related("by").filter(ticket=ticket, send_at__isnull=False).first()


def all_on_their_way(tickets: Iterable[Ticket]) -> QuerySet[Writing, int]:
    """Which of these requests have words on their way, by key."""
    found = Writing.objects.filter(ticket__in=list(tickets), send_at__isnull=False)
    return found.values_list("ticket_id", flat=True)


def do(ticket: Ticket, act: Act, values: Mapping[str, Any], hand: desk.Hand, *, batch: str = "") -> Writing | None:
    """Do it: at once, or where it reaches her, after the seconds in which it can be called back.

    Raises desk.RefusedError, OnItsWayError; then nothing is changed.
    """
    if not act.goes_out(values):
        with transaction.atomic():
            if act.moves and (other := on_its_way(locked(ticket))) is not None:
                raise OnItsWayError(other)  # these words would move the request once more when they arrive
            act.carry_out(ticket, values, hand)
            drop(ticket, act, by=hand.by)
        return None
    if (sent := _was_sent(ticket, act, values, hand)) is not None:
        return sent
    _try(ticket, act, values, hand)
    return _send_later(ticket, act, values, hand, batch=batch)


def _was_sent(ticket: Ticket, act: Act, values: Mapping[str, Any], hand: desk.Hand) -> Writing | None:
    """These very words on their way already, where the form was sent twice. Sent later, they are one entry."""
    mine = Writing.objects.filter(ticket=ticket, by=hand.by, act=act.name, send_at__isnull=False)
    sent = mine.filter(submission=hand.submission).first() if hand.submission else None
    return sent if sent is not None and sent.values == dict(values) else None


def _try(ticket: Ticket, act: Act, values: Mapping[str, Any], hand: desk.Hand) -> None:
    """Do it and take it back at once: what is refused is refused now, by the same rules, and not in some seconds."""
    with transaction.atomic():
        act.carry_out(ticket, values, desk.Hand(hand.by, hand.seen))
        transaction.set_rollback(True)


@transaction.atomic
def _send_later(ticket: Ticket, act: Act, values: Mapping[str, Any], hand: desk.Hand, *, batch: str) -> Writing:
    kept = {
        "values": dict(values),
        "send_at": timezone.now() + timedelta(seconds=settings.UNDO_S),
        "batch": batch,
        "problem": "",
        "submission": hand.submission or "",
    }
    kept["seen"] = hand.seen if hand.seen is not None else _newest_row(ticket)
    locked(ticket)  # one after the other: nobody's words are put in the place of others
    if (sent := _was_sent(ticket, act, values, hand)) is not None:  # the same form, twice at once
        return sent
    if (other := on_its_way(ticket)) is not None:
        raise OnItsWayError(other)
    if batch and (draft := draft_of(ticket, act, by=hand.by)) is not None and draft.values != dict(values):
        kept["before"] = draft.values
    writing, _is_new = Writing.objects.update_or_create(ticket=ticket, by=hand.by, act=act.name, defaults=kept)
    return writing


def _newest_row(ticket: Ticket) -> int:
    newest = ticket.history.order_by("-pk").values_list("pk", flat=True).first()
    return newest or 0


#: Most of his writings that a page looks at.
_MOST = 100


@dataclass(slots=True)
class Mine:
    """What somebody has under way, on all requests.

    held_back: did not go out, because something came in between. drafts: all others that wait for him, the newest
    first. batches: answers to many on their way, each with how many.
    """

    held_back: list[Writing] = field(default_factory=list)
    drafts: list[Writing] = field(default_factory=list)
    batches: dict[str, int] = field(default_factory=dict)

    @property
    def with_draft(self) -> set[int]:
        """Requests that hold a draft of his."""
        return {writing.ticket_id for writing in (*self.held_back, *self.drafts)}

    def acts_with_draft(self, ticket: Ticket) -> set[str]:
        return {writing.act for writing in (*self.held_back, *self.drafts) if writing.ticket_id == ticket.pk}


def of(by: User) -> Mine:
    """One query."""
    mine = Mine()
    found = Writing.objects.filter(by=by).select_related("ticket").defer("ticket__replay", "ticket__sheet")
    for writing in found.order_by("-written_at")[:_MOST]:
        if writing.send_at is None:
            (mine.held_back if writing.problem else mine.drafts).append(writing)
        elif writing.batch:
            mine.batches[writing.batch] = mine.batches.get(writing.batch, 0) + 1
    return mine


def call_back(*, by: User, ticket: Ticket | None = None, batch: str = "") -> list[Writing]:
    """Stop what he has on its way, of one request or of one answer to many: drafts again. What was too late stays."""
    mine = Writing.objects.filter(by=by, send_at__isnull=False)
    mine = mine.filter(batch=batch) if batch else mine.filter(ticket=ticket)
    stopped = []
    for pk in mine.values_list("pk", flat=True):
        with transaction.atomic():
            writing = mine.select_for_update().filter(pk=pk).select_related("ticket").first()
            if writing is not None:
                writing.send_at, writing.batch, writing.submission = None, "", ""
                if writing.before is not None:
                    writing.values, writing.before = writing.before, None
                writing.save()
                stopped.append(writing)
    return stopped


def send_due() -> int:
    """Carry out what has waited long enough; how many. What is refused by now becomes a draft that says why."""
    count = 0
    for pk in Writing.objects.filter(send_at__lte=timezone.now()).order_by("send_at").values_list("pk", flat=True)[:50]:
        with transaction.atomic():
            writing = Writing.objects.select_for_update().filter(pk=pk, send_at__lte=timezone.now()).first()
            if writing is not None:
                count += _carry_out(writing)
    return count


def _carry_out(writing: Writing) -> bool:
    hand = desk.Hand(writing.by, seen=writing.seen, submission=writing.submission or None)
    try:
        with transaction.atomic():
            ACTS[writing.act].carry_out(writing.ticket, writing.values, hand)
    except desk.RefusedError as error:
        writing.send_at, writing.problem = None, error.words[:300]
        writing.save()
        logger.warning("Words to %s were held back: %s", writing.ticket_id, error.why)
        return False
    if writing.before is None:
        writing.delete()
    else:  # his own draft comes back
        writing.values, writing.before = writing.before, None
        writing.send_at, writing.batch, writing.submission, writing.seen = None, "", "", None
        writing.save()
    return True
