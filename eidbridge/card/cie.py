"""What lies on the reader, and how far a CIE gets: the order of steps, each of which a check can take by itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from cryptography import x509

from eidbridge.apdu.channel import CardChannel
from eidbridge.card import certificates, device_authentication, ias
from eidbridge.card.atr import Family, family_of
from eidbridge.card.files import (
    CIE,
    CNS_DIRECTORY,
    CNS_ID_CARTA,
    EF_CERTIFICATE,
    EF_DEVICE_KEY,
    EF_NIS,
    EF_SERVICES_KEY,
    EF_SOD_CIE,
    EMRTD,
    MASTER_FILE,
    PPSE,
    PSE,
    SOD_NUMBERS,
    ElementaryFile,
)
from eidbridge.card.reading import NE_SECURED, read_file, select_application, select_file
from eidbridge.card.sod import Sod, Trust, read_sod
from eidbridge.crypto.rsa import PublicKey
from eidbridge.errors import NotGenuineError


class Kind(StrEnum):
    """What a card is, by what its applications answer."""

    CIE = "cie"
    PASSPORT = "passport"
    BANK = "bank"
    CNS = "cns"  # health card, CNS or a CIE of before 2016: the same file tree
    STORAGE = "storage"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Identification:
    """kind: by the applications' answers. family: by the ATR. They may contradict each other, and then kind stands."""

    kind: Kind
    family: Family


def identify(channel: CardChannel, atr: bytes) -> Identification:
    """Ask the card what it is, with SELECT alone: no PIN is touched.

    Raises EidError where the card stops answering, or where its ATR may be a CIE's and its answer says neither that the
    application is there nor that it is not: every CIE holds the travel document's application too.
    """
    family = family_of(atr)
    if select_application(channel, CIE, strict=family.is_cie or family is Family.GENERIC):
        return Identification(Kind.CIE, family)
    if select_application(channel, EMRTD):
        if family.is_cie and select_application(channel, CIE, strict=True):  # one wrong answer is no passport
            return Identification(Kind.CIE, family)
        return Identification(Kind.PASSPORT, family)
    if select_application(channel, PPSE) or select_application(channel, PSE):
        return Identification(Kind.BANK, family)
    if _has_cns_files(channel) or family in (Family.TS_CNS, Family.OLD_CIE, Family.HEALTH_PROFESSIONAL):
        return Identification(Kind.CNS, family)
    return Identification(Kind.STORAGE if family is Family.STORAGE else Kind.UNKNOWN, family)


def _has_cns_files(channel: CardChannel) -> bool:
    return (
        select_file(channel, MASTER_FILE, p1=0x00)
        and select_file(channel, CNS_DIRECTORY, p1=0x00)
        and select_file(channel, CNS_ID_CARTA, p1=0x00)
    )


@dataclass(frozen=True, slots=True)
class ChipCheck:
    """A chip that proved itself: how far its SOD was followed, and the keys that were trusted on the way."""

    trust: Trust
    device_key: PublicKey = field(repr=False)


def check_chip(channel: CardChannel, *, csca: x509.Certificate | None = None) -> ChipCheck:
    """Passive authentication of what needs no PIN, then the anti-clone key. The CIE application must be selected.

    Raises NotGenuineError where a hash, a signature or the chip's answer is wrong; EidError.
    """
    nis = read_file(channel, EF_NIS)
    device_key, device_file = ias.read_public_key(channel, EF_DEVICE_KEY)
    services_key, services_file = ias.read_services_key(channel)
    sod = read_sod(read_file(channel, EF_SOD_CIE))
    _check_files(sod, {EF_NIS: nis, EF_DEVICE_KEY: device_file, EF_SERVICES_KEY: services_file})
    trust = sod.trust(csca)
    if not ias.is_no_clone(channel, services_key):
        raise NotGenuineError("the chip does not hold the key that its files name")
    return ChipCheck(trust, device_key)


def _check_files(sod: Sod, contents: Mapping[ElementaryFile, bytes]) -> None:
    numbers = {ef: number for number, ef in SOD_NUMBERS.items()}
    for ef, content in contents.items():
        if not sod.covers(numbers[ef], content):
            raise NotGenuineError(f"{ef.name} is not what was signed")


def open_session(channel: CardChannel, device_key: PublicKey) -> CardChannel:
    """Keys agreed and both sides authenticated: the channel that tells tries and takes a PIN. Raises EidError."""
    ca = device_authentication.read_terminal_ca(channel)
    agreement = device_authentication.agree_keys(channel)
    device_authentication.authenticate(agreement, ca, device_key)
    return agreement.channel


def read_certificate(session: CardChannel) -> x509.Certificate:
    """The login certificate, after the PIN. It names the person: look at dates and key alone. Raises EidError."""
    return certificates.read_certificate(read_file(session, EF_CERTIFICATE, ne=NE_SECURED))
