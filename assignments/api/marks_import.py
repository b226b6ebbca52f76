"""Marks that come back through REST: what is sent, and what is told of it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request

from assignments import actions
from assignments.exports import marksheet
from assignments.wire import number
from destalin_site.common.api import Input
from destalin_site.common.problems import as_data


class MarksImportIn(Input):
    csv = serializers.CharField(
        max_length=marksheet.MOST_BYTES,
        trim_whitespace=False,
        allow_blank=True,
        help_text=_("The marks as they are exported, with other words in entered_score and feedback."),
    )
    dry_run = serializers.BooleanField(help_text=_("Whether the answer says what would be done, and nothing is."))


class MarksSaidOut(serializers.Serializer[Any]):
    entered_score = serializers.CharField(allow_null=True)
    final_score = serializers.CharField(allow_null=True, help_text=_("After lateness."))
    feedback = serializers.CharField()


class MarksImportRowOut(serializers.Serializer[Any]):
    row = serializers.IntegerField(help_text=_("As spreadsheets count: the headings are row 1."))
    submission = serializers.UUIDField(allow_null=True)
    name = serializers.CharField()
    before = MarksSaidOut()
    after = MarksSaidOut(required=False)
    problem = serializers.DictField(required=False, help_text=_("Why this row cannot be used."))


class MarksImportOut(serializers.Serializer[Any]):
    dry_run = serializers.BooleanField()
    changed = MarksImportRowOut(many=True)
    refused = MarksImportRowOut(many=True)
    unchanged = serializers.IntegerField()
    absent = serializers.IntegerField(help_text=_("Students whom the assignment reaches and the file does not name."))


class ClassImportIn(Input):
    document = serializers.DictField(help_text=_("The class as it is exported, with other marks in `marks`."))
    dry_run = serializers.BooleanField(help_text=_("Whether the answer says what would be done, and nothing is."))


class KindOut(serializers.Serializer[Any]):
    kind = serializers.CharField(help_text=_("The name of the list in the document."))
    unchanged = serializers.IntegerField()
    changed = serializers.IntegerField(help_text=_("Other here than in the document."))
    missing = serializers.IntegerField(help_text=_("In the document, and not here."))
    new = serializers.IntegerField(help_text=_("Here, and not in the document."))


class AssignmentMarksImportOut(MarksImportOut):
    dry_run = None  # type: ignore[assignment] # said once, of the whole
    assignment = serializers.UUIDField()


class ClassImportOut(serializers.Serializer[Any]):
    """Of all lists how they compared before anything was done; of `marks` alone what comes of them."""

    dry_run = serializers.BooleanField()
    kinds = KindOut(many=True)
    marks = AssignmentMarksImportOut(many=True)
    lost = serializers.IntegerField(help_text=_("Changed rows of marks of no assignment of the class."))


def shape_of_class(found: actions.ClassImport, request: Request) -> dict[str, Any]:
    return {
        "kinds": [
            {
                "kind": kind.name,
                "unchanged": kind.unchanged,
                "changed": kind.changed,
                "missing": kind.missing,
                "new": kind.new,
            }
            for kind in found.kinds
        ],
        "marks": [{"assignment": one.pk, **shape(marks, request)} for one, marks in found.marks],
        "lost": found.lost,
    }


def shape(found: actions.MarksImport, request: Request) -> dict[str, Any]:
    return {
        "changed": [_row(row, request) for row in found.changes],
        "refused": [_row(row, request) for row in found.refused],
        "unchanged": found.unchanged,
        "absent": found.absent,
    }


def _row(row: actions.ImportedRow, request: Request) -> dict[str, Any]:
    said: dict[str, Any] = {
        "row": row.line.number,
        "submission": row.line.submission,
        "name": row.name,
        "before": _said(row.before),
    }
    if row.after is not None:
        said["after"] = _said(row.after)
    if row.error is not None:
        said["problem"] = as_data(request, row.error)
    return said


def _said(marks: actions.MarksSaid) -> dict[str, Any]:
    return {
        "entered_score": number(marks.score),
        "final_score": number(marks.final),
        "feedback": marks.feedback,
    }
