"""How often something was done in an hour, so that nobody does it without end; and what the office settled."""

from django.conf import settings
from django.db import models


class Use(models.Model):
    """who: a keyed hash that changes every day, never an address. hour: the full hour it was counted in."""

    what = models.SlugField(max_length=20)
    who = models.CharField(max_length=43)
    hour = models.DateTimeField(db_index=True)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(name="use_one_row_an_hour", fields=("what", "who", "hour")),)

    def __str__(self) -> str:
        return f"{self.what} {self.hour}: {self.count}"


class OfficeRules(models.Model):
    """What coordinators settled of the office; the row with the highest version stands, older ones are the history.

    hours: opening and closing by weekday, `{"1": ["09:00", "17:00"]}`, Monday 1 (ISO 8601). closed_days: dates, ISO.
    owners: who answers a topic, where it is not the office. topics_off: topics the desk takes no requests on.
    """

    version = models.PositiveIntegerField(unique=True)
    hours = models.JSONField()
    closed_days = models.JSONField()
    province = models.CharField(max_length=30)
    answer_within_hours = models.PositiveSmallIntegerField()
    owners = models.JSONField()
    topics_off = models.JSONField()
    why = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-version",)

    def __str__(self) -> str:
        return f"rules of the office, version {self.version}"
