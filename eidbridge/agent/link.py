"""One pairing from the program's side: its messages in their order, and what to do when an answer is lost."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

import eidbridge
from eidbridge import net
from eidbridge.agent.sites import Site
from eidbridge.report.compare import compare_word
from eidbridge.report.encode import as_document
from eidbridge.report.pairing import (
    HELLO_TYPE,
    MAX_ANSWER,
    MESSAGE_TYPE,
    PATH,
    Answer,
    Hello,
    Kind,
    Message,
    MessageError,
    Problem,
    Refusal,
    Why,
    read_answer,
    read_refusal,
    read_welcome,
    write_hello,
    write_message,
)
from eidbridge.report.schema import Report
from eidbridge.report.seal import SigningKey, thumbprint

T = TypeVar("T")
Post = Callable[..., net.Said]


class RefusedError(Exception):
    """The site says no. retry_after_s: where it asks to come again."""

    def __init__(self, refusal: Refusal, retry_after_s: int = 0) -> None:
        super().__init__(refusal.problem.value)
        self.refusal, self.retry_after_s = refusal, retry_after_s


@dataclass(frozen=True, slots=True)
class Paired:
    """word: to be compared. ahead_s: by how many seconds this computer's clock is before the site's."""

    word: str
    ahead_s: float
    expires_in_s: int


class Link:
    """Speaks to one site for one pairing. Not for two threads at once.

    Every method raises RefusedError where the site refuses, and net.TroubleError where it cannot be spoken to; the
    message can then be sent again.
    """

    def __init__(self, site: Site, *, post: Post = net.post) -> None:
        self.site = site
        self._post, self._key = post, SigningKey()
        self._pairing = self._nonce = ""
        self._sequence = 0
        #: Number and content of the last message whose answer did not come; it may have arrived all the same.
        self._lost: tuple[int, bytes] | None = None

    def pair(self, code: str, language: str) -> Paired:
        """Give the site the code that the page shows."""
        hello = write_hello(Hello(code, self._key.public, eidbridge.__version__, language))
        said = self._said(PATH, hello, HELLO_TYPE, status=201)
        welcome = _sense(read_welcome, said.body)
        ahead_s = (datetime.now(UTC) - welcome.now).total_seconds()
        self._pairing, self._nonce = welcome.pairing, welcome.nonce
        word = compare_word(thumbprint(self._key.public), welcome.pairing, welcome.nonce)
        return Paired(word, ahead_s, welcome.expires_in_s)

    def listen(self) -> Answer:
        """Say that the program is there; hear what the page wishes."""
        return self._send(Kind.LISTEN)

    def progress(self, done: int, of: int) -> Answer:
        """*Check n of m*, and no more."""
        return self._send(Kind.PROGRESS, done=done, of=of)

    def report(self, report: Report) -> Answer:
        """What she has looked at and sent."""
        return self._send(Kind.REPORT, report=as_document(report))

    def end(self, why: Why = Why.CLOSED) -> Answer:
        return self._send(Kind.END, why=why)

    def _send(self, kind: Kind, **more: object) -> Answer:
        lost = self._lost
        try:
            return self._one(kind, **more)
        except RefusedError as error:
            if error.refusal.sequence < 0:
                raise
            self._take(error.refusal.nonce, error.refusal.sequence)
            if error.refusal.problem is not Problem.STALE:
                raise
            if lost == (error.refusal.sequence, self._content(kind, **more)):
                return self._one(Kind.LISTEN)  # the same had arrived, and only its answer was lost
        return self._one(kind, **more)

    def _one(self, kind: Kind, **more: object) -> Answer:
        number = self._sequence + 1
        message = Message(kind, self._pairing, self.site.origin, self._nonce, number, **more)  # type: ignore[arg-type]
        self._lost = (number, self._content(kind, **more))
        sealed = self._key.seal(write_message(message))
        answer = _sense(read_answer, self._said(f"{PATH}/{self._pairing}", sealed, MESSAGE_TYPE, status=200).body)
        self._take(answer.nonce, answer.sequence)
        return answer

    def _content(self, kind: Kind, **more: object) -> bytes:
        """What a message says, without its place in the order."""
        return write_message(Message(kind, "", "", "", 0, **more))  # type: ignore[arg-type]

    def _take(self, nonce: str, sequence: int) -> None:
        self._nonce, self._sequence, self._lost = nonce, sequence, None

    def _said(self, path: str, body: bytes, content_type: str, *, status: int) -> net.Said:
        said = self._post(self.site.origin, path, body, content_type=content_type, max_answer=MAX_ANSWER)
        if said.status == status:
            return said
        if said.status == 503:  # the site is being renewed, or its database does not answer
            raise net.TroubleError(net.Trouble.NOTHING)
        raise RefusedError(_sense(read_refusal, said.body), said.retry_after_s)


def _sense(read: Callable[[bytes], T], body: bytes) -> T:
    try:
        return read(body)
    except MessageError as error:  # a page of a proxy, or of another site
        raise net.TroubleError(net.Trouble.NO_SENSE) from error
