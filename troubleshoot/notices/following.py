"""Following a maintenance or an outage: an address, confirmed by mail, told when it changes, then forgotten."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from troubleshoot.core import limits
from troubleshoot.core.keys import hashed, key_of, nonce
from troubleshoot.mail.outbox import enqueue
from troubleshoot.notices.models import Follower, Notice

#: Mails that ask one address to confirm, in a day.
_ASKED_A_DAY = 3
#: How long an address that nobody confirmed is kept.
_UNCONFIRMED = timedelta(days=1)


def may_be_followed(notice: Notice) -> bool:
    """A maintenance or an outage that is not over."""
    is_shown = notice.starts_at <= timezone.now()
    return notice.kind != Notice.Kind.NOTICE and not notice.suspends and is_shown and not _is_over(notice)


def _is_over(notice: Notice) -> bool:
    return notice.ended_at is not None or (notice.ends_at is not None and notice.ends_at <= timezone.now())


@transaction.atomic
def follow(notice: Notice, email: str, *, language: str) -> None:
    """Ask the owner of `email` whether she wants to follow. Nobody learns whether she does already."""
    used = limits.count("follow", email)
    seed = nonce()
    follower, _is_new = Follower.objects.get_or_create(
        notice=notice,
        email=email.lower(),
        defaults={
            "language": language,
            "nonce": seed,
            "key_hash": hashed(key_of(seed)),
            "created_at": timezone.now(),
        },
    )
    if follower.confirmed_at is None and max(used, limits.used_today("follow", email)) <= _ASKED_A_DAY:
        _mail(follower, "follow_confirm", notice)


def find(key: str) -> Follower | None:
    return Follower.objects.select_related("notice").filter(key_hash=hashed(key)).first()


def confirm(follower: Follower) -> None:
    Follower.objects.filter(pk=follower.pk, confirmed_at__isnull=True).update(confirmed_at=timezone.now())


def unfollow(follower: Follower) -> None:
    Follower.objects.filter(pk=follower.pk).delete()


def _mail(follower: Follower, template: str, notice: Notice) -> None:
    enqueue(
        template,
        {"notice": notice, "text": notice.text_it if follower.language == "it" else notice.text_en},
        to=follower.email,
        language=follower.language,
        about=f"notice:{notice.pk}",
        nonce=follower.nonce,
    )


def tell_all() -> int:
    """Mail those whose notice was changed or is over; how many. Each is one transaction, so none is told twice."""
    now = timezone.now()
    Follower.objects.filter(confirmed_at__isnull=True, created_at__lt=now - _UNCONFIRMED).delete()
    ended = Q(notice__ended_at__isnull=False) | Q(notice__ends_at__lte=now)  # a changed notice is an ended one as well
    told = 0
    for follower in Follower.objects.filter(ended).select_related("notice").order_by("pk"):
        with transaction.atomic():
            if not Follower.objects.select_for_update().filter(pk=follower.pk, notice=follower.notice).exists():
                continue  # another worker has told her
            told += _tell(follower, _newest(follower.notice))
    return told


def _newest(notice: Notice) -> Notice:
    """The notice that stands in the place of `notice` now."""
    while (later := Notice.objects.filter(replaces=notice).first()) is not None:
        notice = later
    return notice


def _tell(follower: Follower, standing: Notice) -> int:
    """One mail, and on to the notice that stands now; where it is over the address goes."""
    is_over = _is_over(standing)
    if is_over:
        Follower.objects.filter(pk=follower.pk).delete()
    elif Follower.objects.filter(notice=standing, email=follower.email).exists():
        Follower.objects.filter(pk=follower.pk).delete()  # she follows the new one already
        return 0
    else:
        Follower.objects.filter(pk=follower.pk).update(notice=standing)
    if follower.confirmed_at is None:
        return 0
    _mail(follower, "follow_over" if is_over else "follow_changed", standing)
    return 1


def limit_reached(network: str) -> bool:
    """Count one form from a network; whether it has sent too many in this hour."""
    return limits.count("form", network) > settings.FORMS_AN_HOUR
