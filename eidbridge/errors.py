"""Stable codes for what can be wrong, and the one remedy each names.

A code is what crosses from the program to the page, so its text never changes once released.
What it means and what to do stand once, in `eidbridge/report/words/<language>.toml`.
"""

from enum import StrEnum
from typing import ClassVar


class Code(StrEnum):
    """What was found, as `subject.condition`."""

    READER_NONE = "reader.none"
    READER_CONTACT_ONLY = "reader.contact-only"
    PIN_BLOCKED = "card.pin-blocked"


class Remedy(StrEnum):
    """The one thing to do next."""

    CONNECT_READER = "connect-reader"
    USE_CONTACTLESS_READER = "use-contactless-reader"
    UNBLOCK_WITH_PUK = "unblock-with-puk"


#: The remedy each code names.
REMEDIES: dict[Code, Remedy] = {
    Code.READER_NONE: Remedy.CONNECT_READER,
    Code.READER_CONTACT_ONLY: Remedy.USE_CONTACTLESS_READER,
    Code.PIN_BLOCKED: Remedy.UNBLOCK_WITH_PUK,
}


class EidError(Exception):
    """A condition that a person can meet: it has a code, and through it words and a remedy."""

    code: ClassVar[Code]

    @property
    def remedy(self) -> Remedy:
        return REMEDIES[self.code]


class NoReaderError(EidError):
    code = Code.READER_NONE


class ContactOnlyReaderError(EidError):
    code = Code.READER_CONTACT_ONLY


class PinBlockedError(EidError):
    code = Code.PIN_BLOCKED
