"""The content folder into Content, with every mistake found on the way as a Problem.

    content/sources.toml              where facts were read
    content/outside/<site>.toml       names of other people's buttons, by language
    content/<flow>/flow.toml          the graph
    content/<flow>/<language>/<step>.md   the words

Only the form is judged here: syntax, names, types. What the whole must fulfil is in `validate`.
"""

import hashlib
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

from troubleshoot.flows.model import (
    Content,
    Desk,
    Flow,
    Harm,
    Kind,
    Picture,
    Problem,
    Rule,
    Source,
    SourceStatus,
    Step,
    StepText,
    Term,
    Tries,
)

NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*", re.ASCII)
_TEXT_KEYS = {"title", "summary", "options"}
_SECTIONS = {"help", "lost"}
_SECTION = re.compile(r"^<!--\s*([a-z]+)\s*-->[ \t]*$", re.MULTILINE)
_AT_LINE = re.compile(r"at line (\d+)")
_COMMON = {"kind", "sources", "picture"}
_KEYS = {
    Kind.QUESTION: _COMMON | {"next", "earlier"},
    Kind.REMEDY: _COMMON
    | {"next", "cause", "solves", "harm", "milder", "part_of", "tries", "pause_minutes", "takes_minutes"},
    Kind.CHECK: _COMMON | {"next"},
    Kind.BRANCH: {"kind", "rules"},
    Kind.OUTCOME: _COMMON | {"solves", "instead", "solved", "desk"},
}


class _Table:
    """One TOML table with the place it came from; a value of the wrong type becomes a Problem and its default."""

    def __init__(self, file: str, name: str, values: dict[str, Any], lines: Mapping[str, int], found: list[Problem]):
        self.file, self.name, self.values, self.lines, self.found = file, name, values, lines, found

    def problem(self, key: str, what: str, mend: str) -> None:
        line = self.lines.get(key, self.lines.get("", 1))
        self.found.append(Problem(self.file, line, f"{self.name}: {what}", mend))

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


def load(root: Path, languages: Sequence[str]) -> tuple[Content, list[Problem]]:
    """Read everything under `root`. languages: those every step must have, the first is the original."""
    found: list[Problem] = []
    sources = _sources(root, found)
    terms = _terms(root, found)
    shared = _digest([root / "sources.toml", *sorted((root / "outside").glob("*.toml"))])
    flows = {}
    for file in sorted(root.glob("*/flow.toml")):
        flow = _flow(root, file, shared, found)
        if flow is not None:
            flows[flow.id] = flow
    if not flows:
        found.append(Problem(_relative(root, root), 1, "there is no flow.", "add <flow>/flow.toml."))
    return Content(root, tuple(languages), flows, sources, terms), found


def _relative(root: Path, file: Path) -> str:
    return file.relative_to(root.parent).as_posix()


def _read(root: Path, file: Path, found: list[Problem]) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        found.append(Problem(_relative(root, file), 1, f"cannot be read: {error}.", "save it as UTF-8 text."))
        return ""


def _toml(name: str, text: str, found: list[Problem], first_line: int = 1) -> dict[str, Any]:
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


def _digest(files: Iterable[Path]) -> bytes:
    digest = hashlib.sha256()
    for file in files:
        if file.is_file():
            digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.digest()


def _key_lines(text: str, header: str) -> dict[str, int]:
    """Line of `[header]` under "", and of each key below it up to the next header."""
    lines: dict[str, int] = {}
    inside = header == ""
    wanted = re.compile(rf"\s*\[\s*{re.escape(header)}\s*\]")
    for number, line in enumerate(text.splitlines(), start=1):
        if line.lstrip().startswith("[") and not inside and wanted.match(line):
            inside, lines[""] = True, number
        elif inside and re.match(r"\s*\[[^\]=]+\]\s*(#.*)?$", line):
            break
        elif inside and (key := re.match(r'\s*"?([A-Za-z0-9_.-]+)"?\s*=', line)):
            lines.setdefault(key[1], number)
    return lines


def _sources(root: Path, found: list[Problem]) -> dict[str, Source]:
    file = root / "sources.toml"
    name = _relative(root, file)
    text = _read(root, file, found)
    sources = {}
    for key, values in _toml(name, text, found).items():
        table = _Table(
            name, f"source {key!r}", values if isinstance(values, dict) else {}, _key_lines(text, key), found
        )
        table.only({"title", "address", "read", "status"})
        read, status = table.values.get("read"), table.text("status", required=True)
        if type(read) is not date:
            table.problem("read", "the day it was read is missing.", "write read = 2026-11-01, a day somebody read it.")
            read = date.min
        if status not in set(SourceStatus):
            table.problem("status", f"unknown status {status!r}.", f"write one of {', '.join(SourceStatus)}.")
            status = SourceStatus.UNCONFIRMED
        title, address = table.text("title", required=True), table.text("address", required=True)
        sources[key] = Source(key, title, address, read, SourceStatus(status), table.lines.get("", 1))
    return sources


def _terms(root: Path, found: list[Problem]) -> dict[str, Term]:
    terms = {}
    for file in sorted((root / "outside").glob("*.toml")):
        name = _relative(root, file)
        text = _read(root, file, found)
        for key, values in _toml(name, text, found).items():
            table = _Table(name, f"term {key!r}", {"names": values}, _key_lines(text, key), found)
            names = table.strings("names")
            if not names:
                table.problem("", "it has no name in any language.", 'write it = "…", or en, de.')
                continue
            terms[f"{file.stem}.{key}"] = Term(f"{file.stem}.{key}", MappingProxyType(names), table.lines.get("", 1))
    return terms


def _flow(root: Path, file: Path, shared: bytes, found: list[Problem]) -> Flow | None:
    name = _relative(root, file)
    text = _read(root, file, found)
    values = _toml(name, text, found)
    if not values:
        return None
    table = _Table(name, "flow", values, _key_lines(text, ""), found)
    table.only({"short", "start", "owner", "last_resort", "title", "desk", "steps"})
    rows = values.get("steps")
    if not isinstance(rows, dict) or not rows:
        table.problem("", "it has no steps.", "add [steps.<name>] tables.")
        return None
    steps = {}
    for key, row in rows.items():
        step = _step(name, key, row if isinstance(row, dict) else {}, _key_lines(text, f"steps.{key}"), found)
        if step is not None:
            steps[key] = step
    texts = {}
    for words in sorted(file.parent.glob("*/[!.]*.md")):
        step_text = _step_text(root, words, found)
        if step_text is not None:
            texts[words.stem, words.parent.name] = step_text
    version = hashlib.sha256(shared + _digest([file, *sorted(file.parent.glob("*/*.md"))])).hexdigest()[:8]
    return Flow(
        id=file.parent.name,
        file=name,
        short=table.text("short", required=True),
        start=table.text("start", required=True),
        owner=table.text("owner", required=True),
        desk=_desk(table) or Desk("", {}),
        lines=MappingProxyType(_key_lines(text, "")),
        version=version,
        last_resort=table.names("last_resort"),
        steps=steps,
        titles=table.strings("title"),
        texts=texts,
    )


def _step(file: str, key: str, row: dict[str, Any], lines: Mapping[str, int], found: list[Problem]) -> Step | None:
    table = _Table(file, f"step {key!r}", row, lines, found)
    if NAME.fullmatch(key) is None:
        table.problem("", "its name has other signs than a-z, 0-9 and '-'.", "rename it.")
    kind_name = table.text("kind", required=True)
    if kind_name not in set(Kind):
        table.problem("kind", f"unknown kind {kind_name!r}.", f"write one of {', '.join(Kind)}.")
        return None
    kind = Kind(kind_name)
    table.only(_KEYS[kind])
    earlier_tries, earlier = _earlier(table)
    return Step(
        id=key,
        kind=kind,
        next=MappingProxyType(table.strings("next")),
        rules=_rules(table),
        cause=table.text("cause"),
        solves=table.names("solves"),
        harm=Harm(table.number("harm", maximum=int(max(Harm)))),
        milder=table.names("milder"),
        part_of=table.text("part_of"),
        tries=_tries(table, "tries", table.text("tries") or Tries.NONE),
        earlier_tries=earlier_tries,
        earlier=MappingProxyType(earlier),
        pause_minutes=table.number("pause_minutes"),
        takes_minutes=table.number("takes_minutes"),
        sources=table.names("sources"),
        picture=_picture(table),
        instead=table.text("instead"),
        solved=table.flag("solved"),
        desk=_desk(table),
        lines=MappingProxyType(dict(lines)),
    )


def _tries(table: _Table, key: str, name: str) -> Tries:
    if name not in set(Tries):
        table.problem(key, f"unknown tries {name!r}.", f"write one of {', '.join(Tries)}.")
        return Tries.NONE
    return Tries(name)


def _earlier(table: _Table) -> tuple[Tries, dict[str, int]]:
    value = table.values.get("earlier")
    if value is None:
        return Tries.NONE, {}
    counts = {name: count for name, count in value.items() if name != "tries"} if isinstance(value, dict) else {}
    if not counts or not all(type(count) is int and count >= 0 for count in counts.values()):
        table.problem("earlier", "it is no table of numbers.", 'write earlier = { tries = "login", none = 0, … }.')
        return Tries.NONE, {}
    return _tries(table, "earlier", str(value.get("tries", ""))), counts


def _rules(table: _Table) -> tuple[Rule, ...]:
    rules = []
    rows = table.values.get("rules", [])
    for row in rows if isinstance(rows, list) else [rows]:
        if not isinstance(row, dict) or row.keys() - {"when", "to"} or not _are_texts(row) or "to" not in row:
            table.problem("rules", "a rule is no { when = …, to = … }.", "name a fact and a step.")
            continue
        rules.append(Rule(row["to"], row.get("when")))
    return tuple(rules)


def _are_texts(row: dict[str, Any]) -> bool:
    return all(isinstance(value, str) for value in row.values())


def _desk(table: _Table) -> Desk | None:
    values = table.strings("desk")
    return Desk(values.pop("mail", ""), MappingProxyType(values)) if values else None


def _picture(table: _Table) -> Picture | None:
    values = table.strings("picture")
    if not values:
        return None
    if values.keys() - {"name", "mark"} or "name" not in values:
        table.problem("picture", "it needs a name and may have a mark.", 'write picture = { name = "…", mark = "…" }.')
        return None
    return Picture(values["name"], values.get("mark", ""))


def _step_text(root: Path, file: Path, found: list[Problem]) -> StepText | None:
    name = _relative(root, file)
    raw = _read(root, file, found)
    if not raw.startswith("+++\n") or (end := raw.find("\n+++\n", 3)) < 0:
        found.append(
            Problem(name, 1, "there is no front matter.", "begin with +++, title = …, +++ on lines of their own.")
        )
        return None
    front, body = raw[4 : end + 1], raw[end + 5 :]
    values = _toml(name, front, found, first_line=2)
    lines = {key: line + 1 for key, line in _key_lines(front, "").items()}
    table = _Table(name, "text", values, lines, found)
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
        lost=sections.get("lost", ""),
        options=MappingProxyType(table.strings("options")),
    )


def _split(table: _Table, body: str) -> dict[str, str]:
    parts = _SECTION.split(body)
    sections = {"": parts[0].strip()}
    for section, text in zip(parts[1::2], parts[2::2], strict=True):
        if section not in _SECTIONS:
            table.problem("", f"unknown section {section!r}.", f"sections are {', '.join(sorted(_SECTIONS))}.")
        if section in sections:
            table.problem("", f"section {section!r} stands twice.", "join them.")
        sections[section] = text.strip()
    return sections
