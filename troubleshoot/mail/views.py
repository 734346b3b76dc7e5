"""The demo's mailbox: what the worker has sent, for whoever tries the site on this machine. Not there otherwise."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

#: Newest mails listed.
_SHOWN = 50


@require_safe
@never_cache
def demo_mailbox(request: HttpRequest) -> HttpResponse:
    files = sorted(Path(settings.DEMO_MAILBOX).glob("*.log"), reverse=True)[:_SHOWN]
    mails = [(file.stem, _read(file)) for file in files]
    rows = [(name, mail["To"], mail["Subject"], parsedate_to_datetime(mail["Date"])) for name, mail in mails]
    return render(request, "mail/demo_mailbox.html", {"rows": rows})


@require_safe
@never_cache
def demo_mail(request: HttpRequest, name: str) -> HttpResponse:
    file = Path(settings.DEMO_MAILBOX) / f"{name}.log"
    if file.name not in {known.name for known in Path(settings.DEMO_MAILBOX).glob("*.log")}:
        raise Http404
    mail = _read(file)
    body = mail.get_body(preferencelist=("plain",))
    text = body.get_content() if body is not None else ""
    return render(request, "mail/demo_mail.html", {"mail": mail, "headers": list(mail.items()), "text": text})


def _read(file: Path) -> EmailMessage:
    """A mail as Django's file backend writes it: the message, then a line of dashes."""
    return message_from_bytes(file.read_bytes().rpartition(b"-" * 79)[0], policy=policy.default)
