"""What a pairing adds to the checks, part by part; and many of them at once."""

import http.client
import re
import time
import urllib.parse
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from statistics import median

from eidbridge.agent.link import Link
from eidbridge.agent.sites import Site
from eidbridge.report import Report, SystemFamily
from eidbridge.report.schema import CHECKS
from eidbridge.results import CheckResult, Outcome
from tests.bench.figures import Figure
from tests.serving import Served

AT_ONCE, _HANDS, _ROUNDS = 200, 50, 15
_CHECK = "/it/controllo/cie-inps/pc-check/?road=reader"
#: Messages of *check n of m* that one run sends at most.
_STEPS = len(CHECKS)
_QUERIES = """
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.test import Client
url = "/it/controllo/cie-inps/pc-check/?road=reader"
client = Client(headers={"sec-fetch-site": "same-origin"})
client.post(url, {"begin": "1"})
import re
mark = re.search(r'name="visto" value="([^"]*)"', client.get(url).content.decode())[1]
with CaptureQueriesContext(connection) as asked:
    client.get(f"{url}&visto={mark}", headers={"HX-Request": "true"})
print(len(asked))
"""


class Page:
    """A page that waits, with its cookie and nothing else."""

    def __init__(self, site: Served) -> None:
        parts = urllib.parse.urlsplit(site.url)
        self._host, self._port, self._cookie = parts.hostname or "", parts.port or 80, ""

    def ask(self, form: dict[str, str] | None = None, **headers: str) -> str:
        connection = http.client.HTTPConnection(self._host, self._port, timeout=60)
        sent = {"Sec-Fetch-Site": "same-origin", "Cookie": self._cookie, **headers}
        if form is None:
            connection.request("GET", _CHECK, headers=sent)
        else:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
            connection.request("POST", _CHECK, urllib.parse.urlencode(form), sent)
        answer = connection.getresponse()
        body = answer.read().decode()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            self._cookie = cookie.partition(";")[0]
        connection.close()
        return body

    def code(self) -> str:
        self.ask({"begin": "1"})
        return _found(r"([A-Z]{4}-[A-Z]{4})</p>", self.ask()).replace("-", "")

    def pick(self, word: str) -> None:
        self.ask({"pairing": _found(r'name="pairing" value="([^"]*)"', self.ask()), "word": word})


def _found(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    assert found, text[-500:]
    return found[1]


def figures(site: Served) -> list[Figure]:
    parts = [_parts(site) for _ in range(_ROUNDS)]
    kinds = {name: median(each[name] for each in parts) for name in parts[0]}
    before = _kept(site)
    began = time.perf_counter()
    with ThreadPoolExecutor(_HANDS) as hands:
        took = sorted(each.result() for each in [hands.submit(_whole, site) for _ in range(AT_ONCE)])
    seconds = time.perf_counter() - began
    return [
        *(Figure(name, 1_000 * value, "ms", note="median") for name, value in kinds.items()),
        Figure("all that a pairing with report adds to the checks", 1_000 * sum(kinds.values()), "ms"),
        Figure("pairings at once, all done after", seconds, "s", note=f"{AT_ONCE}, {_HANDS} at a time"),
        Figure("one of them, 95 %", took[int(0.95 * AT_ONCE)], "s"),
        Figure("reports that were lost", AT_ONCE - (_kept(site) - before), "", 0),
        Figure("queries of a poll that finds nothing new", float(site.shell(_QUERIES).split()[-1]), "", 1),
    ]


def _parts(site: Served) -> dict[str, float]:
    """Seconds of each part, for one run. The word is picked at once: how long she takes is hers."""
    page, link = Page(site), Link(Site(site.url, "bench"))
    code, laps = page.code(), [time.perf_counter()]
    word = link.pair(code, "it").word
    laps.append(time.perf_counter())
    page.pick(word)
    after_pick = time.perf_counter()
    link.listen()
    heard = time.perf_counter()
    for number in range(_STEPS):
        link.progress(number + 1, _STEPS)
    told = time.perf_counter()
    link.report(_report())
    sent = time.perf_counter()
    return {
        "code and key": laps[1] - laps[0],
        "hearing that the word was picked": heard - after_pick,
        f"check n of {_STEPS}, all of them": told - heard,
        "the report": sent - told,
    }


def _whole(site: Served) -> float:
    began = time.perf_counter()
    page, link = Page(site), Link(Site(site.url, "bench"))
    page.pick(link.pair(page.code(), "it").word)
    assert link.listen().state == "open"
    link.progress(1, 2)
    assert link.report(_report()).reports == 1
    link.end()
    return time.perf_counter() - began


def _report() -> Report:
    checks = tuple(CheckResult(name, Outcome.SKIPPED) for name in CHECKS)
    return Report("0.1.0", SystemFamily.LINUX, datetime(2026, 11, 28, tzinfo=UTC), checks)


def _kept(site: Served) -> int:
    count = "from troubleshoot.reports.models import Pairing; print(Pairing.objects.filter(reports=1).count())"
    return int(site.shell(count).split()[-1])
