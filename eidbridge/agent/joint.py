"""A pairing at work: one thread speaks to the site, one runs the checks, and a face shows what comes of it.

Nothing but *check n of m* leaves before `send`. A face (window or terminal) takes events from `events`, and calls
`check`, `send` and `close`, which never wait.
"""

import queue
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from eidbridge import net
from eidbridge.agent.check import make_report
from eidbridge.agent.link import Link, RefusedError
from eidbridge.agent.sites import Site
from eidbridge.checks.collect import collect
from eidbridge.checks.run import Run
from eidbridge.report.pairing import POLL_S, Answer, Problem, Refusal, State, Why
from eidbridge.report.schema import Report
from eidbridge.results import CheckResult
from eidbridge.transport.child import Pcsc

#: Seconds before a site that could not be reached is asked again: grows to the last.
_PAUSES_S = (1.0, 2.0, 4.0, 8.0)
#: How often the code is offered again to a site that asks to slow down.
_MOST_SLOW = 20
#: Seconds that are waited for by ourselves; a longer wait is hers to decide on.
_LONGEST_REST_S = 30
#: Seconds that saying goodbye may take.
_GOODBYE_S = 3.0


@dataclass(frozen=True, slots=True)
class Compare:
    """The word to pick on the page."""

    word: str


@dataclass(frozen=True, slots=True)
class Opened:
    """The right word was picked: the checks may begin."""


@dataclass(frozen=True, slots=True)
class Checked:
    """One result, and how many there are of how many."""

    result: CheckResult
    done: int
    of: int


@dataclass(frozen=True, slots=True)
class Ready:
    """All checks are done: to be looked at, then sent. sites: what the sign-in sites said, where they were asked; that
    stays here.
    """

    report: Report
    sites: Mapping[str, net.Site] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Broken:
    """The checks ended by a fault of this program; they can be run again."""


@dataclass(frozen=True, slots=True)
class Sent:
    """The site has the report."""


@dataclass(frozen=True, slots=True)
class Wished:
    """The page asks to check again."""


@dataclass(frozen=True, slots=True)
class Troubled:
    """The site cannot be reached; it is tried again until the pairing's time is over."""

    trouble: net.Trouble


@dataclass(frozen=True, slots=True)
class Restored:
    """The site answers again."""


@dataclass(frozen=True, slots=True)
class Slowed:
    """The site asks to wait before the code is looked at."""

    seconds: int


@dataclass(frozen=True, slots=True)
class Failed:
    """It came to no pairing: what was in the way."""

    why: Refusal | net.Trouble


@dataclass(frozen=True, slots=True)
class NotTaken:
    """The site refused the report."""

    refusal: Refusal


@dataclass(frozen=True, slots=True)
class Over:
    """The pairing is over. A report that was not sent is still there, to be saved. why: None for our own fault."""

    why: Why | Problem | None


Event = (
    Compare
    | Opened
    | Checked
    | Ready
    | Broken
    | Sent
    | Wished
    | Troubled
    | Restored
    | Slowed
    | Failed
    | NotTaken
    | Over
)


class Joint:
    """wants_reach: the sign-in sites are asked, too. ask_card: the empty VERIFY may be sent.

    Checks can be run without a site (`site` None), and saved.
    """

    def __init__(
        self,
        site: Site | None,
        *,
        wants_reach: bool = False,
        ask_card: bool = False,
        link: Callable[[Site], Link] = Link,
    ) -> None:
        self.events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self.wants_reach, self.ask_card = wants_reach, ask_card
        self._link = link(site) if site else None
        self._ahead_s: float | None = None
        self._ends_at = 0.0
        self._wishes = self._failures = 0
        self._state = State.WAITING
        self._changed = threading.Condition()
        self._progress: tuple[int, int] | None = None
        self._report: Report | None = None
        self._closing = False
        self._is_checking = False
        self._threads: list[threading.Thread] = []

    # What a face asks for.

    def pair(self, code: str, language: str) -> None:
        self._begin(self._speak, code, language)

    def check(self) -> None:
        """Run the checks; a run that is under way is the one that was asked for."""
        with self._changed:
            if self._is_checking:
                return
            self._is_checking = True
        self._begin(self._check)

    def send(self, report: Report) -> None:
        with self._changed:
            self._report = report
            self._changed.notify()

    def close(self) -> None:
        """Say goodbye where there is somebody to say it to, and wait for that a little."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        ends_at = time.monotonic() + _GOODBYE_S
        for thread in self._threads:
            if thread.name == "speak":
                thread.join(max(ends_at - time.monotonic(), 0))

    def _begin(self, work: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments, name=work.__name__.strip("_"), daemon=True)
        self._threads.append(thread)
        thread.start()

    # The checks.

    def _check(self) -> None:
        try:
            with Pcsc() as pcsc:
                run = Run(
                    collect(),
                    pcsc,
                    ask_card=self.ask_card,
                    wants_reach=self.wants_reach,
                    clock_ahead_s=self._ahead_s,
                )
                report = make_report(run, self._show)
        except Exception:  # noqa: BLE001 - a fault of our own must not leave a face that waits for ever
            self.events.put(Broken())
        else:
            self.events.put(Ready(report, run.sites))
        finally:
            with self._changed:
                self._is_checking = False

    def _show(self, result: CheckResult, done: int, of: int) -> None:
        self.events.put(Checked(result, done, of))
        with self._changed:
            self._progress = (done, of)
            self._changed.notify()

    # The site.

    def _speak(self, code: str, language: str) -> None:
        try:
            self._spoken(code, language)
        except Exception:  # noqa: BLE001 - a fault of our own must not leave a face that waits for ever
            self._over(None)

    def _spoken(self, code: str, language: str) -> None:
        assert self._link is not None
        if not self._paired(self._link, code, language):
            return
        while self._state is not State.OVER:
            try:
                answer = self._turn(self._link, wait_s=0 if self._failures else POLL_S)
            except net.TroubleError as error:
                if not self._failures:
                    self.events.put(Troubled(error.trouble))
                self._rest(_PAUSES_S[min(self._failures, len(_PAUSES_S) - 1)])
                self._failures += 1
                if time.monotonic() > self._ends_at:
                    self._over(Why.EXPIRED)
            except RefusedError as error:
                self._reached()
                self._refused(error.refusal)
            else:
                self._reached()
                self._heard(answer)

    def _reached(self) -> None:
        """The site has answered, before anything is told of what it said."""
        if self._failures:
            self._failures = 0
            self.events.put(Restored())

    def _paired(self, link: Link, code: str, language: str) -> bool:
        for _ in range(_MOST_SLOW):
            if self._closing:
                return False
            try:
                paired = link.pair(code, language)
            except RefusedError as error:
                seconds = max(error.retry_after_s, 1)
                is_slow = error.refusal.problem is Problem.SLOW_DOWN and seconds <= _LONGEST_REST_S
                if not is_slow:
                    self.events.put(Failed(error.refusal))
                    return False
                self.events.put(Slowed(seconds))
                self._rest(seconds)
                continue
            except net.TroubleError as error:
                self.events.put(Failed(error.trouble))
                return False
            self._ahead_s = paired.ahead_s
            self._ends_at = time.monotonic() + paired.expires_in_s
            self._state = State.COMPARE
            self.events.put(Compare(paired.word))
            return True
        self.events.put(Failed(Refusal(Problem.SLOW_DOWN)))
        return False

    def _turn(self, link: Link, *, wait_s: float) -> Answer:
        """Say the next thing there is to say, after at most `wait_s` seconds that there is somebody here."""
        with self._changed:
            if not (self._closing or self._report or self._progress):
                self._changed.wait(wait_s)
            report, progress, closing = self._report, self._progress, self._closing
            self._progress = None
        if report is not None:  # what she has sent goes before goodbye
            answer = link.report(report)
            self._reached()
            self._done_with(report)
            self.events.put(Sent())
            return answer
        if closing:
            self._state = State.OVER
            return link.end()
        if progress is not None and self._state is State.OPEN:
            return link.progress(*progress)
        return link.listen()

    def _heard(self, answer: Answer) -> None:
        if self._state is State.OVER:
            return
        was, self._state = self._state, answer.state
        self._ends_at = time.monotonic() + answer.expires_in_s
        if was is State.COMPARE and answer.state is State.OPEN:
            self.events.put(Opened())
        if answer.wish > self._wishes:
            self._wishes = answer.wish
            self.events.put(Wished())

    def _refused(self, refusal: Refusal) -> None:
        match refusal.problem:
            case Problem.REPORT_REFUSED | Problem.WORD_NOT_PICKED | Problem.TOO_LARGE:
                self._done_with(self._report)
                self.events.put(NotTaken(refusal))
            case Problem.PAIRING_OVER:
                self._over(Why(refusal.why) if refusal.why else Why.ENDED)
            case Problem.STALE | Problem.SLOW_DOWN:
                self._rest(_PAUSES_S[0])
            case _:
                self._over(refusal.problem)

    def _done_with(self, report: Report | None) -> None:
        """Forget a report that was taken or refused, and not one that was sent meanwhile."""
        with self._changed:
            if self._report is report:
                self._report = None

    def _rest(self, seconds: float) -> None:
        """Wait, whatever there is to say, unless it is goodbye."""
        with self._changed:
            self._changed.wait_for(lambda: self._closing, seconds)

    def _over(self, why: Why | Problem | None) -> None:
        self._state = State.OVER
        self.events.put(Over(why))
