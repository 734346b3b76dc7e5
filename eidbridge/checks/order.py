"""The order in which checks are run: from the PC to the card, then what a login needs beside it."""

from eidbridge.checks import card, host, network, reader, software
from eidbridge.checks.base import REGISTERED, Check

_MODULES = (host, reader, card, software, network)
_ORDER = (
    "host.session",
    "host.machine",
    "host.clock",
    "service.library",
    "service.running",
    "reader.present",
    "reader.kind",
    "card.present",
    "card.kind",
    "card.application",
    "card.chip",
    "card.session",
    "card.pin-tries",
    "card.puk-tries",
    "software.installed",
    "software.java",
    "software.paired",
    "browser.module",
    "network.sites",
)


def in_order() -> list[Check]:
    """All checks. Raises ValueError where one has no place, or comes before what it needs."""
    if set(_ORDER) != set(REGISTERED):
        raise ValueError(f"checks without a place, or places without a check: {set(_ORDER) ^ set(REGISTERED)}")
    for place, name in enumerate(_ORDER):
        if not set(REGISTERED[name].needs) <= set(_ORDER[:place]):
            raise ValueError(f"{name} comes before what it needs")
    return [REGISTERED[name] for name in _ORDER]
