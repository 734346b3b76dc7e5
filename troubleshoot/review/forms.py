"""What staff may set."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from troubleshoot.flows.model import Content
from troubleshoot.notices.models import Notice


def _moment(label: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, required=False, widget=widget)


class NoticeForm(forms.Form):
    """A notice on every page, on a flow, or on one step; of a maintenance or an outage with its hours."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Notice.Kind, initial=Notice.Kind.NOTICE)
    place = forms.ChoiceField(label=_("Where it is shown"))
    text_it = forms.CharField(label=_("Text in Italian"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    text_en = forms.CharField(label=_("Text in English"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    who_is_hit = forms.CharField(label=_("Who is hit (may stay empty)"), max_length=200, required=False)
    begins_at = _moment(_("It begins, or began (of a maintenance or an outage)"))
    finishes_at = _moment(_("It is expected to end (of a maintenance always)"))
    starts_at = _moment(_("Shown from (empty: at once)"))
    ends_at = _moment(_("Shown until (empty: until you take it down; a maintenance until it ends)"))

    def __init__(self, *args: Any, content: Content, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = [("", _("Every page"))]
        for flow in content.flows.values():
            title = flow.titles[language]
            places.append((flow.id, title))
            steps = [(step, words.title) for (step, spoken), words in flow.texts.items() if spoken == language]
            places.append((title, [(f"{flow.id}/{step}", words) for step, words in steps]))
        field = self.fields["place"]
        field.choices, field.required = places, False

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        ends: datetime | None = values.get("ends_at")
        starts: datetime = values.get("starts_at") or timezone.now()
        if ends is not None and ends <= starts:
            self.add_error("ends_at", forms.ValidationError(_("The end must come after the start."), code="ends-early"))
        begins, finishes = values.get("begins_at"), values.get("finishes_at")
        if begins and finishes and finishes <= begins:
            error = forms.ValidationError(_("The end must come after the beginning."), code="finishes-early")
            self.add_error("finishes_at", error)
        if values.get("kind") == Notice.Kind.MAINTENANCE:
            for name in ("begins_at", "finishes_at"):
                if not values.get(name) and name not in self.errors:
                    error = forms.ValidationError(_("A maintenance needs its hours."), code="hours-missing")
                    self.add_error(name, error)
        return values

    def notice_values(self) -> dict[str, Any]:
        """The cleaned values, as `notices.services.put_up` takes them."""
        values = dict(self.cleaned_data)
        flow, _slash, step = values.pop("place").partition("/")
        return {**values, "flow": flow, "step": step}

    @staticmethod
    def initial_of(notice: Notice) -> dict[str, Any]:
        """The form's values for changing a notice."""
        names = ("kind", "text_it", "text_en", "who_is_hit", "begins_at", "finishes_at", "ends_at")
        place = "/".join(filter(None, (notice.flow, notice.step)))
        return {"place": place, **{name: getattr(notice, name) for name in names}}


class SuspensionForm(forms.Form):
    """Why a step is out; shown to whoever opens it."""

    text_it = forms.CharField(label=_("Why, in Italian"), max_length=500)
    text_en = forms.CharField(label=_("Why, in English"), max_length=500)
