"""What a report answers the check step with: a code that may not be typed comes before every other finding."""

from datetime import UTC, datetime

import pytest

from eidbridge.errors import Code
from eidbridge.report import Report, SystemFamily
from eidbridge.results import CheckResult, Outcome
from troubleshoot.flows import library
from troubleshoot.flows.engine import walk
from troubleshoot.flows.model import Kind
from troubleshoot.flows.tries import CODES
from troubleshoot.reports.views import answer_for

PIN = "card.pin-tries"
UNSAFE = [
    CheckResult(PIN, Outcome.WARNED, Code.PIN_LAST_TRY),
    CheckResult(PIN, Outcome.WARNED, Code.PIN_TRIES_UNKNOWN),
    CheckResult(PIN, Outcome.FAILED, Code.PIN_BLOCKED),
    CheckResult(PIN, Outcome.FAILED, Code.PUK_FEW_TRIES),
    CheckResult(PIN, Outcome.FAILED, Code.PUK_BLOCKED),
]
BESIDES = [
    CheckResult("software.installed", Outcome.FAILED, Code.SOFTWARE_MISSING),
    CheckResult("software.paired", Outcome.WARNED, Code.SOFTWARE_NOT_PAIRED),
    CheckResult("browser.module", Outcome.WARNED, Code.BROWSER_NO_MODULE),
    CheckResult("host.clock", Outcome.FAILED, Code.HOST_CLOCK),
]


def report(*checks: CheckResult) -> Report:
    return Report("0.1.0", SystemFamily.LINUX, datetime(2026, 11, 28, tzinfo=UTC), checks)


@pytest.fixture
def flow():
    return library.current().content.flows["cie-inps"]


@pytest.mark.parametrize("unsafe", UNSAFE, ids=lambda result: result.code)
@pytest.mark.parametrize("besides", BESIDES, ids=lambda result: result.code)
def test_a_code_that_may_not_be_typed_comes_first(flow, unsafe, besides):
    assert answer_for(report(besides, unsafe), flow.steps["pc-check"]) == unsafe.code


@pytest.mark.parametrize("unsafe", UNSAFE, ids=lambda result: result.code)
def test_no_way_from_such_a_report_asks_for_the_pin(flow, unsafe):
    """Only for the PUK, where the card has told that enough tries of it are left, or nothing, and she was asked."""
    reached, before = set(), [flow.steps["pc-check"].next[unsafe.code.value]]
    while before:
        step = flow.steps[before.pop()]
        if step.id not in reached:
            reached.add(step.id)
            before += [*step.next.values(), *(rule.to for rule in step.rules)]
    asks = {name for name in reached if flow.steps[name].tries in CODES}
    assert asks == ({"new-pin"} if unsafe.code is Code.PIN_BLOCKED else set())


def test_of_the_others_the_gravest_counts(flow):
    step = flow.steps["pc-check"]
    assert answer_for(report(BESIDES[1], BESIDES[0]), step) == Code.SOFTWARE_MISSING
    assert answer_for(report(CheckResult("reader.present", Outcome.PASSED)), step) == "nothing"
    assert walk(flow, {"road": "reader", "pc-check": "nothing"}).current.kind is Kind.QUESTION
