"""The content folder into Content, with every mistake found on the way as a Problem.

    content/<flow>/flow.toml              the graph
    content/<flow>/<language>/<step>.md   the words
    and what all flows share: `commons`

Only the form is judged here: syntax, names, types. What the whole must fulfil is in `validate`.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from troubleshoot.flows import commons
from troubleshoot.flows.model import Content, Flow, Harm, Kind, Problem, Rule, Step, Tells, Topic, Tries
from troubleshoot.flows.tables import NAME, Table, digest, key_lines, read_picture, read_text, read_toml, relative

_COMMON = {"kind", "sources", "picture", "words"}
_KEYS = {
    Kind.QUESTION: _COMMON | {"next", "earlier", "topic", "tells", "by_phone"},
    Kind.REMEDY: _COMMON
    | {"next", "cause", "solves", "harm", "milder", "part_of", "tries", "pause_minutes", "takes_minutes", "looks"},
    Kind.CHECK: _COMMON | {"next"},
    Kind.BRANCH: {"kind", "rules"},
    Kind.OUTCOME: _COMMON | {"solves", "instead", "solved", "desks", "topic", "goes_on"},
}


def load(root: Path, languages: Sequence[str]) -> tuple[Content, list[Problem]]:
    """Read everything under `root`. languages: those every step must have, the first is the original."""
    found: list[Problem] = []
    sources, terms = commons.sources(root, found), commons.terms(root, found)
    desks, letters = commons.desks(root, found)
    errors, error_words = commons.errors(root, found)
    shared = digest([root / "sources.toml", root / "desks.toml", *sorted((root / "outside").glob("*.toml"))])
    flows = {}
    for file in sorted(root.glob("*/flow.toml")):
        flow = _flow(root, file, shared, found)
        if flow is not None:
            flows[flow.id] = flow
    if not flows:
        found.append(Problem(relative(root, root), 1, "there is no flow.", "add <flow>/flow.toml."))
    content = Content(
        root,
        tuple(languages),
        flows=flows,
        sources=sources,
        terms=terms,
        desks=desks,
        letters=letters,
        errors=errors,
        error_words=error_words,
        browsers=commons.browsers(root, found),
    )
    return content, found


def _flow(root: Path, file: Path, shared: bytes, found: list[Problem]) -> Flow | None:
    name = relative(root, file)
    text = read_text(root, file, found)
    values = read_toml(name, text, found)
    if not values:
        return None
    table = Table(name, "flow", values, key_lines(text, ""), found)
    table.only({"short", "start", "owner", "last_resort", "title", "desk", "topic", "steps"})
    rows = values.get("steps")
    if not isinstance(rows, dict) or not rows:
        table.problem("", "it has no steps.", "add [steps.<name>] tables.")
        return None
    steps, usual = {}, _topic(table)
    for key, row in rows.items():
        step = _step(name, key, row if isinstance(row, dict) else {}, key_lines(text, f"steps.{key}"), found)
        if step is not None:
            steps[key] = step if "topic" in row else replace(step, topic=usual)
    texts = commons.words(root, file.parent.name, found)
    for step in steps.values():
        texts |= {
            (step.id, language): told for (of, language), told in texts.items() if step.words and of == step.words
        }
    version = hashlib.sha256(shared + digest([file, *sorted(file.parent.glob("*/*.md"))])).hexdigest()[:8]
    return Flow(
        id=file.parent.name,
        file=name,
        short=table.text("short", required=True),
        start=table.text("start", required=True),
        owner=table.text("owner", required=True),
        desk=table.text("desk", required=True),
        lines=MappingProxyType(key_lines(text, "")),
        version=version,
        last_resort=table.names("last_resort"),
        steps=steps,
        titles=table.strings("title"),
        texts=texts,
    )


def _step(file: str, key: str, row: dict[str, Any], lines: Mapping[str, int], found: list[Problem]) -> Step | None:
    table = Table(file, f"step {key!r}", row, lines, found)
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
        picture=read_picture(table),
        words=table.text("words"),
        looks=table.names("looks"),
        instead=table.text("instead"),
        solved=table.flag("solved"),
        by_phone=table.flag("by_phone"),
        desks=table.names("desks"),
        topic=_topic(table),
        goes_on=table.text("goes_on"),
        tells=_tells(table),
        lines=MappingProxyType(dict(lines)),
    )


def _tries(table: Table, key: str, name: str) -> Tries:
    if name not in set(Tries):
        table.problem(key, f"unknown tries {name!r}.", f"write one of {', '.join(Tries)}.")
        return Tries.NONE
    return Tries(name)


def _topic(table: Table) -> Topic:
    name = table.text("topic") or Topic.ACCESS
    if name not in set(Topic):
        table.problem("topic", f"unknown topic {name!r}.", f"write one of {', '.join(Topic)}.")
        return Topic.OTHER
    return Topic(name)


def _tells(table: Table) -> Tells | None:
    name = table.text("tells")
    if name and name not in set(Tells):
        table.problem("tells", f"unknown tells {name!r}.", f"write one of {', '.join(Tells)}.")
        return None
    return Tells(name) if name else None


def _earlier(table: Table) -> tuple[Tries, dict[str, int]]:
    value = table.values.get("earlier")
    if value is None:
        return Tries.NONE, {}
    counts = {name: count for name, count in value.items() if name != "tries"} if isinstance(value, dict) else {}
    if not counts or not all(type(count) is int and count >= 0 for count in counts.values()):
        table.problem("earlier", "it is no table of numbers.", 'write earlier = { tries = "login", none = 0, … }.')
        return Tries.NONE, {}
    return _tries(table, "earlier", str(value.get("tries", ""))), counts


def _rules(table: Table) -> tuple[Rule, ...]:
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
