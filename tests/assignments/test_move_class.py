"""A student moves to another class: one act, nothing lost, and the way back is the way there."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import actions as people
from accounts.errors import ClassArchived, HasLeft
from accounts.models import AuditEntry, Classroom, Membership, User
from assignments import access, actions, class_moves, history, readings
from assignments.errors import StateConflict, WorkedOnSince
from assignments.models import Assignment, Attempt, ClassMove, Draft, Event, Grade, Notice, ParkedCopy, Submission
from destalin_site.common import clock
from destalin_site.common.errors import ValidationFailed
from lessons.models.edition import WrittenOnce
from tests.assignments import revised, work
from tests.cast import Cast, person

pytestmark = pytest.mark.django_db


class World:
    """Room A has an assignment, and so has the parallel class of the same teacher: of the same edition."""

    def __init__(self, cast: Cast, **fields: Any) -> None:
        self.cast = cast
        self.parallel = people.open_classroom(name="History 10C", zone="Europe/Warsaw", by=cast.teacher)
        self.edition = work.make_edition()
        self.here = work.make_assignment(cast, self.edition, title="Walls", **fields)
        self.there = self.assign(title="Walls, too")
        self.mine = work.submission_of(self.here, cast.student)

    def assign(self, **fields: Any) -> Assignment:
        said = {"edition": self.edition, "title": "Walls", "by": self.cast.teacher, **fields}
        return actions.create_assignment(self.parallel, **said)

    @property
    def member(self) -> Membership:
        return Membership.objects.select_related("classroom", "user").get(
            classroom=self.cast.room, user=self.cast.student
        )

    @property
    def pair(self) -> tuple[Any, Any]:
        return self.here.pk, self.there.pk

    def write(self, text: str = "Mine alone.", **fields: Any) -> dict[str, Any]:
        body = work.body_for(self.here, text, **fields)
        rev = Draft.objects.filter(submission=self.mine).values_list("rev", flat=True).first() or 0
        actions.save_draft(work.reread(self.mine), body=body, if_rev=rev, by=self.cast.student)
        return body

    def move(self, *copies: tuple[Any, Any], **fields: Any) -> ClassMove:
        return actions.move_student(
            self.member, **{"to": self.parallel, "copies": list(copies), "by": self.cast.teacher, **fields}
        )

    def work_there(self, assignment: Assignment | None = None) -> Submission:
        return work.submission_of(assignment or self.there, self.cast.student)


@pytest.fixture
def world(cast: Cast) -> World:
    return World(cast)


def current(student: User) -> set[Any]:
    return set(Membership.objects.current().filter(user=student).values_list("classroom", flat=True))


def whole(submission: Submission) -> tuple[Any, ...]:
    """All that is kept of a piece of work."""
    row = Submission.objects.values().get(pk=submission.pk)
    for name in ("version", "changed_at"):
        row.pop(name)
    rows = [
        list(model.objects.filter(submission=submission).order_by("pk").values())
        for model in (Draft, Attempt, Grade, ParkedCopy)
    ]
    return row, rows


def test_moving_is_one_act_and_one_entry_of_the_log(world: World) -> None:
    before = AuditEntry.objects.count()
    move = world.move()
    assert current(world.cast.student) == {world.parallel.pk}
    assert work.reread(world.mine).state == "void"
    assert world.work_there().state == "assigned"
    entry = AuditEntry.objects.latest("at")
    assert (AuditEntry.objects.count() - before, entry.action) == (1, "student moved")
    assert (entry.facts["from_class"], entry.facts["to_class"]) == (str(world.cast.room.pk), str(world.parallel.pk))
    assert (move.from_classroom, move.to_classroom, move.by) == (world.cast.room, world.parallel, world.cast.teacher)
    assert list(history.check_all()) == []


def test_the_draft_comes_along_where_the_teacher_says_so(world: World) -> None:
    body = world.write(citations=[work.cited(world.edition.pk)])
    move = world.move(world.pair)
    row = world.work_there()
    draft = Draft.objects.get(submission=row)
    assert (row.state, draft.rev, draft.body) == ("drafting", 1, body)
    assert [(one["how"], one["citations"], one["lost"]) for one in move.copies] == [("draft", 1, [])]
    assert Draft.objects.get(submission=world.mine).body == body
    assert not ParkedCopy.objects.exists()
    assert list(history.check_all()) == []


def test_without_a_word_nothing_is_copied(world: World) -> None:
    world.write()
    world.move()
    assert not Draft.objects.filter(submission=world.work_there()).exists()
    assert world.work_there().state == "assigned"


def test_a_hand_in_comes_along_as_a_draft_and_is_handed_in_nowhere_else(world: World) -> None:
    body = work.body_for(world.here, "Handed in already.")
    work.hand_in(work.reread(world.mine), body)
    Draft.objects.filter(submission=world.mine).delete()
    world.move(world.pair)
    row = world.work_there()
    assert (row.state, row.attempt_count, Draft.objects.get(submission=row).body) == ("drafting", 0, body)
    mine = work.reread(world.mine)
    assert (mine.state, mine.voided_from, mine.attempt_count) == ("void", "submitted", 1)


def test_the_newest_text_is_the_draft_and_not_the_hand_in(world: World) -> None:
    work.hand_in(work.reread(world.mine), work.body_for(world.here, "Handed in."))
    newer = world.write("Written since.")
    world.move(world.pair)
    assert Draft.objects.get(submission=world.work_there()).body == newer


def test_a_teacher_who_copies_nothing_of_nothing_is_told_so(world: World) -> None:
    move = world.move(world.pair)
    assert [one["how"] for one in move.copies] == ["nothing"]
    row = world.work_there()
    assert (row.state, row.version, Draft.objects.filter(submission=row).exists()) == ("assigned", 1, False)


# ----------------------------------------------------------------------------------------- where there is text already


def came_back(world: World, text: str = "From the time before.") -> Submission:
    """She was in the other class before, and wrote there."""
    there = people.enrol(world.parallel, world.cast.student, role="student", by=world.cast.teacher)
    row = world.work_there()
    actions.save_draft(row, body=work.body_for(world.there, text), if_rev=0, by=world.cast.student)
    people.remove_member(there, by=world.cast.teacher)
    return row


def test_a_draft_that_has_text_is_never_written_over(world: World) -> None:
    row = came_back(world)
    body = world.write("Mine alone.")
    move = world.move(world.pair)
    row = work.reread(row)
    draft, parked = Draft.objects.get(submission=row), ParkedCopy.objects.get()
    assert (row.state, draft.rev, parked.submission_id, parked.body) == ("drafting", 1, row.pk, body)
    assert draft.body["answers"][0]["blocks"][0]["text"] == "From the time before."
    assert [one["how"] for one in move.copies] == ["beside"]
    merged = actions.merge_parked(parked, if_rev=1, by=world.cast.student)
    assert merged.resolution == "used"
    said = [block["text"] for block in Draft.objects.get(submission=row).body["answers"][0]["blocks"]]
    assert said == ["From the time before.", "Mine alone."]
    assert list(history.check_all()) == []


def test_work_that_is_handed_in_there_gets_the_text_beside_it(world: World) -> None:
    there = people.enrol(world.parallel, world.cast.student, role="student", by=world.cast.teacher)
    work.hand_in(work.reread(world.work_there()))
    people.remove_member(there, by=world.cast.teacher)
    body = world.write("Another text.")
    world.move(world.pair)
    row = work.reread(world.work_there())
    assert (row.state, row.attempt_count, row.hand_ins_waiting) == ("submitted", 1, 0)
    assert ParkedCopy.objects.get().body == body
    assert not ParkedCopy.objects.to_decide().exists()


@pytest.mark.parametrize(
    ("here", "there", "how"), [(False, True, "beside"), (True, True, "draft"), (False, False, "draft")]
)
def test_what_staff_could_not_read_no_move_shows_them(cast: Cast, here: bool, there: bool, how: str) -> None:
    world = World(cast, drafts_visible=here)
    other = world.assign(drafts_visible=there)
    body = world.write("Nobody's business.")
    found = class_moves.preview(world.member, world.parallel, now=clock.now())
    offers = [offer for line in found.leaving for offer in line.offers if offer.to_assignment == other]
    assert [(offer.beside, offer.read) for offer in offers] == [(how == "beside", how == "beside")]
    move = world.move((world.here.pk, other.pk))
    assert [one["how"] for one in move.copies] == [how]
    row = world.work_there(other)
    assert Draft.objects.filter(submission=row).exists() is (how == "draft")
    if how == "beside":
        # It is hers to use, now that she is told who reads along.
        actions.use_parked(ParkedCopy.objects.get(), if_rev=0, by=cast.student)
    assert Draft.objects.get(submission=row).body == body
    assert list(history.check_all()) == []


def test_the_same_text_is_brought_once(world: World) -> None:
    world.write("Mine alone.")
    first = world.move(world.pair)
    actions.undo_move(first, by=world.cast.teacher)
    again = world.move(world.pair)
    assert [one["how"] for one in again.copies] == ["same"]
    assert Draft.objects.get(submission=world.work_there()).rev == 1
    assert not ParkedCopy.objects.exists()
    assert list(history.check_all()) == []


def test_a_text_that_was_kept_beside_and_settled_waits_again(world: World) -> None:
    came_back(world)
    world.write("Mine alone.")
    first = world.move(world.pair)
    actions.undo_move(first, by=world.cast.teacher)
    actions.discard_parked(ParkedCopy.objects.get(), by=world.cast.student)
    world.move(world.pair)
    assert ParkedCopy.objects.get().waiting


def test_two_texts_for_one_assignment_are_a_draft_and_a_copy(world: World) -> None:
    world.write("The first.")
    second = work.make_assignment(world.cast, world.edition, title="Walls again")
    row = work.submission_of(second, world.cast.student)
    actions.save_draft(row, body=work.body_for(second, "The second."), if_rev=0, by=world.cast.student)
    move = world.move(world.pair, (second.pk, world.there.pk))
    assert [one["how"] for one in move.copies] == ["draft", "beside"]
    assert "The first." in Draft.objects.get(submission=world.work_there()).body_json
    assert "The second." in ParkedCopy.objects.get().body_json
    assert list(history.check_all()) == []


# ------------------------------------------------------------------------------------------------------ other editions


def test_over_another_edition_citations_are_found_again(world: World) -> None:
    newer = revised.saying(world.edition, revised.MOVED)
    there = world.assign(edition=newer)
    world.write(citations=[work.cited(world.edition.pk)])
    move = world.move((world.here.pk, there.pk))
    assert [(one["how"], one["relocated"], one["lost"]) for one in move.copies] == [("draft", 1, [])]
    row = world.work_there(there)
    assert readings.faults(Draft.objects.get(submission=row).body, row.given) == []
    assert not ParkedCopy.objects.exists()


def test_what_has_no_place_there_is_listed_and_kept_beside_whole(world: World) -> None:
    newer = revised.saying(world.edition, revised.GONE)
    there = world.assign(edition=newer)
    body = world.write(citations=[work.cited(world.edition.pk, note="Hers alone.")])
    move = world.move((world.here.pk, there.pk))
    (copied,) = move.copies
    assert (copied["how"], [one["quote"] for one in copied["lost"]]) == ("draft", ["nobody was asked"])
    assert "Hers alone." not in str(move.copies)
    row, parked = world.work_there(there), ParkedCopy.objects.get()
    assert readings.faults(Draft.objects.get(submission=row).body, row.given) == []
    assert (parked.body, parked.reason, parked.edition_named) == (body, "from-another-class", world.edition.pk)
    # She can use it: what has no place stays out, and the copy goes on waiting with it.
    actions.use_parked(parked, if_rev=1, by=world.cast.student)
    parked.refresh_from_db()
    assert parked.waiting
    assert readings.faults(Draft.objects.get(submission=row).body, row.given) == []


def test_the_student_reads_the_copy_with_the_passages_that_it_cites(world: World, client: Client) -> None:
    there = world.assign(edition=revised.saying(world.edition, revised.GONE))
    world.write(citations=[work.cited(world.edition.pk)])
    world.move((world.here.pk, there.pk))
    parked = ParkedCopy.objects.get()
    client.force_login(world.cast.student)
    shown = client.get(reverse("parked-copy", args=[parked.submission_id, parked.pk])).content.decode()
    assert "nobody was asked" in shown
    assert "You wrote it in the class that you were in before." in shown


def test_only_what_reads_and_asks_the_same_is_a_counterpart(world: World) -> None:
    world.write()
    fewer = world.assign(questions=list(readings.questions(world.there))[:1])
    other = world.assign(edition=work.make_edition())
    for assignment in (fewer, other):
        with pytest.raises(ValidationFailed) as refused:
            world.move((world.here.pk, assignment.pk))
        assert refused.value.extra["errors"][0]["pointer"] == "/copies/0"
    assert current(world.cast.student) == {world.cast.room.pk}
    assert not ClassMove.objects.exists()
    world.move(world.pair)


def test_a_move_is_written_once_also_for_what_goes_past_python(world: World) -> None:
    world.write()
    made = world.move(world.pair)
    made.copies = []
    with pytest.raises(WrittenOnce):
        made.save()
    for change in ("copies = '[]'", "undoes_id = id"):
        with pytest.raises(DatabaseError, match="write-once"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE assignments_classmove SET {change}")
    assert len(ClassMove.objects.get().copies) == 1
    # What takes it back is a row of its own.
    actions.undo_move(made, by=world.cast.teacher)
    assert ClassMove.objects.count() == 2


# -------------------------------------------------------------------------------------------------------- the way back


def test_the_way_back_finds_everything_as_it_was(world: World) -> None:
    work.hand_in(work.reread(world.mine))
    work.mark(work.reread(world.mine), world.cast.teacher)
    actions.return_grade(work.reread(world.mine), by=world.cast.teacher)
    second = work.make_assignment(world.cast, world.edition, title="Another")
    drafted = work.submission_of(second, world.cast.student)
    actions.save_draft(drafted, body=work.body_for(second, "So far."), if_rev=0, by=world.cast.student)
    before = [whole(world.mine), whole(drafted)]
    move = world.move(world.pair, (second.pk, world.there.pk))
    back = actions.undo_move(move, by=world.cast.teacher)
    assert [whole(world.mine), whole(drafted)] == before
    assert current(world.cast.student) == {world.cast.room.pk}
    assert (back.undoes, world.work_there().state) == (move, "void")
    assert list(history.check_all()) == []


def test_a_claim_is_dropped_and_marks_that_were_not_returned_are_kept(world: World) -> None:
    work.hand_in(work.reread(world.mine))
    work.mark(work.reread(world.mine), world.cast.co_teacher)
    actions.undo_move(world.move(), by=world.cast.teacher)
    row = work.reread(world.mine)
    assert (row.state, row.claimed_by_id, row.grades.get().status) == ("submitted", None, "draft")


@pytest.mark.parametrize("what", ["a hand-in", "a save", "marks"])
def test_what_is_worked_on_there_stands_in_the_way_of_taking_it_back(world: World, what: str) -> None:
    world.write()
    move = world.move(world.pair)
    row = work.reread(world.work_there())
    match what:
        case "a hand-in":
            work.hand_in(row)
        case "a save":
            actions.save_draft(row, body=work.body_for(world.there, "Since then."), if_rev=1, by=world.cast.student)
        case _:
            work.mark(row, world.cast.teacher)
    with pytest.raises(WorkedOnSince) as refused:
        actions.undo_move(move, by=world.cast.teacher)
    assert refused.value.extra["titles"] == ["Walls, too"]
    assert current(world.cast.student) == {world.parallel.pk}
    there = Membership.objects.get(classroom=world.parallel, user=world.cast.student)
    actions.move_student(there, to=world.cast.room, copies=[], by=world.cast.teacher)
    assert (work.reread(world.mine).state, world.work_there().state) == ("drafting", "void")
    assert list(history.check_all()) == []


def test_sent_twice_it_is_done_once(world: World) -> None:
    world.write()
    move = world.move(world.pair)
    rows = [model.objects.count() for model in (ClassMove, Event, Draft, AuditEntry)]
    assert world.move(world.pair) == move
    back = actions.undo_move(move, by=world.cast.teacher)
    rows_back = [model.objects.count() for model in (ClassMove, Event, Draft, AuditEntry)]
    assert actions.undo_move(move, by=world.cast.teacher) == back
    assert [model.objects.count() for model in (ClassMove, Event, Draft, AuditEntry)] == rows_back
    assert rows != rows_back


# ------------------------------------------------------------------------------------------------------------ refusals


def codes(refused: pytest.ExceptionInfo[ValidationFailed]) -> list[str]:
    return [error["code"] for error in refused.value.extra["errors"]]


def test_who_is_in_the_other_class_already_stays(world: World) -> None:
    people.enrol(world.parallel, world.cast.student, role="student", by=world.cast.teacher)
    with pytest.raises(ValidationFailed) as refused:
        world.move()
    assert codes(refused) == ["already-in"]
    assert current(world.cast.student) == {world.cast.room.pk, world.parallel.pk}


@pytest.mark.parametrize("which", ["the old class", "the new class"])
def test_an_archived_class_is_neither_left_nor_entered(world: World, which: str) -> None:
    room = world.cast.room if which == "the old class" else world.parallel
    people.archive(room, by=world.cast.teacher)
    with pytest.raises(ClassArchived):
        world.move()
    assert current(world.cast.student) == {world.cast.room.pk}
    people.unarchive(room, by=world.cast.teacher)
    world.move()


def test_who_has_left_is_not_moved(world: World) -> None:
    people.remove_member(world.member, by=world.cast.teacher)
    with pytest.raises(HasLeft):
        world.move()
    people.restore_member(world.member, by=world.cast.teacher)
    world.move()


def test_a_class_of_another_school_takes_nobody_in_who_was_not_there_before(world: World) -> None:
    Classroom.objects.filter(pk=world.parallel.pk).update(school=world.cast.other_school)
    with pytest.raises(ValidationFailed) as refused:
        world.move()
    assert codes(refused) == ["other-school"]
    people.remove_member(
        people.enrol(world.parallel, world.cast.student, role="student", by=world.cast.teacher), by=world.cast.teacher
    )
    world.move()


def test_an_assistant_is_not_moved(world: World) -> None:
    there = Membership.objects.get(classroom=world.cast.room, user=world.cast.assistant)
    with pytest.raises(ValidationFailed) as refused:
        actions.move_student(there, to=world.parallel, copies=[], by=world.cast.teacher)
    assert codes(refused) == ["not-a-student"]


# ------------------------------------------------------------------------------------------------------- who is told


def test_the_student_is_told_of_what_is_new_to_her_and_of_nothing_twice(world: World) -> None:
    move = world.move()
    told = Notice.objects.filter(person=world.cast.student, submission=world.work_there())
    assert [notice.kind for notice in told] == ["assigned"]
    actions.undo_move(move, by=world.cast.teacher)
    world.move()
    assert told.count() == 1


def test_what_she_writes_in_the_old_class_afterwards_is_kept_beside(world: World) -> None:
    world.move()
    with pytest.raises(StateConflict):
        work.hand_in(work.reread(world.mine), work.body_for(world.here, "Too late."))
    assert "Too late." in ParkedCopy.objects.get(submission=world.mine).body_json


# ------------------------------------------------------------------------------------------------------ hidden names


def test_while_names_are_hidden_nobody_is_told_whether_she_wrote(cast: Cast) -> None:
    world = World(cast, anonymous=True)
    hidden = world.assign(title="Without names", anonymous=True)
    shown = [class_moves.preview(world.member, world.parallel, now=clock.now())]
    world.write("Mine alone.")
    shown.append(class_moves.preview(world.member, world.parallel, now=clock.now()))
    assert shown[0] == shown[1]
    (row,) = shown[0].leaving
    assert [(offer.to_assignment, offer.beside, offer.citations) for offer in row.offers] == [(hidden, None, None)]
    move = world.move((world.here.pk, hidden.pk))
    (line,) = class_moves.outcome(move).lines
    assert (line.copied, line.losses) == (None, ())
    assert "Mine alone." in Draft.objects.get(submission=world.work_there(hidden)).body_json


def test_words_without_a_name_do_not_come_to_stand_beside_it(cast: Cast) -> None:
    world = World(cast, anonymous=True)
    world.write("Mine alone.")
    with pytest.raises(ValidationFailed) as refused:
        world.move(world.pair)
    assert codes(refused) == ["no-counterpart"]
    actions.show_names(world.here, by=cast.teacher)
    world.move(world.pair)


def test_a_copy_for_work_without_a_name_has_an_id_that_tells_no_time(cast: Cast) -> None:
    world = World(cast)
    hidden = world.assign(title="Without names", anonymous=True)
    row = came_back(world)
    Submission.objects.filter(pk=row.pk).update(alias=None)
    world.write("Mine alone.")
    there = world.work_there(hidden)
    assert there.pk.version == 4
    world.move((world.here.pk, hidden.pk), world.pair)
    assert "Mine alone." in Draft.objects.get(submission=there).body_json
    assert list(history.check_all()) == []


# -------------------------------------------------------------------------------------------------------------- growth


def test_moving_costs_the_same_in_a_large_class_and_with_much_work(cast: Cast) -> None:
    world = World(cast)
    world.write()
    # She was there before: new rows at first, rows that come back then.
    actions.undo_move(world.move(), by=cast.teacher)
    costs = []
    for n in (2, 20):
        for i in range(n):
            newcomer = person(f"more{n}-{i}", school=cast.school)
            people.enrol(cast.room, newcomer, role="student", by=cast.teacher)
            people.enrol(world.parallel, newcomer, role="student", by=cast.teacher)
        pairs = []
        for i in range(n):
            here = work.make_assignment(cast, world.edition, title=f"More {i}")
            there = world.assign(title=f"More {i}")
            row = work.submission_of(here, cast.student)
            actions.save_draft(row, body=work.body_for(here, f"Text {n} {i}."), if_rev=0, by=cast.student)
            pairs.append((here.pk, there.pk))
        class_moves.preview(world.member, world.parallel, now=clock.now())
        member = world.member
        with CaptureQueriesContext(connection) as looked:
            class_moves.preview(member, world.parallel, now=clock.now())
        with CaptureQueriesContext(connection) as moved:
            move = world.move(*pairs)
        with CaptureQueriesContext(connection) as told:
            class_moves.outcome(access.move_to_see(cast.teacher, world.parallel.pk, move.pk))
        with CaptureQueriesContext(connection) as back:
            actions.undo_move(move, by=cast.teacher)
        costs.append([len(each) for each in (looked, moved, told, back)])
    assert costs[0] == costs[1]


def test_the_preview_tells_the_due_time_that_she_gets_there_also_where_it_is_that_of_the_class(world: World) -> None:
    dated = world.assign(title="Dated", due=work.due("2027-05-01T12:00"))
    said = {"for_class": True, "due": work.due("2027-06-01T12:00"), "reason": "Strike"}
    actions.give_dates(dated, students=[], by=world.cast.teacher, **said)
    found = class_moves.preview(world.member, world.parallel, now=clock.now())
    told = {one.assignment.pk: one.due for one in found.coming}
    assert told[dated.pk].startswith("1 June")
    world.move()
    assert world.work_there(dated).due_at == work.at("2027-06-01T10:00Z")
