"""`eidbridge check --send`: the same as the window, line by line. The report goes once she has read it and agreed."""

import queue
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from eidbridge import net
from eidbridge.agent import joint as at
from eidbridge.agent.joint import Joint
from eidbridge.agent.saying import Typed, key_of, key_of_site, typed
from eidbridge.agent.sites import Site, known_sites, site_at
from eidbridge.cli.terminal import Exit, outcome_line, say, shown, tell
from eidbridge.net import AddressError
from eidbridge.report import Report, encode
from eidbridge.report.encode import facts_lines
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
    question: str = ""
    is_joined: bool = True
    is_checking: bool = False
    is_sending: bool = False
    is_last: bool = False
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
            case _Line(text):
                return self._typed(text)
            case at.Opened() | at.Ready() | at.Broken():
                self._on_checks(event)
            case at.Sent() | at.Wished() | at.NotTaken() | at.Failed() | at.Over():
                return self._on_site(event)
            case _:
                self._tell(event)
        return None

    def _on_checks(self, event: at.Opened | at.Ready | at.Broken) -> None:
        self.is_checking = False
        match event:
            case at.Opened():
                tell(say("joint.opened"))
                self._check()
            case at.Ready(report, sites):
                self._show(report, sites)
            case at.Broken():
                tell(say("joint.broken"), to=sys.stderr)
                self._ask("again", say("joint.again"))

    def _on_site(self, event: at.Sent | at.Wished | at.NotTaken | at.Failed | at.Over) -> int | None:
        match event:
            case at.Sent():
                self.was_sent, self.is_sending = True, False
                tell(say("joint.sent"))
                if self.is_last:
                    return self._code()
                self._ask("again", say("joint.again"))
            case at.Wished():
                self._wished()
            case at.NotTaken(refusal):
                self.is_sending = False
                tell(say(key_of(refusal)), to=sys.stderr)
                self._ask("save", say("joint.save", file=_file()))
            case at.Failed(why):
                tell(say(key_of(why)), to=sys.stderr)
                self._ask("code", say("joint.other-code"))
            case at.Over(why):
                tell(f"\n{say(key_of(why))}" if self.asks else say(key_of(why)), to=sys.stderr)
                return self._over()
        return None

    def _wished(self) -> None:
        tell("\n" + say("joint.wished"))
        if self.asks:  # what she has not decided yet stays to be decided
            self._ask(self.asks, self.question)
        elif not self.is_checking:
            self._ask("again", say("joint.again"))

    def _over(self) -> int | None:
        self.is_joined = self.is_sending = False
        if self.was_sent or self.report is None or self.is_last:
            return self._code() if self.report is not None else Exit.MISSING
        self._ask("save", say("joint.save", file=_file()))
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
                self._tell_between(f"{say(key_of(trouble))} {say('joint.retrying')}")
            case at.Restored():
                self._tell_between(say("joint.restored"))
            case at.Slowed(seconds):
                tell(say("joint.slowed", seconds=seconds), to=sys.stderr)

    def _tell_between(self, words: str) -> None:
        """Where a question stands open it is asked again, on a line of its own."""
        tell(f"\n{words}" if self.asks else words, to=sys.stderr)
        if self.asks:
            self._ask(self.asks, self.question)

    def _show(self, report: Report, sites: Mapping[str, net.Site]) -> None:
        self.report = report
        for site, found in sites.items():
            tell(say(f"sites.{found.said}", site=site, name=shown(found.name), issuer=shown(found.issuer)))
        self.conclude(report)
        tell(say("joint.facts"))
        for line in facts_lines(report):
            tell(f"  {line}")
        if not self.is_joined:
            self._ask("save", say("joint.save", file=_file()))
            return
        tell(say("joint.look"))
        self._ask("send", say("joint.ask", name=self.site.name))

    def _ask(self, what: str, question: str) -> None:
        self.asks, self.question = what, question
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
        if text is None:
            return self._no_more()
        asked, self.asks = self.asks, ""
        match asked:
            case "send":
                self._decide(text)
            case "code":
                self._other_code(text)
            case "save":
                if text.casefold() != say("joint.no"):
                    _save(Path(text) if text else _file(), self.report)
                return self._code()
            case "again":
                if text.casefold() == say("joint.finish"):
                    return self._code()
                self._check()
        return None

    def _no_more(self) -> int | None:
        """The end of what there is to read."""
        if self.is_sending:  # its answer is on the way: only then is it known whether it was sent
            self.is_last = True
            return None
        if not self.was_sent:
            tell("\n" + say("joint.not-sent"))
        return self._code() if self.report is not None else Exit.MISSING

    def _decide(self, text: str) -> None:
        if text.casefold() in say("joint.yes").split() and self.report is not None:
            self.is_sending = True
            self.joint.send(self.report)
        else:
            tell(say("joint.not-sent"))
            self._ask("again", say("joint.again"))

    def _check(self) -> None:
        self.is_checking = True
        self.joint.check()

    def _other_code(self, text: str) -> None:
        """Another code, or nothing: then the checks run without a page."""
        if not text:
            self.is_joined = False
            self._check()
        elif typed(text) is not Typed.CODE:
            tell(say(typed(text)), to=sys.stderr)
            self._ask("code", say("joint.other-code"))
        else:
            tell(say("joint.pairing"))
            self.joint.pair(tidy_code(text), language_of())

    def _code(self) -> int:
        return Exit.FOUND if self.report is not None and self.report.findings else Exit.DONE


def joined(address: str, code: str, *, joint: Callable[[Site], Joint], conclude: Callable[[Report], None]) -> int:
    """Pair with the page at `address`, or with this program's own site where it is empty; check, show, ask, send."""
    sites = known_sites()
    if not sites and not address:
        tell(say("site.none"), to=sys.stderr)
        return Exit.MISSING
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
    return Joined(site, joint(site), conclude).run(tidy)


def _file() -> Path:
    return Path.home() / f"eidbridge-{datetime.now(UTC):%Y%m%d-%H%M%S}.json"


def _save(path: Path, report: Report | None) -> None:
    if report is None:
        return
    try:
        path.touch(mode=0o600, exist_ok=False)
        path.write_bytes(encode(report))
    except (OSError, ValueError):
        tell(say("check.not-saved", file=path), to=sys.stderr)
    else:
        tell(say("joint.saved", file=path))


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
