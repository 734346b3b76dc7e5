"""A PC and a phone walk the hand-over together; and the page on which a browser asks the sign-in sites."""

import pytest
from playwright.sync_api import Browser, Page, Route

from eidbridge.report import SITES
from tests.journeys.pages import Walker, html_faults, press, scrolls_sideways, violations
from tests.serving import Served

pytestmark = pytest.mark.browser
ANDROID = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Mobile Safari/537.36"
)
QUESTION = "/it/guida/cie-inps/phone-card/?phone-app=inps-mobile&road=phone"


def phone_page(browser: Browser, **context) -> Page:
    return browser.new_context(
        viewport={"width": 360, "height": 740},
        user_agent=ANDROID,
        is_mobile=True,
        has_touch=True,
        locale="it-IT",
        **context,
    ).new_page()


def test_a_phone_answers_for_the_pc(browser: Browser, site: Served):
    pc = Walker(browser.new_context(locale="it-IT", viewport={"width": 1280, "height": 800}).new_page(), site.url)
    pc.open(QUESTION)
    press(pc.page.get_by_role("button", name="Rispondi dal telefono"))
    pc.look()
    phone = phone_page(browser)
    phone.goto(pc.page.locator(".short").inner_text())
    assert violations(phone) == []
    assert not scrolls_sideways(phone)
    assert "Android, Chrome" in phone.locator(".looks").inner_text()
    phone.get_by_label("Non fa nulla", exact=False).first.check()
    press(phone.get_by_role("button", name="Invia"))
    assert "guarda il PC" in phone.locator("h1").inner_text()
    assert violations(phone) == []
    pc.page.get_by_text("Un telefono risponde: Android, Chrome").wait_for(timeout=10_000)  # by itself
    pc.look()
    press(pc.page.get_by_role("button", name="Sì, prosegui"))
    assert "phone-card=nothing" in pc.page.url
    assert html_faults(pc.looked_at) == ""
    phone.context.close()
    pc.page.context.close()


def test_it_works_without_javascript_on_both(browser: Browser, site: Served):
    pc = browser.new_context(locale="it-IT", java_script_enabled=False).new_page()
    pc.goto(site.url + QUESTION)
    press(pc.get_by_role("button", name="Rispondi dal telefono"))
    phone = phone_page(browser, java_script_enabled=False)
    phone.goto(pc.locator(".short").inner_text())
    phone.get_by_label("Non fa nulla", exact=False).first.check()
    press(phone.get_by_role("button", name="Invia"))
    press(pc.get_by_role("link", name="Ha risposto? Guarda di nuovo"))
    press(pc.get_by_role("button", name="Sì, prosegui"))
    assert "phone-card=nothing" in pc.url
    phone.context.close()
    pc.context.close()


# The sites of a login.


def test_the_sites_are_asked_after_a_click_alone_and_told_honestly(browser: Browser, site: Served):
    walker = Walker(browser.new_context(locale="it-IT").new_page(), site.url)
    asked: list[str] = []

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        if SITES[0] in route.request.url:
            route.fulfill(status=404, body="?")
        elif SITES[1] in route.request.url:
            route.abort("connectionrefused")
        else:  # it answers, and sends on to an address of its own choice
            route.fulfill(status=302, headers={"Location": "https://elsewhere.example/"})

    walker.page.route(lambda url: any(name in url for name in SITES), answer)
    walker.open("/it/siti/")
    walker.page.wait_for_timeout(300)
    assert asked == []
    walker.page.get_by_role("button", name="Chiedi adesso").click()
    lines = [walker.page.locator(f'[data-site="{name}"] [data-said]') for name in SITES]
    for line in lines:
        line.get_by_text("risposto").or_(line.get_by_text("non si può dire")).first.wait_for()
    assert "qualcosa ha risposto" in lines[0].inner_text()
    assert "nulla ha risposto" in lines[1].inner_text()
    assert sorted(url.split("/")[2] for url in asked if "elsewhere" not in url) == sorted(SITES)
    walker.look()
    walker.page.context.close()


def test_without_javascript_the_sites_are_links(browser: Browser, site: Served):
    page = browser.new_context(locale="it-IT", java_script_enabled=False).new_page()
    page.goto(f"{site.url}/it/siti/")
    assert page.locator(".by-script").is_hidden()
    assert page.locator(".by-hand a").count() == len(SITES)
    page.context.close()
