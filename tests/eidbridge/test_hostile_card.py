"""The terminal against a card that lies: only our errors come out, in bounded time and memory."""

import os
import random
import tracemalloc

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eidbridge.apdu.channel import plain_channel
from eidbridge.card import mrtd, pace, sod
from eidbridge.card.atr import family_of
from eidbridge.card.certificates import read_certificate
from eidbridge.card.ias import public_key
from eidbridge.errors import EidError, UnexpectedAnswerError
from eidbridge.simulator import authority
from eidbridge.simulator.card import SimulatedConnection
from eidbridge.simulator.chip import Chip
from eidbridge.simulator.faults import Fault, FaultyCard, Kind
from eidbridge.simulator.profiles import PROFILES
from tests.eidbridge.scenarios import open_travel_document, walk

#: How many times more examples than every run takes: FUZZ=100 for a long one.
FUZZ = int(os.environ.get("FUZZ", "1"))
#: More exchanges than any walk has; a card that never ends is left before.
MOST_EXCHANGES = 20_000
STATUS = st.sampled_from([0x9000, 0x6282, 0x6100, 0x6110, 0x6C10, 0x63C1, 0x6982, 0x6983, 0x6A82, 0x6B00, 0x6F00])
ANSWERS = st.builds(lambda data, sw: data + sw.to_bytes(2, "big"), st.binary(max_size=300), STATUS) | st.binary(
    max_size=40
)


class Liar:
    """Answers whatever it likes."""

    atr = PROFILES["cie-bit4id"].atr

    def __init__(self, answers: list[bytes]) -> None:
        self._answers, self.exchanges = answers, 0

    def transmit(self, command: bytes) -> bytes:
        self.exchanges += 1
        assert self.exchanges < MOST_EXCHANGES
        return self._answers[self.exchanges % len(self._answers)]

    def reset(self) -> None: ...

    def close(self) -> None: ...


@settings(max_examples=200 * FUZZ)
@given(st.lists(ANSWERS, min_size=1, max_size=12))
def test_any_answers_end_in_one_of_our_errors(answers):
    connection = Liar(answers)
    walk(connection)
    try:
        open_travel_document(plain_channel(connection))
    except EidError:
        return


class Twisted:
    """A good chip whose answers are changed on their way, from one exchange on."""

    def __init__(self, seed: int, first: int) -> None:
        self._chance = random.Random(seed)
        self._chip = Chip(PROFILES["cie-bit4id"])
        self._first, self._count = first, 0
        self.atr = self._chip.atr

    def transmit(self, command: bytes) -> bytes:
        self._count += 1
        assert self._count < MOST_EXCHANGES
        answer = self._chip.transmit(command)
        return self._changed(answer) if self._count >= self._first else answer

    def _changed(self, answer: bytes) -> bytes:
        chance = self._chance
        match chance.randrange(6):
            case 0:
                place = chance.randrange(len(answer))
                return answer[:place] + bytes((answer[place] ^ 1 << chance.randrange(8),)) + answer[place + 1 :]
            case 1:
                return answer[: chance.randrange(len(answer) + 1)]
            case 2:
                return answer[:-2] + chance.randbytes(2)
            case 3:
                place = chance.randrange(len(answer))
                return answer[:place] + chance.randbytes(chance.randrange(9)) + answer[place:]
            case 4:
                return chance.randbytes(chance.randrange(2, 600))
        return answer

    def reset(self) -> None:
        self._chip.reset()

    def close(self) -> None: ...


@settings(max_examples=150 * FUZZ, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 2**32), st.integers(1, 60))
def test_a_good_chip_whose_answers_are_changed(seed, first):
    told = walk(Twisted(seed, first))
    assert told


@settings(max_examples=60 * FUZZ)
@given(st.integers(0, 2**32), st.integers(1, 20))
def test_the_travel_document_of_such_a_chip(seed, first):
    try:
        session = open_travel_document(plain_channel(Twisted(seed, first)))
        mrtd.read_mrz(session)
    except EidError:
        return


@settings(max_examples=200 * FUZZ)
@given(st.binary(max_size=600))
def test_any_sod_is_read_or_refused(content):
    with pytest.raises(EidError):
        sod.read_sod(content)


def test_a_certificate_of_a_version_that_does_not_exist():
    """Found by a long run: the library raises an exception of its own for it."""
    version = bytes.fromhex("A003020102")
    content = authority.csca().public_bytes(Encoding.DER).replace(version, bytes.fromhex("A003020101"))
    with pytest.raises(UnexpectedAnswerError):
        read_certificate(content)


@settings(max_examples=200 * FUZZ)
@given(st.booleans(), st.integers(0, 10_000), st.integers(0, 255))
def test_a_sod_with_one_byte_changed_is_refused_or_says_the_same(newer, place, byte):
    files = {0xA1: b"123456789012", 0xA4: b"key"}
    good = authority.sod(files, newer=newer)
    at = place % len(good)
    changed = good[:at] + bytes((byte,)) + good[at + 1 :]
    try:
        read = sod.read_sod(changed)
    except EidError:
        return
    assert {number: read.covers(number, content) for number, content in files.items()} == dict.fromkeys(files, True)


@given(st.binary(max_size=300))
def test_any_public_key_and_card_access_and_atr(content):
    for read in (public_key, pace.read_pace_infos):
        try:
            read(content)
        except UnexpectedAnswerError:
            continue
    assert family_of(content)


def test_a_file_without_end_costs_bounded_memory_and_time():
    """A card that answers READ BINARY with full pieces for ever, of a file that says it is as large as can be."""
    endless = b"\x30\x84\x00\x00\x7f\x00" + bytes(250) + b"\x90\x00"
    tracemalloc.start()
    connection = Liar([endless])
    walk(connection)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20_000_000
    assert connection.exchanges < 1_000


@pytest.mark.parametrize("ins", [0xA4, 0xB0, 0x22, 0x88, 0xCB, 0x2A, 0x84, 0x82, 0x20])
@pytest.mark.parametrize("kind", [Kind.TRUNCATED, Kind.OVERSIZED, Kind.STATUS, Kind.RANDOM, Kind.WRONG_MAC])
def test_each_command_answered_wrongly(ins, kind):
    value = {Kind.TRUNCATED: 3, Kind.OVERSIZED: 60_000, Kind.STATUS: 0x6F00, Kind.RANDOM: 30}.get(kind, 0)
    card = FaultyCard(Chip(PROFILES["cie-bit4id"]), [Fault(kind, value, ins=ins)])
    assert walk(SimulatedConnection(card))
