"""The languages every page, text and code is tried in: those of the settings."""

from troubleshoot.settings import LANGUAGES as _NAMED

LANGUAGES = tuple(code for code, _ in _NAMED)
