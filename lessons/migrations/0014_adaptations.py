"""Teachers' own versions of lessons, and whose an edition is."""

import destalin_site.common.ids
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('lessons', '0013_errata_are_write_once'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Adaptation',
            fields=[
                ('id', models.UUIDField(default=destalin_site.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('instructions', models.TextField(blank=True, verbose_name='instructions')),
                ('plan', models.JSONField(verbose_name='plan')),
                ('created_at', models.DateTimeField(verbose_name='made')),
                ('changed_at', models.DateTimeField(verbose_name='changed')),
                ('archived_at', models.DateTimeField(blank=True, null=True, verbose_name='archived')),
                ('version', models.PositiveIntegerField(default=1)),
            ],
            options={
                'verbose_name': 'adaptation',
                'verbose_name_plural': 'adaptations',
                'ordering': ['-changed_at', '-id'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='edition',
            name='one_edition_a_number',
        ),
        migrations.AddField(
            model_name='adaptation',
            name='ancestor',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='adaptations', to='lessons.edition', verbose_name='adapted from'),
        ),
        migrations.AddField(
            model_name='adaptation',
            name='edition',
            field=models.ForeignKey(help_text='The one that was cut last: what is assigned.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='lessons.edition', verbose_name='edition'),
        ),
        migrations.AddField(
            model_name='adaptation',
            name='owner',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='adaptations', to=settings.AUTH_USER_MODEL, verbose_name='teacher'),
        ),
        migrations.AddField(
            model_name='edition',
            name='adaptation',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='editions', to='lessons.adaptation'),
        ),
        migrations.AddConstraint(
            model_name='edition',
            constraint=models.UniqueConstraint(condition=models.Q(('adaptation', None)), fields=('lesson', 'number'), name='one_edition_a_number'),
        ),
        migrations.AddConstraint(
            model_name='edition',
            constraint=models.UniqueConstraint(condition=models.Q(('adaptation__isnull', False)), fields=('adaptation', 'number'), name='one_adapted_edition_a_number'),
        ),
        migrations.AddIndex(
            model_name='adaptation',
            index=models.Index(fields=['owner', '-changed_at'], name='adaptations_of_a_teacher'),
        ),
    ]
