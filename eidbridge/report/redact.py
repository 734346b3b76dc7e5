"""Drop from a result whatever the schema does not list, before it is written anywhere."""

from dataclasses import replace
from types import MappingProxyType

from eidbridge.report.schema import is_allowed
from eidbridge.results import CheckResult


def redact(result: CheckResult) -> CheckResult:
    """`result` with only the facts that its code may carry."""
    kept = {name: value for name, value in result.facts.items() if is_allowed(result.check, result.code, name, value)}
    return replace(result, facts=MappingProxyType(kept))
