"""Pages of known error texts: plain GETs, no cookie, no query, and meant to be found by a search engine."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from troubleshoot.flows import library
from troubleshoot.flows.addresses import screen_languages
from troubleshoot.flows.model import SCREENS, ErrorText
from troubleshoot.flows.render import Words
from troubleshoot.notices import snapshot


@require_safe
def text_list(request: HttpRequest) -> HttpResponse:
    """Every known error text, by the page that shows it."""
    shelf, language = library.current(), get_language() or "it"
    by_site: dict[str, list[tuple[ErrorText, Words]]] = {}
    for error in shelf.content.errors.values():
        by_site.setdefault(error.where, []).append((error, shelf.renderer.error(error.id, language, language)))
    return render(request, "flows/text_list.html", {"sites": by_site.items()})


@require_safe
def error_text(request: HttpRequest, error_id: str) -> HttpResponse:
    """A known error text: what it means, what it does not mean, and where the guide goes on."""
    shelf, language = library.current(), get_language() or "it"
    error = shelf.content.errors.get(error_id)
    if error is None:
        raise Http404
    asked = request.GET.get(SCREENS, "")
    screens = asked if asked in screen_languages(shelf.content) else language
    words = shelf.renderer.error(error_id, language, screens)
    context = {
        "error": error,
        "words": words,
        "ways": [(f"/{language}/guida/{cause.flow}/{cause.query}", words.options[cause.id]) for cause in error.causes],
        "screens": [
            (code, f"{request.path}?{SCREENS}={code}" if code != language else request.path, code == screens)
            for code in screen_languages(shelf.content)
            if words.has_terms
        ],
        "notices": snapshot.current().shown(*{cause.flow for cause in error.causes}),
    }
    return render(request, "flows/error_text.html", context)
