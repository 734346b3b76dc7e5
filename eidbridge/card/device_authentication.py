"""Key agreement with the CIE application, and device authentication: terminal to chip, then chip to terminal.

Mutual authentication with ISO/IEC 9796-2 signatures (EN 14890-1, 8.7, as IAS-ECC profiles it). After it the same keys
go on with another counter, and the card takes a PIN.
"""

import secrets
from dataclasses import dataclass, field

from eidbridge.apdu.channel import CardChannel
from eidbridge.apdu.command import CommandApdu, Ins
from eidbridge.apdu.secure_messaging import Des3Suite, SecureMessaging, secured
from eidbridge.card.files import KEY_DEVICE, KEY_TERMINALS
from eidbridge.card.ias import set_environment
from eidbridge.crypto import terminal_key
from eidbridge.crypto.agreement import AgreementError, PrimeGroup
from eidbridge.crypto.ciphers import equal
from eidbridge.crypto.kdf import Use, key_sha256
from eidbridge.crypto.rsa import RECOVERABLE, PrivateKey, PublicKey, RsaError, open_recovery_block, recovery_block
from eidbridge.errors import NotGenuineError, UnexpectedAnswerError
from eidbridge.tlv import TlvError, encode, find

#: What the first command of a fresh session is counted from.
_FIRST_COUNTER = 1


@dataclass(frozen=True, slots=True)
class KeyAgreement:
    """A secured channel, and what both sides put into it: public keys, and the group as the card gave it."""

    channel: CardChannel
    session: SecureMessaging
    ours: bytes = field(repr=False)
    theirs: bytes = field(repr=False)
    group: bytes = field(repr=False)  # g, p and q as read, one after the other: part of what is signed


@dataclass(frozen=True, slots=True)
class TerminalCa:
    """The card's own key for certificates of terminals. car: 8 bytes, its name; aid: first 6 bytes of its rights."""

    key: PublicKey
    car: bytes
    aid: bytes


def read_terminal_ca(channel: CardChannel) -> TerminalCa:
    """GET DATA on the key object 84 of terminals, before the key agreement. Raises UnexpectedAnswerError."""
    content = _get_data(channel, bytes.fromhex("4D097007BFA004037F4980"))
    try:
        found = find(content, 0x70, 0xBFA004, 0x7F49)
        number = [int.from_bytes(find(found, tag), "big") for tag in (0x81, 0x82)]
        chr_, cha = find(found, 0x5F20), find(found, 0x5F4C)
        if len(chr_) != 12 or len(cha) != 7:
            raise UnexpectedAnswerError("names of the key of terminals have another length")
        return TerminalCa(PublicKey(*number).check(), chr_[4:12], cha[:6])
    except (TlvError, RsaError) as error:
        raise UnexpectedAnswerError("the key of terminals cannot be read") from error


def agree_keys(channel: CardChannel) -> KeyAgreement:
    """Diffie-Hellman with the CIE application: from here on the channel is secured. Raises EidError.

    The group is the card's; whether it is always that of RFC 5114, 2.3 is unconfirmed.
    """
    g, p, q = (_group_part(channel, tag) for tag in (0x97, 0x98, 0x99))
    try:
        group = PrimeGroup(*(int.from_bytes(part, "big") for part in (p, g, q))).check()
        private = group.private_key()
        ours = group.public_key(private)
        set_environment(channel, 0x41, 0xA6, bytes.fromhex("80019B830181") + encode(0x91, ours))
        theirs = find(_get_data(channel, bytes.fromhex("4D04A6029100")), 0xA6, 0x91)
        shared = group.shared(private, theirs)
    except (AgreementError, TlvError) as error:
        raise UnexpectedAnswerError("no keys can be agreed with this card") from error
    suite = Des3Suite(key_sha256(shared, Use.ENCRYPTION), key_sha256(shared, Use.MAC))
    session = SecureMessaging(suite, _FIRST_COUNTER)
    return KeyAgreement(secured(channel, session), session, ours, theirs, g + p + q)


def authenticate(agreement: KeyAgreement, ca: TerminalCa, chip: PublicKey) -> None:
    """Show the chip a certified terminal, and let it prove the key of EF.Int.Kpub. Then it takes a PIN.

    Raises NotGenuineError where the chip's proof is wrong, StatusError where the chip refuses ours.
    """
    _show_certificate(agreement, ca)
    challenge = agreement.channel.send(CommandApdu(ins=Ins.GET_CHALLENGE, ne=8))
    if len(challenge) != 8:
        raise UnexpectedAnswerError("a challenge of another length")
    _prove_terminal(agreement, challenge)
    ours = secrets.token_bytes(8)
    _prove_chip(agreement, chip, ours)
    agreement.session.restart(int.from_bytes(challenge[4:] + ours[4:], "big"))


def _show_certificate(agreement: KeyAgreement, ca: TerminalCa) -> None:
    """PSO: VERIFY CERTIFICATE with one made on the spot, then the key it certifies is chosen."""
    holder = bytes(4) + terminal_key.SERIAL_NUMBER
    body = b"".join(
        (
            b"\x8a",
            ca.car,
            holder,
            ca.aid + b"\x01",
            terminal_key.OBJECT_IDENTIFIER,
            terminal_key.MODULUS.to_bytes(256, "big"),
            terminal_key.PUBLIC_EXPONENT,
        )
    )
    signature = _sign(PrivateKey(ca.key.n, terminal_key.CA_PRIVATE_EXPONENT), recovery_block(body[:RECOVERABLE], body))
    certificate = encode(0x7F21, encode(0x5F37, signature), encode(0x5F38, body[RECOVERABLE:]), encode(0x42, ca.car))
    set_environment(agreement.channel, 0x81, 0xB6, bytes((0x80, 1, 0x41, 0x83, 1, KEY_TERMINALS)), ne=256)
    agreement.channel.send(CommandApdu(ins=Ins.PERFORM_SECURITY_OPERATION, p2=0xAE, data=certificate))
    set_environment(agreement.channel, 0x81, 0xA4, encode(0x83, holder))


def _prove_terminal(agreement: KeyAgreement, challenge: bytes) -> None:
    """EXTERNAL AUTHENTICATE over both public keys, the challenge and the group."""
    filling = secrets.token_bytes(RECOVERABLE)
    signed = b"".join(
        (filling, agreement.ours, terminal_key.SERIAL_NUMBER, challenge, agreement.theirs, agreement.group)
    )
    key = PrivateKey(terminal_key.MODULUS, terminal_key.PRIVATE_EXPONENT, terminal_key.PRIME)
    token = _sign(key, recovery_block(filling, signed))
    command = CommandApdu(ins=Ins.EXTERNAL_AUTHENTICATE, data=terminal_key.SERIAL_NUMBER + token)
    agreement.channel.send(command)


def _prove_chip(agreement: KeyAgreement, chip: PublicKey, ours: bytes) -> None:
    """INTERNAL AUTHENTICATE by the chip's key 82."""
    set_environment(agreement.channel, 0x41, 0xA4, bytes((0x84, 1, KEY_DEVICE, 0x80, 1, 0x9B)))
    answer = agreement.channel.send(CommandApdu(ins=Ins.INTERNAL_AUTHENTICATE, data=ours))
    serial, token = answer[:8], answer[8:]
    try:
        filling, proof = open_recovery_block(chip.open(token))
    except RsaError as error:
        raise NotGenuineError("the chip's proof is no signature of its key") from error
    signed = (filling, agreement.theirs, serial, ours, agreement.ours, agreement.group)
    if not equal(proof, recovery_block(b"", b"".join(signed))[1:-1]):
        raise NotGenuineError("the chip signed something else")


def _sign(key: PrivateKey, block: bytes) -> bytes:
    """Raises UnexpectedAnswerError where the card's modulus is too small for the block."""
    try:
        return key.sign(block)
    except RsaError as error:
        raise UnexpectedAnswerError("the key of terminals does not fit") from error


def _group_part(channel: CardChannel, tag: int) -> bytes:
    asked = bytes((0x4D, 10, 0x70, 8, 0xBF, 0xA1, 0x01, 4, 0xA3, 2, tag, 0))
    try:
        return find(_get_data(channel, asked), 0x70, 0xBFA101, 0xA3, tag)
    except TlvError as error:
        raise UnexpectedAnswerError("the card's group cannot be read") from error


def _get_data(channel: CardChannel, asked: bytes) -> bytes:
    """GET DATA with an extended header list; no Ne, as the official clients send it."""
    return channel.send(CommandApdu(ins=Ins.GET_DATA, p1=0x3F, p2=0xFF, data=asked))
