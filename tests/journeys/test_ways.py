"""The groups of both journeys as hard as it gets: by keyboard alone, without JavaScript, 320 px wide."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.cie_roads import ROADS
from tests.journeys.imi_groups import GROUPS
from tests.journeys.pages import Walker, scrolls_sideways
from tests.serving import Served
from troubleshoot.flows import library
from troubleshoot.flows.engine import walk
from troubleshoot.flows.model import Content, Kind

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def content() -> Content:
    return library.current().content


@pytest.fixture
def narrow(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": 320, "height": 640}, java_script_enabled=False, locale="it-IT", timezone_id="Europe/Rome"
    )
    yield context.new_page()
    context.close()


def press_by_keyboard(page: Page, selector: str) -> None:
    """Press Tab until the focus stands on it, and see that it shows and that the page fits."""
    assert not scrolls_sideways(page), page.url
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
            with page.expect_navigation():
                page.keyboard.press("Enter")
            return
    raise AssertionError(f"{selector} is not reached by Tab")


WAYS = [("imi", group, answers) for group, answers in GROUPS.items()]
WAYS += [("cie-inps", road, answers) for road, answers in ROADS.items()]


@pytest.mark.parametrize(("flow_id", "group", "answers"), WAYS, ids=[f"{way[0]} {way[1]}" for way in WAYS])
def test_a_group_is_walked_by_keyboard_without_javascript_on_a_narrow_screen(
    narrow, site: Served, content, flow_id, group, answers
):
    flow = content.flows[flow_id]
    narrow.goto(f"{site.url}/it/")
    press_by_keyboard(narrow, f'.choices a[href*="/guida/{flow_id}/"]')
    for visit in walk(flow, answers).visits:
        if visit.step.kind is Kind.REMEDY:
            while narrow.locator(".results").count() == 0:
                press_by_keyboard(narrow, ".choices a.ready")
            press_by_keyboard(narrow, f'.results button[value="{visit.answer}"]')
        else:
            place = list(visit.step.next).index(visit.answer) + 1
            which = "last-child" if visit.step.kind is Kind.CHECK else f"nth-child({place})"  # its codes are a report's
            press_by_keyboard(narrow, f".choices li:{which} a")
    end = walk(flow, answers).current
    assert narrow.locator("h1").inner_text() == flow.text(end.id, "it").title
    assert not scrolls_sideways(narrow)


def test_lists_texts_and_messages_fit_a_page_zoomed_to_400_percent(browser: Browser, site: Served):
    context = browser.new_context(viewport={"width": 320, "height": 256}, device_scale_factor=4, locale="it-IT")
    walker = Walker(context.new_page(), site.url)
    lost = (
        "external-replace=yes&method-now=yes&other-stopped=scan&own-mailbox-replace=yes&phone=new&where=second-factor"
    )
    for path in (
        "/it/testi/",
        "/it/testi/internal-users-only/",
        "/it/scrivi/imi/it-unit/?where=page-broken",
        "/it/guida/imi/sign-in-page/?aiuto=1&where=password",
        f"/it/guida/imi/replace-device/?add-with-other-method=no&{lost}&tries-second=more&use-other-method=cannot",
    ):
        walker.open(path)
    walker.assert_quiet()
    context.close()
