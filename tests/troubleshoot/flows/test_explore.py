from troubleshoot.flows.explore import count_paths, explore, longest
from troubleshoot.flows.model import Kind


def test_every_step_that_answers_reach_is_explored(tiny, tiny_facts):
    flow = tiny.flows["tiny"]
    assert {arrival.state.step for arrival in explore(flow, tiny_facts)} == flow.steps.keys() - {"other-desk"}


def test_a_fact_parts_the_states_that_its_answers_part(tiny, tiny_facts):
    flow = tiny.flows["tiny"]
    at_the_branch = {
        arrival.state.answers for arrival in explore(flow, tiny_facts) if arrival.state.step == "which-way"
    }
    by_the_window = frozenset()
    assert at_the_branch == {by_the_window} | {
        frozenset({("tries-before", answer)}) for answer in ("none", "many", "unknown")
    }


def test_the_longest_way_and_the_number_of_ways(tiny):
    flow = tiny.flows["tiny"]
    questions, path = longest(flow, lambda step: step.kind is Kind.QUESTION)
    assert (questions, path[:2]) == (2, ("where", "tries-before"))
    assert count_paths(flow) == 43  # counted by hand
