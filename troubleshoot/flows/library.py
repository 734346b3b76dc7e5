"""The content each process serves: read and validated once, and again when the files have changed.

With a mistake the first reading stops the start, listing every problem; a later one keeps the last
valid content and logs the problems. There is never half of it.
"""

import logging
import re
import threading
import time
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.conf.locale import LANG_INFO
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from eidbridge.errors import Code
from troubleshoot.flows.loader import load
from troubleshoot.flows.model import Content, Problem
from troubleshoot.flows.render import Renderer
from troubleshoot.flows.validate import validate

logger = logging.getLogger(__name__)

#: Of each file its path, its time in ns and its size.
Stamp = tuple[tuple[str, int, int], ...]

PICTURES = Path(settings.BASE_DIR) / "templates" / "flows" / "pictures"
#: A place that a drawing can mark, in its template.
_MARK = re.compile(r'mark == "([a-z-]+)"')


@dataclass(frozen=True, slots=True)
class Library:
    """One valid content with its rendered pages. stamp: of its files."""

    content: Content
    renderer: Renderer
    stamp: Stamp


def read(root: Path) -> tuple[Content, list[Problem]]:
    """Content under `root` and all its problems, of form and of sense. Two checks in a row read it once."""
    content, problems = _read(root, _stamp(root), timezone.localdate())
    return content, list(problems)


@lru_cache(maxsize=1)
def _read(root: Path, _stamp: Stamp, today: date) -> tuple[Content, list[Problem]]:
    languages = [code for code, _ in settings.LANGUAGES]
    content, problems = load(root, languages)
    pictures = {file.stem: set(_MARK.findall(file.read_text(encoding="utf-8"))) for file in PICTURES.glob("[!_]*.svg")}
    codes = {code.value for code in Code}
    return content, problems + validate(content, today=today, pictures=pictures, codes=codes, spoken=LANG_INFO)


_library: Library | None = None
_looked_at = 0.0
_reading = threading.Lock()


def current() -> Library:
    """The library of this process. Raises ImproperlyConfigured while there has been no valid content."""
    global _library, _looked_at  # noqa: PLW0603 - one library a process is the point
    if _library is not None:
        if not settings.FLOWS_RELOAD or (time.monotonic() - _looked_at) * 1000 < settings.FLOWS_LOOK_EVERY_MS:
            return _library
        _looked_at = time.monotonic()
        if _stamp(settings.FLOWS_CONTENT_DIR) == _library.stamp:
            return _library
    with _reading:
        _library = _read_valid(settings.FLOWS_CONTENT_DIR, _library)
        return _library


def forget() -> None:
    """Read anew at the next request; for tests that serve other content."""
    global _library  # noqa: PLW0603
    _library = None


def _read_valid(root: Path, last: Library | None) -> Library:
    stamp = _stamp(root)
    if last is not None and last.stamp == stamp:
        return last
    content, problems = read(root)
    if not problems:
        if last is not None:
            logger.info("Changed content is valid and served from now on.")
        return Library(content, Renderer(content), stamp)
    listing = "\n".join(str(problem) for problem in problems)
    if last is None:
        raise ImproperlyConfigured(f"The guide's content has {len(problems)} problem(s):\n{listing}")
    logger.error("Changed content has problems; the last valid content stands.\n%s", listing)
    return Library(last.content, last.renderer, stamp)


def _stamp(root: Path) -> Stamp:
    files = sorted(file for file in (*root.rglob("*.toml"), *root.rglob("*.md")) if not file.name.startswith("."))
    return tuple(_state(file) for file in files)


def _state(file: Path) -> tuple[str, int, int]:
    """What shows a change; an editor may be moving the file just now."""
    try:
        stat = file.stat()
    except OSError:  # gone, or a link that leads round in a circle
        return str(file), 0, 0
    return str(file), stat.st_mtime_ns, stat.st_size
