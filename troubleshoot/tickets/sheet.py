"""The fact sheet: what whoever helps must know, in one order. Form, desk, letters and mail show the same.

It holds what the flow knows (path, answers, remedies tried, findings) and what she adds (`fields`). Stored as JSON
with its own schema number, never changed once it is sent.
"""

import html
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from django.utils.html import strip_tags
from django.utils.translation import gettext

from eidbridge.errors import Code
from eidbridge.report import Report, words_in
from troubleshoot.flows.model import UNKNOWN, Kind, Topic
from troubleshoot.flows.pages import Page, TrailEntry
from troubleshoot.reports.models import KeptReport
from troubleshoot.tickets.fields import FIELDS, NO_GAP, TOPICS, said
from troubleshoot.tickets.sheet_report import SheetReport, report_from_json, report_lines, report_to_json, sheet_report

#: Of the stored form. What is added later gets a default in `sheet_from_json`; nothing is taken away.
SCHEMA = 1


@dataclass(frozen=True, slots=True)
class Line:
    """step: its id, by which a reviewer finds it in the flow. said: what she saw and answered."""

    step: str
    asked: str
    said: str


@dataclass(frozen=True, slots=True)
class FindingLine:
    """A condition that a stored report names. brought_by_hand: nothing proves where the report comes from."""

    code: Code
    title: str
    brought_by_hand: bool = True


@dataclass(frozen=True, slots=True)
class FactSheet:
    """topic: what the request is about. unknown_message: she came with a message that stands in no list.
    reports: of the PC check, the oldest first; findings: what any of them names.
    facts: what she said herself, by the names in `fields`. seen: what her browser tells of itself. pictures: how many.
    given: facts she was asked for later.
    """

    flow: str
    flow_title: str
    version: str
    stopped_at: str
    topic: Topic = Topic.ACCESS
    unknown_message: bool = False
    answers: tuple[Line, ...] = ()
    remedies: tuple[Line, ...] = ()
    findings: tuple[FindingLine, ...] = ()
    reports: tuple[SheetReport, ...] = ()
    facts: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    seen: str = ""
    pictures: int = 0
    given: frozenset[str] = frozenset()

    def with_given(self, given: Mapping[str, str]) -> "FactSheet":
        """The same sheet with what she answered after it was sent."""
        if not given:
            return self
        return replace(self, facts={**self.facts, **given}, given=frozenset(given))

    def with_facts(self, facts: Mapping[str, str], topic: Topic) -> "FactSheet":
        """The same sheet with what she said on top of what is known, as far as it belongs to `topic`."""
        wanted = TOPICS[topic].fields
        known = {**self.facts, **facts}
        return replace(self, topic=topic, facts={key: known[key] for key in wanted if known.get(key)})

    @property
    def told(self) -> dict[str, str]:
        """The facts that the guide has asked for already; the form asks for the others."""
        return {row.step: self.facts[row.step] for row in self.answers if row.step in self.facts}

    @property
    def seen_besides(self) -> str:
        """What her browser tells of itself, where she did not say the same."""
        return "" if self.seen == self.facts.get("browser") else self.seen

    @property
    def topic_words(self) -> str:
        return topic_words(self.topic)

    @property
    def wants_pictures(self) -> bool:
        """Whether screenshots help with what it is about."""
        return TOPICS[self.topic].pictures

    @property
    def fact_lines(self) -> list[tuple[str, str]]:
        """Label and value of each fact she gave, in the order of the form."""
        return [(str(FIELDS[key].label), said(key, self.facts[key])) for key in FIELDS if self.facts.get(key)]

    @property
    def given_labels(self) -> set[str]:
        """Labels of what she was asked for later."""
        return {str(FIELDS[key].label) for key in self.given}

    @property
    def registered_email(self) -> str:
        """The address she names as registered in IMI; nothing where she names none.

        Left empty it can mean *the same* or *I don't know*, so it is never taken for a match by itself.
        """
        return self.facts.get("old_email") or self.facts.get("imi_email") or ""

    @property
    def gaps(self) -> list[str]:
        """What is not known yet, in words."""
        gaps = [
            str(FIELDS[key].label) for key in TOPICS[self.topic].fields if key not in NO_GAP and not self.facts.get(key)
        ]
        if self.wants_pictures and not self.pictures:
            gaps.append(gettext("Pictures of the screen, without passwords and codes"))
        if self.topic in (Topic.ACCESS, Topic.CIE_INPS) and not self.remedies:
            gaps.append(no_remedy())
        return gaps


def no_remedy() -> str:
    """The gap that nothing can be written into."""
    return gettext("No remedy has been tried yet")


def sheet_of(page: Page, reports: Iterable[tuple[KeptReport, Report]] = ()) -> FactSheet:
    """The sheet as the flow at `page` fills it, with the reports of this browser. What the address says was found is
    an answer; a finding comes from a stored report alone.
    """
    language = page.place.language
    trail, kept = page.trail, list(reports)
    return FactSheet(
        flow=page.flow.id,
        flow_title=page.flow.titles[language],
        version=page.flow.version,
        stopped_at=plain(page.words.title),
        topic=page.step.topic,
        unknown_message=page.place.unknown_message,
        answers=_lines(trail, Kind.QUESTION, Kind.CHECK),
        remedies=_lines(trail, Kind.REMEDY),
        findings=_findings(kept, language),
        reports=tuple(sheet_report(row, report, language) for row, report in kept),
        facts=_told(trail, page),
    )


def _findings(kept: list[tuple[KeptReport, Report]], language: str) -> tuple[FindingLine, ...]:
    """What the reports name, each code once; found by the program before brought by hand."""
    found: dict[Code, bool] = {}
    for row, report in kept:
        for result in report.findings:
            if result.code is not None:
                found[result.code] = found.get(result.code, True) and row.by_hand
    return tuple(FindingLine(code, words_in(language)[code].title, by_hand) for code, by_hand in found.items())


def _told(trail: list[TrailEntry], page: Page) -> dict[str, str]:
    """Facts the flow has asked already: a question with a fact's own name answers it."""
    known = {visit.step.id for visit in page.walked.visits if visit.answer != UNKNOWN and not visit.suspended}
    return {entry.step.id: plain(entry.answer) for entry in trail if entry.step.id in FIELDS and entry.step.id in known}


def _lines(trail: list[TrailEntry], *kinds: Kind) -> tuple[Line, ...]:
    """The answers to steps of these kinds; of a suspended one that it was out."""
    return tuple(
        Line(
            entry.step.id,
            plain(entry.title),
            gettext("out for now") if entry.was_suspended else plain(entry.answer),
        )
        for entry in trail
        if entry.step.kind in kinds
    )


def plain(words: str) -> str:
    """Rendered words as plain text."""
    return html.unescape(strip_tags(words))


def topic_words(topic: Topic) -> str:
    """A topic in words."""
    match topic:
        case Topic.ACCESS:
            return gettext("access that fails")
        case Topic.IMI_RESET:
            return gettext("reset of the IMI account")
        case Topic.IMI_DELETION:
            return gettext("deletion of the IMI account")
        case Topic.NEW_REGISTRATION:
            return gettext("new user or new authority")
        case Topic.CHANGE:
            return gettext("change of e-mail or office")
        case Topic.TRAINING:
            return gettext("training")
        case Topic.OUTAGE:
            return gettext("maintenance or outage")
        case Topic.CIE_INPS:
            return gettext("INPS and the electronic identity card")
        case Topic.OTHER:
            return gettext("another request")


def as_text(sheet: FactSheet) -> str:
    """The sheet as plain text, to forward."""
    stopped = gettext("Stopped at: %(step)s") % {"step": sheet.stopped_at}
    about = gettext("About: %(topic)s") % {"topic": sheet.topic_words}
    lines = [sheet.flow_title, about, stopped]
    if sheet.unknown_message:
        lines.append(gettext("The message she saw stands in no list: to be written up."))
    for heading, rows in _sections(sheet):
        if rows:
            lines += ["", heading.upper(), *(f"- {row}" for row in rows)]
    version = gettext("Version of the guide: %(version)s") % {"version": f"{sheet.flow} {sheet.version}"}
    return "\n".join([*lines, "", version])


def _sections(sheet: FactSheet) -> list[tuple[str, list[str]]]:
    facts = [f"{label}: {_indented(value)}" for label, value in sheet.fact_lines]
    if sheet.seen_besides:
        facts.append(f"{gettext('Written with')}: {sheet.seen_besides}")
    return [
        (gettext("What she says"), facts),
        (gettext("Answers"), [f"{row.asked} {row.said}." for row in sheet.answers]),
        (gettext("Remedies tried"), [f"{row.asked} {row.said}." for row in sheet.remedies]),
        (gettext("Findings of the PC check"), [line for report in sheet.reports for line in report_lines(report)]),
        (gettext("Still missing"), [gap if gap == no_remedy() else f"{gap}:" for gap in sheet.gaps]),
    ]


def _indented(text: str) -> str:
    """A text of several lines, set apart so that none of them looks like a line of the sheet."""
    return text if "\n" not in text else "\n" + "\n".join(f"    {line}" for line in text.splitlines())


def sheet_to_json(sheet: FactSheet) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "flow": sheet.flow,
        "flow_title": sheet.flow_title,
        "version": sheet.version,
        "stopped_at": sheet.stopped_at,
        "topic": sheet.topic.value,
        "unknown_message": sheet.unknown_message,
        "answers": [[row.step, row.asked, row.said] for row in sheet.answers],
        "remedies": [[row.step, row.asked, row.said] for row in sheet.remedies],
        "findings": [[row.code.value, row.title, row.brought_by_hand] for row in sheet.findings],
        "reports": [report_to_json(report) for report in sheet.reports],
        "facts": dict(sheet.facts),
        "seen": sheet.seen,
        "pictures": sheet.pictures,
    }


def sheet_from_json(stored: Mapping[str, Any]) -> FactSheet:
    """What `sheet_to_json` made, by this or an earlier schema. Raises KeyError, ValueError for anything else."""
    if not 1 <= stored["schema"] <= SCHEMA:
        raise ValueError(f"schema {stored['schema']} of a sheet is not known")
    return FactSheet(
        flow=stored["flow"],
        flow_title=stored["flow_title"],
        version=stored["version"],
        stopped_at=stored["stopped_at"],
        topic=Topic(stored["topic"]),
        unknown_message=stored["unknown_message"],
        answers=tuple(Line(*row) for row in stored["answers"]),
        remedies=tuple(Line(*row) for row in stored["remedies"]),
        findings=tuple(FindingLine(Code(code), title, by_hand) for code, title, by_hand in stored["findings"]),
        reports=tuple(map(report_from_json, stored.get("reports", ()))),
        facts=stored["facts"],
        seen=stored["seen"],
        pictures=stored["pictures"],
    )
