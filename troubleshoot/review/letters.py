"""Mails ready for those a request waits for: the desk's words around her fact sheet."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from troubleshoot.flows import library
from troubleshoot.tickets.models import Ticket
from troubleshoot.tickets.sheet import as_text
from troubleshoot.tickets.states import Others

#: The desk of the guide whose address belongs to whom a request waits for.
_DESKS = {Others.EU_LOGIN: "eulogin-support", Others.MINISTRY: "ministry"}
#: Read everywhere in the Commission; the offices in Italy get Italian.
_IN_ENGLISH = (Others.EU_LOGIN, Others.COMMISSION)
#: What it is about, and for whom the desk writes.
_WORDS: Mapping[Others, tuple[Any, Any]] = {
    Others.EU_LOGIN: (
        _("EU Login"),
        _("we write for a user of IMI in Italy who cannot sign in to EU Login."),
    ),
    Others.COMMISSION: (_("IMI"), _("we write for a user in Italy who cannot get into IMI.")),
    Others.IT: (
        _("Access from a workplace"),
        _("we write for a colleague of your authority who cannot sign in. It points to the PC or the network."),
    ),
    Others.COMUNE: (_("CIE"), _("we write for somebody whose electronic identity card (CIE) needs your help.")),
    Others.MINISTRY: (
        _("CIE"),
        _("we write for somebody who cannot sign in with the electronic identity card (CIE)."),
    ),
    Others.INPS: (_("INPS, access with the CIE"), _("we write for somebody who cannot sign in to INPS with the CIE.")),
}
#: Longest address that mail programs take whole, in characters.
_LONGEST = 1_900


@dataclass(frozen=True, slots=True)
class Letter:
    """to: empty where no address is known. mailto: opens the reviewer's own mail program (RFC 6068).

    is_short: the mail program gets a first line alone, because no program takes an address as long as all of it.
    """

    others: Others
    to: str
    subject: str
    text: str
    begins: str

    @property
    def label(self) -> str:
        return self.others.label

    @property
    def is_short(self) -> bool:
        return len(self._mailto(self.text)) > _LONGEST

    @property
    def mailto(self) -> str:
        return self._mailto(self.begins if self.is_short else self.text)

    def _mailto(self, text: str) -> str:
        body = "\r\n".join(text.splitlines())
        return f"mailto:{quote(self.to)}?subject={quote(self.subject)}&body={quote(body)}"


def letters_for(ticket: Ticket) -> list[Letter]:
    """A mail for each of those who may have to act; EU Login support first."""
    return [_letter(ticket, others) for others in Others]


def _letter(ticket: Ticket, others: Others) -> Letter:
    subject, why = _WORDS[others]
    with override("en" if others in _IN_ENGLISH else "it"):
        begins = "\n\n".join(
            [gettext("Good morning,"), str(why), gettext("This is all that is known; what was tried stands below.")]
        )
        ends = gettext("Please answer to this mail and keep %(reference)s in the subject.") % {
            "reference": ticket.reference
        }
        text = "\n\n".join([begins, as_text(ticket.facts), ends, str(settings.SITE_OFFICE)])
        about = f"{subject}: {ticket.topic_words} ({ticket.reference})"
    return Letter(others, _address(others, ticket.language), about, text, begins)


def _address(others: Others, language: str) -> str:
    content = library.current().content
    desk = content.desks.get(_DESKS.get(others, ""))
    return content.terms[desk.mail].shown(language)[0] if desk and desk.mail else ""
