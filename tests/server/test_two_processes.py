"""What a reviewer sets on one process stands on the other within ten seconds, on both databases."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests import postgres
from tests.server.staff import Reviewer, page, seconds_until
from tests.serving import Served, served

pytestmark = pytest.mark.server
STEP = "/it/guida/imi/type-by-hand/?password-state=refused&sign-in-page=refused&tries-before=none&where=password"


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def two(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, Served]]:
    """Two servers of one process each, on one database."""
    with ExitStack() as stack:
        database = {"DATABASE_URL": stack.enter_context(postgres.running())} if request.param == "postgresql" else {}
        folder = tmp_path_factory.mktemp(request.param)
        first = stack.enter_context(served(folder, TROUBLESHOOT_WORKERS="1", **database))
        second = stack.enter_context(served(folder, prepare=False, TROUBLESHOOT_WORKERS="1", **database))
        yield first, second


@pytest.fixture(scope="module")
def reviewer(two: tuple[Served, Served]) -> Reviewer:
    signed_in = Reviewer(two[0])
    signed_in.sign_in()
    return signed_in


def test_a_notice_stands_on_both_within_ten_seconds(two, reviewer):
    for site in two:
        assert "Manutenzione di prova" not in page(site, "/it/guida/imi/where/")
    words = {
        "kind": "notice",
        "place": "imi",
        "text_it": "Manutenzione di prova",
        "text_en": "Trial maintenance",
        "who_is_hit": "tutti",
    }
    reviewer.submit("/it/redazione/avvisi/", **words)
    for site in two:
        seconds_until(lambda site=site: "Manutenzione di prova" in page(site, "/it/guida/imi/where/"), 10)


def test_a_suspended_remedy_is_stepped_over_on_both(two, reviewer):
    for site in two:
        assert page(site, STEP).startswith(site.url + "/it/guida/imi/type-by-hand/")
    reviewer.submit("/it/redazione/mappa/imi/type-by-hand/sospendi/", text_it="Si rivede", text_en="Under review")
    for site in two:
        seconds_until(lambda site=site: page(site, STEP).startswith(site.url + "/it/guida/imi/reset-password/"), 10)
