"""Getting the program: the builds there are, how to check them, and the ways of whoever gets none."""

import ua_parser
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from troubleshoot.reports import programs

#: In an address: she uses a screen reader, so the text version comes first.
BY_TEXT = "testo"
#: In an address: the builds for other systems too, for whoever fetches them for another PC.
ALL = "tutti"
_LONGEST_HEADER = 400
_FAMILIES = {"windows": "windows", "mac os x": "macos", "macos": "macos", "linux": "linux", "ubuntu": "linux"}


@require_safe
def program(request: HttpRequest) -> HttpResponse:
    """What can be had for which system; her own first."""
    found = ua_parser.parse(request.META.get("HTTP_USER_AGENT", "")[:_LONGEST_HEADER])
    family = found.os.family.casefold() if found.os else ""
    own = _FAMILIES.get(family, "linux" if family in ("fedora", "debian", "red hat", "suse") else "")
    builds = programs.builds()
    context = {
        "builds": [build for build in builds if build.system == own or request.GET.get(ALL) == "1"],
        "has_others": any(build.system != own for build in builds),
        "by_text": request.GET.get(BY_TEXT) == "1",
    }
    return render(request, "reports/program.html", context)


@require_safe
def program_file(request: HttpRequest, file: str) -> HttpResponseBase:
    path = programs.path_of(file)
    if path is None:
        raise Http404
    response = FileResponse(path.open("rb"), as_attachment=True, filename=file, content_type="application/zip")
    response["X-Content-Type-Options"] = "nosniff"
    return response
