"""The fact sheet: what whoever helps must know, in one order. Form and desk show the same.

So far it holds what the flow knows: path, answers, remedies tried, findings. Who she is, her request
and her pictures join as further fields; none of these is rebuilt.
"""

import html
from dataclasses import dataclass

from django.utils.html import strip_tags
from django.utils.translation import gettext

from eidbridge.errors import Code
from eidbridge.report import words_in
from troubleshoot.flows.model import Kind, Topic
from troubleshoot.flows.pages import Page, TrailEntry


@dataclass(frozen=True, slots=True)
class Line:
    """step: its id, by which a reviewer finds it in the flow. said: what she saw and answered."""

    step: str
    asked: str
    said: str


@dataclass(frozen=True, slots=True)
class FindingLine:
    """A condition the check step was answered with. brought_by_hand: nothing proves where it comes from."""

    code: Code
    title: str
    brought_by_hand: bool = True


@dataclass(frozen=True, slots=True)
class FactSheet:
    """topic: what the request is about. unknown_message: she came with a message that stands in no list.
    gaps: what is not known yet, in words.
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
    gaps: tuple[str, ...] = ()


def sheet_of(page: Page) -> FactSheet:
    """The sheet as the flow at `page` fills it."""
    language = page.place.language
    trail = page.trail
    remedies = _lines(trail, Kind.REMEDY)
    return FactSheet(
        flow=page.flow.id,
        flow_title=page.flow.titles[language],
        version=page.flow.version,
        stopped_at=_plain(page.words.title),
        topic=page.step.topic,
        unknown_message=page.place.unknown_message,
        answers=_lines(trail, Kind.QUESTION, Kind.CHECK),
        remedies=remedies,
        findings=tuple(
            FindingLine(code, words_in(language)[code].title)
            for visit in page.walked.visits
            if visit.step.kind is Kind.CHECK and visit.answer in set(Code)
            for code in [Code(visit.answer)]
        ),
        gaps=tuple(_gaps(page.step.topic, remedies)),
    )


def _lines(trail: list[TrailEntry], *kinds: Kind) -> tuple[Line, ...]:
    """The answers to steps of these kinds; of a suspended one that it was out."""
    return tuple(
        Line(
            entry.step.id,
            _plain(entry.title),
            gettext("out for now") if entry.was_suspended else _plain(entry.answer),
        )
        for entry in trail
        if entry.step.kind in kinds
    )


def _plain(words: str) -> str:
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
        case Topic.OTHER:
            return gettext("another request")


def _topic_gaps(topic: Topic) -> list[str]:
    """What must be known for a topic; nothing where it is the five facts about access."""
    match topic:
        case Topic.IMI_RESET | Topic.IMI_DELETION:
            return [gettext("the address registered in IMI"), gettext("your EU Login user ID (8 letters and digits)")]
        case Topic.NEW_REGISTRATION:
            return [
                gettext("name and authority, and whether the authority uses IMI already"),
                gettext("the address used in EU Login"),
                gettext("which modules of IMI are needed"),
            ]
        case Topic.CHANGE:
            return [gettext("the old address and the new one"), gettext("the office before and now")]
        case Topic.TRAINING:
            return [
                gettext("which modules of IMI"),
                gettext("two or three possible days and hours"),
                gettext("how many people"),
            ]
        case Topic.OTHER:
            return [gettext("what you need, in your own words"), gettext("by when you need it")]
        case Topic.OUTAGE:
            return [gettext("since when, and who is hit"), gettext("the whole error message, word by word")]
        case Topic.ACCESS:
            return []


def _gaps(topic: Topic, remedies: tuple[Line, ...]) -> list[str]:
    if gaps := _topic_gaps(topic):
        return gaps
    gaps = [
        gettext("what exactly you asked for, and what happened instead"),
        gettext("which browser you use"),
        gettext("whether colleagues have the same trouble, and which"),
        gettext("the whole error message, word by word"),
        gettext("pictures of the screen, without passwords and codes"),
    ]
    if not remedies:
        gaps.append(gettext("no remedy has been tried yet"))
    return gaps


def as_text(sheet: FactSheet) -> str:
    """The sheet as plain text, to forward."""
    stopped = gettext("Stopped at: %(step)s") % {"step": sheet.stopped_at}
    about = gettext("About: %(topic)s") % {"topic": topic_words(sheet.topic)}
    lines = [sheet.flow_title, about, stopped]
    if sheet.unknown_message:
        lines.append(gettext("The message she saw stands in no list: to be written up."))
    lines.append("")
    for heading, rows in ((gettext("Answers"), sheet.answers), (gettext("Remedies tried"), sheet.remedies)):
        if rows:
            lines += [heading.upper(), *(f"- {row.asked} {row.said}." for row in rows), ""]
    if sheet.findings:
        lines += [
            gettext("Findings of the PC check").upper(),
            *(f"- {row.title} [{row.code}]" for row in sheet.findings),
        ]
        lines += [""]
    lines += [gettext("Still missing").upper(), *(f"- {gap}:" for gap in sheet.gaps), ""]
    lines.append(f"({sheet.flow} {sheet.version})")
    return "\n".join(lines)
