import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db.models import ProtectedError

from lessons.models import DraftSource, Lesson, Source
from tests.lessons.factories import make_lesson, make_source, publish

pytestmark = pytest.mark.django_db


def test_uncertain_dates_are_stored_sorted_and_filtered():
    for slug, date in [("b", "1956-02"), ("a", "1953/1964"), ("d", "1957"), ("c", "1956~")]:
        make_source(slug=slug, title=slug, date=date)
    assert [source.slug for source in Source.objects.order_by("date_from", "-date_to")] == ["a", "c", "b", "d"]
    february = datetime.date(1956, 2, 25)
    met = Source.objects.filter(date_from__lte=february, date_to__gte=february)
    assert {source.slug for source in met} == {"a", "b", "c"}
    assert Source.objects.get(slug="c").date_display == "c. 1956"


def test_the_range_follows_when_only_the_date_is_saved():
    source = make_source(date="1956")
    source.date = "1961-10"
    source.save(update_fields=["date"])
    source.refresh_from_db()
    assert source.date_from == datetime.date(1961, 10, 1)


def test_a_date_that_cannot_be_read_is_refused_beside_its_field():
    source = Source(slug="s", title="S", kind="letter", date="25.2.1956")
    with pytest.raises(ValidationError) as refusal:
        source.full_clean()
    assert refusal.value.error_dict["date"][0].code == "date-invalid"


def test_a_plain_save_puts_no_source_before_readers():
    source = make_source(published=False)
    assert not source.live
    assert not Source.objects.in_catalogue().exists()


def test_one_source_in_three_lessons_is_one_record():
    source = make_source()
    for _ in range(3):
        publish(make_lesson(sections=[("A", [("source", {"source": source})])]))
    assert Source.objects.in_catalogue().get() == source
    assert source.edition_uses.count() == 3
    assert Lesson.objects.showing(source).count() == 3


def test_a_source_that_an_edition_or_a_draft_shows_cannot_be_deleted():
    source = make_source()
    lesson = make_lesson(sections=[("A", [("source", {"source": source})])])
    with pytest.raises(ProtectedError):
        source.delete()
    publish(lesson)
    lesson = Lesson.objects.get(pk=lesson.pk)
    lesson.sections.all()[0].body = []
    section = lesson.sections.all()[0]
    section.body = [("paragraph", "<p>No source any more.</p>")]
    lesson.sections = [section]
    publish(lesson)
    assert not DraftSource.objects.exists()
    with pytest.raises(ProtectedError) as refusal:
        source.delete()
    assert {use.edition.number for use in refusal.value.protected_objects} == {1}


def test_a_source_that_nothing_shows_can_be_deleted():
    source = make_source()
    lesson = make_lesson(sections=[("A", [("source", {"source": source})])])
    section = lesson.sections.all()[0]
    section.body = [("paragraph", "<p>No source any more.</p>")]
    lesson.sections = [section]
    lesson.save_revision()
    source.delete()
    assert not Source.objects.exists()


def test_a_lesson_cannot_be_published_before_its_sources():
    source = make_source(published=False)
    lesson = make_lesson(sections=[("A", [("source", {"source": source})])])
    assert [problem.code for problem in lesson.problems()] == ["source-not-published"]


def test_an_unpublished_edit_of_a_source_does_not_reach_an_edition():
    source = make_source(title="A letter")
    source.title = "Not checked yet"
    source.save_revision()
    edition = publish(make_lesson(sections=[("A", [("source", {"source": source})])]))
    assert edition.read().sources[0]["title"] == "A letter"
