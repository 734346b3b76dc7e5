"""Keys that open one thing: a long one in a mailed link, stored hashed, and a short-lived cookie bound to it."""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

#: What a key looks like: 43 URL-safe characters, 256 bits (RFC 4648, base64url without padding).
KEY = re.compile(r"[A-Za-z0-9_-]{43}\Z")
#: Most cookies of one kind that a browser keeps.
_MOST = 15


def nonce() -> str:
    """128 random bits as 22 URL-safe characters."""
    return secrets.token_urlsafe(16)


def key_of(nonce: str) -> str:
    """The key for a link, made from its random nonce and the site's secret: the database alone cannot make it."""
    made = hmac.digest(settings.SECRET_KEY.encode(), b"link:" + nonce.encode(), "sha256")
    return signing.b64_encode(made).decode()


def code_of(about: str, signs: str, length: int) -> str:
    """A code to be typed, made of `signs` from the site's secret and what it is about, where a random part belongs."""
    number, code = int.from_bytes(hmac.digest(settings.SECRET_KEY.encode(), about.encode(), "sha256"), "big"), ""
    for _ in range(length):
        number, rest = divmod(number, len(signs))
        code += signs[rest]
    return code


def hashed(key: str) -> str:
    """What is stored of a key: SHA-256, hexadecimal."""
    return hashlib.sha256(key.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class BoundCookie:
    """A signed cookie that opens one thing for a while. Its name holds which thing, so two tabs never meet.

    what: told apart from other kinds; lasts: after that it opens nothing.
    """

    what: str
    lasts: timedelta

    def _name(self, thing: str) -> str:
        prefix = "__Host-" if settings.SESSION_COOKIE_SECURE else ""
        return f"{prefix}{self.what}-{thing}"

    def give(self, request: HttpRequest, response: HttpResponse, thing: str, value: str) -> None:
        """Set the cookie; of very many the oldest go, for a browser sends them all with each request."""
        kept = [name for name in request.COOKIES if name.startswith(self._name(""))]  # the oldest first (RFC 6265, 5.4)
        for name in kept[: max(len(kept) - _MOST + 1, 0)]:
            response.delete_cookie(name, path="/", samesite="Lax")
        response.set_cookie(
            self._name(thing),
            signing.dumps([thing, value], salt=self.what),
            max_age=self.lasts,
            path="/",
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )

    def take(self, response: HttpResponse, thing: str) -> None:
        response.delete_cookie(self._name(thing), path="/", samesite="Lax")

    def value(self, request: HttpRequest, thing: str) -> str | None:
        """What the cookie for `thing` holds; None where there is none, a forged or an old one."""
        try:
            found = signing.loads(request.COOKIES.get(self._name(thing), ""), salt=self.what, max_age=self.lasts)
        except signing.BadSignature:
            return None
        return str(found[1]) if found[0] == thing else None
