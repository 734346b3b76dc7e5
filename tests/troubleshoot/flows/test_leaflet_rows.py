"""Nothing that the two leaflets say is lost: each row is carried, or left out for a reason."""

import pytest
from bs4 import BeautifulSoup

from tests.troubleshoot.flows import cie_cases, imi_cases, leaflet_rows, leaflet_rows_inps
from tests.troubleshoot.flows.leaflet_rows import DRAWING, LEFT_OUT, SHEET, STEP, TEXT
from troubleshoot.flows.engine import walk

pytestmark = pytest.mark.usefixtures("without_database")


#: Rows of both, a of IMI and b of INPS: whose flow carries them.
ROWS = leaflet_rows.ROWS | leaflet_rows_inps.ROWS
FLOWS = {"a": "imi", "b": "cie-inps"}


def of(*kinds: str) -> list[str]:
    return [row for row, (kind, *_) in ROWS.items() if kind in kinds]


def test_every_row_of_the_leaflets_is_here():
    assert list(leaflet_rows.ROWS) == [f"a{number}" for number in range(1, 85)]
    assert list(leaflet_rows_inps.ROWS) == [f"b{number}" for number in range(1, 69)]


@pytest.mark.parametrize("row", of(STEP, TEXT))
def test_a_row_stands_in_the_words_of_what_carries_it(real, row):
    kind, name, words = ROWS[row]
    text = real.flows[FLOWS[row[0]]].text(name, "it") if kind == STEP else real.error_words[name, "it"]
    assert words.lower() in "\n".join(text.all_words).lower(), text.file


@pytest.mark.parametrize("row", of(DRAWING))
def test_a_row_stands_in_a_drawing_with_its_mark(real, row):
    _, step, drawing = ROWS[row]
    name, _, mark = drawing.partition(" ")
    picture = real.flows[FLOWS[row[0]]].steps[step].picture
    assert (picture.name, picture.mark) == (name, mark)


@pytest.mark.parametrize("row", of(SHEET))
def test_a_row_stands_in_the_message_to_nimic(client, row):
    page = BeautifulSoup(client.get("/it/scheda/imi/").content.decode(), "html.parser").select_one("main").get_text()
    assert ROWS[row][2] in page


@pytest.mark.parametrize("row", of(LEFT_OUT))
def test_what_is_left_out_has_a_reason(row):
    assert len(ROWS[row][2]) > 40


@pytest.mark.parametrize(
    ("flow_id", "cases", "rows"),
    [("imi", imi_cases, leaflet_rows), ("cie-inps", cie_cases, leaflet_rows_inps)],
    ids=["imi", "cie-inps"],
)
def test_what_carries_a_row_is_reached(real, flow_id, cases, rows):
    """By a case of the journey, or one answer beyond."""
    flow = real.flows[flow_id]
    ways = [query for query, _ in cases.CASES.values()] + [q for found in cases.LABELS.values() for q, _ in found]
    reached = set()
    for query in ways:
        walked = walk(flow, dict(pair.split("=") for pair in query.split("&")))
        reached |= {visit.step.id for visit in walked.visits} | {walked.current.id}
        reached |= set(walked.current.next.values())
        for step in {walked.current.id, *walked.current.next.values()}:
            reached |= set(flow.steps[step].next.values())
    carried = {name for kind, name, _ in rows.ROWS.values() if kind in (STEP, DRAWING)}
    assert carried - reached - {"come-back-later"} == set()
