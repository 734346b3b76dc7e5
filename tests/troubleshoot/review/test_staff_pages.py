"""Staff pages: who gets in, and what they set."""

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
    assert client.post(f"/it/redazione/avvisi/{notice.pk}/fine/").status_code == 302
    assert Notice.objects.get().ended_at is None


def test_a_form_sent_after_the_session_ended_leads_to_a_page_that_can_be_opened(client):
    location = client.post("/it/redazione/avvisi/1/fine/")["Location"]
    assert location == "/it/redazione/accesso/login/?next=/it/redazione/"


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
