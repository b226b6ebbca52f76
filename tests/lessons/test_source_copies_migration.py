"""The migration that filled the columns of the sources of editions."""

from importlib import import_module
from types import SimpleNamespace

from django.apps import apps
from django.db import connection, models

from lessons.models import EditionSource
from tests.lessons.factories import make_edition, make_source

migration = import_module("lessons.migrations.0010_fill_source_copies")


def test_every_use_gets_what_its_own_edition_says(db: None) -> None:
    for date in ("1956-02~", "../1956", ""):
        make_edition(sections=[("A", [("source", {"source": make_source(date=date)})])])
    before = list(EditionSource.objects.order_by("pk").values())
    unfilled = dict.fromkeys(migration.COLUMNS, "") | {"primary": False}
    unfilled |= {"sort_from": "2000-01-01", "sort_to": "2000-01-01"}
    models.QuerySet(EditionSource).update(**unfilled)
    manager = SimpleNamespace(using=lambda alias: models.QuerySet(EditionSource))
    as_migrated = SimpleNamespace(objects=manager)  # a migration's models have no guard of ours
    known = {"EditionSource": as_migrated}
    migration.fill(
        SimpleNamespace(get_model=lambda app, name: known.get(name) or apps.get_model(app, name)),
        SimpleNamespace(connection=connection),
    )
    assert list(EditionSource.objects.order_by("pk").values()) == before
