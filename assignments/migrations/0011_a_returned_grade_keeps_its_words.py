"""Marks that were returned or set aside stay as they were given, also for what goes past Python."""

from django.db import migrations

from destalin_site.common import triggers

TABLE = "assignments_grade"
WORDS = frozenset({"attempt_id", "entered_score", "feedback", "marks", "out_of", "override", "saved_at", "saved_by_id"})


def guard(apps, schema_editor):
    triggers.guard(schema_editor.connection, TABLE, WORDS, "OLD.status <> 'draft'")


def unguard(apps, schema_editor):
    triggers.unguard(schema_editor.connection, TABLE)


class Migration(migrations.Migration):
    dependencies = [("assignments", "0010_excuse_category")]

    operations = [migrations.RunPython(guard, unguard)]
