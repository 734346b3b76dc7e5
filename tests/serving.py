"""The real server: gunicorn as ./run starts it, on a free port, with a database and content of its own."""

import atexit
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Served:
    """url: such as http://localhost:8123; env: what its processes were started with; log: its own words."""

    url: str
    env: dict[str, str]
    log: Path
    process: subprocess.Popen[bytes]

    def manage(self, *arguments: str) -> str:
        """Run a management command against the same database. Raises RuntimeError with what it said where it fails."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.env,
            check=False,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise RuntimeError(f"manage.py {arguments[0]} ended with {done.returncode}\n{done.stderr}")
        return done.stdout

    def kill(self) -> None:
        """SIGKILL to the server and all its processes: nothing is put in order first."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=60)

    def shell(self, code: str) -> str:
        return self.manage("shell", "--verbosity", "0", "-c", code)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(folder: Path, **extra: str) -> dict[str, str]:
    """Demo settings with everything kept in `folder`."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("TROUBLESHOOT_")}
    inherited.pop("DJANGO_SETTINGS_MODULE", None)
    return inherited | {"TROUBLESHOOT_DEMO": "1", "TROUBLESHOOT_VAR_DIR": str(folder)} | extra


#: A site as it runs for people: no demo, HTTPS alone.
PRODUCTION = {
    "TROUBLESHOOT_DEMO": "0",
    "TROUBLESHOOT_SECRET_KEY": "of-this-run-alone-" + "k" * 50,
    "TROUBLESHOOT_ALLOWED_HOSTS": "localhost",
    "EMAIL_URL": "smtp://127.0.0.1:9",
}


@contextmanager
def served(
    folder: Path, *, prepare: bool = True, port: int = 0, tls: tuple[Path, Path] | None = None, **extra: str
) -> Iterator[Served]:
    """A running site, on a free port where `port` is 0. extra: further environment, such as DATABASE_URL. tls:
    certificate and key, for HTTPS.
    """
    port = port or free_port()
    scheme = "https" if tls else "http"
    address = {"TROUBLESHOOT_BIND": f"127.0.0.1:{port}", "TROUBLESHOOT_SITE_URL": f"{scheme}://localhost:{port}"}
    if tls:
        address["GUNICORN_CMD_ARGS"] = f"--certfile {tls[0]} --keyfile {tls[1]}"
    env = environment(folder, **address, **extra)
    folder.mkdir(parents=True, exist_ok=True)
    if prepare and "DATABASE_URL" in extra:
        _prepare(env)
    elif prepare:
        shutil.copytree(_prepared(), folder, dirs_exist_ok=True)
    log = folder / f"server-{port}.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "-c", "python:troubleshoot.server"],
            cwd=ROOT,
            env=env,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        site = Served(f"{scheme}://localhost:{port}", env, log, process)
        try:
            _wait(site)
            yield site
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=60)


@contextmanager
def working(env: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A worker beside a site, at work once this is entered. log: where its own words go."""
    with log.open("ab") as out:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "work"], cwd=ROOT, env=env, stdout=out, stderr=subprocess.STDOUT
        )
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=30)


@cache
def _prepared() -> Path:
    """A folder with database, static files and demo reviewer, made once for this process; sites get a copy."""
    folder = Path(tempfile.mkdtemp(prefix="prepared-"))
    atexit.register(shutil.rmtree, folder)
    _prepare(environment(folder))
    return folder


def _prepare(env: dict[str, str]) -> None:
    for command in (["migrate", "-v0"], ["collectstatic", "--noinput", "-v0"], ["make_reviewer", "--demo"]):
        done = subprocess.run(
            [sys.executable, "manage.py", *command, "--skip-checks"],
            cwd=ROOT,
            env=env,
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode()


def _wait(site: Served) -> None:
    """Until it answers, for at most two minutes. Raises RuntimeError with its log where it ended instead."""
    end = time.monotonic() + 120
    trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # whether it answers, not who answers
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    while time.monotonic() < end:
        if site.process.poll() is not None:
            raise RuntimeError(site.log.read_text())
        try:
            with urllib.request.urlopen(f"{site.url}/it/privacy/", timeout=2, context=trusting):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"no answer from {site.url}\n{site.log.read_text()}")
