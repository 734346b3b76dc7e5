"""PC/SC itself, by pyscard's plain functions. It runs in the child process alone: most calls cannot be ended.

The plain functions answer with numbers; pyscard's classes lose some of them, power the card off when they go, and
swallow Ctrl-C.
"""

from collections.abc import Callable, Sequence
from typing import Any

from smartcard import scard

from eidbridge.transport import codes
from eidbridge.transport.states import ReaderState, State

#: Pseudo reader that changes when readers come and go.
_NEW_READERS = "\\\\?PnP?\\Notification"
#: How long a failed exchange waits for the service to see that the card is gone, in seconds and tries.
_LOOK_S, _LOOKS = 0.1, 6
_PCI = {scard.SCARD_PROTOCOL_T0: scard.SCARD_PCI_T0, scard.SCARD_PROTOCOL_T1: scard.SCARD_PCI_T1}


class PcscError(Exception):
    """A call failed. code: PC/SC's number, 32 bits; connected: whether a connection was open."""

    def __init__(self, code: int, *, connected: bool = False) -> None:
        super().__init__(f"{code & 0xFFFFFFFF:08X}")
        self.code, self.connected = code & 0xFFFFFFFF, connected


class Service:
    """One context, and at most one connection: whoever needs two takes two processes."""

    def __init__(self) -> None:
        self._context: Any = None
        self._card: Any = None
        self._protocol = 0
        self._reader = ""

    def readers(self) -> list[ReaderState]:
        """All readers with their state, without waiting.

        A reader whose name pyscard cannot pass on is left out; where there is no other, UnicodeError says so.
        """
        names = self._names()
        usable = [name for name in names if name.isascii()]
        if names and not usable:
            raise UnicodeError("readers' names")
        return self._states([(name, scard.SCARD_STATE_UNAWARE) for name in usable], 0) if usable else []

    def wait(self, known: Sequence[ReaderState], timeout_s: float) -> list[ReaderState]:
        """The readers' states once one of them changed, came or went, or the time is over."""
        watched = [(each.name, each.raw) for each in known] + [(_NEW_READERS, 0)]
        code, _states = scard.SCardGetStatusChange(self._established(), int(timeout_s * 1000), watched)
        if code & 0xFFFFFFFF not in (codes.OK, codes.TIMEOUT):
            self._check(_lost(code))
        return self.readers()

    def connect(self, reader: str) -> bytes:
        """Connect shared, with T=1 where the card has it; its ATR. The card is powered from here on."""
        self.disconnect(reset=False)
        context = self._established()
        for protocol in (scard.SCARD_PROTOCOL_T1, scard.SCARD_PROTOCOL_T0):
            code, card, active = scard.SCardConnect(context, reader, scard.SCARD_SHARE_SHARED, protocol)
            if code & 0xFFFFFFFF != codes.PROTOCOL_MISMATCH:
                break
        self._check(code)
        self._card, self._protocol, self._reader = card, active, reader
        # SCardStatus would tell the ATR too, but waits while another program sits in a transaction.
        return next((each.atr for each in self._states([(reader, scard.SCARD_STATE_UNAWARE)], 0)), b"")

    def begin(self) -> None:
        """Keep other programs from the card until `disconnect`; waits while one of them does the same."""
        self._check(scard.SCardBeginTransaction(self._card), connected=True)

    def transmit(self, command: bytes) -> bytes:
        """One exchange. Its failure is *removed* where the card is gone half a second later."""
        if len(command) < 4:
            raise ValueError("a command has four bytes at least: a reader takes shorter ones for its own")
        code, answer = scard.SCardTransmit(self._card, _PCI[self._protocol], list(command))
        if code & 0xFFFFFFFF == codes.NOT_TRANSACTED or (code == codes.OK and len(answer) < 2):
            raise PcscError(codes.REMOVED_CARD if self._is_gone() else codes.NOT_TRANSACTED, connected=True)
        self._check(code, connected=True)
        return bytes(answer)

    def reset(self) -> None:
        """Reset the card and go on with it."""
        share, protocol = scard.SCARD_SHARE_SHARED, self._protocol
        code, self._protocol = scard.SCardReconnect(self._card, share, protocol, scard.SCARD_RESET_CARD)
        self._check(code)

    def disconnect(self, *, reset: bool) -> None:
        """Leave the card as it is, or reset it so that nobody finds its PIN verified."""
        if self._card is None:
            return
        card, self._card = self._card, None
        scard.SCardEndTransaction(card, scard.SCARD_LEAVE_CARD)
        scard.SCardDisconnect(card, scard.SCARD_RESET_CARD if reset else scard.SCARD_LEAVE_CARD)

    def _names(self) -> list[str]:
        code, names = scard.SCardListReaders(self._established(), [])
        if code & 0xFFFFFFFF == codes.NO_READERS:
            return []
        self._check(_lost(code))
        return list(names)

    def _states(self, watched: list[tuple[str, int]], timeout_ms: int) -> list[ReaderState]:
        code, states = scard.SCardGetStatusChange(self._established(), timeout_ms, watched)
        if code & 0xFFFFFFFF not in (codes.OK, codes.TIMEOUT):
            self._check(_lost(code))
        return [_state(name, raw, bytes(atr)) for name, raw, atr in states]

    def _is_gone(self) -> bool:
        """Whether the service sees soon that no card is there."""
        watched, state = [(self._reader, scard.SCARD_STATE_UNAWARE)], None
        for _ in range(_LOOKS):
            code, states = scard.SCardGetStatusChange(self._established(), int(_LOOK_S * 1000), watched)
            if code & 0xFFFFFFFF not in (codes.OK, codes.TIMEOUT) or not states:
                return False
            _name, state, _atr = states[0]
            if not state & scard.SCARD_STATE_PRESENT:
                return True
            watched = [(self._reader, state & 0xFFFF)]
        return False

    def _established(self) -> Any:
        if self._context is None:
            code, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
            self._check(code)
            self._context = context
        return self._context

    def _check(self, code: int, *, connected: bool = False) -> None:
        """Raises PcscError. After the service went, nothing of before can be used: the context is dropped."""
        if code == codes.OK:
            return
        if codes.meaning_of(code).next is codes.Next.START_AGAIN:
            self._context = self._card = None
        raise PcscError(code, connected=connected)


_STATES: dict[State, int] = {
    State.PRESENT: scard.SCARD_STATE_PRESENT,
    State.IN_USE: scard.SCARD_STATE_INUSE,
    State.EXCLUSIVE: scard.SCARD_STATE_EXCLUSIVE,
    State.MUTE: scard.SCARD_STATE_MUTE,
    State.UNAVAILABLE: scard.SCARD_STATE_UNAVAILABLE | scard.SCARD_STATE_UNKNOWN,
}


def _lost(code: int) -> int:
    """What looking at readers failed with, once a context was given: a service that dies in the middle looks like one
    that denies (pcsc-lite)."""
    return codes.COMM_ERROR if code & 0xFFFFFFFF == codes.DENIED else code


def _state(name: str, raw: int, atr: bytes) -> ReaderState:
    found = frozenset(state for state, bits in _STATES.items() if raw & bits)
    return ReaderState(name, found, atr, raw & ~scard.SCARD_STATE_CHANGED)


#: What the child process does when it is asked to.
OPERATIONS: dict[str, Callable[..., Any]] = {
    "readers": Service.readers,
    "wait": Service.wait,
    "connect": Service.connect,
    "begin": Service.begin,
    "transmit": Service.transmit,
    "reset": Service.reset,
    "disconnect": Service.disconnect,
}
