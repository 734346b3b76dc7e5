"""What every page needs: language, its sisters, and the parts that never change, rendered once."""

from functools import cache

from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language, override

#: Signs of the longest address that is repeated in a link.
_LONGEST = 2_000


@cache
def chrome(part: str, language: str) -> SafeString:
    """`templates/core/_<part>.html` in `language`. It may depend on settings alone."""
    with override(language):
        return render_to_string(f"core/_{part}.html", {"settings": settings, "language": language})


def in_language(full_path: str, language: str) -> str:
    """The same address in another language: ours begin with `/<two letters>/` and are short."""
    is_ours = full_path[3:4] == "/" and len(full_path) <= _LONGEST
    return f"/{language}{full_path[3:]}" if is_ours else f"/{language}/"


def page(request: HttpRequest) -> dict[str, object]:
    language = get_language() or settings.LANGUAGE_CODE
    full_path = request.get_full_path()
    return {
        "language": language,
        "languages": [
            (code, name, in_language(full_path, code), code == language) for code, name in settings.LANGUAGES
        ],
        "settings": settings,
        "head": chrome("head", language),
        "masthead": chrome("masthead", language),
        "footer": chrome("footer", language),
    }
