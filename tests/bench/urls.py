"""The site's addresses and two views to compare with, through the same middleware.

They stand before the site's own, so that they are found quickest: the stricter way for the pages compared.
"""

from django.conf.urls.i18n import i18n_patterns
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from troubleshoot import urls as site


@require_safe
def empty(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


@require_safe
def base(request: HttpRequest) -> HttpResponse:
    return render(request, "base.html")


urlpatterns = [*i18n_patterns(path("bench/empty/", empty), path("bench/base/", base)), *site.urlpatterns]
