"""Forms for people without an account. What they type is kept whatever happens; secrets are found before storing."""

import hmac
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from troubleshoot.core import secrets
from troubleshoot.core.forms import AddressForm, CleanText, MailAddress, PlainForm
from troubleshoot.core.typed import Typed, kind_of, reference_in
from troubleshoot.flows.model import Topic
from troubleshoot.tickets.fields import FIELDS, MAX_LINE, MAX_TEXT, PICTURES, TOPICS, Field, Look
from troubleshoot.tickets.tokens import new_token, nonce_of

#: Characters shown on either side of what was covered.
_AROUND = 30


class UserIdField(CleanText):
    """An EU Login user ID; anything else that was typed is named."""

    def clean(self, value: Any) -> str:
        text = super().clean(value).strip()
        match kind_of(text):
            case Typed.PIN:
                raise ValidationError(
                    _("This looks like a PIN or PUK: never type it here. The user ID has letters and digits."),
                    code="pin-typed",
                )
            case Typed.REFERENCE | Typed.PAIRING_CODE:
                raise ValidationError(
                    _("This is a reference or a code of this site. The user ID begins with n or v, and has no dash."),
                    code="reference-typed",
                )
            case Typed.EMAIL:
                raise ValidationError(
                    _("This is an e-mail address. The user ID has 8 letters and digits."), code="email-typed"
                )
        if text.isdigit() or secrets.find(text):
            raise ValidationError(
                _("This is no user ID: never type a tax code, a PIN or a password here. It begins with n or v."),
                code="secret-typed",
            )
        return text


@dataclass(frozen=True, slots=True)
class Doubt:
    """A place that looks like a secret. mark: tells the same digits again. around: the words with it covered.

    may_be_kept, is_kept: whether she may say that it is another number, and whether she has.
    """

    mark: str
    around: str
    may_be_kept: bool
    is_kept: bool


class SecretsMixin:
    """Covers secrets in every text of a form, once she has seen what is covered.

    The first time, the form comes back with what was found, each covered by default; where no PIN word is near she may
    say that it is another number. `seen` and `keep` hold marks (keyed hashes) of what she was shown, so that new
    digits are shown too.
    """

    doubts: list[Doubt]
    data: Any
    fields: dict[str, Any]
    cleaned_data: dict[str, Any]

    def cover_secrets(self, names: Iterable[str]) -> None:
        """Cover what is found in these fields of `cleaned_data`. Raises ValidationError for what she has not seen."""
        kept, seen = (set(self.data.getlist(name)) for name in ("keep", "seen"))
        self.doubts = []
        for name in names:
            text = self.cleaned_data.get(name)
            if isinstance(text, str) and text:
                self.doubts += _doubts(text, kept)
                covered = secrets.cover(text, keep=lambda span, part: span.may_be_kept and _mark(part) in kept)
                # A cover can be longer than what it covers, and a column takes no more than its length.
                self.cleaned_data[name] = covered[: self.fields[name].max_length]
        if any(doubt.mark not in seen for doubt in self.doubts):
            raise ValidationError(
                _("We covered what looks like a PIN, a password or a document number. Look at it, then go on."),
                code="secret-shaped",
            )


def _doubts(text: str, kept: set[str]) -> Iterator[Doubt]:
    covered, gained = secrets.cover(text), 0
    for span in secrets.find(text):
        start = span.start + gained
        gained += len(secrets.COVER) - (span.end - span.start)
        around = " ".join(covered[max(start - _AROUND, 0) : start + len(secrets.COVER) + _AROUND].split())
        mark = _mark(text[span.start : span.end])
        yield Doubt(mark, around, span.may_be_kept, is_kept=span.may_be_kept and mark in kept)


def _mark(part: str) -> str:
    digits = "".join(sign for sign in part if sign.isalnum())
    return hmac.new(settings.SECRET_KEY.encode(), b"mark:" + digits.encode(), "sha256").hexdigest()[:20]


class FactsForm(SecretsMixin, PlainForm):
    """What a topic asks and nobody knows yet. Its names are those of `fields.FIELDS`."""

    #: Say which fields may stay empty: most may.
    marks_optional = True

    def __init__(self, *args: Any, topic: Topic, known: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key in TOPICS[topic].fields:
            if key not in known:
                self.fields[key] = form_field(FIELDS[key])

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        texts = [key for key in self.fields if key in FIELDS and FIELDS[key].look in (Look.LINE, Look.TEXT)]
        self.cover_secrets(texts)
        return values


def form_field(field: Field) -> forms.Field:
    common = {"label": field.label, "help_text": field.help, "required": field.required}
    attrs = {"autocomplete": field.autocomplete}
    match field.look:
        case Look.EMAIL:
            return MailAddress(**common, max_length=254, widget=forms.EmailInput(attrs))
        case Look.USER_ID:
            attrs |= {"autocapitalize": "none", "spellcheck": "false"}
            return UserIdField(**common, max_length=20, widget=forms.TextInput(attrs))
        case Look.TEXT:
            return CleanText(**common, max_length=MAX_TEXT, widget=forms.Textarea(attrs | {"rows": 5}))
        case Look.CHOICE:
            return forms.ChoiceField(**common, choices=field.choices, widget=forms.RadioSelect)
    return CleanText(**common, max_length=MAX_LINE, widget=forms.TextInput(attrs))


class TokenForm(SecretsMixin, PlainForm):
    """A form that is one entry however often it is sent, and in whose texts secrets are covered.

    submission: the random part of its token; None where it is too old.
    """

    #: Fields in which secrets are looked for.
    texts: tuple[str, ...] = ("text",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.submission = nonce_of(self.data.get("token", "")) if self.is_bound else None
        self.token = self.data["token"] if self.submission else new_token()

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if self.submission is None:
            raise ValidationError(
                _("This page was open for too long, so nothing was sent yet. What you typed stands below: go on."),
                code="expired",
            )
        self.cover_secrets(self.texts)
        return values


class WordsForm(TokenForm):
    """A text of hers."""

    text = CleanText(max_length=MAX_TEXT, widget=forms.Textarea({"rows": 6}), label=_("Text"))

    def __init__(self, *args: Any, label: Any = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if label:
            self.fields["text"].label = label


class OneFactForm(TokenForm):
    """The one fact that the desk asks for.

    knows: False where she says that she cannot tell, which then may stay empty. has_pictures: they are the answer.
    """

    knows, has_pictures = True, False

    def __init__(self, *args: Any, asks: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if asks in FIELDS:
            self.fields["fact"] = form_field(replace(FIELDS[asks], required=False))
            self.texts = ("fact",) if FIELDS[asks].look in (Look.LINE, Look.TEXT) else ()
        else:
            label = _("A word to it, if you like") if asks == PICTURES else _("Your answer")
            widget = forms.Textarea({"rows": 5})
            self.fields["fact"] = CleanText(label=label, max_length=MAX_TEXT, required=False, widget=widget)
            self.texts = ("fact",)

    @property
    def value(self) -> str:
        return self.cleaned_data["fact"] if self.knows else ""

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if self.knows and not self.has_pictures and not values.get("fact") and "fact" not in self.errors:
            error = ValidationError(_("Fill this in, or press “I cannot say”."), code="required")
            self.add_error("fact", error)
        return values


class NewLinkForm(AddressForm):
    """Address and reference, for a new private link."""

    reference = CleanText(
        label=_("Reference of your request"),
        help_text=_("It looks like AF-XXXX-XXXX and stands in every mail of ours."),
        max_length=60,
    )
    field_order = ("reference", "email")

    def clean_reference(self) -> str:
        typed = self.cleaned_data["reference"]
        if reference := reference_in(typed):
            return reference
        words = {
            Typed.PIN: gettext("This looks like a PIN or PUK: never type it here."),
            Typed.USER_ID: gettext("This is an EU Login user ID."),
            Typed.PAIRING_CODE: gettext("This is the code for the PC check."),
            Typed.EMAIL: gettext("This is an e-mail address."),
        }.get(kind_of(typed), "")
        what = gettext("The reference looks like AF-XXXX-XXXX; it stands in the mails of your request.")
        raise ValidationError(f"{words} {what}".strip(), code="no-reference")


class CutForm(PlainForm):
    """How many percent of a picture are cut off at each edge."""

    top = forms.IntegerField(label=_("From the top, %"), min_value=0, max_value=95, initial=0)
    bottom = forms.IntegerField(label=_("From the bottom, %"), min_value=0, max_value=95, initial=0)
    left = forms.IntegerField(label=_("From the left, %"), min_value=0, max_value=95, initial=0)
    right = forms.IntegerField(label=_("From the right, %"), min_value=0, max_value=95, initial=0)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        for one, other in (("top", "bottom"), ("left", "right")):
            if values.get(one, 0) + values.get(other, 0) > 95:
                raise ValidationError(_("Nothing of the picture would be left."), code="all-cut")
        return values
