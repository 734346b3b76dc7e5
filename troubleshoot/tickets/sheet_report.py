"""A report of the PC check as the fact sheet keeps it: its lines, in words, as text and as JSON."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext, gettext_lazy

from eidbridge.report import Report, words_in
from eidbridge.results import Outcome
from troubleshoot.reports.models import KeptReport


@dataclass(frozen=True, slots=True)
class CheckedLine:
    """One check of a report. code: empty where it found nothing. title: the code's words, or the check's name. facts:
    what stands beside it, such as `tries_left: 0`.
    """

    check: str
    outcome: Outcome
    code: str
    title: str
    facts: tuple[tuple[str, str], ...] = ()

    @property
    def told(self) -> list[str]:
        """Its facts in words."""
        return [f"{_FACTS.get(name, name)}: {value}" for name, value in self.facts]


#: Facts of a report, in words of ours.
_FACTS = {
    "tries_left": gettext_lazy("tries left"),
    "usb_vendor": gettext_lazy("USB vendor"),
    "usb_product": gettext_lazy("USB product"),
    "usb_readers_seen": gettext_lazy("USB readers seen"),
    "built_in": gettext_lazy("built in"),
    "cards": gettext_lazy("cards"),
    "readers": gettext_lazy("readers"),
    "family": gettext_lazy("kind of card"),
    "site": gettext_lazy("site"),
    "sw": gettext_lazy("status word"),
    "ins": gettext_lazy("command"),
    "check": gettext_lazy("check"),
}


@dataclass(frozen=True, slots=True)
class SheetReport:
    """A report of the PC check, as it was stored. came_at, made_at: ISO 8601, UTC, the second by the PC's clock.
    by_hand: brought as a file.
    """

    came_at: str
    by_hand: bool
    program: str
    system: str
    lines: tuple[CheckedLine, ...]
    made_at: str = ""

    @property
    def found(self) -> tuple[CheckedLine, ...]:
        """What it names, failed before warned."""
        named = (line for line in self.lines if line.code)
        return tuple(sorted(named, key=lambda line: line.outcome is not Outcome.FAILED))

    @property
    def made(self) -> datetime | None:
        return datetime.fromisoformat(self.made_at) if self.made_at else None

    @property
    def passed(self) -> int:
        """How many checks found nothing wrong."""
        return sum(line.outcome is Outcome.PASSED for line in self.lines)

    @property
    def came(self) -> datetime:
        return datetime.fromisoformat(self.came_at)


def sheet_report(row: KeptReport, report: Report, language: str) -> SheetReport:
    """A report that this browser has waiting, as the sheet keeps it."""
    lines = tuple(
        CheckedLine(
            result.check,
            result.outcome,
            result.code.value if result.code else "",
            words_in(language)[result.code].title if result.code else result.check,
            tuple((name, str(value)) for name, value in result.facts.items()),
        )
        for result in report.checks
    )
    came_at = row.came_at.astimezone(UTC).isoformat(timespec="seconds")
    made_at = report.made_at.astimezone(UTC).isoformat(timespec="seconds")
    return SheetReport(came_at, row.by_hand, report.program, report.system.value, lines, made_at)


def report_lines(report: SheetReport) -> list[str]:
    """A report in lines: where it comes from, then what it found with its facts."""
    source = gettext("brought by hand as a file") if report.by_hand else gettext("by the program, joined with the page")
    passed = gettext("%(passed)s checks fine") % {"passed": report.passed}
    lines = [f"{report.came:%Y-%m-%d %H:%M} UTC, {source}, eidbridge {report.program}, {report.system}: {passed}"]
    for line in report.found:
        facts = ", ".join(line.told)
        lines.append(f"{line.title} [{line.code}]" + (f" ({facts})" if facts else ""))
    return lines


def report_to_json(report: SheetReport) -> dict[str, Any]:
    return {
        "came_at": report.came_at,
        "made_at": report.made_at,
        "by_hand": report.by_hand,
        "program": report.program,
        "system": report.system,
        "lines": [
            [line.check, line.outcome.value, line.code, line.title, [list(fact) for fact in line.facts]]
            for line in report.lines
        ],
    }


def report_from_json(stored: Mapping[str, Any]) -> SheetReport:
    """What `report_to_json` made. Raises KeyError, ValueError."""
    lines = tuple(
        CheckedLine(check, Outcome(outcome), code, title, tuple((name, value) for name, value in facts))
        for check, outcome, code, title, facts in stored["lines"]
    )
    made_at = stored.get("made_at", "")
    return SheetReport(stored["came_at"], stored["by_hand"], stored["program"], stored["system"], lines, made_at)
