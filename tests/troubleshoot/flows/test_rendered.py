"""Rendered pages are kept until what they depend on changes."""

import pytest

from troubleshoot.flows import views
from troubleshoot.flows.rendered import RenderedPages
from troubleshoot.notices import services

URL = "/it/guida/imi/where/"


def test_a_page_is_rendered_once_and_the_least_used_is_forgotten():
    pages = RenderedPages(max_pages=2)
    made = []

    def render(name):
        return lambda: made.append(name) or name.encode()

    for name in ("a", "b", "a", "c", "a", "b"):
        assert pages.get(name, render(name)) == name.encode()
    assert made == ["a", "b", "c", "b"]
    assert len(pages) == 2


def test_a_page_that_cannot_be_rendered_is_not_kept():
    pages = RenderedPages()
    with pytest.raises(ZeroDivisionError):
        pages.get("a", lambda: 1 / 0)
    assert pages.get("a", lambda: b"whole") == b"whole"


@pytest.mark.django_db
def test_a_kept_page_gives_way_to_a_notice_and_comes_back(client, reviewer, monkeypatch):
    monkeypatch.setattr(views, "_pages", RenderedPages())
    before = client.get(URL).content
    assert client.get(URL).content == before
    assert len(views._pages) == 1
    notice = services.put_up(by=reviewer, flow="imi", text_it="Manutenzione", text_en="Maintenance")
    assert b"Manutenzione" in client.get(URL).content
    services.take_down(notice.pk, by=reviewer)
    assert client.get(URL).content == before


@pytest.mark.usefixtures("without_database")
def test_languages_screens_and_help_are_kept_apart(client, monkeypatch):
    monkeypatch.setattr(views, "_pages", RenderedPages())
    addresses = [URL, URL.replace("/it/", "/en/"), f"{URL}?aiuto=1", f"{URL}?schermi=en"]
    assert len({client.get(address).content for address in addresses}) == 4


@pytest.mark.usefixtures("without_database")
def test_a_page_that_tells_the_time_is_never_kept(client, monkeypatch):
    monkeypatch.setattr(views, "_pages", RenderedPages())
    client.get("/it/guida/imi/pause-first/?sign-in-page=refused&tries-before=more&where=password")
    assert len(views._pages) == 0
