"""Hostile words through the real server, as a share of what as many plain words take there."""

from statistics import median

from tests.bench.figures import Figure
from tests.server.test_finder import HOSTILE, PLAIN, search
from tests.serving import Served

ROUNDS = 15


def figures(site: Served) -> list[Figure]:
    """In turns, so that the machine's own noise meets all alike."""
    texts = {"plain words": PLAIN, **HOSTILE}
    taken: dict[str, list[float]] = {what: [] for what in texts}
    for _ in range(ROUNDS):
        for what, text in texts.items():
            taken[what].append(search(site, text)[1] * 1000)
    medians = {what: median(times) for what, times in taken.items()}
    plain = medians.pop("plain words")
    slowest = max(medians, key=lambda what: medians[what])
    return [
        Figure(f"{len(PLAIN)} signs of plain words", round(plain, 1), "ms", note="median"),
        Figure("slowest hostile words ÷ plain words", round(medians[slowest] / plain, 2), "", 1.5, note=slowest),
    ]
