"""Finding secrets of every kind in a text, and covering them."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence

from troubleshoot.core.secrets.documents import documents, machine_readable_lines, tax_codes
from troubleshoot.core.secrets.numbers import numbers
from troubleshoot.core.secrets.passwords import passwords
from troubleshoot.core.secrets.reading import Addresses, read
from troubleshoot.core.secrets.spans import Kind, Span

#: What stands for a secret; always as long, so that its length is not told.
COVER = "•" * 8
#: Readings of a covered text before it is taken as it is; two are enough outside of texts made for the purpose.
_MOST_READINGS = 6


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
    reading = read(text)
    addresses = Addresses(reading.low)
    found = [
        *tax_codes(reading.low),
        *machine_readable_lines(reading.low),
        *numbers(reading.low, addresses),
        *documents(reading, addresses),
        *passwords(reading),
    ]
    return [Span(reading.places[span.start], reading.places[span.end], span.kind) for span in found]
