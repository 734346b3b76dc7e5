"""Group *password* in the real browser: both languages, axe, no JavaScript, keyboard, narrow, zoomed."""

import pytest
from playwright.sync_api import Browser

from tests.journeys.pages import Walker, html_faults, press
from tests.journeys.walking import walk_by_words
from tests.serving import Served
from tests.troubleshoot.flows.test_content import PASSWORD_CASES
from troubleshoot.flows import library
from troubleshoot.flows.model import Content

pytestmark = pytest.mark.browser
TO_PASSWORD = {"where": "password", "sign-in-page": "refused"}


@pytest.fixture(scope="module")
def content() -> Content:
    return library.current().content


def case(name: str) -> dict[str, str]:
    return TO_PASSWORD | PASSWORD_CASES[name][0]


@pytest.mark.parametrize("language", ["it", "en"])
def test_every_case_is_walked_to_its_remedy_with_axe_and_valid_html(walker, content, language):
    for name in PASSWORD_CASES:
        walk_by_words(walker, content, "imi", case(name), language)
    assert len(walker.looked_at) > len(PASSWORD_CASES)
    assert html_faults(walker.looked_at) == ""


@pytest.mark.parametrize("language", ["it", "en"])
def test_from_the_start_page_to_being_in(walker, language):
    words = {
        "it": (
            "In IMI, con EU Login",
            "Alla password",
            "Rifiuta la password",
            "Nessuna",
            "La scrivo",
            "Sì, ha funzionato",
            "Sei dentro",
        ),
        "en": (
            "IMI, through EU Login",
            "At the password",
            "It refuses",
            "Not once",
            "I type it",
            "Yes, it worked",
            "You are in",
        ),
    }[language]
    walker.open(f"/{language}/")
    for choice in words[:5]:
        walker.choose(choice)
    walker.answer(words[5])
    assert walker.title == words[6]


def test_wrong_turns_back_and_reload_lose_nothing(walker, content):
    walk_by_words(walker, content, "imi", case("wrong, twice"), "it")
    there = walker.page.url
    walker.page.reload()
    assert walker.page.url == there
    for _ in range(3):
        walker.page.go_back()
    assert walker.title == "Che cosa sai della tua password?"
    walker.choose("Non la ricordo")
    assert walker.title == "Scegli una password nuova"
    walker.page.locator("summary", has_text="risposte finora").click()
    press(walker.page.get_by_role("link", name="Cambia Quante volte hai provato"))
    assert walker.page.locator(".choices [aria-current]").inner_text().startswith("Nessuna")
    walker.choose("Una volta")
    assert walker.title == "Scegli una password nuova"


def test_the_language_switch_stays_at_the_step(walker, content):
    walk_by_words(walker, content, "imi", case("wrong"), "it")
    press(walker.page.get_by_role("link", name="English").first)
    assert walker.title == "Type the password by hand, just once"


def test_other_ways_from_a_step(walker, content):
    walk_by_words(walker, content, "imi", case("wrong, twice"), "it")
    step = walker.page.url
    walker.follow("Fermati e riprendi dopo")
    short = walker.page.locator(".short").inner_text()
    walker.page.goto(short)
    assert walker.page.url == step
    walker.follow("Stampa")
    walker.page.go_back()
    walker.follow("Scrivi a NIMIC")
    walker.follow("copia ciò che sa la guida")
    assert "Scrivi la password a mano, una volta sola No, non ancora." in walker.page.locator("#sheet").input_value()
    walker.follow("Torna alla guida")
    walker.follow("Un'altra strada")
    assert walker.title == "Dove si è fermato l'accesso?"


def test_the_sheet_is_copied_by_a_button(walker, content):
    walker.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    walker.open("/it/scheda/imi/?where=password")
    walker.page.get_by_role("button", name="Copia il messaggio").click()
    walker.page.get_by_text("Copiato").wait_for()
    assert "Punto raggiunto:" in walker.page.evaluate("navigator.clipboard.readText()")


def test_the_pause_counts_down_and_keeps_its_end_over_a_reload(walker):
    walker.page.clock.install()
    walker.open("/it/guida/imi/pause-first/?sign-in-page=refused&tries-before=more&where=password")
    until = walker.page.locator(".pause-until").inner_text()
    walker.page.clock.run_for(61_000)
    assert walker.page.locator(".pause-count").inner_text() in ("13:59", "13:58")
    walker.page.reload()
    assert walker.page.locator(".pause-until").inner_text() == until
    walker.page.clock.run_for(15 * 60_000)
    assert "Il tempo è passato" in walker.page.locator(".pause-over").inner_text()
    assert walker.page.locator(".pause-left").is_hidden()


def test_the_group_is_walked_without_javascript(browser: Browser, site: Served, content):
    context = browser.new_context(java_script_enabled=False, locale="it-IT")
    page = context.new_page()
    page.goto(f"{site.url}/it/")
    for words in ("In IMI, con EU Login", "Alla password", "Rifiuta la password"):
        press(page.locator(".choices a", has_text=words))
    for words in ("Non lo so", "Ancora non lo so"):
        press(page.locator(".choices a.unknown", has_text=words))
    assert "vai avanti dalle" in page.locator(".pause").inner_text()
    press(page.get_by_role("button", name="Ho aspettato 15 minuti"))
    press(page.locator(".choices a", has_text="Non la ricordo"))
    press(page.get_by_role("button", name="No, non ancora"))
    press(page.locator(".choices a", has_text="La mail non arriva"))
    press(page.get_by_role("button", name="No, non ancora"))
    press(page.get_by_role("button", name="Sì, ha funzionato"))
    assert page.locator("h1").inner_text() == "Sei dentro"
    page.locator("summary", has_text="risposte finora").click()
    assert page.locator(".trail li").count() == 9
    context.close()


def tab_to(page, words: str) -> None:
    """Press Tab until the focus stands on what says `words`, and see that it shows."""
    for _ in range(40):
        page.keyboard.press("Tab")
        focused = page.evaluate("document.activeElement.matches('a, button') && document.activeElement.innerText")
        if focused and words in focused:
            assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
            return
    raise AssertionError(f"{words} is not reached by Tab")


def test_the_group_is_walked_by_keyboard(walker):
    page = walker.page
    walker.open("/it/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.innerText") == "Vai al contenuto"
    page.keyboard.press("Enter")
    for words in ("In IMI, con EU Login", "Alla password", "Rifiuta la password", "Nessuna", "La scrivo"):
        tab_to(page, words)
        with page.expect_navigation():
            page.keyboard.press("Enter")
    for words in ("No, non ancora", "La password viene rifiutata"):
        tab_to(page, words)
        with page.expect_navigation():
            page.keyboard.press("Enter")
    assert walker.title == "Scegli una password nuova"


@pytest.mark.parametrize("scale", [1, 4], ids=["320 px", "400 % of 1280 px"])
def test_no_page_scrolls_sideways_when_narrow(browser: Browser, site: Served, content, scale):
    height = 640 if scale == 1 else 256
    context = browser.new_context(
        viewport={"width": 320, "height": height}, device_scale_factor=scale, locale="it-IT", is_mobile=scale == 1
    )
    walker = Walker(context.new_page(), site.url)
    for name in ("wrong, twice", "too many tries", "cannot see the picture code", "reset mail missing"):
        walk_by_words(walker, content, "imi", case(name), "it")
    at = walker.page.url.split("?")[1]
    for path in (
        "/it/",
        f"/it/continua/imi/look-for-mail/?{at}",
        f"/it/stampa/imi/look-for-mail/?{at}",
        f"/it/scrivi/imi/?{at}",
    ):
        walker.open(path)
    walker.assert_quiet()
    context.close()


PAGES = (
    "/it/",
    "/it/guida/imi/reset-password/",
    "/it/accessibilita/",
    "/it/privacy/",
    "/it/contatti/",
    "/it/licenze/",
    "/it/redazione/accesso/login/",
    "/it/guida/imi/where/?aiuto=1",
    "/it/guida/message/whose-page/",
    "/it/guida/message/at-browser/?whose-page=pc",
    "/it/scrivi/imi/?where=request",
    "/it/scheda/imi/?where=request",
    "/it/scrivi/imi/",
    "/it/richiesta/link/",
    "/it/posta/",
    "/it/continua/imi/sign-in-page/?where=password",
    "/it/stampa/imi/sign-in-page/?where=password",
    "/it/guida/cie-inps/road/",
    "/it/guida/cie-inps/pc-check/?road=reader",
    "/it/guida/cie-inps/pin-blocked/?pc-check=card.pin-blocked&road=reader",
)


@pytest.mark.parametrize("language", ["it", "en"])
def test_every_other_page_passes_axe_and_the_validator(walker, language):
    for path in PAGES:
        walker.open(f"/{language}{path[3:]}")
    assert html_faults(walker.looked_at) == ""


@pytest.mark.parametrize("path", ["/it/guida/imi/no-such-step/", "/it/no/such/page/", "/it/v/imi-zzzz"])
def test_error_pages_pass_axe_and_lead_on(context, site, path):
    walker = Walker(context.new_page(), site.url)
    walker.open(path)
    assert all("404" in said for said in walker.heard)
    press(walker.page.locator("main a"))
    assert walker.page.locator("h1").count() == 1
