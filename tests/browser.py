"""The real browser: Debian's Chromium, driven by playwright."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Playwright, expect, sync_playwright

expect.set_options(timeout=30_000)  # as `Walker`: a slow machine fails no journey

#: Root in a container has no user namespace; the rest keeps Chromium from calling home.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def chromium() -> str | None:
    """Path of Chromium, or None where it is not installed."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


@contextmanager
def launched(*more: str) -> Iterator[Browser]:
    """more: further flags of Chromium."""
    path = chromium()
    assert path, "Chromium is not installed: apt-get install chromium"
    with _playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*FLAGS, *more], headless=True)
        try:
            yield browser
        finally:
            browser.close()


_running: list[Playwright] = []


@contextmanager
def _playwright() -> Iterator[Playwright]:
    """One for all browsers of this process, as a second one beside it refuses to start; over with the last of them."""
    first = not _running
    _running.append(sync_playwright().start() if first else _running[0])
    try:
        yield _running[-1]
    finally:
        used = _running.pop()
        if not _running:
            used.stop()
