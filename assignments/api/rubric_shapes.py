"""Rubrics and marks that are brought along, as the API shows them: the shapes and the schema that holds them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from assignments.actions.rubrics import MOST_CRITERIA, MOST_LEVELS, TITLE
from assignments.api.serializers import CriterionOut, NameOut
from assignments.counting import Returned
from assignments.models import Regrade, RubricEdition
from assignments.regrades import Done, Effect, Outcome, Preview, Row, Stays
from assignments.regrading import Why
from assignments.rubric_forms import plain_points
from assignments.wire import number
from destalin_site.common.api import Input
from destalin_site.common.ids import uuid7

SHA256: Final = r"\A[0-9a-f]{64}\Z"
_NEW: Final = _("Left out for a new one. What keeps its id keeps the choices that were made of it.")


SCOPES: Final = Regrade.Scope.values
SCOPES_SAID: Final = [Regrade.Scope.NONE.value, Regrade.Scope.DRAFTS.value, Regrade.Scope.CHOSEN.value]


class LevelIn(Input):
    id = serializers.CharField(max_length=100, required=False, trim_whitespace=False, help_text=_NEW)
    name = serializers.CharField(max_length=120)
    points = serializers.CharField(
        max_length=12, required=False, allow_blank=True, help_text=_("Left out or empty in all levels of a scale.")
    )
    description = serializers.CharField(max_length=2000, required=False, allow_blank=True)


class CriterionIn(Input):
    question = serializers.CharField(max_length=100, trim_whitespace=False)
    id = serializers.CharField(max_length=100, required=False, trim_whitespace=False, help_text=_NEW)
    name = serializers.CharField(max_length=120)
    description = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    levels = LevelIn(many=True, max_length=MOST_LEVELS)  # type: ignore[call-arg] # many=True takes it


class RubricIn(Input):
    title = serializers.CharField(max_length=TITLE, allow_blank=True)
    criteria = CriterionIn(many=True, max_length=MOST_CRITERIA)  # type: ignore[call-arg] # many=True takes it


class RubricEditionOut(serializers.Serializer[Any]):
    number = serializers.IntegerField(help_text=_("0 where there is none: points are typed."))
    title = serializers.CharField()
    criteria = CriterionOut(many=True)
    by = NameOut(allow_null=True)
    at = serializers.DateTimeField(allow_null=True)


class RubricEditionPageOut(serializers.Serializer[Any]):
    results = RubricEditionOut(many=True)
    next = serializers.CharField(allow_null=True)


class RegradeTroubleOut(serializers.Serializer[Any]):
    why = serializers.ChoiceField(choices=[why.value for why in Why])
    question = serializers.CharField()
    criterion = serializers.CharField(help_text=_("Its name; empty where the whole question is meant."))
    said = serializers.CharField(help_text=_("The level or the points of then."))


class RegradeMarkOut(serializers.Serializer[Any]):
    attempt = serializers.IntegerField(allow_null=True, help_text=_("The hand-in that it is for; null for none."))
    score = serializers.CharField(allow_null=True)
    out_of = serializers.CharField()


class RegradeRowOut(serializers.Serializer[Any]):
    submission = serializers.UUIDField()
    student = NameOut(allow_null=True, help_text=_("Null while names are hidden."))
    alias = serializers.CharField(allow_null=True, help_text=_("What stands for the name while names are hidden."))
    is_draft = serializers.BooleanField(help_text=_("Else it is what the student sees."))
    rubric = serializers.IntegerField(help_text=_("The edition that it is on; 0 for none."))
    effect = serializers.ChoiceField(
        choices=[effect.value for effect in Effect],
        help_text=_(
            "`draft`: a draft stays one; `returned`: it takes its place in sight; `to_mark`: it becomes "
            "a draft beside that, for something is not scored then; `stuck`: it cannot be brought along as it is."
        ),
    )
    old = serializers.CharField(allow_null=True)
    old_out_of = serializers.CharField()
    new = serializers.CharField(allow_null=True, help_text=_("After what lateness takes off."))
    out_of = serializers.CharField()
    delta = serializers.CharField(allow_null=True)
    troubles = RegradeTroubleOut(many=True, help_text=_("What of it has no place in the newest edition."))
    read_by = serializers.CharField(allow_blank=True, help_text=_("Who is reading the work now."))
    mark = RegradeMarkOut(allow_null=True, help_text=_("What counts of all that was returned to her; null of a draft."))
    mark_then = RegradeMarkOut(allow_null=True, help_text=_("What counts once this came along; null of a draft."))


class RegradeStaysOut(serializers.Serializer[Any]):
    submission = serializers.UUIDField()
    student = NameOut(allow_null=True, help_text=_("Null while names are hidden."))
    alias = serializers.CharField(allow_null=True, help_text=_("What stands for the name while names are hidden."))
    rubric = serializers.IntegerField(help_text=_("The edition that it is on; 0 for none."))
    mark = RegradeMarkOut()


class RegradePreviewOut(serializers.Serializer[Any]):
    rubric = serializers.IntegerField(help_text=_("The newest edition; 0 for none."))
    digest = serializers.CharField(help_text=_("Of what is shown; it is sent back to have exactly that done."))
    rows = RegradeRowOut(many=True, help_text=_("Every grade that is not on the newest edition."))
    stays = RegradeStaysOut(
        many=True, help_text=_("Marks that count, for an earlier hand-in and by an earlier edition: they stay.")
    )


class RegradeIn(Input):
    digest = serializers.RegexField(SHA256)
    scope = serializers.ChoiceField(
        choices=SCOPES_SAID,
        help_text=_("`chosen`: drafts, and what was returned to the students of `submissions`."),
    )
    submissions = serializers.ListField(child=serializers.UUIDField(), required=False, max_length=500)
    reason = serializers.CharField(
        max_length=500,
        required=False,
        allow_blank=True,
        help_text=_("Needed where what was returned changes: the students read it."),
    )


class RegradeUndoIn(Input):
    reason = serializers.CharField(
        max_length=500,
        required=False,
        allow_blank=True,
        help_text=_("Needed where what was returned changes: the students read it."),
    )


class RegradedRowOut(serializers.Serializer[Any]):
    submission = serializers.UUIDField()
    student = NameOut(allow_null=True, help_text=_("Null while names are hidden."))
    alias = serializers.CharField(allow_null=True, help_text=_("What stands for the name while names are hidden."))
    effect = serializers.ChoiceField(choices=[effect.value for effect in Effect])
    old = serializers.CharField(allow_null=True)
    new = serializers.CharField(allow_null=True)
    problem = serializers.CharField(
        allow_null=True, help_text=_("The type of what kept it as it was: `claim-held` or `state-conflict`.")
    )


class RegradeOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    rubric = serializers.IntegerField()
    scope = serializers.ChoiceField(choices=SCOPES)
    undoes = serializers.UUIDField(allow_null=True)
    reason = serializers.CharField(allow_blank=True)
    by = NameOut()
    at = serializers.DateTimeField()
    can_be_undone = serializers.BooleanField()
    rows = RegradedRowOut(many=True)


def said(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The criteria of a body as a rubric keeps them."""
    return [
        {
            "question": each["question"],
            "id": each.get("id") or str(uuid7()),
            "name": each["name"],
            "description": each.get("description", ""),
            "levels": [
                {
                    "id": level.get("id") or str(uuid7()),
                    "name": level["name"],
                    "points": plain_points(level.get("points", "")),
                    "description": level.get("description", ""),
                }
                for level in each["levels"]
            ],
        }
        for each in body["criteria"]
    ]


def edition(row: RubricEdition | None) -> dict[str, Any]:
    if row is None:
        return {"number": 0, "title": "", "criteria": [], "by": None, "at": None}
    return {
        "number": row.number,
        "title": row.title,
        "criteria": row.criteria,
        "by": row.by and {"id": row.by.pk, "name": row.by.get_full_name()},
        "at": row.at,
    }


def preview(found: Preview) -> dict[str, Any]:
    return {
        "rubric": found.rubric.number if found.rubric else 0,
        "digest": found.digest,
        "rows": [_row(row) for row in found.rows],
        "stays": [_stays(each) for each in found.stays],
    }


def _mark(mark: Returned | None) -> dict[str, Any] | None:
    if mark is None:
        return None
    return {"attempt": mark.number, "score": number(mark.score), "out_of": number(mark.out_of)}


def _stays(each: Stays) -> dict[str, Any]:
    return {
        "submission": each.submission,
        **each.whose.as_json(),
        "rubric": each.rubric,
        "mark": _mark(each.mark),
    }


def _row(row: Row) -> dict[str, Any]:
    return {
        "submission": row.submission,
        **row.whose.as_json(),
        "is_draft": row.is_draft,
        "rubric": row.rubric,
        "effect": row.effect.value,
        "old": number(row.old),
        "old_out_of": number(row.old_out_of),
        "new": number(row.new),
        "out_of": number(row.out_of),
        "delta": number(row.delta),
        "troubles": [trouble.as_json() for trouble in row.troubles],
        "read_by": row.holder,
        "mark": _mark(row.mark),
        "mark_then": _mark(row.mark_then),
    }


def outcome(found: Outcome) -> dict[str, Any]:
    row = found.regrade
    return {
        "id": row.pk,
        "rubric": row.rubric.number,
        "scope": row.scope,
        "undoes": row.undoes_id,
        "reason": row.reason,
        "by": {"id": row.by_id, "name": row.by.get_full_name()},
        "at": row.at,
        "can_be_undone": found.may_undo,
        "rows": [_done(each) for each in found.rows],
    }


def _done(row: Done) -> dict[str, Any]:
    return {
        "submission": row.submission,
        **row.whose.as_json(),
        "effect": row.effect.value,
        "old": number(row.old),
        "new": number(row.new),
        "problem": row.code or None,
    }
