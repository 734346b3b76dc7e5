"""What the words of a flow must fulfil: whole in each language, hedged, with no name of others typed."""

import re
from collections.abc import Collection, Iterator, Mapping

from markdown_it import MarkdownIt

from troubleshoot.flows.engine import walk
from troubleshoot.flows.model import CANNOT, UNKNOWN, Content, Desk, Flow, Kind, Problem, Step, StepText
from troubleshoot.flows.problems import at_flow, at_step, in_text

#: A link of ours in a text: `[words](guida:imi?where=password)`.
OUR_LINK = re.compile(r"guida:([a-z0-9-]+)(?:\?([a-z0-9=&.-]*))?")
#: An outside term in a text: `[[eulogin.sign-in]]`.
PLACEHOLDER = re.compile(r"\[\[([^\[\]]*)\]\]")
_markdown = MarkdownIt("js-default")
#: Control signs and signs that turn the reading direction.
_HOSTILE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_TYPED_ADDRESS = re.compile(r"https?://|www\.|[\w.-]+@[\w.-]+\.[a-z]{2,}")
#: Signs that a sentence does not promise; one must stand in a step that rests on an unconfirmed fact.
HEDGES: Mapping[str, tuple[str, ...]] = {
    "it": ("può", "possono", "di solito", "in genere", "potrebbe", "non è confermato", "forse"),
    "en": ("may", "might", "usually", "perhaps", "not confirmed", "seems"),
}
#: A term shorter than this is an ordinary word and may be typed.
MIN_TYPED_TERM = 9


def languages(content: Content, spoken: Collection[str] | None) -> Iterator[Problem]:
    """Languages that lack what the rules need, and terms in a language that is none."""
    for language in content.languages:
        if language not in HEDGES:
            mend = "add them to HEDGES in flows/wording.py."
            yield Problem(content.root.name, 1, f"language {language!r} has no hedging words.", mend)
    for term in content.terms.values():
        for language in sorted(term.names.keys() - {"any", *(spoken or term.names)}):
            file = f"{content.root.name}/outside/{term.key.partition('.')[0]}.toml"
            what = f"term {term.key!r}: unknown language {language!r}."
            yield Problem(file, term.line, what, "write a two-letter code, or any.")


def texts(content: Content, flow: Flow) -> Iterator[Problem]:
    """Problems of every text of `flow`; where its links lead is judged by `links`."""
    yield from (at_flow(flow, what, mend) for what, mend in desk_faults(content, flow.desk))
    for language in content.languages:
        if not flow.titles.get(language):
            yield at_flow(flow, f"it has no title in {language!r}.", f'write {language} = "…" under [title].')
        for step in flow.steps.values():
            if step.kind is Kind.BRANCH:
                continue
            if (step.id, language) not in flow.texts:
                file = f"{flow.file.removesuffix('flow.toml')}{language}/{step.id}.md"
                yield at_step(flow, step, "", f"missing language {language!r}.", f"write {file}.")
    for (step_id, _), text in flow.texts.items():
        step_of = flow.steps.get(step_id)
        if step_of is None or step_of.kind is Kind.BRANCH:
            yield Problem(text.file, 1, f"there is no step {step_id!r} with words.", "delete the file or add the step.")
            continue
        yield from _labels(step_of, text)
        yield from _sections(step_of, text)
        yield from _terms(content, text)
        yield from _typed_terms(content, text)
        yield from _addresses(text)
        yield from _hedges(content, step_of, text)


def desk_faults(content: Content, desk: Desk) -> Iterator[tuple[str, str]]:
    """What is wrong with a desk, and the mend."""
    if desk.mail not in content.terms:
        yield f"its desk's mailbox {desk.mail!r} is no outside term.", 'write mail = "…" of the desk.'
    for language in content.languages:
        if not desk.names.get(language):
            yield f"its desk has no name in {language!r}.", f'write {language} = "…" of the desk.'


def _labels(step: Step, text: StepText) -> Iterator[Problem]:
    own = {Kind.QUESTION: set(step.next) - {UNKNOWN}, Kind.CHECK: {CANNOT}}.get(step.kind, set())
    for answer in sorted(name for name in own if not text.options.get(name, "").strip()):
        what = f"missing label for answer {answer!r}."
        yield in_text(text, "[options]", what, f'write {answer} = "…" under [options].')
    for answer in sorted(text.options.keys() - set(step.next)):
        yield in_text(
            text, f"{answer} =", f"label for {answer!r}, which is no answer.", "delete it or correct the name."
        )


def _sections(step: Step, text: StepText) -> Iterator[Problem]:
    if step.kind is Kind.QUESTION and not text.help:
        yield Problem(text.file, 1, "*I don't know* has no help.", "add <!-- help --> and how to find out.")
    if step.kind is not Kind.QUESTION and text.help:
        yield in_text(text, "<!-- help", "its help is never shown.", "only questions have help: move the words.")
    if not step.opens_after_warning and text.lost:
        yield in_text(text, "<!-- lost", "what is lost is never shown.", "only remedies of harm 2 or 3 have it.")
    if step.opens_after_warning and not text.lost:
        yield Problem(text.file, 1, "it does not say what is lost.", "add <!-- lost --> and what is lost.")
    if step.kind in (Kind.REMEDY, Kind.OUTCOME) and not text.body:
        yield Problem(text.file, 1, "it has no instructions.", "write them below the front matter.")
    if not text.summary and step.kind is not Kind.OUTCOME:
        yield Problem(text.file, 1, "it has no summary for those who land here.", 'write summary = "…".')


def _all_words(text: StepText) -> Iterator[str]:
    yield from (text.title, text.summary, text.body, text.help, text.lost, *text.options.values())


def _terms(content: Content, text: StepText) -> Iterator[Problem]:
    for words in _all_words(text):
        for key in PLACEHOLDER.findall(words):
            if key not in content.terms:
                yield in_text(text, f"[[{key}]]", f"unknown outside term {key!r}.", "add it under content/outside/.")
            elif not content.terms[key].names.keys() & {*content.languages, "any"}:
                yield in_text(text, f"[[{key}]]", f"term {key!r} has no name in our languages.", "add one.")
    for key in PLACEHOLDER.findall("\n".join((text.title, text.summary, *text.options.values()))):
        what = f"term {key!r} in a title, summary or label."
        yield in_text(text, f"[[{key}]]", what, "say it in other words; terms stand in the body.")


def _typed_terms(content: Content, text: StepText) -> Iterator[Problem]:
    plain = "\n".join(PLACEHOLDER.sub("", words) for words in _all_words(text))
    for term in content.terms.values():
        for name in set(term.names.values()):
            if len(name) >= MIN_TYPED_TERM and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", plain):
                yield in_text(text, name, f"typed outside term {name!r}.", f"write [[{term.key}]].")


def links(content: Content, text: StepText) -> Iterator[Problem]:
    """Links of ours that lead to no place. They are walked, so all flows must be whole."""
    for link in _hrefs("\n\n".join((text.body, text.help, text.lost))):
        found = OUR_LINK.fullmatch(link)
        answers = dict(pair.partition("=")[::2] for pair in (found[2] or "").split("&") if pair) if found else {}
        flow = content.flows.get(found[1]) if found else None
        if flow is None or dict(walk(flow, answers).answers) != answers:
            what = f"link {link!r} leads to no place of a flow."
            yield in_text(text, link, what, "write (guida:<flow>?<step>=<answer>).")


def _hrefs(markdown: str) -> Iterator[str]:
    """Addresses of all links, however they are written."""
    for token in _markdown.parse(markdown):
        for child in token.children or []:
            if child.type == "link_open":
                yield str(child.attrs["href"])


def _addresses(text: StepText) -> Iterator[Problem]:
    if hostile := _HOSTILE.search(text.source):
        what = f"a sign that cannot be seen: U+{ord(hostile[0]):04X}."
        yield in_text(text, hostile[0], what, "delete it.")
    for address in _TYPED_ADDRESS.findall("\n".join(_all_words(text))):
        what = f"typed outside address {address!r}."
        yield in_text(text, address, what, "make it a term under content/outside/.")


def _hedges(content: Content, step: Step, text: StepText) -> Iterator[Problem]:
    if not content.has_unconfirmed_source(step) or text.language not in HEDGES:
        return
    hedge = re.compile(rf"\b(?:{'|'.join(map(re.escape, HEDGES[text.language]))})\b", re.IGNORECASE)
    if not hedge.search("\n".join((text.body, text.help, text.lost))):
        mend = f"use one of: {', '.join(HEDGES[text.language])}."
        yield Problem(text.file, 1, "an unconfirmed fact is worded as certain.", mend)
