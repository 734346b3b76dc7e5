from pathlib import Path

import pytest

from troubleshoot.finder.evaluate import Example, read_examples
from troubleshoot.finder.finding import Finder
from troubleshoot.finder.symptoms import Book, read
from troubleshoot.flows import library
from troubleshoot.flows.model import Content

EXAMPLES = Path(__file__).parent / "examples"


@pytest.fixture(scope="session")
def guide(content_dir: Path) -> Content:
    content, problems = library.read(content_dir)
    assert problems == []
    return content


@pytest.fixture(scope="session")
def book(guide: Content) -> Book:
    found, problems = read(guide)
    assert problems == []
    return found


@pytest.fixture(scope="session")
def finder(book: Book, guide: Content) -> Finder:
    return Finder(book, guide)


def examples(name: str) -> list[Example]:
    return list(read_examples(EXAMPLES / f"{name}.jsonl"))
