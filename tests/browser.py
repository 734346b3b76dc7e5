"""The real browser: Debian's Chromium, driven by playwright."""

import atexit
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from playwright.sync_api import Browser, Playwright, sync_playwright

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
    browser = _playwright().chromium.launch(executable_path=path, args=[*FLAGS, *more], headless=True)
    try:
        yield browser
    finally:
        browser.close()


@cache
def _playwright() -> Playwright:
    """One for the whole process: a second one beside it refuses to start."""
    running = sync_playwright().start()
    atexit.register(running.stop)
    return running
