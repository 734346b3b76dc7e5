"""Stable codes for what can be wrong, and the one remedy each names.

A code is what crosses from the program to the page, so its text never changes once released.
What it means and what to do stand once, in `eidbridge/report/words/<language>.toml`.
"""

from enum import StrEnum
from typing import ClassVar


class Code(StrEnum):
    """What was found, as `subject.condition`."""

    HOST_REMOTE = "host.remote-session"
    HOST_SYSTEM = "host.system-too-old"
    HOST_VIRTUAL = "host.virtual-machine"
    HOST_CLOCK = "host.clock-wrong"
    SERVICE_LIBRARY_MISSING = "service.library-missing"
    SERVICE_NOT_INSTALLED = "service.not-installed"
    SERVICE_DISABLED = "service.disabled"
    SERVICE_STOPPED = "service.stopped"
    SERVICE_DENIED = "service.denied"
    READER_NONE = "reader.none"
    READER_CONTACT_ONLY = "reader.contact-only"
    READER_GONE = "reader.gone"
    READER_NO_DRIVER = "reader.no-driver"
    READER_CLAIMED = "reader.claimed-by-kernel"
    READER_SEVERAL = "reader.several-cards"
    READER_BREAKS_CHAINS = "reader.breaks-chains"
    CARD_NONE = "card.none"
    CARD_IN_USE = "card.in-use"
    CARD_REMOVED = "card.removed"
    CARD_RESET = "card.reset"
    CARD_UNRESPONSIVE = "card.unresponsive"
    CARD_WRONG_PROTOCOL = "card.wrong-protocol"
    CARD_LINK_BROKEN = "card.link-broken"
    CARD_MUTE = "card.mute"
    CARD_UNEXPECTED = "card.unexpected-answer"
    CARD_HEALTH = "card.health-card"
    CARD_OLD_CIE = "card.old-identity-card"
    CARD_PASSPORT = "card.passport"
    CARD_BANK = "card.bank-card"
    CARD_STORAGE = "card.badge-or-ticket"
    CARD_UNKNOWN = "card.unknown"
    CARD_NEWER = "card.newer-than-software"
    CARD_NOT_GENUINE = "card.not-genuine"
    PIN_TRIES_UNKNOWN = "card.pin-tries-unknown"
    PIN_LAST_TRY = "card.pin-last-try"
    PIN_WRONG = "card.pin-wrong"
    PIN_BLOCKED = "card.pin-blocked"
    PUK_BLOCKED = "card.puk-blocked"
    PUK_FEW_TRIES = "card.puk-few-tries"
    CERTIFICATE_EXPIRED = "card.certificate-expired"
    CERTIFICATE_EARLY = "card.certificate-not-yet-valid"
    SOFTWARE_MISSING = "software.missing"
    SOFTWARE_NOT_PAIRED = "software.not-paired"
    SOFTWARE_OTHER_CARD = "software.other-card-paired"
    SOFTWARE_HOME = "software.home-folder"
    SOFTWARE_NO_JAVA = "software.no-java"
    BROWSER_NO_MODULE = "browser.no-module"
    BROWSER_SANDBOXED = "browser.sandboxed"
    NETWORK_UNREACHABLE = "network.unreachable"
    NETWORK_INTERCEPTED = "network.intercepted"
    PROGRAM_FAULT = "program.fault"


class Remedy(StrEnum):
    """The one thing to do next."""

    START_SERVICE = "start-service"
    INSTALL_SERVICE = "install-service"
    ENABLE_SERVICE = "enable-service"
    USE_OTHER_COMPUTER = "use-other-computer"
    USE_OTHER_ACCOUNT = "use-other-account"
    SET_CLOCK = "set-clock"
    AVOID_SHARING = "avoid-sharing"
    INSTALL_DRIVER = "install-driver"
    FREE_READER = "free-reader"
    LEAVE_ONE_CARD = "leave-one-card"
    UPDATE_SOFTWARE = "update-software"
    INSTALL_SOFTWARE = "install-software"
    PAIR_CARD = "pair-card"
    INSTALL_JAVA = "install-java"
    LOAD_MODULE = "load-module"
    USE_OTHER_BROWSER = "use-other-browser"
    CHECK_NETWORK = "check-network"
    ASK_IT = "ask-it"
    RENEW_CARD = "renew-card"
    STOP_GUESSING = "stop-guessing"
    SEND_REPORT = "send-report"
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
    Code.HOST_REMOTE: Remedy.USE_LOCAL_SESSION,
    Code.HOST_SYSTEM: Remedy.USE_OTHER_COMPUTER,
    Code.HOST_VIRTUAL: Remedy.AVOID_SHARING,
    Code.HOST_CLOCK: Remedy.SET_CLOCK,
    Code.SERVICE_LIBRARY_MISSING: Remedy.INSTALL_SERVICE,
    Code.SERVICE_NOT_INSTALLED: Remedy.INSTALL_SERVICE,
    Code.SERVICE_DISABLED: Remedy.ENABLE_SERVICE,
    Code.READER_NO_DRIVER: Remedy.INSTALL_DRIVER,
    Code.READER_CLAIMED: Remedy.FREE_READER,
    Code.READER_SEVERAL: Remedy.LEAVE_ONE_CARD,
    Code.READER_BREAKS_CHAINS: Remedy.AVOID_SHARING,
    Code.CARD_HEALTH: Remedy.USE_IDENTITY_CARD,
    Code.CARD_OLD_CIE: Remedy.RENEW_CARD,
    Code.CARD_PASSPORT: Remedy.USE_IDENTITY_CARD,
    Code.CARD_BANK: Remedy.USE_IDENTITY_CARD,
    Code.CARD_STORAGE: Remedy.USE_IDENTITY_CARD,
    Code.CARD_UNKNOWN: Remedy.USE_IDENTITY_CARD,
    Code.CARD_NEWER: Remedy.UPDATE_SOFTWARE,
    Code.PIN_TRIES_UNKNOWN: Remedy.STOP_GUESSING,
    Code.PIN_LAST_TRY: Remedy.STOP_GUESSING,
    Code.PUK_BLOCKED: Remedy.ASK_TOWN_HALL,
    Code.PUK_FEW_TRIES: Remedy.STOP_GUESSING,
    Code.CERTIFICATE_EXPIRED: Remedy.RENEW_CARD,
    Code.CERTIFICATE_EARLY: Remedy.SET_CLOCK,
    Code.SOFTWARE_MISSING: Remedy.INSTALL_SOFTWARE,
    Code.SOFTWARE_NOT_PAIRED: Remedy.PAIR_CARD,
    Code.SOFTWARE_OTHER_CARD: Remedy.PAIR_CARD,
    Code.SOFTWARE_HOME: Remedy.USE_OTHER_ACCOUNT,
    Code.SOFTWARE_NO_JAVA: Remedy.INSTALL_JAVA,
    Code.BROWSER_NO_MODULE: Remedy.LOAD_MODULE,
    Code.BROWSER_SANDBOXED: Remedy.USE_OTHER_BROWSER,
    Code.NETWORK_UNREACHABLE: Remedy.CHECK_NETWORK,
    Code.NETWORK_INTERCEPTED: Remedy.ASK_IT,
    Code.PROGRAM_FAULT: Remedy.SEND_REPORT,
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


class ProgramFaultError(EidError):
    """Something of this program, or of how it was installed, and not of the PC or the card."""

    code = Code.PROGRAM_FAULT
