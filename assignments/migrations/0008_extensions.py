"""More time for single students: what was given, and the due time that holds for each."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import accounts.models
import destalin_site.common.ids


class Migration(migrations.Migration):
    dependencies = [
        ("assignments", "0007_acknowledged_is_write_once"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="submission",
            name="due_at",
            field=models.DateTimeField(
                blank=True,
                editable=False,
                help_text="For this student: the assignment’s due time, or a later one that was given to her.",
                null=True,
                verbose_name="due",
            ),
        ),
        migrations.AlterField(
            model_name="timingdecision",
            name="reason",
            field=models.CharField(
                choices=[
                    ("handed_in", "handed in"),
                    ("due_moved", "the due time moved"),
                    ("extended", "more time was given"),
                ],
                max_length=16,
            ),
        ),
        migrations.CreateModel(
            name="Extension",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=destalin_site.common.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("due_date", models.DateField(verbose_name="due date")),
                ("due_time", models.TimeField(verbose_name="due time")),
                (
                    "due_zone",
                    models.CharField(max_length=64, validators=[accounts.models.known_zone], verbose_name="time zone"),
                ),
                ("due_at", models.DateTimeField(verbose_name="due")),
                ("due_tzdb", models.CharField(max_length=16)),
                ("reason", models.CharField(max_length=500, verbose_name="reason")),
                ("at", models.DateTimeField(verbose_name="given")),
                ("revoked_at", models.DateTimeField(null=True, verbose_name="ended")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "revoked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "submission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="extensions",
                        to="assignments.submission",
                    ),
                ),
            ],
            options={
                "verbose_name": "extension",
                "verbose_name_plural": "extensions",
                "ordering": ["submission_id", "at", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("revoked_at", None)), fields=("submission",), name="one_standing_extension"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("revoked_at", None), ("revoked_by", None)),
                            models.Q(("revoked_at__isnull", False), ("revoked_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="an_extension_ends_by_somebody",
                    ),
                ],
            },
        ),
    ]
