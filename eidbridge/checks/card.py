"""The card on the reader, as far as it goes without its PIN."""

from dataclasses import replace

from eidbridge.apdu.channel import StatusError
from eidbridge.apdu.command import Ins
from eidbridge.card import cie, ias
from eidbridge.card.atr import Family
from eidbridge.card.files import PUK_REFERENCE
from eidbridge.checks.base import Verdict, check, failed, passed, unseen, warned
from eidbridge.checks.run import Run
from eidbridge.errors import Code
from eidbridge.results import Outcome

_OTHER_CARDS = {
    cie.Kind.PASSPORT: Code.CARD_PASSPORT,
    cie.Kind.BANK: Code.CARD_BANK,
    cie.Kind.STORAGE: Code.CARD_STORAGE,
    cie.Kind.UNKNOWN: Code.CARD_UNKNOWN,
}
#: Of the PUK's ten tries: with so few left nothing advises another one.
FEW_PUK_TRIES = 3
#: How a link through a virtual machine fails.
_LOST = frozenset({Code.CARD_LINK_BROKEN, Code.CARD_REMOVED, Code.CARD_MUTE, Code.CARD_UNEXPECTED})
_LOST |= {Code.READER_BREAKS_CHAINS}


@check("card.kind", needs=("card.present",))
def kind(run: Run) -> Verdict:
    """Which card it is, by what its applications answer."""
    found = run.identification
    assert found is not None
    if found.kind is cie.Kind.CIE:
        return passed(family=found.family.value)
    if found.kind is cie.Kind.CNS:
        return failed(Code.CARD_OLD_CIE if found.family is Family.OLD_CIE else Code.CARD_HEALTH)
    return failed(_OTHER_CARDS[found.kind])


@check("card.application", needs=("card.kind",))
def application(run: Run) -> Verdict:
    """Whether the application answers in earnest: its number for services can be read."""
    ias.select(run.channel)
    run.nis = ias.read_nis(run.channel)
    return passed()


@check("card.chip", needs=("card.application",))
def chip(run: Run) -> Verdict:
    """Whether the chip is the one of its data. The issuer is checked only where a CSCA is configured."""
    run.chip = cie.check_chip(run.channel, csca=run.csca)
    return passed(issuer_checked=run.csca is not None)


@check("card.session", needs=("card.chip",))
def session(run: Run) -> Verdict:
    """Keys agreed, both sides authenticated: what every login does before the PIN."""
    assert run.chip is not None
    try:
        run.session = cie.open_session(run.channel, run.chip.device_key)
    except StatusError as error:
        if error.ins == Ins.MANAGE_SECURITY_ENVIRONMENT and error.sw >> 8 == 0x61:
            return failed(Code.READER_BREAKS_CHAINS)
        raise
    return passed()


@check("card.pin-tries", needs=("card.session",))
def pin_tries(run: Run) -> Verdict:
    """Tries left of the PIN; none is presented. What the card does not say counts as the last one.

    With the PIN blocked the PUK decides what is to be said: use it, do not guess at it, or replace the card.
    """
    assert run.session is not None
    run.pin_tries = ias.pin_tries_left(run.session)
    if run.pin_tries is None and run.ask_card:
        run.pin_tries = ias.pin_tries_by_empty_verify(run.session)
    match run.pin_tries:
        case None:
            return warned(Code.PIN_TRIES_UNKNOWN)
        case 0:
            left = ias.pin_tries_left(run.session, reference=PUK_REFERENCE)
            return _judged_puk(left) or failed(Code.PIN_BLOCKED, tries_left=0)
        case 1:
            return warned(Code.PIN_LAST_TRY, tries_left=1)
    return passed(tries_left=run.pin_tries)


@check("card.puk-tries", needs=("card.pin-tries",))
def puk_tries(run: Run) -> Verdict:
    """Tries left of the PUK: with none, the card works until its PIN is blocked too; with few, nobody guesses."""
    assert run.session is not None
    if run.pin_tries is None:  # a card that does not tell the one tells the other as little
        return unseen()
    left = ias.pin_tries_left(run.session, reference=PUK_REFERENCE)
    if left is None:
        return unseen()
    found = _judged_puk(left)
    return replace(found, outcome=Outcome.WARNED) if found else passed()


def _judged_puk(left: int | None) -> Verdict | None:
    """A PUK that is used up, or nearly; None where enough tries are left, or the card does not say."""
    if left is None or left > FEW_PUK_TRIES:
        return None
    return failed(Code.PUK_FEW_TRIES, tries_left=left) if left else failed(Code.PUK_BLOCKED, tries_left=0)


@check("host.machine")
def machine(run: Run) -> Verdict:
    """A guest shares its reader with the machine around it, which can break chains: told where a card was lost so."""
    if run.snapshot.host.is_virtual is False:
        return passed()
    return warned(Code.HOST_VIRTUAL) if run.snapshot.host.is_virtual and _LOST & run.found else unseen()
