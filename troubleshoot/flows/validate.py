"""What the content as a whole must fulfil (shape of single files: `loader`).

Every rule yields Problems that name file, line and mend. The rules on tries and harm are proven
over all paths by `explore`.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date

from troubleshoot.flows.engine import walk
from troubleshoot.flows.explore import (
    MAX_LOGIN_TRIES,
    MAX_PIN_TRIES,
    PAUSE_MINUTES,
    Arrival,
    explore,
    logins_after,
    longest,
)
from troubleshoot.flows.facts import FACTS, Fact
from troubleshoot.flows.model import (
    CANNOT,
    NOTHING,
    OTHER,
    REMEDY_ANSWERS,
    UNKNOWN,
    Content,
    Flow,
    Harm,
    Kind,
    Problem,
    Step,
    StepText,
    Tries,
)

MAX_QUESTIONS = 12
#: Names in an address that are no answers.
RESERVED = frozenset({"schermi", "aiuto"})
#: A link of ours in a text: `[words](guida:imi?where=password)`.
OUR_LINK = re.compile(r"guida:([a-z0-9-]+)(?:\?([a-z0-9=&.-]*))?")
_ANY_LINK = re.compile(r"\]\(([^)]*)\)")
_TYPED_ADDRESS = re.compile(r"https?://|www\.|[\w.-]+@[\w.-]+\.[a-z]{2,}")
PLACEHOLDER = re.compile(r"\[\[([^\[\]]*)\]\]")
#: Signs that a sentence does not promise; one must stand in a step that rests on an unconfirmed fact.
HEDGES: Mapping[str, tuple[str, ...]] = {
    "it": ("può", "possono", "di solito", "in genere", "potrebbe", "non è confermato", "forse", "pare"),
    "en": ("may", "might", "can ", "usually", "perhaps", "not confirmed", "seems"),
}
#: A term shorter than this is an ordinary word and may be typed.
MIN_TYPED_TERM = 9


def validate(
    content: Content,
    *,
    today: date,
    pictures: Collection[str] | None = None,
    facts: Mapping[str, Fact] = FACTS,
) -> list[Problem]:
    """All problems of `content`. pictures: names of the drawings there are; None leaves them unchecked."""
    found = [*_sources(content, today)]
    shorts: dict[str, str] = {}
    for flow in content.flows.values():
        if flow.short in shorts:
            found.append(
                _at_flow(flow, f"short name {flow.short!r} is also that of {shorts[flow.short]}.", "choose another.")
            )
        shorts[flow.short] = flow.id
        broken = [*_graph(flow, facts)]
        found += [*broken, *_steps(content, flow, pictures), *_texts(content, flow)]
        if not broken:
            found += _circle(flow) or [*_unreached(flow, facts), *_length(flow), *_paths(flow, facts)]
    if not found:  # links are walked, so the flows they lead into must be whole
        found += [
            problem
            for flow in content.flows.values()
            for text in flow.texts.values()
            for problem in _links(content, text)
        ]
    return found


def _at(flow: Flow, step: Step, key: str, what: str, mend: str) -> Problem:
    return Problem(flow.file, step.line(key), f"step {step.id!r}: {what}", mend)


def _at_flow(flow: Flow, what: str, mend: str) -> Problem:
    return Problem(flow.file, 1, f"flow {flow.id!r}: {what}", mend)


def _sources(content: Content, today: date) -> Iterator[Problem]:
    file = f"{content.root.name}/sources.toml"
    for source in content.sources.values():
        if source.read > today:
            yield Problem(
                file, source.line, f"source {source.id!r} was read in the future.", "write the day it was read."
            )


# The graph: names that exist, answers that lead somewhere.


def _graph(flow: Flow, facts: Mapping[str, Fact]) -> Iterator[Problem]:
    if flow.start not in flow.steps:
        yield _at_flow(flow, f"it starts at {flow.start!r}, which does not exist.", "name a step as start.")
    for name in flow.last_resort:
        if name not in flow.steps or flow.steps[name].kind is not Kind.OUTCOME:
            yield _at_flow(flow, f"last resort {name!r} is no outcome.", "name outcomes.")
    if len(set(flow.last_resort)) < 2:
        yield _at_flow(flow, "a suspended outcome strands it: fewer than two last resorts.", "name two in last_resort.")
    for step in flow.steps.values():
        for target in step.targets():
            if target not in flow.steps:
                yield _at(flow, step, "next", f"dead end, it leads to {target!r}, which does not exist.", "correct it.")
        yield from _answers(flow, step)
        yield from _branch(flow, step, facts)


def _answers(flow: Flow, step: Step) -> Iterator[Problem]:
    wanted: tuple[str, ...] = ()
    match step.kind:
        case Kind.QUESTION:
            wanted = (UNKNOWN,)
            if len(step.next) < 3:
                yield _at(
                    flow, step, "next", "a question needs two options beside *unknown*.", "add one, or drop the step."
                )
        case Kind.REMEDY:
            wanted = REMEDY_ANSWERS
            for extra in step.next.keys() - set(REMEDY_ANSWERS):
                yield _at(flow, step, "next", f"a remedy has no answer {extra!r}.", "use yes, no, cannot.")
        case Kind.CHECK:
            wanted = (NOTHING, OTHER, CANNOT)
    for answer in wanted:
        if answer not in step.next:
            stranded = " Suspended, it would strand the flow." if answer == CANNOT else ""
            yield _at(
                flow, step, "next", f"dead end, answer {answer!r} leads nowhere.{stranded}", f'add {answer} = "…".'
            )


def _branch(flow: Flow, step: Step, facts: Mapping[str, Fact]) -> Iterator[Problem]:
    if step.kind is not Kind.BRANCH:
        return
    if not step.rules or step.rules[-1].when is not None or any(rule.when is None for rule in step.rules[:-1]):
        yield _at(flow, step, "rules", "its last rule, and only that, must always apply.", 'end with { to = "…" }.')
    for rule in step.rules:
        if rule.when is None:
            continue
        if rule.when not in facts:
            yield _at(flow, step, "rules", f"unknown fact {rule.when!r}.", "write it in facts.py or correct the name.")
            continue
        for name in facts[rule.when].reads - flow.steps.keys():
            yield _at(
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
            return [_at(flow, flow.steps[circle[0]], "next", f"circle: {way}.", "lead one of them on to a later step.")]
    return []


def _unreached(flow: Flow, facts: Mapping[str, Fact]) -> Iterator[Problem]:
    reached = {arrival.state.step for arrival in explore(flow, facts)}
    stand_ins = {*flow.last_resort, *(step.instead for step in flow.steps.values())}
    for name in flow.steps.keys() - reached - stand_ins:
        yield _at(flow, flow.steps[name], "", "no path reaches it.", "lead an answer here or delete it.")


def _length(flow: Flow) -> Iterator[Problem]:
    questions, path = longest(flow, lambda step: step.kind in (Kind.QUESTION, Kind.CHECK))
    if questions > MAX_QUESTIONS:
        way = " → ".join(path)
        yield _at_flow(
            flow, f"a path asks {questions} questions, more than {MAX_QUESTIONS}: {way}.", "split or shorten."
        )


# Single steps.


def _steps(content: Content, flow: Flow, pictures: Collection[str] | None) -> Iterator[Problem]:
    for step in flow.steps.values():
        if step.id in RESERVED:
            yield _at(flow, step, "", "its name has another meaning in addresses.", "rename it.")
        for name in step.sources:
            if name not in content.sources:
                yield _at(
                    flow,
                    step,
                    "sources",
                    f"unknown source {name!r}.",
                    "add it to sources.toml with the day it was read.",
                )
        if step.picture and pictures is not None and step.picture.name not in pictures:
            yield _at(
                flow, step, "picture", f"there is no drawing {step.picture.name!r}.", "draw it or correct the name."
            )
        if step.instead and (step.instead == step.id or flow.steps.get(step.instead, step).kind is not Kind.OUTCOME):
            yield _at(flow, step, "instead", "its stand-in is no other outcome.", "name another outcome.")
        if step.kind is Kind.REMEDY:
            yield from _remedy(flow, step)
        if step.earlier:
            yield from _earlier(flow, step)


def _remedy(flow: Flow, step: Step) -> Iterator[Problem]:
    if not step.cause:
        yield _at(flow, step, "", "it names no cause.", 'write cause = "…", a label of the symptom list.')
    if not step.sources:
        yield _at(flow, step, "", "it names no source.", 'write sources = ["…"].')
    for name in (*step.milder, *([step.part_of] if step.part_of else [])):
        if name not in flow.steps or flow.steps[name].kind is not Kind.REMEDY or name == step.id:
            yield _at(flow, step, "milder", f"{name!r} is no other remedy.", "name remedies of this flow.")
    if step.harm >= Harm.LOSES_SOMETHING and not step.milder and not step.part_of:
        yield _at(flow, step, "harm", "it costs something and names nothing milder.", 'write milder = ["…"].')


def _earlier(flow: Flow, step: Step) -> Iterator[Problem]:
    budget = MAX_PIN_TRIES if step.earlier_tries is Tries.PIN else MAX_LOGIN_TRIES
    for answer in step.next.keys() ^ step.earlier.keys():
        yield _at(flow, step, "earlier", f"answers and counts differ at {answer!r}.", "give each answer its count.")
    if step.earlier.get(UNKNOWN, budget) < budget:
        yield _at(flow, step, "earlier", "*I don't know* must count as too many.", f"write unknown = {budget}.")


# Words.


def _texts(content: Content, flow: Flow) -> Iterator[Problem]:
    if flow.desk.mail not in content.terms:
        yield _at_flow(
            flow, f"its desk's mailbox {flow.desk.mail!r} is no outside term.", 'write mail = "…" under [desk].'
        )
    for language in content.languages:
        if not flow.titles.get(language):
            yield _at_flow(flow, f"it has no title in {language!r}.", f'write {language} = "…" under [title].')
        if not flow.desk.names.get(language):
            yield _at_flow(flow, f"its desk has no name in {language!r}.", f'write {language} = "…" under [desk].')
        for step in flow.steps.values():
            if step.kind is Kind.BRANCH:
                continue
            if (step.id, language) not in flow.texts:
                file = f"{flow.file.removesuffix('flow.toml')}{language}/{step.id}.md"
                yield _at(flow, step, "", f"missing language {language!r}.", f"write {file}.")
    for (step_id, _), text in flow.texts.items():
        step_of = flow.steps.get(step_id)
        if step_of is None or step_of.kind is Kind.BRANCH:
            yield Problem(text.file, 1, f"there is no step {step_id!r} with words.", "delete the file or add the step.")
            continue
        yield from _labels(step_of, text)
        yield from _sections(step_of, text)
        yield from _terms(content, text)
        yield from _addresses(text)
        yield from _hedges(content, step_of, text)


def _labels(step: Step, text: StepText) -> Iterator[Problem]:
    own = set(step.next) - {UNKNOWN} if step.kind is Kind.QUESTION else set()
    for answer in sorted(own - text.options.keys()):
        yield Problem(text.file, 1, f"missing label for answer {answer!r}.", f'write {answer} = "…" under [options].')
    for answer in sorted(text.options.keys() - set(step.next)):
        yield Problem(text.file, 1, f"label for {answer!r}, which is no answer.", "delete it or correct the name.")


def _sections(step: Step, text: StepText) -> Iterator[Problem]:
    if step.kind is Kind.QUESTION and not text.help:
        yield Problem(text.file, 1, "*I don't know* has no help.", "add <!-- help --> and how to find out.")
    if step.opens_after_warning and not text.lost:
        yield Problem(text.file, 1, "it does not say what is lost.", "add <!-- lost --> and what is lost.")
    if step.kind in (Kind.REMEDY, Kind.OUTCOME) and not text.body:
        yield Problem(text.file, 1, "it has no instructions.", "write them below the front matter.")
    if not text.summary and step.kind is not Kind.OUTCOME:
        yield Problem(text.file, 1, "it has no summary for those who land here.", 'write summary = "…".')


def _all_words(text: StepText) -> Iterator[str]:
    yield from (text.title, text.summary, text.body, text.help, text.lost, *text.options.values())


def _terms(content: Content, text: StepText) -> Iterator[Problem]:
    for words in _all_words(text):
        for key in PLACEHOLDER.findall(words):
            if key not in content.terms:
                yield Problem(text.file, 1, f"unknown outside term {key!r}.", "add it under content/outside/.")
    plain = "\n".join(PLACEHOLDER.sub("", words) for words in _all_words(text))
    for term in content.terms.values():
        for name in set(term.names.values()):
            if len(name) >= MIN_TYPED_TERM and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", plain):
                yield Problem(text.file, 1, f"typed outside term {name!r}.", f"write [[{term.key}]].")


def _links(content: Content, text: StepText) -> Iterator[Problem]:
    words = "\n".join(_all_words(text))
    for link in _ANY_LINK.findall(words):
        found = OUR_LINK.fullmatch(link)
        answers = dict(pair.partition("=")[::2] for pair in (found[2] or "").split("&") if pair) if found else {}
        flow = content.flows.get(found[1]) if found else None
        if flow is None or dict(walk(flow, answers).answers) != answers:
            yield Problem(
                text.file, 1, f"link {link!r} leads to no place of a flow.", "write (guida:<flow>?<step>=<answer>)."
            )


def _addresses(text: StepText) -> Iterator[Problem]:
    for address in _TYPED_ADDRESS.findall("\n".join(_all_words(text))):
        yield Problem(text.file, 1, f"typed outside address {address!r}.", "make it a term under content/outside/.")


def _hedges(content: Content, step: Step, text: StepText) -> Iterator[Problem]:
    if not content.has_unconfirmed_source(step) or text.language not in HEDGES:
        return
    words = " ".join(_all_words(text)).lower()
    if not any(hedge in words for hedge in HEDGES[text.language]):
        mend = f"use one of: {', '.join(HEDGES[text.language])}."
        yield Problem(text.file, 1, "an unconfirmed fact is worded as certain.", mend)


# Paths: tries and harm.


def _paths(flow: Flow, facts: Mapping[str, Fact]) -> Iterator[Problem]:
    told: set[tuple[str, str]] = set()
    for arrival in explore(flow, facts):
        step = flow.steps[arrival.state.step]
        if step.kind is not Kind.REMEDY:
            continue
        for rule, what, mend in _remedy_on_path(step, arrival):
            if (step.id, rule) not in told:
                told.add((step.id, rule))
                yield _at(flow, step, rule, f"{what} Path: {_way(arrival)}.", mend)


def _way(arrival: Arrival) -> str:
    return ", ".join(f"{step}={answer}" for step, answer in arrival.path)


def _remedy_on_path(step: Step, arrival: Arrival) -> Iterator[tuple[str, str, str]]:
    state = arrival.state
    if step.tries is Tries.LOGIN and logins_after(step, state) > MAX_LOGIN_TRIES:
        what = f"tries beyond the budget: over {MAX_LOGIN_TRIES} sign-ins, or earlier ones not asked, without a pause."
        yield "tries", what, f"put a pause of {PAUSE_MINUTES} minutes or the question about earlier tries before it."
    if step.tries is Tries.PIN and state.pins >= MAX_PIN_TRIES:
        what = f"tries beyond the budget: more than {MAX_PIN_TRIES} PIN entry, or earlier ones not asked."
        yield "tries", what, "ask for earlier entries first and lead away from a further one."
    missing = set(step.milder) - state.failed
    if missing:
        what = f"harm out of order: reached without {', '.join(sorted(missing))}."
        yield "milder", what, "lead here only after *no* or *can't* there."
    if not step.part_of and step.harm < state.harm_of(step.cause):
        what = f"harm out of order: {int(step.harm)} after {state.harm_of(step.cause)} for {step.cause}."
        yield "harm", what, "offer the milder remedy first."
    if step.part_of and step.part_of not in state.passed:
        yield "part_of", f"part of {step.part_of!r}, which was not passed.", "lead here from it."
