"""The finder's content as a system check: `manage.py check` names file, line and mend."""

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.checks import Warning as CheckWarning

from troubleshoot.finder.symptoms import FOLDER, read
from troubleshoot.flows import library


@register("finder")
def content_is_valid(**_kwargs: object) -> list[CheckMessage]:
    guide, problems = library.read(settings.FLOWS_CONTENT_DIR)
    if problems:  # told by the guide's own check; what leads into it cannot be judged before
        return []
    if not (guide.root / FOLDER).is_dir():
        what = f"{guide.root.name}/{FOLDER} is no folder: whoever writes in her own words finds nothing."
        return [
            CheckWarning(what, hint="write it (docs/howto/teach-the-finder.md), or bring it back.", id="finder.W001")
        ]
    return [
        Error(f"{problem.file}:{problem.line}: {problem.what}", hint=problem.mend, id="finder.E001")
        for problem in read(guide)[1]
    ]
