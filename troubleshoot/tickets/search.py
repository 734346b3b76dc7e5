"""Words of requests, folded and stemmed once by us, so that both databases find the same.

A request has a row for each word that stands in it (`models.SearchWord`); what is looked for is folded the same way.
Words of the authority, with the domain of the mailbox, stand there a second time behind `ENTE`, to find by them alone.
"""

import re
from collections.abc import Iterable, Iterator

from troubleshoot.core.typed import reference_in
from troubleshoot.finder.reading import folded
from troubleshoot.finder.stems import stem as stem_in

#: Before a word of the authority.
ENTE = "e:"
#: Before a code that the PC check found.
FOUND = "f:"
#: Longest word kept; the rest of it tells nothing.
MAX_WORD = 64
#: Most words looked for at once, and kept of one text: a request has some hundreds.
MAX_ASKED, MAX_KEPT = 8, 2_000

#: A mail address, or letters and digits with what joins them in a host name, an error number or a reference.
_WORD = re.compile(r"[\w.+-]+@[\w.-]+\w|\w+(?:[.\-_]\w+)*")
_PART = re.compile(r"[^\W_]+")
#: Say nothing about a request, and stand in nearly all.
_EMPTY = frozenset(
    [
        "il",
        "lo",
        "la",
        "le",
        "gli",
        "un",
        "uno",
        "una",
        "di",
        "da",
        "in",
        "con",
        "su",
        "per",
        "tra",
        "fra",
        "del",
        "dello",
        "della",
        "dei",
        "degli",
        "delle",
        "al",
        "allo",
        "alla",
        "ai",
        "agli",
        "alle",
        "dal",
        "dalla",
        "nel",
        "nella",
        "sul",
        "sulla",
        "ed",
        "od",
        "che",
        "ma",
        "se",
        "ho",
        "ha",
        "mi",
        "si",
        "ci",
        "the",
        "of",
        "to",
        "and",
        "or",
        "is",
        "it",
        "on",
        "at",
        "my",
        "me",
        "not",
        "non",
        "sono",
        "come",
        "anche",
        "piu",
    ]
)


def stem(word: str) -> str:
    """A folded word without its ending, Italian or English: people write both in one sentence. Words with digits,
    such as a user ID or an error number, stay as they are."""
    return word if not word.isalpha() else stem_in(stem_in(word, "it"), "en")


def words_of(text: str) -> set[str]:
    """The words by which a text is found: each by itself, and what is joined (an address, a host) whole as well."""
    found: set[str] = set()
    for joined in _WORD.findall(folded(text)):
        found.update(_whole_and_parts(joined))
        if len(found) >= MAX_KEPT:
            break
    return found


def _whole_and_parts(joined: str) -> Iterator[str]:
    parts = _PART.findall(joined)
    if len(parts) > 1:
        yield joined[:MAX_WORD]
        local, at, host = joined.rpartition("@")
        if at and len(_PART.findall(local)) > 1:
            yield local[:MAX_WORD]
        labels = host.split(".")
        for place in range(0 if at else 1, len(labels) - 1):  # the host, and what it lies in
            yield ".".join(labels[place:])[:MAX_WORD]
    for part in parts:
        if len(part) > 1 and part not in _EMPTY:
            yield stem(part)[:MAX_WORD]


def authority_words(authority: str, email: str) -> set[str]:
    """The words of an authority, and its domain, to find requests by these alone."""
    words = words_of(authority) | {domain_of(email)} - {""}
    return {(ENTE + word)[:MAX_WORD] for word in words}


def asked_words(text: str) -> list[str]:
    """What to look for, the longest first, for it is the rarest; empty where nothing in `text` can be found by."""
    if reference := reference_in(text):
        return [folded(reference)]
    words: dict[str, None] = {}
    for joined in _WORD.findall(folded(text).replace("_", " ")):  # half of SEC_ERROR_UNKNOWN_ISSUER finds it too
        parts = list(_whole_and_parts(joined))
        # A joined word is looked for whole: its parts would find others.
        words.update(dict.fromkeys(parts[:1] if len(_PART.findall(joined)) > 1 else parts))
    return sorted(words, key=lambda word: (-len(word), word))[:MAX_ASKED]


def domain_of(email: str) -> str:
    return folded(email.rpartition("@")[2])


#: Mail providers of everybody: their domain names no authority.
_SHARED = frozenset(
    [
        "gmail.com",
        "googlemail.com",
        "outlook.com",
        "outlook.it",
        "hotmail.com",
        "hotmail.it",
        "live.com",
        "live.it",
        "yahoo.com",
        "yahoo.it",
        "icloud.com",
        "libero.it",
        "virgilio.it",
        "alice.it",
        "tim.it",
        "tiscali.it",
        "aruba.it",
        "pec.it",
        "legalmail.it",
        "postacert.it",
        "poste.it",
        "email.it",
        "arubapec.it",
    ]
)


def authority_key(authority: str, email: str) -> str:
    """What two requests of one authority have in common: the domain, or where it is a provider's, the words."""
    domain = domain_of(email)
    if domain and domain not in _SHARED:
        return domain[:200]
    return " ".join(sorted(words_of(authority)))[:200]


def kept(texts: Iterable[str]) -> set[str]:
    """The words of several texts."""
    found: set[str] = set()
    for text in texts:
        found |= words_of(text)
    return found
