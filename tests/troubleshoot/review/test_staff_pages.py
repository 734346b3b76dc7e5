"""Staff pages: who gets in, and what they set."""

from urllib.parse import urlencode

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone

from tests.languages import LANGUAGES
from troubleshoot.accounts.models import User
from troubleshoot.notices import services, snapshot
from troubleshoot.notices.models import Notice

pytestmark = pytest.mark.django_db
PAGES = [
    "/it/redazione/",
    "/it/redazione/avvisi/",
    "/it/redazione/mappa/imi/",
    "/it/redazione/mappa/imi/type-by-hand/sospendi/",
]


@pytest.mark.parametrize("path", PAGES)
def test_a_stranger_is_sent_to_sign_in(client, path):
    response = client.get(path)
    assert response["Location"].startswith("/it/redazione/accesso/login/?next=")


@pytest.mark.parametrize("path", PAGES)
def test_without_a_second_factor_nobody_gets_further_than_setting_one_up(client, path):
    client.force_login(User.objects.create_user("luca@nimic.example", "una-lunga-password"))
    assert client.get(path)["Location"] == "/it/redazione/accesso/2fa/totp/activate/"


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_reviewer_with_a_second_factor_gets_in(staff, path, language):
    response = staff.get(f"/{language}{path[3:]}")
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]


def test_ending_a_notice_needs_a_reviewer(client, reviewer):
    notice = services.put_up(by=reviewer, text_it="a", text_en="b")
    assert client.post(f"/it/redazione/avvisi/{notice.pk}/fine/").status_code == 403
    assert Notice.objects.get().ended_at is None


def test_a_form_sent_after_the_session_ended_leads_to_a_page_that_can_be_opened(client):
    page = "/it/redazione/richieste/nuova/"
    answer = client.post(
        page, {"text": "Parole di mezz'ora.", "seen": "3"}, headers={"referer": f"http://testserver{page}"}
    )
    assert answer.status_code == 403
    words = BeautifulSoup(answer.content, "html.parser")
    assert [said.get_text() for said in words.select("pre")] == ["Parole di mezz'ora."]
    assert words.select_one("a.button")["href"] == f"/it/redazione/accesso/login/?{urlencode({'next': page})}"
    elsewhere = client.post(page, {"text": "x"}, headers={"referer": "https://evil.example/it/redazione/"})
    assert 'next=%2Fit%2Fredazione%2F"' in elsewhere.content.decode()


def test_a_script_hears_that_the_session_has_ended(client):
    answer = client.post("/it/redazione/richieste/nuova/", {"keep": "1"}, headers={"hx-request": "true"})
    assert (answer.status_code, answer.content) == (401, b"")


def test_a_notice_is_put_up_and_taken_down(staff, client):
    words = {
        "kind": "notice",
        "place": "imi",
        "text_it": "IMI è in manutenzione",
        "text_en": "IMI is down",
        "who_is_hit": "tutti",
    }
    assert staff.post("/it/redazione/avvisi/", words).status_code == 302
    assert "IMI è in manutenzione" in client.get("/it/guida/imi/where/").content.decode()
    assert "IMI is down" in client.get("/en/guida/imi/where/").content.decode()
    assert "IMI è in manutenzione" not in client.get("/it/guida/cie-inps/road/").content.decode()
    page = BeautifulSoup(staff.get("/it/redazione/avvisi/").content.decode(), "html.parser")
    end = page.select_one('form[action$="/fine/"]')["action"]
    assert staff.post(end).status_code == 302
    assert "manutenzione" not in client.get("/it/guida/imi/where/").content.decode()


MAINTENANCE = {
    "kind": "maintenance",
    "place": "imi",
    "text_it": "IMI si ferma",
    "text_en": "IMI pauses",
    "who_is_hit": "tutti gli utenti di IMI",
    "begins_at": "2035-03-02T18:00",
    "finishes_at": "2035-03-02T20:30",
}


def test_a_maintenance_stands_first_on_the_pages_it_concerns(staff, client):
    assert staff.post("/it/redazione/avvisi/", MAINTENANCE).status_code == 302
    concerned = ("/it/", "/it/guida/imi/where/", "/it/guida/imi/reset-password/", "/it/testi/eidas-node/")
    for path in concerned:
        page = BeautifulSoup(client.get(path).content.decode(), "html.parser")
        first = page.select_one("main").find(True)
        assert first["class"] == ["notice"], path
        words = " ".join(first.get_text().split())
        assert words.startswith("Manutenzione, inizio: 2 marzo 2035, 18:00; fine: 2 marzo 2035, 20:30: IMI si ferma"), (
            path
        )
        assert "Chi è colpito: tutti gli utenti di IMI. Scritto " in words
    for path in ("/it/guida/cie-inps/road/", "/it/privacy/"):
        assert "IMI si ferma" not in client.get(path).content.decode()
    assert "IMI pauses" in client.get("/en/").content.decode()


def test_a_notice_is_changed_and_says_when(staff, client):
    staff.post("/it/redazione/avvisi/", MAINTENANCE)
    first = Notice.objects.get()
    url = f"/it/redazione/avvisi/{first.pk}/cambia/"
    form = BeautifulSoup(staff.get(url).content.decode(), "html.parser")
    assert form.select_one("#id_finishes_at")["value"] == "2035-03-02T20:30"
    assert form.select_one("#id_kind option[selected]")["value"] == "maintenance"
    assert staff.post(url, MAINTENANCE | {"finishes_at": "2035-03-02T23:00", "ends_at": ""}).status_code == 302
    words = client.get("/it/guida/imi/where/").content.decode()
    assert "23:00" in words
    assert "20:30" not in words
    assert "Ultima modifica" in words


def test_who_changes_a_notice_that_is_gone_loses_no_word(staff):
    staff.post("/it/redazione/avvisi/", MAINTENANCE)
    first = Notice.objects.get()
    staff.post(f"/it/redazione/avvisi/{first.pk}/fine/")
    response = staff.post(f"/it/redazione/avvisi/{first.pk}/cambia/", MAINTENANCE | {"text_it": "Parole lunghe"})
    assert response.status_code == 409
    assert "Parole lunghe" in response.content.decode()
    assert Notice.objects.count() == 1


def test_a_notice_is_changed_only_by_a_reviewer_and_a_suspension_not_at_all(client, staff, reviewer):
    step = services.put_up(by=reviewer, flow="imi", step="type-by-hand", suspends=True, text_it="a", text_en="b")
    assert staff.get(f"/it/redazione/avvisi/{step.pk}/cambia/").status_code == 404
    staff.logout()
    assert "accesso/login" in staff.get(f"/it/redazione/avvisi/{step.pk}/cambia/")["Location"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"text_it": ""}, "text_it"),
        ({"text_en": "x" * 501}, "text_en"),
        ({"place": "ghost"}, "place"),
        ({"text_it": "null \x00 here"}, "text_it"),
        ({"ends_at": "2020-01-01T10:00"}, "ends_at"),
        ({"starts_at": "when?"}, "starts_at"),
        ({"kind": "party"}, "kind"),
        ({"kind": "maintenance"}, "begins_at"),
        ({"kind": "maintenance", "begins_at": "2030-01-01T10:00"}, "finishes_at"),
        ({"begins_at": "2030-01-01T10:00", "finishes_at": "2030-01-01T09:00"}, "finishes_at"),
    ],
)
def test_a_bad_notice_is_refused_and_nothing_typed_is_lost(staff, changes, words):
    values = {
        "kind": "notice",
        "place": "",
        "text_it": "Una cosa lunga da scrivere",
        "text_en": "Something long",
        "who_is_hit": "",
    } | changes
    response = staff.post("/it/redazione/avvisi/", values)
    assert response.status_code == 422
    page = BeautifulSoup(response.content.decode(), "html.parser")
    assert page.select(".errorlist")
    assert not Notice.objects.exists()
    if words != "text_en":
        assert "Something long" in response.content.decode()


def test_a_step_is_taken_out_and_put_back(staff, client):
    url = "/it/redazione/mappa/imi/type-by-hand/sospendi/"
    assert staff.post(url, {"text_it": "Si rivede", "text_en": "Under review"}).status_code == 302
    at = "/it/guida/imi/type-by-hand/?password-state=refused&sign-in-page=refused&tries-before=none&where=password"
    assert "/reset-password/" in client.get(at)["Location"]
    page = BeautifulSoup(staff.get("/it/redazione/mappa/imi/").content.decode(), "html.parser")
    back = page.select_one("#type-by-hand form")["action"]
    staff.post(back)
    assert client.get(at).status_code == 200


@pytest.mark.parametrize("step", ["where", "who-else", "ghost"])
def test_questions_and_branches_cannot_be_taken_out(staff, step):
    assert staff.get(f"/it/redazione/mappa/imi/{step}/sospendi/").status_code == 404


def test_script_in_a_notice_is_shown_as_text(staff, client):
    words = {
        "kind": "notice",
        "place": "",
        "text_it": "<script>alert(1)</script>",
        "text_en": "<img src=x onerror=alert(1)>",
    }
    staff.post("/it/redazione/avvisi/", words)
    for language in ("it", "en"):
        page = client.get(f"/{language}/").content.decode()
        assert "<script>alert" not in page
        assert "<img src=x" not in page


def test_staff_pages_ask_as_much_for_many_notices_as_for_one(staff, reviewer, django_assert_max_num_queries):
    for number in range(15):
        services.put_up(by=reviewer, text_it=f"n{number}", text_en=f"n{number}")
    snapshot.current()
    with django_assert_max_num_queries(6):
        staff.get("/it/redazione/avvisi/")


def test_the_map_draws_every_step_and_lists_its_edges(staff, real_flow_steps):
    page = BeautifulSoup(staff.get("/it/redazione/mappa/imi/").content.decode(), "html.parser")
    assert len(page.select(".map rect")) == real_flow_steps
    assert len(page.select("tbody tr")) == real_flow_steps
    assert page.select_one("#where a[href='#sign-in-page']")


@pytest.fixture
def real_flow_steps() -> int:
    from troubleshoot.flows import library  # noqa: PLC0415

    return len(library.current().content.flows["imi"].steps)


def test_a_stale_source_is_listed(staff, settings, tiny_site):
    from tests.troubleshoot.flows.folder import replace  # noqa: PLC0415
    from troubleshoot.flows import library  # noqa: PLC0415

    replace(tiny_site / "sources.toml", "2026-11-01", str(timezone.localdate().year - 2) + "-01-01")
    library.forget()
    assert "tiny/ask" in staff.get("/it/redazione/").content.decode()
