"""Nothing that the leaflet says is lost: each row is carried, or left out for a reason."""

import pytest
from bs4 import BeautifulSoup

from tests.troubleshoot.flows.imi_cases import CASES, LABELS
from tests.troubleshoot.flows.leaflet_rows import DRAWING, LEFT_OUT, ROWS, SHEET, STEP, TEXT
from troubleshoot.flows.engine import walk

pytestmark = pytest.mark.usefixtures("without_database")


def test_every_row_of_the_leaflet_is_here():
    assert list(ROWS) == [f"a{number}" for number in range(1, 85)]


@pytest.mark.parametrize("row", [row for row, (kind, *_) in ROWS.items() if kind in (STEP, TEXT)])
def test_a_row_stands_in_the_words_of_what_carries_it(real, row):
    kind, name, words = ROWS[row]
    text = real.flows["imi"].text(name, "it") if kind == STEP else real.error_words[name, "it"]
    assert words.lower() in "\n".join(text.all_words).lower(), text.file


@pytest.mark.parametrize("row", [row for row, (kind, *_) in ROWS.items() if kind == DRAWING])
def test_a_row_stands_in_a_drawing_with_its_mark(real, row):
    _, step, drawing = ROWS[row]
    name, _, mark = drawing.partition(" ")
    picture = real.flows["imi"].steps[step].picture
    assert (picture.name, picture.mark) == (name, mark)


@pytest.mark.parametrize("row", [row for row, (kind, *_) in ROWS.items() if kind == SHEET])
def test_a_row_stands_in_the_message_to_nimic(client, row):
    page = BeautifulSoup(client.get("/it/scheda/imi/").content.decode(), "html.parser").select_one("main").get_text()
    assert ROWS[row][2] in page


@pytest.mark.parametrize("row", [row for row, (kind, *_) in ROWS.items() if kind == LEFT_OUT])
def test_what_is_left_out_has_a_reason(row):
    assert len(ROWS[row][2]) > 40


def test_what_carries_a_row_is_reached(real):
    """By a case of the journey, or one answer beyond."""
    flow = real.flows["imi"]
    ways = [query for query, _ in CASES.values()] + [query for rows in LABELS.values() for query, _ in rows]
    reached = set()
    for query in ways:
        walked = walk(flow, dict(pair.split("=") for pair in query.split("&")))
        reached |= {visit.step.id for visit in walked.visits} | {walked.current.id}
        reached |= set(walked.current.next.values())
        for step in {walked.current.id, *walked.current.next.values()}:
            reached |= set(flow.steps[step].next.values())
    carried = {name for kind, name, _ in ROWS.values() if kind in (STEP, DRAWING)}
    assert carried - reached - {"come-back-later"} == set()
