"""The messages between program and site, protocol version 1: docs/reference/joint.md.

Both sides write and read them here. Reading is strict: a field that is not listed, or a value that cannot be, raises
MessageError, which says where in our own names.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Never

from eidbridge.report import strict
from eidbridge.report.schema import MAX_BYTES, MAX_DEPTH, PROGRAM_VERSION, Number, Token
from eidbridge.report.seal import Jwk, SealError, checked_key

PROTOCOL = 1
#: Letters that are not taken for one another, spoken or printed.
CODE_SIGNS, CODE_LENGTH = "ACDEFGHJKMNPQRTWXY", 8
#: Bytes of the first message, of the payload of another one, of that message as it travels, and of an answer.
MAX_HELLO, MAX_PAYLOAD, MAX_ANSWER = 2_048, MAX_BYTES + 4_096, 65_536
MAX_MESSAGE = MAX_PAYLOAD * 4 // 3 + 200
HELLO_TYPE, MESSAGE_TYPE, PROBLEM_TYPE = "application/json", "application/jose", "application/problem+json"
#: Where a site takes them, below its origin.
PATH, PROBLEMS = "/eidbridge/v1/pairings", "/eidbridge/problems"
#: Seconds between two questions of the program, and of the page.
POLL_S = 2.0
#: More steps than any run of checks has.
MOST_CHECKS = 99
LANGUAGES = ("it", "en")

_CODE = Token(rf"[{CODE_SIGNS}]{{{CODE_LENGTH}}}")
_TOKEN = Token(r"[A-Za-z0-9_-]{22}")
_ORIGIN = Token(r"https?://[a-z0-9.-]{1,253}(?::[0-9]{1,5})?|https?://\[[0-9a-f:.]{2,45}\](?::[0-9]{1,5})?")
_TIME = "%Y-%m-%dT%H:%M:%SZ"


class State(StrEnum):
    WAITING = "waiting"
    COMPARE = "compare"
    OPEN = "open"
    OVER = "over"


class Why(StrEnum):
    """Why a pairing is over."""

    EXPIRED = "expired"
    WRONG_WORD = "wrong-word"
    REPLACED = "replaced"
    ENDED = "ended"
    CLOSED = "closed"


class Problem(StrEnum):
    """Why a message was refused; the fragment of the `type` of an answer (RFC 9457)."""

    MALFORMED = "malformed"
    MEDIA_TYPE = "media-type"
    TOO_LARGE = "too-large"
    PROTOCOL_UNKNOWN = "protocol-unknown"
    PROGRAM_TOO_OLD = "program-too-old"
    CODE_UNKNOWN = "code-unknown"
    SLOW_DOWN = "slow-down"
    PAIRING_UNKNOWN = "pairing-unknown"
    SEAL_REFUSED = "seal-refused"
    OTHER_PAIRING = "other-pairing"
    OTHER_SITE = "other-site"
    STALE = "stale"
    WORD_NOT_PICKED = "word-not-picked"
    REPORT_REFUSED = "report-refused"
    PAIRING_OVER = "pairing-over"


class Kind(StrEnum):
    LISTEN = "listen"
    PROGRESS = "progress"
    REPORT = "report"
    END = "end"


class MessageError(Exception):
    """problem: its name; where: the place, in our own names only."""

    def __init__(self, problem: Problem, where: str = "") -> None:
        super().__init__(f"{problem}: {where}" if where else str(problem))
        self.problem, self.where = problem, where


@dataclass(frozen=True, slots=True)
class Hello:
    """The first message: the code she typed, and the public key of this run."""

    code: str
    key: Jwk
    program: str
    language: str


@dataclass(frozen=True, slots=True)
class Welcome:
    """now: the site's time, aware, to the second."""

    pairing: str
    nonce: str
    now: datetime
    expires_in_s: int


@dataclass(frozen=True, slots=True)
class Message:
    """The payload of a sealed message. report: the report's document, not looked at yet. why: of an end."""

    kind: Kind
    pairing: str
    site: str
    nonce: str
    sequence: int
    done: int = 0
    of: int = 0
    report: Mapping[str, object] | None = None
    why: Why = Why.CLOSED


@dataclass(frozen=True, slots=True)
class Answer:
    """wish: how often the page asked to check again. reports: how many the site holds of this pairing."""

    nonce: str
    sequence: int
    state: State
    wish: int
    reports: int
    expires_in_s: int


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer of the site that says no. nonce, sequence: where the seal was good, what comes next."""

    problem: Problem
    why: str = ""
    nonce: str = ""
    sequence: int = -1
    least: str = ""


def tidy_code(typed: str) -> str:
    """A code as it may be typed: any case, with spaces and hyphens. What is no code comes out as it is."""
    return re.sub(r"[\s\u2010-\u2015-]", "", typed).upper()


def is_code(code: str) -> bool:
    return _CODE.allows(code)


def shown_code(code: str) -> str:
    """`ACDE-FGHJ`."""
    return f"{code[:4]}-{code[4:]}"


# The first message and its answer.


def write_hello(hello: Hello) -> bytes:
    return _written(
        {
            "protocol": PROTOCOL,
            "code": hello.code,
            "key": dict(hello.key),
            "program": hello.program,
            "language": hello.language,
        }
    )


def read_hello(data: bytes) -> Hello:
    """Raises MessageError. A code that cannot be one is `code-unknown` like any other."""
    document = _document(data, MAX_HELLO)
    if not Number(PROTOCOL, PROTOCOL).allows(document.get("protocol")):
        raise MessageError(Problem.PROTOCOL_UNKNOWN)
    _only(document, {"protocol", "code", "key", "program", "language"})
    code, program, language = document.get("code"), document.get("program"), document.get("language")
    if not isinstance(program, str) or PROGRAM_VERSION.fullmatch(program) is None:
        _refuse("program")
    if not isinstance(language, str) or language not in LANGUAGES:
        _refuse("language")
    try:
        key = checked_key(document.get("key"))
    except SealError as error:
        raise MessageError(Problem.MALFORMED, "key") from error
    if not isinstance(code, str) or not is_code(code):
        raise MessageError(Problem.CODE_UNKNOWN)
    return Hello(code, key, program, language)


def write_welcome(welcome: Welcome) -> dict[str, object]:
    return {
        "pairing": welcome.pairing,
        "nonce": welcome.nonce,
        "now": welcome.now.astimezone(UTC).strftime(_TIME),
        "expires_in_s": welcome.expires_in_s,
    }


def read_welcome(data: bytes) -> Welcome:
    """Raises MessageError."""
    document = _document(data, MAX_ANSWER)
    now = document.get("now")
    try:
        read = datetime.strptime(now if isinstance(now, str) else "", _TIME).replace(tzinfo=UTC)
    except ValueError as error:
        raise MessageError(Problem.MALFORMED, "now") from error
    return Welcome(
        _token(document, "pairing"), _token(document, "nonce"), read, _number(document, "expires_in_s", 86_400)
    )


# Every other message and its answer.


def write_message(message: Message) -> bytes:
    """The payload; its seal comes around it."""
    document: dict[str, object] = {
        "kind": message.kind.value,
        "pairing": message.pairing,
        "site": message.site,
        "nonce": message.nonce,
        "sequence": message.sequence,
    }
    match message.kind:
        case Kind.PROGRESS:
            document |= {"done": message.done, "of": message.of}
        case Kind.REPORT:
            document["report"] = message.report
        case Kind.END:
            document["why"] = message.why.value
    return _written(document)


_FIELDS = {Kind.LISTEN: set(), Kind.PROGRESS: {"done", "of"}, Kind.REPORT: {"report"}, Kind.END: {"why"}}
#: Why the program may say that it is over.
_ENDS = (Why.CLOSED, Why.WRONG_WORD)


def read_message(payload: bytes) -> Message:
    """The payload of a message whose seal was good. Raises MessageError."""
    document = _document(payload, MAX_PAYLOAD, MAX_DEPTH + 1)
    kind, site = document.get("kind"), document.get("site")
    if not isinstance(kind, str) or kind not in set(Kind):
        _refuse("kind")
    _only(document, {"kind", "pairing", "site", "nonce", "sequence", *_FIELDS[Kind(kind)]})
    if not isinstance(site, str) or not _ORIGIN.allows(site):
        _refuse("site")
    common = (Kind(kind), _token(document, "pairing"), site, _token(document, "nonce"))
    sequence = _number(document, "sequence", 10**9)
    match kind:
        case Kind.PROGRESS:
            of = _number(document, "of", MOST_CHECKS)
            return Message(*common, sequence, done=_number(document, "done", of), of=of)
        case Kind.REPORT:
            report = document.get("report")
            if not isinstance(report, dict):
                _refuse("report")
            return Message(*common, sequence, report=report)
        case Kind.END:
            why = document.get("why")
            if not isinstance(why, str) or why not in _ENDS:
                _refuse("why")
            return Message(*common, sequence, why=Why(why))
    return Message(*common, sequence)


def write_answer(answer: Answer) -> dict[str, object]:
    return {
        "nonce": answer.nonce,
        "sequence": answer.sequence,
        "state": answer.state.value,
        "wish": answer.wish,
        "reports": answer.reports,
        "expires_in_s": answer.expires_in_s,
    }


def read_answer(data: bytes) -> Answer:
    """Raises MessageError."""
    document = _document(data, MAX_ANSWER)
    state = document.get("state")
    if not isinstance(state, str) or state not in set(State):
        _refuse("state")
    return Answer(
        _token(document, "nonce"),
        _number(document, "sequence", 10**9),
        State(state),
        _number(document, "wish", 10**6),
        _number(document, "reports", 10**6),
        _number(document, "expires_in_s", 86_400),
    )


def read_refusal(data: bytes) -> Refusal:
    """A problem of the site (RFC 9457); of one whose name is not known, `malformed`. Raises MessageError."""
    document = _document(data, MAX_ANSWER)
    name = str(document.get("type", "")).rpartition("#")[2]
    problem = Problem(name) if name in set(Problem) else Problem.MALFORMED
    has_next = _TOKEN.allows(document.get("nonce")) and Number(0, 10**9).allows(document.get("sequence"))
    why, least = document.get("why"), document.get("least")
    return Refusal(
        problem,
        why=why if isinstance(why, str) and why in set(Why) else "",
        nonce=_token(document, "nonce") if has_next else "",
        sequence=_number(document, "sequence", 10**9) if has_next else -1,
        least=least if isinstance(least, str) and PROGRAM_VERSION.fullmatch(least) else "",
    )


# Reading strictly.


def _written(document: Mapping[str, object]) -> bytes:
    return json.dumps(document, separators=(",", ":")).encode()


def _document(data: bytes, max_bytes: int, max_depth: int = MAX_DEPTH) -> dict[str, object]:
    try:
        return strict.document(data, max_bytes=max_bytes, max_depth=max_depth)
    except strict.StrictError as error:
        is_large = error.fault is strict.Fault.TOO_LARGE
        raise MessageError(Problem.TOO_LARGE if is_large else Problem.MALFORMED, error.fault.value) from error


def _refuse(where: str) -> Never:
    raise MessageError(Problem.MALFORMED, where)


def _only(document: Mapping[str, object], names: Iterable[str]) -> None:
    if document.keys() != set(names):
        _refuse("fields")


def _token(document: Mapping[str, object], name: str) -> str:
    value = document.get(name)
    if not isinstance(value, str) or not _TOKEN.allows(value):
        _refuse(name)
    return value


def _number(document: Mapping[str, object], name: str, maximum: int) -> int:
    value = document.get(name)
    if not isinstance(value, int) or not Number(0, maximum).allows(value):
        _refuse(name)
    return value
