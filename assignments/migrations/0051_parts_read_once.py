"""Each answer is read once to make its parts, and no more for every block in it.

Its question was taken from the whole of it for every block, so that a hand-in of some thousand blocks took a minute to
write, and on SQLite kept everybody else from writing. The rows are the same, so nothing is filled in.
"""

from importlib import import_module

from django.db import migrations

before = import_module("assignments.migrations.0044_parts_that_are_cells")
first = import_module("assignments.migrations.0041_parts_of_answers")
TABLE = before.TABLE

# Each answer by itself; LIMIT and OFFSET keep the database from working that out anew for each row that is joined.
_ANSWERS = {
    "sqlite": """(
    SELECT key + 0 AS nth, json_extract(value, '$.question') AS question, json_extract(value, '$.choice') AS choice,
      json_extract(value, '$.blocks') AS blocks
    FROM json_each(NEW.body_json, '$.answers') LIMIT -1
  )""",
    "postgresql": """(
    SELECT nth, value ->> 'question' AS question, coalesce(value -> 'choice', '[]') AS choice,
      value -> 'blocks' AS blocks
    FROM json_array_elements(NEW.body_json::json -> 'answers') WITH ORDINALITY AS each_of(value, nth) OFFSET 0
  )""",
}
# Of each attempt: its answers in their order, of each what was chosen and then its blocks.
_SELECT = {
    "sqlite": """
SELECT attempt, row_number() OVER (PARTITION BY attempt ORDER BY nth, sort, n), question, kind, chosen, words,
  in_row, in_column FROM (
  SELECT NEW.id AS attempt, answer.nth AS nth, 0 AS sort, choice.key + 0 AS n, answer.question AS question,
    'option' AS kind, choice.value AS chosen, '' AS words, '' AS in_row, '' AS in_column
  FROM {answers} AS answer, json_each(answer.choice) AS choice
  UNION ALL
  SELECT NEW.id, answer.nth, 1, block.key + 0, answer.question,
    CASE json_extract(block.value, '$.kind') WHEN 'paragraph' THEN 'text' ELSE json_extract(block.value, '$.kind') END,
    '', json_extract(block.value, '$.text'),
    coalesce(json_extract(block.value, '$.row'), ''), coalesce(json_extract(block.value, '$.column'), '')
  FROM {answers} AS answer, json_each(answer.blocks) AS block
) WHERE kind = 'option' OR words <> ''""",
    "postgresql": """
SELECT attempt, row_number() OVER (PARTITION BY attempt ORDER BY nth, sort, n), question, kind, chosen, words,
  in_row, in_column FROM (
  SELECT NEW.id AS attempt, answer.nth, 0 AS sort, choice.n, answer.question,
    'option' AS kind, choice.value AS chosen, '' AS words, '' AS in_row, '' AS in_column
  FROM {answers} AS answer, json_array_elements_text(answer.choice) WITH ORDINALITY AS choice(value, n)
  UNION ALL
  SELECT NEW.id, answer.nth, 1, block.n, answer.question,
    CASE block.value ->> 'kind' WHEN 'paragraph' THEN 'text' ELSE block.value ->> 'kind' END,
    '', block.value ->> 'text', coalesce(block.value ->> 'row', ''), coalesce(block.value ->> 'column', '')
  FROM {answers} AS answer, json_array_elements(answer.blocks) WITH ORDINALITY AS block(value, n)
) AS parts WHERE kind = 'option' OR words <> ''""",
}


def making(vendor):
    """The statements that make the database derive them from now on."""
    return first.deriving(vendor, f"{before.INTO} {_SELECT[vendor].format(answers=_ANSWERS[vendor])};")


def _put(statements, schema_editor):
    for statement in statements(schema_editor.connection.vendor):
        schema_editor.execute(statement, params=None)


def make(apps, schema_editor):
    _put(making, schema_editor)


def make_as_before(apps, schema_editor):
    _put(before.making, schema_editor)


class Migration(migrations.Migration):
    dependencies = [("assignments", "0050_other_words_of_a_draft")]

    operations = [migrations.RunPython(make, make_as_before)]
