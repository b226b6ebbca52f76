"""What is different in a hand-in from an earlier one, as the API shows it: shapes, and the schema that holds them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from assignments.api import shapes
from assignments.api.serializers import CommentOut
from assignments.api.upgrade_shapes import PieceOut, pieces
from assignments.judging.since import Answer, Compared
from assignments.models import Attempt


class WordsOut(serializers.Serializer[Any]):
    kept = serializers.IntegerField()
    added = serializers.IntegerField()
    removed = serializers.IntegerField()


class ChosenOut(serializers.Serializer[Any]):
    kept = serializers.ListField(child=serializers.CharField())
    added = serializers.ListField(child=serializers.CharField())
    removed = serializers.ListField(child=serializers.CharField())


class CellChangeOut(serializers.Serializer[Any]):
    row = serializers.CharField()
    column = serializers.CharField()
    pieces = PieceOut(many=True)


class AnswerChangeOut(serializers.Serializer[Any]):
    question = serializers.CharField()
    number = serializers.IntegerField(help_text=_("Its place in the text, from 1."))
    changed = serializers.BooleanField()
    words = WordsOut(help_text=_("How many, in the pieces and in the cells."))
    choice = ChosenOut(help_text=_("Options by their ids."))
    pieces = PieceOut(
        many=True, help_text=_("The paragraphs as one text: without `in` as it was, without `out` as it is now.")
    )
    cells = CellChangeOut(many=True, help_text=_("Of a table, those that are filled now or were."))


class CommentFollowedOut(serializers.Serializer[Any]):
    comment = CommentOut(help_text=_("With what the student had answered to it by this hand-in."))
    touched = serializers.BooleanField(
        help_text=_(
            "Whether a change reaches into its words; of one on the whole, whether anything in it is different."
        )
    )
    then = PieceOut(many=True, help_text=_("The words that it was about; none of one on the whole."))
    now = PieceOut(many=True, help_text=_("What stands there now."))


class AttemptChangesOut(serializers.Serializer[Any]):
    attempt = serializers.IntegerField()
    since = serializers.IntegerField(allow_null=True, help_text=_("The earlier hand-in; null where there is none."))
    returned_at = serializers.DateTimeField(allow_null=True, help_text=_("When that was returned."))
    changed = serializers.BooleanField()
    questions = AnswerChangeOut(many=True, help_text=_("All that are asked, also those whose answer is the same."))
    comments = CommentFollowedOut(many=True, help_text=_("Those that were returned with the earlier hand-in."))


def changes(attempt: Attempt, found: Compared | None, *, nameless: bool) -> dict[str, Any]:
    """`nameless`: as staff are told of it while names are hidden."""
    answers = list(found.answers()) if found else []
    return {
        "attempt": attempt.number,
        "since": found and found.earlier.number,
        "returned_at": found and found.grade and found.grade.returned_at,
        "changed": any(each.changed for each in answers),
        "questions": [_answer(each) for each in answers],
        "comments": _comments(found, nameless=nameless) if found else [],
    }


def _answer(row: Answer) -> dict[str, Any]:
    return {
        "question": row.question,
        "number": row.number,
        "changed": row.changed,
        "words": {"kept": row.words("same"), "added": row.words("in"), "removed": row.words("out")},
        "choice": {"kept": row.kept, "added": row.chosen, "removed": row.dropped},
        "pieces": pieces(row.pieces),
        "cells": [{"row": cell.row, "column": cell.column, "pieces": pieces(cell.pieces)} for cell in row.cells],
    }


def _comments(found: Compared, *, nameless: bool) -> list[dict[str, Any]]:
    rows = {row.key: row for row in found.comments}
    return [
        {
            "comment": shapes.comment(rows[each.key], found.replies.get(each.key), nameless=nameless),
            "touched": each.touched,
            "then": pieces(each.old),
            "now": pieces(each.new),
        }
        for each in found.followed()
    ]
