"""Who may see staff pages: a reviewer signed in with a second factor."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.cache import never_cache

from troubleshoot.accounts.services import has_second_factor

View = Callable[..., HttpResponseBase]


def reviewer_required(view: View) -> View:
    """Send whoever is not signed in to the sign-in, and whoever has no second factor to setting one up."""

    @wraps(view)
    @never_cache
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if not request.user.is_authenticated:
            back = request.get_full_path() if request.method in ("GET", "HEAD") else reverse("review_home")
            return redirect_to_login(back, reverse("account_login"))
        if not has_second_factor(request.user):
            return HttpResponseRedirect(reverse("mfa_activate_totp"))
        return view(request, *args, **kwargs)

    return guarded
