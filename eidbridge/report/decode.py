"""Bytes from a program or a file into a Report, or a ReportError that says what is wrong.

Nothing is believed: size and depth are bounded before parsing, and every field, check name, code
and fact must be on the list in `schema`.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Never

from eidbridge.errors import Code
from eidbridge.report import schema
from eidbridge.results import CheckResult, Fact, Outcome


class ReportFault(StrEnum):
    """Why a report was refused."""

    TOO_LARGE = "report.too-large"
    NOT_JSON = "report.not-json"
    TOO_DEEP = "report.too-deep"
    NOT_A_REPORT = "report.not-a-report"
    VERSION_UNKNOWN = "report.version-unknown"
    CUT_OFF = "report.cut-off"
    FIELD_UNKNOWN = "report.field-unknown"
    VALUE_REFUSED = "report.value-refused"


class ReportError(Exception):
    """fault: why; where: the place in the document, made of our own names and numbers only."""

    def __init__(self, fault: ReportFault, where: str = "") -> None:
        super().__init__(f"{fault}: {where}" if where else str(fault))
        self.fault, self.where = fault, where


def decode(data: bytes) -> schema.Report:
    """The report in `data` (schema version 1). Raises ReportError."""
    document = _document(data)
    if document.get("schema") != schema.SCHEMA:
        raise ReportError(ReportFault.NOT_A_REPORT)
    version = document.get("schema_version")
    if not schema.Number(schema.SCHEMA_VERSION, schema.SCHEMA_VERSION).allows(version):
        raise ReportError(ReportFault.VERSION_UNKNOWN)
    if "end" not in document:
        raise ReportError(ReportFault.CUT_OFF, "end")
    _only(document, {"schema", "schema_version", "program", "system", "made_at", "checks", "end"}, "report")
    rows = document.get("checks")
    if not isinstance(rows, list) or len(rows) > len(schema.CHECKS):
        _refuse("checks")
    end = document["end"]
    if not rows or end != {"checks": len(rows)} or not isinstance(end["checks"], int):
        raise ReportError(ReportFault.CUT_OFF, "end")
    checks = tuple(_check(row, f"checks[{number}]") for number, row in enumerate(rows))
    if len({each.check for each in checks}) < len(checks):
        _refuse("checks")
    return schema.Report(
        program=_program(document.get("program")),
        system=_system(document.get("system")),
        made_at=_made_at(document.get("made_at")),
        checks=checks,
    )


def _refuse(where: str) -> Never:
    raise ReportError(ReportFault.VALUE_REFUSED, where)


def _document(data: bytes) -> dict[str, object]:
    if len(data) > schema.MAX_BYTES:
        raise ReportError(ReportFault.TOO_LARGE)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ReportError(ReportFault.NOT_JSON) from error
    if _depth(text) > schema.MAX_DEPTH:
        raise ReportError(ReportFault.TOO_DEEP)
    try:
        document = json.loads(text, object_pairs_hook=_object, parse_constant=_constant, parse_int=_integer)
    except (ValueError, RecursionError) as error:
        fault = ReportFault.CUT_OFF if _looks_cut_off(text) else ReportFault.NOT_JSON
        raise ReportError(fault) from error
    if not isinstance(document, dict):
        raise ReportError(ReportFault.NOT_A_REPORT)
    return document


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


def _looks_cut_off(text: str) -> bool:
    start, end = text.lstrip(), text.rstrip()
    return start.startswith("{") and f'"{schema.SCHEMA}"' in start[:200] and not end.endswith("}")


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _constant(_name: str) -> Never:
    raise ValueError("NaN and infinities are no JSON")


def _integer(digits: str) -> int:
    if len(digits) > 12:
        raise ValueError("number too long")
    return int(digits)


def _only(document: dict[str, object], names: Iterable[str], where: str) -> None:
    if not document.keys() <= set(names):
        raise ReportError(ReportFault.FIELD_UNKNOWN, where)


def _program(value: object) -> str:
    if not isinstance(value, str) or schema.PROGRAM_VERSION.fullmatch(value) is None:
        _refuse("program")
    return value


def _system(value: object) -> schema.SystemFamily:
    if not isinstance(value, str) or value not in set(schema.SystemFamily):
        _refuse("system")
    return schema.SystemFamily(value)


def _made_at(value: object) -> datetime:
    if not isinstance(value, str) or len(value) != 20 or not value.isascii():
        _refuse("made_at")
    try:
        made_at = datetime.strptime(value, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError as error:
        raise ReportError(ReportFault.VALUE_REFUSED, "made_at") from error
    if not schema.EARLIEST_YEAR <= made_at.year <= schema.LATEST_YEAR:
        _refuse("made_at")
    return made_at


def _check(row: object, where: str) -> CheckResult:
    if not isinstance(row, dict):
        _refuse(where)
    _only(row, {"check", "outcome", "code", "facts", "proven"}, where)
    name, outcome, proven = row.get("check"), row.get("outcome"), row.get("proven", True)
    if not isinstance(name, str) or name not in schema.CHECKS:
        _refuse(f"{where}.check")
    if not isinstance(outcome, str) or outcome not in set(Outcome):
        _refuse(f"{where}.outcome")
    if not isinstance(proven, bool):
        _refuse(f"{where}.proven")
    code = _code(row["code"], where) if "code" in row else None
    if code is not None and not schema.may_stand_in(code, name):
        _refuse(f"{where}.code")
    facts = _facts(row.get("facts", {}), schema.allowed_facts(name, code), where)
    try:
        return CheckResult(name, Outcome(outcome), code, MappingProxyType(facts), proven)
    except ValueError as error:
        raise ReportError(ReportFault.VALUE_REFUSED, where) from error


def _code(value: object, where: str) -> Code:
    if not isinstance(value, str) or value not in set(Code):
        _refuse(f"{where}.code")
    return Code(value)


def _facts(value: object, allowed: Mapping[str, schema.FactType], where: str) -> dict[str, Fact]:
    if not isinstance(value, dict):
        _refuse(f"{where}.facts")
    facts: dict[str, Fact] = {}
    for name, fact in value.items():
        if name not in allowed:
            raise ReportError(ReportFault.FIELD_UNKNOWN, f"{where}.facts")
        if not allowed[name].allows(fact):
            _refuse(f"{where}.facts.{name}")
        facts[name] = fact
    return facts
