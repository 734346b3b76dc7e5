"""Requests from before the desk: their clock stands still or is gone, and they are found by their words."""

from datetime import timedelta

from django.conf import settings
from django.db import migrations

from troubleshoot.tickets import search


def fill(apps, schema_editor):
    Ticket, SearchWord = (apps.get_model("tickets", name) for name in ("Ticket", "SearchWord"))
    Ticket.objects.filter(state__in=("waiting", "waiting-others")).update(
        state="waiting", due_at=None, office_left=timedelta(hours=settings.ANSWER_WITHIN_HOURS)
    )
    Ticket.objects.filter(state__in=("solved", "closed")).update(due_at=None)
    for ticket in Ticket.objects.iterator():
        ticket.authority_key = search.authority_key(ticket.authority, ticket.email)
        ticket.save(update_fields=["authority_key"])
        said = ticket.history.values_list("text", flat=True)
        words = search.kept((ticket.reference, *ticket.sheet["facts"].values(), ticket.sheet["seen"], *said))
        words |= search.authority_words(ticket.authority, ticket.email)
        rows = [SearchWord(word=word, ticket_id=ticket.pk) for word in sorted(words)]
        SearchWord.objects.bulk_create(rows, ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [("tickets", "0003_the_desk")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
