"""`eidbridge check`: everything, line by line, then what was found and the one thing to do about each."""

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from eidbridge.agent.check import make_report
from eidbridge.checks.collect import collect
from eidbridge.checks.run import Run
from eidbridge.cli.terminal import Exit, finding_lines, outcome_line, say, shown, tell
from eidbridge.report import Report, encode
from eidbridge.results import CheckResult
from eidbridge.transport.child import Pcsc


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The command and its options."""
    parser = commands.add_parser("check", help=say("check.about"), description=say("check.about"))
    parser.add_argument("--json", action="store_true", help=say("check.json"))
    parser.add_argument("--save", type=_path, metavar="FILE", help=say("check.save"))
    parser.add_argument("--ask-card", action="store_true", help=say("check.ask-card"))
    parser.add_argument("--reach", action="store_true", help=say("check.reach"))
    parser.add_argument("--send", nargs="?", const="", metavar="SITE", help=say("joint.send"))
    parser.add_argument("--code", default="", help=say("joint.code"))
    parser.set_defaults(run=run)


def _path(text: str) -> Path:
    if not text.strip():
        raise argparse.ArgumentTypeError(say("check.no-name"))
    return Path(text)


def run(options: argparse.Namespace) -> int:
    if options.code and options.send is None:
        options.send = ""
    if options.send is not None and options.json:
        tell(say("joint.alone"), to=sys.stderr)
        return Exit.WRONG
    if not options.save:
        return _check(options, None)
    try:
        with _new_file(options.save) as file:
            return _check(options, file)
    except FileExistsError:
        tell(say("check.exists", file=options.save), to=sys.stderr)
        return Exit.WRONG
    except _NotSavedError:
        tell(say("check.not-saved", file=options.save), to=sys.stderr)
        return Exit.MISSING


class _NotSavedError(Exception):
    """The report's file cannot be made or filled."""


@contextmanager
def _new_file(path: Path) -> Iterator[BinaryIO]:
    """A file that was not there, for its owner alone; it is gone again where it was not filled.

    Raises FileExistsError, _NotSavedError.
    """
    try:
        path.touch(mode=0o600, exist_ok=False)
        file = path.open("r+b")
    except FileExistsError:
        raise
    except (OSError, ValueError) as error:
        raise _NotSavedError from error
    try:
        yield file
        file.close()
    except BaseException:
        with suppress(OSError):
            path.unlink()
        raise


def _check(options: argparse.Namespace, file: BinaryIO | None) -> int:
    if options.send is not None:
        return _joined(options, file)
    quiet = options.json
    if options.ask_card:
        tell(say("check.asks-card"), to=sys.stderr)
    if not quiet:
        tell(say("check.begins"))
        if options.reach:
            tell(say("check.reaching"))
    with Pcsc() as pcsc:
        prepared = Run(collect(), pcsc, ask_card=options.ask_card, wants_reach=options.reach)
        report = make_report(prepared, _silent if quiet else _show)
    if quiet:
        tell(encode(report).decode())
    else:
        for site, found in prepared.sites.items():
            tell(say(f"sites.{found.said}", site=site, name=shown(found.name), issuer=shown(found.issuer)))
        _conclude(report)
    if file is not None:
        _fill(file, encode(report))
        tell(say("check.saved", file=options.save), to=sys.stderr)
    return Exit.FOUND if report.findings else Exit.DONE


def _joined(options: argparse.Namespace, file: BinaryIO | None) -> int:
    """With a page: what is saved is the first report, as it was shown."""
    from eidbridge.agent.joint import Joint  # noqa: PLC0415
    from eidbridge.agent.sites import Site  # noqa: PLC0415
    from eidbridge.cli.joined import joined  # noqa: PLC0415 - with no page, what seals and sends is not even read

    saved = False

    def conclude(report: Report) -> None:
        nonlocal saved
        _conclude(report)
        if file is not None and not saved:
            saved = True
            _fill(file, encode(report))
            tell(say("check.saved", file=options.save), to=sys.stderr)

    if options.ask_card:
        tell(say("check.asks-card"), to=sys.stderr)

    def joint(site: Site) -> Joint:
        return Joint(site, wants_reach=options.reach, ask_card=options.ask_card)

    code = joined(options.send, options.code, joint=joint, conclude=conclude)
    if file is not None and not saved:
        options.save.unlink(missing_ok=True)  # nothing was made that could be kept
    return code


def _fill(file: BinaryIO, content: bytes) -> None:
    try:
        file.write(content)
        file.flush()
    except OSError as error:
        raise _NotSavedError from error


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
