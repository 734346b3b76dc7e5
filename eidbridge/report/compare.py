"""The compare word: what program and page both show, so that she sees that they belong together."""

import hashlib
from functools import cache
from importlib.resources import files


@cache
def all_words() -> tuple[str, ...]:
    """256 plain Italian words, no two of them one letter apart."""
    text = (files("eidbridge.report") / "compare_words.txt").read_text(encoding="ascii")
    return tuple(text.split())


def compare_word(thumbprint: str, pairing: str, nonce: str) -> str:
    """The word of a pairing: by its key (RFC 7638), its id, and the first nonce of the site."""
    said = f"eidbridge compare word|{thumbprint}|{pairing}|{nonce}"
    return all_words()[hashlib.sha256(said.encode("ascii")).digest()[0]]


def three_words(word: str, seed: bytes) -> tuple[str, str, str]:
    """`word` and two others in an order that only who knows `seed` (32 bytes of chance) can tell."""
    others = [other for other in all_words() if other[0] != word[0]]
    first = others[int.from_bytes(seed[:8], "big") % len(others)]
    rest = [other for other in others if other[0] != first[0]]
    second = rest[int.from_bytes(seed[8:16], "big") % len(rest)]
    place = seed[16] % 3
    shown = [first, second]
    shown.insert(place, word)
    return shown[0], shown[1], shown[2]
