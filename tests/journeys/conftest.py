from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.browser import launched
from tests.journeys.pages import Walker
from tests.serving import Served, served
from tests.smtp import Mailbox, smtp_server


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with launched() as running:
        yield running


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder: Path = tmp_path_factory.mktemp("journeys")
    with served(folder) as running:
        yield running


@pytest.fixture(scope="module")
def smtp() -> Iterator[Mailbox]:
    with smtp_server() as mailbox:
        yield mailbox


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context(viewport={"width": 1280, "height": 900}, locale="it-IT", timezone_id="Europe/Rome")
    yield opened
    opened.close()


@pytest.fixture
def walker(context: BrowserContext, site: Served) -> Iterator[Walker]:
    """A person at a desk; whatever the console says fails the test."""
    walking = Walker(context.new_page(), site.url)
    yield walking
    walking.assert_quiet()
