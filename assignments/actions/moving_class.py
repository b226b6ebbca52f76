"""A student is moved to another class, and back: one act on the roster, with the texts that come along."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from accounts.actions import hold_classes, move_member
from accounts.models import Classroom, Membership, User
from assignments import answers, class_moves, names, upgrades
from assignments.class_moves import FROM_ANOTHER_CLASS, Copied, Text
from assignments.errors import WorkedOnSince
from assignments.lifecycle import Act, Allowed, Facts, State, Who, advance, decide
from assignments.models import Assignment, ClassMove, Draft, Event, ParkedCopy, Submission
from assignments.moving import is_blank
from assignments.querysets import BROUGHT
from assignments.words import problem
from destalin_site.common import clock
from destalin_site.common.errors import ValidationFailed
from destalin_site.common.request import request_id

Pair = tuple[UUID, UUID]

_DRAFT: Final = ("rev", "body_json", "body_sha256", "saved_at")
_PARKED: Final = ("kind", "reason", "edition_named", "received_at", "by", "resolution", "resolved_at", "resolved_by")


@transaction.atomic
def move_student(membership: Membership, *, to: Classroom, copies: Sequence[Pair], by: User) -> ClassMove:
    """Moves a student to another class: what she has is removed there and kept, and she is given what the other class
    has. `copies` are pairs of assignments, hers and one of the other class that reads and asks the same: her newest
    text comes along, to be her draft where there is none, else beside what is there, as also where staff would
    read it who could not before. Sent twice it is one move."""
    hold_classes(membership.classroom, to)
    made = _made(membership, to)
    return made or _moved(membership, to, copies, by=by)


@transaction.atomic
def undo_move(move: ClassMove, *, by: User) -> ClassMove:
    """Moves her back, so that everything is as it was. Raises WorkedOnSince where there is work of since then in the
    class that she came to: moving her back is another move then. Twice is once."""
    hold_classes(move.from_classroom, move.to_classroom)
    made = ClassMove.objects.filter(undoes=move).first()
    if made is not None:
        return made
    there = Membership.objects.select_related("classroom", "user").get(classroom=move.to_classroom, user=move.student)
    if titles := class_moves.done_since(move):
        raise WorkedOnSince(titles=titles)
    return _moved(there, move.from_classroom, (), by=by, undoes=move)


def _made(membership: Membership, to: Classroom) -> ClassMove | None:
    """Her newest move, where it was this one and she is where it led her."""
    newest = ClassMove.objects.filter(student=membership.user_id).order_by("-id").first()
    if newest is None or (newest.from_classroom_id, newest.to_classroom_id) != (membership.classroom_id, to.pk):
        return None
    places = Membership.objects.current().filter(
        user=membership.user_id, classroom__in=[membership.classroom_id, to.pk]
    )
    return newest if list(places.values_list("classroom", flat=True)) == [to.pk] else None


def _moved(
    membership: Membership, to: Classroom, copies: Sequence[Pair], *, by: User, undoes: ClassMove | None = None
) -> ClassMove:
    left = membership.classroom
    there = move_member(membership, to=to, by=by)
    move = ClassMove(
        student=there.user, from_classroom=left, to_classroom=to, by=by, at=clock.now(), undoes=undoes, copies=[]
    )
    if copies:
        move.copies = [one.as_json() for one in _bring(move, copies)]
    move.save()
    return move


# --- The texts --------------------------------------------------------------------------------------------------------


def _bring(move: ClassMove, copies: Sequence[Pair]) -> list[Copied]:
    """In the same few statements for one text and for many: all this work is held since she was moved."""
    works = {row.assignment_id: row for row in class_moves.works_in(move.from_classroom, move.student)}
    there = {row.assignment_id: row for row in class_moves.works_in(move.to_classroom, move.student)}
    given = [row.assignment for row in there.values() if row.state != State.VOID]
    wanted = [works[pk] for pk, _to in dict(copies).items() if pk in works]
    found = class_moves.counterparts(wanted, given, there)
    _check(copies, found)
    texts = class_moves.texts_of(wanted)
    drafts = Draft.objects.filter(submission__in=[there[pk] for _from, pk in copies]).in_bulk()
    bringing = _Bringing(move, drafts)
    done = [bringing.bring(works[one], texts.get(one), there[other]) for one, other in dict.fromkeys(copies)]
    bringing.write()
    return done


def _check(copies: Sequence[Pair], found: dict[UUID, list[Assignment]]) -> None:
    faults = [
        problem(f"/copies/{place}", "no-counterpart")
        for place, (one, other) in enumerate(copies)
        if other not in {row.pk for row in found.get(one, [])}
    ]
    if faults:
        raise ValidationFailed(errors=faults)


class _Bringing:
    """What is to be written, gathered."""

    def __init__(self, move: ClassMove, drafts: dict[UUID, Draft]) -> None:
        self.move = move
        self.now: dt.datetime = move.at
        self.drafts = drafts
        self.begun: list[Draft] = []
        self.changed: list[Draft] = []
        self.aside: dict[tuple[UUID, str], tuple[Submission, Text]] = {}
        self.rows: dict[UUID, Submission] = {}
        self.events: list[Event] = []

    def bring(self, work: Submission, text: Text | None, row: Submission) -> Copied:
        one, other = str(work.assignment_id), str(row.assignment_id)
        if text is None:
            return Copied(one, other, "nothing")
        would = upgrades.moved(text.body, row.given)
        raw = answers.canonical(would.body).decode()
        digest = answers.body_sha256(would.body)
        draft = self.drafts.get(row.pk)
        whole = not (would.lost or would.aside)
        told: dict[str, Any] = {
            "edition": text.edition,
            "citations": would.citations,
            "relocated": would.relocated,
            "lost": tuple(upgrades.words_of(item) for item in would.lost),
            "aside": would.aside,
        }
        if draft is not None and draft.body_sha256 == digest:
            how = "same"
        elif (
            class_moves.has_room(row.state, draft)
            and not class_moves.would_be_read(work.assignment, row.assignment)
            and not is_blank(would.body)
        ):
            how = "draft"
            self._put(row, draft, raw, digest)
        else:
            how = "beside"
        if how == "beside" or not whole:
            self.aside[row.pk, text.body_sha256] = (row, text)
        self._note(row, how)
        return Copied(one, other, how, **told)

    def _put(self, row: Submission, draft: Draft | None, raw: str, digest: str) -> None:
        columns = {"body_json": raw, "body_sha256": digest, "saved_at": self.now}
        if draft is None:
            self.drafts[row.pk] = draft = Draft(submission=row, rev=1, **columns)
            self.begun.append(draft)
            return
        draft.rev, draft.body_json, draft.body_sha256, draft.saved_at = draft.rev + 1, raw, digest, self.now
        self.changed.append(draft)

    def _note(self, row: Submission, how: str) -> None:
        """One event, of the transition too where there is one."""
        before, number = row.standing, ""
        if how == "draft" and row.state == State.ASSIGNED:
            decision = decide(Act.SAVE, Facts(standing=before), actor=Who.SYSTEM)
            assert isinstance(decision, Allowed)
            number, row.standing = decision.transition.number, advance(before, decision.transition)
        row.version += 1
        row.changed_at = self.now
        self.rows[row.pk] = row
        self.events.append(
            Event(
                submission=row,
                seq=row.version,
                name=BROUGHT,
                transition=number,
                actor=self.move.by,
                at=self.now,
                before=before.as_json(),
                after=row.standing.as_json(),
                request_id=request_id.get(),
                facts={"move": str(self.move.pk), "how": how},
            )
        )

    def write(self) -> None:
        Draft.objects.bulk_create(self.begun)
        Draft.objects.bulk_update(self.changed, _DRAFT)
        self._park()
        Submission.objects.bulk_update(self.rows.values(), ["state", "version", "changed_at"])
        Event.objects.bulk_create(self.events)

    def _park(self) -> None:
        """Each text once: one that waits there already goes on waiting, and one that was settled waits again."""
        if not self.aside:
            return
        present = ParkedCopy.objects.filter(submission__in={pk for pk, _sha in self.aside}, attempt=None)
        known = {(copy.submission_id, copy.body_sha256): copy for copy in present}
        again = [known[key] for key in self.aside if key in known and not known[key].waiting]
        for copy in again:
            self._say(copy, self.aside[copy.submission_id, copy.body_sha256][1])
        ParkedCopy.objects.bulk_update(again, _PARKED)
        ParkedCopy.objects.bulk_create(self._new(key for key in self.aside if key not in known))

    def _new(self, keys: Iterable[tuple[UUID, str]]) -> list[ParkedCopy]:
        made = []
        for key in keys:
            row, text = self.aside[key]
            copy = ParkedCopy(
                id=names.new_id(row.assignment), submission=row, body_json=text.body_json, body_sha256=text.body_sha256
            )
            self._say(copy, text)
            made.append(copy)
        return made

    def _say(self, copy: ParkedCopy, text: Text) -> None:
        said = {
            "kind": ParkedCopy.Kind.SAVE,
            "reason": FROM_ANOTHER_CLASS,
            "edition_named": text.edition,
            "received_at": self.now,
            "by": self.move.by,
            "resolution": ParkedCopy.Resolution.WAITING,
            "resolved_at": None,
            "resolved_by": None,
        }
        for name, value in said.items():
            setattr(copy, name, value)
