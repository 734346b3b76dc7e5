"""The pages beside the way of a request: axe, a small screen, and that each leads on."""

import pytest

from tests.journeys.pages import Walker, press
from tests.journeys.test_request import fill_in, screenshot
from tests.serving import Served

pytestmark = pytest.mark.browser
#: By the demo's reviewer: other tests make more of them on this site.
NOTICES = """
from troubleshoot.accounts.management.commands.make_reviewer import DEMO_EMAIL
from troubleshoot.accounts.models import User
from troubleshoot.notices import services
reviewer = User.objects.get(email=DEMO_EMAIL)
"""
PUT_UP = f"""{NOTICES}
print(services.put_up(by=reviewer, kind="outage", text_it="EU Login è fermo", text_en="EU Login is down").pk)
"""


@pytest.fixture
def small(context, site: Served) -> Walker:
    page = context.new_page()
    page.set_viewport_size({"width": 320, "height": 700})
    return Walker(page, site.url)


def newest_mail(walker: Walker, site: Served) -> None:
    """Let the worker send, then open the newest mail of the demo's mailbox."""
    for _ in range(2):  # what one turn queues, the next one sends
        site.manage("work", "--once")
    walker.open("/it/posta/")
    press(walker.page.locator(".choices a"))
    walker.look()


def test_pages_that_change_a_draft_and_the_demo_s_mail(small, site, tmp_path):
    page = small.page
    page.goto(f"{site.url}/it/scrivi/imi/?argomento=access")
    press(page.get_by_role("button", name="Continua"))  # nothing filled in
    small.look()
    page.locator(".error-box a").first.click()
    assert page.evaluate("document.activeElement.name") == "name"
    fill_in(page, "Il mio PIN è 48151623")
    press(page.get_by_role("button", name="Continua"))
    small.looked_at.clear()
    small.look()  # with what was covered
    press(page.get_by_role("button", name="Continua"))
    (tmp_path / "shot.png").write_bytes(screenshot())
    page.set_input_files("#pictures-file", tmp_path / "shot.png")
    page.get_by_role("button", name="Aggiungi questa immagine").click()
    page.locator(".pictures img").wait_for()
    press(page.get_by_role("link", name="Ritaglia i bordi"))
    small.look()
    press(page.get_by_role("link", name="Va bene così"))
    press(page.get_by_role("link", name="Continua"))
    press(page.get_by_role("link", name="Cambia il testo"))
    small.look()
    press(page.get_by_role("button", name="Continua"))
    press(page.get_by_role("button", name="Invia"))
    newest_mail(small, site)
    press(page.locator(".paper a"))
    press(page.get_by_role("button", name="Conferma e apri"))
    small.look()
    reference = page.url.split("/")[-2]
    press(page.get_by_role("button", name="Qualcun altro ha il mio link"))
    assert page.url.endswith("/it/richiesta/link/")
    page.get_by_label("Riferimento").fill(reference)
    page.get_by_label("La tua e-mail d'ufficio").fill("anna@comune.example")
    press(page.get_by_role("button", name="Mandami un nuovo link"))
    small.looked_at.clear()
    small.look()
    newest_mail(small, site)
    press(page.locator(".paper a"))
    small.look()
    assert page.get_by_role("button", name="Apri").count() == 1


@pytest.mark.parametrize("path", ["/it/bozza/x/", "/it/richiesta/AF-ACDE-FGH3/", "/it/richiesta/apri/x/"])
def test_pages_that_cannot_be_opened_lead_on(small, path):
    small.open(path)
    assert all("40" in said for said in small.heard)
    press(small.page.locator("main a.button"))
    assert small.page.locator("h1").count() == 1


def test_an_outage_is_followed(small, site):
    number = site.shell(PUT_UP).strip()
    try:
        small.page.wait_for_timeout(5_500)  # each process renews its notices
        small.open("/it/scrivi/imi/?argomento=outage")
        small.follow("Avvisami per e-mail")
        small.page.get_by_label("La tua e-mail d'ufficio").fill("bea@comune.example")
        press(small.page.get_by_role("button", name="Segui"))
        small.looked_at.clear()
        small.look()
        newest_mail(small, site)
        press(small.page.locator(".paper a"))
        small.look()
        press(small.page.get_by_role("button", name="Sì, avvisami"))
        small.looked_at.clear()
        small.look()
        press(small.page.get_by_role("button", name="No, cancella il mio indirizzo"))
        assert "cancellato" in small.page.locator("main").inner_text()
        small.assert_quiet()
    finally:
        site.shell(f"{NOTICES}services.take_down({number}, by=reviewer)")
