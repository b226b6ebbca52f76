"""For what a student is excused, of a kind that can be counted."""

from django.db import migrations, models


def say_another_reason(apps, schema_editor):
    """Of who was excused before nobody said a kind."""
    excused = apps.get_model("assignments", "Submission").objects.exclude(excused_from="")
    excused.update(excuse_category="other")


class Migration(migrations.Migration):
    dependencies = [
        ("assignments", "0009_due_for_each_student"),
    ]

    operations = [
        migrations.AddField(
            model_name="submission",
            name="excuse_category",
            field=models.CharField(
                blank=True,
                choices=[("illness", "illness"), ("school", "another duty at school"), ("other", "another reason")],
                default="",
                max_length=16,
                verbose_name="excused for",
            ),
        ),
        migrations.RunPython(say_another_reason, migrations.RunPython.noop, elidable=True),
        migrations.AddConstraint(
            model_name="submission",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("excuse_category", ""), ("excused_from", "")),
                    models.Q(
                        models.Q(("excused_from", ""), _negated=True), models.Q(("excuse_category", ""), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="an_excuse_has_its_category",
            ),
        ),
    ]
