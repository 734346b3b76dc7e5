"""One path for each group of cases of both journeys in the real browser, in both languages, with axe."""

import pytest

from tests.journeys.cie_roads import ROADS
from tests.journeys.imi_groups import GROUPS
from tests.journeys.pages import html_faults, press
from tests.journeys.walking import walk_by_words
from troubleshoot.flows import library
from troubleshoot.flows.engine import walk
from troubleshoot.flows.model import READY, Content, Kind

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def content() -> Content:
    return library.current().content


WAYS = {"imi": GROUPS, "cie-inps": ROADS}


@pytest.mark.parametrize("flow_id", WAYS)
def test_every_path_of_a_group_is_one_of_the_flow(content, flow_id):
    for answers in WAYS[flow_id].values():
        walked = walk(content.flows[flow_id], answers)
        assert dict(walked.answers) == answers
        assert walked.current.kind is Kind.OUTCOME


@pytest.mark.parametrize("language", ["it", "en"])
@pytest.mark.parametrize("flow_id", WAYS)
def test_every_group_is_walked_to_its_end_with_axe_and_valid_html(walker, content, flow_id, language):
    for answers in WAYS[flow_id].values():
        walk_by_words(walker, content, flow_id, answers, language)
    assert len(walker.looked_at) > sum(map(len, WAYS[flow_id].values())) / 2
    assert html_faults(walker.looked_at) == ""


def test_german_screens_show_the_names_that_are_known(walker, content):
    walk_by_words(walker, content, "imi", GROUPS["first access"] | {"set-up-app": READY}, "it")
    press(walker.page.get_by_role("link", name="Deutsch"))
    walker.look()
    assert "Mobilgerät hinzufügen" in walker.page.locator("main").inner_text()
    assert "Nome visto su schermi in un'altra lingua" in walker.page.locator("main").inner_text()


@pytest.mark.parametrize("language", ["it", "en"])
def test_every_error_text_and_message_passes_axe_and_the_validator(walker, content, language):
    walker.open(f"/{language}/testi/")
    for error_id in content.errors:
        walker.open(f"/{language}/testi/{error_id}/")
    for desk in ("eulogin-support", "access-manager", "it-unit"):
        walker.open(f"/{language}/scrivi/imi/{desk}/?where=page-broken")
    for desk in ("ministry", "comune", "inps", "card-it-unit"):
        walker.open(f"/{language}/scrivi/cie-inps/{desk}/?road=codes&what-missing=lost")
    assert html_faults(walker.looked_at) == ""


def test_the_message_to_support_is_copied_whole(walker):
    walker.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    walker.open("/it/scrivi/imi/eulogin-support/?where=second-factor&tries-second=one")
    walker.page.get_by_role("button", name="Copia il messaggio").click()
    walker.page.get_by_text("Copiato").or_(walker.page.get_by_text("Copiata")).first.wait_for()
    copied = walker.page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("Buongiorno")
    assert "Quante volte hai provato a entrare negli ultimi 15 minuti? Una volta." in copied
