"""Assignments whose drafts the staff of the class may read; none of those that there are."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assignments', '0039_a_student_moves_to_another_class'),
    ]

    operations = [
        migrations.AddField(
            model_name='assignment',
            name='drafts_visible',
            field=models.BooleanField(default=False, help_text='The staff of the class read what is being written. Students are told so where they write.', verbose_name='drafts may be read'),
        ),
    ]
