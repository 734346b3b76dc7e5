"""What a terminal finds out about a card, told as one line a step; and what each card and fault must lead to."""

import hashlib
from dataclasses import dataclass

from eidbridge.apdu.channel import CardChannel, plain_channel
from eidbridge.card import cie, ias, mrtd, pace
from eidbridge.errors import EidError
from eidbridge.simulator.faults import Fault, Kind
from eidbridge.transport.base import CardConnection

MESSAGE = hashlib.sha256(b"a challenge of our own").digest()


def walk(connection: CardConnection, pin: str = "12345678") -> list[str]:
    """All the way to a login signature; it stops at the first error, whose name is the last line."""
    told: list[str] = []
    try:
        _walk(connection, pin, told)
    except EidError as error:
        told.append(type(error).__name__)
    return told


def _walk(connection: CardConnection, pin: str, told: list[str]) -> None:
    channel = plain_channel(connection)
    found = cie.identify(channel, connection.atr)
    told.append(f"{found.kind} {found.family}")
    if found.kind is not cie.Kind.CIE:
        return
    ias.select(channel)
    chip = cie.check_chip(channel)
    told.append(chip.trust)
    session = cie.open_session(channel, chip.device_key)
    tries = ias.pin_tries_left(session)
    told.append(f"tries {tries}")
    if tries is None or tries < 2:
        return
    ias.verify_pin(session, pin)
    signature = ias.sign_login(session, MESSAGE)
    certificate = cie.read_certificate(session)
    numbers = certificate.public_key().public_numbers()
    is_hers = ias.PublicKey(numbers.n, numbers.e).verifies(signature, ias.SHA256_DIGEST_INFO + MESSAGE)
    told.append("signed" if is_hers else "signed by another key")


def open_travel_document(channel: CardChannel) -> CardChannel:
    return mrtd.open_with_pace(channel, pace.Password.CAN, b"123456")


_WHOLE = ["consistent", "tries 3", "signed"]
#: By profile, what `walk` tells.
TOLD: dict[str, list[str]] = {
    "cie-gemalto": ["cie cie-gemalto", *_WHOLE],
    "cie-gemalto2": ["cie cie-gemalto2", *_WHOLE],
    "cie-nxp": ["cie cie-nxp", *_WHOLE],
    "cie-stm": ["cie cie-stm", *_WHOLE],
    "cie-stm2": ["cie generic", *_WHOLE],
    "cie-stm3": ["cie cie-stm3", *_WHOLE],
    "cie-bit4id": ["cie cie-bit4id", *_WHOLE],
    "cie-actalis": ["cie cie-actalis", *_WHOLE],
    "cie-bit4id-2023": ["cie cie-bit4id-2023", *_WHOLE],
    "cie-actalis-2023": ["cie cie-actalis-2023", *_WHOLE],
    "cie-bit4id-b9547": ["cie cie-bit4id-b9547", *_WHOLE],
    "cie-actalis-b946": ["cie cie-actalis-b946", *_WHOLE],
    "cie-newer": ["cie cie-newer", *_WHOLE],
    "last-try": ["cie cie-bit4id", "consistent", "tries 1"],
    "pin-blocked": ["cie cie-bit4id", "consistent", "tries 0"],
    "puk-blocked": ["cie cie-bit4id", "consistent", "tries 0"],
    "puk-few-tries": ["cie cie-bit4id", "consistent", "tries 0"],
    "silent-counter": ["cie cie-bit4id", "consistent", "tries None"],
    "expired": ["cie cie-bit4id", *_WHOLE],
    "not-yet-valid": ["cie cie-bit4id", *_WHOLE],
    "cloned": ["cie cie-bit4id", "NotGenuineError"],
    "tampered": ["cie cie-bit4id", "NotGenuineError"],
    "short-nis": ["cie cie-bit4id", "UnexpectedAnswerError"],
    "wrong-signer": ["cie cie-bit4id", *_WHOLE],  # who signed is told by the CSCA alone
    "cie2": ["cns cie-old"],
    "ts-cns": ["cns ts-cns"],
    "passport": ["passport passport"],
    "bank-card": ["bank unknown"],
    "mifare": ["storage storage"],
    "generic": ["unknown generic"],
}


@dataclass(frozen=True)
class Case:
    """after, ins: where the fault begins; ends: last line of `walk` on a CIE that has it."""

    name: str
    fault: Fault
    ends: str

    def __str__(self) -> str:
        return self.name


SELECT, READ, VERIFY, GET_DATA, INTERNAL, MSE = 0xA4, 0xB0, 0x20, 0xCB, 0x88, 0x22
#: What goes wrong, and the error it must lead to.
CASES = [
    Case("mute at once", Fault(Kind.MUTE), "CardMuteError"),
    Case("mute after five", Fault(Kind.MUTE, after=5), "CardMuteError"),
    Case("mute at the PIN", Fault(Kind.MUTE, ins=VERIFY), "CardMuteError"),
    Case("slow", Fault(Kind.SLOW, 60, after=2, times=3), "signed"),
    Case("removed at once", Fault(Kind.REMOVED), "CardRemovedError"),
    Case("removed in the middle", Fault(Kind.REMOVED, after=14), "CardRemovedError"),
    Case("reset in the middle of the session", Fault(Kind.RESET, ins=INTERNAL), "StatusError"),
    Case("wrong MAC", Fault(Kind.WRONG_MAC, after=2), "SecureMessagingError"),
    Case("wrong counter", Fault(Kind.WRONG_COUNTER, ins=INTERNAL), "StatusError"),
    Case("truncated protected answer", Fault(Kind.TRUNCATED, 9, ins=0x84), "SecureMessagingError"),
    Case("truncated file", Fault(Kind.TRUNCATED, 7, ins=READ), "StatusError"),
    Case("one byte", Fault(Kind.TRUNCATED, 1, after=1), "LinkBrokenError"),
    Case("no byte", Fault(Kind.TRUNCATED, 0, after=1), "CardMuteError"),
    Case("oversized", Fault(Kind.OVERSIZED, 60_000, ins=READ), "UnexpectedAnswerError"),
    Case("6982 for a file", Fault(Kind.STATUS, 0x6982, ins=READ), "StatusError"),
    Case("6985 in the agreement", Fault(Kind.STATUS, 0x6985, ins=GET_DATA), "StatusError"),
    Case("6988 at the PIN", Fault(Kind.STATUS, 0x6988, ins=VERIFY), "StatusError"),
    Case("6F00 in device authentication", Fault(Kind.STATUS, 0x6F00, ins=0x82), "StatusError"),
    Case("61xx inside a chain", Fault(Kind.ASKS_IN_CHAIN), "StatusError"),
    Case("another Le", Fault(Kind.OTHER_LE, 0x80), "signed"),
    Case("61xx without end", Fault(Kind.STATUS, 0x6101, after=2), "UnexpectedAnswerError"),
]
