"""The finder of a process follows its content; with a mistake the last one stands."""

import logging
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import SystemCheckError

from troubleshoot.finder import shelf
from troubleshoot.flows import library


@pytest.fixture
def copy(content_dir: Path, tmp_path: Path, settings) -> Iterator[Path]:
    """The site serves a copy of its content, and looks at it at each request."""
    settings.FLOWS_CONTENT_DIR = shutil.copytree(content_dir, tmp_path / "content")
    settings.FLOWS_RELOAD, settings.FLOWS_LOOK_EVERY_MS = True, 0
    library.forget()
    shelf.forget()
    yield settings.FLOWS_CONTENT_DIR
    library.forget()
    shelf.forget()


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def found(text: str) -> list[str]:
    return [result.symptom.label for result in shelf.current().finder.find(text, "it").results]


def test_a_new_way_of_saying_it_is_found_at_once(copy):
    assert found("gronzoli brunziferi") == []
    change(copy / "finder" / "says" / "imi.toml", "says.it = [", 'says.it = [\n  "gronzoli brunziferi",')
    assert found("gronzoli brunziferi")


def test_a_new_screen_text_is_found_at_once(copy):
    change(
        copy / "errors.toml", 'texts.it = ["CIE non presente sul lettore"]', 'texts.it = ["gronzoli brunziferi qui"]'
    )
    assert found("gronzoli brunziferi qui") == ["cie.reader.card_drops", "cie.reader.not_suitable", "cie.reader.driver"]


def test_a_mistake_keeps_the_last_one_and_is_logged(copy, caplog):
    before = found("il lettore perde la carta")
    change(copy / "finder" / "ways.toml", 'to = "imi?where=second-factor&phone=sms"', 'to = "ghost"')
    with caplog.at_level(logging.ERROR):
        assert found("il lettore perde la carta") == before
    assert "content/finder/ways.toml" in caplog.text
    assert "no flow 'ghost'" in caplog.text


def test_a_mistake_stops_the_start_and_is_a_system_check(copy):
    change(copy / "finder" / "ways.toml", 'to = "imi?where=second-factor&phone=sms"', 'to = "ghost"')
    with pytest.raises(ImproperlyConfigured, match=r"content/finder/ways\.toml:\d+: .*no flow 'ghost'"):
        shelf.current()
    with pytest.raises(SystemCheckError, match="no flow 'ghost'"):
        call_command("check", "--tag", "finder")


def test_a_guide_that_changed_under_it_keeps_the_last_search(copy, client):
    """The words of a step are renamed everywhere but in the finder's own content."""
    before = found("il lettore perde la carta")
    folder = copy / "cie-inps"
    for file in (*copy.rglob("*.toml"), *copy.rglob("*.md")):
        if "finder" not in file.relative_to(copy).parts:
            file.write_text(file.read_text(encoding="utf-8").replace("reader-does", "reader-acts"), encoding="utf-8")
    for language in ("it", "en"):
        (folder / language / "reader-does.md").rename(folder / language / "reader-acts.md")
    assert library.current().content.flows["cie-inps"].steps["reader-acts"]
    assert found("il lettore perde la carta") == before
    answer = client.post(
        "/it/cerca/",
        {"q": "il lettore perde la carta"},
        headers={"hx-request": "true", "sec-fetch-site": "same-origin"},
    )
    assert answer.status_code == 200
    assert b"/it/guida/cie-inps/" in answer.content


def test_many_threads_find_the_same(copy):
    texts = [
        "il lettore perde la carta",
        "non ricordo il PIN",
        "IMI in manutenzione",
        "firefox si chiude",
        "QR scaduto",
    ] * 40
    alone = [found(text) for text in texts[:5]]
    shelf.forget()
    with ThreadPoolExecutor(8) as hands:
        assert list(hands.map(found, texts)) == alone * 40


def test_a_folder_that_is_gone_keeps_the_last_one(copy, caplog):
    before = found("il lettore perde la carta")
    with caplog.at_level(logging.ERROR):
        (copy / "finder").rename(copy.parent / "elsewhere")
        change(copy / "errors.toml", "CIE non presente sul lettore", "CIE non presente sul lettore!")
        assert found("il lettore perde la carta") == before
    assert "the folder is gone" in caplog.text


def test_a_link_that_leads_round_in_a_circle_ends_nothing(copy):
    before = found("il lettore perde la carta")
    (copy / "finder" / "says" / "round.toml").symlink_to(copy / "finder" / "says" / "round.toml")
    assert found("il lettore perde la carta") == before


def test_a_guide_that_nobody_can_search_is_warned_of(copy, capsys):
    (copy / "finder").rename(copy.parent / "elsewhere")
    call_command("check", "--tag", "finder")
    assert "content/finder is no folder" in capsys.readouterr().err
