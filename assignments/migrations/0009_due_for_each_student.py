"""Until now everybody's due time was the assignment's."""

from django.db import migrations
from django.db.models import OuterRef, Subquery


def fill(apps, schema_editor):
    Assignment = apps.get_model("assignments", "Assignment")
    Submission = apps.get_model("assignments", "Submission")
    due = Assignment.objects.filter(pk=OuterRef("assignment")).values("due_at")
    Submission.objects.exclude(assignment__due_at=None).update(due_at=Subquery(due))


class Migration(migrations.Migration):
    dependencies = [("assignments", "0008_extensions")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
