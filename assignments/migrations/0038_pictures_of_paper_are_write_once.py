"""A picture of paper refuses every change, like the hand-in that it belongs to."""

from django.db import migrations

from destalin_site.common import triggers


def guard(apps, schema_editor):
    triggers.guard(schema_editor.connection, "assignments_scan")


def unguard(apps, schema_editor):
    triggers.unguard(schema_editor.connection, "assignments_scan")


class Migration(migrations.Migration):
    dependencies = [("assignments", "0037_pictures_of_paper")]

    operations = [migrations.RunPython(guard, unguard)]
