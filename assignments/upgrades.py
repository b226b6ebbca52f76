"""Another edition of what a class reads: which there are, what it would change, what became of each piece of work, and
what a student is told. Nothing here writes."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assignments import answers, moving, readings
from assignments.exports.written import place
from assignments.lifecycle import State
from assignments.models import Assignment, Draft, EditionMove, EditionUpgrade, Grade, Submission
from assignments.moving import Kept, Moved
from assignments.querysets import SubmissionQuerySet
from assignments.signs import name_key
from assignments.timing import Window
from destalin_site.common import moments
from lessons.change_words import Group, groups_of
from lessons.changes import changes
from lessons.document import QuestionData
from lessons.models import Edition

if TYPE_CHECKING:
    from accounts.models import User

DRAFTS: Final = 50  # in memory at a time


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


# --- Beforehand -------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Counts:
    """What an upgrade would touch, of the work on one edition."""

    not_started: int = 0
    drafts: int = 0
    citations: int = 0  # in those drafts
    touched: int = 0  # of them, the ones that do not stand where they stood
    lost: int = 0  # of those, the ones for whose words no place can be told
    aside: int = 0  # drafts that answer what is asked no more
    handed_in: int = 0
    marked: int = 0

    @property
    def relocated(self) -> int:
        return self.touched - self.lost


@dataclass(frozen=True, slots=True)
class Origin:
    """The work on one edition, and what its readers would see differently."""

    edition: Edition
    words: str
    counts: Counts
    groups: tuple[Group, ...]
    gone: tuple[str, ...]  # questions of the assignment that are asked no more
    new: tuple[str, ...]
    is_given: bool  # the one that whoever comes new gets now


@dataclass(frozen=True, slots=True)
class Preview:
    now: Edition
    now_words: str
    to: Edition | None
    to_words: str
    choices: tuple[tuple[Edition, str], ...]
    origins: tuple[Origin, ...]
    last: str  # what was decided last, in words

    def total(self, name: str) -> int:
        return sum(getattr(origin.counts, name) for origin in self.origins)

    @property
    def not_started(self) -> int:
        return self.total("not_started")

    @property
    def drafts(self) -> int:
        return self.total("drafts")

    @property
    def stay(self) -> int:
        return self.total("handed_in") + self.total("marked")


def preview(assignment: Assignment, user: User, *, to: str = "") -> Preview:
    """What bringing the class to the edition `to` would do; without one, to the newest other one. The number of queries
    is the same for every class."""
    zone = assignment.classroom.zone
    known = targets(assignment, user)
    used = _used(assignment)
    others = [edition for edition in known if edition.pk != assignment.edition_id or used - {edition.pk}]
    target = next((edition for edition in others if edition.pk == to), None)
    if target is None and not to:
        target = others[0] if others and others[0].number >= assignment.edition.number else None
    origins: list[Origin] = []
    if target is not None:
        by_pk = {edition.pk: edition for edition in known}
        counted = _counted(assignment, target)
        counted.setdefault(assignment.edition_id, Counts())
        # The edition that the class has comes first, then the others, newest first.
        for edition in sorted(by_pk.values(), key=lambda one: (one.pk != assignment.edition_id, -one.number)):
            if edition.pk in counted and edition.pk != target.pk:
                origins.append(_origin(assignment, edition, target, counted[edition.pk], zone))
    return Preview(
        now=assignment.edition,
        now_words=edition_words(assignment.edition, zone),
        to=target,
        to_words=edition_words(target, zone) if target else "",
        choices=tuple((edition, edition_words(edition, zone)) for edition in others),
        origins=tuple(origins),
        last=_last(assignment, zone),
    )


def _used(assignment: Assignment) -> set[str]:
    """The editions that somebody reads. No query where there was no upgrade."""
    if assignment.upgraded_at is None:
        return {assignment.edition_id}
    return set(Submission.objects.listed().filter(assignment=assignment).values_list("edition", flat=True).distinct())


def _counted(assignment: Assignment, target: Edition) -> dict[str, Counts]:
    """By edition: the work that is not on the target."""
    there = assignment.in_edition(target.pk)
    rows = works(assignment).exclude(edition=target.pk).exclude(state=State.VOID.value)
    out: dict[UUID, Kept] = {}
    if assignment.upgraded_at is not None:
        mine = EditionMove.objects.filter(submission__assignment=assignment, had_draft=True).order_by("id")
        out = {pk: Kept.from_json(stored) for pk, stored in mine.values_list("submission", "kept")}
    found: dict[str, Counts] = {}
    for row in rows.order_by("pk").iterator(chunk_size=DRAFTS):
        counts, kind = found.setdefault(row.edition_id, Counts()), kind_of(row)
        if kind is Kind.HANDED_IN:
            counts.handed_in += 1
        elif kind is Kind.MARKED:
            counts.marked += 1
        elif kind is Kind.NOT_STARTED:
            counts.not_started += 1
        else:
            counts.drafts += 1
            draft = draft_of(row)
            if draft is not None:
                would = moved(draft.body, there, out.get(row.pk))
                counts.citations += would.citations
                counts.touched += would.touched
                counts.lost += len(would.lost)
                counts.aside += bool(would.aside)
    return found


def _origin(assignment: Assignment, edition: Edition, target: Edition, counts: Counts, zone: str) -> Origin:
    before, after = assignment.in_edition(edition.pk), assignment.in_edition(target.pk)
    return Origin(
        edition=edition,
        words=edition_words(edition, zone),
        counts=counts,
        groups=difference(edition.pk, target.pk),
        gone=tuple(_asked_only(before, after)),
        new=tuple(_asked_only(after, before)),
        is_given=edition.pk == assignment.edition_id,
    )


def difference(old: str, new: str) -> tuple[Group, ...]:
    return tuple(groups_of(changes(readings.document(old).data, readings.document(new).data)))


def _asked_only(here: Assignment, there: Assignment) -> Iterator[str]:
    """The questions that are asked in one edition and not in the other, with their numbers."""
    asked, others = readings.questions(here), readings.questions(there)
    for number, question in enumerate(readings.document(here.edition_id).questions, 1):
        if question["id"] in asked and question["id"] not in others:
            yield _question(number, question)


def _question(number: int, question: QuestionData) -> str:
    return _("Question %(number)d: %(prompt)s") % {"number": number, "prompt": question["prompt"]}


def _last(assignment: Assignment, zone: str) -> str:
    rows = EditionUpgrade.objects.filter(assignment=assignment).select_related("by", "to_edition", "from_edition")
    upgrade = rows.order_by("-at", "-id").first()
    return decided(upgrade, zone) if upgrade else ""


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


# --- Afterwards -------------------------------------------------------------------------------------------------------


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
                    losses=tuple(_loss(move.from_edition_id, one, one["block"], one["quote"]) for one in move.lost),
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


def _loss(edition_id: str, item: Mapping[str, Any], block: str, quote: str, note: str = "") -> Loss:
    document = readings.document(edition_id)
    numbers = {question["id"]: number for number, question in enumerate(document.questions, 1)}
    number = numbers.get(item["question"])
    return Loss(
        question=_("Question %(number)d") % {"number": number} if number else "",
        quote=quote,
        place=place(document, block),
        note=note,
    )


# --- For the student --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Aside:
    """An answer, or a choice, that her edition does not ask for: her words stay readable."""

    question: str
    texts: tuple[str, ...]
    chosen: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """What changed in what a student reads since she last said that she saw it."""

    from_edition: Edition
    to_edition: Edition
    words: str
    groups: tuple[Group, ...]
    losses: tuple[Loss, ...]
    asides: tuple[Aside, ...]
    relocated: int
    unseen: bool
    at: dt.datetime
    kept: Kept

    @property
    def relocated_words(self) -> str:
        if not self.relocated:
            return ""
        return ngettext(
            "%(n)d citation of yours was moved to where its words stand now.",
            "%(n)d citations of yours were moved to where their words stand now.",
            self.relocated,
        ) % {"n": self.relocated}


def notice(submission: Submission, *, now: dt.datetime) -> Notice | None:
    """What this student is told: of all that she has not seen, else of what she saw last. None where her reading was
    never brought to another edition, and before it opens. Four queries at most."""
    if submission.window_at(now) is Window.BEFORE:
        return None
    rows = EditionMove.objects.filter(submission=submission).select_related("upgrade", "from_edition")
    moves = list(rows.order_by("id"))
    if not moves:
        return None
    unseen = [move for move in moves if move.seen_at is None]
    told = unseen or [move for move in moves if move.seen_at == moves[-1].seen_at]
    to_edition = Edition.objects.get(pk=submission.edition_id)
    first, last = told[0], told[-1]
    zone = submission.assignment.classroom.zone
    left = _left([move for move in moves if move.had_draft], {str(move.pk) for move in told})
    at = last.upgrade.at
    return Notice(
        from_edition=first.from_edition,
        to_edition=to_edition,
        words=_("This reading was brought to edition %(number)d on %(moment)s.")
        % {"number": to_edition.number, "moment": moments.moment(at, zone)},
        groups=difference(first.from_edition_id, to_edition.pk),
        losses=tuple(_own_loss(item) for item in left.citations),
        asides=tuple(_asides(left)),
        relocated=sum(move.relocated for move in told),
        unseen=bool(unseen) and submission.upgrade_unseen,
        at=at,
        kept=left,
    )


def _left(moves: Iterable[EditionMove], told: Collection[str]) -> Kept:
    """What these moves took out of her draft and none put back."""
    newest = [*moves][-1:]
    if not newest:
        return moving.NOTHING
    out = Kept.from_json(newest[0].kept)
    return Kept(
        *(tuple(item for item in items if item["move"] in told) for items in (out.citations, out.answers, out.choices))
    )


def _own_loss(item: Mapping[str, Any]) -> Loss:
    citation = item["citation"]
    anchor = citation["anchor"]
    return _loss(item["edition"], item, anchor["block"], anchor["quote"], citation.get("note", ""))


def _asides(left: Kept) -> Iterator[Aside]:
    for item in left.answers:
        answer = item["answer"]
        texts = tuple(block["text"] for block in answer["blocks"] if block["text"].strip())
        yield _aside(item["edition"], answer["question"], texts, answer.get("choice", []))
    for item in left.choices:
        yield _aside(item["edition"], item["question"], (), item["options"])


def _aside(edition_id: str, question_id: str, texts: tuple[str, ...], options: Collection[str]) -> Aside:
    questions = readings.document(edition_id).questions
    number, question = next((n, one) for n, one in enumerate(questions, 1) if one["id"] == question_id)
    chosen = tuple(option["text"] for option in question["options"] if option["id"] in options)
    return Aside(_question(number, question), texts, chosen)
