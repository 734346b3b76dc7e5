"""Who may see a draft or a request: the browser that holds its cookie."""

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest

from troubleshoot.core.keys import BoundCookie
from troubleshoot.tickets.models import Draft, Link, Ticket

drafts = BoundCookie("draft", timedelta(hours=settings.DRAFT_HOURS))
tickets = BoundCookie("request", timedelta(hours=settings.TICKET_COOKIE_HOURS))


def find_draft(request: HttpRequest, draft_id: str) -> Draft | None:
    """The draft, for the browser that began it."""
    if drafts.value(request, draft_id) != draft_id:
        return None
    return Draft.objects.select_related("ticket").filter(pk=draft_id).first()


def find_ticket(request: HttpRequest, reference: str) -> Ticket | None:
    """The request, for a browser that has opened a link to it which is still good."""
    value = tickets.value(request, reference)
    if value is None:
        return None
    link = Link.objects.select_related("ticket").filter(pk=value, ticket__reference=reference).first()
    return link.ticket if link is not None and link.is_valid else None
