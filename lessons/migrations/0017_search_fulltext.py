"""The database's own index of the stems: an FTS5 table kept by triggers, or a column of PostgreSQL with a GIN index."""

from django.db import migrations

ROWS = "lessons_indexededition"
TABLE = "lessons_fulltext"
TRIGGERS = {f"{TABLE}_{act}" for act in ("insert", "delete", "update")}
COLUMNS = "title, heads, body"
# The word counts for ever less the more often it is there: the weights are far apart to keep title before text.
RANK = "bm25(100000000.0, 10000.0, 1.0)"
VECTOR = (
    "setweight(to_tsvector('simple'::regconfig, title), 'A') || setweight(to_tsvector('simple'::regconfig, heads), 'B')"
    " || to_tsvector('simple'::regconfig, body)"
)


def making(vendor):
    """The statements that make the index, where it is not."""
    if vendor == "sqlite":
        # Every character past ASCII belongs to a word: what is a word was decided before.
        yield (
            f"CREATE VIRTUAL TABLE {TABLE} USING fts5({COLUMNS}, content='{ROWS}', content_rowid='lesson_id', "
            "tokenize='ascii')"
        )
        yield f"INSERT INTO {TABLE}({TABLE}, rank) VALUES('rank', '{RANK}')"
        yield from keeping()
    elif vendor == "postgresql":
        yield f"ALTER TABLE {ROWS} ADD COLUMN vector tsvector GENERATED ALWAYS AS ({VECTOR}) STORED"
        yield f"CREATE INDEX {TABLE} ON {ROWS} USING gin (vector)"


def keeping():
    """The triggers of SQLite, and the index anew from the rows: without them it may have missed some."""
    put = f"INSERT INTO {TABLE}(rowid, {COLUMNS}) VALUES (new.lesson_id, new.title, new.heads, new.body);"
    take = (
        f"INSERT INTO {TABLE}({TABLE}, rowid, {COLUMNS}) "
        "VALUES ('delete', old.lesson_id, old.title, old.heads, old.body);"
    )
    for act, body in (("insert", put), ("delete", take), ("update", take + put)):
        yield f"DROP TRIGGER IF EXISTS {TABLE}_{act}"
        yield f"CREATE TRIGGER {TABLE}_{act} AFTER {act.upper()} ON {ROWS} BEGIN {body} END"
    yield f"INSERT INTO {TABLE}({TABLE}) VALUES('rebuild')"


def unmaking(vendor):
    if vendor == "sqlite":
        for trigger in sorted(TRIGGERS):
            yield f"DROP TRIGGER IF EXISTS {trigger}"
        yield f"DROP TABLE IF EXISTS {TABLE}"
    elif vendor == "postgresql":
        yield f"DROP INDEX IF EXISTS {TABLE}"
        yield f"ALTER TABLE {ROWS} DROP COLUMN IF EXISTS vector"


def make(apps, schema_editor):
    for statement in making(schema_editor.connection.vendor):
        schema_editor.execute(statement)


def unmake(apps, schema_editor):
    for statement in unmaking(schema_editor.connection.vendor):
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("lessons", "0016_search_index")]

    operations = [migrations.RunPython(make, unmake)]
