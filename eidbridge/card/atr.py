"""What an answer to reset tells of a card (ISO/IEC 7816-3; PC/SC part 3, 3.1.3.2.3), and what it does not.

The order matters: exact answers first, then families, then marks inside. Bytes are compared in order. An ATR is what
the reader's driver made up from the card's first words: it proves nothing until the application has answered too.
"""

from dataclasses import dataclass
from enum import StrEnum


class Family(StrEnum):
    """A maker's family of CIE 3.0, or another kind of card."""

    GEMALTO = "cie-gemalto"
    GEMALTO2 = "cie-gemalto2"
    NXP = "cie-nxp"
    STM = "cie-stm"
    STM3 = "cie-stm3"
    BIT4ID = "cie-bit4id"
    ACTALIS = "cie-actalis"
    BIT4ID_2023 = "cie-bit4id-2023"
    ACTALIS_2023 = "cie-actalis-2023"
    BIT4ID_B9547 = "cie-bit4id-b9547"
    ACTALIS_B946 = "cie-actalis-b946"
    NEWER = "cie-newer"
    ZEROS = "cie-zeros"  # unconfirmed: one public list calls it a CIE
    GENERIC = "generic"  # no historical bytes: some CIE, some passports, some health cards
    OLD_CIE = "cie-old"
    TS_CNS = "ts-cns"
    HEALTH_PROFESSIONAL = "health-professional"
    PASSPORT = "passport"
    STORAGE = "storage"
    UNKNOWN = "unknown"

    @property
    def is_cie(self) -> bool:
        """Whether the ATR names a CIE 3.0."""
        return self.value.startswith("cie-") and self is not Family.OLD_CIE


@dataclass(frozen=True, slots=True)
class Mark:
    """family, and the hex digits that tell it: the whole ATR, its beginning, or bytes within its historical bytes."""

    family: Family
    whole: str = ""
    begins: str = ""
    holds: str = ""

    def fits(self, atr: str) -> bool:
        if self.whole:
            return atr == self.whole
        if self.begins:
            return atr.startswith(self.begins)
        return any(atr[place:].startswith(self.holds) for place in range(0, len(atr), 2))


#: In the order they are tried (sources: the official middleware's list, a fork's, and the public list of ATRs).
MARKS = (
    Mark(Family.GEMALTO2, whole="3B8F800180318065B0850300EF120FFF82900073"),
    Mark(Family.GEMALTO, whole="3B8F800180318065B085040011120FFF8290008A"),
    Mark(Family.NXP, begins="3B8E80018031806549544E5850120FFF"),
    Mark(Family.STM, whole="3B8B80018066475000B8007F8290002E"),
    Mark(Family.STM3, whole="3B8B80018066475000B80094829000C5"),
    Mark(Family.BIT4ID, whole="3B8F80018031806549544A3442120FFF8290008B"),
    Mark(Family.ACTALIS, whole="3B8F80018031806549544A3441120FFF82900088"),
    Mark(Family.BIT4ID_2023, whole="3B8F80018031806549544A3444120FFF8290008D"),
    Mark(Family.ACTALIS_2023, whole="3B8F80018031806549544A3443120FFF8290008A"),
    Mark(Family.BIT4ID_B9547, whole="3B8F80018031806549544A3449120FFF82900080"),
    Mark(Family.ACTALIS_B946, whole="3B8F80018031806549544A344C120FFF82900085"),
    Mark(Family.NEWER, begins="3B8F80018031806549544A34"),
    Mark(Family.ZEROS, whole="3B8F80010000000000000000000000FF829000E3"),
    Mark(Family.GENERIC, whole="3B80800101"),
    Mark(Family.PASSPORT, whole="3B858001A000000000A4"),
    Mark(Family.PASSPORT, begins="3B8F80018091E1319865B0850300EF739441"),
    Mark(Family.STORAGE, whole="3B8180018080"),
    Mark(Family.STORAGE, holds="804F0CA000000306"),
    Mark(Family.TS_CNS, holds="434E53"),  # "CNS"
    Mark(Family.HEALTH_PROFESSIONAL, holds="485043"),  # "HPC"
    Mark(Family.OLD_CIE, holds="434945"),  # "CIE"
    Mark(Family.OLD_CIE, holds="50534510"),  # "PSE"
    Mark(Family.OLD_CIE, whole="3BFE9100FF918171FE400041200051779180318065B0850300FB"),
    Mark(Family.OLD_CIE, whole="3BE900FFC11031FE5500640500C80231800047"),
    Mark(Family.OLD_CIE, whole="3BF41800FF8131805500318000C7"),
    # Contactless sides of TS-CNS.
    Mark(Family.TS_CNS, whole="3B8B80010031C16408923354009000F3"),
    Mark(Family.TS_CNS, whole="3B8B80010031C164092914540090006E"),
    Mark(Family.TS_CNS, whole="3B88800100000000038191001A"),
    Mark(Family.TS_CNS, whole="3B88800100000000F781C100BE"),
    Mark(Family.TS_CNS, whole="3B88800100000000338191002A"),
    Mark(Family.TS_CNS, whole="3B88800130ABAB017781B70079"),
    Mark(Family.TS_CNS, whole="3B88800130ABAB017781B71069"),
    Mark(Family.TS_CNS, begins="3B8C800150"),  # four bytes of its number follow
)


def family_of(atr: bytes) -> Family:
    """What the ATR names."""
    digits = atr.hex().upper()
    return next((mark.family for mark in MARKS if mark.fits(digits)), Family.UNKNOWN)
