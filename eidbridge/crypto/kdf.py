"""Key derivation (ICAO 9303-11, 9.7.1) and the seeds it starts from."""

import hashlib
from enum import IntEnum


class Use(IntEnum):
    """What a derived key is for: the counter of the derivation."""

    ENCRYPTION = 1
    MAC = 2
    PASSWORD = 3


def key_sha1(secret: bytes, use: Use, *, size: int = 16) -> bytes:
    """Key of 16 bytes for two-key 3DES or AES-128 (ICAO 9303-11, 9.7.1; worked example: appendix D).

    secret: the shared secret, or for a PACE password the CAN's characters or the hashed MRZ. DES keys get no parity
    bits: ciphers do not look at them, so compare with published keys without.
    """
    return hashlib.sha1(secret + use.to_bytes(4, "big"), usedforsecurity=False).digest()[:size]


def key_sha256(secret: bytes, use: Use, *, size: int = 16) -> bytes:
    """Key of up to 32 bytes: AES-192 and AES-256 on travel documents, and 3DES on the CIE's own application."""
    return hashlib.sha256(secret + use.to_bytes(4, "big")).digest()[:size]


def mrz_information(*, document_number: str, born: str, expires: str) -> bytes:
    """Document number, birth and expiry (YYMMDD), each with its check digit, as BAC and PACE take them.

    document_number: as printed, filled up with `<` to nine characters. Raises ValueError for other characters.
    """
    fields = (document_number.ljust(9, "<"), born, expires)
    return "".join(text + check_digit(text) for text in fields).encode("ascii")


def check_digit(text: str) -> str:
    """Check digit of an MRZ field (ICAO 9303-3, 4.9): weights 7, 3, 1. Raises ValueError."""
    return str(sum(_mrz_value(sign) * (7, 3, 1)[place % 3] for place, sign in enumerate(text)) % 10)


def _mrz_value(sign: str) -> int:
    if sign == "<":
        return 0
    if sign.isascii() and (sign.isdigit() or sign.isupper()):
        return int(sign, 36)
    raise ValueError("an MRZ has capital letters, digits and < only")


def hashed(data: bytes) -> bytes:
    """SHA-1, 20 bytes: the MRZ information as a PACE password, and (cut to 16) the seed of BAC."""
    return hashlib.sha1(data, usedforsecurity=False).digest()
