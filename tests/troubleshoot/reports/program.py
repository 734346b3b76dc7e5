"""A program for the tests: the real `Link`, over Django's test client instead of a socket."""

from collections.abc import Callable
from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from django.test import Client

from eidbridge import net
from eidbridge.agent.link import Link
from eidbridge.agent.sites import Site
from eidbridge.errors import Code
from eidbridge.report import Report, SystemFamily
from eidbridge.results import CheckResult, Outcome
from troubleshoot.reports import browser

ORIGIN = "http://testserver"
CHECK = "/it/controllo/cie-inps/pc-check/?road=reader"


def post_by(client: Client) -> Callable[..., net.Said]:
    """What `net.post` does, without a network."""

    def post(_origin: str, path: str, body: bytes, *, content_type: str, max_answer: int) -> net.Said:
        answer = client.post(path, data=body, content_type=content_type)
        assert len(answer.content) <= max_answer
        wait = int(answer.headers.get("Retry-After", 0))
        return net.Said(answer.status_code, answer["Content-Type"].partition(";")[0], answer.content, wait)

    return post


def new_link(origin: str = ORIGIN) -> Link:
    return Link(Site(origin, "test"), post=post_by(Client()))


def report(*checks: CheckResult) -> Report:
    return Report("0.1.0", SystemFamily.LINUX, datetime(2026, 11, 28, 9, tzinfo=UTC), checks or BLOCKED)


BLOCKED = (
    CheckResult("reader.present", Outcome.PASSED),
    CheckResult("card.pin-tries", Outcome.FAILED, Code.PIN_BLOCKED, {"tries_left": 0}),
)
FINE = (CheckResult("reader.present", Outcome.PASSED), CheckResult("card.present", Outcome.PASSED))


def give_key(client: Client, key: str) -> None:
    """The cookie that ties a browser to its pairings, as the site would have set it."""
    response = HttpResponse()
    browser.give_key(HttpRequest(), response, key)
    for name, morsel in response.cookies.items():
        client.cookies[name] = morsel.value
