"""What goes wrong with cards, on demand: silence, removal, damaged answers, status words out of place."""

import os
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from eidbridge.simulator.chip import Chip


class Kind(StrEnum):
    """value: what the number of a fault means to it."""

    MUTE = "mute"  # no answer, for ever
    SLOW = "slow"  # value: milliseconds
    REMOVED = "removed"  # taken away instead of answering
    RESET = "reset"  # the chip begins anew before the command, and nobody is told
    WRONG_MAC = "wrong-mac"
    WRONG_COUNTER = "wrong-counter"
    TRUNCATED = "truncated"  # value: bytes that are left
    OVERSIZED = "oversized"  # value: bytes of data
    RANDOM = "random"  # value: bytes
    STATUS = "status"  # value: the status word, without data
    OUTER_STATUS = "outer-status"  # a protected refusal shows its status word outside too
    BARE_STATUS = "bare-status"  # a protected refusal comes as a status word alone
    ASKS_IN_CHAIN = "asks-in-chain"  # a reader puts 61xx between the pieces of a chain
    OTHER_LE = "other-le"  # READ BINARY is answered with 6Cxx; value: xx


@dataclass(frozen=True, slots=True)
class Fault:
    """after: commands answered before it begins. ins: only for this instruction. times: how often; None for ever."""

    kind: Kind
    value: int = 0
    after: int = 0
    ins: int | None = None
    times: int | None = None


class SilenceError(Exception):
    """The card does not answer."""


class GoneError(Exception):
    """The card is no longer on the reader."""


_TEXT = re.compile(r"(?P<kind>[a-z-]+)(?:=(?P<value>[0-9A-Fa-fx]+))?(?:@(?P<after>\d+))?(?:/(?P<ins>[0-9A-Fa-f]{2}))?")


def read_fault(text: str) -> Fault:
    """`kind[=value][@after][/ins]`: `mute@3`, `slow=5000`, `status=0x6982/B0`. Raises ValueError."""
    found = _TEXT.fullmatch(text)
    if found is None or found["kind"] not in {kind.value for kind in Kind}:
        raise ValueError(f"{text!r} is no fault; there are: {', '.join(Kind)}, each with =value, @after and /ins")
    ins = int(found["ins"], 16) if found["ins"] else None
    return Fault(Kind(found["kind"]), int(found["value"] or "0", 0), int(found["after"] or 0), ins)


@dataclass
class FaultyCard:
    """A chip behind its faults. sleep: how slowness passes."""

    chip: Chip
    faults: Sequence[Fault] = ()
    sleep: Callable[[float], None] = time.sleep
    _seen: dict[Fault, int] = field(default_factory=dict)
    _count: int = 0

    @property
    def atr(self) -> bytes:
        return self.chip.atr

    def reset(self) -> None:
        self.chip.reset()

    def transmit(self, command: bytes) -> bytes:
        """The answer. Raises SilenceError, GoneError."""
        self._count += 1
        acting = [fault for fault in self.faults if self._acts(fault, command)]
        for fault in acting:
            self._before(fault, command)
        answer = self.chip.transmit(command)
        for fault in acting:
            answer = _AFTER.get(fault.kind, _as_it_is)(fault, command, answer)
        return answer

    def _acts(self, fault: Fault, command: bytes) -> bool:
        if self._count <= fault.after or (fault.ins is not None and command[1:2] != bytes((fault.ins,))):
            return False
        self._seen[fault] = self._seen.get(fault, 0) + 1
        return fault.times is None or self._seen[fault] <= fault.times

    def _before(self, fault: Fault, command: bytes) -> None:
        match fault.kind:
            case Kind.MUTE:
                raise SilenceError
            case Kind.REMOVED:
                raise GoneError
            case Kind.RESET:
                self.chip.reset()
            case Kind.SLOW:
                self.sleep(fault.value / 1000)
            case Kind.WRONG_COUNTER if self.chip.session is not None and command[0] & 0x0C:
                self.chip.session.counter += 2


def _as_it_is(_fault: Fault, _command: bytes, answer: bytes) -> bytes:
    return answer


def _wrong_mac(_fault: Fault, _command: bytes, answer: bytes) -> bytes:
    place = len(answer) - 12  # a protected answer ends with its MAC of eight bytes and the status word
    if answer[place : place + 2] != b"\x8e\x08":
        return answer
    return answer[: place + 2] + bytes((answer[place + 2] ^ 1,)) + answer[place + 3 :]


def _status_inside(answer: bytes) -> bytes:
    """The status word that an answer protects, where it is a refusal."""
    if answer.startswith(b"\x99\x02") and answer[2:4] not in (b"\x90\x00", b"\x62\x82"):
        return answer[2:4]
    return b""


def _outer_status(_fault: Fault, _command: bytes, answer: bytes) -> bytes:
    status = _status_inside(answer)
    return answer[:-2] + status if status else answer


def _bare_status(_fault: Fault, _command: bytes, answer: bytes) -> bytes:
    return _status_inside(answer) or answer


def _asks_in_chain(_fault: Fault, command: bytes, answer: bytes) -> bytes:
    return b"\x61\x02" if command[0] & 0x10 and command[1] != 0x86 else answer


def _other_le(fault: Fault, command: bytes, answer: bytes) -> bytes:
    if command[1] != 0xB0 or command[0] & 0x0C or command[-1] == fault.value:
        return answer
    return bytes((0x6C, fault.value))


_AFTER: dict[Kind, Callable[[Fault, bytes, bytes], bytes]] = {
    Kind.WRONG_MAC: _wrong_mac,
    Kind.TRUNCATED: lambda fault, _command, answer: answer[: fault.value],
    Kind.OVERSIZED: lambda fault, _command, _answer: bytes(fault.value) + b"\x90\x00",
    Kind.RANDOM: lambda fault, _command, _answer: os.urandom(fault.value),
    Kind.STATUS: lambda fault, _command, _answer: fault.value.to_bytes(2, "big"),
    Kind.OUTER_STATUS: _outer_status,
    Kind.BARE_STATUS: _bare_status,
    Kind.ASKS_IN_CHAIN: _asks_in_chain,
    Kind.OTHER_LE: _other_le,
}
