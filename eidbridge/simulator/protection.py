"""The chip's side of secure messaging: commands are opened, answers sealed (ISO/IEC 7816-4:2005, 6)."""

from dataclasses import dataclass, field, replace

from eidbridge.crypto import ciphers
from eidbridge.crypto.padding import PaddingError, pad, unpad
from eidbridge.simulator.commands import Received, RefusedError, Status
from eidbridge.tlv import TlvError, encode, parse


@dataclass
class Session:
    """Keys agreed with a terminal. block: 8 for 3DES, 16 for AES. counter: the send sequence counter."""

    k_enc: bytes = field(repr=False)
    k_mac: bytes = field(repr=False)
    counter: int = 0
    block: int = 8

    def open(self, command: Received) -> Received:
        """The clear command. Raises RefusedError (6987, 6988), after which the session must end."""
        try:
            objects = parse(command.data)
        except TlvError:
            raise RefusedError(Status.PROTECTION_WRONG) from None
        if not objects or objects[-1].tag != 0x8E:
            raise RefusedError(Status.PROTECTION_MISSING)
        ssc = self._count()
        covered = b"".join(map(bytes, objects[:-1]))
        head = self._pad(ssc + bytes((command.cla, command.ins, command.p1, command.p2)))
        if not ciphers.equal(self._mac(self._pad(head + covered)), objects[-1].value):
            raise RefusedError(Status.PROTECTION_WRONG)
        data, expected = b"", None
        for each in objects[:-1]:
            if each.tag in (0x85, 0x87):
                data = self._decrypt(ssc, each.value[1:] if each.tag == 0x87 else each.value)
            elif each.tag == 0x97:
                expected = int.from_bytes(each.value, "big") or 256 ** len(each.value)
            else:
                raise RefusedError(Status.PROTECTION_WRONG)
        return replace(command, data=data, expected=expected)

    def seal(self, data: bytes, status: int, *, odd: bool = False) -> bytes:
        """Data objects of an answer: cryptogram, status, MAC."""
        ssc = self._count()
        objects = encode(0x99, status.to_bytes(2, "big"))
        if data:
            encrypted = self._encrypt(ssc, self._pad(data))
            objects = (encode(0x85, encrypted) if odd else encode(0x87, b"\x01", encrypted)) + objects
        return objects + encode(0x8E, self._mac(self._pad(ssc + objects)))

    def _decrypt(self, ssc: bytes, data: bytes) -> bytes:
        try:
            if self.block == 8:
                return unpad(ciphers.des3_decrypt(self.k_enc, data))
            return unpad(ciphers.aes_decrypt(self.k_enc, data, iv=ciphers.aes_encrypt_block(self.k_enc, ssc)))
        except (PaddingError, ValueError):
            raise RefusedError(Status.PROTECTION_WRONG) from None

    def _encrypt(self, ssc: bytes, data: bytes) -> bytes:
        if self.block == 8:
            return ciphers.des3_encrypt(self.k_enc, data)
        return ciphers.aes_encrypt(self.k_enc, data, iv=ciphers.aes_encrypt_block(self.k_enc, ssc))

    def _mac(self, data: bytes) -> bytes:
        return ciphers.retail_mac(self.k_mac, data) if self.block == 8 else ciphers.aes_cmac(self.k_mac, data)

    def _pad(self, data: bytes) -> bytes:
        return pad(data, block=self.block)

    def _count(self) -> bytes:
        self.counter = (self.counter + 1) % (1 << 8 * self.block)
        return self.counter.to_bytes(self.block, "big")
