"""What a flow page shows, worked out from the content and the walk. No request, no database."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache

from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, override

from troubleshoot.core.templatetags.dates import moment
from troubleshoot.flows.addresses import Place, screen_languages
from troubleshoot.flows.engine import Visit, Walk, result_of, walk
from troubleshoot.flows.library import Library
from troubleshoot.flows.model import (
    CANNOT,
    GO,
    HELP,
    NO,
    READY,
    UNKNOWN,
    WAITED,
    Desk,
    Flow,
    Harm,
    Kind,
    Step,
    Tries,
)
from troubleshoot.flows.render import QUERY_HOLE, Words, answer_label
from troubleshoot.flows.tries import MAX_LOGIN_TRIES, PAUSE_MINUTES

#: Remedies without success after which the page says: stop, and puts the ticket first.
ENOUGH_FAILED = 3


@dataclass(frozen=True, slots=True)
class Choice:
    """An option of a question, or an answer to *did it work?*."""

    answer: str
    label: str
    url: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class TrailEntry:
    """An answered step, as the person said it. was_suspended: answered by us."""

    step: Step
    title: str
    answer: str
    url: str
    was_suspended: bool


@dataclass(frozen=True, slots=True)
class Page:
    """One step at one place of a walk. visit: set where the step is answered already."""

    library: Library
    flow: Flow
    step: Step
    place: Place
    walked: Walk
    suspended: Collection[str]
    visit: Visit | None
    helps: bool = False

    @property
    def words(self) -> Words:
        return self._words_of(self.step)

    @property
    def description(self) -> str:
        """The page in one line, for lists of pages."""
        return self.words.summary or self.words.title

    def _words_of(self, step: Step) -> Words:
        words: Words = self.library.renderer.words(
            self.flow.id, step.id, self.place.language, self.place.screens_language
        )
        return words

    # Where she is.

    @property
    def url(self) -> str:
        return self.place.url(self.step.id)

    @property
    def current_url(self) -> str:
        return self.place.url(self.walked.current.id)

    @property
    def start_url(self) -> str:
        return replace(self.place, answers={}, later={}).url(self.flow.start)

    @property
    def number(self) -> int:
        """Which page this is, counted from the start."""
        before = [visit.step.id for visit in self.walked.visits if not visit.suspended]
        return (before.index(self.step.id) if self.visit else len(before)) + 1

    @property
    def asks_first(self) -> bool:
        """Whether a page must come before the instructions: one that says what is lost, or one that waits."""
        return (self.step.opens_after_warning or self.waits) and self.visit is None and not self.walked.is_ready

    @property
    def waits(self) -> bool:
        """Whether this would be a sign-in too many at once."""
        return self.walked.waits and self.visit is None

    @property
    def pause_minutes(self) -> int:
        """How long the page as it stands asks her to wait."""
        return PAUSE_MINUTES if self.waits and self.asks_first else self.step.pause_minutes

    @property
    def is_done_already(self) -> bool:
        """Whether it was answered, and doing it again would be another try or another loss."""
        costs = self.step.tries is not Tries.NONE or self.step.harm >= Harm.LOSES_SOMETHING
        return self.visit is not None and self.step.kind is Kind.REMEDY and costs

    @property
    def has_tried_enough(self) -> bool:
        return len(self.walked.failed_remedies) >= ENOUGH_FAILED and self.step.kind is not Kind.OUTCOME

    # What she can say.

    def url_after(self, answer: str) -> str:
        """Where the walk stands once this step is answered so; answers off the new path are dropped.

        Sign-in tries on the way that is left are not forgotten: the address goes on counting them.
        """
        said = result_of(self.walked, answer, self.visit)
        answers = {name: kept for name, kept in self.walked.answers.items() if kept not in (READY, WAITED)}
        answers[self.step.id] = said
        if self.visit is not None and answer == self.visit.answer:
            return self.place.url(self.walked.current.id, answers)
        following = self.flow.steps[self.step.next[answer]]
        if self.visit is None and following.kind is not Kind.BRANCH and following.id not in self.suspended:
            return self.place.url(following.id, answers)  # an open step: nothing behind it can change
        after = self._walk(answers, self.place.forgotten)
        stays = {visit.key for visit in after.visits}
        left = [visit for visit in self.walked.visits if visit.key not in stays]
        if lost := failed_logins(left):
            forgotten = min(self.place.forgotten + lost, MAX_LOGIN_TRIES)
            after = self._walk(answers, forgotten)
            return replace(self.place, forgotten=forgotten).url(after.current.id, after.answers)
        return self.place.url(after.current.id, after.answers)

    def _walk(self, answers: Mapping[str, str], forgotten: int) -> Walk:
        return walk(self.flow, answers, suspended=self.suspended, forgotten=forgotten)

    @property
    def choices(self) -> list[Choice]:
        """The options of a question without *I don't know*; of a check only *can't*."""
        chosen = self.visit.answer if self.visit else ""
        offered = [CANNOT] if self.step.kind is Kind.CHECK else [name for name in self.step.next if name != UNKNOWN]
        options = self.words.options
        return [Choice(name, options[name], self.url_after(name), name == chosen) for name in offered]

    @property
    def results(self) -> list[Choice]:
        """The three answers to *did it work?*; they are posted, so all share one address."""
        chosen = self.visit.answer if self.visit else ""
        return [
            Choice(name, answer_label(name, self.words, self.place.language), self.url, name == chosen)
            for name in self.step.next
        ]

    @property
    def unknown(self) -> Choice:
        """*I don't know* unfolds the help; below it the same words lead to the safe branch."""
        chosen = bool(self.visit and self.visit.answer == UNKNOWN)
        if self.helps:
            return Choice(UNKNOWN, gettext("I still can't tell"), self.url_after(UNKNOWN), chosen)
        return Choice(UNKNOWN, gettext("I don't know"), self.help_url, chosen)

    @property
    def help_url(self) -> str:
        return self.place.url(self.step.id, **{HELP: "1"})

    @property
    def ready_url(self) -> str:
        ready = WAITED if self.waits else READY
        return self.place.url(self.step.id, {**self.walked.answers, self.step.id: ready})

    @property
    def cannot_url(self) -> str:
        return self.url_after(CANNOT)

    # How she got here, and where else she can go.

    @property
    def trail(self) -> list[TrailEntry]:
        return [
            TrailEntry(
                visit.step,
                words.title,
                answer_label(visit.answer, words, self.place.language),
                self.place.url(visit.step.id),
                visit.suspended,
            )
            for visit in self.walked.visits
            if (words := self._words_of(visit.step))
        ]

    @property
    def trail_length(self) -> int:
        return len(self.walked.visits)

    @property
    def has_answers(self) -> bool:
        return bool(self.walked.visits)

    @property
    def has_one_answer(self) -> bool:
        """One is said otherwise than many."""
        return len(self.walked.visits) == 1

    @property
    def trail_rows(self) -> SafeString:
        """The trail as list items; their words are rendered once, their addresses filled in."""
        place, query = self.place, escape(self.place.query())
        rows = (
            self.library.renderer.trail_row(
                self.flow.id, visit.step.id, visit.answer, visit.suspended, place.language, place.screens_language
            )
            for visit in self.walked.visits
        )
        return mark_safe("".join(rows).replace(QUERY_HOLE, query))  # noqa: S308 - escaped above

    @property
    def other_road_url(self) -> str:
        """The last question answered before this step, to answer it another way; else the start page."""
        before = [visit.step for visit in self.walked.visits if not visit.suspended]
        if self.visit:
            before = before[: before.index(self.step)]
        questions = [step for step in before if step.kind in (Kind.QUESTION, Kind.CHECK)]
        return self.place.url(questions[-1].id) if questions else f"/{self.place.language}/"

    @property
    def write_url(self) -> str:
        return self.place.page_url("scrivi")

    @property
    def sheet_url(self) -> str:
        return self.place.page_url("scheda")

    @property
    def continue_url(self) -> str:
        return self.place.page_url("continua", self.step.id)

    @property
    def print_url(self) -> str:
        return self.place.page_url("stampa", self.step.id)

    @property
    def report_url(self) -> str:
        return self.place.page_url("rapporto", self.step.id)

    @property
    def check_url(self) -> str:
        """Where the program's own report is waited for."""
        return self.place.page_url("controllo", self.step.id)

    @property
    def check_again_url(self) -> str:
        """On a step behind a check that a report has answered: back to where the PC can be checked again."""
        places = [number for number, visit in enumerate(self.walked.visits) if visit.step.kind is Kind.CHECK]
        if not places or self.walked.visits[places[-1]].answer == CANNOT or self.step.kind is Kind.CHECK:
            return ""
        before = {visit.step.id: self.walked.answers[visit.step.id] for visit in self.walked.visits[: places[-1]]}
        check = self.walked.visits[places[-1]].step
        return replace(self.place, answers=before).page_url("controllo", check.id)

    @property
    def phone_url(self) -> str:
        return self.place.page_url("telefono", self.step.id)

    @property
    def flow_title(self) -> str:
        return self.flow.titles[self.place.language]

    @property
    def to_tick(self) -> list[str]:
        """Answers with a box each, on paper."""
        if self.step.kind is Kind.QUESTION:
            return [choice.label for choice in (*self.choices, self.unknown)]
        return [choice.label for choice in self.results] if self.step.kind is Kind.REMEDY else []

    @property
    def desk(self) -> Desk:
        """Whom she can write to from any page."""
        return self.library.content.desks[self.flow.desk]

    @property
    def desks(self) -> list[tuple[Desk, str, str]]:
        """Whom this step sends her to, the first owner first: desk, *to NIMIC*, address of the message for it."""
        desks = [self.library.content.desks[name] for name in self.step.desks or (self.flow.desk,)]
        return [(desk, desk.names[self.place.language], self.desk_url(desk.id)) for desk in desks]

    @property
    def goes_on_url(self) -> str:
        """Where an outcome leads on, or nothing."""
        return f"/{self.place.language}/guida/{self.step.goes_on.replace('?', '/?')}" if self.step.goes_on else ""

    @property
    def goes_on_label(self) -> str:
        return self.words.options[GO]

    def desk_url(self, desk_id: str) -> str:
        return self.write_url if desk_id == self.flow.desk else self.place.page_url("scrivi", desk_id)

    @property
    def to_desk(self) -> str:
        """*to NIMIC*, to follow the word *Write*."""
        return self.desk.names[self.place.language]

    @property
    def ways(self) -> Mapping[str, str]:
        return ways_in(self.place.language, self.to_desk)

    @property
    def waited_url(self) -> str:
        """On an outcome for whoever could not wait: back to the page that waits."""
        last = self.walked.visits[-1] if self.walked.visits else None
        could_not_wait = last is not None and last.step.pause_minutes > 0 and last.answer == CANNOT
        return self.place.url(last.step.id) if last and could_not_wait and not last.suspended else ""

    @property
    def browsers_json(self) -> str:
        """The advised browsers by id, for the script that looks: name and oldest version that is fine."""
        return json.dumps({known.id: [known.name, known.fine_from] for known in self.library.content.browsers})

    # The hour, as the page is sent.

    @property
    def now_hour(self) -> str:
        return f"{timezone.localtime():%H:%M}"

    @property
    def now_stamp(self) -> str:
        """Seconds since 1970, for the script that looks at her clock."""
        return f"{timezone.now().timestamp():.0f}"

    @property
    def resume_hour(self) -> str:
        """From when to go on, if she stops now."""
        return f"{self._resume:%H:%M}"

    @property
    def resume_moment(self) -> str:
        return moment(self._resume)

    @property
    def _resume(self) -> datetime:
        return timezone.localtime() + timedelta(minutes=self.pause_minutes)

    # Small print.

    @property
    def screens(self) -> list[tuple[str, str, bool]]:
        """Languages her screens can be in: code, address of this page, whether it is chosen."""
        if not self.words.has_terms:
            return []
        return [
            (code, self.screens_url(code), code == self.place.screens_language)
            for code in screen_languages(self.library.content)
        ]

    def screens_url(self, language: str) -> str:
        return self.place.with_screens(language).url(self.step.id)


def failed_logins(visits: Iterable[Visit]) -> int:
    """Sign-in tries among these visits since the last pause."""
    count = 0
    for visit in visits:
        if visit.step.kind is Kind.REMEDY and visit.answer == NO:
            if visit.waited or visit.step.pause_minutes >= PAUSE_MINUTES:
                count = 0
            count += visit.step.tries is Tries.LOGIN
    return count


@cache
def ways_in(language: str, to_desk: str) -> Mapping[str, str]:
    """Words of the links that stand on every step."""
    with override(language):
        return {
            "other": gettext("Other ways"),
            "road": gettext("Another road"),
            "again": gettext("Check the PC again"),
            "write": gettext("Write %(desk)s") % {"desk": to_desk},
            "resume": gettext("Stop and resume later, or on another screen"),
            "print": gettext("Print"),
        }
