"""Bytes from a program or a file into a Report, or a ReportError that says what is wrong.

Nothing is believed: size and depth are bounded before parsing, and every field, check name, code
and fact must be on the list in `schema`.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Never

from eidbridge.errors import Code
from eidbridge.report import schema, strict
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


_FAULTS = {
    strict.Fault.TOO_LARGE: ReportFault.TOO_LARGE,
    strict.Fault.TOO_DEEP: ReportFault.TOO_DEEP,
    strict.Fault.NOT_JSON: ReportFault.NOT_JSON,
    strict.Fault.NOT_AN_OBJECT: ReportFault.NOT_A_REPORT,
}


def decode(data: bytes) -> schema.Report:
    """The report in `data` (schema version 1). Raises ReportError."""
    return decode_document(_document(data))


def decode_document(document: Mapping[str, object]) -> schema.Report:
    """The report in a JSON object that was read strictly. Raises ReportError."""
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
    try:
        return strict.document(data, max_bytes=schema.MAX_BYTES, max_depth=schema.MAX_DEPTH)
    except strict.StrictError as error:
        fault = _FAULTS[error.fault]
        if fault is ReportFault.NOT_JSON and _looks_cut_off(data):
            fault = ReportFault.CUT_OFF
        raise ReportError(fault) from error


def _looks_cut_off(data: bytes) -> bool:
    start, end = data.lstrip(), data.rstrip()
    return start.startswith(b"{") and f'"{schema.SCHEMA}"'.encode() in start[:200] and not end.endswith(b"}")


def _only(document: Mapping[str, object], names: Iterable[str], where: str) -> None:
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
