"""Rows as the API shows them, by who asks. The one gate: nothing of a grade is here before it is returned."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from functools import reduce
from typing import Any, Final, NamedTuple
from uuid import UUID

import orjson
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from rest_framework.request import Request

from accounts.models import User
from assignments import answers, errata, missing, names, receipts, timing
from assignments.actions import Harsher, RowOutcome, SharedRow, rows_of
from assignments.boards import Deletion, LeftBehind, MissingWork
from assignments.counting import Returned
from assignments.facts import possible
from assignments.grade_log import Entry
from assignments.grading import Counted
from assignments.lifecycle import State
from assignments.marks_moving import Preview
from assignments.models import (
    Assignment,
    Attempt,
    Comment,
    CommentReply,
    CommentTemplate,
    DateOverride,
    Draft,
    Event,
    Extension,
    ExtensionRequest,
    Grade,
    ParkedCopy,
    Revision,
    RubricEdition,
    Scan,
    SharedComment,
    Submission,
)
from assignments.models.assignment import AssignmentState
from assignments.timing import Origin, Timing, Window
from assignments.wire import captured, counts_as, due, number, taken_off
from assignments.words import explain_timing
from destalin_site.common import moments
from destalin_site.common.api import clock_time
from destalin_site.common.pages import NotFound
from destalin_site.common.problems import as_data
from lessons.errata import Correction

EMPTY_DRAFT = {
    "rev": 0,
    "saved_at": None,
    "body_sha256": answers.body_sha256(answers.EMPTY),
    "body": answers.EMPTY,
}


class Given(NamedTuple):
    """An assignment as it leaves the database. The fields are the look-ups that fetch them, in order."""

    id: UUID
    created_at: dt.datetime
    classroom_id: UUID
    classroom__archived_at: dt.datetime | None
    edition_id: str
    edition__number: int
    title: str
    instructions: str
    questions: list[str] | None
    opens_at: dt.datetime | None
    due_at: dt.datetime | None
    due_date: dt.date | None
    due_time: dt.time | None
    due_zone: str
    closes_at: dt.datetime | None
    points: Decimal | None
    attempts_limit: int | None
    late_percent: int | None
    late_every_seconds: int
    late_floor_percent: int
    grace_seconds: int
    offline_grace_h: int
    withdrawals_limit: int
    reinstates_at_close: bool
    hands_in_at_close: bool
    drafts_visible: bool
    resubmission: bool
    replies_required: bool
    resubmit_until: dt.datetime | None
    counts: str
    missing_percent: int | None
    audience: str
    version: int
    upgraded_at: dt.datetime | None
    anonymous: bool
    revealed_at: dt.datetime | None
    deleted_at: dt.datetime | None

    @classmethod
    def of(cls, row: Assignment) -> Given:
        """From a row that was read with its class and edition."""
        values: list[Any] = [reduce(getattr, name.split("__"), row) for name in cls._fields]
        return cls._make(values)


def assignment(
    row: Given,
    *,
    staff: bool,
    now: dt.datetime,
    audience: list[UUID] | None = None,
    rubric: RubricEdition | None = None,
) -> dict[str, Any]:
    """A student sees of work that is not open yet its title and when it opens."""
    window = timing.window(row.opens_at, row.closes_at, row.due_at, at=now)
    state = AssignmentState.of(window, archived=row.classroom__archived_at is not None)
    shut = not staff and window is Window.BEFORE
    shown = {
        "id": row.id,
        "classroom": row.classroom_id,
        "title": row.title,
        "opens_at": row.opens_at,
        "drafts_visible": row.drafts_visible,
        "counts": row.counts,
        "anonymous": row.anonymous,
        "revealed_at": row.revealed_at,
        "state": state.value,
        "version": row.version,
        **(_SHUT if shut else _opened(row)),
    }
    if staff:
        shown["audience"] = audience
        shown["rubric"] = rubric and {"number": rubric.number, "title": rubric.title, "criteria": rubric.criteria}
    return shown


def _opened(row: Given) -> dict[str, Any]:
    """What a student sees only once it is open."""
    return {
        "edition": {"id": row.edition_id, "number": row.edition__number},
        "reading": row.edition_id,
        "instructions": row.instructions,
        "questions": row.questions,
        "due": due(row),
        "closes_at": row.closes_at,
        "points": number(row.points),
        "attempts": row.attempts_limit,
        "late_policy": None if row.late_percent is None else _late_policy(row),
        "grace_seconds": row.grace_seconds,
        "offline_grace_h": row.offline_grace_h,
        "withdrawals": row.withdrawals_limit,
        "reinstates_at_close": row.reinstates_at_close,
        "hands_in_at_close": row.hands_in_at_close,
        "resubmission": row.resubmission,
        "replies_required": row.replies_required,
        "resubmit_until": row.resubmit_until,
        "missing_percent": row.missing_percent,
    }


# What stands in the place of all that until it opens, of the same kinds where the contract has no null.
_SHUT: Final[dict[str, Any]] = {
    "edition": None,
    "reading": None,
    "instructions": "",
    "questions": [],
    "due": None,
    "closes_at": None,
    "points": None,
    "attempts": None,
    "late_policy": None,
    "grace_seconds": 0,
    "offline_grace_h": 0,
    "withdrawals": 0,
    "reinstates_at_close": False,
    "hands_in_at_close": False,
    "resubmission": False,
    "replies_required": False,
    "resubmit_until": None,
    "missing_percent": None,
}


def deletion(known: Deletion) -> dict[str, Any]:
    by = {"id": known.by, "name": known.by_name} if known.by else None
    return {"at": known.at, "by": by, "handed_in": known.handed_in}


def _late_policy(row: Given) -> dict[str, Any]:
    every = Assignment.Every(row.late_every_seconds).name.lower()
    return {"percent": row.late_percent, "every": every, "floor_percent": row.late_floor_percent}


def _timing(decided: Timing, zone: str) -> dict[str, Any]:
    return {
        "result": decided.result.value,
        "seconds": decided.seconds,
        "due": decided.due,
        "explanation": explain_timing(decided, zone),
    }


def attempt_timing(decided: Timing, zone: str) -> dict[str, Any]:
    trust = decided.finished.trust.value if decided.finished else ""
    return {**_timing(decided, zone), "rule": decided.rule.value, "trust": trust}


def submission(
    row: Submission, *, viewer: User, now: dt.datetime, owner: bool = False, projected: Counted | None = None
) -> dict[str, Any]:
    """A row read `with_facts`, `with_draft_rev`, `with_wrote_since`, `with_version_told` and `with_marked_number`; for
    staff with the student and the claim's holder joined. `projected` is what missing work counts as."""
    own = row.student_id == viewer.pk
    given = row.assignment
    shut = own and row.window_at(now) is Window.BEFORE
    if shut and given.opens_at is not None:
        words = _("Opens %(moment)s.") % {"moment": moments.moment(given.opens_at, given.classroom.zone)}
        told = {"result": "not_due", "seconds": 0, "due": None, "explanation": words}
        counted = None
    else:
        decided = row.timing_at(now)
        told = _timing(decided, given.classroom.zone)
        counted = missing.of(row, result=decided.result, state=row.state_at(now), projected=projected)
    grade = row.returned_grade
    shown: dict[str, Any] = {
        "id": row.pk,
        "assignment": row.assignment_id,
        "edition": None if shut else row.edition_id,
        "upgrade_unseen": row.upgrade_unseen,
        "state": row.state_at(now).value,
        "version": row.version_told,  # type: ignore[attr-defined]
        "changed_at": row.changed_at,
        "timing": told,
        "extended": not shut and row.extended,
        "due_from": "" if shut else row.due_from or (Origin.ASSIGNMENT.value if row.due_at else ""),
        "closes_at": None if shut else row.effective_close,
        "withdrawals": row.withdrawals,
        "withdrawn": row.withdrawn_id is not None,
        "revisions": row.revisions,
        **possible(row, person=viewer, now=now, owner=owner),
        "attempts": row.attempt_count,
        "draft_rev": row.draft_rev,  # type: ignore[attr-defined]
        "changes_not_handed_in": row.wrote_since,  # type: ignore[attr-defined]
        "hand_ins_waiting": row.hand_ins_waiting,
        "asks_more_time": row.asks_more_time,
        "excused": {"category": row.excuse_category} if row.state == State.EXCUSED else None,
        "returned": grade
        and {"score": number(grade.final_score), "out_of": number(grade.out_of), "at": grade.returned_at},
        "mark": row.mark_grade
        and {
            "score": number(row.mark_grade.final_score),
            "out_of": number(row.mark_grade.out_of),
            "attempt": row.marked_number,  # type: ignore[attr-defined]
            "grade": row.mark_grade_id,
        },
        "missing": counts_as(counted),
    }
    if not own:
        shown |= names.of(row).as_json()
        if given.names_hidden:
            shown |= TIMELESS
        shown["claim"] = claim(row) if shown["state"] == State.IN_REVIEW else None
    return shown


# No time stands beside work without a name, nor whatever else is known of its student by name.
TIMELESS = {
    "changed_at": None,
    "timing": None,
    "extended": False,
    "due_from": "",
    "closes_at": None,
    "asks_more_time": False,
    "missing": None,
    "draft_rev": 0,
    "changes_not_handed_in": False,
}


def extension(row: Extension, harsher: Harsher) -> dict[str, Any]:
    return {
        "revoking": {
            "attempts": [{"attempt": one.number, "late_seconds": seconds} for one, seconds in harsher.attempts],
            "grades": [
                {
                    "attempt": grade.attempt.number if grade.attempt else None,
                    "status": grade.status,
                    "score": number(grade.final_score),
                    "left": number(left),
                    "out_of": number(grade.out_of),
                }
                for grade, left in harsher.grades
            ],
        },
        "due": due(row),
        "reason": row.reason,
        "by": {"id": row.by_id, "name": row.by.get_full_name()},
        "at": row.at,
    }


def extension_request(row: ExtensionRequest) -> dict[str, Any]:
    """Of a row read `with_people`."""
    by = row.answered_by
    return {
        "reason": row.reason,
        "due": due(row),
        "asked_at": row.asked_at,
        "version": row.version,
        "answer": row.answer or "waiting",
        "words": row.words,
        "answered_by": {"id": by.pk, "name": by.get_full_name()} if by else None,
        "answered_at": row.answered_at,
        "until": row.extension.due_at if row.extension else None,
    }


def override(row: DateOverride) -> dict[str, Any]:
    """Of a row read `with_people`."""
    students = [member.submission for member in row.members.all()]
    return {
        "id": row.pk,
        "title": row.title,
        "for_class": row.for_class,
        "students": [{"id": one.student_id, "name": one.student.get_full_name()} for one in students],
        "due": due(row),
        "offset_minutes": row.offset_minutes,
        "closes_at": row.closes_at,
        "reason": row.reason,
        "by": {"id": row.by_id, "name": row.by.get_full_name()},
        "at": row.at,
    }


def left_behind(found: LeftBehind) -> dict[str, Any]:
    """What another due time leaves as it is."""
    said = found.due
    return {
        "in_time": said
        and {
            "due": {"at": said.at, "date": said.date, "time": clock_time(said.time), "zone": said.zone},
            "count": found.in_time,
            "students": None if found.students is None else [{"id": pk, "name": name} for pk, name in found.students],
        },
        "overrides": [override(row) for row in found.fixed],
        "words": found.sentences(),
    }


def revision(row: Revision) -> dict[str, Any]:
    return {
        "due": due(row),
        "feedback": row.words,
        "by": {"id": row.by_id, "name": row.by.get_full_name()},
        "at": row.at,
        "outcome": row.outcome or "open",
    }


def claim(row: Submission) -> dict[str, Any]:
    assert row.claimed_by is not None
    return {
        "holder": {"id": row.claimed_by_id, "name": row.claimed_by.get_full_name()},
        "until": row.claim_until,
    }


def saved(row: Draft) -> dict[str, Any]:
    return {"rev": row.rev, "saved_at": row.saved_at, "body_sha256": row.body_sha256}


def draft(row: Draft | None) -> dict[str, Any]:
    return {**saved(row), "body": orjson.loads(row.body_json)} if row else EMPTY_DRAFT


def parked(row: ParkedCopy, *, nameless: bool = False) -> dict[str, Any]:
    return {
        "id": row.pk,
        "kind": row.kind,
        "reason": row.reason,
        "received_at": None if nameless else row.received_at,
        "captured": None if nameless else captured(row.finished),
        "body_sha256": row.body_sha256,
        "body": row.body,
    }


def receipt(row: Attempt) -> dict[str, Any]:
    return {"code": row.receipt_code, "body_sha256": row.body_sha256, "signature": row.receipt_signature}


def attempt(
    row: Attempt,
    decided: Timing,
    zone: str,
    corrections: Sequence[Correction] = (),
    *,
    scans: Sequence[Scan] = (),
    nameless: bool = False,
) -> dict[str, Any]:
    """`nameless`: as staff are told of it while names are hidden."""
    by = None if nameless or row.by is None else {"id": row.by_id, "name": row.by.get_full_name()}
    return {
        "number": row.number,
        "edition": row.edition_id,
        "received_at": None if nameless else row.received_at,
        "via": row.via,
        "by": by,
        "incomplete": row.incomplete,
        "words": row.words,
        "captured": None if nameless else captured(row.finished),
        "timing": None if nameless else attempt_timing(decided, zone),
        "receipt": None if nameless else receipt(row),
        "body": row.body,
        "scans": [scan(row, each) for each in scans],
        "corrections": errata.flags(row.body, corrections),
    }


def scan(attempt: Attempt, row: Scan) -> dict[str, Any]:
    place = {"pk": attempt.submission_id, "number": attempt.number, "place": row.place}
    return {
        "place": row.place,
        "sha256": row.sha256,
        "type": row.media_type,
        "width": row.width,
        "height": row.height,
        "url": reverse("api-scan", kwargs=place),
    }


def told(found: errata.Told) -> dict[str, Any]:
    """A correction as it concerns a class."""
    return {
        **found.correction.as_json(),
        "assignments": [pk for pk, _title in found.assignments],
        "citing": [{"submission": work.submission, "student": work.student} for work in found.citing],
        "acknowledged": None
        if found.acknowledged_by is None
        else {"by": found.acknowledged_by, "at": found.acknowledged_at},
    }


def checked(found: receipts.Receipt) -> dict[str, Any]:
    return {
        "code": found.code,
        "received_at": found.received_at,
        "body_sha256": found.body_sha256,
        "genuine": found.genuine,
    }


def excuse(row: Submission, event: Event) -> dict[str, Any]:
    """Why a student is excused, by the event that excuses her. For staff."""
    return {**excuse_by_name(row, event), "at": event.at}


def excuse_by_name(row: Submission, event: Event) -> dict[str, Any]:
    """The same where names are hidden: neither the id of the work nor a time, which may stand by its number."""
    assert event.actor is not None
    return {
        "category": row.excuse_category,
        "reason": event.reason,
        "by": {"id": event.actor_id, "name": event.actor.get_full_name()},
    }


NO_GRADE = {"status": "none"}


def grade(row: Grade | None) -> dict[str, Any]:
    """A grade that the caller may see, as `visible_to` found it."""
    if row is None:
        return NO_GRADE
    return {
        "status": row.status,
        "attempt": row.attempt.number if row.attempt else None,
        "questions": [
            {
                "question": mark["question"],
                "points": None if mark["points"] is None else number(Decimal(mark["points"])),
                "comment": mark["comment"],
            }
            for mark in row.marks
        ],
        "rubric": row.rubric.number if row.rubric else None,
        "criteria": row.criteria,
        "feedback": row.feedback,
        "score": number(row.override),
        "entered_score": number(row.entered_score),
        "final_score": number(row.final_score),
        "out_of": number(row.out_of),
        "returned_at": row.returned_at,
    }


def returned_grade(row: Grade, *, counts: bool) -> dict[str, Any]:
    """One that was returned and stands, whatever was returned after it."""
    return {**grade(row), "status": "returned", "grade": row.pk, "deducted": taken_off(row.deducted), "counts": counts}


def comment(row: Comment, said: CommentReply | None = None, *, nameless: bool = False) -> dict[str, Any]:
    """A comment of a grade that the caller may see; `nameless` as of `attempt`."""
    return {
        "id": row.key,
        "attempt": row.attempt.number,
        "question": row.question or None,
        "anchor": row.anchor,
        "body": row.body,
        "passage": row.passage,
        "by": row.by and {"id": row.by_id, "name": row.by.get_full_name()},
        "at": row.at,
        "returned": row.kept,
        "version": row.version,
        "reply": said and reply(said, nameless=nameless),
    }


def shared_row(row: SharedRow) -> dict[str, Any]:
    """What became of one piece of work, of what was said to many."""
    return {
        "submission": row.submission,
        "given": row.given,
        "code": row.code,
        "words": row.words,
        "later": row.later,
        "without_passage": row.without_passage,
    }


def shared_comment(row: SharedComment) -> dict[str, Any]:
    return {
        "id": row.pk,
        "question": row.question or None,
        "body": row.body,
        "passage": row.passage,
        "edition": row.edition_id,
        "by": {"id": row.by_id, "name": row.by.get_full_name()},
        "at": row.at,
        "taken_back_at": row.taken_back_at,
        "results": [shared_row(each) for each in rows_of(row)],
    }


def reply(row: CommentReply, *, nameless: bool = False) -> dict[str, Any]:
    return {
        "stance": row.stance,
        "text": row.text,
        "attempt": row.attempt_number,
        "at": None if nameless else row.at,
        "version": row.version,
    }


def template(row: CommentTemplate) -> dict[str, Any]:
    return {
        "id": row.pk,
        "body": row.body,
        "passage": row.passage,
        "edition": row.edition_id,
        "uses": row.uses,
        "at": row.at,
        "version": row.version,
    }


def log_entry(row: Entry) -> dict[str, Any]:
    """A line of the log as `grade_log.of` gave it to the caller."""
    return {
        "what": row.what.value,
        "at": row.at,
        "by": row.by and {"id": row.by.pk, "name": row.by.get_full_name()},
        "old": number(row.old),
        "new": number(row.new),
        "out_of": number(row.out_of),
        "attempt": row.hand_in,
        "reason": row.reason,
    }


def given_grade(row: Returned) -> dict[str, Any]:
    return {"grade": row.grade, "attempt": row.number, "score": number(row.score), "out_of": number(row.out_of)}


def counts_preview(found: Preview) -> dict[str, Any]:
    return {
        "counts": found.counts,
        "moves": [
            {
                "submission": move.submission,
                **move.whose.as_json(),
                "old": given_grade(move.old),
                "new": given_grade(move.new),
            }
            for move in found.listed
        ],
        "marks": found.marks,
        "preview": found.tag,
    }


def final_row(row: MissingWork) -> dict[str, Any]:
    """A row of missing work that counts as something; while names are hidden without the id that it has by number."""
    return {
        "submission": row.submission,
        "student": {"id": row.student, "name": row.name},
        "missing": counts_as(row.counted),
    }


def outcome(row: RowOutcome[Any], request: HttpRequest | Request) -> dict[str, Any]:
    """A row of an answer about many: what happened to each, with a problem of its own where nothing did."""
    if row.done:
        return {"submission": row.submission, "status": 200}
    error = row.error or NotFound()
    return {"submission": row.submission, "status": error.status, "problem": as_data(request, error)}


def returned(row: RowOutcome[Grade], whose: names.Whose | None, request: HttpRequest | Request) -> dict[str, Any]:
    """The row of a return, with whose it is and the score that comes into her sight."""
    grade = row.result
    return {
        **outcome(row, request),
        **(whose.as_json() if whose else {"student": None, "alias": None}),
        "score": grade and number(grade.final_score),
        "out_of": grade and number(grade.out_of),
    }
