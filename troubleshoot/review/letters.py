"""Mails ready for those a request waits for: the desk's words around her fact sheet."""

from dataclasses import dataclass
from urllib.parse import quote

from django.conf import settings
from django.utils.translation import gettext

from troubleshoot.flows import library
from troubleshoot.tickets.models import Ticket
from troubleshoot.tickets.sheet import as_text
from troubleshoot.tickets.states import Others

#: The desk of the guide whose address belongs to whom a request waits for.
_DESKS = {Others.EU_LOGIN: "eulogin-support", Others.MINISTRY: "ministry"}


@dataclass(frozen=True, slots=True)
class Letter:
    """to: empty where no address is known. mailto: opens the reviewer's own mail program."""

    others: Others
    to: str
    subject: str
    text: str

    @property
    def label(self) -> str:
        return self.others.label

    @property
    def mailto(self) -> str:
        return f"mailto:{quote(self.to)}?subject={quote(self.subject)}&body={quote(self.text)}"


def letters_for(ticket: Ticket) -> list[Letter]:
    """A mail for each of those who may have to act; EU Login support first."""
    about = gettext("IMI, %(reference)s: %(topic)s") % {
        "reference": ticket.reference,
        "topic": ticket.facts.topic_words,
    }
    words = gettext(
        "Good morning,\n\nwe write for a user of IMI in Italy whom we could not help to sign in. This is all that is "
        "known; what was tried stands below.\n\n%(sheet)s\n\nPlease answer to this mail and keep %(reference)s in the "
        "subject.\n\n%(office)s"
    )
    text = words % {"sheet": as_text(ticket.facts), "reference": ticket.reference, "office": settings.SITE_OFFICE}
    return [Letter(others, _address(others, ticket.language), about, text) for others in Others]


def _address(others: Others, language: str) -> str:
    content = library.current().content
    desk = content.desks.get(_DESKS.get(others, ""))
    return content.terms[desk.mail].shown(language)[0] if desk and desk.mail else ""
