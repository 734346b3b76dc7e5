"""Terminal and chip protect and open each other's messages; they share ciphers and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eidbridge.apdu.channel import CardChannel, PlainLink
from eidbridge.apdu.command import CommandApdu, ResponseApdu
from eidbridge.apdu.secure_messaging import (
    PIECE,
    AesSuite,
    Des3Suite,
    SecureMessaging,
    SecureMessagingError,
    secured,
)
from eidbridge.simulator.commands import RefusedError, read_command
from eidbridge.simulator.protection import Session

K_ENC, K_MAC = bytes(range(16)), bytes(range(16, 32))
SUITES = {"3des": (Des3Suite(K_ENC, K_MAC), 8), "aes": (AesSuite(K_ENC, K_MAC), 16)}
COMMANDS = st.builds(
    CommandApdu,
    ins=st.sampled_from([0x20, 0x22, 0x88, 0xA4, 0xB0, 0xB1, 0xCB]),
    p1=st.integers(0, 255),
    p2=st.integers(0, 255),
    data=st.binary(max_size=PIECE),
    ne=st.integers(0, 256),
)


class Peer:
    """A chip that opens each command, notes it, and answers what it was told to."""

    atr = b""

    def __init__(self, session: Session, answer: bytes = b"", sw: int = 0x9000) -> None:
        self.session, self.answer, self.sw = session, answer, sw
        self.got: list[CommandApdu] = []
        self.damage = lambda answer: answer
        self._left = b""

    def transmit(self, command: bytes) -> bytes:
        if command[1] == 0xC0:
            return self._part()
        clear = self.session.open(read_command(command))
        self.got.append(clear)
        self._left = self.session.seal(self.answer, self.sw, odd=bool(clear.ins & 1))
        self._left = self.damage(self._left)
        return self._part()

    def _part(self) -> bytes:
        part, self._left = self._left[:256], self._left[256:]
        rest = len(self._left)
        return part + (b"\x61" + bytes((min(rest, 256) & 0xFF,)) if rest else b"\x90\x00")

    def reset(self) -> None: ...

    def close(self) -> None: ...


def pair(suite: str, **peer: object) -> tuple[CardChannel, Peer]:
    protection, block = SUITES[suite]
    chip = Peer(Session(K_ENC, K_MAC, 7, block), **peer)
    return secured(CardChannel(PlainLink(chip)), SecureMessaging(protection, 7)), chip


@pytest.mark.parametrize("suite", SUITES)
@given(
    commands=st.lists(COMMANDS, min_size=1, max_size=4),
    answer=st.binary(max_size=700),
    sw=st.sampled_from([0x9000, 0x6282, 0x63C2]),
)
def test_what_is_protected_is_opened_on_the_other_side(suite, commands, answer, sw):
    channel, chip = pair(suite, answer=answer, sw=sw)
    for command in commands:
        response = channel.exchange(command)
        assert (response.data, response.sw) == (answer, sw)
    for command, got in zip(commands, chip.got, strict=True):
        assert (got.ins, got.p1, got.p2, got.data) == (command.ins, command.p1, command.p2, command.data)
        assert got.expected == (command.ne or None if command.data or command.ne else 256)


@pytest.mark.parametrize("suite", SUITES)
@given(data=st.binary(min_size=PIECE + 1, max_size=3 * PIECE + 5))
def test_a_chain_is_protected_piece_by_piece(suite, data):
    channel, chip = pair(suite)
    assert channel.exchange(CommandApdu(ins=0x2A, data=data)).is_ok
    assert b"".join(got.data for got in chip.got) == data
    assert [bool(got.cla & 0x10) for got in chip.got] == [True] * (len(chip.got) - 1) + [False]


@pytest.mark.parametrize("suite", SUITES)
@given(answer=st.binary(max_size=40), place=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_a_changed_bit_is_seen_and_ends_the_session(suite, answer, place, bit):
    channel, chip = pair(suite, answer=answer)
    chip.damage = lambda sealed: flipped(sealed, place, bit)
    with pytest.raises(SecureMessagingError):
        channel.exchange(CommandApdu(ins=0xB0, ne=256))
    with pytest.raises(SecureMessagingError, match="is over"):
        channel.exchange(CommandApdu(ins=0xB0, ne=256))


def flipped(data: bytes, place: int, bit: int) -> bytes:
    at = place % len(data)
    return data[:at] + bytes((data[at] ^ 1 << bit,)) + data[at + 1 :]


@pytest.mark.parametrize("suite", SUITES)
@given(st.binary(max_size=300))
def test_any_answer_is_refused_as_one_of_ours(suite, answer):
    channel, chip = pair(suite)
    chip.damage = lambda sealed: answer
    try:
        response = channel.exchange(CommandApdu(ins=0xB0, ne=256))
    except SecureMessagingError:
        return
    assert not response.is_ok or response.data == b""


@pytest.mark.parametrize("suite", SUITES)
def test_an_answer_played_again_is_refused(suite):
    channel, chip = pair(suite)
    kept: list[bytes] = []
    chip.damage = lambda sealed: (kept.append(sealed), sealed)[1]
    assert channel.exchange(CommandApdu(ins=0xB0, ne=1)).is_ok
    chip.damage = lambda sealed: kept[0]
    with pytest.raises(SecureMessagingError):
        channel.exchange(CommandApdu(ins=0xB0, ne=1))


@given(COMMANDS, st.integers(0, 10_000), st.integers(0, 7))
def test_the_chip_sees_a_changed_bit_of_a_command(command, place, bit):
    session = SecureMessaging(SUITES["3des"][0], 7)
    wrapped = bytes(session.wrap(command))
    changed = flipped(wrapped, place, bit)
    chip = Session(K_ENC, K_MAC, 7)
    try:
        opened = chip.open(read_command(changed))
    except RefusedError:
        return
    assert changed[-1] != wrapped[-1]  # the last byte, Le, is the one thing that no MAC covers
    assert opened.data == command.data


@pytest.mark.parametrize(
    ("said", "sw"),
    [
        (bytes.fromhex("63C2"), 0x63C2),
        (bytes.fromhex("6982"), 0x6982),
        (bytes.fromhex("6988"), 0x6988),
    ],
)
def test_a_bare_status_word_is_the_result_and_ends_the_session(said, sw):
    session = SecureMessaging(SUITES["3des"][0])
    session.wrap(CommandApdu(ins=0x20))
    assert session.unwrap(ResponseApdu(int.from_bytes(said, "big"))).sw == sw
    assert not session.is_open


def test_a_bare_9000_is_no_answer():
    session = SecureMessaging(SUITES["3des"][0])
    session.wrap(CommandApdu(ins=0x20))
    with pytest.raises(SecureMessagingError, match="without secure messaging"):
        session.unwrap(ResponseApdu(0x9000))


def test_keys_are_not_shown():
    suite = Des3Suite(b"K" * 16, b"M" * 16)
    for shown in (
        repr(suite),
        repr(AesSuite(b"K" * 16, b"M" * 16)),
        repr(SecureMessaging(suite)),
        repr(Session(b"K" * 16, b"M" * 16)),
    ):
        assert "KKK" not in shown
        assert "MMM" not in shown
        assert b"K".hex() * 4 not in shown
