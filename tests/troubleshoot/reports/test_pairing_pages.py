"""The page that waits for the program: each of its states, what a poll costs, and what outlives what."""

from datetime import timedelta

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone

from eidbridge.errors import Code
from eidbridge.report.pairing import Why
from eidbridge.report.schema import CHECKS, FACTS, may_stand_in
from eidbridge.results import CheckResult, Outcome
from tests.languages import LANGUAGES
from tests.troubleshoot.conftest import OWN_PAGE
from tests.troubleshoot.reports.program import BLOCKED, CHECK, FINE, new_link, report
from troubleshoot.flows import library
from troubleshoot.reports import jobs, pairings
from troubleshoot.reports.models import KeptReport, Pairing

pytestmark = pytest.mark.django_db


def page_of(response) -> BeautifulSoup:
    assert response.status_code in (200, 286), response.status_code
    return BeautifulSoup(response.content.decode(), "html.parser")


@pytest.fixture
def begun(client) -> str:
    """A page that shows its code."""
    response = client.post(CHECK, {"begin": "1"}, **OWN_PAGE)
    assert (response.status_code, response["Location"]) == (303, CHECK)
    return page_of(client.get(CHECK)).select_one(".short.code").get_text()


def press(client, **pressed: str):
    """Press a button of the page as it stands."""
    pairing = page_of(client.get(CHECK)).select_one("[name=pairing]")["value"]
    return client.post(CHECK, {"pairing": pairing, **pressed}, **OWN_PAGE)


def joined(client, code: str):
    link = new_link()
    press(client, word=link.pair(code.replace("-", ""), "it").word)
    return link


def poll(client, seen: str = ""):
    return client.get(f"{CHECK}&visto={seen}", headers={"HX-Request": "true"})


def mark(client) -> str:
    return page_of(client.get(CHECK)).select_one("[name=visto]")["value"]


def test_a_code_is_shown_and_its_cookie_is_for_this_site_alone(client, begun):
    assert len(begun) == 9
    assert begun[4] == "-"
    [cookie] = client.cookies.values()
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["path"] == "/"
    assert begun not in client.get(CHECK).request["PATH_INFO"]


def test_without_its_cookie_the_page_leads_to_the_check_step(client, begun):
    assert Client().get(CHECK)["Location"] == "/it/guida/cie-inps/pc-check/?road=reader"
    assert Client().post(CHECK, {"word": "x"}, **OWN_PAGE).status_code == 303  # begins one of its own
    assert Pairing.objects.filter(state="waiting").count() == 2


def test_only_pages_of_this_site_press_buttons():
    client = Client(enforce_csrf_checks=True)
    for headers in ({"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"origin": "null"}, {}):
        assert client.post(CHECK, {"begin": "1"}, headers=headers).status_code == 403


def test_a_get_and_a_head_change_nothing(client, begun):
    before = Pairing.objects.values().get()
    client.get(CHECK)
    client.head(CHECK)
    assert Pairing.objects.values().get() == before


def test_a_program_that_answers_shows_three_words_and_none_of_these(client, begun):
    word = new_link().pair(begun.replace("-", ""), "it").word
    page = page_of(client.get(CHECK))
    buttons = [button["value"] for button in page.select(".words button")]
    assert len(buttons) == 4
    assert word in buttons
    assert buttons[-1] == ""
    assert [button["value"] for button in page_of(client.get(CHECK)).select(".words button")] == buttons


@pytest.mark.parametrize("word", ["", "wrong", "zzz"])
def test_none_of_the_words_sends_the_program_away(client, begun, word):
    new_link().pair(begun.replace("-", ""), "it")
    press(client, word=word)
    assert "Non era la parola" in page_of(client.get(CHECK)).get_text()
    assert Pairing.objects.get().why == Why.WRONG_WORD


def test_a_press_on_an_older_page_changes_nothing(client, begun):
    link = new_link()
    link.pair(begun.replace("-", ""), "it")
    client.post(CHECK, {"pairing": "x" * 22, "word": ""}, **OWN_PAGE)
    assert Pairing.objects.get().state == "compare"


def test_checks_are_counted_and_findings_shown_with_the_step_that_solves_each(client, begun):
    link = joined(client, begun)
    assert "La parola è giusta" in page_of(client.get(CHECK)).get_text()
    link.progress(4, 22)
    assert "Controllo 4 di 22" in page_of(client.get(CHECK)).get_text()
    link.progress(22, 22)
    assert "I controlli sono finiti" in page_of(client.get(CHECK)).get_text()
    link.report(report(*BLOCKED, CheckResult("reader.kind", Outcome.WARNED, Code.READER_CONTACT_ONLY)))
    page = page_of(client.get(CHECK))
    findings = page.select(".finding")
    assert [each.select_one("code").get_text() for each in findings] == ["card.pin-blocked", "reader.contact-only"]
    links = [each.select_one("a")["href"] for each in findings]
    assert links[0] == "/it/guida/cie-inps/pin-blocked/?pc-check=card.pin-blocked&road=reader"
    assert links[1] == "/it/guida/cie-inps/slot-reader/?pc-check=reader.contact-only&road=reader"
    assert client.get(links[0]).status_code == 200


def test_while_no_code_may_be_typed_no_way_to_one_is_shown(client, begun):
    link = joined(client, begun)
    link.report(report(*BLOCKED, CheckResult("software.installed", Outcome.FAILED, Code.SOFTWARE_MISSING)))
    first, second = page_of(client.get(CHECK)).select(".finding")
    assert first.select_one("code").get_text() == "card.pin-blocked"
    assert second.select_one("a") is None  # that step leads on to pairing, which takes the PIN


def test_check_again_is_a_wish_and_the_next_report_takes_its_place(client, begun):
    link = joined(client, begun)
    link.report(report())
    assert link.listen().wish == 0
    press(client, again="1")
    assert "Vai alla finestra del programma" in page_of(client.get(CHECK)).get_text()
    assert link.listen().wish == 1
    link.progress(3, 22)
    link.report(report(*FINE))
    page = page_of(client.get(CHECK))
    assert "niente che non va" in page.select_one(".fine").get_text()
    assert page.select(".finding") == []
    assert KeptReport.objects.count() == 2


def test_from_a_later_step_the_pc_can_be_checked_again(client, begun):
    link = joined(client, begun)
    link.report(report())
    step = client.get("/it/guida/cie-inps/pin-blocked/?pc-check=card.pin-blocked&road=reader")
    again = page_of(step).find("a", string="Controlla di nuovo il PC")["href"]
    assert again == CHECK
    assert page_of(client.get(again)).select_one("button[name=again]")
    by_hand = client.get("/it/guida/cie-inps/reader-kind/?pc-check=cannot&road=reader")
    assert "Controlla di nuovo il PC" not in by_hand.content.decode()


def test_a_closed_program_is_told_and_its_report_stays(client, begun):
    link = joined(client, begun)
    link.report(report())
    link.end()
    page = page_of(client.get(CHECK))
    assert "Il programma è stato chiuso" in page.get_text()
    assert page.select_one(".finding")
    assert page.select_one("button[name=begin]")


def test_a_silent_program_is_told(client, begun):
    joined(client, begun)
    Pairing.objects.update(heard_at=timezone.now() - timedelta(minutes=1))
    assert "non si fa sentire" in page_of(client.get(CHECK)).get_text()


@pytest.mark.parametrize(("minutes", "state"), [(10, "waiting"), (5, "compare"), (30, "open")])
def test_each_state_ends_by_itself_at_its_time(client, begun, minutes, state):
    link = None if state == "waiting" else new_link()
    if link is not None:
        word = link.pair(begun.replace("-", ""), "it").word
        if state == "open":
            press(client, word=word)
    with time_machine.travel(timezone.now() + timedelta(minutes=minutes - 1)):
        assert "Il tempo di questo codice" not in page_of(client.get(CHECK)).get_text()
    with time_machine.travel(timezone.now() + timedelta(minutes=minutes, seconds=1)):
        assert "Il tempo di questo codice è finito" in page_of(client.get(CHECK)).get_text()
        jobs.clear()


def test_nothing_unfinished_stays(client, begun):
    link = joined(client, begun)
    link.report(report())
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        jobs.clear()
        assert Pairing.objects.count() == 0
        assert KeptReport.objects.count() == 1  # for a request, for a day
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        jobs.clear()
        assert KeptReport.objects.count() == 0


def test_a_poll_costs_one_query_and_no_page_where_nothing_is_new(client, begun, django_assert_num_queries):
    seen = mark(client)
    with django_assert_num_queries(1):
        assert poll(client, seen).status_code == 204
    link = joined(client, begun)
    seen = mark(client)
    with django_assert_num_queries(1):
        assert poll(client, seen).status_code == 204
    link.report(report())
    assert "card.pin-blocked" in poll(client, seen).content.decode()
    seen = mark(client)
    with django_assert_num_queries(1):
        assert poll(client, seen).status_code == 204
    link.end()
    assert poll(client, "x").status_code == 286  # htmx asks no more


def test_from_the_check_step_what_is_joined_stays_joined(client, begun):
    link = joined(client, begun)
    client.post(CHECK, {"begin": "1"}, **OWN_PAGE)
    assert link.listen().state == "open"
    own = {"begin": "1", "pairing": Pairing.objects.get().public_id}
    client.post(CHECK, own, **OWN_PAGE)  # the page's own button means it
    assert page_of(client.get(CHECK)).select_one(".short.code")


def test_the_second_code_ends_the_first(client, begun):
    client.post(CHECK, {"begin": "1"}, **OWN_PAGE)
    other = page_of(client.get(CHECK)).select_one(".short.code").get_text()
    assert other != begun
    assert Pairing.objects.get(state="over").why == Why.REPLACED


def test_a_page_that_was_open_too_long_says_so_and_no_more(client, begun):
    """Its pairing is deleted: what comes is a part of a page, and never a page inside the page."""
    Pairing.objects.all().delete()
    said = poll(client, "x")
    assert (said.status_code, "<html" in said.content.decode()) == (286, False)
    assert "rimasta aperta a lungo" in said.content.decode()
    without_cookie = poll(Client(), "x")
    assert (without_cookie.status_code, "<html" in without_cookie.content.decode()) == (286, False)


def test_very_many_codes_from_one_network_are_met_with_words(client, settings):
    settings.PAIRINGS_AN_HOUR = 1
    assert client.post(CHECK, {"begin": "1"}, **OWN_PAGE).status_code == 303
    answer = client.post(CHECK, {"begin": "1"}, **OWN_PAGE)
    assert answer.status_code == 429
    assert "moltissimi codici" in answer.content.decode()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_letter_to_the_it_unit_says_what_to_do(client, language):
    url = CHECK.replace("/it/", f"/{language}/")
    client.post(url, {"begin": "1"}, **OWN_PAGE)
    code = page_of(client.get(url)).select_one(".short.code").get_text().replace("-", "")
    link = new_link()
    word = link.pair(code, "it").word
    pairings.pick(Pairing.objects.get(), word)
    results = [
        CheckResult("service.running", Outcome.FAILED, Code.SERVICE_STOPPED),
        CheckResult("network.sites", Outcome.WARNED, Code.NETWORK_UNREACHABLE, {"site": "www.inps.it"}),
        CheckResult("card.pin-tries", Outcome.FAILED, Code.PIN_BLOCKED, {"tries_left": 0}),
    ]
    link.report(report(*results))
    page = page_of(client.get(url.replace("controllo", "lettera")))
    letter = page.select_one("#letter").get_text()
    assert "pcscd" in letter
    assert "www.inps.it" in letter
    assert "1. " in letter
    assert "{" not in letter
    assert "mailto:" in page.select_one("main .button.second")["href"]


def test_without_a_report_there_is_no_letter(client, begun):
    target = client.get(CHECK.replace("controllo", "lettera"))["Location"]
    assert target == "/it/guida/cie-inps/pc-check/?road=reader"


def test_every_code_the_it_unit_can_mend_has_its_sentences(client):
    from troubleshoot.reports.letters import codes_in  # noqa: PLC0415

    italian, english = codes_in("it"), codes_in("en")
    assert italian == english
    assert len(italian) > 20
    assert Code.PIN_BLOCKED not in italian


def check_of(code: Code) -> str:
    """A check in which the code may stand."""
    return next(name for name in CHECKS if may_stand_in(code, name))


def facts_of(code: Code) -> dict[str, object]:
    """Facts such as the code comes with."""
    values = {"site": "www.inps.it", "check": "card.chip", "usb_vendor": "076b", "usb_product": "3031", "sw": "6A82"}
    values |= {"ins": "B0", "built_in": True}
    return {name: values.get(name, 0) for name, kind in FACTS.get(code, {}).items() if kind.allows(values.get(name, 0))}


@pytest.mark.parametrize("code", Code)
def test_every_code_leads_from_the_program_to_the_step_that_fits(client, begun, code):
    link = joined(client, begun)
    link.report(report(CheckResult(check_of(code), Outcome.FAILED, code, facts_of(code))))
    page = page_of(client.get(CHECK))
    [finding] = page.select(".finding")
    assert finding.select_one("code").get_text() == code
    target = finding.select_one("a")["href"]
    step = library.current().content.flows["cie-inps"].steps["pc-check"].next[code.value]
    assert target == f"/it/guida/cie-inps/{step}/?pc-check={code}&road=reader"
    assert page_of(client.get(target)).select_one("h1").get_text(strip=True)
    letter = page.find("a", string="Una lettera al servizio informatico")
    if letter:
        text = page_of(client.get(letter["href"])).select_one("#letter").get_text()
        assert "{" not in text
        assert "1. \n" not in text
