"""Stable codes for what can be wrong, and the one remedy each names.

A code is what crosses from the program to the page, so its text never changes once released.
What it means and what to do stand once, in `eidbridge/report/words/<language>.toml`.
"""

from enum import StrEnum
from typing import ClassVar


class Code(StrEnum):
    """What was found, as `subject.condition`."""

    SERVICE_STOPPED = "service.stopped"
    SERVICE_DENIED = "service.denied"
    READER_NONE = "reader.none"
    READER_CONTACT_ONLY = "reader.contact-only"
    READER_GONE = "reader.gone"
    CARD_NONE = "card.none"
    CARD_IN_USE = "card.in-use"
    CARD_REMOVED = "card.removed"
    CARD_RESET = "card.reset"
    CARD_UNRESPONSIVE = "card.unresponsive"
    CARD_WRONG_PROTOCOL = "card.wrong-protocol"
    CARD_LINK_BROKEN = "card.link-broken"
    CARD_MUTE = "card.mute"
    CARD_UNEXPECTED = "card.unexpected-answer"
    CARD_NOT_GENUINE = "card.not-genuine"
    PIN_WRONG = "card.pin-wrong"
    PIN_BLOCKED = "card.pin-blocked"


class Remedy(StrEnum):
    """The one thing to do next."""

    START_SERVICE = "start-service"
    USE_LOCAL_SESSION = "use-local-session"
    CONNECT_READER = "connect-reader"
    USE_CONTACTLESS_READER = "use-contactless-reader"
    LAY_CARD_DOWN = "lay-card-down"
    LEAVE_CARD_STILL = "leave-card-still"
    LIFT_CARD = "lift-card"
    CLOSE_OTHER_PROGRAM = "close-other-program"
    USE_IDENTITY_CARD = "use-identity-card"
    ASK_TOWN_HALL = "ask-town-hall"
    FIND_PIN_LETTERS = "find-pin-letters"
    UNBLOCK_WITH_PUK = "unblock-with-puk"


#: The remedy each code names.
REMEDIES: dict[Code, Remedy] = {
    Code.SERVICE_STOPPED: Remedy.START_SERVICE,
    Code.SERVICE_DENIED: Remedy.USE_LOCAL_SESSION,
    Code.READER_NONE: Remedy.CONNECT_READER,
    Code.READER_CONTACT_ONLY: Remedy.USE_CONTACTLESS_READER,
    Code.READER_GONE: Remedy.CONNECT_READER,
    Code.CARD_NONE: Remedy.LAY_CARD_DOWN,
    Code.CARD_IN_USE: Remedy.CLOSE_OTHER_PROGRAM,
    Code.CARD_REMOVED: Remedy.LEAVE_CARD_STILL,
    Code.CARD_RESET: Remedy.CLOSE_OTHER_PROGRAM,
    Code.CARD_UNRESPONSIVE: Remedy.LIFT_CARD,
    Code.CARD_WRONG_PROTOCOL: Remedy.USE_IDENTITY_CARD,
    Code.CARD_LINK_BROKEN: Remedy.LIFT_CARD,
    Code.CARD_MUTE: Remedy.LIFT_CARD,
    Code.CARD_UNEXPECTED: Remedy.LIFT_CARD,
    Code.CARD_NOT_GENUINE: Remedy.ASK_TOWN_HALL,
    Code.PIN_WRONG: Remedy.FIND_PIN_LETTERS,
    Code.PIN_BLOCKED: Remedy.UNBLOCK_WITH_PUK,
}


class EidError(Exception):
    """A condition that a person can meet: it has a code, and through it words and a remedy.

    The text of one is for whoever mends the program. It holds numbers and names of standards, never what a card said.
    """

    code: ClassVar[Code]

    @property
    def remedy(self) -> Remedy:
        return REMEDIES[self.code]


class ServiceStoppedError(EidError):
    code = Code.SERVICE_STOPPED


class ServiceDeniedError(EidError):
    code = Code.SERVICE_DENIED


class NoReaderError(EidError):
    code = Code.READER_NONE


class ContactOnlyReaderError(EidError):
    code = Code.READER_CONTACT_ONLY


class ReaderGoneError(EidError):
    code = Code.READER_GONE


class NoCardError(EidError):
    code = Code.CARD_NONE


class CardInUseError(EidError):
    code = Code.CARD_IN_USE


class CardRemovedError(EidError):
    code = Code.CARD_REMOVED


class CardResetError(EidError):
    """Another program reset the card or took its power: selections and secure messaging are gone."""

    code = Code.CARD_RESET


class CardUnresponsiveError(EidError):
    code = Code.CARD_UNRESPONSIVE


class WrongProtocolError(EidError):
    code = Code.CARD_WRONG_PROTOCOL


class LinkBrokenError(EidError):
    code = Code.CARD_LINK_BROKEN


class CardMuteError(EidError):
    """No answer within the limit: the card hangs, or another program sits in a transaction."""

    code = Code.CARD_MUTE


class UnexpectedAnswerError(EidError):
    """The card answered, and not as its standard says: a status word, a broken data object, a wrong MAC."""

    code = Code.CARD_UNEXPECTED


class NotGenuineError(EidError):
    """The chip could not prove that it holds the key its own files name."""

    code = Code.CARD_NOT_GENUINE


class PinWrongError(EidError):
    """tries_left: what the card said; None where it said nothing."""

    code = Code.PIN_WRONG

    def __init__(self, tries_left: int | None) -> None:
        super().__init__(f"wrong PIN, {'unknown' if tries_left is None else tries_left} tries left")
        self.tries_left = tries_left


class PinBlockedError(EidError):
    code = Code.PIN_BLOCKED
