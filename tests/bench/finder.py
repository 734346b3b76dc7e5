"""Time of a search, of making the index, and what it holds in memory, in this process.

Run by the benchmark as a process of its own; prints its figures as JSON. Queries are cuts of what people write, of
screen texts and of nothing at all, from 1 to 2 000 characters, each asked once.
"""

import json
import random
import string
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from django.core.wsgi import get_wsgi_application


def resident_mb() -> float:
    """Memory of this process that is its own (Linux)."""
    for line in Path("/proc/self/smaps_rollup").read_text().splitlines():
        if line.startswith("Private_Dirty"):
            return int(line.split()[1]) / 1024
    return 0.0


get_wsgi_application()

from django.conf import settings  # noqa: E402 - Django must be set up first
from django.test import Client  # noqa: E402

from tests.bench.figures import Figure  # noqa: E402
from troubleshoot.finder.finding import Finder  # noqa: E402
from troubleshoot.finder.reading import MAX_CHARS  # noqa: E402
from troubleshoot.finder.symptoms import Book, read  # noqa: E402
from troubleshoot.flows import library  # noqa: E402

QUERIES, SLOW_MS, INDEX_S, HUGE = 10_000, 50, 2.0, 100_000
SEED = 7


def queries(book: Book, count: int, length: tuple[int, int]) -> Iterator[str]:
    """Half of it words of ours, a quarter with mistakes in every word, a quarter noise."""
    chance = random.Random(SEED)
    said = [words for symptom in book.symptoms.values() for says in symptom.says.values() for words in says]
    for number in range(count):
        wanted = chance.randint(*length)
        kind = number % 4
        if kind == 3:
            letters = string.ascii_letters + string.punctuation + " àèéìòù😀"
            yield "".join(chance.choices(letters, k=wanted))
            continue
        text = ""
        while len(text) < wanted:
            text += chance.choice(said) + chance.choice([". ", ", ", "\n", " "])
        if kind == 2:
            text = " ".join(word[:-1] + chance.choice(string.ascii_lowercase) for word in text.split())
        yield text[:wanted]


def times_ms(find: Finder, texts: Iterator[str]) -> list[float]:
    taken = []
    for text in texts:
        began = time.perf_counter()
        find.find(text, "it")
        taken.append((time.perf_counter() - began) * 1000)
    return sorted(taken)


def index() -> tuple[Finder, Book, list[Figure]]:
    guide, _problems = library.read(settings.FLOWS_CONTENT_DIR)
    before, began = resident_mb(), time.perf_counter()
    book, _problems = read(guide)
    finder = Finder(book, guide)
    took, holds = time.perf_counter() - began, resident_mb() - before
    return (
        finder,
        book,
        [
            Figure("content read, index made", round(took, 3), "s", INDEX_S),
            Figure("memory that it takes", round(holds, 1), "MB"),
        ],
    )


def search(finder: Finder, book: Book) -> list[Figure]:
    next(iter(times_ms(finder, queries(book, 50, (1, MAX_CHARS)))))  # words are stemmed once
    taken = times_ms(finder, queries(book, QUERIES, (1, MAX_CHARS)))
    longest = times_ms(finder, queries(book, 400, (MAX_CHARS, MAX_CHARS)))
    huge = times_ms(finder, queries(book, 400, (HUGE, HUGE)))
    return [
        Figure("a search, 95 %", round(at(taken, 0.95), 2), "ms", SLOW_MS, note=f"{QUERIES} of 1 to {MAX_CHARS} signs"),
        Figure("a search, median", round(at(taken, 0.5), 2), "ms"),
        Figure("the slowest of them", round(taken[-1], 2), "ms"),
        Figure(f"{HUGE} signs ÷ {MAX_CHARS}", round(at(huge, 0.5) / at(longest, 0.5), 3), "", 1.1, note="medians"),
    ]


def page(book: Book) -> list[Figure]:
    """Through every middleware, secrets covered."""
    client = Client(headers={"accept": "application/json", "host": "localhost"})
    taken = []
    for text in queries(book, 400, (1, MAX_CHARS)):
        began = time.perf_counter()
        client.post("/it/cerca/", {"q": text})
        taken.append((time.perf_counter() - began) * 1000)
    taken.sort()
    return [Figure("JSON through every middleware, 95 %", round(at(taken, 0.95), 2), "ms", SLOW_MS)]


def at(taken: list[float], share: float) -> float:
    return taken[int(len(taken) * share)]


def main() -> None:
    finder, book, made = index()
    json.dump({"The finder": [asdict(figure) for figure in [*made, *search(finder, book), *page(book)]]}, sys.stdout)


if __name__ == "__main__":
    main()
