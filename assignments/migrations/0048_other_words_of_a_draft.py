"""When the words that a draft took the place of were saved last."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assignments', '0047_fill_instants_of_offsets'),
    ]

    operations = [
        migrations.AddField(
            model_name='draft',
            name='others_saved_at',
            field=models.DateTimeField(null=True),
        ),
    ]
