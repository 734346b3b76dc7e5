"""Put a simulated card into a virtual reader and run `eidbridge check` on it."""

import os
import sys
import tempfile
import time

from setup import PYTHON, ROOT, ensure_packages, ensure_venv, run, stop
from test import BUILD, SYSTEM

#: What of the tests' packages this takes.
_NEEDED = ("pcscd", "vsmartcard-vpcd")
#: Seconds until the card service has seen the card.
_SEEN_S = 10


def main() -> None:
    assume = True if "--yes" in sys.argv else None
    arguments = [each for each in sys.argv[1:] if each != "--yes"] or ["pin-blocked"]
    wanted = {**BUILD, **{name: SYSTEM[name] for name in _NEEDED}}
    if not ensure_packages(wanted, reason="a virtual reader", assume=assume):
        sys.exit(1)
    ensure_venv("requirements-dev.txt", assume=assume)
    sys.exit(run(PYTHON, __file__, "--inside", *arguments, env={**os.environ, "PYTHONPATH": str(ROOT)}))


def inside(profile: str, *options: str) -> int:
    """In the virtual environment, where the simulator can be imported."""
    from pathlib import Path  # noqa: PLC0415

    from eidbridge.cli import main as command  # noqa: PLC0415
    from eidbridge.simulator.chip import Chip  # noqa: PLC0415
    from eidbridge.simulator.faults import FaultyCard  # noqa: PLC0415
    from eidbridge.simulator.profiles import PROFILES  # noqa: PLC0415
    from eidbridge.simulator.vpcd import VirtualCard  # noqa: PLC0415
    from eidbridge.transport.child import Pcsc  # noqa: PLC0415
    from tests.pcsc.stack import Stack  # noqa: PLC0415

    if profile not in PROFILES:
        stop(f"There is no card called {profile}. There are: {', '.join(PROFILES)}")
    with tempfile.TemporaryDirectory() as folder:
        stack = Stack(Path(folder), name="Virtual reader")
        stack.start()
        os.environ["PCSCLITE_CSOCK_NAME"] = str(stack.socket_path)
        try:
            with Pcsc() as pcsc, VirtualCard(FaultyCard(Chip(PROFILES[profile])), stack.port):
                end = time.monotonic() + _SEEN_S
                while not any(reader.has_card for reader in pcsc.readers()) and time.monotonic() < end:
                    time.sleep(0.05)
                return command(["check", *options])
        finally:
            stack.stop()


if __name__ == "__main__":
    if "--inside" in sys.argv:
        sys.exit(inside(*sys.argv[sys.argv.index("--inside") + 1 :]))
    os.chdir(ROOT)
    main()
