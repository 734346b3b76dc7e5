"""`eidbridge readers` and `eidbridge watch`: what is plugged in, and where the card must lie."""

import argparse
import sys
import time

from eidbridge.card.atr import family_of
from eidbridge.cli.terminal import Exit, say, tell
from eidbridge.errors import EidError, NoReaderError
from eidbridge.report.words import words_in
from eidbridge.texts import language_of
from eidbridge.transport.child import Pcsc
from eidbridge.transport.states import Event, ReaderState, What

#: A card that is gone for less than this was moved, not taken away.
FLICKER_S = 0.8


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Both commands and their options."""
    readers = commands.add_parser("readers", help=say("readers.about"), description=say("readers.about"))
    readers.set_defaults(run=run_readers)
    watch = commands.add_parser("watch", help=say("watch.about"), description=say("watch.about"))
    watch.add_argument("--for", dest="seconds", type=float, default=60.0, help=say("watch.seconds"))
    watch.add_argument("--quiet", action="store_true", help=say("watch.quiet"))
    watch.set_defaults(run=run_watch)


def run_readers(_options: argparse.Namespace) -> int:
    with Pcsc() as pcsc:
        try:
            found = pcsc.readers()
        except EidError as error:
            return _told(error)
        for reader in found:
            tell(f"{reader.name}: {_state(reader)}")
    return Exit.DONE


def _state(reader: ReaderState) -> str:
    if not reader.has_card:
        return say("readers.empty")
    return say("readers.card", family=family_of(reader.atr))


def _told(error: EidError) -> int:
    words = words_in(language_of())[error.code]
    tell(f"{words.title} [{error.code}]\n  {words.meaning}\n  → {words.action}", to=sys.stderr)
    return Exit.FOUND if isinstance(error, NoReaderError) else Exit.MISSING


def run_watch(options: argparse.Namespace) -> int:
    """Tell what comes and goes, until the time is over; a bell rings with it, for whoever does not look."""
    bell = "" if options.quiet or not sys.stdout.isatty() else "\a"
    went_at: dict[str, float] = {}
    tell(say("watch.begins"))
    with Pcsc() as pcsc:
        for event in pcsc.watch(for_s=options.seconds, step_s=0.2):
            tell(bell + _words(event, went_at, time.monotonic()))
    return Exit.DONE


def _words(event: Event, went_at: dict[str, float], now: float) -> str:
    name = event.reader.name
    match event.what:
        case What.READER_CAME:
            return say("watch.reader-came", reader=name)
        case What.READER_WENT:
            return say("watch.reader-went", reader=name)
        case What.CARD_WENT:
            went_at[name] = now
            return say("watch.card-went")
    if now - went_at.get(name, float("-inf")) < FLICKER_S:
        return say("watch.flickers")
    return say("watch.card-came")
