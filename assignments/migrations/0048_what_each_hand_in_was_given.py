"""Which of the grades that were returned stand: the last of each hand-in, unless it was taken back."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assignments', '0047_fill_instants_of_offsets'),
    ]

    operations = [
        migrations.AddField(
            model_name='grade',
            name='stands',
            field=models.BooleanField(default=False, editable=False, help_text='The last that was returned of its hand-in, and not taken back: its student reads it.'),
        ),
        migrations.AddConstraint(
            model_name='grade',
            constraint=models.CheckConstraint(condition=models.Q(('stands', False), models.Q(models.Q(('status', 'draft'), _negated=True), ('returned_at__isnull', False)), _connector='OR'), name='no_draft_stands'),
        ),
    ]
