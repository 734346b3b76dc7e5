"""What a page shows of a finding: results in words, each with its address and the answers it fills in. No request."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from troubleshoot.finder.finding import Finding, Result
from troubleshoot.flows.addresses import Place
from troubleshoot.flows.library import Library
from troubleshoot.flows.render import answer_label

#: Where *none of these* leads when nothing says which guide it is, and after it where both are.
GUIDES = ("imi", "cie-inps")
#: Score from which on a result is shown beside a sure one.
_BESIDE_SURE = 0.5


@dataclass(frozen=True, slots=True)
class Shown:
    """One result. url: its step. asks: what tells it from others. decides: what she
    would pick. is_answer: to the question that decides. answered: question
    and answer that her words fill in. text_url: the page of the text that she pasted.
    """

    result: Result
    url: str
    looks: str
    asks: str
    decides: str
    is_answer: bool
    answered: Sequence[tuple[SafeString, SafeString | str]]
    text_url: str = ""


def url_of(result: Result, language: str) -> str:
    """The step, with the answers that her words give, and those that wait."""
    way = result.way
    return Place(language, way.flow, way.answers, later=way.later).url(way.step)


def shown(finding: Finding, language: str, shelf: Library) -> list[Shown]:
    """Beside a sure answer only what comes near it; what answers the question that decides stands first."""
    rows = [
        _shown(result, finding, language, shelf)
        for result in finding.results
        if not finding.is_sure or result.score >= _BESIDE_SURE
    ]
    return sorted(rows, key=lambda row: not row.is_answer)


def _shown(result: Result, finding: Finding, language: str, shelf: Library) -> Shown:
    way, symptom = result.way, result.symptom
    answered = []
    for step, answer in {**way.answers, **way.later}.items():
        words = shelf.renderer.words(way.flow, step, language, language)
        answered.append((words.title, answer_label(answer, words, language)))
    own = finding.between.answers.get(symptom.label) if finding.between else None
    decides = own[language] if own else symptom.sign[language]
    text_url = f"/{language}/testi/{result.match.error.id}/" if result.match else ""
    url, is_answer = url_of(result, language), own is not None
    return Shown(result, url, symptom.looks[language], symptom.asks[language], decides, is_answer, answered, text_url)


def guides_of(finding: Finding, language: str, shelf: Library) -> list[tuple[str, str]]:
    """The guides to whose first question *none of these* may lead, with their titles: of the results, else all."""
    flows = [result.way.flow for result in finding.results if result.way.flow in GUIDES]
    known = shelf.content.flows
    return [(id_, known[id_].titles[language]) for id_ in dict.fromkeys(flows or GUIDES) if id_ in known]
