"""A disk that is really full: the picture is not kept and the page says so; the words are, and become a request."""

import os
import random
import re
import shutil
import subprocess
import tempfile
import urllib.error
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import psycopg
import pytest
from PIL import Image

from tests import postgres
from tests.server.writers import Writer
from tests.serving import Served, served

pytestmark = [
    pytest.mark.server,
    pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small disk"),
]
#: What stays free on the full disk: enough for words, too little for the picture.
LEFT_BYTES = 400_000


@pytest.fixture
def disk() -> Iterator[Path]:
    """A disk of 24 MB, where every user of this machine can come."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        place = Path(folder) / "disk"
        place.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m,mode=755", "tmpfs", place], check=True)
        try:
            yield place
        finally:
            subprocess.run(["umount", "-l", place], check=True)


def fill(disk: Path) -> Path:
    """Leave `LEFT_BYTES` free; the file to delete to make room again."""
    filler = disk / "filler"
    free = shutil.disk_usage(disk).free
    filler.write_bytes(b"x" * (free - LEFT_BYTES))
    return filler


def noise() -> bytes:
    """A picture of about 900 kB."""
    out = BytesIO()
    random.seed(7)
    Image.frombytes("RGB", (600, 500), random.randbytes(900_000)).save(out, "PNG")
    return out.getvalue()


def refused_picture(writer: Writer, draft: str) -> str:
    with pytest.raises(urllib.error.HTTPError) as caught:
        writer._upload(f"{draft}immagini/", noise())
    assert caught.value.code == 422
    return caught.value.read().decode()


def walk(site: Served, disk: Path) -> None:
    writer = Writer(site, 1)
    _url, page = writer._get("/it/scrivi/imi/?argomento=access")
    form = {"token": re.search(r'name="token" value="([^"]+)"', page)[1], "name": "Anna", "authority": "Comune"}
    form |= {"email": writer.email, "request": "Una lunga storia"}
    url, _page = writer._post("/it/scrivi/imi/?argomento=access", form)
    draft = re.search(r"/it/bozza/[^/]+/", url)[0]
    filler = fill(disk)
    said = refused_picture(writer, draft)
    assert "non c&#x27;è posto" in said or "non c'è posto" in said
    assert "Ciò che hai scritto sì" in said
    _url, page = writer._post(f"{draft}invia/", {})
    assert re.search(r"AF-[A-Z0-9]{4}-[A-Z0-9]{4}", page)
    filler.unlink()
    other = Writer(site, 2, pictures=1)
    other.write()
    stored = site.shell(
        "from troubleshoot.tickets.models import *;"
        "print([(t.facts.facts['request'], t.pictures.count()) for t in Ticket.objects.order_by('pk')])"
    )
    assert stored.strip() == "[('Una lunga storia', 0), ('Richiesta numero 2', 1)]"


def test_a_full_disk_on_sqlite(disk, tmp_path):
    with served(tmp_path / "site", DATABASE_URL=f"sqlite:///{disk}/db.sqlite3") as site:
        walk(site, disk)


@pytest.mark.postgres
def test_a_full_disk_on_postgresql(disk, tmp_path):
    """The pictures' table lies on the small disk, as where they are given one of their own."""
    place = disk / "table"
    place.mkdir()
    shutil.chown(place, "postgres")
    with postgres.running() as url, served(tmp_path / "site", DATABASE_URL=url) as site:
        with psycopg.connect(url, autocommit=True) as database:
            database.execute(f"CREATE TABLESPACE small LOCATION '{place}'")
            database.execute("ALTER TABLE tickets_picturecontent SET TABLESPACE small")
        walk(site, disk)
