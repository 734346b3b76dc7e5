"""Which sites the program talks to: built in, or an administrator's, and never another one."""

import os
from pathlib import Path

import pytest

from eidbridge.agent import sites
from eidbridge.agent.sites import Site, known_sites, lines_of, site_at
from eidbridge.net import AddressError, is_this_computer, origin_of


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("https://site.example", "https://site.example"),
        ("site.example", "https://site.example"),
        (" HTTPS://Site.EXAMPLE:443/it/?q=1#x ", "https://site.example"),
        ("https://site.example:8443/", "https://site.example:8443"),
        ("http://localhost:8000/it/", "http://localhost:8000"),
        ("http://127.0.0.1", "http://127.0.0.1"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        ("https://città.example", "https://xn--citt-3na.example"),
    ],
)
def test_an_address_as_people_type_it(address, origin):
    assert origin_of(address) == origin


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ftp://site.example",
        "https://",
        "https://user@site.example",
        "https://site.example:99999",
        "javascript:alert(1)",
    ],
)
def test_what_is_no_address(address):
    with pytest.raises(AddressError) as caught:
        origin_of(address)
    assert caught.value.origin == ""


@pytest.mark.parametrize("address", ["http://site.example", "http://192.0.2.7:8000", "http://localhost.example"])
def test_plain_http_to_another_computer(address):
    with pytest.raises(AddressError) as caught:
        origin_of(address)
    assert caught.value.is_plain


def test_a_site_that_is_not_known(monkeypatch):
    known = (Site("https://site.example", "Site"),)
    assert site_at("site.example", known).name == "Site"
    for address in ("https://site.example.evil.example", "https://evil.example", "https://site.example:8443"):
        with pytest.raises(AddressError) as caught:
            site_at(address, known)
        assert not caught.value.is_plain
    assert site_at("https://localhost:9", known).origin == "https://localhost:9"


def test_this_computer():
    for origin in ("http://localhost", "https://127.0.0.9:1", "http://[::1]"):
        assert is_this_computer(origin)
    for origin in ("https://site.example", "http://10.0.0.1", "http://localhost.example"):
        assert not is_this_computer(origin)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can own a file as an administrator does")
def test_an_administrators_list_stands_first_and_only_he_can_have_written_it(tmp_path: Path, monkeypatch):
    file = tmp_path / "sites.txt"
    file.write_text("# ours\nhttps://ours.example  Ufficio\x1b[31m prova\nhttp://plain.example  No\nnonsense://\n\n")
    file.chmod(0o644)
    monkeypatch.setattr(sites, "_BY_ADMINISTRATOR", {"linux": str(file)})
    assert known_sites()[0] == Site("https://ours.example", "Ufficio[31m prova")
    assert len(known_sites()) == 2
    file.chmod(0o666)
    assert lines_of(file) == []
    file.chmod(0o644)
    os.chown(file, 12345, 12345)
    assert lines_of(file) == []
    assert lines_of(tmp_path / "none") == []
    assert lines_of(tmp_path) == []
