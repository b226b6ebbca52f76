"""Every piece of work says which edition its student reads; what was decided about editions stays as it was noted."""

import django.db.models.deletion
from django.db import migrations, models

from destalin_site.common import triggers

TABLE = "assignments_editionupgrade"


def guard(apps, schema_editor):
    triggers.guard(schema_editor.connection, TABLE)


def unguard(apps, schema_editor):
    triggers.unguard(schema_editor.connection, TABLE)


class Migration(migrations.Migration):
    dependencies = [("assignments", "0017_what_each_student_reads")]

    operations = [
        migrations.AlterField(
            model_name="submission",
            name="edition",
            field=models.ForeignKey(
                help_text="What she reads.",
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="lessons.edition",
                verbose_name="edition",
            ),
        ),
        migrations.RunPython(guard, unguard),
    ]
