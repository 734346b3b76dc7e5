"""A throw-away PostgreSQL on a free loopback port, owned by an unprivileged user where the tests run as root."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.serving import free_port


def programs() -> Path | None:
    """Folder of initdb and pg_ctl, or None where PostgreSQL is not installed."""
    versioned = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    found = str(versioned[-1]) if versioned else shutil.which("initdb")
    return Path(found).parent if found else None


@dataclass(frozen=True, slots=True)
class Postgres:
    """url: the DATABASE_URL. folder: where it keeps everything."""

    url: str
    folder: Path
    _options: str

    def restart(self) -> None:
        """Break every connection off, as after a crash, and come back."""
        programs_folder = programs()
        assert programs_folder
        data = ("-D", self.folder / "data")
        _as_owner(programs_folder / "pg_ctl", *data, "-s", "-m", "immediate", "stop")
        _as_owner(
            programs_folder / "pg_ctl", *data, "-w", "-s", "-l", self.folder / "log", "-o", self._options, "start"
        )


@contextmanager
def running(*, durable: bool = False) -> Iterator[str]:
    """The DATABASE_URL of a running server; see `server`."""
    with server(durable=durable) as started:
        yield started.url


@contextmanager
def server(*, durable: bool = False) -> Iterator[Postgres]:
    """A running server. Unless it is `durable`, what it confirms does not survive a crash: for quick tests."""
    folder = programs()
    assert folder, "PostgreSQL is not installed: apt-get install postgresql"
    kept = Path(tempfile.mkdtemp(prefix="pg-"))
    kept.chmod(0o755)
    port = free_port()
    data = kept / "data"
    data.mkdir(mode=0o700)
    if os.geteuid() == 0:
        for path in (kept, data):
            shutil.chown(path, "postgres")
    listen = f"-c listen_addresses=127.0.0.1 -p {port} -k {kept}"
    if not durable:
        listen += " -c fsync=off -c synchronous_commit=off"
    try:
        _as_owner(
            folder / "initdb", "-D", data, "-U", "app", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"
        )
        _as_owner(folder / "pg_ctl", "-D", data, "-w", "-s", "-l", kept / "log", "-o", listen, "start")
        _as_owner(folder / "createdb", "-h", "127.0.0.1", "-p", str(port), "-U", "app", "app")
        yield Postgres(f"postgres://app@127.0.0.1:{port}/app", kept, listen)
    finally:
        _as_owner(folder / "pg_ctl", "-D", data, "-s", "-m", "immediate", "stop", check=False)
        shutil.rmtree(kept, ignore_errors=True)


def _as_owner(*command: str | Path, check: bool = True) -> None:
    prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    full = [*prefix, *(str(part) for part in command)]
    subprocess.run(full, check=check, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL, cwd="/")
