"""The page that lets a browser ask other sites: its policy is its own, and it asks nothing before a click."""

import pytest

from eidbridge.report import SITES
from tests.languages import LANGUAGES

pytestmark = pytest.mark.usefixtures("without_database")


@pytest.mark.parametrize("language", LANGUAGES)
def test_its_policy_names_the_three_sites_and_no_other_page_has_it(client, language):
    policy = client.get(f"/{language}/siti/")["Content-Security-Policy"]
    connect = next(part for part in policy.split(";") if part.strip().startswith("connect-src"))
    assert set(connect.split()[1:]) == {"'self'", *(f"https://{site}" for site in SITES)}
    assert all(site not in client.get(f"/{language}/")["Content-Security-Policy"] for site in SITES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_says_who_will_see_the_address_and_never_that_a_site_works(client, language):
    page = client.get(f"/{language}/siti/").content.decode()
    assert {"it": "indirizzo della tua rete", "en": "address of your network"}[language] in page
    assert {"it": "qualcosa ha risposto", "en": "something answered"}[language] in page
    assert not any(word in page for word in ("funziona correttamente", "works fine", "raggiungibile"))
