"""Run the site with demo content on this machine: .venv, database, texts, static files, demo reviewer, server."""

import argparse
import errno
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from setup import PYTHON, ROOT, ensure_venv, run, stop

VAR = ROOT / ".var"
#: Any of these means that somebody runs this for real; the demo's reviewer is public and must not stand there.
PRODUCTION = ("TROUBLESHOOT_SECRET_KEY", "TROUBLESHOOT_ALLOWED_HOSTS", "DATABASE_URL")


def main() -> None:
    parser = argparse.ArgumentParser(prog="./run", description=__doc__)
    parser.add_argument("--port", type=int, default=8000, help="port on this machine (8000)")
    parser.add_argument("--code", action="store_true", help="print the demo reviewer's code of this half minute")
    parser.add_argument("--yes", action="store_true", help="install missing system packages without asking")
    options = parser.parse_args()
    if found := [name for name in PRODUCTION if name in os.environ]:
        stop(f"This is the demo, and {', '.join(found)} says production. Unset it, or see docs/running.md.")
    if not options.code:
        _free(options.port)
    ensure_venv("requirements.txt", assume=options.yes or None)
    env = _environment(options.port)
    if options.code:
        sys.exit(run(PYTHON, "manage.py", "demo_code", env=env))
    for step in (
        ("compile_texts",),
        ("migrate", "--verbosity", "0"),
        ("collectstatic", "--noinput", "--verbosity", "0"),
        ("make_reviewer", "--demo"),
        ("demo_requests",),
    ):
        if run(PYTHON, "manage.py", *step, env=env):
            stop(f"manage.py {step[0]} did not succeed; the lines above say why.")
    print(
        f"\n  The site:      http://localhost:{options.port}/"
        f"\n  Staff pages:   http://localhost:{options.port}/it/redazione/"
        f"\n  Its mailbox:   http://localhost:{options.port}/it/posta/"
        "\n  Demo reviewer: revisore@demo.example, password prova-prova-prova; second factor: ./run --code"
        "\n  End with Ctrl-C.\n",
        flush=True,
    )
    os.chdir(ROOT)
    sys.exit(_keep_running(env))


def _keep_running(env: dict[str, str]) -> int:
    """Site and worker until one is told to end, Ctrl-C or SIGTERM; a worker that ends by itself is started again."""
    signal.signal(signal.SIGTERM, lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    site = _start("-m", "gunicorn", "-c", "python:troubleshoot.server", env=env)
    worker = _start("manage.py", "work", env=env)
    try:
        while (code := site.poll()) is None:
            if worker.poll() is not None:
                print("The worker has ended; it is started again.", flush=True)
                worker = _start("manage.py", "work", env=env)
            time.sleep(1)
    except KeyboardInterrupt:
        code = 0
    for process in (site, worker):
        process.terminate()
    for process in (site, worker):
        process.wait()
    return code


def _start(*command: str, env: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen([str(PYTHON), *command], env=env)


def _free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            stop(f"You may not open port {port}. Choose one above 1023: ./run --port 8000")
        except OverflowError:
            stop(f"There is no port {port}. Choose one from 1024 to 65535: ./run --port 8000")
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                stop(f"{error}\n\nPort {port} could not be opened. Does 127.0.0.1 work on this machine?")
            stop(f"Port {port} is taken. Choose another: ./run --port {port + 1 if port < 65535 else 8000}")


def _environment(port: int) -> dict[str, str]:
    return {
        **os.environ,
        "TROUBLESHOOT_DEMO": "1",
        "TROUBLESHOOT_SECRET_KEY": _secret_key(),
        "TROUBLESHOOT_BIND": f"127.0.0.1:{port}",
        "TROUBLESHOOT_SITE_URL": f"http://localhost:{port}",
        "TROUBLESHOOT_VAR_DIR": str(VAR),
    }


def _secret_key() -> str:
    """The demo's own key, made once."""
    file = VAR / "secret-key"
    try:
        VAR.mkdir(mode=0o700, exist_ok=True)
        if not file.exists():
            file.touch(mode=0o600)
            file.write_text(secrets.token_urlsafe(50))
        return file.read_text()
    except OSError as error:
        stop(f"{error}\n\nThe site keeps its database in {VAR}. May you write into {Path(VAR).parent}?")


if __name__ == "__main__":
    main()
