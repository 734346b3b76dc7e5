"""What a page sees in her browser by itself: the findings, and that nothing is sent."""

import time
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.pages import violations
from tests.serving import Served

pytestmark = pytest.mark.browser
BROWSER_PAGE = "/it/guida/imi/fresh-browser/?colleagues=no&other-network=no&where=page-broken"
DEVICE_PAGE = "/it/guida/imi/set-up-pc/?confirm-with=this-pc&phone=never&tries-second=none&where=second-factor"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:{v}.0) Gecko/20100101 Firefox/{v}.0"
CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{v}.0.0.0 Safari/537.36"
)
SAFARI = "Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15"


def opened(browser: Browser, site: Served, path: str, before: str = "", **context: Any) -> Page:
    page = browser.new_context(locale="it-IT", timezone_id="Europe/Rome", **context).new_page()
    if before:
        page.add_init_script(before)
    page.goto(site.url + path)
    return page


def finding(page: Page, look: str) -> str:
    """What the line says once the page has looked."""
    line = page.locator(f'[data-look="{look}"]')
    line.locator(".by-hand").wait_for(state="detached")
    return " ".join(line.inner_text().split())


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        (CHROME.format(v=156), "Browser Chrome 156: va bene per IMI."),
        (CHROME.format(v=109), "Browser Chrome 109: può essere troppo vecchio."),
        (CHROME.format(v=156) + " Edg/156.0.0.0", "Browser Edge 156: va bene per IMI."),
        (CHROME.format(v=156) + " OPR/120.0.0.0", "Browser non è uno di quelli consigliati"),
        (FIREFOX.format(v=153), "Browser Firefox 153: va bene per IMI."),
        (FIREFOX.format(v=91), "Browser Firefox 91: può essere troppo vecchio."),
        (SAFARI, "Browser non è uno di quelli consigliati"),
        ("Strange/1.0", "Browser non è uno di quelli consigliati"),
    ],
)
def test_the_browser_is_named_and_judged(browser: Browser, site: Served, agent, said):
    page = opened(browser, site, BROWSER_PAGE, user_agent=agent)
    assert finding(page, "browser").startswith(said)
    page.context.close()


def test_blocked_cookies_are_found(browser: Browser, site: Served):
    blocked = "Object.defineProperty(Navigator.prototype, 'cookieEnabled', { get: () => false })"
    page = opened(browser, site, BROWSER_PAGE, before=blocked)
    assert finding(page, "cookies").startswith("Cookie bloccati.")
    assert violations(page) == []
    page.context.close()
    page = opened(browser, site, BROWSER_PAGE)
    assert finding(page, "cookies").startswith("Cookie questo browser li permette.")
    page.context.close()


@pytest.mark.parametrize(
    ("hours", "said"), [(0, "Orologio giusto."), (26, "il tuo PC va avanti"), (-30, "il tuo PC resta indietro")]
)
def test_a_wrong_clock_is_found(browser: Browser, site: Served, hours, said):
    page = browser.new_context(locale="it-IT", timezone_id="Europe/Rome").new_page()
    page.clock.set_fixed_time(time.time() + hours * 3600)
    page.goto(site.url + BROWSER_PAGE)
    assert said in finding(page, "clock")
    page.context.close()


def authenticator(page: Page) -> None:
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasUserVerification": True, "isUserVerified": True}
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_a_device_that_can_replace_the_phone_is_found(browser: Browser, site: Served):
    page = opened(browser, site, DEVICE_PAGE)
    assert "ora non può confermare" in finding(page, "authenticator")
    authenticator(page)
    page.reload()
    assert "può confermare con PIN, volto o impronta" in finding(page, "authenticator")
    page.context.close()


def test_a_browser_without_passkeys_cannot_tell(browser: Browser, site: Served):
    page = opened(browser, site, DEVICE_PAGE, before="delete window.PublicKeyCredential")
    assert "questo browser non lo dice" in finding(page, "authenticator")
    page.context.close()


def test_nothing_is_sent_and_nothing_is_kept(browser: Browser, site: Served):
    page = opened(browser, site, "/it/")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(f"{request.method} {request.url.removeprefix(site.url)}"))
    page.goto(site.url + BROWSER_PAGE)
    for look in ("browser", "cookies", "clock"):
        finding(page, look)
    page.wait_for_load_state("networkidle")
    assert [line for line in asked if "/static/" not in line] == [f"GET {BROWSER_PAGE}"]
    assert page.context.cookies() == []
    assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
    page.context.close()


def test_a_page_come_back_to_does_not_take_an_old_hour_for_the_server_s(browser: Browser, site: Served):
    page = opened(browser, site, BROWSER_PAGE)
    assert "giusto" in finding(page, "clock")
    page.goto(f"{site.url}/it/privacy/")
    page.go_back()
    assert "indietro" not in finding(page, "clock")
    assert "avanti" not in finding(page, "clock")
    page.context.close()


def test_without_javascript_she_looks_herself(browser: Browser, site: Served):
    context = browser.new_context(java_script_enabled=False, locale="it-IT")
    page = context.new_page()
    page.goto(site.url + BROWSER_PAGE)
    assert page.locator(".by-hand").count() == 3
    assert "è Chrome, Edge o Firefox, aggiornato?" in page.locator(".looks").inner_text()
    context.close()
