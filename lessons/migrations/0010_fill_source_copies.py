"""Fills the columns of the sources of editions from the documents, in batches. Undone by dropping the columns."""

import datetime

import orjson
from django.db import migrations

BATCH = 100


def fill(apps, schema_editor):
    face_model = apps.get_model("lessons", "EditionFace")
    use_model = apps.get_model("lessons", "EditionSource")
    alias = schema_editor.connection.alias
    editions = list(use_model.objects.using(alias).values_list("edition", flat=True).distinct())
    for start in range(0, len(editions), BATCH):
        batch = editions[start : start + BATCH]
        uses = {(use.edition_id, use.letter): use for use in use_model.objects.using(alias).filter(edition__in=batch)}
        faces = face_model.objects.using(alias).filter(edition__in=batch, kind="document").order_by("number")
        for edition, raw in faces.values_list("edition", "bytes"):
            for source in orjson.loads(bytes(raw))["sources"]:
                if use := uses.get((edition, source["letter"])):
                    _copy(use, source)
        use_model.objects.using(alias).bulk_update(uses.values(), COLUMNS)


COLUMNS = [
    *("slug", "title", "creator", "kind", "primary", "language"),
    *("date", "date_display", "sort_from", "sort_to"),
]


def _copy(use, source):
    for name in ("slug", "title", "creator", "kind", "primary", "language"):
        setattr(use, name, source[name])
    date = source["date"]
    use.date, use.date_display = date["edtf"], date["display"]
    use.sort_from = datetime.date.fromisoformat(date["from"]) if date["from"] else datetime.date.min
    use.sort_to = datetime.date.fromisoformat(date["to"]) if date["to"] else datetime.date.max
    if not date["edtf"]:
        use.sort_from = datetime.date.max


class Migration(migrations.Migration):
    dependencies = [("lessons", "0009_source_copies")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
