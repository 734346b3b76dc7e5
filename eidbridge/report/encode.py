"""A report as JSON for the site and as text for people."""

import json
from datetime import UTC

from eidbridge.report.redact import redact
from eidbridge.report.schema import SCHEMA, SCHEMA_VERSION, Report
from eidbridge.report.words import words_in
from eidbridge.results import CheckResult
from eidbridge.texts import texts


def encode(report: Report) -> bytes:
    """UTF-8 JSON as `schema` describes it. Facts outside the whitelist are dropped."""
    return json.dumps(as_document(report), indent=1).encode()


def as_document(report: Report) -> dict[str, object]:
    """The same as a JSON object."""
    return {
        "schema": SCHEMA,
        "schema_version": SCHEMA_VERSION,
        "program": report.program,
        "system": report.system.value,
        "made_at": report.made_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "checks": [_check(redact(result)) for result in report.checks],
        "end": {"checks": len(report.checks)},
    }


def _check(result: CheckResult) -> dict[str, object]:
    row: dict[str, object] = {"check": result.check, "outcome": result.outcome.value}
    if result.code is not None:
        row["code"] = result.code.value
    row["facts"] = dict(result.facts)
    row["proven"] = result.proven
    return row


def facts_lines(report: Report) -> list[str]:
    """What a report holds beside its findings in words: version, system, time, and the facts by check."""
    lines = [f"eidbridge {report.program}, {report.system}, {report.made_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"]
    for result in map(redact, report.checks):
        if result.facts:
            lines.append(f"{result.check}: " + ", ".join(f"{name}={value}" for name, value in result.facts.items()))
    return lines


def as_text(report: Report, language: str) -> str:
    """The findings in words, one paragraph each, and the end mark, for a mail or a file."""
    spoken, said = words_in(language), texts(language)
    lines = [] if report.findings else [said["check.nothing"], ""]
    for result in report.findings:
        assert result.code is not None
        entry = spoken[result.code]
        lines += [f"{entry.title} [{result.code}]", f"  {entry.meaning}", f"  → {entry.action}"]
        lines += [""] if result.proven else [f"  {said['check.not-proven']}", ""]
    return "\n".join([*lines, said["check.end"].format(checks=len(report.checks))])
