"""The chip's files: what is in which directory, and who may read it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from eidbridge.simulator.commands import RefusedError, Status
from eidbridge.tlv import TlvError, encode, find


class Rule(StrEnum):
    """When a file may be read."""

    ALWAYS = "always"
    SESSION = "session"  # BAC or PACE
    PIN = "pin"  # PIN verified, and the command secured
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class StoredFile:
    content: bytes = field(repr=False)
    rule: Rule = Rule.ALWAYS
    sfi: int | None = None


@dataclass(frozen=True, slots=True)
class Directory:
    """files: by file id."""

    aid: bytes
    files: Mapping[int, StoredFile]

    def by_sfi(self, sfi: int) -> int:
        """File id of a short identifier. Raises RefusedError."""
        for fid, file in self.files.items():
            if file.sfi == sfi:
                return fid
        raise RefusedError(Status.NOT_FOUND)


def file_template(fid: int, file: StoredFile) -> bytes:
    """What SELECT answers when asked for: size, kind, id, life cycle (ISO/IEC 7816-4:2005, 5.3.3)."""
    return encode(
        0x62,
        encode(0x80, len(file.content).to_bytes(2, "big")),
        encode(0x82, b"\x01"),
        encode(0x83, fid.to_bytes(2, "big")),
        encode(0x8A, b"\x05"),
    )


def cut(content: bytes, offset: int, expected: int) -> tuple[bytes, int]:
    """Bytes of a file from `offset`, and the status that goes with them: 6282 where the end came first.

    Raises RefusedError (6B00) at the end and beyond it.
    """
    if offset >= len(content):
        raise RefusedError(Status.OFFSET)
    data = content[offset : offset + expected]
    return data, Status.OK if len(data) == expected else Status.END_OF_FILE


def odd_offset(data: bytes) -> int:
    """Offset in the data of an odd READ BINARY: `54 02 <offset>`. Raises RefusedError."""
    try:
        return int.from_bytes(find(data, 0x54), "big")
    except TlvError:
        raise RefusedError(Status.DATA) from None
