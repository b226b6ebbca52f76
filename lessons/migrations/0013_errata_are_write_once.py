"""Corrections refuse every change, also one that goes past Python.

The one change let through is emptying `by`, when an account is deleted.
"""

from django.db import migrations

from destalin_site.common import triggers

TABLES = {
    "lessons_erratum": frozenset({"id", "source_id", "fields", "old", "new", "severity", "note", "at"}),
    "lessons_erratumedition": frozenset(),
}


def guard(apps, schema_editor):
    for table, columns in TABLES.items():
        triggers.guard(schema_editor.connection, table, columns)


def unguard(apps, schema_editor):
    for table in TABLES:
        triggers.unguard(schema_editor.connection, table)


class Migration(migrations.Migration):
    dependencies = [("lessons", "0012_errata")]

    operations = [migrations.RunPython(guard, unguard)]
