"""What a teacher does with work that was handed in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.audit import Actor
from accounts.models import Classroom, User
from assignments import grading, readings, rubrics
from assignments.actions import closing, dates, draft_points, lateness
from assignments.actions.archived import refuse_archived
from assignments.actions.by_row import RowOutcome, by_row
from assignments.actions.holding import hold
from assignments.actions.showing import changed, put_aside, put_aside_drafts, show, told
from assignments.actions.turn import LEASE, Turn
from assignments.errors import StateConflict
from assignments.lifecycle import Act, Allowed, Refused, State
from assignments.models import Assignment, Attempt, Draft, Grade, Revision, RubricEdition, Submission
from assignments.words import problem
from destalin_site.common import clock
from destalin_site.common.errors import ValidationFailed, VersionStale
from destalin_site.common.rehearsing import rehearsal
from lessons.render import points

__all__ = [
    "LEASE",
    "claim",
    "note_seen",
    "recall",
    "recall_many",
    "rehearse_returns",
    "release",
    "return_grade",
    "return_many",
    "save_marks",
]


@transaction.atomic
def claim(submission: Submission, *, by: User, takeover: bool = False) -> Submission:
    """Begins grading, or keeps at it: a lease of half an hour. Another's lease is taken over only when that is said."""
    turn = Turn.of(submission, by=by)
    holder = turn.submission.claimed_by_id
    decision = turn.demand(Act.CLAIM, takeover=takeover)
    turn.take(decision, **({"taken_from": str(holder)} if holder and holder != by.pk else {}))
    return turn.write()


@transaction.atomic
def release(submission: Submission, *, by: Actor) -> Submission:
    """Ends the lease; a draft grade is kept. Where there is none nothing changes."""
    turn = Turn.of(submission, by=by)
    if turn.submission.state == State.IN_REVIEW:
        turn.take(turn.demand(Act.RELEASE), holder=str(turn.submission.claimed_by_id))
    return turn.write()


@transaction.atomic
def save_marks(
    submission: Submission,
    *,
    questions: Sequence[Mapping[str, Any]],
    feedback: str,
    score: Decimal | None,
    if_version: int,
    by: User,
    criteria: Sequence[Mapping[str, Any]] = (),
    about: str | None = None,
    rubric: int | None = None,
) -> Grade:
    """Replaces the draft grade upon version `if_version` (0: upon none). `questions` is `[{"question", "points",
    "comment"}]`, `criteria` `[{"question", "criterion", "level", "comment"}]` with levels of the rubric, which give the
    points of the questions that it scores; `score` is a total of the teacher's own. On work that nobody claimed this
    is also the claim; where nothing was handed in there is nothing to claim. `about`, where it is said, is the id of
    the hand-in that was read, empty for none: marks are not saved for another. `rubric`, where it is said, is the
    number of the rubric edition whose levels were shown, 0 for none: they are not chosen in another."""
    turn = Turn.of(submission, by=by)
    if about is not None and about != str(turn.submission.counted_id or ""):
        raise ValidationFailed(errors=[problem("/about", "other-hand-in")])
    grade = turn.submission.grades.filter(status=Grade.Status.DRAFT).first()
    decision = turn.demand(Act.MARK, goes_on=_goes_on(grade, turn))
    version = grade.version if grade else draft_points.version(turn)
    assignment = readings.judged(turn.submission)
    judged_by = _judged_by(grade, turn, assignment)
    if rubric is not None and rubric != (judged_by.number if judged_by else 0):
        raise ValidationFailed(errors=[problem("/rubric", "other-rubric")])
    wanted = _marks(assignment, judged_by, questions, criteria, feedback, score)
    if version != if_version:
        if grade is not None and version == if_version + 1 and grade.saved_by_id == by.pk and _says(grade, wanted):
            return grade  # the same marks again, after an answer that was lost on its way
        raise VersionStale(current_etag=f'"g{version}"')
    if grade is not None and grade.attempt_id != turn.submission.counted_id:
        # Marks for other words are kept aside.
        put_aside(grade)
        grade = None
    over = _written_over(grade, by)
    anew = grade is None
    if grade is None:
        grade = Grade(submission=turn.submission, attempt_id=turn.submission.counted_id)
    for name, value in wanted.items():
        setattr(grade, name, value)
    lateness.settle(grade, turn.submission)
    grade.version, grade.saved_at, grade.saved_by = version + 1, turn.now, by
    grade.save()
    if anew and (earlier := _of_the_same_hand_in(turn.submission)):
        earlier.comments.copy_to(grade)
    turn.take(decision, **told(grade), **over)
    turn.set(grade_ready=draft_points.ready(grade, assignment))
    turn.write(quietly=True)
    return grade


def _judged_by(draft: Grade | None, turn: Turn, assignment: Assignment) -> RubricEdition | None:
    """Marks that somebody began stay with the rubric edition of then; those that begin have the newest."""
    if draft is not None and draft.attempt_id == turn.submission.counted_id and draft.saved_by_id is not None:
        return draft.rubric
    return readings.in_use(assignment, _of_the_same_hand_in(turn.submission))


def _marks(
    assignment: Assignment,
    rubric: RubricEdition | None,
    questions: Sequence[Mapping[str, Any]],
    criteria: Sequence[Mapping[str, Any]],
    feedback: str,
    score: Decimal | None,
) -> dict[str, Any]:
    """The columns that these marks come to; raises ValidationFailed where they cannot be."""
    known = readings.criteria(rubric, assignment)
    choices = [(rubrics.Key(each["question"], each["criterion"]), rubrics.Choice(each["level"])) for each in criteria]
    scored = rubrics.marks(known, dict(choices))
    typed = [(mark["question"], mark.get("points")) for mark in questions]
    plain = [(question, None if question in scored else points) for question, points in typed]
    possible = readings.points(assignment, known)
    out_of = grading.possible_points(possible, assignment.points)
    faults = grading.faults(plain, questions=possible, override=score, out_of=out_of)
    if faults := [*faults, *rubrics.typed_faults(typed, scored), *rubrics.choice_faults(choices, known)]:
        raise ValidationFailed(errors=[_explained(fault, assignment, questions, possible, out_of) for fault in faults])
    given = {**dict(plain), **scored}
    comments = {mark["question"]: mark.get("comment", "") for mark in questions}
    entered = grading.entered_score(given, score)
    return {
        "marks": [
            {"question": question, "points": _decimal(points), "comment": comments.get(question, "")}
            for question, points in given.items()
            if question in comments or points is not None
        ],
        "rubric": rubric,
        "criteria": list(_chosen(criteria, known, dict(choices))),
        "feedback": feedback,
        "override": score,
        "entered_score": entered,
        "out_of": out_of,
    }


def _decimal(points: Decimal | None) -> str | None:
    return None if points is None else str(grading.rounded(points))


def _chosen(
    criteria: Iterable[Mapping[str, Any]], known: Iterable[rubrics.Criterion], choices: rubrics.Choices
) -> Iterator[dict[str, Any]]:
    """What a grade keeps of them, with the points that each level gives. Where nothing was said there is nothing."""
    by_key = {criterion.key: criterion for criterion in known}
    for each in criteria:
        if each["level"] is not None or each.get("comment", ""):
            criterion = by_key[rubrics.Key(each["question"], each["criterion"])]
            yield {
                "question": each["question"],
                "criterion": each["criterion"],
                "level": each["level"],
                "points": _decimal(rubrics.given(criterion, choices)),
                "comment": each.get("comment", ""),
            }


def _explained(
    fault: grading.Fault,
    assignment: Assignment,
    questions: Sequence[Mapping[str, Any]],
    possible: Mapping[str, Decimal | None],
    out_of: Decimal,
) -> dict[str, str]:
    """What is wrong with these marks, and where there are too many points, how many there are."""
    entry = problem(fault.pointer, fault.code)
    if fault.code != "above-possible":
        return entry
    where, *place = fault.pointer.strip("/").split("/")
    if where == "score":
        return {**entry, "message": _("This work has %(points)s in all.") % {"points": points(str(out_of))}}
    question = questions[int(place[0])]["question"]
    most = points(str(possible[question] or grading.ZERO))
    words = {"number": readings.numbered(assignment)[question], "points": most}
    return {**entry, "message": _("Question %(number)d has %(points)s.") % words}


def _says(grade: Grade, wanted: Mapping[str, Any]) -> bool:
    return all(getattr(grade, name) == value for name, value in wanted.items())


def _not_whole(grade: Grade, assignment: Assignment) -> list[dict[str, str]]:
    """What is not scored yet of a grade that scores some of it."""
    criteria = readings.criteria(grade.rubric, assignment)
    by_rubric = rubrics.possible(criteria)
    questions = grading.unmarked(grade.points, readings.points(assignment, criteria))
    keys = rubrics.unscored(criteria, rubrics.chosen(grade.criteria))
    return [
        *(problem(f"/questions/{name}", "not-marked") for name in questions if name not in by_rubric),
        *(problem(f"/criteria/{key.question}/{key.criterion}", "not-scored") for key in keys),
    ]


def _goes_on(draft: Grade | None, turn: Turn) -> bool:
    """Whether these are the marks of the one who acts already, of the hand-in that counts."""
    if draft is None or draft.attempt_id != turn.submission.counted_id:
        return False
    return draft.saved_by_id == turn.by.pk


def _written_over(draft: Grade | None, by: User) -> dict[str, Any]:
    """What a colleague's marks come to, when these take their place."""
    theirs = draft is not None and draft.saved_by_id not in (None, by.pk)
    return {"old": draft_points.score(draft)} if theirs else {}


def _has_draft(turn: Turn) -> bool:
    """Asked under the lock, and only where nothing was handed in: elsewhere nothing hangs on it."""
    return not turn.submission.counted_id and Draft.objects.filter(submission_id=turn.submission.pk).exists()


def return_grade(
    submission: Submission, *, by: User, reason: str = "", without_submission: bool = False, confirmed: bool = False
) -> Grade:
    """Shows the student the draft grade, which takes the place of an earlier one. `reason` says why it does, and the
    student reads it; it must be given where the score of the same hand-in becomes another. Where nothing was handed in
    that must be said, and a draft that nobody has seen `confirmed`: what the close brings comes first, whatever becomes
    of the marks."""
    if without_submission:
        closing.settle_close(submission.pk)
    return _return(submission, by, reason, without_submission, confirmed)


@transaction.atomic
def _return(submission: Submission, by: User, reason: str, without_submission: bool, confirmed: bool) -> Grade:
    turn = Turn.of(submission, by=by)
    if without_submission:
        decision = turn.decide(Act.GRADE_WITHOUT_SUBMISSION, confirmed=confirmed, has_draft=_has_draft(turn))
    else:
        decision = turn.decide(Act.RETURN)
    grade = turn.submission.grades.filter(status=Grade.Status.DRAFT).first()
    if isinstance(decision, Refused):
        if decision.guard == "grade ready" and grade is not None and grade.is_scored:
            raise ValidationFailed(errors=_not_whole(grade, readings.judged(turn.submission)))
        raise turn.refusal(decision)
    assert grade is not None
    earlier = _of_the_same_hand_in(turn.submission)
    said = show(turn, grade)
    if earlier is not None and said["old"] != said["new"] and not reason.strip():
        raise ValidationFailed(errors=[problem("/reason", "reason-missing")])
    if (taken_back := turn.submission.withdrawn) is not None:
        said["withdrawn"] = taken_back.number
    turn.take(decision, reason=reason.strip(), **said)
    turn.set(withdrawn=None)
    if turn.submission.revisions:
        turn.submission.revisions_asked.open().update(outcome=Revision.Outcome.RETURNED, ended_at=turn.now)
        dates.hold(turn)
    turn.write()
    return grade


def return_many(
    assignment: Assignment, *, submissions: Iterable[UUID], by: User, reason: str = ""
) -> list[RowOutcome[Grade]]:
    """Returns each of these, one transaction a row: what cannot be returned keeps nobody else waiting. Each result
    is the grade; an id that is none of this assignment's is not found. By id. What `by` has returned already, and
    nobody marked since, is returned: asked again, the answer is the same. `reason` says why marks change
    that students see already, and only those read it."""
    refuse_archived(assignment.classroom)
    asked = set(submissions)
    return list(by_row(asked, _of(assignment, asked, by), lambda found: _return_once(found, by, reason)))


def rehearse_returns(
    assignment: Assignment, *, submissions: Iterable[UUID], by: User, reason: str = ""
) -> list[RowOutcome[Grade]]:
    """What `return_many` would do now: each is done, and taken back. Each result is the grade as it would be."""
    asked = set(submissions)

    def rehearsed(found: Submission) -> Grade:
        with rehearsal(True):
            return _return_once(found, by, reason)

    return list(by_row(asked, _of(assignment, asked, by), rehearsed))


def _return_once(submission: Submission, by: User, reason: str) -> Grade:
    try:
        return return_grade(submission, by=by, reason=reason if _of_the_same_hand_in(submission) else "")
    except StateConflict:
        mine = submission.grades.filter(status=Grade.Status.RETURNED, returned_by=by)
        again = mine.filter(submission__state=State.RETURNED.value).first()
        if again is None or submission.grades.filter(status=Grade.Status.DRAFT).exists():
            raise
        return again


def recall_many(
    assignment: Assignment, *, submissions: Iterable[UUID], reason: str, by: User
) -> list[RowOutcome[Grade]]:
    """Takes the returns of each of these back in the same way, as `recall` does; nobody is left grading them. Each
    result is the draft that there is again."""
    refuse_archived(assignment.classroom)
    asked = set(submissions)

    @transaction.atomic
    def taken_back(found: Submission) -> Grade:
        draft = recall(found, reason=reason, by=by)
        release(found, by=by)
        return draft

    return list(by_row(asked, _of(assignment, asked, by), taken_back))


def _of(assignment: Assignment, asked: Iterable[UUID], by: User) -> dict[UUID, Submission]:
    """Those that `by` may know of: while names are hidden, what is in."""
    return Submission.objects.gradable_by(by).listed().filter(assignment=assignment).in_bulk(asked)


@transaction.atomic
def recall(submission: Submission, *, reason: str, by: User) -> Grade:
    """Takes a returned grade back, by whoever returned it or the owner of the class. What the student had seen is kept
    as it was, as superseded; the draft is a copy of it, or the marks that were drafted since."""
    turn = Turn.of(submission, by=by)
    owner = Classroom.objects.owned_by(by).filter(pk=turn.submission.assignment.classroom_id)
    decision = turn.demand(Act.RECALL, owner=owner.exists(), reason=bool(reason.strip()), has_draft=_has_draft(turn))
    grade = turn.submission.returned_grade
    assert grade is not None
    put_aside(grade)
    put_aside_drafts(turn)
    draft = turn.submission.grades.filter(status=Grade.Status.DRAFT).first() or _copied(grade, turn)
    said = {**told(grade), **changed(grade, None), "seen": grade.seen_at is not None}
    if (taken_back := _taken_back_before(turn)) is not None:
        said["withdrawn"] = taken_back.number
        turn.set(withdrawn=taken_back)
    turn.take(decision, reason=reason.strip(), **said)
    if turn.submission.revisions:
        # What it was the return of is waited for again.
        ended = turn.submission.revisions_asked.filter(outcome=Revision.Outcome.RETURNED, ended_at=grade.returned_at)
        ended.update(outcome=Revision.Outcome.OPEN, ended_at=None)
        dates.hold(turn)
    turn.set(returned_grade=None, grade_ready=draft_points.ready(draft, readings.judged(turn.submission)))
    hold(turn)
    turn.write()
    return draft


def _taken_back_before(turn: Turn) -> Attempt | None:
    """What the student had taken back when marks without a hand-in were given, where nothing was handed in since: it is
    what may count again at the close."""
    submission = turn.submission
    if submission.counted_id is not None or not submission.attempt_count:
        return None
    # Other marks may have been given since, when there was nothing left to be put by.
    given = submission.events.filter(transition="T18").order_by("-seq").values_list("facts", flat=True)
    number = next((facts["withdrawn"] for facts in given if "withdrawn" in facts), None)
    return submission.attempts.get(number=number) if number == submission.attempt_count else None


def _copied(grade: Grade, turn: Turn) -> Grade:
    """The same marks as a draft of their own."""
    same = (
        "attempt_id",
        "rubric_id",
        "marks",
        "criteria",
        "feedback",
        "override",
        "entered_score",
        "deducted",
        "final_score",
        "out_of",
    )
    draft = Grade(
        submission=turn.submission,
        version=draft_points.version(turn) + 1,
        saved_at=grade.saved_at,
        saved_by_id=grade.saved_by_id,
        **{name: getattr(grade, name) for name in same},
    )
    draft.save(force_insert=True)
    grade.comments.copy_to(draft)
    return draft


def _of_the_same_hand_in(submission: Submission) -> Grade | None:
    """What the student sees, where it is about the hand-in that counts."""
    grade = submission.returned_grade
    return grade if grade is not None and grade.attempt_id == submission.counted_id else None


@dataclass(frozen=True, slots=True)
class Marking:
    """Work on a draft besides its marks: what the table decided, and what a colleague had there."""

    draft: Grade
    decision: Allowed
    over: dict[str, Any]


def take_up(turn: Turn) -> Marking:
    """The draft on the hand-in that counts, for whoever may mark it now. Where there is none it is made: of what the
    student sees where that is about the same hand-in, so that a comment alone takes no marks away."""
    draft = turn.submission.grades.filter(status=Grade.Status.DRAFT).first()
    decision = turn.demand(Act.MARK, goes_on=_goes_on(draft, turn))
    if turn.submission.counted_id is None:
        raise StateConflict(_("Nothing is handed in yet."), state=turn.submission.state, allowed=[])
    over = _written_over(draft, turn.author) if turn.author else {}
    if draft is not None and draft.attempt_id != turn.submission.counted_id:
        put_aside(draft)
        draft = None
    if draft is None:
        earlier = _of_the_same_hand_in(turn.submission)
        draft = _copied(earlier, turn) if earlier else draft_points.blank(turn)
    return Marking(draft, decision, over)


def put_down(turn: Turn, marking: Marking) -> None:
    """Ends what `take_up` began."""
    draft = marking.draft
    draft.saved_at, draft.saved_by = turn.now, turn.author
    draft.save(update_fields=["saved_at", "saved_by"])
    turn.take(marking.decision, **told(draft), **marking.over)
    turn.set(grade_ready=draft_points.ready(draft, readings.judged(turn.submission)))
    turn.write(quietly=True)


def note_seen(submission: Submission, *, by: User) -> None:
    """The student has opened her feedback: told to the teacher, and no change of state."""
    if by.pk == submission.student_id and submission.state_at(clock.now()) is not State.VOID:
        submission.grades.filter(status=Grade.Status.RETURNED, seen_at=None).update(seen_at=clock.now())
