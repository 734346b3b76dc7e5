"""Command and response APDUs (ISO/IEC 7816-4:2005, 5.1)."""

from dataclasses import dataclass, field
from enum import IntEnum


class Ins(IntEnum):
    """Instructions, by the standard's names."""

    VERIFY = 0x20
    MANAGE_SECURITY_ENVIRONMENT = 0x22
    PERFORM_SECURITY_OPERATION = 0x2A
    EXTERNAL_AUTHENTICATE = 0x82
    GET_CHALLENGE = 0x84
    GENERAL_AUTHENTICATE = 0x86
    INTERNAL_AUTHENTICATE = 0x88
    SELECT = 0xA4
    READ_BINARY = 0xB0
    READ_BINARY_ODD = 0xB1
    GET_RESPONSE = 0xC0
    GET_DATA = 0xCB


#: Largest Nc and Ne of short and of extended APDUs.
MAX_SHORT_NC, MAX_SHORT_NE, MAX_NC, MAX_NE = 255, 256, 65_535, 65_536
#: CLA bit of a piece that others follow (5.1.1.1).
CHAINED = 0x10
#: CLA bits of secure messaging with an authenticated header.
SECURED = 0x0C


@dataclass(frozen=True, slots=True)
class CommandApdu:
    """ne: most bytes awaited, 0 for none. data: never shown, it may hold a PIN.

    extended: where data or ne take extended length fields; else they are short, and more data is chained.
    """

    ins: int
    p1: int = 0
    p2: int = 0
    data: bytes = field(default=b"", repr=False)
    ne: int = 0
    cla: int = 0
    extended: bool = False

    def __post_init__(self) -> None:
        for name in ("cla", "ins", "p1", "p2"):
            if not 0 <= getattr(self, name) <= 0xFF:
                raise ValueError(f"{name} is one byte, not {getattr(self, name)}")
        if len(self.data) > MAX_NC or not 0 <= self.ne <= (MAX_NE if self.extended else MAX_SHORT_NE):
            raise ValueError(f"Nc {len(self.data)} or Ne {self.ne} is beyond what an APDU holds")

    @property
    def header(self) -> bytes:
        return bytes((self.cla, self.ins, self.p1, self.p2))

    def __bytes__(self) -> bytes:
        """As it goes to the card. Raises ValueError where short length fields do not hold the data."""
        if self.extended and (self.data or self.ne):
            return self._extended()
        if len(self.data) > MAX_SHORT_NC:
            raise ValueError(f"{len(self.data)} bytes need chaining or extended length fields")
        lc = bytes((len(self.data),)) if self.data else b""
        le = bytes((self.ne & 0xFF,)) if self.ne else b""
        return self.header + lc + self.data + le

    def _extended(self) -> bytes:
        lc = b"\x00" + len(self.data).to_bytes(2, "big") if self.data else b""
        le = (self.ne & 0xFFFF).to_bytes(2, "big") if self.ne else b""
        return self.header + lc + self.data + (b"" if self.data or not le else b"\x00") + le


@dataclass(frozen=True, slots=True)
class ResponseApdu:
    """data: never shown, it may be a person's. sw: status word, 16 bits."""

    sw: int
    data: bytes = field(default=b"", repr=False)

    def __repr__(self) -> str:
        return f"ResponseApdu(sw={self.sw:04X}, {len(self.data)} bytes)"

    @property
    def is_ok(self) -> bool:
        return self.sw == Sw.OK


class Sw(IntEnum):
    """Status words that the terminal asks for by name."""

    OK = 0x9000
    END_OF_FILE = 0x6282
    AUTHENTICATION_FAILED = 0x6300
    WRONG_LENGTH = 0x6700
    NOT_SATISFIED = 0x6982
    BLOCKED = 0x6983
    CONDITIONS = 0x6985
    SM_MISSING = 0x6987
    SM_WRONG = 0x6988
    NOT_FOUND = 0x6A82
    WRONG_P1_P2 = 0x6A86
    REFERENCE_NOT_FOUND = 0x6A88
    WRONG_OFFSET = 0x6B00
    INS_NOT_SUPPORTED = 0x6D00
    CLA_NOT_SUPPORTED = 0x6E00


def tries_of(sw: int) -> int | None:
    """Tries left that a status word tells: 63Cx, or 6983 for none; None for anything else (ISO/IEC 7816-4, 5.1.3)."""
    if sw == Sw.BLOCKED:
        return 0
    return sw & 0xF if sw & 0xFFF0 == 0x63C0 else None
