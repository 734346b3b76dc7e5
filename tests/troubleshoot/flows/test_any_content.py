"""Whatever stands in the content folder, it is loaded and judged, or its problems are named: nothing is raised."""

import tempfile
from datetime import date
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.troubleshoot.flows import folder
from troubleshoot.flows.facts import Fact
from troubleshoot.flows.loader import load
from troubleshoot.flows.validate import validate

WAITED = {"waited_before": Fact("waited_before", frozenset({"tries-before"}), lambda answers: False)}
STEPS = st.sampled_from([*folder.STEPS, "which-way", "ghost", "", "a b", "È"])
SCALARS = st.sampled_from(
    ['""', "1", "-1", "true", "[]", "{}", '"yes"', "[1]", "2026-01-01", "{ a = 1 }", '["ask"]', '"ask"', "1e9"]
)
KEYS = st.sampled_from(
    [
        "kind",
        "next",
        "rules",
        "earlier",
        "harm",
        "milder",
        "part_of",
        "tries",
        "pause_minutes",
        "sources",
        "picture",
        "instead",
    ]
)


def judged(content: Path) -> list[str]:
    found, problems = load(content, ["it", "en"])
    problems += validate(found, today=date(2026, 11, 22), pictures=set(), facts=WAITED)
    assert all(problem.file.startswith("content") and problem.line >= 1 and problem.mend for problem in problems)
    return [str(problem) for problem in problems]


@settings(max_examples=150)
@given(st.data())
def test_a_flow_with_lines_lost_doubled_and_changed(data):
    lines = folder.FLOW.splitlines()
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(lines) - 1))
        match data.draw(st.sampled_from(["lose", "double", "value", "target", "cut"])):
            case "lose":
                del lines[place]
            case "double":
                lines.insert(place, lines[place])
            case "value":
                lines.insert(place, f"{data.draw(KEYS)} = {data.draw(SCALARS)}")
            case "target":
                lines[place] = lines[place].replace('"ask"', f'"{data.draw(STEPS)}"')
            case "cut":
                lines[place] = lines[place][: data.draw(st.integers(0, len(lines[place])))]
    with tempfile.TemporaryDirectory() as kept:
        content = folder.write(Path(kept))
        (content / "tiny" / "flow.toml").write_text("\n".join(lines), encoding="utf-8")
        judged(content)


@settings(max_examples=100)
@given(
    st.sampled_from(["tiny/flow.toml", "sources.toml", "outside/site.toml", "tiny/it/where.md", "tiny/en/break-in.md"]),
    st.text(max_size=200) | st.binary(max_size=60),
)
def test_any_text_or_bytes_in_any_file(name, written):
    with tempfile.TemporaryDirectory() as kept:
        content = folder.write(Path(kept))
        data = written if isinstance(written, bytes) else written.encode("utf-8", "surrogatepass")
        (content / name).write_bytes(data)
        judged(content)
