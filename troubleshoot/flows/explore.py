"""Every way through a flow, as far as it matters: what the rules on tries and harm are proven on.

Two walks that arrive at a step with the same counts, the same failed remedies and the same answers
that facts read are one state; so the proof covers all paths without listing them. A suspended
remedy or check is walked as *can't*, which is an edge here as well.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from troubleshoot.flows.engine import branch_target
from troubleshoot.flows.facts import FACTS, Fact
from troubleshoot.flows.model import CANNOT, YES, Flow, Kind, Step, Tries
from troubleshoot.flows.tries import MAX_ENTRIES, entries_after


@dataclass(frozen=True, slots=True)
class State:
    """What is known on arriving at a step. Sign-ins need no proof: one too many waits by itself (`tries`).

    pins, puks: entries of that code since the last accepted one; the full budget until she was asked about earlier
    ones.
    passed: remedies done (*yes* or *no*), failed: those answered *no* or *can't*; harms: highest harm offered so
    far by cause; answers: those that facts read.
    """

    step: str
    pins: int = MAX_ENTRIES
    puks: int = MAX_ENTRIES
    passed: frozenset[str] = frozenset()
    failed: frozenset[str] = frozenset()
    harms: frozenset[tuple[str, int]] = frozenset()
    answers: frozenset[tuple[str, str]] = frozenset()

    def entries_of(self, code: Tries) -> int:
        return self.pins if code is Tries.PIN else self.puks

    def harm_of(self, cause: str) -> int:
        return max((harm for name, harm in self.harms if name == cause), default=0)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A state and the answers that led there, for the message."""

    state: State
    path: tuple[tuple[str, str], ...]


def explore(flow: Flow, facts: Mapping[str, Fact] = FACTS, limit: int = 500_000) -> Iterator[Arrival]:
    """Every state that can be reached. The flow must be closed: targets exist, no circle.

    Raises OverflowError past `limit` states.
    """
    read = {step for known in _used_facts(flow, facts) for step in known.reads}
    wanted = {name for step in flow.steps.values() for name in (*step.milder, step.part_of) if name}
    open_arrivals = [Arrival(State(flow.start), ())]
    seen = {open_arrivals[0].state}
    while open_arrivals:
        arrival = open_arrivals.pop()
        yield arrival
        for following in _following(flow, arrival, read, wanted, facts):
            if following.state not in seen:
                if len(seen) >= limit:
                    raise OverflowError(f"more than {limit} states")
                seen.add(following.state)
                open_arrivals.append(following)


def _used_facts(flow: Flow, facts: Mapping[str, Fact]) -> Iterator[Fact]:
    names = {rule.when for step in flow.steps.values() for rule in step.rules if rule.when}
    yield from (facts[name] for name in names if name in facts)


def _following(
    flow: Flow, arrival: Arrival, read: set[str], wanted: set[str], facts: Mapping[str, Fact]
) -> Iterator[Arrival]:
    state, step = arrival.state, flow.steps[arrival.state.step]
    if step.kind is Kind.BRANCH:
        yield Arrival(replace(state, step=branch_target(step, dict(state.answers), facts)), arrival.path)
    is_remedy, is_wanted = step.kind is Kind.REMEDY, step.kind is Kind.REMEDY and step.id in wanted
    counts_harm = is_remedy and not step.part_of
    harms = state.harms | {(step.cause, int(step.harm))} if counts_harm else state.harms
    for answer, target in step.next.items():
        after = State(  # each field anew: `replace` takes three times as long, and this is half of a start
            target,
            entries_after(step, answer, state.pins, Tries.PIN),
            entries_after(step, answer, state.puks, Tries.PUK),
            state.passed | {step.id} if is_wanted and answer != CANNOT else state.passed,
            state.failed | {step.id} if is_wanted and answer != YES else state.failed,
            harms,
            state.answers | {(step.id, answer)} if step.id in read else state.answers,
        )
        yield Arrival(after, (*arrival.path, (step.id, answer)))


def longest(
    flow: Flow, counts: Callable[[Step], bool], answers: Mapping[str, str] = MappingProxyType({})
) -> tuple[int, tuple[str, ...]]:
    """The most steps for which `counts` holds on one path, and that path's steps. The flow has no circle.

    answers: by step; of these steps no other answer is followed. Branches are taken every way.
    """
    best: dict[str, tuple[int, tuple[str, ...]]] = {}

    def measure(step_id: str) -> tuple[int, tuple[str, ...]]:
        if step_id not in best:
            step = flow.steps[step_id]
            following = [step.next[answers[step_id]]] if step_id in answers else step.next.values()
            targets = {*following, *(rule.to for rule in step.rules)}
            length, tail = max((measure(target) for target in targets), default=(0, ()))
            best[step_id] = (length + counts(step), (step_id, *tail))
        return best[step_id]

    return measure(flow.start)


def count_paths(flow: Flow) -> int:
    """Paths from the start to an outcome, branches taken every way: an upper bound. No circle."""
    ways: dict[str, int] = {}

    def count(step_id: str) -> int:
        if step_id not in ways:
            step = flow.steps[step_id]
            targets = [*step.next.values(), *(rule.to for rule in step.rules)]
            ways[step_id] = sum(map(count, targets)) if targets else 1
        return ways[step_id]

    return count(flow.start)
