"""Ways through a flow, as the engine itself can walk them."""

from collections.abc import Collection, Iterator

from troubleshoot.flows.engine import walk
from troubleshoot.flows.explore import count_paths
from troubleshoot.flows.model import Flow, Kind

#: Up to here every path is walked; beyond it every pair of edges.
ALL_PATHS = 100_000
#: The same where each walk costs requests.
FEW_PATHS = 2_000

_known: dict[tuple[str, str], tuple[dict[str, str], ...]] = {}


def paths(flow: Flow) -> tuple[dict[str, str], ...]:
    """Every path, as answers; found once for each content."""
    key = (flow.id, flow.version)
    if key not in _known:
        _known[key] = tuple(_paths(flow))
    return _known[key]


def _paths(flow: Flow) -> Iterator[dict[str, str]]:
    open_answers: list[dict[str, str]] = [{}]
    while open_answers:
        answers = open_answers.pop()
        step = walk(flow, answers).current
        if step.kind is Kind.OUTCOME:
            yield answers
        open_answers += [answers | {step.id: answer} for answer in step.next]


def pairs_of_edges(flow: Flow, suspended: Collection[str] = ()) -> Iterator[dict[str, str]]:
    """Answers that pass every edge together with every edge that can follow it."""
    seen: set[tuple[str, str, str, str]] = set()
    open_answers: list[tuple[dict[str, str], tuple[str, str]]] = [({}, ("", ""))]
    while open_answers:
        answers, last = open_answers.pop()
        step = walk(flow, answers, suspended=suspended).current
        if step.kind is Kind.OUTCOME:
            yield answers
        fresh = [answer for answer in step.next if (*last, step.id, answer) not in seen]
        for answer in fresh or [*step.next][:1]:  # nothing new from here: any way to an end
            seen.add((*last, step.id, answer))
            open_answers.append((answers | {step.id: answer}, (step.id, answer)))


def walks(flow: Flow) -> Iterator[dict[str, str]]:
    yield from paths(flow) if count_paths(flow) <= ALL_PATHS else pairs_of_edges(flow)


def few_walks(flow: Flow) -> Iterator[dict[str, str]]:
    yield from paths(flow) if count_paths(flow) <= FEW_PATHS else pairs_of_edges(flow)
