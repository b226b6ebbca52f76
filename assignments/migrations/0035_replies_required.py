"""Comments that came back may have to be answered before work is handed in again."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assignments', '0034_finished_offline'),
    ]

    operations = [
        migrations.AddField(
            model_name='assignment',
            name='replies_required',
            field=models.BooleanField(default=False, help_text='A student answers each comment that came back to her before she hands in again.', verbose_name='comments are answered first'),
        ),
    ]
