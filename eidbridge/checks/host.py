"""The PC itself and its card service, before any reader is asked."""

from datetime import UTC, datetime

from eidbridge.checks.base import Verdict, check, failed, passed, unseen, warned
from eidbridge.checks.run import Run
from eidbridge.errors import Code, ServiceStoppedError
from eidbridge.report.schema import SystemFamily

#: No clock can be right before this program was made, nor long after it is forgotten.
MADE, FORGOTTEN = datetime(2026, 11, 1, tzinfo=UTC), datetime(2046, 1, 1, tzinfo=UTC)
#: Seconds by which a clock may differ from a site's: certificates and one-time codes bear some minutes.
MOST_AHEAD_S = 300


@check("host.session")
def session(run: Run) -> Verdict:
    """A session from elsewhere has no readers of its own, or phantom ones."""
    return warned(Code.HOST_REMOTE) if run.snapshot.host.is_remote else passed()


@check("host.system")
def system(run: Run) -> Verdict:
    """A system that the official program has left behind: too old, or not made for its kind of processor."""
    is_old = run.snapshot.host.is_old
    return unseen() if is_old is None else warned(Code.HOST_SYSTEM) if is_old else passed()


@check("host.clock")
def clock(run: Run) -> Verdict:
    """A clock that cannot be right, or that a site's own contradicts."""
    now = run.snapshot.host.now
    is_possible = MADE.timestamp() <= now <= FORGOTTEN.timestamp()
    is_near = run.clock_ahead_s is None or abs(run.clock_ahead_s) <= MOST_AHEAD_S
    return passed() if is_possible and is_near else failed(Code.HOST_CLOCK)


@check("service.library")
def library(run: Run) -> Verdict:
    """Without the client library a program sees a stopped service, and starting it does not help."""
    return failed(Code.SERVICE_LIBRARY_MISSING) if run.snapshot.service.has_library is False else passed()


@check("service.running", needs=("service.library",))
def running(run: Run) -> Verdict:
    """Whether the service answers, and if not, why."""
    service, system = run.snapshot.service, run.snapshot.host.system
    try:
        run.readers = run.pcsc.list_readers()
    except ServiceStoppedError:
        if system is SystemFamily.LINUX and service.is_installed is False:
            return failed(Code.SERVICE_NOT_INSTALLED)
        if service.is_disabled or service.is_denied:
            return failed(Code.SERVICE_DISABLED if service.is_disabled else Code.SERVICE_DENIED)
        if system is not SystemFamily.WINDOWS:
            return failed(Code.SERVICE_STOPPED)
        run.readers = []  # Windows starts the service with the first reader, and stops it with the last
    return passed()
