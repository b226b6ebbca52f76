"""A student asks for more time, and somebody answers."""

import accounts.models
import destalin_site.common.ids
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assignments', '0028_hidden_names'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='submission',
            name='asks_more_time',
            field=models.BooleanField(default=False, help_text='Her request for more time is not answered yet.'),
        ),
        migrations.CreateModel(
            name='ExtensionRequest',
            fields=[
                ('id', models.UUIDField(default=destalin_site.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('reason', models.CharField(max_length=500, verbose_name='reason')),
                ('due_date', models.DateField(null=True, verbose_name='wished date')),
                ('due_time', models.TimeField(null=True, verbose_name='wished time')),
                ('due_zone', models.CharField(blank=True, max_length=64, validators=[accounts.models.known_zone], verbose_name='time zone')),
                ('due_at', models.DateTimeField(null=True, verbose_name='wished')),
                ('due_tzdb', models.CharField(blank=True, max_length=16)),
                ('asked_at', models.DateTimeField(verbose_name='asked')),
                ('version', models.PositiveIntegerField(default=1)),
                ('answer', models.CharField(blank=True, choices=[('', 'not answered yet'), ('granted', 'more time was given'), ('declined', 'declined'), ('withdrawn', 'taken back by the student')], default='', max_length=16, verbose_name='answer')),
                ('answered_at', models.DateTimeField(null=True, verbose_name='answered')),
                ('words', models.CharField(blank=True, max_length=500, verbose_name='words')),
                ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('extension', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='requests', to='assignments.extension')),
                ('submission', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='extension_requests', to='assignments.submission')),
            ],
            options={
                'verbose_name': 'request for more time',
                'verbose_name_plural': 'requests for more time',
                'ordering': ['submission_id', 'asked_at', 'id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('answer', '')), fields=('submission',), name='one_waiting_request'), models.CheckConstraint(condition=models.Q(models.Q(('due_at', None), ('due_date', None), ('due_time', None), ('due_zone', '')), models.Q(('due_at__isnull', False), ('due_date__isnull', False), ('due_time__isnull', False), models.Q(('due_zone', ''), _negated=True)), _connector='OR'), name='a_wished_time_is_whole'), models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_at', None), ('answered_by', None)), models.Q(models.Q(('answer', ''), _negated=True), ('answered_at__isnull', False), ('answered_by__isnull', False)), _connector='OR'), name='a_request_is_answered_by_somebody'), models.CheckConstraint(condition=models.Q(models.Q(('answer', 'granted'), ('extension__isnull', False)), models.Q(models.Q(('answer', 'granted'), _negated=True), ('extension', None)), _connector='OR'), name='what_is_granted_is_given')],
            },
        ),
    ]
