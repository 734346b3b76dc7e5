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


@check("reader.present", needs=("service.running",))
def present(run: Run) -> Verdict:
    """A reader that the service lists; if there is none, whether one is plugged in all the same."""
    if run.readers:
        return passed(readers=len(run.readers))
    usb = run.snapshot.usb
    if not usb.devices:
        return failed(Code.READER_NONE, usb_readers_seen=0)
    device = usb.devices[0]
    return failed(
        Code.READER_CLAIMED if usb.claimed_by_kernel else Code.READER_NO_DRIVER,
        usb_vendor=device.vendor,
        usb_product=device.product,
    )


@check("reader.kind", needs=("reader.present",))
def kind(run: Run) -> Verdict:
    """Readers with a slot alone cannot see a CIE: it has no contacts."""
    if any(reader.has_card for reader in run.readers) or any(map(_looks_contactless, run.readers)):
        return passed()
    known = [device for device in run.snapshot.usb.devices if _is_contact_only(device)]
    if known and len(known) == len(run.snapshot.usb.devices):
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

    Every reader is tried, because the official program takes the first card it finds, whatever it is.
    """
    laid = [reader for reader in run.readers if reader.has_card]
    if not laid:
        raise NoCardError("every reader is empty")
    trouble: EidError | None = None
    others: list[tuple[ReaderState, cie.Identification]] = []
    for reader in laid:
        try:
            run.identification = _look_at(run, reader)
        except EidError as error:
            trouble = trouble or error
            continue
        if run.identification.kind is cie.Kind.CIE:
            return warned(Code.READER_SEVERAL, cards=len(laid)) if others else passed(cards=len(laid))
        run.close()  # one card is held at a time
        others.append((reader, run.identification))
    if not others:
        assert trouble is not None
        raise trouble
    _reader, run.identification = others[0]
    return passed(cards=len(laid))


def _look_at(run: Run, reader: ReaderState) -> cie.Identification:
    """What lies on one reader; it stays connected. Raises EidError, and then nothing is."""
    run.connection = run.pcsc.connect(reader.name)
    try:
        return cie.identify(run.channel, run.connection.atr)
    except EidError:
        run.close()
        raise
