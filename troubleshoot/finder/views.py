"""One field for a person's own words, or a text of her screen: a page, suggestions while she types, and JSON.

What she writes is covered where it looks like a secret before anything is done with it, and kept nowhere. GET is for
short words and links of ours; only a POST of the page counts.
"""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods
from django.views.decorators.vary import vary_on_headers

from troubleshoot.core.context import in_language
from troubleshoot.core.guard import cookieless_search, wants_json
from troubleshoot.core.secrets import COVER, cover
from troubleshoot.finder import shelf
from troubleshoot.finder.finding import Finding
from troubleshoot.finder.reading import MAX_CHARS, cleaned, in_form, unix_lines
from troubleshoot.finder.shown import guides_of, shown, url_of
from troubleshoot.flows import library, tallies
from troubleshoot.flows.model import Flow

#: Signs behind the limit that are looked at for the rest of a secret.
_ROOM = 200
#: How a form is sent; nothing else is read.
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
#: How searches are counted: as a step of a guide called so.
COUNTED_AS = "finder"


@cache_control(no_store=True, private=True)
@vary_on_headers("Accept", "HX-Request")
@cookieless_search
@require_http_methods(["GET", "HEAD", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    if request.method == "POST" and request.content_type not in _FORMS:
        return _refused_type(request)
    asked = request.POST if request.method == "POST" else request.GET
    flows = library.current().content.flows
    if request.method == "POST" and not wants_json(request) and (flow := flows.get(asked.get("none", ""))):
        return _none_of_these(flow)
    written, language, now = Written.of(asked.get("q", "")), get_language() or "it", shelf.current()
    finding = now.finder.find(written.text, language) if written.text else Finding()
    if wants_json(request):
        return _json(finding, language)
    is_part = bool(request.headers.get("HX-Request"))
    if request.method == "POST" and written.text and not is_part:
        _count(finding, now.library)
    context = {
        "written": written,
        "finding": finding,
        "question": finding.between.question[language] if finding.between else "",
        "results": shown(finding, language, now.library),
        "guides": guides_of(finding, language, now.library),
        # Not the address as it stands: her words may be in it.
        "languages": [
            (code, name, in_language(request.path, code), code == language) for code, name in settings.LANGUAGES
        ],
    }
    response = render(request, "finder/_suggestions.html" if is_part else "finder/search.html", context)
    response["Referrer-Policy"] = "strict-origin"
    return response


@dataclass(frozen=True, slots=True)
class Written:
    """What she wrote, as far as it is looked at. was_covered: a part looked like a secret. was_cut: it was longer."""

    text: str
    was_covered: bool
    was_cut: bool

    @classmethod
    def of(cls, said: str) -> "Written":
        """Covered before it is cut and before it is cleaned, and once more after: signs that nobody sees, and the
        limit, can each make a secret look like none."""
        near = in_form(said, MAX_CHARS + _ROOM)
        covered = cover(near)
        clean = cleaned(covered)
        text = (clean if clean == covered[:MAX_CHARS] else cover(clean))[:MAX_CHARS].strip()
        return cls(text, text.count(COVER) > near.count(COVER), len(unix_lines(said)) > MAX_CHARS)


def _refused_type(request: HttpRequest) -> HttpResponse:
    said = f"Send q as a form field, as {' or '.join(_FORMS)}."
    return JsonResponse({"error": said}, status=415) if wants_json(request) else HttpResponse(said, status=415)


def _json(finding: Finding, language: str) -> JsonResponse:
    results = [
        {
            "label": result.symptom.label,
            "step": result.way.step,
            "url": url_of(result, language),
            "score": result.score,
        }
        for result in finding.results
    ]
    return JsonResponse({"confident": finding.is_sure, "results": results})


def _none_of_these(flow: Flow) -> HttpResponseRedirect:
    """To the first question of a guide; that nothing fitted is counted."""
    tallies.count_at(COUNTED_AS, flow.id, flow.version, "none-of-these")
    response = HttpResponseRedirect(reverse("step", args=(flow.id, flow.start)))
    response.status_code = 303
    return response


def _count(finding: Finding, served: library.Library) -> None:
    """Whether it was found and which guide it led to: nothing of what was written."""
    flow = served.content.flows[finding.results[0].way.flow] if finding.results else None
    event = "sure" if finding.is_sure else "asked" if flow else "nothing"
    tallies.count_at(COUNTED_AS, flow.id if flow else "", flow.version if flow else "", event)
