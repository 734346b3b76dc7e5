"""The chip's side of the CIE application: key agreement, device authentication, PIN and PUK, private keys."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from eidbridge.crypto.agreement import AgreementError
from eidbridge.crypto.ciphers import equal
from eidbridge.crypto.kdf import Use, key_sha256
from eidbridge.crypto.rsa import PrivateKey, PublicKey, RsaError, open_recovery_block, pkcs1_block, recovery_block
from eidbridge.simulator.authority import ChipKey
from eidbridge.simulator.commands import Received, RefusedError, Status
from eidbridge.simulator.protection import Session
from eidbridge.tlv import TlvError, encode, find, parse

if TYPE_CHECKING:
    from eidbridge.simulator.chip import Chip

#: How far device authentication has come.
_NOTHING, _CERTIFIED, _TERMINAL, _MUTUAL = range(4)
_PIN, _PUK = 0x81, 0x82
_KEY_LOGIN, _KEY_DEVICE, _KEY_SERVICES = 0x81, 0x82, 0x83
#: Longest input of the anti-clone key: 40 % of the modulus, an IAS-ECC rule (unconfirmed on a CIE).
_LONGEST_INPUT = 102
#: What a terminal's certificate consists of: format, CAR, CHR, CHA, object identifier, modulus, exponent.
_CERTIFICATE_SIZES = (1, 8, 12, 7, 9, 256, 4)


@dataclass
class Counter:
    """A PIN or PUK, and its tries; they live as long as the card does."""

    value: bytes = field(repr=False)
    left: int
    most: int


@dataclass
class Agreed:
    """What a key agreement leaves for the signatures that follow. group: g, p and q as they were given."""

    terminal: bytes
    chip: bytes
    group: bytes


class IasSide:
    """State of the application. tries: by reference of PIN and PUK."""

    def __init__(self, chip: "Chip") -> None:
        self._chip = chip
        profile = chip.profile
        self.tries = {
            _PIN: Counter(profile.pin, profile.pin_tries, 3),
            _PUK: Counter(profile.puk, profile.puk_tries, 10),
        }
        self._keys = profile.private_keys()

    def reset(self) -> None:
        self.challenge = b""
        self._terminal_public = b""
        self._agreed: Agreed | None = None
        self.forget()

    def forget(self) -> None:
        """What ends with a session."""
        self._level = _NOTHING
        self._verified: set[int] = set()
        self._terminal: PublicKey | None = None
        self._holder = b""
        self._key: int | None = None
        self._next_counter: int | None = None

    @property
    def pin_verified(self) -> bool:
        return _PIN in self._verified

    def after_answer(self, session: Session) -> None:
        """The counter that device authentication agreed holds from the answer after it on."""
        if self._next_counter is not None:
            session.counter, self._next_counter = self._next_counter, None

    def handler(self, command: Received) -> Callable[[Received], tuple[bytes, int]] | None:
        if not self._chip.profile.has_ias:
            return None
        return {
            0x22: self._set_environment,
            0x2A: self._verify_certificate,
            0x82: self._external_authenticate,
            0x88: self._internal_authenticate,
            0xCB: self._get_data,
            0x20: self._verify,
            0x24: self._change,
            0x2C: self._reset_counter,
        }.get(command.ins)

    # Key agreement.

    def _set_environment(self, command: Received) -> tuple[bytes, int]:
        objects = self._objects(command.data)
        match command.p1, command.p2:
            case 0x41, 0xA6:
                self._terminal_public = objects[0x91]
            case 0x81, 0xB6:
                if objects.get(0x83) != b"\x84":
                    raise RefusedError(Status.REFERENCE)
            case 0x81, 0xA4:
                if self._level < _CERTIFIED or objects.get(0x83) != self._holder:
                    raise RefusedError(Status.REFERENCE)
            case 0x41, 0xA4:
                self._key = objects[0x84][0]
                if self._key not in self._keys:
                    raise RefusedError(Status.REFERENCE)
            case _:
                raise RefusedError(Status.PARAMETERS)
        return b"", Status.OK

    def _get_data(self, command: Received) -> tuple[bytes, int]:
        if (command.p1, command.p2) != (0x3F, 0xFF):
            raise RefusedError(Status.PARAMETERS)
        group = self._chip.profile.group
        whole = {0x97: group.public_key(1), 0x98: group.p.to_bytes(group.size, "big"), 0x99: _bytes(group.q)}
        match command.data.hex().upper():
            case "4D087006BFA10102A380":
                return _object(0xBFA101, encode(0xA3, *(encode(tag, part) for tag, part in whole.items())))
            case "4D0A7008BFA10104A3029700" | "4D0A7008BFA10104A3029800" | "4D0A7008BFA10104A3029900" as asked:
                tag = int(asked[-4:-2], 16)
                return _object(0xBFA101, encode(0xA3, encode(tag, whole[tag])))
            case "4D097007BFA004037F4980":
                return self._terminal_ca()
            case "4D04A6029100":
                return self._agree()
            case "4D087006BF810102A080":
                return self._tries_object(_PIN)
            case "4D087006BF810202A080":
                return self._tries_object(_PUK)
        raise RefusedError(Status.REFERENCE)

    def _terminal_ca(self) -> tuple[bytes, int]:
        ca, profile = self._chip.profile.terminal_ca, self._chip.profile
        names = encode(0x5F20, bytes(4) + profile.car) + encode(0x5F4C, profile.terminal_rights + b"\x00")
        return _object(0xBFA004, encode(0x7F49, encode(0x81, _bytes(ca.n)), encode(0x82, _bytes(ca.e)), names))

    def _agree(self) -> tuple[bytes, int]:
        if not self._terminal_public:
            raise RefusedError(Status.CONDITIONS)
        group = self._chip.profile.group
        private = int.from_bytes(self._chip.random(32), "big") % group.q | 1
        public = group.public_key(private)
        try:
            shared = group.shared(private, self._terminal_public)
        except AgreementError:
            raise RefusedError(Status.DATA) from None
        parts = (group.public_key(1), group.p.to_bytes(group.size, "big"), _bytes(group.q))
        self.forget()
        self._agreed = Agreed(self._terminal_public, public, b"".join(parts))
        self._terminal_public = b""
        self._chip.open_session(Session(key_sha256(shared, Use.ENCRYPTION), key_sha256(shared, Use.MAC), counter=1))
        return encode(0xA6, encode(0x91, public)), Status.OK

    # Device authentication.

    def _verify_certificate(self, command: Received) -> tuple[bytes, int]:
        self._needs(secured=True)
        try:
            holder = find(command.data, 0x7F21)
            signature, rest, car = (find(holder, tag) for tag in (0x5F37, 0x5F38, 0x42))
            ca = self._chip.profile.terminal_ca
            recovered, digest = open_recovery_block(PublicKey(ca.n, ca.e).open(signature))
        except (TlvError, RsaError):
            raise RefusedError(Status.DATA) from None
        body = recovered + rest
        if len(body) != sum(_CERTIFICATE_SIZES) or not equal(digest, hashlib.sha256(body).digest()):
            raise RefusedError(Status.DATA)
        parts = _split(body, _CERTIFICATE_SIZES)
        if parts[1] != self._chip.profile.car or car != parts[1]:
            raise RefusedError(Status.DATA)
        self._holder = parts[2]
        self._terminal = PublicKey(int.from_bytes(parts[5], "big"), int.from_bytes(parts[6], "big"))
        self._level = _CERTIFIED
        return b"", Status.OK

    def _external_authenticate(self, command: Received) -> tuple[bytes, int]:
        self._needs(secured=True, level=_CERTIFIED)
        agreed, terminal = self._agreed, self._terminal
        if agreed is None or terminal is None or not self.challenge:
            raise RefusedError(Status.CONDITIONS)
        serial, token = command.data[:8], command.data[8:]
        try:
            filling, proof = open_recovery_block(terminal.open(token))
        except RsaError:
            raise RefusedError(Status.FAILED) from None
        signed = (filling, agreed.terminal, serial, self.challenge, agreed.chip, agreed.group)
        if not equal(proof, hashlib.sha256(b"".join(signed)).digest()):
            raise RefusedError(Status.FAILED)
        self._level = _TERMINAL
        return b"", Status.OK

    def _internal_authenticate(self, command: Received) -> tuple[bytes, int]:
        match self._key:
            case 0x83:
                return self._sign(command.data, _LONGEST_INPUT)
            case 0x82:
                return self._prove(command.data)
            case 0x81:
                self._needs(secured=True)
                if not self.pin_verified:
                    raise RefusedError(Status.SECURITY)
                return self._sign(command.data, 245)
        raise RefusedError(Status.CONDITIONS)

    def _sign(self, content: bytes, longest: int) -> tuple[bytes, int]:
        """PKCS#1 v1.5 of what comes, as it comes."""
        if not 1 <= len(content) <= longest:
            raise RefusedError(Status.LENGTH)
        key = self._private(self._key or 0)
        return key.sign(pkcs1_block(content, key.size)), Status.OK

    def _prove(self, theirs: bytes) -> tuple[bytes, int]:
        self._needs(secured=True, level=_TERMINAL)
        if self._agreed is None or len(theirs) != 8:
            raise RefusedError(Status.CONDITIONS)
        chip, agreed = self._chip, self._agreed
        filling = chip.random(222)
        signed = (filling, agreed.chip, chip.profile.chip_serial, theirs, agreed.terminal, agreed.group)
        block = recovery_block(filling, b"".join(signed))
        token = self._private(_KEY_DEVICE).sign(b"\x6a" + filling + block[-33:])
        self._level = _MUTUAL
        self._next_counter = int.from_bytes(self.challenge[4:] + theirs[4:], "big")
        return chip.profile.chip_serial + token, Status.OK

    def _private(self, reference: int) -> PrivateKey:
        key: ChipKey = self._keys[reference]
        return PrivateKey(key.n, key.d)

    # PIN and PUK.

    def _verify(self, command: Received) -> tuple[bytes, int]:
        counter = self._counter(command)
        if not command.data:
            return self._state(command.p2)
        self._present(command.p2, counter, command.data)
        return b"", Status.OK

    def _state(self, reference: int) -> tuple[bytes, int]:
        """VERIFY without a PIN: the tries, where this chip tells them."""
        if not self._chip.profile.tells_tries:
            raise RefusedError(Status.LENGTH)
        left = self.tries[reference].left
        if reference in self._verified:
            return b"", Status.OK
        raise RefusedError(0x63C0 | left if left else Status.BLOCKED)

    def _present(self, reference: int, counter: Counter, value: bytes) -> None:
        """Raises RefusedError with the tries left. Whole strings are compared: another length costs a try too."""
        if counter.left == 0:
            raise RefusedError(Status.BLOCKED)
        if not equal(counter.value, value):
            counter.left -= 1
            self._verified.discard(reference)
            raise RefusedError(0x63C0 | counter.left)
        counter.left = counter.most
        self._verified.add(reference)

    def _change(self, command: Received) -> tuple[bytes, int]:
        counter = self._counter(command)
        self._present(command.p2, counter, command.data[: len(counter.value)])
        counter.value = command.data[len(counter.value) :]
        return b"", Status.OK

    def _reset_counter(self, command: Received) -> tuple[bytes, int]:
        counter = self._counter(command)
        if _PUK not in self._verified:
            raise RefusedError(Status.SECURITY)
        if command.p1 == 0x02:
            counter.value = command.data
        counter.left = counter.most
        return b"", Status.OK

    def _counter(self, command: Received) -> Counter:
        self._needs(secured=True, level=_MUTUAL)
        if command.p2 not in self.tries:
            raise RefusedError(Status.REFERENCE)
        return self.tries[command.p2]

    def _tries_object(self, reference: int) -> tuple[bytes, int]:
        self._needs(secured=True, level=_MUTUAL)
        if not self._chip.profile.tells_tries:
            raise RefusedError(Status.REFERENCE)
        counter = self.tries[reference]
        told = encode(0x9A, bytes((counter.most,))) + encode(0x9B, bytes((counter.left,)))
        return _object(0xBF8100 | reference & 0x1F, encode(0xA0, told))

    def _needs(self, *, secured: bool, level: int = _NOTHING) -> None:
        if (secured and self._chip.session is None) or self._level < level:
            raise RefusedError(Status.SECURITY)

    def _objects(self, data: bytes) -> dict[int, bytes]:
        try:
            return _Objects({each.tag: each.value for each in parse(data)})
        except TlvError:
            raise RefusedError(Status.DATA) from None


class _Objects(dict[int, bytes]):
    """Data objects by tag; one that is missing is the terminal's mistake."""

    def __missing__(self, tag: int) -> bytes:
        raise RefusedError(Status.DATA)


def _object(tag: int, value: bytes) -> tuple[bytes, int]:
    return encode(0x70, encode(tag, value)), Status.OK


def _bytes(number: int) -> bytes:
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


def _split(data: bytes, sizes: tuple[int, ...]) -> list[bytes]:
    parts, place = [], 0
    for size in sizes:
        parts.append(data[place : place + size])
        place += size
    return parts
