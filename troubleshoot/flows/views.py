"""Pages of the flows: plain GETs that set no cookie and ask the database nothing, and two small POSTs."""

from collections.abc import Collection
from dataclasses import replace
from io import BytesIO

import qrcode
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe
from qrcode.image.svg import SvgPathImage

from troubleshoot.core.context import in_language
from troubleshoot.core.guard import cookieless_post
from troubleshoot.flows import library, tallies
from troubleshoot.flows.addresses import MAX_QUERY, Place, read_place
from troubleshoot.flows.engine import Visit, Walk, read_short_code, short_code, walk
from troubleshoot.flows.model import CANNOT, HELP, UNKNOWN, YES, Flow, Kind
from troubleshoot.flows.pages import Page
from troubleshoot.flows.shapes import Shapes, hole, key_of, shape_of
from troubleshoot.notices import snapshot
from troubleshoot.notices.models import Notice

_shapes = Shapes()
_TEMPLATES = {
    Kind.QUESTION: "flows/question.html",
    Kind.REMEDY: "flows/remedy.html",
    Kind.CHECK: "flows/check.html",
    Kind.OUTCOME: "flows/outcome.html",
}


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """The start page: which journey, and what stands in the way of all."""
    flows = library.current().content.flows
    return render(request, "flows/start.html", {"flows": flows, "notices": snapshot.current().shown(*flows)})


@require_safe
def flow_start(request: HttpRequest, flow_id: str) -> HttpResponse:
    """`/it/guida/imi/`: on to the first open step."""
    flow, place = _place(request, flow_id, library.current())
    place, walked = walk_on(flow, place, snapshot.current().suspended(flow_id))
    return HttpResponseRedirect(place.url(walked.current.id, walked.answers))


@cookieless_post
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, flow_id: str, step_id: str) -> HttpResponse:
    """A step as the answers in the address leave it: open, answered, or not reached yet."""
    found = find_page(request, flow_id, step_id)
    if not isinstance(found, Page):
        return found
    if request.method == "POST":
        return _take_result(request, found)
    if found.asks_first:
        return _show(request, "flows/warning.html" if found.step.opens_after_warning else "flows/wait.html", found)
    return _show(request, _TEMPLATES[found.step.kind], found)


def find_page(request: HttpRequest, flow_id: str, step_id: str) -> Page | HttpResponse:
    """The page at an address; or where it cannot be shown as it stands, the answer to give instead."""
    shelf = library.current()
    flow, asked = _place(request, flow_id, shelf)
    suspended = snapshot.current().suspended(flow_id)
    place, walked = walk_on(flow, asked, suspended)
    wanted = flow.steps.get(step_id)
    if wanted is None or wanted.kind is Kind.BRANCH:
        return _gone(request, flow, place)
    visit = walked.visit(step_id)
    if step_id in asked.later and step_id in walked.answers and step_id not in asked.answers:
        return HttpResponseRedirect(place.url(walked.current.id, walked.answers))  # answered on the way: on from there
    if wanted is not walked.current and visit is None:
        if not asked.answers and asked.exact:
            return _landing(request, flow, place, step_id)
        return HttpResponseRedirect(place.url(walked.current.id, walked.answers))
    helps = request.GET.get(HELP) == "1" and wanted.kind is Kind.QUESTION
    if not place.exact or dict(place.answers) != dict(walked.answers):
        return HttpResponseRedirect(place.url(step_id, walked.answers))
    return Page(shelf, flow, wanted, place, walked, suspended, visit, helps)


def current_page(request: HttpRequest, flow_id: str) -> Page:
    """The open step, or the outcome, that the answers in the address lead to; what does not hold is dropped."""
    shelf = library.current()
    _flow, place = _place(request, flow_id, shelf)
    return page_at(place, shelf)


def page_at(place: Place, shelf: library.Library) -> Page:
    """The page where a place's answers lead."""
    flow = shelf.content.flows[place.flow]
    suspended = snapshot.current().suspended(place.flow)
    place, walked = walk_on(flow, place, suspended)
    exact = replace(place, answers=walked.answers, exact=True)
    return Page(shelf, flow, walked.current, exact, walked, suspended, visit=None)


def walk_on(flow: Flow, place: Place, suspended: Collection[str]) -> tuple[Place, Walk]:
    """The walk of a place. Answers that waited for a question which is open now are given, as if she had just said it;
    those to a question that she has answered herself are dropped, and all of them once something has changed: a remedy
    worked, or the PC was checked."""
    answers, later = dict(place.answers), dict(place.later)
    walked = walk(flow, answers, suspended=suspended, forgotten=place.forgotten)
    if later and any(map(_changes_things, walked.visits)):
        later = {}
    while walked.current.id in later:
        answers[walked.current.id] = later.pop(walked.current.id)
        walked = walk(flow, answers, suspended=suspended, forgotten=place.forgotten)
    later = {step: answer for step, answer in later.items() if step not in walked.answers}
    if later == place.later:
        return place, walked
    return replace(place, answers=answers, later=later, exact=False), walked


def _changes_things(visit: Visit) -> bool:
    """Whether what she wrote before may no longer hold."""
    worked = visit.step.kind is Kind.REMEDY and visit.answer == YES and not visit.step.only_waits
    return worked or (visit.step.kind is Kind.CHECK and visit.answer not in (CANNOT, UNKNOWN))


def _place(request: HttpRequest, flow_id: str, shelf: library.Library) -> tuple[Flow, Place]:
    content = shelf.content
    if flow_id not in content.flows or len(request.META.get("QUERY_STRING", "")) > MAX_QUERY:
        raise Http404
    return content.flows[flow_id], read_place(content, flow_id, get_language() or "it", request.GET)


def _show(request: HttpRequest, template: str, page: Page, **more: object) -> HttpResponse:
    notices = snapshot.current().shown(page.flow.id, step=page.step.id)
    context = {"page": page, "notices": notices, **more}
    if more:
        return render(request, template, context)
    key = (template, key_of(page), tuple((notice.pk, notice.created_at) for notice in notices))
    shape = _shapes.get(key, lambda: _render_shape(request, template, page, notices))
    urls = {code: in_language(request.get_full_path(), code) for code, _ in settings.LANGUAGES}
    return HttpResponse(shape.fill(page, urls))


def _render_shape(request: HttpRequest, template: str, page: Page, notices: list[Notice]) -> str:
    languages = [(code, name, hole("language", code), code == get_language()) for code, name in settings.LANGUAGES]
    context = {"page": shape_of(page), "notices": notices, "languages": languages}
    return render_to_string(template, context, request)


def _landing(request: HttpRequest, flow: Flow, place: Place, step_id: str) -> HttpResponse:
    """A step opened without its answers: what it is and the way in, no instructions."""
    words = library.current().renderer.words(flow.id, step_id, place.language, place.screens_language)
    context = {
        "flow": flow,
        "flow_title": flow.titles[place.language],
        "words": words,
        "start_url": place.url(flow.start),
    }
    context["notices"] = snapshot.current().shown(flow.id, step=step_id)
    return render(request, "flows/landing.html", context)


def _gone(request: HttpRequest, flow: Flow, place: Place) -> HttpResponse:
    """A step that is not, or no longer, in the guide; the answers that still hold are kept."""
    walked = walk(flow, place.answers)
    context = {"flow_title": flow.titles[place.language], "go_on_url": place.url(walked.current.id, walked.answers)}
    return render(request, "flows/gone.html", context, status=404)


def _take_result(request: HttpRequest, page: Page) -> HttpResponse:
    """*Did it work?*: count the answer and go on."""
    result = request.POST.get("result", "")
    if page.step.kind is not Kind.REMEDY or result not in page.step.next or page.asks_first:
        return HttpResponseRedirect(page.url)
    tallies.count(page.flow, page.step, result)
    response = HttpResponseRedirect(page.url_after(result))
    response.status_code = 303
    return response


@require_safe
def on_other_screen(request: HttpRequest, flow_id: str, step_id: str) -> HttpResponse:
    """This place for another screen or another day: a short address to type, a QR, the address to keep."""
    found = find_page(request, flow_id, step_id)
    if not isinstance(found, Page):
        return found
    code = short_code(found.flow, found.walked.visits, found.place.forgotten)
    short = request.build_absolute_uri(f"/{found.place.language}/v/{code}")
    return _show(request, "flows/continue.html", found, short=short, qr=qr_svg(short))


@require_safe
def open_short(request: HttpRequest, code: str) -> HttpResponse:
    """A short address, typed on another screen."""
    content = library.current().content
    for flow in content.flows.values():
        found = read_short_code(flow, code)
        if found is not None:
            answers, forgotten = found
            suspended = snapshot.current().suspended(flow.id)
            walked = walk(flow, answers, suspended=suspended, forgotten=forgotten)
            place = Place(get_language() or "it", flow.id, walked.answers, forgotten=forgotten)
            return HttpResponseRedirect(place.url(walked.current.id))
    return render(request, "flows/short_unknown.html", {"code": code[:80]}, status=404)


@require_safe
def printable(request: HttpRequest, flow_id: str, step_id: str) -> HttpResponse:
    """The step on paper, with boxes to tick and the short address."""
    found = find_page(request, flow_id, step_id)
    if not isinstance(found, Page):
        return found
    if found.asks_first:
        return HttpResponseRedirect(found.url)
    code = short_code(found.flow, found.walked.visits, found.place.forgotten)
    short = request.build_absolute_uri(f"/{found.place.language}/v/{code}")
    return _show(request, "flows/print.html", found, short=short, qr=qr_svg(short))


def qr_svg(text: str) -> SafeString:
    """`text` as a QR code, an inline SVG hidden from assistive technology: the address stands beside it."""
    image = qrcode.make(text, image_factory=SvgPathImage, box_size=8, border=2)
    out = BytesIO()
    image.save(out)
    svg = out.getvalue().decode().split("?>", 1)[-1].strip()
    return mark_safe(svg.replace("<svg ", '<svg aria-hidden="true" class="qr" ', 1))  # noqa: S308 - our own drawing
