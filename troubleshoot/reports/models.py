from datetime import timedelta
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone

from eidbridge.report.decode import decode_document
from eidbridge.report.pairing import State
from eidbridge.report.schema import Report

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


class Pairing(models.Model):
    """A page that waits for one run of the program, or is joined with it (docs/reference/joint.md).

    screen: hash of the key in the browser's cookie. code: hash of the code on the page. public_id: what the program
    calls it. key: the program's public key, a JWK; empty while none has come. first_nonce: the one that the compare
    word is made of. nonce, sequence: what the next message must hold, and the number of the last. done, of: *check n
    of m*.
    wishes: how often the page asked to check again. reports: how many have come. knocked: the version of a program that
    was too old for the code.
    """

    class Stage(models.TextChoices):
        WAITING = State.WAITING.value
        COMPARE = State.COMPARE.value
        OPEN = State.OPEN.value
        OVER = State.OVER.value

    screen = models.CharField(max_length=64, db_index=True)
    code = models.CharField(max_length=64, unique=True)
    public_id = models.CharField(max_length=22, unique=True)
    state = models.CharField(max_length=8, choices=Stage, default=Stage.WAITING)
    why = models.CharField(max_length=10, blank=True)
    key: Any = models.JSONField(null=True, blank=True)
    program = models.CharField(max_length=20, blank=True)
    knocked = models.CharField(max_length=20, blank=True)
    first_nonce = models.CharField(max_length=22, blank=True)
    nonce = models.CharField(max_length=22, blank=True)
    sequence = models.PositiveIntegerField(default=0)
    done = models.PositiveSmallIntegerField(default=0)
    of = models.PositiveSmallIntegerField(default=0)
    wishes = models.PositiveIntegerField(default=0)
    reports = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(db_index=True)
    paired_at = models.DateTimeField(null=True, blank=True)
    heard_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="pairing_has_a_key_once_a_program_came",
                condition=Q(paired_at__isnull=True, key__isnull=True, nonce="")
                | (Q(paired_at__isnull=False, key__isnull=False) & ~Q(nonce="")),
            ),
            models.CheckConstraint(
                name="pairing_is_joined_only_with_a_program",
                condition=~Q(state__in=("compare", "open")) | Q(paired_at__isnull=False),
            ),
            models.CheckConstraint(
                name="pairing_takes_reports_only_once_open", condition=Q(reports=0) | Q(state__in=("open", "over"))
            ),
            models.CheckConstraint(
                name="pairing_says_why_it_is_over",
                condition=(Q(state="over") & ~Q(why="")) | ~Q(state="over") & Q(why=""),
            ),
        )

    def __str__(self) -> str:
        return f"pairing {self.pk} {self.state}"


class KeptReport(models.Model):
    """A report for a day, so that a request can hold it. Rows are added, never changed.

    screen: of the browser it belongs to. pairing: empty where it was brought by hand. said: the report, read strictly
    and written anew, so nothing but known codes and facts stands in it.
    """

    screen = models.CharField(max_length=64, db_index=True)
    pairing = models.ForeignKey(Pairing, models.SET_NULL, null=True, blank=True, related_name="kept")
    by_hand = models.BooleanField()
    said: Any = models.JSONField()
    came_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"report {self.pk}"

    @property
    def report(self) -> Report:
        """Raises ReportError where an earlier version of the schema does not hold any longer."""
        return decode_document(self.said)
