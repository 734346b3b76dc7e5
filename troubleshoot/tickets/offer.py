"""Before a request is sent: the step that her own words speak of, offered once and never in the way."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import get_language

from troubleshoot.finder import shelf
from troubleshoot.finder.finding import Result
from troubleshoot.finder.shown import url_of
from troubleshoot.flows.model import Topic
from troubleshoot.flows.pages import Page
from troubleshoot.tickets.sheet import FactSheet

#: In the address of the first page behind the form, where there is something to offer.
OFFER = "proposta"
#: The facts that she says in her own words.
_OWN_WORDS = ("error_text", "request")
#: The topics of somebody who cannot get in; the others ask for something.
_ABOUT_TROUBLE = (Topic.ACCESS, Topic.CIE_INPS)


@dataclass(frozen=True, slots=True)
class Offer:
    """What her words look like, and where it is mended."""

    looks: str
    url: str


def has_offer(page: Page, sheet: FactSheet) -> bool:
    """Whether her words speak surely of something that she has not tried on her way, in any guide. A wish is none."""
    result = _found(sheet) if sheet.topic in _ABOUT_TROUBLE else None
    if result is None:
        return False
    tried = (visit.step for visit in page.walked.visits if not visit.suspended)
    return not any(result.symptom.label in (step.cause, *step.solves) for step in (*tried, page.step))


def offered(request: HttpRequest, sheet: FactSheet) -> Offer | None:
    """What to offer on this page: only where she comes to it from the form."""
    result = _found(sheet) if request.GET.get(OFFER) == "1" else None
    language = get_language() or "it"
    return Offer(result.symptom.looks[language], url_of(result, language)) if result else None


def _found(sheet: FactSheet) -> Result | None:
    words = "\n".join(sheet.facts[key] for key in _OWN_WORDS if sheet.facts.get(key))
    finding = shelf.current().finder.find(words, get_language() or "it")
    return finding.results[0] if finding.is_sure else None
