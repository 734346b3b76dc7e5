"""The page of one request, and what a reviewer does there."""

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from troubleshoot.accounts.access import reader_required, reviewer_required
from troubleshoot.accounts.models import User
from troubleshoot.mail.models import OutgoingMail
from troubleshoot.review import presence, remedies, writings
from troubleshoot.review.acts import ACTS, MAX_DRAFT, Act, ActForm
from troubleshoot.review.filters import list_of
from troubleshoot.review.letters import letters_for
from troubleshoot.review.models import Writing
from troubleshoot.review.others import of_the_authority, of_the_person
from troubleshoot.review.pictures import CoverForm
from troubleshoot.review.rows import deciding, is_registered
from troubleshoot.tickets import desk, picture_store, replay, services
from troubleshoot.tickets.models import Entry, Picture, Ticket
from troubleshoot.tickets.pictures import PictureError
from troubleshoot.tickets.sheet import as_text

FIRST = next(iter(ACTS.values()))


@require_http_methods(["GET", "HEAD", "POST"])
@reader_required
def review_ticket(request: HttpRequest, reference: str, act_name: str = FIRST.name) -> HttpResponse:
    """One request with all that is known, and the form of one act."""
    ticket = get_object_or_404(
        Ticket.objects.select_related("assignee", "identity_by", "entered_by"), reference=reference
    )
    act = ACTS.get(act_name)
    if act is None:
        raise Http404
    if request.method == "POST":
        return _post(request, ticket, act)
    return _show(request, ticket, act, _draft_form(request, ticket, act))


@reviewer_required
def _post(request: HttpRequest, ticket: Ticket, act: Act) -> HttpResponse:
    if act.inserts and request.POST.get("insert"):
        return _insert(request, ticket, act)
    form = act.form(request.POST, ticket=ticket, user=request.user)
    if request.POST.get("keep"):
        return _keep(request, ticket, act, form)
    if form.is_valid():
        hand = desk.Hand(request.user, form.cleaned_data["seen"] or 0, form.submission)
        try:
            writings.do(ticket, act, form.values, hand)
        except desk.RefusedError as error:
            return _refused(request, ticket, act, form, error)
        except writings.OnItsWayError as error:
            form.add_error(None, _on_its_way_words(error.writing, request.user))
            return _show(request, ticket, act, form, status=409)
        return redirect("review_ticket", ticket.reference)
    return _show(request, ticket, act, form, status=422)


def _refused(request: HttpRequest, ticket: Ticket, act: Act, form: ActForm, error: desk.RefusedError) -> HttpResponse:
    """The form once more with all he typed; what others wrote meanwhile is shown, and he may go on."""
    ticket.refresh_from_db()
    since = []
    if error.why is desk.Why.CHANGED:
        since = list(desk.written_since(ticket, form.cleaned_data["seen"] or 0, besides=request.user))
    form.add_error(None, error.words)
    return _show(request, ticket, act, form, since=since, status=409)


def _on_its_way_words(writing: Writing, user: User) -> str:
    if writing.by_id == user.pk:
        return gettext("Words of yours to this request are on their way already. Wait, or call them back first.")
    return gettext("%(name)s has just sent something on this request. Look at it first: yours is kept below.") % {
        "name": writing.by.get_full_name()
    }


def _draft_form(request: HttpRequest, ticket: Ticket, act: Act) -> ActForm:
    """The form as he left it."""
    draft = writings.draft_of(ticket, act, by=request.user) if act.keeps else None
    form = act.form(ticket=ticket, user=request.user, initial=draft.values if draft else {})
    form.draft = draft
    return form


def _insert(request: HttpRequest, ticket: Ticket, act: Act) -> HttpResponse:
    """Put words of the guide behind what he has typed, as a draft: the page can be reloaded, and Back leads back."""
    name = request.POST.get("remedy", "")
    if request.POST["insert"] == "link":
        words = remedies.link_to(name, ticket)
    else:
        words = remedies.text_of(name, ticket.language)
    typed = act.form(request.POST, ticket=ticket, user=request.user)
    values, shown = _behind(typed.draft_values, words), _behind(typed.typed, words)
    if words and not typed.is_cut and writings.keep(ticket, act, values, by=request.user) and not typed.is_covered:
        response = redirect("review_act", ticket.reference, act.name)
        response["Location"] += "#act"
        return response
    # What the draft covers is his to judge when he sends it: the page that comes back holds it as he typed it.
    form = act.form(ticket=ticket, user=request.user, initial=shown)
    form.insert_failed, form.hides = not words, typed.is_covered
    return _show(request, ticket, act, form, status=200 if typed.is_covered else 409 if words else 422)


def _behind(values: Mapping[str, Any], words: str) -> dict[str, Any]:
    """The values of a form with words of the guide behind its text."""
    return {**values, "text": "\n\n".join(filter(None, (values["text"].rstrip(), words)))}


def _keep(request: HttpRequest, ticket: Ticket, act: Act, form: ActForm) -> HttpResponse:
    """Keep a draft, whatever is wrong with it yet; secrets are covered."""
    kept = writings.keep(ticket, act, form.draft_values, by=request.user)
    if request.headers.get("HX-Request"):
        context = {"kept": kept, "now": timezone.localtime(), "form": form, "most": MAX_DRAFT}
        return render(request, "review/_kept.html", context)
    if kept:
        messages.success(request, gettext("The draft is kept. Only you see it."))
    return redirect("review_act", ticket.reference, act.name)


def _show(
    request: HttpRequest,
    ticket: Ticket,
    act: Act,
    form: ActForm,
    *,
    since: list[Entry] | None = None,
    status: int = 200,
) -> HttpResponse:
    sheet = ticket.facts
    history = list(ticket.history.select_related("by").prefetch_related("pictures"))
    form.show_seen(history[-1].pk if history else 0)
    mine = writings.of(request.user)
    context = {
        "ticket": ticket,
        "sheet": sheet,
        "history": history,
        "last_seen": history[-1].pk if history else 0,
        "mails": list(OutgoingMail.objects.filter(about=ticket.about).defer("text", "html")),
        "act": act,
        "acts": ACTS.values(),
        "form": form,
        "since": since or [],
        "deciding": deciding(ticket, sheet),
        "owner": services.owner_of(ticket.topic),
        "registered": sheet.registered_email,
        "is_registered": is_registered(ticket, sheet),
        "bars_words": _bars(ticket),
        "on_its_way": writings.on_its_way(ticket),
        "mine": mine,
        "drafted": mine.acts_with_draft(ticket),
        "others": of_the_authority(ticket),
        "earlier": of_the_person(ticket),
        "chosen_remedy": request.POST.get("remedy", ""),
        "remedies": remedies.choices(ticket.language, sheet) if act.inserts and request.user.may_review else [],
        "letters": letters_for(ticket) if act.name == "attesa" else [],
        "may_write": request.user.may_review,
        "present": presence.others_at(ticket, request.user),
        "for_staff": True,
        "undo_s": settings.UNDO_S,
        "list_query": list_of(request).query,
    }
    return render(request, "review/ticket.html", context, status=status)


def _bars(ticket: Ticket) -> str:
    """What stands in the way of solving it, in words."""
    why = desk.may_solve(ticket)
    return desk.RefusedError(why).words if why else ""


@require_POST
@reviewer_required
def call_back(request: HttpRequest, reference: str) -> HttpResponse:
    """Stop words that are on their way: a draft again."""
    ticket = get_object_or_404(Ticket, reference=reference)
    stopped = writings.call_back(by=request.user, ticket=ticket)
    if not stopped:
        messages.error(request, gettext("Too late: it has gone out."))
        return redirect("review_ticket", reference)
    messages.success(request, gettext("Called back: nothing went out. It stands below as a draft."))
    return redirect("review_act", reference, stopped[0].act)


@require_POST
@reviewer_required
def call_back_batch(request: HttpRequest, batch: str) -> HttpResponse:
    """Stop one answer to many."""
    stopped = writings.call_back(by=request.user, batch=batch)
    said = gettext("Called back: %(count)s answers are drafts again.") % {"count": len(stopped)}
    if stopped:
        messages.success(request, said)
    else:
        messages.error(request, gettext("Too late: it has gone out."))
    return redirect("ticket_list")


@require_POST
@reviewer_required
def drop_draft(request: HttpRequest, reference: str, act_name: str) -> HttpResponse:
    ticket = get_object_or_404(Ticket, reference=reference)
    if act_name in ACTS:
        writings.drop(ticket, ACTS[act_name], by=request.user)
    return redirect("review_act", reference, act_name)


@require_POST
@reviewer_required
def take_ticket(request: HttpRequest, reference: str) -> HttpResponse:
    """Assign it to whoever presses the button."""
    ticket = get_object_or_404(Ticket, reference=reference)
    return _at_once(request, reference, lambda hand: desk.assign(ticket, request.user, hand))


@require_POST
@reviewer_required
def take_back(request: HttpRequest, reference: str) -> HttpResponse:
    """The desk has to act again."""
    ticket = get_object_or_404(Ticket, reference=reference)
    if writings.on_its_way(ticket) is not None:
        messages.error(
            request, gettext("Words to this request are on their way: wait some seconds, or call them back.")
        )
        return redirect("review_ticket", reference)
    return _at_once(request, reference, lambda hand: desk.take_back(ticket, hand))


def _at_once(request: HttpRequest, reference: str, deed: Callable[[desk.Hand], object]) -> HttpResponse:
    """A deed of one button; where others wrote since the page was opened, he reads that first."""
    seen = request.POST.get("seen", "")
    try:
        deed(desk.Hand(request.user, int(seen) if seen.isdecimal() and len(seen) < 19 else None))
    except desk.RefusedError as error:
        messages.error(request, error.words)
    return redirect("review_ticket", reference)


@require_POST
@reviewer_required
def present(request: HttpRequest, reference: str) -> HttpResponse:
    """*I am here*: who else is."""
    ticket = get_object_or_404(Ticket, reference=reference)
    presence.here(ticket, request.user, is_writing=request.POST.get("writing") == "1")
    seen = request.POST.get("seen", "")
    since = desk.written_since(ticket, int(seen), besides=request.user) if seen.isdecimal() and len(seen) < 19 else []
    context = {"present": presence.others_at(ticket, request.user), "since": since}
    answer = render(request, "review/_present.html", context)
    # What the page shows already is not put there again: a screen reader would read it out each time.
    shown = hashlib.sha256(answer.content).hexdigest()[:20]
    if shown == request.POST.get("shown", ""):
        return HttpResponse(status=204)
    mark = '<input type="hidden" name="shown" id="present-shown" value="{}" data-hx-swap-oob="true">'
    answer.write(format_html(mark, shown))
    return answer


@require_safe
@reader_required
def on_its_way(request: HttpRequest, reference: str) -> HttpResponse:
    """Whether words are still on their way: a part of the request's page."""
    ticket = get_object_or_404(Ticket, reference=reference)
    context = {"ticket": ticket, "on_its_way": writings.on_its_way(ticket), "has_gone": True}
    return render(request, "review/_on_its_way.html", context)


@require_safe
@reader_required
def review_ticket_text(request: HttpRequest, reference: str) -> HttpResponse:
    """The sheet as plain text, to forward."""
    ticket = get_object_or_404(Ticket, reference=reference)
    return HttpResponse(f"{ticket.reference}\n{as_text(ticket.facts)}\n", content_type="text/plain; charset=utf-8")


@require_safe
@reader_required
def review_replay(request: HttpRequest, reference: str) -> HttpResponse:
    """Her way through the guide, with the words she saw."""
    ticket = get_object_or_404(Ticket, reference=reference)
    context = {"ticket": ticket, "sheet": ticket.facts, "steps": replay.steps_of(ticket)}
    return render(request, "review/replay.html", context)


@require_safe
@reader_required
def review_picture(request: HttpRequest, reference: str, picture_id: int) -> HttpResponse:
    return picture_store.serve(_picture(reference, picture_id))


def _picture(reference: str, picture_id: int) -> Picture:
    ticket = get_object_or_404(Ticket, reference=reference)
    return get_object_or_404(ticket.pictures.select_related("content", "ticket"), pk=picture_id)


@require_http_methods(["GET", "HEAD", "POST"])
@reviewer_required
def cover_picture(request: HttpRequest, reference: str, picture_id: int) -> HttpResponse:
    """Black out a part of a picture for good."""
    picture = _picture(reference, picture_id)
    form = CoverForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            cleaned = picture_store.covered(picture, form.area)
        except PictureError as error:
            form.add_error(None, picture_store.words_of(error.fault))
        else:
            try:
                desk.cover(picture, cleaned, desk.Hand(request.user))
            except desk.RefusedError:
                messages.error(request, gettext("Somebody else has just covered this picture: look at it, then cover."))
            else:
                messages.success(request, gettext("Covered for good. Cover more, or go back to the request."))
            return redirect("cover_picture", reference, picture_id)
    context = {"ticket": picture.ticket, "picture": picture, "form": form}
    return render(request, "review/cover_picture.html", context, status=422 if form.is_bound else 200)
