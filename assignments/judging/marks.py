"""Marks as they stand: what they come to, and where two versions of them differ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assignments import grading, readings, rubrics, signs
from assignments.judging.reading import Marks
from assignments.models import Assignment, Grade, Submission
from destalin_site.common import moments


@dataclass(frozen=True, slots=True)
class Total:
    points: str
    sentence: str  # "of 7; question 2 not scored"


def total_of(assignment: Assignment, grade: Grade | None, criteria: Sequence[rubrics.Criterion] = ()) -> Total:
    """What a grade comes to by these criteria. Nothing scored is a dash, which is not nought."""
    points = readings.points(assignment, criteria)
    out_of = grade.out_of if grade else grading.possible_points(points, assignment.points)
    said = _("of %(possible)s") % {"possible": signs.points(out_of)}
    given = grade.points if grade else {}
    unmarked = [] if grade and grade.override is not None else grading.unmarked(given, points)
    scored = [pk for pk, possible in points.items() if possible]
    unscored = [] if grade and grade.override is not None else _unscored(assignment, grade, criteria)
    if unmarked and len(unmarked) == len(scored):
        said = _("%(of)s; nothing scored yet") % {"of": said}
    elif unscored:
        numbers, by_rubric = readings.numbered(assignment), rubrics.possible(criteria)
        typed = [_("question %(number)d") % {"number": numbers[pk]} for pk in unmarked if pk not in by_rubric]
        said = _("%(of)s; not scored: %(what)s") % {"of": said, "what": ", ".join([*typed, *unscored])}
    elif unmarked:
        numbers = readings.numbered(assignment)
        words = {"of": said, "numbers": ", ".join(str(numbers[pk]) for pk in unmarked)}
        said = (
            ngettext(
                "%(of)s; question %(numbers)s not scored", "%(of)s; questions %(numbers)s not scored", len(unmarked)
            )
            % words
        )
    if grade and grade.deducted and grade.final_score is not None:
        words = {
            "of": said,
            "entered": signs.points(grade.entered_score),
            "deducted": signs.points(grade.deducted),
        }
        said = _("%(of)s; %(entered)s less %(deducted)s for lateness") % words
        return Total(signs.points(grade.final_score), said)
    return Total(signs.points(grade.entered_score if grade else None), said)


def _unscored(assignment: Assignment, grade: Grade | None, criteria: Sequence[rubrics.Criterion]) -> list[str]:
    numbers, names = readings.numbered(assignment), {each.key: each.name for each in criteria}
    return [
        _("%(criterion)s (question %(number)d)") % {"criterion": names[key], "number": numbers[key.question]}
        for key in rubrics.unscored(criteria, rubrics.chosen(grade.criteria) if grade else {})
    ]


def edition_words(number: int, newest: int) -> str:
    """That marks are on an earlier edition of a rubric; 0 is none."""
    words = {"number": number, "newest": newest}
    if not number:
        return _("These marks were begun before there was a rubric. It is at edition %(newest)d.") % words
    return _("These marks are on edition %(number)d of the rubric. The newest is %(newest)d.") % words


def saved_words(grade: Grade, zone: str) -> str:
    """When somebody saved these marks; nothing about points that the key gave by itself."""
    if grade.saved_by_id is None:
        return ""
    return _("Marks saved %(clock)s (%(zone)s)") % {
        "clock": moments.clock_time(grade.saved_at, zone),
        "zone": moments.zone_short(grade.saved_at, zone),
    }


def typed(
    data: Mapping[str, str],
    errors: Mapping[str, str],
    questions: Mapping[str, Decimal | None],
    criteria: Iterable[rubrics.Criterion] = (),
) -> Marks:
    """Marks as they came from a form, whether or not they can be read."""
    fields = {each.key: f"{each.question}-{each.id}" for each in criteria}
    return Marks(
        levels={key: level for key, name in fields.items() if (level := data.get(f"level-{name}", ""))},
        remarks={key: _lines(words) for key, name in fields.items() if (words := data.get(f"remark-{name}", ""))},
        points={pk: data.get(f"points-{pk}", "") for pk in questions},
        comments={pk: _lines(data.get(f"comment-{pk}", "")) for pk in questions},
        feedback=_lines(data.get("feedback", "")),
        override=data.get("score", ""),
        errors={pk: errors[f"points-{pk}"] for pk in questions if f"points-{pk}" in errors},
    )


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n")


@dataclass(frozen=True, slots=True)
class Difference:
    what: str
    theirs: str
    yours: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two versions of the same marks: what is saved now, and what somebody typed upon an older one."""

    submission: UUID
    version: int
    words: str
    lines: tuple[Difference, ...]
    theirs: Marks


def conflict(submission: Submission, mine: Marks, *, question: str | None = None) -> Conflict:
    """Where they differ; with `question` in the marks of that one alone."""
    assignment = readings.judged(submission)
    grade = submission.grades.select_related("saved_by").latest_first().first()
    theirs = Marks.of(grade) if grade else Marks()
    criteria = readings.criteria(readings.rubric_of(submission, assignment), assignment)
    by_rubric = rubrics.possible(criteria)
    found: list[Difference] = []
    for pk, number in readings.numbered(assignment).items():
        if pk not in readings.questions(assignment) or question not in (None, pk):
            continue
        if pk not in by_rubric:
            found.append(
                Difference(
                    _("Question %(number)d, points") % {"number": number},
                    theirs.points.get(pk, ""),
                    mine.points.get(pk, "").strip().replace(",", "."),
                )
            )
        found += _choices_apart([each for each in criteria if each.question == pk], number, theirs, mine)
        found.append(
            Difference(
                _("Question %(number)d, comment") % {"number": number},
                theirs.comments.get(pk, ""),
                mine.comments.get(pk, ""),
            )
        )
    if question is None:
        found.append(Difference(_("Another total"), theirs.override, mine.override.strip().replace(",", ".")))
        found.append(Difference(_("Feedback on the whole"), theirs.feedback, mine.feedback))
    return Conflict(
        submission=submission.pk,
        version=grade.version if grade else 0,
        words=_saved_by(grade, assignment.classroom.zone) if grade else "",
        lines=tuple(line for line in found if line.theirs != line.yours),
        theirs=theirs,
    )


def fields_of_question(marks: Marks, question: str, criteria: Iterable[rubrics.Criterion]) -> dict[str, str]:
    """The marks of one question by the names of a form's fields; the way back is `typed`."""
    shown = {f"points-{question}": marks.points.get(question, "")}
    shown[f"comment-{question}"] = marks.comments.get(question, "")
    for each in criteria:
        shown[f"level-{each.question}-{each.id}"] = marks.levels.get(each.key, "")
        shown[f"remark-{each.question}-{each.id}"] = marks.remarks.get(each.key, "")
    return shown


def _choices_apart(
    criteria: Iterable[rubrics.Criterion], number: int, theirs: Marks, mine: Marks
) -> Iterator[Difference]:
    for each in criteria:
        words = {"number": number, "criterion": each.name}
        yield Difference(
            _("Question %(number)d, %(criterion)s") % words,
            _level_words(each, theirs.levels.get(each.key)),
            _level_words(each, mine.levels.get(each.key)),
        )
        yield Difference(
            _("Question %(number)d, comment on %(criterion)s") % words,
            theirs.remarks.get(each.key, ""),
            mine.remarks.get(each.key, ""),
        )


def _level_words(criterion: rubrics.Criterion, chosen: str | None) -> str:
    level = criterion.level(chosen)
    if level is None:
        return _("not scored")
    if level.points is None:
        return level.name
    return _("%(level)s, %(points)s") % {"level": level.name, "points": signs.points(level.points)}


def _saved_by(grade: Grade, zone: str) -> str:
    words = {"moment": moments.moment_short(grade.saved_at, zone), "name": str(grade.saved_by or "")}
    if grade.saved_by is None:
        return _("Saved %(moment)s.") % words
    return _("Saved by %(name)s, %(moment)s.") % words
