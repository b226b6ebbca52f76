"""When work was finished on a device that was offline, how far that is believed, and for how long it may count."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assignments', '0033_other_dates_of_a_class'),
    ]

    operations = [
        migrations.AddField(
            model_name='assignment',
            name='offline_grace_h',
            field=models.PositiveSmallIntegerField(default=0, help_text='For so long after it would be late, work finished offline counts by when it was finished.', verbose_name='grace for work finished offline, in hours'),
        ),
        migrations.AddField(
            model_name='attempt',
            name='captured_at',
            field=models.DateTimeField(editable=False, help_text='In the site’s time as far as that can be told; else what the device says.', null=True, verbose_name='finished on the device'),
        ),
        migrations.AddField(
            model_name='attempt',
            name='clock_doubt',
            field=models.CharField(blank=True, choices=[('no_token', 'no_token'), ('foreign_token', 'foreign_token'), ('too_old', 'too_old'), ('other_boot', 'other_boot'), ('in_the_future', 'in_the_future'), ('clocks_disagree', 'clocks_disagree'), ('contradicted', 'contradicted')], default='', editable=False, max_length=16, verbose_name='why not further'),
        ),
        migrations.AddField(
            model_name='parkedcopy',
            name='captured_at',
            field=models.DateTimeField(editable=False, help_text='In the site’s time as far as that can be told; else what the device says.', null=True, verbose_name='finished on the device'),
        ),
        migrations.AddField(
            model_name='parkedcopy',
            name='captured_at_device',
            field=models.DateTimeField(editable=False, help_text='By the device’s own clock.', null=True),
        ),
        migrations.AddField(
            model_name='parkedcopy',
            name='clock_doubt',
            field=models.CharField(blank=True, choices=[('no_token', 'no_token'), ('foreign_token', 'foreign_token'), ('too_old', 'too_old'), ('other_boot', 'other_boot'), ('in_the_future', 'in_the_future'), ('clocks_disagree', 'clocks_disagree'), ('contradicted', 'contradicted')], default='', editable=False, max_length=16, verbose_name='why not further'),
        ),
        migrations.AddField(
            model_name='parkedcopy',
            name='clock_trust',
            field=models.CharField(blank=True, choices=[('low', 'little'), ('medium', 'within the offline grace'), ('teacher', 'by a teacher’s decision')], default='', editable=False, max_length=8, verbose_name='the device is believed'),
        ),
        migrations.AddField(
            model_name='submission',
            name='captured_at',
            field=models.DateTimeField(editable=False, help_text='In the site’s time as far as that can be told; else what the device says.', null=True, verbose_name='finished on the device'),
        ),
        migrations.AddField(
            model_name='submission',
            name='captured_at_device',
            field=models.DateTimeField(editable=False, help_text='By the device’s own clock.', null=True),
        ),
        migrations.AddField(
            model_name='submission',
            name='clock_doubt',
            field=models.CharField(blank=True, choices=[('no_token', 'no_token'), ('foreign_token', 'foreign_token'), ('too_old', 'too_old'), ('other_boot', 'other_boot'), ('in_the_future', 'in_the_future'), ('clocks_disagree', 'clocks_disagree'), ('contradicted', 'contradicted')], default='', editable=False, max_length=16, verbose_name='why not further'),
        ),
        migrations.AddField(
            model_name='submission',
            name='clock_trust',
            field=models.CharField(blank=True, choices=[('low', 'little'), ('medium', 'within the offline grace'), ('teacher', 'by a teacher’s decision')], default='', editable=False, max_length=8, verbose_name='the device is believed'),
        ),
        migrations.AlterField(
            model_name='attempt',
            name='captured_at_device',
            field=models.DateTimeField(editable=False, help_text='By the device’s own clock.', null=True),
        ),
        migrations.AlterField(
            model_name='attempt',
            name='clock_trust',
            field=models.CharField(blank=True, choices=[('low', 'little'), ('medium', 'within the offline grace'), ('teacher', 'by a teacher’s decision')], default='', editable=False, max_length=8, verbose_name='the device is believed'),
        ),
        migrations.AlterField(
            model_name='timingdecision',
            name='reason',
            field=models.CharField(choices=[('handed_in', 'handed in'), ('due_moved', 'the due time moved'), ('extended', 'more time was given'), ('dates', 'the dates for this student changed'), ('device_time', 'the time of the device counts'), ('arrival_time', 'the time of arrival counts again')], max_length=16),
        ),
    ]
