"""POSTs that need no cookie: taken only from our own pages.

The answer *did it work* and the like carry no CSRF token, because flow pages set no cookie. A browser
says where a request comes from (Fetch Metadata, `Sec-Fetch-Site`; before 2023 `Origin` alone); a
request with neither header comes from no browser of today and is refused.
"""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.decorators import decorator_from_middleware
from django.views.decorators.csrf import csrf_exempt
from modern_csrf.middleware import ModernCsrfViewMiddleware

View = Callable[..., HttpResponseBase]


class SameOriginPostMiddleware(ModernCsrfViewMiddleware):
    """The library's check without two leniencies: no Origin mends a bad Sec-Fetch-Site, no header is no pass."""

    def has_verified_origin(self, request: HttpRequest) -> bool:
        return False

    def process_view(
        self, request: HttpRequest, callback: View, callback_args: object, callback_kwargs: object
    ) -> HttpResponse | None:
        request.csrf_processing_done = False  # the view is exempt from the token; this check is what guards it
        if request.method == "POST" and not {"HTTP_SEC_FETCH_SITE", "HTTP_ORIGIN"} & request.META.keys():
            return self.answer_to_no_browser(request)
        return super().process_view(request, callback, callback_args, callback_kwargs)

    def answer_to_no_browser(self, request: HttpRequest) -> HttpResponse | None:
        """What a POST gets that says nothing of where it comes from; None takes it."""
        return self._reject(request, "Neither Sec-Fetch-Site nor Origin was sent.")


class SearchPostMiddleware(SameOriginPostMiddleware):
    """Takes what no browser sent too, where it asks for JSON: such an answer writes nothing and shows no page."""

    def answer_to_no_browser(self, request: HttpRequest) -> HttpResponse | None:
        return None if wants_json(request) else super().answer_to_no_browser(request)


_guarded = decorator_from_middleware(SameOriginPostMiddleware)
_guarded_search = decorator_from_middleware(SearchPostMiddleware)


def wants_json(request: HttpRequest) -> bool:
    """Whether JSON is asked for before a page; parameters of a type (`;charset=utf-8`) don't matter."""
    for accepted in request.accepted_types_by_precedence:
        kind = f"{accepted.main_type}/{accepted.sub_type}"
        if kind in ("application/json", "text/html", "text/*", "*/*"):
            return kind == "application/json"
    return False


def cookieless_post(view: View) -> View:
    """Take POSTs without CSRF token and cookie, from pages of this site alone."""
    return csrf_exempt(_guarded(view))


def cookieless_search(view: View) -> View:
    """The same for a search, which a program may ask for JSON."""
    return csrf_exempt(_guarded_search(view))


def posted(leads_to: str) -> Callable[[View], View]:
    """Take POSTs alone. Whoever comes to the address otherwise, by reloading it or from a list of recent pages, is led
    to the page `leads_to` of the same thing, the first part of the address."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
            if request.method != "POST":
                return redirect(leads_to, next(iter(kwargs.values())))
            return view(request, *args, **kwargs)

        return guarded

    return decorate
