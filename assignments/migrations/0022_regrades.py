"""Rubrics that were changed, and marks that were brought along; what was decided about them is written once."""

import destalin_site.common.ids
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from destalin_site.common import triggers

TABLE = "assignments_regrade"


def guard(apps, schema_editor):
    triggers.guard(schema_editor.connection, TABLE)


def unguard(apps, schema_editor):
    triggers.unguard(schema_editor.connection, TABLE)


class Migration(migrations.Migration):

    dependencies = [
        ('assignments', '0021_replies_to_comments'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='assignment',
            name='rubric_changed_at',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='rubric changed'),
        ),
        migrations.CreateModel(
            name='Regrade',
            fields=[
                ('id', models.UUIDField(default=destalin_site.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('scope', models.CharField(choices=[('none', 'none'), ('drafts', 'drafts'), ('chosen', 'drafts, and some that are returned'), ('undo', 'taken back')], max_length=16, verbose_name='which')),
                ('preview', models.JSONField(default=list, verbose_name='preview')),
                ('applied', models.JSONField(default=list, verbose_name='applied')),
                ('reason', models.TextField(blank=True, verbose_name='reason')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('assignment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='regrades', to='assignments.assignment', verbose_name='assignment')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('rubric', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assignments.rubricedition', verbose_name='rubric edition')),
                ('undoes', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='undone', to='assignments.regrade', verbose_name='takes back')),
            ],
            options={
                'verbose_name': 'regrade',
                'verbose_name_plural': 'regrades',
                'ordering': ['assignment_id', 'id'],
            },
        ),
        migrations.RunPython(guard, unguard),
    ]
