"""Requests that belong together: of one authority, and of one person."""

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower

from troubleshoot.tickets.models import Ticket

_SHOWN = 6
_COLUMNS = ("pk", "reference", "state", "topic", "name", "created_at")


def of_the_authority(ticket: Ticket) -> list[Ticket]:
    """Other requests of the authority that are not done, the newest first."""
    if not ticket.authority_key:
        return []
    found = Ticket.objects.filter(authority_key=ticket.authority_key, solved_at__isnull=True)
    return _few(found.exclude(pk=ticket.pk))


def of_the_person(ticket: Ticket) -> list[Ticket]:
    """Earlier requests from the same mailbox, or on the same user id."""
    found = Ticket.objects.annotate(mailbox=Lower("email"), eulogin=Lower("user_id"))
    same = Q(mailbox=ticket.email.lower())
    if ticket.user_id:
        same |= Q(eulogin=ticket.user_id.lower()) & ~Q(user_id="")
    return _few(found.filter(same, pk__lt=ticket.pk))


def _few(found: QuerySet[Ticket]) -> list[Ticket]:
    return list(found.only(*_COLUMNS).order_by("-id")[:_SHOWN])
