"""Command APDUs as the chip reads them, and the status words it gives."""

from dataclasses import dataclass, field, replace
from enum import IntEnum


class Status(IntEnum):
    OK = 0x9000
    END_OF_FILE = 0x6282
    FAILED = 0x6300
    LENGTH = 0x6700
    NO_SESSION = 0x6882
    SECURITY = 0x6982
    BLOCKED = 0x6983
    CONDITIONS = 0x6985
    NO_FILE_SELECTED = 0x6986
    PROTECTION_MISSING = 0x6987
    PROTECTION_WRONG = 0x6988
    DATA = 0x6A80
    FUNCTION = 0x6A81
    NOT_FOUND = 0x6A82
    PARAMETERS = 0x6A86
    REFERENCE = 0x6A88
    OFFSET = 0x6B00
    INSTRUCTION = 0x6D00


class RefusedError(Exception):
    """The chip's own no; its status word goes out."""

    def __init__(self, status: int) -> None:
        super().__init__(f"{status:04X}")
        self.status = status


@dataclass(frozen=True, slots=True)
class Received:
    """A command as it came. expected: bytes asked for, None without Le."""

    cla: int
    ins: int
    p1: int
    p2: int
    data: bytes = field(default=b"", repr=False)
    expected: int | None = None
    extended: bool = False

    @property
    def is_chained(self) -> bool:
        return bool(self.cla & 0x10)

    @property
    def is_secured(self) -> bool:
        return self.cla & 0x0C == 0x0C


def read_command(raw: bytes) -> Received:
    """Raises RefusedError for lengths that do not add up."""
    if len(raw) < 4:
        raise RefusedError(Status.LENGTH)
    head, body = Received(raw[0], raw[1], raw[2], raw[3]), raw[4:]
    if not body:
        return head
    if len(body) == 1:
        return replace(head, expected=body[0] or 256)
    if body[0] == 0:
        return _extended(head, body[1:])
    data, rest = body[1 : 1 + body[0]], body[1 + body[0] :]
    if len(data) != body[0] or len(rest) > 1:
        raise RefusedError(Status.LENGTH)
    return replace(head, data=data, expected=(rest[0] or 256) if rest else None)


def _extended(head: Received, body: bytes) -> Received:
    if len(body) == 2:
        return replace(head, expected=int.from_bytes(body, "big") or 65_536, extended=True)
    length = int.from_bytes(body[:2], "big")
    data, rest = body[2 : 2 + length], body[2 + length :]
    if len(body) < 2 or len(data) != length or len(rest) not in (0, 2):
        raise RefusedError(Status.LENGTH)
    expected = (int.from_bytes(rest, "big") or 65_536) if rest else None
    return replace(head, data=data, expected=expected, extended=True)
