"""What decides, of each request in a line, read from its sheet: nobody has to open it to know."""

from dataclasses import dataclass

from django.utils.translation import gettext

from troubleshoot.flows import library
from troubleshoot.flows.model import Tells
from troubleshoot.tickets.fields import FIELDS
from troubleshoot.tickets.models import Ticket
from troubleshoot.tickets.sheet import FactSheet
from troubleshoot.tickets.states import State


@dataclass(frozen=True, slots=True)
class Fact:
    """label: what it is; said: in her words. is_grave: looks at once like something to take care of."""

    label: str
    said: str
    is_grave: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A request in the list."""

    ticket: Ticket
    sheet: FactSheet

    @property
    def deciding(self) -> list[Fact]:
        return deciding(self.ticket, self.sheet)


def row_of(ticket: Ticket) -> Row:
    return Row(ticket, ticket.facts)


def deciding(ticket: Ticket, sheet: FactSheet) -> list[Fact]:
    """Second factor, *(Esterno)*, addresses, what was tried, what the PC check found, what is missing."""
    facts = [*_told(sheet), *_mailbox(ticket, sheet)]
    if sheet.remedies:
        last = sheet.remedies[-1]
        count = len(sheet.remedies)
        facts.append(Fact(gettext("Tried"), f"{count}: …{last.asked}" if count > 1 else last.asked))
    facts += [Fact(gettext("Found"), row.title, is_grave=True) for row in sheet.findings]
    if ticket.asks:
        label = str(FIELDS[ticket.asks].label) if ticket.asks in FIELDS else gettext("a question")
        facts.append(Fact(gettext("Asked for"), label))
    elif sheet.gaps and ticket.state in (State.NEW, State.OPEN):
        facts.append(Fact(gettext("Missing"), str(len(sheet.gaps))))
    return facts


def _told(sheet: FactSheet) -> list[Fact]:
    """The last answer to each kind of question that the guide marks as deciding."""
    flow = library.current().content.flows.get(sheet.flow)
    if flow is None:
        return []
    said = {
        flow.steps[row.step].tells: row.said
        for row in sheet.answers
        if row.step in flow.steps and flow.steps[row.step].tells
    }
    labels = {
        Tells.FACTOR: gettext("Second factor"),
        Tells.EXTERNAL: gettext("(Esterno)"),
        Tells.ADDRESSES: gettext("IMI and EU Login addresses"),
    }
    return [Fact(label, said[tells]) for tells, label in labels.items() if tells in said]


def _mailbox(ticket: Ticket, sheet: FactSheet) -> list[Fact]:
    """Of what changes an account: whether who asks owns the address registered before."""
    if not ticket.changes_account:
        return []
    if not ticket.is_confirmed:
        return [Fact(gettext("Mailbox"), gettext("not confirmed: must wait"), is_grave=True)]
    if not sheet.registered_email:
        return [Fact(gettext("Mailbox"), gettext("she named no registered one"), is_grave=True)]
    if is_registered(ticket, sheet):
        return [Fact(gettext("Mailbox"), gettext("the one named as registered"))]
    return [Fact(gettext("Mailbox"), gettext("not the one named as registered"), is_grave=True)]


def is_registered(ticket: Ticket, sheet: FactSheet) -> bool:
    return ticket.is_confirmed and ticket.confirmed_email.lower() == sheet.registered_email.lower()
