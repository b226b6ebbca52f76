"""Until now the grade that was returned last was the mark."""

from django.db import migrations
from django.db.models import F


def fill(apps, schema_editor):
    Submission = apps.get_model("assignments", "Submission")
    Submission.objects.filter(returned_grade__isnull=False).update(mark_grade=F("returned_grade"))


class Migration(migrations.Migration):
    dependencies = [("assignments", "0024_what_counts")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
