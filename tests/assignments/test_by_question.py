"""Grading one question of everybody: its marks are saved, and nothing else of the draft is touched."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts import actions as people
from assignments import actions, judging, readings
from assignments.errors import ClaimHeld
from assignments.models import Assignment, Comment, Grade, Submission
from destalin_site.common import clock
from destalin_site.common.errors import ValidationFailed, VersionStale
from destalin_site.common.ids import uuid7
from tests.assignments import remarks, revised, rubric, work
from tests.assignments.edited import fresh
from tests.assignments.test_exports import joins
from tests.cast import Cast

pytestmark = pytest.mark.django_db

JSON = {"Accept": "application/json"}


@pytest.fixture
def judged(cast: Cast) -> Submission:
    """An essay by a rubric, and a second question of 2 points; handed in."""
    assignment = work.make_assignment(cast, rubric.make_edition())
    submission = work.submission_of(assignment, cast.student)
    work.hand_in(submission)
    return submission


@pytest.fixture
def teacher(client: Client, cast: Cast) -> Client:
    client.force_login(cast.teacher)
    return client


def names(submission: Submission) -> list[str]:
    return list(readings.questions(submission.assignment))


def save(submission: Submission, place: int, by: Any, if_version: int, **fields: Any) -> Grade:
    fields = {"points": None, "comment": "", "criteria": [], **fields}
    return actions.save_question_marks(
        submission, question=names(submission)[place], by=by, if_version=if_version, **fields
    )


def test_the_marks_of_other_questions_stay(cast: Cast, judged: Submission) -> None:
    chosen = rubric.levels(judged.assignment, "Sourcing: sound", "Context: weak")
    save(judged, 0, cast.teacher, 0, criteria=chosen, comment="Well seen.")
    grade = save(judged, 1, cast.teacher, 1, points=Decimal("1.5"), comment="Say when.")
    assert grade.points == {names(judged)[0]: Decimal(4), names(judged)[1]: Decimal("1.5")}
    assert {mark["comment"] for mark in grade.marks} == {"Well seen.", "Say when."}
    again = save(judged, 0, cast.teacher, 2, criteria=rubric.levels(judged.assignment, "Sourcing: strong"))
    assert again.points[names(judged)[1]] == Decimal("1.5")
    assert len(again.criteria) == 1


def test_feedback_and_a_total_of_the_teachers_own_stay(cast: Cast, judged: Submission) -> None:
    work.mark(judged, cast.teacher, questions=[], feedback="On the whole.", score=Decimal(7))
    grade = save(judged, 1, cast.teacher, 1, points=Decimal(2))
    assert (grade.feedback, grade.override) == ("On the whole.", Decimal(7))


def test_what_was_returned_is_where_a_change_begins(cast: Cast, judged: Submission) -> None:
    save(judged, 1, cast.teacher, 0, points=Decimal(2))
    work.mark(judged, cast.teacher, questions=[], score=Decimal(5), feedback="First.")
    actions.return_grade(judged, by=cast.teacher)
    actions.claim(judged, by=cast.teacher)
    grade = save(judged, 1, cast.teacher, 2, points=Decimal(1))
    assert (grade.status, grade.feedback, grade.override) == ("draft", "First.", Decimal(5))


def test_a_stale_save_and_a_colleagues_claim_are_refused(cast: Cast, judged: Submission) -> None:
    save(judged, 1, cast.teacher, 0, points=Decimal(2))
    with pytest.raises(VersionStale):
        save(judged, 1, cast.teacher, 0, points=Decimal(1))
    with pytest.raises(ClaimHeld):
        save(judged, 1, cast.co_teacher, 1, points=Decimal(1))
    with pytest.raises(ValidationFailed):
        save(judged, 1, cast.teacher, 1, points=Decimal(3))
    assert Grade.objects.get().points[names(judged)[1]] == Decimal(2)


def test_everybodys_answer_stands_on_the_page_in_the_order_of_names(
    teacher: Client, cast: Cast, judged: Submission
) -> None:
    other = work.submission_of(judged.assignment, cast.classmate)
    work.hand_in(other, work.body_for(judged.assignment, "Of the classmate."))
    page = teacher.get(reverse("grade-question", args=[judged.assignment_id, 1])).content.decode()
    assert page.index("Of the classmate.") < page.index("It was decided elsewhere.")
    assert "2 hand-ins" in page
    assert 'href="' + reverse("grade-question", args=[judged.assignment_id, 2]) in page
    assert teacher.get(reverse("grade-question", args=[judged.assignment_id, 3])).status_code == 404
    assert teacher.post(reverse("grade-question-marks", args=[judged.pk, 3])).status_code == 404


def test_nothing_handed_in_is_said(teacher: Client, assignment: Assignment) -> None:
    assert "Nothing is handed in" in teacher.get(reverse("grade-question", args=[assignment.pk, 1])).content.decode()


def test_marks_are_saved_with_and_without_a_script(teacher: Client, cast: Cast, judged: Submission) -> None:
    second = names(judged)[1]
    address = reverse("grade-question-marks", args=[judged.pk, 2])
    form = {f"points-{second}": "1,5", f"comment-{second}": "Say when.", "version": "0"}
    answer = teacher.post(address, form)
    assert answer["Location"].endswith(f"#s-{judged.pk}")
    told = teacher.post(address, {**form, f"points-{second}": "2", "version": "1"}, headers=JSON).json()
    assert told["version"] == 2
    stale = teacher.post(address, {**form, "version": "1"}, headers=JSON)
    assert (stale.status_code, bool(stale.json()["error"])) == (412, True)
    wrong = teacher.post(address, {**form, f"points-{second}": "9", "version": "2"})
    assert wrong.status_code == 422
    assert 'value="9"' in wrong.content.decode()
    assert "Question 2 has 2" in wrong.content.decode()

    first = rubric.levels(judged.assignment, "Sourcing: sound")[0]
    chosen = {f"level-{first['question']}-{first['criterion']}": first["level"], "version": "2"}
    told = teacher.post(reverse("grade-question-marks", args=[judged.pk, 1]), chosen, headers=JSON).json()
    assert told["scores"][first["question"]] == "3 of 6"


def test_both_versions_of_the_one_question_are_shown_and_chosen_from(
    teacher: Client, cast: Cast, judged: Submission
) -> None:
    first, second = names(judged)
    address = reverse("grade-question-marks", args=[judged.pk, 2])
    old = {f"points-{second}": "1", f"comment-{second}": "Typed here.", "version": "0"}
    save(judged, 1, cast.teacher, 0, points=Decimal("1.5"), comment="Saved there.")
    save(judged, 0, cast.teacher, 1, comment="Of another question.")

    told = teacher.post(address, old, headers=JSON).json()
    for words in ("Question 2, points", "1.5", "Saved there.", "Typed here.", "Saved by Teacher"):
        assert words in told["conflict"]
    assert "Of another question." not in told["conflict"]
    assert "Feedback on the whole" not in told["conflict"]
    assert (told["version"], told["theirs"]) == (2, {f"points-{second}": "1.5", f"comment-{second}": "Saved there."})

    page = teacher.post(address, old).content.decode()
    assert "These marks were changed elsewhere" in page
    assert 'name="over" value="2"' in page
    assert f'href="{judging.address_of_answer(judged, 2, 1)}"' in page
    assert Grade.objects.get().points[second] == Decimal("1.5")

    assert teacher.post(address, {**old, "over": "2"}).status_code == 302
    grade = Grade.objects.get()
    assert grade.points[second] == Decimal(1)
    assert {mark["comment"] for mark in grade.marks} == {"Typed here.", "Of another question."}
    assert first in {mark["question"] for mark in grade.marks}


def test_levels_that_were_chosen_elsewhere_come_along(teacher: Client, cast: Cast, judged: Submission) -> None:
    chosen = rubric.levels(judged.assignment, "Sourcing: sound")
    save(judged, 0, cast.teacher, 0, criteria=chosen)
    told = teacher.post(reverse("grade-question-marks", args=[judged.pk, 1]), {"version": "0"}, headers=JSON).json()
    (level,) = (each for each in chosen if each["level"])
    field = f"{level['question']}-{level['criterion']}"
    assert told["theirs"][f"level-{field}"] == level["level"]
    assert told["scores"][field] == "3 of 4"


def test_who_holds_the_work_is_named_and_it_is_taken_over_from_the_page(
    teacher: Client, cast: Cast, judged: Submission
) -> None:
    actions.claim(judged, by=cast.co_teacher)
    address = reverse("grade-question", args=[judged.assignment_id, 2])
    assert f"{cast.co_teacher} is grading this, until" in teacher.get(address).content.decode()
    marks = {f"points-{names(judged)[1]}": "1", "version": "0"}
    told = teacher.post(reverse("grade-question-marks", args=[judged.pk, 2]), marks, headers=JSON)
    assert told.status_code == 409
    assert f"{cast.co_teacher} is grading this, until" in told.json()["held"]

    claim, said = reverse("grade-claim", args=[judged.pk]), {"question": "2", "page": "1"}
    assert teacher.post(claim, said, headers=JSON).status_code == 409
    assert teacher.post(claim, {**said, "takeover": "1"}, headers=JSON).json() == {}
    answer = teacher.post(claim, {**said, "takeover": "1"})
    assert answer["Location"] == judging.address_of_answer(judged, 2, 1)
    assert work.reread(judged).claimed_by == cast.teacher
    assert "is grading this" not in teacher.get(address).content.decode()


def test_what_is_returned_can_be_changed_from_the_page(teacher: Client, cast: Cast, judged: Submission) -> None:
    work.mark(judged, cast.teacher, questions=[], score=Decimal(5))
    actions.return_grade(judged, by=cast.teacher)
    address = reverse("grade-question", args=[judged.assignment_id, 2])
    page = teacher.get(address).content.decode()
    assert "Change the marks" in page
    assert " disabled data-points" in page
    teacher.post(reverse("grade-claim", args=[judged.pk]), {"question": "2", "page": "1"})
    page = teacher.get(address).content.decode()
    assert "Change the marks" not in page
    assert " disabled data-points" not in page


def test_where_nothing_helps_it_is_said_why(teacher: Client, cast: Cast, judged: Submission) -> None:
    people.archive(cast.room, by=cast.teacher)
    page = teacher.get(reverse("grade-question", args=[judged.assignment_id, 2])).content.decode()
    assert "This class is archived" in page
    assert "Take it over" not in page


def test_what_is_graded_by_and_by_can_be_returned_from_the_page(
    teacher: Client, cast: Cast, judged: Submission
) -> None:
    address = reverse("grade-question", args=[judged.assignment_id, 2])
    returns = reverse("assignment-return", args=[judged.assignment_id])
    assert returns not in teacher.get(address).content.decode()
    chosen = rubric.levels(judged.assignment, "Sourcing: sound", "Context: weak", "Voice: own")
    save(judged, 0, cast.teacher, 0, criteria=chosen)
    marks = {f"points-{names(judged)[1]}": "1", "version": "1"}
    told = teacher.post(reverse("grade-question-marks", args=[judged.pk, 2]), marks, headers=JSON).json()
    assert returns in told["returns"]
    assert "Return 1 graded" in teacher.get(address).content.decode()


def test_a_page_costs_the_same_for_one_hand_in_and_for_thirty(
    cast: Cast, judged: Submission, queries: Callable[[Callable[[], object]], int]
) -> None:
    def desk() -> judging.QuestionDesk | None:
        return judging.by_question(judged.assignment, 1, viewer=cast.teacher, now=clock.now())

    def marked(submission: Submission, comments: int) -> None:
        work.mark(submission, cast.teacher, questions=[], score=Decimal(3))
        for _ in range(comments):
            remarks.comment(submission, cast.teacher)

    marked(judged, 1)
    actions.save_template(body="Say who.", by=cast.teacher)
    desk()
    one = queries(desk)
    for n in range(30):
        student = joins(cast, f"s{n}", f"s{n}")
        submission = work.submission_of(judged.assignment, student)
        work.hand_in(submission)
        marked(submission, 2)
        actions.save_template(body=f"Say {n}.", by=cast.teacher)
    shown = desk()  # the key is read anew after half a minute
    assert queries(desk) == one
    assert shown
    assert (len(shown.lines), shown.pages) == (judging.A_PAGE, 2)


# --- Comments on words ------------------------------------------------------------------------------------------------


def say(client: Client, submission: Submission, *, script: bool = False, **fields: Any) -> Any:
    """A comment as the page of its question sends it."""
    typed = {**remarks.typed(submission), "page": "1", **fields}
    return client.post(reverse("grade-comment", args=[submission.pk]), typed, headers=JSON if script else {})


def shown(client: Client, submission: Submission, number: int = 1, **data: Any) -> str:
    return client.get(reverse("grade-question", args=[submission.assignment_id, number]), data).content.decode()


def test_a_comment_is_saved_without_a_script_and_stands_on_its_words(
    teacher: Client, cast: Cast, judged: Submission
) -> None:
    assert "On which words" not in shown(teacher, judged)
    assert "On which words" in shown(teacher, judged, comment=judged.pk)
    answer = say(teacher, judged, words="decided elsewhere")
    made = Comment.objects.get()
    there, _hash, _answer = judging.address_of_answer(judged, 1, 1).partition("#")
    assert answer["Location"] == f"{there}#c-{made.key}"
    assert work.reread(judged).claimed_by == cast.teacher
    page = shown(teacher, judged)
    assert '<mark class="hl"><span data-at="7">decided elsewhere</span>' in page
    assert f'id="c-{made.key}"' in page
    assert remarks.BODY in page
    gone = teacher.post(
        reverse("grade-comment-delete", args=[judged.pk, made.key]),
        {"rev": "1", "question": made.question, "page": "1"},
    )
    assert gone["Location"] == judging.address_of_answer(judged, 1, 1)


def test_only_comments_on_this_question_are_on_its_page_under_their_numbers_in_the_whole_work(
    teacher: Client, cast: Cast, judged: Submission
) -> None:
    second = names(judged)[1]
    for question, body in (("", "Of all of it."), (second, "Of the second."), (names(judged)[0], "Of the first.")):
        actions.add_comment(judged, place=remarks.Place.whole(question), body=body, by=cast.teacher)
    remarks.comment(judged, cast.teacher, body="On words.")
    pages = [shown(teacher, judged, number) for number in (1, 2)]
    assert ["Of the first." in page for page in pages] == [True, False]
    assert ["On words." in page for page in pages] == [True, False]
    assert ["Of the second." in page for page in pages] == [False, True]
    assert "Of all of it." not in "".join(pages)
    assert "Comment 3 on the answer of Student" in pages[0]
    assert "Comment 4 on the answer of Student" in pages[1]
    desk = teacher.get(reverse("grade", args=[judged.pk])).content.decode()
    assert all(f'aria-label="Comment {number}"' in desk for number in range(1, 5))


def test_ids_on_the_page_are_those_of_one_student(teacher: Client, cast: Cast, judged: Submission) -> None:
    other = work.submission_of(judged.assignment, cast.classmate)
    work.hand_in(other)
    for submission in (judged, other):
        remarks.comment(submission, cast.teacher)
    page = shown(teacher, judged, comment=judged.pk)
    ids = re.findall(r' id="([^"]+)"', page)
    assert sorted(set(ids)) == sorted(ids)
    for submission in (judged, other):
        assert f'href="#s-{submission.pk}-comment-1"' in page
        assert f"s-{submission.pk}-comment-1" in ids


def test_a_script_gets_what_a_comment_changes_on_its_card(teacher: Client, cast: Cast, judged: Submission) -> None:
    key = "0190a7d4-0000-7000-8000-000000000001"
    told = say(teacher, judged, script=True, key=key, words="elsewhere").json()
    assert (told["key"], told["rev"], told["version"], told["numbers"]) == (key, 1, 1, {key: 1})
    assert f'elsewhere</span><sup><a href="#s-{judged.pk}-comment-1">' in told["texts"][0]["html"]
    assert reverse("assignment-return", args=[judged.assignment_id]) in told["returns"]  # words alone can be returned
    assert "parts" not in told
    address = reverse("grade-comment-delete", args=[judged.pk, key])
    told = teacher.post(address, {"rev": "1", "question": names(judged)[0], "page": "1"}, headers=JSON).json()
    assert told["numbers"] == {}
    assert not Comment.objects.exists()


@pytest.mark.parametrize("beside", [{"page": "1"}, {}], ids=["by question", "on her desk"])
def test_a_comment_tells_upon_which_marks_it_was_saved(
    teacher: Client, cast: Cast, judged: Submission, beside: dict[str, str]
) -> None:
    def told(name: str = "grade-comment", *args: Any, **fields: Any) -> tuple[int, int]:
        sent = {**remarks.typed(judged), **beside, **fields}
        answer = teacher.post(reverse(name, args=[judged.pk, *args]), sent, headers=JSON).json()
        return answer["upon"], answer["version"]

    assert told() == (0, 1)  # which made the draft
    save(judged, 1, cast.teacher, 1, points=Decimal(2))
    assert told() == (2, 2)
    assert told("grade-comment-delete", Comment.objects.all()[0].key, rev="1") == (2, 2)


@pytest.mark.parametrize("script", [True, False])
def test_a_comment_that_was_changed_elsewhere_stands_beside_what_was_typed(
    teacher: Client, cast: Cast, judged: Submission, script: bool
) -> None:
    made = remarks.comment(judged, cast.teacher)
    fields = {"body": "Saved in another tab.", "passage": None, "if_version": 1}
    actions.edit_comment(judged, key=made.key, by=cast.teacher, **fields)
    answer = say(teacher, judged, script=script, key=str(made.key), rev="1", body="Typed here.")
    assert answer.status_code == 412
    both = answer.json()["conflict"] if script else answer.content.decode()
    for words in ("Saved in another tab.", "Typed here.", 'data-theirs-rev="2"'):
        assert words in both
    assert f'href="{judging.address_of_answer(judged, 1, 1)}" data-take-theirs' in both
    assert Comment.objects.get().body == "Saved in another tab."
    say(teacher, judged, script=script, key=str(made.key), rev="2", body="Typed here.")
    assert Comment.objects.get().body == "Typed here."


def test_what_was_refused_is_shown_again_on_its_card(teacher: Client, cast: Cast, judged: Submission) -> None:
    other = work.submission_of(judged.assignment, cast.classmate)
    work.hand_in(other)
    answer = say(teacher, judged, words="decided here", body="Kept, whatever comes.")
    assert answer.status_code == 422
    first, second = answer.content.decode().split(f'id="s-{judged.pk}"')  # the classmate comes first
    assert "These words do not stand in this paragraph." in second
    assert "Kept, whatever comes." in second
    assert "Kept, whatever comes." not in first


@pytest.mark.parametrize("script", [True, False])
def test_what_is_typed_beside_a_colleagues_claim_stays_and_says_who_holds_the_work(
    teacher: Client, cast: Cast, judged: Submission, script: bool
) -> None:
    actions.claim(judged, by=cast.co_teacher)
    answer = say(teacher, judged, script=script, body="Kept, whatever comes.")
    assert answer.status_code == 409
    there = answer.json()["held"] if script else answer.content.decode()
    assert f"{cast.co_teacher} is grading this, until" in there
    assert script or "Kept, whatever comes." in there
    assert not Comment.objects.exists()


def test_comments_that_are_returned_are_read_and_not_written(teacher: Client, cast: Cast, judged: Submission) -> None:
    remarks.comment(judged, cast.teacher)
    actions.return_grade(judged, by=cast.teacher)
    page = shown(teacher, judged)
    assert remarks.BODY in page
    assert "data-comment>" not in page
    assert "data-comment-here" not in page


def test_a_comment_of_the_bank_is_taken_and_its_use_counted(teacher: Client, cast: Cast, judged: Submission) -> None:
    passage = {"source": None, "anchor": work.cited(judged.assignment.edition_id)["anchor"]}
    kept = {"passage": passage, "edition": judged.assignment.edition_id, "by": cast.teacher}
    template = actions.save_template(body="Look again.", **kept)
    page = shown(teacher, judged)
    assert f'value="{template.pk}" data-passage="¶1"' in page
    assert "used 0 times" in page
    say(teacher, judged, body="", template=str(template.pk))
    made = Comment.objects.get()
    assert (made.body, made.passage) == ("Look again.", passage)
    template.refresh_from_db()
    assert template.uses == 1
    assert "used 1 time<" in shown(teacher, judged)


def test_the_bank_points_into_the_edition_of_each_student(teacher: Client, cast: Cast) -> None:
    room = revised.make(cast, lambda edition: revised.saying(edition, revised.GONE))  # without what is cited
    actions.submit(
        room.draft,
        body=room.body,
        client_attempt_id=uuid7(),
        edition=room.old.pk,
        by=cast.student,
        received_at=clock.now(),
    )
    room.upgrade("not_started")
    room.reread()
    work.hand_in(room.fresh, work.body_for(room.fresh.given))
    passage = {"source": None, "anchor": work.cited(room.old.pk)["anchor"]}
    actions.save_template(body="Look again.", passage=passage, edition=room.old.pk, by=cast.teacher)
    desk = judging.by_question(fresh(room.assignment), 1, viewer=cast.teacher, now=clock.now())
    assert desk
    pointed = {line.submission: [offer.passage for offer in line.shelf.bank] for line in desk.lines}
    assert pointed == {room.draft.pk: ["¶1"], room.fresh.pk: [""]}
    page = shown(teacher, room.fresh)
    for line in desk.lines:
        (card,) = re.findall(rf'<section [^>]*id="s-{line.submission}"[^>]*>', page)
        assert f'data-shelf="{line.shelf.at}"' in card
        assert f'<dialog data-bank id="bank{line.shelf.at}"' in page


# --- What changed -----------------------------------------------------------------------------------------------------

OTHERWISE = "It was decided by the bureau."


def again(cast: Cast, submission: Submission, text: str = OTHERWISE) -> None:
    """Commented on and returned, and handed in once more."""
    remarks.comment(submission, cast.teacher, body="By whom?")
    actions.return_grade(submission, by=cast.teacher)
    work.revise(submission)
    work.hand_in(submission, work.body_for(submission.assignment, text))


def test_what_changed_since_the_hand_in_before_is_folded_and_compared_where_that_is_asked_for(
    teacher: Client, cast: Cast, judged: Submission
) -> None:
    assert "since" not in shown(teacher, judged).split("<dialog")[0]
    again(cast, judged)
    page = shown(teacher, judged)
    assert "What changed since hand-in 1, which was returned" in page
    assert "<del>" not in page
    link = reverse("grade-question", args=[judged.assignment_id, 1])
    data = {"page": "1", "since": str(judged.pk)}
    opened = shown(teacher, judged, **data)
    compared = teacher.get(link, data, headers=JSON).json()["html"]
    for there in (opened, compared):
        assert '<del><span class="vh">taken out: </span>elsewhere.</del>' in there
        assert '<ins><span class="vh">put in: </span>by the bureau.</ins>' in there
        assert "1. By whom?" in there
    other = teacher.get(reverse("grade-question", args=[judged.assignment_id, 2]), data, headers=JSON).json()["html"]
    assert "By whom?" not in other
    assert teacher.get(link, {"since": str(judged.assignment_id)}, headers=JSON).status_code == 404


def test_an_answer_that_is_the_same_is_called_so(teacher: Client, cast: Cast, judged: Submission) -> None:
    again(cast, judged, "It was decided elsewhere.")
    assert "The same, word for word, as in hand-in 1, which was returned" in shown(teacher, judged)
    html = teacher.get(
        reverse("grade-question", args=[judged.assignment_id, 1]), {"since": str(judged.pk)}, headers=JSON
    ).json()["html"]
    assert "The answer is the same, word for word." in html


def test_a_question_that_came_with_the_hand_in_is_answered_there(
    teacher: Client, cast: Cast, judged: Submission
) -> None:
    made = remarks.comment(judged, cast.teacher, body="By whom?")
    actions.return_grade(judged, by=cast.teacher)
    work.revise(judged)
    actions.reply(judged, comment=made, stance="question", text="In which year?", if_version=0, by=cast.student)
    work.hand_in(judged, work.body_for(judged.assignment, OTHERWISE))
    page = shown(teacher, judged, since=judged.pk)
    assert "In which year?" in page
    assert f'name="asked" value="{made.key}"' in page
    answer = say(teacher, judged, block="", asked=str(made.key), body="In 1961.")
    assert answer["Location"].startswith(reverse("grade-question", args=[judged.assignment_id, 1]))
    assert Comment.objects.get(body__contains="In 1961.").body == "“In which year?”\nIn 1961."


def test_a_page_of_second_hand_ins_costs_the_same_for_one_and_for_five(
    cast: Cast, judged: Submission, queries: Callable[[Callable[[], object]], int]
) -> None:
    def desk() -> judging.QuestionDesk | None:
        return judging.by_question(judged.assignment, 1, viewer=cast.teacher, now=clock.now(), since=judged.pk)

    def marked(submission: Submission) -> None:
        again(cast, submission)
        remarks.comment(submission, cast.teacher, "decided by")

    marked(judged)
    desk()
    one = queries(desk)
    for n in range(4):
        student = joins(cast, f"s{n}", f"s{n}")
        submission = work.submission_of(judged.assignment, student)
        work.hand_in(submission)
        marked(submission)
    found = desk()
    assert queries(desk) == one
    assert found
    assert [bool(line.before) for line in found.lines] == [True] * 5
    assert [line.submission for line in found.lines if line.since] == [judged.pk]
