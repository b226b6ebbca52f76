"""Work is judged by the rubric that its edition proposed: levels are chosen, and give the points."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import User
from assignments import actions, readings
from assignments.models import Grade, RubricEdition, Submission
from destalin_site.common.errors import ValidationFailed
from lessons.models.edition import WrittenOnce
from tests.api_client import ApiClient
from tests.assignments import work
from tests.assignments.rubric import essay_of, levels, make_edition, make_rubric
from tests.cast import Cast

D = Decimal
TWO = D(2)


@pytest.fixture
def judged(cast: Cast) -> Submission:
    """An essay judged by a rubric of 6 points and a scale, and a question of 2 typed points; handed in."""
    submission = work.submission_of(work.make_assignment(cast, make_edition()), cast.student)
    work.hand_in(submission)
    submission.refresh_from_db()
    return submission


def save(submission: Submission, by: User, *chosen: str, typed: Decimal | None = TWO, **fields: Any) -> Grade:
    """Marks with these levels, by criterion and level: "Sourcing: sound"."""
    essay, short = readings.questions(submission.assignment)
    said: dict[str, Any] = {
        "questions": [
            {"question": essay, "points": None, "comment": ""},
            {"question": short, "points": typed, "comment": ""},
        ],
        "criteria": levels(submission.assignment, *chosen),
        "feedback": "",
    }
    return work.mark(submission, by, **{**said, **fields})


def refused(act: Any) -> list[tuple[str, str]]:
    with pytest.raises(ValidationFailed) as caught:
        act()
    return [(row["pointer"], row["code"]) for row in caught.value.extra["errors"]]


# --- What an assignment is judged by ----------------------------------------------------------------------------------


def test_assigning_copies_the_rubric_of_each_question_that_names_one(judged: Submission) -> None:
    [edition] = RubricEdition.objects.filter(assignment=judged.assignment)
    essay, _ = readings.questions(judged.assignment)
    assert (edition.number, edition.title, edition.by) == (1, "Reading a letter", judged.assignment.created_by)
    assert [(c["question"], c["name"]) for c in edition.criteria] == [
        (essay, "Sourcing"),
        (essay, "Context"),
        (essay, "Voice"),
    ]
    assert len(edition.sha256) == 64


def test_an_edition_that_names_no_rubric_leaves_none_and_points_are_typed(cast: Cast, submission: Submission) -> None:
    work.hand_in(submission)
    assert not RubricEdition.objects.exists()
    grade = work.mark(submission, cast.teacher)
    assert (grade.rubric, grade.criteria, grade.final_score) == (None, [], D(7))


def test_only_the_questions_that_are_given_bring_their_rubric(cast: Cast) -> None:
    edition = make_edition()
    short = readings.document(edition.pk).questions[1]["id"]
    work.make_assignment(cast, edition, questions=[short])
    assert not RubricEdition.objects.exists()


def test_the_key_marks_a_choice_whatever_rubric_it_names(cast: Cast) -> None:
    assignment = work.make_assignment(cast, make_edition(kind="single"))
    assert not RubricEdition.objects.filter(assignment=assignment).exists()


def test_a_total_leaves_out_no_points_that_the_rubric_gives(cast: Cast) -> None:
    edition = make_edition()  # 6 by the rubric, although the essay says 4, and 2
    assert refused(lambda: work.make_assignment(cast, edition, points=D("7.99"))) == [("/points", "below-questions")]
    assert work.make_assignment(cast, edition, points=D(8)).points == D(8)


def test_a_rubric_that_changes_later_changes_no_assignment(judged: Submission, cast: Cast) -> None:
    before = RubricEdition.objects.get().criteria
    rubric = make_rubric()
    rubric.title = "Another"
    rubric.save()
    assert RubricEdition.objects.get().criteria == before


def test_a_rubric_edition_is_written_once_also_for_what_goes_past_python(judged: Submission) -> None:
    edition = RubricEdition.objects.get()
    edition.title = "Another"
    with pytest.raises(WrittenOnce):
        edition.save()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE assignments_rubricedition SET title = 'Another'")


# --- Marks ------------------------------------------------------------------------------------------------------------


def test_the_chosen_levels_give_the_points_of_their_question(judged: Submission, cast: Cast) -> None:
    grade = save(judged, cast.teacher, "Sourcing: sound", "Context: weak", "Voice: own")
    essay, short = readings.questions(judged.assignment)
    assert grade.points == {essay: D(4), short: D(2)}
    assert [(each["level"] is not None, each["points"]) for each in grade.criteria] == [
        (True, "3.00"),
        (True, "1.00"),
        (True, None),
    ]
    assert (grade.entered_score, grade.out_of, grade.rubric) == (D(6), D(8), RubricEdition.objects.get())


def test_a_question_need_not_be_named_to_get_the_points_of_its_levels(judged: Submission, cast: Cast) -> None:
    grade = save(judged, cast.teacher, "Sourcing: sound", questions=[])
    assert grade.points == {essay_of(judged.assignment): D(3)}


def test_nothing_chosen_is_not_scored_and_the_lowest_level_is_nought(judged: Submission, cast: Cast) -> None:
    essay, _ = readings.questions(judged.assignment)
    assert save(judged, cast.teacher, typed=None).points[essay] is None
    assert save(judged, cast.teacher, typed=None).final_score is None
    grade = save(judged, cast.teacher, "Sourcing: none", typed=None)
    assert (grade.points[essay], grade.final_score) == (D(0), D(0))


@pytest.mark.parametrize("typed", [D(3), D(0)])
def test_points_are_not_typed_on_a_question_that_the_rubric_scores(
    judged: Submission, cast: Cast, typed: Decimal
) -> None:
    essay = essay_of(judged.assignment)
    marks = [{"question": essay, "points": typed, "comment": ""}]
    assert refused(lambda: save(judged, cast.teacher, "Sourcing: sound", "Context: weak", questions=marks)) == [
        ("/questions/0/points", "by-rubric")
    ]
    assert not Grade.objects.exists()
    # As it was read it may be sent back.
    marks[0]["points"] = D("4.00")
    assert save(judged, cast.teacher, "Sourcing: sound", "Context: weak", questions=marks).points == {essay: D(4)}


def test_a_question_with_scales_alone_takes_typed_points(cast: Cast) -> None:
    submission = work.submission_of(work.make_assignment(cast, make_edition(scale=True)), cast.student)
    work.hand_in(submission)
    essay, short = readings.questions(submission.assignment)
    marks = [{"question": essay, "points": D(3), "comment": ""}, {"question": short, "points": D(2), "comment": ""}]
    grade = save(submission, cast.teacher, "Voice: own", questions=marks)
    assert (grade.points, grade.out_of) == ({essay: D(3), short: D(2)}, D(6))
    # What has no points keeps nothing back.
    assert actions.return_grade(submission, by=cast.teacher).final_score == D(5)


@pytest.mark.parametrize(
    ("wrong", "fault"),
    [
        ({"criterion": "c-none"}, ("/criteria/0/criterion", "unknown-criterion")),
        ({"question": "q-none"}, ("/criteria/0/criterion", "unknown-criterion")),
        ({"level": "l-none"}, ("/criteria/0/level", "unknown-level")),
        ({}, ("/criteria/1/criterion", "twice")),
    ],
)
def test_what_the_rubric_does_not_have_is_not_saved(
    judged: Submission, cast: Cast, wrong: dict[str, str], fault: tuple[str, str]
) -> None:
    [choice] = levels(judged.assignment, "Sourcing: sound")
    criteria = [{**choice, **wrong}] if wrong else [choice, choice]
    assert refused(lambda: save(judged, cast.teacher, criteria=criteria)) == [fault]
    assert not Grade.objects.exists()


def test_an_assignment_without_a_rubric_takes_no_levels(submission: Submission, cast: Cast) -> None:
    work.hand_in(submission)
    choice = {"question": essay_of(submission.assignment), "criterion": "c", "level": "l", "comment": ""}
    assert refused(lambda: work.mark(submission, cast.teacher, criteria=[choice])) == [
        ("/criteria/0/criterion", "unknown-criterion")
    ]


def test_the_same_levels_again_are_the_same_marks(judged: Submission, cast: Cast) -> None:
    first = save(judged, cast.teacher, "Sourcing: sound")
    again = save(judged, cast.teacher, "Sourcing: sound", if_version=0)
    assert (again.pk, again.version) == (first.pk, first.version)
    assert save(judged, cast.teacher, "Sourcing: strong").version == first.version + 1


# --- Returning --------------------------------------------------------------------------------------------------------


def test_a_criterion_that_was_forgotten_keeps_the_grade_back_and_is_named(judged: Submission, cast: Cast) -> None:
    save(judged, cast.teacher, "Sourcing: sound")
    judged.refresh_from_db()
    assert not judged.grade_ready
    context = levels(judged.assignment, "Context: weak")[0]["criterion"]
    assert refused(lambda: actions.return_grade(judged, by=cast.teacher)) == [
        (f"/criteria/{essay_of(judged.assignment)}/{context}", "not-scored")
    ]
    # The scale, which counts nothing, may stay empty.
    save(judged, cast.teacher, "Sourcing: sound", "Context: weak")
    assert actions.return_grade(judged, by=cast.teacher).final_score == D(6)


def test_a_total_of_the_teachers_own_stands_above_the_levels(judged: Submission, cast: Cast) -> None:
    save(judged, cast.teacher, "Sourcing: sound", score=D("7.5"))
    assert actions.return_grade(judged, by=cast.teacher).final_score == D("7.5")


def test_a_level_of_a_scale_is_something_to_return(judged: Submission, cast: Cast) -> None:
    save(judged, cast.teacher, "Voice: own", typed=None)
    assert actions.return_grade(judged, by=cast.teacher).final_score is None


def test_marks_that_are_taken_back_keep_their_levels_in_the_draft(judged: Submission, cast: Cast) -> None:
    given = save(judged, cast.teacher, "Sourcing: sound", "Context: weak")
    actions.return_grade(judged, by=cast.teacher)
    draft = actions.recall(judged, reason="Too low", by=cast.teacher)
    assert draft.pk != given.pk
    assert (draft.criteria, draft.rubric) == (given.criteria, given.rubric)


def test_the_levels_of_a_returned_grade_stay_also_for_what_goes_past_python(judged: Submission, cast: Cast) -> None:
    save(judged, cast.teacher, "Sourcing: sound", "Context: weak")
    Grade.objects.update(criteria=[])  # still a draft
    save(judged, cast.teacher, "Sourcing: sound", "Context: weak")
    actions.return_grade(judged, by=cast.teacher)
    with pytest.raises(DatabaseError), transaction.atomic():
        Grade.objects.update(criteria=[])


def test_the_key_marks_its_choices_beside_a_rubric(cast: Cast) -> None:
    submission = work.submission_of(work.make_assignment(cast, make_edition(second="single")), cast.student)
    work.hand_in(submission, work.body_for(submission.assignment, single=[1]))
    grade = submission.grades.get()
    assert (grade.out_of, grade.rubric) == (D(8), RubricEdition.objects.get())
    submission.refresh_from_db()
    assert not submission.grade_ready


# --- REST -------------------------------------------------------------------------------------------------------------


def put(client: ApiClient, submission: Submission, tag: str, **body: Any) -> Any:
    return client.put(f"/api/v1/submissions/{submission.pk}/grade", body, headers={"If-Match": f'"{tag}"'})


def test_staff_read_the_rubric_of_an_assignment_and_students_their_text_alone(
    judged: Submission, cast: Cast, api: ApiClient
) -> None:
    where = f"/api/v1/assignments/{judged.assignment_id}"
    told = api.as_(cast.teacher).get(where).json()["rubric"]
    assert (told["number"], told["title"]) == (1, "Reading a letter")
    assert [(c["name"], [each["points"] for each in c["levels"]]) for c in told["criteria"]] == [
        ("Sourcing", ["4", "3", "0"]),
        ("Context", ["2", "1", "0"]),
        ("Voice", ["", ""]),
    ]
    [listed] = api.as_(cast.teacher).get("/api/v1/assignments").json()["results"]
    assert listed["rubric"] == told
    assert "rubric" not in api.as_(cast.student).get(where).json()


def test_levels_are_saved_and_read_and_a_grade_may_be_sent_back_as_it_was_read(
    judged: Submission, cast: Cast, api: ApiClient
) -> None:
    teacher = api.as_(cast.teacher)
    criteria = levels(judged.assignment, "Sourcing: sound", "Voice: own")
    saved = put(teacher, judged, "g0", criteria=criteria)
    assert saved.status_code == 200, saved.content
    told = saved.json()
    assert (told["entered_score"], told["out_of"], told["rubric"]) == ("3.00", "8.00", 1)
    assert [(each["level"], each["points"]) for each in told["criteria"]] == [
        (criteria[0]["level"], "3.00"),
        (criteria[1]["level"], None),
    ]
    again = [{name: each[name] for name in criteria[0]} for each in told["criteria"]]
    sent = put(teacher, judged, "g1", criteria=again, questions=told["questions"])
    assert sent.json() == told
    # Nothing of it is the student's before the return.
    assert api.as_(cast.student).get(f"/api/v1/submissions/{judged.pk}/grade").json() == {"status": "none"}


def test_points_of_the_rubrics_question_and_unknown_levels_are_refused(
    judged: Submission, cast: Cast, api: ApiClient
) -> None:
    [choice] = levels(judged.assignment, "Sourcing: sound")
    refused = put(
        api.as_(cast.teacher),
        judged,
        "g0",
        questions=[{"question": choice["question"], "points": "4"}],
        criteria=[{**choice, "level": "none-such"}],
    )
    assert refused.status_code == 422
    assert [(row["pointer"], row["code"]) for row in refused.json()["errors"]] == [
        ("/questions/0/points", "by-rubric"),
        ("/criteria/0/level", "unknown-level"),
    ]


# --- Pages ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def desk(client: Client, cast: Cast) -> Client:
    client.force_login(cast.teacher)
    return client


def form(submission: Submission, version: int, *chosen: str, **fields: str) -> dict[str, str]:
    """The marks form as a browser sends it."""
    _, short = readings.questions(submission.assignment)
    sent = {f"level-{c['question']}-{c['criterion']}": c["level"] for c in levels(submission.assignment, *chosen)}
    return {"version": str(version), "feedback": "", "score": "", f"points-{short}": "2", **sent, **fields}


def post(desk: Client, submission: Submission, data: dict[str, str], *, script: bool = False) -> Any:
    accept = "application/json" if script else "text/html"
    return desk.post(reverse("grade-marks", args=[submission.pk]), data, headers={"Accept": accept})


def test_the_desk_shows_each_criterion_with_its_levels_and_no_points_field(judged: Submission, desk: Client) -> None:
    page = desk.get(reverse("grade", args=[judged.pk])).content.decode()
    essay, short = readings.questions(judged.assignment)
    assert page.count('<fieldset class="crit"') == 3
    assert page.count('type="radio" name="level-') == 3 + 3 + 2 + 3  # one of each criterion is "not scored yet"
    assert f'name="points-{essay}"' not in page
    assert f'name="points-{short}"' in page
    assert "of 8; nothing scored yet" in page


def test_levels_are_saved_from_the_form_and_stand_there_again(judged: Submission, desk: Client, cast: Cast) -> None:
    remark = f"remark-{essay_of(judged.assignment)}-{levels(judged.assignment, 'Context: weak')[0]['criterion']}"
    sent = form(judged, 0, "Sourcing: sound", "Voice: own", **{remark: "Which year?"})
    assert post(desk, judged, sent).status_code == 302
    grade = Grade.objects.get()
    assert grade.final_score == D(5)
    assert [(each["level"] is None, each["comment"]) for each in grade.criteria] == [
        (False, ""),
        (True, "Which year?"),
        (False, ""),
    ]
    page = desk.get(reverse("grade", args=[judged.pk])).content.decode()
    assert "of 8; not scored: Context (question 1)" in page
    assert "Which year?" in page
    [sound] = levels(judged.assignment, "Sourcing: sound")
    assert f'value="{sound["level"]}" form="marks" checked' in page
    # And is taken back to "not scored".
    post(desk, judged, form(judged, grade.version))
    assert Grade.objects.get().criteria == []


def test_a_script_learns_what_the_levels_come_to(judged: Submission, desk: Client) -> None:
    told = post(desk, judged, form(judged, 0, "Sourcing: sound", "Voice: own"), script=True).json()
    essay = essay_of(judged.assignment)
    assert told["points"] == "5"
    assert told["scores"][essay] == "3 of 6"
    assert sorted(told["scores"].values()) == ["3 of 4", "3 of 6", "not scored", "own"]


def test_two_graders_see_which_levels_they_differ_in(judged: Submission, desk: Client, cast: Cast) -> None:
    post(desk, judged, form(judged, 0, "Sourcing: sound"))
    stale = post(desk, judged, form(judged, 0, "Sourcing: strong", "Context: weak"))
    assert stale.status_code == 412
    page = stale.content.decode()
    assert "Question 1, Sourcing" in page
    assert "sound, 3" in page
    assert "strong, 4" in page
    assert "Question 1, Voice" not in page
    [strong] = levels(judged.assignment, "Sourcing: strong")
    assert f'value="{strong["level"]}" form="marks" checked' in page  # as it was chosen


def test_the_student_reads_the_level_of_each_criterion_once_it_is_returned(
    judged: Submission, client: Client, cast: Cast
) -> None:
    save(judged, cast.teacher, "Sourcing: sound", "Context: weak", "Voice: own")
    client.force_login(cast.student)
    assert client.get(reverse("feedback", args=[judged.pk])).status_code == 404
    actions.return_grade(judged, by=cast.teacher)
    page = " ".join(client.get(reverse("feedback", args=[judged.pk])).content.decode().split())
    assert "<dt>Sourcing</dt><dd><b>sound</b>, 3 of 4" in page
    assert "<dt>Voice</dt><dd><b>own</b>" in page
    assert "4 of 6" in page
    paper = client.get(reverse("submission-print", args=[judged.pk])).content.decode()
    assert "<b>weak</b>, 1 of 2" in paper
