"""What the program says to the site: docs/reference/joint.md. Errors are problem details (RFC 9457).

No cookie is read and none set. A body that says it is larger than it may be is refused before it is read, and of one
that does not say no more is read than may be.
"""

import random
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from eidbridge.report.pairing import (
    HELLO_TYPE,
    MAX_HELLO,
    MAX_MESSAGE,
    MESSAGE_TYPE,
    PROBLEM_TYPE,
    PROBLEMS,
    PROTOCOL,
    MessageError,
    Problem,
    read_hello,
    write_answer,
    write_welcome,
)
from troubleshoot.core import limits
from troubleshoot.reports import pairings
from troubleshoot.reports.pairings import RefusedError

#: Wrong codes from one network in an hour; and from all together, before those with more than a few are slowed.
WRONG_AN_HOUR, WRONG_IN_ALL, A_FEW = 30, 2_000, 3
#: Seconds a program is asked to wait: while guessing goes on, and where its own network has guessed.
_SLOW_S, _STOP_S = 3, 600
_WRONG = "pairing-code"
_ALL = "all"

#: Status and title, in English for logs; people read the program's own words.
_SAID: dict[Problem, tuple[int, str]] = {
    Problem.MALFORMED: (400, "The message cannot be read"),
    Problem.MEDIA_TYPE: (415, "Another media type is needed"),
    Problem.TOO_LARGE: (413, "The message is too large"),
    Problem.PROTOCOL_UNKNOWN: (400, "This site does not speak that protocol"),
    Problem.PROGRAM_TOO_OLD: (409, "The program is too old for this site"),
    Problem.CODE_UNKNOWN: (404, "No page waits with this code"),
    Problem.SLOW_DOWN: (429, "Too many wrong codes"),
    Problem.PAIRING_UNKNOWN: (404, "There is no such pairing"),
    Problem.SEAL_REFUSED: (403, "The seal does not fit"),
    Problem.OTHER_PAIRING: (403, "The message is for another pairing"),
    Problem.OTHER_SITE: (403, "The message is for another site"),
    Problem.STALE: (409, "The nonce or the number is not the next one"),
    Problem.WORD_NOT_PICKED: (409, "The compare word has not been picked yet"),
    Problem.REPORT_REFUSED: (422, "The report cannot be taken"),
    Problem.PAIRING_OVER: (410, "The pairing is over"),
}


def _answered(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """POSTs alone, without cookie; what is refused becomes a problem."""

    @csrf_exempt
    @never_cache
    def guarded(request: HttpRequest, **kwargs: object) -> HttpResponse:
        if request.method != "POST":
            response = _problem(RefusedError(Problem.MALFORMED, where="method"), status=405)
            response["Allow"] = "POST"
            return response
        try:
            return view(request, **kwargs)
        except RefusedError as error:
            return _problem(error)
        except MessageError as error:
            return _problem(RefusedError(error.problem, **({"where": error.where} if error.where else {})))

    return guarded


@_answered
def start_pairing(request: HttpRequest) -> HttpResponse:
    """A program with a code and its public key."""
    network = limits.network_of(request)
    _slow_down(network)
    try:
        hello = read_hello(_body(request, HELLO_TYPE, MAX_HELLO))
        welcome = pairings.welcome(hello)
    except (RefusedError, MessageError) as error:
        if error.problem is Problem.CODE_UNKNOWN:
            limits.count(_WRONG, network)
            limits.count(_WRONG, _ALL)
        raise
    return JsonResponse(write_welcome(welcome), status=201)


@_answered
def pairing_message(request: HttpRequest, public_id: str) -> HttpResponse:
    """A sealed message of a pairing."""
    sealed = _body(request, MESSAGE_TYPE, MAX_MESSAGE)
    return JsonResponse(write_answer(pairings.take(public_id, sealed, origin_of(request))))


def problem_list(request: HttpRequest) -> HttpResponse:
    """Where the `type` of a problem leads: its names and what they mean."""
    lines = [f"#{problem}  {status}  {title}" for problem, (status, title) in _SAID.items()]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


def origin_of(request: HttpRequest) -> str:
    """The site's origin (RFC 6454), as the program must have named it; the host is one of ours, or Django refuses."""
    host = request.get_host().lower()
    port = ":443" if request.scheme == "https" else ":80"
    return f"{request.scheme}://{host.removesuffix(port)}"


def _body(request: HttpRequest, content_type: str, max_bytes: int) -> bytes:
    if request.content_type != content_type:
        raise RefusedError(Problem.MEDIA_TYPE)
    said = request.META.get("CONTENT_LENGTH") or "0"
    if not said.isdecimal() or int(said) > max_bytes:
        raise RefusedError(Problem.TOO_LARGE, max_bytes=max_bytes)
    try:
        body = request.read(max_bytes + 1)
    except OSError as error:  # cut off on its way
        raise RefusedError(Problem.MALFORMED, where="body") from error
    if len(body) > max_bytes:
        raise RefusedError(Problem.TOO_LARGE, max_bytes=max_bytes)
    return body


def _slow_down(network: str) -> None:
    """Guessing is stopped network by network; where many networks guess, those that do are slowed, and no one else."""
    own = limits.used(_WRONG, network)
    if own >= WRONG_AN_HOUR:
        raise RefusedError(Problem.SLOW_DOWN, retry_after_s=_STOP_S)
    if own < A_FEW:
        return
    in_all = limits.used(_WRONG, _ALL)
    if in_all > WRONG_IN_ALL and random.random() * in_all > WRONG_IN_ALL:  # noqa: S311 - a share, no secret
        raise RefusedError(Problem.SLOW_DOWN, retry_after_s=_SLOW_S)


def _problem(error: RefusedError, *, status: int = 0) -> HttpResponse:
    usual, title = _SAID[error.problem]
    more = dict(error.more)
    wait = more.pop("retry_after_s", 0)
    if error.problem is Problem.PROTOCOL_UNKNOWN:
        more["protocols"] = [PROTOCOL]
    body = {"type": f"{PROBLEMS}#{error.problem}", "title": title, "status": status or usual, **more}
    response = JsonResponse(body, status=status or usual, content_type=PROBLEM_TYPE)
    if wait:
        response["Retry-After"] = str(wait)
    return response
