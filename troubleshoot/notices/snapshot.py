"""The notices and suspensions in force, as each process knows them.

Renewed with one query when it is older than `NOTICES_MAX_AGE_S`; in between a page asks nothing. While
the database does not answer, the last one known stands: the flows go on without it.
"""

import logging
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import Error
from django.utils import timezone

from troubleshoot.notices.models import Notice

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """taken_at: seconds of the monotonic clock."""

    notices: tuple[Notice, ...] = ()
    taken_at: float = float("-inf")

    def in_force(self, now: datetime) -> Iterator[Notice]:
        for notice in self.notices:
            if notice.starts_at <= now and (notice.ends_at is None or now < notice.ends_at):
                yield notice

    def shown(self, *flows: str, step: str = "") -> list[Notice]:
        """Notices for a page that concerns `flows`, the widest first; a suspension speaks only on its own step."""
        if not self.notices:
            return []
        here = [
            notice
            for notice in self.in_force(timezone.now())
            if notice.flow in ("", *flows) and notice.step in ("", step)
        ]
        return sorted(here, key=lambda notice: (bool(notice.flow), bool(notice.step), -notice.pk))

    def suspended(self, flow: str) -> frozenset[str]:
        if not self.notices:
            return frozenset()
        return frozenset(
            notice.step for notice in self.in_force(timezone.now()) if notice.suspends and notice.flow == flow
        )


_current = Snapshot()
_renewing = threading.Lock()


def current() -> Snapshot:
    """The snapshot of this process, renewed if it is due and no other thread is at it."""
    global _current  # noqa: PLW0603 - one snapshot a process is the point
    if time.monotonic() - _current.taken_at < settings.NOTICES_MAX_AGE_S:
        return _current
    if _renewing.acquire(blocking=False):
        try:
            _current = Snapshot(_open_notices(), time.monotonic())
        finally:
            _renewing.release()
    return _current


def forget() -> None:
    """Make the next page ask again: in this process a change stands at once."""
    global _current  # noqa: PLW0603
    _current = Snapshot(_current.notices)


def _open_notices() -> tuple[Notice, ...]:
    try:
        return tuple(Notice.objects.filter(ended_at__isnull=True).exclude(ends_at__lte=timezone.now())[:200])
    except Error:
        logger.exception("Notices could not be read; the last ones known stand.")
        return _current.notices
