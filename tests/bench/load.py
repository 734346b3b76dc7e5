"""Requests a second, their waiting times, and the memory of a worker under load. Loopback alone, for some seconds."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.bench.figures import CannotRun, Figure
from tests.bench.pages import BASE, EMPTY, FLOW, QUESTION, REMEDY, Page
from tests.serving import Served

CONNECTIONS = 8
_UNITS_MS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}


@dataclass(frozen=True, slots=True)
class Run:
    """What wrk said of one page, and what the workers' processors did meanwhile, in milliseconds a request."""

    rate: float
    p50_ms: float
    p99_ms: float
    processor_ms: float
    failed: int


def requests_a_second(site: Served, *, seconds: int) -> list[Figure]:
    """wrk on each page, the comparison views first. Other work on the machine disturbs processor time least."""
    wrk = shutil.which("wrk")
    if wrk is None:
        raise CannotRun("wrk is not installed: apt-get install wrk")
    runs = {page: _run(wrk, site, page, seconds) for page in (EMPTY, BASE, *FLOW)}
    figures = []
    for page, run in runs.items():
        note = f"p50 {run.p50_ms:.1f} ms, p99 {run.p99_ms:.1f} ms"
        figures += [
            Figure(page.name, round(run.rate), "requests/s", note=note),
            Figure(f"{page.name}, processor time", run.processor_ms, "ms/request"),
        ]
    for page, other in ((QUESTION, BASE), (REMEDY, BASE), (BASE, EMPTY)):
        ratio = round(runs[page].processor_ms / runs[other].processor_ms, 3)
        figures.append(Figure(f"{page.name} ÷ {other.name}, processor time", ratio, "×"))
    return [*figures, Figure("requests that failed", sum(run.failed for run in runs.values()), "", 0)]


def memory_of_workers(site: Served) -> list[Figure]:
    """RSS and PSS of each worker (smaps_rollup): what it maps, and its share of what it maps."""
    figures = []
    try:
        for number, pid in enumerate(_children(site.process.pid), 1):
            rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
            for name in ("Rss", "Pss"):
                mb = int(_found(rf"^{name}:\s+(\d+) kB", rollup)) / 1000
                figures.append(Figure(f"worker {number}, {name.upper()}", round(mb, 1), "MB"))
    except OSError as error:
        raise CannotRun(f"This system does not tell the memory of a process: {error}") from error
    return figures


def _loopback(site: Served) -> str:
    return site.url.replace("//localhost:", "//127.0.0.1:")


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _run(wrk: str, site: Served, page: Page, seconds: int) -> Run:
    """One second to warm up, then the run that counts."""
    url = _loopback(site) + page.address
    _wrk(wrk, url, 1)
    before = _processor_ms(site)
    said = _wrk(wrk, url, seconds)
    spent = _processor_ms(site) - before
    requests = int(_found(r"(\d+) requests in", said))
    return Run(
        rate=float(_found(r"Requests/sec:\s+([\d.]+)", said)),
        p50_ms=_milliseconds(said, 50),
        p99_ms=_milliseconds(said, 99),
        processor_ms=round(spent / requests, 3),
        failed=_failed(said),
    )


def _wrk(wrk: str, url: str, seconds: int) -> str:
    if not url.startswith("http://127.0.0.1:"):
        raise ValueError(f"{url} is not on loopback")
    encodings = "Accept-Encoding: gzip, deflate, br, zstd"
    command = [wrk, "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency", "-H", encodings, url]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=seconds + 30)
    if done.returncode != 0:
        raise CannotRun(f"wrk ended with {done.returncode}: {done.stderr.strip()}")
    return done.stdout


def _processor_ms(site: Served) -> float:
    """Processor time of the workers so far (fields 14 and 15 of stat)."""
    ticks = 0
    for pid in _children(site.process.pid):
        after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(after_name[11]) + int(after_name[12])
    return ticks * 1000 / os.sysconf("SC_CLK_TCK")


def _failed(said: str) -> int:
    """Answers other than 2xx and 3xx, and broken connections."""
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", said)
    broken = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", said)
    return sum(int(number) for found in (refused, broken) if found for number in found.groups())


def _milliseconds(said: str, share: int) -> float:
    unit = _found(rf"^\s+{share}%\s+[\d.]+(us|ms|s|m)$", said)
    return float(_found(rf"^\s+{share}%\s+([\d.]+)", said)) * _UNITS_MS[unit]


def _found(pattern: str, text: str) -> str:
    found = re.search(pattern, text, re.MULTILINE)
    if found is None:
        raise CannotRun(f"No {pattern} in:\n{text}")
    return found[1]
