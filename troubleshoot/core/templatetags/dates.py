"""Days and hours as people write them."""

from datetime import date, datetime

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


def _in_words(value: date, pattern: str) -> str:
    words = date_format(value, pattern)
    return words.lower() if get_language() == "it" else words
