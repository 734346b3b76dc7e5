"""A secret-shaped place in a text, and what it looks like."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a span looks like."""

    TAX_CODE = "tax-code"
    PIN = "pin"  # PIN, PUK or a code by its word
    DIGITS = "digits"  # eight digits, no word near
    CAN = "can"
    PASSWORD = "password"  # noqa: S105
    ONE_TIME = "one-time-code"
    DOCUMENT = "document-number"
    MRZ = "mrz"


@dataclass(frozen=True, slots=True)
class Span:
    """A secret-shaped place in a text, half-open."""

    start: int
    end: int
    kind: Kind

    @property
    def may_be_kept(self) -> bool:
        """Whether she may say that it is another number."""
        return self.kind is Kind.DIGITS
