from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from troubleshoot.core import renewed
from troubleshoot.notices import services, snapshot
from troubleshoot.notices.models import Notice

WORDS = {"text_it": "Manutenzione", "text_en": "Maintenance"}
pytestmark = pytest.mark.django_db


def test_a_notice_stands_on_the_pages_it_names(reviewer):
    services.put_up(by=reviewer, **WORDS)
    services.put_up(by=reviewer, flow="imi", **WORDS)
    services.put_up(by=reviewer, flow="imi", step="where", **WORDS)
    now = snapshot.current()
    shown = [
        len(now.shown()),
        len(now.shown("cie-inps", step="road")),
        len(now.shown("imi", step="password-state")),
        len(now.shown("imi", step="where")),
    ]
    assert shown == [1, 1, 2, 3]
    assert len(now.shown("imi", "cie-inps")) == 2  # the start page: what concerns a whole flow


def test_a_notice_begins_and_ends_by_its_hours(reviewer):
    hour = timedelta(hours=1)
    services.put_up(by=reviewer, starts_at=timezone.now() + hour, **WORDS)
    services.put_up(by=reviewer, starts_at=timezone.now() - 2 * hour, ends_at=timezone.now() - hour, **WORDS)
    assert snapshot.current().shown() == []


def test_taking_down_ends_a_notice_and_keeps_its_row(reviewer):
    notice = services.put_up(by=reviewer, **WORDS)
    assert services.take_down(notice.pk, by=reviewer)
    assert not services.take_down(notice.pk, by=reviewer)
    assert snapshot.current().shown() == []
    assert Notice.objects.get().ended_by == reviewer


def test_suspending_twice_is_one_suspension(reviewer):
    first = services.put_up(by=reviewer, flow="imi", step="type-by-hand", suspends=True, **WORDS)
    second = services.put_up(by=reviewer, flow="imi", step="type-by-hand", suspends=True, **WORDS)
    assert first == second
    assert snapshot.current().suspended("imi") == {"type-by-hand"}
    assert snapshot.current().suspended("cie-inps") == frozenset()


def test_an_expired_suspension_makes_room_for_a_new_one(reviewer):
    past = timezone.now() - timedelta(hours=2)
    values = {"flow": "imi", "step": "type-by-hand", "suspends": True, **WORDS}
    old = services.put_up(by=reviewer, starts_at=past, ends_at=past + timedelta(hours=1), **values)
    assert snapshot.current().suspended("imi") == frozenset()
    new = services.put_up(by=reviewer, **values)
    assert new != old
    assert snapshot.current().suspended("imi") == {"type-by-hand"}


@pytest.mark.parametrize(
    "values",
    [
        {"suspends": True},
        {"ends_at": timezone.now() - timedelta(days=1)},
        {"kind": "maintenance"},
        {"kind": "maintenance", "begins_at": timezone.now()},
        {"begins_at": timezone.now(), "finishes_at": timezone.now() - timedelta(minutes=1)},
    ],
)
def test_what_must_hold_is_held_by_the_database(reviewer, values):
    row = {"starts_at": timezone.now(), "created_by": reviewer, **WORDS} | values
    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.create(**row)


def test_the_snapshot_is_renewed_after_five_seconds_with_one_query(reviewer, monkeypatch):
    clock = [1000.0]
    monkeypatch.setattr(renewed.time, "monotonic", lambda: clock[0])
    with CaptureQueriesContext(connection) as queries:
        snapshot.current()
        clock[0] += 4.9
        snapshot.current()
        assert len(queries) == 1
        clock[0] += 0.2
        snapshot.current()
    assert len(queries) == 2


def test_without_a_database_the_last_notices_stand(reviewer, monkeypatch, caplog):
    services.put_up(by=reviewer, **WORDS)
    snapshot.current()

    def broken(*args, **kwargs):
        raise DatabaseError("gone")

    monkeypatch.setattr(Notice.objects, "filter", broken)
    snapshot.forget()
    assert len(snapshot.current().shown()) == 1
    assert "the last known stand" in caplog.text


HOURS = {"begins_at": timezone.now() + timedelta(days=1), "finishes_at": timezone.now() + timedelta(days=1, hours=2)}


def test_a_maintenance_is_announced_before_it_begins_and_goes_when_it_ends(reviewer, monkeypatch):
    notice = services.put_up(by=reviewer, kind="maintenance", **HOURS, **WORDS)
    assert snapshot.current().shown() == [notice]
    assert notice.ends_at == HOURS["finishes_at"]
    monkeypatch.setattr(snapshot.timezone, "now", lambda: HOURS["finishes_at"])
    assert snapshot.current().shown() == []


def test_a_changed_notice_takes_the_place_of_the_old_one_and_both_are_kept(reviewer):
    first = services.put_up(by=reviewer, kind="maintenance", **HOURS, **WORDS)
    longer = HOURS | {"finishes_at": HOURS["finishes_at"] + timedelta(hours=3)}
    second = services.change(first.pk, by=reviewer, kind="maintenance", **longer, **WORDS)
    assert snapshot.current().shown() == [second]
    assert second.replaces == Notice.objects.get(pk=first.pk)
    assert second.replaces.ended_by == reviewer


def test_of_two_who_change_a_notice_the_second_is_told(reviewer):
    first = services.put_up(by=reviewer, **WORDS)
    assert services.change(first.pk, by=reviewer, text_it="a", text_en="b")
    assert services.change(first.pk, by=reviewer, text_it="c", text_en="d") is None
    assert [notice.text_it for notice in snapshot.current().shown()] == ["a"]


def test_a_change_that_cannot_be_written_leaves_the_old_notice_up(reviewer):
    first = services.put_up(by=reviewer, **WORDS)
    with pytest.raises(IntegrityError):
        services.change(first.pk, by=reviewer, kind="maintenance", **WORDS)
    snapshot.forget()
    assert snapshot.current().shown() == [first]
