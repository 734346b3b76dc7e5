"""Padding method 2 of ISO/IEC 9797-1: 80, then zeros up to a whole block."""


class PaddingError(ValueError):
    """The end of these bytes is no padding."""


def pad(data: bytes, *, block: int = 8) -> bytes:
    """data, 80, and zeros up to a multiple of `block` bytes; a whole block is added where it fits already."""
    return data + b"\x80" + bytes(-(len(data) + 1) % block)


def unpad(data: bytes) -> bytes:
    """What `pad` was given. Raises PaddingError."""
    stripped = data.rstrip(b"\x00")
    if not stripped.endswith(b"\x80") or len(data) - len(stripped) > 15:
        raise PaddingError("no padding of ISO/IEC 9797-1 at the end")
    return stripped[:-1]
