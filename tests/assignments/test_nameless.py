"""Names are hidden while work is marked: when, from whom, and how they are shown."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts import actions as people
from accounts.models import AuditEntry, Membership, User
from assignments import actions, boards, errata, exports, judging, names, reports, upgrades
from assignments.errors import AssignmentClosed, ClassArchived, NamesHidden, StateConflict, SubmissionExcused
from assignments.lifecycle import State
from assignments.models import Assignment, Comment, CommentReply, Excuse, ParkedCopy, Submission
from destalin_site.common import clock
from destalin_site.common.errors import ValidationFailed, VersionStale
from tests.api_client import ApiClient, code
from tests.assignments import corrected, nameless, remarks, revised, work
from tests.assignments.nameless import NAMES, NUMBERS, Room
from tests.assignments.work import at
from tests.cast import Cast, person

pytestmark = pytest.mark.django_db

Queries = Callable[[Callable[[], object]], int]
NOW = at("2026-03-10T10:02:00+01:00")
IN = NUMBERS[:6]


@pytest.fixture
def room(cast: Cast) -> Room:
    room = nameless.make(cast)
    nameless.fill(room)
    return room


def joins(cast: Cast, n: int) -> list[User]:
    found = [person(f"joins_{place}", display_name=f"Joins {place:02}") for place in range(n)]
    for one in found:
        Membership.objects.create(classroom=cast.room, user=one, role="student")
    return found


def board_of(assignment: Assignment, cast: Cast) -> boards.AssignmentBoard:
    assignment = Assignment.objects.select_related("classroom", "edition").get(pk=assignment.pk)
    return boards.assignment_board(assignment, viewer=cast.teacher, now=NOW)


def said(page: Any) -> str:
    return page.content.decode()


# --- The numbers ------------------------------------------------------------------------------------------------------


def test_every_student_has_a_number_of_her_own_that_follows_nothing(cast: Cast) -> None:
    joins(cast, 23)
    assignment = work.make_assignment(cast, anonymous=True)
    rows = list(Submission.objects.filter(assignment=assignment).select_related("student"))
    numbers = [row.alias for row in rows]
    assert len(set(numbers)) == 25
    assert all(number in names.NUMBERS for number in numbers)
    by_number = [row.pk for row in sorted(rows, key=lambda row: row.alias or 0)]
    by_id = [row.pk for row in sorted(rows, key=lambda row: str(row.pk))]
    by_name = [row.pk for row in sorted(rows, key=lambda row: row.student.display_name)]
    by_student = [row.pk for row in sorted(rows, key=lambda row: str(row.student_id))]
    orders = [by_number, by_id, by_name, by_student]
    assert all(one != other for place, one in enumerate(orders) for other in orders[place + 1 :])


def test_ids_follow_no_order_either_where_names_may_be_hidden_later(cast: Cast) -> None:
    joins(cast, 23)
    assignment = work.make_assignment(cast)
    rows = list(Submission.objects.filter(assignment=assignment).order_by("pk"))
    assert [row.student_id for row in rows] != sorted(row.student_id for row in rows)


def test_who_comes_later_gets_a_number_and_who_comes_back_has_hers(cast: Cast) -> None:
    assignment = work.make_assignment(cast, anonymous=True)
    hers = work.submission_of(assignment, cast.student)
    late = person("late")
    people.join_classroom(code=cast.room.join_code, by=late)
    came = work.submission_of(assignment, late)
    assert came.alias not in (None, hers.alias)
    assert (came.pk.version, hers.pk.version) == (4, 4)
    actions.delete_assignment(assignment, by=cast.teacher)
    actions.undelete_assignment(assignment, by=cast.teacher)
    assert work.submission_of(assignment, late).alias == came.alias


def test_no_number_is_used_twice_however_many_come() -> None:
    found = names.numbers([])
    many = [next(found) for _ in range(2_000)]
    assert len(set(many)) == 2_000


# --- When -------------------------------------------------------------------------------------------------------------


def change(assignment: Assignment, cast: Cast, **changes: Any) -> Assignment:
    assignment.refresh_from_db()
    return actions.update_assignment(assignment, if_version=assignment.version, by=cast.teacher, **changes)


def test_names_can_be_hidden_while_nothing_has_come_in(cast: Cast) -> None:
    assignment = work.make_assignment(cast)
    change(assignment, cast, anonymous=True)
    assert {row.alias is None for row in assignment.submissions.all()} == {False}
    assert AuditEntry.objects.filter(action="names hidden").count() == 1


@pytest.mark.parametrize("came", ["hand-in", "marks"])
def test_and_not_afterwards(cast: Cast, came: str) -> None:
    assignment = work.make_assignment(cast)
    submission = work.submission_of(assignment, cast.student)
    if came == "hand-in":
        work.hand_in(submission)
    else:
        work.mark(submission, cast.teacher)
    with pytest.raises(ValidationFailed) as refused:
        change(assignment, cast, anonymous=True)
    assert refused.value.extra["errors"][0]["code"] == "work-came-in"


def test_they_are_not_shown_by_a_change(cast: Cast) -> None:
    assignment = work.make_assignment(cast, anonymous=True)
    with pytest.raises(ValidationFailed) as refused:
        change(assignment, cast, anonymous=False)
    assert refused.value.extra["errors"][0]["code"] == "shown-by-an-act"
    change(assignment, cast, anonymous=True, title="Gates")


@pytest.mark.parametrize("road", ["assigned", "changed", "hidden later"])
def test_lateness_takes_nothing_off_where_names_are_hidden(cast: Cast, road: str) -> None:
    hidden, costly = {"anonymous": True}, {"late_percent": 10}
    before, then = {"assigned": ({**hidden, **costly}, {}), "changed": (hidden, costly)}.get(road, (costly, hidden))
    with pytest.raises(ValidationFailed) as refused:
        change(work.make_assignment(cast, **before), cast, **then)
    assert refused.value.extra["errors"][0]["code"] == "lateness-tells"


def test_it_may_once_they_are_shown(cast: Cast) -> None:
    assignment = actions.show_names(work.make_assignment(cast, anonymous=True), by=cast.teacher)
    assert change(assignment, cast, late_percent=10).late_percent == 10


# --- They are shown ---------------------------------------------------------------------------------------------------


def test_names_are_shown_once_and_for_good(room: Room) -> None:
    cast = room.cast
    assert [row.name for row in board_of(room.assignment, cast).rows] == [f"Student {n}" for n in sorted(IN)]
    shown = actions.show_names(room.assignment, by=cast.co_teacher)
    entry = AuditEntry.objects.get(action="names shown")
    assert (entry.actor, entry.facts) == (cast.co_teacher, {"works": 6, "unreturned": 4})
    assert [row.name for row in board_of(shown, cast).rows] == list(NAMES)
    again = actions.show_names(shown, by=cast.teacher)
    assert (again.revealed_by, again.version) == (cast.co_teacher, shown.version)
    with pytest.raises(ValidationFailed):
        change(shown, cast, anonymous=False)
    assert not change(shown, cast, anonymous=True).names_hidden


def test_whoever_comes_after_that_has_no_number(room: Room) -> None:
    actions.show_names(room.assignment, by=room.cast.teacher)
    late = person("late")
    people.join_classroom(code=room.cast.room.join_code, by=late)
    assert work.submission_of(room.assignment, late).alias is None


def test_an_archived_class_shows_none(room: Room) -> None:
    people.archive(room.cast.room, by=room.cast.teacher)
    with pytest.raises(ClassArchived):
        actions.show_names(room.assignment, by=room.cast.teacher)


def test_no_return_shows_a_name_neither_of_one_nor_of_all(room: Room) -> None:
    cast = room.cast
    first = board_of(room.assignment, cast)
    assert next(row for row in first.rows if row.place == "returned").name == f"Student {NUMBERS[0]}"
    for place in (2, 5):
        work.mark(room.work(place), cast.teacher)
        actions.return_grade(room.work(place), by=cast.teacher)
    assert {row.student for row in board_of(room.assignment, cast).rows} == {None}


def test_the_page_asks_and_then_shows(room: Room, client: Client) -> None:
    client.force_login(room.cast.teacher)
    address = reverse("assignment-names", args=[room.assignment.pk])
    asked = said(client.get(address))
    assert "5 pieces of work are not returned yet" in asked
    assert client.post(address).status_code == 422
    assert Assignment.objects.get(pk=room.assignment.pk).names_hidden
    client.post(address, {"confirmed": "1"})
    board = said(client.get(reverse("assignment-board", args=[room.assignment.pk])))
    assert NAMES[0] in board
    assert "Teacher showed the names on" in board
    assert client.get(address).status_code == 302


def test_through_rest_they_are_shown_when_it_is_meant(room: Room, api: ApiClient) -> None:
    teacher = api.as_(room.cast.teacher)
    address = f"/api/v1/assignments/{room.assignment.pk}/names"
    assert teacher.post(address, {"confirmed": False}).json()["errors"][0]["code"] == "names-unconfirmed"
    assert teacher.get(f"/api/v1/submissions/{room.works[0].pk}").json()["alias"] == f"Student {NUMBERS[0]}"
    assert teacher.post(address, {"confirmed": True}).json()["revealed_at"]
    told = teacher.get(f"/api/v1/submissions/{room.works[0].pk}").json()
    assert (told["student"]["name"], told["alias"]) == (NAMES[0], None)
    assert told["timing"]["result"] == "on_time"


def test_whoever_asks_for_what_changed_since_hears_the_names(room: Room, api: ApiClient) -> None:
    teacher = api.as_(room.cast.teacher)
    since = clock.now()
    path = f"/api/v1/submissions?assignment={room.assignment.pk}&updated_since={since.isoformat().replace('+', '%2B')}"
    actions.show_names(room.assignment, by=room.cast.teacher)
    assert {one["student"]["name"] for one in teacher.get(path).json()["results"]} == set(NAMES)


# --- What staff are told meanwhile ------------------------------------------------------------------------------------


def test_everything_is_in_the_order_of_the_numbers(room: Room, client: Client) -> None:
    cast = room.cast
    in_order = [f"Student {n}" for n in sorted(IN)]
    board = board_of(room.assignment, cast)
    assert [row.name for row in board.rows] == in_order
    with time_machine.travel(NOW, tick=False):
        raw = b"".join(exports.marks(room.assignment, by=cast.teacher, now=NOW).parts).decode("utf-8-sig")
        answers = b"".join(exports.answers(room.assignment, by=cast.teacher, now=NOW).parts).decode("utf-8-sig")
    assert [row[0] for row in csv.reader(io.StringIO(raw))][1:] == in_order
    assert list(dict.fromkeys(row[0] for row in csv.reader(io.StringIO(answers))))[1:] == in_order
    desk = judging.desk(room.work(5), viewer=cast.teacher, now=NOW)
    places = {row.place for row in desk.line}
    for place in places:
        mine = [row.name for row in desk.line if row.place is place]
        assert mine == [name for name in in_order if name in mine]
    by_question = judging.by_question(room.assignment, 1, viewer=cast.teacher, now=NOW)
    assert by_question is not None
    shown = [line.student for line in by_question.lines]
    assert shown == [name for name in in_order if name in shown]
    assert len(shown) == 5


def test_question_by_question_a_comment_tells_no_name_either(room: Room, client: Client) -> None:
    client.force_login(room.cast.teacher)
    submission, held = room.work(5), room.work(1)  # nobody has marked the one, a colleague the other
    address = reverse("grade-question", args=[room.assignment.pk, 1])
    told = []
    with time_machine.travel(NOW, tick=False):
        for one, fields in ((submission, {}), (submission, {"words": "not hers"}), (held, {})):
            typed = {**remarks.typed(one), "page": "1", **fields}
            for headers in ({"Accept": "application/json"}, {}):
                told.append(client.post(reverse("grade-comment", args=[one.pk]), typed, headers=headers))
        told += [client.get(address), client.get(address, {"comment": str(submission.pk)})]
    assert [answer.status_code for answer in told] == [200, 302, 422, 422, 409, 409, 200, 200]
    assert Comment.objects.filter(grade__submission=submission).count() == 2
    assert f"Comment 1 on the answer of Student {NUMBERS[5]}" in said(told[-1])
    assert not [name for answer in told for name in (*NAMES, "pupil_") if name in said(answer)]


def test_the_next_to_grade_is_not_the_one_that_came_first(cast: Cast) -> None:
    room = nameless.make(cast)
    for place in (0, 1, 2):
        work.hand_in(room.work(place), received_at=nameless.when(place))
    assert board_of(room.assignment, cast).next_to_grade == room.works[1].pk  # 207, who came second


def test_what_nobody_handed_in_is_no_row_of_work_and_stands_by_name(room: Room, api: ApiClient) -> None:
    board = board_of(room.assignment, room.cast)
    assert [(one.name, one.excused) for one in board.expected] == [(NAMES[6], False), (NAMES[7], True)]
    assert board.totals["students"] == 8
    teacher = api.as_(room.cast.teacher)
    for place in (6, 7):
        assert teacher.get(f"/api/v1/submissions/{room.works[place].pk}").status_code == 404
    listed = teacher.get("/api/v1/submissions").json()["results"]
    assert {row["alias"] for row in listed} == {f"Student {n}" for n in IN}
    assert {row["student"] for row in listed} == {None}
    mine = api.as_(room.students[6]).get(f"/api/v1/submissions/{room.works[6].pk}").json()
    assert mine["timing"]
    assert "alias" not in mine


def test_a_name_on_the_class_board_says_whether_it_is_in_and_nothing_else(room: Room) -> None:
    later = at("2026-03-27T10:00:00+01:00")  # everything is over
    found = boards.class_board(room.cast.room, viewer=room.cast.teacher, now=later)
    cells = [row.cells[0] for row in found.rows]
    assert {cell.submission for cell in cells} == {None}
    marks = [cell.mark.sentence for cell in cells if cell.mark]
    assert set(marks[:6]) == {"handed in; names are hidden while it is marked"}
    assert marks[6:] == ["not started, missing", "excused, outside the totals"]
    assert {(row.sums.points, row.sums.late, row.sums.returned) for row in found.rows} == {(0, 0, 0)}
    assert found.rows[0].sums.handed_in == 1
    compact = boards.compact_board(
        room.cast.room.pk, students=[(one.pk, one.display_name) for one in room.students], now=later
    )
    told = [row[0] for row in compact["cells"]]
    assert told[:6] == [("submitted", "not_due", 0, False, None)] * 6
    assert told[6:] == [("assigned", "missing", 0, False, None), ("excused", "not_due", 0, False, None)]


def test_a_report_of_a_student_tells_no_mark_and_hers_leads_to_her_work(room: Room, api: ApiClient) -> None:
    path = f"/api/v1/classrooms/{room.cast.room.pk}/students/{room.students[0].pk}/report"
    told = api.as_(room.cast.teacher).get(path).json()["works"][0]
    assert (told["submission"], told["score"], told["returned"], told["handed_in"]) == (None, None, None, None)
    assert (told["state"], told["mark"], told["names_hidden"]) == ("submitted", "not_scored", True)
    hers = api.as_(room.students[0]).get(path).json()["works"][0]
    assert hers == {**told, "submission": str(room.works[0].pk)}


def test_the_report_of_the_assignment_counts_everybody(room: Room) -> None:
    found = reports.assignment_report(room.assignment, viewer=room.cast.teacher, now=NOW)
    assert sum(found.marks[name] for name in ("scored", "not_scored", "missing", "excused")) == 8
    assert [(each.name, each.submission) for each in found.not_begun] == [(NAMES[6], None)]


def test_a_day_names_who_owes_and_not_who_came_late(cast: Cast) -> None:
    room = nameless.make(cast)
    with time_machine.travel(at("2026-03-21T09:00:00+01:00"), tick=False):
        work.hand_in(room.work(0), received_at=clock.now())
        day = boards.teacher_today(cast.teacher, clock.now())
    said = " ".join(todo.words for todo in (*day.your_turn, *day.worth_a_look))
    assert NAMES[0] not in said
    assert NAMES[1] in said
    assert day.your_turn[0].note == "1 came late."


def test_who_waits_for_a_decision_stands_by_number_on_the_day(room: Room) -> None:
    day = boards.teacher_today(room.cast.teacher, NOW)
    words = [todo.words for todo in day.worth_a_look if todo.submission == room.works[3].pk]
    assert words == [f"Student {NUMBERS[3]} handed in when it could not be taken."]


def test_those_who_wait_stand_in_the_order_of_numbers_and_under_ids_that_tell_no_time(
    cast: Cast, api: ApiClient
) -> None:
    room = nameless.make(cast)
    Submission.objects.filter(assignment=room.assignment).update(closes_at=at("2026-03-10T09:00:00+01:00"))
    for place in (0, 1, 2):
        with time_machine.travel(nameless.when(place), tick=False), pytest.raises(AssignmentClosed):
            work.hand_in(room.work(place), received_at=nameless.when(place))
    day = boards.teacher_today(cast.teacher, NOW)
    waiting = [todo.words.split(" handed")[0] for todo in day.worth_a_look if "could not be taken" in todo.words]
    assert waiting == [f"Student {n}" for n in sorted(NUMBERS[:3])]
    assert {copy.pk.version for copy in ParkedCopy.objects.all()} == {4}
    told = api.as_(cast.teacher).get(f"/api/v1/submissions/{room.works[0].pk}/parked").json()
    assert [one["received_at"] for one in told["results"]] == [None]


def test_those_who_ask_stand_in_the_order_of_numbers_on_the_day(cast: Cast) -> None:
    room = nameless.make(cast)
    for place in (0, 1, 2, 3):
        with time_machine.travel(nameless.when(place), tick=False):
            work.hand_in(room.work(place), received_at=nameless.when(place))
            remarks.comment(room.work(place), cast.teacher)
            actions.request_revision(
                room.work(place), due=work.due("2026-03-22T12:00"), words="Again.", by=cast.teacher
            )
            comment = Comment.objects.get(grade__submission=room.works[place])
            said = {"comment": comment, "stance": "question", "text": "Why?", "if_version": 0}
            actions.reply(room.work(place), by=room.students[place], **said)
            work.hand_in(room.work(place), received_at=nameless.when(place))

    def asking() -> list[str]:
        with time_machine.travel(NOW, tick=False):
            day = boards.teacher_today(cast.teacher, NOW)
        todos = [*day.your_turn, *day.worth_a_look]
        return [todo.words.split(" asks")[0] for todo in todos if todo.kind == "question"]

    assert asking() == [f"Student {n}" for n in sorted(NUMBERS[:4])]
    with time_machine.travel(NOW, tick=False):
        actions.show_names(room.assignment, by=cast.teacher)
    assert asking() == list(NAMES[:4])  # as they came


def test_copies_of_one_work_stand_through_rest_in_no_order_of_time(cast: Cast, api: ApiClient) -> None:
    room = nameless.make(cast)
    Submission.objects.filter(assignment=room.assignment).update(closes_at=at("2026-03-10T09:00:00+01:00"))
    for minute in range(6):
        moment, text = nameless.when(minute), work.body_for(room.assignment, f"Version {minute}.")
        with time_machine.travel(moment, tick=False), pytest.raises(AssignmentClosed):
            work.hand_in(room.work(0), text, received_at=moment)
    path = f"/api/v1/submissions/{room.works[0].pk}/parked"

    def told(who: User) -> list[str]:
        page, found = api.as_(who).get(path, {"limit": 4}).json(), []
        while True:
            found += [one["id"] for one in page["results"]]
            if not page["next"]:
                return found
            page = api.as_(who).get(page["next"]).json()

    as_they_came = [str(copy.pk) for copy in ParkedCopy.objects.order_by("received_at")]
    assert told(room.students[0]) == as_they_came
    assert told(cast.teacher) == sorted(as_they_came)


@pytest.mark.parametrize("before", ["a hand-in that she took away", "a save that crossed another"])
def test_what_was_set_aside_before_names_were_hidden_comes_again_under_another_id(
    cast: Cast, api: ApiClient, before: str
) -> None:
    assignment = work.make_assignment(cast)
    hers, path = work.submission_of(assignment, cast.student), "/api/v1/submissions"
    text = work.body_for(assignment, "It was decided elsewhere.")
    teacher = api.as_(cast.teacher)
    if before.startswith("a hand-in"):
        work.set_aside(hers)
        text = ParkedCopy.objects.get().body
        # Here the teacher reads whose it is, and under which id.
        assert teacher.get(f"{path}/{hers.pk}").json()["student"]["name"] == cast.student.get_full_name()
        (noted,) = [one["id"] for one in teacher.get(f"{path}/{hers.pk}/parked").json()["results"]]
        actions.discard_parked(ParkedCopy.objects.get(), by=cast.student)
    else:
        actions.save_draft(hers, body=work.body_for(assignment, "So far."), if_rev=0, by=cast.student)
        with pytest.raises(VersionStale) as stale:
            actions.save_draft(work.reread(hers), body=text, if_rev=0, by=cast.student)
        noted = stale.value.extra["parked_copy"]["id"]
    assert UUID(noted).version == 7
    change(assignment, cast, anonymous=True)
    Submission.objects.filter(pk=hers.pk).update(closes_at=at("2026-03-10T09:00:00+01:00"))
    with pytest.raises(AssignmentClosed) as closed:
        work.hand_in(work.reread(hers), text)
    came = closed.value.extra["parked_copy"]["id"]
    (told,) = teacher.get(f"{path}/{hers.pk}/parked").json()["results"]
    assert told["id"] == came != noted
    assert UUID(came).version == 4
    assert api.as_(cast.student).get(f"{path}/{hers.pk}/parked").json()["results"][0]["id"] == came
    assert hers.parked.get().waiting


def test_how_often_a_draft_was_saved_is_told_beside_no_number(room: Room, api: ApiClient) -> None:
    path = f"/api/v1/submissions/{room.works[5].pk}"
    assert api.as_(room.students[5]).get(path).json()["draft_rev"] > 0
    assert api.as_(room.cast.teacher).get(path).json()["draft_rev"] == 0


def test_a_reply_has_no_time_beside_a_number(cast: Cast, api: ApiClient) -> None:
    room = nameless.make_all(cast)
    hers = room.work(0)
    comment = Comment.objects.filter(grade__submission=hers, attempt__number=1)[0]
    CommentReply.objects.create(comment=comment, attempt_number=1, stance="question", text="Why?", at=NOW, version=1)
    path = f"/api/v1/submissions/{hers.pk}/comments"
    told = [one["reply"] for one in api.as_(cast.teacher).get(path, {"attempt": 1}).json()["results"] if one["reply"]]
    assert [(one["text"], one["at"]) for one in told] == [("Why?", None)]


def test_the_whole_class_as_json_leaves_the_work_out_until_names_are_shown(room: Room) -> None:
    def works() -> list[Any]:
        raw = b"".join(exports.everything(room.cast.room, by=room.cast.teacher, now=NOW).parts)
        document = json.loads(raw)
        assert document["assignments"][0]["anonymous"]
        return [row for name in ("submissions", "attempts", "grades", "events") for row in document[name]]

    assert works() == []
    actions.show_names(room.assignment, by=room.cast.teacher)
    assert works()


def test_marks_come_back_by_number_and_the_same_file_after_names_are_shown(room: Room) -> None:
    cast = room.cast

    def file(score: str) -> str:
        raw = b"".join(exports.marks(room.assignment, by=cast.teacher, now=NOW).parts).decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(raw, newline="")))
        mine = next(row for row in rows if row[2] == str(room.works[5].pk))
        mine[rows[0].index("entered_score")] = score
        out = io.StringIO(newline="")
        csv.writer(out).writerows(rows)
        return out.getvalue()

    def imported(text: str) -> actions.MarksImport:
        assignment = Assignment.objects.select_related("classroom", "edition").get(pk=room.assignment.pk)
        lines = actions.read_marks(assignment, text, pointer="/csv")
        return actions.import_marks(assignment, lines, by=cast.teacher)

    with time_machine.travel(NOW, tick=False):
        done = imported(file("3"))
        assert [row.name for row in done.changes] == [f"Student {NUMBERS[5]}"]
        kept = file("4")
        actions.show_names(room.assignment, by=cast.teacher)
        assert [row.name for row in imported(kept).changes] == [NAMES[5]]


def test_what_is_done_for_somebody_by_name_is_refused_on_work_without_one(room: Room, api: ApiClient) -> None:
    teacher, pk = api.as_(room.cast.teacher), room.works[5].pk
    due = {"date": "2026-03-28", "time": "12:00", "zone": "Europe/Warsaw"}
    answers = [
        teacher.put(f"/api/v1/submissions/{pk}/extension", {"due": due, "reason": "A match"}),
        teacher.put(f"/api/v1/submissions/{pk}/excuse", {"reason": "In bed"}),
    ]
    assert [(answer.status_code, answer.json()["type"].rpartition("/")[2]) for answer in answers] == [
        (409, "names-hidden")
    ] * 2
    assert teacher.get(f"/api/v1/submissions/{pk}/extension").status_code == 404
    told = teacher.get(f"/api/v1/submissions/{pk}").json()
    assert "excuse" not in told["allowed"]
    assert told["refused"]["excuse"] == "names-hidden"
    with pytest.raises(NamesHidden):
        actions.excuse(room.work(5), category=Excuse.ILLNESS, reason="In bed", by=room.cast.teacher)
    actions.show_names(room.assignment, by=room.cast.teacher)
    actions.excuse(room.work(5), category=Excuse.ILLNESS, reason="In bed", by=room.cast.teacher)


def test_who_has_handed_in_nothing_is_excused_by_name_and_back(room: Room, client: Client) -> None:
    client.force_login(room.cast.assistant)
    address = reverse("excuse-by-name", args=[room.assignment.pk, room.students[6].pk])
    assert client.post(address, {"category": "illness", "reason": ""}).status_code == 422
    client.post(address, {"category": "illness", "reason": "In bed"})
    assert room.work(6).state == State.EXCUSED
    assert "In bed" in said(client.get(address))
    client.post(address, {"do": "lift"})
    assert room.work(6).state == State.ASSIGNED
    taken = client.get(reverse("excuse-by-name", args=[room.assignment.pk, room.students[5].pk]))
    assert taken.status_code == 409


def test_so_she_is_through_rest_and_the_answer_tells_no_more_than_the_page(room: Room, api: ApiClient) -> None:
    colleague, teacher = api.as_(room.cast.assistant), api.as_(room.cast.teacher)

    def of(place: int) -> str:
        return f"/api/v1/assignments/{room.assignment.pk}/students/{room.students[place].pk}/excuse"

    said = {"category": "illness", "reason": "In bed"}
    assert colleague.get(of(6)).status_code == 404
    assert code(colleague.put(of(6), {"reason": " "})) == "validation-failed"
    done = colleague.put(of(6), said)
    assert (done.status_code, room.work(6).state) == (200, State.EXCUSED)
    excused = {**said, "by": {"id": str(room.cast.assistant.pk), "name": room.cast.assistant.display_name}}
    assert done.json() == excused == teacher.get(of(6)).json()
    assert "ETag" not in done
    assert colleague.put(of(6), said).json() == excused
    other = colleague.put(of(6), {"reason": "A match"})
    assert (code(other), other.json()["state"]) == ("state-conflict", "excused")
    assert [colleague.delete(of(6)).status_code for _ in range(2)] == [204, 204]
    assert room.work(6).state == State.ASSIGNED
    # Whose work is in is known by number, and that answer says nothing else about it.
    for verb in ("get", "put", "delete"):
        taken = getattr(colleague, verb)(of(5), **({"data": said} if verb == "put" else {}))
        assert (taken.status_code, code(taken)) == (409, "names-hidden")
        assert not {"state", "since", "allowed"} & set(taken.json())


def test_where_names_are_shown_work_has_an_address_of_its_own(room: Room, api: ApiClient) -> None:
    teacher = api.as_(room.cast.teacher)
    work_of, hers = room.works[6].pk, f"/api/v1/assignments/{room.assignment.pk}/students/{room.students[6].pk}/excuse"
    assert teacher.put(hers, {"reason": "In bed"}).status_code == 200
    actions.show_names(room.assignment, by=room.cast.teacher)
    assert [teacher.get(hers).status_code, teacher.delete(hers).status_code] == [404, 404]
    assert teacher.get(f"/api/v1/submissions/{work_of}/excuse").json()["reason"] == "In bed"


@pytest.mark.parametrize("archived", [False, True])
def test_a_refusal_by_name_tells_neither_a_draft_nor_what_she_sent_meanwhile(room: Room, archived: bool) -> None:
    row, said = room.work(6), {"category": Excuse.ILLNESS, "by": room.cast.teacher}
    actions.save_draft(row, body=work.body_for(room.assignment), if_rev=0, by=room.students[6])
    if not archived:
        actions.excuse(room.work(6), reason="In bed", **said)
        with pytest.raises(SubmissionExcused):
            work.hand_in(room.work(6))
    else:
        people.archive(room.cast.room, by=room.cast.teacher)
    with pytest.raises((StateConflict, ClassArchived)) as refused:
        actions.excuse(room.work(6), reason="A match", **said)
    told = {"state": "assigned", "allowed": []} if archived else {"state": "excused", "allowed": ["lift_excuse"]}
    assert refused.value.extra == {**told, "since": None}


def test_a_receipt_is_its_students_alone(room: Room, client: Client) -> None:
    address = reverse("receipt", args=[room.works[5].pk, 1])
    client.force_login(room.cast.teacher)
    assert client.get(address).status_code == 409
    client.force_login(room.students[5])
    assert client.get(address).status_code == 200


def test_her_pages_tell_her_that_her_name_is_hidden(room: Room, client: Client) -> None:
    client.force_login(room.students[6])
    address = reverse("desk", args=[room.works[6].pk])
    assert "Your name is hidden from whoever marks this" in said(client.get(address))
    actions.show_names(room.assignment, by=room.cast.teacher)
    assert "Your name is hidden" not in said(client.get(address))


def test_work_that_cites_a_corrected_source_stands_by_number(cast: Cast) -> None:
    found = corrected.make(cast)
    Assignment.objects.filter(pk=found.assignment.pk).update(anonymous=True)
    Submission.objects.filter(pk=found.cites.pk).update(alias=300)
    told = errata.of_classroom(cast.room, cast.teacher)
    assert [work.student for one in told for work in one.citing] == ["Student 300"]


def test_what_an_upgrade_took_out_is_counted_and_nobodys(cast: Cast) -> None:
    room = revised.make(cast, lambda edition: revised.saying(edition, revised.GONE), anonymous=True)
    made = room.upgrade("all")
    told = upgrades.outcome(made, "Europe/Warsaw")
    assert (told.lost, told.students) == (1, ())


def test_the_board_costs_the_same_for_few_and_for_many_without_names(cast: Cast, queries: Queries) -> None:
    edition = work.make_edition()
    few = work.make_assignment(cast, edition, anonymous=True)
    one = queries(lambda: board_of(few, cast))
    joins(cast, 20)
    many = work.make_assignment(cast, edition, anonymous=True)
    for row in Submission.objects.filter(assignment=many).select_related("student")[:8]:
        work.hand_in(work.reread(row))
    assert queries(lambda: board_of(many, cast)) == one


def test_other_dates_are_given_by_name_and_move_nothing_that_stands_by_number(room: Room, api: ApiClient) -> None:
    teacher = api.as_(room.cast.teacher)

    def told() -> Any:
        return teacher.get("/api/v1/submissions").json()["results"]

    with time_machine.travel(NOW, tick=False):
        before = told()
        given = actions.give_dates(
            room.assignment,
            students=[room.students[5].pk],
            due=work.due("2026-03-28T12:00"),
            reason="A match",
            by=room.cast.teacher,
        )
        assert told() == before
        actions.end_dates(given, by=room.cast.teacher)
        assert told() == before


# --- The form and the field -------------------------------------------------------------------------------------------


def test_the_form_hides_names_until_something_came_in_and_says_so_afterwards(cast: Cast, client: Client) -> None:
    assignment = work.make_assignment(cast)
    client.force_login(cast.teacher)
    address = reverse("assignment-edit", args=[assignment.pk])
    assert "Names are hidden while you mark" in said(client.get(address))
    form = {"title": "Walls", "audience": "all", "version": 1, "anonymous": "on"}
    work.hand_in(work.submission_of(assignment, cast.student))
    assert "Names are hidden while you mark" not in said(client.get(address))
    refused = client.post(address, form)
    assert refused.status_code == 422
    assert "Names can be hidden only while nothing was handed in or marked, and nobody waits" in said(refused)
    other = work.make_assignment(cast)
    client.post(reverse("assignment-edit", args=[other.pk]), form)
    assert Assignment.objects.get(pk=other.pk).names_hidden
    page = said(client.get(reverse("assignment-edit", args=[other.pk])))
    assert "They are shown from its board." in page


def test_through_rest_they_are_hidden_and_every_member_is_told(cast: Cast, api: ApiClient) -> None:
    assignment = work.make_assignment(cast)
    teacher, path = api.as_(cast.teacher), f"/api/v1/assignments/{assignment.pk}"
    told = teacher.patch(path, {"anonymous": True}, headers={"If-Match": '"a1"'}).json()
    assert (told["anonymous"], told["revealed_at"]) == (True, None)
    refused = teacher.patch(path, {"anonymous": False}, headers={"If-Match": '"a2"'})
    assert refused.json()["errors"][0]["code"] == "shown-by-an-act"
    assert api.as_(cast.student).get(path).json()["anonymous"]


def test_hand_ins_have_no_time_receipt_or_person_for_staff_and_all_of_them_for_her(room: Room, api: ApiClient) -> None:
    path = f"/api/v1/submissions/{room.works[5].pk}/attempts/1"
    told = api.as_(room.cast.teacher).get(path).json()
    assert {told[name] for name in ("received_at", "by", "timing", "receipt")} == {None}
    hers = api.as_(room.students[5]).get(path).json()
    assert all(hers[name] for name in ("received_at", "by", "timing", "receipt"))
    assert told["body"] == hers["body"]


def test_nobody_asks_for_more_time_while_names_are_hidden_and_they_wait_for_the_answer_to_who_has_asked(
    cast: Cast, api: ApiClient
) -> None:
    assignment = work.make_assignment(cast, due=work.due("2199-05-01T12:00"))
    hers, other = (work.submission_of(assignment, one) for one in (cast.student, cast.classmate))
    actions.ask_more_time(hers, reason="In bed", by=cast.student)
    with pytest.raises(ValidationFailed) as refused:
        actions.update_assignment(assignment, if_version=1, anonymous=True, by=cast.teacher)
    assert refused.value.extra["errors"][0]["code"] == "work-came-in"
    actions.withdraw_request(hers, by=cast.student)
    actions.update_assignment(assignment, if_version=1, anonymous=True, by=cast.teacher)
    refused_too = api.as_(cast.classmate).post(
        f"/api/v1/submissions/{other.pk}/extension-request", {"reason": "In bed"}
    )
    assert refused_too.json()["type"].endswith("/names-hidden")
    answer = api.as_(cast.teacher).get(f"/api/v1/submissions/{hers.pk}/extension-request")
    assert (answer.status_code, "In bed" in answer.content.decode()) == (404, False)
    work.hand_in(work.reread(hers))
    answer = api.as_(cast.teacher).get(f"/api/v1/submissions/{hers.pk}/extension-request")
    assert (code(answer), "In bed" in answer.content.decode()) == ("names-hidden", False)


def test_what_was_done_by_name_stands_in_no_version_that_is_told_by_number(cast: Cast, api: ApiClient) -> None:
    assignment = work.make_assignment(cast, due=work.due("2199-05-01T12:00"))
    hers, other = (work.submission_of(assignment, one) for one in (cast.student, cast.classmate))
    actions.extend(hers, due=work.due("2199-05-03T12:00"), reason="Ill", by=cast.teacher)
    actions.update_assignment(assignment, if_version=1, anonymous=True, by=cast.teacher)
    given = actions.give_dates(
        assignment, students=[cast.student.pk], due=work.due("2199-05-04T12:00"), reason="Ill", by=cast.teacher
    )
    actions.end_dates(given, by=cast.teacher)
    for row in (hers, other):
        work.hand_in(work.reread(row))
    path = f"/api/v1/submissions?assignment={assignment.pk}"
    told = {row["version"] for row in api.as_(cast.teacher).get(path).json()["results"]}
    assert told == {2}
