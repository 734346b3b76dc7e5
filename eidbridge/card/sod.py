"""Passive authentication: EF.SOD, a CMS SignedData over the hashes of the other files (ICAO 9303-11, 5.1; RFC 5652).

Only the one form that cards carry is read, strictly, with this package's own BER-TLV: nothing else of CMS is taken.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from eidbridge.card.certificates import read_certificate
from eidbridge.crypto.ciphers import equal
from eidbridge.errors import NotGenuineError, UnexpectedAnswerError
from eidbridge.tlv import Tlv, TlvError, encode, find, parse, parse_first

_SIGNED_DATA = bytes.fromhex("2A864886F70D010702")
_CONTENT_TYPE, _MESSAGE_DIGEST = bytes.fromhex("2A864886F70D010903"), bytes.fromhex("2A864886F70D010904")
_RSA_PSS = bytes.fromhex("2A864886F70D01010A")
#: Names of `hashlib` by the object identifier of a hash algorithm (RFC 5754).
_HASHES = {
    bytes.fromhex("608648016503040204"): "sha224",
    bytes.fromhex("608648016503040201"): "sha256",
    bytes.fromhex("608648016503040202"): "sha384",
    bytes.fromhex("608648016503040203"): "sha512",
}
#: The same by the object identifier of a signature algorithm that names its hash: RSA PKCS#1 v1.5, then ECDSA.
_SIGNATURES = {
    bytes.fromhex("2A864886F70D010105"): "sha1",
    bytes.fromhex("2A864886F70D01010E"): "sha224",
    bytes.fromhex("2A864886F70D01010B"): "sha256",
    bytes.fromhex("2A864886F70D01010C"): "sha384",
    bytes.fromhex("2A864886F70D01010D"): "sha512",
    bytes.fromhex("2A8648CE3D040301"): "sha224",
    bytes.fromhex("2A8648CE3D040302"): "sha256",
    bytes.fromhex("2A8648CE3D040303"): "sha384",
    bytes.fromhex("2A8648CE3D040304"): "sha512",
}
_ALGORITHMS: dict[str, type[hashes.HashAlgorithm]] = {
    "sha1": hashes.SHA1,
    "sha224": hashes.SHA224,
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}


class Trust(StrEnum):
    """How far an EF.SOD that holds was followed."""

    CONSISTENT = "consistent"  # signed by the certificate it brings along; nobody says whose that is
    ISSUED = "issued"  # and that certificate comes from the country's CSCA


@dataclass(frozen=True, slots=True)
class Sod:
    """What an EF.SOD says, checked against nothing but itself. hashes: by number of data group."""

    algorithm: str
    hashes: Mapping[int, bytes] = field(repr=False)
    signer: x509.Certificate = field(repr=False)

    def covers(self, number: int, content: bytes) -> bool:
        """Whether the file with this number has the hash that was signed; False too where none is named."""
        return equal(self.hashes.get(number, b""), hashlib.new(self.algorithm, content).digest())

    def trust(self, csca: x509.Certificate | None) -> Trust:
        """Raises NotGenuineError where the signer's certificate is not from the given CSCA."""
        if csca is None:
            return Trust.CONSISTENT
        try:
            self.signer.verify_directly_issued_by(csca)
        except (InvalidSignature, ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise NotGenuineError("the document signer is not from this CSCA") from error
        return Trust.ISSUED


def read_sod(content: bytes) -> Sod:
    """Read EF.SOD and check its own signature.

    Raises NotGenuineError where the signature or the digest in it is wrong, UnexpectedAnswerError for another form.
    """
    try:
        signed = _signed_data(content)
        return _checked(signed)
    except (TlvError, ValueError, KeyError, UnsupportedAlgorithm) as error:
        raise UnexpectedAnswerError("EF.SOD has another form") from error


def _signed_data(content: bytes) -> list[Tlv]:
    """The fields of SignedData: version, digest algorithms, content, certificates, signer infos."""
    info = find(content, 0x77, 0x30)
    if find(info, 0x06) != _SIGNED_DATA:
        raise ValueError("no SignedData")
    fields = parse(find(info, 0xA0, 0x30))
    if [each.tag for each in fields] != [0x02, 0x31, 0x30, 0xA0, 0x31]:
        raise ValueError("SignedData of another form")
    return fields


def _checked(fields: list[Tlv]) -> Sod:
    _version, _algorithms, encapsulated, certificates, signers = fields
    content_type, content = encapsulated.find(0x06), encapsulated.find(0xA0, 0x04)
    certificate, rest = parse_first(certificates.value)
    if rest:
        raise ValueError("more than one certificate")
    signer = read_certificate(bytes(certificate))
    _check_signer(signers.find(0x30), signer, content_type, content)
    return Sod(*_security_object(content), signer)


def _check_signer(info: bytes, signer: x509.Certificate, content_type: bytes, content: bytes) -> None:
    """The one SignerInfo: its attributes name this content, and its signature covers them."""
    fields = parse(info)
    if [each.tag for each in fields][:6] != [0x02, 0x30, 0x30, 0xA0, 0x30, 0x04]:
        raise ValueError("SignerInfo of another form")
    _version, _sid, digest, attributes, signature_algorithm, signature = fields[:6]
    digest_name = _HASHES[digest.find(0x06)]
    values = {each.find(0x06): each.find(0x31) for each in attributes.objects()}
    if find(values[_CONTENT_TYPE], 0x06) != content_type:
        raise NotGenuineError("the signature is over another kind of content")
    if not equal(find(values[_MESSAGE_DIGEST], 0x04), hashlib.new(digest_name, content).digest()):
        raise NotGenuineError("the content of EF.SOD is not what was signed")
    _verify(signer, signature_algorithm, digest_name, signature.value, encode(0x31, attributes.value))


def _verify(signer: x509.Certificate, algorithm: Tlv, digest_name: str, signature: bytes, signed: bytes) -> None:
    key, oid = signer.public_key(), algorithm.find(0x06)
    try:
        if isinstance(key, rsa.RSAPublicKey) and oid == _RSA_PSS:
            name, salt = _pss(algorithm)
            mask = padding.MGF1(_ALGORITHMS[name]())
            key.verify(signature, signed, padding.PSS(mask, salt), _ALGORITHMS[name]())
        elif isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, signed, padding.PKCS1v15(), _ALGORITHMS[_SIGNATURES.get(oid, digest_name)]())
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, signed, ec.ECDSA(_ALGORITHMS[_SIGNATURES[oid]]()))
        else:
            raise ValueError("a signer's key of another kind")
    except InvalidSignature as error:
        raise NotGenuineError("the signature of EF.SOD is wrong") from error


def _pss(algorithm: Tlv) -> tuple[str, int]:
    """Hash and length of the salt (RFC 4055, 3.1)."""
    parameters = algorithm.find(0x30)
    return _HASHES[find(parameters, 0xA0, 0x30, 0x06)], int.from_bytes(find(parameters, 0xA2, 0x02), "big")


def _security_object(content: bytes) -> tuple[str, dict[int, bytes]]:
    """Hash algorithm and hashes of an LDSSecurityObject; its numbers of data groups are single bytes."""
    _version, algorithm, groups = find_sequence(content)[:3]
    found = {}
    for group in groups.objects():
        number, digest = group.objects()
        found[int.from_bytes(number.value, "big")] = digest.value
    return _HASHES[algorithm.find(0x06)], found


def find_sequence(content: bytes) -> list[Tlv]:
    """The fields of the one SEQUENCE that `content` is. Raises TlvError, ValueError."""
    sequence, rest = parse_first(content)
    if sequence.tag != 0x30 or rest:
        raise ValueError("no SEQUENCE")
    return sequence.objects()
