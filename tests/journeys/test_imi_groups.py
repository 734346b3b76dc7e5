"""One path for each group of the IMI journey in the real browser: both languages, axe, no JavaScript, keyboard."""

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.pages import Walker, html_faults, press
from tests.journeys.walking import walk_by_words
from tests.serving import Served
from troubleshoot.flows import library
from troubleshoot.flows.engine import walk
from troubleshoot.flows.model import READY, Content, Kind

pytestmark = pytest.mark.browser

#: Group of cases: answers that lead through its longest typical way to an end.
GROUPS = {
    "first access": {
        "where": "never-entered",
        "office-uses-imi": "yes",
        "what-have": "only-mail",
        "create-account": "yes",
        "confirm-with": "phone",
        "set-up-app": "yes",
    },
    "who am I": {
        "where": "password",
        "sign-in-page": "address-unknown",
        "has-account": "same-address",
        "check-address": "no",
    },
    "second factor": {
        "where": "second-factor",
        "tries-second": "one",
        "phone": "usual",
        "which-method": "missing",
        "read-the-list": "no",
        "method-now": "no",
        "password-in-list": "no",
    },
    "the app, PIN": {
        "where": "second-factor",
        "tries-second": "none",
        "phone": "usual",
        "which-method": "app-pin",
        "app-does": "nothing",
        "open-app": "no",
        "let-app-speak": "no",
        "use-qr": "no",
        "method-now": "yes",
        "use-other-method": "cannot",
        "add-with-other-method": "no",
        "other-stopped": "scan",
        "own-mailbox-replace": "yes",
        "external-replace": "yes",
        "replace-device": "no",
        "reinstall-app": "no",
    },
    "the app, QR": {
        "where": "second-factor",
        "tries-second": "more",
        "phone": "usual",
        "which-method": "app-qr",
        "qr-does": "refused",
        "fresh-code": "no",
        "use-pin": "yes",
    },
    "nothing works": {
        "where": "second-factor",
        "tries-second": "one",
        "phone": "lost",
        "change-password-first": "yes",
        "method-now": "no",
        "password-in-list": "yes",
        "open-with-password": "no",
        "password-stopped": "method",
        "own-mailbox": "yes",
        "external": "yes",
        "remove-methods": "no",
        "nimic-said-delete": "yes",
        "delete-account": "yes",
        "register-anew": "yes",
    },
    "text messages": {
        "where": "second-factor",
        "tries-second": "none",
        "phone": "sms",
        "account-page-opens": "no",
        "own-mailbox-sms": "yes",
        "external-sms": "yes",
        "remove-methods-sms": "yes",
        "add-app-sms": "no",
        "app-added-sms": "yes",
    },
    "SPID by mistake": {
        "where": "password",
        "sign-in-page": "eid",
        "tries-eid": "none",
        "eid-what": "first-time",
        "eid-first-site": "other-site",
        "password-for-spid": "no",
        "spid-password-stopped": "imi",
        "nimic-named-the-id": "yes",
        "own-mailbox-merge": "yes",
        "external-merge": "yes",
        "merge-accounts": "yes",
    },
    "in EU Login, not in IMI": {
        "where": "imi-refuses",
        "imi-does": "not-known",
        "last-imi-mail": "not-found",
        "addresses-equal": "equal",
        "newest-link": "no",
        "link-stopped": "imi",
    },
    "not me": {
        "where": "page-broken",
        "other-network": "no",
        "colleagues": "yes",
    },
    "the browser": {
        "where": "page-broken",
        "other-network": "cannot",
        "colleagues": "no",
        "fresh-browser": "no",
        "site-data": "no",
    },
    "not a fault": {"where": "request", "what-request": "training"},
}


@pytest.fixture(scope="module")
def content() -> Content:
    return library.current().content


def test_every_path_of_a_group_is_one_of_the_flow(content):
    for answers in GROUPS.values():
        walked = walk(content.flows["imi"], answers)
        assert dict(walked.answers) == answers
        assert walked.current.kind is Kind.OUTCOME


@pytest.mark.parametrize("language", ["it", "en"])
def test_every_group_is_walked_to_its_end_with_axe_and_valid_html(walker, content, language):
    for answers in GROUPS.values():
        walk_by_words(walker, content, "imi", answers, language)
    assert len(walker.looked_at) > sum(map(len, GROUPS.values())) / 2
    assert html_faults(walker.looked_at) == ""


def test_german_screens_show_the_names_that_are_known(walker, content):
    walk_by_words(walker, content, "imi", GROUPS["first access"] | {"set-up-app": READY}, "it")
    press(walker.page.get_by_role("link", name="Deutsch"))
    walker.look()
    assert "Mobilgerät hinzufügen" in walker.page.locator("main").inner_text()
    assert "Nome visto su schermi in un'altra lingua" in walker.page.locator("main").inner_text()


def answer_without_script(page: Page, content: Content, answers: dict[str, str]) -> None:
    """Walk by the order of what the page offers; no script runs."""
    flow = content.flows["imi"]
    for visit in walk(flow, answers).visits:
        while page.locator(".results").count() == 0 and visit.step.kind is Kind.REMEDY:
            press(page.locator(".choices a.ready"))
        if visit.step.kind is Kind.REMEDY:
            press(page.locator(f'.results button[value="{visit.answer}"]'))
        else:
            press(page.locator(".choices a").nth(list(visit.step.next).index(visit.answer)))


def test_every_group_is_walked_without_javascript(browser: Browser, site: Served, content):
    context = browser.new_context(java_script_enabled=False, locale="it-IT")
    page = context.new_page()
    for answers in GROUPS.values():
        page.goto(f"{site.url}/it/guida/imi/where/")
        answer_without_script(page, content, answers)
        end = walk(content.flows["imi"], answers).current
        assert page.locator("h1").inner_text() == content.flows["imi"].text(end.id, "it").title
    context.close()


def press_by_keyboard(page: Page, selector: str) -> None:
    """Press Tab until the focus stands on it, and see that it shows."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
            with page.expect_navigation():
                page.keyboard.press("Enter")
            return
    raise AssertionError(f"{selector} is not reached by Tab")


@pytest.mark.parametrize("group", ["nothing works", "the browser", "SPID by mistake"])
def test_a_group_is_walked_by_keyboard(walker, content, group):
    page, flow = walker.page, content.flows["imi"]
    walker.open("/it/guida/imi/where/")
    for visit in walk(flow, GROUPS[group]).visits:
        if visit.step.kind is Kind.REMEDY:
            while page.locator(".results").count() == 0:
                press_by_keyboard(page, ".choices a.ready")
            press_by_keyboard(page, f'.results button[value="{visit.answer}"]')
        else:
            place = list(visit.step.next).index(visit.answer) + 1
            press_by_keyboard(page, f".choices li:nth-child({place}) a")
    assert walker.title == flow.text(walk(flow, GROUPS[group]).current.id, "it").title


@pytest.mark.parametrize("scale", [1, 4], ids=["320 px", "400 % of 1280 px"])
def test_no_page_of_a_group_scrolls_sideways(browser: Browser, site: Served, content, scale):
    context = browser.new_context(
        viewport={"width": 320, "height": 640 if scale == 1 else 256}, device_scale_factor=scale, locale="it-IT"
    )
    walker = Walker(context.new_page(), site.url)
    walker.looked_at = Everything()  # axe has seen these pages at full width
    for answers in GROUPS.values():
        walk_by_words(walker, content, "imi", answers, "it")
    for path in ("/it/testi/", "/it/testi/internal-users-only/", "/it/scrivi/imi/it-unit/?where=page-broken"):
        walker.open(path)
    walker.assert_quiet()
    context.close()


class Everything(set[str]):
    def __contains__(self, _: object) -> bool:
        return True


@pytest.mark.parametrize("language", ["it", "en"])
def test_every_error_text_and_message_passes_axe_and_the_validator(walker, content, language):
    walker.open(f"/{language}/testi/")
    for error_id in content.errors:
        walker.open(f"/{language}/testi/{error_id}/")
    for desk in ("eulogin-support", "access-manager", "it-unit"):
        walker.open(f"/{language}/scrivi/imi/{desk}/?where=page-broken")
    assert html_faults(walker.looked_at) == ""


def test_the_message_to_support_is_copied_whole(walker):
    walker.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    walker.open("/it/scrivi/imi/eulogin-support/?where=second-factor&tries-second=one")
    walker.page.get_by_role("button", name="Copia il messaggio").click()
    walker.page.get_by_text("Copiato").or_(walker.page.get_by_text("Copiata")).first.wait_for()
    copied = walker.page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("Buongiorno")
    assert "Quante volte hai provato a entrare negli ultimi 15 minuti? Una volta." in copied
