"""What is different in a hand-in from an earlier one, through REST: words, options, cells, and the earlier comments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import time_machine

from assignments import actions, readings
from assignments.models import Assignment, Comment, Submission
from tests.api_client import ApiClient
from tests.assignments import nameless, remarks, test_tables, work
from tests.cast import Cast

pytestmark = pytest.mark.django_db

THEN, NOW = "It was decided elsewhere.", "It was decided by the bureau. So it went."


@pytest.fixture
def assignment(cast: Cast) -> Assignment:
    return work.make_assignment(cast, remarks.make_edition())


@pytest.fixture
def again(cast: Cast, submission: Submission) -> Submission:
    """Commented on, returned and answered; then handed in once more, with other words."""
    work.hand_in(submission)
    remarks.comment(submission, cast.teacher, body="By whom?")
    remarks.comment(submission, cast.teacher, "It was", body="What was?")
    actions.return_grade(submission, by=cast.teacher)
    work.revise(submission)
    reply(submission, "By whom?", text="By these.")
    work.hand_in(submission, work.body_for(submission.assignment, NOW))
    submission.refresh_from_db()
    return submission


def reply(submission: Submission, body: str, *, version: int = 0, text: str) -> None:
    comment = Comment.objects.get(grade__status="returned", body=body)
    said = {"stance": "changed", "text": text, "if_version": version, "by": submission.student}
    actions.reply(submission, comment=comment, **said)


def hand_in_again(submission: Submission, *args: Any, **fields: Any) -> None:
    work.revise(submission)
    work.hand_in(submission, *args, **fields)
    submission.refresh_from_db()


def changes(client: ApiClient, submission: Submission, number: int = 2, query: str = "") -> Any:
    answer = client.get(f"/api/v1/submissions/{submission.pk}/attempts/{number}/changes{query}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def marked(pieces: list[dict[str, str]]) -> str:
    signs = {"same": "", "out": "-", "in": "+"}
    return "|".join(f"{signs[piece['how']]}{piece['text']}" for piece in pieces)


def test_both_texts_stand_in_the_pieces_and_words_are_counted(api: ApiClient, cast: Cast, again: Submission) -> None:
    told = changes(api.as_(cast.teacher), again)
    assert (told["attempt"], told["since"], told["changed"]) == (2, 1, True)
    assert told["returned_at"]
    (row,) = told["questions"]
    assert marked(row["pieces"]) == "It was decided |-elsewhere.|+by the bureau. So it went."
    assert (row["number"], row["words"]) == (1, {"kept": 3, "added": 6, "removed": 1})
    assert (row["choice"], row["cells"]) == ({"kept": [], "added": [], "removed": []}, [])


def test_each_earlier_comment_stands_with_what_became_of_its_words_and_with_the_answer(
    api: ApiClient, cast: Cast, again: Submission
) -> None:
    for reader in (cast.teacher, cast.student):
        rows = changes(api.as_(reader), again)["comments"]
        assert [(row["comment"]["body"], row["touched"]) for row in rows] == [("What was?", False), ("By whom?", True)]
        assert [(marked(row["then"]), marked(row["now"])) for row in rows] == [
            ("It was", "It was"),
            ("decided |-elsewhere", "decided |+by the bureau. So it went."),
        ]
        assert [row["comment"]["reply"] and row["comment"]["reply"]["text"] for row in rows] == [None, "By these."]


def test_an_answer_that_came_with_a_later_hand_in_is_not_told_of_an_earlier_one(
    api: ApiClient, cast: Cast, again: Submission
) -> None:
    work.revise(again)
    reply(again, "By whom?", version=1, text="And by those.")
    work.hand_in(again)
    for number, said in ((2, "By these."), (3, "And by those.")):
        told = changes(api.as_(cast.teacher), again, number)
        assert (told["since"], told["comments"][1]["comment"]["reply"]["text"]) == (1, said)


def test_a_comment_on_the_whole_says_whether_anything_is_different(
    api: ApiClient, cast: Cast, submission: Submission
) -> None:
    work.hand_in(submission)
    actions.add_comment(submission, place=remarks.Place.whole(), body="Thin.", by=cast.teacher)
    actions.return_grade(submission, by=cast.teacher)
    hand_in_again(submission)
    hand_in_again(submission, work.body_for(submission.assignment, NOW))
    teacher = api.as_(cast.teacher)
    for number, touched in ((2, False), (3, True)):
        told = changes(teacher, submission, number)
        assert told["changed"] is touched
        (row,) = told["comments"]
        assert (row["touched"], row["then"], row["now"]) == (touched, [], [])


def test_what_stayed_the_same_is_one_piece(api: ApiClient, cast: Cast, submission: Submission) -> None:
    work.hand_in(submission)
    hand_in_again(submission)
    told = changes(api.as_(cast.student), submission)
    assert (told["changed"], told["returned_at"], told["comments"]) == (False, None, [])
    (row,) = told["questions"]
    assert (row["changed"], row["pieces"]) == (False, [{"how": "same", "text": THEN}])


def test_options_are_told_by_their_ids(api: ApiClient, cast: Cast) -> None:
    assignment = work.make_assignment(cast)
    submission = work.submission_of(assignment, cast.student)
    work.hand_in(submission, work.body_for(assignment, multiple=[0, 1]))
    hand_in_again(submission, work.body_for(assignment, single=[1], multiple=[1, 2]))
    essay, single, multiple = changes(api.as_(cast.teacher), submission)["questions"]
    a, b, c = [option["id"] for option in readings.document(assignment.edition_id).questions[2]["options"]][:3]
    assert multiple["choice"] == {"kept": [b], "added": [c], "removed": [a]}
    assert (len(single["choice"]["added"]), single["choice"]["kept"], single["pieces"]) == (1, [], [])
    assert [row["changed"] for row in (essay, single, multiple)] == [False, True, True]


def test_a_table_is_told_cell_by_cell(api: ApiClient, cast: Cast) -> None:
    assignment = work.make_assignment(cast, test_tables.make_edition())
    submission = work.submission_of(assignment, cast.student)
    work.hand_in(submission, test_tables.three(assignment), incomplete=True)
    kept, changed, _gone = test_tables.CELLS
    cells = {kept: "A mason.", changed: "Who paid, and why.", test_tables.LAST: "All."}
    hand_in_again(submission, test_tables.body(assignment, **cells), incomplete=True)
    table, short = changes(api.as_(cast.teacher), submission)["questions"]
    names = {place: name for name, place in test_tables.places(assignment).items()}
    assert {names[cell["row"], cell["column"]]: marked(cell["pieces"]) for cell in table["cells"]} == {
        kept: "A mason.",
        changed: "Who |-paid.|+paid, and why.",
        _gone: "-His foreman.",
        test_tables.LAST: "+All.",
    }
    assert (table["changed"], table["pieces"], table["words"]) == (
        True,
        [],
        {"kept": 3, "added": 4, "removed": 3},
    )
    assert (short["changed"], short["pieces"]) == (False, [])


def test_the_earlier_one_is_the_returned_one_unless_another_is_named(
    api: ApiClient, cast: Cast, again: Submission
) -> None:
    hand_in_again(again)
    teacher = api.as_(cast.teacher)
    assert changes(teacher, again, 3)["since"] == 1
    named = changes(teacher, again, 3, "?since=2")
    assert (named["since"], named["returned_at"], named["comments"]) == (2, None, [])
    assert changes(teacher, again, 3, "?since=1")["comments"]


def test_the_first_has_no_earlier_one_and_what_is_none_is_absent(api: ApiClient, cast: Cast, again: Submission) -> None:
    teacher = api.as_(cast.teacher)
    assert changes(teacher, again, 1) == {
        "attempt": 1,
        "since": None,
        "returned_at": None,
        "changed": False,
        "questions": [],
        "comments": [],
    }
    address = f"/api/v1/submissions/{again.pk}/attempts/2/changes"
    assert [teacher.get(f"{address}?since={n}").status_code for n in (0, 1, 2, 3)] == [404, 200, 404, 404]
    assert teacher.get(f"{address}?since=first").json()["type"].endswith("malformed-request")
    assert teacher.get(address.replace("/2/", "/9/")).status_code == 404


def test_a_student_finds_no_comment_that_was_taken_back_or_is_drafted(
    api: ApiClient, cast: Cast, submission: Submission
) -> None:
    work.hand_in(submission)
    remarks.comment(submission, cast.teacher, body="Taken back.")
    actions.return_grade(submission, by=cast.teacher)
    actions.recall(submission, reason="Wrong.", by=cast.teacher)
    actions.release(submission, by=cast.teacher)
    hand_in_again(submission)
    told = changes(api.as_(cast.student), submission)
    assert (told["since"], told["returned_at"], told["comments"]) == (1, None, [])
    assert changes(api.as_(cast.teacher), submission)["comments"]


def test_without_names_nothing_tells_whose_it_is(api: ApiClient, cast: Cast) -> None:
    room = nameless.make_all(cast)
    row = room.work(0)
    with time_machine.travel(work.at("2026-03-11T10:02:00+01:00"), tick=False):
        answer = api.as_(cast.teacher).get(f"/api/v1/submissions/{row.pk}/attempts/2/changes")
        hers = api.as_(row.student).get(f"/api/v1/submissions/{row.pk}/attempts/2/changes")
    assert (answer.json()["since"], hers.json()["since"]) == (1, 1)
    assert answer.json()["questions"] == hers.json()["questions"]
    for student in room.students:
        assert student.display_name not in answer.content.decode()
        assert str(student.pk) not in answer.content.decode()


def test_it_costs_the_same_for_one_earlier_comment_and_for_thirty(
    api: ApiClient, cast: Cast, submission: Submission, queries: Callable[[Callable[[], object]], int]
) -> None:
    def once_more(comments: int) -> int:
        for _ in range(comments):
            remarks.comment(submission, cast.teacher)
        actions.return_grade(submission, by=cast.teacher)
        hand_in_again(submission)
        number = submission.attempts.count()
        teacher = api.as_(cast.teacher)
        return queries(lambda: changes(teacher, submission, number))

    work.hand_in(submission)
    one = once_more(1)
    assert once_more(29) == one
