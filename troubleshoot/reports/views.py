"""A report brought as a file: read, shown in words, and turned into the check step's answer. Nothing is kept."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from eidbridge.errors import Code
from eidbridge.report import Report, ReportError, ReportFault, decode
from eidbridge.results import Outcome
from troubleshoot.core.guard import cookieless_post
from troubleshoot.flows.model import NOTHING, OTHER, Kind, Step
from troubleshoot.flows.pages import Page
from troubleshoot.flows.views import find_page
from troubleshoot.reports.findings import fault_words, in_words

#: What a form adds to the file it carries; a larger body is refused before it is read.
_FORM_BYTES = 16_384


@cookieless_post
@require_http_methods(["GET", "HEAD", "POST"])
def brought_report(request: HttpRequest, flow_id: str, step_id: str) -> HttpResponse:
    """Take a report file at a check step; a file that is refused says why, at the step's own page."""
    found = find_page(request, flow_id, step_id)
    if not isinstance(found, Page):
        return found
    if request.method != "POST" or found.step.kind is not Kind.CHECK:
        return HttpResponseRedirect(found.url)
    if int(request.META.get("CONTENT_LENGTH") or 0) > settings.REPORT_MAX_BYTES + _FORM_BYTES:
        return _refused(request, found, fault_words(ReportFault.TOO_LARGE))
    uploaded = request.FILES.get("report")
    if uploaded is None:
        return _refused(request, found, fault_words(None))
    try:
        report = decode(uploaded.read(settings.REPORT_MAX_BYTES + 1))
    except ReportError as error:
        return _refused(request, found, fault_words(error.fault))
    if not any(result.outcome is not Outcome.SKIPPED for result in report.checks):
        return _refused(request, found, fault_words(ReportFault.CUT_OFF))
    answer = answer_for(report, found.step)
    context = {
        "page": found,
        "report": report,
        "findings": in_words(report, found.place.language),
        "next_url": found.url_after(answer),
    }
    return render(request, "reports/brought.html", context)


#: With one of these no code may be typed, so it comes before whatever else was found: the ways from other findings
#: can lead on to a PIN. The PUK first: what is true of it decides about the PIN, too.
_NO_CODE = (
    Code.PUK_BLOCKED,
    Code.PUK_FEW_TRIES,
    Code.PIN_BLOCKED,
    Code.PIN_WRONG,
    Code.PIN_LAST_TRY,
    Code.PIN_TRIES_UNKNOWN,
)


def answer_for(report: Report, step: Step) -> str:
    """The check step's answer: a finding that forbids to type a code, else the gravest that the step knows."""
    codes = [result.code for result in report.findings if result.code is not None]
    known = [code.value for code in sorted(codes, key=_rank) if code.value in step.next]
    if known:
        return known[0]
    return OTHER if codes else NOTHING


def _rank(code: Code) -> int:
    return _NO_CODE.index(code) if code in _NO_CODE else len(_NO_CODE)


def _refused(request: HttpRequest, page: Page, words: str) -> HttpResponse:
    return render(request, "flows/check.html", {"page": page, "error": words}, status=422)
