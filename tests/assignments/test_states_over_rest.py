"""Every state, every act, every part that somebody has in it: what REST answers, and what it had said was allowed."""

import datetime as dt
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction

from accounts import actions as people
from assignments import actions, facts
from assignments.actions.turn import LEASE
from assignments.device_clock import Said
from assignments.errors import BeingReviewed
from assignments.lifecycle import TABLE, Act
from assignments.models import Assignment, Comment, Draft, Excuse, Submission
from destalin_site.common import clock
from destalin_site.common.ids import uuid7
from tests.api_client import ApiClient
from tests.assignments import remarks, work
from tests.cast import Cast

# What an act does to the database is asked on each of them by tests of its own, and by histories at random.
pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

NOON = dt.datetime(2026, 5, 1, 12, tzinfo=dt.UTC)
LATER = {"date": "2026-05-09", "time": "12:00", "zone": "Europe/Warsaw"}
INSIDERS = ("student", "teacher", "co_teacher", "assistant")
# One of each kind: an assistant may do what a teacher does who does not own the class.
THE_THREE = ("student", "teacher", "co_teacher")
OUTSIDERS = ("classmate", "removed", "other_teacher", "other_student", "stranger", None)


# ------------------------------------------------------------------------------------------------------------- states


def draft(row: Submission, cast: Cast) -> None:
    actions.save_draft(row, body=work.body_for(row.assignment, "So far."), if_rev=0, by=row.student)


def handed_in(row: Submission, cast: Cast) -> None:
    work.hand_in(row)


def read(row: Submission, cast: Cast) -> None:
    work.hand_in(row)
    work.mark(row, cast.co_teacher)


def marked(row: Submission, cast: Cast) -> None:
    read(row, cast)
    actions.release(row, by=cast.co_teacher)


def returned(row: Submission, cast: Cast) -> None:
    read(row, cast)
    actions.return_grade(row, by=cast.co_teacher)


def revising(row: Submission, cast: Cast) -> None:
    returned(row, cast)
    actions.request_revision(row, due=work.due("2026-05-08T12:00"), words="Name who decided.", by=cast.co_teacher)


def commented(row: Submission, cast: Cast) -> None:
    """It came back with a comment, and is in again since: answered is nothing."""
    read(row, cast)
    remarks.comment(row, cast.co_teacher)
    actions.return_grade(row, by=cast.co_teacher)


def asked_about(row: Submission, cast: Cast) -> None:
    commented(row, cast)
    actions.request_revision(row, due=work.due("2026-05-08T12:00"), words="Name who decided.", by=cast.co_teacher)


def brought_again(row: Submission, cast: Cast) -> None:
    asked_about(row, cast)
    body = work.body_for(row.assignment, "On paper.")
    said = {"reason": "On paper", "client_attempt_id": uuid7(), "edition": row.assignment.edition_id}
    actions.hand_in_for(row, body=body, by=cast.teacher, received_at=clock.now(), **said)


def told_why(row: Submission, cast: Cast) -> None:
    asked_about(row, cast)
    comment = Comment.objects.get(grade__status="returned")
    actions.reply(work.reread(row), comment=comment, stance="unchanged", text="", if_version=0, by=row.student)


def excused(row: Submission, cast: Cast) -> None:
    handed_in(row, cast)
    actions.excuse(row, category=Excuse.ILLNESS, reason="In bed", by=cast.teacher)


def marked_without(row: Submission, cast: Cast) -> None:
    work.mark(row, cast.co_teacher, questions=[], score=Decimal(0))


def back_without(row: Submission, cast: Cast) -> None:
    marked_without(row, cast)
    actions.return_grade(row, by=cast.co_teacher, without_submission=True)


def recalled_without(row: Submission, cast: Cast) -> None:
    back_without(row, cast)
    actions.recall(row, reason="A slip", by=cast.co_teacher)


def read_and_waiting(row: Submission, cast: Cast) -> None:
    read(row, cast)
    with pytest.raises(BeingReviewed):
        work.hand_in(row, work.body_for(row.assignment, "Newer."))


def taken_back(row: Submission, cast: Cast) -> None:
    handed_in(row, cast)
    actions.withdraw(row, by=row.student)


def finished_offline(row: Submission, cast: Cast) -> None:
    work.hand_in(row, captured=Said(NOON - dt.timedelta(hours=1), "", 0, ""))


def counted_by_the_device(row: Submission, cast: Cast) -> None:
    finished_offline(row, cast)
    actions.count_device_time(row, reason="No network", by=cast.teacher)


SITUATIONS: dict[str, tuple[Callable[[Submission, Cast], None], dict[str, Any]]] = {
    "assigned": (lambda row, cast: None, {}),
    "assigned, marks drafted": (marked_without, {}),
    "drafting": (draft, {}),
    "drafting, taken back": (taken_back, {}),
    "submitted": (handed_in, {}),
    "submitted, finished offline": (finished_offline, {}),
    "submitted, the time of the device counts": (counted_by_the_device, {}),
    "submitted, all hand-ins used": (handed_in, {"attempts_limit": 1}),
    "submitted, marks drafted": (marked, {}),
    "in review": (read, {}),
    "in review, a newer one waits": (read_and_waiting, {}),
    "in review, nothing handed in": (recalled_without, {}),
    "returned": (returned, {}),
    "returned, may be improved": (returned, {"resubmission": True}),
    "returned, nothing handed in": (back_without, {}),
    "revising": (revising, {}),
    "returned, comments want answers": (commented, {"resubmission": True, "replies_required": True}),
    "revising, comments want answers": (asked_about, {"replies_required": True}),
    "revising, comments are answered": (told_why, {"replies_required": True}),
    "submitted again, comments want answers": (brought_again, {"replies_required": True}),
    "excused": (excused, {}),
}


# -------------------------------------------------------------------------------------------------------------- skies


def not_open_yet(row: Submission, cast: Cast) -> None:
    Assignment.objects.filter(pk=row.assignment_id).update(opens_at=NOON + dt.timedelta(hours=1))


def archived(row: Submission, cast: Cast) -> None:
    people.archive(cast.room, by=cast.teacher)


def void(row: Submission, cast: Cast) -> None:
    given = Assignment.objects.get(pk=row.assignment_id)
    actions.update_assignment(given, audience=[cast.classmate.pk], if_version=given.version, by=cast.teacher)


def names_hidden(row: Submission, cast: Cast) -> None:
    """Past the acts: names that somebody has read are never hidden again."""
    Assignment.objects.filter(pk=row.assignment_id).update(anonymous=True)
    Submission.objects.filter(pk=row.pk).update(alias=318)


def it_closed(row: Submission, cast: Cast) -> None:
    """… and what the site does then is done."""
    actions.settle_close(row.pk)


def nothing(row: Submission, cast: Cast) -> None: ...


# What else there is about it, and when. Over the last of these skies the revision is over too, and a later due time is
# still ahead.
SKIES: dict[str, tuple[Callable[[Submission, Cast], None], dt.datetime]] = {
    "not open yet": (not_open_yet, NOON),
    "the lease ran out": (nothing, NOON + LEASE),
    "due over": (nothing, work.at("2026-05-03T12:00Z")),
    "closed": (it_closed, work.at("2026-05-08T12:00Z")),
    "archived": (archived, NOON),
    "void": (void, NOON),
    "names hidden": (names_hidden, NOON),
}
# Where everything is refused, whose marks and whose class it is makes no difference.
ALIKE_TO_STAFF = {"archived", "void"}


# --------------------------------------------------------------------------------------------------------------- acts


def _attempt(row: Submission, **more: Any) -> dict[str, Any]:
    body = work.body_for(row.assignment, "Handed in now.")
    return {"client_attempt_id": str(uuid7()), "edition": row.assignment.edition_id, "body": body, **more}


def _save(row: Submission) -> tuple[Any, ...]:
    rev = Draft.objects.filter(submission=row).values_list("rev", flat=True).first() or 0
    return "put", "/draft", {"body": work.body_for(row.assignment, "Further.")}, {"If-Match": f'"d{rev}"'}


def _mark(row: Submission) -> tuple[Any, ...]:
    marks = [{**mark, "points": str(mark["points"])} for mark in work.full_marks(row.assignment)]
    version = {"If-Match": f'"g{row.grades.newest_version()}"'}
    return "put", "/grade", {"questions": marks, "feedback": "Seen."}, version


def _accept(row: Submission) -> tuple[Any, ...]:
    return "post", f"/parked/{row.parked.get().pk}/accept", {}, {}


REQUESTS: dict[Act, Callable[[Submission], tuple[Any, ...]]] = {
    Act.SAVE: _save,
    Act.SUBMIT: lambda row: ("post", "/attempts", _attempt(row), {}),
    Act.REPLACE: lambda row: ("post", "/attempts", _attempt(row), {}),
    Act.WITHDRAW: lambda row: ("post", "/withdrawal", {}, {}),
    Act.KEEP_GRADE: lambda row: ("post", "/keep-grade", {}, {}),
    Act.CLAIM: lambda row: ("put", "/claim", {}, {}),
    Act.RELEASE: lambda row: ("delete", "/claim", None, {}),
    Act.MARK: _mark,
    Act.RETURN: lambda row: ("post", "/return", {}, {}),
    Act.RECALL: lambda row: ("post", "/recall", {"reason": "A slip"}, {}),
    Act.REQUEST_REVISION: lambda row: ("post", "/revision-request", {"due": LATER, "feedback": "Go on."}, {}),
    Act.EXCUSE: lambda row: ("put", "/excuse", {"category": "illness", "reason": "In bed"}, {}),
    Act.LIFT_EXCUSE: lambda row: ("delete", "/excuse", None, {}),
    Act.GRADE_WITHOUT_SUBMISSION: lambda row: ("post", "/return", {"without_submission": True, "confirmed": True}, {}),
    Act.ACCEPT_PARKED: _accept,
    Act.HAND_IN_FOR: lambda row: ("post", "/attempts", _attempt(row, on_behalf={"reason": "On paper"}), {}),
    Act.ASK_MORE_TIME: lambda row: ("post", "/extension-request", {"reason": "Ill"}, {}),
    Act.EXTEND: lambda row: ("put", "/extension", {"due": LATER, "reason": "Ill"}, {}),
    Act.COUNT_DEVICE_TIME: lambda row: ("put", "/device-time", {"reason": "No network"}, {}),
    Act.COUNT_ARRIVAL_TIME: lambda row: ("delete", "/device-time", None, {}),
}

# Saying again what is so already is no fault: it changes nothing.
SAID_AGAIN = {
    Act.WITHDRAW,
    Act.KEEP_GRADE,
    Act.RELEASE,
    Act.EXCUSE,
    Act.LIFT_EXCUSE,
    Act.COUNT_DEVICE_TIME,
    Act.COUNT_ARRIVAL_TIME,
}
# At the addresses of her text, which is kept whatever has become of the work: to her they are never absent.
AT_HER_TEXT = {Act.SAVE, Act.SUBMIT, Act.REPLACE, Act.HAND_IN_FOR}
# Handing in is one request, whichever of its two names it has now.
ONE_REQUEST = {Act.SUBMIT: Act.REPLACE, Act.REPLACE: Act.SUBMIT}


def asked_of(row: Submission, who: Any) -> list[Act]:
    """What can be asked: a copy that is not there has no address, and for its author this one is another act."""
    waiting = row.hand_ins_waiting and who != "student"
    return [act for act in REQUESTS if act is not Act.ACCEPT_PARKED or waiting]


def standing(row: Submission) -> tuple[Any, ...]:
    row = Submission.objects.get(pk=row.pk)
    returned = row.returned_grade
    return (
        row.standing,
        row.claimed_by_id,
        row.attempt_count,
        row.counted_id,
        returned,
        row.due_at,
        row.excuse_category,
        row.asks_more_time,
        row.clock_trust,
    )


@pytest.fixture(params=SITUATIONS)
def situation(request: pytest.FixtureRequest, cast: Cast, time_machine: Any) -> Submission:
    time_machine.move_to(NOON, tick=False)
    arrange, settings = SITUATIONS[request.param]
    given = work.make_assignment(
        cast, due=work.due("2026-05-03T12:00"), closes_at=work.at("2026-05-04T12:00Z"), **settings
    )
    row = work.submission_of(given, cast.student)
    arrange(row, cast)
    return work.reread(row)


def tried(clients: dict[Any, ApiClient], row: Submission, act: Act, who: Any) -> tuple[Any, bool]:
    """The answer, and whether the work stands otherwise afterwards. Nothing of it is left."""
    verb, path, body, headers = REQUESTS[act](row)
    before = standing(row)
    with transaction.atomic():
        answer = getattr(clients[who], verb)(f"/api/v1/submissions/{row.pk}{path}", body, headers=headers)
        moved = standing(row) != before
        transaction.set_rollback(True)
    return answer, moved


@pytest.fixture
def clients(cast: Cast, api: ApiClient) -> dict[Any, ApiClient]:
    return {who: api.as_(getattr(cast, who)) if who else ApiClient() for who in (*INSIDERS, *OUTSIDERS)}


def verdict(table: dict[str, Any], act: Act) -> str:
    """Empty where it is allowed, else the problem that refuses it."""
    return "" if act in table["allowed"] else table["refused"].get(act, "forbidden")


def check(answer: Any, moved: bool, act: Act, table: dict[str, Any]) -> None:
    """What REST made of it is what the table says."""
    told = table["allowed"]
    if act in told:
        assert answer.status_code < 300, answer.json()
    elif answer.status_code < 300:
        assert ONE_REQUEST.get(act) in told or (act in SAID_AGAIN and not moved)
    else:
        assert not moved
        problem = answer.json()["type"].rsplit("/", 1)[-1]
        assert problem in {verdict(table, act), verdict(table, ONE_REQUEST.get(act, act))}


def table_of(row: Submission, cast: Cast, who: str) -> dict[str, Any]:
    person = getattr(cast, who)
    return facts.possible(
        Submission.objects.with_facts().get(pk=row.pk), person=person, now=clock.now(), owner=who == "teacher"
    )


def test_what_is_allowed_succeeds_and_what_is_not_is_refused_as_the_table_says(
    cast: Cast, clients: dict[Any, ApiClient], situation: Submission
) -> None:
    for who in INSIDERS:
        table = table_of(situation, cast, who)
        assert clients[who].get(f"/api/v1/submissions/{situation.pk}").json()["allowed"] == table["allowed"]
        for act in asked_of(work.reread(situation), who):
            answer, moved = tried(clients, work.reread(situation), act, who)
            try:
                check(answer, moved, act, table)
            except AssertionError as error:
                error.add_note(f"{act} by {who}")
                raise


def test_under_every_other_sky_too(
    cast: Cast, clients: dict[Any, ApiClient], situation: Submission, time_machine: Any
) -> None:
    """Each act of which the table says something else than in an open class before the due time; the rest was tried."""
    clear = {who: table_of(situation, cast, who) for who in THE_THREE}
    wrong = []
    for sky, (comes, moment) in SKIES.items():
        with transaction.atomic():
            time_machine.move_to(moment, tick=False)
            comes(work.reread(situation), cast)
            for who in THE_THREE if sky not in ALIKE_TO_STAFF else THE_THREE[:2]:
                wrong += [f"{sky}: {fault}" for fault in faults(cast, clients, situation, who, clear[who])]
            transaction.set_rollback(True)
        time_machine.move_to(NOON, tick=False)
    assert not wrong, "\n".join(wrong)


def faults(
    cast: Cast, clients: dict[Any, ApiClient], situation: Submission, who: str, clear: dict[str, Any]
) -> Iterator[str]:
    table, row = table_of(situation, cast, who), work.reread(situation)
    shown = clients[who].get(f"/api/v1/submissions/{row.pk}")
    absent = is_absent_to(who, row)
    if (shown.status_code == 404) != absent:
        yield f"{who} is shown it: {shown.status_code}"
    elif not absent and shown.json()["allowed"] != table["allowed"]:
        yield f"{who} is told {shown.json()['allowed']}, not {table['allowed']}"
    for act in asked_of(row, who):
        if not absent and verdict(table, act) == verdict(clear, act):
            continue
        answer, moved = tried(clients, row, act, who)
        try:
            if absent and not (who == "student" and act in AT_HER_TEXT):
                assert (answer.status_code, moved) == (404, False)
            else:
                check(answer, moved, act, table)
        except AssertionError:
            yield f"{act} by {who}: {answer.status_code} {answer.content[:80]!r}, moved: {moved}"


def is_absent_to(who: str, row: Submission) -> bool:
    """Work that was taken away is none of hers; without names, staff know of work when something of it is in."""
    if who == "student":
        return row.state == "void"
    came = row.handed_in_at is not None or row.hand_ins_waiting > 0
    return row.assignment.anonymous and not (came and row.state != "excused")


def test_whoever_is_outside_the_work_gets_nowhere_with_any_act(
    cast: Cast, clients: dict[Any, ApiClient], situation: Submission
) -> None:
    for who in OUTSIDERS:
        for act in asked_of(situation, who):
            answer, moved = tried(clients, work.reread(situation), act, who)
            assert (answer.status_code, moved) == (404 if who else 401, False), (who, act)


def test_every_act_that_somebody_asks_for_is_tried() -> None:
    by_themselves = {Act.ASSIGN, Act.VOID, Act.RESTORE, Act.HAND_IN_AT_CLOSE, Act.REINSTATE}
    assert {row.act for row in TABLE} - by_themselves == set(REQUESTS)
