"""A connection that plays back what was recorded: each command must be the next one, byte for byte."""

from collections.abc import Iterable, Iterator
from typing import Any

import pytest


class Replay:
    """script: command and whole answer; one over 256 bytes travels as 61xx and GET RESPONSE."""

    atr = b"\x3b\x80\x80\x01\x01"

    def __init__(self, script: Iterable[tuple[bytes, bytes]]) -> None:
        self._script = list(script)
        self._left = b""

    def transmit(self, command: bytes) -> bytes:
        if self._left and command[1] == 0xC0:
            return self._part()
        assert self._script, f"a command too many: {command.hex()}"
        expected, answer = self._script.pop(0)
        assert command.hex().upper() == expected.hex().upper()
        if len(answer) <= 258 or len(command) > 261:
            return answer
        self._left = answer
        return self._part()

    def _part(self) -> bytes:
        data, status = self._left[:-2], self._left[-2:]
        part, rest = data[:256], data[256:]
        self._left = rest + status if rest else b""
        return part + (bytes((0x61, len(rest) if len(rest) < 256 else 0)) if rest else status)

    def reset(self) -> None:
        self._left = b""

    def close(self) -> None:
        assert not self._script, f"{len(self._script)} commands were never sent"


def queue(*values: bytes) -> Any:
    """A source of chance that gives these, one after the other, each of the length asked for."""
    left: Iterator[bytes] = iter(values)

    def give(size: int) -> bytes:
        value = next(left)
        assert len(value) == size, f"{size} bytes were asked for, {len(value)} were next"
        return value

    return give


def numbers(monkeypatch: pytest.MonkeyPatch, *values: int) -> None:
    """The private keys that the terminal draws."""
    left = (value - 1 for value in values)  # drawn from 0 on
    monkeypatch.setattr("eidbridge.crypto.agreement.secrets.randbelow", lambda below: next(left))
