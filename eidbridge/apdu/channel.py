"""The links of a chain that a command passes: secure messaging where it is on, then lengths, then the connection."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Protocol

from eidbridge.apdu.command import CHAINED, MAX_SHORT_NC, MAX_SHORT_NE, CommandApdu, Ins, ResponseApdu, Sw
from eidbridge.errors import UnexpectedAnswerError
from eidbridge.transport.base import CardConnection

#: Most bytes taken of one answer, and most times asked for more of it.
_MAX_ANSWER, _MAX_GET_RESPONSE = 65_536, 300


class StatusError(UnexpectedAnswerError):
    """The card refused a command. sw: its status word; ins: the command's instruction."""

    def __init__(self, ins: int, sw: int) -> None:
        super().__init__(f"INS {ins:02X} was answered with {sw:04X}")
        self.ins, self.sw = ins, sw


class Link(Protocol):
    def exchange(self, command: CommandApdu) -> ResponseApdu:
        """Send a command of any length; the whole answer. Raises EidError."""


@dataclass(frozen=True, slots=True)
class PlainLink:
    """Encodes, chains, and fetches what is left: 61xx (6100 too) and 6Cxx (ISO/IEC 7816-4:2005, 5.1.1.1 and 5.1.3)."""

    connection: CardConnection

    def exchange(self, command: CommandApdu) -> ResponseApdu:
        *first, last = pieces(command, MAX_SHORT_NC)
        for piece in first:
            response = self._transmit(piece)
            if not response.is_ok:  # 61xx too: a reader that asks for it here breaks the chain
                raise StatusError(piece.ins, response.sw)
        response = self._transmit(last)
        if response.sw >> 8 == 0x6C and last.ne:
            response = self._transmit(replace(last, ne=response.sw & 0xFF or MAX_SHORT_NE))
        return self._complete(response)

    def _complete(self, response: ResponseApdu) -> ResponseApdu:
        """The answer with all that GET RESPONSE brings."""
        data, sw = response.data, response.sw
        for _ in range(_MAX_GET_RESPONSE):
            if sw >> 8 != 0x61:
                return ResponseApdu(sw, data)
            more = self._transmit(CommandApdu(ins=Ins.GET_RESPONSE, ne=sw & 0xFF or MAX_SHORT_NE))
            data, sw = data + more.data, more.sw
            if len(data) > _MAX_ANSWER:
                break
        raise UnexpectedAnswerError("an answer that does not end")

    def _transmit(self, command: CommandApdu) -> ResponseApdu:
        answer = self.connection.transmit(bytes(command))
        if not 2 <= len(answer) <= _MAX_ANSWER + 2:
            raise UnexpectedAnswerError(f"an answer of {len(answer)} bytes")
        return ResponseApdu(int.from_bytes(answer[-2:], "big"), bytes(answer[:-2]))


def pieces(command: CommandApdu, size: int) -> Iterator[CommandApdu]:
    """A command as a chain of pieces with at most `size` bytes of data each; the last one alone has its Ne."""
    if len(command.data) <= size or command.extended:
        yield command
        return
    starts = range(0, len(command.data), size)
    for start in starts:
        data = command.data[start : start + size]
        if start == starts[-1]:
            yield replace(command, data=data)
        else:
            yield replace(command, data=data, ne=0, cla=command.cla | CHAINED)


@dataclass(frozen=True, slots=True)
class CardChannel:
    """What card commands are sent through. link: the first of the chain."""

    link: Link

    def exchange(self, command: CommandApdu) -> ResponseApdu:
        """The answer, whatever its status word says."""
        return self.link.exchange(command)

    def send(self, command: CommandApdu) -> bytes:
        """The data of the answer. Raises StatusError where the status word is not 9000."""
        response = self.link.exchange(command)
        if response.sw != Sw.OK:
            raise StatusError(command.ins, response.sw)
        return response.data


def plain_channel(connection: CardConnection) -> CardChannel:
    """A channel without secure messaging."""
    return CardChannel(PlainLink(connection))
