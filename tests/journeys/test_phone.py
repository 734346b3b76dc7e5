"""A PC and a phone walk the hand-over together; and the page on which a browser asks the sign-in sites."""

import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest
from playwright.sync_api import Browser, Page

from eidbridge.report import SITES
from tests.authority import make_authority
from tests.browser import launched
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


class Site(BaseHTTPRequestHandler):
    """Plays all sites, each by its name: there, gone as soon as it is asked, sending on elsewhere, silent to pages."""

    plays: ClassVar[dict[str, str]] = {}

    def do_GET(self) -> None:
        match self.plays[self.headers["Host"].partition(":")[0]]:
            case "there":
                self._answer(404)
            case "sends-on":
                self._answer(302, Location="https://elsewhere.example/")
            case "gone":
                self.connection.close()

    def _answer(self, status: int, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": "0", "Connection": "close", **headers}.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *_what: object) -> None:
        """Nothing."""


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A browser for which every sign-in site is a real server of this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    secure = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    secure.load_cert_chain(*make_authority(tmp_path_factory.mktemp("sites")).certify("sites.example"))
    server.socket = secure.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    rules = f"--host-resolver-rules=MAP *:443 127.0.0.1:{server.server_port}"
    with launched(rules, "--ignore-certificate-errors") as browser:
        yield browser
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    "plays", [("there", "gone", "sends-on"), ("sends-on", "gone", "there"), ("gone", "sends-on", "gone")]
)
def test_each_site_is_asked_after_a_click_alone_and_told_honestly(sites: Browser, site: Served, plays: tuple[str, ...]):
    walker = Walker(sites.new_context(locale="it-IT").new_page(), site.url)
    Site.plays = dict(zip(SITES, plays, strict=True))
    asked: list[str] = []
    walker.page.on("request", lambda request: asked.append(request.url) if site.url not in request.url else None)
    walker.open("/it/siti/")
    walker.page.wait_for_timeout(300)
    assert asked == []
    walker.page.get_by_role("button", name="Chiedi adesso").click()
    for name, play in zip(SITES, plays, strict=True):
        said = "nulla è arrivato" if play == "gone" else "qualcosa ha risposto"
        walker.page.locator(f'[data-site="{name}"] [data-said]').get_by_text(said).wait_for(timeout=5_000)
    assert sorted({url.split("/")[2] for url in asked if "elsewhere" not in url}) == sorted(SITES)
    assert walker.page.get_by_role("button", name="Chiedi adesso").evaluate("it => it === document.activeElement")
    walker.look()
    walker.page.context.close()


def test_without_javascript_the_sites_are_links(browser: Browser, site: Served):
    page = browser.new_context(locale="it-IT", java_script_enabled=False).new_page()
    page.goto(f"{site.url}/it/siti/")
    assert page.locator(".by-script:visible").count() == 0
    assert page.get_by_text("Apri ognuno di questi siti").is_visible()
    assert page.locator(".by-hand a").count() == len(SITES)
    page.context.close()
