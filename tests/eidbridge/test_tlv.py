import pytest
from hypothesis import given
from hypothesis import strategies as st

from eidbridge import tlv
from eidbridge.tlv import Tlv, TlvError, encode, find, parse, parse_first

#: Tags as cards use them: one byte, two, three.
TAGS = st.sampled_from([0x30, 0x02, 0x87, 0x7F49, 0x5F20, 0xBF8101, 0xBFA101, 0x7F21])
OBJECTS = st.recursive(
    st.tuples(TAGS, st.binary(max_size=300)),
    lambda inner: st.tuples(TAGS, st.lists(inner, max_size=4).map(lambda rows: b"".join(encode(*row) for row in rows))),
    max_leaves=6,
)


@pytest.mark.parametrize(
    ("tag", "value", "encoded"),
    [
        (0x87, b"\x01\x02", "87020102"),
        (0x7F49, b"", "7F4900"),
        (0x5F20, bytes(127), "5F207F" + "00" * 127),
        (0x53, bytes(128), "538180" + "00" * 128),
        (0x53, bytes(256), "53820100" + "00" * 256),
        (0xBF8101, b"\x00", "BF81010100"),
    ],
)
def test_lengths_and_tags(tag, value, encoded):
    assert encode(tag, value).hex().upper() == encoded
    assert parse(bytes.fromhex(encoded)) == [Tlv(tag, value)]


@given(st.lists(OBJECTS, max_size=8))
def test_what_was_written_is_read(rows):
    data = b"".join(encode(*row) for row in rows)
    assert [(each.tag, each.value) for each in parse(data)] == rows
    assert b"".join(map(bytes, parse(data))) == data


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(data):
    try:
        objects = parse(data)
    except TlvError:
        return
    assert sum(len(each.value) for each in objects) <= len(data)


@given(OBJECTS, st.data())
def test_an_object_cut_off_anywhere_is_refused(row, data):
    whole = encode(*row)
    cut = data.draw(st.integers(1, len(whole) - 1))
    with pytest.raises(TlvError):
        parse(whole[:cut])


@pytest.mark.parametrize(
    "data",
    ["30", "3080", "30800000", "1F", "1F8181818101", "3085000000000100", "3002FF", "5F"],
)
def test_what_no_card_sends_is_refused(data):
    with pytest.raises(TlvError):
        parse(bytes.fromhex(data))


def test_a_length_beyond_every_memory_costs_none():
    with pytest.raises(TlvError):
        parse(bytes.fromhex("3084FFFFFFFF") + b"x")


def test_objects_without_end_are_refused():
    with pytest.raises(TlvError, match="1000"):
        parse(b"\x30\x00" * 1_001)


def test_a_path_is_followed_and_what_is_missing_is_named():
    data = encode(0x70, encode(0xBFA101, encode(0xA3, encode(0x97, b"g"), encode(0x98, b""))))
    assert find(data, 0x70, 0xBFA101, 0xA3, 0x97) == b"g"
    assert find(data, 0x70, 0xBFA101, 0xA3, 0x98) == b""
    with pytest.raises(TlvError, match="no data object 99"):
        find(data, 0x70, 0xBFA101, 0xA3, 0x99)
    assert Tlv(0x70, encode(0x97, b"g")).find(0x97) == b"g"


def test_padding_after_the_first_object_is_left_over():
    assert parse_first(encode(0x30, b"ab") + bytes(5)) == (Tlv(0x30, b"ab"), bytes(5))
    assert tlv.length_of_first(bytes.fromhex("30820100")) == 260


def test_a_value_is_not_shown():
    assert "secret" not in repr(Tlv(0x30, b"secret"))
