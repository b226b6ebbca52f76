"""All work of one's own, to take along: of every class that one is or was in, removed work too."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts import actions as people
from accounts.models import AuditEntry, Classroom, Membership, User
from assignments import actions, answers, exports
from assignments.errors import StateConflict
from assignments.models import Assignment, Submission
from destalin_site.common import clock
from destalin_site.common.errors import VersionStale
from tests.api_client import ApiClient, code
from tests.assignments import remarks, work
from tests.cast import Cast

pytestmark = pytest.mark.django_db

Queries = Callable[[Callable[[], object]], int]


def document(person: User) -> dict[str, Any]:
    return json.loads(b"".join(exports.own_document(by=person, now=clock.now()).parts))


def folder(person: User) -> zipfile.ZipFile:
    found = zipfile.ZipFile(io.BytesIO(b"".join(exports.own_folder(by=person, now=clock.now()).parts)))
    assert found.testzip() is None
    return found


def pages(person: User) -> dict[str, str]:
    found = folder(person)
    return {name: found.read(name).decode() for name in found.namelist()}


def browser(person: User) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def page(person: User, name: str = "own-work", **query: str) -> str:
    answer = browser(person).get(reverse(name), query)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def returned(cast: Cast) -> Submission:
    """Handed in, returned with a comment, and marked anew, which nobody has returned."""
    submission = work.submission_of(work.make_assignment(cast, remarks.make_edition()), cast.student)
    work.hand_in(submission, work.body_for(submission.assignment, "It was decided elsewhere."))
    work.mark(submission, cast.teacher)
    remarks.comment(submission, cast.teacher, "decided", body="By whom?")
    actions.return_grade(submission, by=cast.teacher)
    actions.claim(work.reread(submission), by=cast.teacher)
    work.mark(submission, cast.teacher, feedback="Drafted since.")
    return work.reread(submission)


def remove(submission: Submission, cast: Cast) -> None:
    member = Membership.objects.get(classroom=cast.room, user=submission.student)
    people.remove_member(member, by=cast.teacher)
    assert work.reread(submission).state == "void"


def narrow(submission: Submission, cast: Cast) -> None:
    assignment = Assignment.objects.get(pk=submission.assignment_id)
    actions.update_assignment(assignment, audience=[cast.classmate.pk], if_version=assignment.version, by=cast.teacher)
    assert work.reread(submission).state == "void"


def delete(submission: Submission, cast: Cast) -> None:
    actions.delete_assignment(submission.assignment, by=cast.teacher)


WAYS = [remove, narrow, delete]


# --- What is in it ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("take_away", WAYS)
def test_removed_work_is_on_no_page_and_all_of_it_is_hers_to_take_along(
    cast: Cast, returned: Submission, take_away: Callable[[Submission, Cast], None]
) -> None:
    take_away(returned, cast)
    client = browser(cast.student)
    for name, more in (("desk", []), ("feedback", []), ("submission-print", []), ("receipt", [1])):
        assert client.get(reverse(name, args=[returned.pk, *more])).status_code == 404
    assert reverse("desk", args=[returned.pk]) not in page(cast.student)
    assert 'tabindex="0" role="region" aria-labelledby="room-1"' in page(cast.student)
    assert "removed" in page(cast.student)

    told = document(cast.student)
    (one,) = told["submissions"]
    assert (one["removed"], one["mark"], one["score"]) == (True, "scored", "4.00")
    (attempt,) = told["attempts"]
    assert answers.body_sha256(attempt["body"]) == attempt["receipt"]["body_sha256"]
    (grade,) = told["grades"]
    assert (grade["feedback"], grade["final_score"]) == ("Well seen.", "4.00")
    assert [comment["body"] for comment in told["comments"]] == ["By whom?"]
    shown = "".join(pages(cast.student).values())
    for words in ("It was decided elsewhere.", "Well seen.", "By whom?", attempt["receipt"]["code"]):
        assert words in re.sub(r"</?mark[^>]*>|<a [^>]*>.*?</a>", "", shown)
    assert "Drafted since." not in json.dumps(told) + shown


def test_what_was_taken_back_is_not_among_what_she_was_given(cast: Cast, returned: Submission) -> None:
    actions.release(work.reread(returned), by=cast.teacher)
    actions.recall(work.reread(returned), reason="A slip.", by=cast.teacher)
    remove(returned, cast)
    told = document(cast.student)
    assert (told["grades"], told["comments"]) == ([], [])
    assert told["submissions"][0]["mark"] == "not_scored"
    assert "Well seen." not in "".join(pages(cast.student).values())
    assert [attempt["number"] for attempt in told["attempts"]] == [1]


def test_drafts_and_what_was_set_aside_are_in_it(cast: Cast) -> None:
    submission = work.submission_of(work.make_assignment(cast), cast.student)
    body = work.body_for(submission.assignment, "Begun.")
    actions.save_draft(submission, body=body, if_rev=0, by=cast.student)
    stale = work.body_for(submission.assignment, "On the other device.")
    with pytest.raises(VersionStale):
        actions.save_draft(submission, body=stale, if_rev=0, by=cast.student)
    remove(submission, cast)
    told = document(cast.student)
    assert [draft["body"] for draft in told["drafts"]] == [body]
    assert [(copy["kind"], copy["reason"]) for copy in told["parked"]] == [("save", "version-stale")]
    found = pages(cast.student)
    assert any("Begun." in text for name, text in found.items() if name.startswith("Draft, Walls"))
    assert any("On the other device." in text for name, text in found.items() if name.startswith("Set aside, Walls"))
    for name in found:
        if name != "index.html":
            assert f'href="{name.replace(" ", "%20").replace(",", "%2C")}"' in found["index.html"] or "json" in name


def test_removed_work_with_nothing_of_hers_in_it_is_not_listed(cast: Cast) -> None:
    empty = work.submission_of(work.make_assignment(cast, title="A slip of the teacher"), cast.student)
    assert "A slip of the teacher" in page(cast.student)
    delete(empty, cast)
    assert "A slip of the teacher" not in page(cast.student)
    assert document(cast.student)["submissions"] == []


def test_nothing_of_anybody_else_is_in_it(cast: Cast, returned: Submission) -> None:
    his = work.submission_of(returned.assignment, cast.classmate)
    work.hand_in(his, work.body_for(returned.assignment, "His words."))
    for person, words, others in (
        (cast.student, "It was decided elsewhere.", "His words."),
        (cast.classmate, "His words.", "It was decided elsewhere."),
    ):
        said = json.dumps(document(person)) + "".join(pages(person).values())
        assert words in said
        assert others not in said
    assert document(cast.teacher)["submissions"] == []


def test_before_an_assignment_opens_its_questions_are_in_no_page(cast: Cast) -> None:
    submission = work.submission_of(work.make_assignment(cast), cast.student)
    actions.save_draft(submission, body=work.body_for(submission.assignment, "Begun."), if_rev=0, by=cast.student)
    Assignment.objects.filter(pk=submission.assignment_id).update(opens_at=work.at("2999-01-01T00:00:00Z"))
    assert [name for name in pages(cast.student) if name.endswith(".html")] == ["index.html"]
    assert len(document(cast.student)["drafts"]) == 1


def test_before_an_assignment_opens_neither_its_text_nor_its_due_time_is_told(cast: Cast) -> None:
    given = work.make_assignment(cast, due=work.due("2027-11-02T12:00"))
    (told,) = document(cast.student)["submissions"]
    assert told["edition"] == given.edition_id
    assert told["due_at"] is not None
    Assignment.objects.filter(pk=given.pk).update(opens_at=work.at("2999-01-01T00:00:00Z"))
    (told,) = document(cast.student)["submissions"]
    assert (told["edition"], told["due_at"], told["timing"]["result"]) == (None, None, "not_due")
    assert told["timing"]["explanation"].startswith("Opens ")


def test_a_page_reaches_for_nothing_outside_of_its_folder(cast: Cast, returned: Submission) -> None:
    for text in pages(cast.student).values():
        assert re.findall(r"<(?:script|link|img|iframe|object|base|form)\b", text) == []
        assert re.findall(r"""(?:href|src|action)=["'](?:/|https?:)[^"']*""", text) == []


def test_two_of_one_title_are_files_of_their_own(cast: Cast) -> None:
    edition = work.make_edition()
    for _n in range(2):
        work.hand_in(work.submission_of(work.make_assignment(cast, edition), cast.student))
    names = [name for name in folder(cast.student).namelist() if name.startswith("Hand-in 1, Walls")]
    assert len(set(names)) == 2


def test_every_text_is_in_it_in_whatever_order_the_ids_of_the_works_are(cast: Cast) -> None:
    """Those of work that is marked without names are no times."""
    edition, titles = remarks.make_edition(), ["First", "Unnamed", "Second", "Third"]
    for title in titles:
        given = work.make_assignment(cast, edition, title=title, anonymous=title == "Unnamed")
        row = work.submission_of(given, cast.student)
        work.hand_in(row)
        work.mark(row, cast.teacher)
        remarks.comment(row, cast.teacher, body=f"Of {title}")
        actions.return_grade(work.reread(row), by=cast.teacher)
        work.revise(row)
        actions.save_draft(row, body=work.body_for(row.assignment, "More."), if_rev=row.draft.rev, by=cast.student)
        with pytest.raises(VersionStale):
            actions.save_draft(row, body=work.body_for(row.assignment, "Other."), if_rev=0, by=cast.student)
    found = pages(cast.student)
    for kind in ("What came back", "Hand-in 1", "Draft", "Set aside"):
        names = [name.removeprefix(f"{kind}, ").split()[0] for name in found if name.startswith(f"{kind}, ")]
        assert sorted(names) == sorted(titles), kind
    assert all(f"Of {title}" in "".join(found.values()) for title in titles)


def test_it_costs_the_same_for_three_lessons_and_for_twelve(cast: Cast, queries: Queries) -> None:
    def give(n: int) -> None:
        for _each in range(n):
            submission = work.submission_of(work.make_assignment(cast), cast.student)
            body = work.body_for(submission.assignment)
            actions.save_draft(submission, body=body, if_rev=0, by=cast.student)
            work.hand_in(submission, body)
            work.mark(submission, cast.teacher)
            actions.return_grade(work.reread(submission), by=cast.teacher)

    give(3)
    page(cast.student)  # what a process keeps is kept now
    costs = [queries(lambda make=make: make(cast.student)) for make in (document, folder, page)]  # type: ignore[misc]
    give(9)
    assert [queries(lambda make=make: make(cast.student)) for make in (document, folder, page)] == costs  # type: ignore[misc]


# --- How it is taken --------------------------------------------------------------------------------------------------


def test_it_is_taken_through_rest_as_it_is_documented_and_written_down(
    cast: Cast, api: ApiClient, returned: Submission
) -> None:
    remove(returned, cast)
    answer = api.as_(cast.student).get("/api/v1/me/work")
    assert answer["Content-Type"] == "application/json"
    assert answer["Cache-Control"] == "private, no-store"
    assert json.loads(answer.getvalue())["attempts"][0]["submission"] == str(returned.pk)
    packed = api.as_(cast.student).get("/api/v1/me/work?content=folder")
    assert packed["Content-Disposition"].startswith('attachment; filename="my-work-')
    assert "my-work.json" in zipfile.ZipFile(io.BytesIO(packed.getvalue())).namelist()
    assert AuditEntry.objects.filter(action="own work exported", actor=cast.student).count() == 2
    refused = api.as_(cast.student).get("/api/v1/me/work?content=marks")
    assert (refused.status_code, code(refused)) == (400, "malformed-request")


def test_the_day_leads_to_it_also_when_nothing_is_left_but_removed_work(cast: Cast, returned: Submission) -> None:
    link = reverse("own-work")
    assert link in page(cast.student, "my-work")
    remove(returned, cast)
    left = page(cast.student, "my-work")
    assert "Your earlier work" in left
    assert link in left
    assert "Your earlier work" not in page(cast.classmate, "my-work")


# --- What the teacher sees of it --------------------------------------------------------------------------------------


def board(cast: Cast, assignment: Assignment, show: str = "", by: User | None = None) -> str:
    answer = browser(by or cast.teacher).get(reverse("assignment-board", args=[assignment.pk]), {"show": show})
    assert answer.status_code == 200
    return answer.content.decode()


def test_removed_work_is_under_a_filter_of_its_own_and_in_no_sum(cast: Cast, returned: Submission) -> None:
    assert "?show=removed" not in board(cast, returned.assignment)
    narrow(returned, cast)
    grade = reverse("grade", args=[returned.pk])
    plain = board(cast, returned.assignment)
    assert "?show=removed" in plain
    assert grade not in plain
    shown = board(cast, returned.assignment, "removed")
    assert grade in shown
    assert reverse("work-bring-back", args=[returned.pk]) in shown
    assert reverse("work-bring-back", args=[returned.pk]) not in board(
        cast, returned.assignment, "removed", cast.assistant
    )
    room = reverse("classroom", args=[cast.room.pk])
    client = browser(cast.teacher)
    assert grade not in client.get(room).content.decode()
    assert grade in client.get(room, {"show": "removed"}).content.decode()


def test_removed_work_is_read_and_no_act_is_offered(cast: Cast, returned: Submission) -> None:
    narrow(returned, cast)
    shown = browser(cast.teacher).get(reverse("grade", args=[returned.pk])).content.decode()
    assert "elsewhere." in shown
    for name in ("grade-claim", "grade-return", "grade-excuse", "hand-in-for", "extension"):
        assert reverse(name, args=[returned.pk]) not in shown


def test_who_left_the_class_stands_among_the_removed_and_comes_back_by_the_class(
    cast: Cast, api: ApiClient, returned: Submission
) -> None:
    remove(returned, cast)
    shown = board(cast, returned.assignment, "removed")
    assert "Left the class." in shown
    assert reverse("work-bring-back", args=[returned.pk]) not in shown
    room = browser(cast.teacher).get(reverse("classroom", args=[cast.room.pk]), {"show": "removed"}).content.decode()
    assert "left the class" in room
    refused = api.as_(cast.teacher).post(f"/api/v1/submissions/{returned.pk}/restoration", {})
    assert (refused.status_code, code(refused)) == (409, "state-conflict")
    with pytest.raises(StateConflict):
        actions.bring_back(work.reread(returned), by=cast.teacher)


def test_what_is_brought_back_is_as_it_was(cast: Cast, api: ApiClient, returned: Submission) -> None:
    before = work.reread(returned).standing
    narrow(returned, cast)
    answer = browser(cast.teacher).post(reverse("work-bring-back", args=[returned.pk]))
    assert answer.status_code == 302
    after = work.reread(returned)
    # The claim of who was reading it is the one thing that removing ends.
    assert after.state == (before.claim_from or before.state)
    assert browser(cast.student).get(reverse("feedback", args=[returned.pk])).status_code == 200
    narrow(returned, cast)
    told = api.as_(cast.teacher).post(f"/api/v1/submissions/{returned.pk}/restoration", {})
    assert (told.status_code, told.json()["state"]) == (
        200,
        after.state.value if hasattr(after.state, "value") else after.state,
    )
    again = api.as_(cast.teacher).post(f"/api/v1/submissions/{returned.pk}/restoration", {})
    assert again.json()["version"] == told.json()["version"]


def test_in_an_archived_class_nothing_is_brought_back(cast: Cast, api: ApiClient, returned: Submission) -> None:
    narrow(returned, cast)
    people.archive(cast.room, by=cast.teacher)
    refused = api.as_(cast.teacher).post(f"/api/v1/submissions/{returned.pk}/restoration", {})
    assert (refused.status_code, code(refused)) == (409, "class-archived")
    assert reverse("work-bring-back", args=[returned.pk]) not in board(cast, returned.assignment, "removed")


def test_while_names_are_hidden_nobody_is_told_what_was_removed(cast: Cast, api: ApiClient) -> None:
    assignment = work.make_assignment(cast, anonymous=True)
    hers, his = (work.submission_of(assignment, student) for student in (cast.student, cast.classmate))
    for submission in (hers, his):
        work.hand_in(submission)
    narrow(hers, cast)
    shown = board(cast, assignment, "removed")
    assert "?show=removed" not in shown
    assert cast.student.display_name + "</bdi>" not in shown
    room = browser(cast.teacher).get(reverse("classroom", args=[cast.room.pk]), {"show": "removed"}).content.decode()
    assert reverse("grade", args=[hers.pk]) not in room
    refused = api.as_(cast.teacher).post(f"/api/v1/submissions/{hers.pk}/restoration", {})
    assert (refused.status_code, code(refused)) == (404, "not-found")


def test_two_classes_of_one_name_stay_two(cast: Cast) -> None:
    Classroom.objects.filter(pk=cast.other_room.pk).update(name=cast.room.name)
    Membership.objects.create(classroom=cast.other_room, user=cast.student, role="student")
    edition = work.make_edition()
    assert cast.room.pk < cast.other_room.pk, "ids are in the order of their making"
    here = work.make_assignment(cast, edition, title="Of the first class")
    there = actions.create_assignment(cast.other_room, edition=edition, by=cast.other_teacher, title="Of the other")
    for shown in (page(cast.student), pages(cast.student)["index.html"]):
        first, other = re.findall(r"<h2[^>]*><bdi>(.*?)</bdi></h2>", shown)
        assert (first, other) == (
            "History 10B (class 1 of this name)",
            "History 10B (class 2 of this name)",
        )
        parts = shown.partition(f"<bdi>{other}</bdi>")
        assert "Of the first class" in parts[0]
        assert "Of the first class" not in parts[2]
        assert "Of the other" in parts[2]
    told = document(cast.student)
    assert {row["id"] for row in told["classrooms"]} == {str(cast.room.pk), str(cast.other_room.pk)}
    given = {row["assignment"]: row["classroom"] for row in told["submissions"]}
    assert given == {str(here.pk): str(cast.room.pk), str(there.pk): str(cast.other_room.pk)}
