"""The preview of a regrade tells the mark that counts, before and after, where that may be of another hand-in."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from assignments import actions, history, regrades
from assignments.models import Assignment, Submission
from tests.api_client import ApiClient
from tests.assignments import work
from tests.assignments.edited import apply, edit, fresh, save, worth
from tests.assignments.rubric import make_edition
from tests.cast import Cast

pytestmark = pytest.mark.django_db

SOUND, BETTER, BEST = ("sound", "weak"), ("strong", "weak"), ("strong", "strong")  # 6, 7 and 8 of 8


class Room:
    """Handed in twice and returned twice: hand-in 1 and hand-in 2 with these levels."""

    def __init__(self, cast: Cast, counts: str, *times: tuple[str, str], **fields: Any) -> None:
        self.cast = cast
        self.assignment: Assignment = work.make_assignment(
            cast, make_edition(), resubmission=True, counts=counts, **fields
        )
        self.row = work.submission_of(self.assignment, cast.student)
        twice(self.row, cast, *times)

    def edit(self, change: Any) -> None:
        edit(self.assignment, change, self.cast.teacher)

    def preview(self) -> regrades.Preview:
        return regrades.preview(fresh(self.assignment))

    @property
    def mark(self) -> tuple[int | None, Decimal | None, Decimal]:
        grade = Submission.objects.get(pk=self.row.pk).mark_grade
        assert grade is not None
        return grade.attempt.number if grade.attempt else None, grade.final_score, grade.out_of


def twice(row: Submission, cast: Cast, *times: tuple[str, str]) -> None:
    for n, (sourcing, context) in enumerate(times):
        row = work.reread(row)
        work.hand_in(row, work.body_for(row.assignment, f"Version {n}."))
        save(row, cast.teacher, f"Sourcing: {sourcing}", f"Context: {context}")
        actions.return_grade(work.reread(row), by=cast.teacher)


def told(mark: Any) -> Any:
    return mark and (mark.number, mark.score, mark.out_of)


LESS, MORE = worth("Sourcing", "strong", "2"), worth("Sourcing", "sound", "3.5")


@pytest.mark.parametrize(
    ("counts", "times", "change", "before", "after", "stays"),
    [
        ("latest", (BEST, SOUND), MORE, (2, "6", "8"), (2, "6.5", "8"), None),
        ("best", (BEST, SOUND), MORE, (1, "8", "8"), (1, "8", "8"), (1, "8", "8")),
        ("first", (SOUND, BETTER), LESS, (1, "6", "8"), (1, "6", "8"), (1, "6", "8")),
        ("best", (SOUND, BETTER), LESS, (2, "7", "8"), (1, "6", "8"), None),  # by its share what came before is more
        ("best", (BETTER, SOUND), worth("Sourcing", "sound", "4"), (1, "7", "8"), (2, "7", "8"), (1, "7", "8")),
    ],
)
def test_the_mark_is_told_before_and_after_and_comes_to_what_was_told(
    cast: Cast, counts: str, times: Any, change: Any, before: Any, after: Any, stays: Any
) -> None:
    def mark(said: Any) -> Any:
        return said and (said[0], Decimal(said[1]), Decimal(said[2]))

    room = Room(cast, counts, *times)
    room.edit(change)
    shown = room.preview()
    [row] = shown.rows
    assert (told(row.mark), told(row.mark_then)) == (mark(before), mark(after))
    assert [told(each.mark) for each in shown.stays] == ([mark(stays)] if stays else [])
    assert room.mark == mark(before)
    made = apply(room.assignment, cast.teacher, "chosen", room.row)
    assert not any("error" in each for each in made.applied)
    assert room.mark == mark(after)
    actions.undo_regrade(made, reason="Too soon.", by=cast.teacher)
    assert room.mark == mark(before)
    assert list(history.check_all()) == []


def test_what_a_teacher_chose_counts_and_stays(cast: Cast) -> None:
    room = Room(cast, "pick", SOUND, BETTER)
    first = room.row.grades.get(attempt__number=1)
    actions.pick_grade(work.reread(room.row), grade=first, reason="It was better", by=cast.teacher)
    room.edit(MORE)
    shown = room.preview()
    assert [(each.name, each.rubric, told(each.mark)) for each in shown.stays] == [("Student", 1, (1, 6, 8))]
    assert told(shown.rows[0].mark_then) == (1, 6, 8)


def test_a_mark_that_became_another_after_it_was_shown_is_not_brought_along(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = Room(cast, "best", SOUND, BETTER)
    room.edit(LESS)
    looked = regrades.row_of

    def meanwhile(*args: Any) -> Any:
        args[1].counts = "latest"
        return looked(*args)

    monkeypatch.setattr(regrades, "row_of", meanwhile)
    made = apply(room.assignment, cast.teacher, "chosen", room.row)
    assert [each["error"] for each in made.applied] == ["state-conflict"]


def test_a_draft_moves_no_mark(cast: Cast) -> None:
    room = Room(cast, "best", BETTER)
    classmate = work.submission_of(room.assignment, cast.classmate)
    work.hand_in(classmate)
    save(classmate, cast.teacher, "Sourcing: strong")
    room.edit(LESS)
    assert [(row.is_draft, row.mark is None, row.mark_then is None) for row in room.preview().rows] == [
        (True, True, True),
        (False, False, False),
    ]


# --- On the page and through REST ---


def test_the_page_and_rest_tell_the_same(client: Client, api: ApiClient, cast: Cast) -> None:
    room = Room(cast, "best", BEST, SOUND)
    room.edit(MORE)
    client.force_login(cast.teacher)
    page = client.get(reverse("assignment-regrade", args=[room.assignment.pk])).content.decode()
    assert "The mark then" in page
    assert "hand-in 1: 8 of 8" in page
    stays = page.split("Marks that count and stay as they are")[1].split("</section>")[0]
    assert "Student" in stays
    assert "hand-in 1: 8 of 8, edition 1" in stays
    shown = api.as_(cast.teacher).get(f"/api/v1/assignments/{room.assignment.pk}/rubric/regrade").json()
    mark = {"attempt": 1, "score": "8.00", "out_of": "8.00"}
    assert (shown["rows"][0]["mark"], shown["rows"][0]["mark_then"]) == (mark, mark)
    [one] = shown["stays"]
    assert (one["student"]["name"], one["alias"], one["rubric"], one["mark"]) == ("Student", None, 1, mark)


def test_marks_that_stay_are_told_where_nothing_else_is_left(client: Client, cast: Cast) -> None:
    room = Room(cast, "best", BEST, SOUND)
    room.edit(MORE)
    apply(room.assignment, cast.teacher, "chosen", room.row)
    client.force_login(cast.teacher)
    page = client.get(reverse("assignment-regrade", args=[room.assignment.pk])).content.decode()
    assert "Nothing is left to bring along" in page
    assert "hand-in 1: 8 of 8, edition 1" in page


def test_without_names_marks_that_stay_go_by_number(client: Client, api: ApiClient, cast: Cast) -> None:
    room = Room(cast, "best", BEST, SOUND, anonymous=True)
    room.edit(MORE)
    client.force_login(cast.teacher)
    alias = f"Student {work.reread(room.row).alias}"
    page = client.get(reverse("assignment-regrade", args=[room.assignment.pk])).content.decode()
    assert alias in page.split("Marks that count and stay as they are")[1]
    [one] = api.as_(cast.teacher).get(f"/api/v1/assignments/{room.assignment.pk}/rubric/regrade").json()["stays"]
    assert (one["student"], one["alias"]) == (None, alias)


def test_the_preview_costs_the_same_for_one_and_for_two(cast: Cast, queries: Any) -> None:
    room = Room(cast, "best", BEST, SOUND)
    room.edit(MORE)
    given = fresh(room.assignment)
    one = queries(lambda: regrades.preview(given))
    apply(room.assignment, cast.teacher, "none")
    twice(work.submission_of(room.assignment, cast.classmate), cast, BEST, SOUND)
    room.edit(worth("Context", "weak", "1.5"))
    assert len(room.preview().stays) == 2
    assert queries(lambda: regrades.preview(given)) == one
