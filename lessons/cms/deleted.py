"""What was deleted at the desk: by whom, when, and what it said last."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from django.core.paginator import Paginator
from django.db import models
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import ModelLogEntry

from destalin_site.common import moments
from lessons.cms.home import DeskView, zone_of

PAGE: Final = 20
# What a revision keeps for the machine, and no person wrote.
BOOKKEEPING: Final = frozenset(
    {
        *("id", "pk", "uuid", "type", "sort_order", "live", "locked", "locked_at", "locked_by", "expired", "indexed"),
        *("latest_revision", "live_revision", "has_unpublished_changes", "first_published_at", "last_published_at"),
        *("go_live_at", "expire_at", "lesson", "terms", "people", "events", "course", "ancestor", "position"),
        *("date_from", "date_to", "sort_from", "sort_to"),
    }
)


class DeletedView(DeskView):
    """The newest first."""

    template_name = "cms/deleted.html"
    page_title = gettext_lazy("Deleted")
    header_icon = "bin"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = ModelLogEntry.objects.filter(action="wagtail.delete", content_type__app_label="lessons")
        rows = rows.select_related("user", "content_type").order_by("-timestamp", "-pk")
        page = Paginator(rows, PAGE).get_page(self.request.GET.get("p"))
        zone = zone_of(self.request.user)
        lines = [
            {
                "title": row.label,
                "kind": capfirst(row.content_type.name),
                "when": moments.moment(row.timestamp, zone),
                "who": row.user or _("The system"),
                "said": said(row.content_type.model_class(), row.data.get("content", {})),
            }
            for row in page.object_list
        ]
        context = {"lines": lines, "page_obj": page, "index_url": reverse("lessons_deleted")}
        return {**super().get_context_data(**kwargs), **context}


def said(model: type[models.Model] | None, content: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
    """What people wrote into a row, by the name of the field, from the content of its revision."""
    found = []
    for name, value in content.items():
        if name not in BOOKKEEPING and (texts := list(_texts(value))):
            found.append((_label(model, name), texts))
    return found


def _label(model: type[models.Model] | None, name: str) -> str:
    known = {field.name: field for field in model._meta.get_fields()} if model else {}
    return capfirst(str(getattr(known.get(name), "verbose_name", name.replace("_", " "))))


def _texts(value: Any) -> Iterator[str]:
    """The texts in a value, without marks. The text of a stream stands in it as JSON."""
    match value:
        case str() if value[:1] in "[{" and (inner := _read(value)) is not None:
            yield from _texts(inner)
        case str():
            if words := " ".join(strip_tags(value.replace("<br", " <br").replace("</", " </")).split()):
                yield words
        case dict():
            for name, part in value.items():
                if name not in BOOKKEEPING:
                    yield from _texts(part)
        case list():
            for part in value:
                yield from _texts(part)
        case bool() | None:
            return
        case _:
            yield str(value)


def _read(text: str) -> Any:
    try:
        return json.loads(text) if text else None
    except ValueError:
        return None
