"""Editions of a teacher's own version: who is given them, and who finds them then."""

import pytest
from django.urls import reverse

from accounts import actions as people
from accounts.models import Classroom, Membership
from assignments import actions
from assignments.errors import ClassArchived
from assignments.models import Assignment, Submission
from destalin_site.common.errors import ValidationFailed
from lessons import adaptations
from lessons.models import Adaptation, Edition
from tests.api_client import ApiClient
from tests.assignments import work
from tests.cast import Cast
from tests.lessons.desk import author, editor


@pytest.fixture
def mine(cast: Cast) -> Adaptation:
    row = adaptations.start(work.make_edition(), by=cast.teacher)
    adaptations.cut(row, by=cast.teacher)
    row.refresh_from_db()
    return row


def given(cast: Cast, row: Adaptation, room: Classroom | None = None) -> Assignment:
    assert row.edition
    return actions.create_assignment(room or cast.room, edition=row.edition, by=cast.teacher, title="Walls")


def test_her_class_reads_answers_and_is_graded_on_her_version(cast, mine, api):
    assignment = given(cast, mine)
    mine.refresh_from_db()
    submission = work.submission_of(assignment, cast.student)
    work.hand_in(submission, work.body_for(assignment, citations=[work.cited(mine.edition_id)]))
    work.mark(work.reread(submission), cast.teacher)
    for person in (cast.student, cast.classmate, cast.co_teacher, cast.assistant, cast.teacher):
        assert api.as_(person).get(f"/api/v1/editions/{mine.edition_id}").status_code == 200
    document = api.as_(cast.student).get(f"/api/v1/editions/{mine.edition_id}").json()
    assert document["adaptation"]["ancestor"] == mine.ancestor_id


def test_nobody_else_finds_its_edition_through_any_door(cast, mine, api):
    given(cast, mine)
    strangers = (None, cast.removed, cast.other_teacher, cast.other_student, cast.curator, cast.editor, cast.admin)
    for person in (*strangers, author(), editor()):
        client = api.as_(person)
        assert client.get(f"/api/v1/editions/{mine.edition_id}").status_code == 404
    lessons = api.as_(cast.student).get("/api/v1/lessons").json()["results"]
    assert [lesson["edition"]["id"] for lesson in lessons] == [mine.ancestor_id]
    found = api.as_(cast.student).get(f"/api/v1/lessons?q={mine.title.split()[0]}").json()["results"]
    assert [lesson["edition"]["id"] for lesson in found] == [mine.ancestor_id]


def test_who_leaves_the_class_finds_it_no_more(cast, mine, api):
    given(cast, mine)
    address = f"/api/v1/editions/{mine.edition_id}"
    assert api.as_(cast.student).get(address).status_code == 200
    member = Membership.objects.get(user=cast.student, classroom=cast.room)
    people.remove_member(member, by=cast.teacher)
    assert api.as_(cast.student).get(address).status_code == 404


def test_a_colleague_of_the_class_cannot_assign_it_nor_change_it(cast, mine, api):
    given(cast, mine)
    for person, room in ((cast.co_teacher, cast.room), (cast.other_teacher, cast.other_room)):
        with pytest.raises(ValidationFailed):
            actions.create_assignment(room, edition=mine.edition, by=person, title="Walls")
        body = {"classroom": str(room.pk), "edition": mine.edition_id, "title": "Walls"}
        assert api.as_(person).post("/api/v1/assignments", body).status_code == 422
        address = f"/api/v1/adaptations/{mine.pk}"
        assert api.as_(person).patch(address, {"title": "X"}, headers={"If-Match": '"v1"'}).status_code == 404


def test_she_gives_it_to_no_class_that_is_not_hers(cast, mine, api):
    body = {"classroom": str(cast.other_room.pk), "edition": mine.edition_id, "title": "Walls"}
    assert api.as_(cast.teacher).post("/api/v1/assignments", body).status_code == 404
    assert (
        api.as_(cast.teacher).post("/api/v1/assignments", {**body, "classroom": str(cast.room.pk)}).status_code == 201
    )


def test_an_edition_cut_before_is_not_assigned_and_work_on_it_stays(cast, mine):
    first = mine.edition
    assignment = given(cast, mine)
    row = adaptations.change(mine, if_version=1, by=cast.teacher, title="Other walls")
    adaptations.cut(row, by=cast.teacher)
    with pytest.raises(ValidationFailed):
        actions.create_assignment(cast.room, edition=first, by=cast.teacher, title="Walls")
    work.hand_in(work.submission_of(assignment, cast.student))
    assignment.refresh_from_db()
    assert assignment.edition == first


def test_an_archived_class_is_frozen_for_it_too(cast, mine):
    people.archive(cast.room, by=cast.teacher)
    with pytest.raises(ClassArchived):
        given(cast, mine)


def test_a_suspended_teacher_is_let_in_nowhere_and_her_class_goes_on(cast, mine, client):
    assignment = given(cast, mine)
    client.force_login(cast.teacher)
    cast.teacher.is_active = False
    cast.teacher.save(update_fields=["is_active"])
    assert client.get(reverse("adaptations")).status_code == 302
    assert Edition.objects.assignable_by(cast.teacher).exclude(adaptation=None).count() == 0
    student = ApiClient().as_(cast.student)
    assert student.get(f"/api/v1/editions/{mine.edition_id}").status_code == 200
    work.hand_in(work.submission_of(assignment, cast.student))
    assert Submission.objects.get(student=cast.student).attempt_count == 1


PLAN_FAULTS = [
    {"plan": {"sections": [{"id": "nowhere"}], "sources": []}},
    {"plan": {"sections": [], "sources": [], "own": {"x": {}}}},
    {"plan": {"sections": "all", "sources": []}},
    {"plan": {"sections": [{"id": 7}], "sources": []}},
    {"plan": {"sections": [{"id": "s", "kept": "yes"}], "sources": []}},
    {"plan": {"sections": [{"id": "s", "questions": [{"id": "q", "more": 1}]}], "sources": []}},
    {"plan": None},
    {"title": ""},
    {"title": "a\u202eb"},
    {"instructions": "a\u0000b"},
    {"archived": True},
]


@pytest.mark.parametrize("body", PLAN_FAULTS, ids=str)
def test_a_body_that_cannot_be_is_refused_and_changes_nothing(cast, mine, api, body):
    address = f"/api/v1/adaptations/{mine.pk}"
    answer = api.as_(cast.teacher).patch(address, body, headers={"If-Match": '"v1"'})
    assert answer.status_code == 422, answer.content
    mine.refresh_from_db()
    assert mine.version == 1


def test_through_rest_she_makes_changes_looks_at_and_cuts_one(cast, api):
    edition = work.make_edition()
    teacher = api.as_(cast.teacher)
    made = teacher.post("/api/v1/adaptations", {"lesson": edition.lesson.slug}, headers={"Idempotency-Key": "one"})
    again = teacher.post("/api/v1/adaptations", {"lesson": edition.lesson.slug}, headers={"Idempotency-Key": "one"})
    assert (made.status_code, made["ETag"], again.json()["id"]) == (201, '"v1"', made.json()["id"])
    address, plan = f"/api/v1/adaptations/{made.json()['id']}", made.json()["plan"]
    section = plan["sections"][0]
    own = "00000000-0000-4000-8000-000000000007"
    option = {"text": "Yes", "correct": True}
    question = {
        "kind": "single",
        "prompt": "Was anybody asked?",
        "points": "1",
        "options": [{"id": "a", **option}, {"id": "b", "text": "No", "correct": False}],
    }
    section["questions"] = [{"id": own}]
    body = {"title": "My walls", "plan": {"sections": [section], "sources": [], "own": {own: question}}}
    assert teacher.patch(address, body).status_code == 428
    assert teacher.patch(address, body, headers={"If-Match": '"v9"'}).status_code == 412
    changed = teacher.patch(address, body, headers={"If-Match": '"v1"'})
    assert (changed.status_code, changed["ETag"]) == (200, '"v2"'), changed.content
    preview = teacher.get(f"{address}/preview").json()
    assert preview["troubles"] == []
    assert [q["id"] for q in preview["document"]["questions"]] == [own]
    cut = teacher.post(f"{address}/editions", {}, headers={"If-Match": '"v2"'})
    assert (cut.status_code, cut.json()["number"]) == (201, 1)
    assert cut.json()["ancestor"]["id"] == edition.pk
    same = teacher.post(f"{address}/editions", {}, headers={"If-Match": '"v2"'})
    assert same.json()["id"] == cut.json()["id"]
    assert teacher.post(f"{address}/archive", {}).json()["archived"] is True
    assert teacher.patch(address, {"title": "X"}, headers={"If-Match": '"v3"'}).status_code == 409
    assert teacher.post(f"{address}/restoration", {}).json()["archived"] is False


def test_what_is_to_be_resolved_is_said_by_place(cast, mine, api):
    teacher, address = api.as_(cast.teacher), f"/api/v1/adaptations/{mine.pk}"
    teacher.patch(address, {"plan": {"sections": [], "sources": []}}, headers={"If-Match": '"v1"'})
    assert [row["code"] for row in teacher.get(f"{address}/preview").json()["troubles"]] == ["nothing-kept"]
    refused = teacher.post(f"{address}/editions", {}, headers={"If-Match": '"v2"'})
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "nothing-kept")
