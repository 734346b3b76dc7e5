"""`eidbridge check --send`: the same as the window, line by line. The report goes once she has read it and agreed."""

import queue
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from eidbridge.agent import joint as at
from eidbridge.agent.joint import Joint
from eidbridge.agent.saying import Typed, key_of, key_of_site, typed
from eidbridge.agent.sites import Site, known_sites, site_at
from eidbridge.cli.terminal import Exit, outcome_line, say, tell
from eidbridge.net import AddressError
from eidbridge.report import Report
from eidbridge.report.pairing import tidy_code
from eidbridge.texts import language_of

#: Times the code may be asked for.
_MOST_CODES = 5


@dataclass(frozen=True, slots=True)
class _Line:
    """What she typed; None at the end of what there is to read."""

    text: str | None


@dataclass
class Joined:
    """One pairing in a terminal. conclude: prints a report in words, the same as without a site."""

    site: Site
    joint: Joint
    conclude: Callable[[Report], None]
    inbox: queue.SimpleQueue[at.Event | _Line] = field(default_factory=queue.SimpleQueue)
    report: Report | None = None
    was_sent: bool = False
    asks: str = ""
    reads: bool = False

    def run(self, code: str) -> int:
        self.joint.events = self.inbox  # type: ignore[assignment]  # lines and events in the order they come
        tell(say("joint.pairing"))
        self.joint.pair(code, language_of())
        try:
            while (done := self._on(self.inbox.get())) is None:
                pass
        finally:
            self.joint.close()
        return done

    def _on(self, event: at.Event | _Line) -> int | None:
        """What is to be done about one event; the exit code at the end."""
        match event:
            case at.Opened():
                tell(say("joint.opened"))
                self.joint.check()
            case at.Ready(report):
                self._show(report)
            case at.Sent():
                self.was_sent = True
                tell(say("joint.sent"))
                self._ask("again", say("joint.again"))
            case at.Broken():
                tell(say("joint.broken"), to=sys.stderr)
                self._ask("again", say("joint.again"))
            case at.Wished():
                tell("\n" + say("joint.wished"))
                self._ask("again", say("joint.again"))
            case at.Failed(why) | at.Over(why):
                tell(say(key_of(why)), to=sys.stderr)
                return self._code() if self.was_sent else Exit.MISSING
            case _Line(text):
                return self._typed(text)
            case _:
                self._tell(event)
        return None

    def _tell(self, event: at.Event) -> None:
        """What only has to be said."""
        match event:
            case at.Compare(word):
                tell(say("joint.word", word=word.upper()))
                tell(say("joint.pick-word"))
            case at.Checked(result):
                tell(outcome_line(result))
            case at.Troubled(trouble):
                tell(f"{say(key_of(trouble))} {say('joint.retrying')}", to=sys.stderr)
            case at.Restored():
                tell(say("joint.restored"), to=sys.stderr)
            case at.Slowed(seconds):
                tell(say("joint.slowed", seconds=seconds), to=sys.stderr)
            case at.NotTaken(refusal):
                tell(say(key_of(refusal)), to=sys.stderr)

    def _show(self, report: Report) -> None:
        self.report = report
        self.conclude(report)
        tell(say("joint.look"))
        self._ask("send", say("joint.ask", name=self.site.name))

    def _ask(self, what: str, question: str) -> None:
        self.asks = what
        sys.stdout.write(question)
        sys.stdout.flush()
        if not self.reads:
            self.reads = True
            threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        for line in sys.stdin:
            self.inbox.put(_Line(line.strip()))
        self.inbox.put(_Line(None))

    def _typed(self, text: str | None) -> int | None:
        asked, self.asks = self.asks, ""
        if text is None:
            if not self.was_sent:
                tell("\n" + say("joint.not-sent"))
            return self._code()
        match asked:
            case "send" if text.casefold()[:1] == say("joint.yes") and self.report is not None:
                self.joint.send(self.report)
            case "send":
                tell(say("joint.not-sent"))
                self._ask("again", say("joint.again"))
            case "again" if text.casefold() == say("joint.finish"):
                return self._code()
            case "again":
                self.joint.check()
        return None

    def _code(self) -> int:
        return Exit.FOUND if self.report is not None and self.report.findings else Exit.DONE


def joined(address: str, code: str, *, wants_reach: bool, conclude: Callable[[Report], None]) -> int:
    """Pair with the page at `address`, or with this program's own site where it is empty; check, show, ask, send."""
    sites = known_sites()
    try:
        site = site_at(address, sites) if address else sites[0]
    except AddressError as error:
        known = ", ".join(each.host for each in sites)
        tell(say(key_of_site(error), site=error.origin or address, known=known), to=sys.stderr)
        return Exit.WRONG
    tell(say("joint.site", name=site.name, host=site.host))
    tidy = tidy_code(code) if code else ""
    if code and typed(code) is not Typed.CODE:
        tell(say(typed(code)), to=sys.stderr)
        return Exit.WRONG
    tidy = tidy or _asked_code()
    if not tidy:
        tell(say("joint.no-code"), to=sys.stderr)
        return Exit.WRONG
    return Joined(site, Joint(site, wants_reach=wants_reach), conclude).run(tidy)


def _asked_code() -> str:
    for _ in range(_MOST_CODES):
        sys.stdout.write(say("joint.type-code"))
        sys.stdout.flush()
        line = sys.stdin.readline()
        if not line:
            return ""
        if typed(line) is Typed.CODE:
            return tidy_code(line)
        tell(say(typed(line)), to=sys.stderr)
    return ""
