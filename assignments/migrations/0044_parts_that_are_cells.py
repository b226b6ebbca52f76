"""The cells of a table are parts of an answer too, each under the row and the column that it stands in.

The triggers go first and come back last: SQLite builds the table anew, and takes no name away from under a trigger.
Tables are asked from now on, so of what was handed in before no row says otherwise.
"""

from importlib import import_module

from django.db import migrations, models

from destalin_site.common import triggers

before = import_module("assignments.migrations.0041_parts_of_answers")
TABLE = before.TABLE

INTO = f'INSERT INTO {TABLE} (attempt_id, place, question, kind, "option", text, "row", "column")'
# Of each attempt: its answers in their order, of each what was chosen and then its blocks.
_SELECT = {
    "sqlite": """
SELECT attempt, row_number() OVER (PARTITION BY attempt ORDER BY nth, sort, n), question, kind, chosen, words,
  in_row, in_column FROM (
  SELECT NEW.id AS attempt, answer.key + 0 AS nth, 0 AS sort, choice.key + 0 AS n,
    json_extract(answer.value, '$.question') AS question, 'option' AS kind, choice.value AS chosen, '' AS words,
    '' AS in_row, '' AS in_column
  FROM json_each(NEW.body_json, '$.answers') AS answer, json_each(answer.value, '$.choice') AS choice
  UNION ALL
  SELECT NEW.id, answer.key + 0, 1, block.key + 0, json_extract(answer.value, '$.question'),
    CASE json_extract(block.value, '$.kind') WHEN 'paragraph' THEN 'text' ELSE json_extract(block.value, '$.kind') END,
    '', json_extract(block.value, '$.text'),
    coalesce(json_extract(block.value, '$.row'), ''), coalesce(json_extract(block.value, '$.column'), '')
  FROM json_each(NEW.body_json, '$.answers') AS answer, json_each(answer.value, '$.blocks') AS block
) WHERE kind = 'option' OR words <> ''""",
    "postgresql": """
SELECT attempt, row_number() OVER (PARTITION BY attempt ORDER BY nth, sort, n), question, kind, chosen, words,
  in_row, in_column FROM (
  SELECT NEW.id AS attempt, answer.nth, 0 AS sort, choice.n, answer.value ->> 'question' AS question,
    'option' AS kind, choice.value AS chosen, '' AS words, '' AS in_row, '' AS in_column
  FROM json_array_elements(NEW.body_json::json -> 'answers') WITH ORDINALITY AS answer(value, nth),
    json_array_elements_text(coalesce(answer.value -> 'choice', '[]')) WITH ORDINALITY AS choice(value, n)
  UNION ALL
  SELECT NEW.id, answer.nth, 1, block.n, answer.value ->> 'question',
    CASE block.value ->> 'kind' WHEN 'paragraph' THEN 'text' ELSE block.value ->> 'kind' END,
    '', block.value ->> 'text', coalesce(block.value ->> 'row', ''), coalesce(block.value ->> 'column', '')
  FROM json_array_elements(NEW.body_json::json -> 'answers') WITH ORDINALITY AS answer(value, nth),
    json_array_elements(answer.value -> 'blocks') WITH ORDINALITY AS block(value, n)
) AS parts WHERE kind = 'option' OR words <> ''""",
}


def making(vendor):
    """The statements that make the database derive them from now on."""
    return before.deriving(vendor, f"{INTO} {_SELECT[vendor]};")


def make(apps, schema_editor):
    triggers.guard(schema_editor.connection, TABLE)
    for statement in making(schema_editor.connection.vendor):
        schema_editor.execute(statement, params=None)


def unmake(apps, schema_editor):
    before.unmake(apps, schema_editor)


def make_as_before(apps, schema_editor):
    before.make(apps, schema_editor)


class Migration(migrations.Migration):
    dependencies = [("assignments", "0043_a_move_is_write_once")]

    operations = [
        migrations.RunPython(unmake, make_as_before),
        migrations.AddField("answerpart", "row", models.CharField(blank=True, db_default="", default="", max_length=100)),
        migrations.AddField("answerpart", "column", models.CharField(blank=True, db_default="", default="", max_length=100)),
        migrations.AlterField(
            "answerpart",
            "kind",
            models.CharField(
                choices=[
                    ("text", "a paragraph"),
                    ("claim", "a claim"),
                    ("cell", "a cell of a table"),
                    ("option", "a chosen option"),
                ],
                max_length=8,
            ),
        ),
        migrations.RunPython(make, unmake),
    ]
