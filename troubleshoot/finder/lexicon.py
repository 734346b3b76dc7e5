"""Words to tokens: stems, the concepts of this field that they stand for, and pairs of neighbours. Plain Python.

A concept is one thing with many names, in all languages: *cellulare*, *telefonino* and *mobile* are `@phone`. So what
is said in one language counts in the other, and a word nobody has used yet counts as its synonyms do.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from math import log10

from rapidfuzz import process
from rapidfuzz.distance import OSA

from troubleshoot.finder.reading import words_of
from troubleshoot.finder.stems import stem

#: Before the name of a concept.
CONCEPT = "@"
#: Letters from which on a mistyped word is looked for, how alike it must be, and for how many words of one text.
_LONG_ENOUGH, _ALIKE, _MOST_MENDED = 5, 0.78, 24
#: How many candidates are weighed, and what being ten times as frequent is worth against being alike.
_NEAREST, _FREQUENT = 5, 0.03
#: A word that our content holds less often may be mistyped there too; how alike it must be to one that is not.
_OFTEN, _ALIKE_TO_OFTEN = 4, 0.84


class Lexicon:
    """The words of one content.

    concepts: names by concept and language. empty: words that say nothing, by language. texts: all that is written in
    it; what stands there often is spelt right.
    """

    def __init__(
        self,
        concepts: Mapping[str, Mapping[str, Sequence[str]]],
        empty: Mapping[str, Sequence[str]],
        texts: Iterable[str],
    ) -> None:
        self._empty = {language: frozenset(words) for language, words in empty.items()}
        self._languages = tuple(empty)
        meant: dict[str, dict[tuple[str, ...], set[str]]] = {language: {} for language in empty}
        self._known: Counter[str] = Counter()
        for concept, names in concepts.items():
            for language, spelt in names.items():
                for name in spelt:
                    words = words_of(name)
                    self._known.update({word: _OFTEN for word in words})
                    stems = tuple(stem(word, language) for word in words)
                    meant[language].setdefault(stems, set()).add(CONCEPT + concept)
        self._concepts = {
            language: {stems: sorted(found) for stems, found in named.items()} for language, named in meant.items()
        }
        #: By language and first word the most words of a name that begins so.
        self._longest: dict[str, dict[str, int]] = {language: {} for language in empty}
        for language, known in self._concepts.items():
            for stems in known:
                self._longest[language][stems[0]] = max(self._longest[language].get(stems[0], 0), len(stems))
        self._names = frozenset(CONCEPT + concept for concept in concepts)
        for text in texts:
            self._known.update(words_of(text))
        self._right = sorted(
            word for word, count in self._known.items() if count >= _OFTEN and len(word) >= _LONG_ENOUGH
        )
        self._nearest = lru_cache(maxsize=4_096)(self._find_nearest)

    def is_right(self, word: str) -> bool:
        """Whether people mean a folded word as it stands; a small word may be something mistyped: *in* a PIN."""
        return self._known[word] >= _OFTEN and not any(word in empty for empty in self._empty.values())

    def is_common(self, text: str) -> bool:
        """Whether each of its words stands in our content often, so that nothing in it is mistyped."""
        return all(self._known[word] >= _OFTEN for word in words_of(text))

    def tokens(self, text: str, language: str = "") -> list[str]:
        """What `text` is about. language: where it is not known, the one of its small words; else all of them."""
        words = words_of(text)
        languages = [language] if language in self._concepts else self._languages_of(words)
        if not language:
            words = self._without_mistakes(words)
        return [token for each in languages for token in self._tokens(words, each)]

    def concepts_in(self, tokens: Iterable[str]) -> frozenset[str]:
        """The names of the concepts among `tokens`."""
        return frozenset(token[len(CONCEPT) :] for token in self._names.intersection(tokens))

    def _tokens(self, words: Sequence[str], language: str) -> Iterator[str]:
        stems = [stem(word, language) for word in words]
        empty, longest = self._empty[language], self._longest[language]
        last, at = "", 0
        while at < len(stems):
            head = stems[at]
            length, concepts = self._concept_at(stems, at, language) if head in longest else (1, ())
            if concepts:
                yield from concepts
            elif words[at] in empty:
                at += 1
                continue
            if length == 1:
                yield head
            if concepts:
                head = concepts[0]
            if last:
                yield f"{last}_{head}"
            last, at = head, at + length

    def _concept_at(self, stems: Sequence[str], at: int, language: str) -> tuple[int, Sequence[str]]:
        """The longest name of a concept that begins here: its length in words, and what it may mean."""
        known = self._concepts[language]
        for length in range(min(self._longest[language][stems[at]], len(stems) - at), 0, -1):
            if (found := known.get(tuple(stems[at : at + length]))) is not None:
                return length, found
        return 1, ()

    def _languages_of(self, words: Sequence[str]) -> list[str]:
        counts = {each: sum(word in empty for word in words) for each, empty in self._empty.items()}
        most = max(counts.values(), default=0)
        best = [each for each, count in counts.items() if count == most]
        return best if len(best) == 1 else list(self._languages)

    def _without_mistakes(self, words: Sequence[str]) -> list[str]:
        mended, left = [], _MOST_MENDED
        for word in words:
            is_unknown = len(word) >= _LONG_ENOUGH and self._known[word] < _OFTEN and not word.isdigit()
            if is_unknown and left:
                left -= 1
                word = self._nearest(word)  # noqa: PLW2901
            mended.append(word)
        return mended

    def _find_nearest(self, word: str) -> str:
        """The word of ours that `word` may have been meant to be, else itself."""
        alike = _ALIKE_TO_OFTEN if self._known[word] else _ALIKE
        found = process.extract(word, self._right, scorer=OSA.normalized_similarity, score_cutoff=alike, limit=_NEAREST)
        return max(found, key=lambda near: near[1] + _FREQUENT * log10(self._known[near[0]]), default=(word,))[0]
