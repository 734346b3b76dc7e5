from datetime import timedelta
from typing import Any

from django.db import models
from django.utils import timezone

#: How long a link waits for its phone.
LIVES = timedelta(minutes=10)


class PhoneLink(models.Model):
    """A PC's page that waits for answers from one phone, once.

    screen: hash of the key in the PC's address; code: hash of what the phone's link holds. Neither opens the other.
    flow, step: the place in the guide, without any answer. said: what came from the phone, checked. Gone after a day.
    """

    screen = models.CharField(max_length=64, unique=True)
    code = models.CharField(max_length=64, unique=True)
    flow = models.CharField(max_length=40)
    step = models.CharField(max_length=60)
    created_at = models.DateTimeField(default=timezone.now, db_index=True)
    said: Any = models.JSONField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.flow}/{self.step}"

    @property
    def is_open(self) -> bool:
        """Whether a phone can still answer."""
        return self.said is None and timezone.now() < self.created_at + LIVES
