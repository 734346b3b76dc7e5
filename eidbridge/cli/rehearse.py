"""`eidbridge rehearse`: type the PIN once, in a terminal, and see the card sign. It tells *my card* from *their site*.

The PIN is never echoed, kept, or taken from an argument or the environment; one attempt a run; refused with fewer than
two known tries. The signature is over a challenge made here, checked against the card's certificate, and thrown away.
"""

import argparse
import getpass
import hashlib
import secrets
import sys
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric import rsa

from eidbridge.agent.check import make_report
from eidbridge.apdu.channel import CardChannel
from eidbridge.card import cie, ias
from eidbridge.card.ias import SHA256_DIGEST_INFO
from eidbridge.checks.collect import collect
from eidbridge.checks.run import Run
from eidbridge.cli.terminal import Exit, finding_lines, say, tell
from eidbridge.crypto.rsa import PublicKey
from eidbridge.errors import Code, EidError, PinBlockedError, PinWrongError
from eidbridge.report.words import words_in
from eidbridge.results import Outcome
from eidbridge.texts import language_of
from eidbridge.transport.child import Pcsc

#: Fewest tries left with which a PIN may be tried.
ENOUGH = 2
_CARD_CHECKS = ("service.", "reader.", "card.")


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The command."""
    parser = commands.add_parser("rehearse", help=say("rehearse.about"), description=say("rehearse.about"))
    parser.set_defaults(run=run)


def run(_options: argparse.Namespace) -> int:
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        tell(say("rehearse.terminal"), to=sys.stderr)
        return Exit.MISSING
    with Pcsc() as pcsc:
        prepared = Run(collect(), pcsc)
        keep, prepared.close = prepared.close, lambda: None  # type: ignore[method-assign]
        try:
            return _rehearse(prepared)
        except EidError as error:
            return _told(error.code)
        finally:
            keep()


def _rehearse(run: Run) -> int:
    report = make_report(run)
    wrong = [each for each in report.findings if each.check.startswith(_CARD_CHECKS)]
    if any(each.outcome is Outcome.FAILED for each in wrong) or run.session is None:
        for result in wrong:
            for line in finding_lines(result):
                tell(line)
        return Exit.FOUND
    tries = ias.pin_tries_left(run.session)
    if tries is None or tries < ENOUGH:
        tell(say("rehearse.refused"))
        return _told(Code.PIN_TRIES_UNKNOWN if tries is None else Code.PIN_LAST_TRY)
    tell(say("rehearse.tries", tries=tries))
    return _sign(run.session)


def _sign(session: CardChannel) -> int:
    pin = getpass.getpass(say("rehearse.pin") + " ")
    if len(pin) != 8 or not (pin.isascii() and pin.isdigit()):
        tell(say("rehearse.digits"))
        return Exit.WRONG
    try:
        ias.verify_pin(session, pin)
    except PinWrongError as error:
        known = error.tries_left is not None
        tell(say("rehearse.wrong", tries=error.tries_left) if known else say("rehearse.wrong-unknown"))
        return _told(Code.PIN_WRONG)
    except PinBlockedError:
        return _told(Code.PIN_BLOCKED)
    finally:
        del pin
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


def _told(code: Code) -> int:
    words = words_in(language_of())[code]
    tell(f"{words.title} [{code}]\n  {words.meaning}\n  → {words.action}")
    return Exit.FOUND
