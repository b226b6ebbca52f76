"""What was taken back and came to count again at the close."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assignments', '0029_requests_for_more_time'),
    ]

    operations = [
        migrations.AddField(
            model_name='submission',
            name='reinstated',
            field=models.PositiveSmallIntegerField(default=0, help_text='How often what was taken back came to count again: then it is a hand-in that she had.'),
        ),
    ]
