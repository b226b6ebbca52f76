"""Which of the grades that were returned stand, read off the events."""

from itertools import groupby
from uuid import UUID

from django.db import migrations

SHOWS = ("return", "grade_without_submission", "request_revision", "regrade")
HIDES = "recall"


def fill(apps, schema_editor):
    grades = apps.get_model("assignments", "Grade").objects
    of = dict(grades.filter(returned_at__isnull=False).order_by().values_list("pk", "attempt"))
    events = apps.get_model("assignments", "Event").objects.filter(name__in=[*SHOWS, HIDES])
    steps = events.order_by("submission", "seq").values_list("submission", "name", "facts").iterator(chunk_size=500)
    for _submission, its in groupby(steps, key=lambda step: step[0]):
        last = {}
        for _pk, name, facts in its:
            if "grade" not in facts:
                continue  # a revision that was asked for with nothing marked
            grade = UUID(facts["grade"])
            if grade not in of:
                continue
            if name != HIDES:
                last[of[grade]] = grade
            elif last.get(of[grade]) == grade:
                del last[of[grade]]
        grades.filter(pk__in=last.values()).update(stands=True)


class Migration(migrations.Migration):
    dependencies = [("assignments", "0048_what_each_hand_in_was_given")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
