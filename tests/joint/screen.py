"""A virtual screen, real keys, and the texts of a window on it, read from outside by Tk's own `send`."""

import json
import os
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.serving import ROOT


def missing() -> str:
    for program, package in (("Xvfb", "xvfb"), ("xauth", "xauth"), ("xdotool", "xdotool")):
        if shutil.which(program) is None:
            return f"{program} is not installed: apt-get install {package}"
    return ""


@dataclass(frozen=True, slots=True)
class Screen:
    """env: what a program needs to show itself here."""

    env: dict[str, str]

    def type(self, text: str) -> None:
        self._xdotool("type", "--delay", "15", text)

    def press(self, *keys: str) -> None:
        self._xdotool("key", "--delay", "40", *keys)

    def _xdotool(self, *arguments: str) -> None:
        subprocess.run(["xdotool", *arguments], env={**os.environ, **self.env}, check=True)

    def shot(self, file: Path) -> None:
        from PIL import ImageGrab  # noqa: PLC0415 - where somebody looks

        os.environ.update(self.env)
        ImageGrab.grab(xdisplay=self.env["DISPLAY"]).save(file)


@contextmanager
def screen(folder: Path, size: str = "1024x900x24") -> Iterator[Screen]:
    """A screen of its own that only this run may use: without a key Tk lets nobody read a window."""
    authority = folder / "xauthority"
    authority.touch()
    number, cookie = 90 + os.getpid() % 900, secrets.token_hex(16)
    env = {"DISPLAY": f":{number}", "XAUTHORITY": str(authority)}
    subprocess.run(["xauth", "-f", authority, "add", f":{number}", ".", cookie], check=True, capture_output=True)
    server = subprocess.Popen(
        ["Xvfb", f":{number}", "-screen", "0", size, "-auth", authority, "-nolisten", "tcp"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        end = time.monotonic() + 10
        while not _answers(env):
            assert time.monotonic() < end, "no screen"
            time.sleep(0.05)
        yield Screen(env)
    finally:
        server.terminate()
        server.wait(10)


def _answers(env: dict[str, str]) -> bool:
    asked = ["xdotool", "getmouselocation"]
    return subprocess.run(asked, env={**os.environ, **env}, capture_output=True, check=False).returncode == 0


class Window:
    """The program's window, as a person sees it. All reading goes through another process (`reading`)."""

    def __init__(self, shown_on: Screen) -> None:
        self.screen = shown_on
        self._reader = subprocess.Popen(
            [sys.executable, "-m", "tests.joint.reading"],
            cwd=ROOT,
            env={**os.environ, **shown_on.env},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def close(self) -> None:
        self._reader.kill()
        self._reader.communicate()

    def _asked(self, what: str) -> object:
        assert self._reader.stdin
        assert self._reader.stdout
        self._reader.stdin.write(what + "\n")
        self._reader.stdin.flush()
        return json.loads(self._reader.stdout.readline())

    def texts(self) -> list[tuple[str, str]]:
        """Class and text of every widget that shows; empty where there is no window."""
        return [(row[0], row[1]) for row in self._asked("texts")]  # type: ignore[attr-defined]

    def all(self) -> str:
        return "\n".join(text for _class, text in self.texts())

    def focus(self) -> str:
        """The text of what has the keyboard."""
        return str(self._asked("focus"))

    def until(self, shows: str, limit_s: float = 90) -> str:
        """All texts once one of them holds `shows`."""
        return self.until_that(lambda said: shows in said, limit_s, shows)

    def until_that(self, holds: Callable[[str], bool], limit_s: float, what: str) -> str:
        end = time.monotonic() + limit_s
        while not holds(said := self.all()):
            assert time.monotonic() < end, f"{what!r} does not show in:\n{said}"
            time.sleep(0.1)
        return said

    def word(self) -> str:
        """The compare word: the one text in capitals."""
        self.until("parola sulla pagina")
        [word] = [text for kind, text in self.texts() if kind == "TLabel" and text.isalpha() and text.isupper()]
        return word
