"""Groups of digits, and which of them stand together."""

import re
from collections.abc import Iterator
from itertools import pairwise

#: Start and end of digits in a row.
Group = tuple[int, int]
_DIGITS = re.compile(r"[0-9]+")


def groups_in(low: str, start: int, end: int) -> list[Group]:
    return [group.span() for group in _DIGITS.finditer(low, start, end)]


def running_sums(groups: list[Group]) -> list[int]:
    """Digits up to and with each group."""
    sums, total = [], 0
    for start, end in groups:
        total += end - start
        sums.append(total)
    return sums


def windows_of_eight(low: str, groups: list[Group]) -> Iterator[list[Group]]:
    """Neighbouring groups, alike in what separates them, that make eight digits."""
    first = 0
    while first < len(groups):
        size = _groups_of_eight(low, groups[first : first + 8])
        if size:
            yield groups[first : first + size]
        first += size or 1


def _groups_of_eight(low: str, groups: list[Group]) -> int:
    """How many groups make eight digits together, 0 for none."""
    sums = running_sums(groups)
    size = sums.index(8) + 1 if 8 in sums else 0
    gaps = {low[end:start].strip() for (_, end), (start, _) in pairwise(groups[:size])}
    return size if len(gaps) <= 1 else 0
