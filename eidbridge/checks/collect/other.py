"""macOS and the rest: what any Python can tell. Never seen at work there, so nothing of it is shown in red."""

import os
import platform
import plistlib
import re
import time
from collections.abc import Mapping
from pathlib import Path
from xml.parsers.expat import ExpatError

from eidbridge.checks.collect.files import exists, has_module, profiles
from eidbridge.checks.facts import Browser, Host, Service, Snapshot, Software
from eidbridge.report.schema import SystemFamily

#: Where the Software CIE lies (from its manual), by system, and where it tells its version.
_SOFTWARE = {
    SystemFamily.MACOS: ("Library/ipzs/libcie-pkcs11.dylib", "Applications/CIE ID.app"),
}
_MODULE = "libcie-pkcs11.dylib"
_INFO = "Applications/CIE ID.app/Contents/Info.plist"
_VERSION = re.compile(r"[0-9]{1,4}(?:\.[0-9]{1,6}){1,4}", re.ASCII)
#: Oldest macOS whose browsers take the card (from the manual).
_OLDEST = (11, 5)


def collect(
    family: SystemFamily,
    environment: Mapping[str, str] = os.environ,
    root: Path = Path("/"),
    home: Path | None = None,
    release: str | None = None,
) -> Snapshot:
    """root, home, release (macOS's version, empty elsewhere): a recorded machine instead of this one."""
    release = platform.mac_ver()[0] if release is None else release
    paths = _SOFTWARE.get(family, ())
    return Snapshot(
        host=Host(
            family,
            is_remote=bool(environment.get("SSH_CONNECTION")),
            now=time.time(),
            is_old=_numbers(release) < _OLDEST if _VERSION.fullmatch(release) else None,
        ),
        service=Service(has_library=True, is_installed=True),
        software=Software(
            is_installed=any(exists(root / path) for path in paths) if paths else None,
            version=_version(root) if paths else None,
        ),
        browsers=_browsers(home or Path(environment.get("HOME") or "/nonexistent")) if paths else None,
        proven=False,
    )


def _browsers(home: Path) -> tuple[Browser, ...]:
    """Firefox's profiles; the other browsers take certificates from macOS itself."""
    folder = home / "Library" / "Application Support" / "Firefox"
    return tuple(Browser("firefox", has_module(profile, _MODULE)) for profile in profiles(folder))


def _version(root: Path) -> tuple[int, ...] | None:
    try:
        with (root / _INFO).open("rb") as file:
            said = plistlib.load(file).get("CFBundleShortVersionString")
    except (OSError, ValueError, AttributeError, TypeError, LookupError, ExpatError):
        return None
    return _numbers(said) if isinstance(said, str) and _VERSION.fullmatch(said) else None


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))
