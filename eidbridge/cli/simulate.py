"""`eidbridge simulate`: a card in the virtual reader, exchanged while it lies there."""

import argparse
import sys
from collections.abc import Sequence
from typing import TextIO

from eidbridge.cli.terminal import Exit, say, tell
from eidbridge.simulator.chip import Chip
from eidbridge.simulator.faults import Fault, FaultyCard, Kind, read_fault
from eidbridge.simulator.profiles import PROFILES
from eidbridge.simulator.vpcd import DEFAULT_PORT, VirtualCard


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The command and its options."""
    parser = commands.add_parser("simulate", help=say("simulate.about"), description=say("simulate.about"))
    parser.add_argument("profile", nargs="?", help=say("simulate.profile"))
    parser.add_argument("--list", action="store_true", help=say("simulate.list"))
    parser.add_argument("--port", type=_port, default=DEFAULT_PORT, help=f"{say('simulate.port')} ({DEFAULT_PORT})")
    parser.add_argument("--fault", type=_fault, action="append", default=[], help=say("simulate.fault"))
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    if options.list or not options.profile:
        _list()
        return Exit.DONE if options.list else Exit.WRONG
    return _simulate(options.profile, options.fault, options.port, sys.stdin)


def _port(text: str) -> int:
    if not (text.isdecimal() and 1 <= int(text) <= 65_535):
        raise argparse.ArgumentTypeError(say("simulate.no-port"))
    return int(text)


def _fault(text: str) -> Fault:
    try:
        return read_fault(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _list() -> None:
    tell(say("simulate.cards"))
    for name in PROFILES:
        tell(f"  {name:<18} {say(f'profiles.{name}')}")
    tell(say("simulate.faults"))
    tell(f"  {', '.join(Kind)}")
    tell(f"  {say('simulate.fault')}")


def _simulate(name: str, faults: Sequence[Fault], port: int, typed: TextIO) -> int:
    """Play a card until the last line of `typed`, `quit`, or the reader's end."""
    if name not in PROFILES:
        tell(say("simulate.unknown", name=name), to=sys.stderr)
        return Exit.WRONG
    card: VirtualCard | None = None
    try:
        card = _lay_down(name, faults, port)
        tell(say("simulate.how"))
        for line in typed:
            card = _do(line.split(), card, port)
        return Exit.DONE
    except EOFError:
        return Exit.DONE
    except OSError:
        tell(say("simulate.no-reader", port=port), to=sys.stderr)
        return Exit.MISSING
    finally:
        if card is not None:
            card.eject()


def _do(words: list[str], card: VirtualCard | None, port: int) -> VirtualCard | None:
    """What a line asks. Raises EOFError for the end, OSError where the reader is gone."""
    if not words:
        return card
    if words[0] == "quit":
        raise EOFError
    if words[0] != "eject" and words[0] not in PROFILES:
        tell(say("simulate.unknown", name=words[0]))
        return card
    try:
        faults = [read_fault(word) for word in words[1:]]
    except ValueError as error:
        tell(str(error))
        return card
    if card is not None:
        card.eject()
    if words[0] == "eject":
        tell(say("simulate.ejected"))
        return None
    return _lay_down(words[0], faults, port)


def _lay_down(name: str, faults: Sequence[Fault], port: int) -> VirtualCard:
    card = VirtualCard(FaultyCard(Chip(PROFILES[name]), faults), port)
    tell(say("simulate.started", name=name, says=say(f"profiles.{name}")))
    return card
