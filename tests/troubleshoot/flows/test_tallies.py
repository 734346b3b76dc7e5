import pytest
from django.db import DatabaseError, InterfaceError

from troubleshoot.flows import tallies
from troubleshoot.flows.models import Tally


@pytest.mark.django_db
def test_an_answer_is_counted_by_day_step_and_version(real):
    flow = real.flows["imi"]
    for _ in range(3):
        tallies.count(flow, flow.steps["type-by-hand"], "no")
    tallies.count(flow, flow.steps["type-by-hand"], "yes")
    rows = {(row.step, row.event, row.version): row.count for row in Tally.objects.all()}
    assert rows == {("type-by-hand", "no", flow.version): 3, ("type-by-hand", "yes", flow.version): 1}


@pytest.mark.django_db
def test_two_processes_that_make_the_first_row_at_once_count_both(real, monkeypatch):
    flow = real.flows["imi"]
    step = flow.steps["type-by-hand"]
    add_one = tallies._add_one
    missed = iter([0])

    def too_early(key):
        """The first look misses the row that the other process is just making."""
        if next(missed, None) is not None:
            Tally.objects.create(**key, count=1)
            return 0
        return add_one(key)

    monkeypatch.setattr(tallies, "_add_one", too_early)
    tallies.count(flow, step, "no")
    assert Tally.objects.get().count == 2


@pytest.mark.django_db
@pytest.mark.parametrize("fault", [DatabaseError, InterfaceError])
def test_a_counter_that_cannot_be_written_stands_in_nobody_s_way(client, monkeypatch, caplog, fault):
    def broken(key):
        raise fault("disk full")

    monkeypatch.setattr(tallies, "_add_one", broken)
    monkeypatch.setattr("troubleshoot.notices.snapshot._open_notices", tuple)
    url = "/it/guida/imi/type-by-hand/?password-state=refused&sign-in-page=refused&tries-before=none&where=password"
    response = client.post(url, {"result": "no"}, headers={"sec-fetch-site": "same-origin"})
    assert response.status_code == 303
    assert "A counter could not be written" in caplog.text
