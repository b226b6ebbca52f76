"""Which of the grades that were returned stand: the last of each hand-in, unless it was taken back."""

from django.db import migrations, models

from destalin_site.common import triggers

GRADE = "assignments_grade"
WORDS = frozenset(
    {
        *("attempt_id", "criteria", "entered_score", "feedback", "marks", "out_of", "override", "rubric_id"),
        *("saved_at", "saved_by_id"),
    }
)


def guard(apps, schema_editor):
    """For a constraint SQLite makes the table anew, without the trigger that keeps what was returned."""
    if schema_editor.connection.vendor == "sqlite":
        triggers.guard(schema_editor.connection, GRADE, WORDS, "OLD.status <> 'draft'")


class Migration(migrations.Migration):

    dependencies = [
        ('assignments', '0047_fill_instants_of_offsets'),
    ]

    operations = [
        # Undone, which makes the table anew as well, this comes last.
        migrations.RunPython(migrations.RunPython.noop, guard),
        migrations.AddField(
            model_name='grade',
            name='stands',
            field=models.BooleanField(default=False, editable=False, help_text='The last that was returned of its hand-in, and not taken back: its student reads it.'),
        ),
        migrations.AddConstraint(
            model_name='grade',
            constraint=models.CheckConstraint(condition=models.Q(('stands', False), models.Q(models.Q(('status', 'draft'), _negated=True), ('returned_at__isnull', False)), _connector='OR'), name='no_draft_stands'),
        ),
        migrations.RunPython(guard, migrations.RunPython.noop),
    ]
