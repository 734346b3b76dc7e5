"""Which label a text speaks of, by the words it shares with all that is known of each label (BM25)."""

import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

import bm25s

from troubleshoot.finder.lexicon import Lexicon
from troubleshoot.finder.symptoms import Book, Symptom
from troubleshoot.flows.model import Content

logging.getLogger("bm25s").setLevel(logging.WARNING)  # it tells of every index it makes

#: How slowly a word that stands in more and more sentences stops counting more, and how much a label with many
#: sentences is held back.
_K1, _B = 4.0, 0.5
#: Signs of a sentence that is shown.
_LONGEST_SHOWN = 140


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence of ours, in the language it is written in."""

    words: str
    language: str


@dataclass(frozen=True, slots=True)
class Scores:
    """by_label: how much of a text speaks of each label, 0 and up. foreign: how much of other things altogether."""

    by_label: Mapping[str, float]
    foreign: float


class Ranking:
    """The labels of one content, each as one long text: how it is said, its screen texts, the steps that mend it.

    A word counts once a sentence.
    """

    def __init__(self, book: Book, guide: Content, lexicon: Lexicon) -> None:
        self._labels = tuple(book.symptoms)
        self._shown: dict[str, list[tuple[Said, frozenset[str]]]] = {label: [] for label in self._labels}
        texts: dict[str, list[str]] = {label: [] for label in self._labels}
        for label, symptom in book.symptoms.items():
            for said in (*_sentences(symptom), *_of_the_guide(guide, label)):
                tokens = frozenset(lexicon.tokens(said.words, said.language))
                texts[label] += tokens
                if _reads_well(said, symptom) and lexicon.is_common(said.words):
                    self._shown[label].append((said, tokens))
        other = [
            token
            for language, says in book.foreign.items()
            for words in says
            for token in frozenset(lexicon.tokens(words, language))
        ]
        self._rarity = _rarity(texts.values())
        self._index = bm25s.BM25(method="lucene", k1=_K1, b=_B)
        if self._labels:  # a guide may have no content for the finder
            self._index.index([*texts.values(), other], show_progress=False)

    def scores(self, tokens: Iterable[str]) -> Scores:
        """Each token counts once, as often as it may stand in a long text."""
        wanted = sorted(set(tokens))
        if not wanted or not self._labels:
            return Scores(dict.fromkeys(self._labels, 0.0), 0.0)
        found = [float(score) for score in self._index.get_scores(wanted)]
        return Scores(dict(zip(self._labels, found, strict=False)), found[-1])

    def sentence(self, label: str, tokens: Sequence[str], language: str) -> Said | None:
        """The way of saying it that is nearest to `tokens`, in `language` where one is near."""
        wanted = frozenset(tokens)
        near = [
            (self._nearness(wanted, known), said.language == language, said)
            for said, known in self._shown[label]
            if wanted & known
        ]
        own = [found for found in near if found[1]]
        return max(own or near, key=lambda found: found[0], default=(0, False, None))[2]

    def _nearness(self, wanted: frozenset[str], known: frozenset[str]) -> float:
        return sum(self._rarity.get(token, 0.0) for token in wanted & known) / sqrt(len(known) + 4)


def _sentences(symptom: Symptom) -> Iterator[Said]:
    for language, says in symptom.says.items():
        for words in (*says, symptom.looks[language], symptom.sign[language], symptom.asks[language]):
            yield Said(words, language)


def _of_the_guide(guide: Content, label: str) -> Iterator[Said]:
    """What the guide itself says of a label: titles of the steps that mend it, and texts on the screen."""
    for flow in guide.flows.values():
        for step in flow.steps.values():
            if label == step.cause or label in step.solves:
                for language in guide.languages:
                    text = flow.text(step.words or step.id, language)
                    yield Said(f"{text.title} {text.summary}", language)
    for error in guide.errors.values():
        if any(cause.label == label for cause in error.causes):
            for seen in error.texts:
                for language in guide.languages if seen.language == "any" else (seen.language,):
                    yield Said(seen.words, language)


def _reads_well(said: Said, symptom: Symptom) -> bool:
    """Whether it can be shown as what others say."""
    is_hers = said.words in symptom.says.get(said.language, ())
    return is_hers and len(said.words) <= _LONGEST_SHOWN and not said.words.isupper()


def _rarity(texts: Iterable[Sequence[str]]) -> Mapping[str, float]:
    """1 for a token that stands in the text of one label alone, less for one that stands in more."""
    counts = Counter(token for text in texts for token in frozenset(text))
    return {token: 1 / count for token, count in counts.items()}
