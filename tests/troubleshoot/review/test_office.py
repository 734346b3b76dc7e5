"""The office's settings: changed by coordinators, in force at once, with a history."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from tests.troubleshoot.review.test_acts import signed_in
from tests.troubleshoot.tickets.sending import send, soup
from troubleshoot.accounts import services as accounts
from troubleshoot.accounts.models import Role
from troubleshoot.core.models import OfficeRules
from troubleshoot.core.office import rules
from troubleshoot.flows.model import Topic
from troubleshoot.review.office_views import ClosedDays, history
from troubleshoot.tickets import desk, services

pytestmark = pytest.mark.django_db
PAGE = "/it/redazione/ufficio/"
ROME = ZoneInfo("Europe/Rome")


def filled(client: Client, **changed: str | None) -> dict[str, str]:
    """The form as the page gives it, with some fields changed; None unchecks a box."""
    form = soup(client.get(PAGE)).select_one("#desk form")
    values = {
        field["name"]: field.get("value", "on" if field.get("type") == "checkbox" else "")
        for field in form.select("input")
        if field.get("type") != "checkbox" or field.has_attr("checked")
    }
    values |= {area["name"]: area.get_text().strip() for area in form.select("textarea")}
    values |= {select["name"]: select.select_one("[selected]")["value"] for select in form.select("select")}
    return {name: value for name, value in (values | changed).items() if value is not None}


def test_what_a_coordinator_settles_holds_at_once_and_is_told(db):
    with time_machine.travel(datetime(2026, 11, 30, 10, tzinfo=ROME), tick=False):
        staff = signed_in(Role.COORDINATOR)
        before = send(Client()).due_at
        assert before == datetime(2026, 12, 2, 10, tzinfo=ROME)
        changed = {
            "closes_5": "13:00",
            "opens_1": "",
            "closes_1": "",
            "closed_days": "1/12/2026\n24.12.2026 - 31.12.2026",
            "province": "MI",  # Sant'Ambrogio, 7 December
            "answer_within_hours": "8",
            "owner_training": "Formazione IMI",
            "takes_outage": None,
            "why": "orario invernale",
        }
        assert staff.post(PAGE, filled(staff, **changed)).status_code == 302
        assert rules().version == 1
        assert services.answer_due(datetime.now(ROME)) == datetime(2026, 12, 2, 17, tzinfo=ROME)
        friday = datetime(2026, 12, 4, 12, tzinfo=ROME)  # one hour is left, then Tuesday is a holiday too
        assert services.answer_due(friday) == datetime(2026, 12, 9, 16, tzinfo=ROME)
        assert services.owner_of(Topic.TRAINING) == "Formazione IMI"
        assert not services.takes(Topic.OUTAGE)
        assert services.takes(Topic.ACCESS)
        told = soup(staff.get(PAGE)).select_one(".story").get_text(" ", strip=True)
    for said in (
        "Ugo",
        "orario invernale",
        "venerdì: 09:00–17:00 → 09:00–13:00",
        "lunedì: 09:00–17:00 → chiuso",
        "01/12/2026, 24/12/2026 - 31/12/2026",
        "RM → MI",
        "16 → 8",
        "Formazione IMI",
    ):
        assert said in told.lower() or said in told, said


def test_the_first_values_are_those_of_the_server(staff, settings):
    settings.OFFICE_CLOSED_DAYS = frozenset({date(2099, 1, 2)})
    settings.TICKET_OWNERS = {"outage": "Helpdesk"}
    values = filled(staff)
    assert (values["opens_1"], values["closes_1"], values["closed_days"]) == ("09:00", "17:00", "02/01/2099")
    assert values["owner_outage"] == "Helpdesk"
    staff.post(PAGE, values)
    assert not OfficeRules.objects.exists()  # nothing was different


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"closes_2": ""}, "entrambi"),
        ({"closes_2": "08:00"}, "chiudere dopo"),
        ({"closes_2": "25:00"}, "ora valida"),
        ({f"{edge}_{day}": "" for edge in ("opens", "closes") for day in range(1, 8)}, "almeno un giorno"),
        ({"closed_days": "31/2/2027"}, "non è un giorno"),
        ({"closed_days": "2027-02-01"}, "non è un giorno"),
        ({"closed_days": "5/2/2027 - 1/2/2027"}, "secondo giorno"),
        ({"closed_days": "1/1/2027 - 31/12/2037"}, "secondo giorno"),
        ({"closed_days": "1/1/2027 - 30/6/2027\n1/7/2027 - 30/12/2027"}, "Al massimo"),
        ({"province": "XX"}, "valida"),
        ({"answer_within_hours": "0"}, "1"),
        ({"owner_training": "x" * 121}, "120"),
    ],
)
def test_what_cannot_hold_is_said_and_nothing_typed_is_lost(staff, changed, said):
    sent = filled(staff, why="una ragione", **changed)
    response = staff.post(PAGE, sent)
    assert response.status_code == 422
    page = soup(response)
    assert said in page.select_one(".error-box").get_text()
    assert page.select_one("[name=why]")["value"] == "una ragione"
    for name, value in changed.items():
        field = page.select_one(f"[name={name}]")
        assert value in (field.get("value", ""), field.get_text().strip()) or name == "province"
    assert not OfficeRules.objects.exists()


def test_of_two_coordinators_the_second_is_told_and_keeps_his_words(staff):
    mine = filled(staff, answer_within_hours="8")
    staff.post(PAGE, filled(staff, answer_within_hours="24"))
    response = staff.post(PAGE, mine)
    assert response.status_code == 422
    assert "Qualcuno ha cambiato" in response.content.decode()
    assert rules().answer_within == timedelta(hours=24)
    again = soup(response).select_one("[name=version]")["value"]
    assert staff.post(PAGE, mine | {"version": again}).status_code == 302
    assert rules().answer_within == timedelta(hours=8)
    assert [len(lines) for _row, lines in history()] == [1, 1]


@pytest.mark.parametrize("role", [Role.READER, Role.REVIEWER])
def test_only_a_coordinator_sees_and_changes_them(staff, role):
    values = filled(staff, answer_within_hours="8")
    other = signed_in(role)
    assert other.get(PAGE).status_code == 403
    assert other.post(PAGE, values).status_code == 403
    assert not OfficeRules.objects.exists()


@given(st.sets(st.dates(date(2020, 1, 1), date(2030, 1, 1)), max_size=60))
def test_closed_days_read_what_they_write(days):
    field = ClosedDays(required=False)
    assert field.clean(field.prepare_value(frozenset(days))) == days


# Who leaves.


def test_what_somebody_had_is_nobodys_when_he_leaves(staff, reviewer):
    person = accounts.make_reviewer(email="ugo@nimic.example", name="Ugo", password="una-lunga-password").user
    running, done = send(Client(), email="a@comune.example"), send(Client(), email="b@comune.example")
    for ticket in (running, done):
        desk.assign(ticket, person, desk.Hand(reviewer))
    services.close_as_solved(done)
    said = staff.post(f"/it/redazione/persone/{person.pk}/", {"what": "out"}, follow=True).content.decode()
    assert "1 richiesta" in said
    running.refresh_from_db()
    assert running.assignee is None
    done.refresh_from_db()
    services.reopen(done)
    done.refresh_from_db()
    assert done.assignee is None
