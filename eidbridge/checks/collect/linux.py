"""What Linux tells, by files and folders; nothing is changed. Seen on Debian 12, other systems pack otherwise."""

import ctypes.util
import os
import platform
import re
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from eidbridge.checks.collect.files import caches, exists, has_module, link, profiles, text
from eidbridge.checks.facts import Browser, Host, Sandbox, Service, Snapshot, Software, UsbDevice
from eidbridge.report.schema import SystemFamily

#: Longest list of packages read, in bytes.
_MOST_PACKAGES = 32_000_000
#: Where distributions put the daemon, and where its socket is.
_DAEMONS = ("usr/sbin/pcscd", "usr/bin/pcscd", "usr/local/sbin/pcscd")
_SOCKET = "run/pcscd/pcscd.comm"
#: systemd's folders, the administrator's first, and where an enabled socket is linked.
_UNITS = ("etc/systemd/system", "run/systemd/system")
_WANTED = (
    "etc/systemd/system/sockets.target.wants/pcscd.socket",
    "etc/systemd/system/multi-user.target.wants/pcscd.service",
    "usr/lib/systemd/system/sockets.target.wants/pcscd.socket",
    "usr/lib/systemd/system/multi-user.target.wants/pcscd.service",
)
#: USB class of smart card readers (CCID).
_CCID = "0b"
#: Contactless readers that do not say this class of themselves (from the kernel's pn533_usb and nfcpy).
_WITHOUT_CLASS = frozenset({("04cc", "2533"), ("054c", "0193"), ("054c", "06c1"), ("054c", "06c3")})
#: Kernel drivers that take a contactless reader away from the card service.
_CLAIMING = frozenset({"pn533", "pn533_usb", "port100", "nfc"})
_MODULE = "libcie-pkcs11"
_MODULES = ("usr/local/lib/libcie-pkcs11.so", "usr/lib/libcie-pkcs11.so", "usr/lib64/libcie-pkcs11.so")
_GUESTS = re.compile(r"qemu|kvm|vmware|virtualbox|innotek|xen|virtual machine|bochs|parallels", re.IGNORECASE)
#: The Software CIE as a Debian package (name of the published one; unconfirmed for others).
_PACKAGE = re.compile(
    r"^Package: cie-middleware\nStatus: install ok installed\n(?:[^\n]+\n)*?Version: ([0-9]+(?:\.[0-9]+){1,4})",
    re.MULTILINE,
)
#: What the Software CIE is made for on Linux.
_MACHINES = ("x86_64", "amd64")
#: Folders of Firefox and stores of Chromium, by how they were packed.
_FIREFOX = {
    ".mozilla/firefox": None,
    ".config/mozilla/firefox": None,
    "snap/firefox/common/.mozilla/firefox": Sandbox.SNAP,
    ".var/app/org.mozilla.firefox/.mozilla/firefox": Sandbox.FLATPAK,
}
_CHROMIUM = {".pki/nssdb": None, "snap/chromium/current/.pki/nssdb": Sandbox.SNAP}


def collect(
    root: Path = Path("/"),
    home: Path | None = None,
    environment: Mapping[str, str] = os.environ,
    machine: str | None = None,
) -> Snapshot:
    """root, home, machine: where to look, so that a recorded machine can be read like this one."""
    home = home or Path(environment.get("HOME") or "/nonexistent/home")
    return Snapshot(
        host=_host(root, home, environment, machine or platform.machine()),
        service=_service(root, environment),
        usb=tuple(_devices(root)),
        software=_software(root, home),
        browsers=tuple(_browsers(home)),
    )


def _host(root: Path, home: Path, environment: Mapping[str, str], machine: str) -> Host:
    display = environment.get("DISPLAY", "")
    is_remote = any(environment.get(name) for name in ("SSH_CONNECTION", "SSH_TTY", "XRDP_SESSION"))
    is_remote = is_remote or bool(display.rpartition(":")[0] not in ("", "unix"))
    dmi = " ".join(text(root / "sys/class/dmi/id" / name) for name in ("sys_vendor", "product_name"))
    is_virtual = bool(_GUESTS.search(dmi)) or exists(root / "proc/xen")
    is_old = machine not in _MACHINES if machine else None
    return Host(SystemFamily.LINUX, is_remote, is_virtual, time.time(), len(home.parts) - 1, is_old)


def _service(root: Path, environment: Mapping[str, str]) -> Service:
    socket = Path(environment.get("PCSCLITE_CSOCK_NAME") or root / _SOCKET)
    return Service(
        has_library=_has_library(root),
        is_installed=any(exists(root / path) for path in _DAEMONS),
        is_disabled=_is_disabled(root),
        is_denied=exists(socket) and not os.access(socket, os.R_OK | os.W_OK),
    )


def _is_disabled(root: Path) -> bool:
    """Masked, or switched off: nothing links the socket into those that are opened at start."""
    for folder in _UNITS:
        for unit in ("pcscd.socket", "pcscd.service"):
            if link(root / folder / unit) == "/dev/null":
                return True
    has_systemd = exists(root / "run/systemd/system")
    return has_systemd and not any(exists(root / path) or link(root / path) for path in _WANTED)


def _has_library(root: Path) -> bool:
    found = [*root.glob("usr/lib*/libpcsclite.so.1*"), *root.glob("usr/lib/*/libpcsclite.so.1*")]
    return bool(found) or (root == Path("/") and bool(ctypes.util.find_library("pcsclite")))


def _devices(root: Path) -> Iterator[UsbDevice]:
    """USB devices that say they are readers, or are known not to say it."""
    for folder in sorted((root / "sys/bus/usb/devices").glob("*"))[:500]:
        vendor, product = (text(folder / name).strip().lower() for name in ("idVendor", "idProduct"))
        if not re.fullmatch(r"[0-9a-f]{4}", vendor) or not re.fullmatch(r"[0-9a-f]{4}", product):
            continue
        interfaces = list(folder.glob(f"{folder.name}:*"))
        is_ccid = any(text(each / "bInterfaceClass").strip().lower() == _CCID for each in interfaces)
        if is_ccid or (vendor, product) in _WITHOUT_CLASS:
            drivers = {Path(link(each / "driver")).name for each in interfaces}
            yield UsbDevice(vendor, product, is_claimed=bool(drivers & _CLAIMING))


def _software(root: Path, home: Path) -> Software:
    is_installed = any(exists(root / path) for path in _MODULES)
    listed = _PACKAGE.search(text(root / "var/lib/dpkg/status", _MOST_PACKAGES))
    return Software(
        is_installed=is_installed,
        has_java=exists(root / "usr/bin/java") or (is_installed and root == Path("/") and _runs_java()),
        caches=caches(home / ".CIEPKI"),
        version=tuple(map(int, listed[1].split("."))) if listed else None,
    )


def _runs_java() -> bool:
    java = shutil.which("java")
    if java is None:
        return False
    nowhere = subprocess.DEVNULL
    try:
        done = subprocess.run(  # noqa: S603 - the person's own java
            [java, "-version"], stdin=nowhere, stdout=nowhere, stderr=nowhere, timeout=10, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _browsers(home: Path) -> Iterator[Browser]:
    for folder, sandbox in _FIREFOX.items():
        for profile in profiles(home / folder):
            yield Browser("firefox", has_module(profile, _MODULE), sandbox)
    for folder, sandbox in _CHROMIUM.items():
        if exists(home / folder / "pkcs11.txt"):
            yield Browser("chromium", has_module(home / folder, _MODULE), sandbox)
