"""What all flows share: where facts were read, names of outside buttons, desks and their letters, error texts.

content/sources.toml              where facts were read
content/outside/<site>.toml       names of other people's buttons, by language
content/desks.toml, content/desks/<language>/<desk>.md     who can help, and the message ready for them
content/browsers.toml             which browsers a page calls fine
content/errors.toml, content/errors/<language>/<text>.md   what stands on a screen word by word, and what it means
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

from troubleshoot.flows.model import (
    AdvisedBrowser,
    Cause,
    Desk,
    ErrorText,
    Problem,
    ScreenText,
    Source,
    SourceStatus,
    StepText,
    Term,
)
from troubleshoot.flows.tables import Table, key_lines, read_picture, read_text, read_toml, read_words, relative

Words = dict[tuple[str, str], StepText]


def _tables(root: Path, file: Path, what: str, found: list[Problem]) -> Iterator[tuple[str, Table]]:
    """The top tables of a TOML file."""
    name, text = relative(root, file), read_text(root, file, found)
    for key, values in read_toml(name, text, found).items():
        lines = key_lines(text, key)
        table = Table(name, f"{what} {key!r}", values if isinstance(values, dict) else {}, lines, found)
        if not isinstance(values, dict):
            table.problem("", "it is no table.", f"write [{key}] and its keys below.")
        yield key, table


def sources(root: Path, found: list[Problem]) -> dict[str, Source]:
    read = {}
    for key, table in _tables(root, root / "sources.toml", "source", found):
        table.only({"title", "address", "read", "status"})
        day, status = table.values.get("read"), table.text("status", required=True)
        if type(day) is not date:
            table.problem("read", "the day it was read is missing.", "write read = 2026-11-01, a day somebody read it.")
            day = date.min
        if status not in set(SourceStatus):
            table.problem("status", f"unknown status {status!r}.", f"write one of {', '.join(SourceStatus)}.")
            status = SourceStatus.UNCONFIRMED
        title, address = table.text("title", required=True), table.text("address", required=True)
        read[key] = Source(key, title, address, day, SourceStatus(status), table.line())
    return read


def terms(root: Path, found: list[Problem]) -> dict[str, Term]:
    """`unknown` lists languages in which nobody has seen the name; `sources` says where the known ones were seen."""
    read = {}
    for file in sorted((root / "outside").glob("*.toml")):
        for key, table in _tables(root, file, "term", found):
            unknown, seen_at = table.names("unknown"), table.names("sources")
            names = table.strings_of({k: v for k, v in table.values.items() if k not in ("unknown", "sources")})
            if not names:
                table.problem("", "it has no name in any language.", 'write it = "…", or en, de.')
                continue
            full = f"{file.stem}.{key}"
            read[full] = Term(full, MappingProxyType(names), frozenset(unknown), seen_at, table.line())
    return read


def desks(root: Path, found: list[Problem]) -> tuple[dict[str, Desk], Words]:
    """Who can help, and the message ready for each of them that has one."""
    read = {}
    for key, table in _tables(root, root / "desks.toml", "desk", found):
        names = table.strings_of(table.values)
        read[key] = Desk(key, names.pop("mail", ""), MappingProxyType(names), table.line())
    return read, words(root, "desks", found)


def errors(root: Path, found: list[Problem]) -> tuple[dict[str, ErrorText], Words]:
    """Known texts of other people's screens, and what they mean."""
    read = {}
    if (root / "errors.toml").is_file():
        for key, table in _tables(root, root / "errors.toml", "error text", found):
            table.only({"texts", "where", "causes", "sources", "picture", "harmless"})
            read[key] = ErrorText(
                id=key,
                texts=tuple(_texts(table)),
                where=table.text("where", required=True),
                causes=tuple(_causes(table)),
                sources=table.names("sources"),
                picture=read_picture(table),
                harmless=table.flag("harmless"),
                line=table.line(),
            )
            if not read[key].texts:
                table.problem("texts", "it has no text of a screen.", 'write texts.it = ["…"], word by word.')
    return read, words(root, "errors", found)


def _texts(table: Table) -> Iterator[ScreenText]:
    values: Any = table.values.get("texts", {})
    for language, texts in values.items() if isinstance(values, dict) else ():
        if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
            table.problem("texts", f"texts.{language} is no list of texts.", f'write texts.{language} = ["…"].')
            continue
        yield from (ScreenText(text, language) for text in texts)


def _causes(table: Table) -> Iterator[Cause]:
    values: Any = table.values.get("causes", {})
    if not isinstance(values, dict) or not values:
        table.problem("causes", "it has no cause.", 'write causes.<name> = { label = "…", to = "<flow>?<step>=…" }.')
        return
    for name, row in values.items():
        if (
            not isinstance(row, dict)
            or row.keys() != {"label", "to"}
            or not all(isinstance(v, str) for v in row.values())
        ):
            table.problem("causes", f"cause {name!r} is no {{ label = …, to = … }}.", "give it both.")
            continue
        yield Cause(name, row["label"], row["to"])


def browsers(root: Path, found: list[Problem]) -> tuple[AdvisedBrowser, ...]:
    """The browsers a page calls fine, where there is such a list."""
    read = []
    if (root / "browsers.toml").is_file():
        for key, table in _tables(root, root / "browsers.toml", "browser", found):
            table.only({"name", "fine_from", "read"})
            day = table.values.get("read")
            if type(day) is not date:
                table.problem("read", "the day it was looked up is missing.", "write read = 2026-11-01.")
                day = date.min
            read.append(AdvisedBrowser(key, table.text("name", required=True), table.number("fine_from"), day))
    return tuple(read)


def words(root: Path, folder: str, found: list[Problem]) -> Words:
    """The Markdown files below `content/<folder>/<language>/`, by name and language."""
    read = {}
    for file in sorted((root / folder).glob("*/[!.]*.md")):
        text = read_words(root, file, found)
        if text is not None:
            read[file.stem, file.parent.name] = text
    return read
