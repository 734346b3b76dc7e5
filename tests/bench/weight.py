"""Bytes over the wire as Chromium counts them: with an empty cache, and after another page of ours."""

from itertools import cycle, islice

from playwright.sync_api import Browser, BrowserContext, CDPSession
from playwright.sync_api import Error as PlaywrightError

from tests.bench.figures import CannotRun, Figure
from tests.bench.pages import ALL, Page
from tests.browser import chromium, launched
from tests.serving import Served

FIRST_VIEW, NEXT_VIEW = 50_000, 8_000


def bytes_of_views(site: Served, *, repeats: int) -> list[Figure]:
    """Each page seen first, and each page seen after another one. The heaviest of `repeats` counts:
    compressed pages vary by some random bytes, on purpose.
    """
    if chromium() is None:
        raise CannotRun("Chromium is not installed: apt-get install chromium")
    first: dict[Page, int] = dict.fromkeys(ALL, 0)
    following: dict[Page, int] = dict.fromkeys(ALL, 0)
    try:
        with launched() as browser:
            for _ in range(repeats):
                for seen, then in zip(ALL, islice(cycle(ALL), 1, None), strict=False):
                    heavy, light = _two_views(browser, site, seen, then)
                    first[seen], following[then] = max(first[seen], heavy), max(following[then], light)
    except PlaywrightError as error:
        raise CannotRun(f"Chromium: {error}") from error
    return [
        *(Figure(f"{page.name} page, first view", size, "bytes", FIRST_VIEW) for page, size in first.items()),
        *(Figure(f"{page.name} page, after another", size, "bytes", NEXT_VIEW) for page, size in following.items()),
    ]


def _two_views(browser: Browser, site: Served, seen: Page, then: Page) -> tuple[int, int]:
    context = browser.new_context(locale="it-IT")
    try:
        return _view(context, site, seen), _view(context, site, then)
    finally:
        context.close()


def _view(context: BrowserContext, site: Served, wanted: Page) -> int:
    """Bytes of everything loaded for `wanted`, headers included, in a tab of its own."""
    page = context.new_page()
    sizes: list[float] = []
    session: CDPSession = context.new_cdp_session(page)
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    session.send("Network.enable")
    answer = page.goto(site.url + wanted.address, wait_until="networkidle")
    assert answer is not None, wanted.address
    assert answer.status == 200, f"{wanted.address}: {answer.status}"
    assert page.url == site.url + wanted.address, f"{wanted.address} led to {page.url}"
    page.close()
    return round(sum(sizes))
