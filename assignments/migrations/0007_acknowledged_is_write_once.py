"""That a class was told of a correction stays as it was noted, also for what goes past Python."""

from django.db import migrations

from destalin_site.common import triggers

TABLE = "assignments_erratumack"


def guard(apps, schema_editor):
    triggers.guard(schema_editor.connection, TABLE)


def unguard(apps, schema_editor):
    triggers.unguard(schema_editor.connection, TABLE)


class Migration(migrations.Migration):
    dependencies = [("assignments", "0006_erratum_acknowledged")]

    operations = [migrations.RunPython(guard, unguard)]
