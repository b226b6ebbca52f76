"""One comment that is given to many at once, and which comments are of it."""

import destalin_site.common.ids
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assignments', '0026_a_comment_on_the_whole'),
        ('lessons', '0019_search_paraphrases'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='SharedComment',
            fields=[
                ('id', models.UUIDField(default=destalin_site.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('question', models.CharField(blank=True, help_text='Empty for the whole hand-in.', max_length=100)),
                ('body', models.TextField(verbose_name='comment')),
                ('passage', models.JSONField(null=True, verbose_name='passage')),
                ('rows', models.JSONField(default=list)),
                ('at', models.DateTimeField(verbose_name='at')),
                ('taken_back_at', models.DateTimeField(null=True, verbose_name='taken back')),
                ('assignment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='shared_comments', to='assignments.assignment')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='shared_comments', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('edition', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='lessons.edition')),
            ],
            options={
                'verbose_name': 'comment for many',
                'verbose_name_plural': 'comments for many',
                'ordering': ['assignment_id', '-at', 'id'],
            },
        ),
        migrations.AddField(
            model_name='comment',
            name='shared',
            field=models.ForeignKey(help_text='What was given to many at once, and this is one of.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='comments', to='assignments.sharedcomment'),
        ),
    ]
