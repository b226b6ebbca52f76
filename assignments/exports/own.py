"""A student's own work, to take along: as one JSON document, and as a folder of pages with that document in it.

All that is hers is in it, of every class that she is or was in and of work that was taken away from her: removing
deletes nothing, so what she wrote stays hers. What was returned of a hand-in is in it as long as it stands, for only
another return of the same hand-in or a recall ends that; what is drafted, and everything of anybody else, is not.
"""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import IO, TYPE_CHECKING, Any, Final, Generic, TypeVar, cast
from uuid import UUID

import orjson
from django.db.models import F
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from accounts.models import Classroom
from assignments import judging, missing, readings, scans, timing
from assignments.desk_words import why_set_aside
from assignments.exports import papers, whole
from assignments.exports.standing import Standing, standing
from assignments.exports.whole import CHUNK, CHUNK_OF_BODIES, Item
from assignments.lifecycle import State, Window
from assignments.models import (
    Assignment,
    Attempt,
    Comment,
    CommentReply,
    Draft,
    Grade,
    ParkedCopy,
    Submission,
    TimingDecision,
)
from assignments.querysets import SubmissionQuerySet
from assignments.wire import counts_as, number
from destalin_site.common import moments
from lessons import errata
from lessons.models import Edition

if TYPE_CHECKING:
    from accounts.models import User

SCHEMA: Final = 1
INDEX: Final = "index.html"
WHOLE: Final = "my-work.json"


# --- The document -----------------------------------------------------------------------------------------------------


def parts(
    person: User, *, now: dt.datetime, files: Mapping[tuple[UUID, int], str] = MappingProxyType({})
) -> Iterator[bytes]:
    """The document, piece by piece; ten queries, and one more where missing work counts as something. `files` are the
    names of the pictures that stand beside it, by hand-in and place."""
    kept = Submission.objects.kept_by(person)
    head = {
        "schema": SCHEMA,
        "exported_at": now,
        "person": {"id": person.pk, "name": person.display_name},
    }
    lists = [
        ("classrooms", _classrooms(kept)),
        ("submissions", _submissions(kept, person, now)),
        ("drafts", _drafts(kept)),
        ("parked", _parked(kept)),
        ("attempts", whole.attempts(kept, files)),
        ("grades", _grades(person)),
        ("comments", _comments(person)),
        ("replies", _replies(kept)),
        ("requests", whole.requests(kept)),
    ]
    return whole.written(head, lists)


def _classrooms(kept: SubmissionQuerySet) -> Iterator[Item]:
    rows = Classroom.objects.filter(pk__in=kept.values("assignment__classroom")).order_by("pk")
    for row in rows.iterator(chunk_size=CHUNK):
        yield {"id": row.pk, "name": row.name, "zone": row.zone, "archived_at": row.archived_at}


def _submissions(kept: SubmissionQuerySet, person: User, now: dt.datetime) -> Iterator[Item]:
    for row, told in standings(kept, person, now):
        # What is asked and until when is told to nobody before it opens.
        shut, words = row.window_at(now) is Window.BEFORE, told.timing_words
        late = told.timing.result is timing.Result.LATE and not shut
        if shut and (opens := row.assignment.opens_at) is not None:
            words = _("Opens %(moment)s.") % {"moment": moments.moment(opens, row.assignment.classroom.zone)}
        yield {
            "id": row.pk,
            "assignment": row.assignment_id,
            "title": row.assignment.title,
            "classroom": row.assignment.classroom_id,
            "edition": None if shut else row.edition_id,
            "state": told.situation.state.value,
            "removed": was_removed(row),
            "attempts": row.attempt_count,
            "handed_in_at": row.handed_in_at,
            "due_at": None if shut else told.timing.due,
            "extended": told.extended and not shut,
            "late_seconds": 0 if shut else told.late_seconds,
            "timing": {
                "result": timing.Result.NOT_DUE.value if shut else told.timing.result.value,
                "seconds": told.timing.seconds if late else 0,
                "explanation": words,
            },
            "mark": told.mark.value,
            "score": number(told.score),
            "out_of": number(told.out_of),
            "missing": counts_as(told.missing),
        }


def standings(kept: SubmissionQuerySet, person: User, now: dt.datetime) -> Iterator[tuple[Submission, Standing]]:
    """Each with how it stands, in the order in which it was given; one query, and one or two for missing work."""
    projected = missing.projections(Assignment.objects.filter(pk__in=kept.values("assignment")))
    rows = kept.with_facts().defer("assignment__instructions")
    for row in rows.order_by("created_at", "pk").iterator(chunk_size=CHUNK):
        zone = row.assignment.classroom.zone
        counts = projected.get(row.assignment_id)
        yield row, standing(row, projected=counts, viewer=person, now=now, zone=zone)


T = TypeVar("T")


def by_class(lines: Iterable[tuple[Classroom, T]]) -> list[tuple[str, list[T]]]:
    """(name, its lines) of each class, by name. Two classes of one name stay two, numbered in the order of their
    making."""
    found: dict[UUID, tuple[Classroom, list[T]]] = {}
    for room, line in lines:
        found.setdefault(room.pk, (room, []))[1].append(line)
    # Ids are in the order of their making.
    rooms = sorted((room for room, _lines in found.values()), key=lambda room: (room.name, room.pk))
    named: dict[str, list[Classroom]] = {}
    for room in rooms:
        named.setdefault(room.name, []).append(room)
    return [(_called(room, named[room.name]), found[room.pk][1]) for room in rooms]


def _called(room: Classroom, alike: list[Classroom]) -> str:
    if len(alike) == 1:
        return room.name
    return _("%(name)s (class %(number)d of this name)") % {"name": room.name, "number": alike.index(room) + 1}


def was_removed(row: Submission) -> bool:
    """Whether it was taken away from her, or what gave it to her was deleted."""
    return row.state == State.VOID or row.assignment.deleted_at is not None


def _drafts(kept: SubmissionQuerySet) -> Iterator[Item]:
    rows = Draft.objects.filter(submission__in=kept.values("pk")).order_by("submission")
    for row in rows.iterator(chunk_size=CHUNK_OF_BODIES):
        yield {"submission": row.submission_id, "saved_at": row.saved_at, "body": orjson.Fragment(row.body_json)}


def _parked(kept: SubmissionQuerySet) -> Iterator[Item]:
    rows = ParkedCopy.objects.filter(submission__in=kept.values("pk")).order_by("submission", "received_at", "id")
    for row in rows.iterator(chunk_size=CHUNK_OF_BODIES):
        yield {
            "id": row.pk,
            "submission": row.submission_id,
            "kind": row.kind,
            "reason": row.reason,
            "received_at": row.received_at,
            "body_sha256": row.body_sha256,
            "body": orjson.Fragment(row.body_json),
        }


def _grades(person: User) -> Iterator[Item]:
    rows = (
        Grade.objects.kept_by(person)
        .by_hand_in(of="submission_id")
        .annotate(number=F("attempt__number"), judged_by=F("rubric__number"), mark=F("submission__mark_grade"))
    )
    for row in rows.iterator(chunk_size=CHUNK):
        yield {
            "submission": row.submission_id,
            "attempt": row.number,
            "counts": row.mark == row.pk,
            **whole.marked(row),
            "returned_at": row.returned_at,
        }


def _said(person: User) -> Any:
    return Comment.objects.filter(grade__in=Grade.objects.kept_by(person).values("pk"))


def _comments(person: User) -> Iterator[Item]:
    rows = _said(person).annotate(submission=F("grade__submission"), number=F("attempt__number")).select_related("by")
    for row in rows.order_by("submission", "number", "at", "key").iterator(chunk_size=CHUNK):
        yield {
            "id": row.key,
            "submission": row.submission,
            **whole.said(row),
            "by": row.by.get_full_name() if row.by else None,
        }


def _replies(kept: SubmissionQuerySet) -> Iterator[Item]:
    """What she answered, to comments that she was shown."""
    rows = CommentReply.objects.filter(comment__grade__submission__in=kept.values("pk"))
    rows = rows.annotate(submission=F("comment__grade__submission"), key=F("comment__key")).order_by("submission", "pk")
    for row in rows.iterator(chunk_size=CHUNK):
        yield {
            "comment": row.key,
            "submission": row.submission,
            "stance": row.stance,
            "text": row.text,
            "at": row.at,
        }


# --- The folder -------------------------------------------------------------------------------------------------------


def folder(person: User, *, now: dt.datetime) -> Iterator[bytes]:
    """The zip: a page for everything that came back, each hand-in with its receipt, each draft and each text that was
    set aside, the list of them, and the document. Eight queries more than the document, and one more where a class was
    brought to another edition for each text that was set aside; and for each hand-in that a teacher brought, whose
    pictures of the paper are in it."""
    sink = papers.Sink()
    with zipfile.ZipFile(cast("IO[bytes]", sink), "w") as out:
        taken: set[str] = set()
        beside: dict[tuple[UUID, int], str] = {}
        listed: list[tuple[Classroom, dict[str, Any]]] = []
        for work, pages in _works(person, now):
            files = []
            for label, key, told, attempt in pages:
                name = papers.file_name(f"{label}, {work.assignment.title}", key, taken)
                taken.add(name.casefold())
                pictures, told["scans"] = scans.files(attempt, name)
                for picture in pictures:
                    papers.put(out, picture.name, picture.data)
                    beside[picture.attempt, picture.place] = picture.name
                page = render_to_string("assignments/feedback_file.html", {**told, "style": papers.style()})
                papers.put(out, name, page.encode())
                files.append({"label": label, "name": name})
                yield sink.taken()
            line = {"title": work.assignment.title, "removed": was_removed(work), "files": files}
            listed.append((work.assignment.classroom, line))
        context = {
            "person": person.display_name,
            "style": papers.style(),
            "classes": by_class(listed),
            "whole": WHOLE,
        }
        papers.put(out, INDEX, render_to_string("assignments/own_work_file.html", context).encode())
        with out.open(papers.entry(WHOLE), "w") as document:
            for part in parts(person, now=now, files=beside):
                document.write(part)
                if data := sink.taken():
                    yield data
        yield sink.taken()
    yield sink.taken()


# What it is, an id of it, what the page shows, and the hand-in whose paper stands beside it.
_Page = tuple[str, UUID, dict[str, Any], Attempt | None]


def _works(person: User, now: dt.datetime) -> Iterator[tuple[Submission, Iterator[_Page]]]:
    kept = Submission.objects.kept_by(person)
    rows = kept.with_facts().select_related("student", "edition")
    beside = _Beside(person, kept)
    for work in rows.order_by("pk").iterator(chunk_size=CHUNK_OF_BODIES):
        yield work, _pages(work, beside, now)


class _Rows(Generic[T]):
    """Rows of many pieces of work in the order of these, given out work by work."""

    def __init__(self, rows: Iterator[T], of: Callable[[T], UUID]) -> None:
        self._rows, self._of = rows, of
        self._next = next(rows, None)

    def of(self, work: UUID) -> Iterator[T]:
        while self._next is not None and self._of(self._next) <= work:
            row, self._next = self._next, next(self._rows, None)
            if self._of(row) == work:
                yield row


class _Beside:
    """All that stands beside the works."""

    def __init__(self, person: User, kept: SubmissionQuerySet) -> None:
        mine = kept.values("pk")
        # By the key itself, as the works come: "submission" alone would mean the order that its model has.
        attempts = Attempt.objects.filter(submission__in=mine).order_by("submission_id", "number")
        drafts = Draft.objects.filter(submission__in=mine).order_by("submission_id")
        parked = ParkedCopy.objects.filter(submission__in=mine).order_by("submission_id", "received_at", "id")
        said = _said(person).select_related("by", "grade", "attempt__edition__lesson").defer("attempt__body_json")
        said = said.order_by("grade__submission_id", "at", "key")
        given = Grade.objects.kept_by(person).with_edition().select_related("attempt", "rubric")
        # Whether it came in time stands with the work where a hand-in counts, and is asked of the others.
        timings = TimingDecision.objects.filter(attempt__grades__in=Grade.objects.kept_by(person).values("pk"))
        timings = timings.exclude(attempt=F("attempt__submission__counted")).select_related("attempt")
        timings = timings.defer("attempt__body_json").order_by("attempt__submission_id", "id")
        self.attempts = _Rows(attempts.iterator(chunk_size=CHUNK_OF_BODIES), lambda row: row.submission_id)
        self.drafts = _Rows(drafts.iterator(chunk_size=CHUNK_OF_BODIES), lambda row: row.submission_id)
        self.parked = _Rows(parked.iterator(chunk_size=CHUNK_OF_BODIES), lambda row: row.submission_id)
        self.given = _Rows(
            given.by_hand_in(of="submission_id").iterator(chunk_size=CHUNK_OF_BODIES), lambda row: row.submission_id
        )
        self.timings = _Rows(timings.iterator(chunk_size=CHUNK), lambda row: row.attempt.submission_id)
        self.said: _Rows[Comment] = _Rows(said.iterator(chunk_size=CHUNK), lambda row: row.grade.submission_id)
        # Whatever she read or wrote for is an edition of a lesson that she was given.
        editions = Edition.objects.filter(lesson__in=kept.order_by().values("assignment__edition__lesson"))
        self._corrections = errata.of_editions(list(editions.values_list("pk", flat=True)))

    def corrections(self, edition: str) -> Sequence[errata.Correction]:
        return self._corrections.get(edition, ())


def _came_back(work: Submission, grade: Grade) -> str:
    """What a grade is called: what was returned last needs no number."""
    if grade.pk == work.returned_grade_id:
        return _("What came back")
    if grade.attempt is None:
        return _("What came back without a hand-in")
    return _("What came back of hand-in %(number)d") % {"number": grade.attempt.number}


def _pages(work: Submission, beside: _Beside, now: dt.datetime) -> Iterator[_Page]:
    zone, corrections = work.assignment.classroom.zone, beside.corrections
    said = list(beside.said.of(work.pk))
    # The last of each hand-in is the one that holds.
    decided = {row.attempt_id: row.as_timing() for row in beside.timings.of(work.pk)}
    for grade in beside.given.of(work.pk):
        grade.submission = work
        # What was returned anew between the two queries has none of them here.
        comments = [each for each in said if each.grade_id == grade.pk]
        graded: str = grade.graded_edition  # type: ignore[attr-defined]
        told = judging.paper(
            work,
            grade,
            comments=comments,
            corrections=corrections,
            edition=graded,
            decided=decided.get(grade.attempt_id) if grade.attempt_id else None,
            now=now,
        )
        yield _came_back(work, grade), grade.pk, told, None
    for attempt in beside.attempts.of(work.pk):
        edition = attempt.edition_id
        told = judging.paper(
            work, None, attempt=attempt, comments=(), corrections=corrections, edition=edition, now=now
        )
        receipt = {"code": attempt.receipt_code, "digest": attempt.body_sha256}
        told["facts"].append(_("Receipt %(code)s. Digest %(digest)s.") % receipt)
        yield _("Hand-in %(number)d") % {"number": attempt.number}, attempt.pk, told, attempt
    # What is asked is shown to nobody before the assignment opens: those words are in the document alone.
    shut = work.window_at(now) is Window.BEFORE
    for draft in beside.drafts.of(work.pk):
        if not shut:
            facts = [_("Draft, saved %(moment)s.") % {"moment": moments.moment(draft.saved_at, zone)}]
            told = judging.paper_of_text(work, work.given, draft.body, facts=facts, corrections=corrections)
            yield _("Draft"), work.pk, told, None
    for parked in beside.parked.of(work.pk):
        if not shut:
            facts = [
                _("Set aside %(moment)s.") % {"moment": moments.moment(parked.received_at, zone)},
                why_set_aside(parked.reason),
            ]
            given = readings.written_for(parked, work)
            told = judging.paper_of_text(work, given, parked.body, facts=facts, corrections=corrections)
            yield _("Set aside"), parked.pk, told, None
