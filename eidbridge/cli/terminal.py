"""What every command shares: its words in the person's language, colours where a terminal is, exit codes."""

import codecs
import io
import os
import sys
import unicodedata
from enum import IntEnum
from typing import TextIO

from eidbridge.errors import Code
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


#: What takes the place of signs that an old terminal's encoding lacks; accents become apostrophes, as typed in Italian.
_PLAIN = {"→": "->", "«": '"', "»": '"', "“": '"', "”": '"', "’": "'", "…": "..."}


def prepare_streams() -> None:
    """No output fails for its encoding, and none for being closed."""
    codecs.register_error("eidbridge-plain", _in_plain_signs)
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "r" if name == "stdin" else "w", encoding="utf-8"))  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="eidbridge-plain")


def _in_plain_signs(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(_plain, error.object[error.start : error.end])), error.end


def _plain(sign: str) -> str:
    if sign in _PLAIN:
        return _PLAIN[sign]
    base = unicodedata.normalize("NFKD", sign)[:1]
    return f"{base}'" if base.isascii() and base.isalpha() else "?"


def shown(foreign: str) -> str:
    """What somebody else wrote, such as a reader's name, without anything that steers a terminal."""
    return "".join(sign if sign.isprintable() else "?" for sign in foreign)[:80]


def say(key: str, **values: object) -> str:
    """A text in the person's language."""
    return texts(language_of())[key].format(**values) if values else texts(language_of())[key]


def tell(text: str, *, to: TextIO | None = None) -> None:
    """One line, at once: a pipe reads it when it is said."""
    print(text, file=to or sys.stdout, flush=True)


def words_lines(code: Code) -> list[str]:
    """Title and code, meaning, and the one thing to do."""
    words = words_in(language_of())[code]
    return [f"{_coloured(words.title, '1')} [{code}]", f"  {words.meaning}", f"  → {words.action}"]


def outcome_line(result: CheckResult) -> str:
    """`ok  reader.present  …`: the same words with and without colours, so that a screen reader loses nothing."""
    outcome = result.outcome
    if outcome is Outcome.FAILED and not result.proven:
        outcome = Outcome.WARNED
    word = say(f"outcome.{outcome}")
    return f"{_coloured(word.ljust(_width()), _COLOURS[outcome])}  {say(f'checks.{result.check}')}"


def finding_lines(result: CheckResult) -> list[str]:
    """The words of a finding, and whether it was ever seen on such a system."""
    assert result.code is not None
    lines = words_lines(result.code)
    return lines if result.proven else [*lines, f"  {say('check.not-proven')}"]


def _width() -> int:
    return max(len(say(f"outcome.{outcome}")) for outcome in Outcome)


def _coloured(text: str, colour: str) -> str:
    return f"\x1b[{colour}m{text}\x1b[0m" if has_colours(sys.stdout) else text


def has_colours(stream: TextIO) -> bool:
    """Whether the other end is a terminal that shows colours, and nobody asked for none (no-color.org)."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM", "dumb") != "dumb"
