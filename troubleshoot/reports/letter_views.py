"""The letter to the IT unit about the newest report of this browser."""

from urllib.parse import quote, urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from troubleshoot.flows.model import Kind
from troubleshoot.flows.views import current_page
from troubleshoot.reports import pairings
from troubleshoot.reports.browser import key_of
from troubleshoot.reports.letters import letter_from

#: Signs of an address that every mail program still takes.
LONGEST_MAILTO = 1_900


@require_safe
@never_cache
def it_letter(request: HttpRequest, flow_id: str, step_id: str) -> HttpResponse:
    """To copy, print or mail; without a report there is none, and the guide's own letter stays."""
    page = current_page(request, flow_id)
    kept = pairings.kept_of(key_of(request))
    if page.step.id != step_id or page.step.kind is not Kind.CHECK or not kept:
        return HttpResponseRedirect(page.url)
    letter = letter_from(kept[-1][1], page.place.language)
    back = page.place.page_url("rapporto" if kept[-1][0].by_hand else "controllo", page.step.id)
    mailto = "mailto:?" + urlencode({"subject": letter.subject, "body": letter.text}, quote_via=quote)
    context = {"page": page, "letter": letter, "back": back, "mailto": mailto if len(mailto) <= LONGEST_MAILTO else ""}
    return render(request, "reports/it_letter.html", context)
