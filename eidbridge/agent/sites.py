"""The sites a report may be sent to: built in, or set by an administrator. No other is ever spoken to.

An administrator's list has the form of `sites.txt`, an origin and a name a line. It is read where the person
herself cannot write: on Linux and macOS a file of root's, on Windows the policy `Sites` (docs/for-the-it-unit.md).
"""

import os
import stat
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from eidbridge.net import AddressError, host_of, is_this_computer, origin_of

_BY_ADMINISTRATOR = {
    "linux": "/etc/eidbridge/sites.txt",
    "darwin": "/Library/Application Support/eidbridge/sites.txt",
}
_POLICY = r"SOFTWARE\Policies\eidbridge"
_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Site:
    """origin: scheme, host, and a port that is not the scheme's own (RFC 6454, 6.2)."""

    origin: str
    name: str

    @property
    def host(self) -> str:
        return host_of(self.origin)


def known_sites() -> tuple[Site, ...]:
    """All of them, an administrator's before those that were built in; lines that name none are left out."""
    built_in = (files("eidbridge.agent") / "sites.txt").read_text(encoding="utf-8").splitlines()
    found: dict[str, Site] = {}
    for site in (*_read(_lines_by_administrator()), *_read(built_in)):
        found.setdefault(site.origin, site)
    return tuple(found.values())


def site_at(address: str, sites: Iterable[Site]) -> Site:
    """The known site at `address`, which may lack its scheme; this computer itself is always one.

    Raises AddressError, also for plain HTTP to another computer.
    """
    origin = origin_of(address)
    for site in sites:
        if site.origin == origin:
            return site
    if is_this_computer(origin):
        return Site(origin, host_of(origin))
    raise AddressError(origin)


def _read(lines: Iterable[str]) -> Iterator[Site]:
    for line in lines:
        address, *rest = line.split(None, 1) or [""]
        name = rest[0] if rest else ""
        if not address or address.startswith("#"):
            continue
        try:
            origin = origin_of(address)
        except AddressError:
            continue
        shown = "".join(sign for sign in name.strip() if sign.isprintable())[:_LONGEST_NAME]
        yield Site(origin, shown or host_of(origin))


def _lines_by_administrator() -> list[str]:
    if sys.platform == "win32":
        return _policy_lines()
    path = _BY_ADMINISTRATOR.get(sys.platform)
    return lines_of(Path(path)) if path else []


def lines_of(path: Path) -> list[str]:
    """The lines of a file that only an administrator can have written; else none."""
    try:
        with path.open("rb") as file:
            found = os.fstat(file.fileno())
            if found.st_uid != 0 or found.st_mode & (stat.S_IWGRP | stat.S_IWOTH) or not stat.S_ISREG(found.st_mode):
                return []
            return file.read(65_536).decode("utf-8", errors="replace").splitlines()
    except OSError:
        return []


def _policy_lines() -> list[str]:
    """The policy of this computer; a person's own branch of the registry is not read."""
    if sys.platform != "win32":
        return []
    import winreg  # noqa: PLC0415 - Windows alone has it

    try:
        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, _POLICY) as key:
            value, kind = winreg.QueryValueEx(key, "Sites")
    except OSError:
        return []
    return [str(line) for line in value] if kind == winreg.REG_MULTI_SZ else str(value).splitlines()
