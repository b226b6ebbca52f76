"""Late, missing, excused, extended, nought, final and projected are separate facts: every combination of them that acts
can bring about is told by every surface, and no two values are told alike."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, User
from assignments import actions, exports, history
from assignments.models import Assignment, Excuse, Submission
from destalin_site.common import clock
from tests.api_client import ApiClient
from tests.assignments import work
from tests.cast import Cast, person

pytestmark = pytest.mark.django_db

GIVEN, EXTENDED = work.at("2026-03-01T09:00:00+01:00"), work.at("2026-03-19T09:00:00+01:00")
# Within the time that she has, with more of it and without; and after both.
IN_TIME = {False: work.at("2026-03-20T09:00:00+01:00"), True: work.at("2026-03-21T10:00:00+01:00")}
LATE = work.at("2026-03-22T12:01:00+01:00")  # a due time to the minute ends with that minute
NOW = work.at("2026-03-25T09:00:00+01:00")
DUE, LATER = "2026-03-20 12:00", "2026-03-30 12:00"
UNTIL = {DUE: "2026-03-21 12:00", LATER: "2026-04-02 12:00"}
SCORES = {"nought": Decimal("0.00"), "points": Decimal("7.00")}


@dataclass(frozen=True)
class Case:
    """What was done, and what follows from it."""

    came: str  # on_time, late; or nothing came: missing, not_due
    extended: bool
    excused: bool
    marks: str  # none, nought or points
    counts: str = ""  # what missing work counts as there: nothing, projected or final

    @property
    def value(self) -> str:
        if self.excused:
            return "excused"
        if self.marks != "none":
            return self.marks
        return "missing" if self.came == "missing" else "not_scored"

    @property
    def seconds(self) -> int:
        return 0 if self.came != "late" else 86_400 if self.extended else 172_800

    @property
    def counted(self) -> str:
        return self.counts if self.value == "missing" else ""


@dataclass(frozen=True)
class Told:
    """What a surface says of one piece of work."""

    value: str
    seconds: int
    extended: bool
    counted: str

    @classmethod
    def of(cls, case: Case) -> Told:
        return cls(case.value, case.seconds, case.extended, case.counted)


EVERY = (False, True)
MARKS = ("none", "nought", "points")
HERE = [Case(*each) for each in product(("on_time", "late", "missing"), EVERY, EVERY, MARKS)]
COUNTED = [Case("missing", *each) for each in product(EVERY, EVERY, MARKS, ("projected", "final"))]
AHEAD = [Case("not_due", *each, "projected") for each in product(EVERY, EVERY, MARKS)]


@dataclass
class Room:
    cast: Cast
    assignments: list[Assignment]
    cases: dict[str, Case]  # by submission
    students: list[User]


def bring_about(row: Submission, case: Case, due: str, cast: Cast) -> None:
    """By the acts of people alone, in their order."""
    if case.extended:
        with time_machine.travel(EXTENDED, tick=False):
            actions.extend(row, due=work.due(UNTIL[due]), reason="Ill", by=cast.teacher)
    if case.came in ("on_time", "late"):
        at = LATE if case.came == "late" else IN_TIME[case.extended]
        with time_machine.travel(at, tick=False):
            work.hand_in(work.reread(row), received_at=at)
    with time_machine.travel(NOW, tick=False):
        if case.counts == "final":
            actions.make_final(work.reread(row), if_version=1, reason="The term is over", by=cast.teacher)
        if case.marks != "none":
            marks = work.full_marks(row.assignment)
            noughts = [{**mark, "points": Decimal(0)} for mark in marks]
            work.mark(work.reread(row), cast.teacher, questions=noughts if case.marks == "nought" else marks)
            without = case.came in ("missing", "not_due")
            actions.return_grade(work.reread(row), by=cast.teacher, without_submission=without)
        if case.excused:
            actions.excuse(work.reread(row), category=Excuse.ILLNESS, reason="In bed", by=cast.teacher)


@pytest.fixture
def room(cast: Cast) -> Iterator[Room]:
    """A student for each combination, of work without a word about missing work, of work with one, and of work that is
    not due yet."""
    students = [cast.student, cast.classmate]
    for n in range(len(students), len(HERE)):
        students.append(person(f"student{n:02}", display_name=f"Student {n:02}"))
        Membership.objects.create(classroom=cast.room, user=students[-1], role="student")
    found = Room(cast, [], {}, students)
    edition = work.make_edition()
    for cases, due, percent in ((HERE, DUE, None), (COUNTED, DUE, 20), (AHEAD, LATER, 20)):
        with time_machine.travel(GIVEN, tick=False):
            reached = [student.pk for student in students[: len(cases)]]
            given = work.make_assignment(
                cast, edition, title="Walls", due=work.due(due), missing_percent=percent, audience=reached
            )
        found.assignments.append(given)
        for student, case in zip(students, cases, strict=False):
            row = work.submission_of(given, student)
            found.cases[str(row.pk)] = case
            bring_about(row, case, due, cast)
    assert list(history.check_all()) == []
    with time_machine.travel(NOW, tick=False):
        yield found


def value_of(code: str, score: str | None) -> str:
    """One word for the mark and its score together; a score stands by a mark alone."""
    assert (score is not None) == (code == "scored"), (code, score)
    if code != "scored":
        return code
    return next(name for name, points in SCORES.items() if points == Decimal(score or ""))


def counted_of(projected: str | None, final: str | None, out_of: str | None) -> str:
    said = {"projected": projected, "final": final}
    (found,) = [name for name, score in said.items() if score] or [""]
    assert not found or (Decimal(said[found] or ""), Decimal(out_of or "")) == (Decimal("1.4"), 7)
    return found


Surface = dict[str, Told]


def by_the_interface(client: ApiClient, row: dict[str, Any]) -> Told:
    """The interface tells the facts one by one. While somebody is excused her lateness is told with her hand-in."""
    missing = row["missing"] or dict.fromkeys(("projected", "final", "out_of"))
    late = row["timing"]
    if row["excused"]:
        value = "excused"
        for attempt in client.get(f"/api/v1/submissions/{row['id']}/attempts").json()["results"]:
            late = attempt["timing"]
    elif row["mark"]:
        value = value_of("scored", row["mark"]["score"])
    else:
        is_missing = row["timing"]["result"] == "missing" and row["state"] in ("assigned", "drafting")
        value = "missing" if is_missing else "not_scored"
    seconds = late["seconds"] if late["result"] == "late" else 0
    return Told(value, seconds, row["extended"], counted_of(**missing))


def to_a_teacher(room: Room, api: ApiClient) -> Surface:
    client = api.as_(room.cast.teacher)
    told: Surface = {}
    for assignment in room.assignments:
        path = f"/api/v1/submissions?assignment={assignment.pk}&limit=100"
        told |= {row["id"]: by_the_interface(client, row) for row in client.get(path).json()["results"]}
    return told


def to_the_student(room: Room, api: ApiClient) -> Surface:
    told: Surface = {}
    for student in room.students:
        client = api.as_(student)
        told |= {
            row["id"]: by_the_interface(client, row) for row in client.get("/api/v1/submissions").json()["results"]
        }
    return told


def rows_of(file: exports.File) -> list[dict[str, str]]:
    raw = b"".join(file.parts).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(raw, newline="")))


def of_cells(mark: str, score: str, seconds: str, extended: str, *counts: str) -> Told:
    return Told(value_of(mark, score or None), int(seconds), extended == "yes", counted_of(*counts))


COUNTS = ("missing_projected", "missing_final", "missing_out_of")


def in_the_marks(room: Room, _api: ApiClient) -> Surface:
    told = {}
    for assignment in room.assignments:
        for row in rows_of(exports.marks(assignment, by=room.cast.teacher, now=clock.now())):
            names = ("mark", "Score", "late_seconds", "extended", *COUNTS)
            told[row["submission_id"]] = of_cells(*(row[name] for name in names))
            assert bool(row["excused_for"]) == room.cases[row["submission_id"]].excused
    return told


def in_the_table_of_the_class(room: Room, _api: ApiClient) -> Surface:
    told = {}
    works = {(one.assignment_id, str(one.student_id)): str(one.pk) for one in Submission.objects.all()}
    for row in rows_of(exports.board(room.cast.room, by=room.cast.teacher, now=clock.now())):
        for place, assignment in enumerate(room.assignments, 1):
            if pk := works.get((assignment.pk, row["student_id"])):
                names = ("mark", "score", "late_seconds", "extended", *COUNTS)
                told[pk] = of_cells(*(row[f"{place}. Walls: {name}"] for name in names))
    return told


def read(file: exports.File) -> Surface:
    found = {}
    for row in json.loads(b"".join(file.parts))["submissions"]:
        missing = row["missing"] or dict.fromkeys(("projected", "final", "out_of"))
        value = value_of(row["mark"], row["score"])
        found[row["id"]] = Told(value, row["late_seconds"], row["extended"], counted_of(**missing))
    return found


def in_the_document_of_the_class(room: Room, _api: ApiClient) -> Surface:
    return read(exports.everything(room.cast.room, by=room.cast.teacher, now=clock.now()))


def in_her_own_document(room: Room, _api: ApiClient) -> Surface:
    told: Surface = {}
    for student in room.students:
        told |= read(exports.own_document(by=student, now=clock.now()))
    return told


LATENESS = {"Late 2 d": 172_800, "Late 1 d": 86_400}


def on_the_board(room: Room, _api: ApiClient) -> Surface:
    """By the words that stand in a row, and no two values in the same."""
    client = Client()
    client.force_login(room.cast.teacher, backend="django.contrib.auth.backends.ModelBackend")
    told = {}
    for assignment in room.assignments:
        page = client.get(reverse("assignment-board", args=[assignment.pk])).content.decode()
        for row in re.findall(r'<tr data-name="[^"]*">(.*?)</tr>', page, re.DOTALL):
            (pk,) = re.findall(r'<th scope="row"><a href="[^"]*?([0-9a-f-]{36})', row)
            shown = re.sub(r'<span class="why-words".*?</span>', "", row, flags=re.DOTALL)
            words = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", shown)).split())
            score = re.search(r"\b([07]) of 7$", words)
            said = [name for name in ("Excused", "Missing") if name in words] + ([score[1]] if score else [])
            assert len(said) <= 1, words
            value = {"Excused": "excused", "Missing": "missing", "0": "nought", "7": "points"}
            counts = [name for name in ("projected", "final") if f"1.4 of 7 {name}" in words]
            late = sum(seconds for badge, seconds in LATENESS.items() if badge in words)
            extended = "More time, until" in words
            told[pk] = Told(value[said[0]] if said else "not_scored", late, extended, "".join(counts))
    return told


LATENESS_SPOKEN = {"late by 2 days": 172_800, "late by 1 day": 86_400}


def on_the_class_board(room: Room, _api: ApiClient) -> Surface:
    """By the sentence of each mark."""
    client = Client()
    client.force_login(room.cast.teacher, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse("classroom", args=[room.cast.room.pk])).content.decode()
    told = {}
    for pk, cell in re.findall(r'<td><a href="/submissions/([0-9a-f-]{36})/grading/"(.*?)</td>', page, re.DOTALL):
        (words,) = re.findall(r'<span class="vh">(.*?)</span>', cell)
        said = words.split(", ")
        scores = re.findall(r"^returned, ([07]) of 7\b", words)
        value = {"excused": "excused", "missing": "missing"}
        found = [value[one] for one in said if one in value] + [{"0": "nought", "7": "points"}[one] for one in scores]
        assert len(found) <= 1, words
        counts = {"projected": "projected as 1.4 of 7", "final": "counts as 1.4 of 7"}
        counted = [name for name, one in counts.items() if one in said]
        late = sum(LATENESS_SPOKEN.get(one, 0) for one in said)
        told[pk] = Told(found[0] if found else "not_scored", late, "more time, until" in words, "".join(counted))
    return told


SURFACES = (
    to_a_teacher,
    to_the_student,
    in_the_marks,
    in_the_table_of_the_class,
    in_the_document_of_the_class,
    in_her_own_document,
    on_the_board,
    on_the_class_board,
)


def test_every_combination_is_told_by_every_surface(room: Room, api: ApiClient) -> None:
    # One set-up for all of them: it takes some hundreds of acts.
    expected = {pk: Told.of(case) for pk, case in room.cases.items()}
    assert len(expected) == len(HERE) + len(COUNTED) + len(AHEAD)
    wrong: dict[tuple[str, Case], Told] = {}
    for surface in SURFACES:
        told = surface(room, api)
        assert told.keys() == expected.keys(), surface.__name__
        wrong |= {(surface.__name__, room.cases[pk]): one for pk, one in told.items() if one != expected[pk]}
    assert wrong == {}
