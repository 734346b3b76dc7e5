"""What the command line prints, without a card: streams of every kind, placement line by line, sentences explained."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from eidbridge.cli.explain import OFFICIAL, codes_of
from eidbridge.cli.readers import FLICKER_S, Plates
from eidbridge.cli.terminal import finding_lines, has_colours, outcome_line, shown
from eidbridge.errors import Code
from eidbridge.results import CheckResult, Outcome
from eidbridge.texts import language_of
from eidbridge.transport.states import ReaderState, State

ROOT = Path(__file__).parents[2]
ATR = bytes.fromhex("3B8F80018031806549544A3442120FFF8290008B")
OTHER_ATR = bytes.fromhex("3B8B80018066475000B8007F8290002E")


@pytest.fixture(autouse=True)
def _italian(monkeypatch):
    monkeypatch.setenv("EIDBRIDGE_LANGUAGE", "it")


# Placement.


def plate(what: str, name: str = "ACME CL") -> ReaderState:
    states = {"empty": set(), "well": {State.PRESENT}, "badly": {State.PRESENT, State.MUTE}, "other": {State.PRESENT}}
    return ReaderState(name, frozenset(states[what]), {"well": ATR, "other": OTHER_ATR}.get(what, b""))


def told(*looks: tuple[float, str]) -> list[str]:
    plates = Plates()
    return [line for now, what in looks for line in plates.look([plate(what)], now)]


CAME, SEEN, LOST = "Lettore collegato: ACME CL", "Carta vista: lasciala ferma così.", "Carta persa."
FLICKERS = "La carta va e viene: sollevala di poco o spostala verso il centro."


@pytest.mark.parametrize(
    ("looks", "lines"),
    [
        ([(0, "empty")], [CAME]),
        ([(0, "empty"), (1, "well"), (2, "well")], [CAME, SEEN]),
        ([(0, "well"), (1, "empty"), (1.5, "empty")], [CAME, SEEN]),
        ([(0, "well"), (1, "empty"), (1 + FLICKER_S, "empty"), (9, "empty")], [CAME, SEEN, LOST]),
        ([(0, "well"), (1, "empty"), (1.3, "well"), (1.5, "well")], [CAME, SEEN, FLICKERS]),
        ([(0, "well"), (1, "empty"), (2, "empty"), (3, "well")], [CAME, SEEN, LOST, SEEN]),
        ([(0, "badly"), (1, "badly")], [CAME, FLICKERS]),
        ([(0, "badly"), (1, "well")], [CAME, FLICKERS, SEEN]),
        ([(0, "well"), (1, "badly"), (2, "well")], [CAME, SEEN, FLICKERS, SEEN]),
        ([(0, "well"), (1, "other")], [CAME, SEEN, SEEN]),
    ],
)
def test_placement(looks, lines):
    assert told(*looks) == lines


def test_with_two_readers_each_line_names_its_own_and_a_hostile_name_steers_nothing():
    plates = Plates()
    lines = list(plates.look([plate("well"), plate("empty", "Evil\x1b[31m\x07\u202e")], 0))
    assert lines == [CAME, f"ACME CL: {SEEN}", "Lettore collegato: Evil?[31m??"]
    assert list(plates.look([plate("well")], 1)) == ["Lettore scollegato: Evil?[31m??"]


def test_what_others_wrote_is_shown_without_what_steers_a_terminal():
    assert shown("a\nb\x1b]0;x\x07\u202ec") == "a?b?]0;x??c"
    assert len(shown("x" * 500)) == 80


# Colours, and what nobody has seen.


@pytest.mark.parametrize(
    ("is_terminal", "environment", "expected"),
    [
        (True, {"TERM": "xterm"}, True),
        (True, {"TERM": "xterm", "NO_COLOR": "1"}, False),
        (True, {"TERM": "dumb"}, False),
        (True, {}, False),
        (False, {"TERM": "xterm"}, False),
    ],
)
def test_where_colours_are(monkeypatch, is_terminal, environment, expected):
    for name in ("TERM", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    class Stream:
        def isatty(self) -> bool:
            return is_terminal

    assert has_colours(Stream()) is expected  # type: ignore[arg-type]


@pytest.mark.parametrize("proven", [True, False])
def test_what_was_never_seen_on_such_a_system_is_never_red_and_says_so(monkeypatch, proven):
    monkeypatch.setattr("eidbridge.cli.terminal.has_colours", lambda stream: True)
    result = CheckResult("card.pin-tries", Outcome.FAILED, Code.PIN_BLOCKED, {}, proven)
    assert ("\x1b[31m" in outcome_line(result)) is proven
    assert outcome_line(result).startswith("\x1b[31mproblema" if proven else "\x1b[33mattenzione")
    assert any("mai stato provato" in line for line in finding_lines(result)) is not proven


# Streams.


def run(*arguments: str, shell: str = "", **environment: str) -> subprocess.CompletedProcess[bytes]:
    command = f"{sys.executable} -m eidbridge {' '.join(arguments)} {shell}"
    kept = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "EIDBRIDGE_LANGUAGE": "it"}
    return subprocess.run(
        ["bash", "-o", "pipefail", "-c", command], cwd=ROOT, env=kept | environment, capture_output=True, check=False
    )


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "latin-1", "utf-8", "cp437"])
def test_no_encoding_breaks_a_line(encoding):
    done = run("explain", "card.none", PYTHONIOENCODING=encoding)
    assert done.returncode == 0, done.stderr
    assert done.stderr == b""
    action = done.stdout.decode(encoding).splitlines()[2]
    assert action.startswith("  → Appoggia" if encoding == "utf-8" else "  -> Appoggia")
    assert "d'identità" in action or "d'identita'" in action


@pytest.mark.parametrize(
    ("arguments", "shell", "code"),
    [
        (("explain", "card.none"), "| head -1", 0),
        (("explain", "card.none"), ">&-", 0),
        (("explain", "card.none"), "2>&-", 0),
        (("explain", "card.none"), ">/dev/full", 3),
        (("simulate", "--list"), ">/dev/full", 3),
        (("watch", "--for", "0.1", "--quiet"), ">&-", None),
        (("rehearse",), "<&-", 3),
        (("simulate", "--port", "0", "x"), "", 2),
        (("simulate", "--port", "99999", "x"), "", 2),
        (("watch", "--for", "nan"), "", 2),
        (("watch", "--for", "-1"), "", 2),
        (("check", "--save", "''"), "", 2),
    ],
)
def test_closed_and_full_streams_and_wrong_values_lead_to_words_and_exit_codes_of_ours(arguments, shell, code):
    done = run(*arguments, shell=shell)
    assert b"Traceback" not in done.stderr + done.stdout
    assert b"Exception" not in done.stderr
    assert code is None or done.returncode == code


@pytest.mark.parametrize("language", ["it", "en"])
def test_help_is_all_in_one_language(language):
    said = run("check", "--help", EIDBRIDGE_LANGUAGE=language).stdout.decode()
    foreign = ("usage", "options", "show") if language == "it" else ("uso:", "opzioni", "mostra")
    assert not any(word in said for word in foreign)
    assert {"it": "opzioni", "en": "options"}[language] in said


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "it"),
        ({"LANG": ""}, "it"),
        ({"LANG": "C.UTF-8"}, "it"),
        ({"LC_ALL": "C.utf8"}, "it"),
        ({"LANG": "POSIX"}, "it"),
        ({"LANG": "it_IT.UTF-8"}, "it"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "it_IT.UTF-8", "EIDBRIDGE_LANGUAGE": "EN"}, "en"),
        ({"LANG": "it_IT.UTF-8", "LC_ALL": "en_US"}, "en"),
    ],
)
def test_the_language_is_the_systems(environment, language):
    assert language_of(environment) == language


# Sentences of the official program.


@pytest.mark.parametrize("sentence", OFFICIAL)
def test_each_sentence_leads_to_its_codes(sentence):
    assert codes_of(sentence) == OFFICIAL[sentence]
    assert codes_of(sentence.upper() + "!") == OFFICIAL[sentence]


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ("[card.none]", Code.CARD_NONE),
        ("CARD.NONE", Code.CARD_NONE),
        ("Il PIN digitato è errato. Rimangono 2 tentativi", Code.PIN_WRONG),
        ("il pin digitato e' errato", Code.PIN_WRONG),
        ("Il PIN digitato e\u0300 errato", Code.PIN_WRONG),
        ("Carta non abbinata, premere qui per abbinarla", Code.SOFTWARE_NOT_PAIRED),
        ("Errore: CIE non presente sul lettore", Code.CARD_NONE),
        ("La tua CIE è scaduta!", Code.CERTIFICATE_EXPIRED),
        ("Il PIN digitato è errato. Rimane 1 tentativo", Code.PIN_WRONG),
        ("PIN errato, riprova", Code.PIN_WRONG),
        ("con la", None),
        ("la CIE", None),
        ("sul lettore", None),
        ("carta", None),
        ("ente", None),
        ("tore", None),
        ("pin", None),
        ("xyzzy plugh", None),
        ("", None),
        ("'", None),
    ],
)
def test_what_people_type_of_them(asked, code):
    found = codes_of(asked)
    assert (code in found) if code else found == ()


def test_where_its_libraries_are_missing_it_says_how_to_install_them():
    bare = [sys.executable, "-S", "-m", "eidbridge", "check"]  # without what is installed beside Python
    done = subprocess.run(bare, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "pip install -r requirements-program.txt" in done.stderr
    assert "Traceback" not in done.stderr
