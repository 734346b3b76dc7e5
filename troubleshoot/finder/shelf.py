"""The finder of each process: made at start, and anew when the guide or the finder's own content has changed.

With a mistake in the content the first making stops the start, listing every problem; a later one keeps the last finder
and logs the problems.
"""

import logging
import threading
from dataclasses import dataclass

from django.core.exceptions import ImproperlyConfigured

from troubleshoot.finder.finding import Finder
from troubleshoot.finder.symptoms import EMPTY, FOLDER, read
from troubleshoot.flows import library
from troubleshoot.flows.model import Problem

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Shelf:
    """A finder, and the library that it leads into."""

    finder: Finder
    library: library.Library


_shelf: Shelf | None = None
#: The library for which the last making failed: it is not tried again.
_failed: library.Library | None = None
_making = threading.Lock()


def current() -> Shelf:
    """The finder of this process. Raises ImproperlyConfigured while there has been no valid content."""
    global _shelf  # noqa: PLW0603 - one a process is the point
    now = library.current()
    if _is_due(now) and _making.acquire(blocking=_shelf is None):  # while one makes it, the others take the last
        try:
            if _is_due(now):
                _shelf = _made(now, _shelf)
        finally:
            _making.release()
    assert _shelf is not None
    return _shelf


def forget() -> None:
    """Begin as a new process does; for tests."""
    global _shelf, _failed  # noqa: PLW0603
    _shelf = _failed = None


def _is_due(now: library.Library) -> bool:
    return _shelf is None or (_shelf.library is not now and _failed is not now)


def _made(now: library.Library, last: Shelf | None) -> Shelf:
    global _failed  # noqa: PLW0603
    book, problems = read(now.content)
    if book is EMPTY and last is not None and last.finder.labels:
        problems = [Problem(FOLDER, 1, "the folder is gone.", "put it back.")]
    if not problems:
        return Shelf(Finder(book, now.content), now)
    listing = "\n".join(map(str, problems))
    if last is None:
        raise ImproperlyConfigured(f"The finder's content has {len(problems)} problem(s):\n{listing}")
    logger.error("The finder's changed content has problems; the last valid content stands.\n%s", listing)
    _failed = now
    return last
