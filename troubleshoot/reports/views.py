"""A report brought as a file: read, shown in words, turned into the check step's answer, and kept for a request."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from eidbridge.report import Report, ReportError, ReportFault, decode
from troubleshoot.core.guard import cookieless_post
from troubleshoot.core.keys import hashed
from troubleshoot.flows.model import Kind
from troubleshoot.flows.pages import Page
from troubleshoot.flows.views import find_page
from troubleshoot.reports import pairings
from troubleshoot.reports.answers import answer_for, led
from troubleshoot.reports.browser import give_key, key_of, new_key
from troubleshoot.reports.findings import fault_words
from troubleshoot.reports.letters import letter_from

#: What a form adds to the file it carries; a larger body is refused before it is read.
_FORM_BYTES = 16_384


@cookieless_post
@require_http_methods(["GET", "HEAD", "POST"])
def brought_report(request: HttpRequest, flow_id: str, step_id: str) -> HttpResponse:
    """Take a report file at a check step; a file that is refused says why, at the step's own page."""
    found = find_page(request, flow_id, step_id)
    if not isinstance(found, Page):
        return found
    if found.step.kind is not Kind.CHECK:
        return HttpResponseRedirect(found.url)
    if request.method != "POST":
        return _last_brought(request, found)
    if int(request.META.get("CONTENT_LENGTH") or 0) > settings.REPORT_MAX_BYTES + _FORM_BYTES:
        return _refused(request, found, fault_words(ReportFault.TOO_LARGE))
    uploaded = request.FILES.get("report")
    if uploaded is None:
        return _refused(request, found, fault_words(None))
    try:
        report = decode(uploaded.read(settings.REPORT_MAX_BYTES + 1))
    except ReportError as error:
        return _refused(request, found, fault_words(error.fault))
    if not pairings.says_something(report):
        return _refused(request, found, fault_words(ReportFault.CUT_OFF))
    key = key_of(request) or new_key()
    pairings.keep(hashed(key), report)
    response = _brought(request, found, report)
    give_key(request, response, key)
    return response


def _brought(request: HttpRequest, page: Page, report: Report) -> HttpResponse:
    context = {
        "page": page,
        "made_at": report.made_at,
        "led": led(report, page),
        "next_url": page.url_after(answer_for(report, page.step)),
        "letter_url": page.place.page_url("lettera", page.step.id),
        "has_letter": bool(letter_from(report, page.place.language).asked),
    }
    return render(request, "reports/brought.html", context)


def _last_brought(request: HttpRequest, page: Page) -> HttpResponse:
    """The report that this browser has brought last, once more; without one, the check step."""
    brought = [report for kept, report in pairings.kept_of(key_of(request)) if kept.by_hand]
    return _brought(request, page, brought[-1]) if brought else HttpResponseRedirect(page.url)


def _refused(request: HttpRequest, page: Page, words: str) -> HttpResponse:
    return render(request, "flows/check.html", {"page": page, "error": words}, status=422)
