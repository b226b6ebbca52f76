"""Editions in the administrator's pages: to look at."""

from typing import Any

import pytest
from django.test import Client

from lessons import adaptations
from lessons.models import Edition
from tests.cast import Cast
from tests.lessons.factories import make_edition

EDITIONS = "/admin/lessons/edition/"


@pytest.fixture
def desk(cast: Cast, client: Client) -> Client:
    client.force_login(cast.admin)
    return client


@pytest.fixture
def edition(db: None) -> Edition:
    return make_edition(title="A wall in Berlin")


def test_the_list_tells_of_each_edition_and_leads_to_its_page(desk: Client, edition: Edition) -> None:
    shown = desk.get(EDITIONS).content.decode()
    page = f"/lessons/{edition.lesson.slug}/editions/{edition.number}/"
    for fact in ("A wall in Berlin", edition.pk, str(edition.size), f'href="{page}"'):
        assert fact in shown
    assert desk.get(page).status_code == 200


def test_it_is_found_by_lesson_address_and_digest(desk: Client, edition: Edition) -> None:
    make_edition(title="Something else")
    for words in ("wall", edition.lesson.slug, edition.pk[:12]):
        assert [row.pk for row in desk.get(EDITIONS, {"q": words}).context["cl"].result_list] == [edition.pk]


def test_which_edition_is_current_is_told_and_asked_for(desk: Client, edition: Edition) -> None:
    lesson = edition.lesson
    lesson.title = "A wall, revised"
    lesson.save_revision().publish()
    newer = lesson.editions.get(number=2)
    found = {row.pk: hasattr(row, "current") for row in desk.get(EDITIONS).context["cl"].result_list}
    assert found == {edition.pk: False, newer.pk: True}
    current = desk.get(EDITIONS, {"current__isempty": "0"}).context["cl"].result_list
    assert [row.pk for row in current] == [newer.pk]


def test_what_a_teacher_made_of_one_is_not_among_them(cast: Cast, desk: Client, edition: Edition) -> None:
    hers = adaptations.cut(adaptations.start(edition, by=cast.teacher), by=cast.teacher)
    assert [row.pk for row in desk.get(EDITIONS).context["cl"].result_list] == [edition.pk]
    assert desk.get(f"{EDITIONS}{hers.pk}/change/").status_code == 302


def test_nobody_changes_adds_or_deletes_one_here(desk: Client, edition: Edition) -> None:
    where = f"{EDITIONS}{edition.pk}"
    assert desk.get(f"{where}/change/").status_code == 200
    assert desk.post(f"{where}/change/", {"title": "Other"}).status_code == 403
    assert desk.post(f"{where}/delete/", {"post": "yes"}).status_code == 403
    assert desk.get(f"{EDITIONS}add/").status_code == 403
    assert Edition.objects.get().title == "A wall in Berlin"


def test_its_page_shows_no_answer_key(desk: Client, edition: Edition) -> None:
    assert b"The city did." in bytes(edition.face("key").bytes)
    assert "The city did." not in desk.get(f"{EDITIONS}{edition.pk}/change/").content.decode()


def test_the_list_costs_the_same_for_one_edition_and_for_ten(desk: Client, edition: Edition, queries: Any) -> None:
    desk.get(EDITIONS)
    one = queries(lambda: desk.get(EDITIONS))
    for _n in range(9):
        make_edition()
    assert queries(lambda: desk.get(EDITIONS)) == one


def test_it_is_the_administrators(cast: Cast, client: Client, edition: Edition) -> None:
    for user in (cast.teacher, cast.curator, cast.student):
        client.force_login(user)
        assert client.get(EDITIONS).status_code == 302
