"""From the form to the request: pictures, a page that shows all that will be sent, sending, and what happens then."""

from collections.abc import Callable
from dataclasses import replace
from functools import wraps

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import HttpResponseClientRedirect

from troubleshoot.core import limits
from troubleshoot.core.forms import unsent
from troubleshoot.core.guard import cookieless_post, posted
from troubleshoot.tickets import picture_store, services
from troubleshoot.tickets.drafts import find_draft
from troubleshoot.tickets.fields import TOPICS
from troubleshoot.tickets.forms import AddressForm, CutForm, FactsForm
from troubleshoot.tickets.models import Draft, Picture
from troubleshoot.tickets.offer import offered
from troubleshoot.tickets.pictures import Cut, PictureError
from troubleshoot.tickets.uploads import MAX_FILES, read_files

#: Corrections of the address of one request in an hour: each is a mail to somebody.
MOST_CORRECTIONS = 5

View = Callable[..., HttpResponse]


def _own_draft(view: View) -> View:
    """Give the view the draft of this browser; one that was sent leads to its confirmation."""

    @wraps(view)
    @never_cache
    def guarded(request: HttpRequest, draft_id: str, **kwargs: object) -> HttpResponse:
        draft = find_draft(request, draft_id)
        if draft is None:
            context = {"hours": settings.DRAFT_HOURS, "unsent": unsent(request)}
            return render(request, "tickets/draft_gone.html", context, status=404)
        if draft.ticket is not None:
            if request.headers.get("HX-Request"):  # a whole page cannot stand where a part of one is awaited
                return HttpResponseClientRedirect(reverse("draft_sent", args=(draft.pk,)))
            return redirect("draft_sent", draft.pk)
        return view(request, draft, **kwargs)

    return guarded


@cookieless_post
@require_safe
@_own_draft
def draft(request: HttpRequest, draft: Draft) -> HttpResponse:
    """All that the desk will see, until when, and when she hears from it."""
    now, pictures = timezone.now(), list(draft.pictures.all())
    context = {
        "draft": draft,
        "sheet": replace(draft.facts, pictures=len(pictures)),
        "pictures": pictures,
        "owner": services.owner_of(draft.facts.topic),
        "due": services.answer_due(now),
        "until": services.keep_until(now),
        "offer": offered(request, draft.facts),
    }
    return render(request, "tickets/draft.html", context)


@cookieless_post
@require_http_methods(["GET", "HEAD", "POST"])
@_own_draft
def change_facts(request: HttpRequest, draft: Draft) -> HttpResponse:
    """The form once more, with what it says so far."""
    sheet = draft.facts
    bound = request.POST if request.method == "POST" else None
    form = FactsForm(bound, topic=sheet.topic, known=sheet.told, initial=dict(sheet.facts))
    if form.is_valid():
        # An emptied field is a fact taken back, so nothing of before is kept beside what the form says.
        services.change(draft, replace(sheet, facts=sheet.told).with_facts(form.cleaned_data, sheet.topic))
        return redirect("draft", draft.pk)
    status = 422 if form.is_bound else 200
    return render(request, "tickets/change_facts.html", {"draft": draft, "form": form, "sheet": sheet}, status=status)


@cookieless_post
@require_http_methods(["GET", "HEAD", "POST"])
@_own_draft
def draft_pictures(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Add screenshots, look at them, take them out again."""
    said: list[str] = []
    if request.method == "POST":
        uploaded = read_files(request, "pictures")
        said = picture_store.keep_all(draft, uploaded, network=limits.network_of(request))
        if not said and not uploaded.files:
            said = [gettext("No picture was chosen. Choose one, or go on without.")]
        if not said:
            return redirect("draft_pictures", draft.pk)
    context = {
        "draft": draft,
        "pictures": list(draft.pictures.all()),
        "said": said,
        "most": MAX_FILES,
        "offer": offered(request, draft.facts),
    }
    return render(request, "tickets/pictures.html", context, status=422 if said else 200)


@cookieless_post
@require_safe
@_own_draft
def draft_picture(request: HttpRequest, draft: Draft, picture_id: int) -> HttpResponse:
    return picture_store.serve(get_object_or_404(draft.pictures.select_related("content"), pk=picture_id))


@cookieless_post
@posted("draft")
@_own_draft
def remove_picture(request: HttpRequest, draft: Draft, picture_id: int) -> HttpResponse:
    draft.pictures.filter(pk=picture_id).delete()
    return redirect("draft_pictures", draft.pk)


@cookieless_post
@require_http_methods(["GET", "HEAD", "POST"])
@_own_draft
def cut_picture(request: HttpRequest, draft: Draft, picture_id: int) -> HttpResponse:
    """Cut a picture's edges off, without script."""
    picture: Picture = get_object_or_404(draft.pictures.select_related("content"), pk=picture_id)
    form = CutForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            picture_store.cut(picture, Cut(**form.cleaned_data))
        except PictureError as error:
            form.add_error(None, picture_store.words_of(error.fault))
        else:
            return redirect("cut_picture", draft.pk, picture.pk)
    context = {"draft": draft, "picture": picture, "form": form}
    return render(request, "tickets/cut_picture.html", context, status=422 if form.is_bound else 200)


@cookieless_post
@posted("draft")
@_own_draft
def send_draft(request: HttpRequest, draft: Draft) -> HttpResponse:
    if not all(draft.facts.facts.get(key) for key in ("name", "authority", "email")):
        return redirect("change_facts", draft.pk)
    services.send(draft.pk, language=get_language() or "it", network=limits.network_of(request))
    return redirect("draft_sent", draft.pk)


@cookieless_post
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def draft_sent(request: HttpRequest, draft_id: str) -> HttpResponse:
    """What she has now, and what is still to do; until she confirms, a mistyped address can be corrected here."""
    draft = find_draft(request, draft_id)
    if draft is None or draft.ticket is None:
        return render(request, "tickets/draft_gone.html", {"hours": settings.DRAFT_HOURS}, status=404)
    ticket = draft.ticket
    form = AddressForm(request.POST if request.method == "POST" else None, initial={"email": ticket.email})
    if form.is_valid() and limits.count("address", ticket.reference) > MOST_CORRECTIONS:
        form.add_error("email", gettext("The address was corrected many times in this hour. Wait an hour, or write."))
    elif form.is_valid():
        services.correct_address(ticket, form.cleaned_data["email"])
        return redirect("draft_sent", draft.pk)
    context = {
        "ticket": ticket,
        "form": form,
        "draft": draft,
        "owner": services.owner_of(ticket.facts.topic),
        "is_late": services.first_mail_waits(ticket),
        "came_back": services.first_mail_came_back(ticket),
        "changes_account": TOPICS[ticket.facts.topic].changes_account,
    }
    return render(request, "tickets/sent.html", context, status=422 if form.is_bound else 200)
