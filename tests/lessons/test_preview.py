"""The editor's preview: the page as readers would get it, whatever state the draft is in."""

import pytest
from django.test import RequestFactory

from lessons.models import Lesson
from tests.cast import person
from tests.lessons.factories import make_image, make_lesson, make_source, publish, question

pytestmark = pytest.mark.django_db


def previewed(row):
    request = RequestFactory().get("/cms/")
    request.user = person(f"curator-{row.pk}", is_superuser=True)
    response = row.make_preview_request(request, "")
    if hasattr(response, "render"):
        response.render()
    return response.content.decode()


def test_a_draft_is_previewed_as_readers_would_see_it():
    lesson = make_lesson()
    publish(lesson)
    lesson = Lesson.objects.get(pk=lesson.pk)
    lesson.title = "Walls, not yet published"
    page = previewed(lesson)
    assert "Walls, not yet published" in page
    assert "The wall went up in a night." in page
    assert "cannot be published" not in page


def test_an_unfinished_draft_is_previewed_with_what_is_missing():
    body = [
        ("paragraph", "<p>What is there.</p>"),
        ("figure", {"image": None, "alt": ""}),
        ("figure", {"image": make_image(), "alt": ""}),
        ("source", {"source": None}),
        ("source", {"source": make_source(published=False)}),
        ("question", question("single")),
        ("question", question("")),
        ("paragraph", ""),
        ("disputed", {"label": "", "unit": "", "rows": []}),
    ]
    page = previewed(make_lesson(sections=[("", body), ("Empty", [])]))
    assert "What is there." in page
    assert "This cannot be published yet" in page
    assert "Choose an image." in page


def test_a_source_is_previewed_before_it_is_published():
    source = make_source(published=False, passages=("The foreman keeps the count.",))
    source.title = "Retitled"
    page = previewed(source)
    assert "Retitled" in page
    assert "The foreman keeps the count." in page
    assert "cannot be published" not in page
