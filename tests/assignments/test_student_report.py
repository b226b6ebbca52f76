"""One student over the term, and what she is shown of it: the same, and nothing of what was not returned."""

import dataclasses
import datetime as dt
import json
from collections.abc import Callable, Iterable
from decimal import Decimal

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import Membership
from assignments import actions, boards, reports, signs
from assignments.boards.classroom import Cell
from assignments.boards.compact import CELL
from assignments.boards.rows import Sums
from assignments.boards.today import Todo, TodoKind
from assignments.grading import Mark
from assignments.judging.desk import Desk
from assignments.lifecycle import State
from assignments.models import Assignment, Draft, Excuse, Submission
from assignments.reports import metrics
from assignments.reports.spread import points_of
from assignments.reports.student import _STATES, Work
from assignments.signs import Situation
from assignments.timing import Result
from destalin_site.common import clock
from tests.api_client import ApiClient
from tests.assignments import rubric, work
from tests.assignments import term as terms
from tests.assignments.term import NOW, Term
from tests.assignments.test_boards import joins
from tests.cast import Cast
from tests.lessons import factories

pytestmark = pytest.mark.django_db

Queries = Callable[[Callable[[], object]], int]


@pytest.fixture
def term(cast: Cast) -> Term:
    return terms.make(cast)


def report(cast: Cast, now: dt.datetime = NOW) -> reports.StudentReport:
    member = Membership.objects.select_related("user", "classroom").get(user=cast.student, classroom=cast.room)
    return reports.student_report(member, own=False, now=now)


def of_student(cast: Cast) -> str:
    return f"/api/v1/classrooms/{cast.room.pk}/students/{cast.student.pk}/report"


def about_me(cast: Cast) -> str:
    return f"/api/v1/classrooms/{cast.room.pk}/about-me"


def test_each_piece_of_work_says_how_it_stands(cast: Cast, term: Term) -> None:
    found = report(cast)
    assert [(each.title, each.mark, each.timing, each.score) for each in found.works] == [
        ("The letter", Mark.SCORED, Result.ON_TIME, Decimal("1.00")),
        ("The closed session", Mark.SCORED, Result.LATE, Decimal("8.00")),
        ("Bread", Mark.MISSING, Result.MISSING, None),
        ("Who came back", Mark.EXCUSED, Result.NOT_DUE, None),
    ]
    assert [said.mark for said in found.said] == ["1 of 9", "8 of 9", "Missing", "Excused: illness"]
    assert found.works[1].late_seconds == 14 * 60
    assert "not opened" in found.said[0].feedback


def test_the_sums_are_those_of_the_class_board(cast: Cast, term: Term) -> None:
    board = boards.class_board(cast.room, viewer=cast.teacher, now=NOW)
    row = next(row for row in board.rows if row.id == cast.student.pk)
    assert report(cast).sums == row.sums
    assert row.sums == Sums(3, 2, 3, 2, 1, 1, 1, Decimal(9), Decimal(18))
    assert (row.sums.final, row.sums.standing) == (False, "projected, 2 of 3 back")


def test_points_are_final_when_everything_that_counts_is_back(cast: Cast, term: Term) -> None:
    actions.delete_assignment(term.missing, by=cast.teacher)
    sums = report(cast).sums
    assert (sums.given, sums.returned, sums.final, sums.standing) == (2, 2, True, "final")


def test_skills_are_points_and_levels_by_assignment(cast: Cast, term: Term) -> None:
    found = report(cast).skills
    assert [(line.skill, line.points, line.possible) for line in found.lines] == [
        ("sourcing", Decimal(8 - 1), Decimal(12)),
        ("close reading", Decimal(1), Decimal(2)),
    ]
    sourcing = found.lines[0]
    assert [step.points for step in sourcing.steps] == [Decimal(1), Decimal(6)]
    assert {(each.criterion, each.level) for each in sourcing.steps[1].levels} == {
        ("Sourcing", "strong"),
        ("Context", "strong"),
        ("Voice", "own"),
    }
    assert found.rows[0].cells[0][0] == "17 % (1 of 6)"


@pytest.fixture
def on_a_scale(cast: Cast) -> list[Assignment]:
    """Three times the same skill, judged by a scale of three levels without points: it gets better."""
    voice = ("Voice", [("own", None), ("borrowed", None), ("none", None)])
    edition = factories.make_edition(
        sections=[
            ("Before", [("paragraph", f"<p>{work.TEXT}</p>")]),
            ("After", [("question", {**factories.question("essay"), "rubric": rubric.make_rubric(voice)})]),
        ]
    )
    made = [work.make_assignment(cast, edition, title=f"Number {n}") for n in (1, 2, 3)]
    for assignment, hers, his in zip(made, ("none", "borrowed", "own"), ("own", "own", "own"), strict=True):
        for student, level in ((cast.student, hers), (cast.classmate, his)):
            row = work.submission_of(assignment, student)
            work.hand_in(row)
            work.mark(row, cast.teacher, questions=[], criteria=rubric.levels(assignment, f"Voice: {level}"))
            actions.return_grade(work.reread(row), by=cast.teacher)
    return made


def test_a_skill_that_is_judged_by_a_scale_alone_is_drawn_by_its_levels(
    cast: Cast, on_a_scale: list[Assignment], client: Client, api: ApiClient
) -> None:
    (line,) = report(cast).skills.lines
    assert [(point.y, point.label) for point in line.drawn] == [(74, "none"), (48, "borrowed"), (22, "own")]
    assert (line.share, line.said) == (None, "last own, over 3 assignments")
    assert [row.cells[0] for row in report(cast).skills.rows] == [
        ("Voice: none", ""),
        ("Voice: borrowed", ""),
        ("Voice: own", ""),
    ]
    client.force_login(cast.student)
    page = client.get(reverse("about-me", args=[cast.room.pk])).content.decode()
    drawing = page.split("<svg height=")[1].split("</svg>")[0]
    assert drawing.count("<circle") == 3
    assert ">borrowed</text>" in drawing
    assert "the upper line is the best level and the lower one the last" in page
    told = api.as_(cast.student).get(about_me(cast)).json()["report"]["term"]["skills"][0]
    assert [(step["share"], step["place"]) for step in told["steps"]] == [
        (None, "0.0000"),
        (None, "0.5000"),
        (None, "1.0000"),
    ]


def test_of_a_class_the_commonest_level_is_named_and_the_mean_place_drawn(
    cast: Cast, on_a_scale: list[Assignment]
) -> None:
    (line,) = reports.class_skills(cast.room).skills.lines
    assert [step.place for step in line.steps] == [Decimal("0.5"), Decimal("0.75"), Decimal(1)]
    assert line.drawn[2].label == "own 2"
    assert reports.class_skills(cast.room).skills.rows[2].cells[0] == ("2 students", "Voice: own 2")


def test_where_points_and_scales_meet_the_points_are_drawn(cast: Cast, term: Term) -> None:
    found = report(cast).skills
    assert not found.on_scales
    assert found.lines[0].steps[1].place == Decimal(1)
    assert found.lines[0].drawn[1].label == "100 %"


def test_a_name_that_has_no_room_in_a_drawing_is_shortened() -> None:
    (point,) = points_of([Decimal(1)], ["Looks at who wrote it, and why"])
    assert point.label == "Looks at who wrote…"


def test_the_skills_of_a_class_are_those_of_its_students_together(cast: Cast, term: Term) -> None:
    found = reports.class_skills(cast.room)
    assert found.students == 2
    first = found.skills.lines[0].steps[0]
    # The student has 1 of 6, the classmate 5 of 6.
    assert (first.points, first.possible, first.students) == (Decimal(6), Decimal(12), 2)
    assert found.skills.rows[0].cells[0][0] == "50 % (2 students)"


def test_who_is_excused_is_outside_even_with_marks_that_were_returned(cast: Cast, term: Term) -> None:
    actions.excuse(work.reread(term.of(term.late, cast.student)), category=Excuse.OTHER, reason="So.", by=cast.teacher)
    found = report(cast)
    assert (found.works[1].mark, found.works[1].score) == (Mark.EXCUSED, None)
    assert found.skills.lines[0].possible == Decimal(6)


# --- The same view for both -------------------------------------------------------------------------------------------


def test_staff_and_student_get_the_same_word_for_word(cast: Cast, term: Term, api: ApiClient) -> None:
    for_staff = api.as_(cast.teacher).get(of_student(cast)).json()
    hers = api.as_(cast.student).get(about_me(cast)).json()
    with_her_own_id = api.as_(cast.student).get(of_student(cast)).json()
    assert hers["report"] == for_staff == with_her_own_id
    assert keys(hers["report"]) == keys(for_staff)


def keys(node: object, at: str = "") -> set[str]:
    """Every key of a document, with the way to it."""
    if isinstance(node, dict):
        return {f"{at}/{key}" for key in node}.union(*(keys(part, f"{at}/{key}") for key, part in node.items()))
    if isinstance(node, list):
        return set().union(*(keys(part, f"{at}/*") for part in node))
    return set()


def test_every_fact_in_the_answer_is_in_the_list_with_its_purpose_and_how_long_it_is_kept(
    cast: Cast, term: Term, api: ApiClient
) -> None:
    answer = api.as_(cast.student).get(about_me(cast)).json()
    listed = {place: {each["key"] for each in answer["metrics"][place]} for place in ("work", "term")}
    assert set(answer["report"]["works"][0]) - {"assignment", "submission"} == listed["work"]
    assert set(answer["report"]["term"]) == listed["term"]
    assert all(each["purpose"] and each["kept"] for place in answer["metrics"].values() for each in place)


def names(dataclass: type) -> set[str]:
    return {field.name for field in dataclasses.fields(dataclass)}


@pytest.mark.parametrize(
    "shown",
    [
        names(Work),
        names(Sums),
        names(boards.BoardRow),
        names(boards.StudentRow),
        names(Cell),
        set(CELL),
        names(Desk) - set(metrics.ON_THE_DESK) - metrics.THE_WORK - metrics.OF_THE_DESK,
        names(Todo) - metrics.OF_THE_DAY,
    ],
    ids=["report", "sums", "class board", "assignment board", "cell", "compact board", "grading desk", "day"],
)
def test_nothing_is_shown_of_a_student_that_she_cannot_look_up(shown: Iterable[str]) -> None:
    known = {metric.key for metric in [*metrics.WORK, *metrics.TERM]}
    assert set(metrics.ON_BOARDS.values()) <= known
    unlisted = set(shown) - known - set(metrics.ON_BOARDS) - metrics.NAMES - set(metrics.UNTIL_RETURN)
    assert not unlisted, f"name these in reports/metrics.py, with a purpose: {sorted(unlisted)}"


def test_every_badge_and_every_line_of_the_day_speaks_of_what_is_listed() -> None:
    known = {metric.key for metric in [*metrics.WORK, *metrics.TERM]}
    assert set(metrics.BADGES) == set(signs.facts(Situation(State.ASSIGNED)))
    assert set(metrics.BADGES.values()) <= known
    assert set(metrics.ON_THE_DAY) == {kind.value for kind in TodoKind}
    for told in (metrics.ON_THE_DAY, metrics.ON_THE_DESK):
        assert set(told.values()) <= known | set(metrics.UNTIL_RETURN)


def test_what_is_listed_of_a_page_is_still_on_it() -> None:
    """A name that no page has any more would let another one pass that comes to be called so."""
    assert {*metrics.ON_THE_DESK, *metrics.THE_WORK, *metrics.OF_THE_DESK} <= names(Desk)
    assert names(Todo) >= metrics.OF_THE_DAY


def test_the_length_of_a_draft_is_told_while_nothing_is_in_and_changes_after_that(
    cast: Cast, term: Term, api: ApiClient
) -> None:
    row = term.of(term.missing, cast.student)

    def write(text: str) -> None:
        newest = Draft.objects.filter(submission=row).first()
        body = work.body_for(term.missing, text)
        actions.save_draft(work.reread(row), body=body, if_rev=newest.rev if newest else 0, by=cast.student)

    def told() -> tuple[object, ...]:
        hers = api.as_(cast.student).get(about_me(cast)).json()["report"]["works"][2]
        assert hers == api.as_(cast.teacher).get(of_student(cast)).json()["works"][2]
        return hers["draft_words"], hers["words"], hers["changes_not_handed_in"]

    assert told() == (None, None, False)
    write("Three more words")
    assert told() == (3, None, False)
    with time_machine.travel(NOW, tick=False):
        work.hand_in(work.reread(row), work.body_for(term.missing, "Three more words"), received_at=NOW)
    assert told() == (None, 3, False)
    write("Three more words, and a fourth")
    assert told() == (None, 3, True)


def test_that_she_asks_for_more_time_is_told_until_she_is_answered(
    cast: Cast, term: Term, client: Client, api: ApiClient
) -> None:
    row = term.of(term.missing, cast.student)
    client.force_login(cast.student)
    Submission.objects.filter(pk=row.pk).update(asks_more_time=True)
    assert api.as_(cast.student).get(about_me(cast)).json()["report"]["works"][2]["asks_more_time"]
    page = client.get(reverse("about-me", args=[cast.room.pk])).content.decode()
    assert "asks for more time" in page
    assert "Whether you ask for more time" in page


def test_marks_in_the_making_change_nothing_in_what_either_is_told(cast: Cast, term: Term, api: ApiClient) -> None:
    row = term.of(term.missing, cast.student)
    work.hand_in(row)
    before = api.as_(cast.student).get(about_me(cast)).json()
    row = work.reread(row)
    secret = terms.marks(term.missing, "Sourcing: strong", "Context: strong")
    work.mark(row, cast.teacher, **secret, feedback="A secret remark.")
    during = api.as_(cast.student).get(about_me(cast)).json()
    # Being read is no secret; what is written meanwhile is.
    assert during["report"]["works"][2].pop("state") == "in_review"
    assert before["report"]["works"][2].pop("state") == "submitted"
    assert during == before
    assert "secret" not in json.dumps(api.as_(cast.teacher).get(of_student(cast)).json())
    actions.release(row, by=cast.teacher)
    after = api.as_(cast.student).get(about_me(cast)).json()
    assert after["report"]["works"][2].pop("state") == "submitted"
    assert after == before
    actions.return_grade(work.reread(row), by=cast.teacher)
    told = api.as_(cast.student).get(about_me(cast)).json()["report"]["works"][2]
    assert (told["score"], told["feedback"]) == ("9.00", {"words": 3, "comments": 0})


def test_the_words_of_an_excuse_are_told_to_nobody_here(cast: Cast, term: Term, client: Client, api: ApiClient) -> None:
    client.force_login(cast.teacher)
    page = client.get(reverse("student-report", args=[cast.room.pk, cast.student.pk])).content.decode()
    assert "Excused: illness" in page
    assert "parents" not in page
    assert "parents" not in json.dumps(api.as_(cast.student).get(about_me(cast)).json())


def test_what_opens_later_has_no_due_time_yet(cast: Cast) -> None:
    with time_machine.travel(NOW, tick=False):
        made = work.make_assignment(cast, opens_at=clock.now() + dt.timedelta(days=1), due=work.due("2026-03-30 23:59"))
        shown = report(cast)
        assert (shown.works[0].due, shown.said[0].due) == (None, "not open yet")
        work.make_assignment(cast)
        assert report(cast).said[1].due == "no due date"
    assert report(cast, NOW + dt.timedelta(days=2)).works[0].due == made.due_at


@pytest.mark.parametrize("state", [state for state in State if state is not State.VOID])
def test_every_state_has_its_words(cast: Cast, term: Term, state: State) -> None:
    assert str(_STATES[state.value])


def test_it_costs_the_same_for_one_assignment_and_for_twelve(cast: Cast, queries: Queries) -> None:
    edition = terms.make_edition()

    def add(n: int) -> Assignment:
        made = work.make_assignment(cast, edition, title=f"Number {n}")
        row = work.submission_of(made, cast.student)
        work.hand_in(row)
        terms.returned(row, cast.teacher)
        return made

    add(0)
    report(cast)  # the questions of an edition are read once a process
    one = queries(lambda: report(cast))
    for n in range(1, 12):
        add(n)
    assert queries(lambda: report(cast)) == one
    assert len(report(cast).skills.rows) == 12


def test_the_skills_of_a_class_cost_the_same_for_two_students_and_for_twelve(cast: Cast, queries: Queries) -> None:
    made = work.make_assignment(cast, terms.make_edition())

    def add(row: object) -> None:
        work.hand_in(row)  # type: ignore[arg-type]
        terms.returned(row, cast.teacher)  # type: ignore[arg-type]

    add(work.submission_of(made, cast.student))
    reports.class_skills(cast.room)
    few = queries(lambda: reports.class_skills(cast.room))
    for n in range(10):
        add(work.submission_of(made, joins(cast, f"many{n}", f"Many {n}")))
    assert queries(lambda: reports.class_skills(cast.room)) == few
    assert reports.class_skills(cast.room).students == 11


def test_the_questions_of_many_editions_are_read_in_one_query(cast: Cast, queries: Queries) -> None:
    for n in range(4):
        made = work.make_assignment(cast, terms.make_edition(), title=f"Number {n}")
        row = work.submission_of(made, cast.student)
        work.hand_in(row)
        terms.returned(row, cast.teacher)
    cold = queries(lambda: report(cast))
    assert cold == queries(lambda: report(cast)) + 1


# --- Pages ------------------------------------------------------------------------------------------------------------


def test_a_student_finds_her_page_from_her_day(cast: Cast, term: Term, client: Client) -> None:
    client.force_login(cast.student)
    address = reverse("about-me", args=[cast.room.pk])
    assert address in client.get(reverse("today")).content.decode()
    page = client.get(address).content.decode()
    assert "What each of these is for" in page
    assert "neither is whether there are any" in page
    assert "17 % (1 of 6)" in page
    assert client.get(reverse("student-report", args=[cast.room.pk, cast.student.pk])).headers["Location"] == address


def test_a_student_to_whom_nothing_was_given_has_an_empty_page(cast: Cast, client: Client) -> None:
    client.force_login(cast.student)
    assert "Nothing is assigned yet" in client.get(reverse("about-me", args=[cast.room.pk])).content.decode()


def test_the_class_board_leads_to_each_student_and_to_the_skills(cast: Cast, term: Term, client: Client) -> None:
    client.force_login(cast.assistant)
    page = client.get(reverse("classroom", args=[cast.room.pk])).content.decode()
    assert reverse("student-report", args=[cast.room.pk, cast.student.pk]) in page
    skills = reverse("class-skills", args=[cast.room.pk])
    assert skills in page
    assert "50 % (2 students)" in client.get(skills).content.decode()
