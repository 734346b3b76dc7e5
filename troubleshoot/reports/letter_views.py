"""The letter to the IT unit about the newest report of this browser."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from troubleshoot.flows.model import Kind
from troubleshoot.flows.views import current_page
from troubleshoot.reports import pairings
from troubleshoot.reports.browser import key_of
from troubleshoot.reports.letters import letter_from


@require_safe
@never_cache
def it_letter(request: HttpRequest, flow_id: str, step_id: str) -> HttpResponse:
    """To copy, print or mail; without a report there is none, and the guide's own letter stays."""
    page = current_page(request, flow_id)
    kept = pairings.kept_of(key_of(request))
    if page.step.id != step_id or page.step.kind is not Kind.CHECK or not kept:
        return HttpResponseRedirect(page.url)
    letter = letter_from(kept[-1][1], page.place.language)
    back = page.url if kept[-1][0].by_hand else page.place.page_url("controllo", page.step.id)
    return render(request, "reports/it_letter.html", {"page": page, "letter": letter, "back": back})
