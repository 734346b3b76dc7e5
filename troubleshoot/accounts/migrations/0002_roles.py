"""Reader, reviewer, coordinator; and who wants no shortcuts of one letter."""

from django.db import migrations, models


def first_coordinator(apps, schema_editor):
    """Whoever was there first may manage the others."""
    first = apps.get_model("accounts", "User").objects.order_by("pk").first()
    if first is not None:
        first.role = "coordinator"
        first.save(update_fields=["role"])


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='user',
            name='role',
            field=models.CharField(choices=[('reader', 'reader'), ('reviewer', 'reviewer'), ('coordinator', 'coordinator')], default='reviewer', max_length=12, verbose_name='role'),
        ),
        migrations.AddField(model_name='user', name='uses_shortcuts', field=models.BooleanField(default=True)),
        migrations.RunPython(first_coordinator, migrations.RunPython.noop),
    ]
