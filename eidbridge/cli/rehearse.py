"""`eidbridge rehearse`: type the PIN once, in a terminal, and see the card sign. It tells *my card* from *their site*.

The PIN is never echoed, kept, or taken from an argument or the environment; one attempt a run; refused with fewer than
two known tries, or with more than one card. The signature is over a challenge made here, checked against the card's
certificate, and thrown away. While the PIN is typed the card is left to the system, which takes idle transactions away
(Windows after 5 s); then it must be the same card, with as many tries.
"""

import argparse
import getpass
import hashlib
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric import rsa

from eidbridge.agent.check import make_report
from eidbridge.apdu.channel import CardChannel
from eidbridge.card import cie, ias
from eidbridge.card.ias import SHA256_DIGEST_INFO
from eidbridge.checks.collect import collect
from eidbridge.checks.run import Run
from eidbridge.cli.terminal import Exit, finding_lines, say, tell, words_lines
from eidbridge.crypto.rsa import PublicKey
from eidbridge.errors import Code, EidError, PinBlockedError, PinWrongError
from eidbridge.results import Outcome
from eidbridge.transport.child import Pcsc

#: Whose findings stand in the way of a rehearsal.
_CHECKS = ("host.clock", "service.", "reader.", "card.")


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The command."""
    parser = commands.add_parser("rehearse", help=say("rehearse.about"), description=say("rehearse.about"))
    parser.set_defaults(run=run)


def run(_options: argparse.Namespace) -> int:
    if not (sys.stdin.isatty() and sys.stdout.isatty() and sys.stderr.isatty()):
        tell(say("rehearse.terminal"), to=sys.stderr)
        return Exit.MISSING
    with Pcsc() as pcsc:
        prepared = Run(collect(), pcsc)
        try:
            with _unseen_keys():
                tell(say("rehearse.begins"))
                refusal = _looked_at(prepared)
            return _rehearse(prepared) if refusal is None else refusal
        except EidError as error:
            return _told(error.code)
        except EOFError:
            return Exit.INTERRUPTED
        finally:
            prepared.close()


def _looked_at(run: Run) -> int | None:
    """Check the card as always; an exit code where no PIN may be tried."""
    report = make_report(run)
    wrong = [each for each in report.findings if each.check.startswith(_CHECKS)]
    if any(each.outcome is Outcome.FAILED or each.code is Code.READER_SEVERAL for each in wrong) or not run.session:
        for result in wrong:
            for line in finding_lines(result):
                tell(line)
        return Exit.FOUND
    if not run.may_type_pin:
        tell(say("rehearse.refused"))
        return _told(Code.PIN_TRIES_UNKNOWN if run.pin_tries is None else Code.PIN_LAST_TRY)
    return None


def _rehearse(run: Run) -> int:
    tell(say("rehearse.tries", tries=run.pin_tries))
    try:
        pin = getpass.getpass(say("rehearse.pin") + " ")
    except UnicodeDecodeError:
        pin = ""
    if len(pin) != 8 or not (pin.isascii() and pin.isdigit()):
        tell(say("rehearse.digits"))
        return Exit.WRONG
    session = _same_card(run)
    if session is None:
        tell(say("rehearse.changed"))
        return Exit.FOUND
    try:
        ias.verify_pin(session, pin)
    except PinWrongError as error:
        known = error.tries_left is not None
        tell(say("rehearse.wrong", tries=error.tries_left) if known else say("rehearse.wrong-unknown"))
        return _told(Code.PIN_WRONG)
    except PinBlockedError:
        return _told(Code.PIN_BLOCKED)
    except EidError:
        tell(say("rehearse.unsure"))
        raise
    finally:
        del pin
    return _signed(session)


def _same_card(run: Run) -> CardChannel | None:
    """The way to the PIN once more; None for another card, or one that another program tried meanwhile."""
    run.connection = run.pcsc.connect(run.reader)
    found = cie.identify(run.channel, run.connection.atr)
    if found.kind is not cie.Kind.CIE:
        return None
    ias.select(run.channel)
    if ias.read_nis(run.channel) != run.nis:
        return None
    session = cie.open_session(run.channel, cie.check_chip(run.channel, csca=run.csca).device_key)
    return session if ias.pin_tries_left(session) == run.pin_tries else None


def _signed(session: CardChannel) -> int:
    certificate = cie.read_certificate(session)
    challenge = hashlib.sha256(secrets.token_bytes(32)).digest()
    signature = ias.sign_login(session, challenge)
    key = certificate.public_key()
    if not isinstance(key, rsa.RSAPublicKey):
        return _told(Code.CARD_UNEXPECTED)
    numbers = key.public_numbers()
    if not PublicKey(numbers.n, numbers.e).verifies(signature, SHA256_DIGEST_INFO + challenge):
        return _told(Code.CARD_NOT_GENUINE)
    now = datetime.now(UTC)
    if now > certificate.not_valid_after_utc:
        return _told(Code.CERTIFICATE_EXPIRED)
    if now < certificate.not_valid_before_utc:
        return _told(Code.CERTIFICATE_EARLY)
    tell(say("rehearse.done"))
    return Exit.DONE


@contextmanager
def _unseen_keys() -> Iterator[None]:
    """What is typed before it is asked for is neither shown nor taken for the PIN."""
    try:
        import termios  # noqa: PLC0415 - not on Windows
    except ImportError:
        yield
        return
    keyboard = sys.stdin.fileno()
    before = termios.tcgetattr(keyboard)
    silent = [*before]
    silent[3] &= ~termios.ECHO
    termios.tcsetattr(keyboard, termios.TCSANOW, silent)
    try:
        yield
    finally:
        termios.tcsetattr(keyboard, termios.TCSAFLUSH, before)


def _told(code: Code) -> int:
    for line in words_lines(code):
        tell(line)
    return Exit.FOUND
