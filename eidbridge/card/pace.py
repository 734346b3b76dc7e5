"""PACE with generic mapping (ICAO 9303-11, 4.4; worked examples: appendix G): a session from CAN or MRZ."""

from dataclasses import dataclass
from enum import IntEnum

from eidbridge.apdu.channel import CardChannel
from eidbridge.apdu.command import CHAINED, CommandApdu, Ins
from eidbridge.apdu.secure_messaging import AesSuite, Des3Suite, SecureMessaging, Suite, secured
from eidbridge.crypto.agreement import STANDARD_GROUPS, AgreementError, CurveGroup, Group
from eidbridge.crypto.ciphers import aes_cmac, aes_decrypt, des3_decrypt, equal, padded_retail_mac
from eidbridge.crypto.kdf import Use, hashed, key_sha1, key_sha256
from eidbridge.errors import UnexpectedAnswerError
from eidbridge.tlv import TlvError, encode, find, parse, parse_first


class Password(IntEnum):
    """Reference of the password in MSE: SET AT (ICAO 9303-11, 4.4.4.1). The holder's PIN is none of them on a CIE."""

    MRZ = 1
    CAN = 2


#: id-PACE (BSI TR-03110-3): mapping and cipher follow in the last two bytes.
_ID_PACE = bytes.fromhex("04007F0007020204")
_DH_GENERIC, _ECDH_GENERIC = 1, 2
#: Key length in bytes by the last byte of the object identifier; 1 is 3DES, the others AES.
_KEY_SIZES = {1: 16, 2: 16, 3: 24, 4: 32}


@dataclass(frozen=True, slots=True)
class PaceInfo:
    """One PACEInfo of EF.CardAccess (ICAO 9303-11, 9.2.1). oid: content of the object identifier."""

    oid: bytes
    parameter: int

    @property
    def is_des(self) -> bool:
        return self.oid[-1] == 1

    @property
    def key_size(self) -> int:
        return _KEY_SIZES[self.oid[-1]]

    @property
    def group(self) -> Group:
        return STANDARD_GROUPS[self.parameter]


def read_pace_infos(card_access: bytes) -> list[PaceInfo]:
    """The PACEInfos of EF.CardAccess that can be followed, in the card's order. Raises UnexpectedAnswerError."""
    try:
        infos, _padding = parse_first(card_access)
        found = [_pace_info(info.value) for info in infos.objects()]
    except TlvError as error:
        raise UnexpectedAnswerError("EF.CardAccess cannot be read") from error
    return [info for info in found if info is not None]


def _pace_info(content: bytes) -> PaceInfo | None:
    fields = parse(content)
    if len(fields) < 3 or fields[0].tag != 6 or not fields[0].value.startswith(_ID_PACE) or len(fields[0].value) != 10:
        return None
    oid, parameter = fields[0].value, int.from_bytes(fields[2].value, "big")
    is_curve = isinstance(STANDARD_GROUPS.get(parameter), CurveGroup)
    mapping = _ECDH_GENERIC if is_curve else _DH_GENERIC
    if parameter not in STANDARD_GROUPS or oid[8] != mapping or oid[9] not in _KEY_SIZES:
        return None
    return PaceInfo(oid, parameter)


def password_key(info: PaceInfo, password: Password, secret: bytes) -> bytes:
    """Key that protects the nonce. secret: the CAN's six digits, or the MRZ information, which is hashed first."""
    return _key(info, hashed(secret) if password is Password.MRZ else secret, Use.PASSWORD)


def open_session(channel: CardChannel, info: PaceInfo, password: Password, secret: bytes) -> CardChannel:
    """A secured channel to the travel document's side, whose application is selected through it.

    Mapping takes extended length fields where the group is a prime field. Raises StatusError (6300 at the last step:
    wrong CAN or MRZ), UnexpectedAnswerError, LinkBrokenError where the reader cannot take the length.
    """
    channel.send(
        CommandApdu(
            ins=Ins.MANAGE_SECURITY_ENVIRONMENT,
            p1=0xC1,
            p2=0xA4,
            data=encode(0x80, info.oid) + encode(0x83, bytes((password,))),
        )
    )
    try:
        suite = _agree(channel, info, password_key(info, password, secret))
    except (TlvError, AgreementError, ValueError) as error:
        raise UnexpectedAnswerError("an answer in PACE that cannot be read") from error
    return secured(channel, SecureMessaging(suite))


def _agree(channel: CardChannel, info: PaceInfo, k_pi: bytes) -> Suite:
    sealed = _step(channel, b"", 0x80)
    if len(sealed) not in (8, 16) or (len(sealed) == 8 and not info.is_des):
        raise UnexpectedAnswerError("a nonce of another length")
    nonce = des3_decrypt(k_pi, sealed) if info.is_des else aes_decrypt(k_pi, sealed)
    first = info.group
    private = first.private_key()
    theirs = _step(channel, encode(0x81, first.public_key(private)), 0x82)
    group = first.mapped(nonce, private, theirs)
    private = group.private_key()
    ours = group.public_key(private)
    theirs = _step(channel, encode(0x83, ours), 0x84)
    if equal(ours, theirs):
        raise UnexpectedAnswerError("the card gave our own key back")
    shared = group.shared(private, theirs)
    k_enc, k_mac = _key(info, shared, Use.ENCRYPTION), _key(info, shared, Use.MAC)
    answer = _step(channel, encode(0x85, token(info, k_mac, theirs)), 0x86, is_last=True)
    if not equal(answer, token(info, k_mac, ours)):
        raise UnexpectedAnswerError("the chip does not prove that it knows the password")
    return Des3Suite(k_enc, k_mac) if info.is_des else AesSuite(k_enc, k_mac)


def token(info: PaceInfo, k_mac: bytes, public: bytes) -> bytes:
    """Authentication token over the other side's public key, 8 bytes (ICAO 9303-11, 4.4.3.4).

    In it the key of a prime field is an unsigned integer, without leading zeros (BSI TR-03110-3, D.2.1.1).
    """
    if isinstance(info.group, CurveGroup):
        tag = 0x86
    else:
        tag, public = 0x84, public.lstrip(b"\x00")
    data = encode(0x7F49, encode(6, info.oid), encode(tag, public))
    return padded_retail_mac(k_mac, data) if info.is_des else aes_cmac(k_mac, data)


def _step(channel: CardChannel, data: bytes, awaited: int, *, is_last: bool = False) -> bytes:
    """One GENERAL AUTHENTICATE; the value of the data object awaited."""
    content = encode(0x7C, data)
    is_long = len(content) > 255
    command = CommandApdu(
        ins=Ins.GENERAL_AUTHENTICATE,
        cla=0 if is_last else CHAINED,
        data=content,
        ne=65_536 if is_long else 256,
        extended=is_long,
    )
    return find(channel.send(command), 0x7C, awaited)


def _key(info: PaceInfo, secret: bytes, use: Use) -> bytes:
    return key_sha1(secret, use) if info.key_size == 16 else key_sha256(secret, use, size=info.key_size)
