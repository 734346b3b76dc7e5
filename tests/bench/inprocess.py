"""Queries, cookies and server time of a page, in this process through the whole handler.

Run by the benchmark as a process of its own, one for each database; prints its figures as JSON.
"""

import argparse
import cProfile
import gzip
import json
import pstats
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field

from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.test import RequestFactory

from tests.bench.figures import Figure
from tests.bench.pages import ALL, BASE, EMPTY, FLOW, QUESTION, Page

BROWSER = {"accept-encoding": "gzip, deflate, br, zstd", "accept-language": "it-IT,it;q=0.9", "host": "localhost"}
RATIO_TO_BASE, RATIO_TO_EMPTY = 1.5, 2.5
NOTICES_EVERY_S, SNAPSHOT_TABLE = 5, '"notices_notice"'
#: Left out at the start: templates are compiled, words rendered, caches filled.
WARM_ROUNDS = 100
FOLLOWING_PAGES = 200


@dataclass
class Answer:
    """What WSGI was told and sent."""

    status: str = ""
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""

    def start_response(self, status: str, headers: list[tuple[str, str]], exc_info: object = None) -> None:
        self.status, self.headers = status, headers

    @property
    def cookies(self) -> int:
        return sum(name.lower() == "set-cookie" for name, _ in self.headers)

    @property
    def text(self) -> str:
        zipped = ("Content-Encoding", "gzip") in self.headers
        return (gzip.decompress(self.body) if zipped else self.body).decode()


class Site:
    """The application, asked as a server asks it. queries: made since the start, on every connection."""

    def __init__(self, stack: ExitStack) -> None:
        self.application: WSGIHandler = get_wsgi_application()
        self.queries: list[str] = []
        for connection in connections.all():
            stack.enter_context(connection.execute_wrapper(self._note))

    def _note(self, execute: Callable[..., object], sql: str, *arguments: object) -> object:
        self.queries.append(sql)
        return execute(sql, *arguments)

    @property
    def queries_without_need(self) -> int:
        """Those that do not renew the snapshot of notices."""
        return sum(SNAPSHOT_TABLE not in sql for sql in self.queries)

    def get(self, environ: dict[str, object]) -> Answer:
        answer = Answer()
        response = self.application(dict(environ), answer.start_response)
        answer.body = b"".join(response)
        response.close()
        return answer


def environ(page: Page) -> dict[str, object]:
    """What a server passes for a browser's GET of `page`."""
    return dict(RequestFactory(headers=BROWSER).get(page.address).environ)


def check(page: Page, answer: Answer) -> None:
    """Raises AssertionError where something else than `page` was answered."""
    assert answer.status == "200 OK", f"{page.address}: {answer.status}, {dict(answer.headers).get('Location', '')}"
    assert page.marker in answer.text, f"{page.address} is not the {page.name} page"


def renewals_allowed(since: float) -> int:
    return int((time.monotonic() - since) // NOTICES_EVERY_S)


def first_pages(site: Site) -> list[Figure]:
    """The first page of a process takes the snapshot of notices; those right after it ask nothing."""
    begun = time.monotonic()
    answers = [site.get(environ(QUESTION))]
    check(QUESTION, answers[0])
    first = len(site.queries)
    for number in range(FOLLOWING_PAGES):
        page = ALL[number % len(ALL)]
        answers.append(site.get(environ(page)))
        check(page, answers[-1])
    following, cookies = len(site.queries) - first, sum(answer.cookies for answer in answers)
    return [
        Figure("queries of the first page of a process", first, "", 1, note="the snapshot of notices"),
        Figure(f"queries of the {FOLLOWING_PAGES} pages after it", following, "", renewals_allowed(begun)),
        Figure(f"cookies set by these {FOLLOWING_PAGES + 1} pages", cookies, "", 0, note="start, question, remedy"),
    ]


def taken_in_turns(site: Site, rounds: int) -> tuple[dict[Page, float], list[Figure]]:
    """Median milliseconds of each page, one after the other again and again; and the queries made meanwhile."""
    prepared = [(page, environ(page)) for page in (EMPTY, BASE, *FLOW)]
    taken: dict[Page, list[int]] = {page: [] for page, _ in prepared}
    for page, asked in prepared:
        check(page, site.get(asked))
    before, begun = len(site.queries), time.monotonic()
    for number in range(WARM_ROUNDS + rounds):
        for page, asked in prepared:
            start = time.perf_counter_ns()
            site.get(asked)
            if number >= WARM_ROUNDS:
                taken[page].append(time.perf_counter_ns() - start)
    pages, seconds = (WARM_ROUNDS + rounds) * len(prepared), time.monotonic() - begun
    queries, allowed = len(site.queries) - before, renewals_allowed(begun) + 1
    medians = {page: statistics.median(times) / 1e6 for page, times in taken.items()}
    return medians, [
        Figure(f"queries of {pages} pages in {seconds:.0f} s", queries, "", allowed, note="one renewal every 5 s"),
        Figure("queries about anything but notices", site.queries_without_need, "", 0),
    ]


def forget_shapes() -> None:
    from troubleshoot.flows import views  # noqa: PLC0415 - the application must stand first
    from troubleshoot.flows.shapes import Shapes  # noqa: PLC0415

    views._shapes = Shapes()


def in_turns(site: Site, pairs: Iterable[tuple[dict[str, object], Callable[[], None]]]) -> tuple[float, float]:
    """Median milliseconds of the pages asked, and of the base template asked beside each."""
    base, taken, beside = environ(BASE), [], []
    for asked, prepare in pairs:
        prepare()
        for one, times_of_it in ((base, beside), (asked, taken)):
            start = time.perf_counter_ns()
            site.get(one)
            times_of_it.append(time.perf_counter_ns() - start)
    return statistics.median(taken) / 1e6, statistics.median(beside) / 1e6


def asked_once(site: Site) -> list[Figure]:
    """Every address of the flow in both languages, each asked a single time, as no two people go the same way."""
    from tests.troubleshoot.flows.test_shapes import places  # noqa: PLC0415 - the application must stand first
    from troubleshoot.flows import library  # noqa: PLC0415

    flow = library.current().content.flows["imi"]
    addresses = [address for language in ("it", "en") for address in sorted(places(flow, language))]
    random.Random(1).shuffle(addresses)
    forget_shapes()
    pages = [(environ(Page("", address, "")), lambda: None) for address in addresses]
    ms, base = in_turns(site, pages)
    what = f"any of {len(addresses)} addresses, each asked once"
    return [
        Figure(what, round(ms, 3), "ms"),
        Figure(f"{what} ÷ base template", round(ms / base, 3), "×", RATIO_TO_BASE),
    ]


def rendered_anew(site: Site, rounds: int) -> list[Figure]:
    """The first page of its shape in a process: what its templates cost."""
    figures = []
    for page in FLOW:
        ms, base = in_turns(site, [(environ(page), forget_shapes)] * (rounds // 4))
        note = "once for each shape and process; no budget of its own"
        figures.append(Figure(f"{page.name}, first of its shape ÷ base template", round(ms / base, 3), "×", note=note))
    return figures


def times(medians: dict[Page, float]) -> list[Figure]:
    figures = [Figure(page.name, round(ms, 3), "ms") for page, ms in medians.items()]
    figures += [
        Figure(f"{page.name} ÷ base template", round(medians[page] / medians[BASE], 3), "×", RATIO_TO_BASE)
        for page in FLOW
    ]
    ratio = round(medians[BASE] / medians[EMPTY], 3)
    return [*figures, Figure("base template ÷ empty response", ratio, "×", RATIO_TO_EMPTY)]


def profile(site: Site, page: Page, rounds: int) -> None:
    """Where the time of `page` goes when it has to be rendered, to standard error."""
    asked = environ(page)
    for _ in range(WARM_ROUNDS):
        site.get(asked)
    profiler = cProfile.Profile()
    for _ in range(rounds):
        forget_shapes()
        profiler.enable()
        site.get(asked)
        profiler.disable()
    sys.stderr.write(f"\n{page.name}: {page.address}, {rounds} pages\n")
    stats = pstats.Stats(profiler, stream=sys.stderr).strip_dirs()
    stats.sort_stats("tottime").print_stats(15)
    stats.sort_stats("cumulative").print_stats(45)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3000)
    parser.add_argument("--profile", action="store_true")
    options = parser.parse_args()
    with ExitStack() as stack:
        site = Site(stack)
        asked = first_pages(site)
        medians, meanwhile = taken_in_turns(site, options.rounds)
        anew = asked_once(site) + rendered_anew(site, options.rounds)
        groups = {"Queries and cookies": asked + meanwhile, "Server time, in process": times(medians) + anew}
        if options.profile:
            for page in (BASE, *FLOW):
                profile(site, page, 1000)
    json.dump({title: [asdict(figure) for figure in figures] for title, figures in groups.items()}, sys.stdout)


if __name__ == "__main__":
    main()
