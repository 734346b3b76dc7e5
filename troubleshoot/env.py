"""The one reader of the environment: each value has a name, a range and a default."""

import environ
from django.core.exceptions import ImproperlyConfigured

_PREFIX = "TROUBLESHOOT_"
_reader = environ.Env()


def env_text(name: str, default: str | None = None) -> str:
    """A text; without a default it must be set."""
    value: str | None = _reader.str(_PREFIX + name, default=None)
    if value is None and default is None:
        raise ImproperlyConfigured(f"Set {_PREFIX}{name} (see docs/running.md).")
    return value if value is not None else str(default)


def env_flag(name: str, *, default: bool) -> bool:
    return bool(_reader.bool(_PREFIX + name, default=default))


def env_int(name: str, *, default: int, minimum: int, maximum: int) -> int:
    try:
        value = int(_reader.int(_PREFIX + name, default=default))
    except ValueError as error:
        raise ImproperlyConfigured(f"{_PREFIX}{name} must be a whole number.") from error
    if not minimum <= value <= maximum:
        raise ImproperlyConfigured(f"{_PREFIX}{name} is {value}; it must lie between {minimum} and {maximum}.")
    return value


def env_list(name: str, *, default: list[str]) -> list[str]:
    return list(_reader.list(_PREFIX + name, default=default))


def env_database(default: str) -> dict[str, object]:
    """DATABASE_URL, without prefix as everywhere: sqlite:///… or postgres://…"""
    return dict(_reader.db("DATABASE_URL", default=default))


def env_cache(default: str) -> dict[str, object]:
    """CACHE_URL, without prefix as everywhere: filecache://…, redis://…"""
    return dict(_reader.cache_url("CACHE_URL", default=default))


def env_email(default: str) -> dict[str, object]:
    """EMAIL_URL, without prefix as everywhere: smtp://user:password@host:25, consolemail://"""
    return dict(_reader.email_url("EMAIL_URL", default=default))
