"""The text version against a site that is played: what counts as a yes, what is said at the end, and the way without
a page. The command is the real one."""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from eidbridge.report import decode
from tests.eidbridge.agent.test_joint import played, problem

__all__ = ["played"]
ROOT = Path(__file__).parents[3]


class Typing:
    """A running `check --send`, its words, and what is typed into it."""

    def __init__(self, site: str, home: Path, *arguments: str) -> None:
        env = {"PATH": os.environ["PATH"], "HOME": str(home), "EIDBRIDGE_LANGUAGE": "it", "PYTHONUTF8": "1"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "eidbridge", "check", "--send", site, "--code", "ACDEFGHJ", *arguments],
            cwd=ROOT,
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.said = ""
        self._reads = threading.Thread(target=self._follow, daemon=True)
        self._reads.start()

    def _follow(self) -> None:
        while sign := self.process.stdout.read(1):
            self.said += sign

    def until(self, text: str) -> None:
        end = time.monotonic() + 30
        while text not in self.said:
            assert time.monotonic() < end, self.said
            time.sleep(0.02)

    def type(self, line: str) -> None:
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def ended(self) -> int:
        self.process.stdin.close()
        code = self.process.wait(30)
        self._reads.join(5)
        self.process.stdout.close()
        return code


@pytest.fixture
def typing(played, tmp_path):
    site, where = played
    site.state = "open"
    made = []

    def start(*arguments: str) -> Typing:
        made.append(Typing(where.origin, tmp_path, *arguments))
        return made[-1]

    yield start
    for each in made:
        each.process.kill()
        each.process.wait(10)


@pytest.mark.parametrize("answer", ["no", "stop", "salva", "sbagliato", "yuck no", "", "ss"])
def test_only_a_whole_yes_sends(typing, played, answer):
    shown = typing()
    shown.until("Mando il rapporto a ")
    shown.type(answer)
    shown.until("Non è partito nulla.")
    assert shown.ended() == 1
    assert "report" not in played[0].took


@pytest.mark.parametrize("answer", ["s", "SI", "sì"])
def test_what_was_sent_is_known_before_it_is_said(typing, played, answer):
    """A yes, and then nothing more to read: the command waits for the site's answer, and tells that."""
    shown = typing()
    shown.until("Mando il rapporto a ")
    shown.type(answer)
    assert shown.ended() == 1
    assert "Il rapporto è arrivato." in shown.said
    assert "Non è partito nulla" not in shown.said
    assert played[0].took.count("report") == 1


def test_all_that_is_sent_is_shown(typing):
    shown = typing()
    shown.until("Mando il rapporto a ")
    assert "Anche questo è nel rapporto:\n  eidbridge 0.1.0, linux, 20" in shown.said
    shown.ended()


def test_a_wish_does_not_take_the_question_away(typing, played):
    shown = typing()
    shown.until("Mando il rapporto a ")
    played[0].wish = 1
    shown.until("La pagina chiede di controllare di nuovo.")
    shown.type("s")
    shown.until("Il rapporto è arrivato.")
    shown.ended()


def test_without_a_page_the_checks_run_and_the_report_is_saved(typing, played, tmp_path):
    played[0].hello = (404, problem("code-unknown"))
    shown = typing("--save", str(tmp_path / "never.json"))
    shown.until("Scrivi un altro codice")
    shown.type("12345678")
    shown.until("sembrano un PIN")
    shown.type("")
    shown.until("Salvo il rapporto in ")
    shown.type(str(tmp_path / "mine.json"))
    shown.until("Rapporto salvato in")
    assert shown.ended() == 1
    assert decode((tmp_path / "mine.json").read_bytes()).checks
    assert (tmp_path / "mine.json").stat().st_mode & 0o777 == 0o600


def test_a_file_that_was_never_filled_is_gone(typing, played, tmp_path):
    played[0].hello = (404, problem("code-unknown"))
    shown = typing("--save", str(tmp_path / "never.json"))
    shown.until("Scrivi un altro codice")
    assert shown.ended() == 3
    assert not (tmp_path / "never.json").exists()


def test_a_pairing_that_ends_leaves_the_report_to_be_saved(typing, played, tmp_path):
    shown = typing()
    shown.until("Mando il rapporto a ")
    played[0].play = lambda _message: (410, problem("pairing-over", why="expired"))
    shown.until("Il tempo del codice è finito.")
    shown.until("Salvo il rapporto in ")
    shown.type(str(tmp_path / "late.json"))
    shown.until("Rapporto salvato in")
    assert shown.ended() == 1
