"""A class is brought to another edition of what it reads; a student says that she saw what changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from accounts.models import User
from assignments import answers, grading, readings, upgrades
from assignments.actions import noticing
from assignments.actions.archived import refuse_archived
from assignments.actions.roster import hold_assignment
from assignments.actions.turn import Turn, stamp
from assignments.errors import EditionMismatch
from assignments.lifecycle import NOT_OPEN_YET, Refused
from assignments.models import Assignment, Draft, EditionMove, EditionUpgrade, Event, Notice, ParkedCopy, Submission
from assignments.moving import Moved
from assignments.querysets import UPGRADE, UPGRADE_READ
from assignments.timing import Window
from assignments.upgrades import Kind
from assignments.words import problem
from destalin_site.common import clock
from destalin_site.common.errors import DomainError, Forbidden, ValidationFailed, VersionStale
from destalin_site.common.ids import uuid7
from destalin_site.common.request import request_id

CHUNK: Final = 50  # pieces of work in memory at a time: a draft may be a megabyte long
_MOVES: Final = {
    EditionUpgrade.Scope.NOT_STARTED: frozenset({Kind.NOT_STARTED}),
    EditionUpgrade.Scope.ALL: frozenset({Kind.NOT_STARTED, Kind.DRAFT}),
}


@transaction.atomic
def upgrade_edition(
    assignment: Assignment, *, from_edition: str, to_edition: str, scope: str, by: User
) -> EditionUpgrade:
    """Decides about another edition: that the class keeps its own, that whoever has not started gets the other one, or
    that drafts come along too, with their citations at the places of their words. What was handed in stays with the
    edition that it was written for. `from_edition` is what the one who decides was shown. The way back is the same."""
    assignment = hold_assignment(assignment)
    if from_edition != assignment.edition_id:
        raise EditionMismatch(expected_edition=assignment.edition_id, got_edition=from_edition, upgrade=None)
    scope = EditionUpgrade.Scope(scope)
    if to_edition not in {edition.pk for edition in upgrades.targets(assignment, by)}:
        raise ValidationFailed(errors=[problem("/to_edition", "no-target")])
    upgrade = EditionUpgrade(
        assignment=assignment,
        from_edition_id=from_edition,
        to_edition_id=to_edition,
        scope=scope,
        by=by,
        at=clock.now(),
    )
    if scope == EditionUpgrade.Scope.KEEP:
        upgrade.save()
        return upgrade
    assignment.upgraded_at = upgrade.at
    _check(assignment, to_edition)
    upgrade.save()
    assignment.edition_id = to_edition
    assignment.version += 1
    assignment.save(update_fields=["edition", "upgraded_at", "version"])
    _move_all(upgrade, assignment, by=by)
    return upgrade


def _check(assignment: Assignment, to_edition: str) -> None:
    """There is still something to answer, where there was; and not more points than the assignment gives in all."""
    there = assignment.in_edition(to_edition)
    if readings.questions(assignment) and not readings.questions(there):
        raise ValidationFailed(errors=[problem("/to_edition", "no-question-left")])
    criteria = readings.criteria(readings.rubric(there), there)
    if assignment.points is not None:
        possible = grading.possible_points(readings.points(there, criteria), None)
        if assignment.points < possible:
            raise ValidationFailed(errors=[problem("/to_edition", "more-points")])


def _move_all(upgrade: EditionUpgrade, assignment: Assignment, *, by: User) -> None:
    rows = Submission.objects.filter(assignment=assignment).exclude(edition=upgrade.to_edition_id)
    last: UUID | None = None
    while True:
        chunk = rows.filter(pk__gt=last) if last else rows
        # Locked first and read after that: what is joined may be older than the lock.
        locked = list(chunk.locked().values_list("pk", flat=True)[:CHUNK])
        if not locked:
            return
        last = locked[-1]
        _move(upgrade, assignment, list(upgrades.works(assignment).filter(pk__in=locked).order_by("pk")), by=by)


def _move(upgrade: EditionUpgrade, assignment: Assignment, rows: Sequence[Submission], *, by: User) -> None:
    """These pieces of work, in the same few statements for one and for many."""
    wanted = _MOVES[EditionUpgrade.Scope(upgrade.scope)]
    coming = [row for row in rows if upgrades.kind_of(row) in wanted]
    if not coming:
        return
    kept = upgrades.kept(coming)
    events: list[Event] = []
    drafts: list[Draft] = []
    moves: list[EditionMove] = []
    told: list[noticing.Happened] = []
    for row in coming:
        row.assignment = assignment
        move = EditionMove(id=uuid7(), upgrade=upgrade, submission=row, from_edition_id=row.edition_id, had_draft=False)
        draft = upgrades.draft_of(row)
        if draft is not None:
            moved = upgrades.moved(draft.body, assignment, kept.get(row.pk), marks=_marks(row, move))
            _tell(move, moved)
            drafts += _rewritten(draft, moved.body)
        moves.append(move)
        # Nobody has read yet what has not opened.
        unseen = row.window_at(upgrade.at) is not Window.BEFORE
        standing = row.standing.as_json()
        row.version += 1
        events.append(
            Event(
                submission=row,
                seq=row.version,
                name=UPGRADE,
                actor=by,
                at=upgrade.at,
                before=standing,
                after=standing,
                request_id=request_id.get(),
                facts={
                    "upgrade": str(upgrade.pk),
                    "from": row.edition_id,
                    "to": upgrade.to_edition_id,
                    "citations": move.citations,
                    "relocated": move.relocated,
                    "lost": move.lost,
                    "unseen": unseen,
                },
            )
        )
        if unseen:
            row.upgrade_unseen = True
            told.append(noticing.Happened(Notice.Kind.UPGRADED, row, f"e{row.version}", upgrade.at))
        row.edition_id, row.changed_at = upgrade.to_edition_id, upgrade.at
    if drafts:
        Draft.objects.bulk_update(drafts, ["rev", "body_json", "body_sha256"])
    Submission.objects.bulk_update(coming, ["edition", "upgrade_unseen", "version", "changed_at"])
    EditionMove.objects.bulk_create(moves)
    Event.objects.bulk_create(events)
    noticing.tell(told, by=by)


def _marks(row: Submission, move: EditionMove) -> dict[str, str]:
    return {"edition": row.edition_id, "move": str(move.pk)}


def _tell(move: EditionMove, told: Moved) -> None:
    """What became of a draft. Of the citations without a place only words of the reading are said: the note and the
    answer are the student's own until she hands them in."""
    move.had_draft = True
    move.citations, move.relocated = told.citations, told.relocated
    move.lost = [upgrades.words_of(item) for item in told.lost]
    move.kept = told.kept.to_json()


def _rewritten(draft: Draft, body: answers.Body) -> list[Draft]:
    """The draft with this body, where it is another: then whoever has the old one open must not save over it."""
    raw = answers.canonical(body).decode()
    if raw == draft.body_json:
        return []
    draft.body_json, draft.body_sha256, draft.rev = raw, answers.body_sha256(body), draft.rev + 1
    return [draft]


@transaction.atomic
def read_upgrade(submission: Submission, *, edition: str, by: User) -> Submission:
    """The student says that she saw what changed on the way to `edition`, which is the one she reads. Once more changes
    nothing. In an archived class nothing is written: there she reads it unsaid."""
    if by.pk != submission.student_id:
        raise Forbidden()
    turn = Turn.of(submission, by=by)
    if turn.submission.window_at(turn.now) is Window.BEFORE:  # what she is to read is told to nobody yet
        raise turn.refusal(Refused(NOT_OPEN_YET))
    if edition != turn.submission.edition_id:
        raise mismatch(turn.submission, edition)
    if turn.submission.upgrade_unseen:
        refuse_archived(turn.submission.assignment.classroom)
        turn.submission.edition_moves.filter(seen_at=None).update(seen_at=turn.now)
        turn.note(UPGRADE_READ, to=edition)
        turn.set(upgrade_unseen=False)
        turn.write()
    return turn.submission


# ------------------------------------------------------------------------------------- for texts of another edition


def mismatch(submission: Submission, edition: str) -> EditionMismatch:
    """A text for another edition than the one that its student reads, with what brought her to that, if she does not
    know of it yet."""
    return EditionMismatch(
        expected_edition=submission.edition_id,
        got_edition=edition,
        upgrade=told(submission) if submission.upgrade_unseen else None,
    )


def stale(submission: Submission, if_rev: int) -> DomainError:
    """Of a text that does not hold in the edition to which she was brought unseen: her draft went on, or where it did
    not have to, the text is for the edition that she knows."""
    rev = Draft.objects.filter(submission=submission).values_list("rev", flat=True).first() or 0
    if rev != if_rev:
        return VersionStale(current_etag=f'"d{rev}"')
    came = told(submission)
    return mismatch(submission, came["from_edition"] if came else "")


def told(submission: Submission) -> dict[str, Any] | None:
    """From which edition to which she was brought, and when, as a refusal tells it; None when she knows."""
    moves = submission.edition_moves.filter(seen_at=None).select_related("upgrade").order_by("id")
    first: EditionMove | None = moves.first()
    if first is None:
        return None
    at: dt.datetime = first.upgrade.at
    return {"from_edition": first.from_edition_id, "to_edition": submission.edition_id, "at": stamp(at)}


def brought(turn: Turn, parked: ParkedCopy) -> Moved | None:
    """A text that was set aside, brought to the edition that its student reads now. None where it holds as it is, and
    where neither her class was ever brought to another nor the text comes from another class."""
    assignment, body = turn.submission.assignment, parked.body
    foreign = assignment.upgraded_at is not None or parked.reason == ParkedCopy.FROM_ANOTHER_CLASS
    if not foreign or not readings.faults(body, assignment):
        return None
    return upgrades.moved(body, assignment)


def is_whole(told: Moved | None) -> bool:
    """Whether nothing stayed behind on the way."""
    return told is None or not (told.lost or told.aside)


def follow(turn: Turn) -> None:
    """The student reads the edition of her hand-in from now on: she had nothing in any other."""
    to = turn.submission.assignment.edition_id
    if to != turn.submission.edition_id:
        turn.note(UPGRADE, **{"from": turn.submission.edition_id, "to": to})
        turn.set(edition_id=to)
