"""Pictures of paper that a teacher hands in for a student: taken, kept with the hand-in, shown to whom it concerns."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from PIL import Image

from accounts.models import User
from assignments import actions, exports, judging, readings, scans
from assignments.api.views.submissions import HandInParser
from assignments.history import check_all
from assignments.models import Assignment, Attempt, Grade, Scan, Submission
from destalin_site.common import clock
from destalin_site.common.errors import IdempotencyKeyReused, ValidationFailed
from destalin_site.common.ids import uuid7
from lessons import images
from tests.api_client import ApiClient, code, schema
from tests.assignments import work
from tests.assignments.pictures import HOSTILE, photo
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def file(data: bytes, name: str = "page.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, "image/jpeg")


def hand_in_for(submission: Submission, by: User, *pictures: bytes, **said: Any) -> actions.HandedIn:
    return actions.hand_in_for(
        submission,
        **{
            "body": work.body_for(submission.assignment, "From the sheet."),
            "reason": "On paper",
            "client_attempt_id": uuid7(),
            "edition": submission.assignment.edition_id,
            "by": by,
            "received_at": clock.now(),
            "scans": scans.read([file(data) for data in pictures]),
            **said,
        },
    )


def browser(person: User) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def form(submission: Submission, *pictures: bytes, **said: Any) -> dict[str, Any]:
    essay = next(name for name, each in readings.questions(submission.assignment).items() if not each.is_choice)
    return {
        "edition": submission.assignment.edition_id,
        "client_attempt_id": str(uuid7()),
        "reason": "On paper",
        f"text-{essay}": "From the sheet.",
        "scans": [file(data) for data in pictures],
        **said,
    }


def sent(submission: Submission, *pictures: bytes, **said: Any) -> dict[str, Any]:
    """A hand-in as multipart/form-data."""
    body = {
        "client_attempt_id": str(uuid7()),
        "edition": submission.assignment.edition_id,
        "body": work.body_for(submission.assignment, "From the sheet."),
        "on_behalf": {"reason": "On paper"},
        **said,
    }
    return {"attempt": json.dumps(body), "scans": [file(data) for data in pictures]}


def test_pictures_stay_with_the_hand_in_in_their_order_without_what_the_camera_wrote(
    cast: Cast, submission: Submission
) -> None:
    attempt = hand_in_for(submission, cast.teacher, photo(), photo(shade=90)).attempt
    one, two = attempt.scans.all()
    assert (one.place, two.place, one.width, one.height) == (1, 2, 60, 80)
    assert one.sha256 != two.sha256
    assert b"secret" in photo()
    assert b"secret" not in bytes(one.data)
    event = submission.events.handing_in_for().get()
    assert event.facts["scans"] == [one.sha256, two.sha256]
    assert list(check_all()) == []


def test_a_large_picture_is_made_as_small_as_a_page_needs() -> None:
    (picture,) = scans.read([file(photo((3000, 4000)))])
    assert (picture.width, picture.height) == (1800, scans.SIDE)
    with Image.open(io.BytesIO(picture.data)) as image:
        assert image.size == (1800, scans.SIDE)
    assert images.within(picture, scans.SIDE) is picture


def test_what_stands_on_the_paper_need_not_be_typed(cast: Cast, submission: Submission) -> None:
    nothing: dict[str, Any] = {"answers": []}
    with pytest.raises(ValidationFailed):
        hand_in_for(submission, cast.teacher, body=nothing)
    done = hand_in_for(submission, cast.teacher, photo(), body=nothing)
    assert (done.attempt.incomplete, done.attempt.scans.count()) == (True, 1)


@pytest.mark.parametrize("fault", HOSTILE)
def test_what_is_no_plain_picture_is_refused_by_name_and_nothing_is_stored(
    cast: Cast, api: ApiClient, submission: Submission, fault: str
) -> None:
    path, bad = f"/api/v1/submissions/{submission.pk}/attempts", HOSTILE[fault]
    refused = api.as_(cast.teacher).post(path, sent(submission, photo(), bad), format="multipart")
    assert (refused.status_code, code(refused)) == (422, "validation-failed")
    assert [(each["pointer"], each["code"]) for each in refused.json()["errors"]] == [("/scans/1", fault)]
    page = browser(cast.teacher).post(reverse("hand-in-for", args=[submission.pk]), form(submission, photo(), bad))
    assert page.status_code == 422
    assert "From the sheet." in page.content.decode()
    assert not Attempt.objects.exists()
    assert not Scan.objects.exists()
    good = api.as_(cast.teacher).post(path, sent(submission, photo()), format="multipart")
    assert (good.status_code, Scan.objects.count()) == (201, 1)


def test_a_hand_in_that_is_refused_leaves_no_picture(cast: Cast, submission: Submission) -> None:
    for said in ({"reason": " "}, {"edition": "0" * 64}):
        with pytest.raises(Exception):  # noqa: B017, PT011 - whatever its name
            hand_in_for(submission, cast.teacher, photo(), **said)
    assert not Scan.objects.exists()
    work.hand_in(submission)
    page = browser(cast.teacher).post(reverse("hand-in-for", args=[submission.pk]), form(submission, photo()))
    assert page.status_code == 409
    assert not Scan.objects.exists()


def test_ten_pictures_are_taken_and_eleven_are_not(cast: Cast, submission: Submission) -> None:
    many = [photo(shade=n * 20) for n in range(11)]
    with pytest.raises(ValidationFailed) as refused:
        hand_in_for(submission, cast.teacher, *many)
    assert refused.value.extra["errors"][0]["code"] == "too-many-scans"
    assert hand_in_for(submission, cast.teacher, *many[:10]).attempt.scans.count() == 10


@pytest.mark.parametrize("sends", [True, False])
def test_pictures_that_are_too_large_together_are_refused_beside_their_field(
    cast: Cast, api: ApiClient, submission: Submission, monkeypatch: pytest.MonkeyPatch, sends: bool
) -> None:
    pictures = [photo(), photo(shade=90)]
    if sends:
        monkeypatch.setattr(scans, "MOST_BYTES", sum(map(len, pictures)) - 1)
    else:  # what is kept of them is larger than what came
        monkeypatch.setattr(scans, "MOST_BYTES", sum(map(len, pictures)))
        monkeypatch.setattr(images, "within", lambda picture, _side: replace(picture, data=picture.data * 9))
    path = f"/api/v1/submissions/{submission.pk}/attempts"
    refused = api.as_(cast.teacher).post(path, sent(submission, *pictures), format="multipart")
    assert (refused.status_code, code(refused)) == (422, "validation-failed")
    assert [(each["pointer"], each["code"]) for each in refused.json()["errors"]] == [("/scans", "scans-too-large")]
    address = reverse("hand-in-for", args=[submission.pk])
    page = browser(cast.teacher).post(address, form(submission, *pictures))
    assert page.status_code == 422
    beside = page.content.decode().partition('id="scans-error">')[2].partition("</div>")[0]
    assert "These pictures are more than 50 MB together." in beside
    assert not Attempt.objects.exists()
    assert not Scan.objects.exists()
    monkeypatch.undo()
    assert browser(cast.teacher).post(address, form(submission, *pictures)).status_code == 302
    assert Scan.objects.count() == 2


def test_the_same_sent_again_is_the_same_and_other_pictures_are_another(cast: Cast, submission: Submission) -> None:
    name = uuid7()
    first = hand_in_for(submission, cast.teacher, photo(), client_attempt_id=name)
    assert hand_in_for(submission, cast.teacher, photo(), client_attempt_id=name).replayed
    with pytest.raises(IdempotencyKeyReused):
        hand_in_for(submission, cast.teacher, photo(shade=90), client_attempt_id=name)
    assert list(Scan.objects.values_list("attempt", flat=True)) == [first.attempt.pk]


def test_a_picture_can_neither_be_changed_nor_taken_away(cast: Cast, submission: Submission) -> None:
    scan = hand_in_for(submission, cast.teacher, photo()).attempt.scans.get()
    scan.place = 2
    with pytest.raises(Exception, match="written once"), transaction.atomic():
        scan.save()
    with pytest.raises(DatabaseError, match="write-once"), transaction.atomic():
        Scan._base_manager.filter(pk=scan.pk).update(place=2)


def test_the_page_takes_pictures_and_everybody_whom_it_concerns_sees_them(cast: Cast, submission: Submission) -> None:
    teacher, student = browser(cast.teacher), browser(cast.student)
    asked = teacher.get(reverse("hand-in-for", args=[submission.pk])).content.decode()
    assert 'accept="image/png,image/jpeg,image/gif,image/webp"' in asked
    assert "Up to ten" in asked
    done = teacher.post(reverse("hand-in-for", args=[submission.pk]), form(submission, photo()))
    assert done.status_code == 302
    address = reverse("scan", args=[submission.pk, 1, 1])
    for client, page in (
        (teacher, reverse("grade", args=[submission.pk])),
        (teacher, reverse("submission-print", args=[submission.pk])),
        (student, reverse("submission-print", args=[submission.pk])),
        (student, reverse("receipt", args=[submission.pk, 1])),
    ):
        assert address in client.get(page).content.decode()
    seen = student.get(address)
    assert (seen.status_code, seen["Content-Type"], seen["Cache-Control"]) == (200, "image/jpeg", "private, no-store")
    assert browser(cast.classmate).get(address).status_code == 404
    assert Client().get(address).status_code == 302
    assert "/media/" not in address


def test_the_interface_takes_and_tells_them(cast: Cast, api: ApiClient, submission: Submission) -> None:
    path = f"/api/v1/submissions/{submission.pk}/attempts"
    assert api.as_(cast.teacher).post(path, sent(submission, photo()), format="multipart").status_code == 201
    (told,) = api.as_(cast.student).get(path).json()["results"][0]["scans"]
    assert api.as_(cast.student).get(f"{path}/1").json()["scans"] == [told]
    raw = api.as_(cast.student).get(told["url"])
    assert raw.content == bytes(Scan.objects.get().data)
    assert api.as_(cast.classmate).get(told["url"]).status_code == 404


@pytest.mark.parametrize("kind", images.FORMATS)
def test_the_schema_names_every_kind_that_a_picture_comes_back_as(
    cast: Cast, api: ApiClient, submission: Submission, kind: str
) -> None:
    """A GIF comes back as PNG."""
    drawn = io.BytesIO()
    Image.linear_gradient("L").resize((60, 80)).convert("RGB").save(drawn, kind)
    path = f"/api/v1/submissions/{submission.pk}/attempts"
    assert api.as_(cast.teacher).post(path, sent(submission, drawn.getvalue()), format="multipart").status_code == 201
    (told,) = api.as_(cast.student).get(path).json()["results"][0]["scans"]
    came = api.as_(cast.student).get(told["url"])["Content-Type"]
    assert came == ("image/png" if kind == "GIF" else f"image/{kind.lower()}")
    for address in (told["url"], f"/api/v1/media/{Scan.objects.get().sha256}"):
        named = next(
            operations["get"]["responses"]["200"]["content"]
            for template, operations in schema()["paths"].items()
            if re.fullmatch(re.sub(r"{\w+}", "[^/]+", template), address)
        )
        assert came in named
        assert set(named) == set(images.KEPT)


def test_a_student_sends_no_pictures_and_a_form_says_nothing_else(
    cast: Cast, api: ApiClient, submission: Submission
) -> None:
    path = f"/api/v1/submissions/{submission.pk}/attempts"
    body = sent(submission, photo(), on_behalf=None)
    body["attempt"] = json.dumps({k: v for k, v in json.loads(body["attempt"]).items() if v is not None})
    refused = api.as_(cast.student).post(path, body, format="multipart")
    assert refused.json()["errors"][0]["code"] == "scans-for-somebody"
    assert refused.json()["parked_copy"]["kind"] == "submit"
    for wrong in ({"attempt": "[]"}, {"attempt": "{"}, {**sent(submission), "more": "1"}, {}):
        answer = api.as_(cast.teacher).post(path, wrong, format="multipart")
        assert (answer.status_code, code(answer)) == (400, "malformed-request")
    assert not Attempt.objects.exists()


def test_they_stand_in_the_folder_of_feedback_and_in_the_students_own(cast: Cast, submission: Submission) -> None:
    hand_in_for(submission, cast.teacher, photo())
    work.mark(submission, cast.teacher)
    actions.return_grade(work.reread(submission), by=cast.teacher)
    assignment = work.reread(submission).assignment
    for made in (
        exports.feedback(assignment, by=cast.teacher, now=clock.now()),
        exports.own_folder(by=cast.student, now=clock.now()),
    ):
        folder = zipfile.ZipFile(io.BytesIO(b"".join(made.parts)))
        (name,) = [name for name in folder.namelist() if name.endswith(".jpeg")]
        assert folder.read(name) == bytes(Scan.objects.get().data)
        page = folder.read(name.rpartition(" ")[0] + ".html").decode()
        assert f'src="{name.replace(" ", "%20").replace(",", "%2C")}"' in page


def test_the_documents_name_each_picture_and_its_file(cast: Cast, submission: Submission) -> None:
    hand_in_for(submission, cast.teacher, photo(), photo(shade=90))
    work.hand_in(work.submission_of(submission.assignment, cast.classmate))
    rows = list(Scan.objects.order_by("place"))
    told = [
        {
            "place": row.place,
            "sha256": row.sha256,
            "type": "image/jpeg",
            "width": 60,
            "height": 80,
            "bytes": len(bytes(row.data)),
        }
        for row in rows
    ]
    raw = b"".join(exports.everything(cast.room, by=cast.teacher, now=clock.now()).parts)
    assert sorted((row["scans"] for row in json.loads(raw)["attempts"]), key=len) == [[], told]
    found = actions.rehearse_class(cast.room, actions.read_class(cast.room, raw, pointer="/file"), by=cast.teacher)
    assert [kind for kind in found.kinds if kind.differs] == []
    other = json.loads(raw)
    next(row for row in other["attempts"] if row["scans"])["scans"][0]["sha256"] = "0" * 64
    read = actions.read_class(cast.room, other, pointer="/file")
    done = actions.import_class(cast.room, read, by=cast.teacher)
    assert [(kind.name, kind.changed) for kind in done.kinds if kind.differs] == [("attempts", 1)]
    assert list(Scan.objects.order_by("place").values_list("sha256", flat=True)) == [row.sha256 for row in rows]

    folder = zipfile.ZipFile(io.BytesIO(b"".join(exports.own_folder(by=cast.student, now=clock.now()).parts)))
    (attempt,) = json.loads(folder.read("my-work.json"))["attempts"]
    names = [scan.pop("file") for scan in attempt["scans"]]
    assert attempt["scans"] == told
    assert [folder.read(name) for name in names] == [bytes(row.data) for row in rows]


def test_while_names_are_hidden_no_picture_is_taken_or_shown_to_staff(cast: Cast, api: ApiClient) -> None:
    hidden = work.submission_of(work.make_assignment(cast, anonymous=True), cast.student)
    with pytest.raises(ValidationFailed) as refused:
        hand_in_for(hidden, cast.teacher, photo())
    assert refused.value.extra["errors"][0]["code"] == "scans-tell"
    shown = work.submission_of(work.make_assignment(cast), cast.student)
    hand_in_for(shown, cast.teacher, photo())
    type(shown.assignment).objects.filter(pk=shown.assignment_id).update(anonymous=True)
    Submission.objects.filter(pk=shown.pk).update(alias=7)
    path = f"/api/v1/submissions/{shown.pk}/attempts/1"
    assert api.as_(cast.teacher).get(path).json()["scans"] == []
    assert api.as_(cast.teacher).get(f"{path}/scans/1").status_code == 404
    address = reverse("scan", args=[shown.pk, 1, 1])
    for page in ("grade", "submission-print"):
        assert address not in browser(cast.teacher).get(reverse(page, args=[shown.pk])).content.decode()
    assert api.as_(cast.student).get(f"{path}/scans/1").status_code == 200


def of_choices_alone(cast: Cast) -> Submission:
    edition = work.make_edition()
    choices = [question["id"] for question in readings.document(edition.pk).questions if question["options"]]
    return work.submission_of(work.make_assignment(cast, edition, questions=choices), cast.student)


@pytest.mark.parametrize(
    ("pictures", "typed", "marked", "ready"),
    [
        (1, {}, [], False),
        (1, {"single": [1]}, ["1.00"], False),
        (1, {"single": [1], "multiple": []}, ["1.00"], False),
        (1, {"single": [1], "multiple": [1, 2]}, ["1.00", "2.00"], True),
        (0, {"single": [1]}, ["1.00", "0.00"], True),
    ],
)
def test_what_may_stand_on_the_paper_is_not_scored_by_the_key(
    cast: Cast, pictures: int, typed: dict[str, list[int]], marked: list[str], ready: bool
) -> None:
    quiz = of_choices_alone(cast)
    body = work.body_for(quiz.assignment, **typed)
    hand_in_for(quiz, cast.teacher, *[photo()] * pictures, body=body)
    grades = Grade.objects.filter(submission=quiz, status=Grade.Status.DRAFT)
    assert [mark["points"] for grade in grades for mark in grade.marks] == marked
    assert work.reread(quiz).grade_ready is ready


def test_the_report_leaves_out_what_may_stand_on_the_paper_and_says_so(cast: Cast, api: ApiClient) -> None:
    quiz = of_choices_alone(cast)
    other = work.submission_of(quiz.assignment, cast.classmate)
    hand_in_for(quiz, cast.teacher, photo(), body=work.body_for(quiz.assignment, single=[1]))
    work.hand_in(other, work.body_for(quiz.assignment, multiple=[1, 2]))
    path = f"/api/v1/assignments/{quiz.assignment_id}/report"
    told = [one["choices"] for one in api.as_(cast.teacher).get(path).json()["questions"]]
    counted = [(one["answered"], one["unanswered"], one["right"], one["on_paper"]) for one in told]
    assert counted == [(1, 1, 1, 0), (1, 0, 1, 1)]
    page = browser(cast.teacher).get(reverse("assignment-report", args=[quiz.assignment_id])).content.decode()
    assert page.count("1 handed in on paper, and is not counted here.") == 1
    assert page.count('<th scope="row">On paper, not counted</th><td class="end">1</td>') == 1


def test_paper_that_counts_again_is_still_not_scored(cast: Cast, time_machine: Any) -> None:
    time_machine.move_to(work.at("2026-05-01T09:00Z"), tick=False)
    quiz = of_choices_alone(cast)
    Assignment.objects.filter(pk=quiz.assignment_id).update(closes_at=work.at("2026-05-01T12:00Z"))
    Submission.objects.filter(pk=quiz.pk).update(closes_at=work.at("2026-05-01T12:00Z"))
    quiz = work.reread(quiz)
    hand_in_for(quiz, cast.teacher, photo(), body={"answers": []})
    actions.withdraw(work.reread(quiz), by=cast.student)
    time_machine.move_to(work.at("2026-05-08T12:00Z"), tick=False)
    assert actions.settle_close(quiz.pk)
    assert work.reread(quiz).counted is not None
    assert not quiz.grades.filter(status=Grade.Status.DRAFT).exists()
    assert not work.reread(quiz).grade_ready


def test_question_by_question_the_paper_stands_where_nothing_is_typed(
    cast: Cast, submission: Submission, queries: Callable[[Callable[[], object]], int]
) -> None:
    teacher, page = browser(cast.teacher), reverse("grade-question", args=[submission.assignment_id, 1])

    def desk() -> object:
        return judging.by_question(submission.assignment, 1, viewer=cast.teacher, now=clock.now())

    hand_in_for(submission, cast.teacher, photo(), body={"answers": []})
    shown = teacher.get(page).content.decode()
    assert reverse("scan", args=[submission.pk, 1, 1]) in shown
    assert "It may stand on the paper." in shown
    assert "No answer." not in shown
    desk()
    one = queries(desk)
    other = work.submission_of(submission.assignment, cast.classmate)
    hand_in_for(other, cast.teacher, photo(), photo(), body={"answers": []})
    assert queries(desk) == one
    assert teacher.get(page).content.decode().count("<img src=") == 3
    type(submission.assignment).objects.filter(pk=submission.assignment_id).update(anonymous=True)
    for alias, row in enumerate((submission, other), 1):
        Submission.objects.filter(pk=row.pk).update(alias=alias)
    hidden = teacher.get(page).content.decode()
    assert "/scans/" not in hidden
    assert "No answer." in hidden


def test_a_form_that_is_too_long_is_refused_by_what_it_says_of_itself(
    cast: Cast, api: ApiClient, submission: Submission, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"/api/v1/submissions/{submission.pk}/attempts"
    monkeypatch.setattr(HandInParser, "limit", 500)
    refused = api.as_(cast.teacher).post(path, sent(submission, photo()), format="multipart")
    assert (refused.status_code, refused.json()["limits"]) == (413, {"bytes": 500})
    monkeypatch.undo()
    assert api.as_(cast.teacher).post(path, sent(submission, photo()), format="multipart").status_code == 201
