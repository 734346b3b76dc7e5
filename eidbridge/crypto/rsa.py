"""Raw RSA and the two blocks a CIE puts into it: PKCS#1 v1.5 type 1, and ISO/IEC 9796-2 with partial recovery."""

import hashlib
from dataclasses import dataclass, field
from functools import cached_property

from eidbridge.crypto.ciphers import equal

#: Sizes of a modulus in bits that a card can have.
_MIN_BITS, _MAX_BITS = 1024, 4096


class RsaError(ValueError):
    """A key that no card has, or a block that is not what its owner would have signed."""


@dataclass(frozen=True)
class PublicKey:
    """n: modulus, e: exponent. e may be as long as n: the CIE's key of terminals has such a one."""

    n: int
    e: int = field(repr=False)

    def check(self) -> "PublicKey":
        """This key. Raises RsaError for a size that no card has."""
        if not _MIN_BITS <= self.n.bit_length() <= _MAX_BITS or not 1 < self.e < self.n or self.n % 2 == 0:
            raise RsaError("the card's public key has no size that is used")
        return self

    @cached_property
    def size(self) -> int:
        """Length of the modulus in bytes."""
        return (self.n.bit_length() + 7) // 8

    def open(self, signature: bytes) -> bytes:
        """The block that was signed. Raises RsaError for a signature of another length or beyond the modulus."""
        number = int.from_bytes(signature, "big")
        if len(signature) != self.size or number >= self.n:
            raise RsaError("the signature does not fit the key")
        return pow(number, self.e, self.n).to_bytes(self.size, "big")

    def verifies(self, signature: bytes, content: bytes) -> bool:
        """Whether `signature` is PKCS#1 v1.5 of `content` as it is: a challenge, or a DigestInfo (RFC 8017, 9.2)."""
        try:
            return equal(self.open(signature), pkcs1_block(content, self.size))
        except RsaError:
            return False


@dataclass(frozen=True)
class PrivateKey:
    """d: private exponent, never shown. p: one of the primes, where it is known; signing is quicker with it."""

    n: int
    d: int = field(repr=False)
    p: int | None = field(default=None, repr=False)

    @cached_property
    def size(self) -> int:
        return (self.n.bit_length() + 7) // 8

    def sign(self, block: bytes) -> bytes:
        """The raw private operation on a block of the modulus' length. Raises RsaError."""
        number = int.from_bytes(block, "big")
        if len(block) != self.size or number >= self.n:
            raise RsaError("the block does not fit the key")
        return self._power(number).to_bytes(self.size, "big")

    def _power(self, number: int) -> int:
        """number to the power d, by the remainders of both primes where they are known (RFC 8017, 5.2.1)."""
        if self.p is None:
            return pow(number, self.d, self.n)
        p, q = self.p, self.n // self.p
        by_p, by_q = pow(number, self.d % (p - 1), p), pow(number, self.d % (q - 1), q)
        return by_q + q * ((by_p - by_q) * pow(q, -1, p) % p)


def pkcs1_block(content: bytes, size: int) -> bytes:
    """Block type 1 around `content` (RFC 8017, 9.2, steps 4 and 5). Raises RsaError where there is no room."""
    filling = size - len(content) - 3
    if filling < 8:
        raise RsaError(f"{len(content)} bytes do not fit into a block of {size}")
    return b"\x00\x01" + b"\xff" * filling + b"\x00" + content


#: Bytes of a message that an ISO/IEC 9796-2 block of 256 bytes holds beside its SHA-256.
RECOVERABLE = 222


def recovery_block(recoverable: bytes, message: bytes) -> bytes:
    """`6A | recoverable | SHA-256(message) | BC` (ISO/IEC 9796-2, scheme 1 with the hash named by the trailer)."""
    return b"\x6a" + recoverable + hashlib.sha256(message).digest() + b"\xbc"


def open_recovery_block(block: bytes) -> tuple[bytes, bytes]:
    """The recoverable part and the SHA-256 of such a block. Raises RsaError."""
    if len(block) < 35 or block[0] != 0x6A or block[-1] != 0xBC:
        raise RsaError("no block of ISO/IEC 9796-2")
    return block[1:-33], block[-33:-1]
