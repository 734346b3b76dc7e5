"""The whole joint: page, window, card. A blocked PIN is found, sent and solved, the next card is fine, the ticket holds
both reports."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page

from eidbridge.simulator.chip import Chip
from eidbridge.simulator.faults import FaultyCard
from eidbridge.simulator.profiles import PROFILES
from eidbridge.simulator.vpcd import VirtualCard
from eidbridge.transport.child import Pcsc
from tests.joint.screen import Screen, Window
from tests.journeys.pages import press, scrolls_sideways, violations
from tests.journeys.test_request import fill_in
from tests.pcsc.conftest import has_card, until
from tests.pcsc.stack import Stack
from tests.serving import Served

CHECK = "/it/guida/cie-inps/pc-check/?road=reader"


@contextmanager
def lying(stack: Stack, pcsc: Pcsc, name: str) -> Iterator[None]:
    until(lambda: stack.saw_the_last_card_go(stack.first))
    with VirtualCard(FaultyCard(Chip(PROFILES[name])), stack.port):
        until(lambda: has_card(pcsc, stack.first))
        yield


@pytest.fixture
def window(display: Screen) -> Iterator[Window]:
    made = Window(display)
    yield made
    made.close()


def look(page: Page) -> None:
    assert violations(page) == []
    assert not scrolls_sideways(page)


def keyboard_at(page: Page) -> str:
    """The element under the keyboard: its class, or its name."""
    return str(page.evaluate("document.activeElement.className || document.activeElement.tagName"))


def begin(page: Page, site: Served) -> str:
    """Press *join*; the code that shows."""
    page.goto(site.url + CHECK)
    press(page.get_by_role("button", name="Collega il programma"))
    look(page)
    return page.locator(".short.code").inner_text()


def pick(page: Page, word: str) -> None:
    """Pick the program's word on the page, which shows by itself that a program answers."""
    page.get_by_text("Un programma risponde.").wait_for(timeout=30_000)
    look(page)
    assert keyboard_at(page) == "BODY"  # it stood nowhere, and is taken nowhere
    assert page.locator(".words button").count() == 4
    press(page.get_by_role("button", name=word.lower(), exact=True))


def test_a_finding_moves_the_page_and_the_ticket_holds_it(
    secure_site, page, program, display, window, stack, pcsc, tmp_path
):
    program = program.on_a_whole_pc(tmp_path, PROFILES["cie-bit4id"].holder.nis)
    count = "from troubleshoot.reports.models import KeptReport; print(KeptReport.objects.count())"
    before = secure_site.shell(count)
    code = begin(page, secure_site)
    with program.window(display):
        with lying(stack, pcsc, "pin-blocked"):
            window.until("Codice mostrato dalla pagina")
            display.type(code.lower())
            display.press("Return")
            pick(page, window.word())
            said = window.until("PIN bloccato [card.pin-blocked]")
            assert "✗  problema: tentativi di PIN rimasti" in said
            assert "Niente parte prima di «Invia»" in said
            page.get_by_text("I controlli sono finiti.").wait_for(timeout=30_000)
            look(page)
            assert secure_site.shell(count) == before  # nothing before Send
            assert window.focus() == "Invia a Prova"
            display.press("Return")
            page.get_by_role("heading", name="PIN bloccato").wait_for(timeout=30_000)
            look(page)
            press(page.get_by_role("link", name=re.compile("Vai al passo che aiuta.*PIN bloccato")))
            assert "/guida/cie-inps/pin-blocked/" in page.url
            assert "pc-check=card.pin-blocked" in page.url
            press(page.get_by_role("link", name="Controlla di nuovo il PC"))
            press(page.get_by_role("button", name="Controlla di nuovo"))
            window.until("La pagina chiede di controllare di nuovo.")
        with lying(stack, pcsc, "cie-bit4id"):  # another card lies there now, and the window is the same
            display.press("Return")
            window.until("Invia a Prova")
            display.press("Return")
            window.until("Il rapporto è arrivato.")
        page.locator(".pairing").get_by_text("PIN bloccato").first.wait_for(state="detached", timeout=30_000)
        if program.has_software:
            page.get_by_text("non ha trovato niente che non va").wait_for(timeout=30_000)
        else:  # this system lets no process see other files: the card is fine, its program is missing
            page.get_by_role("heading", name="Il Software CIE non è installato").wait_for(timeout=30_000)
        look(page)
        page.get_by_role("button", name="Controlla di nuovo").focus()
    page.get_by_text("Il programma è stato chiuso.").wait_for(timeout=30_000)  # goodbye was said
    assert keyboard_at(page) == "pairing"  # its button is gone: it stays in the part where that stood
    look(page)
    in_the_ticket(page, secure_site)


def in_the_ticket(page: Page, site: Served) -> None:
    """A request from this browser holds both reports, and shows them before it is sent."""
    page.goto(f"{site.url}/it/scrivi/cie-inps/nimic/?pc-check=nothing&road=reader&where-stops=unknown")
    fill_in(page)
    press(page.locator("main button", has_text="Continua"))
    press(page.get_by_role("link", name="Continua"))
    sheet = page.locator(".paper").inner_text()
    assert "PIN bloccato card.pin-blocked (tentativi rimasti: 0)" in sheet
    assert sheet.count("dal programma, collegato alla pagina") == 2
    look(page)
    press(page.locator("main button", has_text="Invia"))
    kept = site.shell(
        "from troubleshoot.tickets.models import Ticket; facts = Ticket.objects.get().facts; "
        "print([[line.code for line in report.found] for report in facts.reports])"
    )
    assert kept.startswith("[['card.pin-blocked'")
    assert "pin-blocked" not in kept.partition("], [")[2]


def test_code_word_and_names_in_the_window(secure_site, page, program, display, window, stack):
    """What is typed into the field for the code is told apart; a wrong word sends the program away."""
    code = begin(page, secure_site)
    with program.window(display):
        said = window.until(f"Prova (localhost:{secure_site.url.rpartition(':')[2]})")
        assert said.split("\n\n")[0].strip().startswith("Prova")  # the site's name first
        for typed, answer in (
            ("12345678", "sembrano un PIN"),
            ("AF-4K7M-XW3T", "numero di una richiesta"),
            ("n00abc12", "nome utente di EU Login"),
            ("CIAO", "non è un codice"),
        ):
            display.type(typed)
            display.press("Return")
            window.until(answer)
        display.type(code)
        display.press("Return")
        word = window.word()
        page.get_by_text("Un programma risponde.").wait_for(timeout=30_000)
        wrong = [each for each in page.locator(".words button").all_inner_texts() if each.lower() != word.lower()]
        press(page.get_by_role("button", name=re.compile(wrong[0], re.IGNORECASE)).first)
        assert "Non era la parola" in page.locator(".pairing").inner_text()
        look(page)
        window.until("è stata scelta un'altra parola")
        assert "PIN" not in window.all()
