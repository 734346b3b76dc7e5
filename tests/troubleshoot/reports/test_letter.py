"""The letter to the IT unit: nothing of it is lost on one system because it names another one."""

import dataclasses

import pytest

from eidbridge.errors import Code
from eidbridge.report import SystemFamily
from eidbridge.results import CheckResult, Outcome
from tests.eidbridge.report.examples import report
from tests.languages import LANGUAGES
from troubleshoot.reports.letters import letter_from

NO_SOFTWARE = CheckResult("software.installed", Outcome.FAILED, Code.SOFTWARE_MISSING)
SLOT_READER = CheckResult(
    "reader.kind", Outcome.WARNED, Code.READER_CONTACT_ONLY, {"usb_vendor": "076b", "usb_product": "3031"}
)
KNOWN = [SystemFamily.WINDOWS, SystemFamily.MACOS, SystemFamily.LINUX]


def asked(result: CheckResult, system: SystemFamily, language: str) -> tuple[str, ...]:
    (only,) = letter_from(dataclasses.replace(report(result), system=system), language).asked
    return only.ask


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("system", KNOWN)
def test_the_software_is_asked_for_on_every_system(system, language):
    assert "Software CIE" in asked(NO_SOFTWARE, system, language)[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_about_another_system_alone_is_left_out(language):
    on = {system: " ".join(asked(NO_SOFTWARE, system, language)) for system in KNOWN}
    assert "Java" in on[SystemFamily.LINUX]
    assert "Java" not in on[SystemFamily.WINDOWS] + on[SystemFamily.MACOS]
    assert "PIN" in on[SystemFamily.WINDOWS]
    assert "PIN" not in on[SystemFamily.LINUX] + on[SystemFamily.MACOS]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_reader_is_described_alike_on_every_system(language):
    assert len({asked(SLOT_READER, system, language) for system in KNOWN}) == 1
    assert len(asked(SLOT_READER, SystemFamily.WINDOWS, language)) == 2
