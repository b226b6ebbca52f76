"""Drafts are the student's own, unless the assignment says from the beginning that they are read; she is told so."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from assignments import actions
from assignments.models import Assignment, Draft, Submission
from destalin_site.common.errors import ValidationFailed
from tests.api_client import ApiClient
from tests.assignments import work
from tests.cast import Cast

pytestmark = pytest.mark.django_db

WORDS = "Half a thought about the wall."
STAFF = ("teacher", "co_teacher", "assistant")
TOLD = "Your teachers can read what you write here while you write it"


def ask(user: User | None, name: str, *args: Any) -> Any:
    client = Client()
    if user:
        client.force_login(user)
    return client.get(reverse(name, args=args))


def begun(cast: Cast, **fields: Any) -> Submission:
    row = work.submission_of(work.make_assignment(cast, **fields), cast.student)
    actions.save_draft(row, body=work.body_for(row.assignment, WORDS), if_rev=0, by=cast.student)
    return work.reread(row)


def places(row: Submission) -> list[tuple[str, Any]]:
    return [("assignment-board", row.assignment_id), ("grade", row.pk)]


def test_where_it_is_said_the_staff_read_it_from_board_and_desk_and_over_rest(cast: Cast, api: ApiClient) -> None:
    row = begun(cast, drafts_visible=True)
    assert TOLD in ask(cast.student, "desk", row.pk).content.decode()
    where = reverse("draft-to-read", args=[row.pk])
    for who in STAFF:
        user = getattr(cast, who)
        for place in places(row):
            page = ask(user, *place).content.decode()
            assert f'href="{where}"' in page
            assert WORDS not in page
        page = ask(user, "draft-to-read", row.pk).content.decode()
        assert WORDS in page
        assert "<textarea" not in page
        told = api.as_(user).get(f"/api/v1/submissions/{row.pk}/draft")
        assert WORDS in told.content.decode()
        assert (
            api.as_(user).put(f"/api/v1/submissions/{row.pk}/draft", {}, headers={"If-Match": '"d1"'}).status_code
            == 403
        )
    assert Draft.objects.get(submission=row).rev == 1
    row.refresh_from_db()
    assert row.state == "drafting"


def test_nobody_else_reads_it_there_either(cast: Cast, api: ApiClient) -> None:
    row = begun(cast, drafts_visible=True)
    for who, status in (("student", 403), ("classmate", 404), ("other_teacher", 404), ("stranger", 404)):
        assert ask(getattr(cast, who), "draft-to-read", row.pk).status_code == status, who
        if who != "student":
            assert api.as_(getattr(cast, who)).get(f"/api/v1/submissions/{row.pk}/draft").status_code == 404


def test_by_itself_nobody_reads_it_and_nothing_leads_to_it(cast: Cast, api: ApiClient) -> None:
    """`test_leaks` walks the whole site for the words of such a draft; this is what the setting would open."""
    row = begun(cast)
    assert TOLD not in ask(cast.student, "desk", row.pk).content.decode()
    where = reverse("draft-to-read", args=[row.pk])
    for who in STAFF:
        user = getattr(cast, who)
        assert ask(user, "draft-to-read", row.pk).status_code == 403
        assert api.as_(user).get(f"/api/v1/submissions/{row.pk}/draft").status_code == 403
        for place in places(row):
            page = ask(user, *place).content.decode()
            assert where not in page
            assert WORDS not in page


def test_what_is_said_later_is_refused_once_somebody_has_begun(cast: Cast) -> None:
    fresh = work.make_assignment(cast)
    changed = actions.update_assignment(fresh, if_version=1, by=cast.teacher, drafts_visible=True)
    assert changed.drafts_visible
    row = begun(cast)
    with pytest.raises(ValidationFailed) as refused:
        actions.update_assignment(row.assignment, if_version=1, by=cast.teacher, drafts_visible=True)
    assert refused.value.extra["errors"][0]["code"] == "drafts-begun"
    assert not Assignment.objects.get(pk=row.assignment_id).drafts_visible


def test_it_is_never_said_beside_hidden_names(cast: Cast, api: ApiClient) -> None:
    with pytest.raises(ValidationFailed) as refused:
        work.make_assignment(cast, anonymous=True, drafts_visible=True)
    assert refused.value.extra["errors"][0]["code"] == "drafts-tell"
    # And where both stand in the table all the same, names come first.
    row = begun(cast, anonymous=True)
    Assignment.objects.filter(pk=row.assignment_id).update(drafts_visible=True)
    assert ask(cast.teacher, "draft-to-read", row.pk).status_code in (403, 404)
    assert api.as_(cast.teacher).get(f"/api/v1/submissions/{row.pk}/draft").status_code in (403, 404)


def test_it_is_set_by_the_form_and_over_rest(cast: Cast, api: ApiClient) -> None:
    given = work.make_assignment(cast)
    page = ask(cast.teacher, "assignment-edit", given.pk).content.decode()
    assert 'name="drafts_visible"' in page
    teacher = api.as_(cast.teacher)
    address = f"/api/v1/assignments/{given.pk}"
    answer = teacher.patch(address, {"drafts_visible": True}, headers={"If-Match": '"a1"'})
    assert answer.json()["drafts_visible"] is True
    assert api.as_(cast.student).get(address).json()["drafts_visible"] is True
