"""What attempts cost, and that a sign-in too many waits by itself."""

import pytest

from troubleshoot.flows.engine import walk
from troubleshoot.flows.model import CANNOT, NO, READY, WAITED, YES
from troubleshoot.flows.tries import MAX_LOGIN_TRIES, logins_after, must_wait

TO_HAND = {"where": "password", "sign-in-page": "refused", "password-state": "refused", "by-hand-stopped": "password"}


@pytest.mark.parametrize(
    ("step", "answer", "before", "after"),
    [
        ("type-by-hand", NO, 0, 1),
        ("type-by-hand", NO, 1, 2),
        ("type-by-hand", NO, MAX_LOGIN_TRIES, 2),  # nobody waited: still too many
        ("type-by-hand", CANNOT, 1, 1),
        ("account-page-opens", YES, 1, 0),  # an accepted sign-in begins anew
        ("pause-after-reset", NO, 2, 1),
        ("pause-first", YES, 2, 0),
        ("pause-first", CANNOT, 2, 2),
        ("open-app", NO, 1, 1),
        ("tries-before", "one", 0, 1),
        ("tries-before", "unknown", 0, 2),
        ("which-method", "app-pin", 1, 1),
    ],
)
def test_sign_ins_are_counted(real, step, answer, before, after):
    assert logins_after(real.flows["imi"].steps[step], answer, before) == after


def test_a_third_sign_in_waits_by_itself(real):
    flow = real.flows["imi"]
    once = walk(flow, TO_HAND | {"tries-before": "one", "type-by-hand": NO})
    assert (once.current.id, once.waits, once.is_ready) == ("reset-password", True, False)
    never = walk(flow, TO_HAND | {"tries-before": "none", "type-by-hand": NO})
    assert (never.current.id, never.waits) == ("reset-password", False)
    answers = TO_HAND | {"tries-before": "one", "type-by-hand": NO}
    waited = walk(flow, answers | {"reset-password": WAITED})
    assert (waited.current.id, waited.waits, waited.is_ready) == ("reset-password", True, True)
    only_read = walk(flow, answers | {"reset-password": READY})
    assert (only_read.current.id, only_read.is_ready) == ("reset-password", False)


def test_a_pause_counts_only_where_it_was_taken(real):
    flow = real.flows["imi"]
    answers = TO_HAND | {"tries-before": "one", "type-by-hand": NO}
    assert walk(flow, answers | {"reset-password": "waited-no"}).logins == 1
    assert walk(flow, answers | {"reset-password": NO}).logins == MAX_LOGIN_TRIES


def test_what_was_tried_counts_while_the_step_is_out_and_comes_back(real):
    flow = real.flows["imi"]
    answers = TO_HAND | {"tries-before": "none", "type-by-hand": NO}
    out = walk(flow, answers, suspended={"type-by-hand"})
    assert (out.current.id, out.logins, out.answers["type-by-hand"]) == ("reset-password", 1, NO)


def test_tries_on_a_way_that_was_left_are_added(real):
    flow = real.flows["imi"]
    answers = TO_HAND | {"tries-before": "one"}
    assert walk(flow, answers).waits is False
    assert walk(flow, answers, forgotten=1).waits is True


def test_tries_that_nobody_asked_about_count_as_too_many(real):
    flow = real.flows["imi"]
    assert must_wait(flow.steps["type-by-hand"], MAX_LOGIN_TRIES)
    assert not must_wait(flow.steps["open-app"], MAX_LOGIN_TRIES)
    assert not must_wait(flow.steps["pause-after-reset"], MAX_LOGIN_TRIES)  # it waits anyway
