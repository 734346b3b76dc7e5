"""What the worker does about requests."""

from django.utils import timezone

from troubleshoot.tickets import retention, services
from troubleshoot.tickets.models import LinkWish


def mail_wished_links() -> None:
    """Answer those who asked for a new link."""
    for wish in LinkWish.objects.order_by("pk")[:100]:
        services.grant_link(wish)


def clear_drafts() -> None:
    """Delete what nobody has sent in time."""
    retention.clear_drafts(timezone.now())


def clean() -> None:
    """Keep the dates that the pages promise."""
    retention.clean()
