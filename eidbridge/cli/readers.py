"""`eidbridge readers` and `eidbridge watch`: what is plugged in, and where the card must lie."""

import argparse
import math
import sys
import time
from collections.abc import Iterator, Sequence

from eidbridge.card.atr import family_of
from eidbridge.cli.terminal import Exit, say, shown, tell, words_lines
from eidbridge.errors import EidError, NoReaderError, ServiceStoppedError
from eidbridge.transport.child import Pcsc
from eidbridge.transport.states import ReaderState

#: A card that is gone for less than this was moved, not taken away.
FLICKER_S = 0.8
#: Longest time to watch, in seconds.
_LONGEST_S = 86_400.0
#: What a reader's plate is like.
_EMPTY, _BADLY, _WELL = "empty", "badly", "well"


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Both commands and their options."""
    readers = commands.add_parser("readers", help=say("readers.about"), description=say("readers.about"))
    readers.set_defaults(run=run_readers)
    watch = commands.add_parser("watch", help=say("watch.about"), description=say("watch.about"))
    watch.add_argument(
        "--for", dest="seconds", metavar=say("watch.metavar"), type=_seconds, default=60.0, help=say("watch.seconds")
    )
    watch.add_argument("--quiet", action="store_true", help=say("watch.quiet"))
    watch.set_defaults(run=run_watch)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds <= _LONGEST_S:
        raise argparse.ArgumentTypeError(say("watch.no-seconds", most=int(_LONGEST_S)))
    return seconds


def run_readers(_options: argparse.Namespace) -> int:
    with Pcsc() as pcsc:
        try:
            found = pcsc.readers()
        except EidError as error:
            return _told(error)
        for reader in found:
            tell(f"{shown(reader.name)}: {_state(reader)}")
    return Exit.DONE


def _state(reader: ReaderState) -> str:
    if not reader.has_card:
        return say("readers.empty")
    return say("readers.card", family=family_of(reader.atr)) if reader.is_awake else say("readers.mute")


def _told(error: EidError) -> int:
    tell("\n".join(words_lines(error.code)), to=sys.stderr)
    return Exit.FOUND if isinstance(error, NoReaderError) else Exit.MISSING


def run_watch(options: argparse.Namespace) -> int:
    """Tell what comes and goes, until the time is over; a bell rings with it, for whoever does not look."""
    bell = "" if options.quiet or not sys.stdout.isatty() else "\a"
    with Pcsc() as pcsc:
        try:
            pcsc.readers()
        except NoReaderError as error:
            _told(error)  # it may come yet
        except ServiceStoppedError:
            pass  # it may come yet too, and is told below
        except EidError as error:
            return _told(error)
        tell(say("watch.begins"))
        try:
            _watch(pcsc, options.seconds, bell)
        except EidError as error:
            return _told(error)
    return Exit.DONE


def _watch(pcsc: Pcsc, seconds: float, bell: str) -> None:
    plates, is_gone = Plates(), False
    for readers in pcsc.looks(for_s=seconds, step_s=0.2):
        if readers is None:
            if not is_gone:
                _told(ServiceStoppedError("gone"))
            plates, is_gone = Plates(), True
            continue
        is_gone = False
        for line in plates.look(readers, time.monotonic()):
            tell(bell + line)


class Plates:
    """What lies on each reader, told once a change: seen, badly placed, lost for more than `FLICKER_S`."""

    def __init__(self) -> None:
        self._told: dict[str, str] = {}
        self._atr: dict[str, bytes] = {}
        self._gone_at: dict[str, float] = {}

    def look(self, readers: Sequence[ReaderState], now: float) -> Iterator[str]:
        """The lines that a look at `now`, in seconds, adds."""
        there = {reader.name: reader for reader in readers}
        for name in [name for name in self._told if name not in there]:
            yield say("watch.reader-went", reader=shown(name))
            del self._told[name]
            self._gone_at.pop(name, None)
        for name, reader in there.items():
            if name not in self._told:
                yield say("watch.reader-came", reader=shown(name))
                self._told[name] = _EMPTY
            for key in self._changes(reader, now):
                line = say(f"watch.{key}")
                yield f"{shown(name)}: {line}" if len(there) > 1 else line

    def _changes(self, reader: ReaderState, now: float) -> Iterator[str]:
        name, told = reader.name, self._told[reader.name]
        if not reader.has_card:
            if told != _EMPTY and now - self._gone_at.setdefault(name, now) >= FLICKER_S:
                self._told[name] = _EMPTY
                yield "card-went"
            return
        was_gone = self._gone_at.pop(name, None) is not None and told != _EMPTY
        if not reader.is_awake:
            self._told[name] = _BADLY
            if told != _BADLY:
                yield "flickers"
            return
        is_other = self._atr.get(name) not in (None, reader.atr)
        self._told[name], self._atr[name] = _WELL, reader.atr
        if was_gone and not is_other:
            yield "flickers"
        elif told != _WELL or is_other:
            yield "card-came"
