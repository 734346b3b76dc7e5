"""A pairing at work, over a real loopback server that answers as a site may: slowly, wrongly, not at all."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NoReturn

import pytest

from eidbridge import net
from eidbridge.agent import joint as at
from eidbridge.agent.joint import Joint
from eidbridge.agent.link import Link
from eidbridge.agent.saying import key_of
from eidbridge.agent.sites import Site
from eidbridge.report.pairing import PATH, Problem, Why, read_hello, read_message
from eidbridge.report.seal import Jwk, open_sealed
from eidbridge.texts import texts
from tests.eidbridge.report.examples import FINE, report

NONCE, PAIRING = "n" * 22, "p" * 22
Play = Callable[[dict[str, object]], tuple[int, object]]


class Played:
    """A site that answers what the test says. took: kinds of the messages, in order."""

    def __init__(self) -> None:
        self.took: list[str] = []
        self.key: Jwk = {}
        self.sequence = 0
        self.play: Play = lambda _message: (200, {})
        self.hello: tuple[int, object] = (201, {})
        self.after: dict[str, str] = {}
        self.state, self.wish, self.reports = "compare", 0, 0

    def answer(self, path: str, body: bytes) -> tuple[int, object]:
        if path == PATH:
            self.key = read_hello(body).key
            status, more = self.hello
            fine = {"pairing": PAIRING, "nonce": NONCE, "now": "2026-11-28T10:00:00Z", "expires_in_s": 1_800}
            return status, more or fine
        message = read_message(open_sealed(body, self.key))
        self.took.append(message.kind.value)
        status, more = self.play({"kind": message.kind.value})
        if status != 200:
            return status, more
        self.sequence = message.sequence
        self.reports += message.kind.value == "report"
        told = {"nonce": NONCE, "sequence": self.sequence, "state": self.state, "wish": self.wish}
        return 200, {**told, "reports": self.reports, "expires_in_s": 1_800}


@pytest.fixture
def played(monkeypatch) -> Iterator[tuple[Played, Site]]:
    site = Played()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            status, body = site.answer(self.path, self.rfile.read(int(self.headers["Content-Length"])))
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            for name, value in {"Content-Type": "application/json", **site.after}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_what: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setattr(at, "POLL_S", 0.05)
    monkeypatch.setattr(at, "_PAUSES_S", (0.05, 0.05, 0.05, 0.05))
    yield site, Site(f"http://127.0.0.1:{server.server_port}", "Prova")
    server.shutdown()
    server.server_close()


def problem(name: str, **more: object) -> dict[str, object]:
    return {"type": f"/eidbridge/problems#{name}", "title": "x", "status": 400, **more}


def until(joint: Joint, kind: type, limit_s: float = 30):
    end = time.monotonic() + limit_s
    while time.monotonic() < end:
        event = joint.events.get(timeout=limit_s)
        if isinstance(event, kind):
            return event
    raise AssertionError(kind)


def paired(played: tuple[Played, Site]) -> Joint:
    joint = Joint(played[1])
    joint.pair("ACDEFGHJ", "it")
    assert until(joint, at.Compare).word
    return joint


def test_the_word_opens_and_a_report_is_sent_once(played):
    joint = paired(played)
    played[0].state = "open"
    until(joint, at.Opened)
    joint.send(report(FINE))
    until(joint, at.Sent)
    time.sleep(0.2)
    assert played[0].took.count("report") == 1
    joint.close()
    assert played[0].took[-1] == "end"


def test_a_wish_is_told_once(played):
    joint = paired(played)
    played[0].state, played[0].wish = "open", 1
    until(joint, at.Wished)
    time.sleep(0.2)
    assert not any(isinstance(event, at.Wished) for event in drained(joint))
    played[0].wish = 2
    until(joint, at.Wished)
    joint.close()


def drained(joint: Joint) -> list[at.Event]:
    found = []
    while not joint.events.empty():
        found.append(joint.events.get())
    return found


@pytest.mark.parametrize("why", list(Why))
def test_the_end_is_told_with_its_reason(played, why):
    joint = paired(played)
    played[0].play = lambda _message: (410, problem("pairing-over", why=why.value))
    assert until(joint, at.Over).why is why


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ((404, problem("code-unknown")), Problem.CODE_UNKNOWN),
        ((409, problem("program-too-old", least="9.0")), Problem.PROGRAM_TOO_OLD),
        ((400, problem("future-problem")), Problem.MALFORMED),
        ((200, b"<html>a page of a proxy</html>"), net.Trouble.NO_SENSE),
        ((302, {}), net.Trouble.NO_SENSE),
        ((201, {"pairing": "x"}), net.Trouble.NO_SENSE),
        ((201, b"[" * 70_000), net.Trouble.NO_SENSE),
        ((503, {}), net.Trouble.NOTHING),
    ],
)
def test_what_is_in_the_way_of_a_pairing_is_named(played, answer, expected):
    played[0].hello = answer
    joint = Joint(played[1])
    joint.pair("ACDEFGHJ", "it")
    why = until(joint, at.Failed).why
    assert (why if isinstance(why, net.Trouble) else why.problem) is expected


class FaultyLink(Link):
    def pair(self, code: str, language: str) -> NoReturn:
        raise ZeroDivisionError(code, language)


@pytest.mark.parametrize(("language", "words"), [("it", "errore di questo programma"), ("en", "fault of this program")])
def test_a_fault_of_the_program_is_told_as_its_own(played, language, words):
    joint = Joint(played[1], link=FaultyLink)
    joint.pair("ACDEFGHJ", language)
    assert words in texts(language)[key_of(until(joint, at.Over).why)]


def test_a_site_that_asks_to_slow_down_is_waited_for(played):
    played[0].hello, played[0].after = (429, problem("slow-down")), {"Retry-After": "1"}
    joint = Joint(played[1])
    joint.pair("ACDEFGHJ", "it")
    assert until(joint, at.Slowed).seconds == 1
    played[0].hello, played[0].after = (201, {}), {}
    assert until(joint, at.Compare)
    joint.close()


def test_a_report_that_is_refused_is_told_and_the_pairing_goes_on(played):
    joint = paired(played)
    played[0].state = "open"
    until(joint, at.Opened)

    def refuse(message: dict[str, object]) -> tuple[int, object]:
        if message["kind"] != "report":
            return 200, {}
        played[0].sequence += 1
        return 422, problem("report-refused", nonce=NONCE, sequence=played[0].sequence, fault="report.too-large")

    played[0].play = refuse
    joint.send(report(FINE))
    assert until(joint, at.NotTaken).refusal.problem is Problem.REPORT_REFUSED
    played[0].play = lambda _message: (200, {})
    joint.send(report(FINE))
    until(joint, at.Sent)
    joint.close()


def test_trouble_is_told_once_and_its_end_too(played):
    joint = paired(played)
    played[0].play = lambda _message: (503, {})
    assert until(joint, at.Troubled).trouble is net.Trouble.NOTHING
    time.sleep(0.3)
    played[0].play = lambda _message: (200, {})
    until(joint, at.Restored)
    assert not any(isinstance(event, at.Troubled) for event in drained(joint))
    joint.close()


def test_a_report_that_waits_is_not_sent_in_a_storm(played, monkeypatch):
    """While the site does not answer, each try is followed by its pause."""
    joint = paired(played)
    played[0].state = "open"
    until(joint, at.Opened)
    monkeypatch.setattr(at, "_PAUSES_S", (0.1, 0.1, 0.1, 0.1))
    played[0].play = lambda _message: (503, {})
    joint.send(report(FINE))
    until(joint, at.Troubled)
    before, began = len(played[0].took), time.monotonic()
    while (tries := len(played[0].took) - before) < 5:
        time.sleep(0.01)
    assert time.monotonic() - began >= (tries - 1) * 0.1
    played[0].play = lambda _message: (200, {})
    assert [type(joint.events.get(timeout=30)) for _ in range(2)] == [at.Restored, at.Sent]
    joint.close()


def test_two_runs_of_the_checks_are_one(monkeypatch):
    ran = []

    def make(run, progress):
        ran.append(run)
        time.sleep(0.3)
        raise RuntimeError("a fault of our own")

    monkeypatch.setattr(at, "make_report", make)
    joint = Joint(None)
    joint.check()
    joint.check()
    until(joint, at.Broken)
    assert len(ran) == 1
    time.sleep(0.1)
    joint.check()
    until(joint, at.Broken)
    assert len(ran) == 2


def test_nothing_listens_there():
    joint = Joint(Site("http://127.0.0.1:9", "x"))
    joint.pair("ACDEFGHJ", "it")
    assert until(joint, at.Failed).why is net.Trouble.NOTHING


def test_a_proxy_that_wants_a_sign_in_is_told(monkeypatch, played):
    """Its refusal is real HTTP; the program has no name and no password to give."""

    class Proxy(BaseHTTPRequestHandler):
        def do_CONNECT(self) -> None:
            self.send_response(407)
            self.send_header("Proxy-Authenticate", "Negotiate")
            self.end_headers()

        def log_message(self, *_what: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{server.server_port}")
    joint = Joint(Site("https://site.example", "x"))
    joint.pair("ACDEFGHJ", "it")
    assert until(joint, at.Failed).why is net.Trouble.PROXY_SIGN_IN
    server.shutdown()
    server.server_close()
