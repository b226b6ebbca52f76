"""Comments on words of a hand-in. What was returned keeps them as they were, also for what goes past Python."""

import destalin_site.common.ids
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from destalin_site.common import triggers

TABLE = "assignments_comment"
WORDS = frozenset(
    {"attempt_id", "at", "block", "body", "by_id", '"end"', "grade_id", "passage", "question", "quote", "start"}
)


def guard(apps, schema_editor):
    triggers.guard(schema_editor.connection, TABLE, WORDS, "OLD.kept")


def unguard(apps, schema_editor):
    triggers.unguard(schema_editor.connection, TABLE)


class Migration(migrations.Migration):

    dependencies = [
        ('assignments', '0018_every_student_reads_an_edition'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Comment',
            fields=[
                ('id', models.UUIDField(default=destalin_site.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('key', models.UUIDField(default=destalin_site.common.ids.uuid7, help_text='The same for every copy of this comment.')),
                ('question', models.CharField(max_length=100)),
                ('block', models.CharField(max_length=100)),
                ('start', models.PositiveIntegerField()),
                ('end', models.PositiveIntegerField()),
                ('quote', models.TextField(verbose_name='words')),
                ('body', models.TextField(verbose_name='comment')),
                ('passage', models.JSONField(null=True, verbose_name='passage')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('version', models.PositiveIntegerField(default=1)),
                ('kept', models.BooleanField(default=False, help_text='It was returned: from then on its words stay.')),
                ('attempt', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='comments', to='assignments.attempt')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('grade', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='comments', to='assignments.grade')),
            ],
            options={
                'verbose_name': 'comment',
                'verbose_name_plural': 'comments',
                'ordering': ['grade_id', 'at', 'key'],
                'constraints': [models.UniqueConstraint(fields=('grade', 'key'), name='one_comment_a_key')],
            },
        ),
        migrations.RunPython(guard, unguard),
    ]
