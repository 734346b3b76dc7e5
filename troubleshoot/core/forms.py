"""What forms for people without an account share."""

import re
import unicodedata
from typing import Any

from django import forms
from django.core.mail.message import sanitize_address
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from troubleshoot.core import secrets

#: Signs that cannot be seen and change what can: controls, and what turns the direction of writing (UAX #9).
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def without_unseen(text: str) -> str:
    """The text in one form of Unicode (NFC), without signs that cannot be seen and change what can."""
    return _UNSEEN.sub("", unicodedata.normalize("NFC", text))


class CleanText(forms.CharField):
    """Text without unseen signs, in one form of Unicode (NFC). Too long is said, never cut."""

    def to_python(self, value: Any) -> str:
        text = str(value or "").replace("\r\n", "\n").replace("\r", "\n")
        return super().to_python(without_unseen(text)) or ""

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """No maxlength: a browser would cut what is pasted without a word."""
        return {}


class PlainForm(forms.Form):
    """A form whose page lists what is wrong with it, each with a link to its field."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)

    @property
    def wrong_fields(self) -> list[forms.BoundField]:
        return [field for field in self.visible_fields() if field.errors]


class MailAddress(forms.EmailField):
    """An address that mail can be sent to, written out: no encoded words (RFC 2047), a host that IDNA can write."""

    def clean(self, value: Any) -> str:
        address = str(super().clean(value))
        try:
            sent_to = sanitize_address(address, "utf-8") if address else ""
        except ValueError:
            sent_to = "=?"
        if "=?" in address + sent_to:
            raise forms.ValidationError(
                _("No mail can be sent to this address. Is a sign in it wrong?"), code="no-mail-address"
            )
        return address


class AddressForm(PlainForm):
    """An address to write to."""

    email = MailAddress(
        label=_("Your office e-mail"), max_length=254, widget=forms.EmailInput({"autocomplete": "email"})
    )


#: Fields that hold no words of hers; and most characters of one that are given back.
_MARKS = frozenset({"token", "csrfmiddlewaretoken", "submission", "seen", "keep", "unknown", "password", "code"})
_MOST_GIVEN_BACK = 20_000


def unsent(request: HttpRequest) -> list[str]:
    """The words of a form that cannot be taken any more, secrets covered, for a page that gives them back."""
    if request.method != "POST":
        return []
    return [
        secrets.cover(words[:_MOST_GIVEN_BACK])
        for name, values in request.POST.lists()
        if name not in _MARKS
        for words in values
        if words.strip()
    ]
