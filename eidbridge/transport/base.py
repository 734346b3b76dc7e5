"""What a connection to a card is, whoever makes it: PC/SC, or the simulator in this process."""

from typing import Protocol


class CardConnection(Protocol):
    """One card, ready for commands. Every method raises `EidError` where the card or its reader fails."""

    @property
    def atr(self) -> bytes:
        """Answer to reset, as the reader's driver gives it (PC/SC part 3: made up for a contactless card)."""

    def transmit(self, command: bytes) -> bytes:
        """Send one command APDU as it is; the answer with its status word, at least two bytes."""

    def reset(self) -> None:
        """Reset the card: no application is selected, no session open, no PIN verified."""

    def close(self) -> None:
        """Leave the card to others. Never raises."""
