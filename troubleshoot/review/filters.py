"""Which requests a list shows: an address that can be kept, saved and shared, read by key and never counted."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from eidbridge.errors import Code
from troubleshoot.accounts.models import User
from troubleshoot.flows.model import Topic
from troubleshoot.tickets.models import SearchWord, Ticket
from troubleshoot.tickets.search import ENTE, FOUND, asked_words
from troubleshoot.tickets.states import State

#: Names in an address.
WORDS, VIEW, TOPIC, WHOSE, AUTHORITY, CODE, AFTER = "q", "stato", "argomento", "di", "ente", "trovato", "dopo"
MINE, NOBODY = "me", "nessuno"
#: Requests on one page of the list.
SHOWN = 20
#: Longest text looked for, in characters.
MAX_TEXT = 200
#: Holds the query of the list that is worked through; and the longest one that is kept.
_COOKIE, _MAX_COOKIE = "desk-list", 2_000

#: What can be listed, by its name in the address. The first is shown where nothing is said.
VIEWS: dict[str, Any] = {
    "da-fare": _("To do"),
    "in-ritardo": _("Overdue"),
    "promemoria": _("Reminder due"),
    "non-confermate": _("Mailbox not confirmed"),
    "in-attesa": _("Waiting for the operator"),
    "in-attesa-di-altri": _("Waiting for others"),
    "aperte": _("All that are not done"),
    "chiuse": _("Solved or closed"),
    "tutte": _("All"),
}
#: In these, what is due first stands first; the others begin with the newest.
_BY = {"da-fare": "due_at", "in-ritardo": "due_at", "promemoria": "remind_at"}


@dataclass(frozen=True, slots=True)
class ListFilter:
    """What an address asks for; what is not understood is left out. found: a code of the PC check. after: the key of
    the last row seen.
    """

    view: str = "da-fare"
    topic: str = ""
    whose: str = ""
    authority: str = ""
    found: str = ""
    words: str = ""
    after: str = ""

    @property
    def query(self) -> str:
        """The query string that says the same, without the place in the list."""
        named = {
            WORDS: self.words,
            VIEW: self.view if self.view != "da-fare" or self.words else "",
            TOPIC: self.topic,
            WHOSE: self.whose,
            AUTHORITY: self.authority,
            CODE: self.found,
        }
        return urlencode({name: value for name, value in named.items() if value})

    @property
    def title(self) -> str:
        return str(VIEWS[self.view])

    @property
    def is_plain(self) -> bool:
        """Whether only a view was chosen."""
        return not (self.topic or self.whose or self.authority or self.found or self.words)

    @property
    def order(self) -> str:
        """The column it goes by: a moment, the earliest first, or the newest first."""
        return "" if self.looks_for else _BY.get(self.view, "")

    @property
    def looks_for(self) -> list[str]:
        """The words, as the search keeps them."""
        authority = [ENTE + word for word in asked_words(self.authority)]
        return [*asked_words(self.words), *authority, *([FOUND + self.found] if self.found else [])]

    @property
    def finds_nothing(self) -> bool:
        """Whether something is looked for in which no word can be found by."""
        return bool((self.words or self.authority) and not self.looks_for)


def read_filter(query: QueryDict) -> ListFilter:
    words = query.get(WORDS, "").strip()[:MAX_TEXT]
    view = query.get(VIEW, "")
    topic, whose = query.get(TOPIC, ""), query.get(WHOSE, "")
    return ListFilter(
        # Who looks for words means all that there is.
        view=view if view in VIEWS else "tutte" if words else "da-fare",
        topic=topic if topic in set(Topic) else "",
        whose=whose if whose in (MINE, NOBODY) or whose.isdecimal() else "",
        authority=query.get(AUTHORITY, "").strip()[:MAX_TEXT],
        found=query.get(CODE, "") if query.get(CODE, "") in set(Code) else "",
        words=words,
        after=query.get(AFTER, ""),
    )


@dataclass(frozen=True, slots=True)
class Rows:
    """A page of a list. more: where the next one begins, empty at the end."""

    tickets: list[Ticket]
    more: str


def rows(wanted: ListFilter, user: User, *, size: int = SHOWN) -> Rows:
    """The next `size` requests; one query, whatever is looked for."""
    found = [] if wanted.finds_nothing else list(_tickets(wanted, user, size + 1))
    shown = found[:size]
    return Rows(shown, _key(shown[-1], wanted.order) if len(found) > size else "")


def all_rows(wanted: ListFilter, user: User, *, size: int = 500) -> Any:
    """Every request of a filter, page by page, so that memory stays flat."""
    while True:
        page = rows(wanted, user, size=size)
        yield from page.tickets
        if not page.more:
            return
        wanted = replace(wanted, after=page.more)


def following(wanted: ListFilter, user: User, ticket: Ticket) -> Ticket | None:
    """The request behind this one in a list; the first of it where this one stands there no longer."""
    key = _key(ticket, wanted.order) if not wanted.order or getattr(ticket, wanted.order) else ""
    return next(iter(rows(replace(wanted, after=key), user, size=1).tickets), None)


def list_of(request: HttpRequest) -> ListFilter:
    """The list he works through, as its page left it in a cookie."""
    return read_filter(QueryDict(request.COOKIES.get(_COOKIE, "")[:_MAX_COOKIE]))


def remember_list(response: HttpResponse, wanted: ListFilter) -> None:
    """Remember the list until the browser is closed."""
    secure = settings.SESSION_COOKIE_SECURE
    response.set_cookie(_COOKIE, wanted.query[:_MAX_COOKIE], secure=secure, httponly=True, samesite="Lax")


def _key(ticket: Ticket, order: str) -> str:
    return f"{getattr(ticket, order).isoformat()}~{ticket.pk}" if order else str(ticket.pk)


def _tickets(wanted: ListFilter, user: User, size: int) -> list[Ticket]:
    words = wanted.looks_for
    if words:
        found = _conditions(SearchWord.objects.filter(word=words[0]), wanted, user, "ticket__")
        for word in words[1:]:
            found = found.filter(Exists(SearchWord.objects.filter(word=word, ticket_id=OuterRef("ticket_id"))))
        if wanted.after.isdecimal() and len(wanted.after) < 19:
            found = found.filter(ticket_id__lt=int(wanted.after))
        related = found.select_related("ticket__assignee").defer("ticket__replay")
        return [row.ticket for row in related.order_by("-ticket_id")[:size]]
    found = _after(_conditions(Ticket.objects.all(), wanted, user, ""), wanted)
    return list(found.select_related("assignee").defer("replay")[:size])


def _conditions(found: QuerySet[Any], wanted: ListFilter, user: User, of: str) -> QuerySet[Any]:
    """of: the way from the rows to the request."""
    found = found.filter(**{of + name: value for name, value in _view(wanted.view).items()})
    if wanted.topic:
        found = found.filter(**{f"{of}topic": wanted.topic})
    match wanted.whose:
        case "":
            return found
        case "me":
            return found.filter(**{f"{of}assignee": user})
        case "nessuno":
            return found.filter(**{f"{of}assignee__isnull": True})
    return found.filter(**{f"{of}assignee_id": int(wanted.whose[:9])})


def _view(view: str) -> dict[str, Any]:
    match view:
        case "da-fare":
            return {"due_at__isnull": False}
        case "in-ritardo":
            return {"due_at__lt": timezone.now()}
        case "promemoria":
            return {"remind_at__lte": timezone.now()}
        case "non-confermate":
            return {"confirmed_at__isnull": True, "solved_at__isnull": True}
        case "in-attesa":
            return {"state": State.WAITING}
        case "in-attesa-di-altri":
            return {"state": State.WAITING_OTHERS}
        case "aperte":
            return {"solved_at__isnull": True}
        case "chiuse":
            return {"solved_at__isnull": False}
    return {}


def _after(found: QuerySet[Ticket], wanted: ListFilter) -> QuerySet[Ticket]:
    """In order, from behind the last row seen on."""
    moment, key = _read_key(wanted.after)
    if not wanted.order:
        found = found.order_by("-id")
        return found.filter(pk__lt=key) if key and moment is None else found
    if moment is not None:
        found = found.filter(**{f"{wanted.order}__gte": moment})  # this one the index knows how to follow
        found = found.exclude(Q(**{wanted.order: moment, "pk__lte": key}))
    return found.order_by(wanted.order, "id")


def _read_key(text: str) -> tuple[datetime | None, int]:
    """The moment and the number that a key of `_key` holds; of anything else none."""
    said, _tilde, number = text.rpartition("~")
    if not (number.isdecimal() and number.isascii() and len(number) < 19):
        return None, 0
    try:
        moment = parse_datetime(said.replace(" ", "+")) if said else None
        moment = moment.astimezone(UTC) if moment is not None and timezone.is_aware(moment) else moment
    except (ValueError, OverflowError):
        return None, 0
    return (moment if moment is None or timezone.is_aware(moment) else None), int(number)
