"""The CIE application: numbers, keys, PIN and signatures (an IAS-ECC profile; what each client sends is in docs/)."""

import secrets

from eidbridge.apdu.channel import CardChannel, StatusError
from eidbridge.apdu.command import CommandApdu, Ins, Sw, tries_of
from eidbridge.card.files import (
    CIE,
    EF_DEVICE_KEY,
    EF_NIS,
    EF_SERVICES_KEY,
    KEY_LOGIN,
    KEY_SERVICES,
    PIN_REFERENCE,
    ElementaryFile,
)
from eidbridge.card.reading import read_file, select_application
from eidbridge.crypto.rsa import PublicKey, RsaError
from eidbridge.errors import PinBlockedError, PinWrongError, UnexpectedAnswerError
from eidbridge.tlv import TlvError, find, parse_first

#: Tries a new PIN has; more than these no card says in earnest.
MAX_PIN_TRIES = 3
#: Bytes of a challenge to the anti-clone key.
_CHALLENGE = 16
#: DigestInfo of SHA-256 up to the hash (RFC 8017, 9.2, note 1).
SHA256_DIGEST_INFO = bytes.fromhex("3031300D060960864801650304020105000420")


def select(channel: CardChannel) -> bool:
    """SELECT the CIE application; whether the card has it. A session that was open is over then."""
    return select_application(channel, CIE)


def read_nis(channel: CardChannel) -> str:
    """The number for services, 12 digits: a person's, never to be shown or kept. Raises UnexpectedAnswerError."""
    content = read_file(channel, EF_NIS)
    if not content.isdigit():
        raise UnexpectedAnswerError("the number for services has other signs than digits")
    return content.decode("ascii")


def read_public_key(channel: CardChannel, ef: ElementaryFile = EF_DEVICE_KEY) -> tuple[PublicKey, bytes]:
    """A public key the card shows to everybody, and its file as the SOD hashes it. Raises UnexpectedAnswerError."""
    content = read_file(channel, ef)
    return public_key(content), content


def public_key(content: bytes) -> PublicKey:
    """The key of a DER `SEQUENCE { modulus, exponent }` (PKCS#1). Raises UnexpectedAnswerError."""
    try:
        sequence, rest = parse_first(content)
        modulus, exponent = sequence.objects()
        if (sequence.tag, modulus.tag, exponent.tag, rest) != (0x30, 2, 2, b""):
            raise UnexpectedAnswerError("a public key of another form")
        return PublicKey(int.from_bytes(modulus.value, "big"), int.from_bytes(exponent.value, "big")).check()
    except (TlvError, RsaError, ValueError) as error:
        raise UnexpectedAnswerError("a public key that cannot be read") from error


def is_no_clone(channel: CardChannel, key: PublicKey) -> bool:
    """Whether the chip signs a challenge with the private key of EF.Servizi_Int.Kpub (INTERNAL AUTHENTICATE, no PIN).

    The challenge is signed as it is, without a hash. Check the file against the SOD first, so that the key is trusted.
    Raises StatusError.
    """
    set_environment(channel, 0x41, 0xA4, bytes((0x80, 1, 0x02, 0x84, 1, KEY_SERVICES)))
    challenge = secrets.token_bytes(_CHALLENGE)
    signature = channel.send(CommandApdu(ins=Ins.INTERNAL_AUTHENTICATE, data=challenge, ne=256))
    return key.verifies(signature, challenge)


def read_services_key(channel: CardChannel) -> tuple[PublicKey, bytes]:
    """The anti-clone key, and its file."""
    return read_public_key(channel, EF_SERVICES_KEY)


def set_environment(channel: CardChannel, p1: int, p2: int, data: bytes, *, ne: int = 0) -> None:
    """MANAGE SECURITY ENVIRONMENT: SET (ISO/IEC 7816-4:2005, 7.5.11)."""
    channel.send(CommandApdu(ins=Ins.MANAGE_SECURITY_ENVIRONMENT, p1=p1, p2=p2, data=data, ne=ne))


# The PIN. Everything below needs secure messaging after device authentication.


def pin_tries_left(channel: CardChannel, *, reference: int = PIN_REFERENCE) -> int | None:
    """Tries left of PIN or PUK, by GET DATA on its object: nothing is presented. None where the card does not say.

    The object's form is that of IAS-ECC; nobody has confirmed it on a CIE.
    """
    tag = 0xBF8100 | reference & 0x1F
    asked = bytes((0x4D, 8, 0x70, 6)) + tag.to_bytes(3, "big") + bytes((2, 0xA0, 0x80))
    response = channel.exchange(CommandApdu(ins=Ins.GET_DATA, p1=0x3F, p2=0xFF, data=asked))
    if not response.is_ok:
        return None
    try:
        left = find(response.data, 0x70, tag, 0xA0, 0x9B)
    except TlvError:
        return None
    return left[0] if len(left) == 1 and left[0] <= _most_tries(reference) else None


def pin_tries_by_empty_verify(channel: CardChannel, *, reference: int = PIN_REFERENCE) -> int | None:
    """Tries left by a VERIFY without a PIN (ISO/IEC 7816-4:2005, 7.5.6). None where the card does not say.

    Nobody has confirmed that a CIE counts no try for it: only for somebody who was told so and asked for it.
    """
    response = channel.exchange(CommandApdu(ins=Ins.VERIFY, p2=reference))
    if response.is_ok:
        return _most_tries(reference)
    tries = tries_of(response.sw)
    return tries if tries is not None and tries <= _most_tries(reference) else None


def _most_tries(reference: int) -> int:
    return MAX_PIN_TRIES if reference == PIN_REFERENCE else 10


def verify_pin(channel: CardChannel, pin: str) -> None:
    """VERIFY the PIN the holder has just typed: once, never repeated, whatever happens.

    Raises PinWrongError (tries left, or None where the card gives no number), PinBlockedError, StatusError.
    """
    if len(pin) != 8 or not (pin.isascii() and pin.isdigit()):
        raise ValueError("the PIN has eight digits")
    response = channel.exchange(CommandApdu(ins=Ins.VERIFY, p2=PIN_REFERENCE, data=pin.encode("ascii")))
    if response.is_ok:
        return
    tries = tries_of(response.sw)
    if tries == 0:
        raise PinBlockedError
    if tries is not None or response.sw in (Sw.AUTHENTICATION_FAILED, Sw.WRONG_LENGTH):
        raise PinWrongError(tries)
    raise StatusError(Ins.VERIFY, response.sw)


def sign_login(channel: CardChannel, sha256: bytes) -> bytes:
    """The signature that a login asks for: PKCS#1 v1.5 of a SHA-256 by key 81, after the PIN. Raises StatusError."""
    if len(sha256) != 32:
        raise ValueError("a SHA-256 has 32 bytes")
    set_environment(channel, 0x41, 0xA4, bytes((0x80, 1, 0x02, 0x84, 1, KEY_LOGIN)))
    return channel.send(CommandApdu(ins=Ins.INTERNAL_AUTHENTICATE, data=SHA256_DIGEST_INFO + sha256))
