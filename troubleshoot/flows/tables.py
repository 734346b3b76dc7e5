"""One file of the content folder into plain values, with every mistake of form found on the way as a Problem."""

import hashlib
import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from troubleshoot.flows.model import Picture, Problem, StepText

NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*", re.ASCII)
_TEXT_KEYS = {"title", "summary", "options"}
_SECTIONS = {"help", "lost", "not"}
_SECTION = re.compile(r"^<!--\s*([a-z]+)\s*-->[ \t]*$", re.MULTILINE)
_HEADER = re.compile(r"\s*\[\s*([^\]=]+?)\s*\]\s*(?:#.*)?$")
_KEY = re.compile(r'\s*"?([A-Za-z0-9_.-]+)"?\s*=')
_AT_LINE = re.compile(r"at line (\d+)")


class Table:
    """One TOML table with the place it came from; a value of the wrong type becomes a Problem and its default."""

    def __init__(self, file: str, name: str, values: dict[str, Any], lines: Mapping[str, int], found: list[Problem]):
        self.file, self.name, self.values, self.lines, self.found = file, name, values, lines, found

    def problem(self, key: str, what: str, mend: str) -> None:
        self.found.append(Problem(self.file, self.line(key), f"{self.name}: {what}", mend))

    def only(self, allowed: Iterable[str]) -> None:
        for key in self.values.keys() - set(allowed):
            self.problem(key, f"unknown key {key!r}.", f"remove it; allowed are {', '.join(sorted(allowed))}.")

    def text(self, key: str, *, required: bool = False) -> str:
        value = self.values.get(key, "")
        if not isinstance(value, str) or (required and not value.strip()):
            self.problem(key, f"{key!r} is missing or no text.", f'write {key} = "…".')
            return ""
        return value

    def number(self, key: str, default: int = 0, maximum: int = 100_000) -> int:
        value = self.values.get(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= maximum:
            self.problem(key, f"{key!r} is no whole number from 0 to {maximum}.", f"write {key} = 0 or more.")
            return default
        return value

    def flag(self, key: str) -> bool:
        value = self.values.get(key, False)
        if not isinstance(value, bool):
            self.problem(key, f"{key!r} is neither true nor false.", f"write {key} = true or leave it out.")
            return False
        return value

    def line(self, key: str = "") -> int:
        return self.lines.get(key, self.lines.get("", 1))

    def names(self, key: str) -> tuple[str, ...]:
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
            self.problem(key, f"{key!r} is no list of names.", f'write {key} = ["…"].')
            return ()
        return tuple(value)

    def strings(self, key: str) -> dict[str, str]:
        value = self.values.get(key, {})
        if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
            self.problem(key, f"{key!r} is no table of texts.", f'write {key} = {{ a = "b" }}.')
            return {}
        return dict(value)

    def strings_of(self, values: dict[str, Any]) -> dict[str, str]:
        """The texts of a table; what is none becomes a problem."""
        for key in [key for key, value in values.items() if not isinstance(value, str)]:
            self.problem(key, f"{key!r} is no text.", f'write {key} = "…".')
        return {key: value for key, value in values.items() if isinstance(value, str)}


def relative(root: Path, file: Path) -> str:
    return file.relative_to(root.parent).as_posix()


def read_text(root: Path, file: Path, found: list[Problem]) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        found.append(Problem(relative(root, file), 1, f"cannot be read: {error}.", "save it as UTF-8 text."))
        return ""


def read_toml(name: str, text: str, found: list[Problem], first_line: int = 1) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # syntax, huge numbers, endless nesting
        at = _AT_LINE.search(str(error))
        line = int(at[1]) if at else text.count("\n") + 1
        found.append(
            Problem(
                name, first_line + line - 1, f"TOML cannot be read: {str(error)[:200]}.", "correct the syntax there."
            )
        )
        return {}


def digest(files: Iterable[Path]) -> bytes:
    sha = hashlib.sha256()
    for file in files:
        if file.is_file():
            sha.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return sha.digest()


def key_lines(text: str, header: str) -> dict[str, int]:
    """Line of `[header]` under "", and of each key below it up to the next header."""
    return dict(_lines_of(text).get(header, {}))


@lru_cache(maxsize=1)
def _lines_of(text: str) -> dict[str, dict[str, int]]:
    """The same for all headers; a file is asked for each of its tables in a row."""
    found: dict[str, dict[str, int]] = {"": {}}
    lines = found[""]
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(line):
            lines = {"": number}
            found.setdefault(header[1], lines)
        elif key := _KEY.match(line):
            lines.setdefault(key[1], number)
    return found


def read_picture(table: Table) -> Picture | None:
    values = table.strings("picture")
    if not values:
        return None
    if values.keys() - {"name", "mark"} or "name" not in values:
        table.problem("picture", "it needs a name and may have a mark.", 'write picture = { name = "…", mark = "…" }.')
        return None
    return Picture(values["name"], values.get("mark", ""))


def read_words(root: Path, file: Path, found: list[Problem]) -> StepText | None:
    name = relative(root, file)
    raw = read_text(root, file, found)
    if not raw.startswith("+++\n") or (end := raw.find("\n+++\n", 3)) < 0:
        found.append(
            Problem(name, 1, "there is no front matter.", "begin with +++, title = …, +++ on lines of their own.")
        )
        return None
    front, body = raw[4 : end + 1], raw[end + 5 :]
    values = read_toml(name, front, found, first_line=2)
    lines = {key: line + 1 for key, line in key_lines(front, "").items()}
    table = Table(name, "text", values, lines, found)
    table.only(_TEXT_KEYS)
    sections = _split(table, body)
    return StepText(
        language=file.parent.name,
        file=name,
        source=raw,
        title=table.text("title", required=True),
        summary=table.text("summary"),
        body=sections.get("", ""),
        help=sections.get("help", ""),
        denies=sections.get("not", ""),
        lost=sections.get("lost", ""),
        options=MappingProxyType(table.strings("options")),
    )


def _split(table: Table, body: str) -> dict[str, str]:
    parts = _SECTION.split(body)
    sections = {"": parts[0].strip()}
    for section, text in zip(parts[1::2], parts[2::2], strict=True):
        if section not in _SECTIONS:
            table.problem("", f"unknown section {section!r}.", f"sections are {', '.join(sorted(_SECTIONS))}.")
        if section in sections:
            table.problem("", f"section {section!r} stands twice.", "join them.")
        sections[section] = text.strip()
    return sections
