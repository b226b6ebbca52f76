"""Excusing a student, and lifting that."""

import datetime as dt
from typing import Any

import pytest
from django.db import Error, transaction
from django.test import Client
from django.urls import reverse

from assignments import actions, boards, errors
from assignments.history import check_all
from assignments.lifecycle import State
from assignments.models import Assignment, Excuse, ParkedCopy, Submission
from assignments.timing import Result
from destalin_site.common import clock
from destalin_site.common.errors import DomainError, Forbidden, ValidationFailed
from tests.api_client import ApiClient, code
from tests.assignments import work
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def excuse(submission: Submission, cast: Cast, **said: Any) -> Submission:
    said = {"category": Excuse.ILLNESS, "reason": "Three weeks in hospital", "by": cast.teacher, **said}
    return actions.excuse(submission, **said)


def acts(submission: Submission) -> list[str]:
    return [event.transition for event in submission.events.in_order()]


def _nothing(submission: Submission, cast: Cast) -> None:
    pass


def _draft(submission: Submission, cast: Cast) -> None:
    actions.save_draft(submission, body=work.body_for(submission.assignment), if_rev=0, by=cast.student)


def _hand_in(submission: Submission, cast: Cast) -> None:
    work.hand_in(submission)


def _mark(submission: Submission, cast: Cast) -> None:
    work.hand_in(submission)
    work.mark(submission, cast.co_teacher)


def _return(submission: Submission, cast: Cast) -> None:
    _mark(submission, cast)
    actions.return_grade(submission, by=cast.co_teacher)


def _regrade(submission: Submission, cast: Cast) -> None:
    _return(submission, cast)
    actions.claim(submission, by=cast.co_teacher)


# Where work stands, and where it stands again when the excuse is lifted: nobody's claim comes back.
PLACES = [
    pytest.param(_nothing, State.ASSIGNED, id="not started"),
    pytest.param(_draft, State.DRAFTING, id="draft begun"),
    pytest.param(_hand_in, State.SUBMITTED, id="handed in"),
    pytest.param(_mark, State.SUBMITTED, id="being read"),
    pytest.param(_return, State.RETURNED, id="returned"),
    pytest.param(_regrade, State.RETURNED, id="graded anew"),
]


@pytest.mark.parametrize(("there", "back"), PLACES)
def test_lifting_an_excuse_leads_back_to_where_the_work_stood(
    cast: Cast, submission: Submission, there: Any, back: State
) -> None:
    there(submission, cast)
    submission.refresh_from_db()
    kept = (submission.attempt_count, submission.counted_id, submission.returned_grade_id, submission.grade_ready)
    excused = excuse(submission, cast)
    assert (excused.state, excused.excused_from, excused.excuse_category) == ("excused", back.value, "illness")
    assert (excused.claimed_by, excused.claim_until) == (None, None)
    lifted = actions.lift_excuse(submission, by=cast.teacher)
    assert (lifted.state, lifted.excused_from, lifted.excuse_category) == (back.value, "", "")
    assert (lifted.attempt_count, lifted.counted_id, lifted.returned_grade_id, lifted.grade_ready) == kept
    assert acts(submission)[-2:] == ["T14", "T15"]
    assert list(check_all()) == []


def test_the_event_says_who_why_and_whose_claim_was_dropped(cast: Cast, submission: Submission) -> None:
    _mark(submission, cast)
    excuse(submission, cast, reason="  Her grandmother's funeral ", category=Excuse.OTHER)
    event = submission.events.excusing().get()
    assert (event.actor, event.reason) == (cast.teacher, "Her grandmother's funeral")
    assert event.facts == {"category": "other", "taken_from": str(cast.co_teacher.pk)}


def test_an_excuse_needs_a_reason(cast: Cast, submission: Submission) -> None:
    with pytest.raises(ValidationFailed) as refused:
        excuse(submission, cast, reason="  ")
    assert [error["pointer"] for error in refused.value.extra["errors"]] == ["/reason"]
    submission.refresh_from_db()
    assert submission.state == "assigned"
    assert excuse(submission, cast).state == "excused"


def test_a_student_excuses_nobody(cast: Cast, submission: Submission) -> None:
    with pytest.raises(Forbidden):
        excuse(submission, cast, by=cast.student)
    excuse(submission, cast)
    with pytest.raises(Forbidden):
        actions.lift_excuse(submission, by=cast.student)


def test_saying_the_same_again_changes_nothing_and_saying_something_else_is_refused(
    cast: Cast, submission: Submission
) -> None:
    first = excuse(submission, cast)
    assert excuse(submission, cast).version == first.version
    for other in ({"reason": "Something else"}, {"category": Excuse.SCHOOL}):
        with pytest.raises(errors.StateConflict):
            excuse(submission, cast, **other)
    lifted = actions.lift_excuse(submission, by=cast.teacher)
    assert actions.lift_excuse(submission, by=cast.teacher).version == lifted.version
    assert excuse(submission, cast, category=Excuse.SCHOOL).excuse_category == "school"


def test_in_an_archived_class_nobody_is_excused_and_no_excuse_lifted(cast: Cast, submission: Submission) -> None:
    excused = work.submission_of(submission.assignment, cast.classmate)
    excuse(excused, cast)
    cast.room.archived_at = work.at("2026-06-30T00:00Z")
    cast.room.save(update_fields=["archived_at"])
    for act in (lambda: excuse(submission, cast), lambda: actions.lift_excuse(excused, by=cast.teacher)):
        with pytest.raises(errors.ClassArchived):
            act()


def test_who_is_excused_may_write_and_what_she_hands_in_waits(cast: Cast, submission: Submission) -> None:
    excuse(submission, cast)
    _draft(submission, cast)
    with pytest.raises(errors.SubmissionExcused) as refused:
        work.hand_in(submission)
    submission.refresh_from_db()
    assert (submission.state, submission.hand_ins_waiting, submission.draft.rev) == ("excused", 1, 1)
    assert refused.value.extra["parked_copy"]["kind"] == "submit"


def test_accepting_a_hand_in_that_waits_lifts_the_excuse(cast: Cast, submission: Submission) -> None:
    excuse(submission, cast)
    came = clock.now() - dt.timedelta(minutes=5)
    with pytest.raises(DomainError):
        work.hand_in(submission, received_at=came)
    accepted = actions.accept_parked(ParkedCopy.objects.get(), by=cast.teacher)
    submission.refresh_from_db()
    assert (submission.state, submission.excused_from, submission.excuse_category) == ("submitted", "", "")
    assert accepted.attempt.received_at == came
    assert acts(submission)[-2:] == ["", "T4b"]
    assert list(check_all()) == []


def test_an_excuse_outlasts_a_removal(cast: Cast, submission: Submission) -> None:
    excuse(submission, cast)
    actions.delete_assignment(submission.assignment, by=cast.teacher)
    submission.refresh_from_db()
    assert (submission.state, submission.excuse_category) == ("void", "illness")
    actions.undelete_assignment(submission.assignment, by=cast.teacher)
    submission.refresh_from_db()
    assert (submission.state, submission.excuse_category) == ("excused", "illness")
    assert actions.lift_excuse(submission, by=cast.teacher).state == "assigned"


def test_a_due_time_that_moved_meanwhile_counts_once_the_excuse_is_lifted(cast: Cast) -> None:
    assignment = work.make_assignment(cast, due=work.due("2026-05-01 12:00"))
    late, missing = (work.submission_of(assignment, person) for person in (cast.student, cast.classmate))
    work.hand_in(late, received_at=work.at("2026-05-02T12:00Z"))
    for submission in (late, missing):
        excuse(submission, cast)
    actions.update_assignment(assignment, if_version=1, by=cast.teacher, due=work.due("2036-05-03 12:00"))
    for submission in (late, missing):
        actions.lift_excuse(submission, by=cast.teacher)
    now = clock.now()
    assert work.reread(late).timing_at(now).result is Result.ON_TIME
    assert work.reread(missing).timing_at(now).result is Result.NOT_DUE


@pytest.mark.parametrize("columns", [{"excuse_category": "illness"}, {"excused_from": "assigned"}])
def test_there_is_no_excuse_without_its_category(submission: Submission, columns: dict[str, str]) -> None:
    with pytest.raises(Error, match="an_excuse_has_its_category"), transaction.atomic():
        Submission.objects.filter(pk=submission.pk).update(**columns)


def test_who_is_excused_is_outside_the_totals_of_the_class(cast: Cast, assignment: Assignment) -> None:
    submission = work.submission_of(assignment, cast.student)
    board = boards.assignment_board(assignment, viewer=cast.teacher, now=clock.now())
    assert board.totals["excused"] == 0
    excuse(submission, cast)
    board = boards.assignment_board(assignment, viewer=cast.teacher, now=clock.now())
    row = next(row for row in board.rows if row.submission == submission.pk)
    assert (board.totals["excused"], row.place) == (1, "excused")


# --- Through REST


@pytest.fixture
def teacher(api: ApiClient, cast: Cast) -> ApiClient:
    return api.as_(cast.teacher)


@pytest.fixture
def where(submission: Submission) -> str:
    return f"/api/v1/submissions/{submission.pk}"


def test_a_client_excuses_a_student_and_lifts_it(cast: Cast, api: ApiClient, teacher: ApiClient, where: str) -> None:
    assert code(teacher.get(f"{where}/excuse")) == "not-found"
    told = {"category": "illness", "reason": "In bed"}
    for _again in range(2):
        done = teacher.put(f"{where}/excuse", told)
        assert done.status_code == 200
        assert (done.json()["state"], done.json()["excused"]) == ("excused", {"category": "illness"})
        assert "lift_excuse" in done.json()["allowed"]
        assert done.json()["refused"]["excuse"] == "state-conflict"
    assert done["ETag"] == '"w2"'
    shown = teacher.get(f"{where}/excuse").json()
    assert shown.pop("at")
    assert shown == {**told, "by": {"id": str(cast.teacher.pk), "name": "Teacher"}}
    assert code(teacher.put(f"{where}/excuse", {"reason": "Another"})) == "state-conflict"
    # She sees that she is excused, and for what; the words are the teacher's own.
    hers = api.as_(cast.student)
    assert hers.get(where).json()["excused"] == {"category": "illness"}
    assert "In bed" not in hers.get(where).content.decode()
    assert code(hers.get(f"{where}/excuse")) == "forbidden"
    for _again in range(2):
        assert teacher.delete(f"{where}/excuse").status_code == 204
    assert (teacher.get(where).json()["state"], teacher.get(where).json()["excused"]) == ("assigned", None)


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        ({}, "/reason"),
        ({"reason": "  "}, "/reason"),
        ({"reason": "In bed", "category": "laziness"}, "/category"),
        ({"reason": "In bed", "until": "Friday"}, "/until"),
    ],
)
def test_an_excuse_that_cannot_be_is_named_by_a_pointer(
    teacher: ApiClient, where: str, said: dict[str, str], pointer: str
) -> None:
    refused = teacher.put(f"{where}/excuse", said)
    assert code(refused) == "validation-failed"
    assert [error["pointer"] for error in refused.json()["errors"]] == [pointer]


def test_what_she_wrote_while_excused_goes_on_after_the_lift(cast: Cast, assignment: Assignment) -> None:
    for student, hands_in in ((cast.student, True), (cast.classmate, False)):
        submission = work.submission_of(assignment, student)
        actions.excuse(submission, category=Excuse.ILLNESS, reason="Ill", by=cast.teacher)
        actions.save_draft(submission, body=work.body_for(assignment, "In bed."), if_rev=0, by=student)
        actions.lift_excuse(submission, by=cast.teacher)
        if hands_in:
            work.hand_in(submission, work.body_for(assignment, "At last."))
        else:
            with pytest.raises(DomainError) as stale:
                actions.save_draft(submission, body=work.body_for(assignment, "Anew."), if_rev=0, by=student)
            assert stale.value.code == "version-stale"
            actions.save_draft(submission, body=work.body_for(assignment, "Anew."), if_rev=1, by=student)
        assert submission.draft.rev in (1, 2)
        submission.refresh_from_db()
        assert submission.state == ("submitted" if hands_in else "drafting")
    assert not list(check_all())


def test_who_is_excused_is_neither_late_nor_missing_anywhere(cast: Cast, api: ApiClient) -> None:
    assignment = work.make_assignment(cast, due=work.due("2026-01-10T12:00"))
    submission = work.submission_of(assignment, cast.student)
    teacher, where = api.as_(cast.teacher), f"/api/v1/submissions/{submission.pk}"
    assert teacher.get(where).json()["timing"]["result"] == "missing"
    actions.excuse(submission, category=Excuse.ILLNESS, reason="Ill", by=cast.teacher)
    told = teacher.get(where).json()["timing"]
    assert (told["result"], told["seconds"]) == ("not_due", 0)
    assert told["explanation"] == "Excused: no due time counts."


def test_what_was_begun_while_excused_is_told_as_begun_after_the_lift(
    cast: Cast, client: Client, assignment: Assignment
) -> None:
    submission = work.submission_of(assignment, cast.student)
    excuse(submission, cast)
    _draft(submission, cast)
    actions.lift_excuse(submission, by=cast.teacher)
    assert work.reread(submission).state == "assigned"
    client.force_login(cast.student)
    day = client.get(reverse("my-work")).content.decode()
    assert "Not started." not in day
    assert "Go on writing" in day
    board = boards.assignment_board(assignment, viewer=cast.teacher, now=clock.now())
    assert (board.totals["draft_begun"], board.totals["not_started"]) == (1, 1)
    of_class = boards.class_board(cast.room, viewer=cast.teacher, now=clock.now())
    assert {cell.place.value for row in of_class.rows for cell in row.cells if cell.place} == {
        "draft_begun",
        "not_started",
    }
    client.force_login(cast.teacher)
    desk = client.get(reverse("grade", args=[submission.pk])).content.decode()
    assert "A draft is begun." in desk
