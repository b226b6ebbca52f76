"""What people are told of, what they chose, and the mails of each day."""

import destalin_site.common.ids
import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0006_audit_write_once'),
        ('assignments', '0022_regrades'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Digest',
            fields=[
                ('id', models.UUIDField(default=destalin_site.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('day', models.DateField(verbose_name='day')),
                ('state', models.CharField(choices=[('claimed', 'being sent'), ('waiting', 'to be tried again'), ('sent', 'sent'), ('empty', 'nothing to tell'), ('replaced', 'told in that of a later day'), ('refused', 'refused for good'), ('given_up', 'given up')], default='claimed', max_length=8, verbose_name='state')),
                ('tries', models.PositiveSmallIntegerField(default=1, verbose_name='tries')),
                ('until', models.DateTimeField(help_text='The end of the lease; while it waits, the time of the next try.')),
                ('made_at', models.DateTimeField()),
                ('sent_at', models.DateTimeField(null=True, verbose_name='sent')),
                ('trouble', models.CharField(blank=True, default='', max_length=200, verbose_name='trouble')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='digests', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'digest',
                'verbose_name_plural': 'digests',
                'ordering': ['-made_at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.UUIDField(default=destalin_site.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('assigned', 'assigned'), ('returned', 'returned'), ('recalled', 'a return was taken back'), ('rescored', 'what lateness takes off changed'), ('revise', 'to be revised'), ('kept', 'a revision ended'), ('dates', 'other dates'), ('upgraded', 'another edition'), ('excused', 'excused'), ('lifted', 'no longer excused'), ('handed_in_for', 'handed in for her'), ('handed_in_at_close', 'handed in at the close'), ('counts_again', 'counts again'), ('accepted', 'a hand-in was accepted'), ('parked', 'a hand-in waits for a decision'), ('again', 'handed in again after a return'), ('asked', 'asks about a comment')], max_length=24, verbose_name='what')),
                ('happening', models.CharField(help_text='Of which happening: e and the number of an event, or a and a version of the work.', max_length=24)),
                ('at', models.DateTimeField(help_text='When it happened; of what was not open then, when it opens.', verbose_name='at')),
                ('facts', models.JSONField(default=dict)),
                ('ended_at', models.DateTimeField(help_text='Something later took back what it tells.', null=True)),
                ('read_at', models.DateTimeField(null=True, verbose_name='read')),
                ('digest', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='notices', to='assignments.digest', verbose_name='told by mail')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notices', to=settings.AUTH_USER_MODEL)),
                ('submission', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notices', to='assignments.submission')),
            ],
            options={
                'verbose_name': 'notice',
                'verbose_name_plural': 'notices',
                'ordering': ['-at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='NoticeChoice',
            fields=[
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='notice_choice', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('mail', models.CharField(choices=[('never', 'never'), ('daily', 'once a day')], default='never', max_length=8, verbose_name='by mail')),
                ('hour', models.PositiveSmallIntegerField(default=7, help_text='On the clocks of her own zone.', validators=[django.core.validators.MaxValueValidator(23)], verbose_name='from')),
                ('refused_at', models.DateTimeField(editable=False, null=True)),
                ('refused_address', models.EmailField(blank=True, default='', editable=False, max_length=254)),
                ('refused_words', models.CharField(blank=True, default='', editable=False, max_length=200)),
            ],
            options={
                'verbose_name': 'choice of notices',
                'verbose_name_plural': 'choices of notices',
                'constraints': [models.CheckConstraint(condition=models.Q(('hour__lte', 23)), name='an_hour_of_the_day')],
            },
        ),
        migrations.AddIndex(
            model_name='digest',
            index=models.Index(condition=models.Q(('state__in', ['claimed', 'waiting'])), fields=['until'], name='digests_unfinished'),
        ),
        migrations.AddIndex(
            model_name='digest',
            index=models.Index(fields=['made_at'], name='digests_by_age'),
        ),
        migrations.AddConstraint(
            model_name='digest',
            constraint=models.UniqueConstraint(fields=('person', 'day'), name='one_digest_a_day'),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(fields=['person', '-at', '-id'], name='notices_of_a_person'),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(condition=models.Q(('ended_at', None), ('read_at', None)), fields=['person'], name='notices_unread'),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(fields=['at'], name='notices_by_age'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.UniqueConstraint(fields=('person', 'submission', 'kind', 'happening'), name='told_once'),
        ),
    ]
