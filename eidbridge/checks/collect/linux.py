"""What Linux tells, by files and folders; nothing is changed. Seen on Debian 12, other systems pack otherwise."""

import ctypes.util
import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from eidbridge.checks.facts import Browser, Host, Sandbox, Service, Snapshot, Software, Usb, UsbDevice
from eidbridge.report.schema import SystemFamily

#: Largest file read here, in bytes.
_MOST_BYTES = 1_000_000
#: Where distributions put the daemon, and where its socket is.
_DAEMONS = ("usr/sbin/pcscd", "usr/bin/pcscd", "usr/local/sbin/pcscd")
_SOCKET = "run/pcscd/pcscd.comm"
#: USB class of smart card readers (CCID), and makers of contactless ones that do not say it.
_CCID = "0b"
_MAKERS = frozenset({"072f", "04e6", "076b", "08e6", "058f", "1fc9", "04cc", "0bda"})
#: Kernel modules that take a contactless reader away from the card service.
_CLAIMING = frozenset({"pn533", "pn533_usb", "nfc"})
_MODULE = "libcie-pkcs11"
_MODULES = ("usr/local/lib/libcie-pkcs11.so", "usr/lib/libcie-pkcs11.so", "usr/lib64/libcie-pkcs11.so")
_GUESTS = re.compile(r"qemu|kvm|vmware|virtualbox|innotek|xen|virtual machine|bochs|parallels", re.IGNORECASE)
_NIS = re.compile(r"([0-9]{12})\.cache", re.ASCII)
#: Profiles of Firefox and stores of Chromium, by how they were packed.
_FIREFOX = {None: ".mozilla/firefox", Sandbox.SNAP: "snap/firefox/common/.mozilla/firefox"}
_FIREFOX |= {Sandbox.FLATPAK: ".var/app/org.mozilla.firefox/.mozilla/firefox"}
_CHROMIUM = {None: ".pki/nssdb", Sandbox.SNAP: "snap/chromium/current/.pki/nssdb"}
#: Most profiles looked at; a folder full of others' names is no browser.
_MOST_PROFILES = 50


def collect(root: Path = Path("/"), home: Path | None = None, environment: Mapping[str, str] = os.environ) -> Snapshot:
    """root, home: where to look, so that a recorded machine can be read like this one."""
    home = home or Path(environment.get("HOME", "/nonexistent"))
    return Snapshot(
        host=_host(root, environment),
        service=_service(root, environment),
        usb=Usb(tuple(_devices(root)), _is_claimed(root)),
        software=_software(root, home),
        browsers=tuple(_browsers(home)),
    )


def _host(root: Path, environment: Mapping[str, str]) -> Host:
    display = environment.get("DISPLAY", "")
    is_remote = any(environment.get(name) for name in ("SSH_CONNECTION", "SSH_TTY", "XRDP_SESSION"))
    is_remote = is_remote or bool(display.rpartition(":")[0] not in ("", "unix"))
    dmi = " ".join(_text(root / "sys/class/dmi/id" / name) for name in ("sys_vendor", "product_name"))
    is_virtual = bool(_GUESTS.search(dmi)) or (root / "proc/xen").is_dir()
    return Host(SystemFamily.LINUX, is_remote, is_virtual, time.time())


def _service(root: Path, environment: Mapping[str, str]) -> Service:
    socket = Path(environment.get("PCSCLITE_CSOCK_NAME") or root / _SOCKET)
    unit = root / "etc/systemd/system/pcscd.socket"
    return Service(
        has_library=_has_library(root),
        is_installed=any(_exists(root / path) for path in _DAEMONS),
        is_disabled=unit.is_symlink() and os.readlink(unit) == "/dev/null",
        is_reachable=_exists(socket) and os.access(socket, os.R_OK | os.W_OK),
    )


def _has_library(root: Path) -> bool:
    if root == Path("/") and ctypes.util.find_library("pcsclite"):
        return True
    return any(root.glob("usr/lib*/libpcsclite.so.1*")) or any(root.glob("usr/lib/*/libpcsclite.so.1*"))


def _devices(root: Path) -> Iterator[UsbDevice]:
    """USB devices that say they are readers, or come from a maker of them."""
    for folder in sorted((root / "sys/bus/usb/devices").glob("*"))[:500]:
        vendor, product = (_text(folder / name).strip().lower() for name in ("idVendor", "idProduct"))
        if not re.fullmatch(r"[0-9a-f]{4}", vendor) or not re.fullmatch(r"[0-9a-f]{4}", product):
            continue
        classes = {_text(each / "bInterfaceClass").strip().lower() for each in folder.glob(f"{folder.name}:*")}
        if _CCID in classes or vendor in _MAKERS:
            yield UsbDevice(vendor, product, _CCID in classes)


def _is_claimed(root: Path) -> bool:
    return any(line.split(" ", 1)[0] in _CLAIMING for line in _text(root / "proc/modules").splitlines())


def _software(root: Path, home: Path) -> Software:
    is_installed = any(_exists(root / path) for path in _MODULES)
    caches = {found[1] for name in _names(home / ".CIEPKI") if (found := _NIS.fullmatch(name))}
    has_java = _exists(root / "usr/bin/java") or (root == Path("/") and _runs_java())
    return Software(is_installed, has_java, frozenset(caches))


def _runs_java() -> bool:
    java = shutil.which("java")
    if java is None:
        return False
    try:
        return subprocess.run([java, "-version"], capture_output=True, timeout=10, check=False).returncode == 0  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return False


def _browsers(home: Path) -> Iterator[Browser]:
    for sandbox, folder in _FIREFOX.items():
        for profile in _names(home / folder)[:_MOST_PROFILES]:
            stored = home / folder / profile / "pkcs11.txt"
            if _exists(stored):
                yield Browser("firefox", _MODULE in _text(stored), sandbox)
    for sandbox, folder in _CHROMIUM.items():
        stored = home / folder / "pkcs11.txt"
        if _exists(stored):
            yield Browser("chromium", _MODULE in _text(stored), sandbox)


def _text(path: Path) -> str:
    """The beginning of a file; empty where it is missing, may not be read, or is no file."""
    try:
        if not path.is_file():
            return ""
        with path.open("rb") as file:
            return file.read(_MOST_BYTES).decode("utf-8", "replace")
    except (OSError, ValueError):
        return ""


def _names(folder: Path) -> list[str]:
    try:
        return sorted(os.listdir(folder))
    except (OSError, ValueError):
        return []


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False
