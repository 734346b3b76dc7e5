"""The one reader of the environment: each value has a name, a range and a default."""

import re
from datetime import date, time

import environ
from django.core.exceptions import ImproperlyConfigured

_PREFIX = "TROUBLESHOOT_"
_reader = environ.Env()
_SHIFT = re.compile(r"([1-7])(?:-([1-7]))? ([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")


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


def env_hours(name: str, default: str) -> dict[int, tuple[time, time]]:
    """Opening hours by weekday: `1-4 09:00-17:00, 5 09:00-14:00`; Monday is 1."""
    hours: dict[int, tuple[time, time]] = {}
    for part in env_text(name, default).split(","):
        found = _SHIFT.fullmatch(part.strip())
        opens, closes = (time(int(found[3]), int(found[4])), time(int(found[5]), int(found[6]))) if found else (0, 0)
        if not found or opens >= closes:
            raise ImproperlyConfigured(f"Write {_PREFIX}{name} like 1-4 09:00-17:00, 5 09:00-14:00.")
        hours |= {day: (opens, closes) for day in range(int(found[1]), int(found[2] or found[1]) + 1)}
    return hours


def env_days(name: str) -> frozenset[date]:
    """Days, `2026-12-24,2026-12-31`."""
    try:
        return frozenset(date.fromisoformat(day.strip()) for day in env_list(name, default=[]))
    except ValueError as error:
        raise ImproperlyConfigured(f"Write {_PREFIX}{name} like 2026-12-24,2026-12-31.") from error


def env_map(name: str) -> dict[str, str]:
    """Texts by name: `training=formazione@ente.example,outage=…`."""
    return dict(_reader.dict(_PREFIX + name, default={}))
