"""The guide's content as a system check: `manage.py check` names file, line and mend."""

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from troubleshoot.flows import library


@register("flows")
def content_is_valid(**_kwargs: object) -> list[CheckMessage]:
    _, problems = library.read(settings.FLOWS_CONTENT_DIR)
    return [
        Error(f"{problem.file}:{problem.line}: {problem.what}", hint=problem.mend, id="flows.E001")
        for problem in problems
    ]
