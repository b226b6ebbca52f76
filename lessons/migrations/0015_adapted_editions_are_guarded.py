"""An edition never changes whose it is, and one of a teacher's own version never becomes a lesson's publication."""

from importlib import import_module

from django.db import migrations

BEFORE = import_module("lessons.migrations.0002_editions_are_write_once")
LIBRARY = {  # tables whose editions are the library's, and the triggers that say so
    "lessons_currentedition": "lessons_currentedition_is_of_the_library",
    "lessons_publication": "lessons_publication_is_of_the_library",
}
TABLES = {**BEFORE.TABLES, **LIBRARY}
OWNER = "lessons_edition_keeps_its_line"


def making(vendor):
    """The statements that make the triggers, whether or not they are there."""
    yield from unmaking(vendor)
    yield from BEFORE.making(vendor)
    if vendor == "sqlite":
        yield (
            f"CREATE TRIGGER {OWNER} BEFORE UPDATE ON lessons_edition WHEN NEW.adaptation_id IS NOT OLD.adaptation_id "
            "BEGIN SELECT RAISE(ABORT, 'lessons_edition is written once'); END"
        )
        for table, trigger in LIBRARY.items():
            for verb in ("INSERT", "UPDATE"):
                yield (
                    f"CREATE TRIGGER {_named(trigger, verb)} BEFORE {verb} ON {table} WHEN EXISTS (SELECT 1 "
                    "FROM lessons_edition WHERE id = NEW.edition_id AND adaptation_id IS NOT NULL) "
                    f"BEGIN SELECT RAISE(ABORT, '{table} is of the library'); END"
                )
    elif vendor == "postgresql":
        yield (
            f"CREATE TRIGGER {OWNER} BEFORE UPDATE ON lessons_edition FOR EACH ROW WHEN "
            "(NEW.adaptation_id IS DISTINCT FROM OLD.adaptation_id) "
            f"EXECUTE FUNCTION {BEFORE.TABLES['lessons_edition']}()"
        )
        for table, trigger in LIBRARY.items():
            yield (
                f"CREATE OR REPLACE FUNCTION {trigger}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                "IF EXISTS (SELECT 1 FROM lessons_edition WHERE id = NEW.edition_id AND adaptation_id IS NOT NULL) "
                f"THEN RAISE EXCEPTION '{table} is of the library' USING ERRCODE = 'integrity_constraint_violation'; "
                "END IF; RETURN NEW; END $$"
            )
            yield (
                f"CREATE TRIGGER {trigger} BEFORE INSERT OR UPDATE ON {table} FOR EACH ROW "
                f"EXECUTE FUNCTION {trigger}()"
            )


def unmaking(vendor):
    if vendor == "sqlite":
        yield f"DROP TRIGGER IF EXISTS {OWNER}"
        for trigger in LIBRARY.values():
            yield from (f"DROP TRIGGER IF EXISTS {_named(trigger, verb)}" for verb in ("INSERT", "UPDATE"))
    elif vendor == "postgresql":
        yield f"DROP TRIGGER IF EXISTS {OWNER} ON lessons_edition"
        for table, trigger in LIBRARY.items():
            yield f"DROP TRIGGER IF EXISTS {trigger} ON {table}"
            yield f"DROP FUNCTION IF EXISTS {trigger}()"
    yield from BEFORE.unmaking(vendor)


def _named(trigger, verb):
    # The first one carries the name that `lessons.triggers` looks for.
    return trigger if verb == "INSERT" else f"{trigger}_still"


def make(apps, schema_editor):
    for statement in making(schema_editor.connection.vendor):
        schema_editor.execute(statement)


def unmake(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    for statement in [*unmaking(vendor), *BEFORE.making(vendor)]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("lessons", "0014_adaptations")]

    operations = [migrations.RunPython(make, unmake)]
