"""What a check says: the only facts that leave it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from eidbridge.errors import Code

#: A fact is a number, a truth value or a short token; never free text.
Fact = int | bool | str


class Outcome(StrEnum):
    PASSED = "passed"
    WARNED = "warned"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The outcome of one check. A warned or failed result has a code, a passed or skipped one has none.

    proven: False where this check was never run on this kind of system; such a result is shown as
    *not proven here* and never in red.
    """

    check: str
    outcome: Outcome
    code: Code | None = None
    facts: Mapping[str, Fact] = field(default_factory=lambda: MappingProxyType({}))
    proven: bool = True

    def __post_init__(self) -> None:
        if (self.code is not None) != (self.outcome in (Outcome.WARNED, Outcome.FAILED)):
            raise ValueError(f"{self.check}: a {self.outcome} result and code {self.code} do not go together")
