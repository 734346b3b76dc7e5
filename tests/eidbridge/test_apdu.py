"""Commands are written by the terminal and read by the chip, which share no code; so each checks the other."""

from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eidbridge.apdu.channel import PlainLink, StatusError, pieces, plain_channel
from eidbridge.apdu.command import CommandApdu, ResponseApdu, tries_of
from eidbridge.errors import UnexpectedAnswerError
from eidbridge.simulator.commands import Received, RefusedError, read_command

BYTE = st.integers(0, 255)
SHORT = st.builds(
    CommandApdu, ins=BYTE, p1=BYTE, p2=BYTE, cla=BYTE, data=st.binary(max_size=255), ne=st.integers(0, 256)
)
EXTENDED = st.builds(
    CommandApdu,
    ins=BYTE,
    data=st.binary(max_size=600),
    ne=st.integers(0, 65_536),
    extended=st.just(True),
)


@given(SHORT)
def test_the_chip_reads_what_the_terminal_writes(command):
    read = read_command(bytes(command))
    expected = Received(command.cla, command.ins, command.p1, command.p2, command.data, command.ne or None)
    assert read == expected


@given(EXTENDED)
def test_and_with_extended_lengths(command):
    read = read_command(bytes(command))
    assert (read.data, read.expected) == (command.data, command.ne or None)


@given(st.binary(max_size=400))
def test_any_bytes_are_a_command_or_are_refused_by_the_chip(raw):
    with suppress(RefusedError):
        assert len(read_command(raw).data) <= len(raw)


@pytest.mark.parametrize(
    ("command", "encoded"),
    [
        (CommandApdu(ins=0xA4), "00A40000"),
        (CommandApdu(ins=0xB0, ne=256), "00B0000000"),
        (CommandApdu(ins=0xA4, p1=4, p2=12, data=b"\xa0\x00"), "00A4040C02A000"),
        (CommandApdu(ins=0x88, data=b"\x01", ne=256), "00880000010100"),
        (CommandApdu(ins=0x86, cla=0x10, data=b"\x7c\x00", ne=65_536, extended=True), "108600000000027C000000"),
        (CommandApdu(ins=0xB0, ne=65_536, extended=True), "00B00000000000"),
    ],
)
def test_the_four_cases(command, encoded):
    assert bytes(command).hex().upper() == encoded


@pytest.mark.parametrize(
    "wrong", [{"ins": 256}, {"ins": 1, "p1": -1}, {"ins": 1, "ne": 257}, {"ins": 1, "data": bytes(65_536)}]
)
def test_what_no_apdu_holds_is_refused(wrong):
    with pytest.raises(ValueError, match=r"is one byte|beyond"):
        CommandApdu(**wrong)


def test_more_than_a_short_length_needs_another_form():
    with pytest.raises(ValueError, match="chaining"):
        bytes(CommandApdu(ins=1, data=bytes(256)))


@given(SHORT.filter(lambda command: not command.cla & 0x10), st.binary(max_size=1_000), st.integers(1, 255))
def test_the_pieces_of_a_chain_are_the_whole(command, data, size):
    whole = CommandApdu(ins=command.ins, cla=command.cla, data=data, ne=command.ne)
    chain = list(pieces(whole, size))
    assert b"".join(piece.data for piece in chain) == data
    assert all(piece.cla & 0x10 and not piece.ne for piece in chain[:-1])
    assert (chain[-1].cla, chain[-1].ne) == (whole.cla, whole.ne)
    assert all(len(piece.data) <= size for piece in chain)


class Scripted:
    """Answers by rule."""

    atr = b""

    def __init__(self, answer: Callable[[bytes], bytes]) -> None:
        self._answer, self.sent = answer, []

    def transmit(self, command: bytes) -> bytes:
        self.sent.append(command.hex().upper())
        return self._answer(command)

    def reset(self) -> None: ...

    def close(self) -> None: ...


@given(st.binary(max_size=2_000), st.booleans())
def test_a_long_answer_is_fetched_to_its_end(content, says_all):
    """6100 and the exact rest, as cards and readers do it."""
    left = [content]

    def answer(_command: bytes) -> bytes:
        part, left[0] = left[0][:256], left[0][256:]
        rest = len(left[0])
        return part + (b"\x61" + bytes((0 if rest > 255 or says_all else rest,)) if rest else b"\x90\x00")

    assert plain_channel(Scripted(answer)).send(CommandApdu(ins=0xCB)) == content


def test_a_wrong_le_is_asked_again_once():
    connection = Scripted(lambda command: b"123456789012\x90\x00" if command[-1] == 12 else b"\x6c\x0c")
    assert plain_channel(connection).send(CommandApdu(ins=0xB0, ne=256)) == b"123456789012"
    assert connection.sent == ["00B0000000", "00B000000C"]
    stubborn = Scripted(lambda command: b"\x6c\x0c")
    assert PlainLink(stubborn).exchange(CommandApdu(ins=0xB0, ne=256)).sw == 0x6C0C
    assert len(stubborn.sent) == 2


def test_a_chain_that_a_reader_breaks_is_not_gone_on_with():
    connection = Scripted(lambda command: b"\x61\x02")
    with pytest.raises(StatusError, match="6102"):
        plain_channel(connection).send(CommandApdu(ins=0x22, data=bytes(300)))
    assert len(connection.sent) == 1


@pytest.mark.parametrize("answer", [b"", b"\x90", bytes(65_539)])
def test_an_answer_of_no_length_is_refused(answer):
    with pytest.raises(UnexpectedAnswerError):
        plain_channel(Scripted(lambda command: answer)).send(CommandApdu(ins=0xB0))


@pytest.mark.parametrize("answer", [b"\x61\x01", b"x\x61\x00", bytes(256) + b"\x61\x00"])
def test_an_answer_without_end_is_ended(answer):
    connection = Scripted(lambda command: answer)
    with pytest.raises(UnexpectedAnswerError, match="does not end"):
        plain_channel(connection).send(CommandApdu(ins=0xB0))
    assert len(connection.sent) <= 301


@pytest.mark.parametrize(
    ("sw", "tries"),
    [(0x63C2, 2), (0x63C0, 0), (0x6983, 0), (0x63CF, 15), (0x6300, None), (0x9000, None), (0x6982, None)],
)
def test_tries_in_a_status_word(sw, tries):
    assert tries_of(sw) == tries


def test_data_is_not_shown():
    assert "12345678" not in repr(CommandApdu(ins=0x20, data=b"12345678"))
    assert "ROSSI" not in repr(ResponseApdu(0x9000, b"ROSSI"))
    assert repr(ResponseApdu(0x9000, b"ROSSI")) == "ResponseApdu(sw=9000, 5 bytes)"
