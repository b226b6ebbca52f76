"""The assign page: choosing, dates on the clocks of the class, for whom; changing it later and taking it back."""

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import Membership
from assignments import actions
from assignments.models import Assignment
from lessons.models import Edition
from tests.assignments import work
from tests.cast import Cast, person
from tests.lessons import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _before_these_dates() -> Iterator[None]:
    with time_machine.travel("2026-01-15T10:00:00Z"):
        yield


@pytest.fixture
def edition(cast: Cast) -> Edition:
    return work.make_edition()


@pytest.fixture
def teacher(client: Client, cast: Cast) -> Client:
    client.force_login(cast.teacher)
    return client


def address(cast: Cast, edition: Edition) -> str:
    return f"{reverse('assign', args=[cast.room.pk])}?lesson={edition.lesson.slug}"


def filled(edition: Edition, **fields: Any) -> dict[str, Any]:
    questions = [question["id"] for question in edition.read().questions]
    return {
        "title": "The wall",
        "instructions": "Two hundred words.",
        "questions": questions,
        "opens_date": "",
        "opens_time": "",
        "due_date": "2026-03-20",
        "due_time": "23:59",
        "closes_date": "",
        "closes_time": "23:59",
        "audience": "all",
        **fields,
    }


def test_the_lessons_of_the_catalogue_are_offered_with_edition_and_date(
    teacher: Client, cast: Cast, edition: Edition
) -> None:
    factories.make_lesson(title="Unfinished")
    page = teacher.get(reverse("assign", args=[cast.room.pk])).content.decode()
    assert edition.title in page
    assert "Edition 1, " in page
    assert "Unfinished" not in page


def test_a_lesson_is_found_by_its_words(teacher: Client, cast: Cast, edition: Edition) -> None:
    page = teacher.get(reverse("assign", args=[cast.room.pk]), {"q": "nothing has this"}).content.decode()
    assert edition.title not in page
    assert "No lesson has these words" in page


def test_the_form_offers_every_question_ticked_and_names_the_zone(
    teacher: Client, cast: Cast, edition: Edition
) -> None:
    page = teacher.get(address(cast, edition)).content.decode()
    assert page.count('name="questions"') == page.count("checked data-points") == 3
    assert "Times are Warsaw time." in page
    assert page.count('name="students"') == 2


def test_a_lesson_without_a_question_says_so_to_the_teacher_and_to_the_student(
    teacher: Client, cast: Cast, edition: Edition
) -> None:
    bare = factories.make_edition(title="Only to read", sections=[("All", [("paragraph", "<p>Read me.</p>")])])
    here, there = "This lesson asks no question.", "There is no question to answer."
    assert here in teacher.get(address(cast, bare)).content.decode()
    assert here not in teacher.get(address(cast, edition)).content.decode()
    student = Client()
    student.force_login(cast.student)
    for given, says in ((bare, True), (edition, False)):
        submission = work.submission_of(work.make_assignment(cast, given), cast.student)
        page = student.get(reverse("desk", args=[submission.pk])).content.decode()
        assert (there in page) is says


def test_assigning_reaches_the_class_and_leads_to_the_board(teacher: Client, cast: Cast, edition: Edition) -> None:
    answer = teacher.post(address(cast, edition), filled(edition))
    made = Assignment.objects.get()
    assert answer.headers["Location"] == reverse("assignment-board", args=[made.pk])
    assert (made.title, made.instructions, made.questions) == ("The wall", "Two hundred words.", None)
    assert made.due_at == dt.datetime(2026, 3, 20, 22, 59, tzinfo=dt.UTC)
    assert made.due_zone == "Europe/Warsaw"
    assert made.closes_at is None
    assert made.submissions.count() == 2
    assert "is assigned to 2 students" in teacher.get(answer.headers["Location"]).content.decode()


def test_a_part_of_the_questions_and_named_students(teacher: Client, cast: Cast, edition: Edition) -> None:
    first = edition.read().questions[0]["id"]
    form = filled(edition, questions=[first], audience="named", students=[str(cast.classmate.pk)])
    teacher.post(address(cast, edition), form)
    made = Assignment.objects.get()
    assert made.questions == [first]
    assert [row.student for row in made.submissions.all()] == [cast.classmate]


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"title": "  "}, "title", "This field is required."),
        ({"questions": []}, "questions", "Choose at least one question."),
        ({"due_time": ""}, "due_time", "Say at what time."),
        ({"due_date": "", "due_time": "12:00"}, "due_date", "Say on which day."),
        ({"audience": "named"}, "students", "Choose at least one student."),
        ({"opens_date": "2026-04-01", "opens_time": "08:00"}, "due_date", "later than the opening"),
        (
            {"opens_date": "2026-03-01", "opens_time": "08:00", "closes_date": "2026-02-01", "closes_time": "08:00"},
            "closes_date",
            "later than the opening",
        ),
        ({"points": "3"}, "points", "fewer points"),
        ({"points": "many"}, "points", "Write a number"),
        ({"due_date": "9999-12-31"}, "due_date", "2199"),
        ({"opens_date": "0001-01-01", "opens_time": "00:00"}, "opens_date", "1970"),
    ],
)
def test_a_refusal_stands_beside_its_field_and_in_the_summary(
    teacher: Client, cast: Cast, edition: Edition, fields: dict[str, Any], field: str, words: str
) -> None:
    answer = teacher.post(address(cast, edition), filled(edition, **fields))
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert words in str(answer.context["form"].errors[field])
    page = answer.content.decode()
    assert f'href="#id_{field}' in page
    assert f'id="id_{field}' in page
    assert "Two hundred words." in page
    assert not Assignment.objects.exists()


@pytest.mark.parametrize(
    ("dates", "words"),
    [
        ({"due_date": "2006-03-20"}, ["The due time, Monday 20 March 2006, 23:59 Warsaw time (CET), is past"]),
        (
            {"closes_date": "2026-01-10"},
            ["The closing time, Saturday 10 January 2026, 23:59 Warsaw time (CET), is past"],
        ),
        ({"due_date": "2026-01-10", "closes_date": "2026-01-10"}, ["The due time, ", "The closing time, "]),
    ],
)
def test_a_time_that_is_past_is_asked_about_and_then_taken(
    teacher: Client, cast: Cast, edition: Edition, dates: dict[str, str], words: list[str]
) -> None:
    asked = teacher.post(address(cast, edition), filled(edition, **dates))
    page = asked.content.decode()
    assert asked.status_code == 422
    assert all(sentence in page for sentence in words)
    assert "Assign all the same" in page
    assert "Two hundred words." in page, "what was typed is kept"
    assert not Assignment.objects.exists()
    past = asked.context["past"]
    # Another time that is past is asked about again: only what was shown has been confirmed.
    again = teacher.post(address(cast, edition), filled(edition, due_date="2025-01-01", meant=past.key))
    assert "1 January 2025" in again.content.decode()
    assert not Assignment.objects.exists()
    assert teacher.post(address(cast, edition), filled(edition, **dates, meant=past.key)).status_code == 302
    assert Assignment.objects.count() == 1


def test_nothing_is_asked_before_the_last_minute_is_over(teacher: Client, cast: Cast, edition: Edition) -> None:
    today = filled(edition, due_date="2026-01-15")
    with time_machine.travel("2026-01-15T23:00:00Z", tick=False):
        assert teacher.post(address(cast, edition), today).status_code == 422
    with time_machine.travel("2026-01-15T22:59:59Z", tick=False):
        assert teacher.post(address(cast, edition), today).status_code == 302
    assert Assignment.objects.count() == 1


def test_a_change_asks_about_a_time_that_it_moves_into_the_past_and_about_no_other(
    teacher: Client, cast: Cast, edition: Edition
) -> None:
    made = work.make_assignment(cast, edition, due=work.due("2026-01-10 12:00"))
    where = reverse("assignment-edit", args=[made.pk])
    times = {"due_date": "2026-01-10", "due_time": "12:00"}
    assert teacher.post(where, edited(made, title="Renamed", **times)).status_code == 302
    made.refresh_from_db()
    moved = edited(made, **{**times, "due_date": "2026-01-09"})
    asked = teacher.post(where, moved)
    assert "Save all the same" in asked.content.decode()
    made.refresh_from_db()
    assert made.due_date == dt.date(2026, 1, 10)
    assert teacher.post(where, {**moved, "meant": asked.context["past"].key}).status_code == 302
    made.refresh_from_db()
    assert made.due_date == dt.date(2026, 1, 9)


def test_a_time_that_the_clocks_skip_is_moved_and_said(teacher: Client, cast: Cast, edition: Edition) -> None:
    answer = teacher.post(address(cast, edition), filled(edition, due_date="2026-03-29", due_time="02:30"), follow=True)
    made = Assignment.objects.get()
    assert made.due_at == dt.datetime(2026, 3, 29, 1, 30, tzinfo=dt.UTC)
    assert [str(message) for message in answer.context["messages"]][1] == (
        "02:30 does not exist on Sunday 29 March 2026 in Warsaw time, since the clocks go forward. "
        "What counts is 03:30 (CEST)."
    )


def test_a_time_that_comes_twice_is_the_later_one_and_said(teacher: Client, cast: Cast, edition: Edition) -> None:
    answer = teacher.post(address(cast, edition), filled(edition, due_date="2026-10-25", due_time="02:30"), follow=True)
    assert Assignment.objects.get().due_at == dt.datetime(2026, 10, 25, 1, 30, tzinfo=dt.UTC)
    assert "comes twice on Sunday 25 October 2026" in str(list(answer.context["messages"])[1])


def test_a_student_of_another_class_cannot_be_named(teacher: Client, cast: Cast, edition: Edition) -> None:
    form = filled(edition, audience="named", students=[str(cast.other_student.pk)])
    assert teacher.post(address(cast, edition), form).status_code == 422
    assert not Assignment.objects.exists()


def test_an_assistant_grades_but_does_not_assign(client: Client, cast: Cast, edition: Edition) -> None:
    client.force_login(cast.assistant)
    assert client.get(address(cast, edition)).status_code == 403
    assert client.post(address(cast, edition), filled(edition)).status_code == 403
    assert not Assignment.objects.exists()


def test_an_archived_class_is_given_nothing(teacher: Client, cast: Cast, edition: Edition) -> None:
    cast.room.archived_at = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    cast.room.save(update_fields=["archived_at"])
    answer = teacher.post(address(cast, edition), filled(edition))
    assert "This class is archived" in answer.content.decode()
    assert not Assignment.objects.exists()


def test_an_earlier_due_time_names_whom_it_leaves_in_time_and_a_later_one_what_does_not_move_along(
    teacher: Client, cast: Cast, edition: Edition
) -> None:
    made = work.make_assignment(cast, edition, due=work.due("2026-02-10 12:00"))
    where = reverse("assignment-edit", args=[made.pk])
    work.hand_in(work.submission_of(made, cast.student), received_at=work.at("2026-02-05T10:00Z"))
    day = {"due_date": "2026-02-06", "due_time": "12:00"}
    made.refresh_from_db()
    assert teacher.post(where, edited(made, **day)).status_code == 302
    made.refresh_from_db()
    earlier = edited(made, **{**day, "due_date": "2026-02-03"})
    asked = teacher.post(where, earlier)
    said = "1 student has handed in after the new due time, Tuesday 3 February 2026, 12:00 Warsaw time (CET)"
    assert asked.context["past"].sentences == (f"{said}, and stays in time: Student.",)
    made.refresh_from_db()
    assert made.due_date == dt.date(2026, 2, 6)
    assert teacher.post(where, {**earlier, "meant": asked.context["past"].key}).status_code == 302
    assert work.submission_of(made, cast.student).late_seconds == 0

    made.refresh_from_db()
    her_day = {"due": work.due("2026-02-20 12:00"), "reason": "Exchange week", "by": cast.teacher}
    actions.give_dates(made, students=[cast.classmate.pk], **her_day)
    made.refresh_from_db()
    later = edited(made, **{**day, "due_date": "2026-02-09"})
    asked = teacher.post(where, later)
    assert asked.context["past"].sentences == ("Due times that were set to a day of their own do not move: Classmate.",)
    assert teacher.post(where, {**later, "meant": asked.context["past"].key}).status_code == 302


# --- Changing and taking back -----------------------------------------------------------------------------------------


def edited(assignment: Assignment, **fields: Any) -> dict[str, Any]:
    return {"title": assignment.title, "audience": "all", "version": assignment.version, **fields}


def test_the_form_of_a_change_shows_what_was_said(teacher: Client, cast: Cast, edition: Edition) -> None:
    # In a gap: what was said stays what is shown, and saving it again changes nothing.
    made = work.make_assignment(cast, edition, due=work.due("2026-03-29 02:30"))
    page = teacher.get(reverse("assignment-edit", args=[made.pk])).content.decode()
    assert 'value="2026-03-29"' in page
    assert 'value="02:30"' in page
    assert 'name="questions"' not in page


def test_title_dates_and_audience_change_and_the_edition_stays(teacher: Client, cast: Cast, edition: Edition) -> None:
    made = work.make_assignment(cast, edition)
    form = edited(
        made,
        title="Renamed",
        due_date="2026-05-01",
        due_time="12:00",
        audience="named",
        students=[str(cast.student.pk)],
    )
    answer = teacher.post(reverse("assignment-edit", args=[made.pk]), form)
    assert answer.status_code == 302
    made.refresh_from_db()
    assert (made.title, made.audience, made.edition_id) == ("Renamed", "named", edition.pk)
    assert made.due_at == dt.datetime(2026, 5, 1, 10, 0, tzinfo=dt.UTC)
    assert dict(made.submissions.values_list("student__username", "state")) == {
        "student": "assigned",
        "classmate": "void",
    }


def test_a_new_title_leaves_the_seconds_and_the_zone_that_the_form_does_not_show(
    teacher: Client, cast: Cast, edition: Edition
) -> None:
    closes = dt.datetime(2026, 6, 1, 10, 0, 42, tzinfo=dt.UTC)
    made = work.make_assignment(
        cast, edition, due=work.due("2026-05-01 12:00:30", "America/New_York"), closes_at=closes
    )
    page = teacher.get(reverse("assignment-edit", args=[made.pk]))
    shown = {field.html_name: field.value() for field in page.context["form"]}
    form = {name: shown[name] for name in shown if name.endswith("_date") and shown[name]}
    form |= {name: f"{shown[name]:%H:%M}" for name in shown if name.endswith("_time") and shown[name]}
    answer = teacher.post(reverse("assignment-edit", args=[made.pk]), edited(made, title="Renamed", **form))
    assert answer.status_code == 302
    before = (made.due, made.closes_at)
    made.refresh_from_db()
    assert (made.title, made.due, made.closes_at) == ("Renamed", *before)


def test_a_change_upon_an_older_version_is_not_made(teacher: Client, cast: Cast, edition: Edition) -> None:
    made = work.make_assignment(cast, edition)
    assert teacher.post(reverse("assignment-edit", args=[made.pk]), edited(made, title="First")).status_code == 302
    answer = teacher.post(reverse("assignment-edit", args=[made.pk]), edited(made, title="Second"))
    assert answer.status_code == 422
    assert "This has changed since you opened it" in answer.content.decode()
    made.refresh_from_db()
    assert made.title == "First"


def test_deleting_offers_to_undo_and_undoing_brings_the_work_back(
    teacher: Client, cast: Cast, edition: Edition
) -> None:
    made = work.make_assignment(cast, edition)
    answer = teacher.post(reverse("assignment-delete", args=[made.pk]), follow=True)
    page = answer.content.decode()
    assert answer.redirect_chain[0][0] == reverse("classroom", args=[cast.room.pk])
    assert reverse("assignment-restore", args=[made.pk]) in page
    assert reverse("assignment-board", args=[made.pk]) not in page
    assert teacher.get(reverse("assignment-board", args=[made.pk])).status_code == 404
    teacher.post(reverse("assignment-restore", args=[made.pk]))
    assert teacher.get(reverse("assignment-board", args=[made.pk])).status_code == 200
    assert set(made.submissions.values_list("state", flat=True)) == {"assigned"}


def test_the_form_costs_the_same_for_two_students_and_for_twenty(
    teacher: Client, cast: Cast, edition: Edition, queries: Any
) -> None:
    few = queries(lambda: teacher.get(address(cast, edition)))
    for n in range(18):
        Membership.objects.create(classroom=cast.room, user=person(f"many{n}"), role="student")
    assert queries(lambda: teacher.get(address(cast, edition))) <= few


# --- What came meanwhile ----------------------------------------------------------------------------------------------


def test_an_edition_that_came_meanwhile_is_shown_before_it_is_given(
    teacher: Client, cast: Cast, edition: Edition
) -> None:
    form = teacher.get(address(cast, edition)).context_data["form"]
    shown = {"edition": form["edition"].value(), "id": str(form["id"].value())}
    edition.lesson.title = "The wall, looked at again"
    newer = factories.publish(edition.lesson)
    refused = teacher.post(address(cast, edition), {**filled(edition), **shown})
    assert refused.status_code == 422
    assert "A newer edition of this lesson came out" in refused.content.decode()
    assert not Assignment.objects.exists()
    shown["edition"] = refused.context_data["form"]["edition"].value()
    assert teacher.post(address(cast, edition), {**filled(newer), **shown}).status_code == 302
    assert Assignment.objects.get().edition == newer


def test_a_second_click_makes_no_second_assignment(teacher: Client, cast: Cast, edition: Edition) -> None:
    form = teacher.get(address(cast, edition)).context_data["form"]
    sent = {**filled(edition), "edition": edition.pk, "id": str(form["id"].value())}
    first, second = (teacher.post(address(cast, edition), sent) for _click in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert Assignment.objects.count() == 1


# --- A look beforehand ------------------------------------------------------------------------------------------------


def preview(cast: Cast, edition: Edition) -> str:
    return f"{reverse('assign-preview', args=[cast.room.pk])}?lesson={edition.lesson.slug}"


def test_the_desk_can_be_tried_before_anything_is_assigned(teacher: Client, cast: Cast, edition: Edition) -> None:
    first = edition.read().questions[0]["id"]
    page = teacher.post(preview(cast, edition), filled(edition, title="As she sees it", questions=[first]))
    desk = page.context_data["desk"]
    assert (desk.title, [box.id for box in desk.boxes]) == ("As she sees it", [first])
    said = page.content.decode()
    assert "Two hundred words." in said
    assert "Saving is off" in said
    carried = {page.context_data["carried_name"]: page.context_data["carried_value"]}
    sent = {"base": json.dumps(desk.base), "rev": 0, f"text-{desk.boxes[0].blocks[0].id}": "Tried.", "do": "hand-in"}
    tried = teacher.post(page.context_data["action"], {**carried, **sent})
    assert tried.context_data["tried"]["missing"] == []
    assert "Tried." in tried.content.decode()
    assert tried.context_data["desk"].title == "As she sees it"
    assert not Assignment.objects.exists()


def test_what_cannot_be_assigned_cannot_be_tried_either(teacher: Client, cast: Cast, edition: Edition) -> None:
    refused = teacher.post(preview(cast, edition), filled(edition, questions=[]))
    assert refused.status_code == 422
    assert refused.context_data["form"].errors["questions"] == ["Choose at least one question."]


def test_a_form_that_does_not_know_a_setting_leaves_it_as_it_is(teacher: Client, cast: Cast, edition: Edition) -> None:
    made = work.make_assignment(cast, edition, hands_in_at_close=True, resubmission=True)
    where = reverse("assignment-edit", args=[made.pk])
    assert 'name="settings" value="known"' in teacher.get(where).content.decode()
    old = edited(made, title="Retold")
    old.pop("settings", None)
    assert teacher.post(where, old).status_code == 302
    made.refresh_from_db()
    assert (made.title, made.reinstates_at_close, made.hands_in_at_close, made.resubmission) == (
        "Retold",
        True,
        True,
        True,
    )
    assert teacher.post(where, edited(made, settings="known")).status_code == 302
    made.refresh_from_db()
    assert (made.reinstates_at_close, made.hands_in_at_close, made.resubmission) == (False, False, False)


def test_a_new_assignment_from_a_form_of_before_counts_again_at_the_close(
    teacher: Client, cast: Cast, edition: Edition
) -> None:
    teacher.post(address(cast, edition), {**filled(edition), "settings": ""})
    assert Assignment.objects.get().reinstates_at_close
