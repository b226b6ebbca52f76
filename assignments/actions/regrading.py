"""Marks are brought to the newest edition of their rubric, and back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from assignments import readings, regrades
from assignments.actions import draft_points, lateness
from assignments.actions.holding import hold
from assignments.actions.roster import hold_assignment
from assignments.actions.showing import changed, put_aside, told
from assignments.actions.turn import Turn
from assignments.errors import ClaimHeld, StateConflict
from assignments.lifecycle import Claim
from assignments.models import Assignment, Grade, Regrade, RubricEdition, Submission
from assignments.querysets import DRAFT_REGRADED, REGRADED
from assignments.regrades import Effect, Row
from assignments.words import problem
from destalin_site.common import clock
from destalin_site.common.errors import DomainError, ValidationFailed, VersionStale
from destalin_site.common.ids import uuid7

# What a grade is made of; who gave it, and when it was returned, stays with it.
MARKS: Final = ("marks", "criteria", "override", "entered_score", "out_of")
_SAME: Final = ("attempt_id", "feedback", "saved_at", "saved_by_id", "returned_at", "returned_by_id")


@transaction.atomic
def regrade(
    assignment: Assignment,
    *,
    digest: str,
    scope: str,
    by: User,
    submissions: Sequence[UUID] = (),
    reason: str = "",
) -> Regrade:
    """Decides about marks on earlier editions: that they stay, that drafts come to the newest, or that what these
    students were returned does too. What is done is what `digest` says was shown. `reason` is read by those whose
    returned marks change. A grade that a colleague is reading, or that changed meanwhile, stays and keeps no other
    back."""
    assignment = hold_assignment(assignment)
    shown = regrades.preview(assignment)
    if shown.rubric is None or digest != shown.digest:
        number = shown.rubric.number if shown.rubric else 0
        raise VersionStale(
            _("Marks or the rubric changed since this was shown. Nothing was done."), current_etag=f'"r{number}"'
        )
    scope, reason = Regrade.Scope(scope), reason.strip()
    chosen = _chosen(shown, scope, submissions)
    if not reason and any(row.effect is Effect.RETURNED for row in chosen):
        raise ValidationFailed(errors=[problem("/reason", "reason-missing")])
    made = Regrade(
        assignment=assignment,
        rubric=shown.rubric,
        scope=scope,
        preview=[row.as_json() for row in shown.rows],
        reason=reason,
        by=by,
        at=clock.now(),
    )
    # In the order in which everybody locks them.
    for row in sorted(chosen, key=lambda row: (row.submission, row.is_draft)):
        made.applied.append(_said(row, lambda row=row: _bring(row, made, assignment)))
    made.save(force_insert=True)
    return made


def _chosen(shown: regrades.Preview, scope: Regrade.Scope, submissions: Sequence[UUID]) -> list[Row]:
    if scope not in (Regrade.Scope.NONE, Regrade.Scope.DRAFTS, Regrade.Scope.CHOSEN):
        raise ValidationFailed(errors=[problem("/scope", "not-one-of")])
    if submissions and scope != Regrade.Scope.CHOSEN:
        raise ValidationFailed(errors=[problem("/submissions", "only-chosen")])
    possible = {row.submission: row for row in shown.returned if row.effect is not Effect.STUCK}
    wrong = [problem(f"/submissions/{n}", "nothing-to-bring") for n, pk in enumerate(submissions) if pk not in possible]
    if wrong:
        raise ValidationFailed(errors=wrong)
    if scope == Regrade.Scope.NONE:
        return []
    drafts = [row for row in shown.drafts if row.effect is not Effect.STUCK]
    return [*drafts, *(possible[pk] for pk in dict.fromkeys(submissions))]


def _said(row: Row | dict[str, Any], act: Any) -> dict[str, Any]:
    """What became of a grade, in a savepoint of its own."""
    asked = row.as_json() if isinstance(row, Row) else row
    kept = {name: asked[name] for name in ("submission", "grade", "effect", "old", "new")}
    try:
        with transaction.atomic():
            return {**kept, **act()}
    except DomainError as error:
        return {**kept, "error": error.code}


def _turn(submission: UUID, assignment: Assignment, by: User) -> Turn:
    turn = Turn.of(Submission.objects.select_related("assignment").get(pk=submission), by=by)
    if turn.submission.claim_seen_by(by.pk, turn.now) is Claim.OTHERS:
        raise ClaimHeld()
    return turn


def _bring(row: Row, made: Regrade, assignment: Assignment) -> dict[str, Any]:
    """One grade, under the lock of its submission: exactly as it was shown."""
    turn = _turn(row.submission, assignment, made.by)
    found = regrades.row_of(row.grade, assignment, made.rubric)
    if found is None or found[0].as_json() != row.as_json():
        raise StateConflict(state=turn.submission.state, allowed=[])
    _row, grade, would = found
    columns: dict[str, Any] = {
        "marks": would.marks,
        "criteria": would.criteria,
        "override": grade.override,
        "entered_score": would.entered,
        "out_of": would.out_of,
    }
    if row.effect is Effect.DRAFT:
        before = {**_columns(grade), "rubric": str(grade.rubric_id) if grade.rubric_id else None}
        _rewrite(turn, grade, columns, made.rubric, made)
        return {"version": grade.version, "before": before}
    if row.effect is Effect.RETURNED:
        new = _replace(turn, grade, columns, made.rubric, made)
    else:
        new = _beside(turn, grade, columns, made.rubric, made)
    return {"grade": str(new.pk), "was": str(grade.pk), "version": new.version}


def _columns(grade: Grade) -> dict[str, Any]:
    """The marks as JSON keeps them."""
    found = {name: getattr(grade, name) for name in MARKS}
    return {name: str(value) if isinstance(value, Decimal) else value for name, value in found.items()}


def _rewrite(turn: Turn, draft: Grade, columns: dict[str, Any], rubric: RubricEdition | None, made: Regrade) -> None:
    """A draft with these marks. Who has the old ones open must not save over them: the version is another one."""
    old = draft_points.score(draft)
    for name, value in columns.items():
        setattr(draft, name, value)
    draft.rubric, draft.version = rubric, turn.submission.grades.newest_version() + 1
    lateness.settle(draft, turn.submission)
    draft.save(update_fields=[*MARKS, "rubric", "version", "deducted", "final_score"])
    _note_draft(turn, draft, made, old)


def _note_draft(turn: Turn, draft: Grade, made: Regrade, old: str | None) -> None:
    turn.note(DRAFT_REGRADED, **_facts(draft, made), old=old, new=draft_points.score(draft))
    # Marks for words that do not count, since those were taken back, are not what could be returned.
    counts = draft.attempt_id == turn.submission.counted_id
    turn.set(grade_ready=counts and draft_points.ready(draft, readings.judged(turn.submission)))
    turn.write(quietly=True)


def _facts(grade: Grade, made: Regrade) -> dict[str, Any]:
    return {**told(grade), "regrade": str(made.pk), "rubric": grade.rubric.number if grade.rubric else 0}


def _copied(
    turn: Turn, grade: Grade, columns: dict[str, Any], rubric: RubricEdition | None, status: Grade.Status
) -> Grade:
    """Another grade with these marks and the words of this one."""
    names = _SAME if status == Grade.Status.RETURNED else _SAME[:-2]
    new = Grade(
        id=uuid7(),
        submission=turn.submission,
        status=status,
        version=turn.submission.grades.newest_version() + 1,
        rubric=rubric,
        stands=status == Grade.Status.RETURNED,
        **columns,
        **{name: getattr(grade, name) for name in names},
    )
    lateness.settle(new, turn.submission)
    new.save(force_insert=True)
    grade.comments.copy_to(new)
    return new


def _replace(turn: Turn, grade: Grade, columns: dict[str, Any], rubric: RubricEdition | None, made: Regrade) -> Grade:
    """Another grade in the student's sight in the place of this one, with the same words."""
    put_aside(grade)
    new = _copied(turn, grade, columns, rubric, Grade.Status.RETURNED)
    new.comments.keep()
    turn.note(REGRADED, reason=made.reason, **_facts(new, made), **changed(grade, new))
    turn.set(returned_grade=new)
    hold(turn, shown=new)
    turn.write()
    return new


def _beside(turn: Turn, grade: Grade, columns: dict[str, Any], rubric: RubricEdition | None, made: Regrade) -> Grade:
    """A draft of what the student goes on to see, to be marked on."""
    if turn.submission.grades.filter(status=Grade.Status.DRAFT).exists():
        raise StateConflict(state=turn.submission.state, allowed=[])
    draft = _copied(turn, grade, columns, rubric, Grade.Status.DRAFT)
    _note_draft(turn, draft, made, None)
    return draft


# --- And back ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def undo_regrade(regrade: Regrade, *, by: User, reason: str = "") -> Regrade:
    """Brings marks back to the edition that they came from, exactly as they were, where nobody touched them since; the
    others stay and are told. `reason` is read by those whose returned marks change."""
    assignment = hold_assignment(regrade.assignment)
    regrade = Regrade.objects.select_related("rubric").get(pk=regrade.pk)
    reason = reason.strip()
    rows = regrades.left_to_undo(regrade)
    if not rows:
        raise StateConflict(_("There is nothing to take back."), state="", allowed=[])
    if not reason and any(each["effect"] == Effect.RETURNED for each in rows):
        raise ValidationFailed(errors=[problem("/reason", "reason-missing")])
    made = Regrade(
        assignment=assignment,
        rubric=regrade.rubric,
        scope=Regrade.Scope.UNDO,
        undoes=regrade,
        reason=reason,
        by=by,
        at=clock.now(),
    )
    made.applied = list(_taken_back(rows, made, assignment))
    made.save(force_insert=True)
    return made


def _taken_back(rows: Iterable[dict[str, Any]], made: Regrade, assignment: Assignment) -> Iterable[dict[str, Any]]:
    for each in rows:
        asked = {**each, "old": each["new"], "new": each["old"]}
        told_of = _said(asked, lambda each=each: _take_back(each, made, assignment))
        yield {**told_of, "grade": each["grade"]}


def _take_back(each: dict[str, Any], made: Regrade, assignment: Assignment) -> dict[str, Any]:
    turn = _turn(UUID(each["submission"]), assignment, made.by)
    grade = turn.submission.grades.select_related("rubric").filter(pk=each["grade"]).first()
    is_draft = each["effect"] != Effect.RETURNED
    stands = grade is not None and (
        grade.status == Grade.Status.DRAFT and grade.version == each["version"]
        if is_draft
        else turn.submission.returned_grade_id == grade.pk
    )
    if grade is None or not stands:
        raise StateConflict(state=turn.submission.state, allowed=[])
    if each["effect"] == Effect.DRAFT:
        before = dict(each["before"])
        rubric = RubricEdition.objects.filter(pk=before.pop("rubric")).first()
        for name in ("override", "entered_score", "out_of"):
            before[name] = None if before[name] is None else Decimal(before[name])
        _rewrite(turn, grade, before, rubric, made)
        return {"new": draft_points.score(grade)}
    earlier = turn.submission.grades.select_related("rubric").get(pk=each["was"])
    if each["effect"] == Effect.TO_MARK:
        if grade.saved_at != earlier.saved_at:
            raise StateConflict(state=turn.submission.state, allowed=[])  # somebody commented on it
        put_aside(grade)
        turn.note(DRAFT_REGRADED, **_facts(grade, made), old=draft_points.score(grade), new=None)
        turn.set(grade_ready=False)
        turn.write(quietly=True)
        return {}
    columns = {name: getattr(earlier, name) for name in MARKS}
    # The comments of then: what was returned keeps its words, so that these are the same still.
    put_aside(grade)
    new = _copied(turn, earlier, columns, earlier.rubric, Grade.Status.RETURNED)
    new.comments.keep()
    turn.note(REGRADED, reason=made.reason, **_facts(new, made), **changed(grade, new))
    turn.set(returned_grade=new)
    hold(turn, shown=new)
    turn.write()
    return {"made": str(new.pk), "new": draft_points.score(new)}
