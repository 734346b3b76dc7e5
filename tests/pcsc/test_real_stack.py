"""Every card and every fault through pyscard, over a pcscd and a virtual reader of our own."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from eidbridge.apdu.channel import plain_channel
from eidbridge.card import ias, mrtd
from eidbridge.errors import (
    CardInUseError,
    CardMuteError,
    CardRemovedError,
    CardResetError,
    CardUnresponsiveError,
    EidError,
    NoCardError,
    NoReaderError,
    ReaderGoneError,
    ServiceStoppedError,
    WrongProtocolError,
)
from eidbridge.simulator.chip import Chip
from eidbridge.simulator.faults import Fault, FaultyCard, Kind
from eidbridge.simulator.profiles import PROFILES, Profile
from eidbridge.simulator.vpcd import VirtualCard
from eidbridge.transport.child import Pcsc
from eidbridge.transport.states import What
from tests.eidbridge.scenarios import CASES, TOLD, Case, open_travel_document, walk
from tests.pcsc.conftest import has_card, until

#: One daemon serves all tests of this folder.
pytestmark = pytest.mark.xdist_group("pcsc")


@pytest.mark.parametrize("name", TOLD)
def test_profile(lay_down, name):
    with lay_down(name) as (connection, _card):
        assert walk(connection) == TOLD[name]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_fault(lay_down, pcsc, case: Case):
    began = time.monotonic()
    with lay_down("cie-bit4id", case.fault) as (connection, _card):
        assert walk(connection)[-1] == case.ends
    assert time.monotonic() - began < 2 * pcsc.limit_s + 10  # bounded, whatever the card does


def test_the_next_run_works_after_a_mute_card(lay_down):
    with lay_down("cie-bit4id", Fault(Kind.MUTE, after=1)) as (connection, _card):
        assert walk(connection)[-1] == "CardMuteError"
        with pytest.raises(CardMuteError):
            connection.transmit(bytes.fromhex("00A40000"))
    with lay_down() as (connection, _card):
        assert walk(connection) == TOLD["cie-bit4id"]


def test_the_travel_document_is_opened_with_extended_lengths(lay_down):
    with lay_down() as (connection, _card):
        session = open_travel_document(plain_channel(connection))
        assert mrtd.read_data_groups(session) == {1}
        assert mrtd.read_mrz(session).expires.year == 2034


# Readers and cards come and go.


def test_events_tell_what_comes_and_goes(stack, pcsc):
    until(lambda: stack.saw_the_last_card_go(stack.first))
    told: list[str] = []
    card: VirtualCard | None = None
    for event in pcsc.watch(for_s=8, step_s=0.3):
        told.append(event.what)
        if event.what is What.READER_CAME and event.reader.name == stack.first:
            card = VirtualCard(FaultyCard(Chip(PROFILES["passport"])), stack.port)
        if event.what is What.CARD_CAME and card:
            assert event.reader.atr == PROFILES["passport"].atr
            card.eject()
        if event.what is What.CARD_WENT:
            break
    assert told[-2:] == [What.CARD_CAME, What.CARD_WENT]
    assert What.READER_WENT not in told


def test_an_empty_reader(stack, pcsc):
    until(lambda: stack.saw_the_last_card_go(stack.first))
    with pytest.raises(NoCardError):
        pcsc.connect(stack.first)


def test_a_reader_that_is_not_there(pcsc):
    with pytest.raises(ReaderGoneError):
        pcsc.connect("Nobody's reader 00 00")


def test_a_card_that_was_removed(lay_down, stack, pcsc):
    with lay_down() as (connection, card):
        assert ias.select(plain_channel(connection))
        card.eject()
        with pytest.raises(CardRemovedError):
            connection.transmit(bytes.fromhex("00A40000"))
        until(lambda: not has_card(pcsc, stack.first))
        with pytest.raises(CardRemovedError):
            connection.transmit(bytes.fromhex("00A40000"))


@pytest.mark.parametrize(
    ("atr", "error"),
    [
        (bytes.fromhex("00112233"), WrongProtocolError),  # no ATR at all
        (bytes.fromhex("3B8F8001" + "41" * 33), CardUnresponsiveError),  # longer than an ATR can be
    ],
)
def test_an_atr_that_is_none(stack, pcsc, atr, error):
    until(lambda: stack.saw_the_last_card_go(stack.first))
    profile = Profile(name="odd", atr=atr, has_ias=False, has_mrtd=False)
    with VirtualCard(FaultyCard(Chip(profile)), stack.port):
        until(lambda: has_card(pcsc, stack.first))
        with pytest.raises(error):
            pcsc.connect(stack.first)


def test_two_readers_with_different_cards(lay_down, stack, pcsc):
    with lay_down("ts-cns") as (first, _card):
        with VirtualCard(FaultyCard(Chip(PROFILES["cie-bit4id"])), stack.port + 1):
            until(lambda: has_card(pcsc, stack.second))
            assert walk(first) == TOLD["ts-cns"]
            second = pcsc.connect(stack.second)
            with pytest.raises(CardResetError):  # one card is held at a time
                first.transmit(bytes.fromhex("00A40000"))
            first.close()
            assert walk(second) == TOLD["cie-bit4id"]
            second.close()
        until(lambda: not has_card(pcsc, stack.second))


# Other programs.


def other_program(what: str, reader: str) -> subprocess.Popen[str]:
    """A program of somebody else, in a process of its own; it says *ready* once it has what it wants."""
    script = f"""
import sys, time
from smartcard import scard
code, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
def connect(share):
    code, card, protocol = scard.SCardConnect(context, {reader!r}, share, scard.SCARD_PROTOCOL_T1)
    assert code == 0, hex(code & 0xffffffff)
    return card
what = {what!r}
card = connect(scard.SCARD_SHARE_EXCLUSIVE if what == "exclusive" else scard.SCARD_SHARE_SHARED)
if what == "transaction":
    assert scard.SCardBeginTransaction(card) == 0
print("ready", flush=True)
for line in sys.stdin:
    if what == "reset":
        share, protocol, reset = scard.SCARD_SHARE_SHARED, scard.SCARD_PROTOCOL_T1, scard.SCARD_RESET_CARD
        print("done", scard.SCardReconnect(card, share, protocol, reset)[0], flush=True)
"""
    running = subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert running.stdout
    assert running.stdout.readline().strip() == "ready"
    return running


def test_a_card_that_another_program_holds(lay_down, stack, pcsc):
    with lay_down() as (connection, _card):
        connection.close()
        other = other_program("exclusive", stack.first)
        with pytest.raises(CardInUseError):
            pcsc.connect(stack.first)
        end(other)
        walk_again(pcsc, stack.first)


def walk_again(pcsc: Pcsc, reader: str) -> None:
    """The daemon sees soon that the other program is gone."""
    end_s = time.monotonic() + 5
    while True:
        try:
            connection = pcsc.connect(reader)
            break
        except CardInUseError:
            assert time.monotonic() < end_s
    assert walk(connection) == TOLD["cie-bit4id"]
    connection.close()


def end(other: subprocess.Popen[str]) -> None:
    other.kill()
    other.communicate()


def test_a_transaction_of_another_program_does_not_hold_us(lay_down, stack, pcsc):
    with lay_down() as (connection, _card):
        connection.close()
        other = other_program("transaction", stack.first)
        began = time.monotonic()
        with pytest.raises(CardInUseError):
            pcsc.connect(stack.first)
        assert time.monotonic() - began < 8
        end(other)
        walk_again(pcsc, stack.first)


def test_another_program_that_resets_the_card(lay_down, stack, pcsc):
    with lay_down() as (connection, _card):
        connection.close()
        other = other_program("reset", stack.first)
        shared = pcsc.connect(stack.first, alone=False)
        assert ias.select(plain_channel(shared))
        assert other.stdin
        assert other.stdout
        other.stdin.write("now\n")
        other.stdin.flush()
        assert other.stdout.readline().strip() == "done 0"
        with pytest.raises(CardResetError):
            shared.transmit(bytes.fromhex("00A40000"))
        shared.reset()
        assert walk(shared) == TOLD["cie-bit4id"]
        shared.close()
        end(other)


def test_nobody_finds_a_pin_verified(lay_down, stack, pcsc):
    """After VERIFY the card is left reset; before, it is left as it is."""
    with lay_down() as (connection, card):
        assert walk(connection) == TOLD["cie-bit4id"]
        assert card.card.chip.ias.pin_verified
        connection.close()
        until(lambda: not card.card.chip.ias.pin_verified)


# The service.


def test_no_service(own_stack):
    with Pcsc() as pcsc, pytest.raises(ServiceStoppedError):
        pcsc.readers()


def test_a_service_without_readers(own_stack):
    own_stack.readers = False
    own_stack.start()
    with Pcsc() as pcsc, pytest.raises(NoReaderError):
        pcsc.readers()


def test_the_service_is_killed_and_comes_back(own_stack):
    own_stack.start()
    with Pcsc(limit_s=3) as pcsc:
        until(lambda: len(pcsc.readers()) == 2)
        with VirtualCard(FaultyCard(Chip(PROFILES["cie-bit4id"])), own_stack.port):
            until(lambda: has_card(pcsc, own_stack.first))
            connection = pcsc.connect(own_stack.first)
            own_stack.stop(hard=True)
            with pytest.raises(EidError):
                connection.transmit(bytes.fromhex("00A40000"))
            with pytest.raises(ServiceStoppedError):
                pcsc.readers()
            connection.close()
        own_stack.start()
        until(lambda: len(listed(pcsc)) == 2)
        with VirtualCard(FaultyCard(Chip(PROFILES["cie-bit4id"])), own_stack.port):
            until(lambda: has_card(pcsc, own_stack.first))
            connection = pcsc.connect(own_stack.first)
            assert walk(connection) == TOLD["cie-bit4id"]
            connection.close()


def listed(pcsc: Pcsc) -> list[object]:
    try:
        return list(pcsc.readers())
    except EidError:
        return []


def test_the_service_is_killed_during_an_exchange(own_stack):
    own_stack.start()
    with Pcsc(limit_s=3) as pcsc:
        until(lambda: len(pcsc.readers()) == 2)
        slow = FaultyCard(Chip(PROFILES["cie-bit4id"]), [Fault(Kind.MUTE, after=1)])
        with VirtualCard(slow, own_stack.port):
            until(lambda: has_card(pcsc, own_stack.first))
            connection = pcsc.connect(own_stack.first)
            connection.transmit(bytes.fromhex("00A40000"))
            killer = subprocess.Popen(["/bin/sh", "-c", f"sleep 0.5; kill -9 {own_stack.process_id}"])
            with pytest.raises(ServiceStoppedError):
                connection.transmit(bytes.fromhex("00A40000"))
            killer.wait()


def test_what_is_watched_goes_on_when_the_service_restarts(own_stack):
    own_stack.start()
    told: list[str] = []
    with Pcsc() as pcsc:
        for event in pcsc.watch(for_s=15, step_s=0.3):
            told.append(event.what)
            if told == [What.READER_CAME] * 2:
                own_stack.stop()
            if told[-2:] == [What.READER_WENT] * 2:
                own_stack.start()
            if told[2:] == [What.READER_WENT] * 2 + [What.READER_CAME] * 2:
                break
    assert told == [What.READER_CAME] * 2 + [What.READER_WENT] * 2 + [What.READER_CAME] * 2


def test_ctrl_c_in_an_exchange_leaves_nothing_behind(lay_down, pcsc, monkeypatch):
    """The answer that was on its way is not taken for the next command's."""
    with lay_down() as (connection, _card):
        assert pcsc._pipe is not None
        pipe, poll = pcsc._pipe, pcsc._pipe.poll

        def interrupted(limit_s: float) -> bool:
            poll(limit_s)
            raise KeyboardInterrupt

        monkeypatch.setattr(pipe, "poll", interrupted, raising=False)
        with pytest.raises(KeyboardInterrupt):
            connection.transmit(bytes.fromhex("00A40000"))
        with pytest.raises(CardResetError):
            connection.transmit(bytes.fromhex("00A40000"))
    with lay_down() as (connection, _card):
        assert walk(connection) == TOLD["cie-bit4id"]


def test_the_child_goes_with_its_parent(stack, tmp_path):
    """A parent that is killed leaves no process behind."""
    script = tmp_path / "parent.py"
    script.write_text(
        "from eidbridge.transport.child import Pcsc\n"
        "import sys, time\n"
        "if __name__ == '__main__':\n"
        "    pcsc = Pcsc()\n"
        "    pcsc.readers()\n"
        "    print(pcsc._process.pid, flush=True)\n"
        "    time.sleep(60)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    parent = subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True, env=environment)
    assert parent.stdout
    child = int(parent.stdout.readline())
    parent.kill()
    parent.communicate()
    until(lambda: not Path(f"/proc/{child}").exists() or _is_dead(child))


def _is_dead(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True
