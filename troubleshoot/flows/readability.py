"""How easily the Italian words of a page read: the Gulpease index (GULP, La Sapienza, 1988).

89 + (300 · sentences − 10 · letters) / words; 0 to 100, higher reads easier. From 60 on a text is easy for
people with a secondary school diploma, and readable for those with eight years of school.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from troubleshoot.flows.model import Content, StepText
from troubleshoot.flows.wording import PLACEHOLDER

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?|\d+")
_SENTENCE_END = re.compile(r"[.!?…]+(?:\s|$)")
_MARKUP = re.compile(r"\*+|^#+ |^\s*(?:[-*>]|\d+\.)\s+|\]\([^)]*\)|\[", re.MULTILINE)
#: What stands in the place of a button's name, which is not ours to shorten.
_NAME = "il tasto"


@dataclass(frozen=True, slots=True)
class Figure:
    """One text: where it stands, its index, its words."""

    place: str
    gulpease: float
    words: int


def gulpease(lines: Iterable[str]) -> tuple[float, int]:
    """The index of `lines` taken together, and their words. Each line is a sentence of its own, or several."""
    words = letters = sentences = 0
    for line in lines:
        found = _WORD.findall(line)
        if not found:
            continue
        words += len(found)
        letters += sum(len(word) for word in found)
        sentences += max(len(_SENTENCE_END.findall(f"{line} ")), 1)
    if not words:
        return 100.0, 0
    return 89 + (300 * sentences - 10 * letters) / words, words


def figure_of(text: StepText) -> Figure:
    """All words of a text: title, summary, body, help and labels; names of outside buttons count as two words."""
    lines = [line for words in text.all_words for line in words.splitlines()]
    plain = [_MARKUP.sub(" ", PLACEHOLDER.sub(_NAME, line)).strip() for line in lines]
    index, words = gulpease(plain)
    return Figure(text.file, index, words)


def figures(content: Content, language: str = "it") -> list[Figure]:
    """Every text of steps and error texts, the hardest first."""
    texts = {text.file: text for flow in content.flows.values() for text in flow.texts.values()}
    texts |= {text.file: text for text in content.error_words.values()}
    return sorted(
        (figure_of(text) for text in texts.values() if text.language == language), key=lambda figure: figure.gulpease
    )
