"""Editions and their faces refuse every change, also one that goes past Python.

The one change let through is emptying `published_by`, when an account is deleted.
"""

from django.db import migrations

TABLES = {  # each table and the name of its trigger
    "lessons_edition": "lessons_edition_is_written_once",
    "lessons_editionface": "lessons_editionface_is_written_once",
}
EDITION_COLUMNS = ["id", "lesson_id", "number", "title", "schema", "size", "published_at"]


def making(vendor):
    """The statements that make the triggers, whether or not they are there."""
    yield from unmaking(vendor)
    for table, trigger in TABLES.items():
        if vendor == "sqlite":
            yield (
                f"CREATE TRIGGER {trigger} BEFORE UPDATE ON {table} {_when(table, 'IS NOT')} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is written once'); END"
            )
        elif vendor == "postgresql":
            yield (
                f"CREATE OR REPLACE FUNCTION {trigger}() RETURNS trigger LANGUAGE plpgsql AS $$ "
                f"BEGIN RAISE EXCEPTION '{table} is written once' USING ERRCODE = 'integrity_constraint_violation'; "
                "END $$"
            )
            yield (
                f"CREATE TRIGGER {trigger} BEFORE UPDATE ON {table} FOR EACH ROW "
                f"{_when(table, 'IS DISTINCT FROM')} EXECUTE FUNCTION {trigger}()"
            )


def unmaking(vendor):
    for table, trigger in TABLES.items():
        if vendor == "sqlite":
            yield f"DROP TRIGGER IF EXISTS {trigger}"
        elif vendor == "postgresql":
            yield f"DROP TRIGGER IF EXISTS {trigger} ON {table}"
            yield f"DROP FUNCTION IF EXISTS {trigger}()"


def _when(table, differs):
    if table != "lessons_edition":
        return ""
    changed = " OR ".join(f'NEW."{column}" {differs} OLD."{column}"' for column in EDITION_COLUMNS)
    return f"WHEN ({changed} OR NEW.published_by_id IS NOT NULL)"


def make(apps, schema_editor):
    for statement in making(schema_editor.connection.vendor):
        schema_editor.execute(statement)


def unmake(apps, schema_editor):
    for statement in unmaking(schema_editor.connection.vendor):
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("lessons", "0001_initial")]

    operations = [migrations.RunPython(make, unmake)]
