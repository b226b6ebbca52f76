"""Why a hand-in is decided again, once more: its extension was taken back for it too."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assignments', '0035_replies_required'),
    ]

    operations = [
        migrations.AlterField(
            model_name='timingdecision',
            name='reason',
            field=models.CharField(choices=[('handed_in', 'handed in'), ('due_moved', 'the due time moved'), ('extended', 'more time was given'), ('dates', 'the dates for this student changed'), ('device_time', 'the time of the device counts'), ('arrival_time', 'the time of arrival counts again'), ('revoked', 'more time was taken back, for what was handed in too')], max_length=16),
        ),
    ]
