"""The shape of a report, version 1, and the whitelist of what it may hold.

{
  "schema": "eidbridge-report", "schema_version": 1,
  "program": "0.1.0",                      version of the program, digits and dots
  "system": "linux",                       family only: windows, macos, linux, other
  "made_at": "2026-11-22T09:30:00Z",       UTC, by the program's clock
  "checks": [{"check": "reader.present", "outcome": "failed", "code": "reader.none", "facts": {}, "proven": true}],
  "end": {"checks": 1}                     the end mark: a report cut off on its way lacks it
}

Facts are allowed by code, each with its own narrow type, so that no name, serial number, path or
free text can travel. A new code adds its words, and a row to `FACTS` where it has any.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from eidbridge.errors import Code
from eidbridge.results import CheckResult, Fact, Outcome

SCHEMA = "eidbridge-report"
SCHEMA_VERSION = 1
#: Largest report read, in bytes. A full one is about 40 kB.
MAX_BYTES = 262_144
#: Deepest nesting of objects and lists; a valid report has 4.
MAX_DEPTH = 8
#: What a computer's clock can say at all; wrong ones are findings.
EARLIEST_YEAR, LATEST_YEAR = 1970, 2199
#: The checks there are, in their order. A report holds each once at most, and one at least.
CHECKS = (
    "host.session",
    "host.system",
    "host.clock",
    "service.library",
    "service.running",
    "reader.present",
    "reader.kind",
    "card.present",
    "card.kind",
    "card.application",
    "card.chip",
    "card.session",
    "card.pin-tries",
    "card.puk-tries",
    "host.machine",
    "software.installed",
    "software.version",
    "software.home",
    "software.java",
    "software.paired",
    "browser.module",
    "network.sites",
)
PROGRAM_VERSION = re.compile(r"[0-9]{1,4}(?:\.[0-9]{1,4}){1,3}", re.ASCII)


#: What a check can be about, by the first part of its name: the first parts of codes that may stand in it. A fault of
#: the program itself can stand in any.
SUBJECTS: Mapping[str, frozenset[str]] = {
    "host": frozenset({"host"}),
    "service": frozenset({"service"}),
    "reader": frozenset({"reader", "service"}),
    "card": frozenset({"card", "reader", "service"}),
    "software": frozenset({"software", "card"}),
    "browser": frozenset({"browser"}),
    "network": frozenset({"network", "host"}),
}


class SystemFamily(StrEnum):
    WINDOWS = "windows"
    MACOS = "macos"
    LINUX = "linux"
    OTHER = "other"


class FactType(Protocol):
    """Says whether a value may stand under a fact's name."""

    def allows(self, value: object) -> bool: ...


@dataclass(frozen=True, slots=True)
class Number:
    minimum: int
    maximum: int

    def allows(self, value: object) -> bool:
        return isinstance(value, int) and not isinstance(value, bool) and self.minimum <= value <= self.maximum


@dataclass(frozen=True, slots=True)
class Flag:
    def allows(self, value: object) -> bool:
        return isinstance(value, bool)


@dataclass(frozen=True, slots=True)
class Token:
    """A short text of a fixed form, such as a USB vendor id."""

    pattern: str

    def allows(self, value: object) -> bool:
        return isinstance(value, str) and re.fullmatch(self.pattern, value, re.ASCII) is not None


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of these texts and no other."""

    choices: tuple[str, ...]

    def allows(self, value: object) -> bool:
        return isinstance(value, str) and value in self.choices


#: Families of cards and sites for signing in, as the checks name them.
FAMILIES = (
    *("cie-gemalto", "cie-gemalto2", "cie-nxp", "cie-stm", "cie-stm3", "cie-bit4id", "cie-actalis"),
    *("cie-bit4id-2023", "cie-actalis-2023", "cie-bit4id-b9547", "cie-actalis-b946", "cie-newer", "cie-zeros"),
    *("generic", "cie-old", "ts-cns", "health-professional", "passport", "storage", "unknown"),
)
SITES = ("idserver.servizicie.interno.gov.it", "www.inps.it", "ecas.ec.europa.eu")

USB_ID = Token(r"[0-9a-f]{4}")

#: Facts that may stand beside each code. What is not listed does not leave the program.
FACTS: Mapping[Code, Mapping[str, FactType]] = {
    Code.READER_NONE: {"usb_readers_seen": Number(0, 32)},
    Code.READER_CONTACT_ONLY: {"usb_vendor": USB_ID, "usb_product": USB_ID, "built_in": Flag()},
    Code.PIN_BLOCKED: {"tries_left": Number(0, 0)},
    Code.PIN_WRONG: {"tries_left": Number(0, 3)},
    Code.PIN_LAST_TRY: {"tries_left": Number(1, 1)},
    Code.PUK_BLOCKED: {"tries_left": Number(0, 0)},
    Code.PUK_FEW_TRIES: {"tries_left": Number(1, 3)},
    Code.READER_NO_DRIVER: {"usb_vendor": USB_ID, "usb_product": USB_ID},
    Code.READER_CLAIMED: {"usb_vendor": USB_ID, "usb_product": USB_ID},
    Code.READER_SEVERAL: {"cards": Number(2, 32)},
    Code.CARD_UNEXPECTED: {"sw": Token(r"[0-9A-F]{4}"), "ins": Token(r"[0-9A-F]{2}")},
    Code.NETWORK_UNREACHABLE: {"site": OneOf(SITES)},
    Code.NETWORK_INTERCEPTED: {"site": OneOf(SITES)},
    Code.PROGRAM_FAULT: {"check": OneOf(CHECKS)},
}
#: The same beside a check that found nothing wrong.
PASSED_FACTS: Mapping[str, Mapping[str, FactType]] = {
    "reader.present": {"readers": Number(1, 32)},
    "card.present": {"cards": Number(1, 32)},
    "card.kind": {"family": OneOf(FAMILIES)},
    "card.chip": {"issuer_checked": Flag()},
    "card.pin-tries": {"tries_left": Number(2, 3)},
    "software.paired": {"paired": OneOf(("this-card",))},
}


@dataclass(frozen=True, slots=True)
class Report:
    """made_at: aware, UTC, by the program's clock, to the second."""

    program: str
    system: SystemFamily
    made_at: datetime
    checks: tuple[CheckResult, ...]

    @property
    def findings(self) -> tuple[CheckResult, ...]:
        """Results that name a condition, failed before warned, each in the order they were found."""
        named = [result for result in self.checks if result.code is not None]
        return tuple(sorted(named, key=lambda result: result.outcome is not Outcome.FAILED))


def may_stand_in(code: Code, check: str) -> bool:
    subject = code.value.partition(".")[0]
    return code is Code.PROGRAM_FAULT or subject in SUBJECTS.get(check.partition(".")[0], frozenset())


def allowed_facts(check: str, code: Code | None) -> Mapping[str, FactType]:
    """What may stand beside this code, or beside this check where it has none."""
    return PASSED_FACTS.get(check, {}) if code is None else FACTS.get(code, {})


def is_allowed(check: str, code: Code | None, name: str, value: Fact) -> bool:
    fact_type = allowed_facts(check, code).get(name)
    return fact_type is not None and fact_type.allows(value)
