"""Run the checks on this PC and make the report."""

from collections.abc import Callable
from datetime import UTC, datetime

import eidbridge
from eidbridge.checks.base import run_checks
from eidbridge.checks.order import in_order
from eidbridge.checks.run import Run
from eidbridge.report.redact import redact
from eidbridge.report.schema import Report
from eidbridge.results import CheckResult

Progress = Callable[[CheckResult, int, int], None]


def make_report(run: Run, progress: Progress = lambda result, done, of: None) -> Report:
    """All checks, one after the other. progress: told each result as it comes, how many are done, and of how many."""
    checks = in_order()
    total = sum(run.wants_reach or not each.reach for each in checks)
    results: list[CheckResult] = []
    try:
        for result in run_checks(checks, run):
            results.append(redact(result))
            progress(results[-1], len(results), total)
    finally:
        run.close()
    made_at = datetime.now(UTC).replace(microsecond=0)
    return Report(eidbridge.__version__, run.snapshot.host.system, made_at, tuple(results))
