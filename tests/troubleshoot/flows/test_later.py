"""Answers that wait in the address until their question is reached."""

from urllib.parse import urlsplit

import pytest

pytestmark = pytest.mark.usefixtures("without_database")

START = "/it/guida/imi/?where=second-factor&poi=which-method.app-qr_phone.usual_qr-does.invalid"


def follow(client, url: str):
    """The page, with the address where it stands."""
    answer = client.get(url, follow=True)
    last = answer.redirect_chain[-1][0] if answer.redirect_chain else url
    return answer, urlsplit(last)


def test_they_wait_behind_a_question_that_she_must_answer_herself(client):
    answer, where = follow(client, START)
    assert answer.status_code == 200
    assert where.path == "/it/guida/imi/tries-second/"
    assert where.query == "poi=phone.usual_qr-does.invalid_which-method.app-qr&where=second-factor"
    assert "poi=phone.usual_qr-does.invalid_which-method.app-qr" in answer.content.decode()


def test_they_are_given_once_their_question_is_reached(client):
    _answer, where = follow(client, START + "&tries-second=none")
    assert where.path == "/it/guida/imi/scan-with-app/"
    assert where.query == "phone=usual&qr-does=invalid&tries-second=none&where=second-factor&which-method=app-qr"


def test_her_answer_leads_on_past_what_is_given(client):
    """The address behind an answer names the next step, which may be answered already."""
    _answer, where = follow(client, START)
    _answer, where = follow(client, "/it/guida/imi/phone/?tries-second=none&" + where.query)
    assert where.path == "/it/guida/imi/scan-with-app/"


def test_she_can_change_what_was_given(client):
    """The answered question stands as any other in the trail, and another answer leads elsewhere."""
    given = "phone=usual&tries-second=none&where=second-factor"
    answer, where = follow(client, f"/it/guida/imi/phone/?{given}")
    assert (where.path, where.query) == ("/it/guida/imi/phone/", given)
    assert 'aria-current="true"' in answer.content.decode()
    assert "phone=never" in answer.content.decode()


def test_her_own_answer_goes_before_one_that_waits(client):
    _answer, where = follow(client, "/it/guida/imi/?where=second-factor&tries-second=none&phone=never&poi=phone.usual")
    assert where.path == "/it/guida/imi/confirm-with/"
    assert where.query == "phone=never&tries-second=none&where=second-factor"


@pytest.mark.parametrize(
    "said",
    [
        "tries-second.none",  # how often it was tried before only she can say
        "scan-with-app.no",  # what a remedy did, too
        "phone.nonsense",
        "ghost.usual",
        "phone",
        "phone.usual_phone.never",
        "",
        "phone.usual_",
        "<script>",
    ],
)
def test_what_may_not_wait_is_dropped(client, said):
    _answer, where = follow(client, f"/it/guida/imi/tries-second/?where=second-factor&poi={said}")
    assert where.path == "/it/guida/imi/tries-second/"
    assert where.query == "where=second-factor"


def test_they_are_dropped_once_a_remedy_has_worked_or_the_pc_was_checked(client):
    """What she wrote before may no longer hold: where does it stop *now*?"""
    waiting = "poi=reader-does.seen_where-stops.pin&road=reader"
    for said in ("pc-check=cannot&reader-kind=unknown", "pc-check=reader.none&plug-in-reader=yes"):
        _answer, where = follow(client, f"/it/guida/cie-inps/?{said}&{waiting}")
        assert ("where-stops" in where.query) == ("plug-in-reader" not in said)
        assert "poi" not in where.query


def test_nothing_waits_behind_which_something_is_lost(client):
    _answer, where = follow(client, "/it/guida/imi/?poi=nimic-said-delete.yes&where=second-factor")
    assert "poi" not in where.query


def test_the_way_back_to_the_first_page_forgets_them(client):
    answer, _where = follow(client, START)
    assert '<p class="kicker"><a href="/it/guida/imi/where/">' in answer.content.decode()


def test_they_are_in_every_address_of_the_page(client):
    """Writing, printing and the other language keep what she has said."""
    answer, _where = follow(client, START)
    html = answer.content.decode()
    for path in ("/it/scrivi/imi/", "/en/guida/imi/tries-second/", "/it/stampa/imi/tries-second/"):
        assert f'href="{path}?poi=phone.usual_qr-does.invalid_which-method.app-qr' in html
