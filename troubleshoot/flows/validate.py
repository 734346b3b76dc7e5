"""What the content as a whole must fulfil (shape of single files: `loader`).

Every rule yields Problems that name file, line and mend. The rules on tries and harm are proven
over all paths by `explore`.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Set
from datetime import date

from troubleshoot.flows import wording
from troubleshoot.flows.explore import Arrival, explore, longest
from troubleshoot.flows.facts import FACTS, Fact
from troubleshoot.flows.model import (
    CANNOT,
    LOOKS,
    NOTHING,
    OTHER,
    RESERVED,
    UNKNOWN,
    Content,
    Flow,
    Harm,
    Kind,
    Picture,
    Problem,
    Step,
)
from troubleshoot.flows.problems import at_flow, at_step
from troubleshoot.flows.tries import CODES, MAX_ENTRIES, MAX_LOGIN_TRIES

MAX_QUESTIONS = 12
#: Letters of names that stand in addresses, and of the codes that answer a check.
_NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*", re.ASCII)
_CODE = re.compile(r"[a-z][a-z0-9]*(?:[.-][a-z0-9]+)*", re.ASCII)


def validate(
    content: Content,
    *,
    today: date,
    pictures: Mapping[str, Collection[str]] | None = None,
    codes: Collection[str] | None = None,
    spoken: Collection[str] | None = None,
    facts: Mapping[str, Fact] = FACTS,
) -> list[Problem]:
    """All problems of `content`.

    pictures: the drawings there are, with the marks each knows; codes: those a report can hold; spoken: codes of the
    languages there are. None leaves them unchecked.
    """
    found = [*_sources(content, today), *wording.languages(content, spoken), *wording.desks(content)]
    found += [*_errors(content, pictures), *wording.errors(content)]
    shorts: dict[str, str] = {}
    for flow in content.flows.values():
        if flow.short in shorts:
            found.append(
                at_flow(flow, f"short name {flow.short!r} is also that of {shorts[flow.short]}.", "choose another.")
            )
        shorts[flow.short] = flow.id
        broken = [*_graph(flow, facts)]
        found += [*broken, *_names(flow, codes), *_steps(content, flow, pictures), *wording.texts(content, flow)]
        if not broken:
            found += _circle(flow) or _proofs(flow, facts)
    if not found:  # links are walked, so the flows they lead into must be whole
        texts = [text for flow in content.flows.values() for text in flow.texts.values()]
        for text in (*texts, *content.error_words.values()):
            found += wording.links(content, text, facts)
        found += wording.ways_on(content, facts)
    return found


def _sources(content: Content, today: date) -> Iterator[Problem]:
    file = f"{content.root.name}/sources.toml"
    for source in content.sources.values():
        if source.read > today:
            yield Problem(
                file, source.line, f"source {source.id!r} was read in the future.", "write the day it was read."
            )


def _errors(content: Content, pictures: Mapping[str, Collection[str]] | None) -> Iterator[Problem]:
    file = f"{content.root.name}/errors.toml"
    for error in content.errors.values():
        for what, mend in (*_source_faults(content, error.sources), *_picture_faults(error.picture, pictures)):
            yield Problem(file, error.line, f"error text {error.id!r}: {what}", mend)


def _source_faults(content: Content, names: Collection[str]) -> Iterator[tuple[str, str]]:
    for name in names:
        if name not in content.sources:
            yield f"unknown source {name!r}.", "add it to sources.toml with the day it was read."


def _picture_faults(
    picture: Picture | None, pictures: Mapping[str, Collection[str]] | None
) -> Iterator[tuple[str, str]]:
    if picture is None or pictures is None:
        return
    if picture.name not in pictures:
        yield f"there is no drawing {picture.name!r}.", "draw it or correct the name."
    elif picture.mark and picture.mark not in pictures[picture.name]:
        known = ", ".join(sorted(pictures[picture.name])) or "none"
        yield f"drawing {picture.name!r} marks no {picture.mark!r}.", f"its marks are: {known}."


# The graph: names that exist, answers that lead somewhere.


def _graph(flow: Flow, facts: Mapping[str, Fact]) -> Iterator[Problem]:
    if flow.start not in flow.steps:
        yield at_flow(flow, f"it starts at {flow.start!r}, which does not exist.", "name a step as start.", "start")
    for name in flow.last_resort:
        if name not in flow.steps or not _is_stand_in(flow.steps[name]):
            yield at_flow(flow, f"last resort {name!r} is no outcome that helps on.", "name outcomes.", "last_resort")
    if len(set(flow.last_resort)) < 2:
        yield at_flow(
            flow,
            "a suspended outcome strands it: fewer than two last resorts.",
            "name two in last_resort.",
            "last_resort",
        )
    for step in flow.steps.values():
        for target in step.targets():
            if target not in flow.steps:
                yield at_step(
                    flow, step, "next", f"dead end, it leads to {target!r}, which does not exist.", "correct it."
                )
        yield from _answers(flow, step)
        yield from _branch(flow, step, facts)


def _answers(flow: Flow, step: Step) -> Iterator[Problem]:
    wanted: tuple[str, ...] = ()
    match step.kind:
        case Kind.QUESTION:
            wanted = (UNKNOWN,)
            if len(step.next) < 3:
                yield at_step(
                    flow, step, "next", "a question needs two options beside *unknown*.", "add one, or drop the step."
                )
        case Kind.REMEDY:
            wanted = step.remedy_answers
            for extra in step.next.keys() - set(wanted):
                what = f"such a remedy has no answer {extra!r}."
                yield at_step(flow, step, "next", what, f"use {', '.join(wanted)}.")
        case Kind.CHECK:
            wanted = (NOTHING, OTHER, CANNOT)
    for answer in wanted:
        if answer not in step.next:
            stranded = " Suspended, it would strand the flow." if answer == CANNOT else ""
            yield at_step(
                flow, step, "next", f"dead end, answer {answer!r} leads nowhere.{stranded}", f'add {answer} = "…".'
            )


def _branch(flow: Flow, step: Step, facts: Mapping[str, Fact]) -> Iterator[Problem]:
    if step.kind is not Kind.BRANCH:
        return
    if not step.rules or step.rules[-1].when is not None or any(rule.when is None for rule in step.rules[:-1]):
        yield at_step(flow, step, "rules", "its last rule, and only that, must always apply.", 'end with { to = "…" }.')
    for rule in step.rules:
        if rule.when is None:
            continue
        if rule.when not in facts:
            yield at_step(
                flow, step, "rules", f"unknown fact {rule.when!r}.", "write it in facts.py or correct the name."
            )
            continue
        for name in facts[rule.when].reads - flow.steps.keys():
            yield at_step(
                flow, step, "rules", f"fact {rule.when!r} reads step {name!r}, which is not here.", "correct `reads`."
            )


def _circle(flow: Flow) -> list[Problem]:
    """The first circle found, or nothing."""
    done: set[str] = set()
    trail: list[str] = []

    def visit(step_id: str) -> list[str]:
        if step_id in trail:
            return [*trail[trail.index(step_id) :], step_id]
        if step_id in done:
            return []
        trail.append(step_id)
        step = flow.steps[step_id]
        for target in (*step.next.values(), *(rule.to for rule in step.rules)):
            if circle := visit(target):
                return circle
        done.add(trail.pop())
        return []

    for step in flow.steps.values():
        if circle := visit(step.id):
            way = " → ".join(circle)
            return [
                at_step(flow, flow.steps[circle[0]], "next", f"circle: {way}.", "lead one of them on to a later step.")
            ]
    return []


def _unreached(flow: Flow, reached: Set[str]) -> Iterator[Problem]:
    stand_ins = {*flow.last_resort, *(step.instead for step in flow.steps.values())}
    for name in flow.steps.keys() - reached - stand_ins:
        yield at_step(flow, flow.steps[name], "", "no path reaches it.", "lead an answer here or delete it.")


def _length(flow: Flow) -> Iterator[Problem]:
    questions, path = longest(flow, lambda step: step.kind in (Kind.QUESTION, Kind.CHECK))
    if questions > MAX_QUESTIONS:
        way = " → ".join(path)
        yield at_flow(
            flow, f"a path asks {questions} questions, more than {MAX_QUESTIONS}: {way}.", "split or shorten."
        )


# Single steps.


def _steps(content: Content, flow: Flow, pictures: Mapping[str, Collection[str]] | None) -> Iterator[Problem]:
    for step in flow.steps.values():
        if step.id in RESERVED:
            yield at_step(flow, step, "", "its name has another meaning in addresses.", "rename it.")
        for what, mend in _source_faults(content, step.sources):
            yield at_step(flow, step, "sources", what, mend)
        for what, mend in _picture_faults(step.picture, pictures):
            yield at_step(flow, step, "picture", what, mend)
        if step.words and (step.words not in flow.steps or flow.steps[step.words].next.keys() != step.next.keys()):
            yield at_step(flow, step, "words", f"{step.words!r} is no step with the same answers.", "name one that is.")
        for name in set(step.looks) - set(LOOKS):
            yield at_step(flow, step, "looks", f"no page can look at {name!r}.", f"use some of {', '.join(LOOKS)}.")
        if step.kind is Kind.REMEDY:
            yield from _remedy(flow, step)
        if step.kind is Kind.OUTCOME:
            yield from _outcome(content, flow, step)
        if step.earlier:
            yield from _earlier(flow, step)


def _outcome(content: Content, flow: Flow, step: Step) -> Iterator[Problem]:
    if step.instead and (step.instead == step.id or not _is_stand_in(flow.steps.get(step.instead, step))):
        what = "its stand-in is no other outcome that helps on."
        yield at_step(flow, step, "instead", what, "name another outcome.")
    for name in step.desks:
        if name not in content.desks:
            yield at_step(flow, step, "desks", f"unknown desk {name!r}.", "add it to desks.toml or correct the name.")


def _is_stand_in(step: Step) -> bool:
    return step.kind is Kind.OUTCOME and not step.solved


def _names(flow: Flow, codes: Collection[str] | None) -> Iterator[Problem]:
    """Names stand in addresses and are never quoted there."""
    for name in (flow.short, flow.id):
        if _NAME.fullmatch(name) is None:
            yield at_flow(flow, f"name {name!r} has other signs than a-z, 0-9 and '-'.", "rename it.", "short")
    for step in flow.steps.values():
        pattern = _CODE if step.kind is Kind.CHECK else _NAME
        for answer in step.next:
            if pattern.fullmatch(answer) is None:
                yield at_step(
                    flow, step, "next", f"answer {answer!r} has other signs than a-z, 0-9 and '-'.", "rename it."
                )
            elif step.kind is Kind.CHECK and codes is not None and answer not in {*codes, NOTHING, OTHER, CANNOT}:
                yield at_step(flow, step, "next", f"no report can hold code {answer!r}.", "correct it; see errors.py.")


def _remedy(flow: Flow, step: Step) -> Iterator[Problem]:
    if "tries" not in step.lines and not step.only_waits:
        yield at_step(flow, step, "", "it does not say what trying costs.", "write tries, none where it costs nothing.")
    if not step.cause:
        yield at_step(flow, step, "", "it names no cause.", 'write cause = "…", a label of the symptom list.')
    if not step.sources:
        yield at_step(flow, step, "", "it names no source.", 'write sources = ["…"].')
    for name in (*step.milder, *([step.part_of] if step.part_of else [])):
        if name not in flow.steps or flow.steps[name].kind is not Kind.REMEDY or name == step.id:
            yield at_step(flow, step, "milder", f"{name!r} is no other remedy.", "name remedies of this flow.")
    whole = flow.steps.get(step.part_of)
    if whole is not None and whole.harm < step.harm:
        yield at_step(
            flow, step, "part_of", f"it costs more than {step.part_of!r}, whose part it is.", "count it by itself."
        )
    for name in step.milder:
        if name in flow.steps and flow.steps[name].harm > step.harm:
            yield at_step(flow, step, "milder", f"{name!r} costs more than the step itself.", "name milder ones.")
    if step.harm >= Harm.LOSES_SOMETHING and not (step.milder or (whole and whole.milder)):
        yield at_step(flow, step, "harm", "it costs something and names nothing milder.", 'write milder = ["…"].')


def _earlier(flow: Flow, step: Step) -> Iterator[Problem]:
    budget = MAX_ENTRIES if step.earlier_tries in CODES else MAX_LOGIN_TRIES
    for answer in step.next.keys() ^ step.earlier.keys():
        yield at_step(flow, step, "earlier", f"answers and counts differ at {answer!r}.", "give each answer its count.")
    if step.earlier.get(UNKNOWN, budget) < budget:
        yield at_step(flow, step, "earlier", "*I don't know* must count as too many.", f"write unknown = {budget}.")


# Paths: tries and harm.


def _proofs(flow: Flow, facts: Mapping[str, Fact]) -> list[Problem]:
    reached: set[str] = set()
    try:
        on_paths = list(_paths(flow, facts, reached))
        return [*_unreached(flow, reached), *_length(flow), *on_paths]
    except OverflowError as error:
        return [at_flow(flow, f"it cannot be proven: {error}.", "split it, or let facts read fewer steps.")]


def _paths(flow: Flow, facts: Mapping[str, Fact], reached: set[str]) -> Iterator[Problem]:
    """What is wrong on some path; the steps that one reaches are added to `reached`."""
    told: set[tuple[str, str]] = set()
    for arrival in explore(flow, facts):
        step = flow.steps[arrival.state.step]
        reached.add(step.id)
        if step.kind is not Kind.REMEDY:
            continue
        for rule, what, mend in _remedy_on_path(step, arrival):
            if (step.id, rule) not in told:
                told.add((step.id, rule))
                yield at_step(flow, step, rule, f"{what} Path: {_way(arrival)}.", mend)


def _way(arrival: Arrival) -> str:
    return ", ".join(f"{step}={answer}" for step, answer in arrival.path)


def _remedy_on_path(step: Step, arrival: Arrival) -> Iterator[tuple[str, str, str]]:
    state = arrival.state
    if step.tries in CODES and state.entries_of(step.tries) >= MAX_ENTRIES:
        code = step.tries.upper()
        what = f"tries beyond the budget: more than {MAX_ENTRIES} {code} entry, or earlier ones not asked."
        yield "tries", what, "ask for earlier entries first and lead away from a further one."
    missing = set(step.milder) - state.failed
    if missing:
        what = f"harm out of order: reached without {', '.join(sorted(missing))}."
        yield "milder", what, "lead here only after *no* or *can't* there."
    if not step.part_of and step.harm < state.harm_of(step.cause):
        what = f"harm out of order: {int(step.harm)} after {state.harm_of(step.cause)} for {step.cause}."
        yield "harm", what, "offer the milder remedy first."
    if step.part_of and step.part_of not in state.passed:
        yield "part_of", f"part of {step.part_of!r}, which was not done.", "lead here only after *yes* or *no* there."
