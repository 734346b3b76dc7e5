"""A chip as a state machine: power, lengths, chains, secure messaging, files; its applications stand beside.

Sources of each behaviour: ISO/IEC 7816-4:2005, ICAO 9303, and what the official clients need to be content. Where no
source says what a real chip does, the simulator takes the stricter way.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from eidbridge.simulator.commands import Received, RefusedError, Status, read_command
from eidbridge.simulator.ias import IasSide
from eidbridge.simulator.mrtd import MrtdSide
from eidbridge.simulator.profiles import Profile
from eidbridge.simulator.protection import Session
from eidbridge.simulator.store import Directory, Rule, StoredFile, cut, file_template, odd_offset
from eidbridge.tlv import encode

#: Longest answer in one go, without its status word.
_LONGEST = 256
_ROOT, _MASTER_FILE = b"", 0x3F00
_GET_RESPONSE = 0xC0

Handler = Callable[[Received], tuple[bytes, int]]


@dataclass
class Selection:
    """directory: AID of the current DF, empty for the root. fid: the current EF."""

    directory: bytes = _ROOT
    fid: int | None = None


@dataclass
class Chip:
    """One card. `received` is what came over the wire since it was made: header and clear length, never data."""

    profile: Profile
    random: Callable[[int], bytes] = secrets.token_bytes
    received: list[tuple[int, int, int, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._chain: list[bytes] = []
        self._chain_of: tuple[int, int, int] | None = None
        self.session: Session | None = None
        self.directories = self.profile.directories()
        self.ias = IasSide(self)
        self.mrtd = MrtdSide(self)
        self.reset()

    @property
    def atr(self) -> bytes:
        return self.profile.atr

    def reset(self) -> None:
        """Power up or reset: selections, sessions and verified PINs are gone; counters stay."""
        self.selection = Selection()
        self.session = None
        self._pending = b""
        self._pending_status: int = Status.OK
        self._end_chain()
        self.ias.reset()
        self.mrtd.reset()

    def transmit(self, raw: bytes) -> bytes:
        """A command APDU; the answer with its status word."""
        try:
            command = read_command(raw)
        except RefusedError as refused:
            return refused.status.to_bytes(2, "big")
        self.received.append((command.cla, command.ins, command.p1, command.p2))
        if command.ins == _GET_RESPONSE:
            return self._next_part(command.expected or _LONGEST)
        self._pending = b""
        return self._answer(command)

    def received_ins(self, ins: int) -> list[tuple[int, int, int, int]]:
        """Headers of the commands with this instruction."""
        return [header for header in self.received if header[1] == ins]

    def open_session(self, session: Session) -> None:
        """Secure messaging from the next command on."""
        self.session = session

    def close_session(self) -> None:
        """End secure messaging, and all that it allowed."""
        self.session = None
        self._end_chain()
        self.ias.forget()
        self.mrtd.forget()

    # Lengths.

    def _answer(self, command: Received) -> bytes:
        if not self.profile.takes_extended and command.extended:
            return Status.LENGTH.to_bytes(2, "big")
        if command.is_secured:
            data, status = self._secured(command)
        else:
            if self.session is not None:
                self.close_session()
            data, status = self._chained(command)
        limit = command.expected or _LONGEST if command.extended else _LONGEST
        if len(data) <= limit:
            return data + status.to_bytes(2, "big")
        self._pending, self._pending_status = data, status
        return self._next_part(limit)

    def _next_part(self, expected: int) -> bytes:
        """What is left of a long answer; 6100 where 256 or more follow, for at 61FF the official client loses them."""
        if not self._pending:
            return Status.CONDITIONS.to_bytes(2, "big")
        part, self._pending = self._pending[:expected], self._pending[expected:]
        if not self._pending:
            return part + self._pending_status.to_bytes(2, "big")
        left = len(self._pending)
        return part + bytes((0x61, left if left < 256 else 0))

    # Protection and chains.

    def _secured(self, command: Received) -> tuple[bytes, int]:
        session = self.session
        if session is None:
            return b"", Status.NO_SESSION
        try:
            clear = session.open(command)
        except RefusedError as refused:
            self.close_session()
            return b"", refused.status
        data, status = self._chained(clear)
        sealed = session.seal(data, status, odd=bool(command.ins & 1))
        if self.session is session:
            self.ias.after_answer(session)
        return sealed, Status.OK

    def _chained(self, command: Received) -> tuple[bytes, int]:
        """Gather the pieces of a chain; do what the whole command asks."""
        head = (command.ins, command.p1, command.p2)
        if head != self._chain_of:  # another command in the middle of a chain ends it
            self._chain, self._chain_of = [], head
        self._chain.append(command.data)
        if command.is_chained and not self._is_step(command):
            return b"", Status.OK
        whole = Received(
            command.cla,
            command.ins,
            command.p1,
            command.p2,
            b"".join(self._chain),
            command.expected,
            command.extended,
        )
        self._end_chain()
        try:
            return self._perform(whole)
        except RefusedError as refused:
            return b"", refused.status

    def _end_chain(self) -> None:
        self._chain, self._chain_of = [], None

    def _is_step(self, command: Received) -> bool:
        """GENERAL AUTHENTICATE marks its steps like pieces of a chain, and answers each."""
        return command.ins == 0x86

    # Commands.

    def _perform(self, command: Received) -> tuple[bytes, int]:
        handlers: dict[int, Handler] = {
            0xA4: self._select,
            0xB0: self._read_binary,
            0xB1: self._read_binary_odd,
            0x84: self._get_challenge,
        }
        handler = handlers.get(command.ins) or self.mrtd.handler(command) or self.ias.handler(command)
        if handler is None:
            raise RefusedError(Status.INSTRUCTION)
        return handler(command)

    def _get_challenge(self, command: Received) -> tuple[bytes, int]:
        size = command.expected or 8
        challenge = self.random(size)
        if self.selection.directory == self.mrtd.AID:
            self.mrtd.challenge = challenge
        else:
            self.ias.challenge = challenge
        return challenge, Status.OK

    def _select(self, command: Received) -> tuple[bytes, int]:
        if command.p1 == 0x04:
            return self._select_aid(command.data)
        if command.p1 not in (0x00, 0x02):
            raise RefusedError(Status.PARAMETERS)
        fid = int.from_bytes(command.data, "big") if command.data else _MASTER_FILE
        if command.p1 == 0x00 and fid == _MASTER_FILE:
            if not self.profile.has_root:
                raise RefusedError(Status.NOT_FOUND)
            self.selection = Selection()
            return b"", Status.OK
        return self._select_fid(fid, wants_template=command.p2 == 0x04)

    def _select_aid(self, aid: bytes) -> tuple[bytes, int]:
        if aid not in self.profile.aids:
            raise RefusedError(Status.NOT_FOUND)
        root = self.profile.root_aid
        self.selection = Selection(_ROOT if aid == root else aid)
        return b"", Status.OK

    def _select_fid(self, fid: int, *, wants_template: bool) -> tuple[bytes, int]:
        file = self._directory().files.get(fid)
        if file is None:
            raise RefusedError(Status.NOT_FOUND)
        self.selection.fid = fid
        return (file_template(fid, file) if wants_template else b""), Status.OK

    def _read_binary(self, command: Received) -> tuple[bytes, int]:
        if command.p1 & 0x80:
            self.selection.fid = self._directory().by_sfi(command.p1 & 0x1F)
            offset = command.p2
        else:
            offset = command.p1 << 8 | command.p2
        return cut(self._readable(), offset, command.expected or _LONGEST)

    def _read_binary_odd(self, command: Received) -> tuple[bytes, int]:
        if command.p2:
            self.selection.fid = self._directory().by_sfi(command.p2 & 0x1F)
        wanted = command.expected or _LONGEST
        header = 2 if wanted <= 0x81 else 3
        data, status = cut(self._readable(), odd_offset(command.data), wanted - header)
        return encode(0x53, data), status

    def _readable(self) -> bytes:
        """Content of the current EF. Raises RefusedError where none is selected or its rule does not hold."""
        if self.selection.fid is None:
            raise RefusedError(Status.NO_FILE_SELECTED)
        file = self._directory().files[self.selection.fid]
        if not self._may_read(file):
            raise RefusedError(Status.SECURITY)
        return file.content

    def _may_read(self, file: StoredFile) -> bool:
        match file.rule:
            case Rule.ALWAYS:
                return True
            case Rule.SESSION:
                return self.session is not None and self.mrtd.is_open
            case Rule.PIN:
                return self.session is not None and self.ias.pin_verified
        return False

    def _directory(self) -> Directory:
        return self.directories[self.selection.directory]
