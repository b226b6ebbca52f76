"""The instant that a due time said as an offset came to."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assignments', '0045_what_a_class_counts'),
    ]

    operations = [
        migrations.AddField(
            model_name='dateoverride',
            name='offset_due_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddConstraint(
            model_name='dateoverride',
            constraint=models.CheckConstraint(condition=models.Q(('offset_due_at', None), ('offset_minutes__isnull', False), _connector='OR'), name='an_instant_of_an_offset'),
        ),
    ]
