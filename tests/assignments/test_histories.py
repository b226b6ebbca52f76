"""Random histories of one piece of work, walked beside a model that knows nothing of the table: a student, two teachers
and the site itself, through the actions and through REST. `HISTORIES=10` walks ten times as many."""

from __future__ import annotations

import copy
import datetime as dt
import os
from collections.abc import Callable
from dataclasses import asdict
from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.cache import cache
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from accounts.actions import archive, open_classroom, remove_member, restore_member, unarchive
from accounts.models import Classroom, Membership, User
from assignments import actions, facts, history, marks_moving, regrades, time_tokens
from assignments.actions import DueSaid
from assignments.counting import Returned
from assignments.device_clock import Said
from assignments.models import (
    Assignment,
    ClassMove,
    Comment,
    CommentReply,
    DateOverride,
    Draft,
    Excuse,
    Grade,
    ParkedCopy,
    Regrade,
    RubricEdition,
    Submission,
    TimingDecision,
)
from assignments.remarks import Place
from destalin_site.common.errors import DomainError
from destalin_site.common.ids import uuid7
from lessons.models import Edition
from tests.api_client import ApiClient
from tests.assignments import revised, work
from tests.assignments.life_model import CLOSE, DUE, OFFLINE_HOURS, STUDENT_ACTS, TEACHER_ACTS, Model, Other, in_order
from tests.assignments.life_views import OUTSIDERS, Views
from tests.assignments.rubric import make_rubric
from tests.cast import Cast
from tests.lessons import factories

pytestmark = pytest.mark.django_db

START = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
ZONE = "Europe/Warsaw"
DATES = st.sampled_from(
    [("due", -600), ("due", 900), ("offset", -700), ("offset", 600), ("close", 500), ("close", -500)]
)
TEACHERS = st.sampled_from(["teacher", "co_teacher"])
MINUTE = dt.timedelta(minutes=1)


def at(minute: int) -> dt.datetime:
    return START + minute * MINUTE


def said(minute: int) -> DueSaid:
    local = at(minute).astimezone(ZoneInfo(ZONE))
    return DueSaid(local.date(), local.time(), ZONE)


def as_json(due: DueSaid) -> dict[str, str]:
    return {"date": due.date.isoformat(), "time": due.time.strftime("%H:%M"), "zone": due.zone}


class ByActions:
    """Whether an act of the actions went well."""

    def __init__(self, cast: Cast, api: ApiClient) -> None:
        self.cast = cast

    def by(self, who: str) -> User:
        return getattr(self.cast, who)

    def save(self, row: Submission, body: Any, *, stale: bool = False) -> bool:
        rev = _rev(row, stale)
        return _went_well(lambda: actions.save_draft(row, body=body, if_rev=rev, by=row.student))

    def submit(self, row: Submission, body: Any, said: Said | None = None, edition: str = "") -> bool:
        named = {"edition": edition or row.given.edition_id}
        return _went_well(lambda: work.hand_in(row, body, received_at=dt.datetime.now(dt.UTC), captured=said, **named))

    def count_device_time(self, row: Submission) -> bool:
        return _went_well(lambda: actions.count_device_time(row, reason="No network", by=self.cast.teacher))

    def count_arrival_time(self, row: Submission) -> bool:
        return _went_well(lambda: actions.count_arrival_time(row, by=self.cast.teacher))

    def hand_in_for(self, row: Submission, body: Any) -> bool:
        return _went_well(
            lambda: actions.hand_in_for(
                row,
                body=body,
                reason="On paper",
                client_attempt_id=uuid7(),
                edition=row.given.edition_id,
                by=self.cast.teacher,
                received_at=dt.datetime.now(dt.UTC),
            )
        )

    def accept_parked(self, copy: ParkedCopy) -> bool:
        return _went_well(lambda: actions.accept_parked(copy, by=self.cast.teacher))

    def withdraw(self, row: Submission) -> bool:
        return _went_well(lambda: actions.withdraw(row, by=row.student))

    def keep_grade(self, row: Submission, who: str) -> bool:
        return _went_well(lambda: actions.keep_grade(row, by=self.by(who)))

    def claim(self, row: Submission, who: str, takeover: bool) -> bool:
        return _went_well(lambda: actions.claim(row, by=self.by(who), takeover=takeover))

    def release(self, row: Submission, who: str) -> bool:
        return _went_well(lambda: actions.release(row, by=self.by(who)))

    def mark(self, row: Submission, who: str, chosen: dict[str, Any]) -> bool:
        version = row.grades.newest_version()
        said: dict[str, Any] = {"questions": [], "criteria": [chosen], "feedback": "", "score": None}
        return _went_well(lambda: actions.save_marks(row, **said, if_version=version, by=self.by(who)))

    def comment(self, row: Submission, who: str, words: str) -> bool:
        return _went_well(lambda: actions.add_comment(row, place=Place.whole(), body=words, by=self.by(who)))

    def reply(self, row: Submission, key: UUID, version: int) -> bool:
        comment = Comment.objects.filter(grade=row.returned_grade, key=key).first()
        said: dict[str, Any] = {"stance": "unchanged", "text": "", "if_version": version, "by": row.student}
        return comment is not None and _went_well(lambda: actions.reply(row, comment=comment, **said))

    def change(self, row: Submission, **said: Any) -> bool:
        given = row.assignment
        return _went_well(
            lambda: actions.update_assignment(given, if_version=given.version, by=self.cast.teacher, **said)
        )

    def counts(self, assignment: Assignment, counts: str, tag: str) -> bool:
        return _went_well(lambda: actions.change_counts(assignment, counts=counts, preview=tag, by=self.cast.teacher))

    def standing(self, row: Submission) -> list[Returned]:
        return list(marks_moving.given_to([row]).get(row.pk, marks_moving.NOTHING).standing)

    def pick(self, row: Submission, who: str, grade: UUID | None) -> bool:
        chosen = Grade.objects.get(pk=grade) if grade else None
        return _went_well(lambda: actions.pick_grade(row, grade=chosen, reason="It says more", by=self.by(who)))

    def archive(self, room: Classroom, archived: bool) -> None:
        (archive if archived else unarchive)(room, by=self.cast.teacher)

    def delete(self, assignment: Assignment) -> bool:
        return _went_well(lambda: actions.delete_assignment(assignment, by=self.cast.teacher))

    def undelete(self, assignment: Assignment) -> bool:
        return _went_well(lambda: actions.undelete_assignment(assignment, by=self.cast.teacher))

    def upgrade(self, assignment: Assignment, to: str, scope: str) -> bool:
        said = {"from_edition": assignment.edition_id, "to_edition": to, "scope": scope, "by": self.cast.teacher}
        return _went_well(lambda: actions.upgrade_edition(assignment, **said))  # type: ignore[arg-type]

    def give_dates(self, assignment: Assignment, **said: Any) -> bool:
        return _went_well(lambda: actions.give_dates(assignment, by=self.cast.teacher, **said))

    def end_dates(self, override: DateOverride) -> bool:
        return _went_well(lambda: actions.end_dates(override, by=self.cast.teacher))

    def revoke(self, row: Submission) -> bool:
        return _went_well(lambda: actions.revoke_extension(row, by=self.cast.teacher))

    def edit_rubric(self, assignment: Assignment, newest: RubricEdition, criteria: Any) -> bool:
        said = {"title": newest.title, "criteria": criteria, "if_number": newest.number}
        return _went_well(lambda: actions.edit_rubric(assignment, **said, by=self.cast.teacher))

    def regrade(self, assignment: Assignment, scope: str, submissions: list[UUID]) -> bool:
        digest = regrades.preview(assignment).digest
        said = {"digest": digest, "scope": scope, "submissions": submissions, "reason": "It weighs more."}
        return _went_well(lambda: actions.regrade(assignment, **said, by=self.cast.teacher))

    def undo_regrade(self, made: Regrade) -> bool:
        return _went_well(lambda: actions.undo_regrade(made, reason="Too soon.", by=self.cast.teacher))

    def give_back(self, row: Submission, who: str, without: bool) -> bool:
        said: dict[str, Any] = {"reason": "Read again", "without_submission": without, "confirmed": True}
        return _went_well(lambda: actions.return_grade(row, by=self.by(who), **said))

    def recall(self, row: Submission, who: str) -> bool:
        return _went_well(lambda: actions.recall(row, reason="A slip", by=self.by(who)))

    def request_revision(self, row: Submission, who: str, due: DueSaid, words: str) -> bool:
        return _went_well(lambda: actions.request_revision(row, due=due, words=words, by=self.by(who)))

    def excuse(self, row: Submission) -> bool:
        given = {"category": Excuse.ILLNESS, "reason": "In bed"}
        return _went_well(lambda: actions.excuse(row, by=self.cast.teacher, **given))  # type: ignore[arg-type]

    def lift_excuse(self, row: Submission) -> bool:
        return _went_well(lambda: actions.lift_excuse(row, by=self.cast.teacher))

    def extend(self, row: Submission, due: DueSaid) -> bool:
        return _went_well(lambda: actions.extend(row, due=due, reason="Ill", by=self.cast.teacher))

    def make_final(self, row: Submission) -> bool:
        version = row.assignment.version
        return _went_well(lambda: actions.make_final(row, if_version=version, by=self.cast.teacher))

    def undo_final(self, row: Submission) -> bool:
        return _went_well(lambda: actions.undo_final(row, by=self.cast.teacher))

    def ask(self, row: Submission) -> bool:
        return _went_well(lambda: actions.ask_more_time(row, reason="Ill", by=row.student))

    def take_back_the_asking(self, row: Submission) -> bool:
        return _went_well(lambda: actions.withdraw_request(row, by=row.student))

    def answer(self, row: Submission, due: DueSaid | None) -> bool:
        asked = row.extension_requests.latest_first()[0]
        said: dict[str, Any] = {"if_version": asked.version, "by": self.cast.co_teacher}
        if due is None:
            return _went_well(lambda: actions.decline_request(asked, words="No", **said))
        return _went_well(lambda: actions.grant_request(asked, due=due, **said))

    def allowed(self, row: Submission, who: str) -> set[str]:
        found = Submission.objects.with_facts().get(pk=row.pk)
        person, now = self.by(who), dt.datetime.now(dt.UTC)
        return set(facts.possible(found, person=person, now=now, owner=who == "teacher")["allowed"])

    def look(self, row: Submission, model: Model, editions: list[Edition]) -> dict[str, set[str]]:
        """What each may do now."""
        return {who: self.allowed(row, who) for who in ("student", "teacher", "co_teacher")}


def _rev(row: Submission, stale: bool) -> int:
    """That of her draft, or where it went on since, the one before."""
    rev = Draft.objects.filter(submission=row).values_list("rev", flat=True).first() or 0
    return (rev - 1 if rev else 7) if stale else rev


def _went_well(act: Callable[[], Any]) -> bool:
    try:
        act()
    except DomainError:
        return False
    return True


class ByRest:
    """The same through the interface, with every answer held against the schema."""

    def __init__(self, cast: Cast, api: ApiClient) -> None:
        self.cast = cast
        self.clients = {who: api.as_(getattr(cast, who)) for who in ("student", "teacher", "co_teacher", *OUTSIDERS)}
        self.looks = 0

    def asked(self, who: str, verb: str, row: Submission, path: str, body: Any = None, **headers: str) -> bool:
        address = f"/api/v1/submissions/{row.pk}{path}"
        answer = getattr(self.clients[who], verb)(address, body, headers=headers)
        assert answer.status_code < 500
        return answer.status_code < 300

    def save(self, row: Submission, body: Any, *, stale: bool = False) -> bool:
        rev = _rev(row, stale)
        return self.asked("student", "put", row, "/draft", {"body": body}, **{"If-Match": f'"d{rev}"'})

    def _attempt(self, row: Submission, body: Any, **more: Any) -> dict[str, Any]:
        edition = row.given.edition_id
        return {"client_attempt_id": str(uuid7()), "edition": edition, "body": body, **more}

    def submit(self, row: Submission, body: Any, said: Said | None = None, edition: str = "") -> bool:
        more: dict[str, Any] = {"captured": {**asdict(said), "at": said.at.isoformat()}} if said else {}
        more |= {"edition": edition} if edition else {}
        address = f"/api/v1/submissions/{row.pk}"
        answer = self.clients["student"].post(f"{address}/attempts", self._attempt(row, body, **more))
        assert answer.status_code < 500
        if answer.status_code == 201:
            assert answer.json()["submission"] == self.clients["student"].get(address).json()
        return answer.status_code < 300

    def count_device_time(self, row: Submission) -> bool:
        return self.asked("teacher", "put", row, "/device-time", {"reason": "No network"})

    def count_arrival_time(self, row: Submission) -> bool:
        return self.asked("teacher", "delete", row, "/device-time")

    def hand_in_for(self, row: Submission, body: Any) -> bool:
        brought = self._attempt(row, body, on_behalf={"reason": "On paper"})
        return self.asked("teacher", "post", row, "/attempts", brought)

    def accept_parked(self, copy: ParkedCopy) -> bool:
        return self.asked("teacher", "post", copy.submission, f"/parked/{copy.pk}/accept", {})

    def withdraw(self, row: Submission) -> bool:
        return self.asked("student", "post", row, "/withdrawal", {})

    def keep_grade(self, row: Submission, who: str) -> bool:
        return self.asked(who, "post", row, "/keep-grade", {})

    def claim(self, row: Submission, who: str, takeover: bool) -> bool:
        return self.asked(who, "put", row, "/claim", {"takeover": takeover})

    def release(self, row: Submission, who: str) -> bool:
        return self.asked(who, "delete", row, "/claim")

    def mark(self, row: Submission, who: str, chosen: dict[str, Any]) -> bool:
        version = {"If-Match": f'"g{row.grades.newest_version()}"'}
        marks = {"questions": [], "criteria": [chosen], "feedback": ""}
        return self.asked(who, "put", row, "/grade", marks, **version)

    def comment(self, row: Submission, who: str, words: str) -> bool:
        return self.asked(who, "post", row, "/comments", {"question": None, "anchor": None, "body": words})

    def reply(self, row: Submission, key: UUID, version: int) -> bool:
        said = {"stance": "unchanged", "text": ""}
        return self.asked("student", "put", row, f"/comments/{key}/reply", said, **{"If-Match": f'"p{version}"'})

    def of_assignment(self, verb: str, assignment: Assignment, path: str, body: Any, **headers: str) -> bool:
        address = f"/api/v1/assignments/{assignment.pk}{path}"
        answer = getattr(self.clients["teacher"], verb)(address, body, headers=headers)
        assert answer.status_code < 500
        return answer.status_code < 300

    def counts(self, assignment: Assignment, counts: str, tag: str) -> bool:
        said = {"counts": counts, "preview": tag}
        return self.of_assignment("post", assignment, "/counts", said, **{"Idempotency-Key": str(uuid7())})

    def standing(self, row: Submission) -> list[Returned]:
        told = self.clients["teacher"].get(f"/api/v1/submissions/{row.pk}/pick").json()
        mark, picked = (str(pk) if pk else None for pk in (row.mark_grade_id, row.picked_grade_id))
        assert (told["mark"], told["picked"], told["counts"]) == (mark, picked, row.assignment.counts)
        return [
            Returned(UUID(one["grade"]), one["attempt"], one["score"] and Decimal(one["score"]), Decimal(one["out_of"]))
            for one in told["results"]
        ]

    def pick(self, row: Submission, who: str, grade: UUID | None) -> bool:
        if grade is None:
            return self.asked(who, "delete", row, "/pick")
        return self.asked(who, "put", row, "/pick", {"grade": str(grade), "reason": "It says more"})

    def archive(self, room: Classroom, archived: bool) -> None:
        version = {"If-Match": f'"c{Classroom.objects.get(pk=room.pk).version}"'}
        address = f"/api/v1/classrooms/{room.pk}"
        assert self.clients["teacher"].patch(address, {"archived": archived}, headers=version).status_code == 200

    def delete(self, assignment: Assignment) -> bool:
        return self.of_assignment("delete", assignment, "", None)

    def undelete(self, assignment: Assignment) -> bool:
        return self.of_assignment("post", assignment, "/restoration", {})

    def upgrade(self, assignment: Assignment, to: str, scope: str) -> bool:
        said = {"from_edition": assignment.edition_id, "to_edition": to, "scope": scope}
        return self.of_assignment("post", assignment, "/upgrade", said, **{"Idempotency-Key": str(uuid7())})

    def give_dates(self, assignment: Assignment, **said: Any) -> bool:
        said |= {"students": [str(pk) for pk in said["students"]]} if "students" in said else {}
        return self.of_assignment("post", assignment, "/overrides", _plain(said))

    def end_dates(self, override: DateOverride) -> bool:
        return self.of_assignment("delete", override.assignment, f"/overrides/{override.pk}", None)

    def revoke(self, row: Submission) -> bool:
        return self.asked("teacher", "delete", row, "/extension")

    def change(self, row: Submission, **said: Any) -> bool:
        said = _plain(said)
        return self.of_assignment("patch", row.assignment, "", said, **{"If-Match": f'"a{row.assignment.version}"'})

    def edit_rubric(self, assignment: Assignment, newest: RubricEdition, criteria: Any) -> bool:
        said = {"title": newest.title, "criteria": criteria}
        return self.of_assignment("put", assignment, "/rubric", said, **{"If-Match": f'"r{newest.number}"'})

    def regrade(self, assignment: Assignment, scope: str, submissions: list[UUID]) -> bool:
        shown = self.clients["teacher"].get(f"/api/v1/assignments/{assignment.pk}/rubric/regrade").json()
        said = {"digest": shown["digest"], "scope": scope, "reason": "It weighs more."}
        said |= {"submissions": [str(pk) for pk in submissions]} if submissions else {}
        return self.of_assignment("post", assignment, "/rubric/regrade", said, **{"Idempotency-Key": str(uuid7())})

    def undo_regrade(self, made: Regrade) -> bool:
        path, said = f"/rubric/regrades/{made.pk}/undo", {"reason": "Too soon."}
        return self.of_assignment("post", made.assignment, path, said, **{"Idempotency-Key": str(uuid7())})

    def give_back(self, row: Submission, who: str, without: bool) -> bool:
        return self.asked(
            who, "post", row, "/return", {"without_submission": True, "confirmed": True} if without else {}
        )

    def recall(self, row: Submission, who: str) -> bool:
        return self.asked(who, "post", row, "/recall", {"reason": "A slip"})

    def request_revision(self, row: Submission, who: str, due: DueSaid, words: str) -> bool:
        return self.asked(who, "post", row, "/revision-request", {"due": as_json(due), "feedback": words})

    def excuse(self, row: Submission) -> bool:
        return self.asked("teacher", "put", row, "/excuse", {"category": "illness", "reason": "In bed"})

    def lift_excuse(self, row: Submission) -> bool:
        return self.asked("teacher", "delete", row, "/excuse")

    def extend(self, row: Submission, due: DueSaid) -> bool:
        return self.asked("teacher", "put", row, "/extension", {"due": as_json(due), "reason": "Ill"})

    def _of_final_marks(self, row: Submission, path: str) -> bool:
        address = f"/api/v1/assignments/{row.assignment_id}/final-marks{path}"
        headers = {"If-Match": f'"a{row.assignment.version}"', "Idempotency-Key": str(uuid7())}
        answer = self.clients["teacher"].post(address, {"submissions": [str(row.pk)]}, headers=headers)
        if answer.status_code == 409:  # what is asked of many is refused once
            assert answer.json()["type"].endswith("/class-archived")
            return False
        return answer.json()["results"][0]["status"] == 200

    def make_final(self, row: Submission) -> bool:
        return self._of_final_marks(row, "")

    def undo_final(self, row: Submission) -> bool:
        return self._of_final_marks(row, "/undone")

    def ask(self, row: Submission) -> bool:
        return self.asked("student", "post", row, "/extension-request", {"reason": "Ill"})

    def take_back_the_asking(self, row: Submission) -> bool:
        return self.asked("student", "delete", row, "/extension-request")

    def answer(self, row: Submission, due: DueSaid | None) -> bool:
        version = {"If-Match": f'"x{row.extension_requests.latest_first()[0].version}"'}
        said = {"answer": "granted", "due": as_json(due)} if due else {"answer": "declined", "words": "No"}
        return self.asked("co_teacher", "post", row, "/extension-request/answer", said, **version)

    def allowed(self, row: Submission, who: str) -> set[str]:
        answer = self.clients[who].get(f"/api/v1/submissions/{row.pk}")
        return set(answer.json()["allowed"]) if answer.status_code == 200 else set()

    def look(self, row: Submission, model: Model, editions: list[Edition]) -> dict[str, set[str]]:
        """The same, as they are told it beside all the rest, which is what the model says."""
        self.looks += 1
        cache.clear()  # how often she took her work along
        keys = [edition.pk for edition in editions]
        return Views(self.cast, self.clients, row, model, keys, at, self.looks).check()


def _plain(said: dict[str, Any]) -> dict[str, Any]:
    """Dates as JSON has them."""
    words = dict(said)
    if isinstance(due := said.get("due"), DueSaid):
        words["due"] = as_json(due)
    if isinstance(close := said.get("closes_at"), dt.datetime):
        words["closes_at"] = close.isoformat()
    if "late_percent" in said:
        percent, floor = words.pop("late_percent"), words.pop("late_floor_percent")
        words["late_policy"] = percent and {"percent": percent, "every": "day", "floor_percent": floor}
    return words


class Life(RuleBasedStateMachine):
    """One piece of work, and the model of it."""

    cast: ClassVar[Cast]
    lesson: ClassVar[Edition]
    doing: ClassVar[Any]
    published: ClassVar[dt.datetime]  # when an edition was last

    @initialize(
        resubmission=st.booleans(),
        hands_in=st.booleans(),
        required=st.booleans(),
        due=st.sampled_from([DUE, DUE, None]),
        close=st.sampled_from([CLOSE, CLOSE, None]),
        percent=st.sampled_from([10, 30, None]),
        counts=st.sampled_from(["latest", "best", "first", "pick"]),
    )
    def begins(
        self,
        resubmission: bool,
        hands_in: bool,
        required: bool,
        due: int | None,
        close: int | None,
        percent: int | None,
        counts: str,
    ) -> None:
        self.travel = time_machine.travel(START, tick=False)
        self.clock = self.travel.start()
        self.model = Model(resubmission, hands_in, due, close, required, percent=percent, counts=counts)
        # Whichever is current: an example that brings the class to another one publishes that.
        current = Edition.objects.filter(lesson=self.lesson.lesson_id).order_by("-number")[0]
        self.editions = [current]
        given = work.make_assignment(
            self.cast,
            current,
            due=None if due is None else said(due),
            closes_at=None if close is None else at(close),
            attempts_limit=3,
            withdrawals_limit=2,
            resubmission=resubmission,
            hands_in_at_close=hands_in,
            replies_required=required,
            missing_percent=50,
            late_percent=percent,
            counts=counts,
            offline_grace_h=OFFLINE_HOURS,
        )
        self.parallel = open_classroom(name="The parallel class", zone=ZONE, by=self.cast.teacher)
        alike = {"edition": current, "title": "Walls", "by": self.cast.teacher}
        self.pair = given.pk, actions.create_assignment(self.parallel, **alike).pk
        self.move: ClassMove | None = None
        self.pk = work.submission_of(given, self.cast.student).pk
        self.criterion = RubricEdition.objects.get(assignment=given).criteria[0]
        self.n = 0
        self.late: dict[Any, int] = {}
        self.harsher = False

    def teardown(self) -> None:
        if hasattr(self, "travel"):
            if self.model.archived:
                unarchive(self.cast.room, by=self.cast.teacher)
            if "dropped" in self.model.gone:
                self.readds()
            self.travel.stop()

    @property
    def row(self) -> Submission:
        return Submission.objects.select_related("assignment__classroom", "student").get(pk=self.pk)

    def body(self) -> tuple[str, Any]:
        self.n += 1
        text = f"Text {self.n}"
        return text, work.body_for(self.row.given, text)

    # ------------------------------------------------------------------------------------------------------------ rules

    there = precondition(lambda self: self.model.state != "void")
    given = precondition(lambda self: "deleted" not in self.model.gone)
    in_class = precondition(lambda self: "dropped" not in self.model.gone)
    in_a_living_class = precondition(lambda self: not self.model.archived)

    @rule(minutes=st.sampled_from([1, 5, 31, 700, 1_441, 3_000]))
    def time_passes(self, minutes: int) -> None:
        self.model.now += minutes
        self.clock.move_to(at(self.model.now), tick=False)

    @rule()
    def site_settles(self) -> None:
        listed = self.pk in actions.closes_to_settle()
        did = actions.settle_close(self.pk)
        assert did <= listed or self.model.state == "void"
        assert did == self.model.settle(margin=1)
        assert not actions.settle_close(self.pk)

    @there
    @rule()
    def student_saves(self) -> None:
        text, body = self.body()
        assert self.doing.save(self.row, body) == self.model.save(text)

    @there
    @rule()
    def student_saves_upon_what_went_on_elsewhere(self) -> None:
        text, body = self.body()
        assert self.doing.save(self.row, body, stale=True) == self.model.save_stale(text)

    @there
    @rule()
    def student_takes_up_what_was_set_aside(self) -> None:
        row = self.row
        waiting = row.parked.waiting().filter(kind="save").order_by("received_at", "id")
        assert sorted(_text(one.body) for one in waiting) == sorted(self.model.stale)
        if (one := waiting.first()) is not None:
            rev = _rev(row, stale=False)
            did = _went_well(lambda: actions.use_parked(one, if_rev=rev, by=row.student))
            assert did == self.model.use(_text(one.body))

    @there
    @precondition(lambda self: len(self.editions) > 1)
    @rule()
    def student_hands_in_what_she_wrote_for_another_edition(self) -> None:
        text, body = self.body()
        other = (self.model.edition + 1) % 2
        assert not self.doing.submit(self.row, body, edition=self.editions[other].pk)
        assert not self.model.submit(text, named=other)

    @there
    @rule()
    def student_says_that_she_saw_what_changed(self) -> None:
        row = self.row
        actions.read_upgrade(row, edition=row.edition_id, by=row.student)
        self.model.unseen = False

    @there
    @rule()
    def student_hands_in(self) -> None:
        text, body = self.body()
        assert self.doing.submit(self.row, body) == self.model.submit(text)

    @there
    @rule(ago=st.sampled_from([0, 10, 90, 1_500]), believed=st.booleans())
    def what_she_finished_offline_arrives(self, ago: int, believed: bool) -> None:
        text, body = self.body()
        done, row = self.model.now - ago, self.row
        boot, clock = "boot-0001", at(done).isoformat()
        token = time_tokens.give(str(row.student_id), boot=boot, device_time=clock, now=at(done))
        device = Said(at(done), token, 0, boot if believed else "boot-0002")
        assert self.doing.submit(row, body, device) == self.model.submit(text, done, believed=believed)

    @there
    @in_a_living_class
    @rule()
    def teacher_lets_the_time_of_the_device_count(self) -> None:
        row = self.row
        may = "count_device_time" in self.doing.allowed(row, "teacher")
        assert may == (bool(row.counted) and row.finished_before_it_came and self._live(row) and not self._counts(row))
        assert self.doing.count_device_time(row) == (may or self._counts(row))
        if may:
            self.model.let_another_time_count()
            assert (self.row.late_seconds or 0) <= (row.late_seconds or 0)

    @there
    @in_a_living_class
    @rule()
    def teacher_lets_the_time_of_arrival_count(self) -> None:
        row = self.row
        may = "count_arrival_time" in self.doing.allowed(row, "teacher")
        assert may == (bool(row.counted) and self._live(row) and self._counts(row))
        assert self.doing.count_arrival_time(row) == (may or not self._counts(row))
        if may:
            self.harsher = True
            self.model.let_another_time_count()
            assert (self.row.late_seconds or 0) >= (row.late_seconds or 0)
            assert not self._counts(self.row)

    @staticmethod
    def _counts(row: Submission) -> bool:
        return row.clock_trust == "teacher"

    @staticmethod
    def _live(row: Submission) -> bool:
        return row.state not in ("excused", "void")

    @there
    @rule()
    def student_takes_back(self) -> None:
        assert self.doing.withdraw(self.row) == self.model.withdraw()

    @there
    @rule(who=st.sampled_from(["student", "teacher"]))
    def grade_is_went_well(self, who: str) -> None:
        assert self.doing.keep_grade(self.row, who) == self.model.keep_grade(who)

    @there
    @rule()
    def teacher_hands_in_for_her(self) -> None:
        text, body = self.body()
        assert self.doing.hand_in_for(self.row, body) == self.model.hand_in_for(text)

    @there
    @rule()
    def teacher_accepts_what_was_parked(self) -> None:
        waiting = self.row.parked.waiting().filter(kind="submit").order_by("-received_at", "-id").first()
        if waiting is not None:
            assert self.doing.accept_parked(waiting) == self.model.accept_parked()

    @there
    @rule(who=TEACHERS, takeover=st.booleans())
    def teacher_claims(self, who: str, takeover: bool) -> None:
        assert self.doing.claim(self.row, who, takeover) == self.model.claim(who, takeover=takeover)

    @there
    @rule(who=TEACHERS)
    def teacher_lets_go(self, who: str) -> None:
        assert self.doing.release(self.row, who) == self.model.release()

    @there
    @rule(who=TEACHERS, level=st.integers(0, 4))
    def teacher_marks(self, who: str, level: int) -> None:
        place = {"question": self.criterion["question"], "criterion": self.criterion["id"], "comment": ""}
        chosen = {**place, "level": self.criterion["levels"][level]["id"]}
        assert self.doing.mark(self.row, who, chosen) == self.model.mark(who, level)

    @precondition(lambda self: self.model.state != "void" and self.model.marks and self.model.marks.level is not None)
    @precondition(lambda self: self.model.marks and self.model.marks.attempt == self.model.counted)
    @rule(who=TEACHERS)
    def teacher_comments(self, who: str) -> None:
        self.n += 1
        assert self.doing.comment(self.row, who, f"Comment {self.n}") == self.model.comment(who, f"Comment {self.n}")

    @there
    @rule(again=st.booleans())
    def student_answers_a_comment(self, again: bool) -> None:
        seen = sorted(self.model.returned.comments) if self.model.returned else []
        if words := next(iter(seen if again else self.model.unanswered), None):
            comment = Comment.objects.get(grade=self.row.returned_grade, body=words)
            said = CommentReply.objects.filter(comment__key=comment.key).latest_first().first()
            did = self.doing.reply(self.row, comment.key, said.version if said else 0)
            assert did == self.model.reply(words)

    @there
    @rule()
    def teacher_wants_answers_or_does_not(self) -> None:
        wanted = not self.model.required
        assert self.doing.change(self.row, replies_required=wanted) != self.model.archived
        self.model.required = wanted != self.model.archived

    @given
    @rule(level=st.integers(0, 3), points=st.integers(0, 6))
    def teacher_edits_the_rubric(self, level: int, points: int) -> None:
        newest = RubricEdition.objects.filter(assignment=self.row.assignment).order_by("-number")[0]
        wanted = (*self.model.rubric[-1][:level], points, *self.model.rubric[-1][level + 1 :])
        criteria = copy.deepcopy(newest.criteria)
        for each, now in zip(criteria[0]["levels"], wanted, strict=True):
            each["points"] = str(now)
        did = self.doing.edit_rubric(self.row.assignment, newest, criteria)
        assert did == self.model.edit_rubric(wanted)

    @there
    @rule(scope=st.sampled_from(["none", "drafts", "chosen"]))
    def teacher_brings_marks_along(self, scope: str) -> None:
        shown, left_of = regrades.preview(self.row.assignment), self.model.left_of
        expected = [(draft, left_of(old), left_of(self.model.by_newest(old))) for draft, old in self.model.to_bring()]
        assert [(row.is_draft, row.old, row.new) for row in shown.rows] == expected
        then = None
        for row in shown.returned:
            then = left_of(self.model.counting_then())
            told = row.mark and row.mark.score, row.mark_then and row.mark_then.score
            assert told == (left_of(self.model.counting), then)
        mine = [self.pk] if scope == "chosen" else []
        free = not self.model.held_by_other("teacher")
        assert self.doing.regrade(self.row.assignment, scope, mine) == self.model.regrade(scope)
        if scope == "chosen" and shown.returned and free and not self.model.archived:
            assert left_of(self.model.counting) == then

    @there
    @rule(n=st.integers(0, 9))
    def teacher_takes_it_back(self, n: int) -> None:
        made = Regrade.objects.exclude(scope="undo").order_by("at", "id").select_related("assignment")
        if self.model.regrades:
            n %= len(self.model.regrades)
            assert self.doing.undo_regrade(made[n]) == self.model.undo_regrade(n)

    @there
    @rule(who=TEACHERS, without=st.booleans())
    def teacher_returns(self, who: str, without: bool) -> None:
        assert self.doing.give_back(self.row, who, without) == self.model.give_back(who, without=without)

    @there
    @rule(who=TEACHERS)
    def teacher_recalls(self, who: str) -> None:
        assert self.doing.recall(self.row, who) == self.model.recall(who)

    @there
    @rule(who=TEACHERS, later=st.sampled_from([-60, 600, 3_000]))
    def teacher_asks_for_a_revision(self, who: str, later: int) -> None:
        due, self.n = self.model.now + later, self.n + 1
        did = self.doing.request_revision(self.row, who, said(due), f"Words {self.n}")
        assert did == self.model.request_revision(who, due)

    @there
    @rule()
    def teacher_excuses(self) -> None:
        assert self.doing.excuse(self.row) == self.model.excuse()

    @there
    @rule()
    def teacher_lifts_the_excuse(self) -> None:
        assert self.doing.lift_excuse(self.row) == self.model.lift_excuse()

    @there
    @rule(later=st.sampled_from([-3_000, 600, 5_000]))
    def teacher_gives_more_time(self, later: int) -> None:
        until = self.model.now + later
        assert self.doing.extend(self.row, said(until)) == self.model.extend(until)

    @there
    @rule()
    def teacher_takes_more_time_back(self) -> None:
        assert self.doing.revoke(self.row) == self.model.revoke()

    @given
    @rule(kind=st.sampled_from(["student", "group", "class"]), date=DATES)
    def teacher_gives_other_dates(self, kind: str, date: tuple[str, int]) -> None:
        self.n += 1
        what, minutes = date
        other = Other(kind, **{what: minutes if what == "offset" else self.model.now + minutes})
        whom: dict[str, Any] = {"for_class": True} if kind == "class" else {"students": [self.cast.student.pk]}
        whom |= {"title": "Those who were away"} if kind == "group" else {}
        dates = {
            "due": {"due": said(other.due or 0)},
            "offset": {"offset_minutes": other.offset},
            "close": {"closes_at": at(other.close or 0)},
        }[what]
        did = self.doing.give_dates(self.row.assignment, reason=f"Reason {self.n}", **whom, **dates)
        assert did == self.model.give_dates(self.n, other)

    @given
    @rule(n=st.integers(0, 9))
    def teacher_takes_other_dates_back(self, n: int) -> None:
        rows = DateOverride.objects.filter(assignment=self.row.assignment_id).order_by("at", "id")
        if given := list(rows.select_related("assignment__classroom")):
            one = given[n % len(given)]
            assert self.doing.end_dates(one) == self.model.end_dates(int(one.reason.rpartition(" ")[2]))

    @given
    @rule(date=st.sampled_from(["due", "close"]), later=st.sampled_from([None, -600, 600, 3_000]))
    def teacher_moves_the_dates(self, date: str, later: int | None) -> None:
        until = None if later is None else self.model.now + later
        if date == "due":
            did = self.doing.change(self.row, due=None if until is None else said(until))
        else:
            did = self.doing.change(self.row, closes_at=None if until is None else at(until))
        assert did == self.model.move_dates(**{date: until})

    @given
    @rule(scope=st.sampled_from(["keep", "not_started", "all", "all"]))
    def teacher_decides_about_another_edition(self, scope: str) -> None:
        if len(self.editions) == 1:
            Life.published += MINUTE
            with time_machine.travel(Life.published, tick=False):
                self.editions.append(revised.saying(self.editions[0], f"The wall, as of {Life.published}."))
        to = (self.model.class_edition + 1) % 2
        did = self.doing.upgrade(self.row.assignment, self.editions[to].pk, scope)
        assert did == self.model.upgrade(scope, to)

    @precondition(lambda self: not self.model.archived)
    @rule()
    def class_is_archived(self) -> None:
        self.doing.archive(self.cast.room, True)
        self.model.archive()

    @precondition(lambda self: self.model.archived)
    @rule()
    def class_is_opened_again(self) -> None:
        before = self.row
        self.doing.archive(self.cast.room, False)
        assert (self.row.state, self.row.version) == (before.state, before.version)
        self.model.archived = False

    @given
    @rule()
    def assignment_is_deleted(self) -> None:
        assert self.doing.delete(self.row.assignment) != self.model.archived
        if not self.model.archived:
            self.model.drop("deleted")

    @precondition(lambda self: "deleted" in self.model.gone)
    @rule()
    def assignment_is_given_back(self) -> None:
        assert self.doing.undelete(self.row.assignment) != self.model.archived
        if not self.model.archived:
            self.model.readd("deleted")

    @given
    @rule(counts=st.sampled_from(["latest", "best", "first", "pick"]))
    def teacher_changes_what_counts(self, counts: str) -> None:
        assignment = self.row.assignment
        tag = marks_moving.preview(assignment, counts).tag
        assert self.doing.counts(assignment, counts, tag) != self.model.archived
        if not self.model.archived:
            self.model.counts = counts

    @there
    @rule(who=TEACHERS, n=st.integers(0, 9))
    def teacher_picks_what_counts(self, who: str, n: int) -> None:
        row, stands = self.row, self.model.stands
        standing = self.doing.standing(row)
        expected = [(attempt, self.model.left_of(stands[attempt])) for attempt in in_order(stands)]
        assert [(one.number, one.score) for one in standing] == expected
        chosen = [*standing, None][n % (len(standing) + 1)]
        did = self.doing.pick(row, who, chosen and chosen.grade)
        assert did == self.model.pick((chosen.number,) if chosen else None)

    @given
    @rule(percent=st.sampled_from([None, 10, 30]), floor=st.sampled_from([0, 50]))
    def teacher_changes_what_lateness_costs(self, percent: int | None, floor: int) -> None:
        did = self.doing.change(self.row, late_percent=percent, late_floor_percent=floor)
        assert did != self.model.archived
        if did:
            self.model.percent, self.model.floor = percent, floor

    @there
    @rule()
    def teacher_makes_missing_work_final(self) -> None:
        assert self.doing.make_final(self.row) == self.model.make_final()

    @there
    @rule()
    def teacher_takes_the_final_mark_back(self) -> None:
        assert self.doing.undo_final(self.row) == self.model.undo_final()

    @there
    @rule()
    def student_asks_for_more_time(self) -> None:
        self.model.late = bool(self.row.late_seconds)
        assert self.doing.ask(self.row) == self.model.ask()

    @there
    @rule()
    def student_asks_no_longer(self) -> None:
        did = self.doing.take_back_the_asking(self.row)
        assert did == (not self.model.asking or not self.model.archived)
        self.model.asking = self.model.asking and not did

    @there
    @rule(later=st.sampled_from([None, -3_000, 5_000]))
    def teacher_answers_her(self, later: int | None) -> None:
        if self.row.extension_requests.exists():
            until = None if later is None else self.model.now + later
            did = self.doing.answer(self.row, None if until is None else said(until))
            assert did == self.model.answer(until)

    @in_class
    @in_a_living_class
    @rule()
    def drops_out(self) -> None:
        member = Membership.objects.get(classroom=self.cast.room, user=self.cast.student)
        remove_member(member, by=self.cast.teacher)
        self.model.drop()

    @in_class
    @in_a_living_class
    @rule(brings=st.booleans())
    def moves_away(self, brings: bool) -> None:
        member = Membership.objects.get(classroom=self.cast.room, user=self.cast.student)
        copies = [self.pair] if brings and self.model.state != "void" else []
        self.move = actions.move_student(member, to=self.parallel, copies=copies, by=self.cast.teacher)
        self.model.drop()

    @precondition(lambda self: "dropped" in self.model.gone)
    @in_a_living_class
    @rule()
    def readds(self) -> None:
        if self.move is not None:
            actions.undo_move(self.move, by=self.cast.teacher)
            self.move = None
            self.model.readd()
            return
        member = Membership.objects.get(classroom=self.cast.room, user=self.cast.student)
        restore_member(member, by=self.cast.teacher)
        self.model.readd()

    # ------------------------------------------------------------------------------------------------------- invariants

    @invariant()
    def all_is_as_the_model_says(self) -> None:
        row, model = self.row, self._model_told_of_lateness()
        assert row.state == model.state
        assert (row.claim_from, row.excused_from, row.voided_from) == (
            model.claim_from,
            model.excused_from,
            model.voided_from,
        )
        assert [_text(attempt.body) for attempt in row.attempts.order_by("number")] == model.texts
        assert (row.counted.number if row.counted else None) == model.counted
        assert (row.withdrawn.number if row.withdrawn else None) == model.withdrawn
        assert (row.withdrawals, row.hand_ins_waiting) == (model.withdrawals, len(model.parked))
        assert (row.grade_ready, row.asks_more_time) == (model.ready, model.asking)
        assert row.late_seconds == (model.late_by[model.counted] if model.counted else None)
        assert row.due_at == (None if model.due is None else at(model.due))
        if model.close is None:
            assert row.effective_close is None
        else:
            assert row.window_at(at(model.close)) == "open"
            assert row.window_at(at(model.close + 1)) == "closed"
        assert [one.edition_id for one in row.attempts.order_by("number")] == [
            self.editions[n].pk for n in model.editions
        ]
        assert (row.edition_id, row.upgrade_unseen) == (self.editions[model.edition].pk, model.unseen)
        assert row.assignment.edition_id == self.editions[model.class_edition].pk
        assert {_text(copy.body) for copy in row.parked.all()} == model.aside
        hers = Submission.objects.visible_to(self.cast.student).listed()
        assert hers.filter(pk=self.pk).exists() == (model.state != "void")
        draft = Draft.objects.filter(submission=row).first()
        assert (_text(draft.body) if draft else "") == model.draft
        seen = Grade.objects.filter(submission=row).before(self.cast.student)
        expected = model.returned if model.state != "void" else None
        assert (seen is not None) == (expected is not None)
        if seen is not None and expected is not None:
            assert (seen.entered_score, seen.final_score) == (expected.score, model.left_of(expected))
            assert seen.out_of == expected.out_of
            assert seen.rubric is not None
            assert seen.rubric.number == expected.edition
            assert {comment.body for comment in seen.comments.all()} == expected.comments
            assert {comment.body for comment in seen.comments.unanswered()} == set(model.unanswered)
        draft_of = row.grades.filter(status=Grade.Status.DRAFT, attempt=row.counted).select_related("rubric").first()
        drafted = model.marks if model.marks and model.marks.attempt == model.counted else None
        assert (draft_of is not None) == (drafted is not None)
        if draft_of is not None and drafted is not None and draft_of.rubric is not None:
            assert (draft_of.final_score, draft_of.rubric.number) == (model.left_of(drafted), drafted.edition)
        assert (row.mark_grade.final_score if row.mark_grade else None) == model.left_of(model.counting)
        assert (row.final_mark is not None) == (model.final is not None)

    @invariant()
    def nothing_becomes_later_by_itself(self) -> None:
        """But where a teacher lets the time of arrival count."""
        rows = TimingDecision.objects.filter(attempt__submission=self.pk).order_by("id")
        late = dict(rows.values_list("attempt", "seconds"))
        assert self.harsher or all(late[attempt] <= before for attempt, before in self.late.items())
        self.late, self.harsher = late, False

    @invariant()
    def its_events_amount_to_it(self) -> None:
        assert not list(history.check_all(among=Submission.objects.filter(pk=self.pk)))

    @invariant()
    def everybody_is_told_what_the_model_says_and_may_do_what_it_can(self) -> None:
        row, model = self.row, self._model_told_of_lateness()
        allowed = self.doing.look(row, model, self.editions)
        if model.state == "void":
            return
        for who, acts in (("student", STUDENT_ACTS), ("teacher", TEACHER_ACTS), ("co_teacher", TEACHER_ACTS)):
            can = {act for act in acts if model.can(act, who)}
            assert allowed[who] - {"count_device_time", "count_arrival_time"} == can

    def _model_told_of_lateness(self) -> Model:
        """By how many seconds each hand-in came late stands in what was decided of it last."""
        rows = TimingDecision.objects.filter(attempt__submission=self.pk).order_by("id")
        self.model.late_by = dict(rows.values_list("attempt__number", "seconds"))
        self.model.late = bool(self.model.counted and self.model.late_by[self.model.counted])
        return self.model


def _text(body: Any) -> str:
    return body["answers"][0]["blocks"][0]["text"]


@pytest.mark.parametrize(("way", "examples"), [(ByActions, 24), (ByRest, 5)])
def test_whatever_happens_the_work_stands_as_its_history_says(
    cast: Cast, api: ApiClient, way: type, examples: int
) -> None:
    Life.cast, Life.doing = cast, way(cast, api)
    rubric = make_rubric(("Quality", [(f"level {n}", str(n)) for n in range(5)]))
    essay = {**factories.question("essay"), "points": "4", "rubric": rubric}
    Life.published = START - dt.timedelta(days=100)
    with time_machine.travel(Life.published, tick=False):
        Life.lesson = factories.make_edition(
            sections=[("Before", [("paragraph", "<p>A wall.</p>"), ("question", essay)])]
        )
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=examples * int(os.environ.get("HISTORIES", "1")),
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            print_blob=True,
        ),
    )
