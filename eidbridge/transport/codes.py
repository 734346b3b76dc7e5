"""Every number PC/SC can answer with that a person can meet: what it means here, and what a program does next.

One table for all systems: pcsc-lite, winscard and the macOS service. Numbers are compared as 32 bits without a sign;
texts never, for systems translate them. 8010001F and 80100022 are both *feature not supported*: pcsc-lite and Windows
gave that name to different numbers.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from eidbridge.errors import (
    CardInUseError,
    CardRemovedError,
    CardResetError,
    CardUnresponsiveError,
    EidError,
    LinkBrokenError,
    NoCardError,
    NoReaderError,
    ReaderGoneError,
    ServiceDeniedError,
    ServiceStoppedError,
    WrongProtocolError,
)

OK, TIMEOUT, CANCELLED = 0, 0x8010000A, 0x80100002
NO_READERS, NO_CARD = 0x8010002E, 0x8010000C
NOT_TRANSACTED, REMOVED_CARD = 0x80100016, 0x80100069
PROTOCOL_MISMATCH = 0x8010000F
COMM_ERROR, DENIED = 0x80100013, 0x8010006A


class Next(StrEnum):
    """What to do after a failure; a VERIFY is never repeated, whatever it says."""

    START_AGAIN = "start-again"  # drop every object, begin with the list of readers, at most once a second
    LIST_READERS = "list-readers"
    WAIT_FOR_CARD = "wait-for-card"
    LIFT_CARD = "lift-card"  # ask to lift it and lay it down again
    RETRY_SOON = "retry-soon"  # for two or three seconds
    RECONNECT = "reconnect"  # with a reset, then SELECT and secure messaging from the start
    GIVE_UP = "give-up"


@dataclass(frozen=True, slots=True)
class Meaning:
    name: str
    error: type[EidError]
    next: Next


MEANINGS: Mapping[int, Meaning] = {
    0x8010001D: Meaning("NO_SERVICE", ServiceStoppedError, Next.START_AGAIN),
    0x8010001E: Meaning("SERVICE_STOPPED", ServiceStoppedError, Next.START_AGAIN),
    0x80100013: Meaning("COMM_ERROR", ServiceStoppedError, Next.START_AGAIN),  # the service went in the middle
    0x80100006: Meaning("NO_MEMORY", ServiceStoppedError, Next.GIVE_UP),
    0x8010006A: Meaning("SECURITY_VIOLATION", ServiceDeniedError, Next.GIVE_UP),
    0x8010002E: Meaning("NO_READERS_AVAILABLE", NoReaderError, Next.LIST_READERS),
    0x80100017: Meaning("READER_UNAVAILABLE", ReaderGoneError, Next.LIST_READERS),
    0x80100009: Meaning("UNKNOWN_READER", ReaderGoneError, Next.LIST_READERS),
    0x80100003: Meaning("INVALID_HANDLE", ReaderGoneError, Next.START_AGAIN),
    0x8010000C: Meaning("NO_SMARTCARD", NoCardError, Next.WAIT_FOR_CARD),
    0x8010000B: Meaning("SHARING_VIOLATION", CardInUseError, Next.RETRY_SOON),
    0x80100069: Meaning("REMOVED_CARD", CardRemovedError, Next.WAIT_FOR_CARD),
    0x80100068: Meaning("RESET_CARD", CardResetError, Next.RECONNECT),
    0x80100067: Meaning("UNPOWERED_CARD", CardUnresponsiveError, Next.LIFT_CARD),
    0x80100066: Meaning("UNRESPONSIVE_CARD", CardUnresponsiveError, Next.LIFT_CARD),
    0x80100065: Meaning("UNSUPPORTED_CARD", WrongProtocolError, Next.GIVE_UP),
    0x8010000F: Meaning("PROTO_MISMATCH", WrongProtocolError, Next.GIVE_UP),
    0x80100016: Meaning("NOT_TRANSACTED", LinkBrokenError, Next.RECONNECT),
    0x8010002F: Meaning("COMM_DATA_LOST", LinkBrokenError, Next.RECONNECT),
    0x80100008: Meaning("INSUFFICIENT_BUFFER", LinkBrokenError, Next.GIVE_UP),
    0x8010001F: Meaning("UNSUPPORTED_FEATURE", LinkBrokenError, Next.GIVE_UP),
    0x80100022: Meaning("UNSUPPORTED_FEATURE", LinkBrokenError, Next.GIVE_UP),
}
#: What any other number is taken for.
OTHER = Meaning("unknown", LinkBrokenError, Next.RECONNECT)


def meaning_of(code: int, *, connected: bool = False) -> Meaning:
    """What a number means. connected: whether a connection was open; then lost power is another program's doing."""
    meaning = MEANINGS.get(code & 0xFFFFFFFF, OTHER)
    if connected and meaning.name == "UNPOWERED_CARD":
        return Meaning(meaning.name, CardResetError, Next.RECONNECT)
    return meaning


def error_for(code: int, *, while_doing: str, connected: bool = False) -> EidError:
    """Our error for a number of PC/SC, its text with number and name alone."""
    meaning = meaning_of(code, connected=connected)
    return meaning.error(f"{while_doing}: {meaning.name} ({code & 0xFFFFFFFF:08X})")
