"""Prints every figure that has a budget, and some that have none, on SQLite and on PostgreSQL.

Ends with 1 when a budget is missed, else with 2 when a part could not be run.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests import postgres
from tests.bench import card_check, hostile, lighthouse, load, pairing, program, senders, startup, weight
from tests.bench.figures import CannotRun, Figure, Verdict, print_table, say
from tests.serving import ROOT, Served, served

#: What a part may end with when something it needs is missing or does not work.
TROUBLE = (CannotRun, AssertionError, OSError, RuntimeError, subprocess.SubprocessError)


@dataclass
class Results:
    """What was measured, and what could not be, with the reason."""

    figures: list[tuple[str, Figure]] = field(default_factory=list)
    not_run: list[str] = field(default_factory=list)

    def add(self, where: str, figures: list[Figure]) -> None:
        print_table(where, figures)
        self.figures += [(where, figure) for figure in figures]

    def failed(self, where: str, why: Exception) -> None:
        reason = str(why) if isinstance(why, CannotRun) else f"{type(why).__name__}: {why}"
        self.not_run.append(f"{where}: {reason}")
        say(f"\n{where}\n  NOT RUN: {reason}")

    def part(self, where: str, measure: Callable[[], list[Figure]]) -> None:
        try:
            self.add(where, measure())
        except TROUBLE as why:
            self.failed(where, why)

    @property
    def missed(self) -> list[str]:
        return [
            f"{where}, {figure.what}: {' '.join(figure.row[1:4])}"
            for where, figure in self.figures
            if figure.verdict is Verdict.MISSED
        ]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rounds: a first look, not figures to quote")
    parser.add_argument("--skip-lighthouse", action="store_true", help="leave out the slowest part")
    parser.add_argument("--skip-desk", action="store_true", help="leave out the desk with 100 000 requests")
    parser.add_argument("--only-desk", action="store_true", help="nothing but the desk with 100 000 requests")
    parser.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="both")
    parser.add_argument("--profile", action="store_true", help="also print where the time of a page goes")
    options = parser.parse_args()
    results = Results()
    if not options.only_desk:
        results.part("Card check", card_check.figures)
        results.part("The program's window", program.figures)
    for name in ("sqlite", "postgresql") if options.database == "both" else (options.database,):
        try:
            say(f"\n{name}: load of the machine {os.getloadavg()[0]:.1f}, cores {os.cpu_count()}")
            with _folder() as folder, _running(name, folder) as site:
                if not options.only_desk:
                    _measure(results, name, site, options)
                if not options.skip_desk:
                    _desk(results, name, site)
        except TROUBLE as why:
            results.failed(f"everything on {name}", why)
    return _summary(results)


def _measure(results: Results, name: str, site: Served, options: argparse.Namespace) -> None:
    rounds, seconds, repeats = (400, 2, 1) if options.quick else (3000, 8, 3)
    arguments = [f"--rounds={rounds}", *(["--profile"] if options.profile else [])]
    for module, what in (
        ("inprocess", "Queries, cookies and server time"),
        ("ticket_pages", "Requests to the desk"),
        ("finder", "The finder"),
    ):
        try:
            said = _in_process(site, module, *(arguments if module == "inprocess" else []))
            for title, figures in said.items():
                results.add(f"{title} ({name})", figures)
        except TROUBLE as why:
            results.failed(f"{what} ({name})", why)
    results.part(f"Start ({name})", lambda: startup.start_up(site, repeats=repeats))
    title = f"Load: {load.CONNECTIONS} connections, 2 workers ({name})"
    results.part(title, lambda: load.requests_a_second(site, seconds=seconds))
    title = f"Requests to the desk, {senders.SENDERS} senders ({name})"
    results.part(title, lambda: senders.requests_sent(site, each=2 if options.quick else 6))
    results.part(f"Hostile searches ({name})", lambda: hostile.figures(site))
    title = f"Program and page, {pairing.AT_ONCE} pairings at once on 2 workers ({name})"
    results.part(title, lambda: pairing.figures(site))
    results.part(f"Memory of the workers after that ({name})", lambda: load.memory_of_workers(site))
    results.part(f"Bytes of a view ({name})", lambda: weight.bytes_of_views(site, repeats=repeats))
    _lighthouse(results, name, site, options)


def _lighthouse(results: Results, name: str, site: Served, options: argparse.Namespace) -> None:
    repeats = 1 if options.quick else 3
    if not options.skip_lighthouse:
        title = f"Lighthouse {lighthouse.VERSION}, mobile, median of {repeats} ({name})"
        results.part(title, lambda: lighthouse.scores(site, repeats=repeats))


def _desk(results: Results, name: str, site: Served) -> None:
    """Last of all: it leaves a hundred thousand requests behind."""
    try:
        for title, figures in _in_process(site, "desk_pages").items():
            results.add(f"{title} ({name})", figures)
    except TROUBLE as why:
        results.failed(f"The desk ({name})", why)


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True) as kept:
        yield Path(kept)


@contextmanager
def _running(name: str, folder: Path) -> Iterator[Served]:
    """The site on that database, with the benchmark's two views, as production runs it: content is read once."""
    with _database(name, folder) as url:
        _compile_texts()
        settings = "tests.bench.settings"
        no_limits = {
            "TROUBLESHOOT_REQUESTS_AN_HOUR": "10000",
            "TROUBLESHOOT_FORMS_AN_HOUR": "1000000",
            "TROUBLESHOOT_PAIRINGS_AN_HOUR": "100000",
        }
        extra = {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": settings, "TROUBLESHOOT_WORKERS": "2", **no_limits}
        with served(folder, **extra) as site:
            yield site


@contextmanager
def _database(name: str, folder: Path) -> Iterator[str]:
    if name == "sqlite":
        yield f"sqlite:///{folder / 'db.sqlite3'}"
    elif postgres.programs() is None:
        raise CannotRun("PostgreSQL is not installed: apt-get install postgresql")
    else:
        with postgres.running() as url:
            yield url


def _compile_texts() -> None:
    """The Italian of the pages, where it is not compiled yet."""
    env = {**os.environ, "TROUBLESHOOT_DEMO": "1"}
    command = [sys.executable, "manage.py", "compile_texts"]
    subprocess.run(command, cwd=ROOT, env=env, check=True, stdout=subprocess.DEVNULL)


def _in_process(site: Served, module: str, *arguments: str) -> dict[str, list[Figure]]:
    command = [sys.executable, "-m", f"tests.bench.{module}", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=site.env, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        raise CannotRun(f"the process that measures ended with {done.returncode}; its words stand above")
    said = json.loads(done.stdout)
    return {title: [Figure(**figure) for figure in figures] for title, figures in said.items()}


def _summary(results: Results) -> int:
    missed, not_run = results.missed, results.not_run
    within = sum(figure.verdict is Verdict.OK for _, figure in results.figures)
    say(f"\n{within} figures within their budget, {len(missed)} missed, {len(not_run)} parts not run.")
    for line in missed:
        say(f"  MISSED   {line}")
    for line in not_run:
        say(f"  NOT RUN  {line}")
    return 1 if missed else 2 if not_run else 0


if __name__ == "__main__":
    sys.exit(main())
