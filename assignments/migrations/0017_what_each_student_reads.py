"""Until now everybody read the edition that her assignment gives."""

from django.db import migrations
from django.db.models import OuterRef, Subquery


def fill(apps, schema_editor):
    Assignment = apps.get_model("assignments", "Assignment")
    Submission = apps.get_model("assignments", "Submission")
    given = Assignment.objects.filter(pk=OuterRef("assignment")).values("edition")
    Submission.objects.filter(edition=None).update(edition=Subquery(given))


class Migration(migrations.Migration):
    dependencies = [("assignments", "0016_the_edition_of_each_student")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
