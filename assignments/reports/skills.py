"""What was reached on the questions of each historical-thinking skill, assignment by assignment."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Classroom
from assignments import rubrics, signs
from assignments.grading import ZERO
from assignments.lifecycle import State
from assignments.models import Assignment, RubricEdition, Submission
from assignments.reports import items, words
from assignments.reports.spread import ROOM_FOR_WORDS, SHARE, Point, points_of
from lessons import render
from lessons.document import Document
from lessons.models import EditionFace

KEPT: Final = 512  # editions whose questions a process remembers: they never change


@dataclass(frozen=True, slots=True)
class Asked:
    skill: str
    points: Decimal | None


_remembered: OrderedDict[str, Mapping[str, Asked]] = OrderedDict()


def asked_in(editions: Collection[str]) -> dict[str, Mapping[str, Asked]]:
    """The questions of these editions by id. One query, and none for what this process has read before."""
    wanted = set(editions)
    found = {edition: _remembered[edition] for edition in wanted if edition in _remembered}
    faces = EditionFace.objects.filter(edition__in=wanted - set(found), kind=EditionFace.Kind.DOCUMENT)
    for edition, raw in faces.order_by("number").values_list("edition_id", "bytes") if len(found) < len(wanted) else ():
        questions = Document.parse(bytes(raw)).questions
        found[edition] = _remembered[edition] = {
            each["id"]: Asked(each["skill"], Decimal(each["points"]) if each["points"] else None) for each in questions
        }
    while len(_remembered) > KEPT:
        _remembered.popitem(last=False)
    return found


@dataclass(frozen=True, slots=True)
class Marks:
    """The marks of one piece of work that were returned."""

    assignment: UUID
    edition: str
    marks: Iterable[Mapping[str, Any]]
    criteria: Iterable[Mapping[str, Any]]
    rubric: UUID | None


@dataclass(frozen=True, slots=True)
class Level:
    criterion: str
    level: str
    count: int


@dataclass(frozen=True, slots=True)
class Step:
    """One skill in one assignment."""

    assignment: UUID
    title: str
    points: Decimal
    possible: Decimal
    students: int
    levels: tuple[Level, ...]
    place: Decimal | None  # of the levels on scales, the mean: from 0 for the last to 1 for the best

    @property
    def share(self) -> Decimal | None:
        return items.share(self.points, self.possible)


@dataclass(frozen=True, slots=True)
class SkillLine:
    skill: str
    name: str
    steps: tuple[Step, ...]
    points: Decimal
    possible: Decimal
    drawn: tuple[Point, ...]
    said: str
    by_levels: bool  # nothing that asks for it has points: what is drawn are the places of its levels

    @property
    def share(self) -> Decimal | None:
        return items.share(self.points, self.possible)


@dataclass(frozen=True, slots=True)
class TableRow:
    """One assignment, a cell for each skill that the table has."""

    assignment: UUID
    title: str
    cells: tuple[tuple[str, str], ...]  # the share in words, and the levels


@dataclass(frozen=True, slots=True)
class Skills:
    lines: tuple[SkillLine, ...]  # of the skills that returned work asked for, in their usual order
    rows: tuple[TableRow, ...]  # the same as a table, oldest assignment first

    @property
    def on_scales(self) -> bool:
        """Whether any of them is drawn by its levels."""
        return any(line.by_levels for line in self.lines)


def skills(classroom: UUID, returned: Iterable[Marks], given: Mapping[UUID, str], *, of_many: bool) -> Skills:
    """Over marks that were returned. `given` are the assignments with their titles, oldest first; with `of_many` the
    words say of how many students a figure is. Two queries."""
    returned = list(returned)
    asked = asked_in({each.edition for each in returned})
    criteria = {
        pk: {criterion.key: criterion for criterion in rubrics.read(data)}
        for pk, data in RubricEdition.objects.filter(assignment__classroom=classroom).values_list("pk", "criteria")
    }
    sums: dict[tuple[str, UUID], list[Decimal]] = {}
    students: Counter[tuple[str, UUID]] = Counter()
    chosen: dict[tuple[str, UUID], Counter[tuple[str, str]]] = {}
    places: dict[tuple[str, UUID], list[Decimal]] = {}
    for each in returned:
        questions, known = asked.get(each.edition, {}), criteria.get(each.rubric, {}) if each.rubric else {}
        by_rubric = rubrics.possible(list(known.values()))
        met = set()
        for mark in each.marks:
            question = questions.get(mark["question"])
            possible = by_rubric.get(mark["question"], question.points if question else None)
            if question is None or not question.skill or mark["points"] is None or not possible:
                continue
            place = question.skill, each.assignment
            sum_of = sums.setdefault(place, [ZERO, ZERO])
            sum_of[0] += Decimal(mark["points"])
            sum_of[1] += possible
            met.add(place)
        for made in each.criteria:
            criterion, question = known.get(_key(made)), questions.get(made["question"])
            level = criterion.level(made["level"]) if criterion else None
            if criterion is not None and level is not None and question is not None and question.skill:
                place = question.skill, each.assignment
                chosen.setdefault(place, Counter())[criterion.name, level.name] += 1
                if criterion.is_scale:
                    places.setdefault(place, []).append(criterion.place_of(level))
                met.add(place)
        students.update(met)
    lines = []
    for skill, name in render.skills():
        steps = [
            Step(
                pk,
                title,
                *_two(sums.get((skill, pk))),
                students[skill, pk],
                tuple(Level(*key, count) for key, count in chosen.get((skill, pk), {}).items()),
                _mean(places.get((skill, pk))),
            )
            for pk, title in given.items()
            if students[skill, pk]
        ]
        if steps:
            lines.append(_line(skill, name, steps, of_many=of_many))
    return Skills(tuple(lines), _rows(lines, given, of_many=of_many))


def _two(found: list[Decimal] | None) -> tuple[Decimal, Decimal]:
    return (found[0], found[1]) if found else (ZERO, ZERO)


def _mean(found: list[Decimal] | None) -> Decimal | None:
    return (sum(found, ZERO) / len(found)).quantize(SHARE, ROUND_HALF_UP) if found else None


def _key(made: Mapping[str, Any]) -> rubrics.Key:
    return rubrics.Key(made["question"], made["criterion"])


def _line(skill: str, name: str, steps: Sequence[Step], *, of_many: bool) -> SkillLine:
    points, possible = sum((step.points for step in steps), ZERO), sum((step.possible for step in steps), ZERO)
    if not possible:
        return _line_of_levels(skill, name, steps, of_many=of_many)
    said = ngettext("%(share)s in %(n)d assignment", "%(share)s over %(n)d assignments", len(steps)) % {
        "n": len(steps),
        "share": signs.percent(items.share(points, possible)),
    }
    shares = [step.share for step in steps]
    drawn = points_of(shares, [signs.percent(share) for share in shares])
    return SkillLine(skill, name, tuple(steps), points, possible, drawn, said, by_levels=False)


def _line_of_levels(skill: str, name: str, steps: Sequence[Step], *, of_many: bool) -> SkillLine:
    """Of a skill that is judged on scales alone: a level has its place among the others, and no share of anything."""
    labels = [_named(step, of_many=of_many) for step in steps]
    said = ngettext("%(level)s, in %(n)d assignment", "last %(level)s, over %(n)d assignments", len(steps)) % {
        "n": len(steps),
        "level": labels[-1],
    }
    drawn = points_of([step.place for step in steps], labels, room=ROOM_FOR_WORDS)
    return SkillLine(skill, name, tuple(steps), ZERO, ZERO, drawn, said, by_levels=True)


def _named(step: Step, *, of_many: bool) -> str:
    """The levels of one student by their names; of many the commonest."""
    if not of_many:
        return words.listed(list(dict.fromkeys(each.level for each in step.levels)))
    commonest = max(step.levels, key=lambda each: each.count, default=None)
    return _("%(level)s %(n)d") % {"level": commonest.level, "n": commonest.count} if commonest else ""


def _rows(lines: Sequence[SkillLine], given: Mapping[UUID, str], *, of_many: bool) -> tuple[TableRow, ...]:
    by_place = {(line.skill, step.assignment): step for line in lines for step in line.steps}
    return tuple(
        TableRow(pk, title, tuple(_cell(by_place.get((line.skill, pk)), of_many=of_many) for line in lines))
        for pk, title in given.items()
        if any((line.skill, pk) in by_place for line in lines)
    )


def _cell(step: Step | None, *, of_many: bool) -> tuple[str, str]:
    if step is None:
        return "", ""
    if of_many:
        students = signs.students(step.students)
        levels = words.listed([f"{each.criterion}: {each.level} {each.count}" for each in step.levels])
        share = _("%(share)s (%(students)s)") % {"share": signs.percent(step.share), "students": students}
        return (share if step.possible else students), levels
    levels = words.listed([f"{each.criterion}: {each.level}" for each in step.levels])
    if not step.possible:
        return levels, ""
    said = {"share": signs.percent(step.share), "score": signs.score(step.points, step.possible)}
    return _("%(share)s (%(score)s)") % said, levels


# --- A class ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ClassSkills:
    id: UUID
    name: str
    students: int  # of whom something was returned
    said: str
    skills: Skills


def class_skills(classroom: Classroom) -> ClassSkills:
    """A class over its whole time: everybody whose work still stands in it. Four queries."""
    given = given_in(classroom.pk)
    found: Any = Submission.objects.listed().filter(assignment__classroom=classroom, mark_grade__isnull=False)
    rows = (
        found.exclude(state=State.EXCUSED.value)
        .with_graded_edition("mark_grade")
        .values_list(
            "student_id",
            "assignment_id",
            "graded_edition",
            "mark_grade__marks",
            "mark_grade__criteria",
            "mark_grade__rubric_id",
        )
    )
    students = set()
    returned = []
    for student, assignment, edition, marks, criteria, rubric in rows:
        students.add(student)
        returned.append(Marks(assignment, edition, marks, criteria, rubric))
    return ClassSkills(
        id=classroom.pk,
        name=classroom.name,
        students=len(students),
        said=_("Of %(students)s with returned work.") % {"students": signs.students(len(students))},
        skills=skills(classroom.pk, returned, given, of_many=True),
    )


def given_in(classroom: UUID) -> dict[UUID, str]:
    """The assignments of a class with their titles, oldest first."""
    rows = Assignment.objects.present().filter(classroom=classroom).order_by("created_at", "id")
    return dict(rows.values_list("id", "title"))
