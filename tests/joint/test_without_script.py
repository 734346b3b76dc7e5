"""The page that waits, without JavaScript and on a small screen: every step is a link or a button."""

from playwright.sync_api import Browser

from tests.joint.terminal import terminal
from tests.joint.test_window import CHECK, lying
from tests.journeys.pages import press, scrolls_sideways


def test_the_whole_way_by_links_and_buttons(secure_site, browser: Browser, program, stack, pcsc):
    context = browser.new_context(
        locale="it-IT", java_script_enabled=False, viewport={"width": 320, "height": 700}, timezone_id="Europe/Rome"
    )
    page = context.new_page()
    page.goto(secure_site.url + CHECK)
    press(page.get_by_role("button", name="Collega il programma"))
    code = page.locator(".short.code").inner_text()
    assert not scrolls_sideways(page)
    with lying(stack, pcsc, "pin-blocked"), terminal(program, "--send", "--code", code) as shown:
        word = shown.word
        press(page.get_by_role("link", name="L'ho scritto: guarda di nuovo"))
        assert not scrolls_sideways(page)
        press(page.get_by_role("button", name=word, exact=True))
        shown.until("Mando il rapporto a Prova?")
        press(page.get_by_role("link", name="Guarda di nuovo"))
        assert "Leggilo lì e premi Invia" in page.locator(".pairing").inner_text()
        shown.type("s")
        shown.until("Il rapporto è arrivato.")
        press(page.get_by_role("link", name="Guarda di nuovo"))
        assert not scrolls_sideways(page)
        press(page.get_by_role("link", name="Una lettera al servizio informatico"))
        assert "Quello che è stato trovato" in page.locator("main").inner_text() or page.locator("#letter").count()
        page.go_back()
        press(page.locator(".finding a.button").first)
        assert "/guida/cie-inps/pin-blocked/" in page.url
    context.close()
