"""The command line: `python -m eidbridge COMMAND`. Exit codes stand in `terminal.Exit`."""

import argparse
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import eidbridge
from eidbridge.cli import check, explain, readers, rehearse, simulate
from eidbridge.cli.terminal import Exit, prepare_streams, say, tell
from eidbridge.texts import language_of, texts


def main(arguments: Sequence[str] | None = None) -> int:
    prepare_streams()
    argparse._ = _argparse_words  # type: ignore[attr-defined]  # its own way to other languages is a folder of catalogues
    about, codes = say("program.about"), say("program.exit-codes")
    parser = argparse.ArgumentParser(prog="eidbridge", description=about, epilog=codes)
    parser.add_argument(
        "--version", action="version", version=f"eidbridge {eidbridge.__version__}", help=say("program.version")
    )
    commands = parser.add_subparsers(required=True, metavar=say("program.command"))
    for module in (check, readers, rehearse, explain, simulate):
        module.add(commands)
    try:
        options = parser.parse_args(arguments)
        with _ended_like_ctrl_c():
            code: int = options.run(options)
    except KeyboardInterrupt:
        return Exit.INTERRUPTED
    except BrokenPipeError:  # whoever read us has read enough
        _write_nowhere()
        return Exit.DONE
    except OSError:  # a full disk behind standard output: other files are looked after where they are opened
        _write_nowhere()
        tell(say("program.no-output"), to=sys.stderr)
        return Exit.MISSING
    return code


@contextmanager
def _ended_like_ctrl_c() -> Iterator[None]:
    """A window that is closed, or a process that is asked to end, leaves no more behind than Ctrl-C does."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    asked = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {number: signal.signal(number, signal.default_int_handler) for number in asked}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _argparse_words(text: str) -> str:
    """argparse's own words in the person's language."""
    return texts(language_of()).get(f"argparse.{text}", text)


def _write_nowhere() -> None:
    """What is still to be written must not fail once more when the interpreter ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
