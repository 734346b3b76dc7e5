"""Numbers that are no secret: errors, telephones, dates, years, amounts, versions."""

import re
from itertools import pairwise

from troubleshoot.core.secrets.digits import Group, running_sums
from troubleshoot.core.secrets.nearby import REACH, WORD
from troubleshoot.core.secrets.number_words import CODE_BEFORE

#: Families of Windows error numbers (COM, system, cryptography, smart cards, .NET).
_ERROR_FAMILIES = ("8000", "8004", "8007", "8009", "8010", "8013")
#: Eight digits that everyone may know: INPS, from mobile phones.
_KNOWN_NUMBERS = frozenset({"06164164"})
_PHONE_WORD = re.compile(
    WORD + r"(?:tel|telefon[a-z]{0,5}|cell|cellulare|phone|mobile|fax|numero verde|chiam[a-z]{0,8}|call|interno)"
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


def is_called_error(low: str, start: int) -> bool:
    """Whether a known error number follows an error word directly, so that a PIN named before means nothing."""
    known = low.startswith(_ERROR_FAMILIES, start)
    return known and _ERROR_WORD_BEFORE.search(low, max(0, start - 40), start) is not None


def is_called_phone(low: str, groups: list[Group], end: int) -> bool:
    start = groups[0][0]
    digits = running_sums([group for group in groups[:14] if group[1] <= end])[-1]
    return digits <= 13 and _PHONE_WORD.search(low, max(0, start - REACH), start) is not None


def is_error_with_letters(low: str, start: int) -> bool:
    """Whether digits begin an error number that goes on with letters."""
    return _HEX_ERROR.match(low, start) is not None and not low[start : start + 8].isdigit()


def is_dotted(low: str, window: list[Group]) -> bool:
    """Whether dots part the groups, as in versions and addresses, and not two halves."""
    return len(window) > 2 and low[window[0][1]] == "."


def is_year_and_next(low: str, window: list[Group]) -> bool:
    """Whether groups are a range of two years, as calls and school years have."""
    if [end - start for start, end in window] != [4, 4]:
        return False
    first, second = (int(low[start:end]) for start, end in window)
    return 1900 <= first < 2100 and second == first + 1


def is_other_number(low: str, start: int, groups: list[Group]) -> bool:
    """Whether eight digits in a row are an error number, a date, a telephone number, an amount or part of a version."""
    end = start + 8
    digits = low[start:end]
    if digits.startswith(_ERROR_FAMILIES) or digits in _KNOWN_NUMBERS or is_phone(low, groups):
        return True
    if _is_date(digits) and not CODE_BEFORE.search(low, max(0, start - REACH), start):
        return True
    before = (max(0, start - 8), start)
    marked = _AMOUNT_BEFORE.search(low, *before) or _PART_BEFORE.search(low, *before) or _AMOUNT_AFTER.match(low, end)
    return marked is not None or low[start - 1 : start] == "+"


def is_other_pair(low: str, window: list[Group]) -> bool:
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


def is_phone(low: str, groups: list[Group]) -> bool:
    start, end = groups[0]
    first = low[start:end]
    total = running_sums(groups[:12])[-1] if len(groups) <= 12 else 0
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


def is_separated_date(low: str, groups: list[Group]) -> bool:
    """Whether groups are a date with signs between, and not with spaces as a PIN may have."""
    if len(groups) != 3:
        return False
    gaps = {low[end:start] for (_, end), (start, _) in pairwise(groups)}
    parts = [low[start:end] for start, end in groups]
    if gaps not in ({"/"}, {"."}, {"-"}):
        return False
    day, month, year = reversed(parts) if len(parts[0]) == 4 else parts
    return max(len(day), len(month)) <= 2 and len(year) in (2, 4) and _is_day(day, month, year)
