"""Names may be hidden while work is marked, and a number stands for each student meanwhile."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0006_audit_write_once'),
        ('assignments', '0027_comments_for_many'),
        ('lessons', '0019_search_paraphrases'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='assignment',
            name='anonymous',
            field=models.BooleanField(default=False, help_text='Once set it stays: names are shown by an act (`revealed_at`), which stays too.', verbose_name='names are hidden while you mark'),
        ),
        migrations.AddField(
            model_name='assignment',
            name='revealed_at',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='names shown'),
        ),
        migrations.AddField(
            model_name='assignment',
            name='revealed_by',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='submission',
            name='alias',
            field=models.PositiveIntegerField(editable=False, help_text='Random; stands for the student where names were hidden when this was made, or have been since.', null=True, verbose_name='number in place of the name'),
        ),
        migrations.AddConstraint(
            model_name='assignment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('revealed_at', None), ('revealed_by', None)), models.Q(('anonymous', True), ('revealed_at__isnull', False), ('revealed_by__isnull', False)), _connector='OR'), name='names_are_shown_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='submission',
            constraint=models.UniqueConstraint(fields=('assignment', 'alias'), name='one_alias_each'),
        ),
    ]
