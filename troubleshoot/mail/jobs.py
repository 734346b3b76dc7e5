"""What the worker does about mail."""

import time
from datetime import timedelta

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from troubleshoot.mail.models import IncomingMail, OutgoingMail
from troubleshoot.mail.outbox import Sending, deliver_next

#: Longest turn, so that other jobs get theirs; pause where the server does not answer at all.
_TURN_S = 5.0
#: Time in which a mail about a notice may still come back.
_NOTICE_KEEP = timedelta(days=2)
_resting_until = 0.0


def send_queued() -> None:
    """Send what is due, for some seconds; where no server answers, rest instead of asking for each mail."""
    global _resting_until  # noqa: PLW0603 - one worker a process
    end = time.monotonic() + _TURN_S
    if time.monotonic() < _resting_until:
        return
    while time.monotonic() < end:
        result = deliver_next()
        if result is None:
            return
        if result is Sending.NO_SERVER:
            _resting_until = time.monotonic() + settings.MAIL_REST_S
            return


def forget_mail() -> tuple[int, int]:
    """Delete what is known of sent mail and of mail that came in, after `MAIL_KEEP_DAYS`; how many of each.

    Of a mail about a notice, sent to somebody who has no request here, nothing is known after `_NOTICE_KEEP`.
    """
    now = timezone.now()
    before = now - timedelta(days=settings.MAIL_KEEP_DAYS)
    old = Q(created_at__lt=before) | Q(about__startswith="notice:", created_at__lt=now - _NOTICE_KEEP)
    ended = OutgoingMail.objects.filter(old).exclude(sent_at=None, failed_at=None)
    return ended.delete()[0], IncomingMail.objects.filter(came_at__lt=before).delete()[0]
