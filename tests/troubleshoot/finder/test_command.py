"""The authors' command: what it prints, and what it says of a file that is none."""

import json

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from tests.troubleshoot.finder.conftest import EXAMPLES


def said(capsys, *arguments: str) -> str:
    call_command("evaluate_finder", *arguments)
    return capsys.readouterr().out


def test_it_prints_how_often_the_right_label_comes_first(capsys, tmp_path):
    file = tmp_path / "mine.jsonl"
    file.write_text(
        '{"text": "il lettore perde la carta", "error_message": "", "label": "cie.reader.card_drops", "lang": "it"}\n'
        '{"text": "reader loses the card", "label": "cie.reader.card_drops", "lang": "en"}\n'
        '{"text": "il lettore perde la carta", "label": "imi.maintenance", "lang": "it"}\n'
        "\n"
        '{"text": "vorrei una pizza", "label": ""}\n',
        encoding="utf-8",
    )
    lines = said(capsys, str(file)).splitlines()
    assert lines[0] == "mine.jsonl"
    assert any(line.split()[:5] == ["en", "1", "texts,", "top-1", "100.0%,"] for line in lines)
    assert any(line.split()[:7] == ["it", "2", "texts,", "top-1", "50.0%,", "top-3", "50.0%,"] for line in lines)
    assert any(line.split()[:2] == ["cie.reader", "2"] for line in lines)
    assert any("other things" in line and "1 texts, 0 taken for sure" in line for line in lines)
    assert "1 × imi.maintenance taken for cie.reader.card_drops" in [line.strip() for line in lines]


def test_the_message_is_pasted_below_the_words_that_lack_it(capsys, tmp_path):
    file = tmp_path / "mine.jsonl"
    row = {"text": "esce", "error_message": "Nessun lettore di smartcard installato", "label": "cie.reader.driver"}
    file.write_text(json.dumps(row), encoding="utf-8")
    assert "top-1 100.0%" in said(capsys, str(file))


def test_our_own_examples_can_be_read(capsys):
    out = said(capsys, str(EXAMPLES / "tuning.jsonl"), str(EXAMPLES / "foreign.jsonl"), "--confusions", "0")
    assert "tuning.jsonl" in out
    assert "100 texts" in out
    assert "taken for cie" not in out


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        ("not json", "mine.jsonl:1: no example"),
        ('{"text": "a", "label": "imi.maintenance"}\n{"text": "a"}', "mine.jsonl:2: no example"),
        ('{"text": "a", "label": "imi.maintainance"}', "mine.jsonl:1: there is no label 'imi.maintainance'"),
        ("[" * 200_000, "mine.jsonl:1: no example"),
        ('["a"]', "mine.jsonl:1: no example"),
        ('{"text": 3, "label": ""}', "mine.jsonl:1: no example"),
        ('{"text": "a", "label": "", "lang": ["x"]}', "mine.jsonl:1: no example"),
        ("\xff\xfe", "mine.jsonl"),
    ],
)
def test_a_file_that_is_none_is_named_with_its_line(tmp_path, content, wrong):
    file = tmp_path / "mine.jsonl"
    file.write_bytes(content.encode("latin-1"))
    with pytest.raises(CommandError, match=wrong):
        call_command("evaluate_finder", str(file))
    with pytest.raises(CommandError, match="gone"):
        call_command("evaluate_finder", str(tmp_path / "gone.jsonl"))


def test_signs_that_end_a_line_elsewhere_may_stand_in_a_text(capsys, tmp_path):
    file = tmp_path / "mine.jsonl"
    row = '{"text": "il lettore\u2028perde la\u0085carta", "label": "cie.reader.card_drops"}'
    file.write_text(f"\ufeff{row}\n{row}\n", encoding="utf-8")
    assert "2 texts, top-1 100.0%" in said(capsys, str(file))
