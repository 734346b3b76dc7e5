"""The office: its clock (hours by weekday, and the days on which Italy rests), and what else it settled."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

import holidays
from django.conf import settings
from django.utils import timezone

from troubleshoot.core.models import OfficeRules
from troubleshoot.core.renewed import Renewed

#: Days looked ahead for an open one; more is a mistake in the settings.
_FARTHEST_DAYS = 400


@dataclass(frozen=True, slots=True)
class OfficeClock:
    """hours: opening and closing by weekday, Monday 1 to Sunday 7 (ISO 8601). closed: days beside the holidays of
    Italy and of the province `province`, whose capital keeps its patron saint's day.
    """

    hours: Mapping[int, tuple[time, time]]
    closed: frozenset[date] = frozenset()
    province: str = "RM"
    _italy: holidays.HolidayBase = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_italy", holidays.country_holidays("IT", subdiv=self.province))

    def is_open_on(self, day: date) -> bool:
        return day.isoweekday() in self.hours and day not in self.closed and day not in self._italy

    def after(self, start: datetime, hours: timedelta) -> datetime:
        """The moment when the office has worked for `hours` since `start`, local time.

        Raises ValueError where it is closed for more than a year.
        """
        left = hours
        for opens, closes in self._shifts(start):
            worked = closes - opens
            if left <= worked:
                return timezone.localtime(opens + left)
            left -= worked
        raise ValueError(f"the office is closed for {_FARTHEST_DAYS} days from {start:%Y-%m-%d}")

    def between(self, start: datetime, end: datetime) -> timedelta:
        """How long the office has worked from `start` to `end`."""
        worked = timedelta()
        for opens, closes in self._shifts(start):
            if opens >= end:
                break
            worked += min(closes, end) - opens
        return worked

    def _shifts(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Each stretch of work from `start` on, in UTC: on the wall an hour can be missing or come twice."""
        local = timezone.localtime(start)
        for ahead in range(_FARTHEST_DAYS):
            day = local.date() + timedelta(days=ahead)
            if not self.is_open_on(day):
                continue
            hours = (datetime.combine(day, hour, local.tzinfo) for hour in self.hours[day.isoweekday()])
            opens, closes = (hour.astimezone(UTC) for hour in hours)
            if closes > start and closes > opens:
                yield max(opens, start.astimezone(UTC)), closes


@dataclass(frozen=True, slots=True)
class Rules:
    """What the office settled. version: 0 where no coordinator changed what the server's settings say.

    answer_within: office time until an answer is promised. owners: who answers a topic, where it is not the office.
    """

    clock: OfficeClock
    answer_within: timedelta
    owners: Mapping[str, str]
    topics_off: frozenset[str]
    version: int = 0


def rules_of(row: OfficeRules) -> Rules:
    hours = {
        int(day): (time.fromisoformat(opens), time.fromisoformat(closes)) for day, (opens, closes) in row.hours.items()
    }
    clock = OfficeClock(hours, frozenset(map(date.fromisoformat, row.closed_days)), row.province)
    within = timedelta(hours=row.answer_within_hours)
    return Rules(clock, within, row.owners, frozenset(row.topics_off), row.version)


def rules_at_first() -> Rules:
    """What the server's settings say."""
    clock = OfficeClock(settings.OFFICE_HOURS, settings.OFFICE_CLOSED_DAYS, settings.OFFICE_PROVINCE)
    within = timedelta(hours=settings.ANSWER_WITHIN_HOURS)
    return Rules(clock, within, settings.TICKET_OWNERS, frozenset(settings.TICKET_TOPICS_OFF))


def newest_rules() -> Rules:
    row = OfficeRules.objects.first()
    return rules_of(row) if row else rules_at_first()


_kept = Renewed("The rules of the office", newest_rules, rules_at_first)
rules, forget = _kept.current, _kept.forget


def office() -> OfficeClock:
    """The clock of the office that runs this site."""
    return rules().clock
