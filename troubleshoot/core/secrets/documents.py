"""Tax codes, lines for machines, and numbers of cards and passports."""

import re
from collections.abc import Iterator

from troubleshoot.core.secrets.nearby import near
from troubleshoot.core.secrets.reading import Addresses, Reading
from troubleshoot.core.secrets.spans import Kind, Span

# Tax codes


#: Letters that stand for 0 to 9 where two people would have the same code.
_OMOCODIA = "lmnpqrstuv"
#: Values at odd places for 0 to 9 and for the first ten letters, then the other letters (D.M. 12 March 1974).
_ODD = (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23)
_GAP = r"[ \t./_-]{0,2}"
_TAX_DIGIT = f"[0-9{_OMOCODIA}]"
_TAX_CODE = re.compile(
    rf"(?<![a-z0-9])(?=(?:cf|cod ?fisc|codice ?fiscale)?([a-z]{{3}}{_GAP}[a-z]{{3}}{_GAP}{_TAX_DIGIT}{{2}}{_GAP}"
    rf"[abcdehlmprst]{_GAP}{_TAX_DIGIT}{{2}}"
    rf"{_GAP}[a-z]{_TAX_DIGIT}{{3}}{_GAP}[a-z]))"
)
_NOT_IN_CODES = re.compile(r"[^a-z0-9]")


def tax_codes(low: str) -> Iterator[Span]:
    for match in _TAX_CODE.finditer(low):
        code = _NOT_IN_CODES.sub("", match[1])
        in_one_piece = len(code) == len(match[1])
        if (in_one_piece or any(char.isdigit() for char in code)) and _check_letter(code[:15]) == code[15]:
            yield Span(*match.span(1), Kind.TAX_CODE)


def _check_letter(code: str) -> str:
    """The sixteenth character for the first fifteen."""
    values = [int(char) if char.isdigit() else ord(char) - ord("a") for char in code]
    total = sum(value if place % 2 else _ODD[value] for place, value in enumerate(values))
    return chr(ord("a") + total % 26)


# Lines for machines


_MRZ_LINE = re.compile(r"(?<![a-z0-9<])[a-z0-9<]{16,}+")
_MRZ_LENGTHS = (30, 36, 44)


def machine_readable_lines(low: str) -> Iterator[Span]:
    """Whole lines of cards and passports; also cut or run together, if they have the double sign after a name."""
    for match in _MRZ_LINE.finditer(low):
        line = match[0]
        fillers = line.count("<")
        if 3 <= fillers <= len(line) - 4 and (len(line) in _MRZ_LENGTHS or "<<" in line):
            yield Span(*match.span(), Kind.MRZ)


# Document numbers


_CARD_NUMBER = re.compile(r"(?<![a-z0-9])[a-z]{2}[0-9]{5}[a-z]{2}(?![a-z0-9])")
_PAPER_NUMBER = re.compile(r"(?<![a-z0-9])[a-z]{2}(?:[0-9]{7}|[ -]?[0-9]{5}[ -]?[a-z]{2}|[ -][0-9]{7})(?![a-z0-9])")
_DOCUMENT_WORD = re.compile(
    r"(?<![a-z])(?:document[ois]?|documenti|documents|cart[ae] d'identit[aà]|carta di identit[aà]|carta|cie|c\.i\."
    r"|(?:identity|id) cards?|passaport[oi]|passports?)(?![a-z])"
)
#: Articles of Microsoft's help look like numbers of a paper card.
_NO_DOCUMENT = "kb"


def documents(read: Reading, addresses: Addresses) -> Iterator[Span]:
    """Numbers of the electronic card anywhere; those of paper cards and passports, or with spaces, by their word."""
    for match in _CARD_NUMBER.finditer(read.low):
        if not addresses.hold(match.start()):
            yield Span(*match.span(), Kind.DOCUMENT)
    for match in _PAPER_NUMBER.finditer(read.low):
        number = read.shown[match.start() : match.end()]
        plain = number.isalnum() or number.isupper()
        if plain and not match[0].startswith(_NO_DOCUMENT) and near(read.low, match.start(), _DOCUMENT_WORD):
            yield Span(*match.span(), Kind.DOCUMENT)
