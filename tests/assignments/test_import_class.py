"""A class as it was exported comes back: what differs is told, and its marks are read back as from their own file."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry, User
from assignments import actions, exports
from assignments.exports import compared, marksheet
from assignments.models import Assignment, Attempt, Event, Grade, Submission
from destalin_site.common import clock
from destalin_site.common.errors import ValidationFailed
from destalin_site.common.ids import uuid7
from destalin_site.common.json import MAX_VALUES
from tests.api_client import ApiClient, code
from tests.assignments import work
from tests.cast import Cast

pytestmark = pytest.mark.django_db

Queries = Callable[[Callable[[], object]], int]


@pytest.fixture
def marked(cast: Cast) -> Submission:
    """Two pieces of work handed in, of which one was marked, and a draft of a third."""
    assignment = work.make_assignment(cast)
    hers, his = (work.submission_of(assignment, student) for student in (cast.student, cast.classmate))
    for submission in (hers, his):
        work.hand_in(submission, work.body_for(assignment, citations=[work.cited(assignment.edition_id)]))
    work.mark(hers, cast.teacher)
    actions.return_grade(work.reread(hers), by=cast.teacher)
    return work.reread(hers)


def exported(cast: Cast) -> dict[str, Any]:
    return json.loads(b"".join(exports.everything(cast.room, by=cast.teacher, now=clock.now()).parts))


def changed(document: dict[str, Any], submission: Submission, **said: str | None) -> dict[str, Any]:
    (row,) = [row for row in document["marks"] if row["submission"] == str(submission.pk)]
    row.update(said)
    return document


def facts() -> list[object]:
    models = (Grade, Submission, Event, Attempt)
    return [list(model._base_manager.order_by("pk").values()) for model in models]


def differing(found: actions.ClassImport) -> dict[str, tuple[int, int, int]]:
    return {kind.name: (kind.changed, kind.missing, kind.new) for kind in found.kinds if kind.differs}


def rehearsed(cast: Cast, document: dict[str, Any]) -> actions.ClassImport:
    before = facts()
    read = actions.read_class(cast.room, json.dumps(document).encode(), pointer="/file")
    found = actions.rehearse_class(cast.room, read, by=cast.teacher)
    assert facts() == before, "a rehearsal leaves no trace"
    return found


def imported(cast: Cast, document: dict[str, Any]) -> actions.ClassImport:
    told = rehearsed(cast, document)
    read = actions.read_class(cast.room, document, pointer="/document")
    done = actions.import_class(cast.room, read, by=cast.teacher)
    assert said(told) == said(done)
    return done


def said(found: actions.ClassImport) -> object:
    return [(one.pk, [(row.name, row.before, row.after) for row in marks.rows]) for one, marks in found.marks]


def test_an_unchanged_export_changes_nothing_and_is_in_all_of_it_the_same(cast: Cast, marked: Submission) -> None:
    document = exported(cast)
    before = facts()
    found = imported(cast, document)
    assert differing(found) == {}
    assert (found.changes, found.refused) == (0, 0)
    assert {kind.name for kind in found.kinds} == {name for name, items in document.items() if isinstance(items, list)}
    assert sum(kind.unchanged for kind in found.kinds) == sum(
        len(items) for items in document.values() if isinstance(items, list)
    )
    assert facts() == before
    assert not AuditEntry.objects.filter(action="marks imported").exists()


def test_a_changed_mark_is_applied_as_it_was_shown_and_is_then_the_same(cast: Cast, marked: Submission) -> None:
    document = changed(exported(cast), marked, entered_score="5.50", feedback="Look again.")
    told = rehearsed(cast, document)
    assert differing(told) == {"marks": (1, 0, 0)}
    ((_assignment, marks),) = told.marks
    (row,) = marks.changes
    assert row.after is not None
    assert (row.before.score, row.after.score, row.after.feedback) == (7, Decimal("5.5"), "Look again.")
    imported(cast, document)
    draft = marked.grades.get(status="draft")
    assert (draft.override, draft.feedback) == (Decimal("5.5"), "Look again.")
    assert marked.grades.get(status="returned").feedback == "Well seen."
    again = rehearsed(cast, exported(cast))
    assert (again.changes, differing(again)) == (0, {})


def test_nothing_but_marks_is_ever_written(cast: Cast, marked: Submission) -> None:
    document = exported(cast)
    document["attempts"][0]["body"]["answers"][0]["blocks"][0]["text"] = "Never written."
    document["people"][0]["name"] = "Somebody Else"
    document["grades"][0]["feedback"] = "Never said."
    gone = document["events"].pop()
    document["comments"].append({"submission": str(marked.pk), "grade_version": 1, "id": str(uuid7()), "body": "New."})
    before = facts()
    found = imported(cast, document)
    assert differing(found) == {
        "attempts": (1, 0, 0),
        "people": (1, 0, 0),
        "grades": (1, 0, 0),
        "events": (0, 0, 1),
        "comments": (0, 1, 0),
    }
    assert gone
    assert facts() == before


def test_marks_that_were_saved_since_are_not_written_over(cast: Cast, marked: Submission) -> None:
    document = changed(exported(cast), marked, entered_score="5.50")
    actions.claim(marked, by=cast.teacher)
    work.mark(work.reread(marked), cast.teacher, feedback="Newer.")
    found = imported(cast, document)
    assert (found.changes, found.refused) == (0, 1)
    assert marked.grades.get(status="draft").feedback == "Newer."


def test_a_row_of_no_assignment_of_the_class_is_told(cast: Cast, marked: Submission) -> None:
    document = changed(exported(cast), marked, entered_score="5.50")
    actions.delete_assignment(Assignment.objects.get(pk=marked.assignment_id), by=cast.teacher)
    found = imported(cast, document)
    assert (found.lost, found.refused, found.changes) == (1, 1, 0)


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        (b"{", "not-json"),
        (b"[" * 900 + b"]" * 900, "not-json"),
        (b"[]", "not-a-class"),
        (b'{"classroom": {"id": "x"}}', "other-schema"),
        (b'{"classroom": {"id": "x"}, "schema": 1}', "other-class"),
        (b" " * (compared.MOST_BYTES + 1), "too-large"),
        (b"[" + b"{}," * (MAX_VALUES // 2) + b"{}]", "too-large"),
    ],
)
def test_what_is_no_export_of_this_class_is_refused_by_name(cast: Cast, raw: bytes, fault: str) -> None:
    with pytest.raises(ValidationFailed) as refused:
        actions.read_class(cast.room, raw, pointer="/file")
    assert refused.value.extra["errors"][0]["code"] == fault


def test_a_document_without_its_lists_and_one_of_another_class_are_refused(cast: Cast, marked: Submission) -> None:
    document = exported(cast)
    theirs = json.loads(b"".join(exports.everything(cast.other_room, by=cast.other_teacher, now=clock.now()).parts))
    for wrong, fault in (({**document, "marks": {}}, "columns"), (theirs, "other-class")):
        with pytest.raises(ValidationFailed) as refused:
            actions.read_class(cast.room, wrong, pointer="/document")
        assert refused.value.extra["errors"][0]["code"] == fault


def test_more_rows_than_can_be_read_are_refused_and_as_many_are_not(
    cast: Cast, marked: Submission, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = exported(cast)
    monkeypatch.setattr(compared, "MOST_ROWS", len(document["marks"]))
    assert imported(cast, document).refused == 0
    monkeypatch.setattr(compared, "MOST_ROWS", len(document["marks"]) - 1)
    with pytest.raises(ValidationFailed) as refused:
        actions.read_class(cast.room, document, pointer="/document")
    assert refused.value.extra["errors"][0]["code"] == "too-many-rows"


def test_work_without_a_name_in_the_document_is_work_that_is_not_here(cast: Cast, marked: Submission) -> None:
    document = changed(exported(cast), marked, entered_score="5.50")
    for wrong in ([], {}, None, 7):
        for row in document["submissions"]:
            row["id"] = wrong
        found = imported(cast, document)
        assert (found.lost, found.changes) == (1, 0)


NUL: dict[str, Any] = {"feedback": "x\x00y"}


def test_rows_that_are_no_rows_of_marks_are_refused_one_by_one(cast: Cast, marked: Submission) -> None:
    for said_instead in (
        {"entered_score": "many"},
        {"marks_version": "1"},
        {"student": None},
        {"feedback": ["x"]},
        NUL,
    ):
        found = imported(cast, changed(exported(cast), marked, **said_instead))  # type: ignore[arg-type]
        assert (found.changes, found.refused) == (0, 1)


def test_it_costs_no_more_for_more_work(cast: Cast, marked: Submission, queries: Queries) -> None:
    def compare() -> object:
        read = actions.read_class(cast.room, exported(cast), pointer="/document")
        return compared.compare(read, cast.room, viewer=cast.teacher, now=clock.now())

    few = queries(compare)
    for _n in range(4):
        work.hand_in(work.submission_of(work.make_assignment(cast, marked.assignment.edition), cast.student))
    assert queries(compare) == few


def test_through_rest_the_same_is_told_and_done(cast: Cast, api: ApiClient, marked: Submission) -> None:
    path, document = f"/api/v1/classrooms/{cast.room.pk}/import", changed(exported(cast), marked, entered_score="5.50")
    teacher = api.as_(cast.teacher)

    def post(dry_run: bool, by: ApiClient = teacher) -> Any:
        said = {"document": document, "dry_run": dry_run}
        return by.post(path, said, headers={"Idempotency-Key": str(uuid7())})

    told = post(dry_run=True)
    assert told.status_code == 200
    (marks,) = told.json()["marks"]
    assert [row["after"]["entered_score"] for row in marks["changed"]] == ["5.50"]
    assert {row["kind"] for row in told.json()["kinds"] if row["changed"]} == {"marks"}
    assert not marked.grades.filter(status="draft").exists()
    assert post(dry_run=False).json()["marks"] == [marks]
    assert marked.grades.filter(status="draft").exists()
    document = {"schema": 1}
    refused = post(dry_run=True)
    assert (refused.status_code, code(refused)) == (422, "validation-failed")


def test_comparing_has_an_hourly_limit_on_the_page_and_through_rest(
    cast: Cast, api: ApiClient, marked: Submission, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compared, "LIMIT", compared.Limit("compared-few", tries=1, seconds=3600))
    path, document = f"/api/v1/classrooms/{cast.room.pk}/import", exported(cast)
    for who, dry_run in ((cast.teacher, True), (cast.co_teacher, False)):
        said = {"document": document, "dry_run": dry_run}
        answers = [api.as_(who).post(path, said, headers={"Idempotency-Key": str(uuid7())}) for _n in range(2)]
        assert [answer.status_code for answer in answers] == [200, 429]
        assert code(answers[1]) == "rate-limited"
        assert 0 < int(answers[1]["Retry-After"]) <= 3600
        file = SimpleUploadedFile("class.json", json.dumps(document).encode())
        page = browser(who).post(reverse("class-import-everything", args=[cast.room.pk]), {"file": file})
        assert page.status_code == 429
        assert 0 < int(page["Retry-After"]) <= 3600
        assert re.search(r"Try again in (59|60) minutes: nothing was changed", page.content.decode())


def test_it_is_asked_who_sends_a_document_before_it_is_read(cast: Cast, api: ApiClient) -> None:
    path, large = f"/api/v1/classrooms/{cast.room.pk}/import", b"[" + b"{}," * (MAX_VALUES // 2) + b"{}]"

    def status(person: User | None) -> int:
        headers = {"Idempotency-Key": str(uuid7())}
        return api.as_(person).post(path, large, content_type="application/json", headers=headers).status_code

    people = (cast.teacher, cast.assistant, cast.student, cast.other_teacher, None)
    assert [status(person) for person in people] == [413, 403, 403, 404, 401]


def browser(person: User) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_the_page_shows_what_would_change_and_then_changes_it(cast: Cast, marked: Submission) -> None:
    address, teacher = reverse("class-import-everything", args=[cast.room.pk]), browser(cast.teacher)
    assert address in teacher.get(reverse("classroom", args=[cast.room.pk])).content.decode()
    assert "never written" in teacher.get(address).content.decode()

    def file(document: dict[str, Any]) -> dict[str, Any]:
        return {"file": SimpleUploadedFile("class.json", json.dumps(document).encode())}

    assert "Nothing would change." in teacher.post(address, file(exported(cast))).content.decode()
    shown = teacher.post(address, file(changed(exported(cast), marked, entered_score="5.50"))).content.decode()
    assert "The marks of 1 student would be changed." in shown
    assert 'tabindex="0" role="region" aria-labelledby="kinds"' in shown
    assert not marked.grades.filter(status="draft").exists()
    rows = shown.partition('name="rows" value="')[2].partition('"')[0]
    assert browser(cast.co_teacher).post(address, {"rows": rows}).status_code == 409
    done = teacher.post(address, {"rows": rows}).content.decode()
    assert "The marks of 1 student were changed." in done
    assert marked.grades.get(status="draft").override == Decimal("5.5")
    assert teacher.post(address, {"file": SimpleUploadedFile("a.json", b"{")}).status_code == 422


def test_a_file_of_three_hundred_students_and_a_hundred_assignments_is_read_and_confirmed(
    cast: Cast, marked: Submission, settings: Any
) -> None:
    """29,999 rows that nobody touched, of work that was here, and one with feedback that no form could carry back."""
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 20_000
    said = secrets.token_hex(24_000)
    document = changed(exported(cast), marked, feedback=said)
    (like,) = [row for row in document["marks"] if row["submission"] == str(marked.pk)]
    while len(document["marks"]) < 300 * 100:
        submission, student = uuid7(), uuid7()
        version = marksheet.stamp(submission, student, 1, hand_in=1, score=Decimal("5.5"), feedback="", beside=[])
        row = {"submission": str(submission), "student": str(student), "marks_version": version}
        document["marks"].append({**like, **row, "entered_score": "5.50", "feedback": ""})
    address, teacher = reverse("class-import-everything", args=[cast.room.pk]), browser(cast.teacher)
    shown = teacher.post(address, {"file": SimpleUploadedFile("class.json", json.dumps(document).encode())})
    assert "The marks of 1 student would be changed." in shown.content.decode()
    done = teacher.post(address, {"rows": shown.context["kept"]})
    assert "The marks of 1 student were changed." in done.content.decode()
    assert marked.grades.get(status="draft").feedback == said


def test_a_file_that_is_followed_by_another_is_told_to_be_chosen_once_more(cast: Cast, marked: Submission) -> None:
    address, teacher = reverse("class-import-everything", args=[cast.room.pk]), browser(cast.teacher)

    def shown(score: str) -> str:
        raw = json.dumps(changed(exported(cast), marked, entered_score=score)).encode()
        return str(teacher.post(address, {"file": SimpleUploadedFile("class.json", raw)}).context["kept"])

    first, second = shown("5.50"), shown("6.50")
    late = teacher.post(address, {"rows": first})
    assert late.status_code == 409
    assert "was followed by another file" in late.content.decode()
    assert teacher.post(address, {"rows": second}).status_code == 200
    assert marked.grades.get(status="draft").override == Decimal("6.5")
