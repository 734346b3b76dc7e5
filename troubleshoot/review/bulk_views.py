"""One answer to many requests, such as all of an outage."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import OuterRef, Subquery
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from troubleshoot.accounts.access import reviewer_required
from troubleshoot.core.forms import CleanText
from troubleshoot.core.keys import nonce
from troubleshoot.core.typed import reference_in
from troubleshoot.review import remedies, writings
from troubleshoot.review.acts import ACTS, SOLVED
from troubleshoot.review.filters import list_of
from troubleshoot.review.rows import Row, row_of
from troubleshoot.tickets import desk
from troubleshoot.tickets.fields import MAX_TEXT
from troubleshoot.tickets.forms import TokenForm
from troubleshoot.tickets.models import Entry, Ticket

#: In an address: a request that was picked. Most at once.
PICK, MAX_PICKED = "r", 50
_WAITS = "waits"


def picks(query: QueryDict) -> list[str]:
    """The references that were picked."""
    return list(dict.fromkeys(filter(None, map(reference_in, query.getlist(PICK)))))


class ManyForm(TokenForm):
    """A text for each language that the picked requests were written in, and what becomes of them."""

    texts = ("text_it", "text_en")
    text_it = CleanText(label=_("The answer in Italian"), max_length=MAX_TEXT, widget=forms.Textarea({"rows": 8}))
    text_en = CleanText(label=_("The answer in English"), max_length=MAX_TEXT, widget=forms.Textarea({"rows": 8}))
    then = forms.ChoiceField(
        label=_("And then"),
        choices=((_WAITS, _("They wait for the operators")), (SOLVED, _("They are solved"))),
        initial=_WAITS,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, languages: set[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for language in ("it", "en"):
            if language not in languages:
                del self.fields[f"text_{language}"]


@require_http_methods(["GET", "HEAD", "POST"])
@reviewer_required
def answer_many(request: HttpRequest) -> HttpResponse:
    """The picked requests, and one answer to all of them."""
    picked = picks(request.POST if request.method == "POST" else request.GET)
    last = Entry.objects.filter(ticket=OuterRef("pk")).order_by("-pk").values("pk")[:1]
    found = Ticket.objects.filter(reference__in=picked[:MAX_PICKED]).annotate(last_row=Subquery(last))
    tickets = list(found.defer("replay").order_by("-id"))
    if not tickets:
        messages.error(request, gettext("Pick requests first: tick the boxes before their lines."))
        return redirect("ticket_list")
    if request.method == "POST":  # what came in since he opened the page is not seen by a page that comes back
        for ticket in tickets:
            ticket.last_row = _seen(request, ticket)
    languages = {ticket.language for ticket in tickets}
    form = ManyForm(request.POST if request.method == "POST" else None, languages=languages)
    insert_failed = False
    if request.POST.get("insert"):
        form, insert_failed = _inserted(request, languages)
    elif form.is_valid():
        refused = _send(request, tickets, form)
        if len(refused) < len(tickets):
            for said in refused:
                messages.error(request, said)
            return redirect("ticket_list")
        for said in refused:
            form.add_error(None, said)
    rows = [row_of(ticket) for ticket in tickets]
    on_their_way = set(writings.all_on_their_way(tickets))
    context = {
        "form": form,
        "rows": rows,
        "on_their_way": on_their_way,
        "remedies": _remedies(rows),
        "insert_failed": insert_failed,
        "chosen_remedy": request.POST.get("remedy", ""),
        "list_query": list_of(request).query,
        "too_many": len(picked) > MAX_PICKED,
        "most": MAX_PICKED,
    }
    return render(request, "review/answer_many.html", context, status=422 if form.is_bound or insert_failed else 200)


def _remedies(rows: list[Row]) -> Any:
    """What can be inserted: what fits the newest of them first."""
    return remedies.choices(get_language() or "it", rows[0].sheet)


def _inserted(request: HttpRequest, languages: set[str]) -> tuple[ManyForm, bool]:
    """The form with the words of a remedy behind what he has typed, in each language; whether there were none."""
    typed = request.POST.copy()
    said = {language: remedies.text_of(request.POST.get("remedy", ""), language) for language in languages}
    for language, words in said.items():
        name = f"text_{language}"
        typed[name] = "\n\n".join(filter(None, (typed.get(name, "").rstrip(), words)))
    initial = {name: typed.get(name, "") for name in ("text_it", "text_en", "then")}
    return ManyForm(initial=initial, languages=languages), not any(said.values())


def _seen(request: HttpRequest, ticket: Ticket) -> int:
    """The newest row of the request's history that he had before him."""
    seen = request.POST.get(f"seen-{ticket.reference}", "")
    return int(seen) if seen.isdecimal() and len(seen) < 19 else 0


def _send(request: HttpRequest, tickets: list[Ticket], form: ManyForm) -> list[str]:
    """Send it to each; what to say of those that were left out, whose words are kept as drafts."""
    batch, sent, refused = nonce(), 0, []
    on_their_way = gettext("words to this request are on their way already.")
    for ticket in tickets:
        hand = desk.Hand(request.user, seen=_seen(request, ticket), submission=form.submission)
        act, values = _act(form, ticket)
        try:
            writings.do(ticket, act, values, hand, batch=batch)
            sent += 1
        except (desk.RefusedError, writings.OnItsWayError) as error:
            why = error.words if isinstance(error, desk.RefusedError) else on_their_way
            refused.append(f"{ticket.reference}: {why}")
            if writings.draft_of(ticket, act, by=request.user) is None:
                writings.keep(ticket, act, values, by=request.user)
    if sent:
        said = ngettext("%(n)s answer goes out.", "%(n)s answers go out.", sent) % {"n": sent}
        messages.success(request, said)
    return refused


def _act(form: ManyForm, ticket: Ticket) -> tuple[Any, dict[str, str]]:
    text = form.cleaned_data[f"text_{ticket.language}"]
    if form.cleaned_data["then"] == SOLVED:
        return ACTS["chiudi"], {"how": SOLVED, "helped": "", "text": text}
    return ACTS["rispondi"], {"text": text}
