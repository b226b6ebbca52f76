"""Reports as the API shows them, and their schema. Shares are decimal strings, from "0.0000" to "1.0000"."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from assignments.api.serializers import NameOut
from assignments.reports import AssignmentReport, Silence
from assignments.reports.assignment import QuestionReport, RubricReport
from assignments.wire import number


def share(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:.4f}"


# --- One assignment


class CountsOut(serializers.Serializer[Any]):
    """Each student under one of four, which add up to the students of the board; `nought` are those of `scored` whose
    score is 0."""

    scored = serializers.IntegerField()
    not_scored = serializers.IntegerField()
    missing = serializers.IntegerField()
    excused = serializers.IntegerField()
    nought = serializers.IntegerField()


class ScoresOut(serializers.Serializer[Any]):
    """Returned scores as shares of what they are out of. `tenths` counts them in ten equal parts, the last with the
    full share too; the figures are null without a score."""

    n = serializers.IntegerField()
    mean = serializers.CharField(allow_null=True)
    median = serializers.CharField(allow_null=True)
    lowest = serializers.CharField(allow_null=True)
    highest = serializers.CharField(allow_null=True)
    tenths = serializers.ListField(child=serializers.IntegerField())


class DiscriminationOut(serializers.Serializer[Any]):
    """The corrected item-total correlation, over the `n` students who were scored on every question."""

    value = serializers.CharField(allow_null=True)
    n = serializers.IntegerField()
    why_not = serializers.ChoiceField(choices=[each.value for each in Silence], allow_null=True)


class OptionCountOut(serializers.Serializer[Any]):
    option = serializers.CharField()
    count = serializers.IntegerField()
    correct = serializers.BooleanField(allow_null=True, help_text="null to whoever may not see the answer key.")


class ChoicesOut(serializers.Serializer[Any]):
    """Over everybody whose hand-in stands. `gone` chose an option that the edition of now does not have."""

    answered = serializers.IntegerField()
    unanswered = serializers.IntegerField()
    right = serializers.IntegerField(allow_null=True)
    gone = serializers.IntegerField()
    options = OptionCountOut(many=True)
    commonest_wrong = serializers.ListField(child=serializers.CharField())


class QuestionReportOut(serializers.Serializer[Any]):
    question = serializers.CharField()
    number = serializers.IntegerField()
    skill = serializers.CharField()
    possible = serializers.CharField(allow_null=True)
    scored = serializers.IntegerField()
    not_scored = serializers.IntegerField()
    nought = serializers.IntegerField()
    full = serializers.IntegerField()
    difficulty = serializers.CharField(allow_null=True, help_text="The share of the possible points: high is easy.")
    discrimination = DiscriminationOut()
    choices = ChoicesOut(allow_null=True)


class LevelCountOut(serializers.Serializer[Any]):
    level = serializers.CharField()
    name = serializers.CharField()
    count = serializers.IntegerField()


class CriterionReportOut(serializers.Serializer[Any]):
    question = serializers.CharField(allow_blank=True)
    criterion = serializers.CharField()
    name = serializers.CharField()
    levels = LevelCountOut(many=True)
    own_points = serializers.IntegerField()
    not_scored = serializers.IntegerField()


class RubricReportOut(serializers.Serializer[Any]):
    """The returned grades that were made with one rubric edition."""

    rubric = serializers.IntegerField()
    grades = serializers.IntegerField()
    criteria = CriterionReportOut(many=True)


class AssignmentReportOut(serializers.Serializer[Any]):
    assignment = serializers.UUIDField()
    totals = serializers.DictField(child=serializers.IntegerField())
    marks = CountsOut()
    scores = ScoresOut()
    questions = QuestionReportOut(many=True)
    hardest = serializers.ListField(child=serializers.IntegerField(), help_text="Numbers of questions.")
    rubrics = RubricReportOut(many=True)
    not_begun = NameOut(many=True)


def assignment(report: AssignmentReport) -> dict[str, Any]:
    scores = report.scores
    return {
        "assignment": report.id,
        "totals": dict(report.totals),
        "marks": {str(name): count for name, count in report.marks.items()},
        "scores": {
            "n": scores.n,
            **{name: share(getattr(scores, name)) for name in ("mean", "median", "lowest", "highest")},
            "tenths": list(scores.counts),
        },
        "questions": [_question(each) for each in report.questions],
        "hardest": list(report.hardest),
        "rubrics": [_rubric(each) for each in report.rubrics],
        "not_begun": [{"id": each.id, "name": each.name} for each in report.not_begun],
    }


def _question(report: QuestionReport) -> dict[str, Any]:
    item, chosen = report.item, report.choices
    return {
        "question": report.id,
        "number": report.number,
        "skill": report.skill_code,
        "possible": number(report.possible),
        "scored": item.scored,
        "not_scored": item.not_scored,
        "nought": item.nought,
        "full": item.full,
        "difficulty": share(item.difficulty),
        "discrimination": {
            "value": None if item.discrimination.value is None else str(item.discrimination.value),
            "n": item.discrimination.n,
            "why_not": item.discrimination.why_not,
        },
        "choices": chosen
        and {
            "answered": chosen.answered,
            "unanswered": chosen.unanswered,
            "right": chosen.right,
            "gone": chosen.gone,
            "options": [
                {"option": each.option, "count": each.count, "correct": each.correct} for each in chosen.options
            ],
            "commonest_wrong": list(chosen.commonest_wrong),
        },
    }


def _rubric(report: RubricReport) -> dict[str, Any]:
    return {
        "rubric": report.number,
        "grades": report.grades,
        "criteria": [
            {
                "question": each.found.criterion.question,
                "criterion": each.found.criterion.id,
                "name": each.name,
                "levels": [
                    {"level": level.id, "name": level.name, "count": count}
                    for level, count in zip(each.found.criterion.levels, each.found.counts, strict=True)
                ],
                "own_points": each.found.own_points,
                "not_scored": each.found.not_scored,
            }
            for each in report.criteria
        ],
    }
