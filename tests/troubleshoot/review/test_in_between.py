"""What happens between pressing *Send* and sending, between asking and answering: nothing is run over or lost."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.troubleshoot.review.test_acts import signed_in
from tests.troubleshoot.review.test_ticket_pages import page_of
from tests.troubleshoot.tickets.sending import add, confirm, hidden, picture, post, send, soup
from troubleshoot.accounts.models import Role
from troubleshoot.flows.model import Topic
from troubleshoot.mail.models import OutgoingMail
from troubleshoot.review import filters, writings
from troubleshoot.review.acts import ACTS
from troubleshoot.review.letters import letters_for
from troubleshoot.review.models import SavedFilter, UnknownText, Writing
from troubleshoot.review.writings import send_due
from troubleshoot.tickets import desk, retention, services
from troubleshoot.tickets.desk import RefusedError, Why
from troubleshoot.tickets.models import Draft, Entry, Ticket
from troubleshoot.tickets.picture_store import covered
from troubleshoot.tickets.pictures import Area
from troubleshoot.tickets.search import asked_words, words_of
from troubleshoot.tickets.states import Identity, Others, State

pytestmark = pytest.mark.django_db
LIST = "/it/redazione/richieste/"


def hand(reviewer, ticket: Ticket) -> desk.Hand:
    return desk.Hand(reviewer, ticket.history.latest("pk").pk)


def asked(reviewer, ticket: Ticket, field: str, text: str) -> None:
    desk.ask(Ticket.objects.get(pk=ticket.pk), field, text, hand(reviewer, ticket))


# Her answer to one question.


@pytest.fixture
def opened(client, mailoutbox) -> tuple[Ticket, str]:
    ticket = send(client)
    return ticket, confirm(client, mailoutbox)


def test_an_answer_to_a_question_that_is_gone_becomes_a_word_of_hers(client, reviewer, opened):
    ticket, path = opened
    asked(reviewer, ticket, "question", "Che cosa vedi?")
    form = hidden(client, f"{path}domanda/")
    desk.take_back(Ticket.objects.get(pk=ticket.pk), hand(reviewer, ticket))
    answer = post(client, f"{path}domanda/", form | {"fact": "Una pagina bianca."})
    assert answer["Location"] == path
    entry = ticket.history.latest("pk")
    assert entry.kind == Entry.Kind.FACT
    assert "Una pagina bianca." in entry.text
    assert "Che cosa vedi?" in entry.text


def test_an_answer_is_never_filed_under_another_question(client, reviewer, opened):
    ticket, path = opened
    asked(reviewer, ticket, "question", "Che cosa vedi?")
    form = hidden(client, f"{path}domanda/")
    asked(reviewer, ticket, "error_text", "Il messaggio, parola per parola.")
    answer = post(client, f"{path}domanda/", form | {"fact": "Vedo una pagina bianca."})
    ticket.refresh_from_db()
    assert ticket.given == {}
    assert "Vedo una pagina bianca." in ticket.history.latest("pk").text
    assert answer.status_code == 302


def test_a_late_answer_with_a_secret_is_asked_about_first(client, reviewer, opened):
    ticket, path = opened
    asked(reviewer, ticket, "question", "Che cosa vedi?")
    form = hidden(client, f"{path}domanda/")
    desk.take_back(Ticket.objects.get(pk=ticket.pk), hand(reviewer, ticket))
    page = post(client, f"{path}domanda/", form | {"fact": "Il PIN 12345678 non va"})
    assert page.status_code == 422
    assert "non è più aperta" in page.content.decode()
    assert "12345678" not in "".join(entry.text for entry in ticket.history.all())


def test_an_address_given_later_makes_the_identity_be_checked_anew(client, reviewer, mailoutbox):
    ticket = send(client, "/it/scrivi/imi/?argomento=imi-reset")
    path = confirm(client, mailoutbox)
    desk.check_identity(ticket, Identity.KNOWN_PHONE, "", hand(reviewer, ticket))
    asked(reviewer, ticket, "imi_email", "Con quale indirizzo?")
    post(client, f"{path}domanda/", hidden(client, f"{path}domanda/") | {"fact": "nuova@comune.example"})
    ticket.refresh_from_db()
    assert ticket.given == {"imi_email": "nuova@comune.example"}
    assert desk.may_solve(ticket) is Why.IDENTITY


# The seconds in which words can be called back.


def sent_by(staff: Client, ticket: Ticket, act: str = "rispondi", **values: str):
    page = soup(staff.get(f"{page_of(ticket)}fai/{act}/"))
    form = {field["name"]: field.get("value", "") for field in page.select(".act-form input[type=hidden]")}
    return staff.post(f"{page_of(ticket)}fai/{act}/", form | values)


def later() -> None:
    with time_machine.travel(timezone.now() + timedelta(seconds=30)):
        send_due()


def test_words_are_held_back_where_a_colleague_decided_meanwhile(staff, django_user_model):
    ticket = send(Client())
    assert sent_by(staff, ticket, text="Abbiamo azzerato il conto.").status_code == 302
    colleague = signed_in(Role.REVIEWER)
    assert sent_by(colleague, ticket, "chiudi", how="closed", text="").status_code == 409  # his words come first
    ugo = django_user_model.objects.get(email="ugo@nimic.example")
    desk.close(Ticket.objects.get(pk=ticket.pk), hand(ugo, ticket))
    later()
    assert not ticket.history.filter(kind=Entry.Kind.ANSWER).exists()
    for path in (LIST, page_of(ticket)):
        assert f"Le tue parole per {ticket.reference} non sono partite" in staff.get(path).content.decode()
    assert "non sono partite" not in colleague.get(LIST).content.decode()


def test_a_reminder_set_meanwhile_stays(staff, reviewer, django_user_model):
    ticket = send(Client())
    sent_by(staff, ticket, text="Ecco.")
    colleague = signed_in(Role.REVIEWER)
    other = django_user_model.objects.get(email="ugo@nimic.example")
    assert colleague
    desk.wait_for(
        Ticket.objects.get(pk=ticket.pk), Others.EU_LOGIN, timezone.now() + timedelta(days=4), "", hand(other, ticket)
    )
    later()
    ticket.refresh_from_db()
    assert (ticket.state, ticket.waits_for) == (State.WAITING_OTHERS, Others.EU_LOGIN)


def test_what_she_says_meanwhile_is_read_first(staff, client, mailoutbox):
    ticket = send(client)
    path = confirm(client, mailoutbox)
    sent_by(staff, ticket, text="Prova così.")
    add(client, path, {"text": "Fermi, ho trovato: era la password!"})
    later()
    ticket.refresh_from_db()
    assert ticket.due_at is not None
    assert not ticket.history.filter(kind=Entry.Kind.ANSWER).exists()
    assert Writing.objects.get(ticket=ticket).values["text"] == "Prova così."


def test_words_go_out_where_nothing_came_in_between(staff):
    ticket = send(Client())
    sent_by(staff, ticket, text="Ecco.")
    later()
    assert ticket.history.filter(kind=Entry.Kind.ANSWER).count() == 1
    assert not Writing.objects.exists()


# One answer to many.


def many(staff: Client, *tickets: Ticket, **values: str):
    query = "&".join(f"r={ticket.reference}" for ticket in tickets)
    page = soup(staff.get(f"{LIST}insieme/?{query}"))
    form = {field["name"]: field.get("value", "") for field in page.select("main form input[type=hidden]")}
    form |= {"r": [ticket.reference for ticket in tickets], "then": "waits", **values}
    return form


def test_his_own_draft_comes_back_when_an_answer_to_many_is_called_back_or_sent(staff, reviewer):
    ticket = send(Client())
    Writing.objects.create(ticket=ticket, by=reviewer, act="rispondi", values={"text": "La mia bozza."})
    staff.post(f"{LIST}insieme/", many(staff, ticket, text_it="A tutti."))
    batch = Writing.objects.get().batch
    staff.post(f"{LIST}insieme/{batch}/annulla/")
    assert Writing.objects.get().values == {"text": "La mia bozza."}
    staff.post(f"{LIST}insieme/", many(staff, ticket, text_it="A tutti."))
    later()
    assert ticket.history.filter(kind=Entry.Kind.ANSWER).get().text == "A tutti."
    assert Writing.objects.get().values == {"text": "La mia bozza."}


def test_where_all_are_refused_the_text_stands_there_still(staff, client, mailoutbox):
    ticket = send(client)
    path = confirm(client, mailoutbox)
    form = many(staff, ticket, text_it="A tutti.")
    add(client, path, {"text": "Ancora una cosa."})
    page = staff.post(f"{LIST}insieme/", form)
    assert page.status_code == 422
    assert "A tutti." in soup(page).select_one("textarea").get_text()
    assert ticket.reference in soup(page).select_one(".error-box").get_text()


def test_a_form_that_comes_back_does_not_count_as_having_seen(staff, client, mailoutbox):
    ticket = send(client)
    path = confirm(client, mailoutbox)
    form = many(staff, ticket, text_it="")
    add(client, path, {"text": "Mi hanno rubato il conto."})
    page = soup(staff.post(f"{LIST}insieme/", form))
    again = page.select_one(f"input[name=seen-{ticket.reference}]")["value"]
    assert again == form[f"seen-{ticket.reference}"]


# Deeds in another order.


def test_the_topic_of_a_solved_request_stays(staff, reviewer):
    ticket = send(Client())
    desk.solve(ticket, hand(reviewer, ticket))
    with pytest.raises(RefusedError) as refused:
        desk.retopic(Ticket.objects.get(pk=ticket.pk), Topic.IMI_RESET, hand(reviewer, ticket))
    assert refused.value.why is Why.DONE


def test_an_identity_is_checked_anew_for_another_account_topic(reviewer, client, mailoutbox):
    ticket = send(client, "/it/scrivi/imi/?argomento=imi-reset")
    confirm(client, mailoutbox)
    desk.check_identity(ticket, Identity.IN_PERSON, "", hand(reviewer, ticket))
    desk.retopic(ticket, Topic.IMI_DELETION, hand(reviewer, ticket))
    ticket.refresh_from_db()
    assert desk.may_solve(ticket) is Why.IDENTITY


def test_which_remedy_helped_is_of_the_last_end(reviewer):
    ticket = send(Client())
    desk.solve(ticket, hand(reviewer, ticket), helped="imi/open-app")
    services.reopen(ticket)
    ticket.refresh_from_db()
    assert ticket.helped == ""


def test_two_who_cover_at_once_bring_nothing_back(reviewer, mailoutbox):
    anna = Client()
    ticket = send(anna, pictures=(picture("red"),))
    one, other = (ticket.pictures.select_related("content", "ticket").get() for _ in range(2))
    first, second = covered(one, Area(0, 0, 100, 50)), covered(other, Area(0, 50, 100, 50))
    desk.cover(one, first, desk.Hand(reviewer))
    with pytest.raises(RefusedError):
        desk.cover(other, second, desk.Hand(reviewer))
    assert bytes(ticket.pictures.get().content.data) == first.content


@pytest.mark.parametrize("key", ["0001-01-01T00:00:00%2B23:59~1", "9999-12-31T23:59:59-23:59~1", "x~1", "~~"])
def test_a_hostile_key_of_the_list_is_none(staff, key):
    assert staff.get(f"{LIST}?dopo={key}").status_code == 200
    assert b"".join(staff.get(f"{LIST}csv/?dopo={key}").streaming_content)


def test_a_request_with_a_reminder_ahead_is_not_deleted(reviewer):
    ticket = send(Client())
    desk.wait_for(ticket, Others.EU_LOGIN, timezone.now() + timedelta(days=90), "", hand(reviewer, ticket))
    with time_machine.travel(timezone.now() + timedelta(days=62)):
        retention.clean()
    assert Ticket.objects.filter(pk=ticket.pk).exists()
    with time_machine.travel(timezone.now() + timedelta(days=152)):
        retention.clean()
    assert not Ticket.objects.filter(pk=ticket.pk).exists()


@pytest.mark.parametrize(
    "asked_for", ["mario.rossi", "suap.comune.prova.it", "comune.prova.it", "prova.it", "@comune.prova.it"]
)
def test_an_address_is_found_by_its_parts(asked_for):
    found = words_of("Scrive mario.rossi@suap.comune.prova.it da ieri")
    assert set(asked_words(asked_for)) <= found


def test_a_registered_mailbox_that_is_not_known_is_named(staff, client, mailoutbox):
    ticket = send(client, "/it/scrivi/imi/?argomento=imi-reset")
    page = sent_by(staff, ticket, "identita", how="registered-mailbox", text="")
    assert page.status_code == 422
    assert "nessun indirizzo registrato" in page.content.decode()
    assert sent_by(staff, ticket, "identita", how="known-phone", text="").status_code == 302


def test_the_same_form_twice_at_once_is_one(staff, reviewer):
    """The second one comes while the first is held: it was sent, and nothing is refused."""
    ticket = send(Client())
    values = {"text": "Ecco."}
    one = desk.Hand(reviewer, ticket.history.latest("pk").pk, submission="a" * 22)
    first = writings._send_later(ticket, ACTS["rispondi"], values, one, batch="")
    assert writings._send_later(ticket, ACTS["rispondi"], values, one, batch="").pk == first.pk


def test_a_name_and_a_draft_with_a_zero_byte_are_kept_without(staff):
    ticket = send(Client())
    staff.post("/it/redazione/filtri/", {"name": "a\0b", "query": ""})
    assert SavedFilter.objects.get().name == "ab"
    staff.post(f"{page_of(ticket)}fai/rispondi/", {"text": "a\0b", "keep": "1"})
    assert all("\0" not in str(writing.values) for writing in Writing.objects.all())


def test_a_call_has_its_whole_time_from_the_confirmation_on(reviewer, mailoutbox):
    ticket = send(Client())
    Ticket.objects.filter(pk=ticket.pk).update(
        state=State.OPEN, entered_by=reviewer, assignee=reviewer, due_at=timezone.now() - timedelta(hours=1)
    )
    confirm(Client(), mailoutbox)
    ticket.refresh_from_db()
    assert not ticket.is_overdue


def test_a_deed_that_does_not_exist_is_not_done(staff, reviewer):
    assert staff.post(f"/it/redazione/persone/{reviewer.pk}/", {"what": "xyz"}).status_code == 404


def test_an_error_text_that_is_passed_on_names_nobody(staff, reviewer):
    """It outlives the request: name, address and user ID of the person do not go along."""
    text = "Gentile Anna Prova (anna@comune.example), il conto n00a1b2c dà errore E-4711. Scrivere a x@ec.example"
    ticket = send(Client(), user_id="n00a1b2c", error_text="Errore E-4711")
    sent_by(staff, ticket, "chiudi", how="solved", helped="none", text="", unknown_text=text)
    kept = UnknownText.objects.get().text
    assert "E-4711" in kept
    for personal in ("Anna", "Prova", "anna@", "n00a1b2c", "x@ec"):
        assert personal not in kept


# What he has under way, and what a page must not lose.


def kept(client: Client, ticket: Ticket, act: str, **values: str):
    return sent_by(client, ticket, act, keep="1", **values)


def test_drafts_are_found_again(staff):
    ticket = send(Client())
    kept(staff, ticket, "chiudi", how="solved", text="Ci penso ancora.")
    found = soup(staff.get(LIST))
    assert "una tua bozza" in found.select_one(".row").get_text()
    link = found.select_one(f"a[href='{page_of(ticket)}fai/chiudi/#act']")
    assert ticket.reference in link.get_text()
    tab = soup(staff.get(page_of(ticket))).select_one("nav.acts a[href*='fai/chiudi/']")
    assert "bozza" in tab.get_text()


def test_picks_go_along_to_the_next_page_of_the_list(staff, monkeypatch):
    monkeypatch.setattr(filters.rows, "__kwdefaults__", {"size": 1})
    first, second = send(Client()), send(Client())
    more = soup(staff.get(LIST)).select_one("button[name='dopo']")["value"]
    page = soup(staff.get(LIST, {"dopo": more, "r": first.reference}))
    assert page.select_one(".row a").get_text().startswith(second.reference)
    assert [one["value"] for one in page.select("form.pick input[type=hidden][name='r']")] == [first.reference]


def test_one_answer_to_many_says_what_each_of_them_is(staff):
    done, reset = send(Client()), send(Client(), "/it/scrivi/imi/?argomento=imi-reset")
    services.close_as_solved(done)
    rows = soup(staff.get(f"{LIST}insieme/", {"r": [done.reference, reset.reference]})).select(".row")
    said = {row.select_one("input")["value"]: row.get_text() for row in rows}
    assert "resta conclusa" in said[done.reference]
    assert "Cambia un account" in said[reset.reference]


def test_words_of_the_guide_go_into_one_answer_to_many(staff):
    ticket = send(Client())
    page = staff.post(
        f"{LIST}insieme/",
        {"r": ticket.reference, "text_it": "Buongiorno.", "insert": "text", "remedy": "imi/password-rules"},
    )
    text = soup(page).select_one("textarea[name='text_it']").get_text()
    assert text.lstrip().startswith("Buongiorno.\n\n")
    assert len(text) > 40
    assert not Writing.objects.exists()


def test_a_batch_can_be_called_back_from_any_request(staff):
    one, other = send(Client()), send(Client())
    form = hidden(staff, f"{LIST}insieme/?r={one.reference}&r={other.reference}")
    staff.post(f"{LIST}insieme/", form | {"r": [one.reference, other.reference], "text_it": "Ecco.", "then": "waits"})
    form = soup(staff.get(page_of(one))).select_one("form[action*='insieme']")
    assert form.select_one("[data-key='u']")
    staff.post(form["action"])
    assert Writing.objects.filter(send_at__isnull=True).count() == 2


def test_what_he_typed_stays_as_typed_where_words_of_the_guide_come_in(staff):
    ticket = send(Client())
    typed = "Il numero 12345678 è la pratica."
    page = sent_by(staff, ticket, text=typed, insert="text", remedy="imi/password-rules")
    assert page.status_code == 200
    assert typed in soup(page).select_one("textarea[name='text']").get_text()
    assert "12345678" not in str(Writing.objects.get().values)
    assert "coperto" in soup(page).get_text()


def test_a_draft_longer_than_an_answer_is_kept_and_a_cut_one_is_told(staff):
    ticket = send(Client())
    for count, is_cut in ((12_000, False), (41_000, True)):
        form = {
            field["name"]: field.get("value", "")
            for field in soup(staff.get(page_of(ticket))).select(".act-form input")
        }
        said = staff.post(
            f"{page_of(ticket)}fai/rispondi/",
            {**form, "text": "a" * count, "keep": "1"},
            headers={"hx-request": "true"},
        )
        assert ("40000" in said.content.decode().replace(".", "")) is is_cut
    assert len(Writing.objects.get().values["text"]) == 40_000


def test_a_misheard_address_is_corrected_until_it_is_confirmed(staff, client, mailoutbox):
    ticket = send(client)
    assert staff.post(f"{page_of(ticket)}indirizzo/", {"email": "kein@"}).status_code == 302
    staff.post(f"{page_of(ticket)}indirizzo/", {"email": "anna.giusta@comune.prova.it"})
    ticket.refresh_from_db()
    assert ticket.email == "anna.giusta@comune.prova.it"
    assert ticket.history.latest("pk").by is not None
    confirm(client, mailoutbox)
    staff.post(f"{page_of(ticket)}indirizzo/", {"email": "ladra@evil.example"})
    ticket.refresh_from_db()
    assert ticket.email == "anna.giusta@comune.prova.it"


def test_a_fact_that_was_chosen_is_told_in_words(staff, reviewer, client, mailoutbox):
    ticket = send(client)
    path = confirm(client, mailoutbox)
    asked(reviewer, ticket, "colleagues", "")
    post(client, f"{path}domanda/", hidden(client, f"{path}domanda/") | {"fact": "unknown"})
    entry = ticket.history.latest("pk")
    assert entry.text == "unknown"
    assert entry.said == "Non lo so"


def test_a_letter_is_for_whom_it_goes_to_and_short_enough_to_be_opened(staff):
    ticket = send(Client())
    letters = {letter.others: letter for letter in letters_for(ticket)}
    assert "Good morning" in letters[Others.EU_LOGIN].text
    assert "Buongiorno" in letters[Others.INPS].text
    assert "INPS" in letters[Others.INPS].subject
    assert ticket.reference in letters[Others.IT].text
    ticket.sheet["facts"]["error_text"] = "Errore.\n" * 900
    long = letters_for(ticket)[0]
    assert long.is_short
    assert len(long.mailto) < 2_000
    assert "%0D%0A" in long.mailto
    assert "Errore." in long.text


def test_a_corrected_topic_is_the_one_that_is_passed_on(staff, reviewer):
    ticket = send(Client())
    desk.retopic(ticket, Topic.OUTAGE, hand(reviewer, ticket))
    ticket.refresh_from_db()
    assert "maintenance or outage" in letters_for(ticket)[0].subject
    assert ticket.topic_words in staff.get(f"{page_of(ticket)}testo/").content.decode()


def test_no_tax_code_stays_in_a_list(staff):
    answer = staff.get(LIST, {"q": "RSSMRA85T10A562S"})
    assert answer.status_code == 302
    assert "RSSMRA" not in answer["Location"] + str(answer.cookies)


def test_presence_is_said_once(staff):
    ticket = send(Client())
    signed_in(Role.REVIEWER).post(f"{page_of(ticket)}presenza/", {"seen": "1"})
    first = staff.post(f"{page_of(ticket)}presenza/", {"seen": "99999"})
    mark = soup(first).select_one("#present-shown")["value"]
    assert staff.post(f"{page_of(ticket)}presenza/", {"seen": "99999", "shown": mark}).status_code == 204


def test_taking_up_again_waits_for_words_on_their_way(staff):
    ticket = send(Client())
    sent_by(staff, ticket, text="Ecco.")
    later()
    sent_by(staff, ticket, text="E ancora.")
    staff.post(f"{page_of(ticket)}riprendi/")
    ticket.refresh_from_db()
    assert ticket.state == State.WAITING
    assert "invio" in str(soup(staff.get(page_of(ticket))).select_one(".on-its-way"))
    later()
    assert "Non è più in partenza" in staff.get(f"{page_of(ticket)}invio/").content.decode()


def test_a_mail_that_came_back_is_told_on_the_page_after_sending(client, mailoutbox):
    ticket = send(client)
    mail = OutgoingMail.objects.get(about=ticket.about)
    OutgoingMail.objects.filter(pk=mail.pk).update(sent_at=timezone.now(), bounced_at=timezone.now())
    draft = Draft.objects.get(ticket=ticket)
    assert "è tornata indietro" in client.get(reverse("draft_sent", args=(draft.pk,))).content.decode()
