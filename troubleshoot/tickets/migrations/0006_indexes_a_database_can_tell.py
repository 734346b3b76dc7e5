"""Partial indexes whose condition compares no value, so that SQLite too sees that they fit."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tickets', '0005_what_always_holds'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='ticket',
            name='ticket_not_done',
        ),
        migrations.RemoveIndex(
            model_name='ticket',
            name='ticket_unconfirmed',
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(condition=models.Q(('solved_at__isnull', True)), fields=['id'], name='ticket_open'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(condition=models.Q(('solved_at__isnull', True)), fields=['topic', 'id'], name='ticket_open_by_topic'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(condition=models.Q(('due_at__isnull', False)), fields=['assignee', 'due_at', 'id'], name='ticket_due_by_assignee'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(condition=models.Q(('confirmed_at__isnull', True), ('solved_at__isnull', True)), fields=['id'], name='ticket_unconfirmed'),
        ),
    ]
