"""The program as a person starts it: check, readers, watch, rehearse, over a daemon and virtual readers of our own."""

import json
import os
import pty
import select
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest

from eidbridge.errors import Code, EidError
from eidbridge.report import decode
from eidbridge.simulator.chip import Chip
from eidbridge.simulator.faults import Fault, FaultyCard, Kind
from eidbridge.simulator.profiles import PROFILES
from eidbridge.simulator.vpcd import VirtualCard
from eidbridge.transport.child import Pcsc
from tests.pcsc.conftest import has_card, until
from tests.pcsc.stack import Stack
from tests.pcsc.test_real_stack import other_program

pytestmark = pytest.mark.xdist_group("pcsc")
ROOT = Path(__file__).parents[2]
#: What each card must be told as, the gravest first. What the PC itself lacks is left out of the comparison.
FOUND = {
    "cie-gemalto": [],
    "cie-stm2": [],
    "cie-bit4id": [],
    "cie-newer": [],  # nothing is wrong with it; whether the program is too old is told where there is one
    "last-try": ["card.pin-last-try"],
    "pin-blocked": ["card.pin-blocked"],
    "puk-blocked": ["card.puk-blocked"],
    "puk-few-tries": ["card.puk-few-tries"],
    "silent-counter": ["card.pin-tries-unknown"],
    "cloned": ["card.not-genuine"],
    "tampered": ["card.not-genuine"],
    "short-nis": ["card.unexpected-answer"],
    "cie2": ["card.old-identity-card"],
    "ts-cns": ["card.health-card"],
    "passport": ["card.passport"],
    "bank-card": ["card.bank-card"],
    "mifare": ["card.badge-or-ticket"],
    "generic": ["card.unknown"],
}


def environment(stack: Stack, **more: str) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH",) if name in os.environ}
    return {
        **kept,
        "HOME": str(stack.home),
        "PYTHONUTF8": "1",
        "EIDBRIDGE_LANGUAGE": "it",
        "PCSCLITE_CSOCK_NAME": str(stack.socket_path),
        **more,
    }


def run(stack: Stack, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "eidbridge", *arguments],
        cwd=ROOT,
        env=environment(stack, **more),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@contextmanager
def lying(stack: Stack, pcsc: Pcsc, name: str, *faults: Fault, slot: int = 0) -> Iterator[VirtualCard]:
    reader = (stack.first, stack.second)[slot]
    until(lambda: stack.saw_the_last_card_go(reader))
    with VirtualCard(FaultyCard(Chip(PROFILES[name]), faults), stack.port + slot) as card:
        until(lambda: has_card(pcsc, reader))
        yield card


def found(done: subprocess.CompletedProcess[str]) -> list[str]:
    """Codes about service, readers and cards in the JSON; its end mark is checked by reading it as the site does."""
    report = decode(done.stdout.encode())
    subjects = ("service.", "reader.", "card.", "program.")
    return [result.code for result in report.findings if result.code and result.code.startswith(subjects)]


@pytest.mark.parametrize("name", FOUND)
def test_check_names_what_lies_there(stack, pcsc, name):
    with lying(stack, pcsc, name):
        done = run(stack, "check", "--json")
    assert found(done) == FOUND[name], done.stderr
    assert done.returncode == 1  # this PC has no Software CIE
    assert done.stderr == ""


def test_the_text_is_stable_in_a_pipe_and_says_all_without_colour(stack, pcsc):
    with lying(stack, pcsc, "pin-blocked"):
        first, second = run(stack, "check"), run(stack, "check", TERM="xterm-256color")
        english = run(stack, "check", EIDBRIDGE_LANGUAGE="en").stdout
    assert first.stdout == second.stdout
    assert "\x1b" not in first.stdout
    assert "problema    tentativi di PIN rimasti" in first.stdout
    assert "PIN bloccato [card.pin-blocked]" in first.stdout
    assert first.stdout.rstrip().endswith("Fine del rapporto: 21 controlli.")
    assert "PIN blocked [card.pin-blocked]" in english


def test_two_readers_with_different_cards_blame_the_right_one(stack, pcsc):
    with lying(stack, pcsc, "ts-cns"), lying(stack, pcsc, "cie-bit4id", slot=1):
        done = run(stack, "check", "--json")
    assert found(done) == ["reader.several-cards"]
    with lying(stack, pcsc, "pin-blocked"), lying(stack, pcsc, "bank-card", slot=1):
        done = run(stack, "check", "--json")
    assert found(done) == ["card.pin-blocked", "reader.several-cards"]
    with lying(stack, pcsc, "ts-cns"), lying(stack, pcsc, "cie-bit4id", slot=1):
        other = other_program("exclusive", stack.second)
        done = run(stack, "check", "--json")
        other.kill()
        other.communicate()
    assert found(done) == ["card.in-use"]  # and not that a health card lies there: the CIE may be the one held


@pytest.mark.parametrize("name", ["cie-bit4id", "pin-blocked", "short-nis"])
def test_no_name_path_or_number_of_person_or_pc_is_in_what_the_command_says(stack, pcsc, tmp_path, name):
    home = tmp_path / "anna.rossi"
    (home / ".CIEPKI").mkdir(parents=True)
    holder = PROFILES[name].holder
    (home / ".CIEPKI" / f"{holder.nis}.cache").write_text("x")
    planted = {str(home), "anna.rossi", socket.gethostname(), str(stack.home), str(ROOT), stack.name}
    planted |= {holder.nis, holder.document_number, holder.tax_code, holder.surname, holder.name, "12345678"}
    with lying(stack, pcsc, name):
        for options in ([], ["--json"], ["--save", str(tmp_path / f"{name}.json")]):
            done = run(stack, "check", *options, HOME=str(home), USER="anna.rossi", LOGNAME="anna.rossi")
            said = done.stdout if options[:1] == ["--save"] else done.stdout + done.stderr
            assert not [secret for secret in planted if secret in said]
    assert not [secret for secret in planted if secret in (tmp_path / f"{name}.json").read_text()]


def test_a_card_that_is_held_for_a_moment_is_waited_for(stack, pcsc):
    with lying(stack, pcsc, "cie-bit4id"):
        other = other_program("exclusive", stack.first)
        timer = threading.Timer(1.2, other.kill)
        timer.start()
        done = run(stack, "check", "--json")
        other.communicate()
    assert found(done) == []


def test_a_card_that_goes_mute_at_its_counter_is_not_blamed_on_another_program(stack, pcsc):
    with lying(stack, pcsc, "cie-bit4id", Fault(Kind.MUTE, after=40)):
        done = run(stack, "check", "--json")
    assert found(done) == ["card.mute"]


@pytest.mark.parametrize("command", ["check", "readers", "watch"])
def test_a_reader_with_a_name_that_cannot_be_passed_on_is_no_traceback(own_stack, command):
    own_stack.name = "Caff\u00e8"
    own_stack.start()
    with Pcsc() as pcsc:
        until(lambda: refuses(pcsc))
        done = run(own_stack, command, *(["--for", "1"] if command == "watch" else []))
    assert "program.fault" in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert "Caff" not in done.stdout + done.stderr


#: The card of somebody else.
OTHERS_CARD = replace(PROFILES["cie-stm"], holder=replace(PROFILES["cie-stm"].holder, nis="999999999999"))


def refuses(pcsc: Pcsc) -> bool:
    try:
        pcsc.list_readers()
    except EidError as error:
        return error.code is Code.PROGRAM_FAULT
    return False


def test_without_the_package_for_cards_it_says_so(stack, tmp_path):
    (tmp_path / "smartcard").mkdir()
    (tmp_path / "smartcard/__init__.py").write_text("raise ImportError('not here')")
    for command in ("check", "readers"):
        done = run(stack, command, PYTHONPATH=str(tmp_path))
        assert "program.fault" in done.stdout + done.stderr
        assert "Traceback" not in done.stdout + done.stderr


def test_asking_the_card_is_announced(stack, pcsc):
    with lying(stack, pcsc, "silent-counter"):
        done = run(stack, "check", "--json", "--ask-card")
    assert "nessuno ha confermato" in done.stderr
    assert found(done) == ["card.pin-tries-unknown"]  # this one does not tell them even then


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (Fault(Kind.REMOVED, after=15), "card.removed"),
        (Fault(Kind.TRUNCATED, 1, after=15), "card.link-broken"),
        (Fault(Kind.WRONG_MAC, after=3), "card.unexpected-answer"),
        (Fault(Kind.ASKS_IN_CHAIN), "reader.breaks-chains"),
    ],
)
def test_a_card_that_fails_half_way_leaves_a_whole_report(stack, pcsc, fault, code):
    with lying(stack, pcsc, "cie-bit4id", fault):
        done = run(stack, "check", "--json")
    assert found(done) == [code]
    assert json.loads(done.stdout)["end"] == {"checks": 21}


def test_a_card_that_another_program_holds(stack, pcsc):
    with lying(stack, pcsc, "cie-bit4id"):
        other = other_program("exclusive", stack.first)
        done = run(stack, "check", "--json")
        other.kill()
        other.communicate()
    assert found(done) == ["card.in-use"]


def test_an_empty_reader_and_no_service(stack, pcsc, own_stack):
    until(lambda: stack.saw_the_last_card_go(stack.first) and stack.saw_the_last_card_go(stack.second))
    assert found(run(stack, "check", "--json")) == ["card.none"]
    done = run(own_stack, "check", "--json")
    assert found(done) == ["service.stopped"]
    own_stack.readers = False
    own_stack.start()
    assert found(run(own_stack, "check", "--json")) == ["reader.none"]


def test_a_service_that_dies_half_way_leaves_a_whole_report(own_stack):
    own_stack.start()
    with Pcsc() as pcsc:
        until(lambda: len(pcsc.readers()) == 2)
        dying = FaultyCard(
            Chip(PROFILES["cie-bit4id"]), [Fault(Kind.SLOW, 1)], sleep=lambda _: end_it(own_stack, dying)
        )
        with VirtualCard(dying, own_stack.port):
            until(lambda: has_card(pcsc, own_stack.first))
            done = run(own_stack, "check", "--json")
    assert found(done) == ["service.stopped"]
    assert decode(done.stdout.encode()).checks[-1].check == "browser.module"


def end_it(stack: Stack, card: FaultyCard) -> None:
    """Kill the daemon once the card has answered some commands."""
    if len(card.chip.received) == 20:
        os.kill(stack.process_id, signal.SIGKILL)


def test_a_report_is_saved_once_and_never_over_another(stack, pcsc, tmp_path):
    path = tmp_path / "rapporto.json"
    with lying(stack, pcsc, "last-try"):
        done = run(stack, "check", "--save", str(path))
        again = run(stack, "check", "--save", str(path))
        nowhere = run(stack, "check", "--save", str(tmp_path / "no" / "x.json"))
    assert done.returncode == 1
    assert Code.PIN_LAST_TRY in {result.code for result in decode(path.read_bytes()).checks}
    assert (again.returncode, "esiste già" in again.stderr) == (2, True)
    assert (nowhere.returncode, "non si può salvare" in nowhere.stderr) == (3, True)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    long = run(stack, "check", "--save", str(tmp_path / ("x" * 300)))
    assert (long.returncode, "non si può salvare" in long.stderr) == (3, True)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupted_check_leaves_no_file_behind(stack, pcsc, tmp_path, number):
    path = tmp_path / "rapporto.json"
    with lying(stack, pcsc, "cie-bit4id", Fault(Kind.MUTE, after=2)):
        running = subprocess.Popen(
            [sys.executable, "-m", "eidbridge", "check", "--save", str(path)],
            cwd=ROOT,
            env=environment(stack),
            stdout=subprocess.PIPE,
            text=True,
        )
        assert running.stdout
        while "lettore senza contatto" not in running.stdout.readline():
            assert path.exists()
        running.send_signal(number)
        running.communicate(timeout=15)
    assert not path.exists()


def test_readers_are_listed(stack, pcsc):
    with lying(stack, pcsc, "cie-stm"):
        done = run(stack, "readers")
    assert done.returncode == 0
    assert f"{stack.first}: carta presente (cie-stm)" in done.stdout
    assert f"{stack.second}: nessuna carta" in done.stdout


def test_readers_without_a_service(own_stack):
    done = run(own_stack, "readers")
    assert done.returncode == 3
    assert "service.stopped" in done.stderr


def test_watch_tells_what_comes_and_goes(stack, pcsc):
    until(lambda: stack.saw_the_last_card_go(stack.first))
    running = subprocess.Popen(
        [sys.executable, "-m", "eidbridge", "watch", "--for", "20"],
        cwd=ROOT,
        env=environment(stack),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert running.stdout
    lines: list[str] = []
    while "collegato" not in "".join(lines):
        lines.append(running.stdout.readline())
    with lying(stack, pcsc, "cie-bit4id"):
        while "Carta vista" not in lines[-1]:
            lines.append(running.stdout.readline())
    while "Carta persa" not in lines[-1]:
        lines.append(running.stdout.readline())
    running.send_signal(signal.SIGINT)
    assert running.wait(10) == 130
    running.stdout.close()
    assert "\a" not in "".join(lines)  # no bell into a pipe


def test_watch_goes_on_where_service_or_reader_go(own_stack):
    running = subprocess.Popen(
        [sys.executable, "-m", "eidbridge", "watch", "--for", "25"],
        cwd=ROOT,
        env=environment(own_stack),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert running.stdout
    assert running.stderr
    assert "Appoggia" in running.stdout.readline()
    for _ in range(2):
        told = [running.stderr.readline() for _line in range(3)]
        assert "service.stopped" in told[0], told
        own_stack.start()
        came = [running.stdout.readline(), running.stdout.readline()]
        assert all("Lettore collegato" in line for line in came), came
        own_stack.stop(hard=True)  # nobody has unplugged a reader, and nothing says so
    running.send_signal(signal.SIGINT)
    _out, error = running.communicate(timeout=10)
    assert running.returncode == 130
    assert "Traceback" not in error
    assert "scollegato" not in _out


@pytest.mark.parametrize("after_s", [0.1, 0.13, 0.16, 0.2, 0.3])
def test_ctrl_c_while_the_program_starts_leaves_no_traceback(own_stack, after_s):
    """Sent to all of its processes, as a terminal does; before Python has begun with it, the signal itself ends it."""
    own_stack.start()
    running = subprocess.Popen(
        [sys.executable, "-m", "eidbridge", "check"],
        cwd=ROOT,
        env=environment(own_stack),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    time.sleep(after_s)
    with suppress(ProcessLookupError):
        os.killpg(running.pid, signal.SIGINT)
    _out, error = running.communicate(timeout=15)
    assert "child" not in error
    assert "join" not in error
    assert running.returncode in (130, 1, 0, -signal.SIGINT)


def test_ctrl_c_ends_a_check_cleanly(stack, pcsc):
    with lying(stack, pcsc, "cie-bit4id", Fault(Kind.MUTE, after=2)):
        running = subprocess.Popen(
            [sys.executable, "-m", "eidbridge", "check"],
            cwd=ROOT,
            env=environment(stack),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert running.stdout
        while "lettore senza contatto" not in running.stdout.readline():
            continue
        running.send_signal(signal.SIGINT)
        _out, error = running.communicate(timeout=15)
    assert running.returncode == 130
    assert "Traceback" not in error


# The rehearsal, in a terminal.


def rehearse(
    stack: Stack, typed: str | bytes, limit_s: float = 40, *, before: bytes = b"", then: Callable[[], None] = int
) -> tuple[int, str]:
    """Start it in a terminal of its own and type once it asks for the PIN; exit code and all that was shown.

    before: typed as soon as anything is shown. then: done just before the PIN is typed.
    """
    process, terminal = pty.fork()
    if process == 0:
        os.chdir(ROOT)
        os.execve(sys.executable, [sys.executable, "-m", "eidbridge", "rehearse"], environment(stack, TERM="dumb"))
    shown, asked, end = b"", False, time.monotonic() + limit_s
    while time.monotonic() < end:
        ready, _, _ = select.select([terminal], [], [], 0.2)
        if not ready:
            continue
        try:
            part = os.read(terminal, 4_096)
        except OSError:  # the other end is closed
            break
        if not part:
            break
        if before and not shown:
            os.write(terminal, before)
        shown += part
        if not asked and b"\nPIN: " in shown:
            asked = True
            then()
            os.write(terminal, typed.encode() + b"\n" if isinstance(typed, str) else typed)
    _pid, status = os.waitpid(process, 0)
    os.close(terminal)
    return os.waitstatus_to_exitcode(status), shown.decode()


def test_a_rehearsal_signs_and_says_that_the_card_works(stack, pcsc):
    with lying(stack, pcsc, "cie-bit4id") as card:
        code, shown = rehearse(stack, "12345678")
        assert len(card.card.chip.received_ins(0x20)) == 1
        until(lambda: not card.card.chip.ias.pin_verified)  # left reset
    assert code == 0, shown
    assert "il problema è altrove" in shown
    assert "12345678" not in shown


def test_a_wrong_pin_is_tried_once_and_its_tries_are_told(stack, pcsc):
    with lying(stack, pcsc, "cie-bit4id") as card:
        code, shown = rehearse(stack, "00000000")
        assert card.card.chip.ias.tries[0x81].left == 2
    assert code == 1
    assert "Tentativi rimasti: 2" in shown
    assert "card.pin-wrong" in shown
    assert "00000000" not in shown


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("last-try", "card.pin-last-try"),
        ("silent-counter", "card.pin-tries-unknown"),
        ("pin-blocked", "card.pin-blocked"),
        ("ts-cns", "card.health-card"),
    ],
)
def test_a_rehearsal_is_refused_without_two_known_tries(stack, pcsc, name, said):
    with lying(stack, pcsc, name) as card:
        code, shown = rehearse(stack, "12345678")
        assert card.card.chip.received_ins(0x20) == []
    assert code == 1
    assert said in shown
    assert "\nPIN: " not in shown


@pytest.mark.parametrize(
    ("name", "said"), [("expired", "card.certificate-expired"), ("not-yet-valid", "not-yet-valid")]
)
def test_a_rehearsal_looks_at_the_dates(stack, pcsc, name, said):
    with lying(stack, pcsc, name):
        code, shown = rehearse(stack, "12345678")
    assert code == 1
    assert said in shown


def test_a_pin_of_another_length_is_not_tried(stack, pcsc):
    with lying(stack, pcsc, "cie-bit4id") as card:
        code, shown = rehearse(stack, "1234")
        assert card.card.chip.received_ins(0x20) == []
    assert code == 2
    assert "otto cifre" in shown


def test_a_rehearsal_with_two_cards_is_refused_so_that_no_try_of_the_wrong_one_is_spent(stack, pcsc):
    with lying(stack, pcsc, "cie-bit4id") as first, lying(stack, pcsc, "cie-stm", slot=1) as second:
        code, shown = rehearse(stack, "12345678")
        assert [each.card.chip.received_ins(0x20) for each in (first, second)] == [[], []]
    assert code == 1
    assert "reader.several-cards" in shown
    assert "\nPIN: " not in shown


@pytest.mark.parametrize(("typed", "code"), [(b"\x04", 130), (b"1234\xff678\n", 2)])
def test_the_end_of_input_and_bytes_that_are_no_text_end_a_rehearsal_quietly(stack, pcsc, typed, code):
    with lying(stack, pcsc, "cie-bit4id") as card:
        ended, shown = rehearse(stack, typed)
        assert card.card.chip.received_ins(0x20) == []
    assert ended == code
    assert "Traceback" not in shown
    assert "1234" not in shown


def test_what_is_typed_before_it_is_asked_for_is_neither_shown_nor_tried(stack, pcsc):
    with lying(stack, pcsc, "cie-bit4id") as card:
        code, shown = rehearse(stack, "99", before=b"87654321\n")
        assert card.card.chip.received_ins(0x20) == []
    assert code == 2
    assert "87654321" not in shown


def test_another_card_laid_down_while_the_pin_is_typed_gets_no_pin(stack, pcsc):
    with lying(stack, pcsc, "cie-bit4id") as first:
        cards = []

        def swap() -> None:
            first.eject()
            until(lambda: stack.saw_the_last_card_go(stack.first))
            cards.append(VirtualCard(FaultyCard(Chip(OTHERS_CARD)), stack.port))
            until(lambda: has_card(pcsc, stack.first))

        code, shown = rehearse(stack, "12345678", then=swap)
        assert cards[0].card.chip.received_ins(0x20) == []
        cards[0].eject()
    assert code == 1
    assert "non è più la stessa" in shown


def test_a_card_that_breaks_off_at_the_pin_is_told_with_its_doubt(stack, pcsc):
    with lying(stack, pcsc, "cie-bit4id", Fault(Kind.TRUNCATED, 1, ins=0x20)):
        code, shown = rehearse(stack, "12345678")
    assert code == 1
    assert "non si sa se il tentativo" in shown


def test_a_rehearsal_takes_no_pipe(stack):
    done = run(stack, "rehearse")
    assert done.returncode == 3
    assert "terminale" in done.stderr


# What needs no reader.


@pytest.mark.parametrize("code", Code)
def test_every_code_is_explained(code, capsys):
    from eidbridge.cli import main  # noqa: PLC0415

    assert main(["explain", code.value]) == 0
    assert f"[{code}]" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("sentence", "code"),
    [
        ("CIE non presente sul lettore", "card.none"),
        ("errore inaspettato", "card.health-card"),
        ("PUK bloccato.", "card.puk-blocked"),
        ("no client certificate", "browser.no-module"),
    ],
)
def test_a_sentence_of_the_official_program_leads_to_its_codes(sentence, code, capsys):
    from eidbridge.cli import main  # noqa: PLC0415

    assert main(["explain", *sentence.split()]) == 0
    assert f"[{code}]" in capsys.readouterr().out


@pytest.mark.parametrize("asked", ["x", "nothing.at-all", "???"])
def test_what_is_not_known_is_said(asked, capsys):
    from eidbridge.cli import main  # noqa: PLC0415

    assert main(["explain", asked]) == 2
    assert capsys.readouterr().err


def test_the_version(stack):
    done = run(stack, "--version")
    assert done.stdout.strip() == "eidbridge 0.1.0"
