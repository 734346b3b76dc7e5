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
    """A USB device that is or could be a reader. vendor, product: four hex digits. is_ccid: it says so itself."""

    vendor: str
    product: str
    is_ccid: bool


@dataclass(frozen=True, slots=True)
class Browser:
    """One profile of a browser, `firefox` or `chromium`. has_module: whether the CIE module is loaded in it."""

    name: str
    has_module: bool
    sandbox: Sandbox | None = None


@dataclass(frozen=True, slots=True)
class Host:
    """is_remote: the session comes from elsewhere. is_virtual: the machine is a guest. now: the clock, in seconds."""

    system: SystemFamily
    is_remote: bool = False
    is_virtual: bool = False
    now: float = 0.0


@dataclass(frozen=True, slots=True)
class Service:
    """What is known of the card service without speaking to it. is_sandboxed: this program itself cannot see it."""

    has_library: bool | None = None
    is_installed: bool | None = None
    is_disabled: bool | None = None
    is_reachable: bool | None = None


@dataclass(frozen=True, slots=True)
class Usb:
    devices: tuple[UsbDevice, ...] = ()
    claimed_by_kernel: bool = False


@dataclass(frozen=True, slots=True)
class Software:
    """The Software CIE. caches: NIS of the cards it was paired with, a person's numbers, never shown."""

    is_installed: bool | None = None
    has_java: bool | None = None
    caches: frozenset[str] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All of it, taken at one moment. proven: whether a collector of this system was ever seen at work."""

    host: Host
    service: Service = Service()
    usb: Usb = Usb()
    software: Software = Software()
    browsers: tuple[Browser, ...] = ()
    proven: bool = True
