"""The simulator's own test authority: keys and certificates made fresh in each process, and what they sign.

Every name and number is made up. Nothing here is, or can be taken for, a document of the Republic.
"""

import hashlib
import math
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

from eidbridge.crypto import terminal_key
from eidbridge.tlv import encode

_BITS = 2048
_SHA256, _SHA512 = bytes.fromhex("608648016503040201"), bytes.fromhex("608648016503040203")
_RSA_SHA256 = bytes.fromhex("2A864886F70D01010B")
_RSA_PSS = bytes.fromhex("2A864886F70D01010A")
_MGF1 = bytes.fromhex("2A864886F70D010108")
_LDS, _SIGNED_DATA = bytes.fromhex("678108010101"), bytes.fromhex("2A864886F70D010702")
_CONTENT_TYPE, _MESSAGE_DIGEST = bytes.fromhex("2A864886F70D010903"), bytes.fromhex("2A864886F70D010904")
_NULL = encode(0x05)


@dataclass(frozen=True)
class ChipKey:
    """An RSA key as a chip holds it."""

    n: int
    e: int
    d: int = field(repr=False)

    @property
    def public_file(self) -> bytes:
        """DER `SEQUENCE { n, e }`."""
        return encode(0x30, _integer(self.n), _integer(self.e))


@dataclass(frozen=True)
class Holder:
    """A person that nobody is."""

    surname: str = field(default="ROSSI", repr=False)
    name: str = field(default="MARIA", repr=False)
    tax_code: str = field(default="RSSMRA80A01H501U", repr=False)
    document_number: str = field(default="CA00000AA", repr=False)
    nis: str = field(default="123456789012", repr=False)
    born: str = field(default="800401", repr=False)
    expires: str = field(default="340401", repr=False)


def chip_key(key: rsa.RSAPrivateKey) -> ChipKey:
    numbers = key.private_numbers()
    return ChipKey(numbers.public_numbers.n, numbers.public_numbers.e, numbers.d)


@cache
def fresh_key(name: str) -> rsa.RSAPrivateKey:
    """The key of this name in this process, made at the first call."""
    del name
    return rsa.generate_private_key(public_exponent=65_537, key_size=_BITS)


@cache
def terminal_ca() -> ChipKey:
    """A pair for which the published private exponent of the terminals' authority works: e is as long as n."""
    d = terminal_key.CA_PRIVATE_EXPONENT
    while True:
        numbers = rsa.generate_private_key(public_exponent=65_537, key_size=_BITS).private_numbers()
        order = math.lcm(numbers.p - 1, numbers.q - 1)
        if math.gcd(d, order) == 1:
            return ChipKey(numbers.p * numbers.q, pow(d, -1, order), d)


@cache
def csca(name: str = "test") -> x509.Certificate:
    """The certificate of a signing authority of this name, for all of its document signers."""
    key = fresh_key(f"csca {name}")
    subject = _name(f"CSCA of the simulator, {name}")
    return _certificate(key, key, subject, subject, is_ca=True)


@cache
def _document_signer(authority: str) -> x509.Certificate:
    subject = _name("Document signer of the simulator")
    return _certificate(fresh_key("signer"), fresh_key(f"csca {authority}"), subject, csca(authority).subject)


def login_certificate(holder: Holder, starts: datetime, ends: datetime) -> bytes:
    """The holder's login certificate, DER, from `starts` to `ends` (aware)."""
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "IT"),
            x509.NameAttribute(NameOID.SURNAME, holder.surname),
            x509.NameAttribute(NameOID.GIVEN_NAME, holder.name),
            x509.NameAttribute(NameOID.COMMON_NAME, f"{holder.tax_code}/{holder.document_number}"),
        ]
    )
    key, issuer = fresh_key("login"), fresh_key("csca login")
    made = _certificate(key, issuer, subject, _name("Simulator, login certificates"), starts=starts, ends=ends)
    return made.public_bytes(serialization.Encoding.DER)


def sod(files: dict[int, bytes], *, newer: bool, authority: str = "test") -> bytes:
    """EF.SOD of the CIE application over the files by their number. newer: SHA-512 and PSS, LDS version 1.

    authority: who issued the document signer; anything but `test` is a wrong one.
    """
    name, oid = ("sha512", _SHA512) if newer else ("sha256", _SHA256)
    groups = [
        encode(0x30, encode(2, bytes((number,))), encode(4, hashlib.new(name, content).digest()))
        for number, content in files.items()
    ]
    algorithm = encode(0x30, encode(6, oid), _NULL)
    lds = encode(0x30, encode(2, bytes((int(newer),))), algorithm, encode(0x30, *groups))
    attributes = encode(0x30, encode(6, _CONTENT_TYPE), encode(0x31, encode(6, _LDS))) + encode(
        0x30, encode(6, _MESSAGE_DIGEST), encode(0x31, encode(4, hashlib.new(name, lds).digest()))
    )
    signer = _document_signer(authority)
    signature = _signature(encode(0x31, attributes), newer=newer)
    issuer = signer.issuer.public_bytes()
    info = encode(
        0x30,
        encode(2, b"\x01"),
        encode(0x30, issuer, _integer(signer.serial_number)),
        algorithm,
        encode(0xA0, attributes),
        _signature_algorithm(newer=newer),
        encode(4, signature),
    )
    certificate = signer.public_bytes(serialization.Encoding.DER)
    data = encode(
        0x30,
        encode(2, b"\x03"),
        encode(0x31, algorithm),
        encode(0x30, encode(6, _LDS), encode(0xA0, encode(4, lds))),
        encode(0xA0, certificate),
        encode(0x31, info),
    )
    return encode(0x77, encode(0x30, encode(6, _SIGNED_DATA), encode(0xA0, data)))


def _signature(attributes: bytes, *, newer: bool) -> bytes:
    key = fresh_key("signer")
    if newer:
        return key.sign(attributes, padding.PSS(padding.MGF1(hashes.SHA512()), 64), hashes.SHA512())
    return key.sign(attributes, padding.PKCS1v15(), hashes.SHA256())


def _signature_algorithm(*, newer: bool) -> bytes:
    if not newer:
        return encode(0x30, encode(6, _RSA_SHA256), _NULL)
    sha512 = encode(0x30, encode(6, _SHA512), _NULL)
    mask = encode(0x30, encode(6, _MGF1), sha512)
    return encode(
        0x30,
        encode(6, _RSA_PSS),
        encode(0x30, encode(0xA0, sha512), encode(0xA1, mask), encode(0xA2, encode(2, b"\x40"))),
    )


def _certificate(  # noqa: PLR0913 - what a certificate consists of
    key: rsa.RSAPrivateKey,
    issuer_key: rsa.RSAPrivateKey,
    subject: x509.Name,
    issuer: x509.Name,
    *,
    is_ca: bool = False,
    starts: datetime | None = None,
    ends: datetime | None = None,
) -> x509.Certificate:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(starts or now - timedelta(days=400))
        .not_valid_after(ends or now + timedelta(days=3_000))
        .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
        .sign(issuer_key, hashes.SHA256())
    )


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, common)])


def _integer(number: int) -> bytes:
    return encode(2, number.to_bytes(number.bit_length() // 8 + 1, "big"))
