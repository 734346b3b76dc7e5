"""Secure messaging (ICAO 9303-11, 9.8; ISO/IEC 7816-4:2005, 6): a link that wraps commands and checks answers."""

from dataclasses import dataclass, field, replace
from typing import Protocol

from eidbridge.apdu.channel import CardChannel, Link, pieces
from eidbridge.apdu.command import SECURED, CommandApdu, ResponseApdu, Sw
from eidbridge.crypto import ciphers
from eidbridge.crypto.padding import PaddingError, pad, unpad
from eidbridge.errors import UnexpectedAnswerError
from eidbridge.tlv import Tlv, TlvError, encode, parse

#: Clear bytes in one piece of a chain: what the official clients send, and what fits with MAC and padding.
PIECE = 231
_CRYPTOGRAM, _CRYPTOGRAM_ODD, _NE, _STATUS, _MAC = 0x87, 0x85, 0x97, 0x99, 0x8E


class SecureMessagingError(UnexpectedAnswerError):
    """An answer that is not protected as agreed, or a session that is over."""


class Suite(Protocol):
    """Cipher and MAC of a session."""

    @property
    def block(self) -> int:
        """Size of a block in bytes, which is the length of the counter too."""

    def encrypt(self, counter: bytes, data: bytes) -> bytes: ...

    def decrypt(self, counter: bytes, data: bytes) -> bytes: ...

    def mac(self, data: bytes) -> bytes:
        """Eight bytes over data that is padded already."""


@dataclass(frozen=True, slots=True)
class Des3Suite:
    """Two-key 3DES with retail MAC (ICAO 9303-11, 9.8.6.1); the keys are never shown."""

    k_enc: bytes = field(repr=False)
    k_mac: bytes = field(repr=False)
    block: int = ciphers.DES_BLOCK

    def encrypt(self, counter: bytes, data: bytes) -> bytes:
        return ciphers.des3_encrypt(self.k_enc, data)

    def decrypt(self, counter: bytes, data: bytes) -> bytes:
        return ciphers.des3_decrypt(self.k_enc, data)

    def mac(self, data: bytes) -> bytes:
        return ciphers.retail_mac(self.k_mac, data)


@dataclass(frozen=True, slots=True)
class AesSuite:
    """AES with CMAC; the IV is the encrypted counter (ICAO 9303-11, 9.8.6.2)."""

    k_enc: bytes = field(repr=False)
    k_mac: bytes = field(repr=False)
    block: int = ciphers.AES_BLOCK

    def encrypt(self, counter: bytes, data: bytes) -> bytes:
        return ciphers.aes_encrypt(self.k_enc, data, iv=ciphers.aes_encrypt_block(self.k_enc, counter))

    def decrypt(self, counter: bytes, data: bytes) -> bytes:
        return ciphers.aes_decrypt(self.k_enc, data, iv=ciphers.aes_encrypt_block(self.k_enc, counter))

    def mac(self, data: bytes) -> bytes:
        return ciphers.aes_cmac(self.k_mac, data)


class SecureMessaging:
    """A session's keys and its send sequence counter (SSC), counted before every command and every answer."""

    def __init__(self, suite: Suite, counter: int = 0) -> None:
        self._suite = suite
        self._counter = counter
        self.is_open = True

    def __repr__(self) -> str:
        return f"SecureMessaging({type(self._suite).__name__}, {'open' if self.is_open else 'closed'})"

    def restart(self, counter: int) -> None:
        """Go on with another counter and the same keys, as the CIE does after device authentication."""
        self._counter = counter

    def wrap(self, command: CommandApdu) -> CommandApdu:
        """The protected command. Raises SecureMessagingError where the session is over."""
        if not self.is_open:
            raise SecureMessagingError("the secured session is over")
        counter = self._count()
        header = bytes((command.cla | SECURED, command.ins, command.p1, command.p2))
        objects = self._cryptogram(counter, command) + self._awaited(command)
        mac = self._suite.mac(self._pad(self._pad(counter + header) + objects))
        data = objects + encode(_MAC, mac)
        return replace(command, cla=header[0], data=data, ne=65_536 if command.extended else 256)

    def unwrap(self, response: ResponseApdu) -> ResponseApdu:
        """The clear answer. A bare status word is taken as the result and ends the session.

        Raises SecureMessagingError for anything that is not protected as agreed; the session is over then, too.
        """
        counter = self._count()
        if not response.data:
            self.is_open = False
            if response.is_ok:
                raise SecureMessagingError("the card answered without secure messaging")
            return response
        try:
            return self._checked(counter, response.data)
        except (TlvError, PaddingError, ValueError) as error:
            self.is_open = False
            raise SecureMessagingError("a protected answer that is broken") from error
        except SecureMessagingError:
            self.is_open = False
            raise

    def _checked(self, counter: bytes, data: bytes) -> ResponseApdu:
        objects = parse(data)
        tags = [each.tag for each in objects]
        if tags not in ([_STATUS, _MAC], [_CRYPTOGRAM, _STATUS, _MAC], [_CRYPTOGRAM_ODD, _STATUS, _MAC]):
            raise SecureMessagingError("a protected answer holds other data objects")
        *covered, mac = objects
        expected = self._suite.mac(self._pad(counter + b"".join(map(bytes, covered))))
        if len(covered[-1].value) != 2 or not ciphers.equal(expected, mac.value):
            raise SecureMessagingError("the MAC of an answer is wrong")
        clear = self._clear(counter, covered[0]) if len(covered) == 2 else b""
        return ResponseApdu(int.from_bytes(covered[-1].value, "big"), clear)

    def _clear(self, counter: bytes, cryptogram: Tlv) -> bytes:
        encrypted = cryptogram.value
        if cryptogram.tag == _CRYPTOGRAM:
            if not encrypted.startswith(b"\x01"):
                raise SecureMessagingError("an answer is padded in another way")
            encrypted = encrypted[1:]
        return unpad(self._suite.decrypt(counter, encrypted))

    def _cryptogram(self, counter: bytes, command: CommandApdu) -> bytes:
        if not command.data:
            return b""
        encrypted = self._suite.encrypt(counter, self._pad(command.data))
        return encode(_CRYPTOGRAM_ODD, encrypted) if command.ins & 1 else encode(_CRYPTOGRAM, b"\x01", encrypted)

    def _awaited(self, command: CommandApdu) -> bytes:
        """DO97; also where nothing is sent and nothing awaited, for the MAC must cover a data object."""
        if command.ne > 256:
            return encode(_NE, (command.ne & 0xFFFF).to_bytes(2, "big"))
        return encode(_NE, bytes((command.ne & 0xFF,))) if command.ne or not command.data else b""

    def _count(self) -> bytes:
        size = self._suite.block
        self._counter = (self._counter + 1) % (1 << 8 * size)
        return self._counter.to_bytes(size, "big")

    def _pad(self, data: bytes) -> bytes:
        return pad(data, block=self._suite.block)


@dataclass(frozen=True, slots=True)
class SecureLink:
    """Each piece of a chain is wrapped, sent and checked by itself."""

    below: Link
    session: SecureMessaging

    def exchange(self, command: CommandApdu) -> ResponseApdu:
        response = ResponseApdu(Sw.OK)
        for piece in pieces(command, PIECE):
            response = self.session.unwrap(self.below.exchange(self.session.wrap(piece)))
            if not response.is_ok:
                break
        return response


def secured(channel: CardChannel, session: SecureMessaging) -> CardChannel:
    """The channel with a session in front of it."""
    return CardChannel(SecureLink(channel.link, session))
