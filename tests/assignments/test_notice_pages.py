"""The pages and the REST interface of notices: what is new in the head, the list, and what is chosen."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.core import mail
from django.test import Client, RequestFactory
from django.urls import reverse

from assignments import actions, unsubscribing
from assignments.models import Notice, NoticeChoice
from assignments.views import notices as views
from tests.api_client import ApiClient
from tests.assignments import work
from tests.assignments.told import read_all, unread, with_mail
from tests.assignments.work import at
from tests.cast import Cast

pytestmark = pytest.mark.django_db

Queries = Callable[[Callable[[], object]], int]


@pytest.fixture
def hers(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.student, backend="django.contrib.auth.backends.ModelBackend")
    return client


def head(client: Client, address: str = "/catalogue/") -> str:
    page = client.get(address).content.decode()
    return re.search(r'<a class="bell".*?</a>', page, re.DOTALL)[0]  # type: ignore[index]


def give(cast: Cast, count: int) -> None:
    edition = work.make_edition()
    for n in range(count):
        work.make_assignment(cast, edition, title=f"Walls {n}")


def test_the_head_of_every_page_says_how_many_are_new(hers: Client, cast: Cast) -> None:
    assert "Notices" in head(hers)
    assert 'class="n"' not in head(hers)
    give(cast, 2)
    assert '<span class="n" aria-hidden="true">2</span>' in head(hers)
    assert "2 are new." in head(hers, "/classes/")
    read_all(cast.student)
    assert 'class="n"' not in head(hers)


def test_a_page_is_one_query_dearer_however_many_are_new(hers: Client, cast: Cast, queries: Queries) -> None:
    hers.get("/classes/")
    none = queries(lambda: hers.get("/classes/"))
    part = queries(lambda: hers.get("/classes/", headers={"HX-Request": "true"}))
    give(cast, 5)
    assert queries(lambda: hers.get("/classes/")) == none == part + 1


def test_the_list_stands_by_day_latest_first_and_each_leads_to_its_work(
    hers: Client, cast: Cast, time_machine: Any
) -> None:
    edition = work.make_edition()
    for moment, title in (("2026-05-01T09:00Z", "Walls"), ("2026-05-02T22:30Z", "Gates")):
        time_machine.move_to(at(moment), tick=False)
        work.make_assignment(cast, edition, title=title)
    time_machine.move_to(at("2026-05-03T09:00Z"), tick=False)
    hers.force_login(cast.student, backend="django.contrib.auth.backends.ModelBackend")
    page = hers.get("/notices/").content.decode()
    # On the clocks of her school it was past midnight.
    assert re.findall(r"<h2>([^<]*)</h2>", page) == ["Sunday 3 May 2026", "Friday 1 May 2026"]
    assert "00:30 CEST" in page
    for notice in Notice.objects.filter(person=cast.student):
        assert f'href="/work/{notice.submission_id}/"' in page


def test_one_is_marked_as_read_and_then_all(hers: Client, cast: Cast) -> None:
    give(cast, 3)
    one = Notice.objects.filter(person=cast.student).latest_first()[1]
    page = hers.get("/notices/")
    until = page.context_data["until"]
    assert unread(cast.student) == ["assigned"] * 3  # looking changes nothing
    assert hers.post(reverse("notice-read", args=[one.pk]), {"page": "2"})["Location"] == "/notices/?page=2"
    assert len(unread(cast.student)) == 2
    assert hers.post(reverse("notices-read"), {"until": until})["Location"] == "/notices/"
    assert unread(cast.student) == []
    assert "Mark all as read" not in hers.get("/notices/").content.decode()
    assert hers.post(reverse("notices-read"), {"until": "soon"}).status_code == 400


def test_older_ones_stand_on_further_pages_and_a_page_costs_the_same(
    hers: Client, cast: Cast, queries: Queries
) -> None:
    give(cast, 1)
    hers.get("/notices/")
    one = queries(lambda: hers.get("/notices/"))
    give(cast, views.A_PAGE)
    assert queries(lambda: hers.get("/notices/")) == one
    assert len(re.findall(r'<li class="new">', hers.get("/notices/").content.decode())) == views.A_PAGE
    assert len(re.findall(r'<li class="new">', hers.get("/notices/?page=2").content.decode())) == 1


def test_whoever_was_told_nothing_reads_what_would_stand_here(hers: Client) -> None:
    assert "Nothing has happened yet" in hers.get("/notices/").content.decode()


def test_the_template_gets_finished_values(
    cast: Cast, rf: RequestFactory, no_queries: Callable[[], AbstractContextManager[None]]
) -> None:
    give(cast, 2)
    request = rf.get("/notices/")
    request.user = cast.student
    response = views.notices(request)
    with no_queries():
        response.render()  # type: ignore[attr-defined]


# ------------------------------------------------------------------------------------------------------------- by mail


def test_without_an_address_nothing_is_offered_and_it_says_why(hers: Client, cast: Cast) -> None:
    for verified in (None, False):
        if verified is not None:
            with_mail(cast.student, verified=verified)
            actions.choose_notices(mail="never", by=cast.student)
        page = hers.get("/settings/notices/").content.decode()
        assert "there is no confirmed address of yours" in page
        assert 'type="radio"' not in page
        hers.post("/settings/notices/", {"mail": "daily", "hour": "8"})
        assert not NoticeChoice.objects.filter(mail="daily").exists()


def test_whoever_has_an_address_chooses_and_gets_nothing_before_that(hers: Client, cast: Cast) -> None:
    with_mail(cast.student)
    NoticeChoice.objects.all().delete()
    page = hers.get("/settings/notices/").content.decode()
    assert "student@school.example" in page
    assert 'value="never" required id="id_mail_0" checked' in page
    assert "07:00 Warsaw time" in page
    assert hers.post("/settings/notices/", {"mail": "daily", "hour": "18"}).status_code == 302
    choice = NoticeChoice.objects.get(person=cast.student)
    assert (choice.mail, choice.hour) == ("daily", 18)
    assert "They come by mail once a day." in hers.get("/notices/").content.decode()
    again = hers.post("/settings/notices/", {"mail": "daily", "hour": "25"}).content.decode()
    assert "not one of the available choices" in again
    assert mail.outbox == []


def test_the_link_of_a_mail_asks_first_and_a_mail_program_does_not(client: Client, cast: Cast) -> None:
    with_mail(cast.student)
    link = reverse("notices-unsubscribe", args=[unsubscribing.token_of(cast.student.pk)])
    page = client.get(link).content.decode()
    assert "Shall that end?" in page
    assert NoticeChoice.objects.get().mail == "daily"  # looking changes nothing
    strict = Client(enforce_csrf_checks=True)
    said = strict.post(link, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded")
    assert "No more mails will come" in said.content.decode()
    assert NoticeChoice.objects.get().mail == "never"
    assert strict.post(link).status_code == 200
    assert client.get(link.replace(cast.student.pk.hex, cast.teacher.pk.hex)).status_code == 404


# ---------------------------------------------------------------------------------------------------------------- REST


def test_rest_tells_the_same_with_the_count_of_what_is_unread(api: ApiClient, cast: Cast, queries: Queries) -> None:
    give(cast, 3)
    client = api.as_(cast.student)
    first = client.get("/api/v1/notices?limit=2").json()
    assert (len(first["results"]), first["unread"]) == (2, 3)
    row = first["results"][0]
    assert (row["kind"], row["words"], row["read_at"]) == ("assigned", "“Walls 2” was given to you.", None)
    assert row["url"] == f"/work/{row['submission']}/"
    rest = client.get(first["next"]).json()
    assert [item["assignment"]["title"] for item in rest["results"]] == ["Walls 0"]
    assert client.post(f"/api/v1/notices/{row['id']}/read", {}).json() == {"unread": 2}
    assert client.post(f"/api/v1/notices/{row['id']}/read", {}).json() == {"unread": 2}
    assert len(client.get("/api/v1/notices?unread=true").json()["results"]) == 2
    assert len(client.get("/api/v1/notices?unread=false").json()["results"]) == 1
    assert client.get("/api/v1/notices?unread=perhaps").status_code == 400
    cost = queries(lambda: client.get("/api/v1/notices"))
    give(cast, 9)
    assert queries(lambda: client.get("/api/v1/notices")) == cost
    until = Notice.objects.filter(person=cast.student).latest_first()[0].at.isoformat()
    assert client.post("/api/v1/notices/read", {"until": until}).json() == {"unread": 0}
    assert client.post("/api/v1/notices/read", {}).status_code == 422


def test_rest_chooses_too(api: ApiClient, cast: Cast) -> None:
    client = api.as_(cast.student)
    nothing = {"mail": "never", "hour": 7, "zone": "Europe/Warsaw", "address": None, "trouble": None}
    assert client.get("/api/v1/notices/choice").json() == nothing
    with_mail(cast.student)
    client.patch("/api/v1/notices/choice", {"hour": 20})
    assert client.get("/api/v1/notices/choice").json() == {
        **nothing,
        "mail": "daily",
        "hour": 20,
        "address": "student@school.example",
    }
    assert client.patch("/api/v1/notices/choice", {"hour": 24}).status_code == 422
    assert client.patch("/api/v1/notices/choice", {"weekly": True}).status_code == 422
