"""JSON from a stranger: bounded in size and depth before any parser sees it, without doubtful values."""

import json
from collections.abc import Mapping
from enum import StrEnum
from typing import Never


class Fault(StrEnum):
    """Why bytes are no document."""

    TOO_LARGE = "too-large"
    TOO_DEEP = "too-deep"
    NOT_JSON = "not-json"
    NOT_AN_OBJECT = "not-an-object"


class StrictError(ValueError):
    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


#: Digits that an integer may have.
_DIGITS = 12


def document(data: bytes, *, max_bytes: int, max_depth: int) -> dict[str, object]:
    """The JSON object in `data` (RFC 8259): UTF-8, no name twice, no NaN, no long numbers. Raises StrictError."""
    if len(data) > max_bytes:
        raise StrictError(Fault.TOO_LARGE)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise StrictError(Fault.NOT_JSON) from error
    if _depth(text) > max_depth:
        raise StrictError(Fault.TOO_DEEP)
    try:
        found = json.loads(text, object_pairs_hook=_object, parse_constant=_constant, parse_int=_integer)
    except (ValueError, RecursionError) as error:
        raise StrictError(Fault.NOT_JSON) from error
    if not isinstance(found, dict):
        raise StrictError(Fault.NOT_AN_OBJECT)
    return found


def _depth(text: str) -> int:
    """Deepest nesting, counting brackets outside strings; cheap, and before any parser sees the text."""
    depth = deepest = 0
    inside = escaped = False
    for character in text:
        if inside:
            if escaped:
                escaped = False
            elif character == "\\":
                escaped = True
            elif character == '"':
                inside = False
        elif character == '"':
            inside = True
        elif character in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif character in "]}":
            depth -= 1
    return deepest


def _object(pairs: list[tuple[str, object]]) -> Mapping[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _constant(_name: str) -> Never:
    raise ValueError("NaN and infinities are no JSON")


def _integer(digits: str) -> int:
    if len(digits) > _DIGITS:
        raise ValueError("number too long")
    return int(digits)
