"""Content with a mistake, and the real server: it refuses to start, or keeps the last valid content."""

import shutil
import time
import urllib.request
from pathlib import Path

import pytest

from tests.serving import served
from tests.troubleshoot.flows import folder
from tests.troubleshoot.flows.folder import replace
from tests.troubleshoot.flows.test_validate import IN_THE_FLOW, IN_THE_WORDS

pytestmark = pytest.mark.server

MISTAKES = {
    "dead end": ("imi/flow.toml", 'lost = "reset-password"', 'lost = "nowhere"', "dead end"),
    "broken syntax": ("imi/flow.toml", 'kind = "branch"', "kind = branch", "TOML cannot be read"),
    "harm out of order": (
        "imi/flow.toml",
        "harm = 1\ntries",
        'harm = 3\nmilder = ["type-new-by-hand"]\ntries',
        "harm out of order",
    ),
    "unknown fact": ("imi/flow.toml", 'when = "colleagues_get_in"', 'when = "it_rains"', "unknown fact 'it_rains'"),
    "an error text that leads nowhere": (
        "errors.toml",
        'to = "imi?where=password&sign-in-page=refused"',
        'to = "imi?where=cellar"',
        "leads to no place by questions alone",
    ),
    "missing words": ("imi/it/inside.md", "+++\n", "", "no front matter"),
    "undated source": ("sources.toml", "read = 2026-11-01\n", "", "the day it was read is missing"),
}


@pytest.fixture
def content(tmp_path: Path, content_dir: Path) -> Path:
    return Path(shutil.copytree(content_dir, tmp_path / "content"))


@pytest.mark.parametrize("mistake", MISTAKES)
def test_the_server_refuses_to_start(tmp_path, content, mistake):
    name, old, new, words = MISTAKES[mistake]
    replace(content / name, old, new)
    with (
        pytest.raises(RuntimeError, match=words) as raised,
        served(tmp_path / "var", prepare=False, TROUBLESHOOT_CONTENT_DIR=str(content)),
    ):
        pass
    assert f"content/{name.split('/')[0]}" in str(raised.value)


def test_a_running_server_keeps_the_last_valid_content(tmp_path, content):
    with served(
        tmp_path / "var", TROUBLESHOOT_CONTENT_DIR=str(content), TROUBLESHOOT_FLOWS_LOOK_EVERY_MS="100"
    ) as site:
        address = f"{site.url}/it/guida/imi/where/"
        for name, old, new, words in MISTAKES.values():
            kept = (content / name).read_text()
            replace(content / "imi" / "it" / "where.md", "A che punto ti fermi?", "Mai da vedere?")
            replace(content / name, old, new)
            _until(lambda words=words: _page(address) and words in site.log.read_text())
            pages = [_page(address) for _ in range(10)]
            assert all("A che punto ti fermi?" in page for page in pages)
            (content / name).write_text(kept)
            replace(content / "imi" / "it" / "where.md", "Mai da vedere?", "A che punto ti fermi?")
        replace(content / "imi" / "it" / "where.md", "A che punto ti fermi?", "Dove ti fermi, di preciso?")
        _until(lambda: all("di preciso" in _page(address) for _ in range(10)))


def test_no_kind_of_mistake_is_ever_served(tmp_path):
    """Every mistake the validator's tests know, one after the other, under a running server."""
    content = folder.write(tmp_path)
    replace(content / "tiny" / "flow.toml", '{ when = "waited_before", to = "ask" }, ', "")  # the tests' own fact
    settings = {"CONTENT_DIR": str(content), "WORKERS": "1", "FLOWS_LOOK_EVERY_MS": "100"}
    with served(tmp_path / "var", **{f"TROUBLESHOOT_{name}": value for name, value in settings.items()}) as site:
        address = f"{site.url}/it/guida/tiny/where/"
        whole = _page(address)
        told = 0
        for name, old, new, words in _every_mistake():
            kept = (content / name).read_bytes()
            replace(content / name, old, new)
            _until(lambda words=words, told=told: _page(address) == whole and words in site.log.read_text()[told:])
            (content / name).write_bytes(kept)
            told = len(site.log.read_text())


def _every_mistake():
    """File, what stands there, what it becomes, words of the message; without those about the tests own fact."""
    for old, new, _, words in IN_THE_FLOW.values():
        about_the_fact = "waited_before" in old + new or "rules" in old or 'break-in" }]' in old
        if not about_the_fact and '"house"' not in new:  # nor of the tests' own drawing
            yield "tiny/flow.toml", old, new, words.partition(" Path:")[0]
    for name, old, new, _, words in IN_THE_WORDS.values():
        yield name, old, new, words.partition(" Mend:")[0]


def _page(address: str) -> str:
    with urllib.request.urlopen(address, timeout=60) as answer:
        return answer.read().decode()


def _until(holds, limit_s: float = 120) -> None:
    end = time.monotonic() + limit_s
    while not holds():
        assert time.monotonic() < end
        _poke()


def _poke() -> None:
    time.sleep(0.1)  # polling another process, not waiting for one of ours
