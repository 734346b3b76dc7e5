"""Collectors, one a system; what they gather is `facts.Snapshot`."""

import platform

from eidbridge.checks.collect import linux, other, windows
from eidbridge.checks.facts import Snapshot
from eidbridge.report.schema import SystemFamily

_FAMILIES = {"Linux": SystemFamily.LINUX, "Windows": SystemFamily.WINDOWS, "Darwin": SystemFamily.MACOS}


def collect() -> Snapshot:
    """The facts of this PC."""
    family = _FAMILIES.get(platform.system(), SystemFamily.OTHER)
    if family is SystemFamily.LINUX:
        return linux.collect()
    return windows.collect() if family is SystemFamily.WINDOWS else other.collect(family)
