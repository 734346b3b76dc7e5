"""`eidbridge check`: everything, line by line, then what was found and the one thing to do about each."""

import argparse
import sys
from pathlib import Path

from eidbridge.agent.check import make_report
from eidbridge.checks.collect import collect
from eidbridge.checks.run import Run
from eidbridge.cli.terminal import Exit, finding_lines, outcome_line, say, tell
from eidbridge.report import Report, encode
from eidbridge.results import CheckResult
from eidbridge.transport.child import Pcsc


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The command and its options."""
    parser = commands.add_parser("check", help=say("check.about"), description=say("check.about"))
    parser.add_argument("--json", action="store_true", help=say("check.json"))
    parser.add_argument("--save", type=Path, metavar="FILE", help=say("check.save"))
    parser.add_argument("--ask-card", action="store_true", help=say("check.ask-card"))
    parser.add_argument("--reach", action="store_true", help=say("check.reach"))
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    if options.save and options.save.exists():
        tell(say("check.exists", file=options.save), to=sys.stderr)
        return Exit.WRONG
    quiet = options.json
    if not quiet:
        tell(say("check.begins"))
    with Pcsc() as pcsc:
        prepared = Run(collect(), pcsc, ask_card=options.ask_card, wants_reach=options.reach)
        report = make_report(prepared, _silent if quiet else _show)
    if quiet:
        tell(encode(report).decode())
    else:
        _conclude(report)
    if options.save:
        try:
            options.save.write_bytes(encode(report))
        except OSError as error:
            tell(say("check.not-saved", file=options.save, why=error.strerror), to=sys.stderr)
            return Exit.MISSING
        tell(say("check.saved", file=options.save), to=sys.stderr)
    return Exit.FOUND if report.findings else Exit.DONE


def _silent(_result: CheckResult, _done: int, _of: int) -> None:
    """Nothing between the lines of JSON."""


def _show(result: CheckResult, _done: int, _of: int) -> None:
    tell(outcome_line(result))


def _conclude(report: Report) -> None:
    """The findings in words, gravest first, and the end mark."""
    tell("")
    if not report.findings:
        tell(say("check.nothing"))
    for result in report.findings:
        for line in finding_lines(result):
            tell(line)
        tell("")
    tell(say("check.end", checks=len(report.checks)))
