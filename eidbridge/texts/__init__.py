"""What the program says in a terminal and in its window, beside the words of the codes: by language and key."""

import locale
import os
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

LANGUAGES = ("it", "en")


def language_of(environment: Mapping[str, str] = os.environ) -> str:
    """The person's language, `it` or `en`, as the system says it; Italian where it says neither."""
    for name in ("EIDBRIDGE_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = environment.get(name, "").casefold()
        if value[:2] in LANGUAGES:
            return value[:2]
        if value and value.partition(".")[0] not in ("c", "posix"):
            return "en"
    spoken = (locale.getlocale()[0] or "") if os.name == "nt" else ""
    return "it" if not spoken or spoken.startswith(("it", "Italian")) else "en"


@cache
def texts(language: str) -> Mapping[str, str]:
    """All texts of a language, keys joined by dots: `simulate.started`."""
    raw = tomllib.loads((files("eidbridge.texts") / f"{language}.toml").read_text(encoding="utf-8"))
    return {f"{group}.{key}": text for group, rows in raw.items() for key, text in rows.items()}
