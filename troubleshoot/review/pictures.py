"""The area of a picture that is blacked out."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from troubleshoot.core.forms import PlainForm
from troubleshoot.tickets.pictures import Area


def _percent(label: Any, *, minimum: int, initial: int) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=minimum, max_value=100, initial=initial)


class CoverForm(PlainForm):
    """Where the black area lies, in percent of the picture."""

    left = _percent(_("From the left, %"), minimum=0, initial=0)
    top = _percent(_("From the top, %"), minimum=0, initial=0)
    width = _percent(_("Width, %"), minimum=1, initial=100)
    height = _percent(_("Height, %"), minimum=1, initial=10)

    @property
    def area(self) -> Area:
        values = self.cleaned_data
        return Area(values["left"], values["top"], values["width"], values["height"])

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        for start, length in (("left", "width"), ("top", "height")):
            if values.get(start) == 100:
                raise ValidationError(_("The area lies outside of the picture."), code="outside")
            if start in values and length in values:
                values[length] = min(values[length], 100 - values[start])
        return values
