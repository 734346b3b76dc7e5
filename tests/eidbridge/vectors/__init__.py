"""Worked examples, one file each; where they come from stands in SOURCES.md."""

import hashlib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Exchange:
    """One protected exchange. ssc: counter of the command. status: inside the protection."""

    name: str
    ssc: int
    header: bytes
    ne: int
    command: bytes
    response: bytes
    status: int


@dataclass(frozen=True)
class Vectors:
    values: dict[str, bytes]
    exchanges: list[Exchange]

    def __getitem__(self, name: str) -> bytes:
        return self.values[name]

    def number(self, name: str) -> int:
        return int.from_bytes(self[name], "big")

    def named(self, *names: str) -> list[Exchange]:
        return [each for each in self.exchanges if each.name in names]


def read(name: str) -> Vectors:
    values: dict[str, bytes] = {}
    exchanges: list[dict[str, str]] = []
    for line in (Path(__file__).parent / f"{name}.txt").read_text().splitlines():
        if line.startswith("["):
            exchanges.append({"name": line[1:-1]})
        elif "=" in line and not line.startswith("#"):
            key, _, value = (part.strip() for part in line.partition(" ="))
            if exchanges:
                exchanges[-1][key] = value
            else:
                values[key] = bytes.fromhex(value)
    return Vectors(values, [_exchange(each) for each in exchanges])


def _exchange(row: dict[str, str]) -> Exchange:
    ne = (int(row["ne"], 16) or 256) if row["ne"] else 0
    return Exchange(
        row["name"],
        int(row["ssc"], 16),
        bytes.fromhex(row["header"]),
        ne,
        bytes.fromhex(row["command"]),
        bytes.fromhex(row["response"]),
        int(row["status"], 16),
    )


def expand(label: str, size: int) -> bytes:
    """The rule by which the own random numbers were made."""
    blocks = (hashlib.sha256(label.encode() + number.to_bytes(4, "big")).digest() for number in range(size // 32 + 1))
    return b"".join(blocks)[:size]
