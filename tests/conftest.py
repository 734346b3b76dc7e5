"""What all tests share."""

import signal
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command

from tests import browser, postgres
from tests.card_stack import pcsc, stack

__all__ = ["pcsc", "stack"]


def pytest_configure() -> None:
    # A slow machine fails no property.
    hypothesis.settings.register_profile("untimed", parent=hypothesis.settings(), deadline=None)
    hypothesis.settings.load_profile("untimed")
    # A job in the background ignores Ctrl-C, and so would every program that a test starts.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Name what a part needs and lacks; keep the tests of one file that start a server on one worker."""
    no_browser = pytest.mark.skip(reason="Chromium is not installed: apt-get install chromium")
    no_postgres = pytest.mark.skip(reason="PostgreSQL is not installed: apt-get install postgresql")
    for item in items:
        if "server" in item.keywords:
            item.add_marker(pytest.mark.xdist_group(item.path.stem))
        if "browser" in item.keywords and not browser.chromium():
            item.add_marker(no_browser)
        if "postgres" in item.keywords and not postgres.programs():
            item.add_marker(no_postgres)


@pytest.fixture(autouse=True, scope="session")
def _static_files(django_test_environment: None) -> None:
    """Hashed names of the static files, as the running site has them."""
    call_command("collectstatic", "--noinput", "--verbosity", "0")


@pytest.fixture(autouse=True)
def _fresh_process() -> Iterator[None]:
    """No test sees another one's notices, rules or limits."""
    cache.clear()
    from troubleshoot.core.renewed import Renewed  # noqa: PLC0415 - needs settings

    Renewed.reset_all()
    yield
    Renewed.reset_all()


@pytest.fixture(scope="session")
def content_dir() -> Path:
    return Path(settings.FLOWS_CONTENT_DIR)
