"""What ./run and ./test share: the virtual environment and the system's packages. Standard library only."""

import ctypes.util
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / ".installed"


def stop(message: str) -> NoReturn:
    """End with a sentence that says what to do."""
    sys.exit(f"\n{message}\n")


def run(*command: str | Path, env: dict[str, str] | None = None) -> int:
    return subprocess.run([str(part) for part in command], cwd=ROOT, env=env, check=False).returncode


def quiet(*command: str | Path) -> tuple[bool, str]:
    """Whether it worked, and the last lines it printed."""
    try:
        done = subprocess.run([str(part) for part in command], cwd=ROOT, capture_output=True, text=True, check=False)
    except OSError as error:
        return False, str(error)
    return done.returncode == 0, "\n".join((done.stdout + done.stderr).strip().splitlines()[-8:])


def ensure_venv(requirements: str, *, assume: bool | None = None) -> None:
    """Make .venv hold what the hashed requirement file says; nothing is done when it already does.

    assume: True for --yes, should Python's venv module have to be installed.
    """
    source = ROOT / requirements
    wanted = hashlib.sha256(source.read_bytes() + sys.version.encode()).hexdigest()
    if STAMP.exists() and STAMP.read_text() == wanted and PYTHON.exists():
        return
    print(f"Setting up .venv from {requirements} …", flush=True)
    if not PYTHON.exists() or not quiet(PYTHON, "--version")[0]:
        _make_venv(assume=assume)
    worked, said = _install(source)
    if not worked:
        stop(f"{said}\n\nThe packages could not be installed. Is there a network? Then run the same command again.")
    STAMP.write_text(wanted)


def _make_venv(*, assume: bool | None) -> None:
    shutil.rmtree(VENV, ignore_errors=True)
    if not quiet(sys.executable, "-c", "import ensurepip")[0]:  # Debian has it in a package of its own
        package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
        if not ensure_packages({package: None}, reason="virtual environments", assume=assume):
            stop(f"Python's venv module is incomplete. As root: apt-get install {package}")
    worked, said = quiet(sys.executable, "-m", "venv", VENV)
    if not worked:
        shutil.rmtree(VENV, ignore_errors=True)
        stop(f"{said}\n\n{VENV} could not be made. May you write into {ROOT}?")


def _install(source: Path) -> tuple[bool, str]:
    """uv where it can be had, for it takes seconds; else pip."""
    uv = shutil.which("uv") or str(VENV / "bin" / "uv")
    if not Path(uv).exists():
        quiet(PYTHON, "-m", "pip", "install", "-q", "uv")
    if Path(uv).exists():
        worked, said = quiet(
            uv, "pip", "install", "-q", "--compile-bytecode", "--python", PYTHON, "--require-hashes", "-r", source
        )
        if worked:
            return True, said
    return quiet(PYTHON, "-m", "pip", "install", "-q", "--require-hashes", "-r", source)


def ensure_packages(wanted: dict[str, str | None], *, reason: str, assume: bool | None) -> bool:
    """Install Debian packages whose program is missing; True where all are there.

    wanted: package by the program that shows it is there, None for *always missing*. assume: True for
    --yes; else a terminal is asked, and CI counts as yes.
    """
    missing = [package for package, program in wanted.items() if program is None or not find_program(program)]
    if not missing:
        return True
    names = " ".join(missing)
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        print(f"Missing for {reason}: {names}. As root: apt-get install {names}", flush=True)
        return False
    if not (assume or os.environ.get("CI") or _agreed(f"Install {names} for {reason}? [y/N] ")):
        print(f"Missing for {reason}: {names}. Install them: apt-get install {names}", flush=True)
        return False
    print(f"Installing {names} …", flush=True)
    os.environ["DEBIAN_FRONTEND"] = "noninteractive"
    quiet("apt-get", "update", "-qq")
    worked, said = quiet("apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing)
    if not worked:
        print(f"{said}\n\n{names} could not be installed. Is there a network?", flush=True)
    return worked


def find_program(name: str) -> str | None:
    """A program on PATH, or PostgreSQL's in Debian's versioned folders; a library by its name, a file by its path."""
    if name.startswith("/"):
        return name if Path(name).exists() else None
    if name.startswith("lib"):
        return ctypes.util.find_library(name.removeprefix("lib").partition(".so")[0])
    versioned = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return shutil.which(name) or (str(versioned[-1]) if versioned else None)


def _agreed(question: str) -> bool:
    if not sys.stdin.isatty():
        return False
    return input(question).strip().lower() in ("y", "yes", "s", "si", "sì")
