"""What work is judged by, as it was when it was assigned: kept for good, as is what a returned grade says of it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import destalin_site.common.ids
from destalin_site.common import triggers

RUBRIC = "assignments_rubricedition"
GRADE = "assignments_grade"
CLOSED = "OLD.status <> 'draft'"
BEFORE = frozenset(
    {"attempt_id", "entered_score", "feedback", "marks", "out_of", "override", "saved_at", "saved_by_id"}
)
WORDS = BEFORE | {"criteria", "rubric_id"}


def guard(apps, schema_editor):
    triggers.guard(schema_editor.connection, RUBRIC)
    triggers.guard(schema_editor.connection, GRADE, WORDS, CLOSED)


def unguard(apps, schema_editor):
    triggers.guard(schema_editor.connection, GRADE, BEFORE, CLOSED)
    triggers.unguard(schema_editor.connection, RUBRIC)


class Migration(migrations.Migration):
    dependencies = [
        ("assignments", "0011_a_returned_grade_keeps_its_words"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="grade",
            name="criteria",
            field=models.JSONField(default=list),
        ),
        migrations.CreateModel(
            name="RubricEdition",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=destalin_site.common.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="number")),
                ("title", models.CharField(max_length=200, verbose_name="title")),
                ("criteria", models.JSONField(verbose_name="criteria")),
                ("sha256", models.CharField(help_text="Of the criteria, as canonical JSON.", max_length=64)),
                ("at", models.DateTimeField(verbose_name="at")),
                (
                    "assignment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rubric_editions",
                        to="assignments.assignment",
                        verbose_name="assignment",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
            ],
            options={
                "verbose_name": "rubric edition",
                "verbose_name_plural": "rubric editions",
                "ordering": ["assignment_id", "number"],
            },
        ),
        migrations.AddField(
            model_name="grade",
            name="rubric",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="assignments.rubricedition"
            ),
        ),
        migrations.AddConstraint(
            model_name="rubricedition",
            constraint=models.UniqueConstraint(fields=("assignment", "number"), name="one_rubric_edition_a_number"),
        ),
        migrations.RunPython(guard, unguard),
    ]
