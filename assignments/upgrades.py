"""Another edition of what a class reads: which there are, what a piece of work is to it, and what an upgrade did.
What it would change is told by `upgrade_previews`, what a student is told of it by `upgrade_news`. Nothing here writes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Literal
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from assignments import answers, moving, readings
from assignments.exports.written import place
from assignments.lifecycle import State
from assignments.models import Assignment, Draft, EditionMove, EditionUpgrade, Grade, Submission
from assignments.moving import Kept, Moved
from assignments.querysets import SubmissionQuerySet
from assignments.signs import name_key
from destalin_site.common import moments
from lessons.change_words import Group, groups_of
from lessons.changes import changes
from lessons.document import QuestionData
from lessons.models import Edition

if TYPE_CHECKING:
    from accounts.models import User


class Kind(StrEnum):
    """What a piece of work is when another edition comes."""

    NOT_STARTED = "not_started"
    DRAFT = "draft"
    HANDED_IN = "handed_in"  # with the teacher, or back from there: it stays
    MARKED = "marked"  # marks have begun although nothing was handed in: it stays


# --- Which editions there are -----------------------------------------------------------------------------------------


def targets(assignment: Assignment, user: User) -> list[Edition]:
    """The editions that this person may bring the class to, newest first: the one that is current now, and those that
    the class was given before, its own among them. Of the same lesson, or of the same teacher's version of it."""
    edition = assignment.edition
    line = Edition.objects.filter(lesson=edition.lesson_id, adaptation=edition.adaptation_id)
    current = Edition.objects.assignable_by(user).values("pk")
    had = EditionUpgrade.objects.filter(assignment=assignment).values("from_edition")
    rows = line.filter(Q(pk=edition.pk) | Q(pk__in=current) | Q(pk__in=had))
    return list(rows.select_related("lesson", "adaptation").order_by("-number"))


def newer(assignment: Assignment, user: User) -> Edition | None:
    """The current edition, where the class has an earlier one. One query."""
    edition = assignment.edition
    rows = Edition.objects.assignable_by(user).filter(lesson=edition.lesson_id, adaptation=edition.adaptation_id)
    return rows.filter(number__gt=edition.number).order_by("-number").first()


def edition_words(edition: Edition, zone: str) -> str:
    return _("Edition %(number)d, %(day)s (%(zone)s)") % {
        "number": edition.number,
        "day": moments.full_day(edition.published_at, zone),
        "zone": moments.zone_short(edition.published_at, zone),
    }


def difference(old: str, new: str) -> tuple[Group, ...]:
    return tuple(groups_of(changes(readings.document(old).data, readings.document(new).data)))


def question_words(number: int, question: QuestionData) -> str:
    return _("Question %(number)d: %(prompt)s") % {"number": number, "prompt": question["prompt"]}


def parts_gone(number: int, before: QuestionData, after: QuestionData) -> Iterator[str]:
    """The rows, columns and options of a question that it has no more, in words."""
    words = {
        "rows": _("Question %(number)d, the row “%(text)s”"),
        "columns": _("Question %(number)d, the column “%(text)s”"),
        "options": _("Question %(number)d, the option “%(text)s”"),
    }
    parts: tuple[Literal["rows", "columns", "options"], ...] = ("rows", "columns", "options")
    for name in parts:
        there = {part["id"] for part in after[name]}
        for part in before[name]:
            if part["id"] not in there:
                yield words[name] % {"number": number, "text": part["text"]}


# --- Pieces of work ---------------------------------------------------------------------------------------------------


def works(assignment: Assignment) -> SubmissionQuerySet:
    """All of them with what `kind_of` and a move ask."""
    marked = Grade.objects.filter(submission=OuterRef("pk"), status=Grade.Status.DRAFT, attempt=None)
    rows = Submission.objects.filter(assignment=assignment).select_related("draft")
    return rows.annotate(marked=Exists(marked))


def draft_of(row: Submission) -> Draft | None:
    try:
        return row.draft
    except Draft.DoesNotExist:
        return None


def kind_of(row: Submission) -> Kind:
    """Of a row of `works`. What an excuse or a removal stands before decides: either can be taken back."""
    standing = row.standing
    state = standing.settled
    if state is State.VOID:
        state = standing.voided_from
    if state is State.EXCUSED:
        state = standing.excused_from
    if state not in (State.ASSIGNED, State.DRAFTING, State.REVISING):
        return Kind.HANDED_IN
    if row.marked:  # type: ignore[attr-defined]
        return Kind.MARKED
    return Kind.DRAFT if state is not State.ASSIGNED or draft_of(row) is not None else Kind.NOT_STARTED


def kept(rows: Collection[Submission]) -> dict[UUID, Kept]:
    """What earlier moves took out of these drafts. One query."""
    found = EditionMove.objects.filter(submission__in=[row.pk for row in rows], had_draft=True).order_by("id")
    # The newest of each comes last, and holds what those before it held.
    return {pk: Kept.from_json(stored) for pk, stored in found.values_list("submission", "kept")}


def moved(
    body: answers.Body, assignment: Assignment, kept: Kept | None = None, *, marks: Mapping[str, str] | None = None
) -> Moved:
    """A draft as it would stand in the edition of this assignment."""
    return moving.moved(
        body,
        text=readings.document(assignment.edition_id),
        questions=readings.questions(assignment),
        kept=kept or moving.NOTHING,
        marks=marks,
    )


def words_of(item: Mapping[str, Any]) -> dict[str, Any]:
    """A citation that was taken out, as any grader may read it: words of the reading, and where they stood."""
    citation = item["citation"]
    return {
        "id": citation["id"],
        "question": item["question"],
        "source": citation["source"],
        "block": citation["anchor"]["block"],
        "quote": citation["anchor"]["quote"],
    }


# --- Afterwards -------------------------------------------------------------------------------------------------------


def decided(upgrade: EditionUpgrade, zone: str) -> str:
    """Who decided what, and when."""
    words = {
        "name": upgrade.by.get_full_name(),
        "moment": moments.moment(upgrade.at, zone),
        "from": upgrade.from_edition.number,
        "to": upgrade.to_edition.number,
    }
    if upgrade.scope == EditionUpgrade.Scope.KEEP:
        return _("%(name)s kept edition %(from)d on %(moment)s.") % words
    if upgrade.scope == EditionUpgrade.Scope.NOT_STARTED:
        return _("%(name)s brought whoever had not started to edition %(to)d on %(moment)s.") % words
    return _("%(name)s brought the class, drafts too, to edition %(to)d on %(moment)s.") % words


@dataclass(frozen=True, slots=True)
class Loss:
    """A citation that could not be moved, with its words and where they stood."""

    question: str
    quote: str
    place: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class StudentMoved:
    submission: UUID
    student: UUID
    name: str
    losses: tuple[Loss, ...]
    lost: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an upgrade did."""

    upgrade: EditionUpgrade
    decided: str
    not_started: int
    drafts: int
    relocated: int
    stayed: int
    lost: int
    students: tuple[StudentMoved, ...]  # those with citations that could not be moved, by name; none while it is hidden


def outcome(upgrade: EditionUpgrade, zone: str) -> Outcome:
    """Of a row that was read with its editions and who decided. Three queries at most."""
    moves = EditionMove.objects.filter(upgrade=upgrade).exclude(submission__state=State.VOID.value)
    rows = moves.select_related("submission__student").defer("kept")
    counts: Counter[str] = Counter()
    students: list[StudentMoved] = []
    for move in rows:
        counts["drafts" if move.had_draft else "not_started"] += 1
        counts["relocated"] += move.relocated
        counts["lost"] += len(move.lost)
        # What somebody cited stands in her work too, which is read without her name.
        if move.lost and not upgrade.assignment.names_hidden:
            students.append(
                StudentMoved(
                    submission=move.submission_id,
                    student=move.submission.student_id,
                    name=move.submission.student.get_full_name(),
                    losses=tuple(loss(move.from_edition_id, one, one["block"], one["quote"]) for one in move.lost),
                    lost=tuple(move.lost),
                )
            )
    stayed = Submission.objects.listed().filter(assignment=upgrade.assignment_id)
    stayed = stayed.exclude(pk__in=moves.values("submission")).exclude(edition=upgrade.to_edition_id)
    return Outcome(
        upgrade=upgrade,
        decided=decided(upgrade, zone),
        not_started=counts["not_started"],
        drafts=counts["drafts"],
        relocated=counts["relocated"],
        stayed=stayed.count(),
        lost=counts["lost"],
        students=tuple(sorted(students, key=lambda row: name_key(row.name, row.student))),
    )


def loss(edition_id: str, item: Mapping[str, Any], block: str, quote: str, note: str = "") -> Loss:
    document = readings.document(edition_id)
    numbers = {question["id"]: number for number, question in enumerate(document.questions, 1)}
    number = numbers.get(item["question"])
    return Loss(
        question=_("Question %(number)d") % {"number": number} if number else "",
        quote=quote,
        place=place(document, block),
        note=note,
    )
