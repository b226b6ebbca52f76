"""The comment bank of a teacher: what she says again and again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import F

from accounts.models import User
from assignments import readings, remarks
from assignments.models import CommentTemplate
from assignments.words import problem, problems
from destalin_site.common import clock
from destalin_site.common.errors import ValidationFailed, VersionStale


@transaction.atomic
def save_template(
    *, body: str, passage: Mapping[str, Any] | None = None, edition: str | None = None, by: User
) -> CommentTemplate:
    """Puts a comment into the bank; `passage` stands in `edition`. What is in it already stays one."""
    # Two at once would both find room, and both be new. Rows that only refer to her need not wait for it.
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    passage, edition = (remarks.as_passage(passage), edition) if passage else (None, None)
    _check(body, passage, edition)
    mine = CommentTemplate.objects.own(by)
    known = next((row for row in mine.filter(body=body) if (row.passage, row.edition_id) == (passage, edition)), None)
    if known is not None:
        return known
    if mine.count() >= remarks.MOST_KEPT:
        raise ValidationFailed(errors=[problem("", "bank-full")])
    return CommentTemplate.objects.create(owner=by, body=body, passage=passage, edition_id=edition, at=clock.now())


@transaction.atomic
def edit_template(
    template: CommentTemplate,
    *,
    body: str,
    passage: Mapping[str, Any] | None,
    edition: str | None,
    if_version: int,
) -> CommentTemplate:
    """Other words upon version `if_version`. Comments that were made of it stay as they are."""
    row = CommentTemplate.objects.select_for_update().get(pk=template.pk)
    if row.version != if_version:
        raise VersionStale(current_etag=f'"t{row.version}"')
    passage = remarks.as_passage(passage) if passage else None
    _check(body, passage, edition)
    row.body, row.passage, row.edition_id, row.version = body, passage, edition if passage else None, row.version + 1
    row.save(update_fields=["body", "passage", "edition", "version"])
    return row


@transaction.atomic
def delete_template(template: CommentTemplate) -> None:
    """Comments that were made of it stay."""
    CommentTemplate.objects.filter(pk=template.pk).delete()


def count_use(template: CommentTemplate, times: int = 1) -> None:
    CommentTemplate.objects.filter(pk=template.pk).update(uses=F("uses") + times)


def _check(body: str, passage: Mapping[str, Any] | None, edition: str | None) -> None:
    errors = problems(remarks.word_faults(body))
    if passage and edition is None:
        errors.append(problem("/edition", "missing"))
    elif passage and edition and (code := readings.check_citation(edition, passage)):
        errors.append(problem("/passage", code))
    if errors:
        raise ValidationFailed(errors=errors)
