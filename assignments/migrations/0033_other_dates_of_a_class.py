"""Other dates may be for a whole class, which has one of them at a time."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assignments', '0032_more_kinds_of_notices'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='dateoverride',
            name='for_class',
            field=models.BooleanField(default=False, verbose_name='for the whole class'),
        ),
        migrations.AddConstraint(
            model_name='dateoverride',
            constraint=models.CheckConstraint(condition=models.Q(('for_class', False), ('title', ''), _connector='OR'), name='a_class_has_no_title'),
        ),
        migrations.AddConstraint(
            model_name='dateoverride',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at', None), ('for_class', True)), fields=('assignment',), name='one_for_the_class_at_a_time'),
        ),
    ]
