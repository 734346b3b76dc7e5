"""The one door for incoming mail. A bounce is noted on the mail it is about; anything else is kept to be read."""

import hashlib
import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from enum import StrEnum

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.html import strip_tags

from troubleshoot.core.secrets import cover
from troubleshoot.mail.models import IncomingMail, OutgoingMail

#: Characters kept of a message, and of each header that is kept.
_MAX_TEXT, _MAX_HEADER = 20_000, 250
_MESSAGE_ID = re.compile(r"<[^<>\s]{3,118}>")


class Received(StrEnum):
    BOUNCE = "bounce"
    KEPT = "kept"
    KNOWN = "known"


def receive(raw: bytes) -> Received:
    """Take a message in (RFC 5322). It is hostile until checked; nothing in it is believed but what it reports."""
    message = message_from_bytes(raw, policy=policy.default)
    if (mail := _bounced_mail(message)) is not None:
        OutgoingMail.objects.filter(pk=mail.pk, bounced_at__isnull=True).update(
            bounced_at=timezone.now(), problem=_diagnosis(message)
        )
        return Received.BOUNCE
    return _keep(raw, message)


def _bounced_mail(message: EmailMessage) -> OutgoingMail | None:
    """The mail of ours that a delivery status notification (RFC 3464) says has failed."""
    if message.get_content_type() != "multipart/report" or not _has_failed(message):
        return None
    for part in message.walk():
        if part.get_content_type() in ("message/rfc822", "text/rfc822-headers", "message/rfc822-headers"):
            for message_id in _MESSAGE_ID.findall(_original_ids(part)):
                found = OutgoingMail.objects.filter(message_id=message_id, sent_at__isnull=False).first()
                if found is not None:
                    return found
    return None


def _status_fields(message: EmailMessage) -> Iterator[EmailMessage]:
    for part in message.walk():
        if part.get_content_type() == "message/delivery-status":
            blocks = part.get_payload()
            yield from blocks if isinstance(blocks, list) else ()


def _has_failed(message: EmailMessage) -> bool:
    return any(_header(fields, "Action").lower() == "failed" for fields in _status_fields(message))


def _original_ids(part: EmailMessage) -> str:
    """The Message-ID of the message that was returned, whole or as headers alone."""
    payload = part.get_payload()
    if isinstance(payload, list):
        return _header(payload[0], "Message-ID") if payload else ""
    headers = message_from_bytes(str(payload).encode(errors="replace"), policy=policy.default)
    return _header(headers, "Message-ID")


def _diagnosis(message: EmailMessage) -> str:
    """What the failing server said, without addresses."""
    for fields in _status_fields(message):
        said = _header(fields, "Diagnostic-Code") or _header(fields, "Status")
        if said:
            return re.sub(r"\S+@\S+", "…", said)[:300]
    return ""


def _keep(raw: bytes, message: EmailMessage) -> Received:
    try:
        with transaction.atomic():
            IncomingMail.objects.create(
                digest=hashlib.sha256(raw).hexdigest(),
                message_id=_header(message, "Message-ID"),
                sender=_header(message, "From"),
                subject=cover(_header(message, "Subject"))[:_MAX_HEADER],
                text=cover(_text(message)),
            )
    except IntegrityError:
        return Received.KNOWN
    return Received.KEPT


def _header(message: EmailMessage, name: str) -> str:
    """A header as one line; empty where it is missing or cannot be read."""
    try:
        said = str(message.get(name, ""))
    except Exception:  # noqa: BLE001 - on broken headers the standard library fails in many ways, NameError among them
        return ""
    return _readable(" ".join(said.split()))[:_MAX_HEADER]


def _text(message: EmailMessage) -> str:
    try:
        body = message.get_body(preferencelist=("plain", "html"))
        said = str(body.get_content()) if body is not None else ""
    except Exception:  # noqa: BLE001 - as above
        return ""
    if body is not None and body.get_content_subtype() == "html":
        said = strip_tags(said)
    return _readable(said)[:_MAX_TEXT]


def _readable(text: str) -> str:
    """Without what a database refuses: NUL and lone surrogates."""
    return text.replace("\x00", "").encode(errors="replace").decode()
