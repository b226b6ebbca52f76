"""A class as one JSON document: flat lists that name each other by id, so that it is written while it is read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

import orjson
from django.db.models import F, Q, QuerySet

from accounts.models import Classroom, Membership
from assignments import errata, missing, names, timing
from assignments.exports.standing import standing
from assignments.models import (
    Assignment,
    Attempt,
    AudienceMember,
    Comment,
    CommentReply,
    DateOverride,
    Event,
    Extension,
    ExtensionRequest,
    FinalMark,
    Grade,
    Revision,
    RubricEdition,
    Submission,
    TimingDecision,
)
from assignments.wire import counts_as, due, number
from lessons.document import Document
from lessons.models import EditionFace

if TYPE_CHECKING:
    from accounts.models import User

SCHEMA: Final = 1
CHUNK, CHUNK_OF_BODIES = 200, 20  # rows that are in memory at a time

Item = dict[str, Any]


def parts(classroom: Classroom, *, viewer: User, now: dt.datetime) -> Iterator[bytes]:
    """The document, piece by piece; eighteen queries, one more where missing work counts as something,
    and four more where something was corrected. What the viewer may not see of it is not in it."""
    # What was marked without a name has its answers and marks elsewhere; here everything leads to somebody's name.
    seen = Submission.objects.gradable_by(viewer).filter(~names.hidden(), assignment__classroom=classroom)
    head = {
        "schema": SCHEMA,
        "exported_at": now,
        "classroom": {
            "id": classroom.pk,
            "name": classroom.name,
            "zone": classroom.zone,
            "archived_at": classroom.archived_at,
        },
    }
    lists: list[tuple[str, Iterable[Item]]] = [
        ("people", _people(classroom, viewer)),
        ("assignments", _assignments(classroom)),
        ("editions", _editions(classroom, seen)),
        ("submissions", _submissions(seen, classroom, viewer, now)),
        ("extensions", _extensions(seen)),
        ("requests", _requests(seen)),
        ("overrides", _overrides(classroom)),
        ("revisions", _revisions(seen)),
        ("rubrics", _rubrics(classroom)),
        ("attempts", _attempts(seen)),
        ("timings", _timings(seen)),
        ("grades", _grades(seen, viewer)),
        ("final_marks", _final_marks(seen)),
        ("comments", _comments(seen, viewer)),
        ("replies", _replies(seen, viewer)),
        ("events", _events(seen)),
        ("errata", _errata(classroom, viewer)),
    ]
    yield _json(head)[:-1]
    for name, items in lists:
        yield b"," + _json(name) + b":["
        between = b""
        for item in items:
            yield between + _json(item)
            between = b",\n"
        yield b"]"
    yield b"}\n"


def _json(value: Any) -> bytes:
    return orjson.dumps(value, default=str, option=orjson.OPT_UTC_Z)


def _people(classroom: Classroom, viewer: User) -> Iterator[Item]:
    """Who is or was in the class: everybody whom the other lists name by id."""
    rows = Membership.objects.visible_to(viewer).filter(classroom=classroom).order_by("pk")
    found = rows.values("user_id", "user__display_name", "role", "left_at")
    for row in found.iterator(chunk_size=CHUNK):
        yield {
            "id": row["user_id"],
            "name": row["user__display_name"],
            "role": row["role"],
            "left_at": row["left_at"],
        }


def _assignments(classroom: Classroom) -> Iterator[Item]:
    rows = Assignment.objects.present().filter(classroom=classroom).order_by("created_at", "id")
    named: dict[Any, list[Any]] = {}
    members = AudienceMember.objects.filter(assignment__in=rows.values("pk")).order_by("pk")
    for assignment, student in members.values_list("assignment", "student"):
        named.setdefault(assignment, []).append(student)
    for row in rows.iterator(chunk_size=CHUNK):
        yield {
            "id": row.pk,
            "edition": row.edition_id,
            "title": row.title,
            "instructions": row.instructions,
            "questions": row.questions,
            "opens_at": row.opens_at,
            "due": due(row),
            "closes_at": row.closes_at,
            "points": number(row.points),
            "attempts": row.attempts_limit,
            "late_policy": None
            if row.late_percent is None
            else {
                "percent": row.late_percent,
                "every_seconds": row.late_every_seconds,
                "floor_percent": row.late_floor_percent,
            },
            "grace_seconds": row.grace_seconds,
            "withdrawals": row.withdrawals_limit,
            "reinstates_at_close": row.reinstates_at_close,
            "hands_in_at_close": row.hands_in_at_close,
            "resubmission": row.resubmission,
            "resubmit_until": row.resubmit_until,
            "audience": named.get(row.pk, []) if row.audience == Assignment.Audience.NAMED else None,
            "counts": row.counts,
            "missing_percent": row.missing_percent,
            "created_at": row.created_at,
            "anonymous": row.anonymous,
            "revealed_at": row.revealed_at,
            "created_by": row.created_by_id,
            "version": row.version,
        }


def _editions(classroom: Classroom, seen: QuerySet[Submission]) -> Iterator[Item]:
    """Those that are given, read or cited, each with its sources whose words are study paraphrases: a quotation of one
    is not the wording of its document, and the body that it stands in does not say so."""
    pinned = Assignment.objects.present().filter(classroom=classroom).values("edition")
    written = Attempt.objects.filter(submission__in=seen.values("pk")).values("edition")
    used = Q(edition__in=pinned) | Q(edition__in=seen.values("edition")) | Q(edition__in=written)
    faces = EditionFace.objects.filter(used, kind=EditionFace.Kind.DOCUMENT)
    rows = faces.order_by("edition").values_list("edition_id", "bytes")
    for pk, raw in rows.iterator(chunk_size=CHUNK_OF_BODIES):
        sources = Document.parse(bytes(raw)).sources
        yield {"id": pk, "paraphrases": [source["id"] for source in sources if source["paraphrase"]]}


def _submissions(seen: QuerySet[Submission], classroom: Classroom, viewer: User, now: dt.datetime) -> Iterator[Item]:
    rows = seen.select_related("assignment", "mark_grade", "final_mark").annotate(counted_number=F("counted__number"))
    rows = rows.defer("assignment__instructions", "mark_grade__feedback", "mark_grade__marks", "mark_grade__criteria")
    projected = missing.projections(Assignment.objects.present().filter(classroom=classroom))
    for row in rows.order_by("assignment", "id").iterator(chunk_size=CHUNK):
        told = standing(row, projected=projected.get(row.assignment_id), viewer=viewer, now=now, zone=classroom.zone)
        yield {
            "id": row.pk,
            "assignment": row.assignment_id,
            "student": row.student_id,
            "edition": row.edition_id,
            "state": told.situation.state.value,
            "version": row.version,
            "changed_at": row.changed_at,
            "attempts": row.attempt_count,
            "counted": row.counted_number,
            "handed_in_at": row.handed_in_at,
            "due_at": told.timing.due,
            "extended": row.extended,
            "timing": {
                "result": told.timing.result.value,
                "seconds": told.timing.seconds if told.timing.result is timing.Result.LATE else 0,
                "explanation": told.timing_words,
            },
            "mark": told.mark.value,
            "excused": row.excuse_category or None,
            "score": number(told.score),
            "out_of": number(told.out_of),
            "grade_version": row.mark_grade.version if row.mark_grade else None,
            "missing": counts_as(told.missing),
        }


def _extensions(seen: QuerySet[Submission]) -> Iterator[Item]:
    """Those that were taken back or followed by another too, by `ended_at`."""
    rows = Extension.objects.filter(submission__in=seen.values("pk")).order_by("submission", "at", "id")
    for row in rows.iterator(chunk_size=CHUNK):
        yield {
            "submission": row.submission_id,
            "due": due(row),
            "reason": row.reason,
            "by": row.by_id,
            "at": row.at,
            "ended_at": row.revoked_at,
            "ended_by": row.revoked_by_id,
        }


def _requests(seen: QuerySet[Submission]) -> Iterator[Item]:
    """Who asked for more time, and what was answered; `answer` is empty while nobody has."""
    rows = ExtensionRequest.objects.filter(submission__in=seen.values("pk")).order_by("submission", "asked_at", "id")
    for row in rows.iterator(chunk_size=CHUNK):
        yield {
            "submission": row.submission_id,
            "reason": row.reason,
            "due": due(row),
            "at": row.asked_at,
            "answer": row.answer,
            "words": row.words,
            "answered_at": row.answered_at,
            "answered_by": row.answered_by_id,
        }


def _overrides(classroom: Classroom) -> Iterator[Item]:
    """Other dates of some students, who are named; those that hold no more too."""
    rows = DateOverride.objects.filter(assignment__classroom=classroom, assignment__deleted_at=None).with_people()
    for row in rows.order_by("assignment", "at", "id"):
        yield {
            "assignment": row.assignment_id,
            "title": row.title,
            "students": [member.submission.student_id for member in row.members.all()],
            "due": due(row),
            "offset_minutes": row.offset_minutes,
            "closes_at": row.closes_at,
            "reason": row.reason,
            "by": row.by_id,
            "at": row.at,
            "ended_at": row.ended_at,
            "ended_by": row.ended_by_id,
        }


def _revisions(seen: QuerySet[Submission]) -> Iterator[Item]:
    rows = Revision.objects.filter(submission__in=seen.values("pk")).order_by("submission", "at", "id")
    for row in rows.iterator(chunk_size=CHUNK):
        yield {
            "submission": row.submission_id,
            "due": due(row),
            "words": row.words,
            "by": row.by_id,
            "at": row.at,
            "outcome": row.outcome,
            "ended_at": row.ended_at,
        }


def _rubrics(classroom: Classroom) -> Iterator[Item]:
    """Every edition of what work is judged by; a grade names its own by number."""
    rows = RubricEdition.objects.filter(assignment__classroom=classroom, assignment__deleted_at=None)
    for row in rows.order_by("assignment", "number").iterator(chunk_size=CHUNK_OF_BODIES):
        yield {
            "assignment": row.assignment_id,
            "number": row.number,
            "title": row.title,
            "criteria": row.criteria,
            "by": row.by_id,
            "at": row.at,
        }


def _attempts(seen: QuerySet[Submission]) -> Iterator[Item]:
    rows = Attempt.objects.filter(submission__in=seen.values("pk")).order_by("submission", "number")
    for row in rows.iterator(chunk_size=CHUNK_OF_BODIES):
        yield {
            "submission": row.submission_id,
            "number": row.number,
            "edition": row.edition_id,
            "received_at": row.received_at,
            "by": row.by_id,
            "via": row.via,
            "incomplete": row.incomplete,
            "words": row.words,
            "receipt": {
                "code": row.receipt_code,
                "body_sha256": row.body_sha256,
                "signature": row.receipt_signature,
            },
            # The very bytes that the receipt is for.
            "body": orjson.Fragment(row.body_json),
        }


def _timings(seen: QuerySet[Submission]) -> Iterator[Item]:
    rows = TimingDecision.objects.filter(attempt__submission__in=seen.values("pk"))
    found = rows.order_by("attempt__submission", "attempt__number", "pk").annotate(
        submission=F("attempt__submission_id"), number=F("attempt__number")
    )
    columns = ("submission", "number", "made_at", "reason", "rule_version", "rule", "result", "seconds", "inputs")
    for row in found.values(*columns).iterator(chunk_size=CHUNK):
        yield {name: row[name] for name in columns}


def _grades(seen: QuerySet[Submission], viewer: User) -> Iterator[Item]:
    """Drafts and what was superseded too: whoever grades in the class sees them."""
    rows = Grade.objects.visible_to(viewer).filter(submission__in=seen.values("pk"))
    rows = rows.annotate(number=F("attempt__number"), judged_by=F("rubric__number"))
    for row in rows.order_by("submission", "version").iterator(chunk_size=CHUNK):
        yield {
            "submission": row.submission_id,
            "version": row.version,
            "attempt": row.number,
            "status": row.status,
            "questions": row.marks,
            "rubric": row.judged_by,
            "criteria": row.criteria,
            "feedback": row.feedback,
            "score": number(row.override),
            "entered_score": number(row.entered_score),
            "deducted": number(row.deducted),
            "final_score": number(row.final_score),
            "out_of": number(row.out_of),
            "saved_at": row.saved_at,
            "saved_by": row.saved_by_id,
            "returned_at": row.returned_at,
            "returned_by": row.returned_by_id,
            "seen_at": row.seen_at,
        }


def _final_marks(seen: QuerySet[Submission]) -> Iterator[Item]:
    """What missing work was made final as; those that hold no more too, by `ended`."""
    rows = FinalMark.objects.filter(submission__in=seen.values("pk")).order_by("submission", "at", "id")
    for row in rows.iterator(chunk_size=CHUNK):
        yield {
            "submission": row.submission_id,
            "percent": row.percent,
            "score": number(row.score),
            "out_of": number(row.out_of),
            "reason": row.reason,
            "by": row.by_id,
            "at": row.at,
            "ended": row.ended,
            "ended_at": row.ended_at,
            "ended_by": row.ended_by_id,
        }


def _comments(seen: QuerySet[Submission], viewer: User) -> Iterator[Item]:
    """Those of every grade, by the version of their grade: a copy stands with the grade that has it."""
    rows = Comment.objects.visible_to(viewer).filter(grade__submission__in=seen.values("pk"))
    rows = rows.annotate(submission=F("grade__submission"), of=F("grade__version"), number=F("attempt__number"))
    for row in rows.order_by("submission", "of", "at", "key").iterator(chunk_size=CHUNK):
        yield {
            "id": row.key,
            "submission": row.submission,
            "grade_version": row.of,
            "attempt": row.number,
            "question": row.question or None,
            "anchor": row.anchor,
            "body": row.body,
            "passage": row.passage,
            "by": row.by_id,
            "at": row.at,
        }


def _replies(seen: QuerySet[Submission], viewer: User) -> Iterator[Item]:
    """What students answered to them and handed in."""
    rows = CommentReply.objects.visible_to(viewer).filter(comment__grade__submission__in=seen.values("pk"))
    rows = rows.annotate(submission=F("comment__grade__submission"), key=F("comment__key")).order_by("submission", "pk")
    for row in rows.iterator(chunk_size=CHUNK):
        yield {
            "comment": row.key,
            "submission": row.submission,
            "attempt": row.attempt_number,
            "stance": row.stance,
            "text": row.text,
            "at": row.at,
        }


def _events(seen: QuerySet[Submission]) -> Iterator[Item]:
    columns = ("submission_id", "seq", "name", "transition", "at", "actor_id", "reason", "before", "after", "facts")
    rows = Event.objects.filter(submission__in=seen.values("pk")).in_order()
    for row in rows.values(*columns).iterator(chunk_size=CHUNK):
        yield {name.removesuffix("_id"): value for name, value in row.items()}


def _errata(classroom: Classroom, viewer: User) -> Iterator[Item]:
    """Corrections of what the class was given, as the interface tells them, in the order of their announcement. Work
    without a name is left out here too."""
    nameless = set(Assignment.objects.filter(names.hidden(""), classroom=classroom).values_list("pk", flat=True))
    for told in sorted(errata.of_classroom(classroom, viewer), key=lambda told: told.correction.id):
        one = told.correction
        yield {
            "id": one.id,
            "source": one.source,
            "letter": one.letter,
            "title": one.title,
            "severity": "major" if one.major else "minor",
            "note": one.note,
            "at": one.at,
            "facts": [{"field": fact.field, "old": fact.old, "new": fact.new} for fact in one.facts],
            "assignments": [pk for pk, _title in told.assignments],
            "citing": [
                {"submission": work.submission, "student": work.student}
                for work in told.citing
                if work.assignment not in nameless
            ],
            "acknowledged": None
            if told.acknowledged_by is None
            else {"by": told.acknowledged_by, "at": told.acknowledged_at},
        }
