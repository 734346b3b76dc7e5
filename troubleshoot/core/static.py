"""Which third-party files are served: three fonts and nothing else. They come from installed packages."""

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import ClassVar

from django.contrib.staticfiles.apps import StaticFilesConfig
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

_FONTS = Path(str(files("bootstrap_italia_template"))) / "static" / "fonts" / "Titillium_Web"
#: Served name by weight; latin with the extension that Slovene needs.
FONT_FILES = {
    "fonts/titillium-400.woff2": "titillium-web-v10-latin-ext_latin-regular.woff2",
    "fonts/titillium-700.woff2": "titillium-web-v10-latin-ext_latin-700.woff2",
}


class OwnStaticFilesConfig(StaticFilesConfig):
    ignore_patterns: ClassVar[list[str]] = [*StaticFilesConfig.ignore_patterns, "*.map"]


class _FontStorage(FileSystemStorage):
    """Offers the package's files under our short names."""

    def path(self, name: str) -> str:
        return str(_FONTS / FONT_FILES[name])


class FontFinder(BaseFinder):
    def find(self, path: str, find_all: bool = False, **kwargs: object) -> str | list[str]:
        if path not in FONT_FILES:
            return []
        found = str(_FONTS / FONT_FILES[path])
        return [found] if find_all else found

    def list(self, ignore_patterns: object) -> Iterator[tuple[str, FileSystemStorage]]:
        storage = _FontStorage(location=str(_FONTS))
        yield from ((name, storage) for name in FONT_FILES)
