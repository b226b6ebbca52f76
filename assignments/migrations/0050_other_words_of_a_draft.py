"""When the words that a draft took the place of were saved last."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assignments', '0049_fill_what_each_hand_in_was_given'),
    ]

    operations = [
        migrations.AddField(
            model_name='draft',
            name='others_saved_at',
            field=models.DateTimeField(null=True),
        ),
    ]
