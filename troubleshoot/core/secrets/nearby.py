"""Words near a place: where one begins, how far is near, and where a sentence or a line ends."""

import re

#: Where a word begins: one look back for many alternatives.
WORD = r"(?<![a-z])(?=[a-z])"
LINE_ENDS = re.compile(r"[ \t]{0,8}(?:[\r\n]|\Z)")
#: Characters between a word and a number it is near to.
NEAR = 40
#: Characters read back for a word and what links it to a number.
REACH = 90
_ENDS_SENTENCE = re.compile(r"[!?;\n\r]|(?:[a-z]{4}|[^a-z \t.])\.[ \t]")


def near(low: str, start: int, word: re.Pattern[str]) -> re.Match[str] | None:
    """The last such word shortly before `start`, in the same sentence and line."""
    floor = max(0, start - REACH)
    for stop in _ENDS_SENTENCE.finditer(low, floor, start):
        floor = stop.end()
    words = list(word.finditer(low, floor, start))
    return words[-1] if words and start - words[-1].end() <= NEAR else None
