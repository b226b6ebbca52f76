"""The words and people that a lesson ends with get a column of the index for themselves: they weigh less than its text.

What stood in the column of the text is moved by `lessons.indexing`, which makes anew what an older release indexed.
"""

from importlib import import_module

from django.db import migrations, models

before = import_module("lessons.migrations.0017_search_fulltext")
ROWS, TABLE, TRIGGERS = before.ROWS, before.TABLE, before.TRIGGERS
COLUMNS = ("title", "heads", "body", "words")
# As before, far enough apart that no number of words of one column comes to one of the column before it.
RANK = "bm25(100000000.0, 10000.0, 1.0, 0.0001)"
VECTOR = " || ".join(
    f"setweight(to_tsvector('simple'::regconfig, {column}), '{weight}')"
    for column, weight in zip(COLUMNS, "ABCD", strict=True)
)


def making(vendor):
    """The statements that make the index, where it is not."""
    if vendor == "sqlite":
        # Every character past ASCII belongs to a word: what is a word was decided before.
        yield (
            f"CREATE VIRTUAL TABLE {TABLE} USING fts5({', '.join(COLUMNS)}, content='{ROWS}', "
            "content_rowid='lesson_id', tokenize='ascii')"
        )
        yield f"INSERT INTO {TABLE}({TABLE}, rank) VALUES('rank', '{RANK}')"
        yield from keeping()
    elif vendor == "postgresql":
        yield f"ALTER TABLE {ROWS} ADD COLUMN vector tsvector GENERATED ALWAYS AS ({VECTOR}) STORED"
        yield f"CREATE INDEX {TABLE} ON {ROWS} USING gin (vector)"


def keeping():
    """The triggers of SQLite, and the index anew from the rows: without them it may have missed some."""
    names = ", ".join(COLUMNS)
    new, old = (", ".join(f"{row}.{column}" for column in COLUMNS) for row in ("new", "old"))
    put = f"INSERT INTO {TABLE}(rowid, {names}) VALUES (new.lesson_id, {new});"
    take = f"INSERT INTO {TABLE}({TABLE}, rowid, {names}) VALUES ('delete', old.lesson_id, {old});"
    for act, body in (("insert", put), ("delete", take), ("update", take + put)):
        yield f"DROP TRIGGER IF EXISTS {TABLE}_{act}"
        yield f"CREATE TRIGGER {TABLE}_{act} AFTER {act.upper()} ON {ROWS} BEGIN {body} END"
    yield f"INSERT INTO {TABLE}({TABLE}) VALUES('rebuild')"


def make(apps, schema_editor):
    for statement in making(schema_editor.connection.vendor):
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("lessons", "0017_search_fulltext")]

    operations = [
        # Taken away first and made last, both ways: SQLite drops the triggers of a table that gets a column.
        migrations.RunPython(before.unmake, before.make),
        migrations.AddField("indexededition", "words", models.TextField(default=""), preserve_default=False),
        migrations.RunPython(make, before.unmake),
    ]
