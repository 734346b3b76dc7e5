"""The queue of outgoing mail, against a real SMTP server."""

from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from tests.smtp import Mailbox, smtp_server
from troubleshoot.core.keys import key_of, nonce
from troubleshoot.mail import jobs, outbox
from troubleshoot.mail.models import OutgoingMail
from troubleshoot.mail.outbox import Sending, deliver_next, enqueue
from troubleshoot.tickets.models import Ticket

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("smtp")]


@pytest.fixture
def smtp(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    with smtp_server() as mailbox:
        settings.EMAIL_PORT = mailbox.port
        yield mailbox
    jobs._resting_until = 0.0


def queue(to: str = "anna@comune.example", **more) -> OutgoingMail:
    context = {"ticket": Ticket(reference="AF-ACDE-FGH3"), "text": "Così si fa: <b>così</b>"}
    return enqueue("ticket_answer", context, to=to, language="it", about="ticket:AF-ACDE-FGH3", **more)


def test_a_mail_has_text_and_html_and_says_that_a_machine_wrote_it(smtp, settings):
    seed = nonce()
    mail = queue(nonce=seed)
    assert deliver_next() is Sending.SENT
    (message,) = smtp.messages()
    assert message["Message-ID"] == mail.message_id
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Subject"] == "Risposta alla tua richiesta AF-ACDE-FGH3"
    assert message["From"] == settings.DEFAULT_FROM_EMAIL
    assert smtp.senders == [settings.MAIL_BOUNCES_TO]
    text = message.get_body(preferencelist=("plain",)).get_content()
    html = message.get_body(preferencelist=("html",)).get_content()
    assert f"{settings.SITE_URL}/it/richiesta/apri/{key_of(seed)}/" in text
    assert "<b>così</b>" in text
    assert "&lt;b&gt;così&lt;/b&gt;" in html
    assert f'href="{settings.SITE_URL}/it/richiesta/apri/{key_of(seed)}/"' in html


def test_a_mail_of_a_transaction_that_failed_is_not_queued():
    def fails() -> None:
        with transaction.atomic():
            queue()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails()
    assert OutgoingMail.objects.count() == 0


def test_with_the_server_down_for_an_hour_nothing_is_lost_and_nothing_doubled(smtp, settings):
    mails = [queue(f"anna{number}@comune.example") for number in range(20)]
    settings.EMAIL_PORT = 1  # nobody listens there
    start = timezone.now()
    tries = 0
    with time_machine.travel(start, tick=False) as clock:
        while timezone.now() < start + timedelta(hours=1):
            while (result := deliver_next()) is not None:
                assert result is Sending.NO_SERVER
                tries += 1
            clock.shift(timedelta(seconds=30))
        settings.EMAIL_PORT = smtp.port
        clock.shift(timedelta(hours=1))
        while deliver_next():
            pass
    assert smtp.ids() == [mail.message_id for mail in mails]
    assert tries / len(mails) <= 7  # growing pauses, no hammering


def test_a_worker_that_was_killed_leaves_its_mail_to_the_next(smtp, settings):
    mail = queue()
    outbox._claim(timezone.now())  # and nothing more: it was killed here
    assert deliver_next() is None
    with time_machine.travel(timezone.now() + timedelta(seconds=settings.MAIL_LEASE_S + 1)):
        assert deliver_next() is Sending.SENT
    assert smtp.ids() == [mail.message_id]


def test_what_the_server_refuses_for_good_is_given_up_and_said(smtp):
    smtp.refuses["nobody@comune.example"] = "550 5.1.1 <nobody@comune.example> no such user"
    mail = queue("nobody@comune.example")
    assert deliver_next() is Sending.FAILED
    mail.refresh_from_db()
    assert mail.state == "failed"
    assert mail.problem == "550 5.1.1 … no such user"
    assert deliver_next() is None


def test_what_the_server_puts_off_is_tried_again(smtp):
    smtp.refuses["*"] = "451 4.7.1 greylisted, come back"
    mail = queue()
    assert deliver_next() is Sending.PUT_OFF
    smtp.refuses.clear()
    assert deliver_next() is None
    with time_machine.travel(timezone.now() + timedelta(minutes=1, seconds=1)):
        assert deliver_next() is Sending.SENT
    assert smtp.ids() == [mail.message_id]


def test_after_some_days_a_mail_is_given_up(smtp, settings):
    mail = queue()
    settings.EMAIL_PORT = 1
    with time_machine.travel(timezone.now() + timedelta(days=settings.MAIL_GIVE_UP_DAYS, minutes=1)):
        assert deliver_next() is Sending.FAILED
    mail.refresh_from_db()
    assert mail.failed_at


def test_a_mail_for_later_waits(smtp):
    queue(due_at=timezone.now() + timedelta(minutes=5))
    assert deliver_next() is None


def test_the_worker_rests_where_no_server_answers(smtp, settings):
    for number in range(3):
        queue(f"anna{number}@comune.example")
    settings.EMAIL_PORT = 1
    jobs.send_queued()
    assert OutgoingMail.objects.filter(attempts=1).count() == 1
    jobs.send_queued()
    assert OutgoingMail.objects.filter(attempts=1).count() == 1


def test_the_worker_s_turn_sends_what_is_due(smtp):
    for number in range(3):
        queue(f"anna{number}@comune.example")
    call_command("work", "--once")
    assert len(smtp.mails) == 3


def test_two_workers_never_send_the_same(smtp):
    queue()
    now = timezone.now()
    assert outbox._claim(now) is not None
    assert outbox._claim(now) is None


def test_old_mail_is_forgotten(smtp, settings):
    queue()
    deliver_next()
    queue("waiting@comune.example")
    with time_machine.travel(timezone.now() + timedelta(days=settings.MAIL_KEEP_DAYS, minutes=1)):
        assert jobs.forget_mail() == (1, 0)
    assert OutgoingMail.objects.get().to == "waiting@comune.example"


def test_a_mailbox_listens_again_on_its_port():
    mailbox = Mailbox()
    with smtp_server(mailbox):
        port = mailbox.port
    with smtp_server(mailbox):
        assert mailbox.port == port
