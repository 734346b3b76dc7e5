"""What always holds of a request; and on SQLite the trigger that Django's rebuilding of the table took away."""

import django.db.models.functions.text
from django.db import migrations, models

TRIGGER = """
CREATE TRIGGER tickets_entry_never_changes BEFORE UPDATE ON tickets_entry
BEGIN SELECT RAISE(ABORT, 'history never changes'); END
"""


def put_up(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TRIGGER IF EXISTS tickets_entry_never_changes")
        schema_editor.execute(TRIGGER)


class Migration(migrations.Migration):
    dependencies = [("tickets", "0004_requests_from_before")]
    operations = [
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(condition=models.Q(('due_at__isnull', False)), fields=['due_at', 'id'], name='ticket_due'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(condition=models.Q(('state__in', ('solved', 'closed')), _negated=True), fields=['id'], name='ticket_not_done'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(fields=['state', 'id'], name='ticket_by_state'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(fields=['topic', 'id'], name='ticket_by_topic'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(fields=['authority_key', 'id'], name='ticket_by_authority'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(condition=models.Q(('remind_at__isnull', False)), fields=['remind_at', 'id'], name='ticket_reminded'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(condition=models.Q(('confirmed_at__isnull', True), models.Q(('state__in', ('solved', 'closed')), _negated=True)), fields=['id'], name='ticket_unconfirmed'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(django.db.models.functions.text.Lower('email'), name='ticket_by_email'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(django.db.models.functions.text.Lower('user_id'), condition=models.Q(('user_id', ''), _negated=True), name='ticket_by_user_id'),
        ),
        migrations.AddConstraint(
            model_name='ticket',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('due_at__isnull', False), ('state__in', ('new', 'open'))), models.Q(models.Q(('state__in', ('new', 'open')), _negated=True), ('due_at__isnull', True)), _connector='OR'), name='ticket_is_due_only_while_the_clock_runs'),
        ),
        migrations.AddConstraint(
            model_name='ticket',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('office_left__isnull', False), ('state__in', ('waiting', 'waiting-others'))), models.Q(models.Q(('state__in', ('waiting', 'waiting-others')), _negated=True), ('office_left__isnull', True)), _connector='OR'), name='ticket_has_office_time_left_only_while_it_waits'),
        ),
        migrations.AddConstraint(
            model_name='ticket',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('remind_at__isnull', False), ('state', 'waiting-others'), models.Q(('waits_for', ''), _negated=True)), models.Q(models.Q(('state', 'waiting-others'), _negated=True), ('remind_at__isnull', True), ('waits_for', '')), _connector='OR'), name='ticket_waits_for_somebody_and_reminds'),
        ),
        migrations.AddConstraint(
            model_name='ticket',
            constraint=models.CheckConstraint(condition=models.Q(('asks', ''), ('state', 'waiting'), _connector='OR'), name='ticket_asks_only_while_it_waits_for_her'),
        ),
        migrations.AddConstraint(
            model_name='ticket',
            constraint=models.CheckConstraint(condition=models.Q(('ended_by__isnull', True), ('state__in', ('solved', 'closed')), _connector='OR'), name='ticket_ended_by_only_when_done'),
        ),
        migrations.AddConstraint(
            model_name='ticket',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('identity_by__isnull', True), ('identity_how', '')), models.Q(models.Q(('identity_how', ''), _negated=True), ('identity_by__isnull', False)), _connector='OR'), name='ticket_identity_with_who_checked_it'),
        ),
        migrations.AddConstraint(
            model_name='ticket',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_by__isnull', False), ('state', 'solved'), ('topic__in', ('imi-reset', 'imi-deletion', 'change')), _negated=True), models.Q(('confirmed_at__isnull', False), models.Q(('identity_how', ''), _negated=True)), _connector='OR'), name='ticket_changes_no_account_unchecked'),
        ),
        migrations.RunPython(put_up, migrations.RunPython.noop),
    ]
