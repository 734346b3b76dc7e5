"""Replay of answers through a flow: where she is, how she got there, what stands next. No state."""

import hashlib
import string
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from troubleshoot.flows.facts import FACTS, Fact
from troubleshoot.flows.model import CANNOT, NO, READY, Flow, Kind, Step
from troubleshoot.flows.tries import MAX_LOGIN_TRIES, logins_after, must_wait

#: Letters of a short address: no vowels, so no words; no look-alikes.
_LETTERS = "bcdfghjkmnpqrstvwxz" + string.digits[2:]
_CHECK_LETTERS = 2
_LONGEST_CODE = 80
#: Stands in a short address for a step that was suspended; no letter of an answer.
_SUSPENDED = "y"
#: The same value as *can't*, told apart by identity: not an answer of hers.
_SKIPPED = "".join(CANNOT)


@dataclass(frozen=True, slots=True)
class Visit:
    """An answered step. suspended: answered by us, because staff took the step out."""

    step: Step
    answer: str
    suspended: bool = False


@dataclass(frozen=True, slots=True)
class Walk:
    """visits: answered steps in order. current: the first open step, or the outcome reached.

    answers: those on the path, which is what a canonical address holds. waits: the current remedy would be a
    sign-in too many at once. is_ready: it waits or costs something, and she has waited and read what.
    """

    visits: tuple[Visit, ...]
    current: Step
    answers: Mapping[str, str]
    waits: bool = False
    is_ready: bool = False

    def visit(self, step_id: str) -> Visit | None:
        return next((visit for visit in self.visits if visit.step.id == step_id and not visit.suspended), None)

    @property
    def failed_remedies(self) -> tuple[Visit, ...]:
        """Remedies she tried without success; waiting is none."""
        return tuple(
            visit
            for visit in self.visits
            if visit.step.kind is Kind.REMEDY and visit.answer == NO and not visit.step.only_waits
        )


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
    known: dict[str, str] = {}  # what facts read: the answers kept, and *can't* where a step was stepped over
    logins = MAX_LOGIN_TRIES
    step = flow.steps[flow.start]
    while True:
        if step.kind is Kind.BRANCH:
            step = flow.steps[branch_target(step, known, facts)]
            continue
        if step.kind is Kind.OUTCOME:
            return Walk(tuple(visits), _standing_outcome(flow, step, suspended), kept)
        if step.id in suspended and step.can_be_suspended:
            visits.append(Visit(step, CANNOT, suspended=True))
            known[step.id] = CANNOT
            step = flow.steps[step.next[CANNOT]]
            continue
        answer, waits = answers.get(step.id), must_wait(step, logins)
        if answer == READY and (waits or step.opens_after_warning):
            kept[step.id] = READY
            return Walk(tuple(visits), step, kept, waits, is_ready=True)
        if answer is None or answer not in step.next:
            return Walk(tuple(visits), step, kept, waits)
        visits.append(Visit(step, answer))
        kept[step.id] = known[step.id] = answer
        logins = logins_after(step, answer, logins)
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
    """A path as a few letters to type on another screen: the flow's short name, its answers, two letters to check.

    The check letters depend on the steps and answers passed, so a code made before the flow changed
    there is refused and never leads somewhere else. A step that was suspended is no answer of hers.
    """
    letters, trail = "", flow.id
    for visit in visits:
        letters += _SUSPENDED if visit.suspended else _letters_of(visit.step, visit.answer)
        trail += f"/{visit.step.id}={visit.answer}"
    return f"{flow.short}-{letters}{_check_letters(trail)}"


def read_short_code(flow: Flow, code: str, *, facts: Mapping[str, Fact] = FACTS) -> dict[str, str] | None:
    """The answers that `code` stands for, or None where it was mistyped or the flow has changed."""
    prefix, _, letters = code.lower().partition("-")
    if prefix != flow.short or not _CHECK_LETTERS <= len(letters) <= _LONGEST_CODE:
        return None
    letters, check = letters[:-_CHECK_LETTERS], letters[-_CHECK_LETTERS:]
    answers: dict[str, str] = {}
    said: dict[str, str] = {}
    trail = flow.id
    while letters:
        step = walk(flow, answers, facts=facts).current
        answer, letters = _read_answer(step, letters)
        if answer is None:
            return None
        if answer is not _SKIPPED:
            said[step.id] = answer
        answers[step.id] = answer
        trail += f"/{step.id}={answer}"
    return said if _check_letters(trail) == check else None


def _width(step: Step) -> int:
    """Letters an answer of the step takes."""
    return 1 if len(step.answers) <= len(_LETTERS) else 2


def _letters_of(step: Step, answer: str) -> str:
    place, size = step.answers.index(answer), len(_LETTERS)
    return _LETTERS[place] if _width(step) == 1 else _LETTERS[place // size] + _LETTERS[place % size]


def _read_answer(step: Step, letters: str) -> tuple[str | None, str]:
    """The answer that the first letters stand for, and the letters after it."""
    if letters[0] == _SUSPENDED:
        return (_SKIPPED if CANNOT in step.next else None), letters[1:]
    width, place = _width(step), 0
    for letter in letters[:width]:
        if letter not in _LETTERS:
            return None, ""
        place = place * len(_LETTERS) + _LETTERS.index(letter)
    known = len(letters) >= width and place < len(step.answers)
    return (step.answers[place] if known else None), letters[width:]


def _check_letters(trail: str) -> str:
    number = int.from_bytes(hashlib.sha256(trail.encode()).digest()[:4])
    size = len(_LETTERS)
    return _LETTERS[number % size] + _LETTERS[number // size % size]
