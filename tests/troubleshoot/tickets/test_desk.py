"""What a reviewer does with a request, and what is refused him."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from tests.troubleshoot.tickets.sending import ANNA, add, confirm, deliver, hidden, post, send, soup
from troubleshoot.accounts import services as accounts
from troubleshoot.accounts.models import Role, User
from troubleshoot.core.office import office
from troubleshoot.flows.model import Topic
from troubleshoot.tickets import desk, services
from troubleshoot.tickets.fields import PICTURES, QUESTION
from troubleshoot.tickets.models import INTERNAL, Entry, Ticket
from troubleshoot.tickets.moves import allowance
from troubleshoot.tickets.states import CHANGES_ACCOUNT, Identity, Others, State

pytestmark = pytest.mark.django_db
RESET = "/it/scrivi/imi/?argomento=imi-reset"


@pytest.fixture
def colleague(reviewer: User) -> User:
    return accounts.make_reviewer(email="ugo@nimic.example", name="Ugo", password="una-lunga-password").user


@pytest.fixture
def reader(reviewer: User) -> User:
    made = accounts.make_reviewer(
        email="lia@nimic.example", name="Lia", password="una-lunga-password", role=Role.READER
    )
    return made.user


@pytest.fixture
def ticket(client: Client) -> Ticket:
    return send(client)


def seen(ticket: Ticket) -> int:
    return ticket.history.latest("pk").pk


def hand(user: User, ticket: Ticket) -> desk.Hand:
    return desk.Hand(user, seen(ticket))


def fresh(ticket: Ticket) -> Ticket:
    return Ticket.objects.get(pk=ticket.pk)


def kinds(ticket: Ticket) -> list[str]:
    return list(ticket.history.values_list("kind", flat=True))


# Words to her.


def test_an_answer_stops_the_clock_and_takes_the_request(ticket, reviewer):
    desk.answer(ticket, "Ecco.", hand(reviewer, ticket))
    now = fresh(ticket)
    assert (now.state, now.due_at, now.office_left) == (State.WAITING, None, allowance())
    assert now.assignee == reviewer
    assert kinds(ticket) == ["sent", "assigned", "answer"]


def test_her_word_after_an_answer_has_the_whole_time_again(ticket, reviewer):
    with time_machine.travel("2026-11-25 10:00+01:00", tick=False):
        desk.answer(ticket, "Ecco.", hand(reviewer, ticket))
    with time_machine.travel("2026-11-30 09:30+01:00", tick=False):
        services.add_fact(ticket, "Ancora no.")
        assert fresh(ticket).due_at == office().after(timezone.now(), allowance())


def test_one_question_stops_the_clock_and_her_answer_lets_it_go_on(client, reviewer):
    with time_machine.travel("2026-11-25 09:00+01:00", tick=False) as clock:
        ticket = send(client)
        clock.move_to("2026-11-25 15:00+01:00")  # six of sixteen hours are gone
        desk.ask(ticket, "user_id", "Il tuo codice utente EU Login", hand(reviewer, ticket))
        assert fresh(ticket).office_left == timedelta(hours=10)
        clock.move_to("2026-12-01 09:00+01:00")
        services.give_fact(ticket, "n00a1b2c")
        now = fresh(ticket)
    assert (now.state, now.asks, now.office_left) == (State.OPEN, "", None)
    assert f"{timezone.localtime(now.due_at):%Y-%m-%d %H:%M}" == "2026-12-02 11:00"
    assert now.facts.facts["user_id"] == now.user_id == "n00a1b2c"
    assert "user_id" not in now.sheet["facts"]  # what she sent is not changed


def test_she_answers_the_one_question_on_a_page_of_its_own(client, reviewer, mailoutbox):
    ticket = send(client)
    confirm(client, mailoutbox)
    desk.ask(ticket, "user_id", "Il tuo codice utente EU Login", hand(reviewer, ticket))
    link = deliver(mailoutbox)[-1]
    assert "codice utente EU Login" in mailoutbox[-1].body
    opened = post(client, link)
    assert opened["Location"].endswith("/domanda/")
    page = soup(client.get(opened["Location"]))
    assert [field["name"] for field in page.select("main form input:not([type=hidden]), main form textarea")] == [
        "fact"
    ]
    form = hidden(client, opened["Location"])
    refused = post(client, opened["Location"], form | {"fact": "48151623"})
    assert refused.status_code == 422
    assert "PIN" in refused.content.decode()
    taken = post(client, opened["Location"], form | {"fact": "n00a1b2c"})
    assert taken.status_code == 302
    text = soup(client.get(taken["Location"])).get_text(" ", strip=True)
    assert "n00a1b2c" in text
    assert fresh(ticket).state == State.NEW or fresh(ticket).state == State.OPEN
    again = post(client, opened["Location"], form | {"fact": "n00a1b2c"})
    assert again.status_code == 302
    assert kinds(ticket).count("given") == 1
    assert kinds(ticket).count("fact") == 0


def test_that_she_cannot_say_is_an_answer_too(client, reviewer, mailoutbox):
    ticket = send(client)
    path = confirm(client, mailoutbox)
    desk.ask(ticket, QUESTION, "Che cosa vedi dopo la password?", hand(reviewer, ticket))
    empty = post(client, f"{path}domanda/", hidden(client, f"{path}domanda/") | {"fact": " "})
    assert empty.status_code == 422
    post(client, f"{path}domanda/", hidden(client, f"{path}domanda/") | {"unknown": "1", "fact": ""})
    assert kinds(ticket)[-1] == Entry.Kind.NOT_KNOWN
    assert fresh(ticket).asks == ""


def test_a_picture_that_was_asked_for_is_the_answer(client, reviewer, mailoutbox):
    from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: PLC0415

    from tests.troubleshoot.tickets.sending import picture  # noqa: PLC0415

    ticket = send(client)
    path = confirm(client, mailoutbox)
    desk.ask(ticket, PICTURES, "", hand(reviewer, ticket))
    data = hidden(client, f"{path}domanda/") | {"pictures": [SimpleUploadedFile("a.png", picture())]}
    assert post(client, f"{path}domanda/", data).status_code == 302
    given = ticket.history.get(kind=Entry.Kind.GIVEN)
    assert given.pictures.count() == 1


def test_nothing_is_asked_of_a_request_that_is_done(ticket, reviewer):
    services.close_as_solved(ticket)
    with pytest.raises(desk.RefusedError) as refused:
        desk.ask(ticket, "user_id", "", hand(reviewer, ticket))
    assert refused.value.why is desk.Why.DONE
    with pytest.raises(ValueError, match="no fact"):
        desk.ask(ticket, "pin", "", hand(reviewer, ticket))


# What is between reviewers.


def test_a_note_is_never_mailed_and_stands_on_no_page_of_hers(client, reviewer, mailoutbox):
    ticket = send(client)
    path = confirm(client, mailoutbox)
    entry = desk.note(ticket, "Da sentire il dirigente.", hand(reviewer, ticket))
    assert deliver(mailoutbox) == []
    assert "dirigente" not in client.get(path).content.decode()
    with pytest.raises(KeyError):
        desk._mail(entry)  # even by a mistake of ours


@pytest.mark.parametrize("kind", INTERNAL)
def test_what_is_internal_has_no_mail(kind):
    assert kind not in desk._MAILS


def test_what_is_asked_of_others_is_not_read_by_her(client, reviewer, mailoutbox):
    ticket = send(client)
    path = confirm(client, mailoutbox)
    remind_at = timezone.now() + timedelta(days=3)
    desk.wait_for(ticket, Others.EU_LOGIN, remind_at, "Pratica 4711 da Bianchi", hand(reviewer, ticket))
    page = client.get(path).content.decode()
    assert "4711" not in page
    assert "assistenza EU Login" in page
    assert (fresh(ticket).waits_for, fresh(ticket).due_at) == ("eu-login", None)


def test_taking_it_back_lets_the_clock_go_on(client, reviewer):
    with time_machine.travel("2026-11-25 09:00+01:00", tick=False) as clock:
        ticket = send(client)
        clock.move_to("2026-11-25 12:00+01:00")
        desk.wait_for(ticket, Others.IT, timezone.now() + timedelta(days=2), "", hand(reviewer, ticket))
        clock.move_to("2026-11-30 09:00+01:00")
        desk.take_back(ticket, hand(reviewer, ticket))
        assert f"{timezone.localtime(fresh(ticket).due_at):%d %H:%M}" == "01 14:00"
        assert desk.take_back(ticket, hand(reviewer, ticket)) is None


# Two hands, and roles.


def test_nobody_answers_past_what_was_added_meanwhile(ticket, reviewer, colleague):
    page = seen(ticket)
    services.add_fact(ticket, "Ora funziona!")
    desk.note(ticket, "La conosco.", desk.Hand(colleague))
    for deed in (
        lambda: desk.answer(ticket, "Ecco.", desk.Hand(reviewer, page)),
        lambda: desk.solve(ticket, desk.Hand(reviewer, page)),
        lambda: desk.assign(ticket, reviewer, desk.Hand(reviewer, page)),
    ):
        with pytest.raises(desk.RefusedError) as refused:
            deed()
        assert refused.value.why is desk.Why.CHANGED
    assert "answer" not in kinds(ticket)
    desk.answer(ticket, "Ecco.", hand(reviewer, ticket))


def test_ones_own_rows_do_not_stand_in_the_way(ticket, reviewer):
    page = seen(ticket)
    desk.note(ticket, "Un appunto.", desk.Hand(reviewer))
    desk.answer(ticket, "Ecco.", desk.Hand(reviewer, page))


@pytest.mark.parametrize("who", ["reader", "left"])
def test_whoever_may_not_write_changes_nothing(ticket, reviewer, colleague, reader, who):
    by = reader if who == "reader" else colleague
    if who == "left":
        accounts.set_active(colleague, is_active=False)
        by.refresh_from_db()
    remind_at = timezone.now() + timedelta(days=3)
    deeds = [
        lambda: desk.answer(ticket, "Ecco.", desk.Hand(by)),
        lambda: desk.ask(ticket, "user_id", "", desk.Hand(by)),
        lambda: desk.note(ticket, "x", desk.Hand(by)),
        lambda: desk.assign(ticket, by, desk.Hand(by)),
        lambda: desk.assign(ticket, by, desk.Hand(reviewer)),
        lambda: desk.wait_for(ticket, Others.IT, remind_at, "", desk.Hand(by)),
        lambda: desk.take_back(ticket, desk.Hand(by)),
        lambda: desk.check_identity(ticket, Identity.IN_PERSON, "", desk.Hand(by)),
        lambda: desk.retopic(ticket, Topic.OTHER, desk.Hand(by)),
        lambda: desk.solve(ticket, desk.Hand(by)),
        lambda: desk.close(ticket, desk.Hand(by)),
        lambda: desk.enter(ticket.facts, desk.Hand(by, submission="x"), language="it"),
    ]
    for deed in deeds:
        with pytest.raises(desk.RefusedError) as refused:
            deed()
        assert refused.value.why is desk.Why.NO_RIGHT
    assert kinds(ticket) == ["sent"]
    assert Ticket.objects.count() == 1


# What changes an account.


@pytest.mark.parametrize("topic", CHANGES_ACCOUNT)
def test_an_account_is_changed_only_with_mailbox_and_identity(client, reviewer, mailoutbox, topic):
    ticket = send(client, f"/it/scrivi/imi/?argomento={topic}")
    desk.check_identity(ticket, Identity.KNOWN_PHONE, "", hand(reviewer, ticket))
    assert _refused(ticket, reviewer) is desk.Why.NOT_CONFIRMED  # identity checked, mailbox not confirmed
    other = send(Client(), f"/it/scrivi/imi/?argomento={topic}", email="b@comune.example")
    confirm(Client(), mailoutbox)
    assert _refused(other, reviewer) is desk.Why.IDENTITY
    desk.check_identity(other, Identity.REGISTERED_MAILBOX, "risposta del 25", hand(reviewer, other))
    desk.solve(fresh(other), hand(reviewer, other))
    assert fresh(other).state == State.SOLVED
    assert fresh(other).ended_by == reviewer


def _refused(ticket: Ticket, by: User) -> desk.Why:
    with pytest.raises(desk.RefusedError) as refused:
        desk.solve(fresh(ticket), hand(by, ticket))
    assert fresh(ticket).state != State.SOLVED
    return refused.value.why


def test_two_reviewers_at_once_change_an_account_once(client, reviewer, colleague, mailoutbox):
    ticket = send(client, RESET)
    confirm(client, mailoutbox)
    desk.check_identity(ticket, Identity.IN_PERSON, "", hand(reviewer, ticket))
    page = seen(ticket)
    desk.solve(ticket, desk.Hand(reviewer, page))
    with pytest.raises(desk.RefusedError):
        desk.solve(ticket, desk.Hand(colleague, page))
    assert kinds(ticket).count("solved") == 1


def test_a_colleagues_check_of_identity_must_be_seen_first(client, reviewer, colleague, mailoutbox):
    ticket = send(client, RESET)
    confirm(client, mailoutbox)
    page = seen(ticket)
    desk.check_identity(ticket, Identity.IN_PERSON, "", desk.Hand(colleague, page))
    with pytest.raises(desk.RefusedError) as refused:
        desk.solve(ticket, desk.Hand(reviewer, page))
    assert refused.value.why is desk.Why.CHANGED


def test_an_identity_is_checked_anew_for_another_mailbox(client, reviewer, mailoutbox):
    """Checked first, then the address is corrected and the new mailbox confirmed: nobody has looked at that one."""
    ticket = send(client, RESET)
    desk.check_identity(ticket, Identity.KNOWN_PHONE, "", hand(reviewer, ticket))
    services.correct_address(ticket, "altra@comune.example")
    confirm(client, mailoutbox)
    assert _refused(ticket, reviewer) is desk.Why.IDENTITY


@pytest.mark.parametrize("by_her", [True, False])
def test_an_identity_is_checked_anew_for_what_is_asked_after_the_end(client, reviewer, mailoutbox, by_her):
    ticket = send(client, RESET)
    confirm(client, mailoutbox)
    desk.check_identity(ticket, Identity.IN_PERSON, "", hand(reviewer, ticket))
    desk.solve(ticket, hand(reviewer, ticket))
    if by_her:
        services.add_fact(fresh(ticket), "Cancellate anche l'account della collega.")
    else:
        desk.take_back(fresh(ticket), hand(reviewer, ticket))
    assert _refused(ticket, reviewer) is desk.Why.IDENTITY
    assert "identity" in kinds(ticket)  # the history keeps it


def test_the_database_itself_refuses_to_change_an_account_unchecked(client, reviewer, mailoutbox):
    ticket = send(client, RESET)
    confirm(client, mailoutbox)
    now = timezone.now()
    solved = {"state": State.SOLVED, "solved_at": now, "due_at": None, "ended_by": reviewer}
    with pytest.raises(IntegrityError, match="ticket_changes_no_account_unchecked"), transaction.atomic():
        Ticket.objects.filter(pk=ticket.pk).update(**solved)


def test_what_changes_an_account_stays_that(client, reviewer):
    ticket = send(client, RESET)
    with pytest.raises(desk.RefusedError) as refused:
        desk.retopic(ticket, Topic.OTHER, hand(reviewer, ticket))
    assert refused.value.why is desk.Why.STAYS
    desk.retopic(ticket, Topic.IMI_DELETION, hand(reviewer, ticket))
    other = send(Client())
    desk.retopic(other, Topic.IMI_RESET, hand(reviewer, other))
    assert fresh(other).changes_account
    assert other.facts.topic is Topic.ACCESS  # her sheet stays as she sent it


def test_an_unchecked_change_that_she_ends_is_never_counted_as_solved(client, reviewer, mailoutbox):
    ticket = send(client, RESET)
    path = confirm(client, mailoutbox)
    post(client, f"{path}risolta/")
    assert fresh(ticket).state == State.CLOSED
    assert fresh(ticket).ended_by is None
    post(client, f"{path}riapri/")
    assert fresh(ticket).state == State.OPEN


# The end.


def test_solving_with_a_last_word_mails_it_and_remembers_what_helped(ticket, reviewer, mailoutbox):
    deliver(mailoutbox)
    desk.solve(ticket, hand(reviewer, ticket), helped="imi/open-app", text="Bene così.")
    assert (fresh(ticket).state, fresh(ticket).helped) == (State.SOLVED, "imi/open-app")
    deliver(mailoutbox)
    assert "Bene così." in mailoutbox[-1].body
    with pytest.raises(desk.RefusedError) as refused:
        desk.close(ticket, hand(reviewer, ticket))
    assert refused.value.why is desk.Why.DONE
    desk.take_back(ticket, hand(reviewer, ticket))
    assert (fresh(ticket).state, fresh(ticket).ended_by) == (State.OPEN, None)


def test_her_word_opens_a_closed_request_again(ticket, reviewer, client, mailoutbox):
    path = confirm(client, mailoutbox)
    desk.solve(ticket, hand(reviewer, ticket))
    add(client, path, {"text": "Invece no."})
    assert fresh(ticket).state == State.OPEN


def test_the_same_form_is_one_deed(ticket, reviewer):
    for _ in range(3):
        desk.answer(ticket, "Ecco.", desk.Hand(reviewer, submission="abc"))
        desk.solve(ticket, desk.Hand(reviewer, submission="def"))
        desk.note(ticket, "x", desk.Hand(reviewer, submission="ghi"))
    assert [kinds(ticket).count(kind) for kind in ("answer", "solved", "note")] == [1, 1, 1]


# A caller on the phone.


def test_a_call_is_a_request_with_a_mail_to_confirm(reviewer, ticket, mailoutbox):
    deliver(mailoutbox)
    written = desk.enter(ticket.facts, desk.Hand(reviewer, submission="anruf"), language="en")
    again = desk.enter(ticket.facts, desk.Hand(reviewer, submission="anruf"), language="en")
    assert written == again
    assert (written.state, written.assignee, written.entered_by) == (State.OPEN, reviewer, reviewer)
    assert kinds(written) == ["entered"]
    assert len(deliver(mailoutbox)) == 1
    assert mailoutbox[-1].to == [ANNA["email"]]


def test_history_still_cannot_be_changed(ticket):
    """The table was built anew since: its trigger must be there still."""
    with pytest.raises(Exception, match="never changes"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE tickets_entry SET text = 'x'")


def test_changed_words_of_the_same_form_are_not_lost(ticket, reviewer):
    desk.note(ticket, "Prima", desk.Hand(reviewer, submission="abc"))
    desk.note(ticket, "Seconda", desk.Hand(reviewer, submission="abc"))
    desk.note(send(Client()), "Prima", desk.Hand(reviewer, submission="abc"))
    assert [entry.text for entry in ticket.history.filter(kind="note")] == ["Prima", "Seconda"]
