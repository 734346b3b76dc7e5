"""Replay of answers through a flow: where she is, how she got there, what stands next. No state."""

import hashlib
import string
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from troubleshoot.flows.facts import FACTS, Fact
from troubleshoot.flows.model import CANNOT, NO, READY, Flow, Kind, Step

#: Letters of a short address: no vowels, so no words; no look-alikes.
_LETTERS = "bcdfghjkmnpqrstvwxz" + string.digits[2:]
_CHECK_LETTERS = 2


@dataclass(frozen=True, slots=True)
class Visit:
    """An answered step. suspended: answered by us, because staff took the step out."""

    step: Step
    answer: str
    suspended: bool = False


@dataclass(frozen=True, slots=True)
class Walk:
    """visits: answered steps in order. current: the first open step, or the outcome reached.

    is_ready: the current remedy costs something and she has read what. answers: those on the path,
    which is what a canonical address holds.
    """

    visits: tuple[Visit, ...]
    current: Step
    is_ready: bool
    answers: Mapping[str, str]

    def visit(self, step_id: str) -> Visit | None:
        return next((visit for visit in self.visits if visit.step.id == step_id and not visit.suspended), None)

    @property
    def failed_remedies(self) -> tuple[Visit, ...]:
        """Remedies she tried without success."""
        return tuple(visit for visit in self.visits if visit.step.kind is Kind.REMEDY and visit.answer == NO)


def walk(
    flow: Flow,
    answers: Mapping[str, str],
    *,
    suspended: Collection[str] = (),
    facts: Mapping[str, Fact] = FACTS,
) -> Walk:
    """Follow `answers` from the start of `flow` to the first step that they leave open.

    Answers of unknown steps, unknown answers and answers off the path are left out of the result.
    A suspended remedy or check is walked as *can't*, a suspended outcome gives way to its stand-in.
    """
    visits: list[Visit] = []
    kept: dict[str, str] = {}
    step = flow.steps[flow.start]
    while True:
        if step.kind is Kind.BRANCH:
            step = flow.steps[branch_target(step, kept, facts)]
            continue
        if step.kind is Kind.OUTCOME:
            return Walk(tuple(visits), _standing_outcome(flow, step, suspended), False, kept)
        if step.id in suspended and step.can_be_suspended:
            visits.append(Visit(step, CANNOT, suspended=True))
            step = flow.steps[step.next[CANNOT]]
            continue
        answer = answers.get(step.id)
        if answer == READY and step.opens_after_warning:
            kept[step.id] = READY
            return Walk(tuple(visits), step, True, kept)
        if answer is None or answer not in step.next:
            return Walk(tuple(visits), step, False, kept)
        visits.append(Visit(step, answer))
        kept[step.id] = answer
        step = flow.steps[step.next[answer]]


def branch_target(step: Step, answers: Mapping[str, str], facts: Mapping[str, Fact] = FACTS) -> str:
    """Where the first rule that holds leads; the last one always does."""
    for rule in step.rules[:-1]:
        if rule.when is not None and facts[rule.when].holds(answers):
            return rule.to
    return step.rules[-1].to


def _standing_outcome(flow: Flow, step: Step, suspended: Collection[str]) -> Step:
    if step.id not in suspended:
        return step
    for candidate in (step.instead, *flow.last_resort):
        if candidate and candidate not in suspended:
            return flow.steps[candidate]
    return step


def short_code(flow: Flow, visits: Sequence[Visit]) -> str:
    """A path as a few letters to type on another screen: the flow's short name, one letter an answer, two to check.

    The check letters depend on the steps and answers passed, so a code made before the flow changed
    there is refused and never leads somewhere else.
    """
    letters, trail = "", flow.id
    for visit in visits:
        letters += _LETTERS[visit.step.answers.index(visit.answer)]
        trail += f"/{visit.step.id}={visit.answer}"
    return f"{flow.short}-{letters}{_check_letters(trail)}"


def read_short_code(flow: Flow, code: str) -> dict[str, str] | None:
    """The answers that `code` stands for, or None where it was mistyped or the flow has changed."""
    prefix, _, letters = code.lower().partition("-")
    if prefix != flow.short or not _CHECK_LETTERS <= len(letters) <= 60:
        return None
    letters, check = letters[:-_CHECK_LETTERS], letters[-_CHECK_LETTERS:]
    answers: dict[str, str] = {}
    trail = flow.id
    for letter in letters:
        step = walk(flow, answers).current
        place = _LETTERS.find(letter)
        if not 0 <= place < len(step.answers):
            return None
        answers[step.id] = step.answers[place]
        trail += f"/{step.id}={step.answers[place]}"
    return answers if _check_letters(trail) == check else None


def _check_letters(trail: str) -> str:
    number = int.from_bytes(hashlib.sha256(trail.encode()).digest()[:4])
    size = len(_LETTERS)
    return _LETTERS[number % size] + _LETTERS[number // size % size]
