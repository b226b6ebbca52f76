"""The pages on which a rubric is changed and marks are brought along."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from assignments import actions, readings
from assignments.models import Assignment, Grade, Regrade, RubricEdition, Submission
from tests.assignments import work
from tests.assignments.edited import edit, fresh, newest, save, with_criterion, worth
from tests.assignments.rubric import make_edition
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def judged(cast: Cast) -> Submission:
    submission = work.submission_of(work.make_assignment(cast, make_edition()), cast.student)
    work.hand_in(submission)
    return work.reread(submission)


@pytest.fixture
def teacher(client: Client, cast: Cast) -> Client:
    client.force_login(cast.teacher)
    return client


def of(name: str, judged: Submission, *args: Any) -> str:
    return reverse(name, args=[judged.assignment_id, *args])


def form(judged: Submission, **fields: str) -> dict[str, str]:
    """The form of the newest edition as a browser sends it."""
    now = newest(judged.assignment)
    sent = {"number": str(now.number), "title": now.title}
    for n, criterion in enumerate(now.criteria):
        sent |= {f"c{n}-{name}": criterion[name] for name in ("question", "id", "name", "description")}
        for place, level in enumerate(criterion["levels"]):
            sent |= {f"c{n}-l{place}-{name}": level[name] for name in ("id", "name", "points", "description")}
    return {**sent, "act": "save", **fields}


def text(answer: Any) -> str:
    return answer.content.decode()


# --- The rubric -------------------------------------------------------------------------------------------------------


def test_the_page_shows_each_question_with_its_criteria_and_the_editions(judged: Submission, teacher: Client) -> None:
    page = text(teacher.get(of("assignment-rubric", judged)))
    for words in ('value="Sourcing"', 'value="sound"', "Out of 6, by its levels.", "Out of 2, typed", "Edition 1,"):
        assert words in page
    assert of("assignment-rubric", judged) in text(teacher.get(of("assignment-board", judged)))
    assert of("assignment-rubric", judged) in text(teacher.get(of("assignment-edit", judged)))


def test_who_only_grades_reads_it_and_has_no_fields(judged: Submission, client: Client, cast: Cast) -> None:
    client.force_login(cast.assistant)
    page = text(client.get(of("assignment-rubric", judged)))
    assert "Sourcing" in page
    assert 'name="c0-name"' not in page


def test_saving_makes_another_edition_and_leads_on_where_marks_are_behind(
    judged: Submission, teacher: Client, cast: Cast
) -> None:
    sent = form(judged, **{"c0-l1-points": "3,5", "c0-name": "Sources"})
    assert teacher.post(of("assignment-rubric", judged), sent).headers["Location"] == of("assignment-rubric", judged)
    made = newest(judged.assignment)
    assert (made.number, made.criteria[0]["name"], made.criteria[0]["levels"][1]["points"]) == (2, "Sources", "3.5")
    save(judged, cast.teacher, "Sourcing: sound")
    sent = form(judged, **{"c0-l1-points": "3"})
    assert teacher.post(of("assignment-rubric", judged), sent).headers["Location"] == of("assignment-regrade", judged)


def test_saving_the_same_makes_none(judged: Submission, teacher: Client) -> None:
    answer = teacher.post(of("assignment-rubric", judged), form(judged), follow=True)
    assert "there is no new edition" in text(answer)
    assert RubricEdition.objects.count() == 1


def test_a_button_keeps_what_is_typed_and_saves_nothing(judged: Submission, teacher: Client) -> None:
    address = of("assignment-rubric", judged)
    typed = {"c0-name": "Half typed"}
    for act, words in {
        "level-add:0": 'name="c0-l3-name"',
        "up:1": 'name="c1-name" maxlength="120" value="Half typed"',
        "down:0": 'name="c1-name" maxlength="120" value="Half typed"',
        "level-down:0:0": 'name="c0-l1-name" maxlength="120" value="strong"',
        "level-up:0:1": 'name="c0-l0-name" maxlength="120" value="sound"',
        f"add:{next(iter(readings.questions(judged.assignment)))}": 'name="c3-l1-name"',
    }.items():
        answer = teacher.post(address, form(judged, **typed, act=act))
        assert (answer.status_code, act, words in text(answer), "Half typed" in text(answer)) == (200, act, True, True)
    gone = text(teacher.post(address, form(judged, **typed, act="remove:1")))
    assert 'value="Context"' not in gone
    assert 'name="c1-name" maxlength="120" value="Voice"' in gone
    fewer = text(teacher.post(address, form(judged, act="level-remove:0:1")))
    assert 'name="c0-l2-name"' not in fewer
    assert RubricEdition.objects.count() == 1


def test_the_page_says_what_counts_where_that_is_not_the_latest(
    judged: Submission, teacher: Client, cast: Cast
) -> None:
    save(judged, cast.teacher, "Sourcing: sound")
    edit(judged.assignment, worth("Context", "weak", "1.5"), cast.teacher)
    said = "Here what counts is the best one that was returned."
    assert said not in text(teacher.get(of("assignment-regrade", judged)))
    Assignment.objects.filter(pk=judged.assignment_id).update(counts="best")
    assert said in text(teacher.get(of("assignment-regrade", judged)))


@pytest.mark.parametrize("act", ["up:0", "down:2", "up:99", "remove:x", "level-remove:0:9", "add:none", "what"])
def test_a_button_that_leads_nowhere_changes_nothing(judged: Submission, teacher: Client, act: str) -> None:
    page = text(teacher.post(of("assignment-rubric", judged), form(judged, act=act)))
    assert [f'name="c{n}-name"' in page for n in range(4)] == [True, True, True, False]


def test_what_is_wrong_stands_beside_its_field(judged: Submission, teacher: Client) -> None:
    sent = form(judged, **{"c0-l1-points": "many", "c1-name": " ", "c2-l0-points": "2", "title": ""})
    answer = teacher.post(of("assignment-rubric", judged), sent)
    page = text(answer)
    assert answer.status_code == 422
    assert 'id="c0-l1-points-error"' in page
    assert 'value="many"' in page
    assert 'id="c1-name-error"' in page
    assert RubricEdition.objects.count() == 1
    sent = form(judged, **{"c2-l0-points": "2"})
    assert 'id="c2-levels"' in text(teacher.post(of("assignment-rubric", judged), sent))


def test_who_saves_upon_an_older_edition_sees_both(judged: Submission, teacher: Client, cast: Cast) -> None:
    sent = form(judged, **{"c0-name": "Mine"})
    edit(judged.assignment, worth("Context", "weak", "1.5"), cast.co_teacher)
    answer = teacher.post(of("assignment-rubric", judged), sent)
    page = text(answer)
    assert answer.status_code == 412
    for words in ("Two texts", "weak 1.5", "Mine", 'name="number" value="2"'):
        assert words in page
    assert teacher.post(of("assignment-rubric", judged), {**sent, "number": "2"}).status_code == 302
    assert newest(judged.assignment).criteria[0]["name"] == "Mine"


def test_an_earlier_edition_is_read_and_not_changed(judged: Submission, teacher: Client, cast: Cast) -> None:
    edit(judged.assignment, worth("Sourcing", "sound", "3.25"), cast.teacher)
    address = of("assignment-rubric", judged)
    assert 'value="3.25"' in text(teacher.get(address))
    old = text(teacher.get(f"{address}?edition=1"))
    assert ("edition 1" in old, 'name="c0-name"' in old, "3.25" in old) == (True, False, False)
    assert teacher.get(f"{address}?edition=9").status_code == 404


# --- Marks ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def returned(judged: Submission, cast: Cast) -> Submission:
    """Returned by edition 1, and a draft of a classmate; the rubric is at edition 2."""
    other = work.submission_of(judged.assignment, cast.classmate)
    work.hand_in(other)
    for row in (judged, other):
        save(row, cast.teacher, "Sourcing: sound", "Context: weak")
    actions.return_grade(judged, by=cast.teacher)
    edit(judged.assignment, worth("Sourcing", "sound", "3.5"), cast.teacher)
    return judged


def choice(teacher: Client, returned: Submission, **fields: Any) -> dict[str, Any]:
    digest = teacher.get(of("assignment-regrade", returned)).context["preview"].digest
    return {"digest": digest, "scope": "chosen", "submissions": [str(returned.pk)], "reason": "Weighs more.", **fields}


def test_the_desk_says_that_marks_are_on_an_earlier_edition(
    returned: Submission, teacher: Client, client: Client, cast: Cast
) -> None:
    desk = text(teacher.get(reverse("grade", args=[returned.pk])))
    assert "These marks are on edition 1 of the rubric. The newest is 2." in desk
    assert of("assignment-regrade", returned) in desk
    assert ">3</span>" in desk  # the levels of then
    by_question = text(teacher.get(of("grade-question", returned, 1)))
    assert by_question.count("These marks are on edition 1 of the rubric.") == 2
    assert of("assignment-regrade", returned) in by_question
    client.force_login(cast.assistant)
    assert of("assignment-regrade", returned) not in text(client.get(reverse("grade", args=[returned.pk])))


def test_marks_that_were_shown_by_another_edition_are_not_saved(
    judged: Submission, teacher: Client, cast: Cast
) -> None:
    edit(judged.assignment, with_criterion, cast.teacher)
    sent = {"version": "0", "about": str(judged.counted_id), "rubric": "1", "feedback": "", "score": ""}
    answer = teacher.post(reverse("grade-marks", args=[judged.pk]), sent)
    assert (answer.status_code, "the rubric is another edition" in text(answer)) == (422, True)
    assert not Grade.objects.exists()
    assert teacher.post(reverse("grade-marks", args=[judged.pk]), {**sent, "rubric": "2"}).status_code == 302


def test_the_preview_names_each_student_with_both_scores(returned: Submission, teacher: Client) -> None:
    page = text(teacher.get(of("assignment-regrade", returned)))
    for words in ("Student", "Classmate", "6 of 8", "6.5 of 8", "+0.5", f'value="{returned.pk}"'):
        assert words in page


def test_where_all_marks_are_on_the_newest_the_page_says_so(judged: Submission, teacher: Client) -> None:
    page = text(teacher.get(of("assignment-regrade", judged)))
    assert "All marks are on the newest edition" in page
    assert 'name="scope"' not in page


def test_marks_come_along_and_go_back(returned: Submission, teacher: Client) -> None:
    answer = teacher.post(of("assignment-regrade", returned), choice(teacher, returned), follow=True)
    made = Regrade.objects.get()
    assert answer.redirect_chain[-1][0] == of("assignment-regraded", returned, made.pk)
    for words in ("2 grades were changed.", "6, now 6.5", "Why: Weighs more.", "Take it back"):
        assert words in text(answer)
    undone = teacher.post(of("assignment-regrade-undo", returned, made.pk), {"reason": "Too soon"}, follow=True)
    for words in ("Marks taken back", "6.5, now 6"):
        assert words in text(undone)
    assert "Take it back" not in text(teacher.get(of("assignment-regraded", returned, made.pk)))
    assert "took a change to edition 2 back" in text(teacher.get(of("assignment-rubric", returned)))


def test_to_leave_all_marks_leads_back_to_the_rubric(returned: Submission, teacher: Client) -> None:
    sent = choice(teacher, returned, scope="none", submissions=[])
    answer = teacher.post(of("assignment-regrade", returned), sent, follow=True)
    assert "All marks stay where they are." in text(answer)
    assert Grade.objects.filter(rubric__number=2).count() == 0


@pytest.mark.parametrize(
    ("sent", "status", "words"),
    [
        ({"scope": ""}, 422, "Choose which marks come along."),
        ({"scope": "undo"}, 422, "Choose which marks come along."),
        ({"reason": ""}, 422, "Say why."),
        ({"submissions": []}, 422, "Tick whose returned marks come along"),
        ({"scope": "drafts"}, 422, "Students are named"),
        ({"digest": "0" * 64}, 412, "changed since this was shown"),
    ],
)
def test_what_cannot_be_is_said_and_changes_nothing(
    returned: Submission, teacher: Client, sent: dict[str, Any], status: int, words: str
) -> None:
    answer = teacher.post(of("assignment-regrade", returned), choice(teacher, returned, **sent))
    assert (answer.status_code, words in text(answer)) == (status, True)
    assert ('id="reason-error"' in text(answer)) is (words == "Say why.")  # beside its field too
    assert not Regrade.objects.exists()
    assert Grade.objects.filter(rubric__number=2).count() == 0


def test_the_student_reads_why_in_her_feedback(returned: Submission, teacher: Client, cast: Cast) -> None:
    teacher.post(of("assignment-regrade", returned), choice(teacher, returned))
    hers = Client()
    hers.force_login(cast.student)
    page = text(hers.get(reverse("feedback", args=[returned.pk])))
    for words in ("judged it by edition 2 of the rubric: from 6 of 8 to 6.5 of 8", "Weighs more."):
        assert words in page


def test_the_pages_cost_the_same_for_one_draft_and_for_two(
    returned: Submission, teacher: Client, queries: Any, cast: Cast
) -> None:
    address = of("assignment-regrade", returned)
    Grade.objects.filter(status="draft").update(saved_by=None)
    teacher.get(address)
    one = queries(lambda: teacher.get(address))
    Grade.objects.filter(status="draft").update(saved_by=cast.teacher)
    assert queries(lambda: teacher.get(address)) == one
    assert fresh(returned.assignment).rubric_changed_at


def test_what_is_to_be_marked_on_is_told_so(returned: Submission, teacher: Client, cast: Cast) -> None:
    edit(returned.assignment, with_criterion, cast.teacher)
    page = text(teacher.get(of("assignment-regrade", returned)))
    for words in ("Question 1, Extra: not scored yet.", "The student goes on seeing what was returned."):
        assert words in page
    answer = teacher.post(of("assignment-regrade", returned), choice(teacher, returned), follow=True)
    assert "A draft to be marked on. The student still sees 6." in text(answer)
    made = Regrade.objects.get()
    undone = teacher.post(of("assignment-regrade-undo", returned, made.pk), follow=True)
    assert "The draft was put aside." in text(undone)
    assert "All marks are on" not in text(teacher.get(of("assignment-regrade", returned)))


def test_where_there_is_no_rubric_any_other_number_is_told_as_changed_meanwhile(teacher: Client, cast: Cast) -> None:
    plain = work.make_assignment(cast)
    question = next(iter(work.full_marks(plain)))["question"]
    typed = {
        "number": "5",
        "title": "Ours",
        "act": "save",
        "c0-question": question,
        "c0-id": "clear",
        "c0-name": "Clear",
    }
    for place, (name, points) in enumerate((("Yes", "2"), ("No", "0"))):
        typed |= {f"c0-l{place}-id": name, f"c0-l{place}-name": name, f"c0-l{place}-points": points}
    assert teacher.post(reverse("assignment-rubric", args=[plain.pk]), typed).status_code == 412
    assert teacher.post(reverse("assignment-rubric", args=[plain.pk]), {**typed, "number": "0"}).status_code == 302
