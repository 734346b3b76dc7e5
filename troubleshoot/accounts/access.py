"""Who may see staff pages: somebody of the staff signed in with a second factor, whose role is enough."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache

from troubleshoot.accounts.models import Role
from troubleshoot.accounts.services import has_second_factor

View = Callable[..., HttpResponseBase]


def _required(role: Role) -> Callable[[View], View]:
    """Send whoever is not signed in to the sign-in, and whoever has no second factor to setting one up; refuse
    whose role is not enough."""

    def guard(view: View) -> View:
        @wraps(view)
        @never_cache
        def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
            if not request.user.is_authenticated:
                back = request.get_full_path() if request.method in ("GET", "HEAD") else reverse("review_home")
                return redirect_to_login(back, reverse("account_login"))
            if not has_second_factor(request.user):
                return HttpResponseRedirect(reverse("mfa_activate_totp"))
            if not request.user.may(role):
                raise PermissionDenied(gettext("Your role is not enough for it. A coordinator can change your role."))
            return view(request, *args, **kwargs)

        return guarded

    return guard


reader_required = _required(Role.READER)
reviewer_required = _required(Role.REVIEWER)
coordinator_required = _required(Role.COORDINATOR)
