"""The steps she saw, kept word by word with her request: content changes, and a reviewer must see what she saw."""

import hashlib
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import override

from troubleshoot.flows.model import Kind, Step
from troubleshoot.flows.pages import Page
from troubleshoot.flows.render import Words, answer_label
from troubleshoot.tickets.models import StepSeen, Ticket
from troubleshoot.tickets.sheet import plain


@dataclass(frozen=True, slots=True)
class Seen:
    """A step as she saw it. said: her answer in her words, empty where she stands. was_out: stepped over by us."""

    step: str
    title: str
    html: str
    said: str
    was_out: bool = False

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.html.encode()).hexdigest()

    @property
    def kept(self) -> StepSeen:
        return StepSeen(digest=self.digest, title=self.title[:300], html=self.html)

    @property
    def as_json(self) -> list[str | bool]:
        """As it stands in `Ticket.replay`, which `steps_of` reads."""
        return [self.digest, self.step, self.said, self.was_out]


@dataclass(frozen=True, slots=True)
class Replayed:
    """A step to show again. html: safe, for it was rendered from our own content."""

    step: str
    html: SafeString
    said: str
    was_out: bool


def seen_on(page: Page) -> list[Seen]:
    """Every step on the way to `page`, and the page itself."""
    seen = [_seen(page, entry.step, said=entry.answer, was_out=entry.was_suspended) for entry in page.trail]
    return [*seen, _seen(page, page.step)] if page.visit is None else seen


def _seen(page: Page, step: Step, *, said: str = "", was_out: bool = False) -> Seen:
    words = page.library.renderer.words(page.flow.id, step.id, page.place.language, page.place.screens_language)
    return Seen(step.id, plain(words.title), _html(step, words, page.place.language), plain(said), was_out)


def _html(step: Step, words: Words, language: str) -> str:
    with override(language):
        answers = [answer_label(answer, words, language) for answer in step.next if step.kind is not Kind.CHECK]
        return render_to_string("tickets/_seen_step.html", {"words": words, "answers": answers})


def steps_of(ticket: Ticket) -> list[Replayed]:
    """The steps she saw, in order, with what she answered."""
    kept = StepSeen.objects.in_bulk({row[0] for row in ticket.replay})
    return [
        Replayed(step, mark_safe(kept[digest].html), said, was_out)  # noqa: S308 - our own content
        for digest, step, said, was_out in ticket.replay
        if digest in kept
    ]
