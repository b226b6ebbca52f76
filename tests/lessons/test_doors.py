"""Who may see which lessons, editions, sources and images: the doors, and what the lists hold."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404

from lessons import access
from lessons.models import Asset, Course, Edition, Lesson, Publication, Source
from tests.cast import person
from tests.lessons.factories import make_image, make_lesson, make_source, publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def curator():
    return person("a_curator", is_superuser=True)


@pytest.fixture
def visitors():
    return [AnonymousUser(), person("a_student"), person("a_teacher", teaches=True)]


@pytest.fixture
def shelf():
    """One published lesson with a source and an image, one draft of the same."""

    def lesson(slug):
        body = [
            ("source", {"source": make_source(slug=f"source-of-{slug}")}),
            ("figure", {"image": make_image(slug, colour="red" if slug == "open" else "blue"), "alt": "A wall"}),
        ]
        return make_lesson(slug=slug, sections=[("A", body)])

    published, draft = lesson("open"), lesson("draft")
    return publish(published), draft


def test_everybody_sees_what_is_published_and_nothing_else(shelf, visitors):
    edition, _draft = shelf
    for visitor in visitors:
        assert [lesson.slug for lesson in Lesson.objects.visible_to(visitor)] == ["open"]
        assert list(Edition.objects.visible_to(visitor)) == [edition]
        assert [source.slug for source in Source.objects.visible_to(visitor)] == ["source-of-open"]
        assert list(Course.objects.visible_to(visitor)) == [edition.lesson.course]
        (image,) = edition.read().images()
        shown = {asset.pk for asset in Asset.objects.visible_to(visitor)}
        assert shown == {size["sha256"] for size in [*image["sizes"], *image["webp"], image]}


def test_the_doors_open_to_it(shelf, visitors):
    edition, _draft = shelf
    (image,) = edition.read().images()
    for visitor in visitors:
        assert access.lesson(visitor, "open") == edition.lesson
        assert access.current_edition(visitor, "open") == edition
        assert access.edition(visitor, edition.pk) == edition
        assert access.edition_of_lesson(visitor, "open", 1) == edition
        assert access.source(visitor, "source-of-open").slug == "source-of-open"
        assert access.course(visitor, edition.lesson.course.slug) == edition.lesson.course
        for size in [*image["sizes"], *image["webp"]]:
            assert access.asset(visitor, size["sha256"]).width == size["width"]


def test_a_draft_reads_as_absent_like_what_does_not_exist(shelf, visitors):
    _edition, draft = shelf
    hidden = make_image("draft", colour="green").asset
    for visitor in visitors:
        for door in [
            lambda visitor=visitor: access.lesson(visitor, "draft"),
            lambda visitor=visitor: access.current_edition(visitor, "draft"),
            lambda visitor=visitor: access.edition_of_lesson(visitor, "draft", 1),
            lambda visitor=visitor: access.edition_of_lesson(visitor, "open", 2),
            lambda visitor=visitor: access.edition(visitor, "0" * 64),
            lambda visitor=visitor: access.source(visitor, "source-of-draft"),
            lambda visitor=visitor: access.course(visitor, draft.course.slug),
            lambda visitor=visitor: access.asset(visitor, hidden.pk),
            lambda visitor=visitor: access.lesson(visitor, "nowhere"),
        ]:
            with pytest.raises(Http404):
                door()


def test_a_curator_sees_drafts_too(shelf, curator):
    _edition, draft = shelf
    assert access.lesson(curator, "draft") == draft
    assert access.source(curator, "source-of-draft")
    assert Asset.objects.visible_to(curator).count() == Asset.objects.count()


def test_an_old_edition_stays_public_and_an_edition_never_shown_does_not(shelf, visitors):
    first, _draft = shelf
    lesson = Lesson.objects.get(slug="open")
    lesson.title = "Other words"
    second = publish(lesson)
    for visitor in visitors:
        assert set(Edition.objects.visible_to(visitor)) == {first, second}
        assert access.edition_of_lesson(visitor, "open", 1) == first
        assert access.current_edition(visitor, "open") == second
    Publication._base_manager.filter(edition=first).delete()
    for visitor in visitors:
        with pytest.raises(Http404):
            access.edition(visitor, first.pk)


def test_an_unpublished_lesson_leaves_the_catalogue(shelf, visitors):
    Lesson.objects.get(slug="open").unpublish()
    for visitor in visitors:
        assert not Lesson.objects.visible_to(visitor).exists()
        assert not Source.objects.visible_to(visitor).exists()
        with pytest.raises(Http404):
            access.current_edition(visitor, "open")


def test_lists_cost_the_same_for_one_lesson_and_for_ten(queries):
    def cost():
        return queries(lambda: [(e.lesson.course.title, e.title) for e in _catalogue()])

    publish(make_lesson())
    one = cost()
    for _ in range(9):
        publish(make_lesson())
    assert cost() == one


def _catalogue():
    return Edition.objects.current().select_related("lesson__course", "current")
