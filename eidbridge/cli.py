"""The command line. Exit codes: 0 done, 2 the command is wrong, 3 what it needs is missing, 130 ended by Ctrl-C."""

import argparse
import sys
from collections.abc import Sequence
from enum import IntEnum
from typing import TextIO

from eidbridge.simulator.chip import Chip
from eidbridge.simulator.faults import Fault, FaultyCard, Kind, read_fault
from eidbridge.simulator.profiles import PROFILES
from eidbridge.simulator.vpcd import DEFAULT_PORT, VirtualCard
from eidbridge.texts import language_of, texts


class Exit(IntEnum):
    DONE = 0
    WRONG = 2
    MISSING = 3
    INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    say = texts(language_of())
    parser = argparse.ArgumentParser(prog="eidbridge")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    simulate = commands.add_parser("simulate", help=say["simulate.about"], description=say["simulate.about"])
    simulate.add_argument("profile", nargs="?", help=say["simulate.profile"])
    simulate.add_argument("--list", action="store_true", help=say["simulate.list"])
    simulate.add_argument("--port", type=int, default=DEFAULT_PORT, help=f"{say['simulate.port']} ({DEFAULT_PORT})")
    simulate.add_argument("--fault", type=_fault, action="append", default=[], help=say["simulate.fault"])
    options = parser.parse_args(arguments)
    if options.list or not options.profile:
        _list()
        return Exit.DONE if options.list else Exit.WRONG
    try:
        return _simulate(options.profile, options.fault, options.port, sys.stdin)
    except KeyboardInterrupt:
        return Exit.INTERRUPTED


def _fault(text: str) -> Fault:
    try:
        return read_fault(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _list() -> None:
    say = texts(language_of())
    _print(say["simulate.cards"])
    for name in PROFILES:
        _print(f"  {name:<18} {say[f'profiles.{name}']}")
    _print(say["simulate.faults"])
    _print(f"  {', '.join(Kind)}")
    _print(f"  {say['simulate.fault']}")


def _simulate(name: str, faults: Sequence[Fault], port: int, typed: TextIO) -> int:
    """Play a card until the last line of `typed`, `quit`, or the reader's end."""
    say = texts(language_of())
    if name not in PROFILES:
        _print(say["simulate.unknown"].format(name=name), sys.stderr)
        return Exit.WRONG
    card: VirtualCard | None = None
    try:
        card = _lay_down(name, faults, port)
        _print(say["simulate.how"])
        for line in typed:
            card = _do(line.split(), card, port)
        return Exit.DONE
    except EOFError:
        return Exit.DONE
    except OSError:
        _print(say["simulate.no-reader"].format(port=port), sys.stderr)
        return Exit.MISSING
    finally:
        if card is not None:
            card.eject()


def _do(words: list[str], card: VirtualCard | None, port: int) -> VirtualCard | None:
    """What a line asks. Raises EOFError for the end, OSError where the reader is gone."""
    say = texts(language_of())
    if not words:
        return card
    if words[0] == "quit":
        raise EOFError
    if words[0] != "eject" and words[0] not in PROFILES:
        _print(say["simulate.unknown"].format(name=words[0]))
        return card
    try:
        faults = [read_fault(word) for word in words[1:]]
    except ValueError as error:
        _print(str(error))
        return card
    if card is not None:
        card.eject()
    if words[0] == "eject":
        _print(say["simulate.ejected"])
        return None
    return _lay_down(words[0], faults, port)


def _lay_down(name: str, faults: Sequence[Fault], port: int) -> VirtualCard:
    card = VirtualCard(FaultyCard(Chip(PROFILES[name]), faults), port)
    say = texts(language_of())
    _print(say["simulate.started"].format(name=name, says=say[f"profiles.{name}"]))
    return card


def _print(text: str, stream: TextIO | None = None) -> None:
    print(text, file=stream or sys.stdout, flush=True)
