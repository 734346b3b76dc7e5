"""Everything real, and together: card service, simulated card, HTTPS, site, browser, window on a virtual screen."""

import base64
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from playwright.sync_api import Browser, Page

from tests.authority import Authority, make_authority
from tests.browser import launched
from tests.joint.screen import Screen, missing, screen
from tests.pcsc.stack import Stack
from tests.pcsc.stack import missing as no_pcsc
from tests.serving import PRODUCTION, ROOT, Served, served


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of them on one worker, for they share a card reader; what is missing is named, and fails in CI."""
    lacks = missing() or no_pcsc()
    for item in items:
        if "tests/joint" not in item.nodeid:
            continue
        item.add_marker(pytest.mark.xdist_group("joint"))
        if lacks and not os.environ.get("CI"):
            item.add_marker(pytest.mark.skip(reason=lacks))


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return make_authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="session")
def tls(authority: Authority) -> tuple[Path, Path]:
    return authority.certify("localhost", "127.0.0.1")


@pytest.fixture(scope="session")
def secure_site(tmp_path_factory: pytest.TempPathFactory, tls: tuple[Path, Path]) -> Iterator[Served]:
    """The site as it runs for people, by HTTPS, with its access log."""
    folder = tmp_path_factory.mktemp("secure")
    more = {"TROUBLESHOOT_TICKET_TOPICS_OFF": "-", "TROUBLESHOOT_ACCESS_LOG": str(folder / "access.log")}
    with served(folder, tls=tls, **PRODUCTION, **more) as site:
        yield site


@pytest.fixture(scope="session")
def browser(tls: tuple[Path, Path]) -> Iterator[Browser]:
    """Trusts one key more, the one of this run's site."""
    key = x509.load_pem_x509_certificate(tls[0].read_bytes()).public_key()
    spki = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    known = base64.b64encode(hashlib.sha256(spki).digest()).decode()
    with launched(f"--ignore-certificate-errors-spki-list={known}") as running:
        yield running


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(locale="it-IT", timezone_id="Europe/Rome", viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


@pytest.fixture
def display(tmp_path: Path) -> Iterator[Screen]:
    with screen(tmp_path) as made:
        yield made


#: Starts a command on a PC as it should be, seen by that command alone: the Software CIE's module lies at its place,
#: over what /usr/local/lib holds, and the person's folder is one of /home.
_WITH_SOFTWARE = (
    'mount -t tmpfs none "$0" && mkdir "$0/up" "$0/work" && touch "$0/up/libcie-pkcs11.so" && '
    'mount -t overlay -o "lowerdir=/usr/local/lib,upperdir=$0/up,workdir=$0/work" over /usr/local/lib && '
    'mkdir "$0/home" && cp -r "$HOME/." "$0/home" && mount -t tmpfs none /home && mkdir /home/prova && '
    'mount --bind "$0/home" /home/prova && export HOME=/home/prova && exec "$@"'
)


@dataclass(frozen=True, slots=True)
class Program:
    """The program with this run's site built in, as a build has its own. env: what it is started with. before: what
    starts it.
    """

    source: Path
    env: dict[str, str]
    before: tuple[str, ...] = ()

    def command(self, *arguments: str) -> list[str]:
        return [*self.before, sys.executable, "-m", "eidbridge", *arguments]

    @property
    def has_software(self) -> bool:
        """Whether this PC looks to it as if the Software CIE were installed."""
        return bool(self.before)

    def on_a_whole_pc(self, folder: Path, nis: str) -> "Program":
        """On a PC that has all it needs, where the system lets a process see other files than the rest: paired with
        the card of this number, with a Java.
        """
        home, tools = Path(self.env["HOME"]), folder / "tools"
        (home / ".CIEPKI").mkdir(exist_ok=True)
        (home / ".CIEPKI" / f"{nis}.cache").write_text("x")
        tools.mkdir()
        (tools / "java").write_text("#!/bin/sh\nexit 0\n")
        (tools / "java").chmod(0o755)
        env = {**self.env, "PATH": f"{tools}:{self.env['PATH']}"}
        over = folder / "over"
        over.mkdir()
        before = ("unshare", "-m", "sh", "-c", _WITH_SOFTWARE, str(over))
        try:
            works = subprocess.run([*before, "true"], env=env, capture_output=True, check=False).returncode == 0
        except OSError:
            works = False
        return replace(self, env=env, before=before if works else ())

    def start(self, *arguments: str, **options: object) -> "subprocess.Popen[str]":
        env = {**self.env, **options.pop("env", {})}  # type: ignore[dict-item]
        return subprocess.Popen(self.command(*arguments), cwd=self.source, env=env, text=True, **options)  # type: ignore[call-overload]

    @contextmanager
    def window(self, shown_on: Screen, **env: str) -> Iterator["subprocess.Popen[str]"]:
        process = self.start(env={**shown_on.env, **env}, stderr=subprocess.PIPE)
        try:
            yield process
        finally:
            process.terminate()
            said = process.communicate(timeout=10)[1]
        assert said == ""


def program_for(folder: Path, origin: str, home: Path, **env: str) -> Program:
    """A copy of the source with `origin` as its one site."""
    source = folder / "source"
    shutil.copytree(ROOT / "eidbridge", source / "eidbridge", ignore=shutil.ignore_patterns("__pycache__"))
    (source / "eidbridge" / "agent" / "sites.txt").write_text(f"{origin}  Prova\n")
    home.mkdir(exist_ok=True, parents=True)
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
    return Program(source, {**kept, "HOME": str(home), "EIDBRIDGE_LANGUAGE": "it", "PYTHONUTF8": "1", **env})


@pytest.fixture
def program(tmp_path: Path, secure_site: Served, authority: Authority, stack: Stack) -> Program:
    return program_for(
        tmp_path,
        secure_site.url,
        tmp_path / "home",
        PCSCLITE_CSOCK_NAME=str(stack.socket_path),
        SSL_CERT_FILE=str(authority.root),
    )
