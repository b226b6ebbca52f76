"""What students answer to comments."""

import destalin_site.common.ids
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assignments', '0020_comment_bank'),
    ]

    operations = [
        migrations.CreateModel(
            name='CommentReply',
            fields=[
                ('id', models.UUIDField(default=destalin_site.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('attempt_number', models.PositiveIntegerField(verbose_name='hand-in')),
                ('stance', models.CharField(choices=[('changed', 'changed'), ('unchanged', 'not changed'), ('question', 'a question')], max_length=16, verbose_name='answer')),
                ('text', models.TextField(blank=True, verbose_name='words')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('version', models.PositiveIntegerField()),
                ('comment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='replies', to='assignments.comment')),
            ],
            options={
                'verbose_name': 'reply to a comment',
                'verbose_name_plural': 'replies to comments',
                'ordering': ['comment_id', 'attempt_number'],
                'constraints': [models.UniqueConstraint(fields=('comment', 'attempt_number'), name='one_reply_a_comment_and_hand_in')],
            },
        ),
    ]
