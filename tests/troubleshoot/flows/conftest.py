from pathlib import Path

import pytest

from tests.languages import LANGUAGES
from tests.troubleshoot.flows import folder
from troubleshoot.flows.facts import Fact
from troubleshoot.flows.loader import load
from troubleshoot.flows.model import Content


@pytest.fixture
def tiny_dir(tmp_path: Path) -> Path:
    return folder.write(tmp_path)


@pytest.fixture
def tiny_facts() -> dict[str, Fact]:
    reads = frozenset({"tries-before"})
    return {"waited_before": Fact("waited_before", reads, lambda answers: answers.get("tries-before") == "many")}


@pytest.fixture
def tiny(tiny_dir: Path) -> Content:
    content, problems = load(tiny_dir, ["it", "en"])
    assert problems == []
    return content


@pytest.fixture(scope="session")
def real(content_dir: Path) -> Content:
    """The guide's own content."""
    content, problems = load(content_dir, LANGUAGES)
    assert problems == []
    return content
