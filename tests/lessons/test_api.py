"""The catalogue through REST."""

import gzip
import hashlib
from collections.abc import Callable
from typing import Any

import pytest

from lessons.models import Course, Edition, Lesson
from tests.api_client import ApiClient, code
from tests.cast import Cast
from tests.lessons.factories import make_lesson, publish


@pytest.fixture
def edition(db: None) -> Edition:
    return publish(make_lesson())


def address(edition: Edition) -> str:
    return f"/api/v1/editions/{edition.pk}"


def test_the_catalogue_names_the_current_edition_and_asks_for_no_sign_in(api: ApiClient, edition: Edition) -> None:
    shown = api.get(f"/api/v1/lessons/{edition.lesson.slug}").json()
    assert shown["title"] == edition.title
    assert shown["edition"]["id"] == edition.pk
    assert shown["edition"]["number"] == 1
    assert [row["slug"] for row in api.get("/api/v1/lessons").json()["results"]] == [edition.lesson.slug]
    courses = api.get("/api/v1/courses").json()["results"]
    assert [(row["slug"], row["lessons"]) for row in courses] == [(edition.lesson.course.slug, 1)]


def test_what_is_not_published_is_not_there(api: ApiClient, edition: Edition) -> None:
    draft = make_lesson(slug="draft")
    empty = Course.objects.create(title="Empty", slug="empty")
    assert code(api.get(f"/api/v1/lessons/{draft.slug}")) == "not-found"
    assert code(api.get(f"/api/v1/courses/{empty.slug}")) == "not-found"
    assert code(api.get(f"/api/v1/editions/{'0' * 64}")) == "not-found"
    assert {row["slug"] for row in api.get("/api/v1/lessons").json()["results"]} == {edition.lesson.slug}


def test_an_edition_is_served_byte_for_byte_and_its_sha256_is_its_id(api: ApiClient, edition: Edition) -> None:
    response = api.get(address(edition))
    assert hashlib.sha256(response.content).hexdigest() == edition.pk
    assert response["ETag"] == f'"{edition.pk}"'
    assert "immutable" in response["Cache-Control"]
    zipped = api.get(address(edition), headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(zipped.content) == response.content
    assert zipped["ETag"] != response["ETag"]


@pytest.mark.parametrize(
    ("accepted", "zipped"),
    [
        ("gzip", True),
        ("br, GZip;q=0.5", True),
        ("*", True),
        ("gzip;q=0", False),
        ("gzip; q=0.000, *", False),
        ("*;q=0", False),
        ("br, deflate", False),
        ("x-gzip-like", False),
        ("", False),
    ],
)
def test_an_edition_is_zipped_for_those_who_take_it(
    api: ApiClient, edition: Edition, accepted: str, zipped: bool
) -> None:
    response = api.get(address(edition), headers={"Accept-Encoding": accepted})
    assert response.has_header("Content-Encoding") is zipped
    plain = gzip.decompress(response.content) if zipped else response.content
    assert hashlib.sha256(plain).hexdigest() == edition.pk


def test_an_unchanged_edition_costs_a_304_in_the_form_that_the_caller_holds(api: ApiClient, edition: Edition) -> None:
    for encoding in ("identity", "gzip"):
        tag = api.get(address(edition), headers={"Accept-Encoding": encoding})["ETag"]
        again = api.get(address(edition), headers={"Accept-Encoding": encoding, "If-None-Match": f'"x", W/{tag}'})
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag)
    unheld = api.get(address(edition), headers={"If-None-Match": f'"{edition.pk}-gzip"'})
    assert unheld.status_code == 200


def test_the_answer_key_is_nowhere_in_what_is_served(api: ApiClient, edition: Edition) -> None:
    key = edition.read_key()
    served = api.get(address(edition)).content.decode()
    models = [answer["model_answer"] for answer in key.data["answers"] if answer["model_answer"]]
    assert models
    assert not [model for model in models if model in served]
    assert '"correct"' not in served


def test_a_bad_token_is_refused_and_never_taken_for_an_anonymous_reader(api: ApiClient, edition: Edition) -> None:
    assert api.get(address(edition)).status_code == 200
    response = api.get(address(edition), headers={"Authorization": "Bearer nonsense"})
    assert code(response) == "unauthenticated"
    assert response["WWW-Authenticate"].startswith("Bearer")


def test_an_edition_that_is_current_no_more_stays_readable(api: ApiClient, edition: Edition) -> None:
    before = api.get(address(edition)).content
    lesson = Lesson.objects.get(pk=edition.lesson_id)
    lesson.title = "Another title"
    second = publish(lesson)
    assert second.pk != edition.pk
    assert api.get(address(edition)).content == before
    assert api.get(f"/api/v1/lessons/{lesson.slug}").json()["edition"]["number"] == 2


def test_reading_a_lesson_costs_two_queries_with_the_sign_in(
    cast: Cast, api: ApiClient, edition: Edition, queries: Callable[[Callable[[], Any]], int]
) -> None:
    reader = api.as_(cast.student)
    assert queries(lambda: reader.get(address(edition))) == 2


def test_the_catalogue_costs_the_same_for_one_lesson_and_for_ten(
    api: ApiClient, edition: Edition, queries: Callable[[Callable[[], Any]], int]
) -> None:
    one = queries(lambda: api.get("/api/v1/lessons"))
    for number in range(9):
        publish(make_lesson(slug=f"lesson-{number}"))
    assert len(api.get("/api/v1/lessons").json()["results"]) == 10
    assert queries(lambda: api.get("/api/v1/lessons")) == one


def test_lessons_are_found_by_course_and_by_their_published_words(api: ApiClient, edition: Edition) -> None:
    def found(query: str) -> list[str]:
        return [row["slug"] for row in api.get(f"/api/v1/lessons?{query}").json()["results"]]

    assert found(f"course={edition.lesson.course.slug}") == [edition.lesson.slug]
    assert found("course=nowhere") == []
    word = edition.read().title.split()[0]
    assert found(f"q={word}") == [edition.lesson.slug]
    assert found("q=zyzzyva") == []
    # What people type around a word is no command of the search engine.
    assert found(f"q=%22{word}*") == [edition.lesson.slug]
    assert found("q=%22") == []
