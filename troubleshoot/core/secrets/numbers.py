"""Numbers that are a PIN, PUK, CAN or one-time code by a word around, and eight digits that nothing names."""

import re
from collections.abc import Iterator

from troubleshoot.core.secrets.digits import Group, groups_in, running_sums, windows_of_eight
from troubleshoot.core.secrets.nearby import LINE_ENDS, NEAR, REACH, near
from troubleshoot.core.secrets.number_words import (
    CAN,
    CODE,
    HALF_AFTER,
    HALF_BEFORE,
    HALF_SAID_BEFORE,
    NAMED_AFTER,
    NAMED_BEFORE,
    NEXT_LINE,
    NEXT_ONE,
    OTHER_CODE,
    OTHER_HALF,
    PIN,
    PIN_SAID_BEFORE,
)
from troubleshoot.core.secrets.other_numbers import (
    is_called_error,
    is_called_phone,
    is_dotted,
    is_error_with_letters,
    is_other_number,
    is_other_pair,
    is_phone,
    is_separated_date,
    is_year_and_next,
)
from troubleshoot.core.secrets.reading import Addresses
from troubleshoot.core.secrets.spans import Kind, Span

#: Groups of digits that may be one number; a full stop with a space ends a sentence.
_RUN = re.compile(r"[0-9]+(?:(?:[ \t]{1,2}|[ \t]?[-/_][ \t]?|\.)[0-9]+)*+")
#: Of a run that is no telephone number: what signs hold together, or what spaces do.
_PIECE = re.compile(
    r"[0-9]+(?:[-._/][0-9]+)+|[0-9]+(?:(?:[ \t]{1,2}|[ \t][-/_][ \t]?|[-/_][ \t])[0-9]++(?![-._/][0-9]))*+"
)
#: Digits a name takes: the sum that groups make first, the fewest, the most.
_SIZES = {Kind.PIN: (8, 4, 12), Kind.CAN: (6, 6, 6), Kind.ONE_TIME: (6, 4, 8)}


def numbers(low: str, addresses: Addresses) -> Iterator[Span]:
    last: Span | None = None
    for run in _RUN.finditer(low):
        if run.end() - run.start() < 4:
            continue
        for groups in _pieces(low, *run.span()):
            free = [group for group in groups if not addresses.hold(group[0])]
            found = list(_in_piece(low, free, last)) if free else _in_query(low, groups)
            yield from found
            last = found[-1] if found else last


def _pieces(low: str, start: int, end: int) -> Iterator[list[Group]]:
    groups = groups_in(low, start, end)
    if is_phone(low, groups):
        yield groups
        return
    for piece in _PIECE.finditer(low, start, end):
        yield groups_in(low, *piece.span())


def _in_query(low: str, groups: list[Group]) -> list[Span]:
    """The value of a field that an address names so: *?pin=1234*."""
    span = _named(low, groups) if low.endswith("=", 0, groups[0][0]) else None
    return [span] if span else []


def _in_piece(low: str, groups: list[Group], last: Span | None) -> Iterator[Span]:
    """Secrets in digit groups that stand together. last: the secret number before them."""
    if is_separated_date(low, groups):
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
    for window in windows_of_eight(low, groups):
        kind = _judged(low, window, groups)
        if kind:
            yield Span(window[0][0], window[-1][1], kind)


def _first(low: str, groups: list[Group], last: Span | None) -> Span | None:
    """The secret that begins with the first group."""
    return _named(low, groups) or _said(low, groups) or _half(low, groups, last) or _next(low, groups, last)


def _named(low: str, groups: list[Group]) -> Span | None:
    """The number right after the word that names it, or right before."""
    start, end = groups[0][0], groups[-1][1]
    match = NAMED_BEFORE.search(low, max(0, start - REACH), start)
    if match and _belongs(low, match, groups):
        return _taken(low, groups, _kind(match))
    match = NAMED_AFTER.match(low, end)
    if not match:
        return None
    whole = _taken(low, groups, _kind(match))
    return whole if whole and whole.end == end else _taken(low, groups[-1:], _kind(match))


def _kind(match: re.Match[str]) -> Kind:
    return Kind[str(match.lastgroup).upper()]


def _belongs(low: str, match: re.Match[str], groups: list[Group]) -> bool:
    """Whether a name reaches a number: past a comma no telephone, on another line only a short one by itself."""
    if "\n" in match[0]:
        return LINE_ENDS.match(low, groups[-1][1]) is not None and running_sums(groups[:9])[-1] <= 8
    return "," not in match[0] or not is_phone(low, groups)


def _said(low: str, groups: list[Group]) -> Span | None:
    """A PIN of up to eight digits after *is*, with any words of one phrase before."""
    start = groups[0][0]
    match = PIN_SAID_BEFORE.search(low, max(0, start - REACH), start)
    return _taken(low, groups, Kind.PIN, most=8) if match and not OTHER_CODE.search(match[0]) else None


def _taken(low: str, groups: list[Group], kind: Kind, most: int = 12) -> Span | None:
    """As many groups as a number of this kind has digits, at most `most`."""
    usual, fewest, limit = _SIZES[kind]
    most = min(most, limit)
    start = groups[0][0]
    if is_error_with_letters(low, start):
        return None
    sums = running_sums(groups[:most])
    if usual in sums:
        return Span(start, groups[sums.index(usual)][1], kind)
    if len(groups) <= most and fewest <= sums[-1] <= most:
        return Span(start, groups[-1][1], kind)
    return Span(start, groups[0][1], kind) if fewest <= sums[0] <= most else None


def _half(low: str, groups: list[Group], last: Span | None) -> Span | None:
    """Four digits that are called a half, with a PIN word around."""
    start, end = groups[0]
    around = (max(0, start - 2 * REACH), end + 2 * REACH)
    if end - start != 4 or running_sums(groups[:2])[-1] > 6 or not PIN.search(low, *around):
        return None
    tight = HALF_BEFORE.search(low, max(0, start - REACH), start)
    called_half = _belongs(low, tight, groups) if tight else HALF_AFTER.match(low, end) is not None
    if not called_half and not low.startswith(("19", "20"), start):
        called_half = _is_half_said(low, start, last)
    return Span(start, end, Kind.PIN) if called_half else None


def _is_half_said(low: str, start: int, last: Span | None) -> bool:
    """Whether other words stand between *half* and a number, or it is *the second* after a first."""
    if HALF_SAID_BEFORE.search(low, max(0, start - REACH), start):
        return True
    follows = last is not None and last.kind is Kind.PIN and start - last.end <= REACH
    return follows and OTHER_HALF.fullmatch(low, last.end if last else 0, start) is not None


def _next(low: str, groups: list[Group], last: Span | None) -> Span | None:
    """One more in a list: *PIN 1234 o 4321*."""
    start = groups[0][0]
    if not last or start - last.end > NEAR:
        return None
    if not NEXT_ONE.fullmatch(low, last.end, start) and not _is_half_below(low, groups, last):
        return None
    word = {Kind.PIN: PIN, Kind.CAN: CAN}.get(last.kind)
    if not word or not word.search(low, max(0, last.start - REACH), start):
        return None
    return _taken(low, groups, last.kind, most=8)


def _is_half_below(low: str, groups: list[Group], last: Span) -> bool:
    """Whether four digits have the line below four others: the letter and the receipt have a half each."""
    start, end = groups[0]
    are_halves = len(groups) == 1 and end - start == last.end - last.start == 4
    return are_halves and bool(NEXT_LINE.fullmatch(low, last.end, start) and LINE_ENDS.match(low, end))


def _is_letter(low: str, place: int) -> bool:
    return 0 <= place < len(low) and "a" <= low[place] <= "z"


def _judged(low: str, window: list[Group], groups: list[Group]) -> Kind | None:
    """What eight digits are, `None` for nothing to cover. groups: all that stand together with them."""
    start, end = window[0][0], window[-1][1]
    if near(low, start, PIN) or _right_after(low, end, groups):
        other = is_phone(low, groups) or is_dotted(low, window) or is_year_and_next(low, window)
        other = other or (len(window) == 1 and is_called_error(low, start))
        return None if other else Kind.PIN
    other = is_other_number(low, start, groups) if len(window) == 1 else window != groups or is_other_pair(low, window)
    if other or is_called_phone(low, groups, end):
        return None
    return Kind.PIN if _is_code(low, start) else Kind.DIGITS


def _right_after(low: str, end: int, groups: list[Group]) -> bool:
    match = NAMED_AFTER.match(low, end) if end == groups[-1][1] else None
    return match is not None and match.lastgroup == "pin"


def _is_code(low: str, start: int) -> bool:
    """Whether eight digits are called a code, and not one of another kind."""
    word = near(low, start, CODE)
    return word is not None and not OTHER_CODE.search(low, max(0, word.start() - 10), start)
