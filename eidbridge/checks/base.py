"""Checks in their order, what each needs, and running them so that one that fails never stops the rest."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from eidbridge.errors import Code, EidError, ProgramFaultError
from eidbridge.results import CheckResult, Fact, Outcome

if TYPE_CHECKING:
    from eidbridge.checks.run import Run

Judge = Callable[["Run"], "Verdict"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check found."""

    outcome: Outcome
    code: Code | None = None
    facts: Mapping[str, Fact] = field(default_factory=lambda: MappingProxyType({}))


def passed(**facts: Fact) -> Verdict:
    return Verdict(Outcome.PASSED, None, facts)


def unseen() -> Verdict:
    """There was nothing to judge by: that is not *fine*."""
    return Verdict(Outcome.SKIPPED)


def warned(code: Code, **facts: Fact) -> Verdict:
    return Verdict(Outcome.WARNED, code, facts)


def failed(code: Code, **facts: Fact) -> Verdict:
    return Verdict(Outcome.FAILED, code, facts)


@dataclass(frozen=True, slots=True)
class Check:
    """needs: checks without whose success this one makes no sense. reach: only where the network was asked for."""

    name: str
    judge: Judge
    needs: tuple[str, ...] = ()
    reach: bool = False


#: All checks by name; `order` says in which order they are run.
REGISTERED: dict[str, Check] = {}


def check(name: str, *, needs: tuple[str, ...] = (), reach: bool = False) -> Callable[[Judge], Judge]:
    """Make a function a check."""

    def register(judge: Judge) -> Judge:
        if name in REGISTERED:
            raise ValueError(f"there are two checks called {name}")
        REGISTERED[name] = Check(name, judge, needs, reach)
        return judge

    return register


def run_checks(checks: Sequence[Check], run: "Run") -> Iterator[CheckResult]:
    """Each result as it comes. What needs a check that did not succeed is skipped; a warning is no failure.

    A fault of this program is a result like any other, so that the report still comes to its end.
    """
    stopped: set[str] = set()
    for each in checks:
        if each.reach and not run.wants_reach:
            continue
        if stopped & set(each.needs):
            stopped.add(each.name)
            yield CheckResult(each.name, Outcome.SKIPPED, proven=run.snapshot.proven)
            continue
        verdict = _judged(each, run)
        if verdict.code is not None:
            run.found.add(verdict.code)
        if verdict.outcome is Outcome.FAILED:
            stopped.add(each.name)
        yield CheckResult(each.name, verdict.outcome, verdict.code, verdict.facts, proven=run.snapshot.proven)


def _judged(each: Check, run: "Run") -> Verdict:
    try:
        return each.judge(run)
    except ProgramFaultError:
        return failed(Code.PROGRAM_FAULT, check=each.name)
    except EidError as error:
        return Verdict(Outcome.FAILED, error.code, run.facts_of(error))
    except Exception:  # noqa: BLE001 - the rest must still be said; what broke is named in the report
        return failed(Code.PROGRAM_FAULT, check=each.name)
