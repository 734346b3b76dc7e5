"""All that is kept about one person, by her address: to hand it over, or to erase it (GDPR, articles 15 and 17)."""

import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import parseaddr
from typing import IO, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q, QuerySet

from troubleshoot.mail.models import IncomingMail, OutgoingMail
from troubleshoot.notices.models import Follower
from troubleshoot.tickets.models import Cleaning, Draft, Link, LinkWish, Ticket
from troubleshoot.tickets.retention import delete_ticket

#: Facts of a sheet that hold an address.
_ADDRESSES = ("email", "imi_email", "old_email", "new_email", "eulogin_email")


@dataclass(frozen=True, slots=True)
class Person:
    """What is kept about whoever owns `email`: her own requests, drafts, mails, and what she follows.

    Requests of others that only name the address are listed, and neither handed over nor erased.
    """

    email: str

    def __post_init__(self) -> None:
        """Raises ValidationError for what is no address: an empty one would be everybody's."""
        validate_email(self.email)

    @property
    def tickets(self) -> QuerySet[Ticket]:
        return Ticket.objects.filter(Q(email__iexact=self.email) | Q(confirmed_email__iexact=self.email))

    @property
    def links(self) -> QuerySet[Link]:
        """Links to requests of others that went to this address by mistake."""
        return Link.objects.filter(sent_to__iexact=self.email)

    @property
    def named_in(self) -> QuerySet[Ticket]:
        names = Q()
        for key in _ADDRESSES:
            names |= Q(**{f"sheet__facts__{key}__iexact": self.email}) | Q(**{f"given__{key}__iexact": self.email})
        return Ticket.objects.filter(names).exclude(pk__in=self.tickets)

    @property
    def drafts(self) -> QuerySet[Draft]:
        return Draft.objects.filter(sheet__facts__email__iexact=self.email)

    @property
    def outgoing(self) -> QuerySet[OutgoingMail]:
        return OutgoingMail.objects.filter(to__iexact=self.email)

    @property
    def incoming(self) -> QuerySet[IncomingMail]:
        near = IncomingMail.objects.filter(sender__icontains=self.email).values_list("pk", "sender")
        own = [pk for pk, sender in near if parseaddr(sender)[1].lower() == self.email.lower()]
        return IncomingMail.objects.filter(pk__in=own)

    @property
    def followed(self) -> QuerySet[Follower]:
        return Follower.objects.filter(email__iexact=self.email)

    def counts(self) -> dict[str, int]:
        return {
            "requests": self.tickets.count(),
            "drafts": self.drafts.count(),
            "outgoing mails": self.outgoing.count(),
            "incoming mails": self.incoming.count(),
            "followed notices": self.followed.count(),
        }

    def export(self, file: IO[bytes]) -> None:
        """Write a zip: `data.json` and the pictures."""
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr("data.json", json.dumps(self._data(), cls=DjangoJSONEncoder, ensure_ascii=False, indent=1))
            for name, content in self._pictures():
                packed.writestr(name, content)

    def _data(self) -> dict[str, Any]:
        return {
            "address": self.email,
            "requests": [_ticket_data(ticket) for ticket in self.tickets.prefetch_related("history", "links")],
            "drafts": list(self.drafts.values("sheet", "created_at")),
            "outgoing mails": list(self.outgoing.values("subject", "text", "about", "created_at", "sent_at")),
            "incoming mails": list(self.incoming.values("sender", "subject", "text", "came_at")),
            "followed notices": list(self.followed.values("notice__text_it", "created_at", "confirmed_at")),
        }

    def _pictures(self) -> Iterator[tuple[str, bytes]]:
        for ticket in self.tickets:
            for picture in ticket.pictures.select_related("content"):
                ending = picture.media_type.partition("/")[2]
                yield f"{ticket.reference}/{picture.pk}.{ending}", bytes(picture.content.data)

    @transaction.atomic
    def erase(self) -> dict[str, int]:
        """Delete it all; how many of each. What stays is a row that says how much was erased, and when."""
        counts = self.counts()
        for ticket in self.tickets:
            delete_ticket(ticket)
        for rows in (self.drafts, self.outgoing, self.incoming, self.followed):
            rows.delete()
        self.links.update(sent_to="")
        LinkWish.objects.filter(email__iexact=self.email).delete()
        Cleaning.objects.create(kind=Cleaning.Kind.ERASURE, counts=counts)
        return counts


def _ticket_data(ticket: Ticket) -> dict[str, Any]:
    return {
        "reference": ticket.reference,
        "state": ticket.state,
        "sent": ticket.created_at,
        "confirmed": ticket.confirmed_at,
        "kept until": ticket.keep_until,
        "language": ticket.language,
        "sheet": ticket.sheet,
        "given later": ticket.given,
        "history": list(ticket.history.values("kind", "text", "created_at")),
        "links": list(ticket.links.values("sent_to", "created_at", "expires_at", "revoked_at")),
    }
