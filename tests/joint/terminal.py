"""The program in a terminal, and a page without a browser: what a person types and reads."""

import http.cookiejar
import os
import re
import signal
import ssl
import subprocess
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from bs4 import BeautifulSoup

from tests.joint.conftest import Program

CHECK = "/it/controllo/cie-inps/pc-check/?road=reader"


class Terminal:
    """A running `check --send`; its lines are read as they come."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process
        self.said = ""
        self.reads = threading.Thread(target=self._follow, daemon=True)
        self.reads.start()

    def _follow(self) -> None:
        assert self.process.stdout
        while sign := self.process.stdout.read(1):
            self.said += sign

    def until(self, text: str, *, since: int = 0, limit_s: float = 90) -> str:
        """What was said from `since` on, once `text` is among it."""
        end = time.monotonic() + limit_s
        while text not in self.said[since:]:
            assert time.monotonic() < end, f"{text!r} was not said:\n{self.said}"
            assert self.process.poll() is None or text in self.said[since:], self.said
            time.sleep(0.05)
        return self.said[since:]

    def type(self, line: str) -> int:
        """Type a line; from where on to look for what follows."""
        place = len(self.said)
        assert self.process.stdin
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return place

    @property
    def word(self) -> str:
        said = self.until("Scegli la stessa parola")
        return re.search(r"Parola di confronto: ([A-Z]+)", said)[1].lower()  # type: ignore[index]

    def ended(self, limit_s: float = 90) -> int:
        code = self.process.wait(limit_s)
        self.reads.join(5)
        return code


@contextmanager
def terminal(program: Program, *arguments: str, **env: str) -> Iterator[Terminal]:
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    process = program.start("check", *arguments, env=env, start_new_session=True, **pipes)
    made = Terminal(process)
    try:
        yield made
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # what starts it may wait for it beside
        process.wait(10)
        made.reads.join(10)
        for pipe in (process.stdin, process.stdout):
            pipe.close()


class Reader:
    """A browser that only knows cookies and forms, and trusts the authority in the file `root`. visited: addresses."""

    def __init__(self, site: str, root: str | None = None) -> None:
        self.site, self.visited = site, []
        context = ssl.create_default_context(cafile=root)
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._opener = urllib.request.build_opener(urllib.request.HTTPSHandler(context=context), cookies)
        self._opener.addheaders = [("Sec-Fetch-Site", "same-origin")]

    def open(self, path: str, **form: str) -> BeautifulSoup:
        data = urllib.parse.urlencode(form).encode() if form else None
        self.visited.append(path)
        with self._opener.open(self.site + path, data, timeout=60) as answer:
            self.visited.append(answer.url)
            return BeautifulSoup(answer.read(), "html.parser")

    def begin(self) -> str:
        """A new code."""
        return self.open(CHECK, begin="1").select_one(".short.code").get_text()

    def pick(self, word: str) -> None:
        self.press(word=word)

    def press(self, **pressed: str) -> None:
        pairing = self.open(CHECK).select_one("[name=pairing]")["value"]
        self.open(CHECK, pairing=pairing, **pressed)

    def findings(self) -> dict[str, str]:
        """What the page shows: code, and the address of the step that solves it."""
        page = self.open(CHECK)
        return {
            each.select_one("code").get_text(): (each.select_one("a.button") or {}).get("href", "")
            for each in page.select(".finding")
        }
