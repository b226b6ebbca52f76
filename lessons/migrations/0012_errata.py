"""Corrections of sources, and the editions that each is about."""

import destalin_site.common.ids
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('lessons', '0011_lesson_ancestor'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Erratum',
            fields=[
                ('id', models.UUIDField(default=destalin_site.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('fields', models.JSONField(verbose_name='fields')),
                ('old', models.JSONField(help_text='By field, as the newest edition says it.', verbose_name='was')),
                ('new', models.JSONField(help_text='By field.', verbose_name='is')),
                ('severity', models.CharField(choices=[('minor', 'small correction'), ('major', 'serious correction')], max_length=8, verbose_name='severity')),
                ('note', models.TextField(verbose_name='note')),
                ('at', models.DateTimeField(db_index=True, verbose_name='announced')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='errata', to='lessons.source', verbose_name='source')),
            ],
            options={
                'verbose_name': 'correction',
                'verbose_name_plural': 'corrections',
                'ordering': ['-at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='ErratumEdition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('letter', models.CharField(max_length=4)),
                ('title', models.CharField(max_length=400)),
                ('old', models.JSONField()),
                ('edition', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='lessons.edition')),
                ('erratum', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='affected', to='lessons.erratum')),
            ],
            options={
                'verbose_name': 'edition of a correction',
                'verbose_name_plural': 'editions of corrections',
                'constraints': [models.UniqueConstraint(fields=('erratum', 'edition'), name='one_erratum_an_edition')],
            },
        ),
    ]
