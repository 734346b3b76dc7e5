"""A simulated card in this process: a connection like any other (`transport.base.CardConnection`), without PC/SC."""

from eidbridge.errors import CardMuteError, CardRemovedError, CardResetError, LinkBrokenError, NoCardError
from eidbridge.simulator.faults import FaultyCard, GoneError, SilenceError


class SimulatedConnection:
    """What a card does behind PC/SC, done at once: the same errors for the same faults."""

    def __init__(self, card: FaultyCard) -> None:
        self._card = card
        self._is_there = self._is_mine = True
        card.reset()

    @property
    def atr(self) -> bytes:
        return self._card.atr

    def transmit(self, command: bytes) -> bytes:
        if not self._is_there:
            raise CardRemovedError("the card was removed")
        if not self._is_mine:
            raise CardResetError("another program has reset the card")
        try:
            answer = self._card.transmit(command)
        except SilenceError:
            raise CardMuteError("no answer") from None
        except GoneError:
            self._is_there = False
            raise CardRemovedError("the card was removed") from None
        if not answer:  # a reader goes on waiting
            raise CardMuteError("no answer")
        if len(answer) < 2:
            raise LinkBrokenError("an answer without a status word")
        return answer

    def reset(self) -> None:
        if not self._is_there:
            raise NoCardError("no card")
        self._is_mine = True
        self._card.reset()

    def reset_by_another_program(self) -> None:
        """What PC/SC tells a program whose card somebody else has reset."""
        self._is_mine = False
        self._card.reset()

    def close(self) -> None:
        """Nobody else waits for this card."""
