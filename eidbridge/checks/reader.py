"""Readers and what lies on them."""

import re

from eidbridge.card import cie
from eidbridge.checks.base import Verdict, check, failed, passed, warned
from eidbridge.checks.facts import UsbDevice
from eidbridge.checks.run import Run
from eidbridge.errors import Code, EidError, NoCardError
from eidbridge.transport.states import ReaderState

#: What drivers call a contactless slot (unconfirmed as a rule; no name is no proof).
_CONTACTLESS = re.compile(
    r"\b(cl|picc|nfc|contactless|122u?|1222|1252|1255|1281|1552|3700|5022-?cl|5021|rfid)\b", re.IGNORECASE
)
#: Readers with a slot and nothing else, by USB vendor and product (from their makers' lists).
CONTACT_ONLY = frozenset(
    {
        ("076b", "3021"),
        ("076b", "3031"),
        ("04e6", "5115"),
        ("04e6", "5116"),
        ("04e6", "5814"),
        ("08e6", "3437"),
        ("08e6", "3438"),
        ("058f", "9520"),
        ("058f", "9540"),
        ("072f", "90cc"),
        ("0bda", "0165"),
    }
)


#: Readers without a place for a card: key stores of the PC and security keys, by how their drivers call them.
_WITHOUT_PLACE = re.compile(
    r"^(windows hello|microsoft (virtual|passport|uicc|ifd)|.*virtual smart ?card|yubi(co|key)|nitrokey|solokey|gnuk)",
    re.IGNORECASE,
)


@check("reader.present", needs=("service.running",))
def present(run: Run) -> Verdict:
    """A reader that the service lists; if there is none, whether one is plugged in all the same."""
    run.readers = [reader for reader in run.readers if not _WITHOUT_PLACE.match(reader.name)]
    if run.readers:
        return passed(readers=len(run.readers))
    devices = run.snapshot.usb
    if not devices:
        return failed(Code.READER_NONE) if devices is None else failed(Code.READER_NONE, usb_readers_seen=0)
    device = next((device for device in devices if device.is_claimed), devices[0])
    return failed(
        Code.READER_CLAIMED if device.is_claimed else Code.READER_NO_DRIVER,
        usb_vendor=device.vendor,
        usb_product=device.product,
    )


@check("reader.kind", needs=("reader.present",))
def kind(run: Run) -> Verdict:
    """Readers with a slot alone cannot see a CIE: it has no contacts."""
    if any(reader.has_card for reader in run.readers) or any(map(_looks_contactless, run.readers)):
        return passed()
    devices = run.snapshot.usb or ()
    known = [device for device in devices if _is_contact_only(device)]
    if known and len(known) == len(devices):
        return failed(
            Code.READER_CONTACT_ONLY, usb_vendor=known[0].vendor, usb_product=known[0].product, built_in=False
        )
    return passed()


def _looks_contactless(reader: ReaderState) -> bool:
    return bool(_CONTACTLESS.search(reader.name))


def _is_contact_only(device: UsbDevice) -> bool:
    return (device.vendor, device.product) in CONTACT_ONLY


@check("card.present", needs=("reader.kind",))
def card_present(run: Run) -> Verdict:
    """A card that can be spoken to: the first that is a CIE, else the first that answers.

    Every reader is tried, because the official program takes the first card it finds, whatever it is. Where no CIE is
    found and one of the cards could not be looked at, that is the trouble: it may be the CIE.
    """
    laid = [reader for reader in run.readers if reader.has_card]
    if not laid:
        raise NoCardError("every reader is empty")
    trouble: EidError | None = None
    other: cie.Identification | None = None
    for reader in laid:
        try:
            run.identification = _look_at(run, reader)
        except EidError as error:
            trouble = trouble or error
            continue
        if run.identification.kind is cie.Kind.CIE:
            return warned(Code.READER_SEVERAL, cards=len(laid)) if len(laid) > 1 else passed(cards=1)
        run.close()  # one card is held at a time
        other = other or run.identification
    if trouble is not None:
        raise trouble
    run.identification = other
    return passed(cards=len(laid))


def _look_at(run: Run, reader: ReaderState) -> cie.Identification:
    """What lies on one reader; it stays connected. Raises EidError, and then nothing is."""
    run.connection, run.reader = run.pcsc.connect(reader.name), reader.name
    try:
        return cie.identify(run.channel, run.connection.atr)
    except EidError:
        run.close()
        raise
