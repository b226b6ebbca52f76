"""A class as one JSON document: flat lists that name each other by id, so that it is written while it is read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import orjson
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Length

from accounts.models import Classroom, Membership
from assignments import errata, missing, names, timing
from assignments.exports import marksheet, tables
from assignments.exports.standing import standing
from assignments.lifecycle import State
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
    Scan,
    Submission,
    TimingDecision,
)
from assignments.wire import captured, counts_as, due, number, taken_off
from lessons.document import Document
from lessons.models import EditionFace

if TYPE_CHECKING:
    from accounts.models import User

SCHEMA: Final = 1
CHUNK, CHUNK_OF_BODIES = 200, 20  # rows that are in memory at a time

Item = dict[str, Any]


def parts(classroom: Classroom, *, viewer: User, now: dt.datetime) -> Iterator[bytes]:
    """The document, piece by piece; twenty queries, one more where missing work counts as something,
    and four more where something was corrected. What the viewer may not see of it is not in it."""
    return written(head(classroom, now), lists(classroom, seen_by(viewer, classroom), viewer, now))


def seen_by(viewer: User, classroom: Classroom) -> QuerySet[Submission]:
    """The work that the document is about."""
    # What was marked without a name has its answers and marks elsewhere; here everything leads to somebody's name.
    return Submission.objects.gradable_by(viewer).filter(~names.hidden(), assignment__classroom=classroom)


def head(classroom: Classroom, now: dt.datetime) -> Item:
    return {
        "schema": SCHEMA,
        "exported_at": now,
        "classroom": {
            "id": classroom.pk,
            "name": classroom.name,
            "zone": classroom.zone,
            "archived_at": classroom.archived_at,
        },
    }


def lists(
    classroom: Classroom, seen: QuerySet[Submission], viewer: User, now: dt.datetime
) -> list[tuple[str, Iterable[Item]]]:
    """Each kind of thing in it, by its name."""
    return [
        ("people", _people(classroom, viewer)),
        ("assignments", _assignments(classroom)),
        ("editions", _editions(classroom, seen)),
        ("submissions", _submissions(seen, classroom, viewer, now)),
        ("extensions", _extensions(seen)),
        ("requests", requests(seen)),
        ("overrides", _overrides(classroom)),
        ("revisions", _revisions(seen)),
        ("rubrics", _rubrics(classroom)),
        ("attempts", attempts(seen)),
        ("timings", _timings(seen)),
        ("grades", _grades(seen, viewer)),
        ("marks", _marks(seen)),
        ("final_marks", _final_marks(seen)),
        ("comments", _comments(seen, viewer)),
        ("replies", _replies(seen, viewer)),
        ("events", _events(seen)),
        ("errata", _errata(classroom, viewer)),
    ]


def written(head: Item, lists: Iterable[tuple[str, Iterable[Item]]]) -> Iterator[bytes]:
    """One object: what `head` has, then the lists, each an item at a time."""
    yield as_json(head)[:-1]
    for name, items in lists:
        yield b"," + as_json(name) + b":["
        between = b""
        for item in items:
            yield between + as_json(item)
            between = b",\n"
        yield b"]"
    yield b"}\n"


def as_json(value: Any) -> bytes:
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
            "offline_grace_h": row.offline_grace_h,
            "withdrawals": row.withdrawals_limit,
            "reinstates_at_close": row.reinstates_at_close,
            "hands_in_at_close": row.hands_in_at_close,
            "drafts_visible": row.drafts_visible,
            "resubmission": row.resubmission,
            "replies_required": row.replies_required,
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
            "extended": told.extended,
            "late_seconds": told.late_seconds,
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


def requests(seen: QuerySet[Submission]) -> Iterator[Item]:
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
            "for_class": row.for_class,
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


def attempts(seen: QuerySet[Submission], named: Mapping[tuple[UUID, int], str] | None = None) -> Iterator[Item]:
    """Two queries. `named` are the files of pictures by hand-in and place, where they stand beside the document."""
    pictures = _pictures(seen)
    rows = Attempt.objects.filter(submission__in=seen.values("pk")).order_by("submission", "number")
    for row in rows.iterator(chunk_size=CHUNK_OF_BODIES):
        yield {
            "submission": row.submission_id,
            "number": row.number,
            "edition": row.edition_id,
            "received_at": row.received_at,
            "captured": captured(row.finished),
            "by": row.by_id,
            "via": row.via,
            "incomplete": row.incomplete,
            "words": row.words,
            "receipt": {
                "code": row.receipt_code,
                "body_sha256": row.body_sha256,
                "signature": row.receipt_signature,
            },
            "scans": [
                {
                    "place": scan.place,
                    "sha256": scan.sha256,
                    "type": scan.media_type,
                    "width": scan.width,
                    "height": scan.height,
                    "bytes": scan.size,
                    **({} if named is None else {"file": named.get((row.pk, scan.place))}),
                }
                for scan in pictures.get(row.pk, ())
            ],
            # The very bytes that the receipt is for.
            "body": orjson.Fragment(row.body_json),
        }


def _pictures(seen: QuerySet[Submission]) -> dict[UUID, list[Any]]:
    """What is told of pictures of paper, by hand-in: some short words of each, and none of their pixels."""
    rows = Scan.objects.filter(attempt__submission__in=seen.values("pk")).annotate(size=Length("data"))
    found: dict[UUID, list[Any]] = {}
    for row in rows.defer("data").order_by("attempt", "place").iterator(chunk_size=CHUNK):
        found.setdefault(row.attempt_id, []).append(row)
    return found


def _timings(seen: QuerySet[Submission]) -> Iterator[Item]:
    rows = TimingDecision.objects.filter(attempt__submission__in=seen.values("pk"))
    found = rows.order_by("attempt__submission", "attempt__number", "pk").annotate(
        submission=F("attempt__submission_id"), number=F("attempt__number")
    )
    columns = ("submission", "number", "made_at", "reason", "rule_version", "rule", "result", "seconds", "inputs")
    for row in found.values(*columns).iterator(chunk_size=CHUNK):
        yield {name: row[name] for name in columns}


def marked(row: Any) -> Item:
    """What a grade says, alike for staff and for whose work it is; `judged_by` of `row` is the number of its rubric."""
    return {
        "questions": row.marks,
        "rubric": row.judged_by,
        "criteria": row.criteria,
        "feedback": row.feedback,
        "score": number(row.override),
        "entered_score": number(row.entered_score),
        "deducted": taken_off(row.deducted),
        "final_score": number(row.final_score),
        "out_of": number(row.out_of),
    }


def said(row: Any) -> Item:
    """What a comment says, and where; `row` has the `number` of its hand-in."""
    return {
        "attempt": row.number,
        "question": row.question or None,
        "anchor": row.anchor,
        "body": row.body,
        "passage": row.passage,
    }


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
            **marked(row),
            "saved_at": row.saved_at,
            "saved_by": row.saved_by_id,
            "returned_at": row.returned_at,
            "returned_by": row.returned_by_id,
            "seen_at": row.seen_at,
        }


def _marks(seen: QuerySet[Submission]) -> Iterator[Item]:
    """The marks as the grading desk has them: what can be changed in the document and read back, as in the CSV."""
    found = seen.exclude(state=State.VOID).annotate(**tables.on_the_desk()).order_by("assignment", "id")
    rows: QuerySet[Any] = found
    for row in rows.iterator(chunk_size=CHUNK):
        # An excuse stands above marks.
        score, feedback = (None, "") if row.state == State.EXCUSED else tables.desk_marks(row)
        stamp = marksheet.stamp(
            *(row.pk, row.student_id, row.desk_version),
            hand_in=row.desk_hand_in,
            score=score,
            feedback=feedback,
            beside=(),
        )
        yield {
            "submission": row.pk,
            "student": row.student_id,
            "marks_version": stamp,
            "entered_score": number(score),
            "feedback": feedback,
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
            **said(row),
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
        yield {
            **told.correction.as_json(),
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
