"""`eidbridge explain`: what a code means, or a sentence of the official program."""

import argparse
import sys

from eidbridge.cli.terminal import Exit, say, tell
from eidbridge.errors import Code
from eidbridge.report.words import words_in
from eidbridge.texts import language_of

#: Sentences of the official program, and what each can stand for (source: its own window, run against simulated cards).
OFFICIAL: dict[str, tuple[Code, ...]] = {
    "CIE non presente sul lettore": (
        Code.CARD_NONE,
        Code.READER_NONE,
        Code.READER_CONTACT_ONLY,
        Code.CARD_IN_USE,
        Code.CARD_UNRESPONSIVE,
        Code.SERVICE_STOPPED,
    ),
    "Errore inaspettato durante la comunicazione con la smart card": (
        Code.CARD_HEALTH,
        Code.CARD_PASSPORT,
        Code.CARD_BANK,
        Code.CARD_STORAGE,
        Code.CARD_OLD_CIE,
        Code.CARD_NEWER,
        Code.CARD_REMOVED,
        Code.CARD_LINK_BROKEN,
        Code.CARD_RESET,
        Code.READER_SEVERAL,
        Code.READER_BREAKS_CHAINS,
        Code.CARD_NOT_GENUINE,
        Code.CARD_UNEXPECTED,
    ),
    "Il PIN digitato è errato": (Code.PIN_WRONG, Code.PIN_LAST_TRY),
    "Munisciti del codice PUK e utilizza la funzione di sblocco carta per abilitarla": (Code.PIN_BLOCKED,),
    "PUK bloccato. La tua CIE deve essere sostituita": (Code.PUK_BLOCKED,),
    "Carta non abbinata": (Code.SOFTWARE_NOT_PAIRED, Code.SOFTWARE_OTHER_CARD),
    "CIE selezionata diversa da quella presente sul lettore": (Code.SOFTWARE_OTHER_CARD,),
    "No_client_certificate": (Code.BROWSER_NO_MODULE, Code.BROWSER_SANDBOXED, Code.NETWORK_INTERCEPTED),
}
#: Most codes shown for words that fit several sentences.
_SHORTEST = 4


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The command and its argument."""
    parser = commands.add_parser("explain", help=say("explain.about"), description=say("explain.about"))
    parser.add_argument("what", nargs="+", metavar="CODE", help=say("explain.what"))
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    asked = " ".join(options.what)
    found = codes_of(asked)
    if not found:
        tell(say("explain.unknown", asked=asked[:80]), to=sys.stderr)
        return Exit.WRONG
    spoken = words_in(language_of())
    for code in found:
        words = spoken[code]
        tell(f"{words.title} [{code}]\n  {words.meaning}\n  → {words.action}\n")
    return Exit.DONE


def codes_of(asked: str) -> tuple[Code, ...]:
    """The code itself, or those that a sentence of the official program can stand for."""
    if asked in set(Code):
        return (Code(asked),)
    wanted = _plain(asked)
    if len(wanted) < _SHORTEST:
        return ()
    return next((codes for sentence, codes in OFFICIAL.items() if wanted in _plain(sentence)), ())


def _plain(text: str) -> str:
    return " ".join("".join(sign if sign.isalnum() else " " for sign in text.casefold()).split())
