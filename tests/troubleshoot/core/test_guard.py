"""POSTs without a cookie are taken from our own pages alone."""

import pytest
from django.test import Client

from troubleshoot.flows.models import Tally

URL = "/it/guida/imi/type-by-hand/?password-state=refused&sign-in-page=refused&tries-before=none&where=password"
TAKEN = [
    {"sec-fetch-site": "same-origin"},
    {"sec-fetch-site": "none"},
    {"sec-fetch-site": "same-origin", "origin": "null"},
    {"origin": "http://testserver"},
]
REFUSED = [
    {},
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"sec-fetch-site": "cross-site", "origin": "http://testserver"},
    {"sec-fetch-site": "nonsense"},
    {"origin": "http://evil.example"},
    {"origin": "https://testserver"},
    {"origin": "null"},
    {"origin": "http://[broken"},
    {"referer": "http://testserver/it/"},
]


@pytest.fixture
def browser() -> Client:
    """A client that checks as the real server does."""
    return Client(enforce_csrf_checks=True)


@pytest.mark.django_db
@pytest.mark.parametrize("headers", TAKEN)
def test_a_post_from_our_own_page_is_taken_without_a_cookie(browser, headers):
    response = browser.post(URL, {"result": "no"}, headers=headers)
    assert response.status_code == 303
    assert Tally.objects.get().count == 1
    assert not response.cookies


@pytest.mark.django_db
@pytest.mark.parametrize("headers", REFUSED)
def test_a_post_from_elsewhere_is_refused_and_not_counted(browser, headers):
    response = browser.post(URL, {"result": "no"}, headers=headers)
    assert response.status_code == 403
    assert "La tua risposta non è arrivata" in response.content.decode()
    assert URL.replace("&", "&amp;") in response.content.decode()
    assert not Tally.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("headers", REFUSED)
def test_a_report_from_elsewhere_is_refused(browser, headers):
    assert browser.post("/it/rapporto/cie-inps/pc-check/?road=reader", headers=headers).status_code == 403


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_refused(browser, method):
    response = getattr(browser, method)(URL, headers={"sec-fetch-site": "same-origin"})
    assert response.status_code == 405
