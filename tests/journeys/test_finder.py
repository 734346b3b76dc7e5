"""A person writes what happens to her: answers while she types, the page behind the button, and where they lead."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.pages import Walker, html_faults, press, scrolls_sideways, violations
from tests.languages import LANGUAGES
from tests.serving import Served

pytestmark = [pytest.mark.browser, pytest.mark.server]

SURE = "il lettore vede la carta e dopo pochi secondi la perde"
CLOSE = "non ricordo il PIN"
NOTHING = "zxqj wvkp"
SECRET = "il PIN 48273651 non va"
#: Milliseconds without a key, as in `finder.js` and `_form.html`.
ASKS_AFTER_MS, QUIET_MS, LONG_QUIET_MS = 400, 1_000, 3_000


def write(page: Page, text: str) -> None:
    page.locator("#words").click()
    page.keyboard.type(text)


def suggested(page: Page) -> Page:
    expect(page.locator("#suggestions .found").first).to_be_visible()
    return page


def places(page: Page) -> list[dict]:
    """Where the parts of the page stand that were there before."""
    return [box.bounding_box() for box in page.locator("main h1, main h2:not(#suggestions h2), main .links").all()]


def test_answers_come_while_she_types_and_nothing_moves(walker):
    page = walker.page
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    walker.open("/it/")
    assert not [url for url in asked if "htmx" in url]
    before = places(page)
    write(page, SURE)
    suggested(page)
    assert [url for url in asked if "htmx" in url]
    assert places(page) == before
    assert not page.locator("#words").evaluate("field => field !== document.activeElement")
    assert all("perde" not in url for url in asked), "her words stand in no address"
    expect(page.locator(".finder [role=status]")).to_have_text(re.compile(r"rispost[ae] qui sotto"))
    assert violations(page) == []
    assert not scrolls_sideways(page)


def test_by_keyboard_alone(walker):
    page = walker.page
    walker.open("/it/")
    page.locator("#words").focus()
    page.keyboard.type(SURE)
    suggested(page)
    page.keyboard.press("Tab")  # the button
    page.keyboard.press("Tab")  # the first answer
    assert page.evaluate("document.activeElement.closest('#suggestions .found') !== null")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.id") == "words"
    expect(page.locator("#suggestions")).to_be_hidden()
    page.keyboard.type(" sempre")
    suggested(page)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "/it/guida/cie-inps/pc-check/" in page.url
    walker.look()


def test_answers_that_come_late_take_no_keyboard_away(walker):
    page = walker.page
    walker.open("/it/")
    write(page, SURE)
    suggested(page)
    page.keyboard.type(" ogni volta")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.wait_for_timeout(1_500)
    assert page.evaluate("document.activeElement.closest('#suggestions .found') !== null")
    page.keyboard.press("Escape")
    expect(page.locator("#suggestions")).to_be_hidden()


@pytest.mark.parametrize("size", [(360, 640), (1280, 500), (1280, 720)])
def test_the_button_under_the_keyboard_lies_under_nothing(walker, size):
    page = walker.page
    page.set_viewport_size({"width": size[0], "height": size[1]})
    walker.open("/it/")
    write(page, SURE)
    suggested(page)
    page.keyboard.press("Tab")
    assert page.evaluate(
        """() => {
            const box = document.activeElement.getBoundingClientRect();
            const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
            return document.activeElement.matches("form .button") && document.activeElement.contains(top);
        }"""
    )


def test_what_is_suggested_closes_when_she_goes_elsewhere(walker):
    page = walker.page
    walker.open("/it/")
    write(page, SURE)
    suggested(page)
    page.locator("h1").click()
    expect(page.locator("#suggestions")).to_be_hidden()
    page.locator("#words").focus()
    suggested(page)
    page.locator("#words").fill("")
    expect(page.locator("#suggestions")).to_be_hidden()
    expect(page.locator(".finder [role=status]")).to_be_empty()


def test_an_answer_that_comes_late_is_not_shown_for_other_words(context, site):
    page, held = context.new_page(), []
    page.goto(f"{site.url}/it/")
    page.route("**/it/cerca/", lambda route: held.append(route) if not held else route.continue_())
    with page.expect_request("**/it/cerca/"):
        write(page, SURE)
    page.wait_for_function("() => document.querySelector('.htmx-request')")
    page.locator("#words").fill("ho dimenticato la password di EU Login")
    suggested(page)
    expect(page.locator("#suggestions .found a").first).to_contain_text("password", ignore_case=True)


def test_when_the_network_goes_old_answers_go_too(context, site):
    page = context.new_page()
    page.goto(f"{site.url}/it/")
    write(page, SURE)
    suggested(page)
    context.set_offline(True)
    page.locator("#words").fill("ho dimenticato la password di EU Login")
    expect(page.locator("#suggestions")).to_be_hidden()
    context.set_offline(False)
    page.locator("#words").fill(SURE)
    suggested(page)


@pytest.fixture
def told(walker) -> Callable[[], list[str]]:
    """What the announcement has said so far, on the start page whose clock stands still."""
    page = walker.page
    page.clock.install()
    walker.open("/it/")
    page.evaluate(
        """() => {
          window.told = [];
          const status = document.querySelector(".finder [role=status]");
          new MutationObserver(() => window.told.push(status.textContent)).observe(status, { childList: true });
        }"""
    )
    page.locator("#words").click()
    page.wait_for_function("() => window.htmx")
    page.clock.pause_at(page.evaluate("Date.now()") + 1_000)
    return lambda: page.evaluate("window.told")


def answered(page: Page) -> None:
    """Her words are asked about, and what comes stands in the page."""
    with page.expect_response("**/cerca/") as response:
        page.clock.run_for(ASKS_AFTER_MS)
    response.value.finished()
    page.wait_for_function("() => !document.querySelector('.htmx-request, .htmx-swapping')")


def test_answers_are_announced_once_and_not_into_her_writing(walker, told):
    page = walker.page
    for part in ("il lettore vede ", "la carta e dopo ", "pochi secondi la perde"):
        page.keyboard.type(part)
        answered(page)
        suggested(page)
        page.clock.run_for(QUIET_MS - 1)
    assert told() == []
    page.clock.run_for(1)
    assert [text.partition(".")[0] for text in told()] == ["1 risposta qui sotto"]
    page.clock.run_for(60_000)
    assert len(told()) == 1


def test_a_key_puts_the_announcement_off(walker, told):
    page = walker.page
    page.keyboard.type(NOTHING)
    answered(page)
    for _ in range(20):
        page.clock.run_for(ASKS_AFTER_MS - 1)
        page.keyboard.type("x")
    assert told() == []
    answered(page)
    page.clock.run_for(LONG_QUIET_MS - 1)
    assert told() == []
    page.clock.run_for(1)
    assert told() == ["Con queste parole non si è trovato nulla"]


def test_that_nothing_was_found_is_announced_too(walker):
    page = walker.page
    walker.open("/it/")
    write(page, NOTHING)
    expect(page.locator(".finder [role=status]")).to_have_text("Con queste parole non si è trovato nulla")
    expect(page.locator("#suggestions")).to_be_hidden()
    page.locator("#words").fill(SECRET)
    expect(page.locator(".finder [role=status]")).to_contain_text("è stato coperto")


def test_on_a_phone_answers_stand_where_they_can_be_seen(browser, site):
    context = browser.new_context(viewport={"width": 360, "height": 640}, locale="it-IT", has_touch=True)
    page = context.new_page()
    page.goto(f"{site.url}/it/")
    page.locator("#words").tap()
    page.keyboard.type(SURE)
    suggested(page)
    box, field = page.locator("#suggestions").bounding_box(), page.locator("#words").bounding_box()
    assert abs(box["y"] - field["y"] - field["height"]) < 12
    assert violations(page) == []
    context.close()


def test_a_secret_is_gone_when_she_comes_back(walker):
    page = walker.page
    walker.open("/it/")
    write(page, f"{SURE} {SECRET}")
    suggested(page)
    expect(page.locator("#suggestions .covered")).to_be_visible()
    press(page.locator("#suggestions .found a"))
    page.go_back()
    assert "48273651" not in page.locator("#words").input_value()


def test_what_is_pasted_too_long_is_said(walker):
    page = walker.page
    walker.open("/it/cerca/")
    page.locator("#words").fill(f"{SURE}. " + "parole " * 400)
    press(page.locator(".finder button"))
    expect(page.locator(".answer")).to_contain_text("primi 2 000 caratteri")


def test_without_the_library_the_button_works(browser, site):
    context = browser.new_context(locale="it-IT")
    page = context.new_page()
    page.route("**/htmx*.js", lambda route: route.abort())
    page.goto(f"{site.url}/it/")
    write(page, SURE)
    expect(page.locator("[data-with-script]")).to_be_hidden()
    press(page.locator(".finder button"))
    expect(page.locator(".answer h2")).to_have_text("Sembra questo…")
    context.close()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("text", [SURE, CLOSE, NOTHING, SECRET, "Carta bloccata", "PUN errato", "<b>x</b> " * 300])
def test_every_answer_is_in_order(walker, language, text):
    page = walker.page
    walker.open(f"/{language}/cerca/")
    page.locator("#words").fill(text)
    press(page.locator(".finder button"))
    page.wait_for_load_state("load")
    assert violations(page) == []
    assert not scrolls_sideways(page)
    assert page.locator(".answer h2").count() >= 1
    assert "48273651" not in page.content()


def test_from_her_words_to_the_remedy(walker):
    """The answer fills in what she said; what only she can say is asked; then the remedy stands there."""
    page = walker.page
    walker.open("/it/")
    page.locator("#words").fill("inquadro il QR con l'app EU Login ma dice codice non valido")
    press(page.locator(".finder button"))
    press(page.locator(".found > li > a").first)
    walker.look()
    assert "/tries-second/" in page.url
    walker.choose("Nessuna")
    assert "/qr-does/" in page.url
    assert "phone=usual" in page.url


def test_back_after_a_wrong_turn_is_no_error_page(walker):
    page = walker.page
    walker.open("/it/")
    page.locator("#words").fill(SURE)
    press(page.locator(".finder > form > button"))
    press(page.locator(".found > li > a").last)
    page.go_back()
    walker.look()
    assert walker.title == "Cerca con parole tue"
    assert page.url.endswith("/it/cerca/")


def test_none_of_these_begins_from_the_first_question(walker):
    page = walker.page
    walker.open("/it/cerca/?q=lettore")
    press(page.locator(".none-of-these button").first)
    assert page.url.endswith("/it/guida/cie-inps/road/")


@pytest.mark.parametrize("width", [320, 1280])
def test_without_javascript(browser: Browser, site: Served, width: int):
    context = browser.new_context(java_script_enabled=False, locale="it-IT", viewport={"width": width, "height": 700})
    page = context.new_page()
    page.goto(f"{site.url}/it/")
    assert "Mentre scrivi" not in page.locator(".finder").inner_text()
    page.locator("#words").fill(CLOSE)
    press(page.locator(".finder button"))
    assert page.locator(".answer h2").inner_text().endswith("?")
    assert not scrolls_sideways(page)
    press(page.locator(".found > li > a").first)
    assert "/it/guida/" in page.url
    page.goto(f"{site.url}/it/cerca/?q=pin")
    press(page.locator(".none-of-these button").first)
    assert "/it/guida/" in page.url
    context.close()


def test_the_pages_are_valid_html(site):
    assert html_faults({f"{site.url}/it/cerca/?q={words}" for words in ("lettore", "pin", "zxqj", "")}) == ""


def test_the_field_stands_where_texts_are_looked_for(walker: Walker):
    walker.open("/it/testi/")
    walker.page.locator("#words").fill("Impossibile attivare la CIE nel processo corrente")
    press(walker.page.locator(".finder button"))
    expect(walker.page.locator(".found q").first).to_have_text("Impossibile attivare la CIE nel processo corrente")
