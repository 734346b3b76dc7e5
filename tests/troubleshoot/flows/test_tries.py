"""What attempts cost, and that a sign-in too many waits by itself."""

import pytest

from troubleshoot.flows.engine import walk
from troubleshoot.flows.model import CANNOT, NO, READY, YES
from troubleshoot.flows.tries import MAX_LOGIN_TRIES, logins_after, must_wait

TO_HAND = {"where": "password", "sign-in-page": "refused", "password-state": "refused"}


@pytest.mark.parametrize(
    ("step", "answer", "before", "after"),
    [
        ("type-by-hand", NO, 0, 1),
        ("type-by-hand", NO, 1, 2),
        ("type-by-hand", NO, MAX_LOGIN_TRIES, 1),  # it waited first
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
    waited = walk(flow, TO_HAND | {"tries-before": "one", "type-by-hand": NO, "reset-password": READY})
    assert (waited.current.id, waited.is_ready) == ("reset-password", True)


def test_tries_that_nobody_asked_about_count_as_too_many(real):
    flow = real.flows["imi"]
    assert must_wait(flow.steps["type-by-hand"], MAX_LOGIN_TRIES)
    assert not must_wait(flow.steps["open-app"], MAX_LOGIN_TRIES)
    assert not must_wait(flow.steps["pause-after-reset"], MAX_LOGIN_TRIES)  # it waits anyway
