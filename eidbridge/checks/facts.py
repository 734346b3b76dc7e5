"""Raw facts of a PC, as a collector for its system gathers them. They stay in this program's memory.

What cannot be known is None; a collector never raises for what is missing or may not be read.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from eidbridge.report.schema import SystemFamily


class Sandbox(StrEnum):
    """How a browser was packed, where that keeps it from modules and card service."""

    SNAP = "snap"
    FLATPAK = "flatpak"


@dataclass(frozen=True, slots=True)
class UsbDevice:
    """A USB device that is a reader. vendor, product: four hex digits. is_claimed: the system keeps it for itself."""

    vendor: str
    product: str
    is_claimed: bool = False


@dataclass(frozen=True, slots=True)
class Browser:
    """One profile of a browser, `firefox` or `chromium`. has_module: whether the CIE module is loaded in it."""

    name: str
    has_module: bool | None
    sandbox: Sandbox | None = None


@dataclass(frozen=True, slots=True)
class Host:
    """is_remote: the session comes from elsewhere. is_virtual: the machine is a guest. now: the clock, in seconds.

    home_depth: folders from the root to the person's, 2 for `/home/name`. is_old: a system that the Software CIE has
    left behind, or with 32 bits.
    """

    system: SystemFamily
    is_remote: bool = False
    is_virtual: bool | None = None
    now: float = 0.0
    home_depth: int = 2
    is_old: bool | None = None


@dataclass(frozen=True, slots=True)
class Service:
    """What is known of the card service without speaking to it. is_denied: it is there, and not for this account."""

    has_library: bool | None = None
    is_installed: bool | None = None
    is_disabled: bool | None = None
    is_denied: bool | None = None


@dataclass(frozen=True, slots=True)
class Software:
    """The Software CIE. caches: NIS of the cards it was paired with, a person's numbers, never shown.

    version: its own, where it can be read: (1, 4, 3).
    """

    version: tuple[int, ...] | None = None
    is_installed: bool | None = None
    has_java: bool | None = None
    caches: frozenset[str] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All of it, taken at one moment. usb: readers that are plugged in, None where this system does not tell.

    proven: whether a collector of this system was ever seen at work.
    """

    host: Host
    service: Service = Service()
    usb: tuple[UsbDevice, ...] | None = None
    software: Software = Software()
    browsers: tuple[Browser, ...] | None = None
    proven: bool = True
