"""Pages that belong to no flow: footer pages, errors, the way to a language."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import get_language_from_request
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers


@require_safe
@vary_on_headers("Accept-Language")
def choose_language(request: HttpRequest) -> HttpResponse:
    """The start page in the language the browser asks for."""
    return HttpResponseRedirect(f"/{get_language_from_request(request)}/")


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "core/accessibility.html")


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "core/privacy.html")


@require_safe
def contact(request: HttpRequest) -> HttpResponse:
    return render(request, "core/contact.html")


@require_safe
def licences(request: HttpRequest) -> HttpResponse:
    return render(request, "core/licences.html")


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "core/400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "core/403.html", status=403)


def forbidden_post(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A POST that did not come from a page of ours, or whose form has expired."""
    return render(request, "core/403_post.html", {"back": request.get_full_path()}, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "core/404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    return render(request, "core/500.html", status=500)
