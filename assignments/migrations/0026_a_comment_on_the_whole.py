"""A comment can stand on the whole hand-in, or on the whole answer to a question."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assignments', '0025_the_latest_counts'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='comment',
            name='block',
            field=models.CharField(blank=True, max_length=100),
        ),
        migrations.AlterField(
            model_name='comment',
            name='question',
            field=models.CharField(blank=True, max_length=100),
        ),
        migrations.AlterField(
            model_name='comment',
            name='quote',
            field=models.TextField(blank=True, verbose_name='words'),
        ),
        migrations.AddConstraint(
            model_name='comment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('block', ''), ('end', 0), ('quote', ''), ('start', 0)), models.Q(('end__gt', models.F('start')), models.Q(('question', ''), _negated=True), models.Q(('block', ''), _negated=True), models.Q(('quote', ''), _negated=True)), _connector='OR'), name='a_comment_stands_on_words_or_on_the_whole'),
        ),
    ]
