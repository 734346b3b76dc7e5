"""What a reviewer can do on the page of a request: a form each, and the deed it stands for.

An act that writes to her waits some seconds before it is done (`writings`), so its values are kept as JSON and carried
out from there.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language, gettext, override
from django.utils.translation import gettext_lazy as _

from troubleshoot.accounts.models import User
from troubleshoot.core import secrets
from troubleshoot.core.forms import CleanText, without_unseen
from troubleshoot.core.office import office
from troubleshoot.flows.model import Topic
from troubleshoot.review import remedies
from troubleshoot.review.unknown_texts import impersonal, pass_on
from troubleshoot.tickets import desk
from troubleshoot.tickets.fields import FIELDS, MAX_TEXT, PICTURES, QUESTION, TOPICS
from troubleshoot.tickets.forms import TokenForm
from troubleshoot.tickets.models import Ticket
from troubleshoot.tickets.sheet import topic_words
from troubleshoot.tickets.states import Identity, Others

Values = Mapping[str, Any]

#: Longest text of a draft, in characters: longer than what may be sent, so that it can be shortened later.
MAX_DRAFT = 4 * MAX_TEXT


def _text(label: Any, *, rows: int = 6, required: bool = True, help_text: Any = "") -> CleanText:
    widget = forms.Textarea({"rows": rows})
    return CleanText(label=label, max_length=MAX_TEXT, required=required, widget=widget, help_text=help_text)


class ActForm(TokenForm):
    """seen: the last row of history on the page it was written on."""

    marks_optional = True
    #: Fields in which secrets are looked for.
    texts: tuple[str, ...] = ("text",)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def __init__(self, *args: Any, ticket: Ticket, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ticket, self.user = ticket, user
        self.prepare()

    def prepare(self) -> None:
        """Choices that depend on the request."""

    #: What the page says of it: the draft it was filled from, that no words of the guide could be inserted, and that
    #: the draft hides some of it.
    draft: Any = None
    insert_failed = False
    hides = False

    def show_seen(self, seen: int) -> None:
        """The page shows all rows of history up to this one."""
        if self.is_bound:
            self.data = self.data.copy()
            self.data["seen"] = str(seen)
        else:
            self.initial["seen"] = seen

    @property
    def typed(self) -> dict[str, str]:
        """What was typed, good or not."""
        return {name: without_unseen(self.data.get(name, "")) for name in self.fields if name != "seen"}

    @property
    def draft_values(self) -> dict[str, Any]:
        """What was typed, with secrets covered, to be kept as a draft. Too long a text is cut: `is_cut` says so."""
        kept = {name: value[:MAX_DRAFT] for name, value in self.typed.items()}
        return {name: secrets.cover(value) if name in self.texts else value for name, value in kept.items()}

    @property
    def is_cut(self) -> bool:
        """Whether a draft of it would not hold all that was typed."""
        return any(len(value) > MAX_DRAFT for value in self.typed.values())

    @property
    def is_covered(self) -> bool:
        """Whether a draft of it holds less than what was typed, because some of it looks like a secret."""
        return not self.is_cut and self.draft_values != self.typed

    @property
    def values(self) -> dict[str, Any]:
        """What it says, as JSON."""
        return {
            name: value.isoformat() if hasattr(value, "isoformat") else value
            for name, value in self.cleaned_data.items()
            if name != "seen"
        }


class AnswerForm(ActForm):
    text = _text(_("Your answer"), rows=9)


class AskForm(ActForm):
    """One fact: of the sheet, the pictures, or a question in his own words."""

    field = forms.ChoiceField(label=_("Which fact is missing"))
    text = _text(
        _("Your question, or a word beside it"),
        rows=3,
        required=False,
        help_text=_("She sees this and one field. Nothing else is asked."),
    )

    def prepare(self) -> None:
        sheet = self.ticket.facts
        gaps = [(key, label) for key, label in _facts(self.ticket) if not sheet.facts.get(key)]
        given = [(key, label) for key, label in _facts(self.ticket) if sheet.facts.get(key)]
        more = [
            (PICTURES, gettext("A picture of the screen")),
            (QUESTION, gettext("Something else: my own question")),
        ]
        self.fields["field"].choices = [
            (gettext("Still missing"), [*gaps, *more]),
            (gettext("Known, to be asked again"), given),
        ]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("field") == QUESTION and not values.get("text"):
            self.add_error("text", forms.ValidationError(_("Write the question."), code="required"))
        return values


def _facts(ticket: Ticket) -> list[tuple[str, str]]:
    """Facts that can be asked for: those of the topic first, then all others that say who she is."""
    asked = [key for key in TOPICS[Topic(ticket.topic)].fields if key not in ("name", "authority", "email")]
    keys = dict.fromkeys((*asked, "imi_email", "user_id", "request", "error_text", "browser", "since_when"))
    return [(key, str(FIELDS[key].label)) for key in keys]


class NoteForm(ActForm):
    text = _text(_("Internal note: only the staff reads it"), rows=4)


def _working_day_after(days: int) -> str:
    """The next day on which the office works, at least `days` from now."""
    day = timezone.localdate() + timedelta(days=days)
    while not office().is_open_on(day):
        day += timedelta(days=1)
    return day.isoformat()


class WaitForm(ActForm):
    waits_for = forms.ChoiceField(label=_("Who has to act"), choices=Others)
    remind_on = forms.DateField(
        label=_("Remind me on"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"), localize=False
    )
    text = _text(_("What was asked, or the number of their ticket: only the staff reads it"), rows=3, required=False)

    def prepare(self) -> None:
        self.fields["remind_on"].initial = _working_day_after(3)

    def clean_remind_on(self) -> Any:
        day = self.cleaned_data["remind_on"]
        if not timezone.localdate() < day <= timezone.localdate() + timedelta(days=settings.TICKET_KEEP_DAYS - 1):
            raise forms.ValidationError(_("Choose a day from tomorrow on, within a year."), code="remind-when")
        return day


class IdentityForm(ActForm):
    how = forms.ChoiceField(label=_("How was it made sure who asks?"), choices=Identity, widget=forms.RadioSelect)
    text = _text(_("With whom, when: no number, no document"), rows=2, required=False)

    def clean(self) -> dict[str, Any]:
        """An answered mail counts only where an address was registered; else who says so writes which one it was."""
        values = super().clean() or {}
        is_known = self.ticket.is_confirmed and self.ticket.facts.registered_email
        if values.get("how") == Identity.REGISTERED_MAILBOX and not (is_known or values.get("text")):
            said = gettext("No registered address is known here: write which mailbox answered, and when.")
            self.add_error("text", said)
        return values


class AssignForm(ActForm):
    texts = ()
    to = forms.ChoiceField(label=_("Who takes it"), required=False)

    def prepare(self) -> None:
        staff = [user for user in User.objects.filter(is_active=True).order_by("name", "email") if user.may_review]
        self.fields["to"].choices = [("", gettext("Nobody")), *((str(user.pk), user.get_full_name()) for user in staff)]
        self.fields["to"].initial = str(self.ticket.assignee_id or "")


class TopicForm(ActForm):
    texts = ()
    topic = forms.ChoiceField(label=_("What it is about"))

    def prepare(self) -> None:
        self.fields["topic"].choices = [(topic.value, topic_words(topic).capitalize()) for topic in Topic]
        self.fields["topic"].initial = self.ticket.topic


SOLVED, CLOSED = "solved", "closed"
_NO_REMEDY = "none"


class EndForm(ActForm):
    """The end, and what there is to learn from it."""

    texts = ("text", "unknown_text")
    how = forms.ChoiceField(
        label=_("How it ends"),
        choices=((SOLVED, _("Solved")), (CLOSED, _("Closed without: it is not ours, or must not be done"))),
        initial=SOLVED,
        widget=forms.RadioSelect,
    )
    helped = forms.ChoiceField(label=_("Which remedy helped"), required=False)
    text = _text(_("A last word to her, by mail"), rows=5, required=False)
    unknown_text = _text(
        _("This error text stands in no list: pass it on to be written up"),
        rows=3,
        required=False,
        help_text=_("Take out names, addresses and numbers. Empty: nothing is passed on."),
    )

    def prepare(self) -> None:
        sheet = self.ticket.facts
        tried = [(f"{sheet.flow}/{row.step}", row.asked) for row in sheet.remedies]
        self.fields["helped"].choices = [
            ("", gettext("I don't know")),
            (_NO_REMEDY, gettext("None of the guide: the desk did something")),
            (gettext("Tried by her"), tried),
            *remedies.choices(get_language() or "it", sheet),
        ]
        text = sheet.facts.get("error_text", "")
        if not text or remedies.is_known(text):
            del self.fields["unknown_text"]
        else:
            self.fields["unknown_text"].initial = text


# What they stand for.


def _answer(ticket: Ticket, values: Values, hand: desk.Hand) -> None:
    desk.answer(ticket, values["text"], hand)


def _ask(ticket: Ticket, values: Values, hand: desk.Hand) -> None:
    field = values["field"]
    with override(ticket.language):
        label = gettext("A picture of the screen") if field == PICTURES else ""
        label = str(FIELDS[field].label) if field in FIELDS else label
    desk.ask(ticket, field, "\n\n".join(filter(None, (label, values["text"]))), hand)


def _note(ticket: Ticket, values: Values, hand: desk.Hand) -> None:
    desk.note(ticket, values["text"], hand)


def _wait(ticket: Ticket, values: Values, hand: desk.Hand) -> None:
    day = datetime.fromisoformat(values["remind_on"]).date()
    opens = office().hours.get(day.isoweekday(), (time(9), time(17)))[0]
    remind_at = datetime.combine(day, opens, timezone.get_current_timezone())
    desk.wait_for(ticket, Others(values["waits_for"]), remind_at, values["text"], hand)


def _identity(ticket: Ticket, values: Values, hand: desk.Hand) -> None:
    desk.check_identity(ticket, Identity(values["how"]), values["text"], hand)


def _assign(ticket: Ticket, values: Values, hand: desk.Hand) -> None:
    to = User.objects.get(pk=int(values["to"])) if values["to"] else None
    desk.assign(ticket, to, hand)


def _retopic(ticket: Ticket, values: Values, hand: desk.Hand) -> None:
    desk.retopic(ticket, Topic(values["topic"]), hand)


def _end(ticket: Ticket, values: Values, hand: desk.Hand) -> None:
    before = ticket.history.count()
    if values["how"] == CLOSED:
        desk.close(ticket, hand, text=values["text"])
    else:
        desk.solve(ticket, hand, helped=values["helped"], text=values["text"])
    is_new = ticket.history.count() > before  # not the same form sent twice
    if is_new and (text := values.get("unknown_text")):
        pass_on(impersonal(text, ticket), flow=ticket.facts.flow, by=hand.by)


@dataclass(frozen=True, slots=True)
class Act:
    """name: in the address. key: the letter that opens it. writes: goes to her by mail, so that it waits a little.

    inserts: words of the guide can be put into its text. keeps: a draft of it is kept.
    """

    name: str
    label: Any
    button: Any
    key: str
    form: type[ActForm]
    carry_out: Callable[[Ticket, Values, desk.Hand], None]
    writes: bool = False
    inserts: bool = False
    keeps: bool = True

    @property
    def moves(self) -> bool:
        """Whether the request is in another state by it."""
        return self.writes or self.name == "attesa"

    @property
    def goes_to_her(self) -> bool:
        return self.writes and self.name != "chiudi"

    def goes_out(self, values: Values) -> bool:
        """Whether something of it reaches her."""
        return self.writes and (self.name != "chiudi" or bool(values.get("text")))


ACTS: Mapping[str, Act] = {
    act.name: act
    for act in (
        Act("rispondi", _("Answer"), _("Send the answer"), "a", AnswerForm, _answer, writes=True, inserts=True),
        Act("chiedi", _("Ask for one fact"), _("Send the question"), "f", AskForm, _ask, writes=True),
        Act("nota", _("Note"), _("Keep the note"), "n", NoteForm, _note),
        Act("attesa", _("Waiting for others"), _("Let it wait"), "w", WaitForm, _wait),
        Act("identita", _("Identity checked"), _("Note the check"), "i", IdentityForm, _identity),
        Act("assegna", _("Assign"), _("Assign"), "g", AssignForm, _assign, keeps=False),
        Act("argomento", _("Topic"), _("Change the topic"), "t", TopicForm, _retopic, keeps=False),
        Act("chiudi", _("End"), _("End the request"), "e", EndForm, _end, writes=True, inserts=True),
    )
}
