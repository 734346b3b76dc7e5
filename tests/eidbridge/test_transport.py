"""Numbers of PC/SC, states of readers, and traces: what needs no card service."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eidbridge.errors import (
    CardInUseError,
    CardRemovedError,
    CardResetError,
    CardUnresponsiveError,
    EidError,
    LinkBrokenError,
    NoCardError,
    NoReaderError,
    ReaderGoneError,
    ServiceDeniedError,
    ServiceStoppedError,
    WrongProtocolError,
)
from eidbridge.report import words_in
from eidbridge.simulator.card import SimulatedConnection
from eidbridge.simulator.chip import Chip
from eidbridge.simulator.faults import FaultyCard
from eidbridge.simulator.profiles import PROFILES
from eidbridge.transport.codes import MEANINGS, Next, error_for, meaning_of
from eidbridge.transport.states import ReaderState, State, What, events
from eidbridge.transport.trace import Trace, TracedConnection
from tests.languages import LANGUAGES

#: The rows of the table of failures: number, connected or not, error, what is next.
ROWS = [
    (0x8010001D, False, ServiceStoppedError, Next.START_AGAIN),
    (0x8010001E, False, ServiceStoppedError, Next.START_AGAIN),
    (0x80100013, True, ServiceStoppedError, Next.START_AGAIN),
    (0x8010006A, False, ServiceDeniedError, Next.GIVE_UP),
    (0x8010002E, False, NoReaderError, Next.LIST_READERS),
    (0x80100009, False, ReaderGoneError, Next.LIST_READERS),
    (0x80100017, True, ReaderGoneError, Next.LIST_READERS),
    (0x80100003, True, ReaderGoneError, Next.START_AGAIN),
    (0x8010000C, False, NoCardError, Next.WAIT_FOR_CARD),
    (0x8010000B, False, CardInUseError, Next.RETRY_SOON),
    (0x80100069, True, CardRemovedError, Next.WAIT_FOR_CARD),
    (0x80100068, True, CardResetError, Next.RECONNECT),
    (0x80100067, False, CardUnresponsiveError, Next.LIFT_CARD),
    (0x80100067, True, CardResetError, Next.RECONNECT),
    (0x80100066, False, CardUnresponsiveError, Next.LIFT_CARD),
    (0x80100065, False, WrongProtocolError, Next.GIVE_UP),
    (0x8010000F, False, WrongProtocolError, Next.GIVE_UP),
    (0x80100016, True, LinkBrokenError, Next.RECONNECT),
    (0x8010002F, True, LinkBrokenError, Next.RECONNECT),
    (0x80100008, True, LinkBrokenError, Next.GIVE_UP),
    (0x8010001F, False, LinkBrokenError, Next.GIVE_UP),
    (0x80100022, False, LinkBrokenError, Next.GIVE_UP),
]


@pytest.mark.parametrize(("code", "connected", "error", "following"), ROWS)
def test_a_number_has_its_error_and_what_to_do(code, connected, error, following):
    for spelt in (code, code - 2**32):  # Windows gives it with a sign
        made = error_for(spelt, while_doing="transmit", connected=connected)
        assert type(made) is error
        assert f"{code:08X}" in str(made)
        assert meaning_of(spelt, connected=connected).next is following


def test_the_table_holds_no_other_numbers():
    assert set(MEANINGS) == {row[0] for row in ROWS} | {0x80100006}


@given(st.integers(-(2**31), 2**32))
def test_any_number_is_one_of_our_errors(code):
    assert isinstance(error_for(code, while_doing="connect"), EidError)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_error_that_pcsc_can_lead_to_has_words(language):
    spoken = words_in(language)
    assert all(spoken[meaning.error.code].action for meaning in MEANINGS.values())


def reader(name: str, atr: bytes = b"", *states: State) -> ReaderState:
    return ReaderState(name, frozenset({*states, *([State.PRESENT] if atr else [])}), atr)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ([], [reader("a")], ["reader-came a"]),
        ([], [reader("a", b"1")], ["reader-came a", "card-came a"]),
        ([reader("a")], [reader("a", b"1")], ["card-came a"]),
        ([reader("a", b"1")], [reader("a")], ["card-went a"]),
        ([reader("a", b"1")], [reader("a", b"2")], ["card-went a", "card-came a"]),
        ([reader("a", b"1")], [], ["reader-went a"]),
        ([reader("a", b"1")], [reader("a", b"1", State.IN_USE)], []),
        ([reader("a"), reader("b", b"1")], [reader("b", b"1")], ["reader-went a"]),
    ],
)
def test_events(before, after, told):
    assert [f"{event.what} {event.reader.name}" for event in events(before, after)] == told


NAMES = st.sampled_from("abc")
STATES = st.dictionaries(NAMES, st.sampled_from([b"", b"1", b"2"])).map(
    lambda rows: [reader(name, atr) for name, atr in rows.items()]
)


@given(st.lists(STATES, max_size=6))
def test_events_add_up_to_what_is_there(looks):
    """Whoever keeps a list by the events alone knows what lies where."""
    known: dict[str, bool] = {}
    for before, after in zip([[], *looks], looks, strict=False):
        for event in events(before, after):
            match event.what:
                case What.READER_CAME:
                    known[event.reader.name] = False
                case What.READER_WENT:
                    del known[event.reader.name]
                case What.CARD_CAME:
                    known[event.reader.name] = True
                case What.CARD_WENT:
                    known[event.reader.name] = False
        assert known == {each.name: each.has_card for each in after}


def test_the_name_of_a_reader_is_not_shown():
    """Some drivers put a serial number into it."""
    assert "0123456" not in repr(reader("ACS ACR1252 0123456"))


def test_a_trace_keeps_the_newest_rows_and_counts_bytes():
    ticks = iter(range(1_000))
    trace = Trace(most=3)
    connection = TracedConnection(
        SimulatedConnection(FaultyCard(Chip(PROFILES["generic"]))), trace, clock=lambda: float(next(ticks))
    )
    for ins in range(5):
        connection.transmit(bytes((0, ins, 0, 0, 8)) + b"12345678")
    assert [row.header[1] for row in trace.rows] == [2, 3, 4]
    assert trace.bytes_exchanged == 3 * 15
    assert str(trace.rows[0]) == "00020000 13 bytes, 6D00 2 bytes, 1.000 s"
    assert connection.atr == PROFILES["generic"].atr
