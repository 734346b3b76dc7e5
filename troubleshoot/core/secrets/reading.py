"""The text as if typed plainly, and where addresses stand in it."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

_LIKE = {**dict.fromkeys("‘’´ʼ", "'"), **dict.fromkeys("“”„", '"'), "−": "-", "\x85": "\n", "İ": "I"}
_BY_CATEGORY = {"Zs": " ", "Zl": "\n", "Zp": "\n", "Cf": "", "Pd": "-"}
_ADDRESS = re.compile(
    r"(?:https?|ftp)://\S+|(?<![a-z0-9])www\.\S+"
    r"|(?<![a-z0-9._%+-])[a-z0-9._%+-]{1,64}@[a-z0-9.-]{1,200}+"
    r"|(?<![a-z0-9.-])(?:[a-z0-9-]{1,63}\.){1,6}[a-z]{2,12}/\S*"
    r"|(?<![a-z0-9])af-[a-z0-9]{4}-[a-z0-9]{4}(?![a-z0-9])"
)


@dataclass(frozen=True, slots=True)
class Reading:
    """A text in plain characters, with and without its capitals, and where each (and the end) stood in the original."""

    shown: str
    low: str
    places: Sequence[int]


def read(text: str) -> Reading:
    if text.isascii():
        return Reading(text, text.lower(), range(len(text) + 1))
    chars: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        if char.isascii():
            plain = char
        elif unicodedata.category(char) in ("Mn", "Me"):
            _add_mark(chars, char)
            continue
        else:
            plain = _plain(char)
        if plain:
            chars.append(plain)
            places.append(place)
    shown = "".join(chars)
    return Reading(shown, shown.lower(), [*places, len(text)])


@lru_cache(maxsize=4096)
def _plain(char: str) -> str:
    """One character as one plain character, or empty if it takes no room (zero width, soft hyphen)."""
    if char in _LIKE:
        return _LIKE[char]
    category = unicodedata.category(char)
    if category == "Nd":
        return str(unicodedata.decimal(char))
    if unicodedata.decomposition(char).startswith(("<wide>", "<narrow>", "<font>")):
        return unicodedata.normalize("NFKC", char)[:1]
    return _BY_CATEGORY.get(category, char)


def _add_mark(chars: list[str], mark: str) -> None:
    """A combining mark onto the last character, if the two are one letter."""
    both = unicodedata.normalize("NFC", chars[-1] + mark) if chars else ""
    if len(both) == 1 and both != "İ":
        chars[-1] = both


class Addresses:
    """Places of addresses and references, asked about from left to right or in any order."""

    def __init__(self, low: str) -> None:
        places = [match.span() for match in _ADDRESS.finditer(low)]
        self._starts = [start for start, _ in places]
        self._ends = [end for _, end in places]

    def hold(self, place: int) -> bool:
        index = bisect_right(self._starts, place) - 1
        return index >= 0 and place < self._ends[index]
