"""Editions and their faces refuse every change, also one that goes past Python.

The one change let through is emptying `published_by`, when an account is deleted.
"""

from django.db import migrations

TABLES = {  # each table and the name of its trigger
    "lessons_edition": "lessons_edition_is_written_once",
    "lessons_editionface": "lessons_editionface_is_written_once",
}
EDITION_COLUMNS = ["id", "lesson_id", "number", "title", "schema", "size", "published_at"]


def make(apps, schema_editor):
    unmake(apps, schema_editor)
    for table, trigger in TABLES.items():
        if schema_editor.connection.vendor == "sqlite":
            schema_editor.execute(
                f"CREATE TRIGGER {trigger} BEFORE UPDATE ON {table} {_when(table, 'IS NOT')} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is written once'); END"
            )
        elif schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(
                f"CREATE OR REPLACE FUNCTION {trigger}() RETURNS trigger LANGUAGE plpgsql AS $$ "
                f"BEGIN RAISE EXCEPTION '{table} is written once' USING ERRCODE = 'integrity_constraint_violation'; "
                "END $$"
            )
            schema_editor.execute(
                f"CREATE TRIGGER {trigger} BEFORE UPDATE ON {table} FOR EACH ROW "
                f"{_when(table, 'IS DISTINCT FROM')} EXECUTE FUNCTION {trigger}()"
            )


def unmake(apps, schema_editor):
    for table, trigger in TABLES.items():
        if schema_editor.connection.vendor == "sqlite":
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {trigger}")
        elif schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {trigger} ON {table}")
            schema_editor.execute(f"DROP FUNCTION IF EXISTS {trigger}()")


def _when(table, differs):
    if table != "lessons_edition":
        return ""
    changed = " OR ".join(f'NEW."{column}" {differs} OLD."{column}"' for column in EDITION_COLUMNS)
    return f"WHEN ({changed} OR NEW.published_by_id IS NOT NULL)"


class Migration(migrations.Migration):
    dependencies = [("lessons", "0001_initial")]

    operations = [migrations.RunPython(make, unmake)]
