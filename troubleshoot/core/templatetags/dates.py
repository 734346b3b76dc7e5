"""Days and hours as people write them."""

from datetime import date, datetime, timedelta

from django import template
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language

register = template.Library()


@register.filter
def day(value: date | None) -> str:
    """`1 novembre 2026`, `1 November 2026`: Italian writes its months small."""
    return _in_words(value, "j F Y") if value else ""


@register.filter
def moment(value: datetime | None) -> str:
    """`1 novembre 2026, 9:30`"""
    return _in_words(localtime(value), "j F Y, G:i") if value else ""


@register.filter
def short_moment(value: datetime | None) -> str:
    """`3 nov, 9:30`, and with the year where it is not this one."""
    if not value:
        return ""
    local = localtime(value)
    return _in_words(local, "j M, G:i" if local.year == localtime().year else "j M Y, G:i")


@register.filter
def office_time(value: timedelta | None) -> str:
    """`3 h 20 min` of office hours."""
    minutes = int((value or timedelta()).total_seconds()) // 60
    return f"{minutes // 60} h {minutes % 60:02d} min"


def _in_words(value: date, pattern: str) -> str:
    words = date_format(value, pattern)
    return words.lower() if get_language() == "it" else words
