"""A request written down for somebody on the phone: the same facts, asked by a reviewer."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from troubleshoot.accounts.access import reviewer_required
from troubleshoot.flows import library
from troubleshoot.flows.model import Topic
from troubleshoot.tickets import desk
from troubleshoot.tickets.forms import FactsForm
from troubleshoot.tickets.sheet import FactSheet, topic_words
from troubleshoot.tickets.tokens import new_token, nonce_of


class CallerForm(FactsForm):
    """What a topic asks, and in which language she reads our mails."""

    language = forms.ChoiceField(label=_("Language of our mails to her"), choices=settings.LANGUAGES, initial="it")

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if nonce_of(self.data.get("token", "")) is None:
            raise forms.ValidationError(
                _("This page was open for too long, so nothing was sent yet. What you typed stands below: go on."),
                code="expired",
            )
        return values


@require_http_methods(["GET", "HEAD", "POST"])
@reviewer_required
def enter_ticket(request: HttpRequest) -> HttpResponse:
    """First what it is about, then the facts."""
    chosen = request.GET.get("argomento", "")
    if chosen not in set(Topic):
        return render(request, "review/enter_topic.html", {"topics": [(topic, topic_words(topic)) for topic in Topic]})
    topic = Topic(chosen)
    form = CallerForm(request.POST if request.method == "POST" else None, topic=topic)
    if form.is_valid():
        language = form.cleaned_data.pop("language")
        hand = desk.Hand(request.user, submission=nonce_of(request.POST["token"]))
        sheet = _sheet(topic, form.cleaned_data, language)
        ticket = desk.enter(sheet, hand, language=language)
        if ticket.facts.facts != sheet.facts:  # he went back, and sent it once more with something else
            said = gettext(
                "This call is kept already as it was first sent; what you changed now is not in it. Correct the "
                "address on this page, and write the rest as a note."
            )
            messages.error(request, said)
        return redirect("review_ticket", ticket.reference)
    token = request.POST.get("token", "")
    context = {"form": form, "topic_words": topic_words(topic), "token": token if nonce_of(token) else new_token()}
    return render(request, "review/enter_ticket.html", context, status=422 if form.is_bound else 200)


def _sheet(topic: Topic, facts: dict[str, str], language: str) -> FactSheet:
    flow = library.current().content.flows["cie-inps" if topic is Topic.CIE_INPS else "imi"]
    with override(language):
        told = gettext("told on the phone")
    sheet = FactSheet(flow.id, flow.titles[language], flow.version, told)
    return sheet.with_facts(facts, topic)
