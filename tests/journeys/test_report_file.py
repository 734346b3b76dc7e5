"""A report file at the check step, with and without JavaScript; and the page before a harmful remedy."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from eidbridge.report import encode
from tests.eidbridge.report.examples import PIN_BLOCKED, report
from tests.journeys.pages import Walker, html_faults, press
from tests.serving import served
from tests.troubleshoot.flows import folder

pytestmark = pytest.mark.browser


@pytest.fixture
def report_file(tmp_path: Path) -> Path:
    file = tmp_path / "report.json"
    file.write_bytes(encode(report(PIN_BLOCKED)))
    return file


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_report_file_moves_the_flow(browser: Browser, site, report_file, tmp_path, script):
    context = browser.new_context(java_script_enabled=script, locale="it-IT")
    page = context.new_page()
    page.goto(f"{site.url}/it/")
    press(page.locator(".choices a", has_text="In INPS"))
    press(page.locator(".choices a", has_text="Con il PC e un lettore"))
    broken = tmp_path / "broken.json"
    broken.write_bytes(report_file.read_bytes()[:-30])
    page.locator("#report").set_input_files(broken)
    press(page.get_by_role("button", name="Leggi il rapporto"))
    assert "tagliato" in page.locator("#report-error").inner_text()
    page.locator("#report").set_input_files(report_file)
    press(page.get_by_role("button", name="Leggi il rapporto"))
    assert page.locator(".finding h2").inner_text().startswith("PIN bloccato")
    press(page.get_by_role("link", name="Vai al passo che aiuta").first)
    assert page.locator("h1").inner_text() == "Il PIN è bloccato. Hai il PUK intero?"
    context.close()


def test_the_pages_of_a_report_pass_axe(context, site, report_file):
    walker = Walker(context.new_page(), site.url)
    walker.open("/en/guida/cie-inps/pc-check/?road=reader")
    walker.look()
    walker.page.locator("#report").set_input_files(report_file)
    press(walker.page.get_by_role("button", name="Read the report"))
    walker.look()
    press(walker.page.get_by_role("link", name="Go on to the step that helps").first)
    walker.assert_quiet()


def test_a_harmful_remedy_says_first_what_is_lost(browser: Browser, tmp_path):
    content = folder.write(tmp_path)
    folder.replace(content / "tiny" / "flow.toml", '{ when = "waited_before", to = "ask" }, ', "")
    with served(tmp_path / "var", TROUBLESHOOT_CONTENT_DIR=str(content)) as site:
        context = browser.new_context(locale="it-IT")
        walker = Walker(context.new_page(), site.url)
        walker.open("/it/guida/tiny/break-in/?knock=no&tries-before=none&where=door")
        assert walker.title.startswith("Prima di farlo:")
        assert walker.page.locator(".results").count() == 0
        walker.choose("So che cosa perdo")
        assert walker.page.locator(".results button").count() == 3
        assert html_faults(walker.looked_at) == ""
        walker.assert_quiet()
        context.close()
