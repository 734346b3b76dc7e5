"""What Linux tells, from recorded folders; hostile ones lead to nothing worse than nothing."""

import os
import plistlib
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eidbridge.checks.collect import linux, other, windows
from eidbridge.checks.facts import Browser, Sandbox, Service, Snapshot, UsbDevice
from eidbridge.errors import Code, ServiceStoppedError
from eidbridge.report import SystemFamily
from eidbridge.simulator.profiles import PROFILES
from tests.eidbridge.checks.desk import Table, card, codes, report_of


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
        "sys/bus/usb/devices/1-3/idVendor": "0bda\n",
        "sys/bus/usb/devices/1-3/idProduct": "5689\n",
        "sys/bus/usb/devices/1-3/1-3:1.0/bInterfaceClass": "0e\n",
        "run/systemd/system/.keep": "",
        "usr/lib/systemd/system/sockets.target.wants/systemd-journald.socket": "",
        "etc/systemd/system/sockets.target.wants/pcscd.socket": "",
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
    return linux.collect(root, root / "home", environment, "x86_64")


def test_a_pc_in_order(machine):
    snapshot = collected(machine)
    assert not snapshot.host.is_remote
    assert not snapshot.host.is_virtual
    assert snapshot.host.is_old is False
    assert snapshot.service == Service(has_library=True, is_installed=True, is_disabled=False, is_denied=False)
    assert snapshot.usb == (UsbDevice("072f", "223e"),)  # and neither the keyboard nor the camera of a reader's maker
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
    driver = machine / "sys/bus/usb/drivers/pn533_usb"
    driver.mkdir(parents=True)
    (machine / "sys/bus/usb/devices/1-2/1-2:1.0/driver").symlink_to(driver)
    assert collected(machine).usb == (UsbDevice("072f", "223e", is_claimed=True),)


def test_a_reader_that_does_not_say_so(machine):
    (machine / "sys/bus/usb/devices/1-3/idVendor").write_text("054c\n")
    (machine / "sys/bus/usb/devices/1-3/idProduct").write_text("06c3\n")
    assert UsbDevice("054c", "06c3") in collected(machine).usb


@pytest.mark.parametrize(
    "unit",
    [
        "etc/systemd/system/pcscd.socket",
        "run/systemd/system/pcscd.socket",
        "etc/systemd/system/pcscd.service",
    ],
)
def test_a_masked_service(machine, unit):
    (machine / unit).parent.mkdir(parents=True, exist_ok=True)
    (machine / unit).symlink_to("/dev/null")
    assert collected(machine).service.is_disabled


def test_a_service_that_was_switched_off(machine):
    (machine / "etc/systemd/system/sockets.target.wants/pcscd.socket").unlink()
    assert collected(machine).service.is_disabled
    shutil.rmtree(machine / "run/systemd")  # without systemd nobody can tell
    assert not collected(machine).service.is_disabled


def as_another(act):
    """Do it as an account that may not read what belongs to root: files' modes mean nothing to root itself."""
    if os.geteuid():
        return act()
    os.seteuid(65534)
    try:
        return act()
    finally:
        os.seteuid(0)


def test_what_may_not_be_read_is_not_said_to_be_missing(machine):
    for path in ("home/.CIEPKI", "home/.mozilla/firefox/abc.default/pkcs11.txt", "etc/systemd/system"):
        (machine / path).chmod(0)
    for folder in (machine, *machine.parents):
        if "pytest" in str(folder):
            folder.chmod(0o755)
    try:
        snapshot = as_another(lambda: collected(machine))
    finally:
        (machine / "home/.CIEPKI").chmod(0o755)
        (machine / "etc/systemd/system").chmod(0o755)
    assert snapshot.software.caches is None
    assert snapshot.browsers[0] == Browser("firefox", has_module=None)


def test_a_closed_profile_is_not_said_to_be_missing(machine):
    profile = machine / "home/.mozilla/firefox/abc.default"
    for folder in (machine, *machine.parents):
        if "pytest" in str(folder):
            folder.chmod(0o755)
    profile.chmod(0)
    try:
        browsers = as_another(lambda: collected(machine)).browsers
    finally:
        profile.chmod(0o755)
    assert browsers[0] == Browser("firefox", has_module=None)


def test_a_cache_is_a_file_with_something_in_it(machine):
    (machine / "home/.CIEPKI/000000000000.cache").mkdir()
    (machine / "home/.CIEPKI/111111111111.cache").write_text("")
    assert collected(machine).software.caches == {"123456789012"}


def test_a_profile_elsewhere_is_found_by_its_list(machine):
    (machine / "elsewhere").mkdir()
    (machine / "elsewhere/pkcs11.txt").write_text("library=/usr/local/lib/libcie-pkcs11.so\n")
    folder = machine / "home/.config/mozilla/firefox"
    folder.mkdir(parents=True)
    (folder / "profiles.ini").write_text(f"[Profile0]\nIsRelative=0\nPath={machine}/elsewhere\n")
    shutil.rmtree(machine / "home/.mozilla")
    assert collected(machine).browsers[0] == Browser("firefox", has_module=True)


def test_a_module_that_is_only_named_is_not_loaded(machine):
    stored = machine / "home/.mozilla/firefox/abc.default/pkcs11.txt"
    stored.write_text("#library=/usr/local/lib/libcie-pkcs11.so\nname=libcie-pkcs11\n")
    assert collected(machine).browsers[0] == Browser("firefox", has_module=False)


@pytest.mark.parametrize(
    ("status", "version"),
    [
        ("Status: install ok installed\n", (1, 4, 3)),
        ("Status: install ok installed\nPriority: optional\n", (1, 4, 3)),
        ("Status: deinstall ok config-files\n", None),
    ],
)
def test_the_version_of_the_software(machine, status, version):
    listed = machine / "var/lib/dpkg/status"
    listed.parent.mkdir(parents=True)
    listed.write_text(f"Package: a\nVersion: 9\n\nPackage: cie-middleware\n{status}Version: 1.4.3-2\n\n")
    assert collected(machine).software.version == version


@pytest.mark.parametrize(("home", "depth"), [("home/anna", 2), ("home/ente.example/anna", 3), ("root", 1)])
def test_how_deep_the_home_folder_lies(tmp_path, home, depth):
    assert linux.collect(tmp_path, Path("/") / home, {}, "x86_64").host.home_depth == depth


@pytest.mark.parametrize(("machine_name", "is_old"), [("x86_64", False), ("aarch64", True), ("i686", True)])
def test_what_the_software_is_made_for(tmp_path, machine_name, is_old):
    assert linux.collect(tmp_path, tmp_path / "home", {}, machine_name).host.is_old is is_old


def test_a_bare_pc(tmp_path):
    snapshot = linux.collect(tmp_path, tmp_path / "home", {})
    assert snapshot.service.has_library is False
    assert snapshot.service.is_installed is False
    assert snapshot.service.is_denied is False
    assert snapshot.software.is_installed is False
    assert snapshot.usb == ()
    assert snapshot.browsers == ()


NAMES = st.text(st.characters(blacklist_characters="/\x00", blacklist_categories=("Cs",)), min_size=1, max_size=40)
PLACES = [
    "proc/modules",
    "sys/class/dmi/id/sys_vendor",
    "sys/bus/usb/devices/1-2/idVendor",
    "home/.mozilla/firefox/x/pkcs11.txt",
    "home/.pki/nssdb/pkcs11.txt",
]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
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
    snapshot = other.collect(family, {}, tmp_path, tmp_path, "")
    assert snapshot.software.is_installed is is_installed
    assert not snapshot.proven
    assert snapshot.usb is None


@pytest.mark.parametrize(("release", "is_old"), [("10.13.6", True), ("11.4", True), ("11.5", False), ("15.1", False)])
def test_macos_from_documentation(tmp_path, release, is_old):
    info = tmp_path / "Applications/CIE ID.app/Contents/Info.plist"
    info.parent.mkdir(parents=True)
    info.write_bytes(plistlib.dumps({"CFBundleShortVersionString": "1.4.3.11"}))
    snapshot = other.collect(SystemFamily.MACOS, {}, tmp_path, tmp_path, release)
    assert snapshot.software.version == (1, 4, 3, 11)
    assert snapshot.host.is_old is is_old


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=300) | st.just(b"<plist><dict><key>a</key></dict></plist>") | st.just(plistlib.dumps([1])))
def test_any_list_of_properties_is_read_or_passed_over(tmp_path_factory, content):
    root = tmp_path_factory.mktemp("mac")
    info = root / "Applications/CIE ID.app/Contents/Info.plist"
    info.parent.mkdir(parents=True)
    info.write_bytes(content)
    assert other.collect(SystemFamily.MACOS, {}, root, root, "15.1").software.version is None


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
PROGRAMS = r"SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall"
BIOS = r"HARDWARE\DESCRIPTION\System\BIOS"
WINDOWS = {
    SERVICE: {"Start": 3},
    rf"{PROGRAMS}\{{1}}": {"DisplayName": "Firefox", "DisplayVersion": "150.0"},
    rf"{PROGRAMS}\{{2}}": {"DisplayName": "Software CIE", "DisplayVersion": "1.4.3.11"},
    BIOS: {"SystemManufacturer": "LENOVO", "SystemProductName": "20XX"},
}


def test_windows_from_documentation(tmp_path):
    (tmp_path / "Windows/System32").mkdir(parents=True)
    (tmp_path / "Windows/System32/CIEPKI.dll").write_text("")
    (tmp_path / "ProgramData/CIEPKI").mkdir(parents=True)
    (tmp_path / "ProgramData/CIEPKI/123456789012.cache").write_text("x")
    snapshot = windows.collect(Recorded(WINDOWS), {"SESSIONNAME": "Console"}, tmp_path, (10, True))
    assert not snapshot.proven
    assert not snapshot.host.is_remote
    assert not snapshot.host.is_virtual
    assert (snapshot.service.is_installed, snapshot.service.is_disabled) == (True, False)
    assert snapshot.usb is None
    assert snapshot.software.version == (1, 4, 3, 11)
    assert snapshot.host.is_old is False
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
    assert judged(windows.collect(Recorded(WINDOWS | {key: values}), environment, tmp_path, (10, True)))


def test_a_registry_that_is_not_there_tells_nothing():
    registry = windows.LocalMachine()
    assert registry.value(SERVICE, "Start") is None
    assert registry.keys(PROGRAMS) == []


@pytest.mark.parametrize(("release", "is_old"), [((6, True), True), ((10, False), True), ((10, True), False)])
def test_a_windows_that_is_left_behind(tmp_path, release, is_old):
    assert windows.collect(Recorded(WINDOWS), {}, tmp_path, release).host.is_old is is_old


# From a recorded machine to the code, on systems where nothing of this was ever seen at work: all from documentation.


def windows_pc(root: Path, registry: dict[str, dict[str, object]] | None = None, **environment: str):
    for path in ("Windows/System32/CIEPKI.dll", "ProgramData/CIEPKI/123456789012.cache"):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text("x")
    return windows.collect(Recorded(WINDOWS | (registry or {})), environment, root, (10, True))


def mac(root: Path, release: str = "15.1", *, is_installed: bool = True, **environment: str):
    if is_installed:
        (root / "Applications/CIE ID.app/Contents").mkdir(parents=True)
    return other.collect(SystemFamily.MACOS, environment, root, root, release)


STOPPED = Table(trouble=ServiceStoppedError)
FROM_DOCUMENTATION: dict[str, tuple[Callable[[Path], Snapshot], Table, list[Code]]] = {
    "Windows in order": (windows_pc, Table(card("cie-bit4id")), []),
    "Windows, newest card": (windows_pc, Table(card("cie-newer")), []),
    "Windows, newest card, old program": (
        lambda root: windows_pc(root, {rf"{PROGRAMS}\{{2}}": {"DisplayName": "Software CIE", "DisplayVersion": "1.3"}}),
        Table(card("cie-newer")),
        [Code.CARD_NEWER],
    ),
    "Windows, card of somebody else paired": (
        windows_pc,
        Table(card("cie-bit4id", holder=replace(PROFILES["cie-bit4id"].holder, nis="999999999999"))),
        [Code.SOFTWARE_OTHER_CARD],
    ),
    "Windows, by remote desktop": (
        lambda root: windows_pc(root, SESSIONNAME="RDP-Tcp#3"),
        Table(),
        [Code.READER_NONE, Code.HOST_REMOTE],
    ),
    "Windows, service switched off": (
        lambda root: windows_pc(root, {SERVICE: {"Start": 4}}),
        STOPPED,
        [Code.SERVICE_DISABLED],
    ),
    "Windows, no reader: its service sleeps": (windows_pc, STOPPED, [Code.READER_NONE]),
    "Windows, a key store and no reader": (
        windows_pc,
        Table(card("generic"), name="Windows Hello for Business"),
        [Code.READER_NONE],
    ),
    "macOS in order": (mac, Table(card("cie-bit4id")), []),
    "macOS, left behind": (lambda root: mac(root, "10.15.7"), Table(card("cie-bit4id")), [Code.HOST_SYSTEM]),
    "macOS, no program": (
        lambda root: mac(root, is_installed=False),
        Table(card("cie-bit4id")),
        [Code.SOFTWARE_MISSING],
    ),
    "macOS, from elsewhere": (
        lambda root: mac(root, SSH_CONNECTION="x"),
        Table(card("pin-blocked")),
        [Code.PIN_BLOCKED, Code.HOST_REMOTE],
    ),
}


@pytest.mark.parametrize("name", FROM_DOCUMENTATION)
def test_a_machine_as_documentation_describes_it(tmp_path, name):
    make, table, expected = FROM_DOCUMENTATION[name]
    report = report_of(table, make(tmp_path))
    assert codes(report) == expected
    assert not any(result.proven for result in report.checks)


def test_firefox_on_windows_and_macos(tmp_path):
    for path, module in (
        ("AppData/Mozilla/Firefox/Profiles/a.default", r"C:\\Windows\\System32\\CIEPKI.dll"),
        ("Library/Application Support/Firefox/Profiles/a.default", "/Library/ipzs/libcie-pkcs11.dylib"),
    ):
        (tmp_path / path).mkdir(parents=True)
        (tmp_path / path / "pkcs11.txt").write_text(f"library={module}\n")
    assert windows_pc(tmp_path).browsers == (Browser("firefox", has_module=True),)
    assert mac(tmp_path).browsers == (Browser("firefox", has_module=True),)
