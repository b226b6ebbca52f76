"""That a student was moved to another class refuses every change; what takes a move back is a move of its own."""

from django.db import migrations

from destalin_site.common import triggers


def guard(apps, schema_editor):
    triggers.guard(schema_editor.connection, "assignments_classmove")


def unguard(apps, schema_editor):
    triggers.unguard(schema_editor.connection, "assignments_classmove")


class Migration(migrations.Migration):
    dependencies = [("assignments", "0042_fill_parts_of_answers")]

    operations = [migrations.RunPython(guard, unguard)]
