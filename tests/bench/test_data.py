"""The school of the bench, and the floors upon it: they write and read what ours does, whatever columns come."""

from typing import Any
from uuid import uuid4

import orjson
import pytest
from django.db.models import Count, Q
from django.test import Client

from assignments.models import Attempt, Draft, Event, Grade, Submission, TimingDecision
from bench import data
from destalin_site.common.models import IdempotencyRecord

pytestmark = [pytest.mark.django_db, pytest.mark.urls("bench.urls")]


@pytest.fixture
def school() -> data.School:
    return data.build(students=2, assignments=2, hand_ins=2)


def call(method: str, path: str, token: str, said: Any = None, **headers: str) -> Any:
    sent = {"Authorization": f"Bearer {token}", **{name.replace("_", "-"): value for name, value in headers.items()}}
    response = Client().generic(
        method, path, data=b"" if said is None else said, content_type="application/json", headers=sent
    )
    assert response.status_code < 300, response.content
    return response


def rows_of(pk: Any) -> dict[str, Any]:
    """What hangs on a piece of work, and how it stands."""
    kinds = {"attempts": Attempt, "drafts": Draft, "events": Event, "grades": Grade}
    counted = {name: kind.objects.filter(submission=pk).count() for name, kind in kinds.items()}
    counted["timings"] = TimingDecision.objects.filter(attempt__submission=pk).count()
    stands = Submission.objects.values(
        "state", "version", "attempt_count", "grade_ready", "counted__number", "returned_grade__final_score"
    )
    return {**counted, **stands.get(pk=pk)}


def test_the_floor_of_a_hand_in_leaves_the_rows_that_ours_leaves(school: data.School) -> None:
    found = []
    for prefix, (token, pk, body) in zip(("/api/v1", "/floor"), school.hand_ins, strict=True):
        said = {"client_attempt_id": str(uuid4()), "edition": school.edition, "body": body}
        call("POST", f"{prefix}/submissions/{pk}/attempts", token, orjson.dumps(said))
        found.append(rows_of(pk))
    ours, floor = found
    assert floor == ours
    assert (ours["attempts"], ours["drafts"], ours["timings"]) == (1, 1, 1)


def test_the_floor_of_a_save_leaves_the_rows_that_ours_leaves(school: data.School) -> None:
    found = []
    for prefix, (token, pk, body) in zip(("/api/v1", "/floor"), data.build_drafts(school, 2), strict=True):
        call("PUT", f"{prefix}/submissions/{pk}/draft", token, orjson.dumps({"body": body}), If_Match='"d1"')
        found.append((rows_of(pk), Draft.objects.filter(submission=pk).values("rev", "body_sha256").get()))
    assert found[1] == found[0]
    assert found[0][1]["rev"] == 2


def test_the_floor_of_a_return_leaves_the_rows_that_ours_leaves(
    school: data.School, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(data, "CLASS", 2)
    found = []
    for prefix, (given, work) in zip(("/api/v1", "/floor"), data.build_to_return(school, 2), strict=True):
        assert len(work) == 2
        path, said = f"{prefix}/assignments/{given}/returns", orjson.dumps({"submissions": [str(pk) for pk in work]})
        call("POST", path, school.teacher_token, said, Idempotency_Key=str(uuid4()))
        found.append([rows_of(pk) for pk in work])
    assert found[1] == found[0]
    assert {each["state"] for each in found[0]} == {"returned"}
    assert IdempotencyRecord.objects.count() == 2


def _of_board(school: data.School) -> list[str]:
    return [f"classrooms/{school.board}/board", f"classrooms/{school.board}/board/totals"]


def test_the_floor_of_totals_counts_what_ours_counts(school: data.School) -> None:
    path = f"/classrooms/{school.board}/board/totals"
    ours = call("GET", f"/api/v1{path}", school.teacher_token).json()["totals"]
    floor = call("GET", f"/floor{path}", school.teacher_token).json()
    assert ours["given"] == sum(n for _assignment, _tally, n in floor) == 4


def test_the_floors_that_read_answer(school: data.School, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data, "CLASS", 2)
    monkeypatch.setattr(data, "YEAR", 1)
    (given,), (taker,) = data.build_year(school, 1)
    for content in ("marks", "answers"):
        lines = call("GET", f"/floor/assignments/{given}/{content}", school.teacher_token).content.splitlines()
        ours = call("GET", f"/api/v1/assignments/{given}/marks?content={content}", taker)
        assert len(b"".join(ours.streaming_content).splitlines()) == len(lines) == 3
    for path in (f"editions/{school.edition}", "assignments", *_of_board(school)):
        call("GET", f"/floor/{path}", school.few_token)


def test_rows_stand_as_the_actions_leave_them(school: data.School) -> None:
    edition = data.Edition.objects.get(pk=school.edition)
    students = [data.person(f"either{n}") for n in range(9)]
    told = []
    for fill in ("by actions", "as rows"):
        room = data.make_class(fill, school.teacher, students)
        given = [data.assign(room, edition, school.teacher, n) for n in range(3)]
        if fill == "by actions":
            data.fill(given, students, edition, school.teacher)
        else:
            data.fill_as_rows(given, edition, school.teacher, data.Shares())
        work = Submission.objects.filter(assignment__in=given).order_by("state", "grade_ready")
        told.append(
            list(
                work.values("state", "grade_ready", "attempt_count", "returned_grade__final_score").annotate(
                    n=Count("pk"), counted=Count("counted"), drafts=Count("grades", filter=Q(grades__status="draft"))
                )
            )
        )
    assert told[0] == told[1]
    assert {row["state"]: row["n"] for row in told[0] if not row["grade_ready"]} == {
        "assigned": 18,
        "submitted": 6,
        "returned": 1,
    }
