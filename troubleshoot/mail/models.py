"""Mail on its way out, and what came in by the one door."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext


class OutgoingMail(models.Model):
    """One message to one person; its Message-ID never changes, however often it is tried.

    nonce: of the key that takes the place of `KEY_HOLE` when it is sent (`core.keys`), or empty. about: what it
    belongs to, `ticket:AF-…` or `notice:7`. due_at: not before. claimed_until: a worker is at it, or was killed
    while it was. text, html: emptied once it is sent. problem: what the last failure said.
    """

    message_id = models.CharField(max_length=120, unique=True)
    to = models.EmailField(max_length=254)
    subject = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    nonce = models.CharField(max_length=22, blank=True)
    about = models.CharField(max_length=40, db_index=True)
    created_at = models.DateTimeField(auto_now_add=True)
    due_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=300, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    bounced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("id",)
        indexes: ClassVar = [
            models.Index(
                name="mail_waiting", fields=("due_at", "id"), condition=Q(sent_at__isnull=True, failed_at__isnull=True)
            )
        ]
        constraints = (
            models.CheckConstraint(
                name="mail_is_sent_or_failed", condition=Q(sent_at__isnull=True) | Q(failed_at__isnull=True)
            ),
            models.CheckConstraint(
                name="mail_bounces_only_once_sent", condition=Q(bounced_at__isnull=True) | Q(sent_at__isnull=False)
            ),
        )

    def __str__(self) -> str:
        return f"{self.message_id} {self.about}"

    @property
    def state(self) -> str:
        """Which of waiting, sent, failed, bounced."""
        if self.bounced_at:
            return "bounced"
        if self.failed_at:
            return "failed"
        return "sent" if self.sent_at else "waiting"

    def get_state_words(self) -> str:
        """The state in words."""
        return {
            "bounced": gettext("came back"),
            "failed": gettext("not taken"),
            "sent": gettext("sent"),
            "waiting": gettext("waiting"),
        }[self.state]


class IncomingMail(models.Model):
    """A message that came in and is no bounce of ours: kept, with secrets covered, until somebody has read it.

    digest: SHA-256 of the message as it came, so that one delivered twice stands here once.
    """

    digest = models.CharField(max_length=64, unique=True)
    message_id = models.CharField(max_length=250, blank=True)
    sender = models.CharField(max_length=254)
    subject = models.CharField(max_length=250, blank=True)
    text = models.TextField(blank=True)
    came_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.sender}: {self.subject}"
