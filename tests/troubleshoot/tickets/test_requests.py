"""Sending, links, what is added later, closing and opening again."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.db.utils import DatabaseError
from django.test import Client
from django.utils import timezone, translation

from tests.troubleshoot.tickets.sending import (
    ANNA,
    FORM,
    add,
    begin,
    confirm,
    deliver,
    draft_url,
    picture,
    post,
    send,
    soup,
    token_of,
    upload,
    waiting,
)
from troubleshoot.core.typed import CLEAR
from troubleshoot.mail.models import OutgoingMail
from troubleshoot.tickets import desk, picture_store, services
from troubleshoot.tickets.jobs import mail_wished_links
from troubleshoot.tickets.models import Draft, Entry, Link, LinkWish, Picture, Ticket
from troubleshoot.tickets.states import State

pytestmark = pytest.mark.django_db


def kinds(ticket: Ticket) -> list[str]:
    return list(ticket.history.values_list("kind", flat=True))


def new_link(client, mailbox, reference: str, email: str) -> list[str]:
    """Ask for a new link on the page, let the worker do its part; the links that came."""
    assert post(client, "/it/richiesta/link/", {"reference": reference, "email": email}).status_code == 200
    mail_wished_links()
    return deliver(mailbox)


def test_sent_twice_it_is_one_request_with_one_mail(client):
    draft = draft_url(begin(client))
    for _ in range(3):
        assert post(client, f"{draft}invia/")["Location"] == f"{draft}inviata/"
    assert Ticket.objects.count() == 1
    assert waiting() == 1
    assert kinds(Ticket.objects.get()) == [Entry.Kind.SENT]


def test_what_is_sent_is_what_was_shown(client):
    ticket = send(client, pictures=(picture(),), colleagues="no")
    sheet = ticket.facts
    assert dict(sheet.facts) | ANNA == dict(sheet.facts)
    assert sheet.pictures == ticket.pictures.count() == 1
    assert "Immagini dello schermo" not in str(sheet.gaps)
    assert ticket.draft.sheet == {}


def test_the_reference_is_clear_to_read(client):
    signs = send(client).reference.removeprefix("AF-").replace("-", "")
    assert len(signs) == 8
    assert set(signs) <= set(CLEAR)
    assert not signs.isdigit()


def test_until_it_is_confirmed_the_page_says_so(client, mailoutbox):
    ticket = send(client)
    page = client.get(f"/it/bozza/{ticket.draft.pk}/inviata/").content.decode()
    assert "non è ancora confermata" in page
    confirm(client, mailoutbox)
    assert "non è ancora confermata" not in client.get(f"/it/bozza/{ticket.draft.pk}/inviata/").content.decode()


def test_the_key_stands_in_the_mail_alone(client, mailoutbox):
    send(client)
    mail = OutgoingMail.objects.get()
    link = deliver(mailoutbox)[0]
    key = link.split("/")[-2]
    assert key not in mail.text + mail.html + Link.objects.get().key_hash
    assert key in mailoutbox[0].alternatives[0][0]
    mail.refresh_from_db()
    assert (mail.text, mail.html, mail.nonce) == ("", "", "")


def test_a_scanner_that_opens_the_link_changes_nothing(client, mailoutbox):
    ticket = send(client)
    link = deliver(mailoutbox)[0]
    for method in ("get", "head", "get"):
        answer = getattr(Client(), method)(link)
        assert answer.status_code == 200
        assert not answer.cookies
    ticket.refresh_from_db()
    assert not ticket.is_confirmed
    page = client.get(link).content.decode()
    assert ticket.reference in page
    assert not [words for words in ANNA.values() if words in page]


def test_the_button_confirms_and_leads_to_an_address_without_the_key(client, mailoutbox):
    ticket = send(client)
    link = deliver(mailoutbox)[0]
    answer = post(client, link)
    assert answer["Location"] == f"/it/richiesta/{ticket.reference}/"
    cookie = answer.cookies[f"request-{ticket.reference}"]
    assert cookie["httponly"]
    assert cookie["max-age"] == 2 * 3600
    ticket.refresh_from_db()
    assert ticket.confirmed_email == ANNA["email"]
    page = client.get(answer["Location"]).content.decode()
    assert ANNA["request"] in page
    post(client, link)  # once more: nothing more is confirmed
    assert kinds(ticket) == [Entry.Kind.SENT, Entry.Kind.CONFIRMED]


def test_a_link_opens_its_own_request_alone(client, mailoutbox):
    send(client)
    confirm(client, mailoutbox)
    other = send(Client(), email="bea@provincia.example")
    answer = client.get(f"/it/richiesta/{other.reference}/")
    assert answer.status_code == 403
    assert "bea@" not in answer.content.decode()
    mine = next(name for name in client.cookies if name.startswith("request-"))
    client.cookies[f"request-{other.reference}"] = client.cookies[mine].value
    assert client.get(f"/it/richiesta/{other.reference}/").status_code == 403
    for path in ("aggiungi/", "risolta/", "riapri/", "esci/", "disdici-link/"):
        assert post(client, f"/it/richiesta/{other.reference}/{path}", {"text": "x"}).status_code == 403


@pytest.mark.parametrize("key", ["x" * 43, "x", "a" * 5_000, "%00", "..%2f..%2f", "🙂"])
def test_a_guessed_link_opens_nothing(client, key):
    for answer in (client.get(f"/it/richiesta/apri/{key}/"), post(client, f"/it/richiesta/apri/{key}/")):
        assert answer.status_code == 404
        assert "/it/richiesta/link/" in answer.content.decode() or "<h1" in answer.content.decode()


def test_an_expired_link_opens_nothing_and_offers_a_new_one(client, mailoutbox, settings):
    send(client)
    link = deliver(mailoutbox)[0]
    with time_machine.travel(timezone.now() + timedelta(days=settings.LINK_DAYS, minutes=1)):
        answer = post(client, link)
        assert answer.status_code == 410
        assert "/it/richiesta/link/" in answer.content.decode()


def test_a_cookie_ends_with_its_hours_and_with_its_link(client, mailoutbox):
    ticket = send(client)
    path = confirm(client, mailoutbox)
    assert client.get(path).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(hours=2, minutes=1)):
        assert client.get(path).status_code == 403
    services.revoke_links(ticket)
    assert client.get(path).status_code == 403


def test_a_link_that_was_ended_while_it_was_open_confirms_nothing(client, mailoutbox):
    ticket = send(client, email="ana@comune.example")
    link = services.find_link(deliver(mailoutbox)[0].split("/")[-2])
    services.correct_address(ticket, ANNA["email"])
    assert services.confirm(link) is None
    ticket.refresh_from_db()
    assert not ticket.is_confirmed


def test_a_picture_that_arrives_after_sending_is_said_to_be_late(client):
    draft = Draft.objects.get(pk=draft_url(begin(client)).split("/")[3])
    services.send(draft.pk, language="it", network="192.0.2.1")
    with pytest.raises(picture_store.NotKeptError) as caught:
        picture_store.keep(draft, picture(), network="192.0.2.1")
    assert caught.value.reason is picture_store.NotKept.SENT_ALREADY
    assert Picture.objects.count() == 0


def test_ending_all_links_ends_them(client, mailoutbox):
    ticket = send(client)
    link = deliver(mailoutbox)[0]
    path = post(client, link)["Location"]
    assert post(client, f"{path}disdici-link/").status_code == 302
    assert client.get(link).status_code == 410
    assert client.get(path).status_code == 403
    assert len(new_link(client, mailoutbox, ticket.reference, ANNA["email"])) == 1


def test_leaving_closes_it_on_this_computer(client, mailoutbox):
    send(client)
    path = confirm(client, mailoutbox)
    post(client, f"{path}esci/")
    assert client.get(path).status_code == 403


def test_a_new_link_goes_to_the_mailbox_and_the_former_ones_stay_good(client, mailoutbox):
    ticket = send(client)
    first = deliver(mailoutbox)[0]
    typed = ticket.reference.lower().replace("-", " ")
    links = new_link(client, mailoutbox, typed, ANNA["email"].upper())
    assert len(links) == 1
    assert post(client, links[0]).status_code == 302
    assert post(client, first).status_code == 302  # a stranger who asks shuts nobody out


def test_new_links_are_three_a_day(client, mailoutbox):
    ticket = send(client)
    deliver(mailoutbox)
    with time_machine.travel("2026-11-25 22:00+00:00", tick=False) as clock:
        came = [len(new_link(client, mailoutbox, ticket.reference, ANNA["email"])) for _ in range(5)]
        assert came == [1, 1, 1, 0, 0]
        clock.shift(timedelta(hours=1))
        assert not new_link(client, mailoutbox, ticket.reference, ANNA["email"])
        clock.shift(timedelta(hours=2))
        assert new_link(client, mailoutbox, ticket.reference, ANNA["email"])


def test_whether_there_is_such_a_request_is_never_told(client, mailoutbox):
    ticket = send(client)
    deliver(mailoutbox)
    answers = [
        post(client, "/it/richiesta/link/", {"reference": reference, "email": email})
        for reference, email in (
            (ticket.reference, ANNA["email"]),
            (ticket.reference, "mallory@evil.example"),
            ("AF-ACDE-FGH3", ANNA["email"]),
            ("AF-ACDE-FGH3", "mallory@evil.example"),
        )
    ]
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert LinkWish.objects.count() == 4
    mail_wished_links()
    assert len(deliver(mailoutbox)) == 1
    assert mailoutbox[-1].recipients() == [ANNA["email"]]
    assert LinkWish.objects.count() == 0


def test_asking_costs_the_same_whether_there_is_such_a_request_or_not(client, django_assert_num_queries):
    ticket = send(client)
    for reference in (ticket.reference, "AF-ACDE-FGH3"):
        post(client, "/it/richiesta/link/", {"reference": reference, "email": ANNA["email"]})  # the hour's first count
        with django_assert_num_queries(3):
            post(client, "/it/richiesta/link/", {"reference": reference, "email": ANNA["email"]})


@pytest.mark.parametrize(
    ("typed", "words"),
    [("12345678", "PIN"), ("n00a1b2c", "codice utente"), ("ABCD-EFGH", "controllo del PC"), ("x@y.example", "e-mail")],
)
def test_a_reference_field_says_what_was_typed_instead(client, typed, words):
    answer = post(client, "/it/richiesta/link/", {"reference": typed, "email": ANNA["email"]})
    assert answer.status_code == 422
    assert words in soup(answer).select_one("#id_reference_error").get_text()


def test_a_mistyped_address_is_corrected_before_anybody_confirmed_it(client, mailoutbox):
    ticket = send(client, email="ana@comune.example")
    wrong = deliver(mailoutbox)[0]
    post(client, f"/it/bozza/{ticket.draft.pk}/inviata/", {"email": ANNA["email"]})
    assert client.get(wrong).status_code == 410
    confirm(client, mailoutbox)
    assert mailoutbox[-1].recipients() == [ANNA["email"]]
    ticket.refresh_from_db()
    assert ticket.confirmed_email == ticket.email == ticket.facts.facts["email"] == ANNA["email"]
    post(client, f"/it/bozza/{ticket.draft.pk}/inviata/", {"email": "mallory@evil.example"})
    ticket.refresh_from_db()
    assert ticket.email == ANNA["email"]  # once it is confirmed it stays


def test_facts_are_added_with_pictures_and_secrets_are_covered(client, mailoutbox):
    ticket = send(client)
    path = confirm(client, mailoutbox)
    from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: PLC0415

    file = SimpleUploadedFile("a.png", picture("blue"))
    answer = add(client, path, {"text": "Ora dice PUK 12345678", "pictures": file})
    assert answer.status_code == 422
    page = soup(answer)
    assert page.select(".pictures img[alt='Immagine 1']")  # the picture has arrived and waits
    seen = page.select_one("[name=seen]")["value"]
    assert add(client, path, {"text": "Ora dice PUK 12345678", "seen": seen}).status_code == 302
    entry = ticket.history.last()
    assert (entry.kind, entry.text) == (Entry.Kind.FACT, "Ora dice PUK ••••••••")
    assert entry.pictures.count() == 1
    assert client.get(f"{path}immagini/{entry.pictures.get().pk}/")["Content-Type"] == "image/png"


def test_a_picture_alone_can_be_added_and_nothing_cannot(client, mailoutbox):
    from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: PLC0415

    ticket = send(client)
    path = confirm(client, mailoutbox)
    assert add(client, path, {"text": ""}).status_code == 422
    files = {"pictures": SimpleUploadedFile("a.png", picture())}
    assert add(client, path, {"text": "", **files}).status_code == 302
    assert ticket.history.last().pictures.count() == 1


def test_a_waiting_picture_can_be_taken_out_a_sent_one_cannot(client, mailoutbox):
    from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: PLC0415

    ticket = send(client, pictures=(picture(),))
    path = confirm(client, mailoutbox)
    sent = ticket.pictures.get()
    add(client, path, {"text": "PIN 12345678", "pictures": SimpleUploadedFile("a", picture("blue"))})
    waits = ticket.pictures.exclude(pk=sent.pk).get()
    for pk in (sent.pk, waits.pk):
        post(client, f"{path}immagini/{pk}/togli/")
    assert list(ticket.pictures.all()) == [sent]


def test_solved_then_opened_again_then_too_late(client, mailoutbox, settings):
    ticket = send(client)
    path = confirm(client, mailoutbox)
    post(client, f"{path}risolta/")
    post(client, f"{path}risolta/")
    ticket.refresh_from_db()
    assert ticket.state == State.SOLVED
    post(client, f"{path}riapri/")
    ticket.refresh_from_db()
    assert ticket.state == State.OPEN
    post(client, f"{path}risolta/")
    assert add(client, path, {"text": "Di nuovo fuori"}).status_code == 302
    assert kinds(ticket)[2:] == ["solved", "reopened", "solved", "reopened", "fact"]
    post(client, f"{path}risolta/")
    ticket.refresh_from_db()
    token = token_of(client, path)
    later = ticket.solved_at + timedelta(days=settings.REOPEN_DAYS, minutes=1)
    Ticket.objects.filter(pk=ticket.pk).update(solved_at=ticket.solved_at - (later - ticket.solved_at))
    post(client, f"{path}riapri/")
    answer = post(client, f"{path}aggiungi/", {"text": "Troppo tardi", "token": token})
    assert answer.status_code == 422
    assert "Troppo tardi" not in str(list(ticket.history.values()))
    ticket.refresh_from_db()
    assert ticket.state == State.SOLVED


def test_the_sheet_as_plain_text(client, mailoutbox):
    ticket = send(client)
    answer = client.get(confirm(client, mailoutbox) + "testo/")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.content.decode().startswith(f"{ticket.reference}\n")
    assert f"- Nome e cognome: {ANNA['name']}" in answer.content.decode()


def test_a_reviewer_answers_before_it_is_confirmed(client, mailoutbox, reviewer):
    ticket = send(client)
    desk.answer(ticket, "Ecco come si fa: https://example.eu/a?b=1&c=2", desk.Hand(reviewer))
    links = deliver(mailoutbox)
    assert len(links) == 2
    answer = mailoutbox[-1]
    assert "Ecco come si fa" in answer.body
    assert ANNA["request"] not in answer.body  # answer and link, no fact sheet
    assert "https://example.eu/a?b=1&amp;c=2" in answer.alternatives[0][0]
    post(client, links[-1])
    ticket.refresh_from_db()
    assert ticket.is_confirmed
    assert ticket.state == State.WAITING


def test_history_cannot_be_changed(client, reviewer):
    ticket = send(client)
    entry = desk.answer(ticket, "Prima", desk.Hand(reviewer))
    for change in (
        lambda: Entry.objects.filter(pk=entry.pk).update(text="Dopo"),
        lambda: Entry(pk=entry.pk, ticket=ticket, kind="answer", text="Dopo", created_at=timezone.now()).save(),
    ):
        with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic():
            change()
    entry.refresh_from_db()
    assert entry.text == "Prima"


def test_three_hundred_requests_from_one_network_are_all_taken(
    client, mailoutbox, settings, django_assert_max_num_queries
):
    settings.REQUESTS_AN_HOUR = 60
    token = soup(client.get(FORM)).select_one("input[name=token]")["value"]
    now = timezone.now().replace(minute=0)
    with time_machine.travel(now, tick=False):
        for number in range(300):
            draft = services.begin(
                token=f"{token[:10]}{number}", path=FORM, sheet=_sheet(f"anna{number}@comune.example")
            )
            services.send(draft.pk, language="it", network="192.0.2.1")
    assert Ticket.objects.count() == 300
    assert Ticket.objects.filter(is_held=True).count() == 240
    with time_machine.travel(now + timedelta(seconds=1), tick=False):
        assert len(deliver(mailoutbox)) == 60
    with time_machine.travel(now + timedelta(hours=1, seconds=1), tick=False):
        assert len(deliver(mailoutbox)) == 60  # a mail a minute
    with time_machine.travel(now + timedelta(hours=5), tick=False):
        assert len(deliver(mailoutbox)) == 180
    assert waiting() == 0


def _sheet(email: str):
    from dataclasses import replace  # noqa: PLC0415

    from troubleshoot.flows.model import Topic  # noqa: PLC0415
    from troubleshoot.tickets.sheet import FactSheet  # noqa: PLC0415

    sheet = FactSheet(flow="imi", flow_title="IMI", version="1", stopped_at="")
    return replace(sheet.with_facts({**ANNA, "email": email}, Topic.ACCESS))


def test_one_mailbox_is_not_flooded(client, mailoutbox, settings):
    for _ in range(settings.UNCONFIRMED_MAILS_A_DAY + 3):
        ticket = send(client, email="vittima@comune.example")
    assert len(deliver(mailoutbox)) == settings.UNCONFIRMED_MAILS_A_DAY
    page = client.get(f"/it/bozza/{ticket.draft.pk}/inviata/").content.decode()
    assert "parte in ritardo" in page
    with time_machine.travel(timezone.now() + timedelta(days=1, minutes=1)):
        assert len(deliver(mailoutbox)) == 1  # however many were sent: a new link can be asked for each


def test_pictures_of_a_draft(client):
    draft = draft_url(begin(client))
    assert upload(client, draft, picture("red"), picture("blue", "JPEG"), picture("green", "WEBP")).status_code == 302
    assert upload(client, draft, picture("red")).status_code == 302  # the same once more is kept once
    page = soup(client.get(f"{draft}immagini/"))
    images = [image["src"] for image in page.select(".pictures img")]
    assert len(images) == 3
    types = [client.get(image)["Content-Type"] for image in images]
    assert types == ["image/png", "image/jpeg", "image/webp"]
    assert Client().get(images[0]).status_code == 404
    post(client, f"{images[0]}togli/")
    assert len(soup(client.get(draft)).select(".pictures img")) == 2


def test_a_picture_is_served_as_a_picture_and_nothing_else(client):
    draft = draft_url(begin(client))
    upload(client, draft, picture())
    answer = client.get(f"{draft}immagini/{Picture.objects.get().pk}/")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "no-store" in answer["Cache-Control"]


def test_two_hundred_files_are_five_and_said(client):
    draft = draft_url(begin(client))
    answer = upload(client, draft, *(picture(size=(10 + number, 10)) for number in range(200)))
    assert answer.status_code == 422
    assert "cinque immagini" in soup(answer).select_one(".error-box").get_text()
    assert Picture.objects.count() == 5


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<html><script>alert(1)</script></html>", "PNG, JPEG o WebP"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "PNG, JPEG o WebP"),
        (picture()[:-40], "rovinata"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 7_500_000, "7 MB"),
    ],
)
def test_a_bad_file_says_why_and_keeps_the_good_ones(client, content, words):
    draft = draft_url(begin(client))
    answer = upload(client, draft, picture("red"), content)
    assert answer.status_code == 422
    page = soup(answer)
    assert words in page.select_one(".error-box").get_text()
    assert len(page.select(".pictures img")) == 1


def test_a_picture_is_cut_without_script(client):
    draft = draft_url(begin(client))
    upload(client, draft, picture(size=(200, 100)))
    pk = Picture.objects.get().pk
    cut = {"top": "50", "bottom": "0", "left": "25", "right": "25"}
    assert post(client, f"{draft}immagini/{pk}/taglia/", cut).status_code == 302
    kept = Picture.objects.get()
    assert (kept.width, kept.height) == (100, 50)
    assert post(client, f"{draft}immagini/{pk}/taglia/", cut | {"top": "60", "bottom": "60"}).status_code == 422
    assert post(client, f"{draft}immagini/{pk}/taglia/", cut | {"top": "x"}).status_code == 422


def test_over_the_cap_the_request_is_taken_and_the_page_says_which_pictures_were_not(client, settings):
    settings.UNCONFIRMED_PICTURES_MAX_BYTES = len(picture()) + 50
    draft = draft_url(begin(client))
    answer = upload(client, draft, picture("red"), picture("blue"))
    assert "non c'è posto" in soup(answer).select_one(".error-box").get_text()
    post(client, f"{draft}invia/")
    assert Ticket.objects.get().pictures.count() == 1


def test_too_many_pictures_from_one_network_are_held_back(client, settings):
    settings.PICTURES_AN_HOUR = 1
    draft = draft_url(begin(client))
    answer = upload(client, draft, picture("red"), picture("blue"))
    assert "moltissime immagini" in soup(answer).select_one(".error-box").get_text()
    post(client, f"{draft}invia/")
    assert Ticket.objects.get().pictures.count() == 1


def test_whoever_writes_in_english_is_answered_in_english(client, mailoutbox, reviewer):
    ticket = send(client, "/en/scrivi/imi/?argomento=access")
    deliver(mailoutbox)
    assert mailoutbox[0].subject == f"Confirm your request {ticket.reference}"
    assert "/en/richiesta/apri/" in mailoutbox[0].body
    assert '<html lang="en">' in mailoutbox[0].alternatives[0][0]
    with translation.override("it"):
        desk.answer(ticket, "Like this.", desk.Hand(reviewer))
    deliver(mailoutbox)
    assert mailoutbox[-1].subject == f"Answer to your request {ticket.reference}"


def test_a_form_sent_twice_adds_once(client, mailoutbox):
    ticket = send(client)
    path = confirm(client, mailoutbox)
    data = {"token": token_of(client, path), "text": "Ancora fuori"}
    for _ in range(3):
        assert post(client, f"{path}aggiungi/", data).status_code == 302
    assert kinds(ticket).count(Entry.Kind.FACT) == 1


def test_an_old_form_adds_nothing_and_keeps_the_text(client, mailoutbox):
    ticket = send(client)
    path = confirm(client, mailoutbox)
    answer = post(client, f"{path}aggiungi/", {"text": "Ancora fuori"})
    assert answer.status_code == 422
    page = soup(answer)
    assert page.select_one("textarea").get_text().strip() == "Ancora fuori"
    fresh = page.select_one("[name=token]")["value"]
    assert post(client, f"{path}aggiungi/", {"text": "Ancora fuori", "token": fresh}).status_code == 302
    assert kinds(ticket).count(Entry.Kind.FACT) == 1
