"""Who may see staff pages: somebody of the staff signed in with a second factor, whose role is enough."""

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlencode, urlsplit

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache

from troubleshoot.accounts.models import Role
from troubleshoot.accounts.services import has_second_factor
from troubleshoot.core.forms import unsent

View = Callable[..., HttpResponseBase]


def _required(role: Role) -> Callable[[View], View]:
    """Send whoever is not signed in to the sign-in, and whoever has no second factor to setting one up; refuse
    whose role is not enough."""

    def guard(view: View) -> View:
        @wraps(view)
        @never_cache
        def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return _sign_in_first(request)
            if not has_second_factor(request.user):
                return HttpResponseRedirect(reverse("mfa_activate_totp"))
            if not request.user.may(role):
                raise PermissionDenied(gettext("Your role is not enough for it. A coordinator can change your role."))
            return view(request, *args, **kwargs)

        return guarded

    return guard


def _sign_in_first(request: HttpRequest) -> HttpResponseBase:
    """To the sign-in, and back to the page he came from. Words he sent are given back: nobody is signed in to keep
    them for. A script hears that he is signed out, and shows no page in the middle of another."""
    if request.headers.get("HX-Request"):
        return HttpResponse(status=401)
    if request.method in ("GET", "HEAD"):
        return redirect_to_login(request.get_full_path(), reverse("account_login"))
    sign_in = f"{reverse('account_login')}?{urlencode({'next': _page_of(request)})}"
    return render(request, "account/signed_out.html", {"unsent": unsent(request), "sign_in": sign_in}, status=403)


def _page_of(request: HttpRequest) -> str:
    """The page that holds the form which was sent: its own address where that can be opened, else the desk's start."""
    came_from = urlsplit(request.headers.get("Referer", ""))
    is_ours = came_from.netloc == request.get_host() and came_from.path.startswith(reverse("review_home"))
    return came_from._replace(scheme="", netloc="", fragment="").geturl() if is_ours else reverse("review_home")


reader_required = _required(Role.READER)
reviewer_required = _required(Role.REVIEWER)
coordinator_required = _required(Role.COORDINATOR)
