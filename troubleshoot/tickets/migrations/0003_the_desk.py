"""What the desk knows of a request: whose it is, its clock, what it waits for; and the words it is found by."""

import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tickets', '0002_history_never_changes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='SearchWord',
            fields=[
                ('pk', models.CompositePrimaryKey('word', 'ticket_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('word', models.CharField(max_length=64)),
                ('ticket', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='words', to='tickets.ticket')),
            ],
        ),
        migrations.CreateModel(
            name='StepSeen',
            fields=[
                ('digest', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('title', models.CharField(max_length=300)),
                ('html', models.TextField()),
            ],
        ),
        migrations.AddField(
            model_name='draft',
            name='replay',
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.AddField(
            model_name='entry',
            name='data',
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name='ticket',
            name='asks',
            field=models.CharField(blank=True, max_length=20),
        ),
        migrations.AddField(
            model_name='ticket',
            name='assignee',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='ticket',
            name='authority_key',
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name='ticket',
            name='ended_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='ticket',
            name='entered_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='ticket',
            name='given',
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name='ticket',
            name='helped',
            field=models.CharField(blank=True, max_length=80),
        ),
        migrations.AddField(
            model_name='ticket',
            name='identity_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='ticket',
            name='identity_how',
            field=models.CharField(blank=True, choices=[('registered-mailbox', 'a mail to the address registered before was answered'), ('known-phone', 'called back at a number known before, not one from this request'), ('authority', 'the authority confirmed it: its access manager, or an official letter'), ('in-person', 'seen in person or in a video call, with a document')], max_length=20),
        ),
        migrations.AddField(
            model_name='ticket',
            name='office_left',
            field=models.DurationField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='ticket',
            name='remind_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='ticket',
            name='replay',
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.AddField(
            model_name='ticket',
            name='waits_for',
            field=models.CharField(blank=True, choices=[('eu-login', 'EU Login support'), ('commission', 'the Commission (IMI)'), ('it', 'the IT unit of the authority'), ('comune', 'the Comune'), ('ministry', 'the Ministry of the Interior'), ('inps', 'INPS')], max_length=12),
        ),
        migrations.AlterField(
            model_name='entry',
            name='kind',
            field=models.CharField(choices=[('sent', 'Request sent'), ('confirmed', 'Mailbox confirmed'), ('address', 'Address corrected'), ('link', 'New link sent'), ('fact', 'Something added'), ('answer', 'Answer'), ('solved', 'Closed as solved'), ('reopened', 'Opened again'), ('pictures-gone', 'Pictures deleted: nobody confirmed the request'), ('closed', 'Closed'), ('entered', 'Entered for a caller'), ('asked', 'Asked for one fact'), ('given', 'The fact that was asked for'), ('not-known', 'She cannot say'), ('note', 'Internal note'), ('assigned', 'Assigned'), ('waits', 'Waiting for others'), ('taken-back', 'Taken up again'), ('topic', 'Topic corrected'), ('identity', 'Identity checked'), ('covered', 'Part of a picture covered')], max_length=16),
        ),
        migrations.AlterField(
            model_name='ticket',
            name='due_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name='ticket',
            name='path',
            field=models.CharField(blank=True, max_length=4500),
        ),
        migrations.AlterField(
            model_name='ticket',
            name='state',
            field=models.CharField(choices=[('new', 'new'), ('open', 'open'), ('waiting', 'waiting for the operator'), ('waiting-others', 'waiting for others'), ('solved', 'solved'), ('closed', 'closed')], default='new', max_length=16),
        ),
    ]
