"""Writing to whoever helps: the message is filled, she adds what only she knows."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from troubleshoot.flows.views import current_page
from troubleshoot.tickets.letters import letter_to
from troubleshoot.tickets.sheet import sheet_of


@require_safe
def write(request: HttpRequest, flow_id: str, desk_id: str = "") -> HttpResponse:
    """The message to a desk from a place of a flow, as text to copy into a mail; without a desk, to the flow's own."""
    page = current_page(request, flow_id)
    desk = page.library.content.desks.get(desk_id) if desk_id else page.desk
    if desk is None:
        raise Http404
    context = {"page": page, "desk": desk, "to_desk": desk.names[page.place.language]}
    return render(request, "tickets/write.html", context | {"letter": letter_to(desk, page, sheet_of(page))})
