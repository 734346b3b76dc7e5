"""Words folded and stemmed: the same answers on both databases, by table and by property."""

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from tests.troubleshoot.tickets.sending import add, confirm, send
from troubleshoot.accounts.models import User
from troubleshoot.finder.reading import folded
from troubleshoot.review.filters import ListFilter, rows
from troubleshoot.tickets import desk, search
from troubleshoot.tickets.models import SearchWord

#: What stands in a request, what is looked for, and whether it is found.
FOUND = [
    ("L'autenticazione è bloccata", "bloccato", True),
    ("L'autenticazione è bloccata", "AUTENTICAZIONI", True),
    ("Perché non va?", "perche", True),
    ("Città di Forlì", "citta forli", True),
    ("The accounts are locked", "account", True),
    ("Error code E-4711", "e-4711", True),
    ("Error code E-4711", "4711", True),
    ("Scrivo da anna.prova@comune.example", "anna.prova@comune.example", True),
    ("Scrivo da anna.prova@comune.example", "ANNA.PROVA@COMUNE.EXAMPLE", True),
    ("Scrivo da anna.prova@comune.example", "anna", True),
    ("Scrivo da anna.prova@comune.example", "luca@comune.example", False),
    ("Codice n00a1b2c", "N00A1B2C", True),
    ("Codice n00a1b2c", "n00a1b2d", False),
    ("www.eulogin.europa.eu non risponde", "eulogin.europa.eu", True),  # a part of a joined word: by its own parts
    ("www.eulogin.europa.eu non risponde", "eulogin", True),
    ("La pagina resta bianca", "pagina bianca", True),
    ("La pagina resta bianca", "pagina nera", False),
    ("ﬁle Ｆｕｌｌ", "file full", True),
    ("STRASSE Straße", "strasse", True),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("said", "asked", "is_found"), FOUND)
def test_what_is_found(client, reviewer, said, asked, is_found):
    ticket = send(client, request=said)
    send(Client(), request="Tutt'altro")
    found = rows(ListFilter(view="tutte", words=asked), reviewer).tickets
    assert (ticket in found) is is_found


@pytest.mark.django_db
def test_all_that_is_known_is_found(client, reviewer, mailoutbox):
    ticket = send(client, authority="Comune di Bagnacavallo", user_id="n00a1b2c")
    path = confirm(client, mailoutbox)
    add(client, path, {"text": "Ora vedo una giraffa"})
    desk.answer(ticket, "Prova con lo zaino", desk.Hand(reviewer))
    desk.note(ticket, "Sentita la finestra", desk.Hand(reviewer))
    for asked in (
        ticket.reference,
        ticket.reference.lower().replace("-", " "),
        ticket.email,
        "n00a1b2c",
        "bagnacavallo",
        "giraffa",
        "zaini",
        "finestre",
    ):
        assert rows(ListFilter(view="tutte", words=asked), reviewer).tickets == [ticket], asked
    by_authority = ListFilter(view="tutte", authority="bagnacavallo")
    assert rows(by_authority, reviewer).tickets == [ticket]
    assert rows(ListFilter(view="tutte", authority="giraffa"), reviewer).tickets == []
    assert rows(ListFilter(view="tutte", authority="comune.example"), reviewer).tickets == [ticket]


@pytest.mark.django_db
@pytest.mark.parametrize("asked", ["???", "a", "il", "' OR 1=1 --", "%", "\\", "😀"])
def test_signs_that_say_nothing_are_said_to(staff, client, asked):
    page = staff.get("/it/redazione/richieste/", {"q": asked}).content.decode()
    assert "Nessuna" in page or "non si trova nulla" in page


@pytest.mark.django_db
def test_the_words_go_with_the_request(client, reviewer: User):
    ticket = send(client)
    assert SearchWord.objects.exists()
    ticket.delete()
    assert not SearchWord.objects.exists()


@given(st.text(max_size=300))
def test_any_text_has_words_that_fit_and_find_themselves(text):
    words = search.words_of(text)
    assert all(0 < len(word) <= search.MAX_WORD for word in words)
    assert not any("\x00" in word for word in words)
    assert set(search.asked_words(text)) <= words | {folded(text)} or search.reference_in(text)


@given(st.text(max_size=80))
def test_case_and_accents_make_no_difference(text):
    assert search.words_of(text) == search.words_of(folded(text))


@given(st.text(max_size=80), st.emails())
def test_requests_of_one_domain_belong_together(authority, email):
    key = search.authority_key(authority, email)
    assert len(key) <= 200
    if search.domain_of(email) not in search._SHARED:
        assert key == search.authority_key("altro", email)
