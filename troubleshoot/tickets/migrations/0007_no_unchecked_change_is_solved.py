"""No request that changes an account is solved before somebody has checked who asks, whoever presses the button."""

from django.db import migrations, models


def close_the_unchecked(apps, schema_editor):
    """Those that their operators ended themselves were never checked: ended, and not solved."""
    solved = apps.get_model("tickets", "Ticket").objects.filter(
        topic__in=["imi-reset", "imi-deletion", "change"], state="solved"
    )
    solved.filter(models.Q(confirmed_at__isnull=True) | models.Q(identity_how="")).update(state="closed")


class Migration(migrations.Migration):
    dependencies = [("tickets", "0006_indexes_a_database_can_tell")]

    operations = [
        migrations.RemoveConstraint(model_name="ticket", name="ticket_changes_no_account_unchecked"),
        migrations.RunPython(close_the_unchecked, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="ticket",
            constraint=models.CheckConstraint(
                name="ticket_changes_no_account_unchecked",
                condition=~models.Q(state="solved", topic__in=("imi-reset", "imi-deletion", "change"))
                | (models.Q(confirmed_at__isnull=False) & ~models.Q(identity_how="")),
            ),
        ),
    ]
