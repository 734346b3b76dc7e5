"""The order in which checks are run: from the PC to the card, then what a login needs beside it."""

from eidbridge.checks import card, host, network, reader, software
from eidbridge.checks.base import REGISTERED, Check
from eidbridge.report.schema import CHECKS

_MODULES = (host, reader, card, software, network)


def in_order() -> list[Check]:
    """All checks. Raises ValueError where one has no place, or comes before what it needs."""
    if set(CHECKS) != set(REGISTERED):
        raise ValueError(f"checks without a place, or places without a check: {set(CHECKS) ^ set(REGISTERED)}")
    for place, name in enumerate(CHECKS):
        if not set(REGISTERED[name].needs) <= set(CHECKS[:place]):
            raise ValueError(f"{name} comes before what it needs")
    return [REGISTERED[name] for name in CHECKS]
