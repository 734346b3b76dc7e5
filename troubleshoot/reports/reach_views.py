"""Whether the sites a login needs answer this browser: it asks by itself, after a click that says who sees it then."""

from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from eidbridge.report import SITES

#: Whose they are, in words of ours; the order is the order of a login.
_OWNERS = dict(zip(SITES, ("Ministero dell'Interno (CIE)", "INPS", "EU Login"), strict=True))


@csp_update({"connect-src": [f"https://{site}" for site in SITES]})
@require_safe
def sites(request: HttpRequest) -> HttpResponse:
    """The one page whose policy lets a browser speak to other sites."""
    return render(request, "reports/reach.html", {"sites": _OWNERS})
