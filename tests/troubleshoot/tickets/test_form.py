"""The form and its draft: what is asked, what comes back, and that no word is lost."""

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings as django_settings
from django.test import Client
from django.utils import timezone

from tests.languages import LANGUAGES
from tests.troubleshoot.conftest import OWN_PAGE
from tests.troubleshoot.tickets.sending import ANNA, FORM, begin, draft_url, post, send, soup, token_of
from troubleshoot.flows.model import Topic
from troubleshoot.tickets.fields import FIELDS, TOPICS
from troubleshoot.tickets.models import Draft, Ticket

pytestmark = pytest.mark.django_db
WALKED = "/it/scrivi/imi/?other-network=no&where=page-broken"


def values_in(page) -> dict[str, str]:
    fields = {field["name"]: field.get("value", "") for field in page.select("input[name]:not([type=hidden])")}
    return fields | {field["name"]: field.get_text().strip("\n") for field in page.select("textarea[name]")}


def test_without_a_topic_it_is_asked_first(client):
    page = soup(client.get("/it/scrivi/imi/"))
    links = [link["href"] for link in page.select(".choices a")]
    assert links == [f"/it/scrivi/imi/?argomento={topic}" for topic in Topic]
    assert not client.cookies


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("topic", Topic)
def test_each_topic_asks_what_it_needs(client, topic, language):
    page = soup(client.get(f"/{language}/scrivi/imi/?argomento={topic}"))
    assert list(dict.fromkeys(field["name"] for field in page.select("form .field [name]"))) == list(
        TOPICS[topic].fields
    )
    assert not client.cookies


def test_every_topic_and_field_is_used():
    assert set(TOPICS) == set(Topic)
    assert {key for asked in TOPICS.values() for key in asked.fields} == set(FIELDS)


def test_what_the_guide_knows_is_not_asked_again(client):
    page = soup(client.get(WALKED + "&colleagues=no"))
    names = {field["name"] for field in page.select("form .field [name]")}
    assert "colleagues" not in names
    assert "error_text" in names
    assert "Da un'altra rete" in page.select_one(".trail").get_text()


def test_the_browser_is_filled_in(client):
    agent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Safari/537.36"
    page = soup(client.get(FORM, headers={"user-agent": agent}))
    assert page.select_one("[name=browser]")["value"] == "Chrome 143, Linux"


@pytest.mark.parametrize("path", ["/it/scrivi/imi/?argomento=ghost", "/it/scrivi/imi/?argomento=access&argomento=x"])
def test_an_unknown_topic_is_asked_again(client, path):
    assert soup(client.get(path)).select(".choices a")


def test_the_sheet_is_shown_before_it_is_sent(client):
    url = draft_url(begin(client, WALKED, error_text="Riga uno\nRiga due", colleagues="no"))
    page = soup(client.get(url))
    text = page.get_text(" ", strip=True)
    for words in (*ANNA.values(), "Riga uno\nRiga due", "Da un'altra rete", "Manca ancora", "Codice utente EU Login"):
        assert words in text
    assert Ticket.objects.count() == 0


def test_when_to_expect_an_answer_knows_nights_weekends_and_holidays(client):
    with time_machine.travel("2026-12-23 16:00+01:00", tick=False):  # a Wednesday; Christmas lies before the weekend
        page = soup(client.get(draft_url(begin(client)))).get_text()
    assert "29 dicembre 2026, 16:00" not in page
    # 1 h on the 23rd, 8 h on the 24th, closed 25-27, 7 h on the 28th
    assert "28 dicembre 2026, 16:00" in page
    assert "23 dicembre 2027" in page


@pytest.mark.parametrize("missing", ["name", "authority", "email"])
def test_what_must_be_known_is_asked_for_and_the_rest_stands(client, missing):
    answer = begin(client, **{missing: ""})
    assert answer.status_code == 422
    page = soup(answer)
    field = page.select_one(f"[name={missing}]")
    assert field["aria-invalid"] == "true"
    assert page.select_one(f"#{field['aria-describedby'].split()[-1]}").get_text()
    assert values_in(page) | {missing: ""} == {**values_in(page), **ANNA, missing: ""}
    assert Draft.objects.count() == 0


def test_a_refused_form_can_be_sent_again_as_it_stands(client):
    page = soup(begin(client, email="no address"))
    token = page.select_one("input[name=token]")["value"]
    answer = post(client, FORM, {**values_in(page), "token": token, "email": ANNA["email"]})
    assert draft_url(answer)


@pytest.mark.parametrize("token", [None, "", "forged", "x" * 5_000, "a:b:c"])
def test_a_missing_or_forged_token_loses_no_word(client, token):
    data = {**ANNA, "error_text": "<b>Errore</b>"} | ({} if token is None else {"token": token})
    answer = post(client, FORM, data)
    assert answer.status_code == 422
    page = soup(answer)
    assert {**values_in(page), **ANNA, "error_text": "<b>Errore</b>"} == values_in(page)
    fresh = page.select_one("input[name=token]")["value"]
    assert draft_url(post(client, FORM, {**data, "token": fresh}))


def test_an_expired_form_loses_no_word(client):
    token = token_of(client)
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        answer = post(client, FORM, {**ANNA, "token": token})
    assert answer.status_code == 422
    assert "troppo a lungo" in answer.content.decode()
    assert values_in(soup(answer))["request"] == ANNA["request"]


def test_too_many_forms_from_one_network_lose_no_word(client, settings):
    settings.FORMS_AN_HOUR = 1
    begin(client)
    answer = begin(client)
    assert answer.status_code == 429
    assert values_in(soup(answer))["request"] == ANNA["request"]
    assert draft_url(post(Client(REMOTE_ADDR="192.0.2.7"), FORM, {**ANNA, "token": token_of(client)}))


def test_a_form_sent_twice_is_one_draft_with_what_it_says_last(client):
    token = token_of(client)
    first = draft_url(post(client, FORM, {**ANNA, "token": token}))
    again = draft_url(post(client, FORM, {**ANNA, "token": token, "request": "Tutta un altra cosa"}))
    assert first == again
    assert "Tutta un altra cosa" in client.get(first).content.decode()
    assert Draft.objects.count() == 1


def test_a_form_whose_request_was_sent_keeps_what_is_new_in_it(client):
    token = token_of(client)
    draft = draft_url(post(client, FORM, {**ANNA, "token": token}))
    post(client, f"{draft}invia/")
    answer = post(client, FORM, {**ANNA, "token": token, "request": "Scritto dopo"})
    assert answer.status_code == 422
    page = soup(answer)
    assert Ticket.objects.get().reference in page.select_one(".error-box").get_text()
    assert values_in(page)["request"] == "Scritto dopo"
    assert page.select_one("input[name=token]")["value"] != token


def test_somebody_else_s_token_tells_nothing_of_that_request(client):
    token = token_of(client)
    draft = draft_url(post(client, FORM, {**ANNA, "token": token}))
    post(client, f"{draft}invia/")
    answer = post(Client(), FORM, {**ANNA, "token": token})
    assert answer.status_code == 422
    assert Ticket.objects.get().reference not in answer.content.decode()


def test_two_tabs_are_two_requests(client):
    one, two = draft_url(begin(client)), draft_url(begin(client, request="Dall'altra scheda"))
    assert one != two
    post(client, f"{two}invia/")
    post(client, f"{one}invia/")
    assert {ticket.facts.facts["request"] for ticket in Ticket.objects.all()} == {ANNA["request"], "Dall'altra scheda"}


def test_another_browser_cannot_open_a_draft(client):
    draft = draft_url(begin(client))
    for path in ("", "fatti/", "immagini/", "inviata/"):
        answer = Client().get(draft + path)
        assert answer.status_code == 404
        assert ANNA["email"] not in answer.content.decode()
    assert post(Client(), f"{draft}invia/").status_code == 404
    assert Ticket.objects.count() == 0


def test_a_cookie_for_one_draft_opens_no_other(client):
    one, two = draft_url(begin(client)), draft_url(begin(Client()))
    ids = [path.split("/")[3] for path in (one, two)]
    client.cookies[f"draft-{ids[1]}"] = client.cookies[f"draft-{ids[0]}"].value
    assert client.get(two).status_code == 404


def test_a_changed_draft_shows_what_it_says_now(client):
    draft = draft_url(begin(client, error_text="Vecchio"))
    page = soup(client.get(f"{draft}fatti/"))
    assert values_in(page)["error_text"] == "Vecchio"
    answer = post(client, f"{draft}fatti/", {**ANNA, "error_text": "", "name": "Bea Prova"})
    assert answer.status_code == 302
    text = client.get(draft).content.decode()
    assert "Bea Prova" in text
    assert "Vecchio" not in text
    assert post(client, f"{draft}fatti/", {**ANNA, "email": "no"}).status_code == 422


def test_a_request_from_another_site_is_refused():
    client = Client(enforce_csrf_checks=True)
    answer = client.post(FORM, {**ANNA, "token": token_of(client)}, headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403
    assert Draft.objects.count() == 0


def test_far_too_much_text_is_said_and_kept(client):
    long = "parola " * 150_000
    answer = begin(client, request=long)
    assert answer.status_code == 422
    assert values_in(soup(answer))["request"].strip() == long.strip()
    assert Draft.objects.count() == 0
    assert len(long) > 1_000_000


def test_more_than_any_form_holds_is_refused(client):
    answer = begin(client, request="x" * (django_settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1))
    assert answer.status_code == 400
    assert Draft.objects.count() == 0


def test_unseen_signs_are_taken_out_and_the_rest_is_kept(client):
    hidden = "a\x00b\x07c\u202ed\u2066e\u200bf\ufeffg"
    draft = draft_url(begin(client, request=hidden, name="Anna\u202e Prova"))
    facts = Draft.objects.get().facts.facts
    assert facts["request"] == "abcdefg"
    assert facts["name"] == "Anna Prova"
    assert client.get(draft).status_code == 200


def test_script_in_every_field_is_shown_as_text(client):
    script = '<script>alert(1)</script>"><img src=x onerror=alert(2)>'
    data = dict.fromkeys(("name", "authority", "request", "browser", "error_text", "colleagues_how"), script)
    ticket = send(client, **data)
    draft = ticket.draft.pk
    for path in (f"/it/bozza/{draft}/inviata/",):
        assert "<script>alert" not in client.get(path).content.decode()
    url = draft_url(begin(client, **data))
    page = client.get(url).content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize("email", ["a@b.example\nBcc: x@y.example", "a@b.example\r\nSubject: x", "a b@c.example", "@"])
def test_an_address_that_would_break_a_header_is_refused(client, email):
    assert begin(client, email=email).status_code == 422


def test_a_newline_in_a_name_cannot_reach_a_header(client, mailoutbox):
    from tests.troubleshoot.tickets.sending import deliver  # noqa: PLC0415

    send(client, name="Anna\r\nBcc: x@y.example")
    deliver(mailoutbox)
    assert mailoutbox[0].recipients() == [ANNA["email"]]
    assert "Bcc" not in mailoutbox[0].message()


@pytest.mark.parametrize(
    ("typed", "words"),
    [("12345678", "PIN"), ("AF-ACDE-FGH3", "riferimento"), ("ABCD-EFGH", "codice"), ("a@b.example", "e-mail")],
)
def test_a_user_id_field_says_what_was_typed_instead(client, typed, words):
    answer = begin(client, user_id=typed)
    assert answer.status_code == 422
    assert words in soup(answer).select_one("#id_user_id_error").get_text()


def test_a_secret_is_shown_covered_once_and_never_stored(client):
    text = "Il mio PIN è 48151623 e non va"
    answer = begin(client, request=text)
    assert answer.status_code == 422
    page = soup(answer)
    assert "48151623" not in page.select_one(".doubts").get_text()
    assert values_in(page)["request"] == text  # her own words, on her own screen
    assert not page.select(".doubts [type=checkbox]")  # near PIN there is no *it is another number*
    seen = [mark["value"] for mark in page.select("[name=seen]")]
    token = page.select_one("[name=token]")["value"]
    draft_url(post(client, FORM, {**ANNA, "request": text, "token": token, "seen": seen}))
    assert Draft.objects.get().facts.facts["request"] == "Il mio PIN è •••••••• e non va"
    assert "48151623" not in str(list(Draft.objects.values()))


def test_another_number_stays_when_she_says_so(client):
    text = "Protocollo 48151623 di ieri"
    page = soup(begin(client, request=text))
    keep = page.select_one(".doubts [type=checkbox]")["value"]
    data = {**ANNA, "request": text, "token": page.select_one("[name=token]")["value"], "seen": keep}
    draft_url(post(client, FORM, {**data, "keep": keep}))
    assert Draft.objects.get().facts.facts["request"] == text
    draft_url(post(client, FORM, data))  # the same form, with the box not ticked: covered
    assert Draft.objects.get().facts.facts["request"] == "Protocollo •••••••• di ieri"


def test_a_secret_that_is_new_is_shown_before_it_is_covered(client):
    page = soup(begin(client, request="PIN 48151623"))
    seen = page.select_one("[name=seen]")["value"]
    token = page.select_one("[name=token]")["value"]
    answer = post(client, FORM, {**ANNA, "request": "PIN 11223344", "token": token, "seen": seen})
    assert answer.status_code == 422
    assert Draft.objects.count() == 0


def test_pages_of_the_form_are_not_kept_by_anybody_else(client):
    assert "private" in client.get(FORM)["Cache-Control"]
    draft = draft_url(begin(client))
    assert "no-store" in client.get(draft)["Cache-Control"]


def test_a_post_without_our_page_is_refused_everywhere():
    client = Client(enforce_csrf_checks=True)
    draft = draft_url(begin(client))
    for path in ("immagini/", "invia/", "fatti/"):
        assert client.post(draft + path).status_code == 403
    assert client.post(draft + "invia/", **OWN_PAGE).status_code == 302


def test_what_the_guide_knows_stays_when_the_text_is_changed(client):
    path = "/it/scrivi/imi/?colleagues=no&other-network=no&where=page-broken"
    draft = draft_url(begin(client, path))
    known = Draft.objects.get().facts.facts["colleagues"]
    assert known
    assert not soup(client.get(f"{draft}fatti/")).select("[name=colleagues]")
    post(client, f"{draft}fatti/", {**ANNA, "request": "Cambiata"})
    assert Draft.objects.get().facts.facts["colleagues"] == known


def test_a_browser_keeps_only_the_newest_drafts(client):
    urls = [draft_url(begin(client)) for _ in range(18)]
    kept = [name for name, cookie in client.cookies.items() if name.startswith("draft-") and cookie.value]
    assert len(kept) == 15
    assert client.get(urls[-1]).status_code == 200
