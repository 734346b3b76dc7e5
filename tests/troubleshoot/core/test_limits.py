from datetime import timedelta

import pytest
import time_machine
from django.test import RequestFactory

from troubleshoot.core import limits
from troubleshoot.core.models import Use

pytestmark = pytest.mark.django_db


def test_uses_are_counted_by_hour_and_day_without_an_address():
    with time_machine.travel("2026-11-25 10:59+00:00", tick=False) as clock:
        assert [limits.count("form", "192.0.2.1") for _ in range(3)] == [1, 2, 3]
        assert limits.count("form", "192.0.2.2") == 1
        clock.shift(timedelta(minutes=2))
        assert limits.count("form", "192.0.2.1") == 1
        assert limits.used_today("form", "192.0.2.1") == 4
        clock.shift(timedelta(days=1))
        assert limits.used_today("form", "192.0.2.1") == 0
    assert "192" not in str(list(Use.objects.values()))


def test_nobody_is_followed_from_one_day_to_the_next():
    with time_machine.travel("2026-11-25 10:00+00:00", tick=False) as clock:
        limits.count("form", "192.0.2.1")
        clock.shift(timedelta(days=1))
        limits.count("form", "192.0.2.1")
    assert Use.objects.values("who").distinct().count() == 2


def test_old_counts_are_forgotten():
    with time_machine.travel("2026-11-25 10:00+00:00", tick=False) as clock:
        limits.count("form", "192.0.2.1")
        clock.shift(timedelta(days=2, hours=1))
        from django.utils import timezone  # noqa: PLC0415

        assert limits.forget_old(timezone.now()) == 1


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("", "unknown"),
        ("nonsense", "unknown"),
    ],
)
def test_a_network(address, network):
    assert limits.network_of(RequestFactory(REMOTE_ADDR=address).get("/")) == network


def test_behind_our_proxy_the_address_it_saw_counts(settings):
    request = RequestFactory(REMOTE_ADDR="127.0.0.1").get("/", headers={"x-forwarded-for": "198.51.100.9, 192.0.2.5"})
    assert limits.network_of(request) == "127.0.0.1"
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert limits.network_of(request) == "192.0.2.5"  # what stands before it, anybody could have written
