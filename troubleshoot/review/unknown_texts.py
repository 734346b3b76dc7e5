"""Error texts that stand in no list: tasks for the owner of the flow."""

import re

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from troubleshoot.accounts.models import User
from troubleshoot.review import remedies
from troubleshoot.review.models import UnknownText
from troubleshoot.tickets.models import Ticket

#: Facts that name a person.
_PERSONAL = frozenset({"name", "email", "imi_email", "eulogin_email", "old_email", "new_email", "user_id", "phone"})
_ADDRESS = re.compile(r"\S+@\S+")


@transaction.atomic
def pass_on(text: str, *, flow: str, by: User) -> UnknownText:
    """Make a task of it; one seen before counts once more, and one that was done is open again."""
    key = remedies.key_of(text)
    task, is_new = UnknownText.objects.get_or_create(key=key, defaults={"flow": flow, "text": text, "by": by})
    if not is_new:
        UnknownText.objects.filter(pk=task.pk).update(times=F("times") + 1, done_at=None, done_by=None)
    return task


def impersonal(text: str, ticket: Ticket) -> str:
    """The text without mail addresses and without what the request says of the person: it outlives the request."""
    facts = ticket.facts.facts
    said = [value for key, value in facts.items() if key in _PERSONAL and len(value) > 2]
    names = [part for part in facts.get("name", "").split() if len(part) > 2]
    for word in sorted({*said, *names, ticket.email, ticket.user_id} - {""}, key=len, reverse=True):
        text = re.sub(re.escape(word), "…", text, flags=re.IGNORECASE)
    return _ADDRESS.sub("…", text)


def done(task_id: int, *, by: User) -> bool:
    """It was written up, or needs no page; False where somebody has said so already."""
    open_ones = UnknownText.objects.filter(pk=task_id, done_at__isnull=True)
    return bool(open_ones.update(done_at=timezone.now(), done_by=by))
