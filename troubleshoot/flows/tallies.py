"""Counting, on POST only. A counter that cannot be written never stands in a person's way."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import Error, IntegrityError, connection, transaction
from django.db.models import F
from django.utils import timezone

from troubleshoot.flows.model import Flow, Step
from troubleshoot.flows.models import Tally

logger = logging.getLogger(__name__)

#: Milliseconds that a count may wait for another writer.
LONGEST_WAIT_MS = 200


def count(flow: Flow, step: Step, event: str) -> None:
    """Count an answer to a step."""
    count_at(flow.id, step.id, flow.version, event)


def count_at(flow: str, step: str, version: str, event: str) -> None:
    """Add one to today's row, making it where it is the first."""
    key = {"day": timezone.localdate(), "flow": flow, "step": step, "version": version, "event": event}
    try:
        with _briefly():
            if not _add_one(key):
                _first(key)
    except Error:
        logger.exception("A counter could not be written.")


@contextmanager
def _briefly() -> Iterator[None]:
    """Wait for a lock a fifth of a second at most: she is waiting for her next page."""
    if connection.vendor == "sqlite":
        usual_ms = int(settings.DATABASES["default"]["OPTIONS"]["timeout"] * 1000)
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA busy_timeout = {LONGEST_WAIT_MS}")
            try:
                yield
            finally:
                cursor.execute(f"PRAGMA busy_timeout = {usual_ms}")
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = {LONGEST_WAIT_MS}")
        yield


def _first(key: dict[str, object]) -> None:
    try:
        with transaction.atomic():
            Tally.objects.create(**key, count=1)
    except IntegrityError:  # another process was quicker
        _add_one(key)


def _add_one(key: dict[str, object]) -> int:
    return Tally.objects.filter(**key).update(count=F("count") + 1)
