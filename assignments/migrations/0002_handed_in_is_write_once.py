"""Attempts, their citations and timing decisions, and events refuse every change, also one that goes past Python."""

from django.db import migrations

from destalin_site.common import triggers

TABLES = ["assignments_attempt", "assignments_citation", "assignments_event", "assignments_timingdecision"]


def guard(apps, schema_editor):
    for table in TABLES:
        triggers.guard(schema_editor.connection, table)


def unguard(apps, schema_editor):
    for table in TABLES:
        triggers.unguard(schema_editor.connection, table)


class Migration(migrations.Migration):
    dependencies = [("assignments", "0001_initial")]

    operations = [migrations.RunPython(guard, unguard)]
