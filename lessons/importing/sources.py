"""From records in Dublin Core to draft sources."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext, gettext_lazy, ngettext
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry

from accounts.models import User
from destalin_site.common.actor import System
from lessons import dublin_core
from lessons.cms.actions import free_slug
from lessons.dublin_core import Record, Refused, Statement
from lessons.models import Source

LOG_ACTION = "lessons.import.source"
# What the log keeps of one record; the source itself keeps every statement whole.
MOST_ROWS = 300
EXCERPT = 200

REFUSALS = {
    "too-large": gettext_lazy("The file is larger than 1 MB."),
    "declares": gettext_lazy("The file declares a document type or entities. Records need none; take that part out."),
    "not-xml": gettext_lazy("This is not readable XML."),
    "too-deep": gettext_lazy("The elements of this file stand too deep inside each other."),
    "too-many": gettext_lazy("The file has too many records or statements: at most 100 records of 500 statements."),
    "nothing-there": gettext_lazy("No element of Dublin Core was found in this file."),
}
# As long as the columns are.
LIMITS = {
    name: int(getattr(Source._meta.get_field(name), "max_length", 0))
    for name in ("title", "creator", "publisher", "rights", "date", "url", "language")
}


def refusal(refused: Refused) -> str:
    return str(REFUSALS[refused.code])


@transaction.atomic
def import_records(records: Sequence[Record], *, file_name: str = "", by: User | System) -> list[ModelLogEntry]:
    """A draft source for each record, and the log entries that say what found no field. Nothing is published."""
    batch = str(uuid.uuid4())
    return [_import(record, file_name, batch, by if isinstance(by, User) else None) for record in records]


def _import(record: Record, file_name: str, batch: str, person: User | None) -> ModelLogEntry:
    mapped = dublin_core.map_record(record.statements, kinds=Source.Kind.values, limits=LIMITS)
    fields = {"title": gettext("Source without a title"), "kind": "", "language": "", **mapped.fields}
    source = Source(slug=free_slug(Source, fields["title"]), **fields)
    source.dublin_core = [("statement", statement.data()) for statement in mapped.kept]
    source.save()
    revision = source.save_revision(user=person, clean=False)
    log(
        instance=source,
        action=LOG_ACTION,
        user=person,
        revision=revision,
        content_changed=True,
        data={
            "file": file_name,
            "batch": batch,
            "statements": len(record.statements),
            "unmapped": [_row(statement) for statement in mapped.unmapped[:MOST_ROWS]],
            "more": max(len(mapped.unmapped) - MOST_ROWS, 0),
            "strange": record.strange[:MOST_ROWS],
            "missing": [name for name in ("title", "kind", "language") if name not in mapped.fields],
        },
    )
    return ModelLogEntry.objects.filter(action=LOG_ACTION, object_id=str(source.pk)).latest("pk")


def _row(statement: Statement) -> list[str]:
    text = statement.text if len(statement.text) <= EXCERPT else f"{statement.text[: EXCERPT - 1]}…"
    return [statement.element, text, statement.language]


@dataclass(frozen=True)
class Report:
    """What became of one record, as pages and commands say it."""

    source_id: str
    title: str
    summary: str
    unmapped: list[Statement]
    more: str
    notes: list[str]

    @classmethod
    def of(cls, entry: ModelLogEntry) -> Report:
        data: dict[str, Any] = entry.data
        count, kept = data["statements"], len(data["unmapped"]) + data["more"]
        notes = [str(_MISSING[name]) for name in data["missing"]]
        if data["strange"]:
            notes.append(
                gettext("Not of Dublin Core, and left out: %(names)s.") % {"names": ", ".join(data["strange"])}
            )
        return cls(
            source_id=entry.object_id,
            title=entry.label,
            summary=ngettext(
                "%(n)d statement, of which %(kept)d found no field",
                "%(n)d statements, of which %(kept)d found no field",
                count,
            )
            % {"n": count, "kept": kept},
            unmapped=[Statement(*row) for row in data["unmapped"]],
            more=ngettext("and %(n)d more", "and %(n)d more", data["more"]) % {"n": data["more"]}
            if data["more"]
            else "",
            notes=notes,
        )


_MISSING = {
    "title": gettext_lazy("It has no title: give it one."),
    "kind": gettext_lazy("What kind of source it is cannot be told: choose it."),
    "language": gettext_lazy("Its language cannot be told: write its code."),
}
