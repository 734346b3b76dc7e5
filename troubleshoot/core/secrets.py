"""What looks like a person's secret in free text, Italian or English, so that it can be asked about or covered.

A number is judged by what stands around it: a word that names it (PIN, CAN, OTP) directly before or after, a word
nearby, or none. Near PIN and PUK doubt covers; elsewhere a number that has another name (a date, a telephone, an error)
stays. Every pattern repeats a bounded number of times or gives nothing back, so time grows with the text alone.
"""

import logging
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise

#: What stands for a secret; always as long, so that its length is not told.
COVER = "•" * 8


class Kind(StrEnum):
    """What a span looks like."""

    TAX_CODE = "tax-code"
    PIN = "pin"  # PIN, PUK or a code by its word
    DIGITS = "digits"  # eight digits, no word near
    CAN = "can"
    PASSWORD = "password"  # noqa: S105
    ONE_TIME = "one-time-code"
    DOCUMENT = "document-number"
    MRZ = "mrz"


@dataclass(frozen=True, slots=True)
class Span:
    """A secret-shaped place in a text, half-open."""

    start: int
    end: int
    kind: Kind

    @property
    def may_be_kept(self) -> bool:
        """Whether she may say that it is another number."""
        return self.kind is Kind.DIGITS


def never(_span: Span, _secret: str) -> bool:
    """Keep nothing."""
    return False


def find(text: str) -> list[Span]:
    """Secret-shaped places in order, not overlapping.

    A cover can uncover: with the word *tel* gone a number no longer is a telephone. So the covered text is read
    again until nothing is found, which makes `cover` idempotent.
    """
    spans = _merged(_scan(text))
    for _ in range(_MOST_READINGS if spans else 0):
        more = _scan(_covered(text, spans))
        if not more:
            break
        spans = _merged([*spans, *_moved_back(more, spans)])
    return spans


def cover(text: str, keep: Callable[[Span, str], bool] = never) -> str:
    """`text` with its secrets covered. keep: asked for each span that may be kept, with the words it covers."""
    spans = [span for span in find(text) if not (span.may_be_kept and keep(span, text[span.start : span.end]))]
    return _covered(text, spans)


class CoveringFilter(logging.Filter):
    """Covers secrets in a record before a handler sees them; drops what can't be read rather than raise.

    The traceback is formatted here and `exc_info` removed, so that no formatter or mail handler makes it anew.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        try:
            record.msg, record.exc_text, record.stack_info = _covered_parts(record)
        except Exception as error:  # noqa: BLE001 - an argument's own __str__ may raise anything; logging must go on
            record.msg = f"A log message could not be formatted ({type(error).__name__})"
            record.exc_text = record.stack_info = None
        record.args, record.exc_info = (), None
        return True


def _covered_parts(record: logging.LogRecord) -> tuple[str, str | None, str | None]:
    """Message, traceback and stack of a record."""
    trace = record.exc_text
    if not trace and isinstance(record.exc_info, tuple) and record.exc_info[0]:
        trace = logging.Formatter().formatException(record.exc_info)
    stack = record.stack_info
    return _clean(record.getMessage()), trace and _clean(trace), stack and _clean(stack)


#: An address with the key of a private link, wherever it is logged.
_KEY = re.compile(r"(richiesta/apri|avviso/conferma)/[^/\s\"']+")


def _clean(text: str) -> str:
    return cover(_KEY.sub(r"\1/…", text))


# Spans


#: Readings of a covered text before it is taken as it is; two are enough outside of texts made for the purpose.
_MOST_READINGS = 6


def _covered(text: str, spans: Iterable[Span]) -> str:
    parts, at = [], 0
    for span in spans:
        parts += [text[at : span.start], COVER]
        at = span.end
    return "".join([*parts, text[at:]])


def _merged(spans: Iterable[Span]) -> list[Span]:
    """In order, overlapping ones as one: of two kinds the first counts, `DIGITS` least."""
    merged: list[Span] = []
    for span in sorted(spans, key=lambda span: span.start):
        if not merged or span.start >= merged[-1].end:
            merged.append(span)
            continue
        last = merged[-1]
        kind = span.kind if last.kind is Kind.DIGITS else last.kind
        merged[-1] = Span(last.start, max(last.end, span.end), kind)
    return merged


def _moved_back(found: Iterable[Span], spans: Sequence[Span]) -> Iterator[Span]:
    """Spans found in the covered text, as places of the text before it; what touches a cover takes it in whole."""
    starts: list[int] = []
    shift = 0
    for span in spans:
        starts.append(span.start + shift)
        shift += len(COVER) - (span.end - span.start)
    for new in found:
        first = bisect_right(starts, new.start) - 1
        last = bisect_right(starts, new.end - 1) - 1
        start, end = new.start, new.end
        if first >= 0:
            inside = new.start - starts[first] - len(COVER)
            start = spans[first].start if inside < 0 else spans[first].end + inside
        if last >= 0:
            end = spans[last].end + max(new.end - starts[last] - len(COVER), 0)
        yield Span(start, end, new.kind)


def _scan(text: str) -> list[Span]:
    """One reading; places as in `text`."""
    read = _read(text)
    addresses = _Addresses(read.low)
    found = [
        *_tax_codes(read.low),
        *_machine_readable_lines(read.low),
        *_numbers(read.low, addresses),
        *_documents(read, addresses),
        *_passwords(read),
    ]
    return [Span(read.places[span.start], read.places[span.end], span.kind) for span in found]


# Reading: the text as if typed plainly


@dataclass(frozen=True, slots=True)
class _Reading:
    """A text in plain characters, with and without its capitals, and where each (and the end) stood in the original."""

    shown: str
    low: str
    places: Sequence[int]


_LIKE = {**dict.fromkeys("‘’´ʼ", "'"), **dict.fromkeys("“”„", '"'), "−": "-", "\x85": "\n", "İ": "I"}
_BY_CATEGORY = {"Zs": " ", "Zl": "\n", "Zp": "\n", "Cf": "", "Pd": "-"}


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


def _read(text: str) -> _Reading:
    if text.isascii():
        return _Reading(text, text.lower(), range(len(text) + 1))
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
    return _Reading(shown, shown.lower(), [*places, len(text)])


def _add_mark(chars: list[str], mark: str) -> None:
    """A combining mark onto the last character, if the two are one letter."""
    both = unicodedata.normalize("NFC", chars[-1] + mark) if chars else ""
    if len(both) == 1 and both != "İ":
        chars[-1] = both


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


def _tax_codes(low: str) -> Iterator[Span]:
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


def _machine_readable_lines(low: str) -> Iterator[Span]:
    """Whole lines of cards and passports; also cut or run together, if they have the double sign after a name."""
    for match in _MRZ_LINE.finditer(low):
        line = match[0]
        fillers = line.count("<")
        if 3 <= fillers <= len(line) - 4 and (len(line) in _MRZ_LENGTHS or "<<" in line):
            yield Span(*match.span(), Kind.MRZ)


# Words around numbers


_SIGNS = r"[ \t:=>\"'«()\[*#.,°→-]{0,6}"
_THING = (
    r"accesso|sblocco|cie|carta(?: d'identit[aà])?|card|id card|mia carta|eu ?login|app|telefono|phone|account|login"
    r"|imi|inps|pin|puk|codice|code"
)
#: Words that may stand between a name and its number: *il PIN della carta che uso è 1234 5678*.
_LINKING = (
    r"e|[èé]|era|erano|sarebbe|is|was|are|sono|il|lo|la|i|the|my|your|mio|mia|tuo|numero|number|num|nr|no|n|codice|code"
    r"|attuale|nuov[oa]|vecchi[oa]|new|old|current|seguente|following|quest[oa]|this|quello|corretto|giusto|correct"
    r"|errato|sbagliato|wrong|stato|intero|completo|full|inizia|finisce|starts|ends|cie|carta|card|app|imi"
    r"|inps|eu ?login|inserito|digitato|provato|usato|messo|scritto|ricevuto|arrivato|entered|typed|tried|used|received"
    r"|uso|metto|inserisco|scrivo|digito|use|enter|type|che|that|ho|con|per|with|ora|now|come|as|[1-9]"
    r"|(?:[468]|otto|sei|quattro|eight|six|four)[ -](?:cifre|digits?|numeri)"
    rf"|(?:di|del|dello|della|of|for|per|sul|sulla|with)[ ](?:la |il |my |the |mia |mio |questa |this )?(?:{_THING})"
    rf"|dell'(?:{_THING})"
)
_LINK = rf"(?:{_SIGNS}(?<![a-z0-9])(?:{_LINKING})(?=[^a-z0-9])){{0,6}}{_SIGNS}"
#: A line break may stand between a name and a number that has the next line for itself.
_TO_NUMBER = rf"{_LINK}(?:\r?\n[ \t]{{0,8}})?\Z"
_IS = r"[èé]|e['`]|is|was|era|sarebbe|come|as|=|[(\[](?=[a-z ']{0,20}[)\]])"

#: Where a word begins: one look back for many alternatives.
_WORD = r"(?<![a-z])(?=[a-z])"
_PIN_WORD = (
    r"(?:(?:il|lo|my|mio|cie|codice|code|new|nuovo|old|the|vecchio)_?)?"
    r"(?:pin|puk|p\.i\.n\.?|p\.u\.k\.?)(?:s|code|cie)?[12]?(?![a-z])"
)
#: Not the English verb.
_CAN_WORD = r"(?:can(?! (?:i|use|the|this|that|my|it|no)(?![a-z]))|card access number)(?![a-z])"
_ONE_TIME_WORD = (
    r"(?:otp|token|one[ -]?time[ -](?:password|code|passcode|pin)"
    r"|(?:codice|code|password|pin) (?:sms|otp|temporane[oa]|monouso|usa e getta|di verifica|di conferma|di sicurezza"
    r"|via sms|(?:ricevuto|arrivato|inviato|received)(?: (?:via|con|per|tramite|da|by))?(?: un)? sms|dell'app)"
    r"|(?:verification|security|sms|authentication|confirmation|temporary|challenge|eu ?login|inps|imi|spid) code"
    r")(?![a-z])"
)
_CODE_WORD = r"(?:codic[ei]|cod|codes?|passcode|numero segreto|secret number)(?![a-z])"
_HALF = (
    r"(?<![a-z0-9])(?:prim[aeo]|second[ao]|first|second|ultim[aeo]|last|altra|other|[12][aªo]|1st|2nd) "
    r"(?:met[aà]'?|parte|half|part|(?:4|quattro|four) (?:cifre|digits|numeri))(?![a-z])"
)

_NAMED_BEFORE = re.compile(
    rf"{_WORD}(?:(?P<one_time>{_ONE_TIME_WORD})|(?P<pin>{_PIN_WORD})|(?P<can>{_CAN_WORD})){_TO_NUMBER}"
)
_NAMED_AFTER = re.compile(
    rf"(?:[ \t]{{0,2}}(?:{_IS}){_LINK}{_WORD}|(?=p))(?:(?P<one_time>{_ONE_TIME_WORD})|(?P<pin>{_PIN_WORD})"
    rf"|(?P<can>(?:(?<=[(=\[])|(?:il|the|my|mio|numero|number|codice) ){_CAN_WORD}))"
)
#: *the PIN that they gave me at the town hall is 1234*: looser, so for fewer numbers.
_PIN_SAID_BEFORE = re.compile(rf"{_WORD}{_PIN_WORD}[^0-9.,;:!?\n]{{1,50}}(?:(?<![a-z0-9])(?:{_IS})|:){_SIGNS}\Z")
_HALF_BEFORE = re.compile(_HALF + _TO_NUMBER)
_HALF_SAID_BEFORE = re.compile(rf"{_HALF}[^0-9.;\n]{{1,40}}\Z")
_HALF_AFTER = re.compile(rf"[ \t]{{0,2}}(?:{_IS}){_LINK}{_HALF}")
_PIN = re.compile(_WORD + _PIN_WORD)
_CAN = re.compile(_WORD + _CAN_WORD)
_CODE = re.compile(_WORD + _CODE_WORD)
_CODE_BEFORE = re.compile(_WORD + _CODE_WORD + _TO_NUMBER)
#: Numbers that are called a code and are none: such eight digits may be kept.
_OTHER_CODE = re.compile(
    r"(?<![a-z])(?:error[eis]?|err|pratica|protocollo|prot|ente|ufficio|cliente|utente|fattura|ordine|ticket|ipa"
    r"|postale|case|customer|order|zip)(?![a-z])"
)
_NEXT_ONE = re.compile(
    r"[ \t]{0,2}[,;/+-]?[ \t]{0,2}(?:(?:e|ed|o|oppure|poi|dopo|anche|quindi|and|or|then|also)[ \t,]{1,2}){0,2}"
)
_OTHER_HALF = re.compile(r"[^0-9.;\n]{0,15}(?<![a-z])(?:second[ao]?|altr[ao]|other|ultim[ae])(?![a-z])[^0-9.;\n]{0,40}")
_ENDS_SENTENCE = re.compile(r"[!?;\n\r]|(?:[a-z]{4}|[^a-z \t.])\.[ \t]")
_LINE_ENDS = re.compile(r"[ \t]{0,8}(?:[\r\n]|\Z)")

#: Characters between a word and a number it is near to.
_NEAR = 40
#: Characters read back for a word and what links it to a number.
_REACH = 90


# Numbers


_Group = tuple[int, int]
#: Groups of digits that may be one number; a full stop with a space ends a sentence.
_RUN = re.compile(r"[0-9]+(?:(?:[ \t]{1,2}|[ \t]?[-/_][ \t]?|\.)[0-9]+)*+")
#: Of a run that is no telephone number: what signs hold together, or what spaces do.
_PIECE = re.compile(
    r"[0-9]+(?:[-._/][0-9]+)+|[0-9]+(?:(?:[ \t]{1,2}|[ \t][-/_][ \t]?|[-/_][ \t])[0-9]++(?![-._/][0-9]))*+"
)
_DIGITS = re.compile(r"[0-9]+")
#: Digits a name takes: the sum that groups make first, the fewest, the most.
_SIZES = {Kind.PIN: (8, 4, 12), Kind.CAN: (6, 6, 6), Kind.ONE_TIME: (6, 4, 8)}
_ADDRESS = re.compile(
    r"(?:https?|ftp)://\S+|(?<![a-z0-9])www\.\S+"
    r"|(?<![a-z0-9._%+-])[a-z0-9._%+-]{1,64}@[a-z0-9.-]{1,200}+"
    r"|(?<![a-z0-9.-])(?:[a-z0-9-]{1,63}\.){1,6}[a-z]{2,12}/\S*"
    r"|(?<![a-z0-9])af-[a-z0-9]{4}-[a-z0-9]{4}(?![a-z0-9])"
)
#: Families of Windows error numbers (COM, system, cryptography, smart cards, .NET).
_ERROR_FAMILIES = ("8000", "8004", "8007", "8009", "8010", "8013")
#: Eight digits that everyone may know: INPS, from mobile phones.
_KNOWN_NUMBERS = frozenset({"06164164"})
_PHONE_WORD = re.compile(
    _WORD + r"(?:tel|telefon[a-z]{0,5}|cell|cellulare|phone|mobile|fax|numero verde|chiam[a-z]{0,8}|call|interno)"
    r"(?:[ \t:.(/'-]{0,3}(?<![a-z])(?:al|allo|ai|a|dell|ufficio|numero|number|n|nr|no|me|mi|us|at|on|il|lo|di|è|is|the"
    r"|office|diretto|fisso|casa)(?![a-z])){0,4}[ \t:.(+/-]{0,4}\Z"
)
_PHONE_START = re.compile(r"0[0-9]{1,3}|3[0-9]{2}|0[0-9]{5,10}|3[0-9]{8,9}|80[03]|89[0-9]|199")
#: Digits in all, by the first.
_PHONE_SIZES = {"0": range(9, 12), "3": range(9, 11), "8": range(9, 11), "1": range(9, 11)}
_AMOUNT_BEFORE = re.compile(r"(?:[€$£]|(?<![a-z])eur[o]?)[ \t]?\Z")
_AMOUNT_AFTER = re.compile(r"[ \t]?(?:[€$£]|euro?(?![a-z]))|[.,][0-9]{1,2}(?![0-9])")
#: Of a version or an amount; an area code.
_PART_BEFORE = re.compile(r"(?<![0-9])(?:[0-9]{1,6}[.,]|0[0-9]{1,3}\)?[ \t./-]{0,3})\Z")
_BYTE_BEFORE = re.compile(r"(?<![a-z0-9])[0-9a-f]{2}[ \t-]\Z")
_BYTE_AFTER = re.compile(r"[ \t-][0-9a-f]{2}(?![a-z0-9])")
_ERROR_WORD_BEFORE = re.compile(
    r"(?<![a-z])err(?:or[ei]?s?|\.)?(?:[ \t]{1,2}(?:codice|code|cod\.?|numero|number|n\.?|nr\.?|no\.?)){0,2}"
    r"[ \t:=#(\"'«]{0,4}\Z"
)
_HEX_ERROR = re.compile(r"80[0-9a-f]{6}(?![a-z0-9])")


class _Addresses:
    """Places of addresses and references, asked about from left to right or in any order."""

    def __init__(self, low: str) -> None:
        places = [match.span() for match in _ADDRESS.finditer(low)]
        self._starts = [start for start, _ in places]
        self._ends = [end for _, end in places]

    def hold(self, place: int) -> bool:
        index = bisect_right(self._starts, place) - 1
        return index >= 0 and place < self._ends[index]


def _numbers(low: str, addresses: _Addresses) -> Iterator[Span]:
    last: Span | None = None
    for run in _RUN.finditer(low):
        if run.end() - run.start() < 4:
            continue
        for groups in _pieces(low, *run.span()):
            free = [group for group in groups if not addresses.hold(group[0])]
            found = list(_in_piece(low, free, last)) if free else _in_query(low, groups)
            yield from found
            last = found[-1] if found else last


def _pieces(low: str, start: int, end: int) -> Iterator[list[_Group]]:
    groups = _groups(low, start, end)
    if _is_phone(low, groups):
        yield groups
        return
    for piece in _PIECE.finditer(low, start, end):
        yield _groups(low, *piece.span())


def _groups(low: str, start: int, end: int) -> list[_Group]:
    return [group.span() for group in _DIGITS.finditer(low, start, end)]


def _in_query(low: str, groups: list[_Group]) -> list[Span]:
    """The value of a field that an address names so: *?pin=1234*."""
    span = _named(low, groups) if low.endswith("=", 0, groups[0][0]) else None
    return [span] if span else []


def _in_piece(low: str, groups: list[_Group], last: Span | None) -> Iterator[Span]:
    """Secrets in digit groups that stand together. last: the secret number before them."""
    if _is_separated_date(low, groups):
        return
    first = _first(low, groups, last)
    if not first and _is_letter(low, groups[0][0] - 1):
        groups = groups[1:]
        first = _first(low, groups, last) if groups else None
    if first:
        yield first
        groups = [group for group in groups if group[0] >= first.end]
    if groups and _is_letter(low, groups[-1][1]):
        groups = groups[:-1]
    for window in _windows(low, groups):
        kind = _judged(low, window, groups)
        if kind:
            yield Span(window[0][0], window[-1][1], kind)


def _first(low: str, groups: list[_Group], last: Span | None) -> Span | None:
    """The secret that begins with the first group."""
    return _named(low, groups) or _said(low, groups) or _half(low, groups, last) or _next(low, groups, last)


def _named(low: str, groups: list[_Group]) -> Span | None:
    """The number right after the word that names it, or right before."""
    start, end = groups[0][0], groups[-1][1]
    match = _NAMED_BEFORE.search(low, max(0, start - _REACH), start)
    if match and _belongs(low, match, groups):
        return _taken(low, groups, _kind(match))
    match = _NAMED_AFTER.match(low, end)
    if not match:
        return None
    whole = _taken(low, groups, _kind(match))
    return whole if whole and whole.end == end else _taken(low, groups[-1:], _kind(match))


def _kind(match: re.Match[str]) -> Kind:
    return Kind[str(match.lastgroup).upper()]


def _belongs(low: str, match: re.Match[str], groups: list[_Group]) -> bool:
    """Whether a name reaches a number: past a comma no telephone, on another line only a short one by itself."""
    if "\n" in match[0]:
        return _LINE_ENDS.match(low, groups[-1][1]) is not None and _sums(groups[:9])[-1] <= 8
    return "," not in match[0] or not _is_phone(low, groups)


def _said(low: str, groups: list[_Group]) -> Span | None:
    """A PIN of up to eight digits after *is*, with any words of one phrase before."""
    start = groups[0][0]
    match = _PIN_SAID_BEFORE.search(low, max(0, start - _REACH), start)
    return _taken(low, groups, Kind.PIN, most=8) if match and not _OTHER_CODE.search(match[0]) else None


def _taken(low: str, groups: list[_Group], kind: Kind, most: int = 12) -> Span | None:
    """As many groups as a number of this kind has digits, at most `most`."""
    usual, fewest, limit = _SIZES[kind]
    most = min(most, limit)
    start = groups[0][0]
    if _HEX_ERROR.match(low, start) and not low[start : start + 8].isdigit():
        return None
    sums = _sums(groups[:most])
    if usual in sums:
        return Span(start, groups[sums.index(usual)][1], kind)
    if len(groups) <= most and fewest <= sums[-1] <= most:
        return Span(start, groups[-1][1], kind)
    return Span(start, groups[0][1], kind) if fewest <= sums[0] <= most else None


def _sums(groups: list[_Group]) -> list[int]:
    """Digits up to and with each group."""
    sums, total = [], 0
    for start, end in groups:
        total += end - start
        sums.append(total)
    return sums


def _half(low: str, groups: list[_Group], last: Span | None) -> Span | None:
    """Four digits that are called a half, with a PIN word around."""
    start, end = groups[0]
    around = (max(0, start - 2 * _REACH), end + 2 * _REACH)
    if end - start != 4 or _sums(groups[:2])[-1] > 6 or not _PIN.search(low, *around):
        return None
    tight = _HALF_BEFORE.search(low, max(0, start - _REACH), start)
    called_half = _belongs(low, tight, groups) if tight else _HALF_AFTER.match(low, end) is not None
    if not called_half and not low.startswith(("19", "20"), start):
        called_half = _is_half_said(low, start, last)
    return Span(start, end, Kind.PIN) if called_half else None


def _is_half_said(low: str, start: int, last: Span | None) -> bool:
    """Whether other words stand between *half* and a number, or it is *the second* after a first."""
    if _HALF_SAID_BEFORE.search(low, max(0, start - _REACH), start):
        return True
    follows = last is not None and last.kind is Kind.PIN and start - last.end <= _REACH
    return follows and _OTHER_HALF.fullmatch(low, last.end if last else 0, start) is not None


def _next(low: str, groups: list[_Group], last: Span | None) -> Span | None:
    """One more in a list: *PIN 1234 o 4321*."""
    start = groups[0][0]
    if not last or start - last.end > _NEAR or not _NEXT_ONE.fullmatch(low, last.end, start):
        return None
    word = {Kind.PIN: _PIN, Kind.CAN: _CAN}.get(last.kind)
    if not word or not word.search(low, max(0, last.start - _REACH), start):
        return None
    return _taken(low, groups, last.kind, most=8)


def _windows(low: str, groups: list[_Group]) -> Iterator[list[_Group]]:
    """Neighbouring groups, alike in what separates them, that make eight digits."""
    first = 0
    while first < len(groups):
        size = _groups_of_eight(low, groups[first : first + 8])
        if size:
            yield groups[first : first + size]
        first += size or 1


def _groups_of_eight(low: str, groups: list[_Group]) -> int:
    """How many groups make eight digits together, 0 for none."""
    sums = _sums(groups)
    size = sums.index(8) + 1 if 8 in sums else 0
    gaps = {low[end:start].strip() for (_, end), (start, _) in pairwise(groups[:size])}
    return size if len(gaps) <= 1 else 0


def _is_letter(low: str, place: int) -> bool:
    return 0 <= place < len(low) and "a" <= low[place] <= "z"


def _judged(low: str, window: list[_Group], groups: list[_Group]) -> Kind | None:
    """What eight digits are, `None` for nothing to cover. groups: all that stand together with them."""
    start, end = window[0][0], window[-1][1]
    if _near(low, start, _PIN) or _right_after(low, end, groups):
        other = _is_phone(low, groups) or _is_dotted(low, window) or _is_year_and_next(low, window)
        other = other or (len(window) == 1 and _is_called_error(low, start))
        return None if other else Kind.PIN
    if len(window) == 1:
        other = _is_other_number(low, start, groups)
    else:
        other = window != groups or _is_other_pair(low, window)
    if other or _is_called_phone(low, groups, end):
        return None
    return Kind.PIN if _is_code(low, start) else Kind.DIGITS


def _is_called_error(low: str, start: int) -> bool:
    """Whether a known error number follows an error word directly, so that a PIN named before means nothing."""
    known = low.startswith(_ERROR_FAMILIES, start)
    return known and _ERROR_WORD_BEFORE.search(low, max(0, start - 40), start) is not None


def _is_called_phone(low: str, groups: list[_Group], end: int) -> bool:
    start = groups[0][0]
    digits = _sums([group for group in groups[:14] if group[1] <= end])[-1]
    return digits <= 13 and _PHONE_WORD.search(low, max(0, start - _REACH), start) is not None


def _right_after(low: str, end: int, groups: list[_Group]) -> bool:
    match = _NAMED_AFTER.match(low, end) if end == groups[-1][1] else None
    return match is not None and match.lastgroup == "pin"


def _near(low: str, start: int, word: re.Pattern[str]) -> re.Match[str] | None:
    """The last such word shortly before `start`, in the same sentence and line."""
    floor = max(0, start - _REACH)
    for stop in _ENDS_SENTENCE.finditer(low, floor, start):
        floor = stop.end()
    words = list(word.finditer(low, floor, start))
    return words[-1] if words and start - words[-1].end() <= _NEAR else None


def _is_code(low: str, start: int) -> bool:
    """Whether eight digits are called a code, and not one of another kind."""
    word = _near(low, start, _CODE)
    return word is not None and not _OTHER_CODE.search(low, max(0, word.start() - 10), start)


def _is_dotted(low: str, window: list[_Group]) -> bool:
    """Whether dots part the groups, as in versions and addresses, and not two halves."""
    return len(window) > 2 and low[window[0][1]] == "."


def _is_year_and_next(low: str, window: list[_Group]) -> bool:
    """Whether groups are a range of two years, as calls and school years have."""
    if [end - start for start, end in window] != [4, 4]:
        return False
    first, second = (int(low[start:end]) for start, end in window)
    return 1900 <= first < 2100 and second == first + 1


def _is_other_number(low: str, start: int, groups: list[_Group]) -> bool:
    """Whether eight digits in a row are an error number, a date, a telephone number, an amount or part of a version."""
    end = start + 8
    digits = low[start:end]
    if digits.startswith(_ERROR_FAMILIES) or digits in _KNOWN_NUMBERS or _is_phone(low, groups):
        return True
    if _is_date(digits) and not _CODE_BEFORE.search(low, max(0, start - _REACH), start):
        return True
    before = (max(0, start - 8), start)
    marked = _AMOUNT_BEFORE.search(low, *before) or _PART_BEFORE.search(low, *before) or _AMOUNT_AFTER.match(low, end)
    return marked is not None or low[start - 1 : start] == "+"


def _is_other_pair(low: str, window: list[_Group]) -> bool:
    """Whether groups are no PIN in halves or pairs: another shape, years, a number of a year."""
    sizes = {end - start for start, end in window}
    gap = low[window[0][1] : window[1][0]].strip()
    if sizes not in ({4}, {2}) or gap not in ("", "-") or low[window[0][0] - 1 : window[0][0]] == "+":
        return True
    if sizes == {2}:
        start, end = window[0][0], window[-1][1]
        return bool(_BYTE_BEFORE.search(low, max(0, start - 4), start) or _BYTE_AFTER.match(low, end))
    years = [low[start:end].startswith(("19", "20")) for start, end in window]
    return all(years) or (gap == "-" and any(years))


def _is_phone(low: str, groups: list[_Group]) -> bool:
    start, end = groups[0]
    first = low[start:end]
    total = _sums(groups[:12])[-1] if len(groups) <= 12 else 0
    if low[start - 1 : start] == "+":
        return total in range(8, 15)
    if first.startswith("00"):
        return total in range(10, 17)
    return _PHONE_START.fullmatch(first) is not None and total in _PHONE_SIZES[first[0]]


def _is_date(digits: str) -> bool:
    """Whether eight digits are a day of 1900 to 2099, day or year first."""
    day_first = (digits[:2], digits[2:4], digits[4:])
    year_first = (digits[6:], digits[4:6], digits[:4])
    return any(_is_day(*parts) for parts in (day_first, year_first))


def _is_day(day: str, month: str, year: str) -> bool:
    return 1 <= int(day) <= 31 and 1 <= int(month) <= 12 and (len(year) == 2 or year.startswith(("19", "20")))


def _is_separated_date(low: str, groups: list[_Group]) -> bool:
    """Whether groups are a date with signs between, and not with spaces as a PIN may have."""
    if len(groups) != 3:
        return False
    gaps = {low[end:start] for (_, end), (start, _) in pairwise(groups)}
    parts = [low[start:end] for start, end in groups]
    if gaps not in ({"/"}, {"."}, {"-"}):
        return False
    day, month, year = reversed(parts) if len(parts[0]) == 4 else parts
    return max(len(day), len(month)) <= 2 and len(year) in (2, 4) and _is_day(day, month, year)


# Document numbers


_CARD_NUMBER = re.compile(r"(?<![a-z0-9])[a-z]{2}[0-9]{5}[a-z]{2}(?![a-z0-9])")
_PAPER_NUMBER = re.compile(r"(?<![a-z0-9])[a-z]{2}(?:[0-9]{7}|[ -]?[0-9]{5}[ -]?[a-z]{2}|[ -][0-9]{7})(?![a-z0-9])")
_DOCUMENT_WORD = re.compile(
    r"(?<![a-z])(?:document[ois]?|documenti|documents|cart[ae] d'identit[aà]|carta di identit[aà]|carta|cie|c\.i\."
    r"|(?:identity|id) cards?|passaport[oi]|passports?)(?![a-z])"
)
#: Articles of Microsoft's help look like numbers of a paper card.
_NO_DOCUMENT = "kb"


def _documents(read: _Reading, addresses: _Addresses) -> Iterator[Span]:
    """Numbers of the electronic card anywhere; those of paper cards and passports, or with spaces, by their word."""
    for match in _CARD_NUMBER.finditer(read.low):
        if not addresses.hold(match.start()):
            yield Span(*match.span(), Kind.DOCUMENT)
    for match in _PAPER_NUMBER.finditer(read.low):
        number = read.shown[match.start() : match.end()]
        plain = number.isalnum() or number.isupper()
        if plain and not match[0].startswith(_NO_DOCUMENT) and _near(read.low, match.start(), _DOCUMENT_WORD):
            yield Span(*match.span(), Kind.DOCUMENT)


# Passwords


_PASSWORD_WORD = re.compile(
    r"(?:password|passwd|pwd|passphrase)[0-9]?(?![a-z0-9_])"
    r"|(?<![a-z])(?:psw|pssw|passw|pass|pw|parola (?:chiave|segreta|d'ordine|d'accesso|di accesso))(?![a-z0-9_])"
)
_QUALIFYING = (
    r"di|del|della|per|for|of|the|la|il|mia|tua|my|your|nuova|vecchia|attuale|temporanea|provvisoria|iniziale|giusta"
    r"|corretta|current|new|old|temporary|eu|login|ecas|imi|inps|spid|cie|windows|account|pc|computer|posta|mail|email"
    r"|e-mail|wi-?fi|rete|accesso|sito|portale|webmail|outlook|che|that|i|ho|uso|usata|usato|used|use|inserito"
    r"|inserita|scelto|scelta|provato|provata|messo|digitato|digitata|typed|entered|tried|chosen"
)
#: From the word to its value. below: the value has the next line. bare: nothing says that a value follows.
_PASSWORD_LINK = re.compile(
    rf"[\"')\]]?(?:[ \t]{{1,2}}(?:{_QUALIFYING})(?![a-z0-9])){{0,6}}(?:"
    r"(?P<below>[ \t]{0,2}[:=][ \t]{0,4}\r?\n[ \t]{0,4})"
    r"|(?P<named>[ \t]{0,2}(?:[:=]|=>|->)[ \t]{0,4}"
    r"|[ \t]{1,2}(?:[èé]|e['`]|is|was|era|sarebbe)"
    r"(?:[ \t](?:questa|la seguente|this|the following))?[ \t]?:?[ \t]{1,4})"
    r"|(?P<bare>[ \t]{1,2}(?:scaduta|errata|sbagliata|giusta|wrong|expired)[ \t]{0,2}[:=(,]?[ \t]{0,2}"
    r"|[^0-9.,;:!?=\r\n]{1,50}?[ \t](?:[èé]|e['`]|is|was|era)[ \t]{0,2}:?[ \t]{0,2}"
    r"|[ \t]{1,3}(?:e[ \t]|[-,(][ \t]{0,2})?|[,(-][ \t]{0,2}))"
)
_NEXT_PASSWORD = re.compile(r"[ \t,;]{1,3}(?:(?:o|oppure|or|e|ed|poi|anche|and|then)[ \t]){0,2}(?=[^ \t,;])")
_QUOTES = {'"': '"', "'": "'", "«": "»", "`": "`"}
_VALUE_ENDS = re.compile(r"\s|\Z|&[a-z_-]{1,30}=")
#: Characters of a value that are looked at; a longer one is covered whole.
_LONGEST_LOOK = 200
_BEFORE_VALUE, _AFTER_VALUE = "([{<*_", ".,;:\"')]}>»*`"
#: Words that follow *password* in sentences about it.
_SAID_OF_PASSWORDS = """
a ad al all alla ai agli alle con col da dal dalla dai de dei del della delle di e ed fra ha hanno ho hai i il in la
le lo gli l mi ti ci si se ne nel nella no non o od per piu più poi qual quale quali quando quella quelle quello
questa questo qui che chi come cosa cui dopo prima sempre mai ancora già gia ora adesso oggi ieri stata stato sono sia
su sul sulla suo sua mia mio tra troppo tutta tutto tutti un una uno uguale vecchia nuova giusta corretta esatta
errata sbagliata scaduta dimenticata bloccata persa ok okay buona debole forte lunga corta breve facile difficile
diversa identica stessa sicura valida personale segreta nota ignota vuota nascosta omessa assente presente richiesta
obbligatoria compare appare chiede dice esce funziona serve errore errori errato utente nome username user login eu
ecas imi inps cie spid sms app pin puk otp token totp mobile qr captcha codice code minimo min max massimo almeno
massima minima caratteri sì niente nessuna nessuno boh vedi pagina schermata messaggio schermo finestra campo avviso
nulla link obbligatorio vai clicca premi scade reset recupero cambio cambiare cambia inserire inserisci digitare
digita impossibile identico provvisoria temporanea iniziale attuale rossa molto poco abbastanza quasi solo soltanto
anche però pero ma perché perche the this that these those an and are as at be been before being but by can cannot
can't case changed checked correct different do does empty enough error expired failed fine for forgotten from gone
good had has have he her hidden his how id if incorrect invalid is it its just least long longer lost many missing
must my never new none not now null of old on only or our out please refused rejected required right same saved secret
sensitive set she short shown so something still strong their then there they to too true false unknown unchanged up
used very wrong weak what when where which who why will with without yes yet you your always also already allowed
accepted asked field form manager name policy page rules redacted removed str string optional any n/a valid known one
taken given sent found written stolen seen about after again back both below above case-sensitive email mail e-mail
posta rimasta messa presa chiusa scritta letta fatta aperta vista tolta rotta giunta pronta mandatory mine blank ready
under safe
"""
_PROSE = frozenset(_SAID_OF_PASSWORDS.split())
_PROSE_ENDINGS = (
    *("ata", "uta", "ita", "ato", "uto", "ito", "osta", "essa", "etta", "mente", "bile", "ente", "ando", "endo"),
    *("ed", "ing", "able", "ible", "ly"),
)
#: Not a value: addresses, error numbers, ranges, words with an apostrophe, quantities.
_NO_VALUE = re.compile(
    r"[a-z]{3,6}://.*|www\..*|(?:[a-z0-9-]{1,63}\.){1,6}[a-z]{2,12}/.*|[a-z0-9._%+-]+@[a-z0-9-]+(?:\.[a-z]{2,})+|0x[0-9a-f]+|80[0-9a-f]{6}"
    r"|[0-9]{1,3}(?:[-/][0-9]{1,3})?(?:gg|h|ore|min|sec|volte|mesi|giorni|caratteri|chars|days|%)?|[a-z]{1,7}'[a-z]+|[0-9]{1,2}([./-])[0-9]{1,2}\1[0-9]{2,4}"
)
#: Not a value where nothing says that one follows: EU Login user ids, our codes, products.
_NO_BARE_VALUE = re.compile(
    r"[a-z][a-z0-9]{7}|(?:af-)?[a-z0-9]{4}-[a-z0-9]{4}|(?:windows|office|microsoft|win|chrome|firefox|o|sha)-?[0-9]+"
    r"|[0-9]+[a-z]+|.*\.(?:pdf|png|jpe?g|docx?|html?|txt)",
    re.IGNORECASE,
)


def _passwords(read: _Reading) -> Iterator[Span]:
    done = 0
    for word in _PASSWORD_WORD.finditer(read.low):
        link = _PASSWORD_LINK.match(read.low, word.end()) if word.start() >= done else None
        span = _value(read, link.end(), str(link.lastgroup)) if link else None
        while span:
            yield span
            done = span.end
            more = _NEXT_PASSWORD.match(read.low, done)
            span = _value(read, more.end(), "bare") if more else None


def _value(read: _Reading, at: int, link: str) -> Span | None:
    """The password that begins at `at`, if what stands there looks like one: in quotes or up to the next space."""
    quote = _QUOTES.get(read.low[at : at + 1], "")
    at += len(quote)
    close = read.low.find(quote, at, at + _LONGEST_LOOK) if quote else -1
    end = close if close > at and "\n" not in read.low[at:close] else _end_of_word(read.low, at, at + _LONGEST_LOOK)
    words = read.shown[at:end]
    start = at + len(words) - len(words.lstrip(_BEFORE_VALUE))
    stop = at + len(words.rstrip(_AFTER_VALUE))
    if start >= stop or not _looks_secret(read, start, stop, link):
        return None
    return Span(start, stop if end < at + _LONGEST_LOOK else _end_of_word(read.low, end), Kind.PASSWORD)


def _end_of_word(low: str, at: int, limit: int | None = None) -> int:
    space = _VALUE_ENDS.search(low, at, len(low) if limit is None else limit)
    return space.start() if space else at


def _looks_secret(read: _Reading, start: int, end: int, link: str) -> bool:
    value = read.shown[start:end].strip("!?.,;:-")
    if link == "named":
        return _is_no_prose(value.lower().split(" ")[0])
    if link == "below":
        return _LINE_ENDS.match(read.low, end) is not None and _is_mixed(value)
    return _is_mixed(value) and not _NO_BARE_VALUE.fullmatch(value)


def _is_no_prose(word: str) -> bool:
    """Whether a word after *password:* is no word of a sentence about it."""
    if (
        len(word) < 3
        or (len({*word}) == 1 and not word.isdigit())
        or _NO_VALUE.fullmatch(word)
        or not any(char.isalnum() for char in word)
    ):
        return False
    parts = [part.strip("()") for part in re.split(r"[/'-]", word)]
    return not all(part in _PROSE or (part.isalpha() and part.endswith(_PROSE_ENDINGS)) for part in parts)


def _is_mixed(value: str) -> bool:
    """Whether it has digits and small letters, as few words have."""
    has_both = any(char.isdigit() for char in value) and any(char.islower() for char in value)
    return len(value) >= 6 and has_both and not _NO_VALUE.fullmatch(value.lower())
