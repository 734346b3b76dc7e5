"""How well the finder does on examples: texts whose label is known, and texts about other things."""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from troubleshoot.finder.finding import Finder


class ExampleError(ValueError):
    """A line that is no example."""


@dataclass(frozen=True, slots=True)
class Example:
    """label: of the symptom list, empty for a text about other things. error_message: what of it stands on a screen."""

    text: str
    label: str
    error_message: str = ""
    language: str = "it"

    @property
    def written(self) -> str:
        """As somebody would paste it: the message below the words that don't hold it already."""
        if not self.error_message or self.error_message.casefold() in self.text.casefold():
            return self.text
        return f"{self.text}\n{self.error_message}"

    @property
    def group(self) -> str:
        return self.label.rpartition(".")[0]


@dataclass(slots=True)
class Score:
    """Of some examples: how many, found first, found at all; answered as sure, and of these wrongly."""

    examples: int = 0
    first: int = 0
    found: int = 0
    sure: int = 0
    sure_wrongly: int = 0

    @property
    def top1(self) -> float:
        return self.first / self.examples if self.examples else 0.0

    @property
    def top3(self) -> float:
        return self.found / self.examples if self.examples else 0.0


@dataclass(slots=True)
class Evaluation:
    """by_language: of texts that have a label; foreign: of those that have none. confused: (wanted, got) → texts."""

    by_language: dict[str, Score] = field(default_factory=dict)
    by_group: dict[str, Score] = field(default_factory=dict)
    foreign: Score = field(default_factory=Score)
    confused: Counter[tuple[str, str]] = field(default_factory=Counter)


def read_examples(file: Path, labels: Collection[str] = ()) -> Iterator[Example]:
    """Raises ExampleError with the file or the line that is none, and why. labels: all there are."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ExampleError(f"{file}: cannot be read ({error}): save it as UTF-8 text.") from error
    except OSError as error:
        raise ExampleError(f"{file}: cannot be read ({error.strerror}): name a file of examples.") from error
    for number, line in enumerate(text.split("\n"), start=1):  # other ends of lines may stand inside what was pasted
        if not line.strip():
            continue
        example = _example(line)
        if example is None:
            wanted = 'write {"text": "…", "error_message": "…", "label": "…", "lang": "it"} on one line'
            raise ExampleError(f"{file}:{number}: no example: {wanted}.")
        if labels and example.label and example.label not in labels:
            raise ExampleError(f"{file}:{number}: there is no label {example.label!r}: take one of finder/says/.")
        yield example


def _example(line: str) -> Example | None:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(row, dict):
        return None
    said: dict[str, Any] = {
        "text": row.get("text"),
        "label": row.get("label"),
        "error_message": row.get("error_message") or "",
        "language": row.get("lang") or "it",
    }
    return Example(**said) if all(isinstance(each, str) for each in said.values()) else None


def evaluate(finder: Finder, examples: Iterable[Example]) -> Evaluation:
    evaluation = Evaluation()
    for example in examples:
        finding = finder.find(example.written, example.language)
        labels = [result.symptom.label for result in finding.results]
        if not example.label:
            _add(evaluation.foreign, example.label, labels, is_sure=finding.is_sure)
            continue
        for scores, key in ((evaluation.by_language, example.language), (evaluation.by_group, example.group)):
            _add(scores.setdefault(key, Score()), example.label, labels, is_sure=finding.is_sure)
        if labels[:1] != [example.label]:
            evaluation.confused[example.label, labels[0] if labels else "nothing"] += 1
    return evaluation


def _add(score: Score, wanted: str, labels: Sequence[str], *, is_sure: bool) -> None:
    score.examples += 1
    score.first += labels[:1] == [wanted]
    score.found += wanted in labels
    score.sure += is_sure
    score.sure_wrongly += is_sure and labels[0] != wanted
