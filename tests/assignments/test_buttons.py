"""The buttons and forms of the pages, held against the table: what the two desks offer is what `allowed` says, in every
situation, before the due time, after it and after the close, to everybody who has a part."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts import actions as people
from accounts.models import Classroom
from assignments import facts
from assignments.lifecycle import TABLE, Act
from assignments.models import Draft, Submission
from assignments.timing import Window
from destalin_site.common import clock
from tests.api_client import ApiClient
from tests.assignments import work
from tests.assignments.test_states_over_rest import INSIDERS, NOON, SITUATIONS, returned
from tests.cast import Cast

pytestmark = pytest.mark.django_db

CLOSED = NOON + dt.timedelta(days=20)
SKIES = {"open": NOON, "due over": work.at("2026-05-04T11:00Z"), "closed": CLOSED, "archived": CLOSED}


def _offers(name: str, *, without: str = "") -> Callable[[Submission, str], bool]:
    """Whether a form or a link of the page leads there; `without` is what the same form has when it is another act."""

    def offers(row: Submission, page: str) -> bool:
        address = re.escape(reverse(name, args=[row.pk]))
        form = re.search(rf'<(?:form|a)\b[^>]*(?:action|href)="{address}".*?</(?:form|a)>', page, re.DOTALL)
        return form is not None and not (without and without in form.group())

    return offers


def _hands_in(words: str) -> Callable[[Submission, str], bool]:
    return lambda row, page: re.search(rf"data-hand-in>{words}<", page) is not None


def _links(name: str, words: str) -> Callable[[Submission, str], bool]:
    return lambda row, page: f'<a href="{reverse(name, args=[row.pk])}">{words}</a>' in page


def _accepts(row: Submission, page: str) -> bool:
    return any(reverse("grade-accept", args=[row.pk, copy.pk]) in page for copy in row.parked.all())


def _returns(without: bool) -> Callable[[Submission, str], bool]:
    there = _offers("grade-return")
    return lambda row, page: there(row, page) and ('name="without_submission"' in page) is without


ON_HER_DESK: dict[Act, Callable[[Submission, str], bool]] = {
    Act.SAVE: lambda row, page: 'name="do" value="save"' in page,
    Act.SUBMIT: _hands_in("Hand in answer"),
    Act.REPLACE: _hands_in("Hand in again"),
    Act.WITHDRAW: _offers("take-back"),
    Act.KEEP_GRADE: _offers("keep-grade"),
    Act.ASK_MORE_TIME: _offers("more-time"),
}
ON_THE_GRADING_DESK: dict[Act, Callable[[Submission, str], bool]] = {
    Act.CLAIM: _offers("grade-claim", without='name="takeover"'),
    Act.RELEASE: _offers("grade-release"),
    Act.MARK: lambda row, page: (
        re.search(r'<textarea(?![^>]*\bdisabled)[^>]*name="feedback"', page) is not None or 'href="?without=1"' in page
    ),
    Act.RETURN: _returns(without=False),
    Act.GRADE_WITHOUT_SUBMISSION: _returns(without=True),
    Act.RECALL: _offers("grade-recall"),
    Act.REQUEST_REVISION: lambda row, page: "Give back to revise" in page and _offers("revision")(row, page),
    Act.KEEP_GRADE: lambda row, page: "Look at the revision" in page and _offers("revision")(row, page),
    Act.EXCUSE: _offers("grade-excuse"),
    Act.LIFT_EXCUSE: _offers("grade-excuse-lift"),
    Act.HAND_IN_FOR: _offers("hand-in-for"),
    Act.EXTEND: _offers("extension"),
    Act.ACCEPT_PARKED: _accepts,
    Act.COUNT_DEVICE_TIME: _links("device-time", "Count the time of the device"),
    Act.COUNT_ARRIVAL_TIME: _links("device-time", "Count the time of arrival again"),
}


def _exceptions(row: Submission, person: Any, allowed: list[str]) -> dict[Act, str]:
    """What is allowed and has no button, on purpose, with the reason."""
    state, now = row.state_at(clock.now()), clock.now()
    found: dict[Act, str] = {}
    if person.pk == row.student_id:
        answers_first = row.assignment.replies_required and row.window_at(now) is Window.OPEN
        if state == "returned" and Act.SUBMIT not in allowed and not answers_first:
            # A form there would take words that nobody reads. What a device sends late is kept, and shown.
            found[Act.SAVE] = "nothing can be handed in any more"
        return found
    claim = row.claim_seen_by(person.pk, now)
    if not row.late_seconds:
        found[Act.COUNT_DEVICE_TIME] = "it is in time already"
    if claim == "mine":
        found[Act.CLAIM] = "every save makes it last longer"
    if claim == "expired":
        found[Act.RELEASE] = "a lease that ran out is let go already"
    if state == "in_review" and row.counted_id is None:
        found[Act.CLAIM] = "what is claimed here are marks without a hand-in, and they are open already"
    return found


@pytest.mark.parametrize("name", SITUATIONS)
def test_the_pages_offer_what_the_table_allows(cast: Cast, time_machine: Any, name: str) -> None:
    time_machine.move_to(NOON, tick=False)
    arrange, settings = SITUATIONS[name]
    given = work.make_assignment(
        cast, due=work.due("2026-05-03T12:00"), closes_at=work.at("2026-05-04T12:00Z"), **settings
    )
    pk = work.submission_of(given, cast.student).pk
    arrange(Submission.objects.get(pk=pk), cast)
    wrong = []
    for sky, moment in SKIES.items():
        time_machine.move_to(moment, tick=False)
        if sky == "archived":
            people.archive(Classroom.objects.get(pk=cast.room.pk), by=cast.teacher)
        for who in INSIDERS:
            person, row = getattr(cast, who), Submission.objects.with_facts().get(pk=pk)
            client = Client()
            client.force_login(person)
            hers = who == "student"
            page = client.get(reverse("desk" if hers else "grade", args=[pk])).content.decode()
            allowed = facts.possible(row, person=person, now=moment, owner=who == "teacher")["allowed"]
            pieces = ON_HER_DESK if hers else ON_THE_GRADING_DESK
            assert set(allowed) <= set(pieces), "an act that no page is asked about"
            shown = {act.value for act, there in pieces.items() if there(row, page)}
            expected = set(allowed) - {act.value for act in _exceptions(row, person, allowed)}
            if shown != expected:
                wrong.append((sky, who, "too much", sorted(shown - expected), "lacking", sorted(expected - shown)))
    assert not wrong, wrong


def test_every_act_that_a_person_asks_for_has_its_piece_of_a_page() -> None:
    by_themselves = {Act.ASSIGN, Act.VOID, Act.RESTORE, Act.HAND_IN_AT_CLOSE, Act.REINSTATE}
    assert {row.act for row in TABLE} - by_themselves == set(ON_HER_DESK) | set(ON_THE_GRADING_DESK)


def test_what_reaches_returned_work_late_is_kept_and_shown_though_her_desk_has_no_form_for_it(
    cast: Cast, api: ApiClient, time_machine: Any
) -> None:
    """The declared exception: saving is allowed, so that no device loses a word, and no page asks for words that nobody
    would read."""
    time_machine.move_to(NOON, tick=False)
    row = work.submission_of(work.make_assignment(cast), cast.student)
    returned(row, cast)
    rev = Draft.objects.filter(submission=row).values_list("rev", flat=True).first() or 0
    late = {"body": work.body_for(row.assignment, "Written on the train.")}
    answer = api.as_(cast.student).put(f"/api/v1/submissions/{row.pk}/draft", late, headers={"If-Match": f'"d{rev}"'})
    assert answer.status_code == 200
    client = Client()
    client.force_login(cast.student)
    page = client.get(reverse("desk", args=[row.pk])).content.decode()
    assert "Written on the train." in page
    assert "Nothing more is handed in here; what you wrote is kept." in page
    assert 'value="save"' not in page
