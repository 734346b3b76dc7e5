"""The desk's list and detail, and the answer."""

from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils import timezone

from tests.troubleshoot.tickets.sending import ANNA, confirm, deliver, picture, send, soup
from troubleshoot.mail.models import OutgoingMail
from troubleshoot.review import filters, writings
from troubleshoot.review.models import Writing
from troubleshoot.tickets.states import State

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna() -> Client:
    return Client()


def page_of(reference: str) -> str:
    return f"/it/redazione/richieste/{reference}/"


def act(staff: Client, ticket, name: str, data: dict, **how: object):
    """Fill in the form of an act on the page as it stands, and send it. how: of the client's POST."""
    path = f"{page_of(ticket.reference)}fai/{name}/"
    form = soup(staff.get(path)).select_one("form.act-form")
    shown = {field["name"]: field["value"] for field in form.select("input[type=hidden]")}
    return staff.post(path, {**shown, **data}, **how)


def answer_to(staff: Client, ticket, data: dict):
    return act(staff, ticket, "rispondi", data)


def wait_and_send() -> None:
    """The seconds in which words can be called back are over."""
    Writing.objects.filter(send_at__isnull=False).update(send_at=timezone.now())
    writings.send_due()


@pytest.mark.parametrize("path", ["", "AF-ACDE-FGH3/", "AF-ACDE-FGH3/testo/", "AF-ACDE-FGH3/immagini/1/"])
def test_only_staff_see_requests(client, path):
    answer = client.get(f"/it/redazione/richieste/{path}")
    assert answer.status_code == 302
    assert "/accesso/" in answer["Location"]


def test_the_list_shows_what_waits_and_whether_it_is_confirmed(staff, anna, mailoutbox):
    ticket = send(anna)
    row = soup(staff.get("/it/redazione/richieste/")).select_one(".row").get_text(" ", strip=True)
    for words in (ticket.reference, "Accesso che non riesce", ANNA["authority"], "non confermata da"):
        assert words in row
    confirm(anna, mailoutbox)
    assert "non confermata da" not in staff.get("/it/redazione/richieste/").content.decode()


def test_the_list_goes_on_by_key(staff, anna, monkeypatch):
    monkeypatch.setattr(filters.rows, "__kwdefaults__", {"size": 2})
    references = [send(anna).reference for _ in range(5)]
    for query, order in (("", references), ("?stato=aperte", references[::-1]), ("?q=prova", references[::-1])):
        seen, path = [], f"/it/redazione/richieste/{query}"
        while path:
            page = soup(staff.get(path))
            seen += [row.get_text() for row in page.select(".row-what a strong")]
            form, more = page.select_one("form.pick"), page.select_one("button[name='dopo']")
            told = [(one["name"], one["value"]) for one in form.select("input[type=hidden]")]
            path = f"{more['formaction']}?{urlencode([*told, ('dopo', more['value'])])}" if more else ""
        assert seen == order
    for key in ("x", "~", "2026-01-01~1", "9" * 30, "2026-13-45T99~1"):
        assert staff.get(f"/it/redazione/richieste/?dopo={key}").status_code == 200


def test_the_list_needs_as_many_queries_for_fifteen_as_for_one(staff, anna, django_assert_num_queries):
    send(anna)
    staff.get("/it/redazione/richieste/")  # remembers the filter in the session
    with django_assert_num_queries(8):
        staff.get("/it/redazione/richieste/")
    for _ in range(14):
        send(anna)
    with django_assert_num_queries(8):
        staff.get("/it/redazione/richieste/")


def test_the_detail_shows_the_sheet_and_its_pictures(staff, anna):
    ticket = send(anna, pictures=(picture(),))
    page = soup(staff.get(page_of(ticket.reference)))
    text = page.get_text(" ", strip=True)
    for words in (*ANNA.values(), "Manca ancora", "Casella non confermata."):
        assert words in text
    image = page.select_one(".pictures img")["src"]
    answer = staff.get(image)
    assert answer["Content-Type"] == "image/png"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert ANNA["name"] in staff.get(page_of(ticket.reference) + "testo/").content.decode()


def test_the_guide_opens_where_she_stands(staff, anna):
    ticket = send(anna, "/it/scrivi/imi/?other-network=no&where=page-broken")
    link = soup(staff.get(page_of(ticket.reference))).select_one('main a[href^="/it/guida/imi/"]')["href"]
    assert "other-network=no" in link
    assert staff.get(link).status_code == 200
    other = send(anna, "/it/scrivi/cie-inps/nimic/?road=reader")
    assert staff.get(other.path).status_code == 200


def test_an_answer_goes_out_by_mail_and_stands_on_the_request(staff, anna, mailoutbox):
    ticket = send(anna)
    path = confirm(anna, mailoutbox)
    answer = answer_to(staff, ticket, {"text": "Apri IMI in una finestra nuova."})
    assert answer.status_code == 302
    assert "finestra nuova" in soup(staff.get(answer["Location"])).select_one(".on-its-way").get_text()
    assert deliver(mailoutbox) == []
    wait_and_send()
    assert len(deliver(mailoutbox)) == 1
    assert "finestra nuova" in mailoutbox[-1].body
    page = anna.get(path).content.decode()
    assert "finestra nuova" in page
    assert "Rosa" not in page  # she hears from the office
    ticket.refresh_from_db()
    assert ticket.state == State.WAITING


def test_an_empty_answer_is_refused_and_one_with_a_pin_is_covered(staff, anna):
    ticket = send(anna)
    assert answer_to(staff, ticket, {"text": " "}).status_code == 422
    answer = answer_to(staff, ticket, {"text": "Il tuo PIN 48151623"})
    assert answer.status_code == 422
    assert "48151623" not in soup(answer).select_one(".doubts").get_text()


@pytest.mark.parametrize("topic", ["imi-reset", "imi-deletion", "change"])
def test_what_changes_an_account_is_marked_and_the_addresses_are_compared(staff, anna, mailoutbox, topic):
    key = "old_email" if topic == "change" else "imi_email"
    ticket = send(anna, f"/it/scrivi/imi/?argomento={topic}", **{key: "capo@comune.example"})
    page = staff.get(page_of(ticket.reference)).content.decode()
    assert "è anche un modo per impossessarsene" in page
    assert "deve aspettare" in page
    confirm(anna, mailoutbox)
    page = staff.get(page_of(ticket.reference)).content.decode()
    assert "Non è l'indirizzo indicato come registrato in IMI, capo@comune.example" in page


def test_the_registered_address_is_recognised(staff, anna, mailoutbox):
    ticket = send(anna, "/it/scrivi/imi/?argomento=imi-reset", imi_email=ANNA["email"].upper())
    confirm(anna, mailoutbox)
    assert "È l'indirizzo indicato" in staff.get(page_of(ticket.reference)).content.decode()


def test_a_bounce_stands_on_the_request(staff, anna):
    ticket = send(anna)
    now = timezone.now()
    OutgoingMail.objects.filter(about=ticket.about).update(sent_at=now, bounced_at=now, problem="550 no such user")
    page = staff.get(page_of(ticket.reference)).content.decode()
    assert "Un messaggio è tornato indietro" in page
    assert "550 no such user" in page


def test_an_unknown_request_is_not_found(staff):
    for reference in ("AF-ACDE-FGH3", "x", "%00"):
        assert staff.get(page_of(reference)).status_code == 404


def test_done_requests_have_a_list_of_their_own(staff, anna, mailoutbox):
    ticket = send(anna)
    anna.post(confirm(anna, mailoutbox) + "risolta/", headers={"sec-fetch-site": "same-origin"})
    assert ticket.reference not in staff.get("/it/redazione/richieste/").content.decode()
    assert ticket.reference in staff.get("/it/redazione/richieste/?stato=chiuse").content.decode()


def test_an_answer_sent_twice_is_one_answer_and_one_mail(staff, anna, mailoutbox):
    ticket = send(anna)
    deliver(mailoutbox)
    path = f"{page_of(ticket.reference)}fai/rispondi/"
    form = soup(staff.get(path)).select_one("form.act-form")
    data = {field["name"]: field["value"] for field in form.select("input[type=hidden]")}
    data["text"] = "Ecco come si fa."
    for _ in range(3):
        assert staff.post(path, data).status_code == 302
    wait_and_send()
    assert staff.post(path, data).status_code == 302
    wait_and_send()
    assert ticket.history.filter(kind="answer").count() == 1
    assert len(deliver(mailoutbox)) == 1
