"""The phone's part: a link that a PC shows, a page on the phone, and the PC that asks whether it was hers."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from troubleshoot.core import limits
from troubleshoot.core.guard import cookieless_post
from troubleshoot.flows import library
from troubleshoot.flows.engine import walk
from troubleshoot.flows.model import Kind
from troubleshoot.flows.pages import Page
from troubleshoot.flows.render import Words, answer_label
from troubleshoot.flows.views import current_page, qr_svg
from troubleshoot.reports import phone
from troubleshoot.reports.models import LIVES
from troubleshoot.reports.phone import Phone

#: In the PC's address: the key of the link that waits.
KEY = "attesa"
#: htmx's own status: the answer is shown, and nothing more is asked.
STOP_POLLING = 286
#: Links that one network may ask for in an hour.
_MOST = 60


@cookieless_post
@require_http_methods(["GET", "HEAD", "POST"])
def on_the_pc(request: HttpRequest, flow_id: str, step_id: str) -> HttpResponse:
    """Make a link for the phone, wait for it, and ask whether the phone that answered is hers.

    Her place and the key stand in the PC's address; the phone's link holds neither.
    """
    found = current_page(request, flow_id)
    if found.step.id != step_id or found.step.kind is not Kind.QUESTION or not found.step.by_phone:
        return HttpResponseRedirect(found.url)
    key = request.GET.get(KEY, "")
    if request.method == "POST" and "mine" in request.POST:
        return _taken(request, found, key, is_hers=request.POST["mine"] == "yes")
    if request.method == "POST":
        return _offer(request, found)
    link = phone.for_screen(key, flow_id, step_id) if key else None
    if link is None:
        return HttpResponseRedirect(found.url)
    is_poll = request.headers.get("HX-Request") == "true"
    if is_poll and link.is_open:
        return HttpResponse(status=204)  # nothing new: what she reads stays as it is
    code = phone.code_of(key)
    address = request.build_absolute_uri(f"/{found.place.language}/t/{code[:5]}-{code[5:]}/")
    context = {
        "page": found,
        "is_open": link.is_open,
        "answered": _answered(found, phone.said_by(link)),
        "address": address,
        "qr": qr_svg(address),
        "minutes": int(LIVES.total_seconds() // 60),
        "here": request.get_full_path(),
    }
    if is_poll:
        return render(request, "reports/_phone_state.html", context, status=STOP_POLLING)
    return render(request, "reports/phone_wait.html", context)


def _offer(request: HttpRequest, page: Page) -> HttpResponse:
    if limits.count("phone", limits.network_of(request)) > _MOST:
        return render(request, "reports/phone_too_many.html", {"page": page}, status=429)
    url, key = page.phone_url, phone.offer(page.flow, page.step)
    return HttpResponseRedirect(f"{url}{'&' if '?' in url else '?'}{KEY}={key}")


def _taken(request: HttpRequest, page: Page, key: str, *, is_hers: bool) -> HttpResponse:
    """On with the answers of her phone, which never stand for a remedy's result; or back, where it was not hers."""
    link = phone.for_screen(key, page.flow.id, page.step.id)
    said = phone.said_by(link) if link is not None else None
    if said is not None and not is_hers:
        return render(request, "reports/phone_not_hers.html", {"page": page})
    if said is None:
        return HttpResponseRedirect(page.url)
    answers = {**page.place.answers, **said[1]}
    walked = walk(page.flow, answers, suspended=page.suspended, forgotten=page.place.forgotten)
    return HttpResponseRedirect(page.place.url(walked.current.id, walked.answers))


@dataclass(frozen=True, slots=True)
class Answered:
    """A phone in words. advice: what follows from what it is. rows: question and answer, as the guide says them."""

    name: str
    advice: str
    rows: list[tuple[str, str]]


def _answered(page: Page, said: tuple[Phone, dict[str, str]] | None) -> Answered | None:
    if said is None:
        return None
    which, answers = said
    rows = []
    for step, given in answers.items():
        words = page.library.renderer.words(page.flow.id, step, page.place.language, page.place.screens_language)
        rows.append((words.title, answer_label(given, words, page.place.language)))
    return Answered(_name(which), advice_for(which), rows)


_SYSTEMS = {"android": "Android", "iphone": "iPhone", "ipad": "iPad"}
_BROWSERS = {
    "chrome": "Chrome",
    "safari": "Safari",
    "firefox": "Firefox",
    "samsung": "Samsung Internet",
    "edge": "Edge",
    "brave": "Brave",
}


def _name(which: Phone) -> str:
    """`Android, Chrome`; what no page can tell is left out."""
    if which.system == "pc":
        return gettext("a computer, not a phone")
    known = [_SYSTEMS.get(which.system, ""), _BROWSERS.get(which.browser, "")]
    return ", ".join(filter(None, known)) or gettext("a device that says nothing about itself")


def advice_for(which: Phone) -> str:
    """What is known to matter on such a phone. Never that something is missing: no page can know that."""
    if which.system == "iphone" and which.browser != "safari":
        return gettext("On an iPhone begin in Safari: CieID usually comes back there.")
    if which.system == "android" and which.browser != "chrome":
        return gettext("On Android begin in Chrome: CieID usually comes back there.")
    if which.system == "iphone":
        return gettext("On an iPhone from number 7 on there is nothing to switch on for reading the card.")
    return ""


# On the phone.


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of the guide as the phone asks it. options: answer and label."""

    id: str
    words: Words
    options: list[tuple[str, str]]

    @property
    def title(self) -> str:
        return self.words.title

    @property
    def picture(self) -> SafeString:
        return self.words.picture


@cookieless_post
@require_http_methods(["GET", "HEAD", "POST"])
def on_the_phone(request: HttpRequest, code: str) -> HttpResponse:
    """The page behind the QR: it says what a page can know, asks the rest, and is used up by sending alone."""
    link = phone.for_code(code[:20])
    shelf = library.current()
    if link is None or link.flow not in shelf.content.flows:
        return render(request, "reports/phone_over.html", {"minutes": int(LIVES.total_seconds() // 60)}, status=410)
    flow, language = shelf.content.flows[link.flow], request.LANGUAGE_CODE
    which = phone.phone_of(request.headers)
    if request.method == "POST":
        taken = phone.answer(link, flow, {name: str(value) for name, value in request.POST.items()}, which)
        return render(request, "reports/phone_sent.html", {"taken": taken}, status=200 if taken else 410)
    asked = []
    for step in phone.questions(flow):
        words = shelf.renderer.words(flow.id, step.id, language, language)
        options = [(given, words.options[given]) for given in step.next if given in words.options]
        asked.append(Asked(step.id, words, options))
    context = {"asked": asked, "name": _name(which)}
    response = render(request, "reports/phone.html", context)
    response["Accept-CH"] = "Sec-CH-UA-Platform"
    return response
