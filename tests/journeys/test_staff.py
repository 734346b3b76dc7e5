"""A reviewer signs in with TOTP and with a passkey, and sets a notice, in the real browser."""

import time

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.pages import Walker, press
from tests.serving import Served

pytestmark = pytest.mark.browser
EMAIL, PASSWORD = "revisore@demo.example", "prova-prova-prova"


def fresh_code(site: Served, used: set[str]) -> str:
    """A one-time code that was not used yet: each is taken once, so a second sign-in waits for the next."""
    end = time.monotonic() + 40
    while (code := site.manage("demo_code").strip()) in used:
        assert time.monotonic() < end
        time.sleep(1)  # the clock of TOTP is the real one
    used.add(code)
    return code


@pytest.fixture(scope="module")
def used() -> set[str]:
    return set()


def type_password(page: Page, site: Served) -> None:
    page.goto(f"{site.url}/it/redazione/")
    page.get_by_label("E-mail").or_(page.get_by_label("Email")).first.fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    press(page.get_by_role("button", name="Accedi", exact=True))


def sign_in(page: Page, site: Served, used: set[str]) -> None:
    if page.locator("#id_code").count() == 0:
        type_password(page, site)
    page.locator("#id_code").fill(fresh_code(site, used))
    press(page.locator("form:has(#id_code) button"))
    page.get_by_role("heading", name="Pagine della redazione").wait_for()


def test_sign_in_with_totp_then_pages_pass_axe(context, site, used):
    walker = Walker(context.new_page(), site.url)
    type_password(walker.page, site)
    walker.look()
    walker.page.goto(f"{site.url}/it/redazione/avvisi/")
    assert "accesso" in walker.page.url  # the password alone opens nothing
    sign_in(walker.page, site, used)
    for path in ("/it/redazione/", "/it/redazione/mappa/imi/", "/it/redazione/avvisi/", "/it/redazione/accesso/2fa/"):
        walker.open(path)
    walker.open("/en/redazione/mappa/imi/type-by-hand/sospendi/")
    walker.assert_quiet()


def test_totp_works_without_javascript(browser: Browser, site, used):
    context = browser.new_context(java_script_enabled=False, locale="it-IT")
    page = context.new_page()
    sign_in(page, site, used)
    page.goto(f"{site.url}/it/redazione/avvisi/")
    page.get_by_label("Testo in italiano").fill("Prova senza script")
    page.get_by_label("Testo in inglese").fill("Trial without script")
    press(page.get_by_role("button", name="Pubblica"))
    assert "Prova senza script" in page.locator(".notice").first.inner_text()
    press(page.get_by_role("button", name="Togli"))
    assert page.locator(".notice").count() == 0
    context.close()


def test_a_wrong_code_does_not_get_in(context, site):
    page = context.new_page()
    if page.locator("#id_code").count() == 0:
        type_password(page, site)
    page.locator("#id_code").fill("000000")
    press(page.locator("form:has(#id_code) button"))
    assert page.locator(".errorlist").count() == 1
    page.goto(f"{site.url}/it/redazione/")
    assert "/accesso/" in page.url


def test_a_passkey_is_added_and_signs_in_alone(context, site, used):
    page = context.new_page()
    heard: list[str] = []
    page.on("console", lambda said: heard.append(said.text) if said.type == "error" else None)
    authenticator = context.new_cdp_session(page)
    authenticator.send("WebAuthn.enable")
    authenticator.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    sign_in(page, site, used)
    page.goto(f"{site.url}/it/redazione/accesso/2fa/webauthn/add/")
    if page.locator("input[type=password]").count():  # a sensitive page asks once more
        page.locator("input[type=password]").fill(PASSWORD)
        press(page.locator("main form button"))
    page.locator("#id_name").fill("Chiave di prova")
    page.locator("#id_passwordless").check()
    with page.expect_navigation(url=lambda address: "webauthn/add" not in address):
        page.locator("#mfa_webauthn_add").click()
    page.goto(f"{site.url}/it/redazione/accesso/2fa/webauthn/")
    assert "Chiave di prova" in page.locator("main").inner_text()
    context.clear_cookies()
    page.goto(f"{site.url}/it/redazione/")
    page.locator("#passkey_login").click()
    page.get_by_role("heading", name="Pagine della redazione").wait_for()
    assert heard == []
