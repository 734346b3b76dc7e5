"""What goes, and when: the dates that the pages promise, kept by a job that can be previewed and leaves a log."""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from troubleshoot.core import limits
from troubleshoot.mail.jobs import forget_mail
from troubleshoot.mail.models import OutgoingMail
from troubleshoot.reports import phone
from troubleshoot.tickets.models import Cleaning, Draft, Entry, LinkWish, Picture, Ticket
from troubleshoot.tickets.states import State

logger = logging.getLogger(__name__)


def _drafts(now: datetime) -> QuerySet[Draft]:
    return Draft.objects.filter(created_at__lt=now - timedelta(hours=settings.DRAFT_HOURS))


def _pictures(now: datetime) -> QuerySet[Picture]:
    before = now - timedelta(days=settings.UNCONFIRMED_PICTURES_DAYS)
    return Picture.objects.filter(ticket__confirmed_at__isnull=True, ticket__created_at__lt=before)


def _unconfirmed(now: datetime) -> QuerySet[Ticket]:
    """Nobody has confirmed them, nobody has written on them since, and no reminder of the desk lies ahead."""
    before = timezone.localdate(now) - timedelta(days=settings.UNCONFIRMED_DAYS)
    last_word = before + timedelta(days=settings.TICKET_KEEP_DAYS)
    found = Ticket.objects.filter(confirmed_at__isnull=True, keep_until__lte=last_word)
    return found.exclude(remind_at__gt=now)


def _to_close(now: datetime) -> QuerySet[Ticket]:
    return Ticket.objects.filter(state=State.SOLVED, solved_at__lt=now - timedelta(days=settings.REOPEN_DAYS))


def _old(now: datetime) -> QuerySet[Ticket]:
    return Ticket.objects.filter(keep_until__lt=timezone.localdate(now))


def preview(now: datetime | None = None) -> dict[str, int]:
    """What `clean` would do now, by kind."""
    now = now or timezone.now()
    return {
        "drafts": _drafts(now).count(),
        "pictures of unconfirmed requests": _pictures(now).count(),
        "unconfirmed requests": _unconfirmed(now).count(),
        "solved requests closed": _to_close(now).count(),
        "requests at the end of their time": _old(now).count(),
    }


def clean(now: datetime | None = None) -> dict[str, int]:
    """Do it; what went, by kind. A run that did something is logged as a row."""
    now = now or timezone.now()
    done = {
        "drafts": clear_drafts(now),
        "pictures of unconfirmed requests": _delete_pictures(now),
        "unconfirmed requests": _delete_tickets(_unconfirmed(now)),
        "solved requests closed": _close(now),
        "requests at the end of their time": _delete_tickets(_old(now)),
    }
    sent, came = forget_mail()
    limits.forget_old(now)
    phone.forget_old(now)
    LinkWish.objects.filter(created_at__lt=now - timedelta(days=1)).delete()
    counts = {kind: count for kind, count in {**done, "mails": sent + came}.items() if count}
    if counts:
        Cleaning.objects.create(kind=Cleaning.Kind.RETENTION, counts=counts)
        logger.info("Retention: %s", counts)
    return done


def clear_drafts(now: datetime) -> int:
    """Delete drafts whose time is over, with their pictures; how many."""
    count = 0
    for pk in _drafts(now).values_list("pk", flat=True):
        count += 1
        Draft.objects.filter(pk=pk).delete()
    return count


def _delete_pictures(now: datetime) -> int:
    count = 0
    for ticket_id in _pictures(now).values_list("ticket_id", flat=True).distinct():
        with transaction.atomic():
            count += Picture.objects.filter(ticket_id=ticket_id).count()
            Picture.objects.filter(ticket_id=ticket_id).delete()
            Entry.objects.create(ticket_id=ticket_id, kind=Entry.Kind.PICTURES_GONE, created_at=now)
    return count


def _close(now: datetime) -> int:
    count = 0
    for pk in _to_close(now).values_list("pk", flat=True):
        with transaction.atomic():
            changed = Ticket.objects.filter(pk=pk, state=State.SOLVED).update(state=State.CLOSED)
            if changed:
                Entry.objects.create(ticket_id=pk, kind=Entry.Kind.CLOSED, created_at=now)
            count += changed
    return count


def _delete_tickets(doomed: QuerySet[Ticket]) -> int:
    """One at a time: each is its own transaction, and a run that is killed goes on next time."""
    count = 0
    for pk in doomed.values_list("pk", flat=True):
        with transaction.atomic():
            # Asked once more under a lock: it may have been confirmed, or written to, since.
            ticket = doomed.select_for_update().filter(pk=pk).first()
            if ticket is not None:
                delete_ticket(ticket)
                count += 1
    return count


@transaction.atomic
def delete_ticket(ticket: Ticket) -> None:
    """A request with its history, pictures, links, draft and mails."""
    OutgoingMail.objects.filter(about=ticket.about).delete()
    ticket.delete()
