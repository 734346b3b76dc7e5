"""What the words of a flow must fulfil: whole in each language, hedged, with no name of others typed."""

import re
from collections.abc import Collection, Iterator, Mapping

from markdown_it import MarkdownIt

from troubleshoot.flows.engine import walk
from troubleshoot.flows.facts import Fact
from troubleshoot.flows.model import (
    CANNOT,
    GO,
    MESSAGE,
    UNKNOWN,
    Content,
    ErrorText,
    Flow,
    Kind,
    Problem,
    Step,
    StepText,
    Term,
)
from troubleshoot.flows.problems import at_flow, at_step, in_text

#: A link of ours in a text: `[words](guida:imi?where=password)`.
OUR_LINK = re.compile(r"guida:([a-z0-9-]+)(?:\?([a-z0-9=&.-]*))?")
#: The list of known error texts, or one of them: `[words](testi:eidas-node)`.
TEXT_LINK = re.compile(r"testi:([a-z0-9-]*)")
#: The page on which a browser asks whether the sign-in sites answer: `[words](siti:)`.
SITES_LINK = "siti:"
#: An outside term in a text: `[[eulogin.sign-in]]`.
PLACEHOLDER = re.compile(r"\[\[([^\[\]]*)\]\]")
_markdown = MarkdownIt("js-default")
#: Without one of these a text holds no link, and need not be parsed.
_MAY_LINK = re.compile(r"\]\s*[(\[:]|<")
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
    everywhere = {name for term in content.terms.values() for name in term.names.keys() | term.unknown} - {"any"}
    for term in content.terms.values():
        for what, mend in _term_faults(content, term, everywhere, spoken):
            file = f"{content.root.name}/outside/{term.key.partition('.')[0]}.toml"
            yield Problem(file, term.line, f"term {term.key!r}: {what}", mend)


def _term_faults(
    content: Content, term: Term, everywhere: set[str], spoken: Collection[str] | None
) -> Iterator[tuple[str, str]]:
    for language in sorted((term.names.keys() | term.unknown) - {"any", *(spoken or everywhere)}):
        yield f"unknown language {language!r}.", "write a two-letter code, or any."
    for language in sorted(term.names.keys() & term.unknown):
        yield f"its name in {language!r} is said to be unknown and given.", "take one of the two away."
    if "any" not in term.names:
        for language in sorted(everywhere - term.names.keys() - term.unknown):
            mend = f'write {language} = "…" as it was seen, or unknown = ["{language}"].'
            yield f"it does not say how it reads in {language!r}.", mend
    for name in term.seen_at:
        if name not in content.sources:
            yield f"unknown source {name!r}.", "add it to sources.toml with the day it was read."


def desks(content: Content) -> Iterator[Problem]:
    """Desks without a name, a mailbox or a whole letter."""
    file = f"{content.root.name}/desks.toml"
    for desk in content.desks.values():
        if desk.mail and desk.mail not in content.terms:
            yield Problem(
                file, desk.line, f"desk {desk.id!r}: its mailbox {desk.mail!r} is no outside term.", "correct mail."
            )
        has_letter = any(of == desk.id for of, _ in content.letters)
        for language in content.languages:
            if not desk.names.get(language):
                yield Problem(
                    file, desk.line, f"desk {desk.id!r} has no name in {language!r}.", f'write {language} = "…".'
                )
            if has_letter and (desk.id, language) not in content.letters:
                what = f"the letter to desk {desk.id!r} is missing in {language!r}."
                yield Problem(file, desk.line, what, f"write desks/{language}/{desk.id}.md.")
    for (desk_id, _), letter in content.letters.items():
        if desk_id not in content.desks:
            yield Problem(letter.file, 1, f"there is no desk {desk_id!r}.", "delete the file or add the desk.")
        yield from _terms(content, letter)
        yield from _typed_terms(content, letter)
        yield from _addresses(letter)


def errors(content: Content) -> Iterator[Problem]:
    """Error texts without whole words; where their links lead is judged by `links` and `causes`."""
    file = f"{content.root.name}/errors.toml"
    for error in content.errors.values():
        for language in content.languages:
            text = content.error_words.get((error.id, language))
            if text is None:
                what = f"error text {error.id!r} has no words in {language!r}."
                yield Problem(file, error.line, what, f"write errors/{language}/{error.id}.md.")
                continue
            yield from _error_words(error, text)
            yield from _terms(content, text)
            yield from _typed_terms(content, text, quoted={text.words for text in error.texts})
            yield from _addresses(text)
            yield from _hedges(content, error, text)
    for (error_id, _), text in content.error_words.items():
        if error_id not in content.errors:
            yield Problem(text.file, 1, f"there is no error text {error_id!r}.", "delete the file or add the text.")


def _error_words(error: ErrorText, text: StepText) -> Iterator[Problem]:
    if not text.body or not text.denies:
        what = "it does not say what the text means, or what it does not mean."
        yield Problem(text.file, 1, what, "write both, the second below <!-- not -->.")
    if not text.summary:
        yield Problem(text.file, 1, "it has no summary for those who search.", 'write summary = "…".')
    for cause in sorted(error_cause.id for error_cause in error.causes if not text.options.get(error_cause.id)):
        yield in_text(text, "[options]", f"cause {cause!r} has no label.", f'write {cause} = "…" under [options].')


def ways_on(content: Content, facts: Mapping[str, Fact]) -> Iterator[Problem]:
    """Causes of error texts, and outcomes, that lead to no place. They are walked, so all flows must be whole."""
    mend = "write <flow>?<step>=<answer>&…, without results of remedies."
    file = f"{content.root.name}/errors.toml"
    for error in content.errors.values():
        for cause in error.causes:
            if not _is_place(content, cause.to, facts):
                what = f"error text {error.id!r}: {cause.to!r} leads to no place by questions alone."
                yield Problem(file, error.line, what, mend)
    for flow in content.flows.values():
        for step in flow.steps.values():
            if step.goes_on and not _is_place(content, step.goes_on, facts):
                yield at_step(flow, step, "goes_on", f"{step.goes_on!r} leads to no place by questions alone.", mend)


def _is_place(content: Content, to: str, facts: Mapping[str, Fact]) -> bool:
    """Whether `<flow>?<step>=<answer>&…` is a place of a flow that is reached by questions alone."""
    flow_id, _, query = to.partition("?")
    answers = dict(pair.partition("=")[::2] for pair in query.split("&") if pair)
    if flow_id not in content.flows:
        return False
    asked = walk(content.flows[flow_id], answers, facts=facts)
    kinds = {visit.step.kind for visit in asked.visits}
    return dict(asked.answers) == answers and not kinds - {Kind.QUESTION, Kind.CHECK}


def texts(content: Content, flow: Flow) -> Iterator[Problem]:
    """Problems of every text of `flow`; where its links lead is judged by `links`."""
    if flow.desk not in content.desks:
        yield at_flow(flow, f"unknown desk {flow.desk!r}.", "add it to desks.toml or correct the name.", "desk")
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


def _labels(step: Step, text: StepText) -> Iterator[Problem]:
    own = {Kind.QUESTION: set(step.next) - {UNKNOWN}, Kind.CHECK: {CANNOT}}.get(
        step.kind, {GO} if step.goes_on else set()
    )
    for answer in sorted(name for name in own if not text.options.get(name, "").strip()):
        what = f"missing label for answer {answer!r}."
        yield in_text(text, "[options]", what, f'write {answer} = "…" under [options].')
    for answer in sorted(text.options.keys() - set(step.next) - own):
        yield in_text(
            text, f"{answer} =", f"label for {answer!r}, which is no answer.", "delete it or correct the name."
        )


def _sections(step: Step, text: StepText) -> Iterator[Problem]:
    if step.kind is Kind.QUESTION and not text.help:
        yield Problem(text.file, 1, "*I don't know* has no help.", "add <!-- help --> and how to find out.")
    if step.kind is not Kind.QUESTION and text.help:
        yield in_text(text, "<!-- help", "its help is never shown.", "only questions have help: move the words.")
    if text.denies:
        yield in_text(text, "<!-- not", "what it does not mean is never shown.", "only error texts have it.")
    if not step.opens_after_warning and text.lost:
        yield in_text(text, "<!-- lost", "what is lost is never shown.", "only remedies of harm 2 or 3 have it.")
    if step.opens_after_warning and not text.lost:
        yield Problem(text.file, 1, "it does not say what is lost.", "add <!-- lost --> and what is lost.")
    if step.kind in (Kind.REMEDY, Kind.OUTCOME) and not text.body:
        yield Problem(text.file, 1, "it has no instructions.", "write them below the front matter.")
    if not text.summary and step.kind is not Kind.OUTCOME:
        yield Problem(text.file, 1, "it has no summary for those who land here.", 'write summary = "…".')


def _terms(content: Content, text: StepText) -> Iterator[Problem]:
    for words in text.all_words:
        for key in PLACEHOLDER.findall(words):
            if key not in content.terms:
                yield in_text(text, f"[[{key}]]", f"unknown outside term {key!r}.", "add it under content/outside/.")
            elif not content.terms[key].names.keys() & {*content.languages, "any"}:
                yield in_text(text, f"[[{key}]]", f"term {key!r} has no name in our languages.", "add one.")
    for key in PLACEHOLDER.findall("\n".join((text.title, text.summary, *text.options.values()))):
        what = f"term {key!r} in a title, summary or label."
        yield in_text(text, f"[[{key}]]", what, "say it in other words; terms stand in the body.")


def _typed_terms(content: Content, text: StepText, quoted: Collection[str] = ()) -> Iterator[Problem]:
    """quoted: what an error text says itself, which its title may repeat."""
    plain = "\n".join(PLACEHOLDER.sub("", words) for words in text.all_words)
    for term in content.terms.values():
        for name in set(term.names.values()) - set(quoted):
            if len(name) >= MIN_TYPED_TERM and name in plain and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", plain):
                yield in_text(text, name, f"typed outside term {name!r}.", f"write [[{term.key}]].")


def links(content: Content, text: StepText, facts: Mapping[str, Fact]) -> Iterator[Problem]:
    """Links of ours that lead to no place. They are walked, so all flows must be whole."""
    for link in _hrefs("\n\n".join((text.body, text.help, text.lost, text.denies))):
        if link == SITES_LINK:
            continue
        if to_text := TEXT_LINK.fullmatch(link):
            if to_text[1] and to_text[1] not in content.errors:
                yield in_text(text, link, f"link {link!r} leads to no error text.", "write (testi:<error text>).")
            continue
        found = OUR_LINK.fullmatch(link)
        answers = dict(pair.partition("=")[::2] for pair in (found[2] or "").split("&") if pair) if found else {}
        answers.pop(MESSAGE, None)
        flow = content.flows.get(found[1]) if found else None
        if flow is None or dict(walk(flow, answers, facts=facts).answers) != answers:
            what = f"link {link!r} leads to no place of a flow."
            yield in_text(text, link, what, "write (guida:<flow>?<step>=<answer>).")


def _hrefs(markdown: str) -> Iterator[str]:
    """Addresses of all links, however they are written."""
    if not _MAY_LINK.search(markdown):
        return
    for token in _markdown.parse(markdown):
        for child in token.children or []:
            if child.type == "link_open":
                yield str(child.attrs["href"])


def _addresses(text: StepText) -> Iterator[Problem]:
    if hostile := _HOSTILE.search(text.source):
        what = f"a sign that cannot be seen: U+{ord(hostile[0]):04X}."
        yield in_text(text, hostile[0], what, "delete it.")
    for address in _TYPED_ADDRESS.findall("\n".join(text.all_words)):
        what = f"typed outside address {address!r}."
        yield in_text(text, address, what, "make it a term under content/outside/.")


def _hedges(content: Content, step: Step | ErrorText, text: StepText) -> Iterator[Problem]:
    if not content.has_unconfirmed_source(step) or text.language not in HEDGES:
        return
    hedge = re.compile(rf"\b(?:{'|'.join(map(re.escape, HEDGES[text.language]))})\b", re.IGNORECASE)
    if not hedge.search("\n".join((text.body, text.help, text.lost, text.denies))):
        mend = f"use one of: {', '.join(HEDGES[text.language])}."
        yield Problem(text.file, 1, "an unconfirmed fact is worded as certain.", mend)
