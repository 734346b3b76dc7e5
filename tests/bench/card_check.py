"""The card check: what travels, against the official order; the share of the link; exchanges a second."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from eidbridge.apdu.channel import plain_channel
from eidbridge.apdu.command import CommandApdu
from eidbridge.card import cie, device_authentication, ias
from eidbridge.card.device_authentication import TerminalCa
from eidbridge.errors import EidError
from eidbridge.simulator.card import SimulatedConnection
from eidbridge.simulator.chip import Chip
from eidbridge.simulator.faults import FaultyCard
from eidbridge.simulator.profiles import PROFILES
from eidbridge.simulator.vpcd import VirtualCard
from eidbridge.transport.base import CardConnection
from eidbridge.transport.child import Pcsc, PcscConnection
from eidbridge.transport.trace import Trace, TracedConnection
from tests.bench.figures import CannotRun, Figure
from tests.pcsc.conftest import has_card, until
from tests.pcsc.stack import Stack, missing

PIN, MESSAGE = "12345678", bytes(range(32))
#: The link's model: seconds an exchange, and bits a second (ISO/IEC 14443 at its slowest).
EXCHANGE_S, BITS_S = 0.005, 106_000
#: Exchanges timed through PC/SC and in this process.
_ROUNDS_PCSC, _ROUNDS_HERE = 2_000, 20_000
_SELECT_ROOT = bytes.fromhex("00A40000")


def figures() -> list[Figure]:
    return [*_traffic(), *_stack_figures(), *_command_figures()]


# What travels.


def check(connection: CardConnection) -> None:
    """Identity, anti-clone, tries, login signature: what the check of a card asks, in its order."""
    channel = plain_channel(connection)
    if cie.identify(channel, connection.atr).kind is not cie.Kind.CIE:
        raise AssertionError("the simulated CIE was not recognised")
    found = cie.check_chip(channel)
    session = cie.open_session(channel, found.device_key)
    assert ias.pin_tries_left(session) == 3
    ias.verify_pin(session, PIN)
    assert ias.sign_login(session, MESSAGE)


def official(connection: CardConnection) -> None:
    """The same facts in the official library's order, with its pieces: SELECT and READ 80 for each file, two resets.

    The tries are missing: it never asks them. Files it reads beside (EF.SN.ICC, EF.DH, serial, certificate) are left
    out, so that the comparison is for the same facts.
    """
    channel = plain_channel(connection)
    channel.exchange(CommandApdu(ins=0xA4))
    ias.select(channel)
    nis = _read(connection, 0x1001)
    device = _read(connection, 0x1004)
    ias.set_environment(channel, 0x41, 0xA4, bytes.fromhex("800102840183"))
    channel.send(CommandApdu(ins=0x88, data=nis[:12], ne=256))
    for fid in (0x1006, 0x1005):
        _read(connection, fid)
    channel.exchange(CommandApdu(ins=0xA4))
    ias.select(channel)
    key = ias.public_key(device)
    ca: TerminalCa = device_authentication.read_terminal_ca(channel)
    agreement = device_authentication.agree_keys(channel)
    device_authentication.authenticate(agreement, ca, key)
    ias.verify_pin(agreement.channel, PIN)
    ias.sign_login(agreement.channel, MESSAGE)


def _read(connection: CardConnection, fid: int) -> bytes:
    """SELECT with a template, then READ 80 until the end shows."""
    connection.transmit(bytes.fromhex("00A4020402") + fid.to_bytes(2, "big"))
    content = b""
    while True:
        answer = connection.transmit(bytes((0, 0xB0, *divmod(len(content), 256), 0x80)))
        content += answer[:-2]
        if answer[-2:] != b"\x90\x00":
            return content


def _traffic() -> list[Figure]:
    rows = {}
    for name, walk in (("ours", check), ("official", official)):
        trace = Trace()
        walk(TracedConnection(SimulatedConnection(FaultyCard(Chip(PROFILES["cie-bit4id"]))), trace))
        rows[name] = trace
    ours, theirs = rows["ours"], rows["official"]
    return [
        Figure(
            "APDUs, identity to signature, tries too", len(ours.rows), "", len(theirs.rows), note="budget: official"
        ),
        Figure("bytes of these", ours.bytes_exchanged, "bytes", theirs.bytes_exchanged, note="budget: official order"),
    ]


# Over the real stack.


@dataclass
class LinkedCard(FaultyCard):
    """A card that takes its time as the link's model says; what the simulator itself takes is part of it."""

    link_s: float = field(default=0.0)

    def transmit(self, command: bytes) -> bytes:
        began = time.perf_counter()
        answer = super().transmit(command)
        takes = EXCHANGE_S + 8 * (len(command) + len(answer)) / BITS_S
        self.link_s += max(takes, time.perf_counter() - began)
        time.sleep(max(0.0, takes - (time.perf_counter() - began)))
        return answer


@contextmanager
def _lying(card: FaultyCard) -> Iterator[PcscConnection]:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        stack = Stack(Path(folder))
        stack.start()
        patch.setenv("PCSCLITE_CSOCK_NAME", str(stack.socket_path))
        try:
            with Pcsc() as pcsc:
                until(lambda: len(pcsc.readers()) == 2)
                with VirtualCard(card, stack.port):
                    until(lambda: has_card(pcsc, stack.first))
                    connection = pcsc.connect(stack.first)
                    yield connection
                    connection.close()
        finally:
            stack.stop()


def _stack_figures() -> list[Figure]:
    if missing():
        raise CannotRun(missing())
    card = LinkedCard(Chip(PROFILES["cie-bit4id"]))
    with _lying(card) as connection:
        check(connection)  # keys of the simulator are made
        connection.reset()
        card.link_s, began = 0.0, time.perf_counter()
        check(connection)
        seconds = time.perf_counter() - began
    plain = FaultyCard(Chip(PROFILES["cie-bit4id"]))
    with _lying(plain) as connection:
        through = _rate(connection, _ROUNDS_PCSC)
    here = _rate(SimulatedConnection(FaultyCard(Chip(PROFILES["cie-bit4id"]))), _ROUNDS_HERE)
    return [
        Figure("share of the link in the time of the check", 100 * card.link_s / seconds, "%", 90, at_least=True),
        Figure("the check over PC/SC", seconds, "s", note="link by the model: 5 ms an APDU, 106 kbit/s"),
        Figure("exchanges through PC/SC, the child between", through, "a second"),
        Figure("exchanges in this process", here, "a second"),
    ]


# The command, as a person starts it.


def _command_figures() -> list[Figure]:
    starts = sorted(_run("--version")[0] for _ in range(5))
    plain = FaultyCard(Chip(PROFILES["cie-bit4id"]))
    with _lying(plain) as connection:
        check(connection)  # keys of the simulator are made
        connection.close()
        seconds, kilobytes = _run("check", "--json")
    linked = LinkedCard(Chip(PROFILES["cie-bit4id"]))
    with _lying(linked) as connection:
        connection.close()
        linked.link_s = 0.0
        whole, _kilobytes = _run("check", "--json")
    with Pcsc() as pcsc:
        with suppress(EidError):
            pcsc.list_readers()
        child = _peak_kilobytes(pcsc.process_id)
    return [
        Figure("start of the command, median of 5", starts[2], "s", 1.0),
        Figure("memory of the command", kilobytes / 1024, "MB", 60),
        Figure("memory of the process for PC/SC", child / 1024, "MB", 45),
        Figure("check from start to end, a card without a link", seconds, "s"),
        Figure("check from start to end, link by the model", whole, "s"),
        Figure("share of the card's in that", 100 * linked.link_s / whole, "%"),
    ]


def _run(*arguments: str) -> tuple[float, float]:
    """Seconds, and the most memory in kB that the command itself took.

    Its peak is read from the running process: what wait4 tells starts at the peak of the process that began it.
    """
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", "eidbridge", *arguments], stdout=subprocess.DEVNULL)
    kilobytes = 0.0
    while process.poll() is None:
        kilobytes = _peak_kilobytes(process.pid) or kilobytes
        time.sleep(0.003)
    return time.perf_counter() - began, kilobytes


def _peak_kilobytes(process: int) -> float:
    """0 for a process that has ended or is just about to begin its own program."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return float(next((line.split()[1] for line in lines if line.startswith("VmHWM")), 0))


def _rate(connection: CardConnection, rounds: int) -> float:
    connection.transmit(_SELECT_ROOT)
    began = time.perf_counter()
    for _ in range(rounds):
        connection.transmit(_SELECT_ROOT)
    return rounds / (time.perf_counter() - began)
