"""The queue of outgoing mail: rows in the database, sent one at a time.

A mail is queued in the transaction that needs it. A worker claims one for `MAIL_LEASE_S`, hands it to the server and
notes the result. A worker that is killed leaves one claimed: it is sent again, with the same Message-ID, once the claim
has run out. Nothing is lost, and nothing but that one is repeated.
"""

import logging
import re
import smtplib
from collections.abc import Mapping
from datetime import datetime, timedelta
from email.utils import format_datetime, make_msgid
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db.models import F, Q, QuerySet
from django.template.loader import render_to_string
from django.utils import timezone, translation

from troubleshoot.core.keys import key_of
from troubleshoot.mail.models import OutgoingMail

logger = logging.getLogger(__name__)

#: Stands in a template for the key of a private link; the queue never holds the key.
KEY_HOLE = "KEY-COMES-HERE"
_LONGEST_PAUSE = timedelta(hours=1)


class Sending(StrEnum):
    SENT = "sent"
    PUT_OFF = "put-off"
    FAILED = "failed"
    NO_SERVER = "no-server"


def enqueue(  # noqa: PLR0913 - what a mail consists of
    template: str,
    context: Mapping[str, Any],
    *,
    to: str,
    language: str,
    about: str,
    nonce: str = "",
    due_at: datetime | None = None,
) -> OutgoingMail:
    """Queue `templates/mail/<template>.txt`, its first line the subject, as text and HTML.

    Call it within the transaction that needs the mail: both stand or neither.
    """
    with translation.override(language):
        words = {**context, "key_hole": KEY_HOLE, "settings": settings, "language": language}
        written = render_to_string(f"mail/{template}.txt", words).strip()
        subject, _newline, text = written.partition("\n")
        text = re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"
        html = render_to_string("mail/_frame.html", {"text": text, "subject": subject, "language": language})
    return OutgoingMail.objects.create(
        message_id=make_msgid(domain=settings.MAIL_DOMAIN),
        to=to,
        subject=" ".join(subject.split())[:200],
        text=text,
        html=html,
        nonce=nonce,
        about=about,
        due_at=due_at or timezone.now(),
    )


def deliver_next() -> Sending | None:
    """Send the mail that has waited longest; None where none is due."""
    mail = _claim(timezone.now())
    if mail is None:
        return None
    try:
        _hand_over(mail)
    except (OSError, smtplib.SMTPException, ValueError) as error:
        return _note_problem(mail, error)
    _note_sent(mail)
    return Sending.SENT


def _claim(now: datetime) -> OutgoingMail | None:
    """The next due mail, for this worker alone."""
    free = Q(claimed_until__isnull=True) | Q(claimed_until__lte=now)
    waiting = OutgoingMail.objects.filter(free, sent_at__isnull=True, failed_at__isnull=True, due_at__lte=now)
    for pk in waiting.order_by("due_at", "id").values_list("pk", flat=True)[:20]:
        until = now + timedelta(seconds=settings.MAIL_LEASE_S)
        claimed = waiting.filter(pk=pk).update(claimed_until=until, attempts=F("attempts") + 1)
        if claimed:
            return OutgoingMail.objects.get(pk=pk)
    return None


def _hand_over(mail: OutgoingMail) -> None:
    key = key_of(mail.nonce) if mail.nonce else ""
    message = EmailMultiAlternatives(
        mail.subject,
        mail.text.replace(KEY_HOLE, key),
        settings.MAIL_BOUNCES_TO,
        [mail.to],
        headers={
            "From": settings.DEFAULT_FROM_EMAIL,
            "Message-ID": mail.message_id,
            "Date": format_datetime(timezone.localtime(mail.created_at)),
            "Auto-Submitted": "auto-generated",
        },
        connection=get_connection(timeout=settings.MAIL_TIMEOUT_S),
    )
    message.attach_alternative(mail.html.replace(KEY_HOLE, key), "text/html")
    message.send()


def _open(mail: OutgoingMail) -> QuerySet[OutgoingMail]:
    """The mail, unless another worker has ended it after this one's claim ran out."""
    return OutgoingMail.objects.filter(pk=mail.pk, sent_at__isnull=True, failed_at__isnull=True)


def _note_sent(mail: OutgoingMail) -> None:
    """Sent: its words are needed no longer, the answer itself stands on the ticket."""
    now = timezone.now()
    _open(mail).update(sent_at=now, claimed_until=None, problem="", text="", html="", nonce="")


def _note_problem(mail: OutgoingMail, error: OSError | smtplib.SMTPException | ValueError) -> Sending:
    """Put it off, for longer each time; give up where the server refuses it for good, where it cannot even be written
    (an address that is none: ValueError), or after some days."""
    now = timezone.now()
    code, words = _answer_of(error)
    too_old = now - mail.created_at >= timedelta(days=settings.MAIL_GIVE_UP_DAYS)
    if too_old or 500 <= code < 600 or isinstance(error, ValueError):
        _open(mail).update(failed_at=now, claimed_until=None, problem=words, text="", html="", nonce="")
        logger.warning("Mail %s was given up: %s", mail.message_id, words)
        return Sending.FAILED
    pause = min(timedelta(minutes=2 ** min(mail.attempts - 1, 10)), _LONGEST_PAUSE)
    _open(mail).update(due_at=now + pause, claimed_until=None, problem=words)
    logger.info("Mail %s is put off: %s", mail.message_id, words)
    return Sending.PUT_OFF if code else Sending.NO_SERVER


def _answer_of(error: OSError | smtplib.SMTPException | ValueError) -> tuple[int, str]:
    """The server's reply code (RFC 5321, 4.2), 0 where it gave none, and its words without any address."""
    code: int = getattr(error, "smtp_code", 0)
    words: bytes | str = getattr(error, "smtp_error", b"")
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, words = next(iter(error.recipients.values()))
    text = words.decode(errors="replace") if isinstance(words, bytes) else words
    text = re.sub(r"\S+@\S+", "…", text or type(error).__name__)
    return code, " ".join(f"{code or ''} {text}".split())[:300]
