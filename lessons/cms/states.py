"""What a curator asks of a list: in which state each row is, and what it lacks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Case, Exists, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _
from wagtail.models import Revision, WorkflowState

from lessons import compiler

# In the order in which they are asked: the first that is true is the state.
STATES: Final = {
    "sent-back": _("Sent back"),
    "in-review": _("In review"),
    "scheduled": _("Scheduled"),
    "changed": _("Published, with changes"),
    "published": _("Published"),
    "taken-down": _("Taken down"),
    "draft": _("Draft"),
}


def with_state(rows: QuerySet[Any]) -> QuerySet[Any]:
    """The rows of a model with drafts and a review, each with its `state`: one of STATES."""
    kind = ContentType.objects.get_for_model(rows.model)
    own = {"base_content_type": kind, "object_id": Cast(OuterRef("pk"), models.CharField())}
    reviews = WorkflowState.objects.filter(**own)
    revisions = Revision.objects.filter(**own)
    return rows.annotate(
        state=Case(
            When(Exists(reviews.filter(status=WorkflowState.STATUS_NEEDS_CHANGES)), then=Value("sent-back")),
            When(Exists(reviews.filter(status=WorkflowState.STATUS_IN_PROGRESS)), then=Value("in-review")),
            When(Exists(revisions.filter(approved_go_live_at__isnull=False)), then=Value("scheduled")),
            When(live=True, has_unpublished_changes=True, then=Value("changed")),
            When(live=True, then=Value("published")),
            When(first_published_at__isnull=False, then=Value("taken-down")),
            default=Value("draft"),
            output_field=models.CharField(),
        )
    )


def name_of(row: Any) -> str:
    return str(STATES[row.state])


def without_alt(rows: QuerySet[Any]) -> QuerySet[Any]:
    """The rows whose newest draft shows a picture with no words for those who cannot see it."""
    # The database finds whoever has an empty description; those of decoration are told apart here.
    content = Revision.objects.filter(pk=OuterRef("latest_revision")).values(text=Cast("content", models.TextField()))
    suspects = rows.annotate(words=Subquery(content[:1])).filter(words__contains=r"\"alt\": \"\"")
    newest = Revision.objects.filter(pk__in=suspects.values("latest_revision"))
    found = [revision.object_id for revision in newest if any(_lacks_alt(revision.content))]
    return rows.filter(pk__in=found)


def _lacks_alt(value: Any) -> Iterator[bool]:
    """For every figure in this content of a revision, whether its description is missing."""
    if isinstance(value, str) and value.startswith("[") and '"alt"' in value:  # a StreamField, as the revision keeps it
        yield from _lacks_alt(json.loads(value))
    elif isinstance(value, list):
        for part in value:
            yield from _lacks_alt(part)
    elif isinstance(value, dict):
        if value.get("type") == "figure" and isinstance(value.get("value"), dict):
            yield compiler.figure_faults(value["value"]).get("alt") == "alt-missing"
        else:
            for part in value.values():
                yield from _lacks_alt(part)
