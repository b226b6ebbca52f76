"""Brings what is searched to what the catalogue shows, where publishing did not: after an upgrade, or by hand."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connections
from django.db.models import Exists, OuterRef

from lessons import stems
from lessons.models import Edition, IndexedEdition


@dataclass(frozen=True, slots=True)
class Lag:
    """Editions that are not found as they should be, and lessons that should not be found at all."""

    missing: tuple[Edition, ...]
    left_over: tuple[int, ...]

    def __bool__(self) -> bool:
        return bool(self.missing or self.left_over)


def lag() -> Lag:
    kept = IndexedEdition.objects.filter(edition=OuterRef("pk"), version=stems.VERSION)
    missing = Edition.objects.current().filter(~Exists(kept)).order_by("lesson_id")
    shown = Edition.objects.current().filter(lesson=OuterRef("lesson"))
    left_over = IndexedEdition.objects.filter(~Exists(shown)).values_list("lesson_id", flat=True)
    return Lag(tuple(missing), tuple(left_over))


def mend(behind: Lag, *, anew: bool = False) -> Iterator[Edition]:
    """Each edition that is missing, once it is there. One at a time, so that readers and writers wait for none."""
    for lesson in behind.left_over:
        IndexedEdition.objects.take_out(lesson)
    for edition in behind.missing:
        IndexedEdition.objects.put(edition, anew=anew)
        yield edition


def catch_up(using: str = "default", **kwargs: Any) -> None:
    """After migrating: a release may bring the index, or make stems another way."""
    if IndexedEdition._meta.db_table in connections[using].introspection.table_names():
        for _edition in mend(lag()):
            pass
