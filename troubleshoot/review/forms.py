"""What staff may set."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from troubleshoot.flows.model import Content


class NoticeForm(forms.Form):
    """A notice on every page, on a flow, or on one step."""

    place = forms.ChoiceField(label=_("Where it is shown"))
    text_it = forms.CharField(label=_("Text in Italian"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    text_en = forms.CharField(label=_("Text in English"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    who_is_hit = forms.CharField(label=_("Who is hit (may stay empty)"), max_length=200, required=False)
    starts_at = forms.DateTimeField(
        label=_("Shown from (empty: at once)"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    ends_at = forms.DateTimeField(
        label=_("Shown until (empty: until you take it down)"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

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
        return values

    def notice_values(self) -> dict[str, Any]:
        """The cleaned values, as `notices.services.put_up` takes them."""
        values = dict(self.cleaned_data)
        flow, _slash, step = values.pop("place").partition("/")
        return {**values, "flow": flow, "step": step}


class SuspensionForm(forms.Form):
    """Why a step is out; shown to whoever opens it."""

    text_it = forms.CharField(label=_("Why, in Italian"), max_length=500)
    text_en = forms.CharField(label=_("Why, in English"), max_length=500)
