"""The acts on a request's page: drafts, words that can be called back, what two hands do at once."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.troubleshoot.review.test_ticket_pages import act, answer_to, page_of, wait_and_send
from tests.troubleshoot.tickets.sending import add, confirm, deliver, picture, send, soup
from troubleshoot.accounts import services as accounts
from troubleshoot.accounts.models import Role, User
from troubleshoot.mail.models import OutgoingMail
from troubleshoot.review import writings
from troubleshoot.review.acts import ACTS
from troubleshoot.review.models import Presence, UnknownText, Writing
from troubleshoot.tickets.states import State

pytestmark = pytest.mark.django_db
OPEN = ["", *(f"fai/{name}/" for name in ACTS), "percorso/", "testo/"]
CLOSED = ["annulla/", "prendi/", "riprendi/", "presenza/", "conferma/", *(f"fai/{name}/" for name in ACTS)]


@pytest.fixture
def anna() -> Client:
    return Client()


def signed_in(role: Role, email: str = "ugo@nimic.example") -> Client:
    client = Client()
    made = accounts.make_reviewer(email=email, name="Ugo", password="una-lunga-password", role=role)
    client.force_login(made.user)
    return client


def test_a_session_without_the_second_factor_sees_nothing(anna, db):
    ticket = send(anna)
    half = Client()
    half.force_login(User.objects.create_user("solo@nimic.example", "una-lunga-password", role=Role.COORDINATOR))
    paths = ["", "csv/", "nuova/", "insieme/", *(f"{ticket.reference}/{path}" for path in OPEN)]
    for path in (
        *(f"/it/redazione/richieste/{path}" for path in paths),
        "/it/redazione/persone/",
        "/it/redazione/testi/",
    ):
        answer = half.get(path)
        assert answer.status_code == 302, path
        assert "/2fa/" in answer["Location"]
        assert ticket.reference not in answer.content.decode()


def test_a_reader_reads_and_changes_nothing(staff, anna, mailoutbox):
    ticket = send(anna, pictures=(picture(),))
    lia = signed_in(Role.READER)
    for path in OPEN:
        assert lia.get(page_of(ticket.reference) + path).status_code == 200
    assert not soup(lia.get(page_of(ticket.reference))).select("main form[method=post]")
    assert not soup(lia.get("/it/redazione/richieste/")).select("main form[method=post]")
    before = list(ticket.history.values_list("pk", flat=True))
    for path in CLOSED:
        assert lia.post(page_of(ticket.reference) + path, {"text": "x", "how": "solved"}).status_code == 403, path
    shown = ticket.pictures.get().pk
    assert lia.post(f"{page_of(ticket.reference)}immagini/{shown}/copri/", {"left": 0}).status_code == 403
    for path in ("richieste/nuova/", "richieste/insieme/", "filtri/", "persone/", "avvisi/", "testi/1/fatto/"):
        assert lia.post(f"/it/redazione/{path}").status_code == 403, path
    assert list(ticket.history.values_list("pk", flat=True)) == before
    assert not Writing.objects.exists()
    assert not Presence.objects.exists()


def test_a_reviewer_does_not_manage_the_staff(anna, staff):
    ugo = signed_in(Role.REVIEWER)
    assert ugo.get("/it/redazione/persone/").status_code == 403
    assert staff.get("/it/redazione/persone/").status_code == 200  # the first one is a coordinator


# Words on their way.


def test_what_is_called_back_never_happened(staff, anna, mailoutbox):
    ticket = send(anna)
    deliver(mailoutbox)
    answer_to(staff, ticket, {"text": "Troppo in fretta."})
    assert ticket.history.filter(kind="answer").count() == 0
    back = staff.post(f"{page_of(ticket.reference)}annulla/")
    assert "Troppo in fretta." in soup(staff.get(back["Location"])).select_one("textarea").get_text()
    wait_and_send()
    ticket.refresh_from_db()
    assert (ticket.state, deliver(mailoutbox)) == (State.NEW, [])
    assert "Troppo tardi" in soup(staff.post(f"{page_of(ticket.reference)}annulla/", follow=True)).get_text()


def test_nothing_goes_before_its_seconds_are_over(staff, anna, mailoutbox):
    ticket = send(anna)
    answer_to(staff, ticket, {"text": "Ecco."})
    assert writings.send_due() == 0
    Writing.objects.update(send_at=timezone.now() - timedelta(seconds=1))
    assert writings.send_due() == 1
    assert ticket.history.filter(kind="answer").count() == 1
    assert not Writing.objects.exists()


def test_words_that_may_no_longer_go_become_a_draft_that_says_why(staff, anna, reviewer):
    ticket = send(anna)
    answer_to(staff, ticket, {"text": "Ecco."})
    User.objects.filter(pk=reviewer.pk).update(role=Role.READER)
    wait_and_send()
    kept = Writing.objects.get()
    assert kept.send_at is None
    assert "ruolo" in kept.problem.lower() or "role" in kept.problem.lower()
    assert not ticket.history.filter(kind="answer").exists()


def test_one_at_a_time_goes_out(staff, anna):
    ticket, ugo = send(anna), signed_in(Role.REVIEWER)
    page = f"{page_of(ticket.reference)}fai/rispondi/"
    form = soup(ugo.get(page)).select_one("form.act-form")
    answer_to(staff, ticket, {"text": "La mia."})
    shown = {field["name"]: field["value"] for field in form.select("input[type=hidden]")}
    second = ugo.post(page, {**shown, "text": "La tua."})
    assert second.status_code == 409
    assert "Rosa" in soup(second).select_one(".error-box:not([hidden])").get_text()
    assert "La tua." in soup(second).select_one("textarea").get_text()
    wait_and_send()
    assert [entry.text for entry in ticket.history.filter(kind="answer")] == ["La mia."]


def test_what_came_meanwhile_is_shown_before_anything_goes(staff, anna, mailoutbox):
    ticket = send(anna)
    path = confirm(anna, mailoutbox)
    page = f"{page_of(ticket.reference)}fai/rispondi/"
    form = soup(staff.get(page)).select_one("form.act-form")
    shown = {field["name"]: field["value"] for field in form.select("input[type=hidden]")}
    add(anna, path, {"text": "Ho risolto da sola!"})
    answer = staff.post(page, {**shown, "text": "Prova così."})
    assert answer.status_code == 409
    text = soup(answer).get_text(" ", strip=True)
    assert "Ho risolto da sola!" in text
    assert "Prova così." in text
    again = soup(answer).select_one("form.act-form")
    shown = {field["name"]: field["value"] for field in again.select("input[type=hidden]")}
    assert staff.post(page, {**shown, "text": "Prova così."}).status_code == 302


def test_a_draft_is_kept_for_its_writer_alone_with_secrets_covered(staff, anna):
    ticket = send(anna)
    act(staff, ticket, "rispondi", {"text": "Zirconio, il PIN 48151623 no", "keep": "1"})
    kept = Writing.objects.get()
    assert "48151623" not in str(kept.values)
    assert "Zirconio" in soup(staff.get(page_of(ticket.reference))).select_one("textarea").get_text()
    ugo = signed_in(Role.REVIEWER)
    assert "Zirconio" not in ugo.get(page_of(ticket.reference)).content.decode()
    wait_and_send()
    assert Writing.objects.count() == 1  # a draft never goes by itself
    staff.post(f"{page_of(ticket.reference)}fai/rispondi/bozza/")
    assert not Writing.objects.exists()


# A note, tried every way to be mailed.


def test_a_note_is_not_mailed_however_it_is_tried(staff, anna, mailoutbox):
    ticket = send(anna)
    path = confirm(anna, mailoutbox)
    act(staff, ticket, "nota", {"text": "Il dirigente è in ferie."})
    act(staff, ticket, "nota", {"text": "Il dirigente torna.", "insert": "text", "remedy": "imi/open-app"})
    staff.post(f"{page_of(ticket.reference)}fai/nota/", {"text": "Il dirigente.", "goes_out": "1"})
    answer_to(staff, ticket, {"text": "Buongiorno."})
    wait_and_send()
    deliver(mailoutbox)
    assert not any("dirigente" in mail.body + str(mail.alternatives) for mail in mailoutbox)
    assert not OutgoingMail.objects.filter(text__contains="dirigente").exists()
    assert "dirigente" not in anna.get(path).content.decode()
    assert "dirigente" in staff.get(page_of(ticket.reference)).content.decode()
    assert soup(staff.get(page_of(ticket.reference))).select(".entry-note")


# Words of the guide.


@pytest.mark.parametrize("language", ["it", "en"])
def test_a_remedy_goes_into_the_answer_in_her_language(staff, anna, language):
    ticket = send(anna, f"/{language}/scrivi/imi/?argomento=access")
    page = soup(
        act(staff, ticket, "rispondi", {"text": "Ciao.", "insert": "text", "remedy": "imi/open-app"}, follow=True)
    )
    text = page.select_one("textarea").get_text()
    step = anna.get(f"/{language}/guida/imi/open-app/").content.decode()
    title = soup(anna.get(f"/{language}/guida/imi/open-app/")).select_one("h1").get_text()
    assert step
    assert text.strip().startswith("Ciao.")
    assert title in text
    assert "**" not in text
    assert "[[" not in text
    data = {"text": "", "insert": "link", "remedy": "imi/open-app"}
    link = soup(act(staff, ticket, "rispondi", data, follow=True))
    url = link.select_one("textarea").get_text().split()[-1]
    assert f"/{language}/guida/imi/" in url
    opened = anna.get(url[url.index(f"/{language}/") :], follow=True)
    assert opened.status_code == 200
    none = act(staff, ticket, "rispondi", {"text": "Ciao.", "insert": "text", "remedy": "x/y"})
    assert "Scegli un rimedio" in none.content.decode()


def test_the_link_never_fills_in_the_result_of_a_remedy(staff, anna):
    from troubleshoot.flows import library  # noqa: PLC0415
    from troubleshoot.flows.model import Kind, Tries  # noqa: PLC0415
    from troubleshoot.review import remedies  # noqa: PLC0415

    ticket = send(anna)
    for flow in library.current().content.flows.values():
        for step in flow.steps.values():
            if step.kind not in (Kind.REMEDY, Kind.OUTCOME):
                continue
            query = remedies.link_to(f"{flow.id}/{step.id}", ticket).partition("?")[2]
            for answer in filter(None, query.split("&")):
                asked = flow.steps[answer.partition("=")[0]]
                assert asked.kind is Kind.QUESTION
                assert asked.earlier_tries is Tries.NONE


# Waiting, identity, the end.


def test_waiting_for_others_has_a_day_and_a_mail_ready(staff, anna):
    ticket = send(anna)
    page = soup(staff.get(f"{page_of(ticket.reference)}fai/attesa/"))
    letter = page.select_one("a[href^='mailto:']")["href"]
    assert ticket.reference in letter
    past = act(staff, ticket, "attesa", {"waits_for": "eu-login", "remind_on": "2020-01-01"})
    assert past.status_code == 422
    day = (timezone.localdate() + timedelta(days=3)).isoformat()
    assert act(staff, ticket, "attesa", {"waits_for": "eu-login", "remind_on": day, "text": ""}).status_code == 302
    ticket.refresh_from_db()
    assert ticket.state == State.WAITING_OTHERS
    assert ticket.reference not in staff.get("/it/redazione/richieste/?stato=promemoria").content.decode()
    assert ticket.reference in staff.get("/it/redazione/richieste/?stato=in-attesa-di-altri").content.decode()


def test_an_account_change_says_what_stands_in_its_way(staff, anna, mailoutbox):
    ticket = send(anna, "/it/scrivi/imi/?argomento=imi-reset")
    assert "non ha ancora confermato" in _end_page(staff, ticket) or "nessuno ha ancora confermato" in _end_page(
        staff, ticket
    )
    refused = act(staff, ticket, "chiudi", {"how": "solved", "helped": "", "text": ""})
    assert refused.status_code == 409
    confirm(anna, mailoutbox)
    assert "Identità verificata" in _end_page(staff, ticket)
    refused = act(staff, ticket, "chiudi", {"how": "solved", "helped": "", "text": "Fatto."})
    assert refused.status_code == 409
    assert not Writing.objects.filter(send_at__isnull=False).exists()
    act(staff, ticket, "identita", {"how": "registered-mailbox", "text": "La casella registrata ha risposto il 25."})
    assert act(staff, ticket, "chiudi", {"how": "solved", "helped": "", "text": "Fatto."}).status_code == 302
    wait_and_send()
    ticket.refresh_from_db()
    assert (ticket.state, ticket.identity_how) == (State.SOLVED, "registered-mailbox")


def _end_page(staff: Client, ticket) -> str:
    return staff.get(f"{page_of(ticket.reference)}fai/chiudi/").content.decode()


def test_an_unknown_error_text_becomes_a_task_once(staff, anna):
    text = "Error ZX-81: the gizmo of the user jan.kowalski was not aligned"
    for number in range(2):
        ticket = send(Client(), email=f"a{number}@comune.example", error_text=text)
        data = {"how": "solved", "helped": "", "text": "", "unknown_text": text.replace("jan.kowalski", "…")}
        act(staff, ticket, "chiudi", data)
    task = UnknownText.objects.get()
    assert (task.times, task.flow) == (2, "imi")
    assert "jan" not in task.text
    assert "ZX-81" in staff.get("/it/redazione/testi/").content.decode()
    staff.post(f"/it/redazione/testi/{task.pk}/fatto/")
    task.refresh_from_db()
    assert task.done_by is not None


def test_a_known_error_text_makes_no_task(staff, anna):
    from troubleshoot.flows import library  # noqa: PLC0415

    error = next(e for e in library.current().content.errors.values() if len(e.texts[0].words) > 30)
    ticket = send(anna, error_text=f"Vedo: {error.texts[0].words.upper()}!")
    assert "unknown_text" not in _end_page(staff, ticket)


# Others.


def test_two_see_each_other(staff, anna):
    ticket, ugo = send(anna), signed_in(Role.REVIEWER)
    seen = ticket.history.latest("pk").pk
    staff.post(f"{page_of(ticket.reference)}presenza/", {"seen": seen, "writing": "1"})
    said = ugo.post(f"{page_of(ticket.reference)}presenza/", {"seen": seen, "writing": "0"}).content.decode()
    assert "Rosa sta scrivendo" in said
    assert "Rosa sta scrivendo" in ugo.get(page_of(ticket.reference)).content.decode()
    Presence.objects.update(seen_at=timezone.now() - timedelta(minutes=2))
    assert "Rosa" not in soup(ugo.get(page_of(ticket.reference))).select_one("#others").get_text()


def test_other_requests_stand_beside_it(staff, anna):
    first = send(anna, user_id="n00a1b2c")
    same_office = send(Client(), email="zeno@comune.example")
    same_person = send(Client(), email="altra@altrove.example", user_id="N00A1B2C")
    page = soup(staff.get(page_of(same_person.reference))).get_text(" ")
    assert first.reference in page
    assert same_office.reference not in page
    assert same_office.reference in soup(staff.get(page_of(first.reference))).get_text(" ")


def test_a_request_among_many_of_its_office_needs_no_more_queries(staff, anna, django_assert_num_queries):
    ticket = send(anna)
    send(Client())
    staff.get(page_of(ticket.reference))
    with CaptureQueriesContext(connection) as asked:
        staff.get(page_of(ticket.reference))
    count = len(asked)  # before the next request clears the log
    for number in range(5):
        send(Client(), email=f"a{number}@comune.example")
    with django_assert_num_queries(count):
        staff.get(page_of(ticket.reference))


def test_her_way_is_replayed_with_the_words_she_saw(staff, anna):
    ticket = send(anna, "/it/scrivi/imi/?other-network=no&where=page-broken")
    page = soup(staff.get(f"{page_of(ticket.reference)}percorso/"))
    steps = page.select(".replay > li")
    assert len(steps) >= 3
    first = soup(anna.get("/it/guida/imi/where/"))
    assert first.select_one("h1").get_text() in steps[0].get_text()
    assert all(
        option.get_text(strip=True).rstrip("›") in steps[0].get_text() for option in first.select(".choices a")[:3]
    )
    assert "Ha risposto:" in steps[0].get_text()


def test_a_part_of_a_picture_is_black_for_good(staff, anna):
    from io import BytesIO  # noqa: PLC0415

    from PIL import Image  # noqa: PLC0415

    ticket = send(anna, pictures=(picture("red", size=(100, 100)),))
    shown = ticket.pictures.get()
    path = f"{page_of(ticket.reference)}immagini/{shown.pk}/"
    assert staff.get(f"{path}copri/").status_code == 200
    done = staff.post(f"{path}copri/", {"left": 10, "top": 10, "width": 20, "height": 20})
    assert done.status_code == 302
    image = Image.open(BytesIO(staff.get(path).content)).convert("RGB")
    assert image.getpixel((15, 15)) == (0, 0, 0)
    assert image.getpixel((50, 50)) == (255, 0, 0)
    assert ticket.history.last().kind == "covered"
    assert staff.post(f"{path}copri/", {"left": 100, "top": 0, "width": 1, "height": 1}).status_code == 422


def test_a_form_that_does_not_say_what_it_showed_goes_past_nothing(staff, anna):
    ticket = send(anna)
    page = f"{page_of(ticket.reference)}fai/rispondi/"
    token = soup(staff.get(page)).select_one("input[name=token]")["value"]
    for seen in ("", "x", "-1"):
        assert staff.post(page, {"token": token, "seen": seen, "text": "Ecco."}).status_code in (409, 422)
    assert staff.post(page, {"token": token, "text": "Ecco."}).status_code == 409
    assert not Writing.objects.filter(send_at__isnull=False).exists()
