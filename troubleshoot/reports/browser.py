"""The cookie that ties a browser to its pairings and reports. It opens nothing else, and says nothing of her."""

import secrets
from datetime import timedelta

from django.http import HttpRequest, HttpResponse

from troubleshoot.core.keys import BoundCookie

_cookie = BoundCookie("pc", timedelta(hours=24))
_THING = "check"


def key_of(request: HttpRequest) -> str:
    """This browser's key; empty where it has none."""
    return _cookie.value(request, _THING) or ""


def new_key() -> str:
    return secrets.token_urlsafe(32)


def give_key(request: HttpRequest, response: HttpResponse, key: str) -> None:
    _cookie.give(request, response, _THING, key)
