"""What Windows tells, by its registry and files: from documentation, never seen at work; nothing is changed.

Keys: the service `SCardSvr` and its start type (4 disabled), programs that are installed, the maker of the machine.
Readers that are plugged in are not told: the registry lists every device that ever was.
"""

import importlib
import os
import platform
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

from eidbridge.checks.collect.files import caches, exists, has_module, profiles
from eidbridge.checks.facts import Browser, Host, Service, Snapshot, Software
from eidbridge.report.schema import SystemFamily

_SERVICE = r"SYSTEM\CurrentControlSet\Services\SCardSvr"
_PROGRAMS = r"SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall"
_BIOS = r"HARDWARE\DESCRIPTION\System\BIOS"
_DISABLED = 4
_MODULE = "CIEPKI.dll"
_GUESTS = re.compile(r"qemu|vmware|virtualbox|innotek|xen|virtual machine|parallels", re.IGNORECASE)
#: How the official program is listed (unconfirmed), and its version.
_SOFTWARE = re.compile(r"(software|middleware) cie|cie (software|middleware)|cie ?id", re.IGNORECASE)
_VERSION = re.compile(r"[0-9]{1,4}(?:\.[0-9]{1,6}){1,4}", re.ASCII)
#: Oldest Windows that the Software CIE still runs on.
_OLDEST = 10
#: Most entries looked at.
_MOST = 500


class Registry(Protocol):
    """HKEY_LOCAL_MACHINE, to be read."""

    def value(self, key: str, name: str) -> object:
        """The value, or None."""

    def keys(self, key: str) -> list[str]:
        """Names of the keys below, none where there is no such key."""


def collect(
    registry: Registry | None = None,
    environment: Mapping[str, str] = os.environ,
    root: Path | None = None,
    release: tuple[int, bool] | None = None,
) -> Snapshot:
    """registry, root, release (Windows, whether it has 64 bits): a recorded machine instead of this one."""
    registry = registry or LocalMachine()
    version, has_64_bits = release or _release()
    maker = " ".join(str(registry.value(_BIOS, name) or "") for name in ("SystemManufacturer", "SystemProductName"))
    start = registry.value(_SERVICE, "Start")
    return Snapshot(
        host=Host(
            SystemFamily.WINDOWS,
            is_remote=environment.get("SESSIONNAME", "").startswith("RDP-"),
            is_virtual=bool(_GUESTS.search(maker)),
            now=time.time(),
            is_old=(0 < version < _OLDEST) or not has_64_bits,
        ),
        service=Service(has_library=True, is_installed=start is not None, is_disabled=start == _DISABLED),
        software=_software(registry, environment, root),
        browsers=tuple(_browsers(environment, root)),
        proven=False,
    )


def _release() -> tuple[int, bool]:
    """Major version, 0 where it is not told, and whether the machine has 64 bits."""
    major = platform.version().partition(".")[0]
    return int(major) if major.isdecimal() else 0, platform.machine().endswith("64")


def _software(registry: Registry, environment: Mapping[str, str], root: Path | None) -> Software:
    """The library of the Software CIE, its version, and the numbers of the cards it was paired with."""
    system = Path(environment.get("SystemRoot", r"C:\Windows"))
    shared = Path(environment.get("ProgramData", r"C:\ProgramData"))
    if root is not None:
        system, shared = root / "Windows", root / "ProgramData"
    return Software(
        is_installed=exists(system / "System32" / "CIEPKI.dll"),
        caches=caches(shared / "CIEPKI"),
        version=_version(registry),
    )


def _browsers(environment: Mapping[str, str], root: Path | None) -> Iterator[Browser]:
    """Firefox's profiles; the other browsers take certificates from Windows itself."""
    roaming = root / "AppData" if root is not None else Path(environment.get("APPDATA") or "/nonexistent")
    for profile in profiles(roaming / "Mozilla" / "Firefox"):
        yield Browser("firefox", has_module(profile, _MODULE))


def _version(registry: Registry) -> tuple[int, ...] | None:
    for program in registry.keys(_PROGRAMS)[:_MOST]:
        key = rf"{_PROGRAMS}\{program}"
        if _SOFTWARE.search(str(registry.value(key, "DisplayName") or "")):
            said = str(registry.value(key, "DisplayVersion") or "")
            return tuple(map(int, said.split("."))) if _VERSION.fullmatch(said) else None
    return None


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
