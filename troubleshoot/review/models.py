"""What the desk remembers beside the requests: words on their way, filters, who is looking, what to write up."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Writing(models.Model):
    """What a reviewer is writing on a request: a draft, and once he has pressed *Send*, for some seconds on its way.

    act: of `acts`. values: the form's, secrets covered. send_at: when it is carried out; empty while it is a draft.
    batch: of one answer to many, so that all can be called back. problem: why it was not carried out. submission: of
    the form, so that what is carried out twice is done once. seen: the newest row of history he had before him; what
    came after it holds his words back. before: his own draft, whose place an answer to many has taken.
    """

    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, related_name="writings")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    act = models.CharField(max_length=12)
    values: Any = models.JSONField(default=dict)
    written_at = models.DateTimeField(auto_now=True)
    send_at = models.DateTimeField(null=True, blank=True)
    batch = models.CharField(max_length=22, blank=True)
    problem = models.CharField(max_length=300, blank=True)
    submission = models.CharField(max_length=22, blank=True)
    seen = models.BigIntegerField(null=True, blank=True)
    before: Any = models.JSONField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(name="writing_on_its_way", fields=("send_at",), condition=Q(send_at__isnull=False))
        ]
        constraints = (
            models.UniqueConstraint(name="writing_once_an_act", fields=("ticket", "by", "act")),
            models.UniqueConstraint(
                name="writing_one_on_its_way", fields=("ticket",), condition=Q(send_at__isnull=False)
            ),
        )

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.act}"


class SavedFilter(models.Model):
    """A list's filter under a name. query: the address's query string. is_shared: for all reviewers."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="filters")
    name = models.CharField(max_length=80)
    query = models.CharField(max_length=2_000)
    is_shared = models.BooleanField(default=False)

    class Meta:
        ordering = ("name", "id")
        constraints = (models.UniqueConstraint(name="filter_once_a_name", fields=("by", "name")),)

    def __str__(self) -> str:
        return self.name


class Presence(models.Model):
    """Somebody has a request open. seen_at: when his page last said so."""

    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    seen_at = models.DateTimeField()
    is_writing = models.BooleanField(default=False)

    class Meta:
        constraints = (models.UniqueConstraint(name="presence_once", fields=("ticket", "user")),)

    def __str__(self) -> str:
        return f"{self.user_id} at {self.ticket_id}"


class Pace(models.TextChoices):
    """How often somebody hears of new and overdue requests."""

    NEVER = "never", _("never")
    AT_ONCE = "at-once", _("at once")
    HOURLY = "hourly", _("at most once an hour")
    DAILY = "daily", _("once a day, when the office opens")


class Wishes(models.Model):
    """What somebody of the staff wants to hear of. only_mine: of overdue ones only those assigned to him.

    told_until: up to when he has heard of what is new and overdue.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="wishes", primary_key=True)
    pace = models.CharField(
        _("Tell me of new and overdue requests by mail"), max_length=8, choices=Pace, default=Pace.NEVER
    )
    only_mine = models.BooleanField(_("Of those overdue, only mine"), default=False)
    language = models.CharField(max_length=5, default="it")
    told_until = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.user_id} {self.pace}"


class UnknownText(models.Model):
    """An error text that stands in no list: a task for the owner of the flow.

    key: SHA-256 of the folded text, so that one seen twice is one task. text: as the reviewer passed it on, without
    names. times: how many requests had it.
    """

    key = models.CharField(max_length=64, unique=True)
    flow = models.CharField(max_length=40)
    text = models.TextField()
    times = models.PositiveIntegerField(default=1)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(
                name="unknown_text_done_by_somebody",
                condition=Q(done_at__isnull=True, done_by__isnull=True)
                | Q(done_at__isnull=False, done_by__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return self.text[:60]
