"""The private side of a request: opened by its link, read, added to, closed and opened again. No account."""

import re
from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from troubleshoot.core import limits
from troubleshoot.core.forms import unsent
from troubleshoot.core.guard import cookieless_post, posted
from troubleshoot.core.keys import KEY
from troubleshoot.tickets import picture_store, services
from troubleshoot.tickets.drafts import find_ticket, tickets
from troubleshoot.tickets.fields import MAX_TEXT, PICTURES
from troubleshoot.tickets.forms import NewLinkForm, OneFactForm, WordsForm
from troubleshoot.tickets.models import INTERNAL, Entry, Ticket
from troubleshoot.tickets.sheet import as_text
from troubleshoot.tickets.uploads import MAX_FILES, read_files

View = Callable[..., HttpResponse]
_NUMBER = re.compile(r"[0-9]{1,18}", re.ASCII)


@cookieless_post
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def open_link(request: HttpRequest, key: str) -> HttpResponse:
    """A mailed link. GET changes nothing, for mail scanners open links; the button confirms and opens."""
    link = services.find_link(key) if KEY.match(key) else None
    if link is None:
        return render(request, "tickets/link_gone.html", status=404)
    if request.method != "POST" and link.is_valid:
        return render(request, "tickets/open_link.html", {"ticket": link.ticket})
    ticket = services.confirm(link) if request.method == "POST" else None
    if ticket is None:
        return render(request, "tickets/link_gone.html", {"known": True}, status=410)
    response = redirect("give_fact" if ticket.asks else "ticket", ticket.reference)
    tickets.give(request, response, ticket.reference, str(link.pk))
    return response


@cookieless_post
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def new_link(request: HttpRequest) -> HttpResponse:
    """Ask for a new link: the same reply whether there is such a request or not."""
    form = NewLinkForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        if limits.count("form", limits.network_of(request)) > settings.FORMS_AN_HOUR:
            form.add_error(None, gettext("Very many requests come from your network just now. Wait a minute."))
            return render(request, "tickets/new_link.html", {"form": form}, status=429)
        services.wish_link(form.cleaned_data["reference"], form.cleaned_data["email"])
        return render(request, "tickets/new_link.html", {"is_sent": True, "most": settings.LINKS_A_DAY})
    return render(request, "tickets/new_link.html", {"form": form}, status=422 if form.is_bound else 200)


def _own_ticket(view: View) -> View:
    """Give the view the request that this browser has opened; else the page that asks for a new link."""

    @wraps(view)
    @never_cache
    def guarded(request: HttpRequest, reference: str, **kwargs: object) -> HttpResponse:
        ticket = find_ticket(request, reference)
        if ticket is None:
            return render(request, "tickets/closed_here.html", {"unsent": unsent(request)}, status=403)
        return view(request, ticket, **kwargs)

    return guarded


@cookieless_post
@require_safe
@_own_ticket
def ticket(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    return _show(request, ticket, WordsForm(label=_add_label()))


def _add_label() -> str:
    return gettext("What you want to add")


def _show(
    request: HttpRequest, ticket: Ticket, form: WordsForm, *, said: tuple[str, ...] = (), status: int = 200
) -> HttpResponse:
    context = {
        "ticket": ticket,
        "sheet": ticket.facts,
        "history": ticket.history.exclude(kind__in=INTERNAL).prefetch_related("pictures"),
        "waiting_pictures": ticket.pictures.filter(entry__isnull=True),
        "form": form,
        "said": said,
        "most": MAX_FILES,
        "owner": services.owner_of(ticket.topic),
        "changes_account": ticket.changes_account,
    }
    return render(request, "tickets/ticket.html", context, status=status)


@cookieless_post
@posted("ticket")
@_own_ticket
def add_fact(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """Words and pictures on top. Pictures that were kept wait for their words, whatever is wrong with these."""
    uploaded = read_files(request, "pictures")
    said = picture_store.keep_all(ticket, uploaded, network=limits.network_of(request))
    form = WordsForm(request.POST, label=_add_label())
    form.fields["text"].required = not ticket.pictures.filter(entry__isnull=True).exists()
    if ticket.is_done and not ticket.may_be_reopened:
        said.append(gettext("This request was closed some time ago. Write a new one: the old one stays readable here."))
    if said or not form.is_valid():
        return _show(request, ticket, form, said=tuple(said), status=422)
    services.add_fact(ticket, form.cleaned_data["text"], submission=form.submission)
    return redirect("ticket", ticket.reference)


@cookieless_post
@require_http_methods(["GET", "HEAD", "POST"])
@_own_ticket
def give_fact(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """The one question the desk asks, and nothing else; what she cannot say is an answer too."""
    question, said = services.question_of(ticket), list[str]()
    uploaded = read_files(request, "pictures") if request.method == "POST" else None
    if uploaded is not None:
        said = picture_store.keep_all(ticket, uploaded, network=limits.network_of(request))
        if question is None or request.POST.get("question") != str(question.pk):
            return _answered_too_late(request, ticket, said)
    if question is None:
        return redirect("ticket", ticket.reference)
    form = OneFactForm(request.POST if request.method == "POST" else None, asks=ticket.asks)
    if uploaded is not None:
        form.knows = "unknown" not in request.POST
        form.has_pictures = ticket.pictures.filter(entry__isnull=True).exists()
        if not said and form.is_valid():
            if services.give_fact(ticket, form.value, question=question.pk, submission=form.submission) is None:
                return _answered_too_late(request, ticket, said)
            return redirect("ticket", ticket.reference)
    context = {
        "ticket": ticket,
        "form": form,
        "said": said,
        "question": question,
        "wants_pictures": ticket.asks == PICTURES,
        "waiting_pictures": ticket.pictures.filter(entry__isnull=True),
    }
    return render(request, "tickets/give_fact.html", context, status=422 if form.is_bound else 200)


def _answered_too_late(request: HttpRequest, ticket: Ticket, said: list[str]) -> HttpResponse:
    """Her answer to a question that is no longer asked: her words, added to the request as words. Nothing is lost, and
    nothing is taken for the answer to another question."""
    posted = request.POST.copy()
    posted["text"] = posted.get("fact", "")
    form = WordsForm(posted, label=_add_label())
    has_pictures = ticket.pictures.filter(entry__isnull=True).exists()
    form.fields["text"].required = False
    if form.is_valid() and services.known_entry(ticket, form.submission, form.cleaned_data["text"]) is not None:
        return redirect("ticket", ticket.reference)  # the form was sent twice
    if said or not form.is_valid() or (ticket.is_done and not ticket.may_be_reopened):
        why = gettext("This question is no longer asked. What you wrote stands below: send it as something to add.")
        return _show(request, ticket, form, said=(why, *said), status=422)
    if form.cleaned_data["text"] or has_pictures:
        services.add_fact(ticket, _with_question(ticket, posted, form.cleaned_data["text"]), submission=form.submission)
    ticket.refresh_from_db()
    return redirect("give_fact" if ticket.asks else "ticket", ticket.reference)


def _with_question(ticket: Ticket, posted: QueryDict, text: str) -> str:
    """Her words behind the question they answer, so that whoever reads them knows."""
    number = posted.get("question", "")
    asked = ticket.history.filter(kind=Entry.Kind.ASKED, pk=int(number)).first() if _NUMBER.fullmatch(number) else None
    return f"«{asked.text}»\n{text}"[:MAX_TEXT] if asked and text else text


@cookieless_post
@posted("ticket")
@_own_ticket
def drop_picture(request: HttpRequest, ticket: Ticket, picture_id: int) -> HttpResponse:
    """Take out a picture that is not part of the request yet."""
    ticket.pictures.filter(entry__isnull=True, pk=picture_id).delete()
    return redirect("ticket", ticket.reference)


@cookieless_post
@posted("ticket")
@_own_ticket
def close_ticket(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    services.close_as_solved(ticket)
    return redirect("ticket", ticket.reference)


@cookieless_post
@posted("ticket")
@_own_ticket
def reopen_ticket(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    services.reopen(ticket)
    return redirect("ticket", ticket.reference)


@cookieless_post
@require_safe
@_own_ticket
def ticket_picture(request: HttpRequest, ticket: Ticket, picture_id: int) -> HttpResponse:
    return picture_store.serve(get_object_or_404(ticket.pictures.select_related("content"), pk=picture_id))


@cookieless_post
@require_safe
@_own_ticket
def ticket_text(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """The sheet as plain text, to forward."""
    return HttpResponse(f"{ticket.reference}\n{as_text(ticket.facts)}\n", content_type="text/plain; charset=utf-8")


@cookieless_post
@posted("ticket")
@_own_ticket
def leave_ticket(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """Close the request on this computer: the link in the mail opens it again."""
    response = redirect("start")
    tickets.take(response, ticket.reference)
    return response


@cookieless_post
@posted("ticket")
@_own_ticket
def end_links(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """End every link, this one too, for a mail that was forwarded by mistake; a new one is mailed on request."""
    services.revoke_links(ticket)
    response = redirect("new_link")
    tickets.take(response, ticket.reference)
    return response
