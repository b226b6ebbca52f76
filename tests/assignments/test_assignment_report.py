"""The report of an assignment: it is what a recomputation from the raw rows comes to, and it tells no draft."""

import datetime as dt
import random
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.models import User
from assignments import actions, boards, readings, reports
from assignments.models import Assignment, Attempt, Excuse, Grade, Submission
from assignments.views import reports as views
from destalin_site.common import clock
from tests.api_client import ApiClient
from tests.assignments import rubric, work
from tests.assignments.test_boards import joins
from tests.assignments.work import at, due
from tests.cast import Cast

pytestmark = pytest.mark.django_db

NOW = at("2026-03-23T09:10:00+01:00")


def report(assignment: Assignment, viewer: User, now: dt.datetime = NOW) -> reports.AssignmentReport:
    return reports.assignment_report(assignment, viewer=viewer, now=now)


@pytest.fixture
def term(cast: Cast) -> Assignment:
    """Thirty students: 22 returned (one of them nought), then marked and not returned, to grade, missing, excused."""
    luck = random.Random(4)
    students = [cast.student, cast.classmate] + [joins(cast, f"s{n}", f"Student {n}") for n in range(28)]
    with time_machine.travel(at("2026-03-18T09:00:00+01:00"), tick=False):
        assignment = work.make_assignment(cast, title="The closed session", due=due("2026-03-20 23:59"))
    questions = readings.questions(assignment)
    with time_machine.travel(at("2026-03-20T20:00:00+01:00"), tick=False):
        for place, student in enumerate(students):
            row = work.submission_of(assignment, student)
            if place in (26, 27):
                continue
            choice = [luck.choice([0, 0, 1, 2])] if place % 5 else None
            body = work.body_for(assignment, "So.", single=choice, multiple=luck.sample([0, 1, 2], 2))
            if place == 25:
                actions.save_draft(row, body=body, if_rev=0, by=student)
                continue
            work.hand_in(row, body, received_at=clock.now())
            if place < 23:
                points = [
                    Decimal(0) if place == 3 else Decimal(luck.randint(0, int(question.points or 0)))
                    for question in questions.values()
                ]
                marks = [
                    {"question": name, "points": each, "comment": ""}
                    for name, each in zip(questions, points, strict=True)
                ]
                work.mark(row, cast.teacher, questions=marks)
                if place != 22:
                    actions.return_grade(row, by=cast.teacher)
        for place in (28, 4):
            excused = work.submission_of(assignment, students[place])
            actions.excuse(excused, category=Excuse.ILLNESS, reason="A note.", by=cast.teacher)
    return assignment


def test_every_figure_is_what_a_recomputation_from_the_raw_rows_comes_to(cast: Cast, term: Assignment) -> None:
    found = report(term, cast.teacher)
    live = Submission.objects.filter(assignment=term).exclude(state__in=["void", "excused"])
    grades = list(Grade.objects.filter(submission__in=live, status="returned"))
    assert len(grades) == 21
    shares = [grade.final_score / grade.out_of for grade in grades if grade.final_score is not None]
    assert found.scores.n == len(shares) == found.marks["scored"]
    assert found.scores.counts == tuple(
        sum(int(min(share * 10, Decimal(9))) == tenth for share in shares) for tenth in range(10)
    )
    assert found.scores.mean is not None
    assert abs(found.scores.mean - sum(shares) / len(shares)) < Decimal("0.0001")
    possible = {name: question.points for name, question in readings.questions(term).items()}
    for question in found.questions:
        given = [grade.points[question.id] for grade in grades]
        assert question.item.scored == len(given)
        share = sum(points for points in given if points is not None) / (len(given) * (possible[question.id] or 1))
        assert question.item.difficulty is not None
        assert abs(question.item.difficulty - share) < Decimal("0.0001")
        assert question.item.discrimination.n == 21
        assert question.item.discrimination.value is not None
    hardest = min(question.item.difficulty or 0 for question in found.questions)
    assert found.hardest == tuple(each.number for each in found.questions if each.item.difficulty == hardest)


def test_the_commonest_wrong_choice_is_what_the_hand_ins_say(cast: Cast, term: Assignment) -> None:
    key = readings.key(term.edition_id, NOW)
    standing = Submission.objects.filter(assignment=term, state__in=["submitted", "in_review", "returned"])
    bodies = [Attempt.objects.get(pk=row.counted_id).body for row in standing]
    for question in report(term, cast.teacher).questions:
        if question.choices is None:
            continue
        counts: Counter[str] = Counter()
        answered = 0
        for body in bodies:
            mine = [answer.get("choice", []) for answer in body["answers"] if answer["question"] == question.id]
            answered += bool(mine and mine[0])
            counts.update(option for choice in mine for option in choice)
        assert question.choices.answered == answered
        assert question.choices.answered + question.choices.unanswered == len(bodies) == 25
        assert all(each.count == counts[each.option] for each in question.choices.options)
        assert sum(each.count for each in question.choices.options) == counts.total()
        wrong = {option: n for option, n in counts.items() if option not in key.correct(question.id)}
        assert set(question.choices.commonest_wrong) == {o for o, n in wrong.items() if n == max(wrong.values())}
        assert "commonest wrong" in question.chosen


def test_the_counts_are_those_of_the_board_and_four_kinds_of_mark_stay_apart(cast: Cast, term: Assignment) -> None:
    found = report(term, cast.teacher)
    assert found.totals == boards.assignment_board(term, viewer=cast.teacher, now=NOW).totals
    # Two with nothing, one with a draft: missing. Marked and not returned, and to grade: not scored.
    assert found.marks == {"scored": 21, "not_scored": 4, "missing": 3, "excused": 2, "nought": 1}
    assert [each.name for each in found.not_begun] == ["Student 24", "Student 25"]


def test_a_draft_of_marks_changes_nothing(cast: Cast, term: Assignment) -> None:
    before = report(term, cast.teacher)
    row = Submission.objects.filter(assignment=term, state="submitted", grade_ready=False).first()
    assert row is not None
    work.mark(row, cast.teacher)
    after = report(term, cast.teacher)
    assert (after.scores, after.marks) == (before.scores, before.marks)
    assert [each.item for each in after.questions] == [each.item for each in before.questions]
    actions.return_grade(row, by=cast.teacher)
    assert report(term, cast.teacher).scores.n == before.scores.n + 1


def test_the_key_is_told_to_approved_teachers_alone(cast: Cast, term: Assignment, api: ApiClient) -> None:
    address = f"/api/v1/assignments/{term.pk}/report"
    told = api.as_(cast.teacher).get(address).json()
    kept = api.as_(cast.assistant).get(address).json()
    assert told["questions"][1]["choices"]["commonest_wrong"]
    for question in kept["questions"][1:]:
        assert question["choices"]["right"] is None
        assert question["choices"]["commonest_wrong"] == []
        assert {each["correct"] for each in question["choices"]["options"]} == {None}
    assert kept["scores"] == told["scores"]


def test_levels_of_the_rubric_are_counted_over_what_was_returned(cast: Cast) -> None:
    assignment = work.make_assignment(cast, rubric.make_edition())
    third = joins(cast, "third", "Third")
    for student, sourcing in [(cast.student, "strong"), (cast.classmate, "none"), (third, "none")]:
        row = work.submission_of(assignment, student)
        work.hand_in(row)
        typed = [
            {"question": name, "points": None if name == rubric.essay_of(assignment) else Decimal(1), "comment": ""}
            for name in readings.questions(assignment)
        ]
        chosen = rubric.levels(assignment, f"Sourcing: {sourcing}", "Context: weak")
        work.mark(row, cast.teacher, questions=typed, criteria=chosen)
        if student != third:
            actions.return_grade(row, by=cast.teacher)
    found = report(assignment, cast.teacher, clock.now())
    assert [each.grades for each in found.rubrics] == [2]
    counted = {each.name: [(step.name, step.count) for step in each.steps] for each in found.rubrics[0].criteria}
    assert counted["Sourcing"] == [("strong", 1), ("sound", 0), ("none", 1)]
    assert counted["Context"] == [("strong", 0), ("weak", 2), ("none", 0)]
    assert {each.name: each.found.not_scored for each in found.rubrics[0].criteria}["Voice"] == 2
    # Five points and one, of six: the rubric says what the essay is out of.
    assert found.questions[0].item.difficulty == Decimal("0.5")


def test_it_costs_the_same_for_two_students_and_for_thirty(
    cast: Cast, assignment: Assignment, queries: Callable[[Callable[[], object]], int]
) -> None:
    def made() -> reports.AssignmentReport:
        return report(assignment, cast.teacher, clock.now())

    made()  # the edition and its key are read once a process
    few = queries(made)
    for n in range(28):
        row = work.submission_of(assignment, joins(cast, f"many{n}", f"Many {n}"))
        work.hand_in(row, work.body_for(assignment, single=[n % 3]))
        work.mark(row, cast.teacher)
        actions.return_grade(row, by=cast.teacher)
    assert queries(made) == few <= 5
    assert made().scores.n == 28


def test_an_assignment_that_nobody_has_marked_says_so_in_words(
    client: Client, cast: Cast, assignment: Assignment
) -> None:
    client.force_login(cast.teacher)
    page = client.get(reverse("assignment-report", args=[assignment.pk])).content.decode()
    assert "No score has been returned yet." in page
    assert "Nobody’s marks on it have been returned yet." in page
    assert "Nobody has handed in an answer yet." in page
    assert "<bdi>Classmate</bdi>" in page
    assert reverse("assignment-report", args=[assignment.pk]) in (
        client.get(reverse("assignment-board", args=[assignment.pk])).content.decode()
    )


def test_the_page_is_drawn_without_a_query(
    cast: Cast, term: Assignment, no_queries: Callable[[], AbstractContextManager[None]]
) -> None:
    request = RequestFactory().get("/")
    request.user = cast.teacher
    request.session = {}  # type: ignore[assignment]
    response: Any = views.assignment_report(request, pk=term.pk)  # type: ignore[arg-type]
    with no_queries():
        response.render()
    page = response.content.decode()
    assert "21 returned scores" in page
    assert "style=" not in page
