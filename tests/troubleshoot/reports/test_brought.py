"""A report file at the check step: it moves the flow, or says why it was refused."""

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile

from eidbridge.report import encode
from eidbridge.results import CheckResult, Outcome
from tests.eidbridge.report.examples import FINE, NO_READER, PIN_BLOCKED, SLOT_READER, report
from tests.languages import LANGUAGES
from tests.troubleshoot.conftest import OWN_PAGE

pytestmark = pytest.mark.django_db
URL = "/it/rapporto/cie-inps/pc-check/?road=reader"


def bring(client, data: bytes, url: str = URL):
    return client.post(url, {"report": SimpleUploadedFile("<b>report</b>.json", data)}, **OWN_PAGE)


@pytest.mark.parametrize(
    ("checks", "answer", "step"),
    [
        ([NO_READER], "reader.none", "plug-in-reader"),
        ([SLOT_READER], "reader.contact-only", "slot-reader"),
        ([FINE, PIN_BLOCKED], "card.pin-blocked", "pin-blocked"),
        ([SLOT_READER, PIN_BLOCKED], "card.pin-blocked", "pin-blocked"),
        ([FINE], "nothing", "where-stops"),
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_report_moves_the_flow_to_the_step_of_its_gravest_finding(client, checks, answer, step, language):
    response = bring(client, encode(report(*checks)), f"/{language}{URL[3:]}")
    assert response.status_code == 200
    page = BeautifulSoup(response.content.decode(), "html.parser")
    target = page.select_one("main .button")["href"]
    assert target == f"/{language}/guida/cie-inps/{step}/?pc-check={answer}&road=reader"
    assert client.get(target).status_code == 200


def test_each_finding_is_shown_with_its_meaning_and_one_action(client):
    page = bring(client, encode(report(SLOT_READER, PIN_BLOCKED))).content.decode()
    assert page.index("PIN bloccato") < page.index("Il lettore ha una fessura")
    assert "cerca il PUK" in page
    assert "Portato a mano" in page


@pytest.mark.parametrize(("check", "count"), [(NO_READER, 1), (PIN_BLOCKED, 0)])
def test_the_letter_is_offered_where_the_it_unit_can_do_something(client, check, count):
    page = BeautifulSoup(bring(client, encode(report(check))).content.decode(), "html.parser")
    assert len(page.select("main a[href*='/lettera/']")) == count


def test_a_finding_on_a_system_never_tried_is_marked_and_not_red(client):
    from dataclasses import replace  # noqa: PLC0415

    page = BeautifulSoup(
        bring(client, encode(report(replace(NO_READER, proven=False)))).content.decode(), "html.parser"
    )
    assert page.select(".finding.unproven .tag")[0].get_text() == "qui non provato"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "non è un rapporto"),
        (b"<script>alert(1)</script>", "non è un rapporto"),
        (b"[" * 200_000, "non è un rapporto"),
        (b" " * 300_000, "troppo grande"),
        (encode(report(NO_READER)).replace(b'"schema_version": 1', b'"schema_version": 9'), "altra versione"),
        (encode(report(NO_READER))[:-40], "tagliato"),
        (encode(report(NO_READER)).replace(b'"end"', b'"name": "<img src=x>", "end"'), "non conosce"),
        (encode(report(NO_READER)).replace(b"reader.present", b"<script>"), "non conosce"),
    ],
)
def test_a_hostile_file_is_refused_with_a_clear_sentence(client, data, words):
    response = bring(client, data)
    assert response.status_code == 422
    page = BeautifulSoup(response.content.decode(), "html.parser")
    assert words in page.select_one("#report-error").get_text()
    assert page.select_one("#report")["aria-describedby"] == "report-error"
    assert "<script>alert" not in response.content.decode()
    assert "&lt;b&gt;report" not in response.content.decode()


@pytest.mark.parametrize("checks", [[], [CheckResult("reader.present", Outcome.SKIPPED)]])
def test_a_report_in_which_nothing_was_checked_is_not_called_fine(client, checks):
    response = bring(client, encode(report(*checks)))
    assert response.status_code == 422
    assert "tagliato" in response.content.decode()


def test_no_file_is_said(client):
    response = client.post(URL, {}, **OWN_PAGE)
    assert response.status_code == 422
    assert "Non hai scelto nessun file" in response.content.decode()


def test_a_report_at_a_step_that_is_no_check_goes_back_to_the_step(client):
    response = bring(client, b"{}", "/it/rapporto/cie-inps/road/")
    assert response["Location"] == "/it/guida/cie-inps/road/"


def test_opening_the_address_alone_goes_back_to_the_step(client):
    assert client.get(URL)["Location"] == "/it/guida/cie-inps/pc-check/?road=reader"
