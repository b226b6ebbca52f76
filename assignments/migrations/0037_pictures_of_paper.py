"""Pictures of the paper that a teacher hands in for a student."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assignments', '0036_more_time_taken_back_for_hand_ins'),
    ]

    operations = [
        migrations.CreateModel(
            name='Scan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.PositiveSmallIntegerField(help_text='From 1, in the order in which they were sent.')),
                ('sha256', models.CharField(max_length=64)),
                ('media_type', models.CharField(max_length=16)),
                ('width', models.PositiveIntegerField()),
                ('height', models.PositiveIntegerField()),
                ('data', models.BinaryField()),
                ('attempt', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='scans', to='assignments.attempt')),
            ],
            options={
                'verbose_name': 'picture of paper',
                'verbose_name_plural': 'pictures of paper',
                'ordering': ['attempt_id', 'place'],
                'constraints': [models.UniqueConstraint(fields=('attempt', 'place'), name='one_scan_a_place')],
            },
        ),
    ]
