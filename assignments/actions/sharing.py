"""One comment for many: a rehearsal, the act that is held to it, and the way back."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID, uuid5

import orjson
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Classroom, User
from assignments import readings, remarks
from assignments.actions import bank
from assignments.actions.archived import refuse_archived
from assignments.actions.commenting import add_comment, delete_comment
from assignments.actions.grading import claim, release
from assignments.errors import ClassArchived
from assignments.lifecycle import Claim, State
from assignments.models import Assignment, Comment, CommentTemplate, Grade, SharedComment, Submission
from assignments.words import problem, problems
from destalin_site.common import clock
from destalin_site.common.errors import DomainError, ValidationFailed, VersionStale
from destalin_site.common.ids import uuid7
from lessons.anchors import Anchor, relocate

MOST_AT_ONCE: Final = 500  # pieces of work


@dataclass(frozen=True, slots=True)
class Said:
    """What is said to many: of the whole hand-in, or of the answer to one question. `passage` stands in the edition of
    the assignment."""

    body: str
    question: str = ""
    passage: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class SharedRow:
    """What becomes of one piece of work: it gets the comment, or `code` and `words` say why not. `later`: it is
    returned already, so that the comment comes with the next return. `without_passage`: it was written for an edition
    in which the passage does not stand."""

    submission: UUID
    given: bool
    code: str = ""
    words: str = ""
    later: bool = False
    without_passage: bool = False

    def as_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__} | {"submission": str(self.submission)}


@dataclass(frozen=True, slots=True)
class Sharing:
    """Every row by id. `tag` names what was shown: the act is held to it."""

    rows: Sequence[SharedRow]
    tag: str
    shared: SharedComment | None = None

    @property
    def given(self) -> list[SharedRow]:
        return [row for row in self.rows if row.given]

    @property
    def refused(self) -> list[SharedRow]:
        return [row for row in self.rows if not row.given]


class PreviewStale(VersionStale):
    """What would be done is not what was shown any more. `now` is what would be done now."""

    def __init__(self, now: Sharing) -> None:
        super().__init__(
            _("Meanwhile something changed: look once more at who gets this comment. Nobody got it yet."),
            current_etag=now.tag,
        )
        self.now = now


@transaction.atomic
def rehearse_comment(assignment: Assignment, said: Said, *, submissions: Iterable[UUID], by: User) -> Sharing:
    """What `share_comment` would do now: it is done, and taken back, so that no rule is written twice."""
    _check(assignment, said)
    shared = _shared(assignment, said, uuid7(), by)
    done = _give(assignment, said, shared, submissions, by=by)
    transaction.set_rollback(True)
    return done


@transaction.atomic
def share_comment(
    assignment: Assignment,
    said: Said,
    *,
    submissions: Iterable[UUID],
    preview: str,
    key: UUID | None = None,
    template: CommentTemplate | None = None,
    by: User,
) -> Sharing:
    """Gives the comment to all who can get it, in one transaction, when that is exactly what the rehearsal with the tag
    `preview` has shown; raises PreviewStale otherwise, and nobody gets it. It becomes a part of draft marks: nothing is
    returned, and nobody holds the work afterwards who did not before. `key` is made by the client: the same one again
    changes nothing. `template`, of the bank of `by`, is what the words were taken from: each who gets it is a use."""
    submissions = list(submissions)
    # The same key twice at once would be two. Rows that only refer to her (events, notices) need not wait for it:
    # whoever writes them holds work that is wanted here.
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    if (known := SharedComment.objects.filter(pk=key).first() if key else None) is not None:
        same = (known.assignment_id, known.by_id) == (assignment.pk, by.pk) and _told(known) == said
        if not same or {row.submission for row in rows_of(known)} != set(submissions):
            raise ValidationFailed(errors=[problem("/id", "taken")])
        return Sharing(rows_of(known), preview, known)
    refuse_archived(assignment.classroom)
    _check(assignment, said)
    shared = _shared(assignment, said, key or uuid7(), by)
    done = _give(assignment, said, shared, submissions, by=by)
    if done.tag != preview:
        raise PreviewStale(done)
    if not done.given:
        raise ValidationFailed(errors=[problem("/submissions", "nobody-gets-it")])
    shared.rows = [row.as_json() for row in done.rows]
    shared.save(update_fields=["rows"])
    if template is not None:
        bank.count_use(template, len(done.given))
    audit.record("comment shared", by=by, about=assignment, given=len(done.given), refused=len(done.refused))
    return Sharing(done.rows, done.tag, shared)


def rows_of(shared: SharedComment) -> list[SharedRow]:
    """What became of each when it was given."""
    return [SharedRow(**{**row, "submission": UUID(row["submission"])}) for row in shared.rows]


def _told(shared: SharedComment) -> Said:
    return Said(shared.body, shared.question, shared.passage)


def _check(assignment: Assignment, said: Said) -> None:
    """What keeps these words from being said to anybody."""
    errors = problems(remarks.word_faults(said.body))
    if said.question and said.question not in readings.questions(assignment):
        errors.append(problem("/question", "unknown-question"))
    if said.passage and (code := readings.check_citation(assignment.edition_id, said.passage)):
        errors.append(problem("/passage", code))
    if errors:
        raise ValidationFailed(errors=errors)


def _shared(assignment: Assignment, said: Said, key: UUID, by: User) -> SharedComment:
    return SharedComment.objects.create(
        id=key,
        assignment=assignment,
        question=said.question,
        body=said.body,
        passage=said.passage,
        edition_id=assignment.edition_id,
        by=by,
        at=clock.now(),
    )


def _give(
    assignment: Assignment, said: Said, shared: SharedComment, submissions: Iterable[UUID], *, by: User
) -> Sharing:
    asked = sorted(set(submissions))
    # Locked first and read after that: what is handed in just now was not shown.
    Submission.objects.filter(pk__in=asked, assignment=assignment).lock()
    works = Submission.objects.gradable_by(by).listed().filter(assignment=assignment).select_related("counted")
    found = works.defer("counted__body_json").in_bulk(asked)
    rows, shown = [], []
    for pk in asked:
        work = found.get(pk)
        if work is not None:
            work.assignment = assignment
        row = _row(work, said, shared, by) if work is not None else _unknown(pk)
        rows.append(row)
        shown.append([*row.as_json().values(), str(work.counted_id) if work is not None else ""])
    about = [str(assignment.pk), str(by.pk), said.body, said.question, said.passage, shown]
    return Sharing(rows, hashlib.sha256(orjson.dumps(about)).hexdigest()[:32], shared)


def _refused(pk: UUID, error: DomainError) -> SharedRow:
    faults = error.extra.get("errors", [])
    words = " ".join(row["message"] for row in faults) or str(error.detail)
    return SharedRow(pk, given=False, code=faults[0]["code"] if faults else error.code, words=words)


def _unknown(pk: UUID) -> SharedRow:
    return SharedRow(pk, given=False, code="not-found", words=_("There is no such work on this assignment."))


def _row(work: Submission, said: Said, shared: SharedComment, by: User) -> SharedRow:
    here = _passage_in(work, said.passage)
    later = work.state_at(clock.now()) is State.RETURNED
    try:
        with transaction.atomic(), _Held(work, by):
            place = remarks.Place.whole(said.question)
            key = uuid5(shared.pk, str(work.pk))
            add_comment(work, place=place, body=said.body, passage=here, key=key, shared=shared, by=by)
    except DomainError as error:
        return _refused(work.pk, error)
    without = said.passage is not None and here is None
    return SharedRow(work.pk, given=True, later=later, without_passage=without)


def _passage_in(work: Submission, passage: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Where the passage stands in the edition that the work was written for; None where it does not."""
    if passage is None or work.counted is None:
        return None
    document = readings.document(work.counted.edition_id)
    anchor = relocate(document, Anchor(**passage["anchor"]))
    if anchor is None:
        return None
    source = document.source_of(anchor.block)
    return {"source": source["id"] if source else None, "anchor": anchor.to_json()}


class _Held:
    """Inside, `by` may mark the work; work that she was not grading is nobody's afterwards."""

    def __init__(self, work: Submission, by: User) -> None:
        self.work, self.by = work, by

    def __enter__(self) -> None:
        now = clock.now()
        self.held = self.work.claim_seen_by(self.by.pk, now) is Claim.MINE
        if self.work.state_at(now) is State.RETURNED:
            claim(self.work, by=self.by)

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if kind is None and not self.held:
            release(self.work, by=self.by)


# --- The way back -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TakenBack:
    """Whose comment is gone now, and whose stays, each with why."""

    gone: Sequence[UUID]
    stays: Sequence[SharedRow] = field(default_factory=tuple)


def take_back_comment(shared: SharedComment, *, by: User) -> TakenBack:
    """Takes the comment out of every draft in which nobody changed it since, one transaction a row. What was returned,
    changed, or set aside by another hand-in stays. Taken back once more, it changes nothing more. Once it is gone from
    somebody it is called taken back."""
    if Classroom.objects.filter(pk=shared.assignment.classroom_id, archived_at__isnull=False).exists():
        raise ClassArchived()
    gone, stays = [], []
    for row in rows_of(shared):
        if not row.given:
            continue
        stay = _take_out(shared, row.submission, by)
        if stay is None:
            gone.append(row.submission)
        else:
            stays.append(stay)
    if gone and shared.taken_back_at is None:
        shared.taken_back_at = clock.now()
        shared.save(update_fields=["taken_back_at"])
        audit.record("comment taken back", by=by, about=shared.assignment, gone=len(gone), stays=len(stays))
    return TakenBack(gone, stays)


def _take_out(shared: SharedComment, submission: UUID, by: User) -> SharedRow | None:
    copies = {copy.grade.status: copy for copy in _copies(shared, submission)}
    reach = Submission.objects.gradable_by(by).listed().select_related("assignment__classroom")
    draft = copies.get(Grade.Status.DRAFT)
    if Grade.Status.RETURNED in copies:
        return SharedRow(submission, given=False, code="returned", words=_("It was returned to the student."))
    if draft is None:
        if Grade.Status.SUPERSEDED not in copies:
            return None  # somebody has deleted it already
        words = _("Another hand-in came: it stays with the marks that were drafted before.")
        return SharedRow(submission, given=False, code="aside", words=words)
    if draft.version != 1:
        return SharedRow(submission, given=False, code="changed", words=_("Its words were changed since."))
    work = reach.filter(pk=submission).first()
    if work is None:
        words = _("This work cannot be reached any more: who left the class keeps it unseen.")
        return SharedRow(submission, given=False, code="not-found", words=words)
    try:
        with transaction.atomic(), _Held(work, by):
            delete_comment(work, key=draft.key, if_version=1, by=by)
    except DomainError as error:
        return _refused(submission, error)
    return None


def _copies(shared: SharedComment, submission: UUID) -> Iterable[Comment]:
    return Comment.objects.filter(shared=shared, grade__submission=submission).select_related("grade")
