"""A number for what a piece of work counts as, which the database makes, and the index by which a class is counted."""

import django.db.models.expressions
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assignments', '0044_parts_that_are_cells'),
    ]

    operations = [
        migrations.AddField(
            model_name='submission',
            name='tally',
            field=models.GeneratedField(db_persist=True, expression=django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.Case(models.When(state='assigned', then=0), models.When(state='drafting', then=1), models.When(state='submitted', then=2), models.When(state='in_review', then=3), models.When(state='returned', then=4), models.When(state='revising', then=5), models.When(state='excused', then=6), models.When(state='void', then=7), default=8), '+', models.Case(models.When(models.Q(('grade_ready', True)), then=16), default=0)), '+', models.Case(models.When(models.Q(('handed_in_at__isnull', False)), then=32), default=0)), '+', models.Case(models.When(models.Q(('late_seconds__gt', 0)), then=64), default=0)), '+', models.Case(models.When(models.Q(('hand_ins_waiting__gt', 0)), then=128), default=0)), '+', models.Case(models.When(models.Q(('state', 'in_review'), models.Q(('state__in', ['assigned', 'drafting']), models.Q(('due_from', ''), _negated=True)), models.Q(('state', 'assigned'), ('version__gt', 1)), _connector='OR'), then=256), default=0)), help_text='What the columns come to in one number, by which a class is counted (`tallies`).', output_field=models.PositiveSmallIntegerField()),
        ),
        migrations.AddIndex(
            model_name='submission',
            index=models.Index(fields=['assignment', 'tally'], name='submissions_to_count'),
        ),
    ]
