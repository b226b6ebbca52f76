"""On the way back, renditions of another type than their original are forgotten: the release before keeps one a width.

On the way forth there is nothing to do: renditions are made when an image is next published.
"""

from django.db import migrations
from django.db.models import F


def forget_other_types(apps, schema_editor):
    sizes = apps.get_model("lessons", "AssetSize").objects
    sizes.exclude(asset__media_type=F("original__media_type")).delete()
    # The release before made none at an image's own width.
    sizes.filter(width__gte=F("original__width")).delete()


class Migration(migrations.Migration):
    dependencies = [("lessons", "0007_several_renditions_a_width")]

    operations = [migrations.RunPython(migrations.RunPython.noop, forget_other_types)]
