"""Marks for work that was never handed in."""

import io
import re
import zipfile
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, User
from assignments import actions, boards, exports, facts, grade_log, history, readings
from assignments.errors import ClaimHeld, StateConflict
from assignments.lifecycle import Act
from assignments.models import Excuse, Grade, ParkedCopy, Submission
from assignments.reports.skills import class_skills
from assignments.reports.student import student_report
from destalin_site.common import clock
from destalin_site.common.errors import DomainError, ValidationFailed, VersionStale
from tests.api_client import ApiClient
from tests.assignments import revised, work
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def draft(submission: Submission, text: str = "Begun and never handed in.") -> None:
    body = work.body_for(submission.assignment, text)
    actions.save_draft(submission, body=body, if_rev=0, by=submission.student)
    submission.refresh_from_db()


def given(submission: Submission, cast: Cast, score: str = "0", **said: Any) -> Grade:
    work.mark(submission, cast.teacher, questions=[], score=Decimal(score), feedback="You handed in nothing.")
    return actions.return_grade(submission, by=cast.teacher, without_submission=True, **said)


def acts(submission: Submission) -> list[str]:
    return [event.transition for event in submission.events.in_order()]


def may(submission: Submission, person: Any) -> list[str]:
    row = Submission.objects.with_facts().get(pk=submission.pk)
    return facts.possible(row, person=person, now=clock.now())["allowed"]


def test_a_teacher_marks_and_returns_what_was_never_handed_in(cast: Cast, submission: Submission) -> None:
    assert may(submission, cast.teacher) == ["hand_in_for", "mark", "excuse"]
    work.mark(submission, cast.teacher, questions=[], score=Decimal(0), feedback="You handed in nothing.")
    submission.refresh_from_db()
    assert (submission.state, submission.claimed_by, submission.grade_ready) == ("assigned", None, True)
    assert may(submission, cast.teacher) == ["hand_in_for", "mark", "excuse", "grade_without_submission"]
    assert not Grade.objects.visible_to(cast.student).exists()
    grade = actions.return_grade(submission, by=cast.teacher, without_submission=True)
    submission.refresh_from_db()
    assert (submission.state, submission.returned_grade, grade.attempt) == ("returned", grade, None)
    assert grade.final_score == Decimal(0)
    assert acts(submission) == ["T1", "T8", "T18"]
    assert not list(history.check_all())
    entry = grade_log.of(submission, viewer=cast.student)[-1]
    assert (entry.what, entry.hand_in, entry.new) == ("returned", None, Decimal(0))


def test_it_must_be_said_that_nothing_was_handed_in(cast: Cast, submission: Submission) -> None:
    work.mark(submission, cast.teacher)
    with pytest.raises(StateConflict):
        actions.return_grade(submission, by=cast.teacher)
    work.hand_in(submission)
    work.mark(submission, cast.teacher)
    with pytest.raises(StateConflict):
        actions.return_grade(submission, by=cast.teacher, without_submission=True)


def test_without_marks_or_words_there_is_nothing_to_return(cast: Cast, submission: Submission) -> None:
    with pytest.raises(ValidationFailed) as refused:
        actions.return_grade(submission, by=cast.teacher, without_submission=True)
    assert refused.value.extra["errors"][0]["code"] == "nothing-to-return"


def test_a_draft_that_nobody_has_seen_is_passed_over_only_when_that_is_meant(
    cast: Cast, submission: Submission
) -> None:
    draft(submission)
    with pytest.raises(ValidationFailed) as refused:
        given(submission, cast)
    assert refused.value.extra["errors"][0]["pointer"] == "/confirmed"
    assert given(submission, cast, confirmed=True).status == "returned"
    submission.refresh_from_db()
    assert submission.draft.body == work.body_for(submission.assignment, "Begun and never handed in.")


@pytest.mark.parametrize(("begun", "led_back"), [(False, "assigned"), (True, "drafting")])
def test_a_recall_leads_back_to_where_the_student_was(
    cast: Cast, submission: Submission, begun: bool, led_back: str
) -> None:
    if begun:
        draft(submission)
    seen = given(submission, cast, confirmed=True)
    submission.refresh_from_db()
    copy = actions.recall(submission, reason="Too soon", by=cast.teacher)
    submission.refresh_from_db()
    assert (submission.state, submission.claim_from) == ("in_review", led_back)
    assert (copy.attempt, copy.final_score, copy.version > seen.version) == (None, seen.final_score, True)
    actions.release(submission, by=cast.teacher)
    submission.refresh_from_db()
    assert submission.state == led_back
    assert work.hand_in(submission).attempt.number == 1
    assert not list(history.check_all())


@pytest.mark.parametrize("essay_alone", [False, True])
def test_a_hand_in_sets_the_marks_given_without_it_aside(cast: Cast, essay_alone: bool) -> None:
    edition = work.make_edition()
    chosen = [q["id"] for q in edition.read().questions if q["kind"] == "essay"] if essay_alone else None
    submission = work.submission_of(work.make_assignment(cast, edition, questions=chosen), cast.student)
    early = work.mark(submission, cast.teacher, questions=[], score=Decimal(1))
    work.hand_in(submission)
    early.refresh_from_db()
    submission.refresh_from_db()
    assert (early.status, early.final_score, submission.grade_ready) == ("superseded", Decimal(1), False)
    with pytest.raises(VersionStale):  # who has the old marks open does not save them for the new words
        work.mark(submission, cast.teacher, if_version=1)
    newer = work.mark(submission, cast.teacher)
    assert newer.attempt == submission.counted
    assert len(set(submission.grades.values_list("version", flat=True))) == submission.grades.count()
    assert not list(history.check_all())


def test_marks_for_nothing_are_not_saved_for_a_hand_in_that_came_meanwhile(cast: Cast, submission: Submission) -> None:
    work.mark(submission, cast.teacher, about="", score=Decimal(0))
    attempt = work.hand_in(submission).attempt
    newest = submission.grades.latest_first().values_list("version", flat=True)[0]
    with pytest.raises(ValidationFailed) as refused:
        work.mark(submission, cast.teacher, about="", if_version=newest)
    assert refused.value.extra["errors"][0]["code"] == "other-hand-in"
    assert work.mark(submission, cast.teacher, about=str(attempt.pk)).attempt == attempt


def test_marks_drafted_since_stay_when_a_grade_without_a_hand_in_is_taken_back(
    cast: Cast, submission: Submission
) -> None:
    given(submission, cast, "1")
    actions.claim(submission, by=cast.teacher)
    work.mark(submission, cast.teacher, questions=[], score=Decimal(3))
    actions.release(submission, by=cast.teacher)
    assert actions.recall(submission, reason="A slip", by=cast.teacher).override == Decimal(3)


def test_a_grade_without_a_hand_in_is_changed_as_any_other(cast: Cast, submission: Submission) -> None:
    given(submission, cast, "1")
    submission.refresh_from_db()
    assert actions.claim(submission, by=cast.teacher).claim_from == "returned"
    with pytest.raises(ClaimHeld):
        work.mark(submission, cast.co_teacher)
    work.mark(submission, cast.teacher, questions=[], score=Decimal(2))
    changed = actions.return_grade(submission, by=cast.teacher, reason="A mild day")
    assert (changed.attempt, changed.final_score) == (None, Decimal(2))
    assert not list(history.check_all())


def test_what_comes_after_waits_and_counts_when_the_teacher_takes_it(cast: Cast, submission: Submission) -> None:
    given(submission, cast)
    with pytest.raises(DomainError):
        work.hand_in(submission)
    parked = ParkedCopy.objects.get(submission=submission)
    actions.accept_parked(parked, by=cast.teacher)
    submission.refresh_from_db()
    assert (submission.state, submission.counted is not None) == ("submitted", True)
    assert Grade.objects.visible_to(cast.student).get().attempt is None
    assert Act.RETURN.value not in may(submission, cast.teacher)
    work.mark(submission, cast.teacher)
    actions.return_grade(submission, by=cast.teacher)
    submission.refresh_from_db()
    assert submission.returned_grade is not None
    assert submission.returned_grade.attempt == submission.counted
    # What was given without a hand-in stands beside it.
    seen = Grade.objects.visible_to(cast.student).by_hand_in()
    assert [grade.attempt for grade in seen] == [submission.counted, None]
    assert not list(history.check_all())


# --- REST -------------------------------------------------------------------------------------------------------------


def test_it_is_done_through_rest_as_the_contract_says(cast: Cast, submission: Submission, api: ApiClient) -> None:
    draft(submission)
    where, teacher = f"/api/v1/submissions/{submission.pk}", api.as_(cast.teacher)
    saved = teacher.put(f"{where}/grade", {"score": "0", "feedback": "Nothing came."}, headers={"If-Match": '"g0"'})
    assert (saved.status_code, saved.json()["attempt"]) == (200, None)
    assert api.as_(cast.student).get(f"{where}/grade").json() == {"status": "none"}
    assert "grade_without_submission" in api.as_(cast.teacher).get(where).json()["allowed"]
    teacher = api.as_(cast.teacher)
    assert teacher.post(f"{where}/return", {}).status_code == 409
    unconfirmed = teacher.post(f"{where}/return", {"without_submission": True})
    assert (unconfirmed.status_code, unconfirmed.json()["errors"][0]["code"]) == (422, "draft-unseen")
    done = teacher.post(f"{where}/return", {"without_submission": True, "confirmed": True})
    assert (done.json()["state"], done.json()["returned"]["score"]) == ("returned", "0.00")
    assert api.as_(cast.student).get(f"{where}/grade").json()["final_score"] == "0.00"


def test_a_hand_in_makes_the_tag_of_the_earlier_marks_a_stale_one(
    cast: Cast, submission: Submission, api: ApiClient
) -> None:
    work.mark(submission, cast.teacher)
    where, teacher = f"/api/v1/submissions/{submission.pk}/grade", api.as_(cast.teacher)
    old = teacher.get(where)["ETag"]
    work.hand_in(submission)
    now = teacher.get(where)["ETag"]
    assert now != old
    assert teacher.put(where, {"score": "1"}, headers={"If-Match": old}).status_code == 412
    assert teacher.put(where, {"score": "1"}, headers={"If-Match": now}).status_code == 200


# --- Pages ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def teacher(client: Client, cast: Cast) -> Client:
    client.force_login(cast.teacher)
    return client


def desk(submission: Submission) -> str:
    return reverse("grade", args=[submission.pk])


def test_the_desk_of_a_pupil_who_handed_in_nothing_offers_to_mark_it(teacher: Client, submission: Submission) -> None:
    shown = teacher.get(desk(submission)).content.decode()
    assert "Mark it without a hand-in" in shown
    assert "Points for question 1" not in shown
    opened = teacher.get(desk(submission) + "?without=1").content.decode()
    assert "Points for question 1" in opened
    assert "Nothing is handed in" in opened
    submission.refresh_from_db()
    assert (submission.state, submission.version) == ("assigned", 1)  # reading changed nothing


def test_marks_that_were_taken_back_are_returned_again_by_the_button_of_the_desk(
    cast: Cast, teacher: Client, submission: Submission
) -> None:
    given(submission, cast)
    actions.recall(submission, reason="Too soon", by=cast.teacher)
    page = teacher.get(reverse("grade", args=[submission.pk])).content.decode()
    fields = dict(re.findall(r'name="(without_submission)" value="(1)"', page))
    answer = teacher.post(reverse("grade-return", args=[submission.pk]), fields, follow=True)
    assert "has it back" in answer.content.decode()
    submission.refresh_from_db()
    assert submission.state == "returned"


def test_what_was_taken_back_is_marked_as_what_was_never_handed_in(
    cast: Cast, teacher: Client, submission: Submission
) -> None:
    draft(submission)
    work.hand_in(submission)
    actions.withdraw(submission, by=cast.student)
    page = teacher.get(reverse("grade", args=[submission.pk])).content.decode()
    assert "Mark it without a hand-in" in page
    begun = teacher.get(reverse("grade", args=[submission.pk]), {"without": "1"}).content.decode()
    assert 'name="feedback"' in begun
    earlier = teacher.get(reverse("grade", args=[submission.pk]), {"attempt": "1", "without": "1"}).content.decode()
    assert 'name="feedback"' not in earlier


def test_a_pupils_draft_is_told_by_its_length_and_passed_over_only_when_ticked(
    cast: Cast, teacher: Client, submission: Submission
) -> None:
    draft(submission, "Five secret words of hers.")
    essay = next(iter(readings.questions(submission.assignment)))
    marks = {"version": "0", "about": "", f"points-{essay}": "0", "score": "0", "feedback": "Nothing came."}
    told = teacher.post(
        reverse("grade-marks", args=[submission.pk]), marks, headers={"Accept": "application/json"}
    ).json()
    assert "Return without a hand-in" in told["parts"]["acts"]
    shown = teacher.get(desk(submission)).content.decode()
    assert "Student has a draft of 5 words that nobody has seen." in shown
    assert "secret" not in shown
    give = reverse("grade-return", args=[submission.pk])
    refused = teacher.post(give, {"without_submission": "1"}, follow=True).content.decode()
    assert "There is a draft that nobody has seen." in refused
    submission.refresh_from_db()
    assert submission.state == "drafting"
    teacher.post(give, {"without_submission": "1", "confirmed": "1"})
    submission.refresh_from_db()
    assert submission.state == "returned"
    assert "These marks stand without it." in teacher.get(desk(submission)).content.decode()


def test_marks_that_cannot_be_are_shown_again_where_nothing_was_handed_in(
    teacher: Client, submission: Submission
) -> None:
    answer = teacher.post(
        reverse("grade-marks", args=[submission.pk]), {"version": "0", "about": "", "score": "8", "feedback": "Kept."}
    )
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "This work has 7 points in all." in shown
    assert "Kept." in shown


def test_a_hand_in_that_came_meanwhile_is_told_beside_the_marks(teacher: Client, submission: Submission) -> None:
    work.hand_in(submission)
    newest = submission.grades.latest_first().values_list("version", flat=True)[0]
    answer = teacher.post(
        reverse("grade-marks", args=[submission.pk]),
        {"version": str(newest), "about": "", "score": "0"},
        headers={"Accept": "application/json"},
    )
    assert answer.status_code == 422
    assert "Meanwhile something was handed in" in answer.json()["saved"]


def feedback(cast: Cast, submission: Submission) -> str:
    client = Client()
    client.force_login(cast.student)
    return client.get(reverse("feedback", args=[submission.pk])).content.decode()


def test_her_feedback_says_that_nothing_was_handed_in(cast: Cast, submission: Submission) -> None:
    given(submission, cast)
    shown = feedback(cast, submission)
    assert "Nothing was handed in." in shown
    assert '<p class="score">0 <span>of 7</span></p>' in shown
    assert "Teacher returned it without a hand-in: 0 of 7." in shown


def papers(of: Submission, cast: Cast) -> list[str]:
    """What is printed of it: by her teacher, by herself once it came back, and in the folder of feedback."""

    def printed(person: User) -> str:
        client = Client()
        client.force_login(person)
        return client.get(reverse("submission-print", args=[of.pk])).content.decode()

    file = exports.feedback(of.assignment, by=cast.teacher, now=clock.now())
    folder = zipfile.ZipFile(io.BytesIO(b"".join(file.parts)))
    pages = [folder.read(name).decode() for name in folder.namelist() if of.pk.hex[-8:] in name]
    return [printed(cast.teacher), printed(of.student), *pages]


def test_on_paper_each_question_stands_with_its_points_and_that_nothing_was_handed_in(
    cast: Cast, submission: Submission
) -> None:
    essay, single, _multiple = readings.questions(submission.assignment)
    some = [{"question": essay, "points": Decimal(0), "comment": "Ask me."}, {"question": single, "points": Decimal(1)}]
    draft(submission)
    work.mark(submission, cast.teacher, questions=some, score=Decimal(2))
    before = papers(submission, cast)
    assert [page.count("0 of 4") for page in before] == [1, 0]  # marks that are drafted are not hers
    actions.return_grade(submission, by=cast.teacher, without_submission=True, confirmed=True)
    shown = papers(submission, cast)
    assert len(shown) == 3
    for page in shown:
        for words in ("Question 1", "Who paid?", "0 of 4", "1 of 1", "not scored", "Ask me."):
            assert words in page
        assert page.count("Nothing was handed in.") == 4
        assert "No answer." not in page
        assert "Begun and never handed in." not in page


# --- Zero, missing, excused and not scored are four values ------------------------------------------------------------


def test_nought_and_no_points_are_two_things_on_the_feedback_page(cast: Cast, submission: Submission) -> None:
    essay, single, _multiple = readings.questions(submission.assignment)
    some = [{"question": essay, "points": Decimal(0)}, {"question": single, "points": None}]
    work.mark(submission, cast.teacher, questions=some, score=Decimal(0))
    actions.return_grade(submission, by=cast.teacher, without_submission=True)
    shown = feedback(cast, submission)
    assert "0 of 4" in shown
    assert shown.count("not scored") == 2


def test_the_boards_keep_the_four_apart(cast: Cast, submission: Submission) -> None:
    def cell(of: Submission) -> str:
        board = boards.class_board(cast.room, viewer=cast.teacher, now=clock.now())
        found = next(c for row in board.rows for c in row.cells if c.submission == of.pk)
        assert found.mark is not None
        return found.mark.sentence

    def row(of: Submission) -> boards.StudentRow:
        board = boards.assignment_board(of.assignment, viewer=cast.teacher, now=clock.now())
        assert board.totals["handed_in"] == 0
        return next(row for row in board.rows if row.submission == of.pk)

    other = work.submission_of(work.make_assignment(cast, due=work.due("2026-01-10T12:00")), cast.student)
    assert (cell(other), row(other).badges) == ("not started, missing", ("Missing",))
    given(other, cast)
    assert cell(other) == "returned, 0 of 7, without a hand-in"
    assert (row(other).score, row(other).badges, row(other).badge_codes) == (
        "0 of 7",
        ("No hand-in",),
        ("nothing_handed_in",),
    )
    work.mark(submission, cast.teacher, questions=[])
    actions.return_grade(submission, by=cast.teacher, without_submission=True)
    assert cell(submission) == "returned without points, without a hand-in"
    assert row(submission).score == ""
    actions.excuse(submission, category=Excuse.ILLNESS, reason="Ill", by=cast.teacher)
    assert cell(submission) == "excused, outside the totals"


def test_who_handed_in_nothing_counts_as_expected_and_not_as_handed_in(cast: Cast, submission: Submission) -> None:
    given(submission, cast, "3")
    board = boards.class_board(cast.room, viewer=cast.teacher, now=clock.now())
    row = next(row for row in board.rows if row.id == cast.student.pk)
    assert (row.sums.handed_in, row.sums.expected, row.sums.score, row.sums.out_of) == (0, 1, "3", "7")
    assert board.columns[0].handed_in == 0


def test_marks_that_are_taken_back_leave_what_she_had_taken_back_to_count_again(
    cast: Cast, submission: Submission
) -> None:
    work.hand_in(submission)
    actions.withdraw(submission, by=cast.student)
    given(submission, cast, confirmed=True)
    assert Submission.objects.get(pk=submission.pk).withdrawn is None
    actions.recall(submission, reason="She had handed in.", by=cast.teacher)
    row = Submission.objects.get(pk=submission.pk)
    assert (row.claim_from, row.withdrawn) == ("drafting", row.attempts.get())
    assert not list(history.check_all())


def test_other_marks_that_were_given_meanwhile_do_not_forget_it(cast: Cast, submission: Submission) -> None:
    work.hand_in(submission)
    actions.withdraw(submission, by=cast.student)
    given(submission, cast, confirmed=True)
    actions.claim(submission, by=cast.teacher)
    given(submission, cast, score="1", confirmed=True, reason="Miscounted.")
    actions.recall(submission, reason="She had handed in.", by=cast.teacher)
    row = Submission.objects.get(pk=submission.pk)
    assert row.withdrawn == row.attempts.get()
    assert not list(history.check_all())


def her_desk(cast: Cast, submission: Submission) -> str:
    hers = Client()
    hers.force_login(cast.student)
    return hers.get(reverse("desk", args=[submission.pk])).content.decode()


def test_after_marks_without_a_hand_in_her_desk_says_that_it_is_the_teachers_to_ask(
    cast: Cast, submission: Submission
) -> None:
    given(submission, cast)
    page = her_desk(cast, submission)
    assert "You can hand in only if your teacher asks you for another version." in page
    assert "data-hand-in" not in page
    actions.request_revision(submission, due=work.due("2199-01-01T12:00"), words="Begin.", by=cast.teacher)
    assert "data-hand-in" in her_desk(cast, submission)


def test_where_work_may_be_improved_she_hands_in_after_all_and_it_is_late_by_its_own_due_time(cast: Cast) -> None:
    given_out = work.make_assignment(cast, due=work.due("2026-05-01T12:00"), resubmission=True)
    submission = work.submission_of(given_out, cast.student)
    given(submission, cast)
    page = her_desk(cast, submission)
    assert "Marks were given without a hand-in, and you may still hand in." in page
    assert "data-hand-in" in page
    assert "It counts as late." in page
    work.hand_in(submission)
    assert (work.reread(submission).late_seconds or 0) > 0
    assert not list(history.check_all())


@pytest.mark.parametrize("since", ["returned", "taken up again"])
def test_marks_without_a_hand_in_are_drawn_in_the_edition_that_they_were_given_in(
    cast: Cast, client: Client, since: str
) -> None:
    room = revised.make(cast, lambda edition: revised.without_question(edition, "multiple"), resubmission=True)
    submission = room.fresh
    work.mark(submission, cast.teacher)
    actions.return_grade(submission, by=cast.teacher, without_submission=True)
    submission.refresh_from_db()
    if since == "taken up again":
        draft(submission, "Now I begin.")
        assert submission.state == "revising"
    room.upgrade("all")
    submission.refresh_from_db()
    assert submission.edition_id == (room.old.pk if since == "returned" else room.new.pk)
    client.force_login(cast.classmate)
    read = client.get(reverse("feedback", args=[submission.pk])).context["work"]
    assert [question.points for question in read.answered] == ["4", "1", "2"]
    assert [[page.count(f"{n} of {n}<") for n in (4, 1, 2)] for page in papers(submission, cast)] == [[1, 1, 1]] * 3
    member = Membership.objects.select_related("classroom", "user").get(user=cast.classmate, classroom=cast.room)
    for told in (student_report(member, own=False, now=clock.now()).skills, class_skills(cast.room).skills):
        assert [(line.points, line.possible) for line in told.lines] == [(Decimal(7), Decimal(7))]
