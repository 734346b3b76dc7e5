"""The chip's side of the travel document: BAC and PACE (ICAO 9303-11, 4.3 and 4.4)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from eidbridge.crypto import ciphers
from eidbridge.crypto.agreement import STANDARD_GROUPS, AgreementError, Group, PrimeGroup
from eidbridge.crypto.kdf import Use, hashed, key_sha1, key_sha256
from eidbridge.simulator.commands import Received, RefusedError, Status
from eidbridge.simulator.protection import Session
from eidbridge.tlv import TlvError, encode, find, parse

if TYPE_CHECKING:
    from eidbridge.simulator.chip import Chip

_MRZ, _CAN = 1, 2


@dataclass(frozen=True, slots=True)
class PaceSetup:
    """oid: content of the object identifier; parameter: id of a standard group; nonce_size: 8 or 16 bytes."""

    oid: bytes = bytes.fromhex("04007F00070202040101")
    parameter: int = 2
    nonce_size: int = 16

    @property
    def card_access(self) -> bytes:
        """EF.CardAccess with this one way."""
        info = encode(0x30, encode(6, self.oid), encode(2, b"\x02"), encode(2, bytes((self.parameter,))))
        return encode(0x31, info)

    @property
    def is_des(self) -> bool:
        return self.oid[-1] == 1

    @property
    def block(self) -> int:
        return 8 if self.is_des else 16

    def key(self, secret: bytes, use: Use) -> bytes:
        size = {1: 16, 2: 16, 3: 24, 4: 32}[self.oid[-1]]
        return key_sha1(secret, use) if size == 16 else key_sha256(secret, use, size=size)


@dataclass
class Progress:
    """One run of PACE."""

    password_key: bytes = field(repr=False)
    nonce: bytes = field(default=b"", repr=False)
    group: Group | None = None
    ours: bytes = b""
    theirs: bytes = b""
    shared: bytes = field(default=b"", repr=False)


class MrtdSide:
    """State of the application."""

    AID = bytes.fromhex("A0000002471001")

    def __init__(self, chip: "Chip") -> None:
        self._chip = chip

    def reset(self) -> None:
        self.forget()

    def forget(self) -> None:
        self.challenge = b""
        self.is_open = False
        self._run: Progress | None = None

    def handler(self, command: Received) -> Callable[[Received], tuple[bytes, int]] | None:
        """What this side does with a command, where it is one of its own."""
        if not self._chip.profile.has_mrtd:
            return None
        match command.ins, command.p1, command.p2:
            case 0x82, 0, 0 if self._chip.selection.directory == self.AID:
                return self._external_authenticate
            case 0x22, 0xC1, 0xA4:
                return self._choose_pace
            case 0x86, 0, 0:
                return self._step
        return None

    # BAC.

    def _external_authenticate(self, command: Received) -> tuple[bytes, int]:
        seed = hashed(self._chip.profile.mrz_information)[:16]
        k_enc, k_mac = key_sha1(seed, Use.ENCRYPTION), key_sha1(seed, Use.MAC)
        cryptogram, mac = command.data[:32], command.data[32:]
        challenge, self.challenge = self.challenge, b""
        if len(cryptogram) != 32 or not ciphers.equal(ciphers.padded_retail_mac(k_mac, cryptogram), mac):
            raise RefusedError(Status.FAILED)
        clear = ciphers.des3_decrypt(k_enc, cryptogram)
        if not challenge or not ciphers.equal(clear[8:16], challenge):
            raise RefusedError(Status.FAILED)
        ours = self._chip.random(16)
        answer = ciphers.des3_encrypt(k_enc, challenge + clear[:8] + ours)
        shared = bytes(one ^ other for one, other in zip(clear[16:], ours, strict=True))
        counter = int.from_bytes(challenge[4:] + clear[4:8], "big")
        self._open(Session(key_sha1(shared, Use.ENCRYPTION), key_sha1(shared, Use.MAC), counter))
        return answer + ciphers.padded_retail_mac(k_mac, answer), Status.OK

    # PACE.

    def _choose_pace(self, command: Received) -> tuple[bytes, int]:
        setup, profile = self._chip.profile.pace, self._chip.profile
        try:
            objects = {each.tag: each.value for each in parse(command.data)}
        except TlvError:
            raise RefusedError(Status.DATA) from None
        if setup is None or objects.get(0x80) != setup.oid:
            raise RefusedError(Status.DATA)
        secrets = {_MRZ: hashed(profile.mrz_information), _CAN: profile.can}
        reference = int.from_bytes(objects.get(0x83, b""), "big")
        if reference not in secrets:
            raise RefusedError(Status.REFERENCE)
        self._run = Progress(setup.key(secrets[reference], Use.PASSWORD))
        return b"", Status.OK

    def _step(self, command: Received) -> tuple[bytes, int]:
        run, setup = self._run, self._chip.profile.pace
        if run is None or setup is None:
            raise RefusedError(Status.CONDITIONS)
        try:
            asked = parse(find(command.data, 0x7C))
            answer = self._answer(run, setup, (asked[0].tag, asked[0].value) if asked else (0, b""))
        except (TlvError, AgreementError, ValueError):
            self._run = None
            raise RefusedError(Status.DATA) from None
        except RefusedError:
            self._run = None
            raise
        return encode(0x7C, answer), Status.OK

    def _answer(self, run: Progress, setup: PaceSetup, asked: tuple[int, bytes]) -> bytes:
        tag, theirs = asked
        match tag:
            case 0:
                run.nonce = self._chip.random(setup.nonce_size)
                encrypt = ciphers.des3_encrypt if setup.is_des else ciphers.aes_encrypt
                return encode(0x80, encrypt(run.password_key, run.nonce))
            case 0x81 if run.nonce:
                return encode(0x82, self._map(run, setup, theirs))
            case 0x83 if run.group:
                return encode(0x84, self._share(run, theirs))
            case 0x85 if run.shared:
                return encode(0x86, self._finish(run, setup, theirs))
        raise RefusedError(Status.CONDITIONS)

    def _map(self, run: Progress, setup: PaceSetup, theirs: bytes) -> bytes:
        group = STANDARD_GROUPS[setup.parameter]
        private = self._private(group)
        run.group = group.mapped(run.nonce, private, theirs)
        return group.public_key(private)

    def _share(self, run: Progress, theirs: bytes) -> bytes:
        group = run.group
        if group is None:
            raise RefusedError(Status.CONDITIONS)
        private = self._private(group)
        run.shared, run.theirs, run.ours = group.shared(private, theirs), theirs, group.public_key(private)
        return run.ours

    def _private(self, group: Group) -> int:
        """From the chip's own source of chance, so that a published exchange can be repeated."""
        return int.from_bytes(self._chip.random((group.order.bit_length() + 7) // 8), "big") % group.order or 1

    def _finish(self, run: Progress, setup: PaceSetup, theirs: bytes) -> bytes:
        k_enc, k_mac = setup.key(run.shared, Use.ENCRYPTION), setup.key(run.shared, Use.MAC)
        if not ciphers.equal(self._token(setup, k_mac, run.ours), theirs):
            raise RefusedError(Status.FAILED)
        self._run = None
        self._open(Session(k_enc, k_mac, 0, setup.block))
        return self._token(setup, k_mac, run.theirs)

    def _token(self, setup: PaceSetup, k_mac: bytes, public: bytes) -> bytes:
        tag = 0x86
        if isinstance(STANDARD_GROUPS[setup.parameter], PrimeGroup):
            tag, public = 0x84, public.lstrip(b"\x00")  # an unsigned integer has no leading zeros
        data = encode(0x7F49, encode(6, setup.oid), encode(tag, public))
        return ciphers.padded_retail_mac(k_mac, data) if setup.is_des else ciphers.aes_cmac(k_mac, data)

    def _open(self, session: Session) -> None:
        self._chip.open_session(session)
        self.is_open = True
