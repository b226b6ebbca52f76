"""What teachers say again and again, and how often they said it."""

import destalin_site.common.ids
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assignments', '0019_comments'),
        ('lessons', '0019_search_paraphrases'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CommentTemplate',
            fields=[
                ('id', models.UUIDField(default=destalin_site.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('body', models.TextField(verbose_name='comment')),
                ('passage', models.JSONField(null=True, verbose_name='passage')),
                ('uses', models.PositiveIntegerField(default=0, verbose_name='uses')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('version', models.PositiveIntegerField(default=1)),
                ('edition', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='lessons.edition')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='comment_templates', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'comment in the bank',
                'verbose_name_plural': 'comment bank',
                'ordering': ['owner_id', '-uses', 'id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('passage__isnull', True), ('edition__isnull', False), _connector='OR'), name='a_passage_has_its_edition')],
            },
        ),
    ]
