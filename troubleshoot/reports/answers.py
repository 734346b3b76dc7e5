"""From a report to the guide: what it answers a check step with, and the steps its findings lead to."""

from collections.abc import Collection
from dataclasses import dataclass

from eidbridge.errors import Code
from eidbridge.report import Report
from troubleshoot.flows.model import NOTHING, OTHER, Flow, Step
from troubleshoot.flows.pages import Page
from troubleshoot.flows.tries import CODES
from troubleshoot.reports.findings import Finding, in_words

#: With one of these no code may be typed, so it comes before whatever else was found: the ways from other findings
#: can lead on to a PIN. The PUK first: what is true of it decides about the PIN, too.
_NO_CODE = (
    Code.PUK_BLOCKED,
    Code.PUK_FEW_TRIES,
    Code.PIN_BLOCKED,
    Code.PIN_WRONG,
    Code.PIN_LAST_TRY,
    Code.PIN_TRIES_UNKNOWN,
)


@dataclass(frozen=True, slots=True)
class Led:
    """A finding, and the page of the step that solves it; empty where none may be shown now."""

    finding: Finding
    url: str


def answer_for(report: Report, step: Step) -> str:
    """The check step's answer: a finding that forbids to type a code, else the gravest that the step knows."""
    codes = _by_rank(report)
    known = [code.value for code in codes if code.value in step.next]
    if known:
        return known[0]
    return OTHER if codes else NOTHING


def led(report: Report, page: Page) -> list[Led]:
    """The findings, the one that answers the step first, each with its way on.

    While no code may be typed, no way is shown that can lead to typing one.
    """
    words = {finding.code: finding for finding in in_words(report, page.place.language)}
    codes = _by_rank(report)
    is_unsafe = any(code in _NO_CODE for code in codes)
    found = []
    for code in codes:
        target = page.step.next.get(code.value, "")
        is_first = code.value == answer_for(report, page.step)
        may_lead = target and (is_first or not is_unsafe or not _can_ask_for_code(page.flow, target))
        found.append(Led(words[code], page.url_after(code.value) if may_lead else ""))
    return found


def _by_rank(report: Report) -> list[Code]:
    codes = [result.code for result in report.findings if result.code is not None]
    return sorted(dict.fromkeys(codes), key=_rank)


def _rank(code: Code) -> int:
    return _NO_CODE.index(code) if code in _NO_CODE else len(_NO_CODE)


def _can_ask_for_code(flow: Flow, start: str) -> bool:
    return any(flow.steps[name].tries in CODES for name in _reached(flow, start))


def _reached(flow: Flow, start: str) -> Collection[str]:
    reached: set[str] = set()
    before = [start]
    while before:
        step = flow.steps[before.pop()]
        if step.id not in reached:
            reached.add(step.id)
            before += [*step.next.values(), *(rule.to for rule in step.rules)]
    return reached
