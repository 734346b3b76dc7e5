"""Mails to reviewers about what is new and overdue, at the pace each has set; no fact of a request in them."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone, translation

from troubleshoot.core.office import office
from troubleshoot.mail.outbox import enqueue
from troubleshoot.review.models import Pace, Wishes
from troubleshoot.tickets.models import Ticket

#: What came in the last seconds may not be committed by everybody yet; it is told next time.
_SETTLED = timedelta(seconds=60)
#: Most references in one mail; the list has the others.
_LISTED = 20


def tell(now: datetime | None = None) -> int:
    """Queue the mails that are due; how many."""
    until = (now or timezone.now()) - _SETTLED
    wishes = Wishes.objects.exclude(pace=Pace.NEVER).filter(user__is_active=True)
    return sum(_tell(pk, until) for pk in wishes.values_list("pk", flat=True))


@transaction.atomic
def _tell(pk: int, until: datetime) -> bool:
    wish = Wishes.objects.select_for_update().select_related("user").get(pk=pk)
    since = wish.told_until or until
    if until <= since or not _is_time(wish, since, until):
        return False
    new, overdue = _new(since, until), _overdue(wish, since, until)
    Wishes.objects.filter(pk=pk).update(told_until=until)
    if not new and not overdue:
        return False
    context = {"new": new[:_LISTED], "overdue": overdue[:_LISTED], "more": max(len(new), len(overdue)) > _LISTED}
    with translation.override(wish.language):
        enqueue("desk_news", context, to=wish.user.email, language=wish.language, about=f"desk:{wish.user_id}")
    return True


def _is_time(wish: Wishes, since: datetime, until: datetime) -> bool:
    match wish.pace:
        case Pace.HOURLY:
            return until - since >= timedelta(hours=1)
        case Pace.DAILY:
            return _last_opening(until) > since
    return True


def _last_opening(moment: datetime) -> datetime:
    """When the office last opened before `moment`."""
    local = timezone.localtime(moment)
    for back in range(60):
        day = local.date() - timedelta(days=back)
        if office().is_open_on(day):
            opens = datetime.combine(day, office().hours[day.isoweekday()][0], local.tzinfo)
            if opens <= local:
                return opens
    return local - timedelta(days=60)


def _new(since: datetime, until: datetime) -> list[Ticket]:
    found = Ticket.objects.filter(created_at__gt=since, created_at__lte=until, entered_by__isnull=True)
    return _listed(found)


def _overdue(wish: Wishes, since: datetime, until: datetime) -> list[Ticket]:
    """What has become overdue since, or whose reminder is due."""
    found = Ticket.objects.filter(due_at__gt=since, due_at__lte=until)
    reminded = Ticket.objects.filter(remind_at__gt=since, remind_at__lte=until)
    if wish.only_mine:
        found, reminded = found.filter(assignee=wish.user), reminded.filter(assignee=wish.user)
    return _listed(found) + _listed(reminded)


def _listed(found: QuerySet[Ticket]) -> list[Ticket]:
    return list(found.only("pk", "reference", "topic", "due_at", "remind_at").order_by("pk")[: _LISTED + 1])
