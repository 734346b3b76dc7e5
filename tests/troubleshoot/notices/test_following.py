"""Following a maintenance or an outage instead of writing."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from tests.troubleshoot.conftest import OWN_PAGE
from troubleshoot.mail.models import OutgoingMail
from troubleshoot.mail.outbox import deliver_next
from troubleshoot.notices import services
from troubleshoot.notices.following import tell_all
from troubleshoot.notices.models import Follower, Notice

pytestmark = pytest.mark.django_db
ANNA = "anna@comune.example"


@pytest.fixture
def outage(reviewer) -> Notice:
    return services.put_up(by=reviewer, kind=Notice.Kind.OUTAGE, text_it="EU Login è fermo", text_en="EU Login is down")


def follow(client, notice: Notice, email: str = ANNA):
    return client.post(f"/it/avviso/{notice.pk}/segui/", {"email": email}, **OWN_PAGE)


def deliver(mailbox) -> list[str]:
    """What came now, as one line each: subject, and the path of its link."""
    before = len(mailbox)
    while deliver_next():
        pass
    return [f"{mail.subject} {path(mail)}" for mail in mailbox[before:]]


def path(mail) -> str:
    return "/" + next(line for line in mail.body.split() if line.startswith("http")).split("/", 3)[3]


def follower(client, notice, mailbox) -> str:
    """Somebody who follows; the path of her link."""
    follow(client, notice)
    link = deliver(mailbox)[0].split()[-1]
    client.post(link, **OWN_PAGE)
    return link


def test_it_is_offered_with_an_outage_and_not_with_a_plain_notice(client, outage, reviewer):
    plain = services.put_up(by=reviewer, text_it="Ciao", text_en="Hello")
    page = client.get("/it/").content.decode()
    assert f"/it/avviso/{outage.pk}/segui/" in page
    assert f"/it/avviso/{plain.pk}/segui/" not in page
    assert client.get(f"/it/avviso/{plain.pk}/segui/").status_code == 404
    assert client.get("/it/avviso/999999/segui/").status_code == 404


def test_an_address_is_confirmed_by_a_button_not_by_opening(client, outage, mailoutbox):
    follow(client, outage)
    link = deliver(mailoutbox)[0].split()[-1]
    Client().get(link)
    assert Follower.objects.get().confirmed_at is None
    client.post(link, **OWN_PAGE)
    assert Follower.objects.get().confirmed_at


def test_one_mail_when_it_changes_and_one_when_it_ends(client, outage, mailoutbox, reviewer):
    follower(client, outage, mailoutbox)
    assert tell_all() == 0
    changed = services.change(
        outage.pk, by=reviewer, kind=Notice.Kind.OUTAGE, text_it="Riparte alle 15", text_en="Back at 15"
    )
    assert [tell_all(), tell_all()] == [1, 0]
    assert deliver(mailoutbox)[0].startswith("Novità")
    assert "Riparte alle 15" in mailoutbox[-1].body
    services.take_down(changed.pk, by=reviewer)
    assert [tell_all(), tell_all()] == [1, 0]
    assert deliver(mailoutbox)[0].startswith("Concluso")
    assert Follower.objects.count() == 0
    assert ANNA not in str(list(Follower.objects.values()))


def test_a_maintenance_that_runs_out_tells_too(client, mailoutbox, reviewer):
    now = timezone.now()
    planned = services.put_up(
        by=reviewer,
        kind=Notice.Kind.MAINTENANCE,
        text_it="Lavori",
        text_en="Works",
        begins_at=now,
        finishes_at=now + timedelta(hours=2),
    )
    follower(client, planned, mailoutbox)
    with time_machine.travel(now + timedelta(hours=2, minutes=1)):
        assert tell_all() == 1


def test_who_has_not_confirmed_is_told_nothing_and_forgotten(client, outage, mailoutbox, reviewer):
    follow(client, outage)
    deliver(mailoutbox)
    services.take_down(outage.pk, by=reviewer)
    assert tell_all() == 0
    assert Follower.objects.count() == 0


def test_an_address_nobody_confirms_goes_after_a_day(client, outage):
    follow(client, outage)
    with time_machine.travel(timezone.now() + timedelta(days=1, minutes=1)):
        tell_all()
    assert Follower.objects.count() == 0


def test_following_ends_by_a_button(client, outage, mailoutbox):
    link = follower(client, outage, mailoutbox)
    client.post(link, {"end": "1"}, **OWN_PAGE)
    assert Follower.objects.count() == 0
    assert client.get(link).status_code == 404


def test_the_reply_never_tells_who_follows(client, outage, mailoutbox):
    first = follow(client, outage).content
    deliver(mailoutbox)
    client.post(path(mailoutbox[-1]), **OWN_PAGE)
    assert follow(client, outage).content == first
    assert deliver(mailoutbox) == []


def test_one_address_is_not_flooded(client, outage):
    for _ in range(10):
        follow(client, outage)
    assert OutgoingMail.objects.count() == 3


@pytest.mark.parametrize("email", ["", "no", "a@b.example\nBcc: c@d.example"])
def test_a_bad_address_is_said(client, outage, email):
    assert follow(client, outage, email).status_code == 422


@pytest.mark.parametrize("key", ["x", "x" * 43, "%00"])
def test_a_guessed_link_is_nothing(client, key):
    assert client.get(f"/it/avviso/conferma/{key}/").status_code == 404


def test_a_mail_in_her_language(client, outage, mailoutbox):
    client.post(f"/en/avviso/{outage.pk}/segui/", {"email": ANNA}, **OWN_PAGE)
    assert deliver(mailoutbox)[0].startswith("Follow this notice?")
    assert "EU Login is down" in mailoutbox[-1].body
