"""A value of the database as each process knows it."""

import logging
import threading
import time
from collections.abc import Callable
from typing import Any, ClassVar, Generic, TypeVar

from django.db import Error

logger = logging.getLogger(__name__)
T = TypeVar("T")


class Renewed(Generic[T]):
    """Read again when it is older than `MAX_AGE_S`; in between nothing is asked.

    While the database does not answer, the last value known stands: the flows go on without it.
    """

    MAX_AGE_S = 5
    _all: ClassVar[list["Renewed[Any]"]] = []

    def __init__(self, what: str, read: Callable[[], T], at_first: Callable[[], T]) -> None:
        """what: its name in the log. at_first: what stands until it was read once."""
        self._what, self._read, self._at_first = what, read, at_first
        self._value: T | None = None
        self._taken_at = float("-inf")
        self._renewing = threading.Lock()
        self._all.append(self)

    def current(self) -> T:
        """The value, renewed if it is due and no other thread is at it."""
        if time.monotonic() - self._taken_at >= self.MAX_AGE_S and self._renewing.acquire(blocking=False):
            try:
                self._value = self._read()
            except Error:
                logger.exception("%s could not be read; the last known stand.", self._what)
            finally:
                self._taken_at = time.monotonic()
                self._renewing.release()
        return self._at_first() if self._value is None else self._value

    def forget(self) -> None:
        """Make the next page ask again: in this process a change stands at once."""
        self._taken_at = float("-inf")

    @classmethod
    def reset_all(cls) -> None:
        """Begin as a new process does."""
        for each in cls._all:
            each._value = None
            each.forget()
