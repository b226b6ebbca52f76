"""Lets an image be kept in several types at one width."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("lessons", "0006_image_rights")]

    operations = [
        migrations.RemoveConstraint(model_name="assetsize", name="one_asset_a_width"),
        migrations.AddConstraint(
            model_name="assetsize",
            constraint=models.UniqueConstraint(fields=("original", "asset"), name="one_row_a_rendition"),
        ),
    ]
