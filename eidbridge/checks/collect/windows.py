"""What Windows tells, by its registry and files: from documentation, never seen at work; nothing is changed.

Keys: the service `SCardSvr` and its start type (4 disabled), USB devices of the setup class *smart card readers*, and
the maker of the machine.
"""

import importlib
import os
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

from eidbridge.checks.facts import Host, Service, Snapshot, Software, Usb, UsbDevice
from eidbridge.report.schema import SystemFamily

_SERVICE = r"SYSTEM\CurrentControlSet\Services\SCardSvr"
_USB = r"SYSTEM\CurrentControlSet\Enum\USB"
_BIOS = r"HARDWARE\DESCRIPTION\System\BIOS"
#: Setup class of smart card readers.
_READERS = "{50dd5230-ba8a-11d1-bf5d-0000f805f530}"
_DISABLED = 4
_DEVICE = re.compile(r"VID_([0-9A-F]{4})&PID_([0-9A-F]{4})", re.IGNORECASE)
_GUESTS = re.compile(r"qemu|vmware|virtualbox|innotek|xen|virtual machine|parallels", re.IGNORECASE)
_NIS = re.compile(r"([0-9]{12})\.cache", re.ASCII)
#: Most devices looked at.
_MOST = 500


class Registry(Protocol):
    """HKEY_LOCAL_MACHINE, to be read."""

    def value(self, key: str, name: str) -> object:
        """The value, or None."""

    def keys(self, key: str) -> list[str]:
        """Names of the keys below, none where there is no such key."""


def collect(
    registry: Registry | None = None, environment: Mapping[str, str] = os.environ, root: Path | None = None
) -> Snapshot:
    """registry, root: a recorded machine instead of this one."""
    registry = registry or LocalMachine()
    maker = " ".join(str(registry.value(_BIOS, name) or "") for name in ("SystemManufacturer", "SystemProductName"))
    start = registry.value(_SERVICE, "Start")
    return Snapshot(
        host=Host(
            SystemFamily.WINDOWS,
            is_remote=environment.get("SESSIONNAME", "").startswith("RDP-"),
            is_virtual=bool(_GUESTS.search(maker)),
            now=time.time(),
        ),
        service=Service(has_library=True, is_installed=start is not None, is_disabled=start == _DISABLED),
        usb=Usb(tuple(_devices(registry))),
        software=_software(environment, root),
        proven=False,
    )


def _devices(registry: Registry) -> Iterator[UsbDevice]:
    for device in registry.keys(_USB)[:_MOST]:
        found = _DEVICE.match(device)
        if found and any(
            _is_reader(registry, rf"{_USB}\{device}\{each}") for each in registry.keys(rf"{_USB}\{device}")
        ):
            yield UsbDevice(found[1].lower(), found[2].lower(), is_ccid=True)


def _is_reader(registry: Registry, key: str) -> bool:
    return str(registry.value(key, "ClassGUID") or "").lower() == _READERS


def _software(environment: Mapping[str, str], root: Path | None) -> Software:
    """The library of the Software CIE, and the names of the cards it was paired with."""
    system = Path(environment.get("SystemRoot", r"C:\Windows"))
    shared = Path(environment.get("ProgramData", r"C:\ProgramData"))
    if root is not None:
        system, shared = root / "Windows", root / "ProgramData"
    caches: set[str] = set()
    with suppress(OSError):
        caches = {found[1] for name in os.listdir(shared / "CIEPKI") if (found := _NIS.fullmatch(name))}
    return Software((system / "System32" / "CIEPKI.dll").exists(), None, frozenset(caches))


class LocalMachine:
    """This machine's registry, by the standard library; on other systems it has nothing."""

    def __init__(self) -> None:
        self._winreg: Any = None
        with suppress(ImportError):
            self._winreg = importlib.import_module("winreg")

    def value(self, key: str, name: str) -> object:
        if self._winreg is None:
            return None
        with suppress(OSError), self._winreg.OpenKey(self._winreg.HKEY_LOCAL_MACHINE, key) as opened:
            found: object = self._winreg.QueryValueEx(opened, name)[0]
            return found
        return None

    def keys(self, key: str) -> list[str]:
        names: list[str] = []
        if self._winreg is None:
            return names
        with suppress(OSError), self._winreg.OpenKey(self._winreg.HKEY_LOCAL_MACHINE, key) as opened:
            for number in range(_MOST):
                names.append(self._winreg.EnumKey(opened, number))
        return names
