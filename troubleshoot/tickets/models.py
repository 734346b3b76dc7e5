"""Requests to the desk: what is being written, what was sent, and its history."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from troubleshoot.core.keys import nonce
from troubleshoot.flows.model import Topic
from troubleshoot.tickets.fields import FIELDS, said
from troubleshoot.tickets.sheet import FactSheet, sheet_from_json, topic_words
from troubleshoot.tickets.states import CHANGES_ACCOUNT, DONE, RUNNING, WAITING, Identity, Others, State


def _reviewer() -> models.ForeignKey:
    """A reviewer, or nobody."""
    return models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)


class Ticket(models.Model):
    """A request as it was sent. `sheet` does not change once it is confirmed; name to topic are copies of what stands
    in it, to find it by, and `given` is what she answered later, by the names in `fields`.

    submission: the draft it was made from, so that sending twice makes one. confirmed_email: the address whose owner
    opened the link; empty until then. is_held: more were sent from one network than usual. keep_until: when it will be
    deleted, unless something more is written. path: where in the guide she was, empty for a caller. replay: the steps
    she saw (`replay`). authority_key: what requests of one authority share. entered_by: who wrote it for a caller.

    due_at: when an answer is promised, while the clock runs. office_left: the office time left, while it stands still.
    asks: the fact that she was asked for. waits_for, remind_at: who else has to act, and when to ask. ended_by: the
    reviewer who ended it, empty where she did. helped: the remedy that did, `flow/step`.
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
    path = models.CharField(max_length=4_500, blank=True)
    is_held = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_email = models.EmailField(max_length=254, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    solved_at = models.DateTimeField(null=True, blank=True)
    keep_until = models.DateField(db_index=True)
    replay = models.JSONField(default=list, blank=True)
    given = models.JSONField(default=dict, blank=True)
    authority_key = models.CharField(max_length=200, blank=True)
    entered_by = _reviewer()
    assignee = _reviewer()
    office_left = models.DurationField(null=True, blank=True)
    asks = models.CharField(max_length=20, blank=True)
    waits_for = models.CharField(max_length=12, choices=Others, blank=True)
    remind_at = models.DateTimeField(null=True, blank=True)
    identity_how = models.CharField(max_length=20, choices=Identity, blank=True)
    identity_by = _reviewer()
    ended_by = _reviewer()
    helped = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ("-id",)
        indexes: ClassVar = [
            models.Index(name="ticket_due", fields=("due_at", "id"), condition=Q(due_at__isnull=False)),
            # `solved_at` says that it is done: a database sees that a partial index fits where no value is compared.
            models.Index(name="ticket_open", fields=("id",), condition=Q(solved_at__isnull=True)),
            models.Index(name="ticket_open_by_topic", fields=("topic", "id"), condition=Q(solved_at__isnull=True)),
            models.Index(
                name="ticket_due_by_assignee", fields=("assignee", "due_at", "id"), condition=Q(due_at__isnull=False)
            ),
            models.Index(name="ticket_by_state", fields=("state", "id")),
            models.Index(name="ticket_by_topic", fields=("topic", "id")),
            models.Index(name="ticket_by_authority", fields=("authority_key", "id")),
            models.Index(name="ticket_reminded", fields=("remind_at", "id"), condition=Q(remind_at__isnull=False)),
            models.Index(
                name="ticket_unconfirmed",
                fields=("id",),
                condition=Q(confirmed_at__isnull=True, solved_at__isnull=True),
            ),
            models.Index(Lower("email"), name="ticket_by_email"),
            models.Index(Lower("user_id"), name="ticket_by_user_id", condition=~Q(user_id="")),
        ]
        constraints = (
            models.CheckConstraint(
                name="ticket_is_due_only_while_the_clock_runs",
                condition=Q(state__in=RUNNING, due_at__isnull=False) | (~Q(state__in=RUNNING) & Q(due_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="ticket_has_office_time_left_only_while_it_waits",
                condition=Q(state__in=WAITING, office_left__isnull=False)
                | (~Q(state__in=WAITING) & Q(office_left__isnull=True)),
            ),
            models.CheckConstraint(
                name="ticket_waits_for_somebody_and_reminds",
                condition=(Q(state=State.WAITING_OTHERS, remind_at__isnull=False) & ~Q(waits_for=""))
                | (~Q(state=State.WAITING_OTHERS) & Q(waits_for="", remind_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="ticket_asks_only_while_it_waits_for_her", condition=Q(asks="") | Q(state=State.WAITING)
            ),
            models.CheckConstraint(
                name="ticket_ended_by_only_when_done", condition=Q(ended_by__isnull=True) | Q(state__in=DONE)
            ),
            models.CheckConstraint(
                name="ticket_identity_with_who_checked_it",
                condition=Q(identity_how="", identity_by__isnull=True)
                | (~Q(identity_how="") & Q(identity_by__isnull=False)),
            ),
            models.CheckConstraint(
                name="ticket_changes_no_account_unchecked",
                condition=~Q(topic__in=CHANGES_ACCOUNT, state=State.SOLVED)
                | (Q(confirmed_at__isnull=False) & ~Q(identity_how="")),
            ),
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
        """The fact sheet as it was sent, with what she has answered since, under the topic it stands in now."""
        return replace(sheet_from_json(self.sheet).with_given(self.given), topic=Topic(self.topic))

    @property
    def topic_words(self) -> str:
        """What the desk takes it to be about."""
        return topic_words(Topic(self.topic))

    @property
    def is_overdue(self) -> bool:
        return self.due_at is not None and self.due_at < timezone.now()

    @property
    def is_reminded(self) -> bool:
        """Whether it is time to ask those it waits for."""
        return self.remind_at is not None and self.remind_at <= timezone.now()

    @property
    def changes_account(self) -> bool:
        return self.topic in CHANGES_ACCOUNT

    @property
    def is_unchecked_change(self) -> bool:
        """Whether it changes an account, and nobody has made sure yet who asks."""
        return self.changes_account and not (self.is_confirmed and self.identity_how)

    @property
    def is_confirmed(self) -> bool:
        return self.confirmed_at is not None

    @property
    def is_done(self) -> bool:
        return self.state in DONE

    @property
    def may_be_reopened(self) -> bool:
        """A solved one for some weeks, and one that she closed herself; one that the desk closed no more."""
        is_hers = self.is_unchecked_change and self.ended_by_id is None
        if not (self.state == State.SOLVED or (self.state == State.CLOSED and is_hers)) or self.solved_at is None:
            return False
        return timezone.now() < self.solved_at + timedelta(days=settings.REOPEN_DAYS)

    @property
    def about(self) -> str:
        """What its mails say they are about."""
        return f"ticket:{self.reference}"


class Entry(models.Model):
    """One event in the history of a request. Rows are added, never changed: the database refuses it.

    by: the reviewer, empty where it was the operator or the site. text: her words or his. data: names that belong to
    the kind: `field`, `how`, `to`, `step`, `picture`. submission: of the form it came from, so that a form sent twice
    is one entry.
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
        ENTERED = "entered", _("Entered for a caller")
        ASKED = "asked", _("Asked for one fact")
        GIVEN = "given", _("The fact that was asked for")
        NOT_KNOWN = "not-known", _("She cannot say")
        NOTE = "note", _("Internal note")
        ASSIGNED = "assigned", _("Assigned")
        WAITS = "waits", _("Waiting for others")
        TAKEN_BACK = "taken-back", _("Taken up again")
        TOPIC = "topic", _("Topic corrected")
        IDENTITY = "identity", _("Identity checked")
        COVERED = "covered", _("Part of a picture covered")

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="history")
    kind = models.CharField(max_length=16, choices=Kind)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    text = models.TextField(blank=True)
    data = models.JSONField(default=dict, blank=True)
    submission = models.CharField(max_length=22, unique=True, null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        verbose_name_plural = "entries"

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.kind}"

    @property
    def told(self) -> str:
        """What its data say, in words."""
        match self.kind:
            case Entry.Kind.ASSIGNED:
                return str(self.data["to"] or _("nobody"))
            case Entry.Kind.WAITS:
                return str(Others(self.data["for"]).label)
            case Entry.Kind.IDENTITY:
                return str(Identity(self.data["how"]).label)
            case Entry.Kind.TOPIC:
                return topic_words(Topic(self.data["to"]))
            case Entry.Kind.GIVEN | Entry.Kind.NOT_KNOWN:
                return str(FIELDS[self.data["field"]].label) if self.data["field"] in FIELDS else ""
        return ""

    @property
    def said(self) -> str:
        """Its text, of a fact that is chosen from a list in words."""
        field = self.data.get("field", "") if self.kind == Entry.Kind.GIVEN else ""
        return said(field, self.text) if field in FIELDS else self.text

    @property
    def is_for_her(self) -> bool:
        """Whether she may read its text."""
        return self.kind not in (*INTERNAL, Entry.Kind.WAITS)


#: Between reviewers: no page and no mail of hers shows these.
INTERNAL = (Entry.Kind.NOTE, Entry.Kind.ASSIGNED, Entry.Kind.IDENTITY, Entry.Kind.TOPIC)


class SearchWord(models.Model):
    """A word by which a request is found, as `search` folds it."""

    pk = models.CompositePrimaryKey("word", "ticket_id")
    word = models.CharField(max_length=64)
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="words")

    def __str__(self) -> str:
        return self.word


class StepSeen(models.Model):
    """A step of the guide as somebody saw it, kept once however many saw it. digest: SHA-256 of `html`."""

    digest = models.CharField(max_length=64, primary_key=True)
    title = models.CharField(max_length=300)
    html = models.TextField()

    def __str__(self) -> str:
        return self.title


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
    replay = models.JSONField(default=list, blank=True)
    created_at = models.DateTimeField(db_index=True)
    ticket = models.OneToOneField(Ticket, models.CASCADE, related_name="draft", null=True, blank=True)

    def __str__(self) -> str:
        return self.id

    @property
    def facts(self) -> FactSheet:
        return sheet_from_json(self.sheet)


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
