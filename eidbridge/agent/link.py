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
        self._sequence = self._reports = 0
        #: The last message had no answer, or a refusal; it may have been taken all the same.
        self._is_unsure = False
        #: The report that was sent and not answered, and how many the site held before it.
        self._sent: tuple[dict[str, object], int] | None = None

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
        """What she has looked at and sent. It is sent again only where the site does not hold it: a number may have
        been used by another message whose answer was lost, the count of reports not.
        """
        document = as_document(report)
        if self._is_unsure and (held := self._held(document)):
            return held
        self._sent = document, self._reports
        try:
            answer = self._one(Kind.REPORT, report=document)
        except RefusedError as error:
            self._go_on_after(error)
            answer = self._held(document) or self._one(Kind.REPORT, report=document)
        self._sent = None
        return answer

    def _held(self, document: dict[str, object]) -> Answer | None:
        """What the site says, where it holds the report that was sent last."""
        answer = self.listen()
        if not self._sent or self._sent[0] != document or answer.reports <= self._sent[1]:
            return None
        self._sent = None
        return answer

    def end(self, why: Why = Why.CLOSED) -> Answer:
        return self._send(Kind.END, why=why)

    def _send(self, kind: Kind, **more: object) -> Answer:
        try:
            return self._one(kind, **more)
        except RefusedError as error:
            self._go_on_after(error)
        return self._one(kind, **more)

    def _go_on_after(self, error: RefusedError) -> None:
        """Take the next nonce and number from a refusal. Raises it, unless the number had only been used before, by a
        message whose answer was lost.
        """
        if error.refusal.sequence < 0:
            raise error
        self._take(error.refusal.nonce, error.refusal.sequence)
        if error.refusal.problem is not Problem.STALE:
            raise error

    def _one(self, kind: Kind, **more: object) -> Answer:
        message = Message(kind, self._pairing, self.site.origin, self._nonce, self._sequence + 1, **more)  # type: ignore[arg-type]
        self._is_unsure = True
        sealed = self._key.seal(write_message(message))
        answer = _sense(read_answer, self._said(f"{PATH}/{self._pairing}", sealed, MESSAGE_TYPE, status=200).body)
        self._take(answer.nonce, answer.sequence)
        self._reports, self._is_unsure = answer.reports, False
        return answer

    def _take(self, nonce: str, sequence: int) -> None:
        self._nonce, self._sequence = nonce, sequence

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
