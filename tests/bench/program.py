"""The program as people start it: a build, unpacked; its window on a virtual screen; its memory."""

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from tests.bench.card_check import _peak_kilobytes
from tests.bench.figures import CannotRun, Figure
from tests.joint.screen import Screen, Window, missing, screen
from tests.serving import ROOT

_STARTS = 7


def figures() -> list[Figure]:
    if lacks := missing():
        raise CannotRun(lacks)
    with tempfile.TemporaryDirectory(prefix="bench-") as kept:
        folder = Path(kept)
        began = time.perf_counter()
        done = subprocess.run(
            [sys.executable, ".tools/build_program.py", "--to", str(folder)], cwd=ROOT, capture_output=True, check=False
        )
        if done.returncode:
            raise CannotRun(done.stderr.decode()[-500:])
        built = time.perf_counter() - began
        [packed] = folder.glob("*.zip")
        subprocess.run([sys.executable, "-m", "zipfile", "-e", packed, folder], check=True)
        (folder / "eidbridge" / "eidbridge").chmod(0o755)
        with screen(folder) as shown:
            starts = [_start(folder, shown) for _ in range(_STARTS)]
            memory, child = _memory(folder, shown)
        return [
            Figure("window after the start of an unpacked build", median(starts), "s", 1.0, note="median"),
            Figure("the slowest of them", max(starts), "s"),
            Figure("memory of the window after a check", memory / 1024, "MB", 60),
            Figure("memory of its process for PC/SC", child / 1024, "MB", 45),
            Figure("size of the zip", packed.stat().st_size / 1_000_000, "MB"),
            Figure("building it", built, "s"),
        ]


def _open(folder: Path, shown: Screen) -> "subprocess.Popen[bytes]":
    env = {**shown.env, "HOME": str(folder), "PATH": "/usr/bin:/bin", "EIDBRIDGE_LANGUAGE": "it"}
    return subprocess.Popen([folder / "eidbridge" / "eidbridge"], env=env)


def _start(folder: Path, shown: Screen) -> float:
    window = Window(shown)
    began = time.perf_counter()
    process = _open(folder, shown)
    while "Codice mostrato dalla pagina" not in window.all():
        time.sleep(0.005)
    took = time.perf_counter() - began
    process.terminate()
    process.wait(10)
    window.close()
    return took


def _memory(folder: Path, shown: Screen) -> tuple[float, float]:
    """Peaks in kB, once a whole check has been shown."""
    window = Window(shown)
    process = _open(folder, shown)
    window.until("Codice mostrato dalla pagina")
    time.sleep(0.5)
    shown.press("Tab", "Tab", "Tab", "Return")
    child = 0.0
    end = time.monotonic() + 30
    while "Salva come file" not in window.all():
        assert time.monotonic() < end, window.all()
        child = max([child, *(_peak_kilobytes(each) for each in _children(process.pid))])
        time.sleep(0.01)
    memory = _peak_kilobytes(process.pid)
    process.terminate()
    process.wait(10)
    window.close()
    return memory, child


def _children(process: int) -> list[int]:
    try:
        return [int(each) for each in Path(f"/proc/{process}/task/{process}/children").read_text().split()]
    except OSError:
        return []
