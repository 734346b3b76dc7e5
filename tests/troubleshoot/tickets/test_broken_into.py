"""What somebody has broken once: each stays mended."""

import logging
from cProfile import Profile
from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from tests.troubleshoot.tickets.sending import (
    ANNA,
    FORM,
    begin,
    confirm,
    deliver,
    draft_url,
    picture,
    post,
    send,
    soup,
    upload,
)
from troubleshoot.core.secrets import CoveringFilter
from troubleshoot.mail.jobs import forget_mail
from troubleshoot.mail.models import IncomingMail, OutgoingMail
from troubleshoot.mail.outbox import Sending, deliver_next, enqueue
from troubleshoot.notices.following import follow
from troubleshoot.notices.services import put_up, take_down
from troubleshoot.tickets import picture_store, services
from troubleshoot.tickets.forms import FactsForm
from troubleshoot.tickets.models import Link, Picture, Ticket
from troubleshoot.tickets.person import Person
from troubleshoot.tickets.uploads import MAX_FILES

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("email", ["a@1\u05d0.com", "a@" + "\u00e0" * 60 + ".it", "=?utf-8?q?vittima?=@x.it"])
def test_an_address_nobody_can_write_to_is_refused(client, email):
    answer = begin(client, email=email)
    assert answer.status_code == 422
    assert not Ticket.objects.exists()


def test_a_mail_that_cannot_be_written_is_given_up_and_the_next_one_goes(client, mailoutbox):
    ticket = send(client)
    bad = enqueue("ticket_link", {"ticket": ticket}, to="a@1\u05d0.com", language="it", about="x")
    OutgoingMail.objects.filter(pk=bad.pk).update(due_at=timezone.now() - timezone.timedelta(hours=1))
    assert deliver_next() is Sending.FAILED
    assert len(deliver(mailoutbox)) == 1


def test_the_work_on_a_text_full_of_secrets_grows_with_it_and_not_with_its_square():
    def calls(times: int) -> int:
        data = {"request": "pin 1234 " * times, "name": "A", "authority": "B", "email": "a@b.example"}
        form = FactsForm(_query(data), topic=_topic())
        with Profile() as profile:
            form.is_valid()
        return sum(entry.callcount for entry in profile.getstats())

    calls(10)
    assert calls(1_000) < 15 * calls(100)


def _query(data: dict[str, str]):
    from django.http import QueryDict  # noqa: PLC0415

    query = QueryDict(mutable=True)
    query.update(data)
    return query


def _topic():
    from troubleshoot.flows.model import Topic  # noqa: PLC0415

    return Topic.ACCESS


@pytest.mark.parametrize("what", ["show", "export", "erase"])
@pytest.mark.parametrize("email", ["", " ", "anna", "@"])
def test_nobodys_address_is_not_everybodys(client, what, email):
    send(client)
    with pytest.raises(CommandError, match="no e-mail address"):
        call_command("person", what, email)
    assert Ticket.objects.exists()


def test_an_address_within_another_is_not_hers(client):
    for number, sender in enumerate(("Giovanna <giovanna@comune.example>", "Anna <ANNA@comune.example>")):
        IncomingMail.objects.create(digest=str(number), sender=sender)
    assert [mail.sender for mail in Person("anna@comune.example").incoming] == ["Anna <ANNA@comune.example>"]


def test_a_mistyped_address_gets_no_mail_once_it_is_corrected_and_is_erased(client, mailoutbox):
    ticket = send(client, email="sbagliata@comune.example")
    services.correct_address(ticket, "giusta@comune.example")
    deliver(mailoutbox)
    assert [mail.to for mail in mailoutbox] == [["giusta@comune.example"]]
    Person("sbagliata@comune.example").erase()
    assert not Link.objects.filter(sent_to="sbagliata@comune.example").exists()


def test_an_address_is_corrected_a_few_times_an_hour(client, mailoutbox):
    sent = draft_url(begin(client)) + "inviata/"
    post(client, sent.replace("inviata", "invia"))
    for number in range(12):
        last = post(client, sent, {"email": f"vittima{number}@altrove.example"})
    assert last.status_code == 422
    assert len(deliver(mailoutbox)) <= 6


@pytest.mark.parametrize("typed", ["RSSMRA85T10A562S", "1234-5678", "123456", "PIN 12345678", "pwd: Segreta1!"])
def test_the_field_for_the_user_id_takes_no_secret(client, typed):
    assert begin(client, user_id=typed).status_code == 422
    assert begin(client, user_id="n00a1b2c").status_code == 302


def test_who_names_no_registered_address_matches_none(client, staff, mailoutbox):
    other = Client()
    ticket = send(other, "/it/scrivi/imi/?argomento=change", new_email="ladro@evil.example")
    confirm(other, mailoutbox)
    page = staff.get(f"/it/redazione/richieste/{ticket.reference}/").content.decode()
    assert "Non ha indicato un indirizzo registrato" in page
    assert "\u00c8 l'indirizzo indicato" not in page
    harmless = send(other, email="b@comune.example")
    confirm(other, mailoutbox)
    page = staff.get(f"/it/redazione/richieste/{harmless.reference}/").content.decode()
    assert "Non ha indicato un indirizzo registrato" not in page


def test_no_log_holds_the_key_of_a_link():
    key = "A" * 43
    record = logging.makeLogRecord({"msg": "Internal Server Error: %s", "args": (f"/it/richiesta/apri/{key}/",)})
    CoveringFilter().filter(record)
    assert key not in record.getMessage()
    assert "richiesta/apri/\u2026" in record.getMessage()


def test_an_old_browser_can_confirm(client, mailoutbox):
    """Without Fetch Metadata the page's own origin must be sent, so the page asks for no less."""
    send(client)
    page = client.get(deliver(mailoutbox)[-1])
    assert b"no-referrer" not in page.content
    assert page["Referrer-Policy"] == "same-origin"


def test_a_name_that_is_covered_still_fits(client):
    begun = begin(client, name="PIN 1234 " * 20)
    from bs4 import BeautifulSoup  # noqa: PLC0415

    form = BeautifulSoup(begun.content.decode(), "html.parser")
    seen = [field["value"] for field in form.select("input[name=seen]")]
    token = form.select_one("input[name=token]")["value"]
    data = {**ANNA, "token": token, "name": "PIN 1234 " * 20, "seen": seen}
    post(client, draft_url(post(client, FORM, data)) + "invia/")
    assert len(Ticket.objects.get().name) <= 200


def test_words_typed_when_the_request_is_no_longer_open_are_given_back(client, mailoutbox):
    send(client)
    path = confirm(client, mailoutbox)
    client.cookies.clear()
    page = post(client, f"{path}aggiungi/", {"text": "Ora dice E502. PIN 12345678"})
    assert page.status_code == 403
    words = soup(page).select_one(".error-box pre").get_text()
    assert words.startswith("Ora dice E502.")
    assert "12345678" not in words


def test_words_typed_when_the_draft_is_gone_are_given_back(client):
    draft = draft_url(begin(client))
    client.cookies.clear()
    page = post(client, f"{draft}fatti/", ANNA | {"request": "Una frase lunga."})
    assert "Una frase lunga." in [words.get_text() for words in soup(page).select(".error-box pre")]


def test_an_address_for_buttons_leads_back_when_it_is_reloaded(client, mailoutbox):
    draft = draft_url(begin(client))
    assert client.get(f"{draft}invia/")["Location"] == draft
    send(client)
    path = confirm(client, mailoutbox)
    for end in ("aggiungi/", "risolta/", "riapri/"):
        assert client.get(path + end)["Location"] == path, end


def test_a_picture_for_a_draft_that_was_sent_says_so(client):
    draft = draft_url(begin(client))
    post(client, f"{draft}invia/")
    files = {"pictures": SimpleUploadedFile("a.png", picture())}
    headers = {"sec-fetch-site": "same-origin", "hx-request": "true"}
    answer = client.post(f"{draft}immagini/", files, headers=headers)
    assert answer["HX-Redirect"] == f"{draft}inviata/"


def test_pictures_that_come_at_once_are_five_at_most(client, monkeypatch):
    """Those that came while one was decoded count too."""
    draft = draft_url(begin(client))
    colours = iter(["red", "green", "blue", "white", "black", "yellow"])
    slow = picture_store.clean

    def clean_while_others_come(content: bytes, **options: int):
        for colour in colours:
            upload(client, draft, picture(colour))
        return slow(content, **options)

    monkeypatch.setattr(picture_store, "clean", clean_while_others_come)
    upload(client, draft, picture("pink"))
    assert Picture.objects.count() == MAX_FILES


def test_who_needs_no_pictures_counts_two_steps(client):
    training = "/it/scrivi/imi/?argomento=training"
    assert "passo 1 di 2" in client.get(training).content.decode()
    draft = draft_url(begin(client, training, modules="IMI", days="lunedì", people="3"))
    assert "passo 2 di 2" in client.get(draft).content.decode()


def test_an_address_that_follows_a_notice_is_forgotten_two_days_after_the_last_mail(client, reviewer):
    notice = put_up(by=reviewer, kind="outage", text_it="Guasto", text_en="Outage")
    follow(notice, "lea@comune.example", language="it")
    while deliver_next():
        pass
    take_down(notice.pk, by=reviewer)
    forget_mail()
    assert OutgoingMail.objects.filter(to="lea@comune.example").exists()  # it may still come back
    with time_machine.travel(timezone.now() + timedelta(days=2, minutes=1)):
        forget_mail()
    assert not OutgoingMail.objects.filter(to="lea@comune.example").exists()
