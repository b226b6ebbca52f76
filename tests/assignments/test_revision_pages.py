"""Taking back, revising and improving on the pages and through REST."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from assignments import actions
from assignments.models import Assignment, Submission
from tests.assignments import work
from tests.assignments.work import at, due, reread
from tests.cast import Cast

pytestmark = pytest.mark.django_db

TYPED = {"words": "Say who decided.", "date": "2026-05-08", "time": "12:00"}
SAID = {"due": {"date": "2026-05-08", "time": "12:00", "zone": "Europe/Warsaw"}, "feedback": "Say who decided."}


@pytest.fixture
def assignment(cast: Cast, time_machine: Any) -> Assignment:
    """Due on the first of May at noon in Warsaw, closed on the third; it is two days before."""
    time_machine.move_to(at("2026-04-29T10:00Z"), tick=False)
    return work.make_assignment(cast, due=due("2026-05-01T12:00"), closes_at=at("2026-05-03T10:00Z"))


@pytest.fixture
def handed_in(submission: Submission) -> Submission:
    work.hand_in(submission, received_at=at("2026-04-29T10:00Z"))
    return reread(submission)


@pytest.fixture
def hers(client: Client, cast: Cast) -> Client:
    client.force_login(cast.student)
    return client


@pytest.fixture
def teacher(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.teacher)
    return client


def text(answer: Any) -> str:
    return answer.content.decode()


def test_a_student_takes_back_what_she_handed_in_and_reads_what_counts_then(
    hers: Client, handed_in: Submission
) -> None:
    desk = reverse("desk", args=[handed_in.pk])
    page = text(hers.get(desk))
    assert "Take back what I handed in" in page
    assert "it counts again with its own time" in page
    assert "5 more times" in page
    page = text(hers.post(reverse("take-back", args=[handed_in.pk]), follow=True))
    assert "Taken back. You go on where you were" in page
    assert "nothing counts as handed in" in page
    assert "Take back what I handed in" not in page
    assert "Taken back: not handed in." in text(hers.get(reverse("my-work")))


def test_what_is_due_offers_no_taking_back_and_a_stale_page_says_why(
    hers: Client, handed_in: Submission, time_machine: Any
) -> None:
    time_machine.move_to(at("2026-05-01T10:01Z"), tick=False)
    assert "Take back what I handed in" not in text(hers.get(reverse("desk", args=[handed_in.pk])))
    hers.post(reverse("take-back", args=[handed_in.pk]))
    assert reread(handed_in).state == "submitted"


def test_a_teacher_gives_work_back_and_the_student_revises_it(
    hers: Client, teacher: Client, handed_in: Submission
) -> None:
    assert reverse("revision", args=[handed_in.pk]) in text(teacher.get(reverse("grade", args=[handed_in.pk])))
    page = text(teacher.post(reverse("revision", args=[handed_in.pk]), TYPED, follow=True))
    assert "Student has until Friday 8 May 2026, 12:00 Warsaw time (CEST) to revise it" in page
    day = text(hers.get(reverse("my-work")))
    assert "Your teacher asks for another version." in day
    assert "Revise it by Friday 8 May" in day
    desk = text(hers.get(reverse("desk", args=[handed_in.pk])))
    assert "Say who decided." in desk
    assert "The revision is due Friday 8 May 2026, 12:00" in desk
    assert "Revise by Friday 8 May, 12:00" in desk
    page = text(hers.post(reverse("keep-grade", args=[handed_in.pk]), follow=True))
    assert "The revision has ended." in page
    shown = text(teacher.get(reverse("revision", args=[handed_in.pk])))
    assert "the grade was kept" in shown


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"words": ""}, "Say what to revise, or mark the work first."),
        ({"date": "2026-04-28"}, "This must lie ahead."),
        ({"date": ""}, "This field is required."),
    ],
)
def test_what_does_not_fit_is_said_beside_its_field(
    teacher: Client, handed_in: Submission, typed: dict[str, str], said: str
) -> None:
    answer = teacher.post(reverse("revision", args=[handed_in.pk]), {**TYPED, **typed})
    assert answer.status_code == 422
    assert said in text(answer)
    assert work.REFUSAL_TAKES_FOCUS in text(answer)
    assert reread(handed_in).state == "submitted"


def test_a_teacher_ends_a_revision(teacher: Client, handed_in: Submission) -> None:
    teacher.post(reverse("revision", args=[handed_in.pk]), TYPED)
    page = text(teacher.get(reverse("revision", args=[handed_in.pk])))
    assert "End the revision" in page
    page = text(teacher.post(reverse("revision-end", args=[handed_in.pk]), follow=True))
    assert "The revision of Student has ended." in page
    assert reread(handed_in).state == "returned"


def test_marks_that_come_into_sight_are_announced(
    teacher: Client, hers: Client, cast: Cast, handed_in: Submission
) -> None:
    work.mark(handed_in, cast.teacher, feedback="A good start.")
    assert "The marks that you drafted come into" in text(teacher.get(reverse("revision", args=[handed_in.pk])))
    assert hers.get(reverse("feedback", args=[handed_in.pk])).status_code == 404
    teacher.post(reverse("revision", args=[handed_in.pk]), TYPED)
    assert "A good start." in text(hers.get(reverse("feedback", args=[handed_in.pk])))


def test_returned_work_may_be_improved_where_the_assignment_says_so(
    hers: Client, cast: Cast, handed_in: Submission
) -> None:
    given = handed_in.assignment
    work.mark(handed_in, cast.teacher)
    actions.return_grade(handed_in, by=cast.teacher)
    desk = reverse("desk", args=[handed_in.pk])
    assert "you may hand in an improved version" not in text(hers.get(desk))
    until = {"resubmission": True, "resubmit_until": at("2026-05-20T10:00Z")}
    actions.update_assignment(given, if_version=given.version, by=cast.teacher, **until)
    page = text(hers.get(desk))
    assert "you may hand in an improved version until Wednesday 20 May 2026, 12:00 Warsaw time (CEST)" in page
    assert "data-hand-in" in page
    assert "You may improve it." in text(hers.get(reverse("my-work")))


def test_everything_is_told_through_rest(cast: Cast, hers: Client, teacher: Client, handed_in: Submission) -> None:
    address = f"/api/v1/submissions/{handed_in.pk}"
    taken = hers.post(f"{address}/withdrawal", {}, content_type="application/json").json()
    assert (taken["state"], taken["withdrawn"], taken["withdrawals"]) == ("drafting", True, 1)
    work.hand_in(handed_in, work.body_for(handed_in.assignment, "Better."), received_at=at("2026-04-29T11:00Z"))
    assert hers.get(f"{address}/revision-request").status_code == 404
    asked = teacher.post(f"{address}/revision-request", SAID, content_type="application/json").json()
    assert (asked["state"], asked["due_from"], asked["revisions"]) == ("revising", "revision", 1)
    assert asked["closes_at"] == "2026-05-08T10:00:59.999999Z"
    told = hers.get(f"{address}/revision-request").json()
    assert (told["feedback"], told["outcome"], told["due"]["time"]) == ("Say who decided.", "open", "12:00")
    kept = hers.post(f"{address}/keep-grade", {}, content_type="application/json").json()
    assert (kept["state"], kept["due_from"]) == ("returned", "assignment")
    assert hers.get(f"{address}/revision-request").json()["outcome"] == "kept"


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"grace_seconds": 8 * 86_400}, "/grace_seconds"),
        ({"withdrawals": 100}, "/withdrawals"),
        ({"resubmission": False, "resubmit_until": "2026-05-20T10:00:00Z"}, "/resubmit_until"),
    ],
)
def test_settings_are_taken_and_refused_through_rest(
    teacher: Client, assignment: Assignment, change: dict[str, Any], pointer: str
) -> None:
    def patch(body: dict[str, Any]) -> Any:
        return teacher.patch(
            f"/api/v1/assignments/{assignment.pk}",
            body,
            content_type="application/json",
            headers={"If-Match": f'"a{Assignment.objects.get().version}"'},
        )

    good = {
        "grace_seconds": 600,
        "withdrawals": 2,
        "reinstates_at_close": False,
        "hands_in_at_close": True,
        "resubmission": True,
        "replies_required": True,
        "resubmit_until": "2026-05-20T10:00:00Z",
    }
    shown = patch(good).json()
    assert {name: shown[name] for name in good} == good
    refused = patch(change)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == pointer


def test_grace_keeps_work_in_time_and_is_told(
    cast: Cast, hers: Client, teacher: Client, assignment: Assignment
) -> None:
    actions.update_assignment(assignment, if_version=1, by=cast.teacher, grace_seconds=600)
    submission = work.submission_of(assignment, cast.student)
    assert "up to 10 minutes after the due time" in text(hers.get(reverse("desk", args=[submission.pk])))
    made = work.hand_in(submission, received_at=at("2026-05-01T10:10:59Z"))
    assert (made.timing.result, made.timing.rule) == ("on_time", "within_grace")
    other = work.submission_of(assignment, cast.classmate)
    made = work.hand_in(other, by=cast.classmate, received_at=at("2026-05-01T10:11:00Z"))
    assert (made.timing.result, made.timing.seconds) == ("late", 600)


def test_less_grace_harms_nobody_who_handed_in_and_more_helps(cast: Cast, assignment: Assignment) -> None:
    submission = work.submission_of(assignment, cast.student)
    work.hand_in(submission, received_at=at("2026-05-01T10:05:00Z"))
    assert reread(submission).late_seconds == 240
    actions.update_assignment(assignment, if_version=1, by=cast.teacher, grace_seconds=600)
    assert reread(submission).late_seconds == 0
    actions.update_assignment(assignment, if_version=2, by=cast.teacher, grace_seconds=0)
    assert reread(submission).late_seconds == 0


def test_the_form_of_an_assignment_says_what_becomes_of_work(teacher: Client, assignment: Assignment) -> None:
    address = reverse("assignment-edit", args=[assignment.pk])
    initial = teacher.get(address).context["form"].initial
    typed = {name: value for name, value in initial.items() if value not in (None, "", False)}
    typed |= {
        "grace_minutes": "10",
        "resubmission": "on",
        "replies_required": "on",
        "improve_date": "2026-05-20",
        "improve_time": "12:00",
    }
    answer = teacher.post(address, {**typed, "withdrawals_limit": "0"})
    assert answer.status_code == 302, answer.context["form"].errors
    row = Assignment.objects.get()
    assert (row.grace_seconds, row.withdrawals_limit, row.resubmission) == (600, 0, True)
    assert row.replies_required
    del typed["replies_required"]
    assert teacher.post(address, {**typed, "settings": "known", "version": "2"}).status_code == 302
    assert not Assignment.objects.get().replies_required
    assert row.resubmit_until == at("2026-05-20T10:00Z")
    page = text(teacher.get(reverse("assignment-board", args=[assignment.pk])))
    assert "up to 10 minutes after the due time" in page
    assert "Work may be improved" in page


def test_what_was_taken_back_is_not_told_as_handed_in_since(hers: Client, cast: Cast, handed_in: Submission) -> None:
    work.mark(handed_in, cast.teacher)
    actions.return_grade(handed_in, by=cast.teacher)
    actions.request_revision(handed_in, due=work.due("2026-05-20T12:00"), words="Again.", by=cast.teacher)
    feedback = reverse("feedback", args=[handed_in.pk])
    work.hand_in(handed_in, work.body_for(handed_in.assignment, "Better."), received_at=at("2026-04-29T11:00Z"))
    assert "you have handed in again since" in text(hers.get(feedback))
    actions.withdraw(reread(handed_in), by=cast.student)
    actions.keep_grade(handed_in, by=cast.student)
    assert "you have handed in again since" not in text(hers.get(feedback))


@pytest.mark.usefixtures("assignment")
def test_what_becomes_of_work_is_told_where_she_alone_has_a_due_time_and_a_close(
    hers: Client, teacher: Client, cast: Cast
) -> None:
    given = work.make_assignment(cast, grace_seconds=600, hands_in_at_close=True)
    submission = work.submission_of(given, cast.student)
    said = ("Work that comes up to 10 minutes after the due time", "Drafts are handed in at the close.")
    desk = reverse("desk", args=[submission.pk])
    assert not any(words in text(hers.get(desk)) for words in said)
    actions.give_dates(
        given,
        students=[cast.student.pk],
        due=work.due("2026-05-20T12:00"),
        closes_at=at("2026-05-21T12:00Z"),
        reason="Exchange",
        by=cast.teacher,
    )
    for answer in (hers.get(desk), teacher.get(reverse("other-dates", args=[given.pk]))):
        assert said[0] in text(answer)
        assert said[1] in text(answer)
