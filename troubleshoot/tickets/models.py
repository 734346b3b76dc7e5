"""Requests to the desk: what is being written, what was sent, and its history."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from troubleshoot.core.keys import nonce
from troubleshoot.tickets.fields import TOPICS
from troubleshoot.tickets.sheet import FactSheet, sheet_from_json


class State(models.TextChoices):
    """Where a request stands (the states of the desk)."""

    NEW = "new", _("new")
    OPEN = "open", _("open")
    WAITING = "waiting", _("answered")
    WAITING_OTHERS = "waiting-others", _("waiting for others")
    SOLVED = "solved", _("solved")
    CLOSED = "closed", _("closed")


#: Nobody has to do anything about these.
DONE = (State.SOLVED, State.CLOSED)


class Ticket(models.Model):
    """A request as it was sent. `sheet` does not change once it is confirmed; name to topic are copies of what stands
    in it, to find it by.

    submission: the draft it was made from, so that sending twice makes one. confirmed_email: the address whose owner
    opened the link; empty until then. is_held: more were sent from one network than usual. due_at: when an answer is
    promised. keep_until: when it will be deleted, unless something more is written. path: where in the guide she was.
    """

    reference = models.CharField(max_length=12, unique=True)
    submission = models.CharField(max_length=22, unique=True)
    language = models.CharField(max_length=5)
    state = models.CharField(max_length=16, choices=State, default=State.NEW)
    topic = models.CharField(max_length=20)
    name = models.CharField(max_length=200)
    authority = models.CharField(max_length=200)
    email = models.EmailField(max_length=254, db_index=True)
    user_id = models.CharField(max_length=20, blank=True)
    sheet = models.JSONField()
    path = models.CharField(max_length=4_500)
    is_held = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_email = models.EmailField(max_length=254, blank=True)
    due_at = models.DateTimeField()
    solved_at = models.DateTimeField(null=True, blank=True)
    keep_until = models.DateField(db_index=True)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(
                name="ticket_solved_at_only_when_done",
                condition=Q(state__in=DONE, solved_at__isnull=False) | (~Q(state__in=DONE) & Q(solved_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="ticket_confirmed_with_an_address",
                condition=Q(confirmed_at__isnull=True, confirmed_email="")
                | (Q(confirmed_at__isnull=False) & ~Q(confirmed_email="")),
            ),
        )

    def __str__(self) -> str:
        return self.reference

    @property
    def facts(self) -> FactSheet:
        """The fact sheet as it was sent."""
        return sheet_from_json(self.sheet)

    @property
    def is_confirmed(self) -> bool:
        return self.confirmed_at is not None

    @property
    def is_done(self) -> bool:
        return self.state in DONE

    @property
    def may_be_reopened(self) -> bool:
        """A solved one for some weeks; a closed one no more."""
        if self.state != State.SOLVED or self.solved_at is None:
            return False
        return timezone.now() < self.solved_at + timedelta(days=settings.REOPEN_DAYS)

    @property
    def about(self) -> str:
        """What its mails say they are about."""
        return f"ticket:{self.reference}"


class Entry(models.Model):
    """One event in the history of a request. Rows are added, never changed: the database refuses it.

    by: the reviewer, empty where it was the operator or the site. text: her words or his. submission: of the form it
    came from, so that a form sent twice is one entry.
    """

    class Kind(models.TextChoices):
        SENT = "sent", _("Request sent")
        CONFIRMED = "confirmed", _("Mailbox confirmed")
        ADDRESS = "address", _("Address corrected")
        LINK = "link", _("New link sent")
        FACT = "fact", _("Something added")
        ANSWER = "answer", _("Answer")
        SOLVED = "solved", _("Closed as solved")
        REOPENED = "reopened", _("Opened again")
        PICTURES_GONE = "pictures-gone", _("Pictures deleted: nobody confirmed the request")
        CLOSED = "closed", _("Closed")

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="history")
    kind = models.CharField(max_length=16, choices=Kind)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    text = models.TextField(blank=True)
    submission = models.CharField(max_length=22, unique=True, null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        verbose_name_plural = "entries"

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.kind}"


class Link(models.Model):
    """A private link to one request. The key itself is in the mail alone; here stands its hash.

    sent_to: the mailbox it went to, which opening it confirms.
    """

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="links")
    key_hash = models.CharField(max_length=64, unique=True)
    sent_to = models.EmailField(max_length=254)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.ticket_id} to {self.sent_to}"

    @property
    def is_valid(self) -> bool:
        return self.revoked_at is None and timezone.now() < self.expires_at


class LinkWish(models.Model):
    """Somebody asked for a new link. The worker looks whether there is such a request, so that the page cannot tell."""

    reference = models.CharField(max_length=12)
    email = models.EmailField(max_length=254)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.reference


class Draft(models.Model):
    """A request that is being written; gone after `DRAFT_HOURS`. Secrets are covered before it is stored.

    token: of the form it was begun with. path: where in the guide she came from, to go back. sheet: what is known,
    emptied once it is sent. ticket: what it became.
    """

    id = models.CharField(max_length=22, primary_key=True, default=nonce)
    token = models.CharField(max_length=22, unique=True)
    path = models.CharField(max_length=4_500)
    sheet = models.JSONField()
    created_at = models.DateTimeField(db_index=True)
    ticket = models.OneToOneField(Ticket, models.CASCADE, related_name="draft", null=True, blank=True)

    def __str__(self) -> str:
        return self.id

    @property
    def facts(self) -> FactSheet:
        return sheet_from_json(self.sheet)

    @property
    def wants_pictures(self) -> bool:
        """Whether screenshots help with what it is about."""
        return TOPICS[self.facts.topic].pictures


class Picture(models.Model):
    """A screenshot, decoded and encoded again before it came here. It belongs to a draft or to a request.

    entry: what it was sent with; empty on a request while it waits for the words it goes with. digest: SHA-256 of what
    she sent, so that the same picture sent twice stands here once.
    """

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="pictures", null=True, blank=True)
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="pictures", null=True, blank=True)
    entry = models.ForeignKey(Entry, models.CASCADE, related_name="pictures", null=True, blank=True)
    media_type = models.CharField(max_length=20)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(
                name="picture_belongs_to_one",
                condition=Q(draft__isnull=True, ticket__isnull=False) | Q(draft__isnull=False, ticket__isnull=True),
            ),
            models.UniqueConstraint(
                name="picture_once_a_draft", fields=("draft", "digest"), condition=Q(draft__isnull=False)
            ),
            models.UniqueConstraint(
                name="picture_waits_once_a_ticket",
                fields=("ticket", "digest"),
                condition=Q(ticket__isnull=False, entry__isnull=True),
            ),
        )

    def __str__(self) -> str:
        return f"{self.media_type} {self.width} × {self.height}"


class PictureContent(models.Model):
    """The bytes of a picture, in a table of their own: no list of pictures loads them."""

    picture = models.OneToOneField(Picture, models.CASCADE, primary_key=True, related_name="content")
    data = models.BinaryField()

    def __str__(self) -> str:
        return str(self.picture_id)


class Cleaning(models.Model):
    """A run of the retention job, or an erasure: what went, and when. counts: rows by what they were."""

    class Kind(models.TextChoices):
        RETENTION = "retention", _("retention")
        ERASURE = "erasure", _("erasure for one person")

    kind = models.CharField(max_length=12, choices=Kind)
    ran_at = models.DateTimeField(auto_now_add=True)
    counts: Any = models.JSONField()

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.kind} {self.ran_at:%Y-%m-%d}"
