"""What is shown of a whole class, or does something for many of it, asks no more for twenty students than for three;
where each row has a transaction of its own, every row costs the same."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import User
from assignments import actions, history
from assignments.models import Assignment, DateOverride, FinalMark, Notice, ParkedCopy, Submission
from destalin_site.common import clock
from destalin_site.common.errors import DomainError
from tests.assignments import corrected, work
from tests.assignments.crawl import Caller
from tests.assignments.test_boards import joins
from tests.cast import Cast

Queries = Callable[[Callable[[], object]], int]
FEW, MANY = 3, 20


def tomorrow(days: int = 1) -> actions.DueSaid:
    day = (clock.now() + dt.timedelta(days=days)).date()
    return actions.DueSaid(day, dt.time(12), "Europe/Warsaw")


class Class:
    """Everybody of it has missing work, work to return with an answer that cites a source, more time for a third
    assignment, and a hand-in that was set aside."""

    def __init__(self, cast: Cast) -> None:
        self.cast, self.students = cast, [cast.student, cast.classmate]
        source = corrected.make_source()
        edition = corrected.make_edition(source)
        self.missing = work.make_assignment(cast, edition, title="Missing", due=tomorrow(-2), missing_percent=0)
        self.graded = work.make_assignment(cast, edition, title="Graded")
        self.extended = work.make_assignment(cast, edition, title="Extended", due=tomorrow())
        self.source = source

    def of(self, assignment: Assignment, student: User) -> Submission:
        return work.reread(work.submission_of(assignment, student))

    def join(self, size: int) -> None:
        while len(self.students) < size:
            name = f"pupil{len(self.students)}"
            self.students.append(joins(self.cast, name, name.title()))

    def fill(self, size: int) -> None:
        self.join(size)
        for student in self.students:
            self.do_all(student)

    def do_all(self, student: User) -> None:
        row = self.of(self.graded, student)
        if row.attempt_count:
            return
        work.hand_in(row, corrected.citing(self.graded))
        work.mark(row, self.cast.teacher)
        actions.release(self.of(self.graded, student), by=self.cast.teacher)
        late = self.of(self.extended, student)
        actions.extend(late, due=tomorrow(3), reason="Ill", by=self.cast.teacher)
        actions.ask_more_time(self.of(self.extended, student), reason="Still ill", by=student)
        body = work.body_for(self.extended, f"Begun by {student.username}.")
        actions.save_draft(self.of(self.extended, student), body=body, if_rev=0, by=student)
        with suppress(DomainError):
            other = work.body_for(self.extended, "On another device.")
            actions.save_draft(self.of(self.extended, student), body=other, if_rev=0, by=student)
        Submission.objects.filter(pk=late.pk).update(closes_at=clock.now() - dt.timedelta(minutes=5))
        with suppress(DomainError):
            work.hand_in(self.of(self.extended, student), body)

    def addresses(self) -> list[str]:
        room, member = {"pk": self.cast.room.pk}, {"pk": self.cast.room.pk, "student": self.cast.student.pk}
        given = {name: {"pk": getattr(self, name).pk} for name in ("missing", "graded", "extended")}
        return [
            reverse("assignment-missing", kwargs=given["missing"]),
            reverse("assignment-return", kwargs=given["graded"]),
            reverse("assignment-answers", kwargs=given["graded"]),
            reverse("api-assignment-answers", kwargs=given["graded"]),
            reverse("assignment-import-marks", kwargs=given["graded"]),
            reverse("assignment-counts", kwargs=given["graded"]),
            reverse("assignment-board", kwargs=given["extended"]),
            reverse("other-dates", kwargs=given["extended"]),
            reverse("classroom-archive", kwargs=room),
            reverse("api-class-errata", kwargs=room),
            reverse("student-report", kwargs=member),
            reverse("today"),
        ]


@pytest.fixture
def room(cast: Cast) -> Class:
    return Class(cast)


def test_pages_about_a_class_cost_the_same_for_three_students_and_for_twenty(room: Class, queries: Queries) -> None:
    client = Caller(room.cast.teacher).session

    def cost() -> dict[str, tuple[int, int]]:
        found = {}
        for address in room.addresses():
            status = client.get(address).status_code  # what a process keeps is kept now
            found[address] = queries(lambda a=address: client.get(a)), status  # type: ignore[misc]
        return found

    room.fill(FEW)
    corrected.announce(room.source)
    few = cost()
    room.fill(MANY)
    assert ParkedCopy.objects.filter(kind="submit").count() == MANY
    many = cost()
    assert not {address: (few[address], many[address]) for address in few if few[address] != many[address]}
    assert not {address for address, (_n, status) in many.items() if status != 200}


def test_returning_many_and_taking_them_back_costs_the_same_for_each(room: Class, queries: Queries) -> None:
    room.fill(FEW)

    def each(n: int) -> tuple[int, int]:
        rows = [room.of(room.graded, student).pk for student in room.students]
        assert len(rows) == n
        said: dict[str, Any] = {"submissions": rows, "by": room.cast.teacher}
        returned = queries(lambda: actions.return_many(room.graded, **said))
        taken = queries(lambda: actions.recall_many(room.graded, reason="A slip", **said))
        return returned, taken

    few = each(FEW)
    for student in room.students:
        actions.release(room.of(room.graded, student), by=room.cast.teacher)
    room.fill(MANY)
    many = each(MANY)
    for n_few, n_many in zip(few, many, strict=True):
        assert n_many <= n_few / FEW * MANY


def test_parked_copies_cost_the_same_for_three_and_for_twenty(room: Class, queries: Queries) -> None:
    row = room.of(room.graded, room.cast.student)
    hers, teacher = Caller(room.cast.student).session, Caller(room.cast.teacher).session
    actions.save_draft(row, body=work.body_for(room.graded, "Begun."), if_rev=0, by=room.cast.student)

    def cost(upto: int) -> list[int]:
        for n in range(ParkedCopy.objects.count(), upto):
            with suppress(DomainError):
                body = work.body_for(room.graded, f"Set aside {n}.")
                actions.save_draft(row, body=body, if_rev=0, by=room.cast.student)
        assert ParkedCopy.objects.count() == upto
        desk, listed = reverse("desk", args=[row.pk]), reverse("api-parked", args=[row.pk])
        asked = [(hers, desk), (hers, listed), (teacher, listed), (hers, reverse("my-work"))]
        return [queries(lambda c=client, a=address: c.get(a)) for client, address in asked]  # type: ignore[misc]

    cost(FEW)
    assert cost(FEW) == cost(MANY)


def test_a_rehearsed_import_costs_the_same_for_each_row(room: Class, queries: Queries) -> None:
    from tests.assignments.test_import_marks import changed, taken, written

    def cost() -> int:
        rows = taken(room.graded, room.cast.teacher)
        for student in room.students:
            rows = changed(rows, student.display_name, feedback="Another word.")
        lines = actions.read_marks(room.graded, written(rows), pointer="/csv")
        return queries(lambda: actions.rehearse_marks(room.graded, lines, by=room.cast.teacher))

    room.fill(FEW)
    cost()
    few = cost()
    room.fill(MANY)
    assert cost() <= few / FEW * MANY


def test_other_dates_cost_the_same_for_each_of_a_group_and_of_the_class(room: Class, queries: Queries) -> None:
    room.fill(FEW)

    def cost() -> list[int]:
        pks = [student.pk for student in room.students]
        given: dict[str, Any] = {"offset_minutes": 60, "reason": f"Away {len(pks)}", "by": room.cast.teacher}
        few = queries(lambda: actions.give_dates(room.extended, students=pks, title="Those", **given))
        some = queries(lambda: actions.give_dates(room.extended, for_class=True, **given))
        return [few, some, *(queries(lambda o=o: actions.end_dates(o, by=room.cast.teacher)) for o in standing())]  # type: ignore[misc]

    def standing() -> list[DateOverride]:
        return list(DateOverride.objects.standing().select_related("assignment").order_by("at", "id"))

    few = cost()
    room.fill(MANY)
    for n_few, n_many in zip(few, cost(), strict=True):
        assert n_many <= n_few / FEW * MANY


def test_other_dates_ask_no_more_for_thirty_without_a_hand_in_than_for_three(room: Class, queries: Queries) -> None:
    by: User = room.cast.teacher
    given: dict[str, Any] = {"offset_minutes": 3 * 24 * 60, "reason": "Away", "by": by}

    def cost(size: int) -> list[int]:
        room.join(size)
        return of(title="Those", students=[one.pk for one in room.students]) + of(for_class=True)

    def of(**whom: Any) -> list[int]:
        for student in room.students:
            actions.make_final(room.of(room.missing, student), if_version=1, by=by)
        giving = queries(lambda: actions.give_dates(room.missing, **whom, **given))
        assert not FinalMark.objects.filter(ended="").exists()
        override = DateOverride.objects.standing().get()
        return [giving, queries(lambda: actions.end_dates(override, by=by))]

    few = cost(3)
    assert cost(30) == few
    assert not list(history.check_all())


def test_another_due_time_asks_no_more_for_thirty_who_had_more_time_or_a_final_mark(
    room: Class, queries: Queries
) -> None:
    by: User = room.cast.teacher

    def cost(size: int) -> int:
        room.join(size)
        owed = work.make_assignment(room.cast, room.missing.edition, title="Owed", due=tomorrow(-2), missing_percent=0)
        for n, student in enumerate(room.students):
            if n % 2:
                actions.extend(room.of(owed, student), due=tomorrow(9), reason="Ill", by=by)
            else:
                actions.make_final(room.of(owed, student), if_version=1, by=by)
        asked = queries(lambda: actions.update_assignment(owed, if_version=1, due=tomorrow(3), by=by))
        assert not FinalMark.objects.filter(ended="").exists()
        assert (
            Notice.objects.filter(kind="dates", happening="a2", submission__assignment=owed).count() == (size + 1) // 2
        )
        return asked

    few = cost(3)
    assert cost(30) == few
    assert not list(history.check_all())
