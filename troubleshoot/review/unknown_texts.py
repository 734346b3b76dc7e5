"""Error texts that stand in no list: tasks for the owner of the flow."""

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from troubleshoot.accounts.models import User
from troubleshoot.review import remedies
from troubleshoot.review.models import UnknownText


@transaction.atomic
def pass_on(text: str, *, flow: str, by: User) -> UnknownText:
    """Make a task of it; one seen before counts once more, and one that was done is open again."""
    key = remedies.key_of(text)
    task, is_new = UnknownText.objects.get_or_create(key=key, defaults={"flow": flow, "text": text, "by": by})
    if not is_new:
        UnknownText.objects.filter(pk=task.pk).update(times=F("times") + 1, done_at=None, done_by=None)
    return task


def done(task_id: int, *, by: User) -> bool:
    """It was written up, or needs no page; False where somebody has said so already."""
    open_ones = UnknownText.objects.filter(pk=task_id, done_at__isnull=True)
    return bool(open_ones.update(done_at=timezone.now(), done_by=by))
