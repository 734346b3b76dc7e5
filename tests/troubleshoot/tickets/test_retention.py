"""What goes, and when; and what is kept about one person."""

import json
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils import timezone

from tests.troubleshoot.tickets.sending import ANNA, begin, confirm, deliver, draft_url, picture, send, upload
from troubleshoot.mail.models import IncomingMail, OutgoingMail
from troubleshoot.tickets import desk, retention, services
from troubleshoot.tickets.models import Cleaning, Draft, Entry, Link, Picture, PictureContent, Ticket
from troubleshoot.tickets.person import Person
from troubleshoot.tickets.states import State

pytestmark = pytest.mark.django_db


def in_days(days: float):
    return timezone.now() + timedelta(days=days, minutes=1)


def test_a_draft_goes_after_its_hours_with_its_pictures(client, settings):
    upload(client, draft_url(begin(client)), picture())
    assert retention.clean()["drafts"] == 0
    later = timezone.now() + timedelta(hours=settings.DRAFT_HOURS, minutes=1)
    assert retention.preview(later)["drafts"] == 1
    assert retention.clean(later)["drafts"] == 1
    assert not Draft.objects.exists()
    assert not PictureContent.objects.exists()


def test_pictures_of_an_unconfirmed_request_go_first_and_the_history_says_so(client, settings):
    ticket = send(client, pictures=(picture(),))
    retention.clean(in_days(settings.UNCONFIRMED_PICTURES_DAYS))
    assert not Picture.objects.exists()
    assert ticket.history.last().kind == Entry.Kind.PICTURES_GONE
    retention.clean(in_days(settings.UNCONFIRMED_DAYS))
    assert not Ticket.objects.exists()
    assert not OutgoingMail.objects.exists()
    assert not Link.objects.exists()


def test_a_confirmed_request_keeps_its_pictures_until_its_day(client, mailoutbox, settings):
    ticket = send(client, pictures=(picture(),))
    confirm(client, mailoutbox)
    ticket.refresh_from_db()
    retention.clean(in_days(settings.TICKET_KEEP_DAYS - 1))
    assert Picture.objects.count() == 1
    retention.clean(in_days(settings.TICKET_KEEP_DAYS + 1))
    assert not Ticket.objects.exists()
    assert not PictureContent.objects.exists()


def test_an_answered_request_is_not_taken_for_forgotten(client, reviewer, settings):
    ticket = send(client)
    with time_machine.travel(in_days(settings.UNCONFIRMED_DAYS - 1)):
        desk.answer(ticket, "Ecco", desk.Hand(reviewer))
    retention.clean(in_days(settings.UNCONFIRMED_DAYS + 1))
    assert Ticket.objects.count() == 1
    retention.clean(in_days(2 * settings.UNCONFIRMED_DAYS + 1))  # nobody confirmed it, as the first mail says
    assert not Ticket.objects.exists()


def test_each_word_moves_the_day(client, settings):
    ticket = send(client)
    with time_machine.travel(in_days(100)):
        services.add_fact(ticket, "Ancora fuori")
    ticket.refresh_from_db()
    assert (ticket.keep_until - timezone.localdate()).days >= settings.TICKET_KEEP_DAYS + 99


def test_a_solved_request_is_closed_after_a_while(client, settings):
    ticket = send(client)
    services.close_as_solved(ticket)
    retention.clean(in_days(settings.REOPEN_DAYS))
    ticket.refresh_from_db()
    assert ticket.state == State.CLOSED
    assert ticket.history.last().kind == Entry.Kind.CLOSED


def test_a_preview_changes_nothing_and_says_what_a_run_does(client, settings, capsys):
    send(client, pictures=(picture(),))
    draft_url(begin(client))
    with time_machine.travel(in_days(settings.TICKET_KEEP_DAYS + 1)):
        call_command("clean", "--preview")
        said = capsys.readouterr().out
        assert "1 unconfirmed requests would go" in said
        assert Ticket.objects.count() == 1
        call_command("clean")
        done = capsys.readouterr().out
    assert "1 unconfirmed requests\n" in done
    assert Cleaning.objects.get().counts["unconfirmed requests"] == 1


def test_a_run_that_found_nothing_leaves_no_row():
    retention.clean()
    assert not Cleaning.objects.exists()


@pytest.fixture
def anna_s(client, mailoutbox, reviewer) -> Ticket:
    ticket = send(client, pictures=(picture(),), imi_email="capo@comune.example")
    confirm(client, mailoutbox)
    desk.answer(ticket, "Ecco come si fa", desk.Hand(reviewer))
    IncomingMail.objects.create(digest="1", sender=f"Anna <{ANNA['email']}>", subject="Ciao", text="Aiuto")
    draft_url(begin(client))
    send(client, email="bea@comune.example", imi_email=ANNA["email"])
    return ticket


def test_one_person_s_data_are_handed_over(anna_s, tmp_path: Path, capsys):
    call_command("person", "export", ANNA["email"].upper(), "--to", str(tmp_path / "anna.zip"))
    with zipfile.ZipFile(tmp_path / "anna.zip") as packed:
        data = json.loads(packed.read("data.json"))
        pictures = [name for name in packed.namelist() if name.endswith(".png")]
    (request,) = data["requests"]
    assert request["reference"] == anna_s.reference
    assert request["sheet"]["facts"]["name"] == ANNA["name"]
    assert [entry["text"] for entry in request["history"]][-1] == "Ecco come si fa"
    assert pictures == [f"{anna_s.reference}/{anna_s.pictures.get().pk}.png"]
    assert len(data["drafts"]) == len(data["incoming mails"]) == 1
    assert "bea@" not in json.dumps(data)
    with pytest.raises(CommandError, match="is there already"):
        call_command("person", "export", ANNA["email"], "--to", str(tmp_path / "anna.zip"))
    with pytest.raises(CommandError, match="--to"):
        call_command("person", "export", ANNA["email"])


def test_one_person_s_data_are_erased_and_others_are_named(anna_s, capsys):
    call_command("person", "erase", ANNA["email"])
    said = capsys.readouterr().out
    other = Ticket.objects.get()
    assert other.email == "bea@comune.example"
    assert f"{other.reference} is another person's request" in said
    left = [str(list(model.objects.values())) for model in (OutgoingMail, IncomingMail, Draft, Entry, Link)]
    assert ANNA["email"] not in "".join(left)
    assert Person(ANNA["email"]).counts() == dict.fromkeys(Person(ANNA["email"]).counts(), 0)
    erased = Cleaning.objects.get()
    assert erased.kind == Cleaning.Kind.ERASURE
    assert ANNA["email"] not in str(erased.counts)


def test_what_stays_undelivered_is_sent_no_more_after_an_erasure(anna_s, mailoutbox):
    Person(ANNA["email"]).erase()
    before = len(mailoutbox)
    deliver(mailoutbox)
    assert [mail.to for mail in mailoutbox[before:]] == [["bea@comune.example"]]
