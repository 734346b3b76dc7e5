"""An impatient hand: the same picture and the same button, six times at once."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests import postgres
from tests.server.writers import Writer, a_picture
from tests.serving import Served, served

pytestmark = pytest.mark.server
HANDS = 6
_STORED = """
from troubleshoot.tickets.models import *
from troubleshoot.mail.models import OutgoingMail
print(Draft.objects.count(), Ticket.objects.count(), Picture.objects.count(), Entry.objects.count(),
      OutgoingMail.objects.count())
"""


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Served]:
    if request.param == "sqlite":
        with served(tmp_path / "site") as running:
            yield running
        return
    with postgres.running() as url, served(tmp_path / "site", DATABASE_URL=url) as running:
        yield running


def test_everything_pressed_six_times_at_once_happens_once(site):
    writer = Writer(site, 1)
    _url, page = writer._get("/it/scrivi/imi/?argomento=access")
    form = {"token": re.search(r'name="token" value="([^"]+)"', page)[1], "name": "Anna", "authority": "Comune"}
    form |= {"email": writer.email, "request": "Una cosa sola"}
    with ThreadPoolExecutor(HANDS) as hands:
        urls = list(hands.map(lambda _: writer._post("/it/scrivi/imi/?argomento=access", form)[0], range(HANDS)))
        draft = re.search(r"/it/bozza/[^/]+/", urls[0])[0]
        assert all(draft in url for url in urls)
        list(hands.map(lambda _: writer._upload(f"{draft}immagini/", a_picture(7)), range(HANDS)))
        pages = list(hands.map(lambda _: writer._post(f"{draft}invia/", {})[1], range(HANDS)))
    references = {re.search(r"AF-[A-Z0-9]{4}-[A-Z0-9]{4}", page)[0] for page in pages}
    assert len(references) == 1
    assert site.shell(_STORED).split() == ["1", "1", "1", "1", "1"]
