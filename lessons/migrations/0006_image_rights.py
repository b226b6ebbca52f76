"""Adds who may be shown an image, and what that means for its bytes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("lessons", "0005_courses_have_revisions")]

    operations = [
        migrations.AddField(
            model_name="asset",
            name="classroom_only",
            field=models.BooleanField(default=False, editable=False, verbose_name="classroom only"),
        ),
        migrations.AddField(
            model_name="curatedimage",
            name="shown_to",
            field=models.CharField(
                blank=True,
                choices=[("", "Not said yet"), ("public", "Everybody"), ("classroom", "Classroom only")],
                default="",
                help_text=(
                    "Counts at once, in published editions too. “Classroom only” is for people whose assignment holds"
                    " the image; everybody else reads its description in its place."
                ),
                max_length=16,
                verbose_name="may be shown to",
            ),
        ),
    ]
