"""Before a request is sent, the step that its words speak of is offered once, and stands in nobody's way."""

import pytest

from tests.troubleshoot.tickets.sending import FORM, begin, draft_url, post, send, soup

pytestmark = pytest.mark.django_db

SMS = "Prima mi arrivava il codice di EU Login per SMS, adesso non arriva più nessun SMS."
MESSAGE = "Registration of device n0045x failed"


def offer(answer):
    return soup(answer).select_one("section[aria-label='Prima di inviare']")


def test_words_that_speak_plainly_are_offered_their_step_once(client):
    answer = begin(client, request=SMS)
    assert answer["Location"].endswith("immagini/?proposta=1")
    shown = offer(client.get(answer["Location"]))
    assert shown.a["href"].startswith("/it/guida/imi/tries-second/?poi=phone.sms")
    assert "24 ore" in shown.get_text()
    assert client.get(shown.a["href"]).status_code == 200
    draft = draft_url(answer)
    for path in (f"{draft}immagini/", draft):
        assert offer(client.get(path)) is None


def test_the_error_text_counts_as_her_words_do(client):
    answer = begin(client, error_text=MESSAGE, request="Vedete il messaggio.")
    assert "phone.other" in offer(client.get(answer["Location"])).a["href"]


def test_words_that_say_little_are_offered_nothing(client):
    answer = begin(client, request="Vi prego di richiamarmi domani mattina.")
    assert "proposta" not in answer["Location"]
    assert offer(client.get(f"{answer['Location']}?proposta=1")) is None


def test_what_she_tried_on_her_way_is_not_offered_again(client):
    way = "where=second-factor&tries-second=none&phone=sms&account-page-opens=yes"
    answer = begin(client, f"/it/scrivi/imi/?{way}&argomento=access", request=SMS)
    assert "proposta" not in answer["Location"]


def test_a_form_without_pictures_shows_it_on_the_page_that_sends(client):
    form = "/it/scrivi/imi/?argomento=other"
    answer = begin(client, form, what_needed=SMS)
    shown = client.get(answer["Location"])
    assert (offer(shown) is not None) == ("proposta" in answer["Location"])
    assert soup(shown).select_one("form button") or soup(shown).select_one("a.button")


def test_the_request_is_sent_all_the_same(client):
    assert send(client, FORM, request=SMS).sheet["facts"]["request"] == SMS
    draft = draft_url(begin(client, request=SMS))
    assert post(client, f"{draft}invia/")["Location"] == f"{draft}inviata/"


@pytest.mark.parametrize(
    ("topic", "words", "leads_to"),
    [
        ("cie-inps", "Il lettore vede la carta e dopo pochi secondi la perde", "/it/guida/cie-inps/"),
        ("access", "SPID Poste non funziona", "/it/guida/elsewhere/"),
    ],
)
def test_the_step_may_stand_in_another_guide(client, topic, words, leads_to):
    answer = begin(client, f"/it/scrivi/imi/?argomento={topic}", request=words)
    assert offer(client.get(answer["Location"])).a["href"].startswith(leads_to)
