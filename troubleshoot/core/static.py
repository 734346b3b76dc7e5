"""Which third-party files are served: two fonts and htmx, and nothing else. They come from installed packages."""

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import ClassVar

from django.contrib.staticfiles.apps import StaticFilesConfig
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

_FONTS = Path(str(files("bootstrap_italia_template"))) / "static" / "fonts" / "Titillium_Web"
#: Files by the name they are served under; the fonts are latin with the extension that Slovene needs.
THIRD_PARTY = {
    "fonts/titillium-400.woff2": _FONTS / "titillium-web-v10-latin-ext_latin-regular.woff2",
    "fonts/titillium-700.woff2": _FONTS / "titillium-web-v10-latin-ext_latin-700.woff2",
    "js/htmx.js": Path(str(files("django_htmx"))) / "static" / "django_htmx" / "htmx-2.min.js",
}


class OwnStaticFilesConfig(StaticFilesConfig):
    ignore_patterns: ClassVar[list[str]] = [*StaticFilesConfig.ignore_patterns, "*.map"]


class _PackageStorage(FileSystemStorage):
    """Offers the packages' files under our names."""

    def path(self, name: str) -> str:
        return str(THIRD_PARTY[name])


class ThirdPartyFinder(BaseFinder):
    def find(self, path: str, find_all: bool = False, **kwargs: object) -> str | list[str]:
        if path not in THIRD_PARTY:
            return []
        found = str(THIRD_PARTY[path])
        return [found] if find_all else found

    def list(self, ignore_patterns: object) -> Iterator[tuple[str, FileSystemStorage]]:
        storage = _PackageStorage(location="/")
        yield from ((name, storage) for name in THIRD_PARTY)
