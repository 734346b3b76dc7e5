"""A reviewer signs in with TOTP and with a passkey, and sets a notice, in the real browser."""

import pytest
from playwright.sync_api import Browser

from tests.journeys.pages import Walker, press
from tests.journeys.signing_in import Reviewer, new_reviewer, sign_in, type_password
from tests.serving import Served

pytestmark = pytest.mark.browser


@pytest.fixture
def reviewer(site: Served, request: pytest.FixtureRequest) -> Reviewer:
    return new_reviewer(site, f"{request.node.name}@nimic.example")


def test_sign_in_with_totp_then_pages_pass_axe(context, site, reviewer):
    walker = Walker(context.new_page(), site.url)
    type_password(walker.page, site, reviewer)
    walker.look()
    walker.page.goto(f"{site.url}/it/redazione/avvisi/")
    assert "accesso" in walker.page.url  # the password alone opens nothing
    sign_in(walker.page, site, reviewer)
    for path in ("/it/redazione/", "/it/redazione/mappa/imi/", "/it/redazione/avvisi/", "/it/redazione/accesso/2fa/"):
        walker.open(path)
    walker.open("/en/redazione/mappa/imi/type-by-hand/sospendi/")
    walker.assert_quiet()


def test_totp_works_without_javascript(browser: Browser, site, reviewer):
    context = browser.new_context(java_script_enabled=False, locale="it-IT")
    page = context.new_page()
    sign_in(page, site, reviewer)
    page.goto(f"{site.url}/it/redazione/avvisi/")
    page.get_by_label("Testo in italiano").fill("Prova senza script")
    page.get_by_label("Testo in inglese").fill("Trial without script")
    press(page.get_by_role("button", name="Pubblica"))
    assert "Prova senza script" in page.locator(".notice").first.inner_text()
    press(page.get_by_role("button", name="Togli"))
    assert page.locator(".notice").count() == 0
    context.close()


def test_a_wrong_code_does_not_get_in(context, site, reviewer):
    page = context.new_page()
    if page.locator("#id_code").count() == 0:
        type_password(page, site, reviewer)
    page.locator("#id_code").fill("000000")
    press(page.locator("form:has(#id_code) button"))
    assert page.locator(".errorlist").count() == 1
    page.goto(f"{site.url}/it/redazione/")
    assert "/accesso/" in page.url


def test_a_passkey_is_added_and_signs_in_alone(context, site, reviewer):
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
    sign_in(page, site, reviewer)
    page.goto(f"{site.url}/it/redazione/accesso/2fa/webauthn/add/")
    if page.locator("input[type=password]").count():  # a sensitive page asks once more
        page.locator("input[type=password]").fill(reviewer.password)
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
