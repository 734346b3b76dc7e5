"""What staff say on top of the flows: a notice, or a step taken out for now.

Rows are added and ended, never changed: together they are the history. A changed notice is a new row that
replaces the old one.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Notice(models.Model):
    """flow and step: where it stands; empty means everywhere, or on every step of the flow.

    suspends: the step is walked as *I can't do this*. begins_at, finishes_at: when the maintenance or the outage
    itself begins and is expected to end. starts_at, ends_at: when the notice is shown; ended_at: when staff took it
    down. replaces: the notice that this one changed.
    """

    class Kind(models.TextChoices):
        NOTICE = "notice", _("Notice")
        MAINTENANCE = "maintenance", _("Maintenance")
        OUTAGE = "outage", _("Outage")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.NOTICE)

    flow = models.SlugField(_("flow"), max_length=60, blank=True)
    step = models.SlugField(_("step"), max_length=60, blank=True)
    suspends = models.BooleanField(_("takes the step out"), default=False)
    text_it = models.CharField(_("text in Italian"), max_length=500)
    text_en = models.CharField(_("text in English"), max_length=500)
    who_is_hit = models.CharField(_("who is hit"), max_length=200, blank=True)
    begins_at = models.DateTimeField(_("begins"), null=True, blank=True)
    finishes_at = models.DateTimeField(_("expected to end"), null=True, blank=True)
    starts_at = models.DateTimeField(_("shown from"))
    ends_at = models.DateTimeField(_("shown until"), null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    replaces = models.OneToOneField("self", models.PROTECT, related_name="replaced_by", null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(
                name="notice_ends_after_it_starts", condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at"))
            ),
            models.CheckConstraint(
                name="notice_finishes_after_it_begins",
                condition=Q(finishes_at__isnull=True) | Q(begins_at__isnull=True) | Q(finishes_at__gt=F("begins_at")),
            ),
            models.CheckConstraint(
                name="notice_of_maintenance_has_its_hours",
                condition=~Q(kind="maintenance") | Q(begins_at__isnull=False, finishes_at__isnull=False),
            ),
            models.CheckConstraint(name="notice_suspends_only_a_step", condition=Q(suspends=False) | ~Q(step="")),
            models.CheckConstraint(
                name="notice_ended_by_somebody",
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
            ),
            models.UniqueConstraint(
                name="notice_one_open_suspension_a_step",
                fields=("flow", "step"),
                condition=Q(suspends=True, ended_at__isnull=True),
            ),
        )

    def __str__(self) -> str:
        return f"{self.flow or '*'}/{self.step or '*'}: {self.text_en}"


class Follower(models.Model):
    """Somebody who wants one mail when a maintenance or an outage changes, instead of writing to the desk.

    notice: the one she was told of last; when it is changed or over she gets a mail, and when it is over this row goes.
    key: what her link opens is derived from `nonce`; `key_hash` finds it.
    """

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="followers")
    email = models.EmailField(max_length=254)
    language = models.CharField(max_length=5)
    nonce = models.CharField(max_length=22)
    key_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(name="follower_once_a_notice", fields=("notice", "email")),)

    def __str__(self) -> str:
        return f"follower of {self.notice_id}"
