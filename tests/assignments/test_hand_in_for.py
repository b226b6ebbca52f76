"""A teacher hands in what a student wrote elsewhere."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from assignments import actions, errors, readings
from assignments.history import check_all
from assignments.models import Assignment, Attempt, Excuse, ParkedCopy, Submission
from destalin_site.common.errors import DomainError, Forbidden, IdempotencyKeyReused, ValidationFailed
from destalin_site.common.ids import uuid7
from tests.api_client import ApiClient, code
from tests.assignments import work
from tests.cast import Cast

pytestmark = pytest.mark.django_db

REASON = "Written on paper: his tablet broke"


def hand_in_for(submission: Submission, by: Any, body: Any = None, **said: Any) -> actions.HandedIn:
    return actions.hand_in_for(
        submission,
        **{
            "body": work.body_for(submission.assignment, "From the sheet.") if body is None else body,
            "reason": REASON,
            "client_attempt_id": uuid7(),
            "edition": submission.assignment.edition_id,
            "by": by,
            "received_at": dt.datetime.now(dt.UTC),
            **said,
        },
    )


def test_the_hand_in_names_the_teacher_and_counts_like_any_other(cast: Cast, submission: Submission) -> None:
    citations = [work.cited(submission.assignment.edition_id)]
    done = hand_in_for(submission, cast.teacher, work.body_for(submission.assignment, citations=citations, single=[0]))
    submission.refresh_from_db()
    attempt = done.attempt
    assert (attempt.via, attempt.by, attempt.number, attempt.incomplete) == ("proxy", cast.teacher, 1, False)
    assert (submission.state, submission.counted, submission.attempt_count) == ("submitted", attempt, 1)
    assert attempt.citations.count() == 1
    assert submission.grades.get().marks, "the key marks what was chosen"
    event = submission.events.handing_in_for().get()
    assert (event.transition, event.actor, event.reason) == ("T4p", cast.teacher, REASON)
    assert done.receipt.genuine
    assert list(check_all()) == []


def test_who_had_written_nothing_goes_on_from_that_text_and_who_had_keeps_her_draft(
    cast: Cast, assignment: Assignment
) -> None:
    nothing, begun = (work.submission_of(assignment, student) for student in (cast.student, cast.classmate))
    hers = work.body_for(assignment, "My own words.")
    actions.save_draft(begun, body=hers, if_rev=0, by=cast.classmate)
    for submission in (nothing, begun):
        hand_in_for(submission, cast.teacher)
        submission.refresh_from_db()
    assert nothing.draft.body == nothing.counted.body
    assert (begun.draft.rev, begun.draft.body) == (1, hers)
    assert work.hand_in(begun, hers).attempt.number == 2, "and she may replace it"


def test_it_needs_a_reason_and_words(cast: Cast, submission: Submission) -> None:
    for said, pointer, fault in (
        ({"reason": "  "}, "/reason", "reason-missing"),
        ({"body": {"answers": []}}, "/body", "empty"),
    ):
        with pytest.raises(ValidationFailed) as refused:
            hand_in_for(submission, cast.teacher, **said)
        assert [(e["pointer"], e["code"]) for e in refused.value.extra["errors"]] == [(pointer, fault)]
    assert not Attempt.objects.exists()
    assert hand_in_for(submission, cast.teacher).attempt.number == 1


def test_what_is_left_out_makes_it_incomplete_and_needs_no_second_word(cast: Cast, submission: Submission) -> None:
    body = work.body_for(submission.assignment, "", single=[0])
    assert hand_in_for(submission, cast.teacher, body).attempt.incomplete


def test_nothing_is_parked_for_a_teacher(cast: Cast, submission: Submission) -> None:
    citations = [work.cited(submission.assignment.edition_id) | {"source": "none"}]
    wrong = work.body_for(submission.assignment, citations=citations)
    for said in ({"body": wrong}, {"edition": "0" * 64}):
        with pytest.raises(DomainError) as refused:
            hand_in_for(submission, cast.teacher, **said)
        assert "parked_copy" not in refused.value.extra
    submission.refresh_from_db()
    assert (submission.state, ParkedCopy.objects.count()) == ("assigned", 0)


def test_the_same_sent_again_makes_no_second_hand_in(cast: Cast, submission: Submission) -> None:
    name = uuid7()
    first = hand_in_for(submission, cast.teacher, client_attempt_id=name)
    again = hand_in_for(submission, cast.teacher, client_attempt_id=name)
    assert (again.attempt, again.replayed) == (first.attempt, True)
    other = work.body_for(submission.assignment, "Other words.")
    with pytest.raises(IdempotencyKeyReused):
        hand_in_for(submission, cast.teacher, other, client_attempt_id=name)
    assert Attempt.objects.count() == 1


def test_after_the_close_it_still_counts_and_is_late(cast: Cast) -> None:
    assignment = work.make_assignment(cast, due=work.due("2026-05-01 12:00"), closes_at=work.at("2026-05-02T12:00Z"))
    submission = work.submission_of(assignment, cast.student)
    done = hand_in_for(submission, cast.teacher, received_at=work.at("2026-05-03T12:00Z"))
    assert done.timing.result == "late"


def _hand_in(submission: Submission, cast: Cast) -> None:
    work.hand_in(submission)


def _return(submission: Submission, cast: Cast) -> None:
    work.hand_in(submission)
    work.mark(submission, cast.teacher)
    actions.return_grade(submission, by=cast.teacher)


def _excuse(submission: Submission, cast: Cast) -> None:
    actions.excuse(submission, category=Excuse.OTHER, reason="A wedding", by=cast.teacher)


@pytest.mark.parametrize("there", [_hand_in, _return, _excuse])
def test_where_it_is_not_the_students_turn_nobody_hands_in_for_her(
    cast: Cast, submission: Submission, there: Callable[[Submission, Cast], None]
) -> None:
    there(submission, cast)
    count = Attempt.objects.count()
    with pytest.raises(errors.StateConflict):
        hand_in_for(submission, cast.teacher)
    assert Attempt.objects.count() == count


def test_no_student_hands_in_for_herself_as_another_and_nobody_in_an_archived_class(
    cast: Cast, submission: Submission
) -> None:
    with pytest.raises(Forbidden):
        hand_in_for(submission, cast.student)
    cast.room.archived_at = work.at("2026-06-30T00:00Z")
    cast.room.save(update_fields=["archived_at"])
    with pytest.raises(errors.ClassArchived):
        hand_in_for(submission, cast.teacher)


# --- Through REST


def sent(submission: Submission, **said: Any) -> dict[str, Any]:
    return {
        "client_attempt_id": str(uuid7()),
        "edition": submission.assignment.edition_id,
        "body": work.body_for(submission.assignment, "From the sheet."),
        "on_behalf": {"reason": REASON},
        **said,
    }


def test_a_client_hands_in_for_a_student_once_and_both_read_who_did(
    cast: Cast, api: ApiClient, submission: Submission
) -> None:
    teacher, where = api.as_(cast.teacher), f"/api/v1/submissions/{submission.pk}"
    assert "hand_in_for" in teacher.get(where).json()["allowed"]
    body = sent(submission)
    done = teacher.post(f"{where}/attempts", body)
    assert done.status_code == 201
    assert done.json()["submission"]["state"] == "submitted"
    assert done.json()["submission"]["refused"]["hand_in_for"] == "state-conflict"
    again = teacher.post(f"{where}/attempts", body)
    assert (again["Idempotency-Replayed"], again.json()["receipt"]) == ("true", done.json()["receipt"])
    for person in (cast.teacher, cast.student):
        for shown in (
            api.as_(person).get(f"{where}/attempts/1").json(),
            *api.as_(person).get(f"{where}/attempts").json()["results"],
        ):
            assert (shown["via"], shown["by"]) == ("proxy", {"id": str(cast.teacher.pk), "name": "Teacher"})


def test_who_hands_in_says_for_whom(cast: Cast, api: ApiClient, submission: Submission) -> None:
    where = f"/api/v1/submissions/{submission.pk}/attempts"
    plain = sent(submission)
    del plain["on_behalf"]
    assert code(api.as_(cast.teacher).post(where, plain)) == "forbidden"
    assert code(api.as_(cast.student).post(where, sent(submission))) == "forbidden"
    wrong_key = api.as_(cast.teacher).post(where, sent(submission), headers={"Idempotency-Key": str(uuid7())})
    assert code(wrong_key) == "idempotency-key-reused"
    assert not Attempt.objects.exists()
    assert not ParkedCopy.objects.exists()
    for behalf, pointer in (({}, "/on_behalf/reason"), ({"reason": " "}, "/on_behalf/reason")):
        refused = api.as_(cast.teacher).post(where, sent(submission, on_behalf=behalf))
        assert [e["pointer"] for e in refused.json()["errors"]] == [pointer]


def test_a_list_of_hand_ins_costs_the_same_for_one_and_for_five(
    cast: Cast, api: ApiClient, submission: Submission, queries: Callable[[Callable[[], Any]], int]
) -> None:
    teacher, where = api.as_(cast.teacher), f"/api/v1/submissions/{submission.pk}/attempts"
    hand_in_for(submission, cast.co_teacher)
    teacher.get(where)
    one = queries(lambda: teacher.get(where))
    for _more in range(4):
        work.hand_in(submission)
    assert queries(lambda: teacher.get(where)) == one


# --- The page


@pytest.fixture
def teacher(client: Client, cast: Cast) -> Client:
    client.force_login(cast.teacher)
    return client


def typed(submission: Submission, **fields: Any) -> dict[str, Any]:
    """The form as somebody fills it in: the essay, and the first option of the single choice."""
    document = readings.document(submission.assignment.edition_id)
    essay, single, _multiple = document.questions
    return {
        "edition": submission.assignment.edition_id,
        "client_attempt_id": str(uuid7()),
        "reason": REASON,
        f"text-{essay['id']}": "From the sheet,\r\nin two lines.",
        f"choice-{single['id']}": single["options"][0]["id"],
        **fields,
    }


def page_of(submission: Submission) -> str:
    return reverse("hand-in-for", args=[submission.pk])


def test_a_teacher_types_in_a_sheet_and_both_names_stand_on_the_receipt(
    teacher: Client, cast: Cast, submission: Submission
) -> None:
    desk = reverse("grade", args=[submission.pk])
    assert f'href="{page_of(submission)}"' in teacher.get(desk).content.decode()
    assert "Hand in for Student" in teacher.get(page_of(submission)).content.decode()
    sheet = typed(submission)
    for _again in range(2):
        shown = teacher.post(page_of(submission), sheet, follow=True)
        assert shown.redirect_chain == [(desk, 302)]
    page = shown.content.decode()
    assert "Handed in for Student. The receipt names you both." in page
    assert "Brought by Teacher." in page
    assert f'href="{page_of(submission)}"' not in page
    attempt = Attempt.objects.get()
    assert attempt.body["answers"][0]["blocks"][0]["text"] == "From the sheet,\nin two lines."
    assert len(attempt.body["answers"]) == 2
    hers = Client()
    hers.force_login(cast.student)
    receipt = hers.get(reverse("receipt", args=[submission.pk, 1])).content.decode()
    assert "Teacher, for Student" in receipt
    assert "his tablet broke" in receipt


def test_what_is_refused_is_shown_again_as_it_was_typed(teacher: Client, submission: Submission) -> None:
    sheet = typed(submission, reason=" ")
    answer = teacher.post(page_of(submission), sheet)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Say why." in page
    assert 'id="reason-error"' in page  # beside its field too
    assert 'id="scans-error"' not in page
    assert "From the sheet," in page
    assert sheet["client_attempt_id"] in page
    assert page.count(" checked") == 1
    stale = teacher.post(page_of(submission), typed(submission, edition="0" * 64))
    assert (stale.status_code, Attempt.objects.count()) == (409, 0)
    assert "From the sheet," in stale.content.decode()
    for broken in ({"client_attempt_id": "x"}, {"edition": ""}):
        assert teacher.post(page_of(submission), typed(submission, **broken)).status_code == 422
    assert teacher.post(page_of(submission), {**sheet, "reason": REASON}).status_code == 302


def test_where_nothing_can_be_handed_in_the_page_leads_back(teacher: Client, submission: Submission) -> None:
    work.hand_in(submission)
    shown = teacher.get(page_of(submission), follow=True)
    assert shown.redirect_chain == [(reverse("grade", args=[submission.pk]), 302)]
    assert "Nothing can be handed in here now." in shown.content.decode()


def test_a_draft_that_is_begun_is_told_and_not_shown(teacher: Client, cast: Cast, submission: Submission) -> None:
    hers = work.body_for(submission.assignment, "Between me and my desk.")
    actions.save_draft(submission, body=hers, if_rev=0, by=cast.student)
    page = teacher.get(page_of(submission)).content.decode()
    assert "A draft is begun." in page
    assert "Between me and my desk." not in page


def test_what_the_student_sent_herself_goes_on_waiting(cast: Cast) -> None:
    closed = work.make_assignment(cast, closes_at=work.at("2026-01-10T12:00Z"))
    submission = work.submission_of(closed, cast.student)
    with pytest.raises(DomainError):
        work.hand_in(submission)
    actions.hand_in_for(
        submission,
        body=work.body_for(closed, "On paper."),
        reason=REASON,
        client_attempt_id=work.a_uuid(7),
        edition=closed.edition_id,
        by=cast.teacher,
        received_at=work.at("2026-01-11T12:00Z"),
    )
    submission.refresh_from_db()
    assert submission.hand_ins_waiting == 1
    assert submission.parked.waiting().count() == 1
