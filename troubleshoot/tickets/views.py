"""Writing to whoever helps: the sheet is filled, she adds what only she knows."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from troubleshoot.flows.views import current_page
from troubleshoot.tickets.sheet import as_text, sheet_of


@require_safe
def write(request: HttpRequest, flow_id: str) -> HttpResponse:
    """The fact sheet at a place of a flow, as text to copy into a mail to the flow's desk."""
    page = current_page(request, flow_id)
    sheet = sheet_of(page)
    mailbox = page.library.content.terms[page.desk.mail].shown(page.place.language)[0]
    context = {"page": page, "sheet": sheet, "text": as_text(sheet), "mailbox": mailbox}
    return render(request, "tickets/write.html", context)
