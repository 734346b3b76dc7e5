"""Counting, on POST only. A counter that cannot be written never stands in a person's way."""

import logging

from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from troubleshoot.flows.model import Flow, Step
from troubleshoot.flows.models import Tally

logger = logging.getLogger(__name__)


def count(flow: Flow, step: Step, event: str) -> None:
    """Add one to today's row, making it where it is the first."""
    key = {
        "day": timezone.localdate(),
        "flow": flow.id,
        "step": step.id,
        "version": flow.version,
        "event": event,
    }
    try:
        if not _add_one(key):
            _first(key)
    except DatabaseError:
        logger.exception("A counter could not be written.")


def _first(key: dict[str, object]) -> None:
    try:
        with transaction.atomic():
            Tally.objects.create(**key, count=1)
    except IntegrityError:  # another process was quicker
        _add_one(key)


def _add_one(key: dict[str, object]) -> int:
    return Tally.objects.filter(**key).update(count=F("count") + 1)
