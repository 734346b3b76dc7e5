import pytest
from hypothesis import given
from hypothesis import strategies as st

from troubleshoot.flows.engine import read_short_code, short_code, walk
from troubleshoot.flows.facts import Fact
from troubleshoot.flows.model import CANNOT, READY, WAITED, Content, Kind


@pytest.fixture
def flow(tiny: Content):
    return tiny.flows["tiny"]


def ids(walked):
    return [visit.step.id for visit in walked.visits]


def test_no_answers_stand_at_the_start(flow, tiny_facts):
    walked = walk(flow, {}, facts=tiny_facts)
    assert (walked.current.id, ids(walked)) == ("where", [])


def test_answers_are_replayed_in_the_flow_s_order(flow, tiny_facts):
    walked = walk(flow, {"knock": "no", "tries-before": "none", "where": "door"}, facts=tiny_facts)
    assert (walked.current.id, ids(walked)) == ("break-in", ["where", "tries-before", "knock"])


def test_a_branch_turns_on_a_named_fact(flow, tiny_facts):
    answers = {"where": "door", "tries-before": "many", "wait": "yes", "knock": "no"}
    assert walk(flow, answers, facts=tiny_facts).current.id == "ask"


@pytest.mark.parametrize("value", ["", "nonsense", "DOOR", "ready", "\x00"])
def test_an_unknown_answer_leaves_its_step_open(flow, tiny_facts, value):
    walked = walk(flow, {"where": value, "tries-before": "none"}, facts=tiny_facts)
    assert (walked.current.id, dict(walked.answers)) == ("where", {})


def test_answers_off_the_path_are_dropped(flow, tiny_facts):
    walked = walk(flow, {"where": "window", "tries-before": "none", "ghost": "yes"}, facts=tiny_facts)
    assert dict(walked.answers) == {"where": "window"}


def test_a_harmful_remedy_opens_when_she_has_read_what_is_lost(flow, tiny_facts):
    answers = {"where": "door", "tries-before": "none", "knock": "no"}
    before = walk(flow, answers, facts=tiny_facts)
    after = walk(flow, answers | {"break-in": READY}, facts=tiny_facts)
    assert (before.is_ready, after.is_ready) == (False, True)
    assert before.current.id == after.current.id == "break-in"


def test_ready_opens_no_harmless_step(flow, tiny_facts):
    walked = walk(flow, {"where": "door", "tries-before": "none", "knock": READY}, facts=tiny_facts)
    assert (walked.is_ready, "knock" in walked.answers) == (False, False)


def test_a_suspended_remedy_is_walked_as_cannot(flow, tiny_facts):
    walked = walk(flow, {"where": "door", "tries-before": "none"}, suspended={"knock"}, facts=tiny_facts)
    assert walked.current.id == "break-in"
    assert walked.visits[-1].suspended
    assert walked.visits[-1].answer == CANNOT


def test_an_answer_given_before_the_suspension_gives_way_to_it(flow, tiny_facts):
    answers = {"where": "door", "tries-before": "none", "knock": "yes"}
    assert walk(flow, answers, suspended={"knock"}, facts=tiny_facts).current.id == "break-in"


def test_a_suspended_outcome_gives_way_to_its_stand_in(flow, tiny_facts):
    assert walk(flow, {"where": "unknown"}, suspended={"ask"}, facts=tiny_facts).current.id == "other-desk"


def test_with_every_outcome_out_the_last_one_stands(flow, tiny_facts):
    assert walk(flow, {"where": "unknown"}, suspended={"ask", "other-desk"}, facts=tiny_facts).current.id == "ask"


def test_a_question_cannot_be_suspended(flow, tiny_facts):
    assert walk(flow, {"where": "door"}, suspended={"where"}, facts=tiny_facts).current.id == "tries-before"


def test_only_remedies_answered_no_count_as_failed(flow, tiny_facts):
    answers = {"where": "door", "tries-before": "none", "knock": "no", "break-in": "cannot"}
    assert [visit.step.id for visit in walk(flow, answers, facts=tiny_facts).failed_remedies] == ["knock"]


def test_a_fact_sees_a_suspended_step_as_the_proof_does(flow):
    """A branch that reads a step stepped over turns as *can't* turns it."""
    heard = []
    fact = Fact("waited_before", frozenset({"knock"}), lambda answers: heard.append(dict(answers)) or False)
    walk(flow, {"where": "door", "tries-before": "none"}, suspended={"knock"}, facts={"waited_before": fact})
    assert heard == [{"knock": "cannot"}]


def test_a_suspended_step_travels_in_a_short_code_as_no_answer_of_hers(flow):
    waited = {"waited_before": Fact("waited_before", frozenset(), lambda answers: False)}
    walked = walk(flow, {"where": "door", "tries-before": "none", "break-in": "no"}, suspended={"knock"}, facts=waited)
    assert [visit.step.id for visit in walked.visits if visit.suspended] == ["knock"]
    code = short_code(flow, walked.visits)
    assert read_short_code(flow, code, facts=waited) == (
        {"where": "door", "tries-before": "none", "break-in": "no"},
        0,
    )


def test_a_step_of_many_answers_takes_two_letters(flow, tiny_facts):
    from dataclasses import replace  # noqa: PLC0415

    look = replace(flow.steps["look"], next={f"code-{number}": "ask" for number in range(60)})
    wide = replace(flow, steps={**flow.steps, "look": look})
    for number in range(60):
        walked = walk(wide, {"where": "window", "look": f"code-{number}"}, facts=tiny_facts)
        assert read_short_code(wide, short_code(wide, walked.visits), facts=tiny_facts) == (walked.answers, 0)


answers_of_any_kind = st.dictionaries(
    st.sampled_from(
        ["where", "sign-in-page", "tries-before", "password-state", "type-by-hand", "reset-password", "pause-first"]
    )
    | st.text(max_size=8),
    st.sampled_from(
        [
            "password",
            "refused",
            "lost",
            "none",
            "one",
            "more",
            "yes",
            "no",
            "cannot",
            "unknown",
            "ready",
            "waited",
            "waited-no",
        ]
    )
    | st.text(max_size=8),
    max_size=10,
)


@given(answers=answers_of_any_kind, suspended=st.sets(st.sampled_from(["type-by-hand", "reset-password", "ask-nimic"])))
def test_any_answers_end_at_one_step_and_the_kept_ones_lead_there_again(real, answers, suspended):
    flow = real.flows["imi"]
    walked = walk(flow, answers, suspended=suspended)
    assert walked.current.kind is not Kind.BRANCH
    assert walked.answers.items() <= answers.items()
    assert walk(flow, walked.answers, suspended=suspended) == walked


@given(answers=answers_of_any_kind, forgotten=st.integers(0, 2))
def test_a_short_code_leads_to_the_same_place(real, answers, forgotten):
    flow = real.flows["imi"]
    walked = walk(flow, {name: answer for name, answer in answers.items() if answer not in (READY, WAITED)})
    code = short_code(flow, walked.visits, forgotten)
    assert read_short_code(flow, code) == (walked.answers, forgotten)
    assert read_short_code(flow, code.upper()) == (walked.answers, forgotten)
    pauses = sum(visit.waited for visit in walked.visits)
    assert len(code) == len("imi-") + forgotten + pauses + len(walked.visits) + 2


@given(st.text(max_size=80))
def test_any_text_is_a_short_code_or_none(real, text):
    read = read_short_code(real.flows["imi"], text)
    assert read is None or walk(real.flows["imi"], read[0]).answers == read[0]


def test_one_wrong_sign_in_a_short_code_is_noticed_nearly_always(real):
    flow = real.flows["imi"]
    walked = walk(
        flow, {"where": "password", "sign-in-page": "refused", "tries-before": "one", "password-state": "lost"}
    )
    code = short_code(flow, walked.visits)
    wrong = [
        code[:place] + sign + code[place + 1 :]
        for place in range(len("imi-"), len(code))
        for sign in "bcdfghjkmnpqrstvwxz23456789"
        if sign != code[place]
    ]
    taken = [typed for typed in wrong if read_short_code(flow, typed) is not None]
    assert len(taken) <= len(wrong) // 100
