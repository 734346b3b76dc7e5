"""A flow as a drawing: every step a box in the column of its longest way from the start, every answer a line."""

from collections import defaultdict
from collections.abc import Mapping
from xml.sax.saxutils import escape, quoteattr

from troubleshoot.flows.model import Flow, Kind, Step

_WIDTH, _HEIGHT, _GAP_X, _GAP_Y = 170, 46, 60, 16
_SWEEPS = 4


def columns(flow: Flow) -> list[list[str]]:
    """Step ids by column, each column ordered so that lines cross little. The flow has no circle."""
    depth: dict[str, int] = defaultdict(int)
    for step_id in _in_order(flow):
        for target in _targets(flow.steps[step_id]):
            depth[target] = max(depth[target], depth[step_id] + 1)
    sorted_columns: list[list[str]] = [[] for _ in range(max(depth.values(), default=0) + 1)]
    for step_id in _in_order(flow):
        sorted_columns[depth[step_id]].append(step_id)
    sources: dict[str, list[str]] = defaultdict(list)
    for step in flow.steps.values():
        for target in _targets(step):
            sources[target].append(step.id)
    for _ in range(_SWEEPS):
        row = {step_id: place / len(column) for column in sorted_columns for place, step_id in enumerate(column)}
        for column in sorted_columns[1:]:
            column.sort(key=lambda name: sum(row[s] for s in sources[name]) / (len(sources[name]) or 1))
    return sorted_columns


def _targets(step: Step) -> list[str]:
    return list(dict.fromkeys((*step.next.values(), *(rule.to for rule in step.rules))))


def _in_order(flow: Flow) -> list[str]:
    """Steps reached from the start, each before those it leads to; then stand-ins no answer leads to."""
    done: dict[str, None] = {}

    def visit(step_id: str) -> None:
        if step_id not in done:
            for target in _targets(flow.steps[step_id]):
                visit(target)
            done[step_id] = None

    visit(flow.start)
    order = list(reversed(done))
    return order + [step_id for step_id in flow.steps if step_id not in done]


_STYLE = (
    ".b{fill:#fff;stroke:#17324d;stroke-width:1.5}.question{fill:#e6ecf2}.check{fill:#e0f2f1}.outcome-box{fill:#f5f5f5}"
    ".branch{stroke-dasharray:4 3}.h1{fill:#fff7d6}.h2{fill:#ffe0c2}.h3{fill:#ffd3d6}"
    ".l{fill:none;stroke:#5c6f82;stroke-width:1.2}text{font:12px sans-serif;fill:#17324d}"
)


def as_svg(flow: Flow, titles: Mapping[str, str], *, alone: bool = False) -> str:
    """The drawing as SVG. titles: words of a step to show on hovering, by id. alone: with its own style, as a file."""
    sorted_columns = columns(flow)
    tallest = max(len(column) for column in sorted_columns)
    place = {
        step_id: (20 + x * (_WIDTH + _GAP_X), 20 + int((y + (tallest - len(column)) / 2) * (_HEIGHT + _GAP_Y)))
        for x, column in enumerate(sorted_columns)
        for y, step_id in enumerate(column)
    }
    width = 20 + len(sorted_columns) * (_WIDTH + _GAP_X)
    height = 40 + tallest * (_HEIGHT + _GAP_Y)
    lines = [line for step in flow.steps.values() for line in _lines(step, place)]
    boxes = [_box(step, place[step.id], titles.get(step.id, "")) for step in flow.steps.values()]
    style = f"<style>{_STYLE}</style>" if alone else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">'
        f"{style}{''.join(lines)}{''.join(boxes)}</svg>"
    )


def _lines(step: Step, place: Mapping[str, tuple[int, int]]) -> list[str]:
    answers: dict[str, list[str]] = defaultdict(list)
    for answer, target in step.next.items():
        answers[target].append(answer)
    for rule in step.rules:
        answers[rule.to].append(rule.when or "otherwise")
    x, y = place[step.id]
    lines = []
    for target, names in answers.items():
        to_x, to_y = place[target]
        start, end = (x + _WIDTH, y + _HEIGHT // 2), (to_x, to_y + _HEIGHT // 2)
        bend = f"C{start[0] + _GAP_X} {start[1]} {end[0] - _GAP_X} {end[1]}"
        title = escape(f"{step.id} → {target}: {', '.join(names)}")
        lines.append(
            f'<path class="l" d="M{start[0]} {start[1]}{bend} {end[0]} {end[1]}"><title>{title}</title></path>'
        )
    return lines


def _box(step: Step, at: tuple[int, int], title: str) -> str:
    x, y = at
    kind = {Kind.REMEDY: f"h{int(step.harm)}", Kind.OUTCOME: "outcome-box"}.get(step.kind, str(step.kind))
    label = f"harm {int(step.harm)}" if step.kind is Kind.REMEDY else str(step.kind)
    if step.pause_minutes:
        label += f", waits {step.pause_minutes} min"
    return (
        f"<g><title>{escape(title)}</title>"
        f"<rect class={quoteattr('b ' + kind)} x='{x}' y='{y}' width='{_WIDTH}' height='{_HEIGHT}' rx='4'/>"
        f"<text x='{x + 8}' y='{y + 19}' font-weight='bold'>{escape(step.id)}</text>"
        f"<text x='{x + 8}' y='{y + 36}'>{escape(label)}</text></g>"
    )
