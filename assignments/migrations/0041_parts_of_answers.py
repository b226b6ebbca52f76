"""The parts of answers, as rows that the database derives from each hand-in while it is inserted.

One statement less than to send them: handing in is counted. A row never changes.
"""

import django.db.models.deletion
from django.db import migrations, models

from destalin_site.common import triggers

TABLE, OF = "assignments_answerpart", "assignments_attempt"
TRIGGER, FUNCTION = "assignments_attempt_parts", "assignments_attempt_derive_parts"

_INTO = f'INSERT INTO {TABLE} (attempt_id, place, question, kind, "option", text)'
# Of each attempt `{row}`: its answers in their order, of each what was chosen and then its blocks.
_SELECT = {
    "sqlite": """
SELECT attempt, row_number() OVER (PARTITION BY attempt ORDER BY nth, sort, n), question, kind, chosen, words FROM (
  SELECT {row}.id AS attempt, answer.key + 0 AS nth, 0 AS sort, choice.key + 0 AS n,
    json_extract(answer.value, '$.question') AS question, 'option' AS kind, choice.value AS chosen, '' AS words
  FROM {rows} json_each({row}.body_json, '$.answers') AS answer, json_each(answer.value, '$.choice') AS choice {where}
  UNION ALL
  SELECT {row}.id, answer.key + 0, 1, block.key + 0, json_extract(answer.value, '$.question'),
    CASE json_extract(block.value, '$.kind') WHEN 'claim' THEN 'claim' ELSE 'text' END,
    '', json_extract(block.value, '$.text')
  FROM {rows} json_each({row}.body_json, '$.answers') AS answer, json_each(answer.value, '$.blocks') AS block {where}
) WHERE kind = 'option' OR words <> ''""",
    "postgresql": """
SELECT attempt, row_number() OVER (PARTITION BY attempt ORDER BY nth, sort, n), question, kind, chosen, words FROM (
  SELECT {row}.id AS attempt, answer.nth, 0 AS sort, choice.n, answer.value ->> 'question' AS question,
    'option' AS kind, choice.value AS chosen, '' AS words
  FROM {rows} json_array_elements({row}.body_json::json -> 'answers') WITH ORDINALITY AS answer(value, nth),
    json_array_elements_text(coalesce(answer.value -> 'choice', '[]')) WITH ORDINALITY AS choice(value, n) {where}
  UNION ALL
  SELECT {row}.id, answer.nth, 1, block.n, answer.value ->> 'question',
    CASE block.value ->> 'kind' WHEN 'claim' THEN 'claim' ELSE 'text' END, '', block.value ->> 'text'
  FROM {rows} json_array_elements({row}.body_json::json -> 'answers') WITH ORDINALITY AS answer(value, nth),
    json_array_elements(answer.value -> 'blocks') WITH ORDINALITY AS block(value, n) {where}
) AS parts WHERE kind = 'option' OR words <> ''""",
}


def making(vendor):
    """The statements that make the database derive them from now on."""
    return deriving(vendor, f"{_INTO} {_SELECT[vendor].format(row='NEW', rows='', where='')};")


def deriving(vendor, derive):
    """The same of any statement that derives them from `NEW`, in place of the one of before."""
    if vendor == "sqlite":
        return [
            f"DROP TRIGGER IF EXISTS {TRIGGER}",
            f"CREATE TRIGGER {TRIGGER} AFTER INSERT ON {OF} BEGIN {derive} END",
        ]
    return [
        f"CREATE OR REPLACE FUNCTION {FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN {derive} RETURN NULL; END $$",
        f"DROP TRIGGER IF EXISTS {TRIGGER} ON {OF}",
        f"CREATE TRIGGER {TRIGGER} AFTER INSERT ON {OF} FOR EACH ROW EXECUTE FUNCTION {FUNCTION}()",
    ]


def unmaking(vendor):
    if vendor == "sqlite":
        return [f"DROP TRIGGER IF EXISTS {TRIGGER}"]
    return [f"DROP TRIGGER IF EXISTS {TRIGGER} ON {OF}", f"DROP FUNCTION IF EXISTS {FUNCTION}()"]


def filling(vendor, n):
    """The statement that derives those of `n` attempts, whose ids it is given twice over."""
    # What was handed in since the trigger stands has its own already.
    has_none = f"NOT EXISTS (SELECT 1 FROM {TABLE} AS done WHERE done.attempt_id = old.id)"
    where = f"WHERE old.id IN ({', '.join(['%s'] * n)}) AND {has_none}"
    return f"{_INTO} {_SELECT[vendor].format(row='old', rows=f'{OF} AS old,', where=where)}"


def make(apps, schema_editor):
    triggers.guard(schema_editor.connection, TABLE)
    for statement in making(schema_editor.connection.vendor):
        schema_editor.execute(statement, params=None)


def unmake(apps, schema_editor):
    for statement in unmaking(schema_editor.connection.vendor):
        schema_editor.execute(statement, params=None)
    triggers.unguard(schema_editor.connection, TABLE)


class Migration(migrations.Migration):
    dependencies = [("assignments", "0040_drafts_that_may_be_read")]

    operations = [
        migrations.CreateModel(
            name='AnswerPart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.PositiveIntegerField(help_text='From 1, in the order of the body; what was chosen first.')),
                ('question', models.CharField(max_length=100)),
                ('kind', models.CharField(choices=[('text', 'a paragraph'), ('claim', 'a claim'), ('option', 'a chosen option')], max_length=8)),
                ('option', models.CharField(blank=True, max_length=100)),
                ('text', models.TextField(blank=True)),
                ('attempt', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='parts', to='assignments.attempt')),
            ],
            options={
                'verbose_name': 'part of an answer',
                'verbose_name_plural': 'parts of answers',
                'ordering': ['attempt_id', 'place'],
                'indexes': [models.Index(fields=['question', 'option'], name='parts_by_option')],
                'constraints': [models.UniqueConstraint(fields=('attempt', 'place'), name='one_part_a_place')],
            },
        ),
        migrations.RunPython(make, unmake),
    ]
