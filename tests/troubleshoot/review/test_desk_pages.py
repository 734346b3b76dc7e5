"""Filters, one answer to many, calls, the staff, and the mails that tell of new and overdue requests."""

import csv
from datetime import timedelta
from io import StringIO
from itertools import pairwise

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.troubleshoot.review.test_acts import signed_in
from tests.troubleshoot.review.test_ticket_pages import page_of, wait_and_send
from tests.troubleshoot.tickets.sending import ANNA, confirm, deliver, send, soup
from troubleshoot.accounts.models import Role, User
from troubleshoot.review.models import Pace, SavedFilter, Wishes, Writing
from troubleshoot.review.telling import tell
from troubleshoot.tickets import desk, services
from troubleshoot.tickets.models import Ticket
from troubleshoot.tickets.states import Others, State

pytestmark = pytest.mark.django_db
LIST = "/it/redazione/richieste/"


def listed(staff: Client, query: str = "") -> list[str]:
    return [row.get_text() for row in soup(staff.get(f"{LIST}{query}")).select(".row-what a strong")]


def test_each_view_shows_what_it_says(staff, reviewer, mailoutbox):
    new, late, waits, others, done = (send(Client(), email=f"a{number}@comune.example") for number in range(5))
    Ticket.objects.filter(pk=late.pk).update(due_at=timezone.now() - timedelta(hours=1))
    desk.answer(waits, "Ecco.", desk.Hand(reviewer))
    desk.wait_for(others, Others.IT, timezone.now() - timedelta(minutes=1), "", desk.Hand(reviewer))
    services.close_as_solved(done)
    desk.assign(new, reviewer, desk.Hand(reviewer))
    expected = {
        "": [late, new],
        "?stato=in-ritardo": [late],
        "?stato=promemoria": [others],
        "?stato=in-attesa": [waits],
        "?stato=in-attesa-di-altri": [others],
        "?stato=aperte": [others, waits, late, new],
        "?stato=chiuse": [done],
        "?stato=tutte": [done, others, waits, late, new],
        "?di=me": [new],
        "?di=nessuno": [late],
        f"?di={reviewer.pk}": [new],
        "?argomento=training": [],
        "?stato=tutte&argomento=access": [done, others, waits, late, new],
        "?ente=comune.example": [late, new],
        "?q=prova&stato=in-ritardo": [late],
        "?stato=x&argomento=y&di=z": [late, new],
    }
    for query, tickets in expected.items():
        assert listed(staff, query) == [ticket.reference for ticket in tickets], query
    assert listed(staff, "?stato=non-confermate") == [t.reference for t in (others, waits, late, new)]


def test_a_filter_is_kept_and_shared(staff):
    staff.post("/it/redazione/filtri/", {"query": "stato=in-ritardo&di=me", "name": "Le mie in ritardo", "shared": "1"})
    staff.post("/it/redazione/filtri/", {"query": "argomento=training&x=%3Cscript%3E", "name": "Corsi"})
    ugo = signed_in(Role.REVIEWER)
    page = soup(ugo.get(LIST)).select_one(".saved").get_text()
    assert "Le mie in ritardo" in page
    assert "Corsi" not in page
    assert SavedFilter.objects.get(name="Corsi").query == "argomento=training"
    ugo.post(f"/it/redazione/filtri/{SavedFilter.objects.get(name='Le mie in ritardo').pk}/togli/")
    assert SavedFilter.objects.count() == 2  # only her own go
    assert (
        "Dai un nome" in staff.post("/it/redazione/filtri/", {"query": "", "name": " "}, follow=True).content.decode()
    )


def test_the_mail_to_confirm_is_sent_again(staff, mailoutbox):
    ticket = send(Client())
    deliver(mailoutbox)
    for _ in range(5):
        said = staff.post(f"{page_of(ticket.reference)}conferma/", follow=True)
    assert len(deliver(mailoutbox)) == 3
    assert "già partiti tre" in said.content.decode()


def test_the_line_says_what_decides(staff, mailoutbox):
    anna = Client()
    path = "/it/scrivi/imi/?where=second-factor&tries-second=none&phone=lost&argomento=access"
    send(anna, path)
    text = soup(staff.get(LIST)).select_one(".row .deciding").get_text(" ", strip=True)
    assert "Secondo fattore: No: perso, rotto o rubato" in text
    other = Client()
    send(other, "/it/scrivi/imi/?argomento=imi-reset", imi_email="capo@comune.example")
    confirm(other, mailoutbox)
    assert "non quella indicata come registrata" in soup(staff.get(LIST)).get_text(" ")


# One answer to many.


def test_one_answer_to_twenty_requests_of_an_outage(staff, mailoutbox):
    outage = [
        send(Client(), "/it/scrivi/imi/?argomento=outage", email=f"u{number}@ente{number}.example")
        for number in range(19)
    ]
    outage.append(send(Client(), "/en/scrivi/imi/?argomento=outage", email="u@england.example"))
    deliver(mailoutbox)
    sent = len(mailoutbox)
    query = "&".join(f"r={ticket.reference}" for ticket in outage)
    page = soup(staff.get(f"{LIST}insieme/?{query}"))
    data = {field["name"]: field["value"] for field in page.select("main form input[type=hidden]")}
    data |= {"r": [ticket.reference for ticket in outage], "then": "solved"}
    services.add_fact(outage[3], "Adesso va, grazie!")  # this one must be read first
    answer = staff.post(f"{LIST}insieme/", {**data, "text_it": "Risolto.", "text_en": "Solved."}, follow=True)
    text = answer.content.decode()
    assert "Partono 19 risposte" in text
    assert outage[3].reference in text
    assert Writing.objects.filter(send_at__isnull=False).count() == 19
    wait_and_send()
    deliver(mailoutbox)
    assert len(mailoutbox) - sent == 19
    assert sum("Solved." in mail.body for mail in mailoutbox[sent:]) == 1
    states = Ticket.objects.exclude(pk=outage[3].pk).values_list("state", flat=True)
    assert set(states) == {State.SOLVED}


def test_all_of_them_can_be_called_back(staff, mailoutbox):
    tickets = [send(Client(), email=f"u{number}@ente.example") for number in range(3)]
    page = soup(staff.get(f"{LIST}insieme/?" + "&".join(f"r={ticket.reference}" for ticket in tickets)))
    data = {field["name"]: field["value"] for field in page.select("main form input[type=hidden]")}
    data |= {"r": [ticket.reference for ticket in tickets], "then": "waits", "text_it": "Risolto."}
    said = soup(staff.post(f"{LIST}insieme/", data, follow=True))
    staff.post(said.select_one("form[action*='annulla']")["action"])
    wait_and_send()
    assert not any(ticket.history.filter(kind="answer").exists() for ticket in tickets)
    assert Writing.objects.filter(send_at=None).count() == 3


@pytest.mark.parametrize("query", ["", "?r=", "?r=AF-ACDE-FGH3", "?r=%00&r=x"])
def test_nothing_picked_is_said(staff, query):
    assert "Prima seleziona" in staff.get(f"{LIST}insieme/{query}", follow=True).content.decode()


# A call.


def test_a_call_is_written_down(staff, reviewer, mailoutbox):
    assert "Di che cosa parla" in staff.get(f"{LIST}nuova/").content.decode()
    path = f"{LIST}nuova/?argomento=access"
    token = soup(staff.get(path)).select_one("input[name=token]")["value"]
    refused = staff.post(path, {"token": token, "name": "Anna"})
    assert refused.status_code == 422
    data = {**ANNA, "token": token, "language": "en"}
    for _ in range(2):
        taken = staff.post(path, data)
    ticket = Ticket.objects.get()
    assert taken["Location"].endswith(f"{ticket.reference}/")
    assert (ticket.entered_by, ticket.state, ticket.language) == (reviewer, State.OPEN, "en")
    assert "Confirm" in mailoutbox[-1].subject if deliver(mailoutbox) else False
    assert "Scritta al telefono da Rosa" in staff.get(page_of(ticket.reference)).content.decode()
    token = soup(staff.get(path)).select_one("input[name=token]")["value"]
    covered = staff.post(path, {**data, "token": token, "request": "PIN 48151623"})
    assert covered.status_code == 422
    assert "48151623" not in soup(covered).select_one(".doubts").get_text()


# CSV.


def table(answer) -> list[list[str]]:
    text = b"".join(answer.streaming_content).decode()
    assert text.startswith("\ufeff")
    return list(csv.reader(StringIO(text[1:]), delimiter=";"))


def test_the_filtered_list_as_a_table(staff):
    ticket = send(Client(), authority='=HYPERLINK("http://evil.example")')
    send(Client(), "/it/scrivi/imi/?argomento=training")
    rows = table(staff.get(f"{LIST}csv/?argomento=access"))
    assert len(rows) == 2
    assert rows[1][0] == ticket.reference
    assert rows[1][7].startswith("'=")
    assert not any(ANNA["email"] in cell or ANNA["name"] in cell for row in rows for cell in row)


# The staff.


def test_a_coordinator_manages_the_staff(staff, reviewer):
    made = staff.post("/it/redazione/persone/", {"name": "Ugo", "email": "ugo@nimic.example", "role": "reader"})
    assert "mostrato solo ora" in made.content.decode()
    ugo = User.objects.get(email="ugo@nimic.example")
    password = soup(made).select("code")[0].get_text()
    assert ugo.check_password(password)
    client = Client()
    client.force_login(ugo)
    assert client.get(LIST).status_code == 200
    staff.post(f"/it/redazione/persone/{ugo.pk}/", {"what": "reviewer"})
    ugo.refresh_from_db()
    assert ugo.may_review
    staff.post(f"/it/redazione/persone/{ugo.pk}/", {"what": "out"})
    assert client.get(LIST).status_code == 302  # his session ended at once
    said = staff.post(f"/it/redazione/persone/{reviewer.pk}/", {"what": "reader"}, follow=True).content.decode()
    assert "ultimo coordinatore" in said
    assert (
        "già"
        in staff.post("/it/redazione/persone/", {"name": "U", "email": ugo.email, "role": "reader"}).content.decode()
    )


# Mails to reviewers.


@pytest.mark.parametrize(("pace", "mails"), [("at-once", 2), ("hourly", 1), ("never", 0)])
def test_each_hears_at_his_own_pace(reviewer, mailoutbox, pace, mails):
    with time_machine.travel("2026-11-25 10:00+01:00", tick=False) as clock:
        Wishes.objects.create(user=reviewer, pace=pace, told_until=timezone.now() - timedelta(minutes=1))
        for _ in range(2):
            send(Client())
            clock.shift(timedelta(minutes=31))
            tell()
            tell()
        deliver(mailoutbox)
    told = [mail for mail in mailoutbox if mail.to == [reviewer.email]]
    assert len(told) == mails
    assert not any(ANNA["name"] in mail.body or ANNA["email"] in mail.body for mail in told)


def test_once_a_day_when_the_office_opens(reviewer, mailoutbox):
    with time_machine.travel("2026-11-27 16:00+01:00", tick=False) as clock:
        Wishes.objects.create(user=reviewer, pace=Pace.DAILY, told_until=timezone.now() - timedelta(minutes=1))
        ticket = send(Client())
        for moment in ("2026-11-27 22:00+01:00", "2026-11-29 12:00+01:00", "2026-11-30 08:50+01:00"):
            clock.move_to(moment)
            assert tell() == 0
        clock.move_to("2026-11-30 09:05+01:00")
        assert tell() == 1
        deliver(mailoutbox)
    assert ticket.reference in mailoutbox[-1].body
    assert "/redazione/richieste/" in mailoutbox[-1].body


def test_what_becomes_overdue_is_told_once_to_whom_it_concerns(reviewer, mailoutbox):
    with time_machine.travel("2026-11-25 10:00+01:00", tick=False) as clock:
        ugo = User.objects.create_user("ugo@nimic.example", "x" * 16)
        mine, his = send(Client()), send(Client(), email="b@comune.example")
        desk.assign(mine, reviewer, desk.Hand(reviewer))
        desk.assign(his, ugo, desk.Hand(reviewer))
        Wishes.objects.create(user=reviewer, pace=Pace.AT_ONCE, only_mine=True, told_until=timezone.now())
        clock.move_to("2026-11-27 10:30+01:00")
        assert [tell(), tell()] == [1, 0]
        deliver(mailoutbox)
    assert mine.reference in mailoutbox[-1].body
    assert his.reference not in mailoutbox[-1].body


def test_his_wishes_are_kept(staff, reviewer):
    page = soup(staff.get("/it/redazione/mia/"))
    assert page.select_one("#id_shortcuts").has_attr("checked")
    staff.post("/it/redazione/mia/", {"pace": "at-once", "language": "en"})
    reviewer.refresh_from_db()
    assert not reviewer.uses_shortcuts
    assert reviewer.wishes.told_until is not None
    assert not soup(staff.get(LIST)).select("#desk[data-shortcuts]")
    assert staff.get("/it/redazione/tasti/").status_code == 200


def test_next_goes_through_the_list_and_does_not_turn_in_a_circle(staff, reviewer):
    tickets = [send(Client(), email=f"a{number}@comune.example") for number in range(4)]
    for query, order in (("", tickets), ("?stato=tutte&argomento=access", tickets[::-1]), ("?q=prova", tickets[::-1])):
        staff.get(f"{LIST}{query}")
        for here, there in pairwise(order):
            assert staff.get(f"{page_of(here.reference)}prossima/")["Location"] == page_of(there.reference)
        last = staff.get(f"{page_of(order[-1].reference)}prossima/")["Location"]
        assert last.startswith(LIST)
        assert "AF-" not in last
    desk.answer(tickets[2], "Ecco.", desk.Hand(reviewer))  # no longer to do: on with the first that is
    staff.get(LIST)
    assert staff.get(f"{page_of(tickets[2].reference)}prossima/")["Location"] == page_of(tickets[0].reference)
    staff.cookies["desk-list"] = "stato=%00&q=" + "x" * 5_000
    assert staff.get(f"{page_of(tickets[0].reference)}prossima/").status_code == 302


def test_looking_at_the_list_writes_nothing(staff):
    send(Client())
    with CaptureQueriesContext(connection) as asked:
        staff.get(f"{LIST}?stato=tutte&q=prova")
    assert not [query["sql"] for query in asked if query["sql"].split()[0] in ("INSERT", "UPDATE", "DELETE")]


def test_words_typed_above_the_list_look_among_all_and_can_be_narrowed(staff):
    ticket = send(Client())
    services.close_as_solved(ticket)
    form = soup(staff.get(LIST)).select_one("form.filter")
    chosen = form.select_one("#stato option[selected]")["value"]
    found = soup(staff.get(LIST, {"q": ticket.reference.lower(), "stato": chosen}))
    assert found.select_one(".row-what a strong").get_text() == ticket.reference
    assert found.select_one("#stato option[selected]")["value"] == "tutte"
    narrow = found.select_one("#stato option")["value"]
    assert not soup(staff.get(LIST, {"q": ticket.reference, "stato": narrow})).select(".row")
