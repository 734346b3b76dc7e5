"""Key agreement with generic mapping, over a prime field or a curve (ICAO 9303-11, 4.4.3.3 and 9.5)."""

import secrets
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

from ecdsa import curves
from ecdsa.ellipticcurve import PointJacobi
from ecdsa.errors import MalformedPointError

#: Sizes in bits that the group of a card can have.
_MIN_P, _MAX_P, _MIN_Q = 1024, 4096, 160


class AgreementError(ValueError):
    """Parameters or a public key that no honest side sends."""


class Group(Protocol):
    """What PACE and the CIE's own key agreement need of a group. Private keys are numbers, public keys bytes."""

    @property
    def order(self) -> int:
        """Order of the generator."""

    def private_key(self) -> int:
        """A random private key."""

    def public_key(self, private: int) -> bytes:
        """The public key that goes with it."""

    def shared(self, private: int, public: bytes) -> bytes:
        """The secret both sides then know. Raises AgreementError."""

    def mapped(self, nonce: bytes, private: int, public: bytes) -> "Group":
        """The same group with the generator of generic mapping. Raises AgreementError."""


@dataclass(frozen=True)
class PrimeGroup:
    """p: prime. g: generator of the subgroup of order q. Secrets and public keys are as long as p."""

    p: int = field(repr=False)
    g: int = field(repr=False)
    q: int = field(repr=False)

    @cached_property
    def size(self) -> int:
        """Length of a public key in bytes."""
        return (self.p.bit_length() + 7) // 8

    @property
    def order(self) -> int:
        return self.q

    def check(self) -> "PrimeGroup":
        """This group. Raises AgreementError for sizes that no card uses, or parts that do not fit."""
        if not _MIN_P <= self.p.bit_length() <= _MAX_P or not _MIN_Q <= self.q.bit_length() <= self.p.bit_length():
            raise AgreementError("the card's group has no size that is used")
        if not 1 < self.g < self.p - 1 or self.p % 2 == 0:
            raise AgreementError("the card's generator is none")
        return self

    def private_key(self) -> int:
        """Between 1 and q - 1."""
        return secrets.randbelow(self.q - 1) + 1

    def public_key(self, private: int) -> bytes:
        return self._bytes(pow(self.g, private, self.p))

    def shared(self, private: int, public: bytes) -> bytes:
        return self._bytes(pow(self._read(public), private, self.p))

    def mapped(self, nonce: bytes, private: int, public: bytes) -> "PrimeGroup":
        """g to the nonce, times the shared secret."""
        shared = pow(self._read(public), private, self.p)
        return PrimeGroup(self.p, pow(self.g, int.from_bytes(nonce, "big"), self.p) * shared % self.p, self.q)

    def _read(self, public: bytes) -> int:
        number = int.from_bytes(public, "big")
        if not 1 < number < self.p - 1:
            raise AgreementError("the other side's public key is trivial or too large")
        return number

    def _bytes(self, number: int) -> bytes:
        return number.to_bytes(self.size, "big")


@dataclass(frozen=True)
class CurveGroup:
    """A curve and a generator on it. Public keys are uncompressed points, a secret is the x coordinate."""

    curve: curves.Curve
    generator: PointJacobi = field(repr=False)

    @property
    def order(self) -> int:
        return int(self.curve.order)

    def private_key(self) -> int:
        return secrets.randbelow(self.order - 1) + 1

    def public_key(self, private: int) -> bytes:
        return bytes((self.generator * private).to_bytes("uncompressed"))

    def shared(self, private: int, public: bytes) -> bytes:
        return int((self._point(public) * private).x()).to_bytes(self.curve.baselen, "big")

    def mapped(self, nonce: bytes, private: int, public: bytes) -> "CurveGroup":
        """The generator times the nonce, plus the shared point."""
        mapped = self.generator * int.from_bytes(nonce, "big") + self._point(public) * private
        return CurveGroup(self.curve, mapped)

    def _point(self, public: bytes) -> PointJacobi:
        try:
            return PointJacobi.from_bytes(self.curve.curve, public, valid_encodings=("uncompressed",))
        except MalformedPointError as error:
            raise AgreementError("the other side's public key is no point of the curve") from error


def _curve(curve: curves.Curve) -> CurveGroup:
    return CurveGroup(curve, curve.generator)


def _number(*lines: str) -> int:
    return int("".join(lines), 16)


#: RFC 5114, 2.1: 1024-bit p, 160-bit q.
RFC5114_1024_160 = PrimeGroup(
    p=_number(
        "B10B8F96A080E01DDE92DE5EAE5D54EC52C99FBCFB06A3C69A6A9DCA52D23B616073E28675A23D189838EF1E2EE652C0",
        "13ECB4AEA906112324975C3CD49B83BFACCBDD7D90C4BD7098488E9C219A73724EFFD6FAE5644738FAA31A4FF55BCCC0",
        "A151AF5F0DC8B4BD45BF37DF365C1A65E68CFDA76D4DA708DF1FB2BC2E4A4371",
    ),
    g=_number(
        "A4D1CBD5C3FD34126765A442EFB99905F8104DD258AC507FD6406CFF14266D31266FEA1E5C41564B777E690F5504F213",
        "160217B4B01B886A5E91547F9E2749F4D7FBD7D3B9A92EE1909D0D2263F80A76A6A24C087A091F531DBF0A0169B6A28A",
        "D662A4D18E73AFA32D779D5918D08BC8858F4DCEF97C2A24855E6EEB22B3B2E5",
    ),
    q=_number("F518AA8781A8DF278ABA4E7D64B7CB9D49462353"),
)
#: RFC 5114, 2.3: 2048-bit p, 256-bit q; what EF.CardAccess of the CIE names.
RFC5114_2048_256 = PrimeGroup(
    p=_number(
        "87A8E61DB4B6663CFFBBD19C651959998CEEF608660DD0F25D2CEED4435E3B00E00DF8F1D61957D4FAF7DF4561B2AA30",
        "16C3D91134096FAA3BF4296D830E9A7C209E0C6497517ABD5A8A9D306BCF67ED91F9E6725B4758C022E0B1EF4275BF7B",
        "6C5BFC11D45F9088B941F54EB1E59BB8BC39A0BF12307F5C4FDB70C581B23F76B63ACAE1CAA6B7902D52526735488A0E",
        "F13C6D9A51BFA4AB3AD8347796524D8EF6A167B5A41825D967E144E5140564251CCACB83E6B486F6B3CA3F7971506026",
        "C0B857F689962856DED4010ABD0BE621C3A3960A54E710C375F26375D7014103A4B54330C198AF126116D2276E11715F",
        "693877FAD7EF09CADB094AE91E1A1597",
    ),
    g=_number(
        "3FB32C9B73134D0B2E77506660EDBD484CA7B18F21EF205407F4793A1A0BA12510DBC15077BE463FFF4FED4AAC0BB555",
        "BE3A6C1B0C6B47B1BC3773BF7E8C6F62901228F8C28CBB18A55AE31341000A650196F931C77A57F2DDF463E5E9EC144B",
        "777DE62AAAB8A8628AC376D282D6ED3864E67982428EBC831D14348F6F2F9193B5045AF2767164E1DFC967C1FB3F2E55",
        "A4BD1BFFE83B9C80D052B985D182EA0ADB2A3B7313D3FE14C8484B1E052588B9B7D2BBD2DF016199ECD06E1557CD0915",
        "B3353BBB64E0EC377FD028370DF92B52C7891428CDC67EB6184B523D1DB246C32F63078490F00EF8D647D148D4795451",
        "5E2327CFEF98C582664B4C0F6CC41659",
    ),
    q=_number("8CF83642A709A097B447997640129DA299B1A47D1EB3750BA308B0FE64F5FBD3"),
)
#: Groups by the parameter id of a PACEInfo (ICAO 9303-11, 9.5.1). Id 1 is in no card known here.
STANDARD_GROUPS: dict[int, Group] = {
    0: RFC5114_1024_160,
    2: RFC5114_2048_256,
    10: _curve(curves.NIST224p),
    11: _curve(curves.BRAINPOOLP224r1),
    12: _curve(curves.NIST256p),
    13: _curve(curves.BRAINPOOLP256r1),
    14: _curve(curves.BRAINPOOLP320r1),
    15: _curve(curves.NIST384p),
    16: _curve(curves.BRAINPOOLP384r1),
    17: _curve(curves.BRAINPOOLP512r1),
    18: _curve(curves.NIST521p),
}
