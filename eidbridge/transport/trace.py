"""What went over the wire, without what was in it: redacted when it is written down, not when it is shown."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from eidbridge.transport.base import CardConnection


@dataclass(frozen=True, slots=True)
class Row:
    """header: CLA INS P1 P2. sent, came: lengths in bytes, status word included. seconds: of the card."""

    header: bytes
    sent: int
    came: int
    sw: int
    seconds: float

    def __str__(self) -> str:
        return f"{self.header.hex().upper()} {self.sent} bytes, {self.sw:04X} {self.came} bytes, {self.seconds:.3f} s"


@dataclass
class Trace:
    """The exchanges of one run; the newest `most` of them."""

    most: int = 2_000
    rows: list[Row] = field(default_factory=list)

    @property
    def bytes_exchanged(self) -> int:
        return sum(row.sent + row.came for row in self.rows)


@dataclass(frozen=True, slots=True)
class TracedConnection:
    """A connection whose exchanges are written down (`transport.base.CardConnection`)."""

    connection: CardConnection
    trace: Trace
    clock: Callable[[], float] = time.perf_counter

    @property
    def atr(self) -> bytes:
        return self.connection.atr

    def transmit(self, command: bytes) -> bytes:
        began = self.clock()
        answer = self.connection.transmit(command)
        row = Row(command[:4], len(command), len(answer), int.from_bytes(answer[-2:], "big"), self.clock() - began)
        self.trace.rows.append(row)
        del self.trace.rows[: -self.trace.most]
        return answer

    def reset(self) -> None:
        self.connection.reset()

    def close(self) -> None:
        self.connection.close()
