"""How often work came to count again at its close, read off the events."""

from django.db import migrations
from django.db.models import Count


def fill(apps, schema_editor):
    events = apps.get_model("assignments", "Event").objects.filter(transition="T5r").order_by()
    submissions = apps.get_model("assignments", "Submission").objects
    for pk, n in events.values_list("submission").annotate(n=Count("pk")).iterator():
        submissions.filter(pk=pk).update(reinstated=n)


class Migration(migrations.Migration):
    dependencies = [("assignments", "0030_hand_ins_that_count_again")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
