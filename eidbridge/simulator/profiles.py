"""Cards to play: a CIE of each maker and condition, and what people lay on the reader by mistake.

The chips' own values (keys, certificates, numbers) are made up and fresh in each process. What a maker's chip does
differently comes from the official clients' branches; ATRs are public.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property

from eidbridge.crypto.agreement import RFC5114_2048_256, PrimeGroup
from eidbridge.crypto.kdf import check_digit, mrz_information
from eidbridge.simulator import authority
from eidbridge.simulator.authority import ChipKey, Holder
from eidbridge.simulator.mrtd import PaceSetup
from eidbridge.simulator.store import Directory, Rule, StoredFile
from eidbridge.tlv import encode

IAS_AID = bytes.fromhex("A0000000308000000009816001")
CIE_AID = bytes.fromhex("A00000000039")
MRTD_AID = bytes.fromhex("A0000002471001")
PPSE_AID, PSE_AID = b"2PAY.SYS.DDF01", b"1PAY.SYS.DDF01"

_EF_ATR_STM = bytes.fromhex(
    "80004301B946040000001047039401814F0CA000000095000000008A0001E010020200FF020200FF0202010002020100780806062B8122F8780282029000"
)
_EF_ATR_NXP = bytes.fromhex("80004301B8460410101010470394018182029000")
_EF_ATR_GEMALTO = b"\x80\x00\x43\x01\xb9" + b"IasEccRoot" + bytes.fromhex("47039441C082029000")
#: Bytes a certificate's file has room for; zeros follow it.
_CERTIFICATE_ROOM = 2_048


@dataclass(frozen=True, kw_only=True)
class Profile:
    """What a card is and in which state. The defaults are a CIE in order.

    starts, ends: validity of the login certificate, in days from today. clone: the private keys are not those of the
    files. tampered: contents put into the CIE application after it was signed, by file id. signer: who issued the
    document signer. newer_sod: SHA-512 and PSS. has_ias, has_mrtd: applications it has. takes_root_aid: whether the
    IAS root is found by its AID. tells_tries: whether the counters can be read.
    """

    name: str
    atr: bytes = bytes.fromhex("3B8F80018031806549544A3442120FFF8290008B")
    holder: Holder = field(default_factory=Holder)
    pin: bytes = field(default=b"12345678", repr=False)
    puk: bytes = field(default=b"87654321", repr=False)
    can: bytes = field(default=b"123456", repr=False)
    pin_tries: int = 3
    puk_tries: int = 10
    tells_tries: bool = True
    starts: int = -400
    ends: int = 3_000
    clone: bool = False
    tampered: Mapping[int, bytes] = field(default_factory=dict, repr=False)
    signer: str = "test"
    newer_sod: bool = True
    has_ias: bool = True
    has_mrtd: bool = True
    takes_root_aid: bool = False
    has_root: bool = True
    takes_extended: bool = True
    ef_atr: bytes = _EF_ATR_NXP
    pace: PaceSetup | None = field(default_factory=lambda: PaceSetup(nonce_size=8))
    group: PrimeGroup = field(default=RFC5114_2048_256, repr=False)
    car: bytes = b"CATEST01"
    terminal_rights: bytes = bytes.fromhex("A00000000039")
    chip_serial: bytes = bytes.fromhex("0000000000000042")
    other_aids: frozenset[bytes] = frozenset()
    other_files: Mapping[bytes, Mapping[int, StoredFile]] = field(default_factory=dict)

    @property
    def aids(self) -> frozenset[bytes]:
        """Applications that SELECT finds."""
        own = {CIE_AID} if self.has_ias else set()
        own |= {MRTD_AID} if self.has_mrtd else set()
        own |= {IAS_AID} if self.has_ias and self.takes_root_aid else set()
        return frozenset(own | self.other_aids)

    @property
    def root_aid(self) -> bytes:
        return IAS_AID

    @cached_property
    def terminal_ca(self) -> ChipKey:
        return authority.terminal_ca()

    @cached_property
    def mrz_information(self) -> bytes:
        holder = self.holder
        return mrz_information(document_number=holder.document_number, born=holder.born, expires=holder.expires)

    def public_keys(self) -> dict[int, ChipKey]:
        """The keys that the files name, by reference."""
        names = {0x81: "login", 0x82: "device", 0x83: "services"}
        return {reference: authority.chip_key(authority.fresh_key(name)) for reference, name in names.items()}

    def private_keys(self) -> dict[int, ChipKey]:
        """The keys the chip holds: not those of its files where it is a clone."""
        if not self.clone:
            return self.public_keys()
        return {reference: authority.chip_key(authority.fresh_key("clone")) for reference in (0x81, 0x82, 0x83)}

    def directories(self) -> dict[bytes, Directory]:
        """Files by directory; the empty AID is the root."""
        made = {b"": Directory(b"", {**self._root(), **self.other_files.get(b"", {})})}
        if self.has_ias:
            made[CIE_AID] = Directory(CIE_AID, self._application())
        if self.has_mrtd:
            made[MRTD_AID] = Directory(MRTD_AID, self._travel_document())
        for aid in self.other_aids:
            made[aid] = Directory(aid, self.other_files.get(aid, {}))
        return made

    def _root(self) -> dict[int, StoredFile]:
        files = {}
        if self.pace is not None and self.has_mrtd:
            files[0x011C] = StoredFile(self.pace.card_access, sfi=0x1C)
        if self.has_ias:
            number = bytes.fromhex("938000" + self.holder.nis) + b"\x5f"
            files[0x2F01] = StoredFile(self.ef_atr, sfi=0x1D)
            files[0xD003] = StoredFile(encode(0x5A, number))
            files[0xD004] = StoredFile(self._group_file(), sfi=0x1B)
        return files

    def _group_file(self) -> bytes:
        group = self.group
        parts = (group.public_key(1), group.p.to_bytes(group.size, "big"))
        return encode(0xA3, *(encode(tag, part) for tag, part in zip((0x97, 0x98), parts, strict=True)))

    def _application(self) -> dict[int, StoredFile]:
        keys, holder = self.public_keys(), self.holder
        now = datetime.now(UTC)
        starts, ends = (now + timedelta(days=days) for days in (self.starts, self.ends))
        nis, serial = holder.nis.encode(), holder.document_number.encode()
        certificate = authority.login_certificate(holder, starts, ends)
        device, services = keys[0x82].public_file, keys[0x83].public_file
        hashed = {0xA1: nis, 0xA2: serial, 0xA3: certificate, 0xA4: device, 0xA5: services, 0x1B: self._group_file()}
        sod = authority.sod(hashed, newer=self.newer_sod, authority=self.signer)
        files = {
            0x1001: StoredFile(nis, sfi=1),
            0x1002: StoredFile(serial, Rule.PIN),
            0x1003: StoredFile(certificate.ljust(_CERTIFICATE_ROOM, b"\x00"), Rule.PIN),
            0x1004: StoredFile(device, sfi=4),
            0x1005: StoredFile(services, sfi=5),
            0x1006: StoredFile(sod, sfi=6),
        }
        return files | {fid: replace(files[fid], content=content) for fid, content in self.tampered.items()}

    def _travel_document(self) -> dict[int, StoredFile]:
        versions = encode(0x5F01, b"0107") + encode(0x5F36, b"040000")
        common = encode(0x60, versions, encode(0x5C, b"\x61"))
        zone = encode(0x61, encode(0x5F1F, self._zone().encode()))
        return {
            0x011E: StoredFile(common, Rule.SESSION, sfi=0x1E),
            0x0101: StoredFile(zone, Rule.SESSION, sfi=0x01),
        }

    def _zone(self) -> str:
        """Machine-readable zone, TD1 (ICAO 9303-5, 4.2)."""
        holder = self.holder
        first = "C<ITA" + holder.document_number + check_digit(holder.document_number) + "<" * 15
        born, expires = (text + check_digit(text) for text in (holder.born, holder.expires))
        second = f"{born}F{expires}ITA" + "<" * 11
        second += check_digit(first[5:] + second[:7] + second[8:15] + second[18:29])
        return first + second + f"{holder.surname}<<{holder.name}".ljust(30, "<")


def _atr(text: str) -> bytes:
    return bytes.fromhex(text)


_GEMALTO = Profile(
    name="cie-gemalto",
    atr=_atr("3B8F800180318065B085040011120FFF8290008A"),
    ef_atr=_EF_ATR_GEMALTO,
    takes_root_aid=True,
    newer_sod=False,
    pace=PaceSetup(nonce_size=16),
)
_STM = replace(
    _GEMALTO,
    name="cie-stm",
    atr=_atr("3B8B80018066475000B8007F8290002E"),
    ef_atr=_EF_ATR_STM,
)
_BIT4ID = Profile(name="cie-bit4id")
_OTHER = Profile(name="", has_ias=False, has_mrtd=False, pace=None, has_root=False)
_CNS_FILES = {b"": {0x1000: StoredFile(b""), 0x1003: StoredFile(bytes(16)), 0x1100: StoredFile(b"")}}

#: Every card, by name.
PROFILES: dict[str, Profile] = {
    profile.name: profile
    for profile in (
        _GEMALTO,
        replace(
            _GEMALTO,
            name="cie-gemalto2",
            atr=_atr("3B8F800180318065B0850300EF120FFF82900073"),
        ),
        replace(
            _GEMALTO,
            name="cie-nxp",
            atr=_atr("3B8E80018031806549544E5850120FFF8290F0"),
            ef_atr=_EF_ATR_NXP,
            takes_root_aid=False,
        ),
        _STM,
        replace(_STM, name="cie-stm2", atr=_atr("3B80800101")),
        replace(_STM, name="cie-stm3", atr=_atr("3B8B80018066475000B80094829000C5")),
        _BIT4ID,
        replace(
            _BIT4ID,
            name="cie-actalis",
            atr=_atr("3B8F80018031806549544A3441120FFF82900088"),
        ),
        replace(
            _BIT4ID,
            name="cie-bit4id-2023",
            atr=_atr("3B8F80018031806549544A3444120FFF8290008D"),
        ),
        replace(
            _BIT4ID,
            name="cie-actalis-2023",
            atr=_atr("3B8F80018031806549544A3443120FFF8290008A"),
        ),
        replace(
            _BIT4ID,
            name="cie-bit4id-b9547",
            atr=_atr("3B8F80018031806549544A3449120FFF82900080"),
        ),
        replace(
            _BIT4ID,
            name="cie-actalis-b946",
            atr=_atr("3B8F80018031806549544A344C120FFF82900085"),
        ),
        replace(
            _BIT4ID,
            name="cie-newer",
            atr=_atr("3B8F80018031806549544A345A120FFF82900093"),
        ),
        replace(_BIT4ID, name="last-try", pin_tries=1),
        replace(_BIT4ID, name="pin-blocked", pin_tries=0),
        replace(_BIT4ID, name="puk-blocked", pin_tries=0, puk_tries=0),
        replace(_BIT4ID, name="puk-few-tries", pin_tries=0, puk_tries=1),
        replace(_BIT4ID, name="silent-counter", tells_tries=False),
        replace(_BIT4ID, name="expired", starts=-3_700, ends=-10),
        replace(_BIT4ID, name="not-yet-valid", starts=10, ends=3_700),
        replace(_BIT4ID, name="cloned", clone=True),
        replace(_BIT4ID, name="tampered", tampered={0x1001: b"999999999999"}),
        replace(_BIT4ID, name="short-nis", tampered={0x1001: b"12345678901"}),
        replace(_BIT4ID, name="wrong-signer", signer="foreign"),
        replace(
            _OTHER,
            name="cie2",
            atr=_atr("3BFF1800008131FE45006B0405010001210143494510318048"),
            has_root=True,
            other_files=_CNS_FILES,
        ),
        replace(
            _OTHER,
            name="ts-cns",
            atr=_atr("3BFF1800008131FE45006B05052000012101434E5310318079"),
            has_root=True,
            other_files=_CNS_FILES,
        ),
        replace(
            _OTHER,
            name="passport",
            atr=_atr("3B8F80018091E1319865B0850300EF739441C08D"),
            has_mrtd=True,
            has_root=True,
            pace=PaceSetup(),
        ),
        replace(
            _OTHER,
            name="bank-card",
            atr=_atr("3B8E80010031C0640877E31E0082900012"),
            other_aids=frozenset({PPSE_AID}),
        ),
        replace(
            _OTHER,
            name="mifare",
            atr=_atr("3B8F8001804F0CA000000306030001000000006A"),
        ),
        replace(
            _OTHER,
            name="generic",
            atr=_atr("3B80800101"),
        ),
    )
}
