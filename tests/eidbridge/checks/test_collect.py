"""What Linux tells, from recorded folders; hostile ones lead to nothing worse than nothing."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eidbridge.checks.collect import linux, other, windows
from eidbridge.checks.facts import Browser, Sandbox, UsbDevice
from eidbridge.report import SystemFamily


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A PC with a reader, the service, the Software CIE and Firefox, as Debian lays them out."""
    files = {
        "usr/sbin/pcscd": "",
        "usr/lib/x86_64-linux-gnu/libpcsclite.so.1": "",
        "run/pcscd/pcscd.comm": "",
        "usr/local/lib/libcie-pkcs11.so": "",
        "usr/bin/java": "",
        "proc/modules": "snd 1 0 - Live\nusbhid 1 0 - Live\n",
        "sys/class/dmi/id/sys_vendor": "LENOVO\n",
        "sys/class/dmi/id/product_name": "20XX\n",
        "sys/bus/usb/devices/1-2/idVendor": "072f\n",
        "sys/bus/usb/devices/1-2/idProduct": "223e\n",
        "sys/bus/usb/devices/1-2/1-2:1.0/bInterfaceClass": "0b\n",
        "sys/bus/usb/devices/1-1/idVendor": "046d\n",
        "sys/bus/usb/devices/1-1/idProduct": "c31c\n",
        "sys/bus/usb/devices/1-1/1-1:1.0/bInterfaceClass": "03\n",
        "home/.mozilla/firefox/abc.default/pkcs11.txt": "library=/usr/local/lib/libcie-pkcs11.so\nname=CIE\n",
        "home/snap/firefox/common/.mozilla/firefox/x.default/pkcs11.txt": "library=\nname=NSS\n",
        "home/.pki/nssdb/pkcs11.txt": "library=\n",
        "home/.CIEPKI/123456789012.cache": "secret",
        "home/.CIEPKI/config": "LIB_LOG_LEVEL=1",
    }
    for path, content in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(content)
    return tmp_path


def collected(root: Path, **environment: str):
    return linux.collect(root, root / "home", environment)


def test_a_pc_in_order(machine):
    snapshot = collected(machine)
    assert not snapshot.host.is_remote
    assert not snapshot.host.is_virtual
    service = snapshot.service
    assert (service.has_library, service.is_installed, service.is_disabled, service.is_reachable) == (
        True,
        True,
        False,
        True,
    )
    assert snapshot.usb.devices == (UsbDevice("072f", "223e", is_ccid=True),)
    assert not snapshot.usb.claimed_by_kernel
    assert snapshot.software.is_installed
    assert snapshot.software.caches == {"123456789012"}
    assert snapshot.browsers == (
        Browser("firefox", has_module=True),
        Browser("firefox", has_module=False, sandbox=Sandbox.SNAP),
        Browser("chromium", has_module=False),
    )
    assert "123456789012" not in repr(snapshot)


@pytest.mark.parametrize(
    ("environment", "is_remote"),
    [
        ({}, False),
        ({"DISPLAY": ":0"}, False),
        ({"DISPLAY": "unix:0"}, False),
        ({"DISPLAY": "localhost:10.0"}, True),
        ({"SSH_CONNECTION": "192.0.2.1 5 192.0.2.2 22"}, True),
        ({"XRDP_SESSION": "1"}, True),
    ],
)
def test_a_remote_session(machine, environment, is_remote):
    assert collected(machine, **environment).host.is_remote == is_remote


@pytest.mark.parametrize(
    "vendor", ["QEMU", "VMware, Inc.", "innotek GmbH", "Xen", "Microsoft Corporation Virtual Machine"]
)
def test_a_virtual_machine(machine, vendor):
    (machine / "sys/class/dmi/id/sys_vendor").write_text(vendor)
    assert collected(machine).host.is_virtual


def test_a_reader_that_the_kernel_took(machine):
    (machine / "proc/modules").write_text("pn533_usb 1 0 - Live\n")
    assert collected(machine).usb.claimed_by_kernel


def test_a_masked_service(machine):
    unit = machine / "etc/systemd/system/pcscd.socket"
    unit.parent.mkdir(parents=True)
    unit.symlink_to("/dev/null")
    assert collected(machine).service.is_disabled


def test_a_bare_pc(tmp_path):
    snapshot = linux.collect(tmp_path, tmp_path / "home", {})
    assert snapshot.service.has_library is False
    assert snapshot.service.is_installed is False
    assert snapshot.service.is_reachable is False
    assert snapshot.software.is_installed is False
    assert snapshot.usb.devices == ()
    assert snapshot.browsers == ()


NAMES = st.text(st.characters(blacklist_characters="/\x00", blacklist_categories=("Cs",)), min_size=1, max_size=40)
PLACES = [
    "proc/modules",
    "sys/class/dmi/id/sys_vendor",
    "sys/bus/usb/devices/1-2/idVendor",
    "home/.mozilla/firefox/x/pkcs11.txt",
    "home/.pki/nssdb/pkcs11.txt",
]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from(PLACES), st.binary(max_size=300)), st.lists(NAMES, max_size=5))
def test_any_contents_are_read_or_passed_over(tmp_path_factory, contents, names):
    root = tmp_path_factory.mktemp("hostile")
    for path, content in contents.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)
    for name in names:
        folder = root / "home/.CIEPKI" / name
        if len(os.fsencode(name)) < 200 and name not in (".", ".."):
            folder.mkdir(parents=True, exist_ok=True)
    linux.collect(root, root / "home", {"DISPLAY": "".join(names)})


def test_what_is_no_file_is_passed_over(machine):
    """A folder, a pipe and a loop where a file should be: nothing waits, nothing breaks."""
    for path in ("proc/modules", "home/.mozilla/firefox/abc.default/pkcs11.txt", "sys/class/dmi/id/sys_vendor"):
        (machine / path).unlink()
    (machine / "proc/modules").mkdir()
    os.mkfifo(machine / "home/.mozilla/firefox/abc.default/pkcs11.txt")
    (machine / "sys/class/dmi/id/sys_vendor").symlink_to("sys_vendor")
    snapshot = collected(machine)
    assert snapshot.browsers[0] == Browser("firefox", has_module=False)


def test_a_large_file_is_read_to_its_limit(machine):
    stored = machine / "home/.pki/nssdb/pkcs11.txt"
    stored.write_bytes(b"x" * 1_000_000 + b"libcie-pkcs11")
    assert collected(machine).browsers[-1] == Browser("chromium", has_module=False)


@pytest.mark.parametrize(
    ("family", "path", "is_installed"),
    [
        (SystemFamily.MACOS, "Library/ipzs/libcie-pkcs11.dylib", True),
        (SystemFamily.MACOS, "Library/ipzs/other.dylib", False),
        (SystemFamily.OTHER, "x", None),
    ],
)
def test_other_systems_from_documentation(tmp_path, family, path, is_installed):
    (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / path).write_text("")
    snapshot = other.collect(family, {}, tmp_path)
    assert snapshot.software.is_installed is is_installed
    assert not snapshot.proven


class Recorded:
    """A registry as documentation describes it."""

    def __init__(self, values: dict[str, dict[str, object]]) -> None:
        self._values = values

    def value(self, key: str, name: str) -> object:
        return self._values.get(key, {}).get(name)

    def keys(self, key: str) -> list[str]:
        below = {each.removeprefix(key + "\\").split("\\")[0] for each in self._values if each.startswith(key + "\\")}
        return sorted(below)


SERVICE = r"SYSTEM\CurrentControlSet\Services\SCardSvr"
USB = r"SYSTEM\CurrentControlSet\Enum\USB"
BIOS = r"HARDWARE\DESCRIPTION\System\BIOS"
WINDOWS = {
    SERVICE: {"Start": 3},
    rf"{USB}\VID_072F&PID_223E\5&1": {"ClassGUID": "{50DD5230-BA8A-11D1-BF5D-0000F805F530}"},
    rf"{USB}\VID_046D&PID_C31C\5&2": {"ClassGUID": "{4D36E96B-E325-11CE-BFC1-08002BE10318}"},
    rf"{USB}\ROOT_HUB30\4&1": {},
    BIOS: {"SystemManufacturer": "LENOVO", "SystemProductName": "20XX"},
}


def test_windows_from_documentation(tmp_path):
    (tmp_path / "Windows/System32").mkdir(parents=True)
    (tmp_path / "Windows/System32/CIEPKI.dll").write_text("")
    (tmp_path / "ProgramData/CIEPKI").mkdir(parents=True)
    (tmp_path / "ProgramData/CIEPKI/123456789012.cache").write_text("")
    snapshot = windows.collect(Recorded(WINDOWS), {"SESSIONNAME": "Console"}, tmp_path)
    assert not snapshot.proven
    assert not snapshot.host.is_remote
    assert not snapshot.host.is_virtual
    assert (snapshot.service.is_installed, snapshot.service.is_disabled) == (True, False)
    assert snapshot.usb.devices == (UsbDevice("072f", "223e", is_ccid=True),)
    assert snapshot.software.is_installed
    assert snapshot.software.caches == {"123456789012"}


@pytest.mark.parametrize(
    ("key", "values", "environment", "judged"),
    [
        (SERVICE, {"Start": 4}, {}, lambda snapshot: snapshot.service.is_disabled),
        (SERVICE, {}, {}, lambda snapshot: snapshot.service.is_installed is False),
        (BIOS, {"SystemProductName": "Virtual Machine"}, {}, lambda snapshot: snapshot.host.is_virtual),
        (BIOS, {}, {"SESSIONNAME": "RDP-Tcp#3"}, lambda snapshot: snapshot.host.is_remote),
    ],
)
def test_windows_where_something_is_amiss(tmp_path, key, values, environment, judged):
    assert judged(windows.collect(Recorded(WINDOWS | {key: values}), environment, tmp_path))


def test_a_registry_that_is_not_there_tells_nothing():
    registry = windows.LocalMachine()
    assert registry.value(SERVICE, "Start") is None
    assert registry.keys(USB) == []
