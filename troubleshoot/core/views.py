"""Pages that belong to no flow: footer pages, errors, the way to a language."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import get_language_from_request, gettext
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from troubleshoot.core.forms import unsent


@require_safe
@vary_on_headers("Accept-Language")
def choose_language(request: HttpRequest) -> HttpResponse:
    """The start page in the language the browser asks for."""
    return HttpResponseRedirect(f"/{get_language_from_request(request)}/")


@require_safe
def footer_page(request: HttpRequest, name: str) -> HttpResponse:
    """`templates/core/<name>.html`; what it says of the office comes from the settings."""
    return render(request, f"core/{name}.html")


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if request.method == "POST":
        title = gettext("What was sent cannot be read")
        words = gettext("It is too long, or was cut on the way. Go back to the page before this one and send less.")
    else:
        title = gettext("This address cannot be read")
        words = gettext("The address has signs that no page of ours has. It was probably cut or changed on the way.")
    return _error(request, 400, title, words)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    words = str(exception or "") or gettext("It belongs to the staff of this site.")
    return _error(request, 403, gettext("This page is not for everybody"), words)


def forbidden_post(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A POST that did not come from a page of ours, or whose form has expired."""
    words = gettext(
        "It did not come from a page of this site, or the page was open for too long. "
        "Go back to the page and send it once more."
    )
    title = gettext("Your answer did not arrive")
    return _error(request, 403, title, words, back=request.get_full_path(), unsent=unsent(request))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    words = gettext("The address was mistyped, or the page has moved.")
    return _error(request, 404, gettext("There is no such page"), words)


def server_error(request: HttpRequest) -> HttpResponse:
    words = gettext(
        "It is not your fault. The address of the page before this one holds your answers: go back and try once more."
    )
    return _error(request, 500, gettext("Something broke on our side"), words)


def _error(
    request: HttpRequest, status: int, title: str, words: str, back: str = "", unsent: Sequence[str] = ()
) -> HttpResponse:
    """A page that says what is wrong and leads on. back: the page to return to, where there is one. unsent: what was
    typed, to be given back."""
    context = {"title": title, "words": words, "back": back, "unsent": unsent}
    response = render(request, "core/error.html", context, status=status)
    response["Cache-Control"] = "private, no-store"  # it may hold what she wrote, and is gone when the fault is
    return response
