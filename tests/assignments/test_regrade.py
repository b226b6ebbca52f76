"""Marks are brought to the newest edition of their rubric as it was shown beforehand, and back."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from assignments import actions, grade_log, history, regrades
from assignments.models import Assignment, Comment, Event, Grade, Regrade, Submission
from assignments.regrades import Effect
from destalin_site.common.errors import ValidationFailed, VersionStale
from lessons.models.edition import WrittenOnce
from tests.assignments import remarks, work
from tests.assignments.edited import (
    apply,
    edit,
    fresh,
    newest,
    save,
    with_criterion,
    without,
    without_level,
    worth,
)
from tests.assignments.rubric import make_edition
from tests.assignments.test_exports import joins
from tests.cast import Cast

pytestmark = pytest.mark.django_db

D = Decimal


class Room:
    """Two essays marked alike by edition 1: 6 of 8. The student has hers back, her classmate's is a draft."""

    def __init__(self, cast: Cast, **fields: Any) -> None:
        self.cast = cast
        self.assignment: Assignment = work.make_assignment(cast, make_edition(), **fields)
        self.back, self.draft = (work.submission_of(self.assignment, who) for who in (cast.student, cast.classmate))
        for row in (self.back, self.draft):
            work.hand_in(row)
            save(row, cast.teacher, "Sourcing: sound", "Context: weak", feedback="Well cited.")
        actions.return_grade(self.back, by=cast.teacher)
        actions.note_seen(work.reread(self.back), by=cast.student)
        actions.release(work.reread(self.draft), by=cast.teacher)

    def edit(self, change: Any) -> None:
        edit(self.assignment, change, self.cast.teacher)

    def preview(self) -> regrades.Preview:
        return regrades.preview(fresh(self.assignment))

    def apply(self, scope: str = "chosen", *submissions: Submission, **fields: Any) -> Regrade:
        return apply(self.assignment, self.cast.teacher, scope, *submissions, **fields)

    def seen(self) -> Grade:
        return Grade.objects.get(submission=self.back, status="returned")

    def drafted(self) -> Grade:
        return Grade.objects.get(submission=self.draft, status="draft")


@pytest.fixture
def room(cast: Cast) -> Room:
    return Room(cast)


def stored() -> list[Any]:
    return [list(model.objects.order_by("pk").values()) for model in (Grade, Submission, Event, Comment)]


def holds() -> None:
    assert list(history.check_all()) == []


def test_without_another_edition_there_is_nothing_to_bring(room: Room) -> None:
    assert room.preview().rows == ()


def test_the_preview_lists_each_grade_with_what_it_would_come_to(room: Room) -> None:
    room.edit(worth("Sourcing", "sound", "3.5"))
    draft, back = room.preview().rows
    assert (draft.name, draft.effect, draft.old, draft.new, draft.delta) == (
        "Classmate",
        Effect.DRAFT,
        D(6),
        D("6.5"),
        D("0.5"),
    )
    assert (back.name, back.effect, back.rubric, back.delta) == ("Student", Effect.RETURNED, 1, D("0.5"))


CHANGES: dict[str, Callable[[Any], Any]] = {
    "more points": worth("Sourcing", "sound", "3.5"),
    "fewer points": worth("Context", "weak", "0.25"),
    "a level less": without_level("Sourcing", "sound"),
    "a criterion less": without("Context"),
    "a criterion more": with_criterion,
    "no rubric": lambda criteria: [],
}


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("change", CHANGES)
def test_what_is_applied_is_what_was_shown(cast: Cast, change: str, late: bool) -> None:
    costs = {"late_percent": 10, "late_floor_percent": 50, "due": work.due("2026-03-20 12:00")}  # long over
    room = Room(cast, **(costs if late else {}))
    assert bool(room.seen().deducted) is late
    if change == "no rubric":
        actions.edit_rubric(fresh(room.assignment), title="", criteria=[], if_number=1, by=cast.teacher)
    else:
        room.edit(CHANGES[change])
    shown = room.preview()
    made = room.apply("chosen", room.back)
    assert made.preview == [row.as_json() for row in shown.rows]
    assert not any("error" in each for each in made.applied)
    for row in shown.rows:
        came = Grade.objects.get(submission=row.submission, status="draft" if row.effect != "returned" else "returned")
        assert (came.final_score, came.out_of, came.rubric.number) == (row.new, row.out_of, 2)
    holds()
    assert all(row.effect is Effect.TO_MARK or row.submission not in _left(room) for row in shown.rows)


def _left(room: Room) -> set[Any]:
    return {row.submission for row in room.preview().rows}


def test_to_bring_none_changes_no_marks_and_is_written_down(room: Room) -> None:
    room.edit(worth("Sourcing", "sound", "3.5"))
    before = stored()
    made = room.apply("none")
    assert (made.scope, made.applied, len(made.preview)) == ("none", [], 2)
    assert stored() == before
    assert len(room.preview().rows) == 2


def test_drafts_alone_come_along_and_returned_grades_stay_to_the_bit(room: Room) -> None:
    room.edit(worth("Sourcing", "sound", "3.5"))
    before = Grade.objects.filter(submission=room.back).values().get()
    saved = room.drafted()
    room.apply("drafts", reason="")
    assert Grade.objects.filter(submission=room.back).values().get() == before
    draft = room.drafted()
    assert (draft.final_score, draft.rubric, draft.version) == (D("6.5"), newest(room.assignment), saved.version + 1)
    assert (draft.saved_by, draft.saved_at, draft.feedback) == (saved.saved_by, saved.saved_at, "Well cited.")
    holds()


def test_to_a_student_nothing_moves_while_her_draft_comes_along(room: Room) -> None:
    room.edit(worth("Sourcing", "sound", "3.5"))
    rows = Submission.objects.with_version_told(room.cast.classmate)
    before = rows.values("version_told", "changed_at").get(pk=room.draft.pk)
    room.apply("drafts")
    assert rows.values("version_told", "changed_at").get(pk=room.draft.pk) == before
    assert grade_log.of(work.reread(room.draft), viewer=room.cast.classmate) == []


def test_a_returned_grade_is_replaced_by_another_with_the_same_words(cast: Cast, room: Room) -> None:
    old = room.seen()
    room.edit(worth("Sourcing", "sound", "3.5"))
    room.apply("chosen", room.back)
    new, row = room.seen(), work.reread(room.back)
    old.refresh_from_db()
    assert (old.status, old.final_score) == ("superseded", D(6))
    assert (row.returned_grade_id, row.state) == (new.pk, "returned")
    assert (new.final_score, new.out_of, new.feedback, new.seen_at) == (D("6.5"), D(8), "Well cited.", None)
    assert (new.returned_at, new.returned_by, new.saved_by) == (old.returned_at, cast.teacher, cast.teacher)
    holds()


def test_its_comments_stay_with_it(cast: Cast, room: Room) -> None:
    actions.recall(room.back, reason="Words", by=cast.teacher)
    said = remarks.comment(work.reread(room.back), cast.teacher)
    actions.return_grade(work.reread(room.back), by=cast.teacher)
    room.edit(worth("Sourcing", "sound", "3.5"))
    room.apply("chosen", room.back)
    kept = Comment.objects.filter(grade=room.seen())
    assert [(each.key, each.body, each.kept) for each in kept] == [(said.key, said.body, True)]


def test_the_student_reads_who_did_it_why_and_both_scores(room: Room) -> None:
    room.edit(with_criterion)
    room.edit(without("Context"))
    room.edit(without("Extra"))
    room.apply("chosen", room.back)
    [_, entry] = grade_log.of(work.reread(room.back), viewer=room.cast.student)
    assert (entry.what, entry.by, entry.reason) == ("regraded", room.cast.teacher, "Sourcing weighs more.")
    assert (entry.old, entry.old_out_of, entry.new, entry.out_of) == (D(6), D(8), D(5), D(6))
    [line, _] = grade_log.lines([_, entry], "UTC")
    assert line.words == "Teacher judged it by edition 4 of the rubric: from 6 of 8 to 5 of 6."


def test_why_is_asked_where_returned_marks_change(room: Room) -> None:
    room.edit(worth("Sourcing", "sound", "3.5"))
    before = stored()
    with pytest.raises(ValidationFailed) as caught:
        room.apply("chosen", room.back, reason=" ")
    assert caught.value.extra["errors"][0]["code"] == "reason-missing"
    assert (stored(), Regrade.objects.count()) == (before, 0)


def test_a_preview_that_was_overtaken_is_refused_whole(room: Room) -> None:
    room.edit(worth("Sourcing", "sound", "3.5"))
    shown = room.preview().digest
    save(work.reread(room.draft), room.cast.teacher, "Sourcing: strong", "Context: weak")
    before = stored()
    with pytest.raises(VersionStale):
        room.apply("chosen", room.back, digest=shown)
    assert (stored(), Regrade.objects.count()) == (before, 0)
    room.apply("chosen", room.back)
    shown = room.preview().digest
    room.edit(worth("Sourcing", "sound", "2"))
    with pytest.raises(VersionStale):
        room.apply("drafts", digest=shown)


def test_what_a_colleague_is_reading_stays_and_keeps_no_other_back(cast: Cast, room: Room) -> None:
    room.edit(worth("Sourcing", "sound", "3.5"))
    actions.claim(room.draft, by=cast.co_teacher)
    before = Grade.objects.filter(submission=room.draft).values().get()
    made = room.apply("chosen", room.back)
    assert {each["submission"]: each.get("error") for each in made.applied} == {
        str(room.back.pk): None,
        str(room.draft.pk): "claim-held",
    }
    assert Grade.objects.filter(submission=room.draft).values().get() == before
    assert room.seen().final_score == D("6.5")


def test_what_changed_after_it_was_shown_stays_and_keeps_no_other_back(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.edit(worth("Sourcing", "sound", "3.5"))
    looked = regrades.row_of

    def meanwhile(grade: Any, *args: Any) -> Any:
        Grade.objects.filter(pk=grade, status="draft").update(version=99)
        return looked(grade, *args)

    monkeypatch.setattr(regrades, "row_of", meanwhile)
    made = room.apply("chosen", room.back)
    assert {each.get("error") for each in made.applied if each["submission"] == str(room.draft.pk)} == {
        "state-conflict"
    }
    assert room.seen().final_score == D("6.5")
    assert room.drafted().rubric.number == 1


def test_a_total_of_the_teachers_own_stays_as_it_is(cast: Cast, room: Room) -> None:
    actions.recall(room.back, reason="Again", by=cast.teacher)
    save(work.reread(room.back), cast.teacher, "Sourcing: sound", "Context: weak", score=D(7))
    actions.return_grade(work.reread(room.back), by=cast.teacher)
    room.edit(worth("Sourcing", "sound", "3.5"))
    room.apply("chosen", room.back)
    assert (room.seen().override, room.seen().final_score) == (D(7), D(7))
    room.edit(worth("Sourcing", "strong", "0"))
    room.edit(without("Context"))
    back = room.preview().returned[0]
    assert back.effect is Effect.STUCK
    with pytest.raises(ValidationFailed) as caught:
        room.apply("chosen", room.back)
    assert caught.value.extra["errors"][0]["code"] == "nothing-to-bring"


def test_a_returned_grade_that_would_not_be_whole_becomes_a_draft_beside_it(cast: Cast, room: Room) -> None:
    old = room.seen()
    room.edit(with_criterion)
    back = room.preview().returned[0]
    assert (back.effect, back.new, back.out_of) == (Effect.TO_MARK, D(6), D(11))
    room.apply("chosen", room.back, reason="")
    assert room.seen() == old
    draft = Grade.objects.get(submission=room.back, status="draft")
    assert (draft.rubric.number, draft.final_score, draft.feedback) == (2, D(6), "Well cited.")
    row = work.reread(room.back)
    assert (row.grade_ready, row.returned_grade_id) == (False, old.pk)
    assert len(grade_log.of(row, viewer=cast.student)) == 1
    # There is one now: another would have no place.
    assert room.preview().returned[0].effect is Effect.STUCK
    holds()


# --- And back ---------------------------------------------------------------------------------------------------------


def marks(grade: Grade) -> dict[str, Any]:
    names = ("marks", "criteria", "feedback", "override", "entered_score", "deducted", "final_score", "out_of")
    return {name: getattr(grade, name) for name in (*names, "rubric_id", "saved_at", "returned_at")}


def undo(made: Regrade, **fields: Any) -> Regrade:
    return actions.undo_regrade(made, **{"by": made.by, "reason": "It was too soon.", **fields})


@pytest.mark.parametrize("change", [name for name in CHANGES if name != "no rubric"])
def test_taken_back_everything_is_as_it_was(room: Room, change: str) -> None:
    room.edit(CHANGES[change])
    before = marks(room.seen()), marks(room.drafted())
    made = room.apply("chosen", room.back)
    back = undo(made)
    assert (marks(room.seen()), marks(room.drafted())) == before
    assert (back.scope, back.undoes, [each.get("error") for each in back.applied]) == ("undo", made, [None, None])
    assert not Grade.objects.filter(submission=room.back, status="draft").exists()
    assert len(room.preview().rows) == 2  # as before
    holds()


def test_marks_on_what_the_student_took_back_meanwhile_come_back_and_are_not_ready(room: Room) -> None:
    before = marks(room.drafted())
    room.edit(worth("Sourcing", "sound", "3.5"))
    made = room.apply("drafts")
    assert work.reread(room.draft).grade_ready
    actions.withdraw(work.reread(room.draft), by=room.cast.classmate)
    undo(made)
    assert marks(room.drafted()) == before
    assert not work.reread(room.draft).grade_ready
    holds()


def test_what_was_touched_since_stays(cast: Cast, room: Room) -> None:
    room.edit(worth("Sourcing", "sound", "3.5"))
    made = room.apply("chosen", room.back)
    save(work.reread(room.draft), cast.teacher, "Sourcing: strong", "Context: weak")
    touched = marks(room.drafted())
    back = undo(made)
    assert {each["submission"]: each.get("error") for each in back.applied} == {
        str(room.back.pk): None,
        str(room.draft.pk): "state-conflict",
    }
    assert (room.seen().final_score, marks(room.drafted())) == (D(6), touched)


def test_it_is_taken_back_once_and_the_rest_when_it_is_free(cast: Cast, room: Room) -> None:
    room.edit(worth("Sourcing", "sound", "3.5"))
    made = room.apply("chosen", room.back)
    actions.claim(work.reread(room.draft), by=cast.co_teacher)
    assert [each.get("error") for each in undo(made).applied].count("claim-held") == 1
    actions.release(work.reread(room.draft), by=cast.co_teacher)
    [rest] = undo(made, reason="").applied  # nobody reads it
    assert (rest["submission"], rest.get("error")) == (str(room.draft.pk), None)
    before = stored()
    with pytest.raises(Exception, match="nothing to take back"):
        undo(made)
    assert stored() == before


def test_why_is_asked_on_the_way_back_too(room: Room) -> None:
    room.edit(worth("Sourcing", "sound", "3.5"))
    made = room.apply("chosen", room.back)
    with pytest.raises(ValidationFailed):
        undo(made, reason="")


def test_a_regraded_grade_can_be_recalled_and_the_log_goes_on(cast: Cast, room: Room) -> None:
    room.edit(worth("Sourcing", "sound", "3.5"))
    room.apply("chosen", room.back)
    actions.recall(work.reread(room.back), reason="Once more", by=cast.teacher)
    holds()
    log = grade_log.of(work.reread(room.back), viewer=cast.student)
    assert [(entry.what, entry.old, entry.new) for entry in log] == [("returned", None, D(6)), ("recalled", D(6), None)]


def test_what_was_decided_is_written_once_also_for_what_goes_past_python(room: Room) -> None:
    room.edit(worth("Sourcing", "sound", "3.5"))
    made = room.apply("none")
    made.reason = "Another"
    with pytest.raises(WrittenOnce):
        made.save()
    with pytest.raises(DatabaseError, match="write-once"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE assignments_regrade SET reason = 'Another'")


def test_the_preview_costs_the_same_for_two_and_for_twelve(cast: Cast, room: Room, queries: Any) -> None:
    room.edit(worth("Sourcing", "sound", "3.5"))
    two = queries(room.preview)
    for n in range(10):
        pupil = joins(cast, f"pupil{n}", f"pupil{n}")
        row = work.submission_of(room.assignment, pupil)
        work.hand_in(row)
        save(row, cast.teacher, "Sourcing: sound", "Context: weak")
    Grade.objects.filter(status="draft").update(rubric=room.seen().rubric)
    assert len(room.preview().rows) == 12
    assert queries(room.preview) == two
