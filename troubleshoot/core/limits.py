"""How often a network or an address has done something: rows that hold a keyed hash, and that for two days."""

import hmac
import ipaddress
from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.db import IntegrityError, transaction
from django.db.models import F, Sum
from django.http import HttpRequest
from django.utils import timezone

from troubleshoot.core.models import Use

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
#: Rows older than this are of no use.
_KEPT = timedelta(days=2)


def network_of(request: HttpRequest) -> str:
    """Whom a request comes from: an IPv4 address, or the /64 an IPv6 one lies in."""
    said = request.META.get("REMOTE_ADDR", "")
    if settings.SECURE_PROXY_SSL_HEADER:  # behind a proxy of ours, which adds the client's address at the end
        said = request.META.get("HTTP_X_FORWARDED_FOR", said).split(",")[-1].strip()
    try:
        address = ipaddress.ip_address(said)
    except ValueError:
        return "unknown"
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network((address, 64), strict=False))


def count(what: str, who: str, *, now: datetime | None = None) -> int:
    """Count one use by `who`; how many there are in this clock hour, this one included."""
    now = now or timezone.now()
    key = {"what": what, "who": _hash(who, now), "hour": now.replace(minute=0, second=0, microsecond=0)}
    if not Use.objects.filter(**key).update(count=F("count") + 1):
        try:
            with transaction.atomic():
                Use.objects.create(**key, count=1)
                return 1
        except IntegrityError:  # another process was quicker
            Use.objects.filter(**key).update(count=F("count") + 1)
    return int(Use.objects.values_list("count", flat=True).get(**key))


def used(what: str, who: str, *, now: datetime | None = None) -> int:
    """How many uses by `who` were counted in this clock hour."""
    now = now or timezone.now()
    hour = now.replace(minute=0, second=0, microsecond=0)
    found = Use.objects.filter(what=what, who=_hash(who, now), hour=hour).values_list("count", flat=True).first()
    return int(found or 0)


def used_today(what: str, who: str, *, now: datetime | None = None) -> int:
    """How many uses by `who` were counted since midnight, UTC."""
    now = now or timezone.now()
    found = Use.objects.filter(what=what, who=_hash(who, now)).aggregate(sum=Sum("count"))
    return int(found["sum"] or 0)


def forget_old(now: datetime) -> int:
    """Delete rows that count no longer; how many."""
    return Use.objects.filter(hour__lt=now - _KEPT).delete()[0]


def _hash(who: str, now: datetime) -> str:
    """Keyed with the site's secret and the day (UTC): nobody is followed from one day to the next."""
    made = hmac.digest(settings.SECRET_KEY.encode(), f"limit:{now.date()}:{who.lower()}".encode(), "sha256")
    return signing.b64_encode(made).decode()
