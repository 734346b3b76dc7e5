"""Run every test: linters and types, the unit tests on both databases, the real server, the real browser."""

import argparse
import os
import sys
import sysconfig
import time

from setup import PYTHON, ROOT, ensure_packages, ensure_venv, find_program, run

#: Debian package by what shows it is there: to compile pyscard, which has no build for Linux.
BUILD = {
    "gcc": "gcc",
    "libc6-dev": "/usr/include/stdio.h",
    "libpcsclite-dev": "/usr/include/PCSC/winscard.h",
    f"python{sys.version_info.major}.{sys.version_info.minor}-dev": f"{sysconfig.get_paths()['include']}/Python.h",
}
VIRTUAL_READER = "/usr/lib/pcsc/drivers/serial/libifdvpcd.so"
#: To run the tests.
SYSTEM = {
    "pcscd": "/usr/sbin/pcscd",
    "vsmartcard-vpcd": VIRTUAL_READER,
    "libeac3": "libeac.so.3",
    "chromium": "chromium",
    "libatomic1": "libatomic.so.1",  # the browser's driver brings a program that needs it
    "fonts-dejavu-core": "chromium",
    "postgresql": "initdb",
    "default-jre-headless": "java",
    "python3-tk": f"{sysconfig.get_paths()['stdlib']}/tkinter/__init__.py",
    "xvfb": "Xvfb",
    "xauth": "xauth",
    "xdotool": "xdotool",
    "faketime": "faketime",
    "gettext": "xgettext",
    "git": "git",
}
#: What a part needs to run.
PARTS = {
    "the card service": "/usr/sbin/pcscd",
    "the virtual reader": VIRTUAL_READER,
    "the independent peer for PACE": "libeac.so.3",
    "the browser": "chromium",
    "the browser's driver": "libatomic.so.1",
    "PostgreSQL": "initdb",
    "the HTML validator": "java",
    "the program's window": f"{sysconfig.get_paths()['stdlib']}/tkinter/__init__.py",
    "the virtual screen": "Xvfb",
    "its keys": "xdotool",
    "a clock that is wrong": "faketime",
    "the text catalogue": "xgettext",
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="./test", description=__doc__)
    parser.add_argument("--yes", action="store_true", help="install missing system packages without asking")
    parser.add_argument("--fast", action="store_true", help="only what runs in this process: no server, no browser")
    parser.add_argument("rest", nargs="*", help="further arguments for pytest, after --")
    options = parser.parse_args()
    began = time.monotonic()
    if not ensure_packages(BUILD, reason="compiling what reads cards", assume=options.yes or None):
        sys.exit(1)
    ensure_venv("requirements-dev.txt", assume=options.yes or None)
    if not options.fast:
        ensure_packages(SYSTEM, reason="all tests", assume=options.yes or None)
    # Some machines forbid to keep what was compiled, and every server of the tests would compile Django anew.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    missing = [part for part, program in PARTS.items() if not find_program(program)]
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    run(PYTHON, "manage.py", "compile_texts", env={**os.environ, "TROUBLESHOOT_DEMO": "1"})
    chosen = ["-m", "not server and not browser"] if options.fast else []
    failed = run(PYTHON, "-m", "pytest", "-n", "2", "--dist", "loadgroup", *chosen, *options.rest, env=env)
    if not failed and not options.fast and not options.rest and "PostgreSQL" not in missing:
        print("\nThe same on PostgreSQL:", flush=True)
        failed = run(PYTHON, "-m", "tests.on_postgres", env=env)
    print(f"\nAll in {time.monotonic() - began:.0f} s.", flush=True)
    if missing and not options.fast:
        print(f"NOT RUN, because something is missing on this machine: {', '.join(missing)}.", flush=True)
    sys.exit(failed or (1 if missing and os.environ.get("CI") and not options.fast else 0))


if __name__ == "__main__":
    os.chdir(ROOT)
    main()
