"""BER-TLV (ISO/IEC 7816-4:2005, 5.2.2; X.690, 8.1): strict reading, shortest writing.

A tag is the number that its bytes make, big endian: 0x87, 0x7F49, 0x5F20. Definite lengths only, of up to four bytes.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

#: Most bytes of a tag and of a length field.
_MAX_TAG_BYTES, _MAX_LENGTH_BYTES = 4, 4
#: Most data objects side by side in one template; a certificate or EF.COM has far fewer.
_MAX_OBJECTS = 1_000


class TlvError(ValueError):
    """These bytes are no BER-TLV, or hold not what was looked for."""


@dataclass(frozen=True, slots=True)
class Tlv:
    """One data object. value: its bytes, kept out of `repr` since they may be a person's."""

    tag: int
    value: bytes = field(repr=False)

    def __bytes__(self) -> bytes:
        return encode(self.tag, self.value)

    def objects(self) -> "list[Tlv]":
        """The data objects inside. Raises TlvError."""
        return parse(self.value)

    def find(self, *path: int) -> bytes:
        """Value of the data object reached by these tags. Raises TlvError."""
        return find(self.value, *path)


def encode(tag: int, *values: bytes) -> bytes:
    """A data object around the joined values, its length in the shortest form (DER)."""
    value = b"".join(values)
    tag_bytes = tag.to_bytes((tag.bit_length() + 7) // 8 or 1, "big")
    if len(value) < 0x80:
        return tag_bytes + bytes((len(value),)) + value
    length = len(value).to_bytes((len(value).bit_length() + 7) // 8, "big")
    return tag_bytes + bytes((0x80 | len(length),)) + length + value


def parse(data: bytes) -> list[Tlv]:
    """All data objects, one after the other. Raises TlvError for a byte too many or too few."""
    return list(_objects(data))


def parse_first(data: bytes) -> tuple[Tlv, bytes]:
    """The first data object, and what follows it: padding of a file, most of all. Raises TlvError."""
    tag, start, end = _header(data, 0)
    return Tlv(tag, data[start:end]), data[end:]


def find(data: bytes, *path: int) -> bytes:
    """Value of the first data object with each tag of `path`, each inside the one before. Raises TlvError."""
    for tag in path:
        found = next((each for each in _objects(data) if each.tag == tag), None)
        if found is None:
            raise TlvError(f"no data object {tag:X}")
        data = found.value
    return data


def length_of_first(head: bytes) -> int:
    """Length in bytes of the first data object, header included, from at least its header. Raises TlvError."""
    _tag, start, length = _tag_and_length(head, 0)
    return start + length


def _objects(data: bytes) -> Iterator[Tlv]:
    position = 0
    for _ in range(_MAX_OBJECTS):
        if position == len(data):
            return
        tag, start, position = _header(data, position)
        yield Tlv(tag, data[start:position])
    raise TlvError(f"more than {_MAX_OBJECTS} data objects side by side")


def _header(data: bytes, position: int) -> tuple[int, int, int]:
    """Tag, start and end of the value."""
    tag, start, length = _tag_and_length(data, position)
    if start + length > len(data):
        raise TlvError(f"data object {tag:X} says {length} bytes, {len(data) - start} are left")
    return tag, start, start + length


def _tag_and_length(data: bytes, position: int) -> tuple[int, int, int]:
    """Tag, start of the value, and the length it says."""
    tag, position = _tag(data, position)
    if position >= len(data):
        raise TlvError(f"data object {tag:X} has no length")
    first = data[position]
    position += 1
    if first < 0x80:
        return tag, position, first
    count = first & 0x7F
    if not 1 <= count <= _MAX_LENGTH_BYTES or position + count > len(data):
        raise TlvError(f"length of data object {tag:X} is indefinite, too long or cut off")
    return tag, position + count, int.from_bytes(data[position : position + count], "big")


def _tag(data: bytes, position: int) -> tuple[int, int]:
    if position >= len(data):
        raise TlvError("a data object is cut off before its tag")
    end = position + 1
    if data[position] & 0x1F == 0x1F:  # more bytes follow while bit 8 is set
        while end < len(data) and data[end] & 0x80 and end - position < _MAX_TAG_BYTES:
            end += 1
        end += 1
    if end > len(data) or end - position > _MAX_TAG_BYTES:
        raise TlvError("a tag is cut off or longer than four bytes")
    return int.from_bytes(data[position:end], "big"), end
