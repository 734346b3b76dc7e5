"""What every command shares: its words in the person's language, colours where a terminal is, exit codes."""

import os
import sys
from enum import IntEnum
from typing import TextIO

from eidbridge.report.words import words_in
from eidbridge.results import CheckResult, Outcome
from eidbridge.texts import language_of, texts


class Exit(IntEnum):
    """0 nothing is wrong, 1 something was found, 2 the command is wrong, 3 what it needs is missing, 130 Ctrl-C."""

    DONE = 0
    FOUND = 1
    WRONG = 2
    MISSING = 3
    INTERRUPTED = 130


_COLOURS = {Outcome.PASSED: "32", Outcome.WARNED: "33", Outcome.FAILED: "31", Outcome.SKIPPED: "2"}


def say(key: str, **values: object) -> str:
    """A text in the person's language."""
    return texts(language_of())[key].format(**values) if values else texts(language_of())[key]


def tell(text: str, *, to: TextIO | None = None) -> None:
    """One line, at once: a pipe reads it when it is said."""
    print(text, file=to or sys.stdout, flush=True)


def outcome_line(result: CheckResult) -> str:
    """`ok  reader.present  …`: the same words with and without colours, so that a screen reader loses nothing."""
    outcome = result.outcome
    if outcome is Outcome.FAILED and not result.proven:
        outcome = Outcome.WARNED
    word = say(f"outcome.{outcome}")
    return f"{_coloured(word.ljust(_width()), _COLOURS[outcome])}  {say(f'checks.{result.check}')}"


def finding_lines(result: CheckResult) -> list[str]:
    """Title and code, meaning, and the one thing to do."""
    assert result.code is not None
    words = words_in(language_of())[result.code]
    lines = [f"{_coloured(words.title, '1')} [{result.code}]", f"  {words.meaning}", f"  → {words.action}"]
    return lines if result.proven else [*lines, f"  {say('check.not-proven')}"]


def _width() -> int:
    return max(len(say(f"outcome.{outcome}")) for outcome in Outcome)


def _coloured(text: str, colour: str) -> str:
    return f"\x1b[{colour}m{text}\x1b[0m" if has_colours(sys.stdout) else text


def has_colours(stream: TextIO) -> bool:
    """Whether the other end is a terminal that shows colours, and nobody asked for none (no-color.org)."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM", "dumb") != "dumb"
