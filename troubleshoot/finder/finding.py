"""From a person's own words to at most three labels, best first, and whether the first of them is sure."""

import re
from collections.abc import Collection, Iterator, Sequence, Set
from dataclasses import dataclass

from troubleshoot.finder.lexicon import Lexicon
from troubleshoot.finder.messages import Match, Messages
from troubleshoot.finder.ranking import Ranking, Said, Scores
from troubleshoot.finder.reading import cleaned
from troubleshoot.finder.symptoms import Between, Book, Symptom, Way
from troubleshoot.flows.model import Content

#: Results at most.
MOST = 3
#: Score below which a label is nothing, share of the best score below which it is not shown, and how many times the
#: best score other things must have before nothing is.
_LEAST, _SHOWN, _OTHER = 0.5, 0.35, 1.0
#: The first is sure from this score on, where the second has at most this share of it, and so have other things.
_SURE, _NEAR, _FOREIGN = 5.5, 0.7, 0.5
#: The same for few words, which cannot score high.
_BRIEF, _NEAR_BRIEF, _FOREIGN_BRIEF = 3.0, 0.6, 0.3
#: What a known screen text adds to the labels that it can mean, as a share of the best score (of `_SURE` at least):
#: a long one, a short one; and how much of that each further label costs where nothing else decides, each mistake, and
#: being only a twin.
_LONG_TEXT, _SHORT_TEXT, _LATER, _MISTAKE, _TWIN = 1.2, 0.5, 0.3, 0.02, 0.1
#: The same of a text that is no error, where something else is said.
_HARMLESS = 0.3
#: How many times the score of a text's first meaning another one must have to come before it.
_DECIDES = 1.5
#: Where one problem may end and another begin; signs that a part must have, parts looked at, and
#: how near another label and other things may be in one.
_PART = re.compile(
    r"[.;!?\n]+\s|,\s+(?:e|poi|inoltre|and|then|also)\s|\s(?:e (?:poi|anche|inoltre)|and (?:then|also))\s"
)
_LONG_PART, _MOST_PARTS, _NEAR_PART, _FOREIGN_PART = 25, 8, 0.8, 0.7


@dataclass(frozen=True, slots=True)
class Result:
    """One label. score: 0 to 1. said: our sentence that is nearest to hers. match: the screen text that she pasted."""

    symptom: Symptom
    score: float
    way: Way
    said: Said | None
    match: Match | None


@dataclass(frozen=True, slots=True)
class Finding:
    """results: best first. is_sure: the first one is it. between: the question that decides, where one is written.
    are_several: parts of the text speak of different ones, so that it is to be decided where to begin.
    """

    results: Sequence[Result] = ()
    is_sure: bool = False
    between: Between | None = None
    are_several: bool = False
    matches: Sequence[Match] = ()


@dataclass(frozen=True, slots=True)
class _Look:
    """What a text, or a part of it, speaks of. besides: what stands beside texts of the screen. ranked: label and
    score, best first.
    """

    tokens: Sequence[str]
    besides: Sequence[str]
    matches: Sequence[Match]
    scores: Scores
    ranked: Sequence[tuple[str, float]]

    @property
    def best(self) -> str:
        return self.ranked[0][0]

    @property
    def is_sure(self) -> bool:
        if self.matches and (self.matches[0].error.harmless or self._says_two_things):
            return False
        if self.is_all:
            match = self.matches[0]
            return len(self.ranked) == 1 and not match.twins and (match.is_long or match.mistakes == 0)
        if any(_is_strong(match) and not self._decides(match) for match in self.matches):
            return False
        return self._leads(_SURE, _NEAR, _FOREIGN) or self._leads(_BRIEF, _NEAR_BRIEF, _FOREIGN_BRIEF)

    @property
    def _says_two_things(self) -> bool:
        """Whether texts stand there that mean different things, or one that may be another."""
        return any(match.twins or not set(labels_of(match)) & set(labels_of(self.matches[0])) for match in self.matches)

    def _decides(self, match: Match) -> bool:
        """Whether what she says beside a text that can mean several things leaves one of them."""
        scores = sorted((self.scores.by_label.get(label, 0.0) for label in labels_of(match)), reverse=True)
        return len(scores) < 2 or scores[0] >= max(_SURE, _DECIDES * scores[1])

    @property
    def is_all(self) -> bool:
        """Whether a text of the screen is all there is."""
        return bool(self.matches) and self.matches[0].is_whole

    @property
    def is_likely(self) -> bool:
        """Enough for one part among others."""
        return self._leads(_BRIEF, _NEAR_PART, _FOREIGN_PART)

    def _leads(self, least: float, near: float, foreign: float) -> bool:
        """Whether the best label scores `least`, and no other label and nothing foreign these shares of it."""
        best, second, *_ = *(score for _label, score in self.ranked), 0.0, 0.0
        return best >= least and second <= near * best and self.scores.foreign <= foreign * best


class Finder:
    """Made once for a content. Safe between threads."""

    def __init__(self, book: Book, guide: Content) -> None:
        self._book = book
        self._lexicon = Lexicon(book.concepts, book.empty, _all_words(book, guide))
        self._messages = Messages(guide.errors.values(), self._lexicon.is_right)
        self._ranking = Ranking(book, guide, self._lexicon)

    @property
    def labels(self) -> Collection[str]:
        """All that it could find."""
        return self._book.symptoms.keys()

    def find(self, text: str, language: str) -> Finding:
        """language: of the page, for the sentences shown. `text` may be anything, in any language."""
        text = cleaned(text)
        look = self._look(text)
        if not look.ranked:
            return Finding(matches=look.matches)
        several = self._several(text)
        near = [label for label, score in look.ranked[:MOST] if score >= _SHOWN * look.ranked[0][1]]
        first = [label for label, _score in look.ranked if label in several]
        shown = list(dict.fromkeys((*first, *near)))[:MOST]
        labels = [label for label, _score in look.ranked if label in shown]
        score_of = dict(look.ranked)
        results = [self._result(label, score_of[label] / look.ranked[0][1], look, language) for label in labels]
        is_sure = look.is_sure and not several and not self._doubts(look)
        between = None if is_sure or several else self._between(results)
        return Finding(results, is_sure, between, bool(several), look.matches)

    def _look(self, text: str) -> _Look:
        tokens, matches = self._lexicon.tokens(text), self._messages.found_in(text)
        quoted = {token for match in matches if _is_strong(match) for token in self._lexicon.tokens(match.words)}
        besides = [token for token in tokens if token not in quoted]  # a text of the screen speaks for itself
        scores = self._ranking.scores(besides)
        return _Look(tokens, besides, matches, scores, _ranked(scores, matches))

    def _doubts(self, look: _Look) -> bool:
        """Whether she says something with which the best label is not sure. A text of the screen says whose it is only
        where it stands alone: banks have blocked cards, too."""
        concepts = self._lexicon.concepts_in(look.besides)
        return not look.is_all and any(doubt.of(look.best, concepts) for doubt in self._book.doubts)

    def _several(self, text: str) -> Set[str]:
        """The labels that parts of `text` speak of, each its own, where there are two or more."""
        parts = [part for part in _PART.split(text) if len(part) >= _LONG_PART][:_MOST_PARTS]
        looks = [self._look(part) for part in parts] if len(parts) > 1 else []
        labels = {look.best for look in looks if look.is_likely}
        return labels if len(labels) > 1 else frozenset()

    def _result(self, label: str, score: float, look: _Look, language: str) -> Result:
        symptom = self._book.symptoms[label]
        meant = (each for found in look.matches for each in (found, *found.twins))
        match = next((each for each in meant if label in labels_of(each)), None)
        said = self._ranking.sentence(label, look.tokens, language)
        way = symptom.way(self._lexicon.concepts_in(look.tokens))
        return Result(symptom, round(score, 3), way, said, match)

    def _between(self, results: Sequence[Result]) -> Between | None:
        """The question that has an answer for all that is shown, or for the first two."""
        labels = [result.symptom.label for result in results]
        for wanted in (set(labels), set(labels[:2])):
            for between in self._book.betweens:
                if len(wanted) > 1 and wanted <= between.answers.keys():
                    return between
        return None


def labels_of(match: Match) -> list[str]:
    """What the text can mean, each once, in the order of its page."""
    return list(dict.fromkeys(cause.label for cause in match.error.causes))


def _is_strong(match: Match) -> bool:
    return match.is_long or match.is_whole


def _ranked(scores: Scores, matches: Sequence[Match]) -> list[tuple[str, float]]:
    """The labels that are more than nothing, best first. A text that is all she wrote leaves no other label."""
    whole = list(matches) if all(match.is_whole for match in matches) else []
    known = dict.fromkeys(scores.by_label, 0.0) if whole else dict(scores.by_label)
    best = max([*known.values(), _SURE])
    has_more = best > _SURE
    for match in whole or matches[:MOST]:
        share = _LONG_TEXT if _is_strong(match) else _SHORT_TEXT
        if match.error.harmless and has_more:  # it stands there all the time: what she says besides goes before it
            share = _HARMLESS
        besides = [known.get(label, 0.0) for label in labels_of(match)]
        decides = max(besides) >= max(_SURE, _DECIDES * besides[0])  # what she says besides
        for meant, less in ((match, 0.0), *((twin, _TWIN) for twin in match.twins)):
            for number, label in enumerate(labels_of(meant)):
                if label in known:
                    cost = less + _MISTAKE * meant.mistakes + (0.0 if decides else _LATER * number)
                    known[label] += best * share * max(1 - cost, 0.0)
    ranked = sorted(known.items(), key=lambda pair: -pair[1])
    is_foreign = not matches and scores.foreign >= _OTHER * max(known.values(), default=0.0)
    return [] if is_foreign else [(label, score) for label, score in ranked if score >= _LEAST]


def _all_words(book: Book, guide: Content) -> Iterator[str]:
    """Whatever is spelt right."""
    for symptom in book.symptoms.values():
        for says in symptom.says.values():
            yield from says
    for foreign in book.foreign.values():
        yield from foreign
    for flow in guide.flows.values():
        for text in flow.texts.values():
            yield from (text.title, text.summary, *text.options.values())
    for error in guide.errors.values():
        yield from (text.words for text in error.texts)
