"""`eidbridge explain`: what a code means, or a sentence of the official program."""

import argparse
import sys
import unicodedata
from collections.abc import Sequence

from eidbridge.cli.terminal import Exit, say, shown, tell, words_lines
from eidbridge.errors import Code

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
    "PIN errato": (Code.PIN_WRONG, Code.PIN_LAST_TRY),
    "PIN non corretto": (Code.PIN_WRONG, Code.PIN_LAST_TRY),
    "Munisciti del codice PUK e utilizza la funzione di sblocco carta per abilitarla": (Code.PIN_BLOCKED,),
    "PIN bloccato": (Code.PIN_BLOCKED,),
    "Carta bloccata": (Code.PIN_BLOCKED,),
    "Carta bloccata temporaneamente": (Code.PIN_BLOCKED,),
    "PUK bloccato": (Code.PUK_BLOCKED,),
    "PUK bloccato. La tua CIE deve essere sostituita": (Code.PUK_BLOCKED,),
    "Carta non abbinata, premere qui": (Code.SOFTWARE_NOT_PAIRED, Code.SOFTWARE_OTHER_CARD),
    "La CIE non è abilitata. Premere per abilitarla ora": (Code.SOFTWARE_NOT_PAIRED, Code.SOFTWARE_OTHER_CARD),
    "Impossibile attivare la CIE nel processo corrente": (Code.SOFTWARE_NOT_PAIRED, Code.CARD_LINK_BROKEN),
    "La CIE deve essere abilitata per cambiare PIN": (Code.SOFTWARE_NOT_PAIRED,),
    "CIE selezionata diversa da quella presente sul lettore": (Code.SOFTWARE_OTHER_CARD,),
    "CIE è scaduta": (Code.CERTIFICATE_EXPIRED, Code.HOST_CLOCK),
    "Carta sconosciuta": (Code.CARD_UNKNOWN, Code.CARD_NEWER, Code.CARD_HEALTH),
    "Unsupported card": (Code.CARD_NEWER, Code.READER_SEVERAL),
    "Nessun lettore di smartcard installato": (Code.READER_NONE, Code.READER_NO_DRIVER, Code.SERVICE_STOPPED),
    "errore nella verifica del tag ASN1": (Code.CARD_LINK_BROKEN, Code.CARD_UNEXPECTED),
    "java.io.FileNotFoundException: .CIEID/cieid.props": (Code.SOFTWARE_NO_JAVA, Code.SOFTWARE_HOME),
    "No_client_certificate": (Code.BROWSER_NO_MODULE, Code.BROWSER_SANDBOXED, Code.NETWORK_INTERCEPTED),
    "ERR_BAD_SSL_CLIENT_AUTH_CERT": (Code.CERTIFICATE_EXPIRED, Code.CARD_HEALTH, Code.HOST_CLOCK),
}
#: What the official program says where nothing is wrong that has a code: sentence and the key of our answer.
NO_FAULT: dict[str, str] = {
    "Carta già abilitata": "explain.paired-already",
    "Il PIN deve essere composto da 8 numeri": "explain.eight-digits",
    "PUK non corretto": "explain.puk-wrong",
    "PUK errato": "explain.puk-wrong",
    "I PIN non corrispondono": "explain.not-alike",
}
#: Fewest words, or else letters, of a piece by which a whole sentence is found.
_FEWEST_WORDS, _FEWEST_LETTERS = 3, 12


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The command and its argument."""
    parser = commands.add_parser("explain", help=say("explain.about"), description=say("explain.about"))
    parser.add_argument("what", nargs="+", metavar=say("explain.metavar"), help=say("explain.what"))
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    asked = " ".join(options.what)
    if answer := next((key for sentence, key in NO_FAULT.items() if _is_about(_plain(asked), _plain(sentence))), ""):
        tell(say(answer))
        return Exit.DONE
    found = codes_of(asked)
    if not found:
        tell(say("explain.unknown", asked=shown(asked)), to=sys.stderr)
        return Exit.WRONG
    if len(found) > 1:
        tell(say("explain.several", codes=len(found)) + "\n")
    for code in found:
        tell("\n".join(words_lines(code)) + "\n")
    return Exit.DONE


def codes_of(asked: str) -> tuple[Code, ...]:
    """The code itself, or those that a sentence of the official program can stand for."""
    code = asked.strip().strip("[]").casefold()
    if code in set(Code):
        return (Code(code),)
    wanted = _plain(asked)
    fitting = [(len(sentence), codes) for sentence, codes in OFFICIAL.items() if _is_about(wanted, _plain(sentence))]
    return max(fitting, key=lambda each: each[0])[1] if fitting else ()


def _is_about(asked: Sequence[str], sentence: Sequence[str]) -> bool:
    """Whether what was asked holds the whole sentence, or is a piece of it long enough to know it by."""
    short, long = sorted((asked, sentence), key=len)
    is_piece = len(asked) < len(sentence)
    if is_piece and (len(asked) < _FEWEST_WORDS or not asked) and sum(map(len, asked)) < _FEWEST_LETTERS:
        return False
    return any(tuple(long[place : place + len(short)]) == tuple(short) for place in range(len(long) - len(short) + 1))


def _plain(text: str) -> tuple[str, ...]:
    """Its words without accents, signs, numbers, and the apostrophes that stand for accents."""
    folded = unicodedata.normalize("NFKD", text.casefold()).replace("e'", "e")
    letters = "".join(sign if sign.isalnum() else " " for sign in folded if not unicodedata.combining(sign))
    return tuple(word for word in letters.split() if not word.isdecimal())
