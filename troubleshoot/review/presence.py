"""Who has a request open just now: rows that a page renews while it is open, and nobody reads afterwards."""

from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from troubleshoot.accounts.models import User
from troubleshoot.review.models import Presence
from troubleshoot.tickets.models import Ticket

#: How long a page counts as open after it last said so; it does every 15 s.
LASTS = timedelta(seconds=40)


def here(ticket: Ticket, user: User, *, is_writing: bool) -> None:
    """`user` has the request open."""
    values = {"seen_at": timezone.now(), "is_writing": is_writing}
    Presence.objects.update_or_create(ticket=ticket, user=user, defaults=values)


def others_at(ticket: Ticket, user: User) -> QuerySet[Presence]:
    """Who else has it open."""
    since = timezone.now() - LASTS
    return Presence.objects.select_related("user").filter(ticket=ticket, seen_at__gte=since).exclude(user=user)


def forget_old() -> int:
    """Delete rows that say nothing any more; how many."""
    return Presence.objects.filter(seen_at__lt=timezone.now() - timedelta(hours=1)).delete()[0]
