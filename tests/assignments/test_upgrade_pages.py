"""Another edition, through HTTP: the teacher's pages, the student's notice, and REST."""

import csv
import io
import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actions import archive, unarchive
from assignments import boards, exports, readings
from assignments.models import Assignment, Attempt, Draft, EditionUpgrade, ParkedCopy, Submission
from destalin_site.common import clock
from destalin_site.common.ids import uuid7
from tests.api_client import ApiClient
from tests.assignments import revised, work
from tests.assignments.revised import GONE, Room
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def room(cast: Cast) -> Room:
    """The newer edition has not the words that the draft cites."""
    return revised.make(cast, lambda edition: revised.saying(edition, GONE))


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def teacher(room: Room) -> Client:
    return signed_in(room.cast.teacher)


@pytest.fixture
def student(room: Room) -> Client:
    return signed_in(room.cast.student)


def of(room: Room) -> str:
    return reverse("assignment-upgrade", args=[room.assignment.pk])


def text(answer: Any) -> str:
    return answer.content.decode()


def choice(room: Room, scope: str = "all") -> dict[str, str]:
    return {"from_edition": room.old.pk, "to_edition": room.new.pk, "scope": scope}


def test_the_board_says_that_a_newer_edition_exists_and_leads_to_what_it_changes(room: Room, teacher: Client) -> None:
    board = text(teacher.get(reverse("assignment-board", args=[room.assignment.pk])))
    assert "Edition 1," in board
    assert "edition 2 exists" in board
    assert of(room) in board
    page = text(teacher.get(of(room)))
    for words in ("Bring the class to edition 2?", "What is read differently", "everybody", "Drafts too"):
        assert words in page
    helper = text(signed_in(room.cast.assistant).get(reverse("assignment-board", args=[room.assignment.pk])))
    assert "edition 2 exists" in helper
    assert of(room) not in helper


def test_a_teacher_brings_drafts_along_and_reads_which_citations_failed(room: Room, teacher: Client) -> None:
    answer = teacher.post(of(room), choice(room), follow=True)
    made = EditionUpgrade.objects.get()
    assert answer.redirect_chain[-1][0] == reverse("assignment-upgraded", args=[room.assignment.pk, made.pk])
    page = text(answer)
    for words in ("Citations that could not be moved", "“nobody was asked”", "The lesson: Before, ¶1", "Student"):
        assert words in page
    assert "Hers alone." not in page
    board = boards.assignment_board(
        Assignment.objects.select_related("classroom").get(), viewer=room.cast.teacher, now=clock.now()
    )
    assert {row.edition for row in board.rows} == {""}


def test_who_stays_on_an_earlier_edition_is_told_apart_on_the_board_and_in_the_answers(
    room: Room, teacher: Client
) -> None:
    work.hand_in(room.draft, room.body)
    teacher.post(of(room), choice(room))
    board = text(teacher.get(reverse("assignment-board", args=[room.assignment.pk])))
    assert board.count(">edition 1<") == 1
    desk = text(teacher.get(reverse("grade", args=[room.draft.pk])))
    assert "edition 1<" in desk
    assert "nobody was asked" in desk
    assignment = Assignment.objects.select_related("classroom").get()
    table = b"".join(exports.answers(assignment, by=room.cast.teacher, now=clock.now()).parts).decode("utf-8-sig")
    told = {(row["Student"], row["Edition"]) for row in csv.DictReader(io.StringIO(table, newline=""))}
    assert told == {("Student", "1"), ("Classmate", "2")}


def test_an_option_that_is_offered_no_more_is_named_where_a_draft_chose_it(cast: Cast) -> None:
    def change(blocks: revised.Blocks) -> revised.Blocks:
        for block in blocks:
            if block["type"] == "question" and block["value"]["kind"] == "single":
                # The one that is chosen in the draft.
                block["value"]["options"] = [
                    one for one in block["value"]["options"] if one["value"]["text"] != "The city"
                ]
                block["value"]["options"][0]["value"]["correct"] = True
        return blocks

    room = revised.make(cast, lambda edition: revised.revised(edition, change))
    page = text(signed_in(cast.teacher).get(of(room)))
    assert "Question 2, the option “The city”" in page
    assert "1 draft answers what is asked no more." in page


def test_to_keep_leads_back_to_the_board(room: Room, teacher: Client) -> None:
    answer = teacher.post(of(room), choice(room, "keep"), follow=True)
    assert "The class keeps its edition." in text(answer)
    assert "kept edition 1" in text(teacher.get(of(room)))


@pytest.mark.parametrize(
    ("sent", "status", "words"),
    [
        ({"scope": ""}, 422, "Choose for whom."),
        ({"to_edition": "0" * 64}, 422, "The class can be brought to the current edition"),
        ({"from_edition": "0" * 64}, 409, "another edition of the lesson"),
    ],
)
def test_what_cannot_be_is_said_and_changes_nothing(
    room: Room, teacher: Client, sent: dict[str, str], status: int, words: str
) -> None:
    answer = teacher.post(of(room), {**choice(room), **sent})
    assert (answer.status_code, words in text(answer)) == (status, True)
    assert not EditionUpgrade.objects.exists()


def test_where_there_is_no_other_edition_the_page_says_so(cast: Cast) -> None:
    assignment = work.make_assignment(cast)
    page = text(signed_in(cast.teacher).get(reverse("assignment-upgrade", args=[assignment.pk])))
    assert "The class has the newest edition" in page
    assert '<form method="post" class="form' not in page


def test_the_student_sees_what_changed_before_she_goes_on(room: Room, teacher: Client, student: Client) -> None:
    desk, notice = (reverse(name, args=[room.draft.pk]) for name in ("desk", "upgrade-notice"))
    teacher.post(of(room), choice(room))
    assert "see first what changed" in text(student.get(reverse("my-work")))
    for address in (desk, reverse("hand-in", args=[room.draft.pk])):
        assert student.get(address).headers["Location"] == notice
    page = text(student.get(notice))
    for words in ("1 citation could not be moved", "“nobody was asked”", "Hers alone.", "I have seen it: go on"):
        assert words in page
    assert student.post(notice, {"edition": room.new.pk}).headers["Location"] == desk
    again = text(student.get(desk))
    assert "Edition 2," in again
    assert notice in again
    assert "“nobody was asked”" in text(student.get(notice))
    assert "see first what changed" not in text(student.get(reverse("my-work")))


def test_a_notice_that_was_overtaken_is_shown_anew(room: Room, teacher: Client, student: Client) -> None:
    teacher.post(of(room), choice(room))
    notice = reverse("upgrade-notice", args=[room.draft.pk])
    assert student.post(notice, {"edition": room.old.pk}).headers["Location"] == notice
    assert Submission.objects.get(pk=room.draft.pk).upgrade_unseen


def test_a_desk_without_scripts_that_was_open_meanwhile_loses_nothing(
    room: Room, teacher: Client, student: Client
) -> None:
    teacher.post(of(room), choice(room))
    stale = work.body_for(room.assignment, "Written meanwhile.", citations=[work.cited(room.old.pk)])
    sent = {"base": json.dumps(stale), "rev": 1, "do": "save"}
    answer = student.post(reverse("desk", args=[room.draft.pk]), sent)
    copy = ParkedCopy.objects.get()
    assert answer.headers["Location"] == reverse("parked-copy", args=[room.draft.pk, copy.pk])
    page = text(student.get(answer.headers["Location"]))
    assert "Written meanwhile." in page
    row = Submission.objects.select_related("assignment").get(pk=room.draft.pk)
    assert readings.written_for(copy, row).edition_id == room.old.pk


def test_what_was_handed_in_is_read_with_its_own_edition_everywhere(
    room: Room, teacher: Client, student: Client
) -> None:
    work.hand_in(room.draft, room.body)
    work.mark(work.reread(room.draft), room.cast.teacher)
    teacher.post(of(room), choice(room))
    teacher.post(reverse("grade-return", args=[room.draft.pk]))
    for name, args in (("feedback", []), ("receipt", [1]), ("submission-print", [])):
        page = text(student.get(reverse(name, args=[room.draft.pk, *args])))
        assert "nobody was asked" in page
        assert "Not in this edition" not in page
    assert "Edition 1," in text(student.get(reverse("desk", args=[room.draft.pk])))
    assert Attempt.objects.get().edition_id == room.old.pk


# --- REST -------------------------------------------------------------------------------------------------------------


def test_the_whole_way_through_rest(room: Room) -> None:
    api, hers = ApiClient().as_(room.cast.teacher), ApiClient().as_(room.cast.student)
    address = f"/api/v1/assignments/{room.assignment.pk}/upgrade"
    own = f"/api/v1/submissions/{room.draft.pk}"
    assert hers.get(f"{own}/upgrade").status_code == 404
    shown = api.get(address).json()
    (origin,) = shown["origins"]
    assert (shown["edition"]["number"], shown["to"]["number"]) == (1, 2)
    assert (origin["not_started"], origin["drafts"], origin["citations"], origin["lost"]) == (1, 1, 1, 1)
    assert origin["changes"][0]["lines"][0]["pieces"][0]["how"] == "same"

    assert api.post(address, choice(room)).status_code == 400  # without a key
    key = {"Idempotency-Key": str(uuid7())}
    first = api.post(address, choice(room), headers=key)
    again = api.post(address, choice(room), headers=key)
    assert (first.status_code, first.json()) == (again.status_code, again.json())
    assert first.status_code == 201
    assert first.json()["students"][0]["lost"][0]["quote"] == "nobody was asked"
    assert EditionUpgrade.objects.count() == 1

    assert hers.get(own).json()["upgrade_unseen"] is True
    assert hers.get(own).json()["edition"] == room.new.pk
    assert hers.get(f"/api/v1/assignments/{room.assignment.pk}").json()["reading"] == room.new.pk
    told = hers.get(f"{own}/upgrade").json()
    assert told["citations"][0]["citation"]["note"] == "Hers alone."
    refused = hers.post(
        f"{own}/attempts", {"client_attempt_id": str(uuid7()), "edition": room.old.pk, "body": room.body}
    )
    assert (refused.status_code, refused.json()["type"].rpartition("/")[2]) == (409, "edition-mismatch")
    assert refused.json()["upgrade"]["to_edition"] == room.new.pk
    assert refused.json()["parked_copy"]["kind"] == "submit"
    seen = hers.post(f"{own}/upgrade", {"edition": room.new.pk})
    assert (seen.status_code, seen.json()["upgrade_unseen"]) == (200, False)


def test_each_student_is_named_the_edition_that_she_reads(room: Room) -> None:
    work.hand_in(room.draft, room.body)
    room.upgrade("all")
    for who, edition in ((room.cast.student, room.old), (room.cast.classmate, room.new), (room.cast.teacher, room.new)):
        listed = ApiClient().as_(who).get("/api/v1/assignments").json()["results"]
        assert [(row["reading"], row["edition"]["number"]) for row in listed] == [(edition.pk, edition.number)]


def test_a_list_of_upgraded_assignments_costs_the_same_for_one_and_for_ten(room: Room, queries: Any) -> None:
    room.upgrade("all")
    api = ApiClient().as_(room.cast.student)

    def listed() -> None:
        assert api.get("/api/v1/assignments").status_code == 200

    listed()
    one = queries(listed)
    for _n in range(9):
        work.make_assignment(room.cast, room.new)
    Assignment.objects.update(upgraded_at=clock.now())
    assert queries(listed) == one


def test_the_desk_of_a_student_costs_no_more_after_an_upgrade_than_one_question(room: Room, queries: Any) -> None:
    client = signed_in(room.cast.student)
    address = reverse("desk", args=[room.draft.pk])
    client.get(address)
    before = queries(lambda: client.get(address))
    room.upgrade("all")
    client.post(reverse("upgrade-notice", args=[room.draft.pk]), {"edition": room.new.pk})
    client.get(address)
    assert queries(lambda: client.get(address)) == before + 1
    assert Draft.objects.get().rev == 2


def test_in_an_archived_class_the_notice_and_the_desk_are_read_and_nothing_is_said(room: Room, api: ApiClient) -> None:
    room.upgrade("all")
    client, desk = signed_in(room.cast.student), reverse("desk", args=[room.draft.pk])
    notice = reverse("upgrade-notice", args=[room.draft.pk])
    assert client.get(desk).headers["Location"] == notice
    assert "I have seen it" in client.get(notice).content.decode()
    archive(room.cast.room, by=room.cast.teacher)
    page = client.get(notice).content.decode()
    assert "I have seen it" not in page
    assert desk in page
    assert client.get(desk).status_code == 200
    address = f"/api/v1/submissions/{room.draft.pk}/upgrade"
    assert api.as_(room.cast.student).get(address).json()["unseen"]
    refused = api.as_(room.cast.student).post(address, {"edition": room.new.pk})
    assert (refused.status_code, refused.json()["type"].split("/")[-1]) == (409, "class-archived")
    assert client.post(notice, {"edition": room.new.pk}).headers["Location"] == notice
    unarchive(room.cast.room, by=room.cast.teacher)
    assert api.as_(room.cast.student).post(address, {"edition": room.new.pk}).status_code == 200
