"""Pairings of a page with a run of the program: every change of one stands here.

What comes from the program is hostile until its seal, nonce, number and site are checked; what it says is then read
strictly. Two messages, or a message and a click, never both change the same row: each change names what it found.
"""

import hmac
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from eidbridge.report import ReportError
from eidbridge.report.compare import compare_word, three_words
from eidbridge.report.decode import decode_document
from eidbridge.report.encode import as_document
from eidbridge.report.pairing import (
    CODE_LENGTH,
    CODE_SIGNS,
    Answer,
    Hello,
    Kind,
    Message,
    MessageError,
    Problem,
    State,
    Welcome,
    Why,
    read_message,
)
from eidbridge.report.schema import Report
from eidbridge.report.seal import SealError, open_sealed, thumbprint
from eidbridge.results import Outcome
from troubleshoot.core import keys
from troubleshoot.core.keys import hashed, nonce
from troubleshoot.reports.models import KeptReport, Pairing

#: How long a code waits for its program, a program for its word, and all of it lasts, from the code on.
CODE_LIVES, WORD_WAITS, LIVES = timedelta(minutes=10), timedelta(minutes=5), timedelta(minutes=30)
#: How long a program is not heard of before the page says so.
SILENT = timedelta(seconds=45)
#: How long a report waits for a request that keeps it.
REPORT_LIVES = timedelta(hours=24)
#: Reports that one browser can have waiting: the newest stay.
MOST_REPORTS = 20


class RefusedError(Exception):
    """A message that was not taken. more: further members of the answer (RFC 9457)."""

    def __init__(self, problem: Problem, **more: object) -> None:
        super().__init__(problem.value)
        self.problem, self.more = problem, more


# The page's side.


def start(key: str, *, now: datetime | None = None) -> Pairing:
    """A pairing for the browser that holds `key`; an earlier one of it is over."""
    now = now or timezone.now()
    screen = hashed(key)
    with transaction.atomic():
        _running(Pairing.objects.filter(screen=screen)).update(state=State.OVER, why=Why.REPLACED)
        public_id = nonce()
        return Pairing.objects.create(
            screen=screen, code=hashed(code_of(key, public_id)), public_id=public_id, created_at=now
        )


def code_of(key: str, public_id: str) -> str:
    """The code of a pairing, made from the browser's key and the site's secret: the database alone cannot tell it."""
    return keys.code_of(f"pairing:{key}:{public_id}", CODE_SIGNS, CODE_LENGTH)


def of_browser(key: str) -> Pairing | None:
    """The newest pairing of a browser, over or not: one query."""
    return Pairing.objects.filter(screen=hashed(key)).order_by("-pk").first() if key else None


def state_of(pairing: Pairing, now: datetime | None = None) -> tuple[State, Why | None]:
    """Where it stands now; time ends it, whether or not a job has come by."""
    if pairing.state == State.OVER:
        return State.OVER, Why(pairing.why)
    return (State.OVER, Why.EXPIRED) if (now or timezone.now()) >= ends_at(pairing) else (State(pairing.state), None)


def ends_at(pairing: Pairing) -> datetime:
    """When it is over if nothing more happens."""
    last = pairing.created_at + LIVES
    if pairing.state == State.WAITING:
        return pairing.created_at + CODE_LIVES
    if pairing.state == State.COMPARE and pairing.paired_at:
        return min(last, pairing.paired_at + WORD_WAITS)
    return last


def words_of(pairing: Pairing) -> tuple[str, str, str]:
    """Three words, one of them the program's; always the same for one pairing."""
    seed = hmac.digest(settings.SECRET_KEY.encode(), b"words:" + pairing.public_id.encode(), "sha256")
    return three_words(_word(pairing), seed)


def pick(pairing: Pairing, word: str, now: datetime | None = None) -> bool:
    """Take her pick, once: whether it was the program's word. Any other ends the pairing."""
    if state_of(pairing, now)[0] is not State.COMPARE:
        return False
    is_right = word == _word(pairing)
    change = {"state": State.OPEN} if is_right else {"state": State.OVER, "why": Why.WRONG_WORD}
    return Pairing.objects.filter(pk=pairing.pk, state=State.COMPARE).update(**change) == 1 and is_right


def wish(pairing: Pairing) -> None:
    """Ask the program to check again; it is she who starts it there."""
    Pairing.objects.filter(pk=pairing.pk, state=State.OPEN).update(wishes=F("wishes") + 1, done=0, of=0)


def end(pairing: Pairing, why: Why) -> None:
    _running(Pairing.objects.filter(pk=pairing.pk)).update(state=State.OVER, why=why)


def _running(found: QuerySet[Pairing]) -> QuerySet[Pairing]:
    return found.exclude(state=State.OVER)


def _word(pairing: Pairing) -> str:
    return compare_word(thumbprint(pairing.key), pairing.public_id, pairing.first_nonce)


# The program's side.


def welcome(hello: Hello, now: datetime | None = None) -> Welcome:
    """Attach a program to the page that shows its code. Raises RefusedError, the same for all codes that do not fit."""
    now = now or timezone.now()
    waiting = Pairing.objects.filter(code=hashed(hello.code), state=State.WAITING, created_at__gt=now - CODE_LIVES)
    if _older(hello.program, settings.EIDBRIDGE_LEAST):
        waiting.update(knocked=hello.program)
        raise RefusedError(Problem.PROGRAM_TOO_OLD, least=settings.EIDBRIDGE_LEAST)
    first = nonce()
    taken = waiting.update(
        state=State.COMPARE,
        key=dict(hello.key),
        program=hello.program,
        knocked="",
        first_nonce=first,
        nonce=first,
        paired_at=now,
        heard_at=now,
    )
    if not taken:
        raise RefusedError(Problem.CODE_UNKNOWN)
    pairing = Pairing.objects.get(code=hashed(hello.code))
    return Welcome(pairing.public_id, first, now.replace(microsecond=0), _seconds_left(pairing, now))


def _older(program: str, least: str) -> bool:
    return _numbers(program) < _numbers(least)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def take(public_id: str, sealed: bytes, origin: str, now: datetime | None = None) -> Answer:
    """A message of the program. origin: the site's own, as the program must have named it. Raises RefusedError."""
    now = now or timezone.now()
    pairing = Pairing.objects.filter(public_id=public_id, key__isnull=False).first()
    if pairing is None:
        raise RefusedError(Problem.PAIRING_UNKNOWN)
    message = _opened(pairing, sealed, origin)
    state, why = state_of(pairing, now)
    if why is not None:
        end(pairing, why)
        raise RefusedError(Problem.PAIRING_OVER, why=why.value)
    if not _is_next(pairing, message):
        raise _stale(pairing)
    if message.kind in (Kind.PROGRESS, Kind.REPORT) and state is not State.OPEN:
        raise RefusedError(Problem.WORD_NOT_PICKED, nonce=pairing.nonce, sequence=pairing.sequence)
    return _acted(pairing, message, now)


def _opened(pairing: Pairing, sealed: bytes, origin: str) -> Message:
    try:
        message = read_message(open_sealed(sealed, pairing.key))
    except SealError as error:
        raise RefusedError(Problem.SEAL_REFUSED) from error
    except MessageError as error:
        raise RefusedError(error.problem, where=error.where) from error
    if message.pairing != pairing.public_id:
        raise RefusedError(Problem.OTHER_PAIRING)
    if message.site != origin:
        raise RefusedError(Problem.OTHER_SITE)
    return message


def _is_next(pairing: Pairing, message: Message) -> bool:
    return message.sequence == pairing.sequence + 1 and hmac.compare_digest(message.nonce, pairing.nonce)


def _stale(pairing: Pairing) -> RefusedError:
    return RefusedError(Problem.STALE, nonce=pairing.nonce, sequence=pairing.sequence)


def _acted(pairing: Pairing, message: Message, now: datetime) -> Answer:
    """Use the message's number, and do what it says; both or neither."""
    fault: ReportError | None = None
    change: dict[str, object] = {"nonce": nonce(), "sequence": message.sequence, "heard_at": now}
    report: Report | None = None
    match message.kind:
        case Kind.PROGRESS:
            change |= {"done": message.done, "of": message.of}
        case Kind.REPORT:
            try:
                report = _report(message)
                change |= {"reports": F("reports") + 1, "done": 0, "of": 0}
            except ReportError as error:
                fault = error
        case Kind.END:
            change |= {"state": State.OVER, "why": message.why}
    with transaction.atomic():
        # The state is named too: a click that ends the pairing in this moment wins.
        same = Pairing.objects.filter(
            pk=pairing.pk, sequence=pairing.sequence, nonce=pairing.nonce, state=pairing.state
        )
        if not same.update(**change):
            pairing.refresh_from_db()
            raise _stale(pairing)
        if report is not None:
            keep(pairing.screen, report, pairing=pairing, now=now)
    pairing.refresh_from_db()
    if fault is not None:
        raise RefusedError(
            Problem.REPORT_REFUSED,
            nonce=pairing.nonce,
            sequence=pairing.sequence,
            fault=fault.fault.value,
            where=fault.where,
        )
    return Answer(
        pairing.nonce,
        pairing.sequence,
        State(pairing.state),
        pairing.wishes,
        pairing.reports,
        _seconds_left(pairing, now),
    )


def _report(message: Message) -> Report:
    assert message.report is not None
    return decode_document(message.report)


def _seconds_left(pairing: Pairing, now: datetime) -> int:
    return max(int((ends_at(pairing) - now).total_seconds()), 0)


# Reports.


def keep(screen: str, report: Report, *, pairing: Pairing | None = None, now: datetime | None = None) -> KeptReport:
    """Keep a report for a day, for this browser. pairing: None where it was brought by hand."""
    came_at = now or timezone.now()
    said = as_document(report)
    last = KeptReport.objects.filter(screen=screen).order_by("-pk").first()
    if pairing is None and last is not None and last.by_hand and last.said == said:
        return last  # the same file once more, by a reload
    kept = KeptReport.objects.create(
        screen=screen, pairing=pairing, by_hand=pairing is None, said=said, came_at=came_at
    )
    newest = KeptReport.objects.filter(screen=screen).order_by("-pk").values_list("pk", flat=True)[:MOST_REPORTS]
    KeptReport.objects.filter(screen=screen).exclude(pk__in=list(newest)).delete()
    return kept


def kept_of(key: str, now: datetime | None = None) -> list[tuple[KeptReport, Report]]:
    """The reports of a browser, the oldest first. One that a newer schema no longer reads is left out."""
    if not key:
        return []
    found = []
    since = (now or timezone.now()) - REPORT_LIVES
    for kept in KeptReport.objects.filter(screen=hashed(key), came_at__gt=since):
        try:
            found.append((kept, kept.report))
        except ReportError:
            continue
    return found


def says_something(report: Report) -> bool:
    """Whether any check came to a result."""
    return any(result.outcome is not Outcome.SKIPPED for result in report.checks)


def clear(now: datetime | None = None) -> int:
    """Delete pairings whose time is over, and reports after their day; how many."""
    now = now or timezone.now()
    _running(Pairing.objects.filter(created_at__lt=now - LIVES)).update(state=State.OVER, why=Why.EXPIRED)
    gone = Pairing.objects.filter(created_at__lt=now - LIVES * 2).delete()[0]
    return gone + KeptReport.objects.filter(came_at__lt=now - REPORT_LIVES).delete()[0]
