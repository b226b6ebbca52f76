"""The demo: what `make run` shows a newcomer."""

import datetime as dt
import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Count, F, Q, QuerySet
from django.test import override_settings
from pytest_django.plugin import DjangoDbBlocker
from wagtail.models import ModelLogEntry, Revision, TaskState, WorkflowState

from accounts.models import AuditEntry, Classroom, Membership, User
from assignments import answers, readings
from assignments.lifecycle import State, replay
from assignments.models import (
    Assignment,
    Attempt,
    Citation,
    Comment,
    DateOverride,
    Draft,
    Event,
    Grade,
    Notice,
    ParkedCopy,
    Submission,
)
from destalin_site.common import clock
from destalin_site.demo import people, room
from lessons.models import Edition, Erratum, Lesson

# A few minutes after midnight in the zone of the demo: the hour at which "yesterday" is nearest.
LOADED_AT = dt.datetime(2026, 11, 23, 23, 4, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def demo(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The demo as it is right after loading, and what the loading said; the tests of this file only look at it."""
    said = io.StringIO()
    kept = override_settings(DATA_DIR=tmp_path_factory.mktemp("demo"))
    with kept, django_db_blocker.unblock(), transaction.atomic(), clock.at(LOADED_AT):
        call_command("load_demo", stdout=said)
        yield said.getvalue()
        transaction.set_rollback(True)


@pytest.mark.django_db
@pytest.mark.usefixtures("demo")
def test_everybody_has_read_all_but_the_last_days_notices() -> None:
    told = Notice.objects.filter(person__username="student1")
    assert told.filter(read_at__isnull=False).count() > 5
    news = Notice.objects.filter(read_at=None)
    assert 0 < news.count() < 40
    assert min(news.values_list("at", flat=True)) > LOADED_AT - dt.timedelta(days=4)


# --- People -----------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.usefixtures("demo")
def test_the_people_have_fixed_names_and_their_places() -> None:
    assert set(User.objects.values_list("username", flat=True)) == set(people.USERNAMES)
    rooms = {
        room.name: set(room.memberships.current().values_list("user__username", "role"))
        for room in Classroom.objects.all()
    }
    assert rooms == {
        "History 10B": {
            ("teacher", "owner"),
            ("assistant", "assistant"),
            *((f"student{n}", "student") for n in range(1, 7)),
        },
        "History 9A": {("teacher2", "owner"), ("student7", "student"), ("student8", "student")},
    }
    assert set(User.objects.filter(teaches=True).values_list("username", flat=True)) == {"teacher", "teacher2"}
    assert User.objects.filter(is_superuser=True).get().username == "admin"


@pytest.mark.django_db
@pytest.mark.usefixtures("demo")
def test_everybody_signs_in_with_the_password_that_is_kept() -> None:
    assert all(user.check_password(people.password()) for user in User.objects.all())
    assert people.password() in "\n".join(people.sign_ins())


@pytest.mark.django_db
@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize(
    ("named", "seen"),
    [
        *((name, "History 10B") for name in ("teacher", "assistant", "student1", "student6")),
        *((name, "History 9A") for name in ("teacher2", "student7", "student8")),
    ],
)
def test_neither_class_sees_into_the_other(named: str, seen: str) -> None:
    user = User.objects.get(username=named)
    mine = Classroom.objects.get(name=seen)
    assert list(Classroom.objects.visible_to(user)) == [mine]
    assert set(Membership.objects.visible_to(user).values_list("classroom", flat=True)) == {mine.pk}
    lists: list[tuple[QuerySet, str]] = [
        (Assignment.objects.visible_to(user), "classroom"),
        (Submission.objects.visible_to(user), "assignment__classroom"),
        (Attempt.objects.visible_to(user), "submission__assignment__classroom"),
        (Grade.objects.visible_to(user), "submission__assignment__classroom"),
    ]
    for rows, path in lists:
        assert set(rows.values_list(path, flat=True)) == {mine.pk}


# --- The course -------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.usefixtures("demo")
def test_the_course_was_published_by_the_editor_before_the_classes_began() -> None:
    lessons = Lesson.objects.filter(live=True)
    course = Edition.objects.of_the_library()
    assert lessons.count() == course.count() == 12
    for edition in course:
        assert edition.published_at == LOADED_AT - dt.timedelta(days=40)
    published = ModelLogEntry.objects.filter(action="wagtail.publish")
    assert set(published.values_list("user__username", flat=True)) == {"editor"}
    assert set(Revision.objects.values_list("user__username", flat=True)) == {"curator"}
    questions = [question for edition in course for question in edition.read().questions]
    assert {question["kind"] for question in questions} == {"short", "essay", "single", "multiple", "table"}
    assert {question["skill"] for question in questions} == {
        "sourcing",
        "contextualization",
        "corroboration",
        "close reading",
        "argument",
    }


@pytest.mark.django_db
@pytest.mark.usefixtures("demo")
def test_one_more_lesson_waits_for_its_review_and_could_be_published() -> None:
    draft = Lesson.objects.get(live=False)
    assert draft.current_workflow_state is not None
    assert draft.current_workflow_state.requested_by == User.objects.get(username="curator")
    assert draft.get_latest_revision_as_object().problems() == []


# --- The work ---------------------------------------------------------------------------------------------------------

PAST_DUE = Q(assignment__due_at__lt=LOADED_AT)
NOT_HANDED_IN = Q(state__in=[State.ASSIGNED, State.DRAFTING])
CAN_BE_FOUND: dict[str, Callable[[], QuerySet]] = {
    "assigned": lambda: _work(State.ASSIGNED),
    "drafting": lambda: _work(State.DRAFTING),
    "handed in, to grade": lambda: _work(State.SUBMITTED).filter(grade_ready=False),
    "graded, not returned": lambda: _work(State.SUBMITTED).filter(grade_ready=True),
    "being read by somebody else than the owner": lambda: (
        _work(State.IN_REVIEW)
        .filter(claimed_by__username="assistant", claim_until__gt=LOADED_AT)
        .exclude(claimed_by=F("assignment__created_by"))
    ),
    "returned and seen": lambda: _work(State.RETURNED).filter(returned_grade__seen_at__isnull=False),
    "returned and not seen": lambda: _work(State.RETURNED).filter(returned_grade__seen_at=None),
    "late and returned": lambda: _work(State.RETURNED).filter(late_seconds__gt=0),
    "late and to grade": lambda: _work(State.SUBMITTED).filter(late_seconds__gt=0, attempt_count=1),
    "finished offline, and in time for that": lambda: _work(State.SUBMITTED).filter(
        clock_trust="medium", late_seconds=0, handed_in_at__gt=F("due_at")
    ),
    "finished offline, for the teacher to decide": lambda: _work(State.SUBMITTED).filter(
        clock_trust="low", late_seconds__gt=0
    ),
    "missing, not begun": lambda: _work(State.ASSIGNED).filter(PAST_DUE),
    "missing, with a draft": lambda: _work(State.DRAFTING).filter(PAST_DUE),
    "a hand-in that waits": lambda: Submission.objects.filter(hand_ins_waiting=1).filter(NOT_HANDED_IN),
    "a text set aside": lambda: ParkedCopy.objects.waiting().filter(kind=ParkedCopy.Kind.SAVE),
    "a hand-in that the teacher let count": lambda: ParkedCopy.objects.filter(
        resolution=ParkedCopy.Resolution.ACCEPTED
    ),
    "a grade about an earlier attempt": lambda: _work(State.SUBMITTED).exclude(returned_grade=None),
    "a hand-in that replaced another": lambda: _work(State.SUBMITTED).filter(events__name="replace"),
    "excused": lambda: _work(State.EXCUSED).filter(excuse_category="illness"),
    "a return taken back": lambda: _work(State.RETURNED).filter(events__name="recall"),
    "work of one who left": lambda: _work(State.VOID).filter(
        student__username="student8", assignment__classroom__name="History 10B", draft__isnull=False
    ),
    "work of one who is named no more": lambda: _work(State.VOID).filter(
        student__username="student4", assignment__audience=Assignment.Audience.NAMED
    ),
    "to be revised by a day of its own": lambda: _work(State.REVISING).filter(
        due_from="revision", due_at__gt=LOADED_AT, returned_grade__isnull=False
    ),
    "taken back": lambda: _work(State.DRAFTING).filter(withdrawn__isnull=False, counted=None),
    "more time for one": lambda: _work(State.DRAFTING).filter(
        extensions__revoked_at=None, due_at__gt=F("assignment__due_at")
    ),
    "other dates for a group": lambda: DateOverride.objects.filter(ended_at=None).exclude(title=""),
    "a comment that was returned and points to a passage": lambda: Comment.objects.filter(
        kept=True, passage__isnull=False, grade__status="returned"
    ),
    "marks without a hand-in": lambda: _work(State.RETURNED).filter(attempt_count=0, returned_grade__isnull=False),
    "a hand-in that the teacher typed in": lambda: Attempt.objects.filter(via=Attempt.Via.PROXY),
    "a teacher's own version, given to her class": lambda: Assignment.objects.filter(
        edition__adaptation__owner=F("created_by")
    ),
    "a correction of what a class works with": lambda: Erratum.objects.filter(
        affected__edition__in=Assignment.objects.filter(classroom__name="History 10B").values("edition")
    ),
    "for named students": lambda: Assignment.objects.filter(audience=Assignment.Audience.NAMED),
    "not open yet": lambda: Assignment.objects.filter(opens_at__gt=LOADED_AT),
    "open": lambda: Assignment.objects.filter(due_at__gt=LOADED_AT, opens_at=None, deleted_at=None),
    "closed": lambda: Assignment.objects.filter(closes_at__lt=LOADED_AT, deleted_at=None),
    "deleted": lambda: Assignment.objects.exclude(deleted_at=None),
    "deleted and brought back": lambda: Assignment.objects.filter(
        deleted_at=None, submissions__events__reason="assignment restored"
    ),
}


AT_THE_DESK: dict[str, Callable[[], QuerySet]] = {
    "a lesson of a later day": lambda: Lesson.objects.filter(
        live=True, has_unpublished_changes=True, _revisions__approved_go_live_at__gt=LOADED_AT
    ),
    "sent back with a note": lambda: TaskState.objects.filter(
        status=TaskState.STATUS_REJECTED,
        finished_by__username="editor",
        workflow_state__status=WorkflowState.STATUS_NEEDS_CHANGES,
        workflow_state__requested_by__username="curator",
    ).exclude(comment=""),
}
CAN_BE_FOUND |= AT_THE_DESK


def _work(state: State) -> QuerySet:
    return Submission.objects.filter(state=state, assignment__deleted_at=None)


@pytest.mark.django_db
@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize("found", CAN_BE_FOUND.values(), ids=CAN_BE_FOUND)
def test_there_is_work_in_every_state_that_can_be_reached(found: Callable[[], QuerySet]) -> None:
    assert found().exists()


@pytest.mark.django_db
@pytest.mark.usefixtures("demo")
def test_each_class_has_worked_for_weeks_on_different_lessons() -> None:
    given = Assignment.objects.filter(deleted_at=None).values("classroom__name")
    lessons = given.annotate(n=Count("edition__lesson", distinct=True)).values_list("classroom__name", "n")
    assert dict(lessons) == {"History 10B": 6, "History 9A": 4}
    for classroom in Classroom.objects.all():
        acts = Event.objects.filter(submission__assignment__classroom=classroom).order_by("at")
        assert acts[0].at < LOADED_AT - dt.timedelta(weeks=3)
        assert acts.reverse()[0].at > LOADED_AT - dt.timedelta(days=2)


@pytest.mark.django_db
@pytest.mark.usefixtures("demo")
def test_answers_cite_passages_of_lessons_and_sources_and_are_commented_on() -> None:
    bodies = [(draft.submission.assignment.edition_id, draft.body) for draft in Draft.objects.all()]
    bodies += [(attempt.edition_id, attempt.body) for attempt in Attempt.objects.all()]
    cited = [(edition, each.citation) for edition, body in bodies for each in answers.citations(body)]
    assert [citation for edition, citation in cited if readings.check_citation(edition, citation)] == []
    assert {citation["source"] is None for _edition, citation in cited} == {True, False}
    assert {citation["stance"] for _edition, citation in cited} == set(answers.STANCES)
    assert Citation.objects.count() > 70
    assert not Attempt.objects.exclude(citations__isnull=False).exclude(by__username="student6").exists()
    returned = Grade.objects.filter(status=Grade.Status.RETURNED)
    assert all(grade.feedback and any(mark["comment"] for mark in grade.marks) for grade in returned)
    assert len({grade.final_score / grade.out_of for grade in returned if grade.final_score and grade.out_of}) > 10


@pytest.mark.django_db
@pytest.mark.usefixtures("demo")
def test_a_table_is_filled_by_some_and_one_cell_of_it_is_left_empty() -> None:
    given = Assignment.objects.get(title="The way of the speech", deleted_at=None)
    (table,) = (question for question in readings.questions(given).values() if question.is_table)
    empty = {}
    for work in Submission.objects.filter(assignment=given).exclude(counted=None).select_related("student", "counted"):
        assert work.counted
        found = [each for each in work.counted.body["answers"] if each["question"] == table.id]
        empty[work.student.username] = answers.empty_cells(found[0], table) if found else len(table.cells)
    assert empty == {"student1": 0, "student2": 1, "student3": 8, "student4": 0}


@pytest.mark.django_db
@pytest.mark.usefixtures("demo")
def test_its_history_was_made_by_acts_and_lies_in_the_past() -> None:
    call_command("verify_submissions", stdout=io.StringIO())
    for submission in Submission.objects.all():
        steps = [event.step for event in submission.events.order_by("seq")]
        assert replay(steps) == submission.standing
        times = list(submission.events.order_by("seq").values_list("at", flat=True))
        assert times == sorted(times)
    assert not Event.objects.filter(at__gt=LOADED_AT).exists()
    assert not AuditEntry.objects.filter(at__gt=LOADED_AT).exists()
    assert not Membership.objects.filter(joined_at__gt=LOADED_AT).exists()
    assert not Classroom.objects.filter(created_at__gt=LOADED_AT).exists()


# --- Loading ----------------------------------------------------------------------------------------------------------


def test_loading_says_how_far_it_is(demo: str) -> None:
    said = [line.strip() for line in demo.splitlines()]
    assert said[0].endswith("sources …")
    assert "The closed session" in said
    assert said[-2:] == ["History 10B", "History 9A"]


@pytest.mark.django_db
@pytest.mark.usefixtures("demo")
def test_it_is_not_loaded_beside_people() -> None:
    with pytest.raises(CommandError, match="only into a new one"):
        call_command("load_demo")


@pytest.mark.django_db
@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize("words", ["words that stand nowhere in it", "the"])
def test_an_answer_cites_only_words_that_stand_in_one_passage(words: str) -> None:
    document = Edition.objects.get(current__lesson__slug="the-closed-session").read()
    assert room.cited(document, "No minutes were taken")["anchor"]["quote"] == "No minutes were taken"
    with pytest.raises(ValueError, match="has to stand in one"):
        room.cited(document, words)


@pytest.mark.django_db
def test_the_password_can_be_chosen_when_it_is_loaded_and_then_stays(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(settings, "DATA_DIR", tmp_path)
    monkeypatch.setenv("DEMO_PASSWORD", "chosen for this test")
    people.load()
    monkeypatch.setenv("DEMO_PASSWORD", "chosen later")
    assert User.objects.get(username="student3").check_password("chosen for this test")
    said = "\n".join(people.sign_ins())
    assert "chosen for this test" in said
    assert "keeps the password" in said
