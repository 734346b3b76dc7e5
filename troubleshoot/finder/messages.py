"""Which known screen text stands in what somebody wrote: whole, mistyped, cut off, or with its middle missing.

Texts are compared as folded words with one space between them, so that signs, lines and accents don't matter. A `…` in
a known text stands for what differs from case to case: a code, a name, a number.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz
from rapidfuzz.distance import DamerauLevenshtein

from troubleshoot.finder.reading import words_of
from troubleshoot.flows.model import ErrorText

#: Signs from which on a text is told from others in spite of mistakes, where it is all that was written, and inside
#: other words; a shorter one is taken whole.
LONG_ENOUGH, _LONG_INSIDE = 13, 20
#: Typing mistakes that a text of any length may hold, and the share of its signs that a longer one may.
_MISTAKES, _SHARE_MISTAKEN = 2, 0.08
#: How alike a place must be before it is looked at closely, 0 to 100.
_ALIKE = 70
#: How many signs a place that was found may be off at either end.
_OFF = 4
#: Share of a text that one piece out of its middle must be.
_SHARE_PIECE = 0.55
#: Share of a text that must be left when its begin, its middle or its end is missing, signs of each piece left, and
#: signs that may stand for a `…`.
_SHARE_LEFT, _PIECE, _FILLING = 0.4, 2, 40
#: Distance of two texts of different pages up to which a mistake can make one of the other: they are twins.
_TWINS = 3
#: What people write where they leave out something.
_GAP = re.compile(r"\[?(?:\.\.\.|…)\]?")
_QUOTED = re.compile(r"[\"“«„‘']([^\"”»“’']{3,200})[\"”»“’']")


@dataclass(frozen=True, slots=True)
class Match:
    """A known text that was found. is_whole: beside it nothing was written. is_long: told from others by itself.

    twins: what it may have been as well, where what tells them apart is mistyped.
    """

    error: ErrorText
    words: str
    language: str
    mistakes: int
    is_whole: bool
    is_long: bool
    twins: tuple["Match", ...] = ()


@dataclass(frozen=True, slots=True)
class _Known:
    error: ErrorText
    words: str
    language: str
    pieces: tuple[str, ...]

    @property
    def plain(self) -> str:
        return " ".join(self.pieces)

    @property
    def allowed(self) -> int:
        """Mistakes it may hold and still be itself."""
        return max(_MISTAKES, int(len(self.plain) * _SHARE_MISTAKEN))

    @property
    def is_long(self) -> bool:
        return len(self.plain) >= LONG_ENOUGH

    @property
    def longest(self) -> int:
        """Signs that it may have on a screen."""
        return len(self.plain) + self.allowed + _FILLING * self.words.count("…")


@dataclass(frozen=True, slots=True)
class _Written:
    """plain: all of it. parts: its lines and what stands in quotation marks. halves: around a gap, where one is."""

    plain: str
    parts: frozenset[str]
    halves: tuple[str, ...]


def plain(text: str) -> str:
    """Its words with one space between them."""
    return " ".join(words_of(text))


class Messages:
    """The known texts, ready to be looked for. is_right: whether a word is one that people mean as it stands."""

    def __init__(self, errors: Iterable[ErrorText], is_right: Callable[[str], bool]) -> None:
        self._is_right = is_right
        self._known = [
            _Known(error, text.words, text.language, tuple(filter(None, map(plain, text.words.split("…")))))
            for error in errors
            for text in error.texts
        ]
        self._twins = {known.words: list(self._twins_of(known)) for known in self._known}

    def found_in(self, text: str) -> list[Match]:
        """The texts that `text` holds, the surest first; one a page."""
        written = _read(text)
        best: dict[str, tuple[int, Match]] = {}
        for known in self._known:
            mistakes = self._mistakes(known, written)
            if mistakes is None:
                continue
            is_whole = len(written.plain) <= known.longest
            sure = min(len(known.plain), len(written.plain)) - 4 * mistakes
            if sure > best.get(known.error.id, (-1, None))[0]:
                match = Match(known.error, known.words, known.language, mistakes, is_whole, known.is_long)
                best[known.error.id] = sure, match
        ranked = [match for _, match in sorted(best.values(), key=lambda pair: -pair[0])]
        return [self._with_twins(match, written) for match in self._apart(ranked, written)]

    def _mistakes(self, known: _Known, written: _Written) -> int | None:
        """How many signs are wrong, or None where it does not stand there."""
        whole = known.plain
        if whole in written.parts:
            return 0
        if not known.is_long:
            distance = DamerauLevenshtein.distance(whole, written.plain, score_cutoff=_MISTAKES)
            is_near = distance <= _MISTAKES and bool(self._twins[known.words])
            return distance if is_near and self._may_be_mistyped(known, written.plain) else None
        if len(written.plain) > known.longest and len(whole) < _LONG_INSIDE:  # inside other words, letter by letter
            return 0 if all(f" {piece} " in f" {written.plain} " for piece in known.pieces) else None
        within = self._within(known, written.plain)
        return within if within is not None else _left_of(known, written)

    def _within(self, known: _Known, written: str) -> int | None:
        """Mistakes of the best place of each piece, where every piece has one."""
        mistakes, places = 0, []
        for piece in known.pieces:
            found = fuzz.partial_ratio_alignment(piece, written, score_cutoff=_ALIKE)
            if found is None or len(written) < len(piece) - known.allowed:
                return None
            wrong, place = _nearest(piece, written, found.dest_start, found.dest_end)
            mistakes += wrong
            places.append(place)
        if mistakes > known.allowed or not (mistakes == 0 or self._may_be_mistyped(known, " ".join(places))):
            return None
        return mistakes

    def _may_be_mistyped(self, known: _Known, written: str) -> bool:
        """Whether what is written otherwise can be a mistake: it is no word that people mean as it stands, or but one
        sign away from what should stand there."""
        own = known.plain.split()
        return not any(
            self._is_right(word) and min(DamerauLevenshtein.distance(word, each) for each in own) > 1
            for word in written.split()
            if word not in own
        )

    def _twins_of(self, known: _Known) -> Iterator[_Known]:
        for other in self._known:
            if other.error.id != known.error.id and DamerauLevenshtein.distance(known.plain, other.plain) <= _TWINS:
                yield other

    def _apart(self, ranked: Sequence[Match], written: _Written) -> Iterator[Match]:
        """Without texts that only stand inside a longer one, and without twins of one that is plainly meant."""
        kept: list[Match] = []
        for match in ranked:
            is_inside = any(plain(match.words) in plain(longer.words) for longer in kept)
            is_twin = any(
                match.words in [twin.words for twin in self._twins[surer.words]] and _tells(surer, match.words, written)
                for surer in kept
            )
            if not is_inside and not is_twin:
                kept.append(match)
                yield match

    def _with_twins(self, match: Match, written: _Written) -> Match:
        if match.mistakes == 0:
            return match
        twins = [twin for twin in self._twins[match.words] if not _tells(match, twin.words, written)]
        alike = (replace(match, error=twin.error, words=twin.words, language=twin.language) for twin in twins)
        return replace(match, twins=tuple(alike))


def _tells(match: Match, twin: str, written: _Written) -> bool:
    """Whether what tells a text from its twin was written without a mistake."""
    return set(words_of(match.words)) - set(words_of(twin)) <= set(written.plain.split())


def _read(text: str) -> _Written:
    parts = {plain(part) for part in (*text.splitlines(), *_QUOTED.findall(text), text)}
    halves = tuple(filter(None, map(plain, _GAP.split(text))))
    return _Written(plain(text), frozenset(parts), halves if len(halves) == 2 else ())


def _nearest(piece: str, written: str, start: int, end: int) -> tuple[int, str]:
    """The least distance of `piece` to what stands around the place, from one border of a word to another, and that."""
    off = range(-_OFF, _OFF + 1)
    begins = {at for at in (start + left for left in off) if at == 0 or (at > 0 and written[at - 1 : at] == " ")}
    ends = {at for at in (end + right for right in off) if at <= len(written) and written[at : at + 1] in ("", " ")}
    around = [written[begin:finish] for begin in begins for finish in ends if begin < finish]
    ranked = [(DamerauLevenshtein.distance(piece, each), each) for each in around]
    return min(ranked, default=(len(piece), ""))


def _left_of(known: _Known, written: _Written) -> int | None:
    """0, where a part of the text was written and nothing else: its begin, its end, a middle, or begin and end."""
    whole, left = known.plain, written.plain
    if written.halves and whole.startswith(written.halves[0]) and whole.endswith(written.halves[1]):
        return 0
    if not _SHARE_LEFT * len(whole) <= len(left) <= known.longest:
        return None
    if left in whole:
        return 0 if len(left) >= max(LONG_ENOUGH, _SHARE_PIECE * len(whole)) else None
    head, tail = _common(whole, left), _common(whole[::-1], left[::-1])
    filling = _FILLING * (len(known.pieces) - 1)
    is_there = min(head, tail) > _PIECE and head + tail + filling + 1 >= len(left)  # 1: the space where it was cut
    return 0 if is_there and head + tail >= _SHARE_LEFT * len(whole) else None


def _common(first: str, second: str) -> int:
    """Length of the beginning they share."""
    pairs = enumerate(zip(first, second, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(first), len(second)))
