"""The page that waits for the program: its code, the compare word, *check n of m*, what was found, and the way on.

It polls, and is complete without script. The browser's cookie alone opens it; the address holds her place in the guide.
"""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from eidbridge.report.pairing import State, Why, shown_code
from troubleshoot.core import limits
from troubleshoot.core.guard import cookieless_post
from troubleshoot.flows.model import Kind
from troubleshoot.flows.pages import Page
from troubleshoot.flows.views import current_page
from troubleshoot.reports import pairings
from troubleshoot.reports.answers import Led, answer_for, led
from troubleshoot.reports.browser import give_key, key_of, new_key
from troubleshoot.reports.letters import letter_from
from troubleshoot.reports.models import KeptReport, Pairing

#: htmx's own status: the answer is shown, and nothing more is asked.
STOP_POLLING = 286
#: In an address of the poll: what the page shows already.
SEEN = "visto"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A pairing as its page shows it. mark: changes whenever what is shown does. led: what the newest report found.

    is_silent: a program that was there is not heard of any more.
    """

    state: State
    why: Why | None
    code: str
    words: tuple[str, ...]
    done: int
    of: int
    knocked: str
    is_silent: bool
    is_wished: bool
    reports: int
    until: str
    has_letter: bool
    mark: str
    led: list[Led] | None = None
    next_url: str = ""
    came_at: str = ""


@cookieless_post
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def pc_check(request: HttpRequest, flow_id: str, step_id: str) -> HttpResponse:
    """Begin a pairing at a check step, follow it, and go on with what was found."""
    page = current_page(request, flow_id)
    if page.step.id != step_id or page.step.kind is not Kind.CHECK:
        return HttpResponseRedirect(page.url)
    key = key_of(request)
    pairing = pairings.of_browser(key)
    if request.method == "POST":
        return _acted(request, page, pairing, key)
    is_poll = request.headers.get("HX-Request") == "true"
    if pairing is None:  # deleted after its time, or the cookie is gone
        if is_poll:
            return render(request, "reports/_pairing_gone.html", {"here": _here(page)}, status=STOP_POLLING)
        return HttpResponseRedirect(page.url)
    now = timezone.now()
    mark = _mark(pairing, now)
    if is_poll and request.GET.get(SEEN) == mark:
        return HttpResponse(status=204)
    waiting = _waiting(pairing, page, key, mark, now)
    context = {
        "page": page,
        "waiting": waiting,
        "here": _here(page),
        "pairing_id": pairing.public_id,
        "letter_url": page.place.page_url("lettera", page.step.id),
    }
    if is_poll:
        status = STOP_POLLING if waiting.state is State.OVER else 200
        return render(request, "reports/_pairing.html", context, status=status)
    return render(request, "reports/pairing.html", context)


def _here(page: Page) -> str:
    return page.place.page_url("controllo", page.step.id)


def _acted(request: HttpRequest, page: Page, pairing: Pairing | None, key: str) -> HttpResponse:
    """What she pressed: begin, a word, *check again*, *end*. A page that is older than the pairing changes nothing."""
    said = request.POST
    response = HttpResponseRedirect(_here(page))
    response.status_code = 303
    if "begin" in said and "pairing" not in said and pairing is not None and _is_joined(pairing, timezone.now()):
        return response  # from the check step again: what is joined stays so
    if "begin" in said or pairing is None:
        if limits.count("pairing", limits.network_of(request)) > settings.PAIRINGS_AN_HOUR:
            return render(request, "reports/pairing_too_many.html", {"page": page}, status=429)
        key = key or new_key()
        pairings.start(key)
        give_key(request, response, key)
    elif said.get("pairing") != pairing.public_id:
        return response
    elif "word" in said:
        pairings.pick(pairing, said["word"])
    elif "again" in said:
        pairings.wish(pairing)
    elif "end" in said:
        pairings.end(pairing, Why.ENDED)
    return response


def _is_joined(pairing: Pairing, now: datetime) -> bool:
    return pairings.state_of(pairing, now)[0] in (State.COMPARE, State.OPEN)


def _is_silent(pairing: Pairing, now: datetime) -> bool:
    """Whether a program was there that is not heard of any more."""
    is_late = pairing.heard_at is not None and now - pairing.heard_at > pairings.SILENT
    return is_late and _is_joined(pairing, now)


def _mark(pairing: Pairing, now: datetime) -> str:
    """Changes whenever what the page shows does; what a poll with nothing new costs."""
    state, _ = pairings.state_of(pairing, now)
    shown = (pairing.pk, state, pairing.done, pairing.of, pairing.reports, pairing.wishes)
    return "-".join(str(part) for part in (*shown, int(_is_silent(pairing, now)), pairing.knocked))


def _waiting(pairing: Pairing, page: Page, key: str, mark: str, now: datetime) -> Waiting:
    state, why = pairings.state_of(pairing, now)
    is_wished = state is State.OPEN and pairing.wishes > 0 and pairing.of == 0
    kept = _newest(pairing) if pairing.reports else None
    return Waiting(
        state=state,
        why=why,
        code=shown_code(pairings.code_of(key, pairing.public_id)) if state is State.WAITING else "",
        words=pairings.words_of(pairing) if state is State.COMPARE else (),
        done=pairing.done,
        of=pairing.of,
        knocked=pairing.knocked if state is State.WAITING else "",
        is_silent=_is_silent(pairing, now),
        is_wished=is_wished,
        reports=pairing.reports,
        until=f"{timezone.localtime(pairings.ends_at(pairing)):%H:%M}",
        has_letter=kept is not None and bool(letter_from(kept.report, page.place.language).asked),
        mark=mark,
        led=led(kept.report, page) if kept else None,
        next_url=page.url_after(answer_for(kept.report, page.step)) if kept else "",
        came_at=f"{timezone.localtime(kept.came_at):%H:%M}" if kept else "",
    )


def _newest(pairing: Pairing) -> KeptReport | None:
    return KeptReport.objects.filter(pairing=pairing).order_by("-pk").first()
