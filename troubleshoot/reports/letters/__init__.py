"""A letter to the IT unit, made of what the program found: what to allow, install, start or set, with exact names.

The sentences stand by code in `<language>.toml`; a code that no IT unit can mend has none.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from eidbridge.errors import Code
from eidbridge.report import Report, SystemFamily
from eidbridge.results import CheckResult

#: How sentences name a system.
_SYSTEMS = {
    SystemFamily.WINDOWS: ("Windows",),
    SystemFamily.MACOS: ("macOS", "Mac"),
    SystemFamily.LINUX: ("Linux", "pcscd"),
}
#: What stands in brackets, where a system is named beside the matter.
_ASIDE = re.compile(r"\([^)]*\)")


@dataclass(frozen=True, slots=True)
class Asked:
    """found: what is the matter on the PC; ask: what the IT unit should do about it, one request each."""

    found: str
    ask: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Letter:
    """asked: by finding, the gravest first; empty where nothing of it is the IT unit's."""

    subject: str
    text: str
    asked: tuple[Asked, ...]


def letter_from(report: Report, language: str) -> Letter:
    """The letter about a report, in plain text."""
    words = _words(language)
    frame = words["letter"]
    asked = tuple(
        _asked(words[result.code.value], result, report.system)
        for result in report.findings
        if result.code and result.code in words
    )
    lines = [frame["greeting"], "", frame["opening"], ""]
    for number, each in enumerate(asked, 1):
        lines += [f"{number}. {each.found}", *(f"   - {ask}" for ask in each.ask), ""]
    lines += [_made_by(report), "", frame["closing"], "", frame["thanks"]]
    return Letter(frame["subject"], "\n".join(lines), asked)


def codes_in(language: str) -> set[Code]:
    """Codes that a letter can be about."""
    return {Code(name) for name in _words(language) if name != "letter"}


def _made_by(report: Report) -> str:
    codes = ", ".join(dict.fromkeys(result.code.value for result in report.findings if result.code))
    return f"[eidbridge {report.program}, {report.system}, {report.made_at:%Y-%m-%d %H:%M} UTC: {codes}]"


def _asked(words: Mapping[str, object], result: CheckResult, system: SystemFamily) -> Asked:
    """The sentences with the facts of the finding in them; one whose fact was not told, or that is about another
    system alone, is left out.
    """
    ask = words["ask"]
    assert isinstance(ask, list)
    filled = [_filled(str(sentence), result) for sentence in ask if _is_about(str(sentence), system)]
    found = _filled(str(words["found"]), result) or result.code.value if result.code else ""
    return Asked(found, tuple(each for each in filled if each))


def _is_about(sentence: str, system: SystemFamily) -> bool:
    plain = _ASIDE.sub("", sentence)
    named = {family for family, names in _SYSTEMS.items() if any(name in plain for name in names)}
    return not named or system in named or system is SystemFamily.OTHER


def _filled(sentence: str, result: CheckResult) -> str | None:
    try:
        return sentence.format_map(dict(result.facts))
    except KeyError:
        return None


@cache
def _words(language: str) -> Mapping[str, Mapping[str, str]]:
    source = files(__name__).joinpath(f"{language}.toml")
    return tomllib.loads(source.read_text(encoding="utf-8"))
