"""Which corrections the teacher of a class has read."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_audit_write_once"),
        ("assignments", "0005_a_settled_hand_in_stays"),
        ("lessons", "0013_errata_are_write_once"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ErratumAck",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(verbose_name="at")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                (
                    "classroom",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="errata_acknowledged",
                        to="accounts.classroom",
                        verbose_name="class",
                    ),
                ),
                (
                    "erratum",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="lessons.erratum",
                        verbose_name="correction",
                    ),
                ),
            ],
            options={
                "verbose_name": "acknowledged correction",
                "verbose_name_plural": "acknowledged corrections",
                "constraints": [
                    models.UniqueConstraint(fields=("classroom", "erratum"), name="acknowledged_once_a_class")
                ],
            },
        ),
    ]
