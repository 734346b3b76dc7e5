"""The token of a form: says that the page is ours and not too old, and makes a form sent twice one request."""

from datetime import timedelta

from django.conf import settings
from django.core import signing

from troubleshoot.core.keys import nonce

_SALT = "ticket form"


def new_token() -> str:
    return signing.dumps(nonce(), salt=_SALT)


def nonce_of(token: str) -> str | None:
    """The random part of a token; None for one that is missing, forged or too old."""
    try:
        return str(signing.loads(token, salt=_SALT, max_age=timedelta(hours=settings.DRAFT_HOURS)))
    except signing.BadSignature:
        return None
