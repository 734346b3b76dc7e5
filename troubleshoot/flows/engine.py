"""Replay of answers through a flow: where she is, how she got there, what stands next. No state."""

import hashlib
import string
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from troubleshoot.flows.facts import FACTS, Fact
from troubleshoot.flows.model import CANNOT, NO, READY, WAITED, Flow, Kind, Step
from troubleshoot.flows.tries import MAX_LOGIN_TRIES, logins_after, must_wait

#: Letters of a short address: no vowels, so no words; no look-alikes.
_LETTERS = "bcdfghjkmnpqrstvwxz" + string.digits[2:]
_CHECK_LETTERS = 2
_LONGEST_CODE = 80
#: Stand in a short address for a step that was suspended, a pause before an answer, a try on a way left; no letters
#: of an answer.
_SUSPENDED, _PAUSED, _TRIED = "y", "0", "1"
#: Before an answer in an address: given after the page that waits.
_WAITED = f"{WAITED}-"
#: The same value as *can't*, told apart by identity: not an answer of hers.
_SKIPPED = "".join(CANNOT)


class Visit(NamedTuple):
    """An answered step. suspended: answered by us, because staff took the step out. waited: after a pause before it."""

    step: Step
    answer: str
    suspended: bool = False
    waited: bool = False

    @property
    def key(self) -> tuple[str, str, bool]:
        """Equal for the same answer to the same step."""
        return self.step.id, self.answer, self.waited


@dataclass(frozen=True, slots=True)
class Walk:
    """visits: answered steps in order. current: the first open step, or the outcome reached.

    answers: those on the path, which is what a canonical address holds. logins: sign-in tries so far, as
    `tries` counts them. waits: the current remedy would be one too many at once. is_ready: it waits or costs
    something, and she has waited and read what.
    """

    visits: tuple[Visit, ...]
    current: Step
    answers: Mapping[str, str]
    logins: int = MAX_LOGIN_TRIES
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
    forgotten: int = 0,
    facts: Mapping[str, Fact] = FACTS,
) -> Walk:
    """Follow `answers` from the start of `flow` to the first step that they leave open.

    Answers of unknown steps, unknown answers and answers off the path are left out of the result.
    A suspended remedy or check is walked as *can't*, a suspended outcome gives way to its stand-in.
    forgotten: sign-in tries on a way that she has left.
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
            return Walk(tuple(visits), _standing_outcome(flow, step, suspended), kept, logins)
        said = answer = answers.get(step.id, "")
        waited = said.startswith(_WAITED)
        if waited:  # `waited-no` is the answer *no*, given after the page that waits
            answer = said[len(_WAITED) :]
        is_out = step.id in suspended and step.can_be_suspended
        if not is_out and answer not in step.next:
            return _open(step, said, Walk(tuple(visits), step, kept, logins, must_wait(step, logins)))
        if answer in step.next:  # what she tried counts, even where the step is out by now
            kept[step.id] = said
            logins = logins_after(step, answer, logins, waited=waited, forgotten=forgotten)
        visits.append(Visit(step, CANNOT if is_out else answer, is_out, waited))
        known[step.id] = CANNOT if is_out else answer
        step = flow.steps[step.next[known[step.id]]]


def _open(step: Step, said: str, here: Walk) -> Walk:
    """The walk that stands at an open step; with *ready* or *waited* its instructions are open too."""
    wanted = WAITED if here.waits else READY
    if said != wanted or not (here.waits or step.opens_after_warning):
        return here
    return replace(here, answers={**here.answers, step.id: said}, is_ready=True)


def result_of(here: Walk, answer: str, visit: Visit | None) -> str:
    """How an answer stands in the address: with the pause that came before it. visit: where it is answered already."""
    waited = visit.waited if visit else here.waits and here.is_ready
    return f"{_WAITED}{answer}" if waited else answer


def may_wait(steps: Mapping[str, Step], step_id: str, answer: str) -> bool:
    """Whether somebody's own words can answer a step: a question or a check, but never with fewer tries made before
    than the most it can mean, and nothing behind which something is lost at once."""
    step = steps.get(step_id)
    if step is None or step.kind not in (Kind.QUESTION, Kind.CHECK) or answer not in step.next:
        return False
    if step.earlier and step.earlier[answer] != max(step.earlier.values()):
        return False
    return not steps[step.next[answer]].opens_after_warning


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


def short_code(flow: Flow, visits: Sequence[Visit], forgotten: int = 0) -> str:
    """A path as a few letters to type on another screen: the flow's short name, its answers, two letters to check.

    The check letters depend on the steps and answers passed, so a code made before the flow changed
    there is refused and never leads somewhere else. A step that was suspended is no answer of hers.
    """
    letters, trail = _TRIED * forgotten, flow.id
    for visit in visits:
        letters += _PAUSED if visit.waited and not visit.suspended else ""
        letters += _SUSPENDED if visit.suspended else _letters_of(visit.step, visit.answer)
        trail += f"/{visit.step.id}={visit.answer}"
    return f"{flow.short}-{letters}{_check_letters(trail)}"


def read_short_code(flow: Flow, code: str, *, facts: Mapping[str, Fact] = FACTS) -> tuple[dict[str, str], int] | None:
    """The answers that `code` stands for, and the sign-in tries on ways left; None where it was mistyped or the flow
    has changed.
    """
    prefix, _, letters = code.lower().partition("-")
    if prefix != flow.short or not _CHECK_LETTERS <= len(letters) <= _LONGEST_CODE:
        return None
    letters, check = letters[:-_CHECK_LETTERS], letters[-_CHECK_LETTERS:]
    forgotten = len(letters) - len(letters.lstrip(_TRIED))
    letters = letters[forgotten:]
    answers: dict[str, str] = {}
    said: dict[str, str] = {}
    trail = flow.id
    while letters:
        paused, letters = letters.startswith(_PAUSED), letters.removeprefix(_PAUSED)
        step = walk(flow, answers, facts=facts).current
        answer, letters = _read_answer(step, letters) if letters else (None, "")
        if answer is None or forgotten > MAX_LOGIN_TRIES:
            return None
        if answer is not _SKIPPED:
            said[step.id] = f"{_WAITED}{answer}" if paused else answer
        answers[step.id] = answer
        trail += f"/{step.id}={answer}"
    return (said, forgotten) if _check_letters(trail) == check else None


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
