"""The desk's pages of requests: a list, one request, an answer."""

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from troubleshoot.accounts.access import reviewer_required
from troubleshoot.mail.models import IncomingMail, OutgoingMail
from troubleshoot.tickets import desk, picture_store, services
from troubleshoot.tickets.fields import TOPICS
from troubleshoot.tickets.forms import WordsForm
from troubleshoot.tickets.models import DONE, Ticket
from troubleshoot.tickets.sheet import as_text

#: Requests on one page of the list.
_SHOWN = 30


@require_safe
@reviewer_required
def ticket_list(request: HttpRequest) -> HttpResponse:
    """Requests, the newest first; by key, without counting them."""
    found = _page(request.GET.get("prima", ""), done=request.GET.get("stato") == "chiuse")
    rows = list(found[: _SHOWN + 1])
    context = {
        "tickets": rows[:_SHOWN],
        "before": rows[_SHOWN - 1].pk if len(rows) > _SHOWN else None,
        "done": request.GET.get("stato") == "chiuse",
        "now": timezone.now(),
        "incoming": IncomingMail.objects.all()[:5],
    }
    return render(request, "review/ticket_list.html", context)


def _page(before: str, *, done: bool) -> QuerySet[Ticket]:
    tickets = Ticket.objects.filter(state__in=DONE) if done else Ticket.objects.exclude(state__in=DONE)
    return tickets.filter(pk__lt=int(before)) if before.isdigit() and len(before) < 18 else tickets


@require_http_methods(["GET", "HEAD", "POST"])
@reviewer_required
def review_ticket(request: HttpRequest, reference: str) -> HttpResponse:
    """One request with all that is known, and an answer by mail."""
    ticket = get_object_or_404(Ticket, reference=reference)
    form = WordsForm(request.POST if request.method == "POST" else None, label=gettext("Your answer"))
    if form.is_valid():
        desk.answer(ticket, form.cleaned_data["text"], desk.Hand(request.user, submission=form.submission))
        request.session["answered"] = ticket.reference
        return redirect("review_ticket", ticket.reference)
    sheet = ticket.facts
    context = {
        "ticket": ticket,
        "sheet": sheet,
        "history": ticket.history.select_related("by").prefetch_related("pictures"),
        "mails": OutgoingMail.objects.filter(about=ticket.about).defer("text", "html"),
        "form": form,
        "owner": services.owner_of(sheet.topic),
        "changes_account": TOPICS[sheet.topic].changes_account,
        "registered": sheet.registered_email,
        "is_registered": ticket.confirmed_email.lower() == sheet.registered_email.lower(),
        "was_answered": request.session.pop("answered", "") == ticket.reference,
        "for_staff": True,
    }
    return render(request, "review/ticket.html", context, status=422 if form.is_bound else 200)


@require_safe
@reviewer_required
def review_ticket_text(request: HttpRequest, reference: str) -> HttpResponse:
    """The sheet as plain text, to forward."""
    ticket = get_object_or_404(Ticket, reference=reference)
    return HttpResponse(f"{ticket.reference}\n{as_text(ticket.facts)}\n", content_type="text/plain; charset=utf-8")


@require_safe
@reviewer_required
def review_picture(request: HttpRequest, reference: str, picture_id: int) -> HttpResponse:
    ticket = get_object_or_404(Ticket, reference=reference)
    return picture_store.serve(get_object_or_404(ticket.pictures.select_related("content"), pk=picture_id))
