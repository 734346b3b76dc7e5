"""Walk a flow in the browser by the words on the page: answers become the labels a person reads."""

from collections.abc import Mapping

from tests.journeys.pages import Walker
from troubleshoot.flows.engine import walk
from troubleshoot.flows.model import UNKNOWN, Content, Kind

RESULTS = {
    "it": {"yes": "Sì, ha funzionato", "no": "No, non ancora", "cannot": "Non posso farlo"},
    "en": {"yes": "Yes, it worked", "no": "No, not yet", "cannot": "I can't do this"},
}
#: What leads from the page that waits, or says what is lost, to the instructions.
READY = {
    "it": ("Ho aspettato: mostrami il passo", "So che cosa perdo"),
    "en": ("I have waited: show me the step", "I know what is lost"),
}
DO_NOT_KNOW = {"it": ("Non lo so", "Ancora non lo so"), "en": ("I don't know", "I still can't tell")}


def walk_by_words(walker: Walker, content: Content, flow_id: str, answers: Mapping[str, str], language: str) -> None:
    """From the flow's start page to the step that `answers` lead to, one page at a time."""
    flow = content.flows[flow_id]
    walker.open(f"/{language}/guida/{flow_id}/{flow.start}/")
    for visit in walk(flow, answers).visits:
        text = flow.text(visit.step.id, language)
        pass_what_comes_first(walker, language)
        assert walker.title == text.title
        if visit.step.kind is Kind.REMEDY:
            walker.answer(text.options.get(visit.answer) or RESULTS[language][visit.answer])
        elif visit.answer == UNKNOWN:
            for words in DO_NOT_KNOW[language]:
                walker.choose(words)
        else:
            walker.choose(text.options[visit.answer])
    pass_what_comes_first(walker, language)
    assert walker.title == flow.text(walk(flow, answers).current.id, language).title


def pass_what_comes_first(walker: Walker, language: str) -> None:
    """Go on from a page that waits or says what is lost."""
    for words in READY[language]:
        if walker.page.locator(".choices a", has_text=words).count():
            walker.choose(words)
