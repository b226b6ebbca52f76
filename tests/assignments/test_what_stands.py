"""What a student reads of the grades that she was given: the last of each hand-in, and nothing that was taken back."""

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from decimal import Decimal
from importlib import import_module
from types import SimpleNamespace

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import User
from assignments import actions, exports, history
from assignments.models import Comment, Event, Grade, Submission
from destalin_site.common import clock
from tests.api_client import ApiClient
from tests.assignments import remarks, work
from tests.assignments.work import reread
from tests.cast import Cast

pytestmark = pytest.mark.django_db

migration = import_module("assignments.migrations.0049_fill_what_each_hand_in_was_given")
Back = Callable[..., Grade]


@pytest.fixture(autouse=True)
def hands() -> Iterator[time_machine.Traveller]:
    with time_machine.travel("2026-05-01T10:00Z", tick=False) as hands:
        yield hands


@pytest.fixture
def hers(cast: Cast) -> Submission:
    return work.submission_of(work.make_assignment(cast, resubmission=True, counts="first"), cast.student)


@pytest.fixture
def back(cast: Cast, hers: Submission) -> Back:
    """Returns what is in with these words, after another hand-in unless it is said that the same is marked anew."""

    def returned(feedback: str, *, anew: bool = False) -> Grade:
        if not anew:
            work.hand_in(reread(hers))
        actions.claim(reread(hers), by=cast.teacher)
        work.mark(reread(hers), cast.teacher, feedback=feedback, questions=[], score=Decimal(5))
        remarks.comment(reread(hers), cast.teacher, body=f"A comment: {feedback}")
        return actions.return_grade(reread(hers), by=cast.teacher)

    return returned


def words(cast: Cast, hers: Submission) -> list[str]:
    """What she reads, in the order of her hand-ins; by the events it is the same."""
    assert not list(history.check_all())
    seen = Grade.objects.visible_to(cast.student).filter(submission=hers).by_hand_in()
    assert {said.grade_id for said in Comment.objects.visible_to(cast.student)} <= {grade.pk for grade in seen}
    return [grade.feedback for grade in seen]


def test_what_came_back_for_an_earlier_hand_in_stays_hers_to_read(cast: Cast, hers: Submission, back: Back) -> None:
    first, second = back("Once"), back("Twice")
    assert words(cast, hers) == ["Once", "Twice"]
    assert (reread(hers).returned_grade, reread(hers).mark_grade) == (second, first)
    assert not Grade.objects.visible_to(cast.classmate).exists()


def test_other_marks_for_the_same_hand_in_take_the_place_of_the_first(cast: Cast, hers: Submission, back: Back) -> None:
    back("Once")
    back("Put right", anew=True)
    assert words(cast, hers) == ["Put right"]
    back("Twice")
    assert words(cast, hers) == ["Put right", "Twice"]


def test_what_was_taken_back_is_hers_only_once_it_is_returned_again(cast: Cast, hers: Submission, back: Back) -> None:
    back("Once")
    back("Twice")
    actions.recall(reread(hers), reason="Too soon", by=cast.teacher)
    assert words(cast, hers) == ["Once"]
    assert not Comment.objects.visible_to(cast.student).filter(body="A comment: Twice").exists()
    work.mark(reread(hers), cast.teacher, feedback="At last", questions=[], score=Decimal(4))
    assert words(cast, hers) == ["Once"]
    actions.return_grade(reread(hers), by=cast.teacher)
    assert words(cast, hers) == ["Once", "At last"]


def test_what_the_returned_took_the_place_of_does_not_come_back_with_a_recall(
    cast: Cast, hers: Submission, back: Back
) -> None:
    back("Once")
    back("Put right", anew=True)
    actions.recall(reread(hers), reason="Too soon", by=cast.teacher)
    assert words(cast, hers) == []


def test_drafted_marks_are_not_hers_to_read_nor_those_that_a_hand_in_set_aside(
    cast: Cast, hers: Submission, back: Back
) -> None:
    back("Once")
    work.hand_in(reread(hers))
    work.mark(reread(hers), cast.teacher, feedback="Drafted")
    actions.release(reread(hers), by=cast.teacher)
    work.hand_in(reread(hers))
    work.mark(reread(hers), cast.teacher, feedback="Drafted anew")
    assert set(hers.grades.values_list("feedback", flat=True)) == {"Once", "Drafted", "Drafted anew"}
    assert words(cast, hers) == ["Once"]


def test_marks_without_a_hand_in_stand_beside_those_of_the_first(cast: Cast, hers: Submission, back: Back) -> None:
    work.mark(hers, cast.teacher, feedback="Told in class", questions=[], score=Decimal(3))
    actions.return_grade(reread(hers), without_submission=True, by=cast.teacher)
    back("Once")
    seen = Grade.objects.visible_to(cast.student).by_hand_in()
    assert [grade.feedback for grade in seen] == ["Once", "Told in class"]
    assert not list(history.check_all())


def test_a_grade_that_stands_behind_the_events_is_found(hers: Submission, back: Back) -> None:
    first = back("Once")
    back("Put right", anew=True)
    Grade.objects.filter(pk=first.pk).update(stands=True)
    assert [fault for _work, fault in history.check_all()] == [
        "the grades that stand are not those that its events say"
    ]


def test_the_migration_reads_it_off_the_events(cast: Cast, hers: Submission, back: Back) -> None:
    back("Once")
    back("Put right", anew=True)
    back("Twice")
    back("Three times")
    actions.recall(reread(hers), reason="Too soon", by=cast.teacher)
    Grade.objects.update(stands=False)
    known = {"Event": Event, "Grade": Grade}
    migration.fill(SimpleNamespace(get_model=lambda app, name: known[name]), None)
    assert words(cast, hers) == ["Put right", "Twice"]


# --- Where she reads it -----------------------------------------------------------------------------------------------


def page(person: User, name: str, *args: object) -> str:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == 200, answer.content
    return " ".join(answer.content.decode().split())


@pytest.fixture
def twice(cast: Cast, hers: Submission, hands: time_machine.Traveller) -> Submission:
    """The first of two hand-ins was late and counts; the second brought other words."""
    assignment = hers.assignment
    actions.update_assignment(
        assignment,
        due=work.due("2026-05-01T11:00"),
        late_percent=10,
        late_every_seconds=86_400,
        late_floor_percent=0,
        if_version=assignment.version,
        by=cast.teacher,
    )
    for feedback, score, moment in (("Once", "5", "2026-05-01T10:00Z"), ("Twice", "3", "2026-05-02T10:00Z")):
        hands.move_to(work.at(moment), tick=False)
        work.hand_in(reread(hers), received_at=work.at(moment))
        actions.claim(reread(hers), by=cast.teacher)
        work.mark(reread(hers), cast.teacher, feedback=feedback, questions=[], score=Decimal(score))
        remarks.comment(reread(hers), cast.teacher, body=f"A comment: {feedback}")
        actions.return_grade(reread(hers), by=cast.teacher)
    return reread(hers)


def test_the_feedback_page_has_a_tab_for_each_hand_in_and_marks_the_one_that_counts(
    cast: Cast, twice: Submission
) -> None:
    tabs = [reverse("feedback-earlier", args=[twice.pk, number]) for number in (1, 2)]
    for last in (page(cast.student, "feedback", twice.pk), page(cast.student, "feedback-earlier", twice.pk, 2)):
        assert all(f'<a href="{tab}"' in last for tab in tabs)
        assert "A comment: Twice" in last
        assert "Once" not in last
    first = page(cast.student, "feedback-earlier", twice.pk, 1)
    assert "A comment: Once" in first
    assert "Twice" not in first
    counts, other = (first.partition(f'<a href="{tab}"')[2].partition("</a>")[0] for tab in tabs)
    assert "counts" in counts
    assert 'aria-current="page"' in counts
    assert "counts" not in other
    assert "aria-current" not in other
    assert "taken off because it was late" in first
    assert "59 minutes after the due time" in first
    assert "The first one decides" not in first
    assert reverse("submission-print-earlier", args=[twice.pk, 1]) in first


def test_to_look_at_an_earlier_hand_in_is_not_to_have_seen_the_newest(cast: Cast, twice: Submission) -> None:
    page(cast.student, "feedback-earlier", twice.pk, 1)
    page(cast.student, "submission-print-earlier", twice.pk, 1)
    assert reread(twice).returned_grade.seen_at is None  # type: ignore[union-attr]
    page(cast.student, "feedback-earlier", twice.pk, 2)
    assert reread(twice).returned_grade.seen_at is not None  # type: ignore[union-attr]


def test_where_one_hand_in_came_back_there_are_no_tabs(cast: Cast, hers: Submission, back: Back) -> None:
    back("Once")
    assert reverse("feedback-earlier", args=[hers.pk, 1]) not in page(cast.student, "feedback", hers.pk)


def test_while_the_last_return_is_taken_back_the_first_is_still_there(cast: Cast, twice: Submission) -> None:
    actions.recall(twice, reason="Too soon", by=cast.teacher)
    first = page(cast.student, "feedback", twice.pk)
    assert "A comment: Once" in first
    assert "Twice" not in first
    assert "None of your marks counts for now" in first
    assert reverse("feedback", args=[twice.pk]) in page(cast.student, "desk", twice.pk)
    client = Client()
    client.force_login(cast.student, backend="django.contrib.auth.backends.ModelBackend")
    for name in ("feedback-earlier", "submission-print-earlier"):
        assert client.get(reverse(name, args=[twice.pk, 2])).status_code == 404


def test_each_is_printed_by_itself(cast: Cast, twice: Submission) -> None:
    first = page(cast.student, "submission-print-earlier", twice.pk, 1)
    assert "Once" in first
    assert "A comment: Once" in first
    assert "Twice" not in first
    assert "59 minutes after the due time" in first
    assert "The first one decides" not in first
    assert "A later one came after it." in first
    assert "Once" not in page(cast.student, "submission-print", twice.pk)


def test_rest_lists_each_with_the_one_that_counts(cast: Cast, api: ApiClient, twice: Submission) -> None:
    address = f"/api/v1/submissions/{twice.pk}"
    student = api.as_(cast.student)
    first, second = student.get(f"{address}/grades").json()["results"]
    told = [(one["attempt"], one["feedback"], one["counts"], one["status"]) for one in (first, second)]
    assert told == [(1, "Once", True, "returned"), (2, "Twice", False, "returned")]
    assert (first["entered_score"], first["deducted"], first["final_score"]) == ("5.00", "0.70", "4.30")
    (comment,) = student.get(f"{address}/comments?attempt=1").json()["results"]
    assert comment["body"] == "A comment: Once"
    actions.recall(twice, reason="Too soon", by=cast.teacher)
    (left,) = student.get(f"{address}/grades").json()["results"]
    assert (left["attempt"], left["counts"]) == (1, False)
    assert student.get(f"{address}/comments?attempt=2").json()["results"] == []


def test_her_own_file_has_each_of_them(cast: Cast, twice: Submission) -> None:
    told = json.loads(b"".join(exports.own_document(by=cast.student, now=clock.now()).parts))
    assert [(one["attempt"], one["feedback"], one["counts"]) for one in told["grades"]] == [
        (1, "Once", True),
        (2, "Twice", False),
    ]
    assert [said["body"] for said in told["comments"]] == ["A comment: Once", "A comment: Twice"]
    made = zipfile.ZipFile(io.BytesIO(b"".join(exports.own_folder(by=cast.student, now=clock.now()).parts)))
    pages = {name: made.read(name).decode() for name in made.namelist() if name.startswith("What came back")}
    (first,) = (text for name, text in pages.items() if name.startswith("What came back of hand-in 1"))
    assert len(pages) == 2
    assert "A comment: Once" in first
    assert "59 minutes after the due time" in first
    assert "The first one decides" not in first
