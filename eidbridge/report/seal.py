"""The seal of a message: a compact JWS (RFC 7515) by ES256 and nothing else. The only module that imports python-jose.

Its protected header is always the same bytes, compared before anything is parsed: so a message can name no other
algorithm, no key and no extension. The key comes from the pairing.
"""

import base64
import hashlib
import re
from collections.abc import Mapping

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from jose import jws
from jose.exceptions import JOSEError

_ALGORITHM = "ES256"
_TYPE = "eidbridge+jws"


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


_HEADER = _base64url(f'{{"alg":"{_ALGORITHM}","typ":"{_TYPE}"}}'.encode("ascii"))
#: header.payload.signature; 64 bytes are 86 signs.
_COMPACT = re.compile(rf"{_HEADER}\.(?:[A-Za-z0-9_-]+)\.[A-Za-z0-9_-]{{86}}\Z".encode("ascii"))
_COORDINATE = re.compile(r"[A-Za-z0-9_-]{43}\Z", re.ASCII)

Jwk = Mapping[str, str]


class SealError(Exception):
    """The seal, or the key it should be checked with, is not what it must be."""


class SigningKey:
    """The private key of one run. It never leaves the memory of the program."""

    def __init__(self) -> None:
        private = ec.generate_private_key(ec.SECP256R1())
        numbers = private.public_key().public_numbers()
        self.public: Jwk = {
            "kty": "EC",
            "crv": "P-256",
            "x": _base64url(numbers.x.to_bytes(32, "big")),
            "y": _base64url(numbers.y.to_bytes(32, "big")),
        }
        self._pem = private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode("ascii")

    def seal(self, payload: bytes) -> bytes:
        """`payload` as a compact JWS."""
        sealed: str = jws.sign(payload, self._pem, headers={"typ": _TYPE}, algorithm=_ALGORITHM)
        return sealed.encode("ascii")


def checked_key(jwk: object) -> Jwk:
    """A public key as a stranger sent it: a JWK (RFC 7518, 6.2.1) of four members, on P-256. Raises SealError."""
    if not isinstance(jwk, Mapping) or jwk.keys() != {"kty", "crv", "x", "y"}:
        raise SealError("a key has kty, crv, x and y")
    if (jwk["kty"], jwk["crv"]) != ("EC", "P-256"):
        raise SealError("a key is one of P-256")
    x, y = _coordinate(jwk["x"]), _coordinate(jwk["y"])
    try:
        ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
    except ValueError as error:
        raise SealError("the point is not on the curve") from error
    return {"kty": "EC", "crv": "P-256", "x": jwk["x"], "y": jwk["y"]}


def _coordinate(value: object) -> int:
    if not isinstance(value, str) or _COORDINATE.match(value) is None:
        raise SealError("a coordinate has 43 signs")
    data = base64.urlsafe_b64decode(value + "=")
    if _base64url(data) != value:
        raise SealError("a coordinate is written in one way alone")
    return int.from_bytes(data, "big")


def thumbprint(jwk: Jwk) -> str:
    """SHA-256 thumbprint of a key (RFC 7638), base64url."""
    text = f'{{"crv":"{jwk["crv"]}","kty":"{jwk["kty"]}","x":"{jwk["x"]}","y":"{jwk["y"]}"}}'
    return _base64url(hashlib.sha256(text.encode("ascii")).digest())


def open_sealed(data: bytes, jwk: Jwk) -> bytes:
    """The payload of a message that the holder of `jwk` sealed; its size is bounded by the caller. Raises SealError."""
    if _COMPACT.match(data) is None:
        raise SealError("no compact JWS with our header")
    try:
        payload = jws.verify(data, dict(jwk), algorithms=[_ALGORITHM])
    except (JOSEError, ValueError) as error:
        raise SealError("the signature does not fit") from error
    if not isinstance(payload, bytes):
        raise SealError("no payload")
    return payload
