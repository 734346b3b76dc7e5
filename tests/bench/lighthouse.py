"""Lighthouse, as for a mobile phone, on Debian's Chromium. The package is installed into .bench/ when missing."""

import json
import os
import shutil
import signal
import statistics
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.bench.figures import CannotRun, Figure
from tests.bench.pages import ALL, Page
from tests.browser import FLAGS, chromium
from tests.serving import ROOT, Served

#: The newest that runs on Node 18 and 20, which Debian and its users have.
VERSION = "12.8.2"
FOLDER = ROOT / ".bench"
BUDGETS = {"accessibility": 100, "best-practices": 100, "seo": 100, "performance": 98}
LONGEST_S = 180
ATTEMPTS = 3


def scores(site: Served, *, repeats: int) -> list[Figure]:
    """The median of each category for each page, with the audits that cost points."""
    program, figures = _installed(), []
    scratch = Path(site.env["TROUBLESHOOT_VAR_DIR"])
    for page in ALL:
        runs = [_run(program, site.url + page.address, page, scratch) for _ in range(repeats)]
        for category, budget in BUDGETS.items():
            score = statistics.median(round(run["categories"][category]["score"] * 100) for run in runs)
            failing = sorted({name for run in runs for name in _failing(run, category)}) if score < 100 else ()
            what, note = f"{page.name} page, {category}", ", ".join(failing)
            figures.append(Figure(what, score, "", budget, at_least=True, note=note))
        figures.append(_millisecond_figure(page, runs))
    return figures


def _millisecond_figure(page: Page, runs: Iterable[dict[str, Any]]) -> Figure:
    largest = statistics.median(run["audits"]["largest-contentful-paint"]["numericValue"] for run in runs)
    return Figure(f"{page.name} page, largest contentful paint", round(largest), "ms", note="simulated slow phone")


def _installed() -> Path:
    """The package's command, of the pinned version."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        raise CannotRun("node and npm are not installed: apt-get install npm")
    if chromium() is None:
        raise CannotRun("Chromium is not installed: apt-get install chromium")
    package = FOLDER / "node_modules" / "lighthouse"
    described = package / "package.json"
    if not described.exists() or json.loads(described.read_text())["version"] != VERSION:
        quietly = ("--no-audit", "--no-fund", "--no-save", "--ignore-scripts")
        command = [npm, "install", *quietly, "--prefix", str(FOLDER), f"lighthouse@{VERSION}"]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
        if done.returncode != 0:
            raise CannotRun(f"lighthouse {VERSION} could not be installed:\n{done.stderr.strip()[-400:]}")
    return package / "cli" / "index.js"


def _run(program: Path, url: str, page: Page, scratch: Path) -> dict[str, Any]:
    """One report. On a busy machine Chromium sometimes gives no trace; then Lighthouse asks to be run again."""
    for _ in range(ATTEMPTS):
        report = _report(program, url, page, scratch)
        if "runtimeError" not in report:
            return report
    raise CannotRun(f"lighthouse on {url}, {ATTEMPTS} times: {report['runtimeError']['message']}")


def _report(program: Path, url: str, page: Page, scratch: Path) -> dict[str, Any]:
    """What Lighthouse wrote. A page that is not to be indexed is judged without the audit that wants it indexed."""
    result = scratch / "lighthouse.json"
    result.unlink(missing_ok=True)
    command = [
        str(shutil.which("node")),
        str(program),
        url,
        "--quiet",
        "--output=json",
        f"--output-path={result}",
        f"--chrome-flags=--headless=new {' '.join(FLAGS)}",
        f"--only-categories={','.join(BUDGETS)}",
        "--no-enable-error-reporting",
        *(() if page.is_indexable else ("--skip-audits=is-crawlable",)),
    ]
    said = _to_the_end(command, scratch)
    if not result.exists():
        raise CannotRun(f"lighthouse wrote nothing for {url}:\n{said[-400:]}")
    report: dict[str, Any] = json.loads(result.read_text())
    return report


def _to_the_end(command: list[str], scratch: Path) -> str:
    """Run it; when it takes too long, interrupt it, so that it ends its own browser."""
    env = {**os.environ, "CHROME_PATH": str(chromium()), "TMPDIR": str(scratch)}
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            return process.communicate(timeout=LONGEST_S)[0]
        except subprocess.TimeoutExpired as late:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=30)
            raise CannotRun(f"lighthouse took more than {LONGEST_S} s") from late


def _failing(run: dict[str, Any], category: str) -> list[str]:
    weighted = (ref["id"] for ref in run["categories"][category]["auditRefs"] if ref["weight"])
    scores_by_id = {name: run["audits"][name]["score"] for name in weighted}
    return [name for name, score in scores_by_id.items() if score is not None and score < 1]
