"""What the guide knows, for an answer: the words of a step as text, a link to it, and which error texts it knows."""

import hashlib
import re
from collections import deque
from collections.abc import Mapping
from urllib.parse import urlsplit

from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext, override

from troubleshoot.finder.reading import folded
from troubleshoot.flows import library
from troubleshoot.flows.addresses import Place, read_place
from troubleshoot.flows.engine import branch_target, walk
from troubleshoot.flows.library import Library
from troubleshoot.flows.model import CANNOT, NO, Flow, Kind, Step, Tries
from troubleshoot.tickets.models import Ticket
from troubleshoot.tickets.sheet import FactSheet

#: Steps that help by their words alone.
_HELPFUL = (Kind.REMEDY, Kind.OUTCOME)
_BOLD = re.compile(r"\*\*|\\$", re.MULTILINE)
_LINK = re.compile(r"\[([^\]]+)\]\([^)]*\)")
_WORDS = re.compile(r"\w+")
#: Fewest letters and digits by which an error text is told from another.
_TELLS_APART = 12


def choices(language: str, of: FactSheet) -> list[tuple[str, list[tuple[str, str]]]]:
    """Every step that helps, by flow, that of the sheet `of` first: `flow/step` and its title, marked where she has
    tried it."""
    tried = frozenset(row.step for row in of.remedies)
    found = []
    for flow in sorted(library.current().content.flows.values(), key=lambda flow: flow.id != of.flow):
        steps = [step for step in flow.steps.values() if step.kind in _HELPFUL and not step.solved]
        rows = [(f"{flow.id}/{step.id}", _titled(flow, step, language, tried)) for step in steps]
        found.append((flow.titles[language], sorted(rows, key=lambda row: folded(row[1]))))
    return found


def _titled(flow: Flow, step: Step, language: str, tried: frozenset[str]) -> str:
    title = _plain(flow.text(step.id, language).title, library.current(), language)
    return f"{title} ({gettext('tried')})" if step.id in tried else title


def find(name: str) -> tuple[Flow, Step] | None:
    """The step that `flow/step` names."""
    flow_id, _slash, step_id = name.partition("/")
    flow = library.current().content.flows.get(flow_id)
    step = flow.steps.get(step_id) if flow else None
    return (flow, step) if flow and step and step.kind in _HELPFUL else None


def text_of(name: str, language: str) -> str:
    """The words of a step as they stand in the guide, without markup; nothing for a step that is not there."""
    if (found := find(name)) is None:
        return ""
    flow, step = found
    words, shelf = flow.text(step.id, language), library.current()
    parts = [words.title, words.lost, words.body]
    return "\n\n".join(_plain(part, shelf, language) for part in parts if part.strip())


def _plain(text: str, shelf: Library, language: str) -> str:
    return _BOLD.sub("", _LINK.sub(r"\1", shelf.renderer.plain(text, language))).strip()


def title_of(name: str, language: str) -> str:
    found = find(name)
    return _plain(found[0].text(found[1].id, language).title, library.current(), language) if found else name


def link_to(name: str, ticket: Ticket) -> str:
    """A link to a step, on a line of its own below its title.

    It fills in what she has answered, and the questions on the way; never the result of a remedy, nor how often she
    has tried. Where one of these comes first, the guide begins there.
    """
    if (found := find(name)) is None:
        return ""
    flow, step = found
    place = place_of(ticket, flow)
    way = dict(place.answers) if _stands_on(flow, place, step) else _way_to(flow, step, place.answers)
    with override(ticket.language):
        return f"{title_of(name, ticket.language)}:\n{settings.SITE_URL}{place.url(step.id, way)}"


def place_of(ticket: Ticket, flow: Flow) -> Place:
    """Where she stood in this flow, or its start."""
    split = urlsplit(ticket.path)
    if f"/{flow.id}/" not in split.path:
        return Place(ticket.language, flow.id)
    return read_place(library.current().content, flow.id, ticket.language, QueryDict(split.query))


def _stands_on(flow: Flow, place: Place, step: Step) -> bool:
    walked = walk(flow, place.answers)
    return step is walked.current or walked.visit(step.id) is not None


def _way_to(flow: Flow, wanted: Step, said: Mapping[str, str]) -> dict[str, str]:
    """Answers to the questions on the shortest way to a step, hers where she gave one that leads there."""
    ways: deque[tuple[str, dict[str, str]]] = deque([(flow.start, {})])
    seen = {flow.start}
    while ways:
        here, way = ways.popleft()
        step = flow.steps[here]
        if step is wanted:
            return {name: answer for name, answer in way.items() if _may_be_filled_in(flow.steps[name])}
        for answer, target in _turns(step, way, said):
            if target not in seen:
                seen.add(target)
                ways.append((target, {**way, here: answer} if answer else way))
    return {}


def _turns(step: Step, way: Mapping[str, str], said: Mapping[str, str]) -> list[tuple[str, str]]:
    if step.kind is Kind.BRANCH:
        return [("", branch_target(step, dict(way)))]
    if step.kind is Kind.REMEDY:
        return [(answer, target) for answer, target in step.next.items() if answer in (NO, CANNOT)]
    return sorted(step.next.items(), key=lambda turn: turn[0] != said.get(step.id))


def _may_be_filled_in(step: Step) -> bool:
    return step.kind is Kind.QUESTION and step.earlier_tries is Tries.NONE


# Error texts.


def key_of(text: str) -> str:
    """The same for texts that differ in spaces, signs, case and accents alone."""
    return hashlib.sha256(" ".join(_WORDS.findall(folded(text))).encode()).hexdigest()


def is_known(text: str) -> bool:
    """Whether one of the error texts that have a page stands in `text`, or `text` in one of them."""
    said = " ".join(_WORDS.findall(folded(text)))
    if len(said) < _TELLS_APART:
        return True
    for error in library.current().content.errors.values():
        for screen in error.texts:
            known = " ".join(_WORDS.findall(folded(screen.words)))
            if len(known) >= _TELLS_APART and (known in said or said in known):
                return True
    return False
