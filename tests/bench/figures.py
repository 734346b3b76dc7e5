"""A figure, its budget, and the table they are printed in."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class CannotRun(Exception):
    """A part of the benchmark cannot be run here; the message says why and what to do."""


class Verdict(StrEnum):
    OK = "ok"
    MISSED = "MISSED"
    NONE = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """budget: None where there is none. at_least: the budget is a floor, not a ceiling. note: printed behind it."""

    what: str
    value: float
    unit: str
    budget: float | None = None
    at_least: bool = False
    note: str = ""

    @property
    def verdict(self) -> Verdict:
        if self.budget is None:
            return Verdict.NONE
        kept = self.value >= self.budget if self.at_least else self.value <= self.budget
        return Verdict.OK if kept else Verdict.MISSED

    @property
    def row(self) -> tuple[str, ...]:
        budget = "" if self.budget is None else f"{'≥' if self.at_least else '≤'} {_budget(self.budget)}"
        return self.what, _shown(self.value), self.unit, budget, self.verdict, self.note


def _shown(value: float) -> str:
    if value == int(value):
        return f"{int(value):,}".replace(",", " ")
    return f"{value:.3f}" if value < 10 else f"{value:.1f}"


def _budget(value: float) -> str:
    return f"{value:,}".replace(",", " ")


def say(line: str = "") -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def print_table(title: str, figures: Sequence[Figure]) -> None:
    """Columns as wide as their longest entry; numbers to the right."""
    rows = [figure.row for figure in figures]
    widths = [max(len(row[column]) for row in rows) for column in range(6)]
    say(f"\n{title}")
    for what, value, unit, budget, verdict, note in rows:
        line = (
            f"  {what:<{widths[0]}}  {value:>{widths[1]}} {unit:<{widths[2]}}"
            f"  {budget:>{widths[3]}}  {verdict:<{widths[4]}}  {note}"
        )
        say(line.rstrip())
