"""What the office settles: hours, closed days, answer time, topics taken and who answers them. For coordinators."""

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

import holidays
from django import forms
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext, ngettext, pgettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from troubleshoot.accounts.access import coordinator_required
from troubleshoot.core.forms import CleanText, PlainForm
from troubleshoot.core.models import OfficeRules
from troubleshoot.core.office import Rules, forget, newest_rules, rules_at_first, rules_of
from troubleshoot.flows.model import Topic
from troubleshoot.tickets.sheet import topic_words

#: Versions shown in the history.
_PAST_SHOWN = 50
#: Own closed days that can be settled, and the longest stretch of them written as one line.
_DAYS_MAX = 200
_DAY = r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})"
_LINE = re.compile(rf"{_DAY}(?:\s*[-–]\s*{_DAY})?")
_ITALY = holidays.country_holidays("IT")
_PROVINCES = sorted(
    (names[0], code) for code, names in type(_ITALY).get_subdivision_aliases().items() if names and len(code) == 2
)


class ClosedDays(forms.CharField):
    """Days or stretches of days, one a line: `24/12/2026` or `10/8/2026 - 21/8/2026`. Cleaned: a frozenset of dates."""

    widget = forms.Textarea({"rows": 5})

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str | None) else "\n".join(_lines_of(value))

    def clean(self, value: Any) -> frozenset[date]:
        days: set[date] = set()
        for line in filter(None, map(str.strip, str(super().clean(value) or "").splitlines())):
            days |= self._days_of(line)
        if len(days) > _DAYS_MAX:
            raise forms.ValidationError(
                ngettext("At most %d day can be settled.", "At most %d days can be settled.", _DAYS_MAX) % _DAYS_MAX
            )
        return frozenset(days)

    def _days_of(self, line: str) -> set[date]:
        found = _LINE.fullmatch(line)
        try:
            day, month, year, *end = (int(part) for part in found.groups() if part) if found else ()
            first = date(year, month, day)
            last = date(end[2], end[1], end[0]) if end else first
        except ValueError as error:
            said = gettext("%s is not a day. Write 24/12/2026, or 10/8/2026 - 21/8/2026 for all days between.")
            raise forms.ValidationError(said % f"«{line[:40]}»") from error
        ahead = (last - first).days
        if not 0 <= ahead < _DAYS_MAX:
            said = gettext("In «%s» the second day must come after the first, within half a year.")
            raise forms.ValidationError(said % line)
        return {first + timedelta(days=number) for number in range(ahead + 1)}


class OfficeForm(PlainForm):
    """The rules as a form. Cleaned `row`: the columns of an `OfficeRules`."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    closed_days = ClosedDays(
        label=_("Days on which the office is closed, beside holidays"),
        help_text=_("One a line: 24/12/2026, or 10/8/2026 - 21/8/2026 for all days between."),
        required=False,
    )
    province = forms.ChoiceField(
        label=_("Province whose patron saint is kept"), choices=[(code, name) for name, code in _PROVINCES]
    )
    answer_within_hours = forms.IntegerField(
        label=_("Office hours within which an answer is promised"), min_value=1, max_value=200
    )
    why = CleanText(label=_("Why it is changed, for the history"), max_length=200, required=False)

    def __init__(self, data: Any, now: Rules) -> None:
        hours = now.clock.hours
        upcoming = [day for day in now.clock.closed if day >= timezone.localdate()]
        initial = {
            "version": now.version,
            "closed_days": upcoming,
            "province": now.clock.province,
            "answer_within_hours": int(now.answer_within / timedelta(hours=1)),
        }
        super().__init__(data, initial=initial)
        for day, name in WEEKDAYS.items():
            opens, closes = hours.get(day + 1, (None, None))
            for edge, moment, label in (("opens", opens, gettext("opens")), ("closes", closes, gettext("closes"))):
                self.fields[f"{edge}_{day + 1}"] = forms.TimeField(
                    label=f"{name}, {label}",
                    required=False,
                    initial=moment,
                    widget=forms.TimeInput({"type": "time"}, format="%H:%M"),
                )
        for topic in Topic:
            self.fields[f"takes_{topic}"] = forms.BooleanField(
                label=topic_words(topic), required=False, initial=topic.value not in now.topics_off
            )
            self.fields[f"owner_{topic}"] = CleanText(
                label=gettext("Who answers: %s") % topic_words(topic),
                max_length=120,
                required=False,
                initial=now.owners.get(topic.value, ""),
            )

    @property
    def days(self) -> list[tuple[str, forms.BoundField, forms.BoundField]]:
        return [(name, self[f"opens_{day + 1}"], self[f"closes_{day + 1}"]) for day, name in WEEKDAYS.items()]

    @property
    def topics(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        return [(self[f"takes_{topic}"], self[f"owner_{topic}"]) for topic in Topic]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        hours: dict[str, list[str]] = {}
        for day in range(1, 8):
            opens, closes = values.get(f"opens_{day}"), values.get(f"closes_{day}")
            if (opens is None) != (closes is None) and not {f"opens_{day}", f"closes_{day}"} & set(self.errors):
                self.add_error(
                    f"closes_{day}", gettext("Give both times, or leave both empty on a day when it is closed.")
                )
            elif opens is not None and closes is not None:
                if opens >= closes:
                    self.add_error(f"closes_{day}", gettext("It must close after it opens."))
                hours[str(day)] = [f"{opens:%H:%M}", f"{closes:%H:%M}"]
        if not hours and not self.errors:
            self.add_error("opens_1", gettext("On at least one day the office must be open."))
        if not self.errors:
            values["row"] = self._row(values, hours)
        return values

    def _row(self, values: dict[str, Any], hours: dict[str, list[str]]) -> OfficeRules:
        owners = {topic.value: values[f"owner_{topic}"] for topic in Topic if values[f"owner_{topic}"]}
        row = OfficeRules(
            version=values["version"] + 1,
            hours=hours,
            closed_days=sorted(day.isoformat() for day in values["closed_days"]),
            province=values["province"],
            answer_within_hours=values["answer_within_hours"],
            owners=owners,
            topics_off=[topic.value for topic in Topic if not values[f"takes_{topic}"]],
            why=values["why"],
        )
        try:
            due_if_now(rules_of(row))
        except ValueError:
            self.add_error("closed_days", gettext("With these days no answer would come for more than a year."))
        return row


@require_http_methods(["GET", "HEAD", "POST"])
@coordinator_required
def office_rules(request: HttpRequest) -> HttpResponse:
    """The rules in force, the form to change them, and who changed what and when."""
    now = newest_rules()
    form = OfficeForm(request.POST if request.method == "POST" else None, now)
    if form.is_valid():
        row = form.cleaned_data["row"]
        if not list(changes(now, rules_of(row), timezone.localdate())) and row.version == now.version + 1:
            messages.success(request, gettext("Nothing was different, so nothing was changed."))
            return redirect("office_rules")
        if settle(row, request.user):
            messages.success(request, gettext("Changed. It holds for what comes in from now on."))
            return redirect("office_rules")
        now = newest_rules()
        form.add_error(
            None,
            gettext(
                "Somebody changed these settings while you wrote: see the history below. Yours stand in the form"
                " and are not kept yet; correct them and keep them again."
            ),
        )
        form.data = form.data.copy()
        form.data["version"] = now.version
    context = {"form": form, "due": due_if_now(now), "history": history(), "now": now}
    return render(request, "review/office_rules.html", context, status=422 if form.is_bound else 200)


def settle(row: OfficeRules, by: AbstractBaseUser) -> bool:
    """Put the row in force; False where another one with its version is already."""
    row.created_by = by
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        return False
    forget()
    return True


def due_if_now(rules: Rules) -> datetime:
    """When an answer is due to what comes in now. Raises ValueError where the office is closed for a year."""
    return rules.clock.after(timezone.now(), rules.answer_within)


def history() -> list[tuple[OfficeRules, list[str]]]:
    """The newest versions, each with what it changed in words."""
    rows = list(OfficeRules.objects.select_related("created_by")[: _PAST_SHOWN + 1])
    settled = [rules_of(row) for row in rows]
    if len(rows) <= _PAST_SHOWN:
        settled.append(rules_at_first())
    return [
        (row, list(changes(old, new, timezone.localdate(row.created_at))))
        for row, (new, old) in zip(rows, pairwise(settled), strict=False)
    ]


def changes(old: Rules, new: Rules, on: date) -> Iterator[str]:
    """Each difference as a line. on: the day of the change; closed days before it drop out without a word."""
    for day, name in WEEKDAYS.items():
        before, after = old.clock.hours.get(day + 1), new.clock.hours.get(day + 1)
        if before != after:
            yield f"{name}: {_shift(before)} → {_shift(after)}"
    if added := new.clock.closed - old.clock.closed:
        yield gettext("closed on %s") % ", ".join(_lines_of(added))
    if gone := {day for day in old.clock.closed - new.clock.closed if day >= on}:
        yield gettext("no longer closed on %s") % ", ".join(_lines_of(gone))
    if old.clock.province != new.clock.province:
        yield gettext("province: %s") % f"{old.clock.province} → {new.clock.province}"
    if old.answer_within != new.answer_within:
        hours = (f"{each / timedelta(hours=1):g}" for each in (old.answer_within, new.answer_within))
        yield gettext("office hours until an answer: %s") % " → ".join(hours)
    for topic in Topic:
        if (off := topic.value in new.topics_off) != (topic.value in old.topics_off):
            said = gettext("requests no longer taken: %s") if off else gettext("requests taken: %s")
            yield said % topic_words(topic)
        before, after = (each.owners.get(topic.value, "") or gettext("the office") for each in (old, new))
        if before != after:
            yield gettext("who answers «%s»: ") % topic_words(topic) + f"{before} → {after}"


def _shift(hours: tuple[time, time] | None) -> str:
    return f"{hours[0]:%H:%M}–{hours[1]:%H:%M}" if hours else pgettext("office", "closed")


def _lines_of(days: Any) -> list[str]:
    """Days as they are written in the form, those in a row as one stretch."""
    stretches: list[list[date]] = []
    for day in sorted(days):
        if stretches and day - stretches[-1][-1] == timedelta(days=1):
            stretches[-1].append(day)
        else:
            stretches.append([day])
    return [" - ".join(f"{day:%d/%m/%Y}" for day in sorted({each[0], each[-1]})) for each in stretches]
