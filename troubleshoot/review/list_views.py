"""The list of requests, its filters, and what can be done with many at once."""

import csv
from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_POST, require_safe

from eidbridge.errors import Code
from eidbridge.report import words_in
from troubleshoot.accounts.access import reader_required, reviewer_required
from troubleshoot.accounts.models import User
from troubleshoot.core import secrets
from troubleshoot.core.forms import AddressForm, without_unseen
from troubleshoot.flows.model import Topic
from troubleshoot.mail.models import IncomingMail
from troubleshoot.review import writings
from troubleshoot.review.acts import ACTS
from troubleshoot.review.bulk_views import picks
from troubleshoot.review.filters import (
    AFTER,
    MINE,
    NOBODY,
    VIEWS,
    ListFilter,
    all_rows,
    following,
    list_of,
    read_filter,
    remember_list,
    rows,
)
from troubleshoot.review.models import SavedFilter
from troubleshoot.review.rows import row_of
from troubleshoot.tickets import services
from troubleshoot.tickets.models import Ticket
from troubleshoot.tickets.sheet import topic_words

#: Longest query string of a kept filter, in characters.
MAX_QUERY = 2_000
#: Signs that make a spreadsheet take a text for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@require_safe
@reader_required
def ticket_list(request: HttpRequest) -> HttpResponse:
    """Requests by key, without counting them."""
    wanted = read_filter(request.GET)
    if any(span.kind is secrets.Kind.TAX_CODE for span in secrets.find(f"{wanted.words} {wanted.authority}")):
        messages.error(request, gettext("No request is found by a tax code: it is never kept. Look for the name."))
        return redirect("ticket_list")
    found = rows(wanted, request.user)
    picked = picks(request.GET)
    shown = {ticket.reference for ticket in found.tickets}
    mine = writings.of(request.user)
    context = {
        "wanted": wanted,
        "rows": [row_of(ticket) for ticket in found.tickets],
        "more": found.more,
        "after": AFTER,
        "now": timezone.now(),
        "views": VIEWS.items(),
        "topics": [(topic.value, topic_words(topic)) for topic in Topic],
        "codes": _codes(),
        "staff": User.objects.filter(is_active=True).order_by("name", "email"),
        "me": MINE,
        "nobody": NOBODY,
        "saved": _saved(request.user),
        "mine": mine,
        "drafts": [(writing, ACTS[writing.act].label) for writing in mine.drafts],
        "picked": picked,
        "picked_before": [one for one in picked if one not in shown],
        "carried": [(name, value) for name, value in QueryDict(wanted.query).items()],
        "incoming": IncomingMail.objects.all()[:5] if wanted.is_plain and not wanted.after else [],
    }
    response = render(request, "review/ticket_list.html", context)
    remember_list(response, wanted)
    return response


def _saved(user: User) -> list[SavedFilter]:
    mine_or_shared = SavedFilter.objects.filter(by=user) | SavedFilter.objects.filter(is_shared=True)
    return list(mine_or_shared.select_related("by"))


@require_POST
@reviewer_required
def save_filter(request: HttpRequest) -> HttpResponse:
    """Keep the filter of an address under a name."""
    wanted = _posted_filter(request)
    name = " ".join(without_unseen(request.POST.get("name", "")).split())[:80]
    if len(wanted.query) > MAX_QUERY:
        messages.error(request, gettext("These words are too many for a filter that is kept: look for fewer."))
    elif name:
        SavedFilter.objects.update_or_create(
            by=request.user,
            name=name,
            defaults={"query": wanted.query, "is_shared": request.POST.get("shared") == "1"},
        )
        messages.success(request, gettext("The filter is kept as “%(name)s”.") % {"name": name})
    else:
        messages.error(request, gettext("Give the filter a name, then press the button again."))
    return _back_to(wanted)


def _posted_filter(request: HttpRequest) -> ListFilter:
    return read_filter(QueryDict(request.POST.get("query", "")[: 4 * MAX_QUERY]))


def _back_to(wanted: ListFilter) -> HttpResponseRedirect:
    response = redirect("ticket_list")
    response["Location"] += f"?{wanted.query}"
    return response


@require_POST
@reviewer_required
def drop_filter(request: HttpRequest, filter_id: int) -> HttpResponse:
    """Forget a filter of one's own; a shared one of somebody else, such as one who has left, a coordinator may."""
    mine = Q(by=request.user)
    may = mine | Q(is_shared=True) if request.user.may_coordinate else mine
    SavedFilter.objects.filter(may, pk=filter_id).delete()
    return redirect("ticket_list")


@require_safe
@reader_required
def next_ticket(request: HttpRequest, reference: str) -> HttpResponse:
    """The request that follows this one in the list he works through, or the list itself."""
    wanted = list_of(request)
    found = following(wanted, request.user, get_object_or_404(Ticket, reference=reference))
    return redirect("review_ticket", found.reference) if found else _back_to(wanted)


@require_POST
@reviewer_required
def send_again(request: HttpRequest, reference: str) -> HttpResponse:
    """The mail that asks to confirm, once more."""
    ticket = get_object_or_404(Ticket, reference=reference)
    if ticket.is_confirmed:
        messages.info(request, gettext("The mailbox is confirmed already."))
    elif services.mail_confirmation_again(ticket):
        messages.success(request, gettext("The mail is on its way to %(email)s again.") % {"email": ticket.email})
    else:
        messages.error(request, gettext("Three mails went out today already. Try the phone, or tomorrow."))
    return redirect("review_ticket", ticket.reference)


@require_POST
@reviewer_required
def correct_address(request: HttpRequest, reference: str) -> HttpResponse:
    """An address that was misheard or mistyped, until its mailbox is confirmed."""
    ticket = get_object_or_404(Ticket, reference=reference)
    form = AddressForm(request.POST)
    if not form.is_valid():
        messages.error(request, gettext("This is no e-mail address, so nothing was changed: is a sign wrong?"))
    elif services.correct_address(ticket, form.cleaned_data["email"], by=request.user):
        said = gettext("Corrected. The mail to confirm goes to the new address; the links sent before have ended.")
        messages.success(request, said)
    else:
        messages.error(request, gettext("The mailbox is confirmed already: this address stays. Ask for the other one."))
    return redirect("review_ticket", reference)


@require_safe
@reader_required
def ticket_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The filtered list as CSV (RFC 4180, UTF-8 with a mark for spreadsheets), row by row. In Italian the cells are
    parted by semicolons: spreadsheets of that language put a line with commas into one cell."""
    wanted = read_filter(request.GET)
    response = StreamingHttpResponse(_lines(wanted, request.user), content_type="text/csv; charset=utf-8")
    day = timezone.localdate().isoformat()
    response["Content-Disposition"] = f'attachment; filename="richieste-{day}.csv"'
    return response


class _Echo:
    """A file that hands back what is written."""

    def write(self, text: str) -> str:
        return text


def _lines(wanted: ListFilter, user: User) -> Iterator[str]:
    writer: Any = csv.writer(_Echo(), delimiter=";" if get_language() == "it" else ",")
    yield "\ufeff"
    yield writer.writerow(_heads())
    for ticket in all_rows(wanted, user):
        yield writer.writerow([_safe(value) for value in _cells(ticket)])


def _heads() -> list[str]:
    return [
        gettext("Reference"),
        gettext("Sent"),
        gettext("Mailbox confirmed"),
        gettext("State"),
        gettext("Answer due"),
        gettext("Ended on"),
        gettext("About"),
        gettext("Authority"),
        gettext("Assigned to"),
        gettext("Waits for"),
        gettext("Stopped at"),
        gettext("Remedies tried"),
        gettext("Findings of the PC check"),
        gettext("Which remedy helped"),
    ]


def _cells(ticket: Ticket) -> list[str]:
    sheet = ticket.facts
    return [
        ticket.reference,
        _moment(ticket.created_at),
        _moment(ticket.confirmed_at),
        ticket.get_state_display(),
        _moment(ticket.due_at),
        _moment(ticket.solved_at),
        ticket.topic_words,
        ticket.authority,
        ticket.assignee.get_full_name() if ticket.assignee else "",
        ticket.get_waits_for_display(),
        sheet.stopped_at,
        " | ".join(row.step for row in sheet.remedies),
        " | ".join(row.code for row in sheet.findings),
        ticket.helped,
    ]


def _moment(moment: Any) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M") if moment else ""


def _safe(cell: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _codes() -> list[tuple[str, str]]:
    """What a PC check can find, by its words."""
    spoken = words_in(get_language() or "it")
    return sorted(((code.value, spoken[code].title) for code in Code), key=lambda row: row[1].casefold())
