"""What people have, by label of the symptom list: how they say it, what tells it from others, where the guide goes on.

content/finder/says/<group>.toml   by label: `looks` its name, `sign` what she can see, `asks` the question, `says` how
                                   people say it
content/finder/ways.toml           by label: where the guide goes on
content/finder/between.toml        labels easily taken for each other, and the question that decides
content/finder/doubts.toml         words with which no answer is sure
content/finder/words.toml          concepts: one thing, its names by language
content/finder/empty.toml          words that say nothing, by language
content/finder/foreign.toml        texts about other things
"""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from troubleshoot.flows.engine import may_wait, walk
from troubleshoot.flows.explore import longest
from troubleshoot.flows.model import Content, Problem
from troubleshoot.flows.tables import Table, key_lines, read_text, read_toml, relative

#: Of the content folder.
FOLDER = "finder"
#: Ways of saying it that a label needs in each language.
FEWEST_SAYS = 6
#: Signs of the texts that a page shows.
_LONGEST = MappingProxyType({"looks": 70, "sign": 120, "asks": 120, "question": 120, "answers": 100})

Texts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Condition:
    """when, unless: concepts of which one must, or none may, stand in her words."""

    when: frozenset[str] = frozenset()
    unless: frozenset[str] = frozenset()

    def of(self, concepts: Set[str]) -> bool:
        return (not self.when or bool(self.when & concepts)) and not self.unless & concepts


@dataclass(frozen=True, slots=True)
class Doubt:
    """Words with which no answer is sure. beside: said as well. labels: beginnings of those it is about; none: all."""

    holds: Condition
    beside: Condition
    labels: tuple[str, ...]

    def of(self, label: str, concepts: Set[str]) -> bool:
        return label.startswith(self.labels or "") and self.holds.of(concepts) and self.beside.of(concepts)


@dataclass(frozen=True, slots=True)
class Way:
    """Where the guide goes on. answers: given; later: waiting for their question; step: where she stands then.

    holds: of which words it is true.
    """

    flow: str
    answers: Mapping[str, str]
    later: Mapping[str, str]
    step: str
    holds: "Condition"


@dataclass(frozen=True, slots=True)
class Symptom:
    """One label. looks, sign, asks: by language; says: many by language. ways: the last one always fits."""

    label: str
    looks: Texts
    sign: Texts
    asks: Texts
    says: Mapping[str, Sequence[str]]
    ways: Sequence[Way] = ()

    def way(self, concepts: Set[str]) -> Way:
        return next(way for way in self.ways if way.holds.of(concepts))


@dataclass(frozen=True, slots=True)
class Between:
    """A question that decides between labels. answers: by label and language."""

    question: Texts
    answers: Mapping[str, Texts]


@dataclass(frozen=True, slots=True)
class Book:
    """All that the finder knows beside the guide itself."""

    symptoms: Mapping[str, Symptom]
    betweens: Sequence[Between]
    doubts: Sequence[Doubt]
    concepts: Mapping[str, Mapping[str, Sequence[str]]]
    empty: Mapping[str, Sequence[str]]
    foreign: Mapping[str, Sequence[str]]


#: What the finder knows of a guide without content for it.
EMPTY = Book({}, (), (), {}, {}, {})


@dataclass(slots=True)
class _Reading:
    """guide: what the finder leads into. found: every mistake on the way; are_unreadable: those by which a whole file
    is missing.
    """

    guide: Content
    found: list[Problem] = field(default_factory=list)
    are_unreadable: list[Problem] = field(default_factory=list)

    @property
    def folder(self) -> Path:
        return self.guide.root / FOLDER

    def tables(self, file: Path, what: str) -> Iterator[tuple[str, Table]]:
        before = len(self.found)
        name, text = relative(self.guide.root, file), read_text(self.guide.root, file, self.found)
        read = read_toml(name, text, self.found)
        self.are_unreadable += self.found[before:]
        for key, values in read.items():
            lines = key_lines(text, f'"{key}"') or key_lines(text, key)
            table = Table(name, f"{what} {key!r}", values if isinstance(values, dict) else {}, lines, self.found)
            if isinstance(values, dict):
                yield key, table
            else:
                table.problem("", "it is no table.", f'write ["{key}"] and its keys below.')

    def texts(self, table: Table, key: str, values: Any, kind: str = "") -> Texts:
        """One text in each language of the site, no longer than a page has room for. kind: as in `_LONGEST`."""
        said = values if isinstance(values, dict) else {}
        for language in self.guide.languages:
            text, full = said.get(language), f"{key}.{language}"
            if not isinstance(text, str) or not text.strip():
                table.problem(full, f"{full} is missing, or no text.", f'write {full} = "…".')
            elif len(text) > _LONGEST[kind or key]:
                table.problem(full, f"{full} is too long.", f"say it in {_LONGEST[kind or key]} signs.")
        return MappingProxyType({language: str(said.get(language, "")) for language in self.guide.languages})

    def condition(self, table: Table, key: str, row: Mapping[str, Any], concepts: Set[str]) -> Condition:
        names = []
        for part in ("when", "unless"):
            said = row.get(part, [])
            if not isinstance(said, list) or not all(isinstance(name, str) for name in said):
                table.problem(key, f"{part} is no list of concepts.", f'write {part} = ["…"].')
                said = []
            for unknown in sorted(set(said) - concepts):
                table.problem(key, f"there is no concept {unknown!r}.", "take one that stands in words.toml.")
            names.append(frozenset(said))
        return Condition(*names)

    def lists(self, table: Table, key: str, values: Any, fewest: int = 1) -> Mapping[str, tuple[str, ...]]:
        """Many texts in each language of the site."""
        kept = {}
        for language in self.guide.languages:
            said = values.get(language) if isinstance(values, dict) else None
            if not isinstance(said, list) or not all(isinstance(each, str) and each.strip() for each in said):
                full = f"{key}.{language}".lstrip(".")
                table.problem(full, f"{full} is no list of texts.", f'write {full} = ["…", "…"].')
                said = []
            elif len(set(said)) < fewest:
                full = f"{key}.{language}".lstrip(".")
                table.problem(full, f"{full} has {len(set(said))} texts.", f"write {fewest} at least.")
            kept[language] = tuple(said)
        return MappingProxyType(kept)


def read(guide: Content) -> tuple[Book, list[Problem]]:
    """The finder's content beside the guide's, and all its problems. A guide without any has an empty book."""
    reading = _Reading(guide)
    if not reading.folder.is_dir():
        return EMPTY, []
    concepts = {}
    for name, table in reading.tables(reading.folder / "words.toml", "concept"):
        table.only(guide.languages)
        concepts[name] = {language: table.names(language) for language in guide.languages}
        if not any(concepts[name].values()):
            table.problem("", "it has no name in any language.", 'write it = ["…"].')
    symptoms = _symptoms(reading, concepts.keys())
    book = Book(
        MappingProxyType(symptoms),
        tuple(_betweens(reading, symptoms)),
        tuple(_doubts(reading, symptoms, concepts.keys())),
        MappingProxyType(concepts),
        _plain_lists(reading, "empty.toml"),
        _plain_lists(reading, "foreign.toml"),
    )
    if reading.are_unreadable:  # what stands in the other files cannot be judged without
        return book, reading.are_unreadable
    _same_labels(reading, symptoms)
    return book, reading.found


def _same_labels(reading: _Reading, symptoms: Mapping[str, Symptom]) -> None:
    """What a text of the screen can mean has its label here, else its page is found by nobody."""
    file = relative(reading.guide.root, reading.guide.root / "errors.toml")
    mend = "correct it, or write it in a file of finder/says/."
    for error in reading.guide.errors.values():
        for label in sorted({cause.label for cause in error.causes} - symptoms.keys()):
            reading.found.append(Problem(file, error.line, f"{error.id}: nobody says {label!r}.", mend))


def _doubts(reading: _Reading, symptoms: Mapping[str, Symptom], concepts: Set[str]) -> Iterator[Doubt]:
    for _name, table in reading.tables(reading.folder / "doubts.toml", "doubt"):
        table.only({"when", "unless", "beside", "labels"})
        if not any(table.values.values()):
            table.problem("", "it says nothing, and no answer would ever be sure.", 'write when = ["…"].')
        labels = table.names("labels")
        for unknown in labels:
            if not any(label.startswith(unknown) for label in symptoms):
                table.problem("labels", f"no label begins with {unknown!r}.", "take one that stands in says/.")
        yield Doubt(
            reading.condition(table, "when", table.values, concepts),
            reading.condition(table, "beside", {"when": table.values.get("beside", [])}, concepts),
            labels,
        )


def _plain_lists(reading: _Reading, name: str) -> Mapping[str, tuple[str, ...]]:
    file = reading.folder / name
    text = read_text(reading.guide.root, file, reading.found)
    shown = relative(reading.guide.root, file)
    values = read_toml(shown, text, reading.found)
    return reading.lists(Table(shown, "list", values, key_lines(text, ""), reading.found), "", values)


def _symptoms(reading: _Reading, concepts: Set[str]) -> dict[str, Symptom]:
    ways = {
        label: (table, tuple(_ways(reading, table, concepts)))
        for label, table in reading.tables(reading.folder / "ways.toml", "way")
    }
    symptoms: dict[str, Symptom] = {}
    for file in sorted((reading.folder / "says").glob("[!.]*.toml")):
        for label, table in reading.tables(file, "label"):
            table.only({"looks", "sign", "asks", "says"})
            if label in symptoms:
                table.problem("", "it stands twice.", "join both.")
            if label not in ways:
                table.problem("", "it leads nowhere.", f'write ["{label}"] to = "…" in ways.toml.')
            symptoms[label] = Symptom(
                label,
                looks=reading.texts(table, "looks", table.values.get("looks")),
                sign=reading.texts(table, "sign", table.values.get("sign")),
                asks=reading.texts(table, "asks", table.values.get("asks")),
                says=reading.lists(table, "says", table.values.get("says"), FEWEST_SAYS),
                ways=ways[label][1] if label in ways else (),
            )
    for label in ways.keys() - symptoms.keys():
        ways[label][0].problem("", "nobody says it.", f'write ["{label}"] in a file of says/.')
    return symptoms


def _ways(reading: _Reading, table: Table, concepts: Set[str]) -> Iterator[Way]:
    """The special ones first, then the one that always fits."""
    table.only({"to", "also"})
    rows = table.values.get("also", [])
    for row in rows if isinstance(rows, list) else ["no list"]:
        if not isinstance(row, dict) or row.keys() - {"to", "when", "unless"} or not isinstance(row.get("to"), str):
            table.problem("also", "a row is no { when = […], to = … }.", 'write also = [{ when = ["…"], to = "…" }].')
            continue
        condition = reading.condition(table, "also", row, concepts)
        yield from _way(reading, table, row["to"], condition)
    yield from _way(reading, table, table.text("to", required=True), Condition())


def _way(reading: _Reading, table: Table, to: str, holds: Condition) -> Iterator[Way]:
    """Nothing where there is no such flow."""
    flow_id, _, query = to.partition("?")
    flow = reading.guide.flows.get(flow_id)
    if flow is None:
        table.problem("to", f"there is no flow {flow_id!r}.", f"take one of {', '.join(sorted(reading.guide.flows))}.")
        return
    pairs = [pair.partition("=")[::2] for pair in query.split("&") if pair]
    said = dict(pairs)
    if len(said) < len(pairs):
        table.problem("to", f"{to} names a step twice.", "leave one out.")
    walked = walk(flow, said)
    later = {step: answer for step, answer in said.items() if step not in walked.answers}
    known = {step: answer for step, answer in said.items() if step in flow.steps and answer in flow.steps[step].next}
    if longest(flow, lambda step: step.id in known, known)[0] < len(known):
        table.problem("to", f"no road of {flow_id!r} passes all of {query!r}.", "take answers of one road.")
    for step, answer in said.items():
        if step not in known:
            table.problem("to", f"{step}={answer} is no answer of {flow_id!r}.", "correct it.")
        elif step != flow.start and not may_wait(flow.steps, step, answer):
            table.problem("to", f"{step}={answer} is for her alone to say.", "leave it out.")
    yield Way(flow_id, MappingProxyType(dict(walked.answers)), MappingProxyType(later), walked.current.id, holds)


def _betweens(reading: _Reading, symptoms: Mapping[str, Symptom]) -> Iterator[Between]:
    for name, table in reading.tables(reading.folder / "between.toml", "pair"):
        table.only({"question", "answers"})
        answers = table.values.get("answers", {})
        if not isinstance(answers, dict) or len(answers) < 2:
            table.problem("answers", f"{name} has fewer than two answers.", 'write answers."<label>".it = "…".')
            continue
        for label in answers.keys() - symptoms.keys():
            table.problem("answers", f"there is no label {label!r}.", "take one that stands in says/.")
        said = {
            label: reading.texts(table, f'answers."{label}"', values, "answers") for label, values in answers.items()
        }
        yield Between(reading.texts(table, "question", table.values.get("question")), MappingProxyType(said))
