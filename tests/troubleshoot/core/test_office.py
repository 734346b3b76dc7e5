"""The office's clock, against days counted by hand."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from troubleshoot.core.office import OfficeClock

ROME = ZoneInfo("Europe/Rome")
NINE_TO_FIVE = {day: (time(9), time(17)) for day in range(1, 6)}
CLOCK = OfficeClock(NINE_TO_FIVE)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ROME)


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("2026-11-25 10:00", 4, "2026-11-25 14:00"),
        ("2026-11-25 16:00", 4, "2026-11-26 12:00"),
        ("2026-11-25 05:00", 1, "2026-11-25 10:00"),  # before it opens
        ("2026-11-25 20:00", 1, "2026-11-26 10:00"),  # after it closed
        ("2026-11-27 16:00", 2, "2026-11-30 10:00"),  # over a weekend
        ("2026-11-28 12:00", 8, "2026-11-30 17:00"),  # to the closing hour
        ("2026-12-07 16:00", 2, "2026-12-09 10:00"),  # Immacolata, a Tuesday
        ("2026-12-24 16:00", 2, "2026-12-28 10:00"),  # Christmas, Santo Stefano, Sunday
        ("2026-12-31 16:00", 2, "2027-01-04 10:00"),  # New Year, a Friday
        ("2026-06-26 16:00", 2, "2026-06-30 10:00"),  # Rome's patron saint on Monday the 29th
        ("2026-04-03 16:00", 2, "2026-04-07 10:00"),  # Easter Monday
        ("2026-10-23 16:00", 2, "2026-10-26 10:00"),  # the clocks change in between
        ("2026-03-27 16:00", 2, "2026-03-30 10:00"),
    ],
)
def test_when_an_answer_is_due(start, hours, due):
    assert CLOCK.after(at(start), timedelta(hours=hours)) == at(due)
    assert CLOCK.between(at(start), at(due)) == timedelta(hours=hours)


def test_another_province_keeps_another_saint():
    milan = OfficeClock(NINE_TO_FIVE, province="MI")  # Sant'Ambrogio, 7 December
    assert not milan.is_open_on(date(2026, 12, 7))
    assert CLOCK.is_open_on(date(2026, 12, 7))
    assert milan.is_open_on(date(2026, 6, 29))


def test_days_of_the_office_s_own_are_closed():
    clock = OfficeClock(NINE_TO_FIVE, frozenset({date(2026, 11, 26)}))
    assert clock.after(at("2026-11-25 16:00"), timedelta(hours=2)) == at("2026-11-27 10:00")


def test_a_short_friday():
    clock = OfficeClock(NINE_TO_FIVE | {5: (time(9), time(13))})
    assert clock.after(at("2026-11-27 12:00"), timedelta(hours=2)) == at("2026-11-30 10:00")


def test_an_office_that_never_opens_is_said():
    with pytest.raises(ValueError, match="closed for 400 days"):
        OfficeClock({}).after(at("2026-11-25 10:00"), timedelta(hours=1))


@given(
    st.integers(0, 3 * 365 * 24 * 60).map(lambda minutes: at("2026-01-01 00:00") + timedelta(minutes=minutes)),
    st.integers(1, 120),
    st.integers(1, 120),
)
def test_time_adds_up(start, first, second):
    """What is due after both is due after one and then the other, in working hours, and `between` gives it back."""
    one = CLOCK.after(start, timedelta(hours=first))
    both = CLOCK.after(start, timedelta(hours=first + second))
    assert CLOCK.after(one, timedelta(hours=second)) == both
    assert CLOCK.between(start, both) == timedelta(hours=first + second)
    assert CLOCK.is_open_on(both.date())
    assert time(9) <= both.time() <= time(17)


def _worked_by_the_minute(clock: OfficeClock, start: datetime, end: datetime) -> timedelta:
    """Office time counted minute by minute, each looked at on the wall."""
    minutes, now = 0, start.astimezone(UTC)
    while now < end:
        local = now.astimezone(ROME)
        if clock.is_open_on(local.date()):
            opens, closes = clock.hours[local.isoweekday()]
            minutes += opens <= local.time() < closes
        now += timedelta(minutes=1)
    return timedelta(minutes=minutes)


NIGHT_AND_DAY = OfficeClock({day: (time(0), time(23, 30)) for day in range(1, 8)})
#: The two changes of 2026, at night on a Sunday.
CHANGES = [at("2026-03-28 12:00"), at("2026-10-24 12:00")]


@given(start=st.sampled_from(CHANGES), minutes=st.integers(0, 2_400), hours=st.integers(0, 40))
def test_the_changes_of_the_clock_are_neither_counted_twice_nor_lost(start, minutes, hours):
    start = (start.astimezone(UTC) + timedelta(minutes=minutes)).astimezone(ROME)
    due = NIGHT_AND_DAY.after(start, timedelta(hours=hours))
    assert _worked_by_the_minute(NIGHT_AND_DAY, start, due) == timedelta(hours=hours)
    assert NIGHT_AND_DAY.between(start, due) == timedelta(hours=hours)


@given(start=st.integers(0, 3 * 1_440), first=st.integers(0, 4_000), then=st.integers(0, 4_000))
def test_time_is_counted_once_however_it_is_cut(start, first, then):
    begin = (at("2026-10-23 08:00").astimezone(UTC) + timedelta(minutes=start)).astimezone(ROME)
    middle, end = (begin.astimezone(UTC) + timedelta(minutes=length) for length in (first, first + then))
    for clock in (CLOCK, NIGHT_AND_DAY):
        assert clock.between(begin, middle) + clock.between(middle, end) == clock.between(begin, end)
