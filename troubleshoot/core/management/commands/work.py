"""The worker: sends the queued mail and runs what is due, until it is told to end (SIGTERM, Ctrl-C)."""

import logging
import signal
import threading
import time
from argparse import ArgumentParser
from collections.abc import Callable

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import Error, close_old_connections, connection
from django.utils.module_loading import import_string

logger = logging.getLogger(__name__)
#: Seconds between two looks at what is due, and before the next one where the database did not answer.
_LOOK_EVERY_S, _DATABASE_PAUSE_S = 0.5, 2.0
#: Seconds between two looks whether to end, in a pause.
_LOOK_FOR_END_S = 0.1


class Ending:
    """Whether the worker was asked to end.

    No `threading.Event`: its `set` in a signal handler waits for a lock that the interrupted `wait` may hold.
    """

    def __init__(self) -> None:
        self.is_asked = False

    def ask(self, *_signal: object) -> None:
        self.is_asked = True

    def wait(self, seconds: float) -> None:
        """Pause, and look often whether to end."""
        end = time.monotonic() + seconds
        while not self.is_asked and (left := end - time.monotonic()) > 0:
            time.sleep(min(left, _LOOK_FOR_END_S))


class Command(BaseCommand):
    help = __doc__
    #: The server has checked the content; this must be at work quickly after it was killed.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="run every job once and end")

    def handle(self, *, once: bool, **options: object) -> None:
        ending = Ending()
        for sign in (signal.SIGTERM, signal.SIGINT):
            if threading.current_thread() is threading.main_thread():
                signal.signal(sign, ending.ask)
        jobs = [(import_string(path), every_s) for path, every_s in settings.WORKER_JOBS.items()]
        due_at = {job: 0.0 for job, _every in jobs}
        self.stdout.write("The worker is at work.")
        while not ending.is_asked:
            pause_s = self._run_due(jobs, due_at)
            if once:
                return
            ending.wait(pause_s)

    def _run_due(self, jobs: list[tuple[Callable[[], None], float]], due_at: dict[Callable[[], None], float]) -> float:
        """Run what is due; how many seconds to wait then."""
        for job, every_s in jobs:
            if time.monotonic() < due_at[job]:
                continue
            try:
                job()
            except Error:
                logger.exception("The database did not answer; %s runs again soon.", job.__name__)
                connection.close()
                return _DATABASE_PAUSE_S
            due_at[job] = time.monotonic() + every_s
        close_old_connections()
        return _LOOK_EVERY_S
