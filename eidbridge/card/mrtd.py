"""The travel document's side (ICAO 9303-10): which data groups there are, and what the machine-readable zone says."""

from dataclasses import dataclass, field
from datetime import date

from eidbridge.apdu.channel import CardChannel
from eidbridge.card import pace
from eidbridge.card.bac import open_session as open_bac
from eidbridge.card.files import EF_CARD_ACCESS, EF_COM, EF_DG1, EMRTD
from eidbridge.card.reading import NE_SECURED, read_file, select_application, select_file
from eidbridge.crypto.kdf import check_digit
from eidbridge.errors import UnexpectedAnswerError
from eidbridge.tlv import TlvError, find

#: Data groups by their tag in EF.COM (ICAO 9303-10, 4.7.1).
_GROUPS = {0x61: 1, 0x75: 2, 0x63: 3, 0x76: 4, 0x65: 5, 0x66: 6, 0x67: 7, 0x68: 8, 0x69: 9, 0x6A: 10, 0x6B: 11}
_GROUPS |= {0x6C: 12, 0x6D: 13, 0x6E: 14, 0x6F: 15, 0x70: 16}


@dataclass(frozen=True, slots=True)
class Mrz:
    """What is asked of a TD1 zone of three lines of 30. document_number: a person's, never shown."""

    document_number: str = field(repr=False)
    expires: date

    def __post_init__(self) -> None:
        if not self.document_number:
            raise ValueError("a document has a number")


def open_with_bac(channel: CardChannel, mrz_information: bytes) -> CardChannel:
    """SELECT the application, then BAC. Raises EidError."""
    select_application(channel, EMRTD)
    return open_bac(channel, mrz_information)


def open_with_pace(channel: CardChannel, password: pace.Password, secret: bytes) -> CardChannel:
    """PACE by the first way of EF.CardAccess, then SELECT through the session. Raises EidError.

    On some chips the root must be selected before EF.CardAccess can be read (single source).
    """
    select_file(channel, 0x3F00, p1=0x00)
    infos = pace.read_pace_infos(read_file(channel, EF_CARD_ACCESS))
    if not infos:
        raise UnexpectedAnswerError("EF.CardAccess names no way of PACE that is known")
    session = pace.open_session(channel, infos[0], password, secret)
    select_application(session, EMRTD)
    return session


def read_data_groups(session: CardChannel) -> frozenset[int]:
    """Numbers of the data groups that EF.COM lists. Raises EidError."""
    try:
        tags = find(read_file(session, EF_COM, ne=NE_SECURED), 0x60, 0x5C)
    except TlvError as error:
        raise UnexpectedAnswerError("EF.COM cannot be read") from error
    return frozenset(_GROUPS[tag] for tag in tags if tag in _GROUPS)


def read_mrz(session: CardChannel) -> Mrz:
    """Number and expiry of the document, from DG1. Raises EidError."""
    try:
        zone = find(read_file(session, EF_DG1, ne=NE_SECURED), 0x61, 0x5F1F).decode("ascii")
        return _read_td1(zone)
    except (TlvError, ValueError) as error:
        raise UnexpectedAnswerError("the machine-readable zone cannot be read") from error


def _read_td1(zone: str) -> Mrz:
    """Raises ValueError for another size or a wrong check digit (ICAO 9303-5, 4.2.2)."""
    if len(zone) != 90:
        raise ValueError("no TD1")
    number, number_check, expires, expires_check = zone[5:14], zone[14], zone[38:44], zone[44]
    if (check_digit(number), check_digit(expires)) != (number_check, expires_check):
        raise ValueError("a check digit is wrong")
    year, month, day = (int(expires[place : place + 2]) for place in (0, 2, 4))
    return Mrz(number.rstrip("<"), date(2000 + year, month, day))
