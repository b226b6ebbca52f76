"""The main job through REST, each act with its refusals."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import User
from assignments import actions, answers
from assignments.actions import grading
from assignments.models import Assignment, Attempt, ParkedCopy, Submission
from destalin_site.common import api as api_floor
from destalin_site.common.ids import uuid7
from tests.api_client import ApiClient, code
from tests.assignments import work
from tests.cast import Cast

Queries = Callable[[Callable[[], Any]], int]


def address(submission: Submission, *more: object) -> str:
    return "/".join(["/api/v1/submissions", str(submission.pk), *map(str, more)])


def save(client: ApiClient, submission: Submission, body: Any, **headers: str) -> Any:
    return client.put(
        address(submission, "draft"),
        {"body": body},
        headers={name.replace("_", "-"): value for name, value in headers.items()},
    )


def hand_in(client: ApiClient, submission: Submission, body: Any | None = None, **said: Any) -> Any:
    sent = {
        "client_attempt_id": str(uuid7()),
        "edition": submission.assignment.edition_id,
        "body": body or work.body_for(submission.assignment),
        **said,
    }
    return client.post(address(submission, "attempts"), sent)


def full_marks(assignment: Assignment) -> list[dict[str, Any]]:
    return [{**mark, "points": str(mark["points"])} for mark in work.full_marks(assignment)]


@pytest.fixture
def student(api: ApiClient, cast: Cast) -> ApiClient:
    return api.as_(cast.student)


@pytest.fixture
def teacher(api: ApiClient, cast: Cast) -> ApiClient:
    return api.as_(cast.teacher)


# --- Long lists


@pytest.mark.parametrize("listed", ["attempts", "parked"])
def test_a_page_of_long_texts_ends_before_they_fill_a_worker_and_the_next_ones_follow(
    student: ApiClient, submission: Submission, monkeypatch: pytest.MonkeyPatch, listed: str
) -> None:
    texts = [f"{n}{'x' * 3000}" for n in range(5)]
    for text in texts:
        body = work.body_for(submission.assignment, text)
        if listed == "attempts":
            work.hand_in(submission, body)
        else:
            save(student, submission, body)
    assert len(student.get(address(submission, listed)).json()["results"]) == 5
    monkeypatch.setattr(api_floor, "MOST_TEXT", 7000)
    found, sizes, here = [], [], address(submission, listed)
    while here:
        page = student.get(here).json()
        sizes.append(len(page["results"]))
        found += [row["body"]["answers"][0]["blocks"][0]["text"] for row in page["results"]]
        here = page["next"] or ""
    assert (found, sizes) == (texts, [2, 2, 1])


@pytest.mark.parametrize("opens", ["2026-05-01T08:00:00Z", "2199-05-01T08:00:00Z"], ids=["open", "not open yet"])
def test_no_refusal_tells_what_is_read_before_it_opens(cast: Cast, student: ApiClient, opens: str) -> None:
    """A hand-in that names another edition is told hers, and so is who says that she saw the changes of another."""
    submission = work.submission_of(work.make_assignment(cast, opens_at=work.at(opens)), cast.student)
    hers, other = submission.assignment.edition_id, work.make_edition().pk
    sent = {"client_attempt_id": str(uuid7()), "edition": other, "body": answers.EMPTY}
    refused = [
        student.post(address(submission, "attempts"), sent),
        student.post(address(submission, "upgrade"), {"edition": other}),
    ]
    if opens.startswith("2026"):
        assert [code(answer) for answer in refused] == ["edition-mismatch"] * 2
        assert all(answer.json()["expected_edition"] == hers for answer in refused)
    else:
        assert [code(answer) for answer in refused] == ["not-open-yet"] * 2
        assert not [answer for answer in refused if hers in answer.content.decode()]
        assert submission.parked.get().kind == ParkedCopy.Kind.SUBMIT


# --- Assigning


def new_assignment(cast: Cast, **fields: Any) -> dict[str, Any]:
    return {"classroom": str(cast.room.pk), "edition": work.make_edition().pk, "title": "Walls", **fields}


def test_a_teacher_assigns_an_edition_and_every_student_of_the_class_has_work(cast: Cast, teacher: ApiClient) -> None:
    due = {"date": "2026-10-25", "time": "02:30", "zone": "Europe/Warsaw"}
    made = teacher.post("/api/v1/assignments", new_assignment(cast, due=due, attempts=3))
    assert made.status_code == 201
    shown = made.json()
    assert shown["due"] == {"at": "2026-10-25T01:30:00Z", **due}
    assert (shown["state"], shown["version"], made["ETag"]) == ("open", 1, '"a1"')
    assert teacher.get(made["Location"]).json() == shown
    students = set(Submission.objects.filter(assignment=shown["id"]).values_list("student", flat=True))
    assert students == {cast.student.pk, cast.classmate.pk}


def test_assigning_twice_with_one_id_or_one_key_makes_one(cast: Cast, teacher: ApiClient) -> None:
    body = new_assignment(cast, id=str(uuid7()))
    first = teacher.post("/api/v1/assignments", body)
    again = teacher.post("/api/v1/assignments", body)
    assert (first.status_code, again.json()["id"]) == (201, first.json()["id"])
    keyed = new_assignment(cast)
    first = teacher.post("/api/v1/assignments", keyed, headers={"Idempotency-Key": "k"})
    again = teacher.post("/api/v1/assignments", keyed, headers={"Idempotency-Key": "k"})
    assert again["Idempotency-Replayed"] == "true"
    assert again.json() == first.json()
    assert Assignment.objects.count() == 2


@pytest.mark.parametrize(
    ("field", "value", "pointer"),
    [
        ("edition", "0" * 64, "/edition"),
        ("questions", ["none"], "/questions/0"),
        ("audience", [str(uuid7())], "/audience/0"),
        ("due", {"date": "2026-01-01", "time": "09:00", "zone": "Mars/Olympus"}, "/due/zone"),
        ("due", {"date": "2026-01-01", "time": "25:00", "zone": "Europe/Warsaw"}, "/due/time"),
        ("due", {"date": "9999-12-31", "time": "23:59", "zone": "UTC"}, "/due/date"),
        ("due", {"date": "0001-01-01", "time": "00:00", "zone": "UTC"}, "/due/date"),
        ("opens_at", "0001-01-01T00:00:00Z", "/opens_at"),
        ("closes_at", "9999-12-31T23:59:00Z", "/closes_at"),
        ("audience", [str(work.a_uuid(n)) for n in range(501)], "/audience"),
        ("attempts", 0, "/attempts"),
        ("colour", "red", "/colour"),
    ],
)
def test_what_cannot_be_assigned_is_named_by_a_pointer(
    cast: Cast, teacher: ApiClient, field: str, value: Any, pointer: str
) -> None:
    refused = teacher.post("/api/v1/assignments", new_assignment(cast, **{field: value}))
    assert code(refused) == "validation-failed"
    assert [error["pointer"] for error in refused.json()["errors"]] == [pointer]
    assert not Assignment.objects.exists()


def test_an_id_that_a_colleague_used_is_taken(cast: Cast, api: ApiClient, teacher: ApiClient) -> None:
    body = new_assignment(cast, id=str(uuid7()))
    assert teacher.post("/api/v1/assignments", body).status_code == 201
    refused = api.as_(cast.co_teacher).post("/api/v1/assignments", body)
    assert [(row["pointer"], row["code"]) for row in refused.json()["errors"]] == [("/id", "taken")]
    assert Assignment.objects.count() == 1


def test_a_time_says_its_offset_and_comes_back_in_utc_wherever_the_server_stands(
    cast: Cast, api: ApiClient, teacher: ApiClient, student: ApiClient, settings: Any
) -> None:
    settings.TIME_ZONE = "Asia/Kolkata"
    times = {"opens_at": "2026-05-01T10:00:00+02:00", "closes_at": "2099-05-01T10:00:00.5Z"}
    made = teacher.post("/api/v1/assignments", new_assignment(cast, **times))
    shown = made.json()
    assert (shown["opens_at"], shown["closes_at"]) == ("2026-05-01T08:00:00Z", "2099-05-01T10:00:00.500000Z")
    assert teacher.get(made["Location"]).json() == shown
    submission = Submission.objects.get(assignment=shown["id"], student=cast.student)
    hand_in(student, submission)
    # The client holds every time in an answer to its form.
    for where in ("/me/devices", "/classrooms", f"/classrooms/{cast.room.pk}/members", "/lessons", "/submissions"):
        assert teacher.get(f"/api/v1{where}").json()["results"], where
    held = teacher.put(address(submission, "claim"), {}).json()
    assert dt.datetime.fromisoformat(held["until"]).utcoffset() == dt.timedelta(0)


@pytest.mark.parametrize("name", ["opens_at", "closes_at"])
def test_a_time_without_an_offset_is_refused(
    cast: Cast, assignment: Assignment, teacher: ApiClient, settings: Any, name: str
) -> None:
    settings.TIME_ZONE = "Asia/Kolkata"
    for said in ("2026-05-01T10:00:00", "2026-05-01"):
        for refused in (
            teacher.post("/api/v1/assignments", new_assignment(cast, **{name: said})),
            teacher.patch(f"/api/v1/assignments/{assignment.pk}", {name: said}, headers={"If-Match": '"a1"'}),
        ):
            assert [(row["pointer"], row["code"]) for row in refused.json()["errors"]] == [(f"/{name}", "offset")]


@pytest.mark.parametrize("said", ["23:59+02:00", "23:59Z", "23:59:30+00:00", "2359", "24:00", "23:59\n", 2359])
def test_a_due_time_is_of_the_clocks_of_its_zone_and_has_no_offset(cast: Cast, teacher: ApiClient, said: Any) -> None:
    due = {"date": "2026-05-01", "time": said, "zone": "Europe/Warsaw"}
    refused = teacher.post("/api/v1/assignments", new_assignment(cast, due=due))
    assert [row["pointer"] for row in refused.json()["errors"]] == ["/due/time"]


@pytest.mark.parametrize("said", ["23:59", "23:59:30", "23:59:30.250000"])
def test_a_due_time_that_is_read_and_sent_back_is_the_same(cast: Cast, teacher: ApiClient, said: str) -> None:
    due = {"date": "2026-05-01", "time": said, "zone": "Europe/Warsaw"}
    made = teacher.post("/api/v1/assignments", new_assignment(cast, due=due))
    shown = made.json()["due"]
    at = shown.pop("at")
    assert shown == due
    changed = teacher.patch(made["Location"], {"due": shown}, headers={"If-Match": made["ETag"]})
    assert changed.json()["due"] == {"at": at, **due}


def test_an_assistant_cannot_assign_and_another_rooms_class_is_not_there(cast: Cast, api: ApiClient) -> None:
    assert code(api.as_(cast.assistant).post("/api/v1/assignments", new_assignment(cast))) == "forbidden"
    assert code(api.as_(cast.other_teacher).post("/api/v1/assignments", new_assignment(cast))) == "not-found"


def test_a_change_names_the_version_it_was_made_upon(assignment: Assignment, teacher: ApiClient) -> None:
    there = f"/api/v1/assignments/{assignment.pk}"
    assert code(teacher.patch(there, {"title": "Gates"})) == "precondition-required"
    changed = teacher.patch(there, {"title": "Gates"}, headers={"If-Match": '"a1"'})
    assert (changed.json()["title"], changed["ETag"]) == ("Gates", '"a2"')
    stale = teacher.patch(there, {"title": "Doors"}, headers={"If-Match": '"a1"'})
    assert (code(stale), stale.json()["current_etag"]) == ("version-stale", '"a2"')


def test_a_deleted_assignment_is_gone_for_all_and_comes_back_with_its_work(
    cast: Cast, submission: Submission, teacher: ApiClient, student: ApiClient
) -> None:
    hand_in(student, submission)
    there = f"/api/v1/assignments/{submission.assignment_id}"
    assert teacher.delete(there).status_code == 204
    assert teacher.delete(there).status_code == 204
    assert code(student.get(there)) == "not-found"
    assert student.get("/api/v1/submissions").json()["results"] == []
    assert teacher.post(f"{there}/restoration").status_code == 200
    assert student.get(address(submission)).json()["state"] == "submitted"


def test_before_it_opens_a_student_sees_the_title_and_when_it_opens(
    cast: Cast, teacher: ApiClient, student: ApiClient
) -> None:
    opens = dt.datetime.now(dt.UTC) + dt.timedelta(days=1)
    due = {"date": f"{opens + dt.timedelta(days=1):%Y-%m-%d}", "time": "23:59", "zone": "Europe/Warsaw"}
    hidden = {"instructions": "Read all.", "due": due, "points": "20", "attempts": 2}
    made = teacher.post(
        "/api/v1/assignments",
        new_assignment(cast, opens_at=opens.isoformat(), closes_at="2099-01-01T00:00:00Z", **hidden),
    ).json()
    shown = student.get(f"/api/v1/assignments/{made['id']}").json()
    assert (shown["title"], shown["state"]) == ("Walls", "scheduled")
    assert (shown["edition"], shown["reading"], shown["instructions"], shown["questions"]) == (None, None, "", [])
    assert [shown[name] for name in ("due", "closes_at", "points", "attempts")] == [None] * 4
    assert (made["instructions"], made["due"]["time"], made["attempts"]) == ("Read all.", "23:59", 2)
    mine = student.get("/api/v1/submissions").json()["results"][0]
    assert (mine["timing"]["result"], mine["timing"]["due"]) == ("not_due", None)
    assert mine["timing"]["explanation"].startswith("Opens ")
    seen_by_staff = teacher.get("/api/v1/submissions").json()["results"][0]
    assert (seen_by_staff["timing"]["due"], seen_by_staff["timing"]["explanation"][:4]) == (made["due"]["at"], "Due ")
    assert mine["refused"]["submit"] == "not-open-yet"


# --- Drafts


def test_a_draft_is_saved_upon_the_revision_that_the_student_saw(submission: Submission, student: ApiClient) -> None:
    first = student.get(address(submission, "draft"))
    assert (first.json()["rev"], first.json()["body"], first["ETag"]) == (0, {"answers": []}, '"d0"')
    body = work.body_for(submission.assignment, "One.")
    saved = save(student, submission, body, If_Match=first["ETag"])
    assert (saved.status_code, saved.json()["rev"], saved["ETag"]) == (200, 1, '"d1"')
    assert saved.json()["body_sha256"] == answers.body_sha256(body)
    assert student.get(address(submission, "draft")).json()["body"] == body
    assert student.get(address(submission, "draft"), headers={"If-None-Match": '"d1"'}).status_code == 304


def test_a_stale_save_is_parked_and_neither_text_is_lost(submission: Submission, student: ApiClient) -> None:
    mine, theirs = (work.body_for(submission.assignment, words) for words in ("Mine.", "From the other tab."))
    save(student, submission, mine, If_None_Match="*")
    stale = save(student, submission, theirs, If_None_Match="*")
    assert code(stale) == "version-stale"
    assert stale.json()["current_etag"] == '"d1"'
    parked = stale.json()["parked_copy"]
    assert parked["body_sha256"] == answers.body_sha256(theirs)
    waiting = student.get(address(submission, "parked")).json()["results"]
    assert [(copy["id"], copy["body"], copy["reason"]) for copy in waiting] == [(parked["id"], theirs, "version-stale")]
    assert student.get(address(submission, "draft")).json()["body"] == mine


def test_the_student_makes_a_parked_text_her_draft_or_throws_it_away(
    submission: Submission, student: ApiClient
) -> None:
    body = work.body_for(submission.assignment, "One.")
    save(student, submission, body, If_None_Match="*")
    copies = [
        save(student, submission, work.body_for(submission.assignment, words), If_None_Match="*").json()["parked_copy"]
        for words in ("Two.", "Three.")
    ]
    accept = address(submission, "parked", copies[0]["id"], "accept")
    assert code(student.post(accept, {})) == "precondition-required"
    assert student.post(accept, {}, headers={"If-Match": '"d1"'}).json()["draft_rev"] == 2
    assert "Two." in str(student.get(address(submission, "draft")).json()["body"])
    assert student.delete(address(submission, "parked", copies[1]["id"])).status_code == 204
    assert student.get(address(submission, "parked")).json()["results"] == []


@pytest.mark.parametrize(
    ("headers", "problem"), [({}, "precondition-required"), ({"If_Match": "x"}, "malformed-request")]
)
def test_a_readable_text_without_its_revision_is_refused_and_kept(
    submission: Submission, student: ApiClient, headers: dict[str, str], problem: str
) -> None:
    refused = save(student, submission, work.body_for(submission.assignment, "Kept."), **headers)
    assert code(refused) == problem
    kept = ParkedCopy.objects.get(pk=refused.json()["parked_copy"]["id"])
    assert "Kept." in kept.body_json


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (None, "validation-failed"),
        ([], "validation-failed"),
        ({}, "validation-failed"),
        ({"answers": [], "more": 1}, "validation-failed"),
        ({"answers": [{"question": 1, "blocks": []}]}, "validation-failed"),
        ({"answers": [{"question": "\x00", "blocks": []}]}, "validation-failed"),
        ({"answers": [{"question": "q", "blocks": [], "choice": "a"}]}, "validation-failed"),
    ],
)
def test_an_unreadable_body_is_refused_with_pointers_and_keeps_nothing(
    submission: Submission, student: ApiClient, body: Any, problem: str
) -> None:
    refused = save(student, submission, body, If_None_Match="*")
    assert code(refused) == problem
    assert all(error["pointer"].startswith("/body") for error in refused.json()["errors"])
    assert "parked_copy" not in refused.json()
    assert save(student, submission, work.body_for(submission.assignment), If_None_Match="*").status_code == 200


def test_nobody_but_the_student_reads_or_writes_her_draft(
    cast: Cast, api: ApiClient, submission: Submission, student: ApiClient
) -> None:
    save(student, submission, work.body_for(submission.assignment, "Secret."), If_None_Match="*")
    for person, expected in [(cast.teacher, 403), (cast.classmate, 404), (cast.other_teacher, 404), (None, 401)]:
        client = api.as_(person)
        assert client.get(address(submission, "draft")).status_code == expected
        assert save(client, submission, work.body_for(submission.assignment), If_Match='"d1"').status_code == expected


# --- Handing in


def test_handing_in_gives_a_receipt_that_anybody_can_check(
    api: ApiClient, submission: Submission, student: ApiClient
) -> None:
    body = work.body_for(submission.assignment, citations=[work.cited(submission.assignment.edition_id)])
    done = hand_in(student, submission, body)
    assert done.status_code == 201
    answer = done.json()
    assert answer["attempt"]["number"] == 1
    assert answer["receipt"]["body_sha256"] == answers.body_sha256(body)
    assert answer["submission"]["state"] == "submitted"
    assert "replace" in answer["submission"]["allowed"]
    kept = student.get(done["Location"]).json()
    assert (kept["body"], kept["receipt"]) == (body, answer["receipt"])
    checked = api.get(f"/api/v1/receipts/{answer['receipt']['code'].lower()}").json()
    assert (checked["genuine"], checked["body_sha256"]) == (True, answer["receipt"]["body_sha256"])
    assert set(checked) == {"code", "received_at", "body_sha256", "genuine"}
    assert code(api.get("/api/v1/receipts/0000-0000")) == "not-found"


def test_the_same_hand_in_sent_five_times_is_one_attempt_with_one_receipt(
    submission: Submission, student: ApiClient
) -> None:
    name = str(uuid7())
    done = [hand_in(student, submission, client_attempt_id=name) for _ in range(5)]
    assert {answer.status_code for answer in done} == {201}
    assert len({answer.json()["receipt"]["code"] for answer in done}) == 1
    assert [answer.get("Idempotency-Replayed") for answer in done] == [None, *["true"] * 4]
    assert Attempt.objects.count() == 1


def test_a_used_client_id_with_other_words_is_refused_and_the_words_are_kept(
    submission: Submission, student: ApiClient
) -> None:
    name = str(uuid7())
    hand_in(student, submission, client_attempt_id=name)
    other = work.body_for(submission.assignment, "Other words.")
    refused = hand_in(student, submission, other, client_attempt_id=name)
    assert code(refused) == "idempotency-key-reused"
    assert ParkedCopy.objects.get().body_sha256 == answers.body_sha256(other)
    assert hand_in(student, submission, other).json()["attempt"]["number"] == 2


def test_a_key_that_is_not_the_client_attempt_id_is_refused_and_the_words_are_kept(
    submission: Submission, student: ApiClient
) -> None:
    sent = {
        "client_attempt_id": str(uuid7()),
        "edition": submission.assignment.edition_id,
        "body": work.body_for(submission.assignment),
    }
    where = address(submission, "attempts")
    refused = student.post(where, sent, headers={"Idempotency-Key": "other"})
    assert code(refused) == "idempotency-key-reused"
    parked = ParkedCopy.objects.get()
    assert (parked.kind, str(parked.client_attempt_id)) == ("submit", sent["client_attempt_id"])
    assert refused.json()["parked_copy"] == {"id": str(parked.pk), "kind": "submit", "body_sha256": parked.body_sha256}
    assert student.post(where, sent, headers={"Idempotency-Key": sent["client_attempt_id"]}).status_code == 201


def test_an_empty_required_question_is_asked_about_before_it_is_handed_in(
    submission: Submission, student: ApiClient
) -> None:
    nothing = {"answers": []}
    asked = hand_in(student, submission, nothing)
    assert code(asked) == "validation-failed"
    assert hand_in(student, submission, nothing, incomplete=True).status_code == 201


def test_another_edition_a_wrong_digest_and_a_wrong_quote_are_told_apart(
    submission: Submission, student: ApiClient
) -> None:
    wrong_edition = hand_in(student, submission, edition="0" * 64)
    assert code(wrong_edition) == "edition-mismatch"
    assert wrong_edition.json()["expected_edition"] == submission.assignment.edition_id
    assert "parked_copy" in wrong_edition.json()
    damaged = hand_in(student, submission, body_sha256="0" * 64)
    assert code(damaged) == "digest-mismatch"
    assert "parked_copy" not in damaged.json()
    citation = work.cited(submission.assignment.edition_id)
    citation["anchor"]["quote"] = "nobody was awake"
    misquoted = hand_in(student, submission, work.body_for(submission.assignment, "Misquoted.", citations=[citation]))
    assert code(misquoted) == "validation-failed"
    assert "parked_copy" in misquoted.json()
    assert not Attempt.objects.exists()


def test_what_comes_after_the_close_is_parked_and_the_teacher_may_let_it_count(
    cast: Cast, teacher: ApiClient, student: ApiClient
) -> None:
    closed = dt.datetime.now(dt.UTC) - dt.timedelta(hours=1)
    given = work.make_assignment(cast, closes_at=closed)
    submission = work.submission_of(given, cast.student)
    refused = hand_in(student, submission)
    assert code(refused) == "assignment-closed"
    assert refused.json()["close_zone"] == "Europe/Warsaw"
    copy = refused.json()["parked_copy"]["id"]
    assert teacher.get(address(submission)).json()["allowed"].count("accept_parked") == 1
    accepted = teacher.post(address(submission, "parked", copy, "accept"), {})
    assert accepted.json()["state"] == "submitted"
    assert Attempt.objects.get().received_at > closed
    assert code(teacher.post(address(submission, "parked", str(uuid7()), "accept"), {})) == "not-found"


# --- Grading


@pytest.fixture
def handed_in(submission: Submission, student: ApiClient) -> Submission:
    assert hand_in(student, submission).status_code == 201
    return submission


def test_a_student_learns_nothing_of_a_grade_before_it_is_returned(
    cast: Cast, handed_in: Submission, teacher: ApiClient, student: ApiClient
) -> None:
    where = address(handed_in, "grade")
    claimed = teacher.put(address(handed_in, "claim"), {})
    assert claimed.json()["holder"]["id"] == str(cast.teacher.pk)
    marks = {"questions": full_marks(handed_in.assignment), "feedback": "Well seen."}
    held = teacher.get(where)["ETag"]
    saved = teacher.put(where, marks, headers={"If-Match": held})
    assert (saved.json()["status"], saved.json()["final_score"]) == ("draft", "7.00")
    before = student.get(where)
    assert (before.json(), before["ETag"]) == ({"status": "none"}, '"g0"')
    assert student.get(address(handed_in)).json()["returned"] is None
    assert teacher.post(address(handed_in, "return"), {}).json()["state"] == "returned"
    after = student.get(where).json()
    assert (after["status"], after["final_score"], after["feedback"]) == ("returned", "7.00", "Well seen.")
    assert student.get(address(handed_in)).json()["returned"]["score"] == "7.00"
    assert teacher.post(address(handed_in, "recall"), {"reason": "A slip."}).json()["state"] == "in_review"
    assert student.get(where).json() == {"status": "none"}


def test_feedback_that_was_read_through_rest_counts_as_seen(
    cast: Cast, handed_in: Submission, teacher: ApiClient, student: ApiClient
) -> None:
    where = address(handed_in, "grade")
    work.mark(handed_in, cast.teacher)
    actions.return_grade(handed_in, by=cast.teacher)
    grade = handed_in.grades.get()
    assert teacher.get(where).status_code == 200
    grade.refresh_from_db()
    assert grade.seen_at is None
    student.get(where)
    grade.refresh_from_db()
    assert grade.seen_at is not None


def test_feedback_that_the_device_holds_already_counts_as_seen_too(
    cast: Cast, handed_in: Submission, student: ApiClient
) -> None:
    where = address(handed_in, "grade")
    work.mark(handed_in, cast.teacher)
    grade = actions.return_grade(handed_in, by=cast.teacher)
    assert student.get(where, headers={"If-None-Match": f'"g{grade.version}"'}).status_code == 304
    grade.refresh_from_db()
    first = grade.seen_at
    assert first is not None
    student.get(where)
    grade.refresh_from_db()
    assert grade.seen_at == first


def test_two_graders_cannot_overwrite_each_other(cast: Cast, api: ApiClient, handed_in: Submission) -> None:
    teacher, colleague = api.as_(cast.teacher), api.as_(cast.co_teacher)
    teacher.put(address(handed_in, "claim"), {})
    held = colleague.put(address(handed_in, "claim"), {})
    assert code(held) == "claim-held"
    assert held.json()["holder"]["name"] == cast.teacher.display_name
    assert colleague.put(address(handed_in, "claim"), {"takeover": True}).status_code == 200
    where, marks = address(handed_in, "grade"), {"questions": full_marks(handed_in.assignment)}
    tag = teacher.get(where)["ETag"]
    assert code(teacher.put(where, marks, headers={"If-Match": tag})) == "claim-held"
    assert colleague.put(where, marks, headers={"If-Match": tag}).status_code == 200
    stale = colleague.put(where, {"questions": []}, headers={"If-Match": tag})
    assert code(stale) == "version-stale"
    assert stale.json()["current_etag"] == colleague.get(where)["ETag"]
    assert colleague.delete(address(handed_in, "claim")).status_code == 204
    assert colleague.delete(address(handed_in, "claim")).status_code == 204


def test_a_hand_in_while_the_teacher_reads_is_parked(
    handed_in: Submission, teacher: ApiClient, student: ApiClient
) -> None:
    teacher.put(address(handed_in, "claim"), {})
    refused = hand_in(student, handed_in, work.body_for(handed_in.assignment, "Better words."))
    assert code(refused) == "being-reviewed"
    assert "parked_copy" in refused.json()
    assert teacher.get(address(handed_in)).json()["hand_ins_waiting"] == 1


@pytest.mark.parametrize(
    ("grade", "pointer"),
    [
        ({"questions": [{"question": "none", "points": "1"}]}, "/questions/0/question"),
        ({"score": "-1"}, "/score"),
        ({"score": "NaN"}, "/score"),
        ({"marks": []}, "/marks"),
        ({"feedback": "Good.", "levels": []}, "/levels"),
    ],
)
def test_marks_that_cannot_be_are_named_by_a_pointer(
    handed_in: Submission, teacher: ApiClient, grade: dict[str, Any], pointer: str
) -> None:
    where = address(handed_in, "grade")
    tag = teacher.get(where)["ETag"]
    refused = teacher.put(where, grade, headers={"If-Match": tag})
    assert code(refused) == "validation-failed"
    assert [error["pointer"] for error in refused.json()["errors"]] == [pointer]
    assert teacher.put(where, {"feedback": "Good."}, headers={"If-Match": tag}).status_code == 200


def test_no_more_marks_are_read_than_a_lesson_has_questions(handed_in: Submission, teacher: ApiClient) -> None:
    marks = [{"question": str(n), "points": None} for n in range(201)]
    refused = teacher.put(address(handed_in, "grade"), {"questions": marks}, headers={"If-Match": '"g0"'})
    assert code(refused) == "validation-failed"
    assert [error["pointer"] for error in refused.json()["errors"]] == ["/questions"]


def test_many_are_returned_at_once_and_one_that_cannot_be_keeps_nobody_waiting(
    cast: Cast, assignment: Assignment, api: ApiClient, teacher: ApiClient
) -> None:
    work_of = {person: work.submission_of(assignment, person) for person in (cast.student, cast.classmate)}
    for person, submission in work_of.items():
        hand_in(api.as_(person), submission)
    work.mark(work_of[cast.student], cast.teacher)
    where = f"/api/v1/assignments/{assignment.pk}/returns"
    body = {"submissions": [str(row.pk) for row in work_of.values()] + [str(uuid7())]}
    by_id = sorted(zip(body["submissions"], (200, 422, 404), strict=True))
    assert code(teacher.post(where, body)) == "malformed-request"
    done = teacher.post(where, body, headers={"Idempotency-Key": "once"})
    results = done.json()["results"]
    assert [(row["submission"], row["status"]) for row in results] == by_id
    refused = next(row for row in results if row["status"] == 422)
    assert refused["problem"]["type"].endswith("/validation-failed")
    again = teacher.post(where, body, headers={"Idempotency-Key": "once"})
    assert (again.json(), again["Idempotency-Replayed"]) == (done.json(), "true")


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_what_breaks_at_the_second_of_many_leaves_the_first_returned_and_a_repeat_goes_on(
    cast: Cast, assignment: Assignment, teacher: ApiClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = list(Submission.objects.filter(assignment=assignment).order_by("pk"))
    for row in rows:
        work.hand_in(row)
        work.mark(row, cast.teacher)
    where, key = f"/api/v1/assignments/{assignment.pk}/returns", {"Idempotency-Key": "once"}
    body = {"submissions": [str(row.pk) for row in reversed(rows)]}
    whole = grading.return_grade

    def breaking(submission: Submission, **said: Any) -> Any:
        if submission == rows[1]:
            raise RuntimeError
        return whole(submission, **said)

    monkeypatch.setattr(grading, "return_grade", breaking)
    with pytest.raises(RuntimeError):
        teacher.post(where, body, headers=key)
    states = Submission.objects.filter(assignment=assignment).order_by("pk").values_list("state", flat=True)
    assert list(states.all()) == ["returned", "in_review"]
    monkeypatch.undo()
    assert teacher.post(where, body, headers=key).json()["results"][1]["status"] == 200
    assert list(states.all()) == ["returned", "returned"]
    assert teacher.post(where, body, headers=key)["Idempotency-Replayed"] == "true"


# --- Boards


def test_the_compact_board_of_a_class_agrees_with_the_work_itself(
    cast: Cast, api: ApiClient, teacher: ApiClient, student: ApiClient
) -> None:
    past = (dt.datetime.now(dt.UTC) - dt.timedelta(days=2)).replace(microsecond=0)
    late = work.make_assignment(cast, title="Late", due=work.due(past.strftime("%Y-%m-%dT%H:%M"), "UTC"))
    hand_in(student, work.submission_of(late, cast.student))
    graded = work.make_assignment(cast, late.edition, title="Graded", audience=[cast.student.pk])
    submission = work.submission_of(graded, cast.student)
    hand_in(student, submission)
    work.mark(submission, cast.teacher)
    where = f"/api/v1/classrooms/{cast.room.pk}/board"
    board = teacher.get(where).json()
    assert [row["title"] for row in board["assignments"]] == ["Late", "Graded"]
    assert [row["name"] for row in board["students"]] == ["Classmate", "Student"]
    (missing, nothing), (was_late, ready) = board["cells"]
    assert (missing[:3], nothing) == (["assigned", "missing", 0], None)
    assert (was_late[:2], was_late[2] > 86_400) == (["submitted", "late"], True)
    assert ready == ["in_review", "not_due", 0, True, None]
    teacher.post(address(submission, "return"), {})
    assert teacher.get(where).json()["cells"][1][1] == ["returned", "not_due", 0, False, "7.00"]
    cells = [cell for row in teacher.get(where).json()["cells"] for cell in row if cell]
    listed = teacher.get("/api/v1/submissions").json()["results"]
    assert sorted((cell[0], cell[1]) for cell in cells) == sorted(
        (row["state"], row["timing"]["result"]) for row in listed
    )


def test_an_unchanged_board_costs_a_304_and_a_change_is_seen(
    cast: Cast, assignment: Assignment, teacher: ApiClient, student: ApiClient
) -> None:
    for where in (f"/api/v1/classrooms/{cast.room.pk}/board", f"/api/v1/assignments/{assignment.pk}/board"):
        tag = teacher.get(where)["ETag"]
        assert teacher.get(where, headers={"If-None-Match": tag}).status_code == 304
        hand_in(student, work.submission_of(assignment, cast.student))
        assert teacher.get(where, headers={"If-None-Match": tag}).status_code == 200


def test_a_board_costs_four_queries_for_two_students_and_for_twenty(
    cast: Cast, assignment: Assignment, teacher: ApiClient, queries: Queries
) -> None:
    where = f"/api/v1/classrooms/{cast.room.pk}/board"
    assert queries(lambda: teacher.get(where)) == 4
    enrol(cast, 18)
    work.make_assignment(cast, assignment.edition)
    assert len(teacher.get(where).json()["students"]) == 20
    assert queries(lambda: teacher.get(where)) == 4


def test_the_board_of_an_assignment_has_a_row_a_student_and_totals_that_add_up(
    cast: Cast, assignment: Assignment, teacher: ApiClient, student: ApiClient
) -> None:
    hand_in(student, work.submission_of(assignment, cast.student))
    board = teacher.get(f"/api/v1/assignments/{assignment.pk}/board").json()
    assert [(row["student"]["name"], row["state"], row["attempts"]) for row in board["rows"]] == [
        ("Classmate", "assigned", 0),
        ("Student", "submitted", 1),
    ]
    totals = board["totals"]
    assert (totals["students"], totals["to_grade"], totals["not_started"]) == (2, 1, 1)


# --- Lists


def enrol(cast: Cast, number: int) -> list[User]:
    from accounts.models import Membership
    from assignments.actions import sync_assignment
    from tests.cast import person

    fresh = [person(f"pupil{place}") for place in range(number)]
    for user in fresh:
        Membership.objects.create(classroom=cast.room, user=user, role="student")
    for given in Assignment.objects.all():
        sync_assignment(given, by=cast.teacher)
    return fresh


def test_the_list_of_work_costs_the_same_for_two_students_and_for_twenty(
    cast: Cast, assignment: Assignment, teacher: ApiClient, queries: Queries
) -> None:
    few = queries(lambda: teacher.get("/api/v1/submissions"))
    enrol(cast, 18)
    assert len(teacher.get("/api/v1/submissions").json()["results"]) == 20
    assert queries(lambda: teacher.get("/api/v1/submissions")) == few


def test_a_students_assignments_cost_three_queries_for_one_and_for_twelve(
    cast: Cast, assignment: Assignment, student: ApiClient, queries: Queries
) -> None:
    assert queries(lambda: student.get("/api/v1/assignments")) == 3
    for _ in range(11):
        work.make_assignment(cast, assignment.edition)
    assert len(student.get("/api/v1/assignments").json()["results"]) == 12
    assert queries(lambda: student.get("/api/v1/assignments")) == 3


def test_lists_are_filtered_by_assignment_state_and_time(cast: Cast, handed_in: Submission, teacher: ApiClient) -> None:
    def found(query: str) -> set[str]:
        return {row["id"] for row in teacher.get(f"/api/v1/submissions?{query}").json()["results"]}

    other = work.submission_of(handed_in.assignment, cast.classmate)
    assert found(f"assignment={handed_in.assignment_id}") == {str(handed_in.pk), str(other.pk)}
    assert found("state=submitted") == {str(handed_in.pk)}
    assert found("updated_since=2000-01-01T00:00:00Z") == {str(handed_in.pk), str(other.pk)}
    assert found("updated_since=2100-01-01T00:00:00%2B01:00") == set()
    for query in ("assignment=x", "state=gone", "updated_since=yesterday", "updated_since=2000-01-01"):
        assert code(teacher.get(f"/api/v1/submissions?{query}")) == "malformed-request"


def test_handing_in_an_essay_with_a_citation_costs_nine_queries_with_the_sign_in(
    cast: Cast, student: ApiClient, queries: Queries
) -> None:
    edition = work.make_edition()
    essay = next(question["id"] for question in edition.read().questions if question["kind"] == "essay")
    costs = []
    for _ in range(2):  # what is read once a process is read by the second time
        given = work.make_assignment(cast, edition, questions=[essay])
        submission = work.submission_of(given, cast.student)
        submission.assignment = given
        body = work.body_for(given, citations=[work.cited(edition.pk)])
        save(student, submission, body, If_None_Match="*")
        costs.append(queries(lambda s=submission, b=body: hand_in(student, s, b)))
    assert costs[-1] == 9


def test_the_drafting_of_marks_moves_nothing_that_the_student_is_told(
    cast: Cast, api: ApiClient, submission: Submission
) -> None:
    work.hand_in(submission)
    actions.claim(submission, by=cast.teacher)
    address, hers = f"/api/v1/submissions/{submission.pk}", api.as_(cast.student)
    before, staffs = hers.get(address), api.as_(cast.teacher).get(address)
    work.mark(submission, cast.teacher, feedback="")
    work.mark(submission, cast.teacher)
    after = hers.get(address)
    assert (after.json(), after["ETag"]) == (before.json(), before["ETag"])
    assert hers.get("/api/v1/submissions").json()["results"] == [before.json()]
    assert api.as_(cast.teacher).get(address)["ETag"] != staffs["ETag"], "to the staff it is another version"
    submission.refresh_from_db()
    actions.return_grade(submission, by=cast.teacher)
    returned = hers.get(address)
    assert returned["ETag"] != before["ETag"]
    assert returned.json()["changed_at"] > before.json()["changed_at"]
