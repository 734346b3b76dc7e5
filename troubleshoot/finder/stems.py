"""A word without its ending, by language (snowball)."""

import threading
from functools import lru_cache

import snowballstemmer

#: The stemmer of a language; a language without one keeps its words as they are.
_STEMMERS = {"it": "italian", "en": "english", "de": "german", "fr": "french"}
#: Stemmers of this thread: one must not be used by two at once.
_own = threading.local()


@lru_cache(maxsize=50_000)
def stem(word: str, language: str) -> str:
    """`word` is in lower case."""
    if language not in _STEMMERS:
        return word
    if language not in vars(_own):
        setattr(_own, language, snowballstemmer.stemmer(_STEMMERS[language]))
    return str(getattr(_own, language).stemWord(word))
