"""One run: what was gathered, what is open, and how the checks share it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from cryptography import x509

from eidbridge.apdu.channel import CardChannel, StatusError, plain_channel
from eidbridge.card.cie import ChipCheck, Identification
from eidbridge.checks.facts import Snapshot
from eidbridge.errors import Code, EidError, PinBlockedError
from eidbridge.net import Site, reach
from eidbridge.results import Fact
from eidbridge.transport.base import CardConnection
from eidbridge.transport.states import ReaderState

#: Fewest tries left with which a PIN may be typed.
ENOUGH_TRIES = 2


class Readers(Protocol):
    """PC/SC, or somebody who plays it."""

    def list_readers(self) -> list[ReaderState]:
        """All readers, none is an empty list."""

    def connect(self, reader: str) -> CardConnection: ...


@dataclass
class Run:
    """ask_card: the empty VERIFY may be sent. wants_reach: sites may be asked. csca: to follow the document signer.
    clock_ahead_s: by how much this computer's clock is before a site's; None where no site told its time.

    What follows is filled in by the checks, each by the one that needs it first; the card's own numbers stay here.
    """

    snapshot: Snapshot
    pcsc: Readers
    ask_card: bool = False
    wants_reach: bool = False
    csca: x509.Certificate | None = None
    clock_ahead_s: float | None = None
    reach_site: Callable[[str], Site] = reach
    readers: list[ReaderState] = field(default_factory=list)
    reader: str = field(default="", repr=False)
    connection: CardConnection | None = None
    identification: Identification | None = None
    nis: str = field(default="", repr=False)
    chip: ChipCheck | None = None
    session: CardChannel | None = None
    pin_tries: int | None = None
    found: set[Code] = field(default_factory=set)
    sites: dict[str, Site] = field(default_factory=dict)

    @property
    def may_type_pin(self) -> bool:
        """Whether words may ask for the PIN: with fewer than two known tries nothing does."""
        return self.pin_tries is not None and self.pin_tries >= ENOUGH_TRIES

    @property
    def channel(self) -> CardChannel:
        """A plain channel to the card. A session that was open is over once it is used."""
        assert self.connection is not None
        return plain_channel(self.connection)

    def facts_of(self, error: EidError) -> Mapping[str, Fact]:
        """What an error may tell of itself in a report."""
        if isinstance(error, StatusError):
            return {"sw": f"{error.sw:04X}", "ins": f"{error.ins:02X}"}
        return {"tries_left": 0} if isinstance(error, PinBlockedError) else {}

    def close(self) -> None:
        """Leave the card to others."""
        if self.connection is not None:
            self.connection.close()
            self.connection = None
