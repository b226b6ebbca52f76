"""The grading desk as one value: the queue, the answers, the marks, and what may be done now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final
from uuid import UUID

from django.db.models.functions import Length
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Membership
from assignments import answers, boards, grade_log, readings, scans
from assignments.device_clock import Trust
from assignments.errors import REFUSALS
from assignments.facts import possible
from assignments.judging.comments import Shelf, of_hand_in, shelves
from assignments.judging.comments import Tried as TriedComment
from assignments.judging.counts import CountsPart, counts_part
from assignments.judging.holding import Lease, lease
from assignments.judging.marks import Conflict, Total, edition_words, saved_words, total_of
from assignments.judging.more import More, Tried, more
from assignments.judging.reading import Marks, Work, work
from assignments.judging.since import Since, since
from assignments.lifecycle import State
from assignments.models import Assignment, Attempt, Comment, Draft, Grade, ParkedCopy, Submission
from assignments.signs import Place
from assignments.timing import Result
from assignments.words import explain_timing, finished_offline
from destalin_site.common import moments
from lessons import errata
from lessons.document import Key
from lessons.errata import Correction
from lessons.models import Edition

if TYPE_CHECKING:
    from accounts.models import User

# Characters of hand-ins that wait, on one page: a student may have as many set aside as she sends.
MOST_WAITING: Final = 2_000_000

# The queue shows first what the teacher can do something about.
_ORDER = (
    Place.TO_GRADE,
    Place.TO_RETURN,
    Place.WITH_COLLEAGUE,
    Place.RETURNED,
    Place.REVISING,
    Place.DRAFT_BEGUN,
    Place.NOT_STARTED,
    Place.EXCUSED,
)


@dataclass(frozen=True, slots=True)
class AttemptLine:
    number: int
    words: str
    current: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """A hand-in that could not be applied, and waits for the teacher's decision."""

    id: UUID
    words: str
    offline: str  # that it was finished on a device before it came
    work: Work | None  # None where the texts of several are too long for one page: this one is asked for by its id
    asked: bool
    may_accept: bool
    consequence: str  # of letting it count


@dataclass(frozen=True, slots=True)
class Desk:
    submission: UUID
    assignment: UUID
    title: str
    student: str
    facts: tuple[str, ...]
    reading_url: str
    # the queue
    queue: boards.AssignmentBoard
    line: tuple[boards.StudentRow, ...]
    queue_words: str
    handed_in_share: int
    graded_share: int
    previous: UUID | None
    next: UUID | None
    next_to_grade: UUID | None
    # the work
    handed_in: str
    timing_words: str
    badges: tuple[str, ...]
    offline: str  # that it was finished on a device before it came
    until: str
    sooner: bool
    may_extend: bool
    may_count_device: bool  # the time at which it was finished on the device would make it less late
    may_count_arrival: bool  # and does already, by a teacher's decision
    asks_more_time: bool
    on_time: bool
    attempts: tuple[AttemptLine, ...]
    earlier: str  # says that this is not the hand-in that counts
    removed: bool  # the work was taken away from the student
    since: Since | None  # what is different from the hand-in before
    scans: tuple[scans.Shown, ...]  # pictures of the paper
    work: Work | None
    nothing_words: str
    may_read_draft: bool  # students of this assignment are told that what they write is read
    may_begin_without: bool  # marks could be given although nothing was handed in, and none are yet
    waiting: tuple[Waiting, ...]
    may_comment: bool
    shelf: Shelf | None  # what comments are made of
    tried: TriedComment | None  # a comment that could not be saved, as it was typed
    # the marks
    marking: bool
    about: str  # the hand-in that the marks are about, by its id; empty for none
    rubric: int  # the number of the edition whose levels are shown, 0 for none
    rubric_words: str  # says so, where there is a newer one
    may_bring_along: bool
    feedback: str
    override: str
    total: Total
    version: int
    saved: str
    seen_words: str
    errors: tuple[str, ...]
    conflict: Conflict | None
    regrades: bool  # a return takes the place of what the student sees now
    reason_hint: str
    return_error: str
    log: tuple[grade_log.Line, ...]
    # the acts
    lease: Lease | None
    is_returned: bool
    may_mark: bool
    may_claim: bool
    may_release: bool
    may_return: bool
    without: bool  # what is returned here is marks without a hand-in
    unseen: str  # the draft that nobody has seen, in words
    may_recall: bool
    recall_error: str
    recall_words: str
    return_words: str
    return_many: int
    more: More
    counts: CountsPart | None  # where there is more than one grade that could

    at: ClassVar[str] = ""  # before its ids, of which there are no others
    page: ClassVar[int] = 0  # of the desk by question

    @property
    def address(self) -> str:
        return reverse("grade", args=[self.submission])


def desk(
    submission: Submission,
    *,
    viewer: User,
    now: dt.datetime,
    attempt: int | None = None,
    without: bool = False,
    typed: Marks | None = None,
    errors: Mapping[str, str] | None = None,
    conflict: Conflict | None = None,
    recall_error: str = "",
    return_error: str = "",
    excuse_tried: Tried | None = None,
    comment_tried: TriedComment | None = None,
    waiting: str = "",
) -> Desk:
    """The desk of a submission read `with_facts`. `typed` are marks that could not be saved: they are shown instead of
    the saved ones. `without`: the questions are there to be marked although nothing was handed in, as they are where
    somebody has begun to. `waiting` is the id of a hand-in that waits, and is read here whatever else does. The number
    of queries is the same for every class and every piece of work, but for one more where a teacher handed in."""
    built = _Builder(submission, viewer, now, waiting)
    refusals = (recall_error, return_error)
    return built.build(attempt, typed, errors or {}, conflict, refusals, excuse_tried, without, comment_tried)


def _shown(waiting: Sequence[Any], asked: str) -> list[UUID]:
    """Whose texts the page carries: of the one that is asked for, then of the newest that come with it."""
    in_turn = list(reversed(waiting))
    in_turn.sort(key=lambda copy: str(copy.pk) != asked)
    room = MOST_WAITING
    shown: list[UUID] = []
    for copy in in_turn:
        room -= copy.length
        if shown and room < 0:
            break
        shown.append(copy.pk)
    return shown


def next_to_grade(board: boards.AssignmentBoard, after: UUID) -> UUID | None:
    """The next piece of work to grade behind this one, in the order of the board and round again; None when this was
    the last, and in an archived class."""
    if board.archived:
        return None
    names = [row.submission for row in board.rows]
    place = names.index(after) + 1 if after in names else 0
    ring = [*board.rows[place:], *board.rows[:place]]
    return next((row.submission for row in ring if row.place is Place.TO_GRADE and row.submission != after), None)


class _Builder:
    def __init__(self, submission: Submission, viewer: User, now: dt.datetime, waiting: str = "") -> None:
        self.submission = submission
        self.to_read = waiting
        self.assignment = readings.judged(submission)
        self.zone = self.assignment.classroom.zone
        self.viewer = viewer
        self.now = now
        self.nameless = submission.assignment.names_hidden  # and so no time is told
        self.board = boards.assignment_board(submission.assignment, viewer=viewer, now=now)
        self.row = next((row for row in self.board.rows if row.submission == submission.pk), None)
        self.edition = Edition.objects.select_related("lesson").get(pk=self.assignment.edition_id)
        self._corrections: dict[str, tuple[Correction, ...]] = {}
        self.grades = grades = list(submission.grades.latest_first())
        self.draft = next((grade for grade in grades if grade.status == Grade.Status.DRAFT), None)
        self.returned = next((grade for grade in grades if grade.status == Grade.Status.RETURNED), None)
        self.version = self.draft.version if self.draft else (grades[0].version if grades else 0)
        about = [each for each in (self.draft, self.returned) if each and each.attempt_id == submission.counted_id]
        self.rubric = readings.in_use(self.assignment, about[0] if about else None)
        self.criteria = readings.criteria(self.rubric, self.assignment)
        mine = Membership.objects.current().filter(classroom=self.assignment.classroom_id, user=viewer)
        role = mine.values_list("role", flat=True).first()
        self.runs = role in (Membership.Role.OWNER, Membership.Role.TEACHER)
        acts = possible(submission, person=viewer, now=now, owner=role == Membership.Role.OWNER)
        self.allowed = frozenset(acts["allowed"])
        self.refused: Mapping[str, str] = acts["refused"]

    def _key(self, edition_id: str) -> Key | None:
        """The answer key, for approved teachers alone."""
        return readings.key(edition_id, self.now) if self.viewer.teaches else None

    def build(
        self,
        asked: int | None,
        typed: Marks | None,
        errors: Mapping[str, str],
        conflict: Conflict | None,
        refusals: tuple[str, str],
        excuse_tried: Tried | None,
        without: bool,
        comment_tried: TriedComment | None,
    ) -> Desk:
        submission = self.submission
        attempts = list(submission.attempts.select_related("by", "edition").order_by("number").defer("body_json"))
        shown = next((a for a in attempts if a.number == asked), None) or next(
            (a for a in attempts if a.pk == submission.counted_id), None
        )
        counts = shown is not None and shown.pk == submission.counted_id
        # Marks on a hand-in that was taken back are not shown beside another one.
        drafted = self.draft if self.draft and self.draft.attempt_id == submission.counted_id else None
        grade = drafted or self.returned
        nothing_in = shown is None and submission.counted_id is None  # nothing ever, or all of it taken back
        begun = nothing_in and (without or grade is not None or typed is not None)
        marking = counts or (begun and ("mark" in self.allowed or grade is not None))
        marks = typed or (Marks.of(grade) if grade else Marks())
        line = _line(self.board.rows)
        names = [row.submission for row in line]
        place = names.index(submission.pk) if submission.pk in names else None
        timing = submission.timing_at(self.now)
        state = submission.state_at(self.now)
        is_returned = state is State.RETURNED
        offline = self.row.offline if self.row else ""
        measured = counts and state is not State.EXCUSED  # who is excused is neither late nor in time
        without = (
            marking
            and nothing_in
            and (state in (State.ASSIGNED, State.DRAFTING) or "grade_without_submission" in self.allowed)
            and "return" not in self.allowed  # marks that came back before are returned again as they were
        )
        return Desk(
            submission=submission.pk,
            assignment=self.assignment.pk,
            title=self.assignment.title,
            student=self.row.name if self.row else submission.called,
            facts=tuple(self._facts()),
            reading_url=self.edition.address,
            queue=self.board,
            line=line,
            queue_words=self._queue_words(),
            handed_in_share=self._share("handed_in"),
            graded_share=self._share("to_return", "returned"),
            previous=names[place - 1] if place else None,
            next=names[place + 1] if place is not None and place + 1 < len(names) else None,
            next_to_grade=next_to_grade(self.board, submission.pk),
            handed_in=self._handed_in(shown),
            timing_words=explain_timing(timing, self.zone)
            if (timing.result is Result.LATE or offline or submission.clock_trust == Trust.TEACHER)
            and measured
            and not self.nameless
            else "",
            badges=tuple(badge for badge in self.row.badges if badge != self.row.offline) if self.row else (),
            offline=offline,
            until=self.row.until if self.row else "",
            sooner=bool(self.row and self.row.sooner),
            may_extend="extend" in self.allowed,
            may_count_device="count_device_time" in self.allowed and bool(offline) and timing.result is Result.LATE,
            may_count_arrival="count_arrival_time" in self.allowed,
            asks_more_time=submission.asks_more_time,
            on_time=measured
            and timing.result is Result.ON_TIME
            and self.submission.due_at is not None
            and not self.nameless,
            attempts=tuple(self._attempt_line(a, shown) for a in attempts),
            earlier="" if shown is None or counts else _("This is an earlier hand-in. Marks belong to the latest."),
            removed=state is State.VOID,
            since=self._since(shown, attempts) if shown else None,
            scans=tuple(scans.shown(shown, nameless=self.nameless)),
            work=self._work(
                shown.body if shown else answers.EMPTY,
                marks,
                self._edition_of(shown),
                of_hand_in(shown.pk, self.grades) if shown else (),
            )
            if shown or marking
            else None,
            nothing_words=self._nothing_words(state),
            may_read_draft=self.row is not None and self.row.may_read_draft,
            may_begin_without=nothing_in and not marking and "mark" in self.allowed,
            waiting=tuple(self._waiting()),
            may_comment="mark" in self.allowed and counts,
            shelf=shelves(self.viewer, [shown.edition_id])[shown.edition_id] if shown and counts else None,
            tried=comment_tried,
            marking=marking,
            about=str(submission.counted_id or ""),
            rubric=self.rubric.number if self.rubric else 0,
            rubric_words=self._rubric_words(),
            may_bring_along=self.runs,
            feedback=marks.feedback,
            override=marks.override,
            total=total_of(self.assignment, grade, self.criteria),
            version=self.version,
            saved=saved_words(self.draft, self.zone) if self.draft and not errors else "",
            seen_words=self._seen_words(is_returned),
            errors=tuple(dict.fromkeys(errors.values())),
            conflict=conflict,
            regrades=self.returned is not None and "mark" in self.allowed and marking,
            reason_hint=self._reason_hint(),
            return_error=refusals[1],
            log=grade_log.lines(grade_log.of(submission, viewer=self.viewer), self.zone),
            lease=self._lease(),
            is_returned=is_returned,
            may_mark="mark" in self.allowed and marking,
            may_claim="claim" in self.allowed and marking,
            may_release="release" in self.allowed,
            may_return=("return" in self.allowed or "grade_without_submission" in self.allowed)
            and marking
            and not errors,
            without=without,
            unseen=self._unseen() if without else "",
            may_recall="recall" in self.allowed,
            recall_error=refusals[0],
            recall_words=self._recall_words(),
            return_words=self._return_words(),
            return_many=self._return_many(),
            counts=counts_part(submission),
            more=more(submission, allowed=self.allowed, zone=self.zone, tried=excuse_tried),
        )

    # --- The head and the queue ---

    def _facts(self) -> Iterable[str]:
        yield self.board.classroom_name
        yield _("due %(moment)s") % {"moment": self.board.due} if self.board.due else _("no due date")
        yield _("edition %(number)d") % {"number": self.edition.number}

    def _queue_words(self) -> str:
        totals = self.board.totals
        graded = totals["to_return"] + totals["returned"]
        return _("%(graded)d graded, %(to_grade)d to grade, %(other)d other") % {
            "graded": graded,
            "to_grade": totals["to_grade"],
            "other": totals["students"] - graded - totals["to_grade"],
        }

    def _share(self, *names: str) -> int:
        students = self.board.totals["students"]
        return round(100 * sum(self.board.totals[name] for name in names) / students) if students else 0

    # --- The work ---

    def _handed_in(self, attempt: Attempt | None) -> str:
        if attempt is None:
            return ""
        words = {
            "number": attempt.number,
            "moment": moments.moment_short(attempt.received_at, self.zone),
            "words": ngettext("%(n)d word", "%(n)d words", attempt.words) % {"n": attempt.words},
        }
        if self.nameless and attempt.incomplete:
            return _("Hand-in %(number)d, %(words)s, handed in incomplete.") % words
        if self.nameless:
            return _("Hand-in %(number)d, %(words)s.") % words
        if attempt.incomplete:
            said = _("Hand-in %(number)d, %(moment)s, %(words)s, handed in incomplete.") % words
        else:
            said = _("Hand-in %(number)d, %(moment)s, %(words)s.") % words
        if attempt.via == Attempt.Via.PROXY:
            return _("%(hand_in)s Brought by %(name)s.") % {"hand_in": said, "name": attempt.by}
        return said

    def _attempt_line(self, attempt: Attempt, shown: Attempt | None) -> AttemptLine:
        words = {"number": attempt.number, "moment": moments.moment_short(attempt.received_at, self.zone)}
        counts = attempt.pk == self.submission.counted_id
        if self.nameless:
            said = (_("Hand-in %(number)d, counts") if counts else _("Hand-in %(number)d")) % words
        elif counts:
            said = _("Hand-in %(number)d, %(moment)s, counts") % words
        else:
            said = _("Hand-in %(number)d, %(moment)s") % words
        if attempt.edition_id != self.submission.assignment.edition_id:
            said = _("%(hand_in)s, edition %(number)d") % {"hand_in": said, "number": attempt.edition.number}
        return AttemptLine(attempt.number, said, shown is not None and attempt.pk == shown.pk)

    def _edition_of(self, attempt: Attempt | None) -> Assignment:
        return self.assignment.in_edition(attempt.edition_id) if attempt else self.assignment

    def _work(
        self, body: dict[str, object], marks: Marks, assignment: Assignment, comments: Sequence[Comment] = ()
    ) -> Work:
        """The answers in the edition that they were written for."""
        edition_id = assignment.edition_id
        return work(
            readings.document(edition_id),
            body,
            questions=readings.questions(assignment),
            marks=marks,
            key=self._key(edition_id),
            corrections=self._corrections_of(edition_id),
            criteria=self.criteria,
            comments=comments,
        )

    def _corrections_of(self, edition_id: str) -> tuple[Correction, ...]:
        if edition_id not in self._corrections:
            self._corrections[edition_id] = errata.of_edition(edition_id)
        return self._corrections[edition_id]

    def _since(self, shown: Attempt, attempts: Sequence[Attempt]) -> Since | None:
        return since(
            shown,
            attempts=attempts,
            grades=self.grades,
            document=readings.document(shown.edition_id),
            questions=readings.questions(self._edition_of(shown)),
            zone=self.zone,
        )

    def _nothing_words(self, state: State) -> str:
        if state is State.VOID:
            return _("This student is no longer given this assignment. The work is kept.")
        if state is State.EXCUSED:
            return _("This student is excused.")
        if state in (State.RETURNED, State.IN_REVIEW):
            return _("These marks stand without it.")
        if state is State.DRAFTING or (self.row and self.row.place is Place.DRAFT_BEGUN):
            if self.submission.assignment.shows_drafts:
                return _("A draft is begun, and it may be read.")
            return _("A draft is begun. Its text is the student's own until it is handed in.")
        if self.submission.hand_ins_waiting:
            return _("What came in counts only when you decide so.")
        return _("The student has not started.")

    def _unseen(self) -> str:
        """What the student has written so far, by its length alone: its words are hers until she hands them in."""
        draft = Draft.objects.filter(submission=self.submission).first()
        if draft is None:
            return ""
        length = answers.word_count(draft.body)
        words = {"name": self.submission.called, "n": length}
        if not length:
            return _("%(name)s has begun a draft, without words as yet.") % words
        if self.submission.assignment.shows_drafts:
            return (
                ngettext(
                    "%(name)s has a draft of %(n)d word that is not handed in.",
                    "%(name)s has a draft of %(n)d words that is not handed in.",
                    length,
                )
                % words
            )
        return (
            ngettext(
                "%(name)s has a draft of %(n)d word that nobody has seen.",
                "%(name)s has a draft of %(n)d words that nobody has seen.",
                length,
            )
            % words
        )

    def _waiting(self) -> Iterable[Waiting]:
        if not self.submission.hand_ins_waiting:
            return
        copies = self.submission.parked.waiting().filter(kind=ParkedCopy.Kind.SUBMIT)
        found = list(copies.defer("body_json").annotate(length=Length("body_json")))
        texts = dict(copies.filter(pk__in=_shown(found, self.to_read)).values_list("pk", "body_json"))
        for copy in found:
            if copy.pk in texts:
                copy.body_json = texts[copy.pk]
            moment = moments.moment(copy.received_at, self.zone)
            reason = REFUSALS[copy.reason].title if copy.reason in REFUSALS else _("It could not be taken as it was")
            said = {"moment": moment, "reason": reason}
            yield Waiting(
                id=copy.pk,
                words=_("It was set aside: %(reason)s. It does not count until you decide.") % said
                if self.nameless
                else _("It came %(moment)s and was set aside: %(reason)s. It does not count until you decide.") % said,
                offline="" if self.nameless else finished_offline(copy.received_at, copy.finished),
                work=self._work(copy.body, Marks(), readings.written_for(copy, self.submission))
                if copy.pk in texts
                else None,
                asked=str(copy.pk) == self.to_read,
                may_accept="accept_parked" in self.allowed,
                consequence=self._consequence(),
            )

    def _consequence(self) -> str:
        """What becomes of the hand-in that counts, and of marks on it, when another takes its place."""
        if self.draft is not None and self.draft.saved_by_id is not None:
            return _("It becomes the hand-in that counts. Marks drafted so far are set aside, and it is marked anew.")
        if self.submission.counted_id:
            return _("It becomes the hand-in that counts, in the place of the one before.")
        return _("It becomes the hand-in that counts.")

    # --- The marks and the acts ---

    def _rubric_words(self) -> str:
        """That these marks are on an earlier edition of the rubric. Asked only where it was ever changed."""
        if self.assignment.rubric_changed_at is None:
            return ""
        newest, number = readings.rubric(self.assignment), self.rubric.number if self.rubric else 0
        return edition_words(number, newest.number) if newest and newest.number != number else ""

    def _lease(self) -> Lease | None:
        holder = self.row.holder if self.row else str(self.submission.claimed_by)
        return lease(self.submission, viewer=self.viewer, now=self.now, zone=self.zone, holder=holder)

    def _seen_words(self, is_returned: bool) -> str:
        if not is_returned:
            if self.returned:
                return _("The student still sees the earlier marks, and nothing of these before you return them.")
            return _("Nobody sees this before you return it.")
        return self._recall_words()

    def _reason_hint(self) -> str:
        if self.returned is not None and self.returned.attempt_id == self.submission.counted_id:
            return _("The student reads it once you return them. Other points are not returned without it.")
        return _("The student reads it once you return them. It may be left empty.")

    def _recall_words(self) -> str:
        """When it was returned, and whether the student has opened it."""
        grade = self.returned
        if grade is None or grade.returned_at is None:
            return ""
        words = {"moment": moments.moment_short(grade.returned_at, self.zone)}
        if grade.seen_at is None:
            return _("Returned %(moment)s. The student has not opened it yet.") % words
        words["seen"] = moments.moment_short(grade.seen_at, self.zone)
        return _("Returned %(moment)s. The student opened it %(seen)s.") % words

    def _return_many(self) -> int:
        """How many could be returned together, where that is more than this one."""
        others = [row for row in self.board.to_return if row.submission != self.submission.pk]
        return len(self.board.to_return) if others else 0

    def _return_words(self) -> str:
        if "grade_without_submission" in self.allowed:
            return _("The student gets marks and comments at once, and can hand in only what you accept.")
        if "return" not in self.allowed:
            return ""
        if self.submission.hand_ins_waiting:
            return _("A hand-in waits, and these marks are not about it. The student gets them at once.")
        return _("The student gets marks and comments at once.")


def _line(rows: Sequence[boards.StudentRow]) -> tuple[boards.StudentRow, ...]:
    """The queue: by what can be done, then in the order of the board."""
    rank = {place: n for n, place in enumerate(_ORDER)}
    return tuple(sorted(rows, key=lambda row: rank[row.place]))
