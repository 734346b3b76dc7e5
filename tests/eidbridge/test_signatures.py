"""Keys and signatures of every kind a card can bring: what is taken, and at which bound it is refused."""

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

from eidbridge.apdu.command import CommandApdu
from eidbridge.apdu.secure_messaging import Des3Suite, SecureMessaging
from eidbridge.card import mrtd, sod
from eidbridge.crypto.agreement import AgreementError, CurveGroup, PrimeGroup
from eidbridge.crypto.kdf import check_digit
from eidbridge.crypto.padding import PaddingError, unpad
from eidbridge.crypto.rsa import PrivateKey, PublicKey, RsaError, open_recovery_block, pkcs1_block, recovery_block
from eidbridge.errors import NotGenuineError, UnexpectedAnswerError
from eidbridge.simulator import authority
from eidbridge.tlv import Tlv, TlvError, encode, parse

# Sizes.

ODD_1024, ODD_4096 = 2**1023 + 1, 2**4096 - 1


@pytest.mark.parametrize(
    ("n", "e"),
    [(ODD_1024, 3), (ODD_1024, 2), (ODD_4096, 65_537), (ODD_1024, ODD_1024 - 1), (2**2047 + 9, 3)],
)
def test_a_public_key_of_a_size_that_cards_have(n, e):
    assert PublicKey(n, e).check().n == n


@pytest.mark.parametrize(
    ("n", "e"),
    [
        (2**1023 - 1, 3),
        (2**4096 + 1, 3),
        (ODD_1024, 1),
        (ODD_1024, 0),
        (ODD_1024, ODD_1024),
        (ODD_1024 + 1, 3),
        (2**100 + 1, 0),
    ],
)
def test_a_public_key_that_no_card_has(n, e):
    with pytest.raises(RsaError):
        PublicKey(n, e).check()


P_1024 = 2**1023 + 1


@pytest.mark.parametrize(
    ("p", "g", "q"),
    [
        (P_1024, 2, 2**159),
        (2**4096 - 1, 2, 2**255),
        (P_1024, P_1024 - 2, 2**159),
        (P_1024, 3, 2**1023),
    ],
)
def test_a_group_of_a_size_that_cards_use(p, g, q):
    assert PrimeGroup(p, g, q).check().g == g


@pytest.mark.parametrize(
    ("p", "g", "q"),
    [
        (2**1023 - 1, 2, 2**159),
        (2**4096 + 1, 2, 2**159),
        (P_1024, 2, 2**159 - 1),
        (P_1024, 2, 2**1024),
        (P_1024, 1, 2**159),
        (P_1024, P_1024 - 1, 2**159),
        (P_1024, P_1024, 2**159),
        (P_1024 + 1, 2, 2**159),
    ],
)
def test_a_group_that_no_card_uses(p, g, q):
    with pytest.raises(AgreementError):
        PrimeGroup(p, g, q).check()


def test_a_public_point_is_taken_uncompressed_alone():
    from ecdsa import NIST256p  # noqa: PLC0415

    group = CurveGroup(NIST256p, NIST256p.generator)
    point = NIST256p.generator * 7
    assert len(group.shared(5, point.to_bytes("uncompressed"))) == 32
    for encoding in ("compressed", "hybrid"):
        with pytest.raises(AgreementError):
            group.shared(5, point.to_bytes(encoding))


# Blocks.


def test_a_signature_beyond_the_modulus_or_of_another_length_is_refused():
    key = authority.fresh_key("bounds").private_numbers()
    public = PublicKey(key.public_numbers.n, key.public_numbers.e)
    n, size = public.n, public.size
    assert public.open((n - 1).to_bytes(size, "big")) == (n - 1).to_bytes(size, "big")
    for signature in (n.to_bytes(size, "big"), (5).to_bytes(size + 1, "big"), (5).to_bytes(size - 1, "big")):
        with pytest.raises(RsaError):
            public.open(signature)
    private = PrivateKey(n, key.d, key.p)
    assert public.open(private.sign((5).to_bytes(size, "big"))) == (5).to_bytes(size, "big")
    assert PrivateKey(n, key.d).sign(bytes(size - 1) + b"\5") == private.sign(bytes(size - 1) + b"\5")
    for block in (n.to_bytes(size, "big"), (5).to_bytes(size + 1, "big"), (5).to_bytes(size - 1, "big")):
        with pytest.raises(RsaError):
            private.sign(block)


def test_a_block_has_eight_bytes_of_filling_at_least():
    assert pkcs1_block(bytes(245), 256)[:11] == b"\x00\x01" + b"\xff" * 8 + b"\x00"
    with pytest.raises(RsaError):
        pkcs1_block(bytes(246), 256)


def test_a_recovery_block_has_head_trailer_and_a_whole_hash():
    block = recovery_block(b"r", b"message")
    assert open_recovery_block(block)[0] == b"r"
    assert open_recovery_block(b"\x6a" + bytes(33) + b"\xbc") == (b"\x00", bytes(32))
    for broken in (b"\x6b" + block[1:], block[:-1] + b"\xcc", b"\x6a" + bytes(32) + b"\xbc"):
        with pytest.raises(RsaError):
            open_recovery_block(broken)


# Signatures of EF.SOD.


RSA, CURVE = rsa.generate_private_key(65_537, 2048), ec.generate_private_key(ec.SECP256R1())
RSA_PLAIN = "2A864886F70D010101"
#: Signature algorithm, key, and the hash it names.
KINDS = {
    "RSA, hash named by the digest": (RSA_PLAIN, RSA, hashes.SHA256()),
    "RSA with SHA-1": ("2A864886F70D010105", RSA, hashes.SHA1()),
    "RSA with SHA-224": ("2A864886F70D01010E", RSA, hashes.SHA224()),
    "RSA with SHA-256": ("2A864886F70D01010B", RSA, hashes.SHA256()),
    "RSA with SHA-384": ("2A864886F70D01010C", RSA, hashes.SHA384()),
    "RSA with SHA-512": ("2A864886F70D01010D", RSA, hashes.SHA512()),
    "ECDSA with SHA-224": ("2A8648CE3D040301", CURVE, hashes.SHA224()),
    "ECDSA with SHA-256": ("2A8648CE3D040302", CURVE, hashes.SHA256()),
    "ECDSA with SHA-384": ("2A8648CE3D040303", CURVE, hashes.SHA384()),
    "ECDSA with SHA-512": ("2A8648CE3D040304", CURVE, hashes.SHA512()),
}


def signed(oid: str, key, algorithm: hashes.HashAlgorithm, *more_fields: bytes) -> bytes:
    """The simulator's EF.SOD, signed anew. more_fields: behind the signature, as unsigned attributes stand."""
    fields = parse(parse(authority.sod({0xA1: b"123456789012"}, newer=False))[0].find(0x30, 0xA0, 0x30))
    info = parse(fields[4].find(0x30))
    content = encode(0x31, info[3].value)
    if isinstance(key, rsa.RSAPrivateKey):
        signature = key.sign(content, padding.PKCS1v15(), algorithm)
    elif isinstance(key, ec.EllipticCurvePrivateKey):
        signature = key.sign(content, ec.ECDSA(algorithm))
    else:
        signature = key.sign(content)
    name = x509.Name([])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, *_days())
        .sign(RSA, hashes.SHA256())
        .public_bytes(serialization.Encoding.DER)
    )
    rebuilt = [
        *map(bytes, info[:4]),
        encode(0x30, encode(6, bytes.fromhex(oid))),
        encode(4, signature),
        *more_fields,
    ]
    parts = [*map(bytes, fields[:3]), encode(0xA0, certificate), encode(0x31, encode(0x30, *rebuilt))]
    data = encode(0x30, encode(6, bytes.fromhex("2A864886F70D010702")), encode(0xA0, encode(0x30, *parts)))
    return encode(0x77, data)


def _days():
    certificate = authority.csca()
    return certificate.not_valid_before_utc, certificate.not_valid_after_utc


@pytest.mark.parametrize("kind", KINDS)
def test_a_signature_of_each_kind_is_followed(kind):
    oid, key, algorithm = KINDS[kind]
    assert sod.read_sod(signed(oid, key, algorithm)).covers(0xA1, b"123456789012")


@pytest.mark.parametrize("kind", KINDS)
def test_a_wrong_signature_of_each_kind_is_found(kind):
    oid, key, algorithm = KINDS[kind]
    other = hashes.SHA512() if not isinstance(algorithm, hashes.SHA512) else hashes.SHA256()
    with pytest.raises(NotGenuineError):
        sod.read_sod(signed(oid, key, other))


def test_what_stands_behind_the_signature_is_passed_over():
    oid, key, algorithm = KINDS["ECDSA with SHA-256"]
    assert sod.read_sod(signed(oid, key, algorithm, encode(0xA1, b"")))


def test_a_signer_with_a_key_of_another_kind_is_not_believed():
    with pytest.raises(UnexpectedAnswerError):
        sod.read_sod(signed("2B6570", ed25519.Ed25519PrivateKey.generate(), hashes.SHA256()))


@pytest.mark.parametrize("content", [encode(0x31, b""), encode(0x30, b"") + b"\x00", encode(0x30, b"") * 2])
def test_one_sequence_and_nothing_behind_it(content):
    with pytest.raises((ValueError, TlvError)):
        sod.find_sequence(content)
    assert sod.find_sequence(encode(0x30, encode(2, b"\1"))) == [Tlv(2, b"\1")]


# The machine-readable zone.


def zone(number: str, expires: str) -> str:
    return f"C<ITA{number}{check_digit(number)}".ljust(30, "<") + f"8001014F{expires}{check_digit(expires)}".ljust(
        60, "<"
    )


def test_a_short_number_loses_its_filling_alone_and_the_day_is_its_last_two_digits():
    found = mrtd._read_td1(zone("CA00001<<", "311225"))
    assert (found.document_number, found.expires.isoformat()) == ("CA00001", "2031-12-25")
    assert mrtd._read_td1(zone("<A0000100", "311209")).document_number == "<A0000100"


# Public keys, padding and counters at their bounds.


GROUP = PrimeGroup(2**1024 - 1, 2, 2**159)


@pytest.mark.parametrize("public", [2, 3, GROUP.p - 2])
def test_a_public_key_of_the_other_side_is_taken(public):
    assert len(GROUP.shared(5, public.to_bytes(GROUP.size, "big"))) == GROUP.size


@pytest.mark.parametrize("public", [0, 1, GROUP.p - 1, GROUP.p])
def test_a_public_key_that_gives_the_secret_away_is_refused(public):
    """The numbers 1 and p - 1 make the shared secret one of two that anybody can try."""
    for act in (GROUP.shared, lambda private, key: GROUP.mapped(b"\x07", private, key)):
        with pytest.raises(AgreementError):
            act(5, public.to_bytes(GROUP.size, "big"))


@pytest.mark.parametrize("data", [b"", b"\x00" * 16, b"abc", b"abc\x81", b"a\x80" + b"\x00" * 16])
def test_what_is_no_padding_is_refused(data):
    with pytest.raises(PaddingError):
        unpad(data)


@pytest.mark.parametrize("zeros", [0, 1, 15])
def test_padding_of_up_to_a_block_is_taken_off(zeros):
    assert unpad(b"a\x80" + b"\x00" * zeros) == b"a"


@pytest.mark.parametrize(("ins", "tag"), [(0xB0, 0x87), (0xCB, 0x85), (0x2A, 0x87)])
def test_the_cryptogram_of_an_odd_instruction_has_its_own_object(ins, tag):
    """ISO/IEC 7816-4:2005, table 28: with an odd INS the plain value is a BER-TLV, and no padding indicator stands."""
    session = SecureMessaging(Des3Suite(bytes(range(16)), bytes(range(16, 32))))
    wrapped = session.wrap(CommandApdu(ins=ins, data=b"\x5c\x01\x01"))
    assert parse(wrapped.data)[0].tag == tag
