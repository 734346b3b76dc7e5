"""What a reader is like at one moment, and what changed between two."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class State(StrEnum):
    """PC/SC's states of a reader that matter here (SCardGetStatusChange)."""

    PRESENT = "present"
    IN_USE = "in-use"
    EXCLUSIVE = "exclusive"
    MUTE = "mute"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class ReaderState:
    """name: the driver's, which may hold a serial number, so it stays here. raw: PC/SC's own bits, to wait from."""

    name: str = field(repr=False)
    states: frozenset[State] = frozenset()
    atr: bytes = b""
    raw: int = field(default=0, repr=False)

    @property
    def has_card(self) -> bool:
        return State.PRESENT in self.states

    @property
    def is_awake(self) -> bool:
        """Whether the card that lies there could be woken up: in a weak field it is seen, and stays mute."""
        return State.MUTE not in self.states


class What(StrEnum):
    READER_CAME = "reader-came"
    READER_WENT = "reader-went"
    CARD_CAME = "card-came"
    CARD_WENT = "card-went"


@dataclass(frozen=True, slots=True)
class Event:
    what: What
    reader: ReaderState


def events(before: Sequence[ReaderState], after: Sequence[ReaderState]) -> Iterator[Event]:
    """What happened between two looks; a card that was swapped in between went and came."""
    old, new = ({each.name: each for each in states} for states in (before, after))
    for name, reader in old.items():
        if name not in new:
            yield Event(What.READER_WENT, reader)
        elif reader.has_card and _is_other(reader, new[name]):
            yield Event(What.CARD_WENT, reader)
    for name, reader in new.items():
        if name not in old:
            yield Event(What.READER_CAME, reader)
        if reader.has_card and (name not in old or not old[name].has_card or _is_other(old[name], reader)):
            yield Event(What.CARD_CAME, reader)


def _is_other(before: ReaderState, after: ReaderState) -> bool:
    """Whether the card of before is there no longer: the reader is empty, or another ATR lies on it."""
    return not after.has_card or before.atr != after.atr
