"""What the desk asks, by topic: each fact once, in the order of the form and of the sheet."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext_lazy as _

from troubleshoot.flows.model import Topic

#: Longest line, and longest text, in characters.
MAX_LINE, MAX_TEXT = 200, 10_000


class Look(StrEnum):
    """How a fact is asked for."""

    LINE = "line"
    EMAIL = "email"
    USER_ID = "user-id"
    TEXT = "text"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True)
class Field:
    """label, help: lazy texts. autocomplete: the browser's own word for it (HTML, 4.10.18.7). choices: of a CHOICE."""

    label: Any
    help: Any = ""
    look: Look = Look.LINE
    required: bool = False
    autocomplete: str = "off"
    choices: tuple[tuple[str, Any], ...] = ()


_YES_NO = (("yes", _("Yes")), ("no", _("No")), ("unknown", _("I don't know")))

FIELDS: Mapping[str, Field] = MappingProxyType(
    {
        "name": Field(_("Your first and last name"), required=True, autocomplete="name"),
        "authority": Field(_("Your authority and office"), required=True, autocomplete="organization"),
        "email": Field(
            _("Your office e-mail"),
            _("The private link to your request goes to this address, and to no other."),
            Look.EMAIL,
            required=True,
            autocomplete="email",
        ),
        "imi_email": Field(
            _("E-mail registered in IMI, if it is another one"),
            _("Leave it empty if it is the same, or if you don't know."),
            Look.EMAIL,
        ),
        "user_id": Field(
            _("Your EU Login user ID"),
            _("8 letters and digits, such as n00a1b2c. It is no password. Leave it empty if you don't know it."),
            Look.USER_ID,
        ),
        "request": Field(
            _("What you were doing, and what happened instead"),
            _("In your own words, as to a colleague."),
            Look.TEXT,
        ),
        "browser": Field(_("The browser you use for it"), _("This is the one you are reading this with: correct it.")),
        "error_text": Field(
            _("The whole error message, word by word"),
            _("Copy it from the page, or leave it empty if there is none."),
            Look.TEXT,
        ),
        "colleagues": Field(
            _("Do colleagues of your authority have the same trouble?"), look=Look.CHOICE, choices=_YES_NO
        ),
        "colleagues_how": Field(_("If so: who, and what helped them")),
        "uses_imi": Field(_("Does your authority use IMI already?"), look=Look.CHOICE, choices=_YES_NO),
        "eulogin_email": Field(
            _("The address of your EU Login account"),
            _("Leave it empty if you have no account yet."),
            Look.EMAIL,
        ),
        "modules": Field(_("Which modules of IMI"), _("Such as professional qualifications, services, posting.")),
        "old_email": Field(_("The old address, as it is registered in IMI"), look=Look.EMAIL),
        "new_email": Field(_("The new address"), look=Look.EMAIL),
        "offices": Field(_("The office before, and the office now")),
        "days": Field(_("Two or three possible days and hours")),
        "people": Field(_("How many people")),
        "since_when": Field(_("Since when")),
        "who_is_hit": Field(_("Who is hit: you alone, your office, others")),
        "what_needed": Field(_("What you need"), _("In your own words, as to a colleague."), Look.TEXT),
        "by_when": Field(_("By when you need it")),
        "device": Field(_("With what: PC and reader, PC and phone, phone alone; which ones")),
    }
)

#: What the desk can ask for that is no field: screenshots, and a question in its own words.
PICTURES, QUESTION = "pictures", "question"

WHO = ("name", "authority", "email")
_ACCOUNT = (*WHO, "imi_email", "user_id")
_FIVE = ("request", "error_text", "browser", "colleagues", "colleagues_how")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a topic needs. pictures: whether screenshots help. changes_account: a road to taking an account over."""

    fields: tuple[str, ...]
    pictures: bool = True
    changes_account: bool = False


TOPICS: Mapping[Topic, Asked] = MappingProxyType(
    {
        Topic.ACCESS: Asked((*_ACCOUNT, *_FIVE)),
        Topic.IMI_RESET: Asked((*_ACCOUNT, "request"), changes_account=True),
        Topic.IMI_DELETION: Asked((*_ACCOUNT, "request"), pictures=False, changes_account=True),
        Topic.NEW_REGISTRATION: Asked((*WHO, "uses_imi", "eulogin_email", "modules"), pictures=False),
        Topic.CHANGE: Asked(
            (*WHO, "old_email", "new_email", "offices", "user_id"), pictures=False, changes_account=True
        ),
        Topic.TRAINING: Asked((*WHO, "modules", "days", "people"), pictures=False),
        Topic.OUTAGE: Asked((*WHO, "since_when", "who_is_hit", "error_text", "browser")),
        Topic.CIE_INPS: Asked((*WHO, "request", "error_text", "device", "browser")),
        Topic.OTHER: Asked((*_ACCOUNT, "what_needed", "by_when")),
    }
)

#: Facts that may stay empty without leaving a gap.
NO_GAP = frozenset({"imi_email", "colleagues_how", "by_when"})


def said(key: str, value: str) -> str:
    """A fact's value in words: of a choice its label."""
    return str(dict(FIELDS[key].choices).get(value, value))
