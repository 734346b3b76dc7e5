"""`eidbridge simulate`, as a person starts it, with the virtual reader of our own daemon."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from eidbridge.simulator.profiles import PROFILES
from eidbridge.transport.child import Pcsc
from tests.eidbridge.scenarios import TOLD, walk
from tests.pcsc.conftest import has_card, until
from tests.pcsc.stack import Stack

#: One daemon serves all tests of this folder.
pytestmark = pytest.mark.xdist_group("pcsc")

ROOT = Path(__file__).parents[2]


def start(*arguments: str, language: str = "it") -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "eidbridge", "simulate", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={"EIDBRIDGE_LANGUAGE": language, "PYTHONUTF8": "1"},
    )


def ended(*arguments: str, language: str = "it") -> tuple[int, str, str]:
    running = start(*arguments, language=language)
    out, error = running.communicate(timeout=30)
    return running.returncode, out, error


def lying(pcsc: Pcsc, reader: str) -> bytes:
    return next((each.atr for each in pcsc.readers() if each.name == reader and each.has_card), b"")


def test_a_card_is_put_down_exchanged_taken_away(stack: Stack, pcsc: Pcsc):
    until(lambda: stack.saw_the_last_card_go(stack.first))
    running = start("pin-blocked", "--port", str(stack.port))
    assert running.stdin

    def type_in(line: str, holds: Callable[[], bool]) -> None:
        assert running.stdin
        running.stdin.write(f"{line}\n")
        running.stdin.flush()
        until(holds)

    until(lambda: lying(pcsc, stack.first) == PROFILES["pin-blocked"].atr)
    connection = pcsc.connect(stack.first)
    assert walk(connection) == TOLD["pin-blocked"]
    connection.close()
    type_in("passport", lambda: lying(pcsc, stack.first) == PROFILES["passport"].atr)
    type_in("nessuna", lambda: True)
    type_in("cie-stm slow=wrong", lambda: True)
    type_in("eject", lambda: not lying(pcsc, stack.first))
    type_in("cie-stm", lambda: lying(pcsc, stack.first) == PROFILES["cie-stm"].atr)
    out, _error = running.communicate("quit\n", timeout=10)
    assert running.returncode == 0
    assert "La carta è sul lettore: pin-blocked, CIE con il PIN bloccato." in out
    assert "Nessuna carta si chiama nessuna." in out
    assert "La carta è stata tolta." in out
    until(lambda: not has_card(pcsc, stack.first))


def test_ctrl_c_ends_cleanly(stack: Stack, pcsc: Pcsc):
    until(lambda: stack.saw_the_last_card_go(stack.first))
    running = start("generic", "--port", str(stack.port))
    until(lambda: has_card(pcsc, stack.first))
    running.send_signal(2)
    out, error = running.communicate(timeout=10)
    assert running.returncode == 130
    assert "Traceback" not in out + error
    until(lambda: not has_card(pcsc, stack.first))


@pytest.mark.parametrize(("language", "said"), [("it", "Nessun lettore virtuale"), ("en", "No virtual reader")])
def test_a_reader_that_is_not_there_is_said(language, said):
    code, _out, error = ended("generic", "--port", "9", language=language)
    assert code == 3
    assert said in error


def test_the_list_names_every_card_and_fault():
    code, out, _error = ended("--list")
    assert code == 0
    assert all(f"\n  {name} " in out for name in PROFILES)
    assert "wrong-mac" in out


@pytest.mark.parametrize("arguments", [["nobody"], [], ["generic", "--fault", "nonsense"]])
def test_what_cannot_be_done_is_said(arguments):
    code, out, error = ended(*arguments)
    assert code == 2
    assert out + error
    assert "Traceback" not in error
