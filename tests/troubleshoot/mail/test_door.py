"""The one door for incoming mail: bounces, everything else, and what is hostile."""

import io
import os
from email.message import EmailMessage

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from troubleshoot.mail.door import Received, receive
from troubleshoot.mail.models import IncomingMail, OutgoingMail

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent() -> OutgoingMail:
    return OutgoingMail.objects.create(
        message_id="<123.abc@accesso.example>",
        to="anna@comune.example",
        subject="Conferma",
        about="ticket:AF-ACDE-FGH3",
        due_at=timezone.now(),
        sent_at=timezone.now(),
    )


def bounce(
    message_id: str = "<123.abc@accesso.example>", action: str = "failed", part: str = "message/rfc822"
) -> bytes:
    """A delivery status notification (RFC 3464) as mail servers write it."""
    returned = f"Message-ID: {message_id}\r\nSubject: Conferma\r\nTo: anna@comune.example\r\n\r\n"
    return (
        "From: MAILER-DAEMON@mx.example\r\nTo: bounces@accesso.example\r\nSubject: Undelivered\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        f"Final-Recipient: rfc822; anna@comune.example\r\nAction: {action}\r\nStatus: 5.1.1\r\n"
        "Diagnostic-Code: smtp; 550 5.1.1 <anna@comune.example> unknown\r\n\r\n"
        f"--b\r\nContent-Type: {part}\r\n\r\n{returned}\r\n--b--\r\n"
    ).encode()


def letter(body: str = "Buongiorno, non riesco a entrare.", **headers: str) -> bytes:
    message = EmailMessage()
    for name, value in {
        "From": "bea@ente.example",
        "Subject": "Aiuto",
        "Message-ID": "<1@ente.example>",
        **headers,
    }.items():
        message[name] = value
    message.set_content(body)
    return message.as_bytes()


@pytest.mark.parametrize("part", ["message/rfc822", "text/rfc822-headers"])
def test_a_bounce_is_noted_on_its_mail(sent, part):
    assert receive(bounce(part=part)) is Received.BOUNCE
    sent.refresh_from_db()
    assert sent.state == "bounced"
    assert sent.problem == "smtp; 550 5.1.1 … unknown"
    assert IncomingMail.objects.count() == 0


def test_a_delay_is_no_bounce(sent):
    assert receive(bounce(action="delayed")) is Received.KEPT
    sent.refresh_from_db()
    assert sent.state == "sent"


@pytest.mark.parametrize("message_id", ["<other@accesso.example>", "", "<>", "<" + "x" * 500 + ">"])
def test_a_bounce_of_something_else_is_kept(sent, message_id):
    assert receive(bounce(message_id)) is Received.KEPT
    sent.refresh_from_db()
    assert sent.bounced_at is None


def test_what_is_no_bounce_is_kept_with_secrets_covered():
    assert receive(letter("Il mio PIN è 48151623, aiuto!", Subject="PUK 87654321")) is Received.KEPT
    kept = IncomingMail.objects.get()
    assert kept.sender == "bea@ente.example"
    assert "48151623" not in kept.text
    assert "aiuto!" in kept.text
    assert "87654321" not in kept.subject


def test_a_mail_delivered_twice_is_kept_once():
    assert receive(letter()) is Received.KEPT
    assert receive(letter()) is Received.KNOWN
    assert IncomingMail.objects.count() == 1


def test_html_alone_is_read_as_text():
    message = EmailMessage()
    message["From"], message["Subject"] = "bea@ente.example", "x"
    message.set_content("<p>Ciao <b>NIMIC</b></p><script>alert(1)</script>", subtype="html")
    receive(message.as_bytes())
    assert "<" not in IncomingMail.objects.get().text
    assert "Ciao NIMIC" in IncomingMail.objects.get().text


@pytest.mark.parametrize(
    "raw",
    [
        b"\x00\xff\xfe",
        b"From: \xff\xfe\r\nSubject: =?utf-8?q?=00?=\r\n\r\n\xff",
        b"Content-Type: text/plain; charset=nowhere\r\n\r\nx",
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" * 50,
        b"Subject: " + b"x" * 100_000 + b"\r\n\r\n" + b"y" * 1_000_000,
        b"Content-Type: multipart/report\r\n\r\nno parts",
        b"From: a@b.example, <<>\r\nTo: ;;;\r\n\r\n.",
        b"Message-ID: <a@[\r\n\r\nx",  # Python's parser fails with NameError here
        b"Message-ID: <a@[>\r\nFrom: <@[\r\n\r\nx",
    ],
)
def test_a_broken_mail_is_kept_as_far_as_it_can_be_read(raw):
    assert receive(raw) is Received.KEPT
    kept = IncomingMail.objects.get()
    assert len(kept.text) <= 20_000
    assert len(kept.subject) <= 250


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(min_size=1, max_size=400) | st.binary(max_size=200).map(lambda tail: bounce()[:300] + tail))
def test_no_mail_breaks_the_door(db, raw):
    assert receive(raw) in Received


def pipe(monkeypatch: pytest.MonkeyPatch, raw: bytes) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(raw)))


def test_the_command_reads_standard_input(monkeypatch, capsys):
    pipe(monkeypatch, letter())
    call_command("receive_mail")
    assert capsys.readouterr().out.strip() == "kept"


def test_the_command_says_that_nothing_came(monkeypatch):
    pipe(monkeypatch, b" \n")
    with pytest.raises(CommandError) as caught:
        call_command("receive_mail")
    assert caught.value.returncode == os.EX_DATAERR


def test_a_database_that_does_not_answer_asks_the_server_to_come_back(monkeypatch):
    from django.db import OperationalError  # noqa: PLC0415

    def down(raw: bytes) -> None:
        raise OperationalError("no")

    monkeypatch.setattr("troubleshoot.mail.management.commands.receive_mail.receive", down)
    pipe(monkeypatch, letter())
    with pytest.raises(CommandError) as caught:
        call_command("receive_mail")
    assert caught.value.returncode == os.EX_TEMPFAIL
