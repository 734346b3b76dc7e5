"""Writing to whoever helps: the form of a request to the desk, or a message ready for somebody else."""

from dataclasses import replace
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from eidbridge.report import Report
from troubleshoot.core import limits
from troubleshoot.core.guard import cookieless_post
from troubleshoot.flows.model import Desk, Kind, Topic
from troubleshoot.flows.pages import Page
from troubleshoot.flows.views import current_page
from troubleshoot.notices import snapshot
from troubleshoot.reports import pairings
from troubleshoot.reports.browser import key_of
from troubleshoot.reports.models import KeptReport
from troubleshoot.tickets import services
from troubleshoot.tickets.browsers import name_of
from troubleshoot.tickets.drafts import drafts
from troubleshoot.tickets.forms import FactsForm
from troubleshoot.tickets.letters import letter_to
from troubleshoot.tickets.models import Draft
from troubleshoot.tickets.offer import OFFER, has_offer
from troubleshoot.tickets.replay import seen_on
from troubleshoot.tickets.sheet import FactSheet, sheet_of, topic_words
from troubleshoot.tickets.tokens import new_token, nonce_of

#: In an address: what the request is about, where the guide does not say.
TOPIC = "argomento"
#: The desk that answers by this site; every other one gets a letter.
OWN_DESK = "nimic"


@cookieless_post
@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(private=True, no_cache=True)
def write(request: HttpRequest, flow_id: str, desk_id: str = "") -> HttpResponse:
    """To our own desk a form, to any other a letter to copy; without a desk, to the flow's own."""
    page = current_page(request, flow_id)
    desk = page.library.content.desks.get(desk_id) if desk_id else page.desk
    if desk is None:
        raise Http404
    topic = _topic(request, page)
    if desk.id != OWN_DESK or (topic and not services.takes(topic)):
        return _letter(request, page, desk)
    if topic is None:
        return _choose_topic(request, page, desk)
    return _form(request, page, topic)


def _topic(request: HttpRequest, page: Page) -> Topic | None:
    """What it is about: as she chose, or as the guide knows; None where nobody has said yet."""
    chosen = request.GET.get(TOPIC, "")
    if chosen in set(Topic):
        return Topic(chosen)
    return page.step.topic if page.has_answers or page.step.topic is not Topic.ACCESS else None


def _choose_topic(request: HttpRequest, page: Page, desk: Desk) -> HttpResponse:
    place = page.place.query()
    joined = f"{request.path}{place}{'&' if place else '?'}{TOPIC}="
    topics = [(topic_words(topic), f"{joined}{topic}") for topic in Topic if services.takes(topic)]
    context = {"topics": topics, "to_desk": desk.names[page.place.language]}
    return _show(request, page, "tickets/topic.html", context)


def _letter(request: HttpRequest, page: Page, desk: Desk) -> HttpResponse:
    letter = letter_to(desk, page, sheet_of(page, _reports(request, page)))
    own = page.library.content.desks.get(OWN_DESK)
    offers_own = own is not None and desk.id != OWN_DESK and services.takes(page.step.topic)
    context = {
        "to_desk": desk.names[page.place.language],
        "letter": letter,
        "own_url": page.desk_url(OWN_DESK) if offers_own else "",
    }
    return _show(request, page, "tickets/write.html", context)


def _show(
    request: HttpRequest, page: Page, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """Notices stand above: an outage can be followed instead of written about."""
    notices = snapshot.current().shown(page.flow.id)
    return render(request, template, {"page": page, "notices": notices, **context}, status=status)


def _form(request: HttpRequest, page: Page, topic: Topic) -> HttpResponse:
    seen = name_of(request.META.get("HTTP_USER_AGENT", ""))
    sheet = replace(sheet_of(page, _reports(request, page)), topic=topic, seen=seen)
    if request.method != "POST":
        form = FactsForm(topic=topic, known=sheet.told, initial={"browser": sheet.seen})
        return _show_form(request, page, form, sheet)
    form = FactsForm(request.POST, topic=topic, known=sheet.told)
    if (refused := _refused(request, page, form, sheet)) is not None:
        return refused
    said = sheet.with_facts(form.cleaned_data, topic)
    offers = has_offer(page, said)
    draft = services.begin(
        token=str(nonce_of(request.POST["token"])), path=page.current_url, sheet=said, seen=seen_on(page)
    )
    if draft.ticket is not None:
        return _sent_already(request, page, form, sheet, draft)
    following = reverse("draft_pictures" if draft.facts.wants_pictures else "draft", args=(draft.pk,))
    response = redirect(f"{following}?{OFFER}=1" if offers else following)
    drafts.give(request, response, draft.pk, draft.pk)
    return response


def _reports(request: HttpRequest, page: Page) -> list[tuple[KeptReport, Report]]:
    """What the PC check of this browser found, where the guide she comes from has a check at all."""
    has_check = any(step.kind is Kind.CHECK for step in page.flow.steps.values())
    return pairings.kept_of(key_of(request)) if has_check else []


def _refused(request: HttpRequest, page: Page, form: FactsForm, sheet: FactSheet) -> HttpResponse | None:
    """The form once more, with all that was typed, where it cannot be taken."""
    if limits.count("form", limits.network_of(request)) > settings.FORMS_AN_HOUR:
        said = gettext(
            "Very many requests come from your network just now. What you typed stands below. "
            "Wait a minute, then press the button again."
        )
        return _show_form(request, page, form, sheet, said=said, status=429)
    if nonce_of(request.POST.get("token", "")) is None:
        said = gettext("This page was open for too long, so nothing was sent yet. What you typed stands below: go on.")
        return _show_form(request, page, form, sheet, said=said, status=422)
    if not form.is_valid():
        return _show_form(request, page, form, sheet, token=request.POST["token"], status=422)
    return None


def _sent_already(request: HttpRequest, page: Page, form: FactsForm, sheet: FactSheet, draft: Draft) -> HttpResponse:
    """A form whose request was sent: it is one request, and what is new in the form is not lost."""
    if drafts.value(request, draft.pk) != draft.pk:  # somebody else's token: nothing is told of that request
        said = gettext("Nothing was sent yet. What you typed stands below: go on.")
        return _show_form(request, page, form, sheet, said=said, status=422)
    said = gettext(
        "This request was sent already: its reference is %(reference)s. If you go on, what stands below becomes "
        "another one. To add something to the first, open the link in our mail."
    ) % {"reference": draft.ticket.reference}
    return _show_form(request, page, form, sheet, said=said, status=422)


def _show_form(  # noqa: PLR0913 - what the page consists of
    request: HttpRequest,
    page: Page,
    form: FactsForm,
    sheet: FactSheet,
    *,
    said: str = "",
    token: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "form": form,
        "sheet": sheet,
        # With a fragment the address is another one: where the server does not answer, Back leads to the form.
        "form_url": request.get_full_path(),
        "said": said,
        "token": token or new_token(),
        "topic_url": f"{request.path}{page.place.query()}" if not page.has_answers else "",
    }
    return _show(request, page, "tickets/form.html", context, status=status)


@require_safe
def sheet_text(request: HttpRequest, flow_id: str) -> HttpResponse:
    """The sheet as the guide fills it, as a letter to copy into a mail of her own."""
    page = current_page(request, flow_id)
    desk = page.library.content.desks[OWN_DESK]
    return _letter(request, page, desk)
