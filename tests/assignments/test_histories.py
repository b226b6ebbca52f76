"""Random histories of one piece of work, walked beside a model that knows nothing of the table: a student, two teachers
and the site itself, through the actions and through REST. `HISTORIES=10` walks ten times as many."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable
from decimal import Decimal
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import pytest
import time_machine
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

from accounts.actions import remove_member, restore_member
from accounts.models import Membership, User
from assignments import actions, facts, history, marks_moving
from assignments.actions import DueSaid
from assignments.models import Draft, Excuse, Grade, ParkedCopy, Submission
from destalin_site.common.errors import DomainError
from destalin_site.common.ids import uuid7
from lessons.models import Edition
from tests.api_client import ApiClient
from tests.assignments import work
from tests.assignments.life_model import STUDENT_ACTS, TEACHER_ACTS, Model
from tests.cast import Cast
from tests.lessons import factories

pytestmark = pytest.mark.django_db

START = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
ZONE = "Europe/Warsaw"
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

    def save(self, row: Submission, body: Any) -> bool:
        rev = Draft.objects.filter(submission=row).values_list("rev", flat=True).first() or 0
        return _went_well(lambda: actions.save_draft(row, body=body, if_rev=rev, by=row.student))

    def submit(self, row: Submission, body: Any) -> bool:
        return _went_well(lambda: work.hand_in(row, body, received_at=dt.datetime.now(dt.UTC)))

    def hand_in_for(self, row: Submission, body: Any) -> bool:
        return _went_well(
            lambda: actions.hand_in_for(
                row,
                body=body,
                reason="On paper",
                client_attempt_id=uuid7(),
                edition=row.assignment.edition_id,
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

    def mark(self, row: Submission, who: str, marks: Any) -> bool:
        version = row.grades.newest_version()
        return _went_well(
            lambda: actions.save_marks(
                row, questions=marks, feedback="", score=None, if_version=version, by=self.by(who)
            )
        )

    def give_back(self, row: Submission, who: str, without: bool) -> bool:
        return _went_well(
            lambda: actions.return_grade(row, by=self.by(who), without_submission=without, confirmed=True)
        )

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


def _went_well(act: Callable[[], Any]) -> bool:
    try:
        act()
    except DomainError:
        return False
    return True


class ByRest:
    """The same through the interface, with every answer held against the schema."""

    def __init__(self, cast: Cast, api: ApiClient) -> None:
        self.clients = {who: api.as_(getattr(cast, who)) for who in ("student", "teacher", "co_teacher")}

    def asked(self, who: str, verb: str, row: Submission, path: str, body: Any = None, **headers: str) -> bool:
        address = f"/api/v1/submissions/{row.pk}{path}"
        answer = getattr(self.clients[who], verb)(address, body, headers=headers)
        assert answer.status_code < 500
        return answer.status_code < 300

    def save(self, row: Submission, body: Any) -> bool:
        rev = Draft.objects.filter(submission=row).values_list("rev", flat=True).first() or 0
        return self.asked("student", "put", row, "/draft", {"body": body}, **{"If-Match": f'"d{rev}"'})

    def _attempt(self, row: Submission, body: Any, **more: Any) -> dict[str, Any]:
        edition = row.assignment.edition_id
        return {"client_attempt_id": str(uuid7()), "edition": edition, "body": body, **more}

    def submit(self, row: Submission, body: Any) -> bool:
        return self.asked("student", "post", row, "/attempts", self._attempt(row, body))

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

    def mark(self, row: Submission, who: str, marks: Any) -> bool:
        version = {"If-Match": f'"g{row.grades.newest_version()}"'}
        marks = [{**mark, "points": str(mark["points"])} for mark in marks]
        return self.asked(who, "put", row, "/grade", {"questions": marks, "feedback": ""}, **version)

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


class Life(RuleBasedStateMachine):
    """One piece of work, and the model of it."""

    cast: ClassVar[Cast]
    edition: ClassVar[Edition]
    doing: ClassVar[Any]

    @initialize(resubmission=st.booleans(), hands_in=st.booleans())
    def begins(self, resubmission: bool, hands_in: bool) -> None:
        self.travel = time_machine.travel(START, tick=False)
        self.clock = self.travel.start()
        self.model = Model(resubmission, hands_in)
        given = work.make_assignment(
            self.cast,
            self.edition,
            due=said(2_880),
            closes_at=at(4_320),
            attempts_limit=3,
            withdrawals_limit=2,
            resubmission=resubmission,
            hands_in_at_close=hands_in,
            missing_percent=50,
        )
        self.pk = work.submission_of(given, self.cast.student).pk
        self.question = next(iter(work.full_marks(given)))["question"]
        self.n = 0

    def teardown(self) -> None:
        if hasattr(self, "travel"):
            if self.model.state == "void":
                self.readds()
            self.travel.stop()

    @property
    def row(self) -> Submission:
        return Submission.objects.select_related("assignment__classroom", "student").get(pk=self.pk)

    def body(self) -> tuple[str, Any]:
        self.n += 1
        text = f"Text {self.n}"
        return text, work.body_for(self.row.assignment, text)

    # ------------------------------------------------------------------------------------------------------------ rules

    there = precondition(lambda self: self.model.state != "void")

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
    def student_hands_in(self) -> None:
        text, body = self.body()
        assert self.doing.submit(self.row, body) == self.model.submit(text)

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
    @rule(who=TEACHERS, score=st.integers(0, 4))
    def teacher_marks(self, who: str, score: int) -> None:
        marks = [{"question": self.question, "points": Decimal(score), "comment": ""}]
        assert self.doing.mark(self.row, who, marks) == self.model.mark(who, score)

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

    @rule(counts=st.sampled_from(["latest", "best", "first"]))
    def teacher_changes_what_counts(self, counts: str) -> None:
        assignment = self.row.assignment
        tag = marks_moving.preview(assignment, counts).tag
        actions.change_counts(assignment, counts=counts, preview=tag, by=self.cast.teacher)
        self.model.counts = counts

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
        assert self.doing.ask(self.row) == self.model.ask()

    @there
    @rule()
    def student_asks_no_longer(self) -> None:
        assert self.doing.take_back_the_asking(self.row)
        self.model.asking = False

    @there
    @rule(later=st.sampled_from([None, -3_000, 5_000]))
    def teacher_answers_her(self, later: int | None) -> None:
        if self.row.extension_requests.exists():
            until = None if later is None else self.model.now + later
            did = self.doing.answer(self.row, None if until is None else said(until))
            assert did == self.model.answer(until)

    @there
    @rule()
    def drops_out(self) -> None:
        member = Membership.objects.get(classroom=self.cast.room, user=self.cast.student)
        remove_member(member, by=self.cast.teacher)
        self.model.drop()

    @precondition(lambda self: self.model.state == "void")
    @rule()
    def readds(self) -> None:
        member = Membership.objects.get(classroom=self.cast.room, user=self.cast.student)
        restore_member(member, by=self.cast.teacher)
        self.model.readd()

    # ------------------------------------------------------------------------------------------------------- invariants

    @invariant()
    def all_is_as_the_model_says(self) -> None:
        row, model = self.row, self.model
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
        assert (row.due_at, row.effective_close) == (at(model.due), row.effective_close)
        assert row.window_at(at(model.close)) == "open"
        assert row.window_at(at(model.close + 1)) == "closed"
        draft = Draft.objects.filter(submission=row).first()
        assert (_text(draft.body) if draft else "") == model.draft
        seen = Grade.objects.filter(submission=row).before(self.cast.student)
        expected = model.returned if model.state != "void" else None
        assert (seen is not None) == (expected is not None)
        if seen is not None and expected is not None:
            assert seen.final_score == expected.score
        assert (row.mark_grade.final_score if row.mark_grade else None) == model.counting
        assert (row.final_mark is not None) == model.final

    @invariant()
    def its_events_amount_to_it(self) -> None:
        assert not list(history.check_all(among=Submission.objects.filter(pk=self.pk)))

    @invariant()
    def what_is_allowed_is_what_the_model_can(self) -> None:
        if self.model.state == "void":
            return
        row = self.row
        for who, acts in (("student", STUDENT_ACTS), ("teacher", TEACHER_ACTS), ("co_teacher", TEACHER_ACTS)):
            can = {act for act in acts if self.model.can(act, who)}
            assert self.doing.allowed(row, who) == can


def _text(body: Any) -> str:
    return body["answers"][0]["blocks"][0]["text"]


@pytest.mark.parametrize(("way", "examples"), [(ByActions, 20), (ByRest, 6)])
def test_whatever_happens_the_work_stands_as_its_history_says(
    cast: Cast, api: ApiClient, way: type, examples: int
) -> None:
    Life.cast, Life.doing = cast, way(cast, api)
    Life.edition = factories.make_edition(
        sections=[("Before", [("paragraph", "<p>A wall.</p>"), ("question", factories.question("essay", points="4"))])]
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
