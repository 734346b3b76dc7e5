"""The command line: `python -m eidbridge COMMAND`. Exit codes stand in `terminal.Exit`."""

import argparse
from collections.abc import Sequence

import eidbridge
from eidbridge.cli import check, explain, readers, rehearse, simulate
from eidbridge.cli.terminal import Exit, say


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="eidbridge", description=say("program.about"))
    parser.add_argument("--version", action="version", version=f"eidbridge {eidbridge.__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for module in (check, readers, rehearse, explain, simulate):
        module.add(commands)
    options = parser.parse_args(arguments)
    try:
        code: int = options.run(options)
    except KeyboardInterrupt:
        return Exit.INTERRUPTED
    except BrokenPipeError:  # whoever read us has read enough
        return Exit.DONE
    return code
