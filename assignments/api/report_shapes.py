"""Reports as the API shows them, and their schema. Shares are decimal strings, from "0.0000" to "1.0000"."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from assignments.api.serializers import MissingOut, NameOut
from assignments.reports import AssignmentReport, ClassSkills, Silence, StudentReport
from assignments.reports.assignment import QuestionReport, RubricReport
from assignments.reports.metrics import TERM, UNTIL_RETURN, WORK, Metric
from assignments.reports.skills import Skills
from assignments.reports.student import Work
from assignments.wire import counts_as, number


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


_ON_PAPER = "Handed in as pictures with nothing typed here: neither answered nor unanswered."


class ChoicesOut(serializers.Serializer[Any]):
    """Over everybody whose hand-in stands. `gone` chose an option that the edition of now does not have."""

    answered = serializers.IntegerField()
    unanswered = serializers.IntegerField()
    on_paper = serializers.IntegerField(help_text=_ON_PAPER)
    right = serializers.IntegerField(allow_null=True)
    gone = serializers.IntegerField()
    options = OptionCountOut(many=True)
    commonest_wrong = serializers.ListField(child=serializers.CharField())


class CellCountOut(serializers.Serializer[Any]):
    row = serializers.CharField()
    column = serializers.CharField()
    count = serializers.IntegerField(help_text="How many hand-ins have words in it.")


class CellsOut(serializers.Serializer[Any]):
    """Of a table, over everybody whose hand-in stands. `empty` are the empty cells of those who wrote into any."""

    answered = serializers.IntegerField()
    unanswered = serializers.IntegerField()
    on_paper = serializers.IntegerField(help_text=_ON_PAPER)
    empty = serializers.IntegerField()
    filled = CellCountOut(many=True)


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
    cells = CellsOut(allow_null=True)


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
            "on_paper": chosen.on_paper,
            "right": chosen.right,
            "gone": chosen.gone,
            "options": [
                {"option": each.option, "count": each.count, "correct": each.correct} for each in chosen.options
            ],
            "commonest_wrong": list(chosen.commonest_wrong),
        },
        "cells": report.cells
        and {
            "answered": report.cells.answered,
            "unanswered": report.cells.unanswered,
            "on_paper": report.cells.on_paper,
            "empty": report.cells.empty,
            "filled": [{"row": each.row, "column": each.column, "count": each.filled} for each in report.cells.counts],
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


# --- One student


class FeedbackLengthOut(serializers.Serializer[Any]):
    words = serializers.IntegerField()
    comments = serializers.IntegerField()


class WorkReportOut(serializers.Serializer[Any]):
    """`assignment` and `submission` name it; each of the others is a metric."""

    assignment = serializers.UUIDField()
    submission = serializers.UUIDField(allow_null=True, help_text="Null to staff while names are hidden.")
    title = serializers.CharField()
    state = serializers.CharField()
    due = serializers.DateTimeField(allow_null=True, help_text="null also before the assignment opens.")
    more_time = serializers.BooleanField()
    handed_in = serializers.DateTimeField(allow_null=True)
    finished = serializers.DateTimeField(
        allow_null=True, help_text="On the student's device, where it came a minute later or more."
    )
    device = serializers.CharField(
        allow_blank=True, help_text="How far that is believed: low, medium, or teacher where one lets it count."
    )
    timing = serializers.CharField(help_text="not_due, on_time, late or missing.")
    late_seconds = serializers.IntegerField()
    hand_ins = serializers.IntegerField()
    words = serializers.IntegerField(allow_null=True)
    draft_words = serializers.IntegerField(
        allow_null=True, help_text="Of a draft, while nothing is handed in. Null where none is begun."
    )
    changes_not_handed_in = serializers.BooleanField()
    waiting = serializers.IntegerField()
    asks_more_time = serializers.BooleanField()
    mark = serializers.CharField(help_text="scored, not_scored, missing or excused.")
    score = serializers.CharField(allow_null=True)
    out_of = serializers.CharField(allow_null=True)
    counts_as = MissingOut(allow_null=True, help_text="What missing work counts as.")
    hand_in_marked = serializers.IntegerField(
        allow_null=True, help_text="Whose grade is the mark, where that is not the one returned last."
    )
    returned = serializers.DateTimeField(allow_null=True)
    opened = serializers.DateTimeField(allow_null=True)
    outdated = serializers.BooleanField()
    feedback = FeedbackLengthOut(allow_null=True)
    excused_for = serializers.CharField(allow_blank=True)
    names_hidden = serializers.BooleanField(help_text="Then no more is told than whether it is in.")


class SkillLevelOut(serializers.Serializer[Any]):
    criterion = serializers.CharField()
    level = serializers.CharField()
    count = serializers.IntegerField()


class SkillStepOut(serializers.Serializer[Any]):
    assignment = serializers.UUIDField()
    points = serializers.CharField()
    possible = serializers.CharField()
    share = serializers.CharField(allow_null=True)
    place = serializers.CharField(
        allow_null=True, help_text="Of the levels on scales: the mean, from 0 for the last level to 1 for the best."
    )
    students = serializers.IntegerField()
    levels = SkillLevelOut(many=True)


class SkillOut(serializers.Serializer[Any]):
    """Oldest assignment first, those alone that asked for the skill and are back."""

    skill = serializers.CharField()
    points = serializers.CharField()
    possible = serializers.CharField()
    share = serializers.CharField(allow_null=True)
    steps = SkillStepOut(many=True)


class StudentTermOut(serializers.Serializer[Any]):
    """Who is excused is outside every number but its own. Until `returned` is `given` the points are a projection."""

    given = serializers.IntegerField()
    handed_in = serializers.IntegerField()
    expected = serializers.IntegerField()
    returned = serializers.IntegerField()
    late = serializers.IntegerField()
    missing = serializers.IntegerField()
    excused = serializers.IntegerField()
    points = serializers.CharField()
    possible = serializers.CharField()
    made_final = serializers.IntegerField(help_text="Missing work whose final mark is in these points.")
    projected = serializers.CharField(help_text="What the rest of the missing work is projected to; in no sum.")
    projected_possible = serializers.CharField()
    skills = SkillOut(many=True)


class StudentReportOut(serializers.Serializer[Any]):
    student = NameOut()
    classroom = NameOut()
    works = WorkReportOut(many=True)
    term = StudentTermOut()


class MetricOut(serializers.Serializer[Any]):
    key = serializers.CharField()
    name = serializers.CharField()
    purpose = serializers.CharField()
    kept = serializers.CharField()


class MetricsOut(serializers.Serializer[Any]):
    work = MetricOut(many=True)
    term = MetricOut(many=True)


class AboutMeOut(serializers.Serializer[Any]):
    """`report` is word for word what staff get; `until_return` names what nobody else is told of."""

    report = StudentReportOut()
    metrics = MetricsOut()
    until_return = serializers.ListField(child=serializers.CharField())


class ClassSkillsOut(serializers.Serializer[Any]):
    classroom = NameOut()
    students = serializers.IntegerField(help_text="Of whom something was returned.")
    skills = SkillOut(many=True)


def student(report: StudentReport) -> dict[str, Any]:
    """The one way in which a student is told of, whoever asks."""
    sums = report.sums
    return {
        "student": {"id": report.student, "name": report.name},
        "classroom": {"id": report.classroom, "name": report.classroom_name},
        "works": [work(each) for each in report.works],
        "term": {
            **{name: getattr(sums, name) for name in ("given", "handed_in", "expected", "returned")},
            **{name: getattr(sums, name) for name in ("late", "missing", "excused")},
            "points": number(sums.points),
            "possible": number(sums.possible),
            "made_final": sums.made_final,
            "projected": number(sums.projected),
            "projected_possible": number(sums.projected_possible),
            "skills": _skills(report.skills),
        },
    }


def work(work: Work) -> dict[str, Any]:
    """One piece of work, as her report tells of it."""
    return {
        **{name: getattr(work, name) for name in ("assignment", "submission", "title")},
        "state": work.state.value,
        **{name: getattr(work, name) for name in ("due", "more_time", "handed_in", "finished")},
        "device": work.device.value,
        "timing": work.timing.value,
        **{name: getattr(work, name) for name in ("late_seconds", "hand_ins", "words")},
        **{name: getattr(work, name) for name in ("draft_words", "changes_not_handed_in", "waiting", "asks_more_time")},
        "mark": work.mark.value,
        "score": number(work.score),
        "out_of": number(work.out_of),
        "counts_as": counts_as(work.counts_as),
        "hand_in_marked": work.hand_in_marked,
        **{name: getattr(work, name) for name in ("returned", "opened", "outdated")},
        "feedback": work.feedback and {"words": work.feedback.words, "comments": work.feedback.comments},
        "excused_for": work.excused_for,
        "names_hidden": work.names_hidden,
    }


def _skills(found: Skills) -> list[dict[str, Any]]:
    return [
        {
            "skill": line.skill,
            "points": number(line.points),
            "possible": number(line.possible),
            "share": share(line.share),
            "steps": [
                {
                    "assignment": step.assignment,
                    "points": number(step.points),
                    "possible": number(step.possible),
                    "share": share(step.share),
                    "place": share(step.place),
                    "students": step.students,
                    "levels": [
                        {"criterion": each.criterion, "level": each.level, "count": each.count} for each in step.levels
                    ],
                }
                for step in line.steps
            ],
        }
        for line in found.lines
    ]


def about_me(report: StudentReport) -> dict[str, Any]:
    return {
        "report": student(report),
        "metrics": {"work": [_metric(each) for each in WORK], "term": [_metric(each) for each in TERM]},
        "until_return": [str(words) for words in UNTIL_RETURN.values()],
    }


def _metric(metric: Metric) -> dict[str, str]:
    return {
        "key": metric.key,
        "name": str(metric.name),
        "purpose": str(metric.purpose),
        "kept": str(metric.kept),
    }


def class_skills(found: ClassSkills) -> dict[str, Any]:
    return {
        "classroom": {"id": found.id, "name": found.name},
        "students": found.students,
        "skills": _skills(found.skills),
    }
