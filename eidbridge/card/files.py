"""Applications and files of the CIE as data (IAS-ECC file system and ICAO 9303-10)."""

from dataclasses import dataclass
from enum import StrEnum


class Access(StrEnum):
    """What must be true before a file is read."""

    FREE = "free"
    SESSION = "session"  # BAC or PACE on the travel document's side
    PIN = "pin"  # secure messaging and a verified PIN


class Extent(StrEnum):
    """How the end of a file is known."""

    TLV = "tlv"  # its first data object, zeros may follow
    FIXED = "fixed"  # its size


@dataclass(frozen=True, slots=True)
class ElementaryFile:
    """fid: file id, 16 bits. sfi: short EF identifier, where it has one. size: in bytes, of a file of fixed extent."""

    name: str
    fid: int
    sfi: int | None = None
    access: Access = Access.FREE
    extent: Extent = Extent.TLV
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Application:
    name: str
    aid: bytes


#: The card's root by its AID; some chips answer 6A82 to it and work all the same.
IAS = Application("IAS", bytes.fromhex("A0000000308000000009816001"))
CIE = Application("CIE", bytes.fromhex("A00000000039"))
EMRTD = Application("eMRTD", bytes.fromhex("A0000002471001"))
#: Contactless and contact payment environments (EMV Book 1), by which a bank card is known.
PPSE = Application("2PAY.SYS.DDF01", b"2PAY.SYS.DDF01")
PSE = Application("1PAY.SYS.DDF01", b"1PAY.SYS.DDF01")

MASTER_FILE = 0x3F00
#: Directory and file by which TS-CNS and the old CIE are known.
CNS_DIRECTORY, CNS_ID_CARTA = 0x1000, 0x1003

# Root.
EF_ATR = ElementaryFile("EF.ATR", 0x2F01, 0x1D)
EF_SN_ICC = ElementaryFile("EF.SN.ICC", 0xD003, extent=Extent.TLV)
EF_DH = ElementaryFile("EF.DH", 0xD004, 0x1B)
EF_CARD_ACCESS = ElementaryFile("EF.CardAccess", 0x011C, 0x1C)
# Application CIE.
EF_NIS = ElementaryFile("EF.ID_Servizi", 0x1001, 1, extent=Extent.FIXED, size=12)
EF_SERIAL = ElementaryFile("EF.Seriale", 0x1002, access=Access.PIN, extent=Extent.FIXED, size=9)
EF_CERTIFICATE = ElementaryFile("EF.Cert_CIE", 0x1003, access=Access.PIN)
EF_DEVICE_KEY = ElementaryFile("EF.Int.Kpub", 0x1004, 4)
EF_SERVICES_KEY = ElementaryFile("EF.Servizi_Int.Kpub", 0x1005, 5)
EF_SOD_CIE = ElementaryFile("EF.SOD", 0x1006, 6)
# Application eMRTD (ICAO 9303-10, 4.7).
EF_COM = ElementaryFile("EF.COM", 0x011E, 0x1E, Access.SESSION)
EF_SOD = ElementaryFile("EF.SOD", 0x011D, 0x1D, Access.SESSION)
EF_DG1 = ElementaryFile("EF.DG1", 0x0101, 0x01, Access.SESSION)
EF_DG14 = ElementaryFile("EF.DG14", 0x010E, 0x0E, Access.SESSION)

#: Number in the SOD of the CIE application, by the file whose hash it is. The first and the last two need no PIN.
SOD_NUMBERS: dict[int, ElementaryFile] = {
    0xA1: EF_NIS,
    0xA2: EF_SERIAL,
    0xA3: EF_CERTIFICATE,
    0xA4: EF_DEVICE_KEY,
    0xA5: EF_SERVICES_KEY,
    0x1B: EF_DH,
}

#: References of PIN, PUK and private keys in the CIE application.
PIN_REFERENCE, PUK_REFERENCE = 0x81, 0x82
KEY_LOGIN, KEY_DEVICE, KEY_SERVICES, KEY_TERMINALS = 0x81, 0x82, 0x83, 0x84
