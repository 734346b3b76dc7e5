"""What somebody wrote or pasted, as words that can be compared. Plain Python.

Signs first (`cleaned`), then lower case without accents (`folded`), then words (`words_of`).
"""

import re
import unicodedata

#: Signs of a text that are looked at; what stands behind them is not.
MAX_CHARS = 2_000
#: Letters of one word that are looked at: a word of ours has at most 35.
_MAX_WORD = 40
_WORD = re.compile(r"[^\W_]+")
#: Signs that stand for a gap: control, private and unassigned ones. Format signs (direction marks, soft hyphens,
#: joiners of no width) stand for nothing: a word goes on behind them.
_GAPS, _NOTHING = frozenset(("Cc", "Co", "Cs", "Cn")), "Cf"
#: For `str.translate`: no sign that combines stands above the first two planes of Unicode.
_WITHOUT_ACCENTS = dict.fromkeys(sign for sign in range(0x300, 0x20000) if unicodedata.combining(chr(sign)))


def cleaned(text: str) -> str:
    """The first `MAX_CHARS` signs in compatibility form, without what nobody sees; lines stay lines."""
    return "".join(map(_seen, in_form(text, MAX_CHARS)))


def in_form(text: str, limit: int) -> str:
    """The first `limit` signs in compatibility form; cut on both sides of it, as one sign can stand for eighteen."""
    return unicodedata.normalize("NFKC", unix_lines(text)[:limit])[:limit]


def unix_lines(text: str) -> str:
    """A browser sends two signs for each new line."""
    return text.replace("\r\n", "\n")


def _seen(sign: str) -> str:
    category = unicodedata.category(sign)
    if category == _NOTHING:
        return ""
    return " " if category in _GAPS and sign != "\n" else sign


def folded(text: str) -> str:
    """Without accents, case, and the difference of look-alike forms (Unicode NFKD). Not always as long as it was."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKD", text).translate(_WITHOUT_ACCENTS).casefold()


def words_of(text: str) -> list[str]:
    """Its words and numbers in order, folded."""
    return [word[:_MAX_WORD] for word in _WORD.findall(folded(text))]
