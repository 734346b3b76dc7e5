"""Messages ready for whoever helps, and what they must know by topic."""

import pytest
from bs4 import BeautifulSoup

from tests.languages import LANGUAGES
from troubleshoot.core import office
from troubleshoot.flows import library
from troubleshoot.flows.model import Kind, Topic
from troubleshoot.tickets import services
from troubleshoot.tickets.sheet import topic_words

pytestmark = pytest.mark.usefixtures("without_database")
LOST = "where=second-factor&tries-second=one&phone=new&method-now=no&password-in-list=no"


def page_of(client, path: str) -> BeautifulSoup:
    response = client.get(path)
    assert response.status_code == 200
    return BeautifulSoup(response.content.decode(), "html.parser")


def test_an_outcome_offers_its_first_owner_first_and_nimic_as_well(client):
    page = page_of(client, f"/it/guida/imi/only-support/?{LOST}")
    buttons = page.select(".outcome .button")
    assert [button.get_text().split(":")[0] for button in buttons] == [
        "Scrivi all'assistenza EU Login",
        "Scrivi a NIMIC",
    ]
    assert buttons[0]["href"].startswith("/it/scrivi/imi/eulogin-support/?")
    assert buttons[1]["href"].startswith("/it/scrivi/imi/?")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("desk", "mailbox"),
    [("eulogin-support", "EU-LOGIN-EXTERNAL-SUPPORT@ec.europa.eu"), ("access-manager", ""), ("it-unit", "")],
)
def test_a_letter_holds_the_facts_gathered_and_no_placeholder(client, language, desk, mailbox):
    page = page_of(client, f"/{language}/scrivi/imi/{desk}/?{LOST}")
    letter = page.select_one("#sheet").get_text()
    sheet = page_of(client, f"/{language}/scheda/imi/?{LOST}").select_one("#sheet").get_text().strip()
    assert sheet in letter
    assert "[[" not in letter
    assert "{" not in letter
    links = [link["href"] for link in page.select("main ol a")]
    assert links == ([f"mailto:{mailbox}"] if mailbox else [])
    assert page.select_one("main ol strong").get_text()  # the subject


@pytest.mark.parametrize("desk", ["ghost", "nimic%00", "x" * 200])
def test_an_unknown_desk_is_not_found(client, desk):
    assert client.get(f"/it/scrivi/imi/{desk}/").status_code == 404


def test_every_outcome_that_is_no_success_names_who_takes_it(client):
    flows = library.current().content.flows.values()
    outcomes = [step for flow in flows for step in flow.steps.values() if step.kind is Kind.OUTCOME]
    assert not [step.id for step in outcomes if step.solved and step.topic not in (Topic.ACCESS, Topic.CIE_INPS)]
    assert {step.topic for step in outcomes} == set(Topic)


@pytest.mark.parametrize(
    ("request_", "topic", "asked"),
    [
        ("training", "formazione", "Due o tre giorni e ore possibili"),
        ("new-users", "nuovo utente o nuova amministrazione", "Quali moduli di IMI"),
        ("changed", "e-mail o ufficio cambiati", "L'indirizzo vecchio, registrato in IMI"),
        ("reset", "ripristino dell'account IMI", "Codice utente EU Login"),
        ("deletion", "cancellazione dell'account IMI", "Codice utente EU Login"),
        ("other", "altra richiesta", "Che cosa ti serve"),
    ],
)
def test_a_request_that_is_no_fault_asks_for_what_its_topic_needs(client, request_, topic, asked):
    sheet = page_of(client, f"/it/scheda/imi/?where=request&what-request={request_}").select_one("#sheet").get_text()
    assert f"Argomento: {topic}\n" in sheet
    assert f"- {asked}" in sheet
    assert "browser" not in sheet


@pytest.mark.parametrize("topic", Topic)
def test_every_topic_has_words(topic):
    assert topic_words(topic)


def test_a_case_that_belongs_to_others_can_become_a_request_where_the_desk_takes_it(client, settings):
    page = page_of(client, "/it/scrivi/cie-inps/?pc-check=card.pin-blocked&road=reader")
    to_us = page.select_one('a[href^="/it/scrivi/cie-inps/nimic/"]')["href"]
    assert page_of(client, to_us).select_one("form [name=device]")
    settings.TICKET_TOPICS_OFF = ["cie-inps"]
    office.forget()
    page = page_of(client, "/it/scrivi/cie-inps/?pc-check=card.pin-blocked&road=reader")
    assert not page.select('a[href*="/nimic/"]')
    assert not page_of(client, to_us).select("main form")


def test_the_owner_of_a_topic_comes_from_the_settings(settings):
    assert services.owner_of(Topic.TRAINING) == settings.SITE_OFFICE
    settings.TICKET_OWNERS = {"training": "Formazione IMI"}
    office.forget()
    assert services.owner_of(Topic.TRAINING) == "Formazione IMI"
