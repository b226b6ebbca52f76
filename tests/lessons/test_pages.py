"""The pages that everybody may read."""

import json
import re

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from lessons import views
from lessons.document import Document
from tests.lessons import factories
from tests.lessons.test_render import blocks_of

pytestmark = pytest.mark.django_db


def shown(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


@pytest.fixture
def edition():
    source = factories.make_source(slug="mason", passages=("They pay by the stone.", "The <b>foreman</b> counts."))
    excerpt = {"source": source, "framing": "<p>Who speaks?</p>", "first": 2, "last": 2}
    rows = [{"who": "Us", "low": 1, "high": 2, "note": "guess"}, {"who": "Them", "low": 5, "high": None, "note": ""}]
    figures = {"label": "How many?", "unit": "stones", "rows": rows, "explanation": "<p>Nobody counted.</p>"}
    return factories.make_edition(
        slug="walls",
        title="Walls",
        summary="What walls are for.",
        sections=[
            ("Before", [("paragraph", "<p>One &amp; only.</p><ul><li>a</li><li>b</li></ul>"), ("source", excerpt)]),
            ("After", [("disputed", figures), ("question", factories.choice())]),
        ],
    )


def test_the_reading_room_shows_the_text_of_every_block_to_the_code_point(client, edition):
    document = Document(json.loads(edition.face("document").bytes))
    texts = {block["id"]: block["text"] for block in document.blocks() if block["kind"] != "question"}
    found = dict(blocks_of(shown(client, "/lessons/walls/")).found)
    assert found == {name: texts[name] for name in found}
    left_out = document.sources[0]["blocks"][0]["id"]
    assert texts.keys() - found.keys() == {left_out}


def test_paragraphs_and_passages_can_be_linked_to_by_their_names(client, edition):
    page = blocks_of(shown(client, "/lessons/walls/"))
    assert {"p1", "p2", "p3", "p4", "A2", "s1", "s2", "q1"} <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))


def test_readers_see_what_is_asked_and_nothing_of_the_answers(client, edition):
    page = shown(client, "/lessons/walls/")
    assert "Who gained?" in page
    assert "Question 1" in page
    assert "correct" not in page


def test_a_source_page_has_every_passage_its_record_and_how_to_cite_it(client, edition):
    page = shown(client, "/lessons/walls/editions/1/sources/mason/")
    assert {"A1", "A2"} <= set(blocks_of(page).ids)
    assert "February 1956" in page
    assert "Jan Mason to Piotr Mason" in page  # the note
    assert "Mason, Jan" in page  # the bibliography
    assert client.get("/lessons/walls/editions/1/sources/nobody/").status_code == 404


def test_an_older_edition_stays_where_it_was_and_says_that_there_is_a_newer_one(client, edition):
    lesson = edition.lesson
    lesson.title = "Walls, revised"
    factories.publish(lesson)
    assert "Walls, revised" in shown(client, "/lessons/walls/")
    old = shown(client, "/lessons/walls/editions/1/")
    assert '<h1 lang="en">Walls</h1>' in old
    assert "Read the current edition" in old
    assert "Read the current edition" not in shown(client, "/lessons/walls/editions/2/")
    assert "/lessons/walls/editions/1/" in shown(client, "/lessons/walls/")
    assert client.get("/lessons/walls/editions/3/").status_code == 404


def test_a_draft_is_nowhere(client, edition):
    draft = factories.make_lesson(course=edition.lesson.course, title="Unfinished", slug="draft")
    edition.lesson.title = "Half-way"
    edition.lesson.save_revision()
    for address in ["/", "/catalogue/", f"/courses/{draft.course.slug}/", "/lessons/walls/"]:
        page = shown(client, address)
        assert "Walls" in page
        assert "Unfinished" not in page
        assert "Half-way" not in page
    assert client.get("/lessons/draft/").status_code == 404


def test_a_lesson_that_is_taken_back_leaves_the_catalogue_and_its_edition_stays(client, edition):
    edition.lesson.unpublish()
    assert "Walls" not in shown(client, "/catalogue/")
    assert client.get("/lessons/walls/").status_code == 404
    page = shown(client, "/lessons/walls/editions/1/")
    assert "One &amp; only." in page
    assert "taken out of the catalogue" in page


def test_an_empty_catalogue_says_so(client):
    assert "Nothing is published yet" in shown(client, "/")
    assert "Nothing is published yet" in shown(client, "/catalogue/")


def test_lessons_of_a_course_stand_in_their_order_with_the_way_on(client, edition):
    course = edition.lesson.course
    for position, title in [(3, "Third"), (2, "Second")]:
        factories.make_edition(course=course, title=title, slug=title.lower(), position=position)
    page = shown(client, f"/courses/{course.slug}/")
    assert page.index("Walls") < page.index("Second") < page.index("Third")
    second = shown(client, "/lessons/second/")
    assert 'rel="prev" href="/lessons/walls/"' in second
    assert 'rel="next" href="/lessons/third/"' in second


def test_the_catalogue_costs_the_same_for_one_lesson_and_for_many(client, queries):
    factories.make_edition()
    client.get("/catalogue/")
    one = queries(lambda: client.get("/catalogue/"))
    for _ in range(7):
        factories.make_edition()
    client.get("/catalogue/")  # documents that are new are read once
    assert queries(lambda: client.get("/catalogue/")) == one


def test_a_reading_room_costs_the_same_for_one_section_and_for_twenty(client, queries):
    short = factories.make_edition()
    long = factories.make_edition(sections=[(f"Section {i}", [("paragraph", f"<p>{i}</p>")]) for i in range(20)])
    assert queries(lambda: client.get(f"/lessons/{long.lesson.slug}/")) == queries(
        lambda: client.get(f"/lessons/{short.lesson.slug}/")
    )


@pytest.mark.parametrize(
    ("view", "arguments"),
    [
        (views.front, {}),
        (views.catalogue_page, {}),
        (views.lesson, {"slug": "walls"}),
        (views.edition, {"slug": "walls", "number": 1}),
        (views.source, {"slug": "walls", "number": 1, "source_slug": "mason"}),
    ],
)
def test_templates_get_finished_values(view, arguments, edition, no_queries):
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    answer = view(request, **arguments)
    with no_queries():
        answer.render()
    assert "Walls" in answer.content.decode()


def test_pages_are_read_only(client, edition):
    for address in ["/", "/catalogue/", "/lessons/walls/"]:
        assert client.post(address).status_code == 405


def test_a_page_in_another_language_says_in_which_one_its_lesson_and_sources_are(client):
    own = factories.make_source(
        slug="own", title="Письмо", language="ru", passages=("Платят по камню.",), paraphrase=False
    )
    far = factories.make_source(
        slug="far", title="Ein Brief", language="de", passages=("Nur Worte.",), paraphrase=False
    )
    shows = [("source", {"source": source}) for source in (own, far)]
    factories.make_edition(slug="walls", title="Стены", language="ru", sections=[("До", shows)])
    page = shown(client, "/lessons/walls/editions/1/sources/own/")
    assert '<html lang="en"' in page
    assert '<h1 lang="ru">Письмо</h1>' in page
    assert re.search(r'data-block="[^"]+" lang="ru">(<p>)?Платят по камню.', page)
    assert re.search(r'<a [^>]*lang="ru">Стены</a>', page)
    assert re.search(r'<a [^>]*lang="ru">Ein Brief</a>', page)  # letters that may be the catalogue's own
    page = shown(client, "/lessons/walls/editions/1/sources/far/")
    assert re.search(r'data-block="[^"]+" lang="de">(<p>)?Nur Worte.', page)
    assert '<h1 lang="ru">Стены</h1>' in shown(client, "/lessons/walls/")
