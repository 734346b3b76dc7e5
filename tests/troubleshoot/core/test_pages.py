import pytest
from bs4 import BeautifulSoup

from tests.languages import LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", ["accessibilita", "privacy", "contatti", "licenze"])
def test_a_footer_page_says_who_runs_the_site(client, settings, language, path):
    page = client.get(f"/{language}/{path}/").content.decode()
    assert settings.SITE_OFFICE in page
    assert f'lang="{language}"' in page


def test_the_declaration_of_accessibility_is_linked_once_it_stands(client, settings):
    assert "non è ancora pubblicata" in client.get("/it/accessibilita/").content.decode()
    settings.SITE_ACCESSIBILITY_URL = "https://form.example/1"
    assert "https://form.example/1" in client.get("/it/accessibilita/").content.decode()


@pytest.mark.parametrize(
    "path", ["/it/no/such/page/", "/nothing", "/it/guida/%00/", "/it/%E2%80%AE/", "/it/guida/imi/../../etc/passwd"]
)
def test_an_unknown_address_leads_on(client, path):
    response = client.get(path)
    assert response.status_code == 404
    links = [link["href"] for link in BeautifulSoup(response.content.decode(), "html.parser").select("main .links a")]
    assert "/it/" in links


def test_a_fault_of_ours_leads_on_and_says_so(client, monkeypatch):
    client.raise_request_exception = False
    monkeypatch.setattr("troubleshoot.flows.views.snapshot.current", lambda: 1 / 0)
    response = client.get("/en/")
    assert response.status_code == 500
    assert "Something broke on our side" in response.content.decode()


@pytest.mark.usefixtures("without_database")
def test_every_page_is_sent_with_the_strict_policy(client):
    policy = client.get("/it/")["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "script-src 'self'" in policy


@pytest.mark.usefixtures("without_database")
def test_pages_name_no_other_site_to_load_from(client):
    for path in ("/it/", "/it/guida/imi/where/", "/it/licenze/"):
        soup = BeautifulSoup(client.get(path).content.decode(), "html.parser")
        loaded = [tag.get("src") or tag.get("href") for tag in soup.select("script, img, link, iframe")]
        assert all(address.startswith("/") for address in loaded), loaded
