"""SELECT and READ BINARY: free reads, and the same under secure messaging (ISO/IEC 7816-4:2005, 7.1.1 and 7.2.3)."""

from eidbridge.apdu.channel import CardChannel, StatusError
from eidbridge.apdu.command import CommandApdu, Ins, ResponseApdu, Sw
from eidbridge.card.files import Application, ElementaryFile, Extent
from eidbridge.errors import UnexpectedAnswerError
from eidbridge.tlv import TlvError, length_of_first

#: Bytes asked for at once; under secure messaging an answer with its data objects still fits into 256.
NE_PLAIN, NE_SECURED = 256, 0xE0
#: Largest file read, in bytes: what READ BINARY with two offset bytes reaches. A face picture has about 15 kB.
MAX_FILE = 0x7FFF


#: What cards say to the name of an application that they do not have.
_ABSENT = frozenset({0x6A82, 0x6A81, Sw.WRONG_P1_P2, Sw.INS_NOT_SUPPORTED, Sw.CLA_NOT_SUPPORTED})


def select_application(channel: CardChannel, application: Application, *, strict: bool = False) -> bool:
    """SELECT by AID, no answer data. Whether the card has it.

    strict: only a card that says so lacks it (6A82 and the like); anything else raises StatusError. Raises EidError.
    """
    response = channel.exchange(CommandApdu(ins=Ins.SELECT, p1=0x04, p2=0x0C, data=application.aid))
    if strict and not response.is_ok and response.sw not in _ABSENT:
        raise StatusError(Ins.SELECT, response.sw)
    return response.is_ok


def select_file(channel: CardChannel, fid: int, *, p1: int = 0x02) -> bool:
    """SELECT by file id, no answer data. p1: 02 an EF of the current DF, 00 anything. Whether there is one."""
    return channel.exchange(CommandApdu(ins=Ins.SELECT, p1=p1, p2=0x0C, data=fid.to_bytes(2, "big"))).is_ok


def read_file(channel: CardChannel, ef: ElementaryFile, *, ne: int = NE_PLAIN) -> bytes:
    """The content of an EF of the current DF, cut at its own end: zeros after its data object are padding.

    Raises StatusError where the card refuses it (6982: its access condition is not met), UnexpectedAnswerError where
    its length makes no sense.
    """
    wanted = ef.size
    if ef.sfi is None and not select_file(channel, ef.fid):
        raise StatusError(Ins.SELECT, Sw.NOT_FOUND)
    content = b""
    while wanted is None or len(content) < wanted:
        asked = ne if wanted is None else min(ne, wanted - len(content))
        response = _read_binary(channel, len(content), asked, sfi=ef.sfi if not content else None)
        content += response.data[:asked]
        if response.sw == Sw.WRONG_OFFSET and content:
            break
        if response.sw not in (Sw.OK, Sw.END_OF_FILE):
            raise StatusError(Ins.READ_BINARY, response.sw)
        if response.sw == Sw.END_OF_FILE or not response.data:
            break
        if wanted is None and ef.extent is Extent.TLV:
            wanted = _length(ef, content)
    return _whole(ef, content)


def _read_binary(channel: CardChannel, offset: int, ne: int, *, sfi: int | None) -> ResponseApdu:
    p1, p2 = (0x80 | sfi, 0) if sfi is not None else divmod(offset, 0x100)
    return channel.exchange(CommandApdu(ins=Ins.READ_BINARY, p1=p1, p2=p2, ne=ne))


def _length(ef: ElementaryFile, content: bytes) -> int:
    try:
        length = length_of_first(content)
    except TlvError as error:
        raise UnexpectedAnswerError(f"{ef.name} does not begin with a data object") from error
    if length > MAX_FILE:
        raise UnexpectedAnswerError(f"{ef.name} says that it is larger than any file of this card")
    return length


def _whole(ef: ElementaryFile, content: bytes) -> bytes:
    """The content without padding. Raises UnexpectedAnswerError where some of it is missing."""
    size = ef.size if ef.size is not None else _length(ef, content)
    if len(content) < size:
        raise UnexpectedAnswerError(f"{ef.name} has {len(content)} bytes instead of {size}")
    return content[:size]
