"""A lesson is put into another order while a class works on it."""

import pytest
from django.urls import reverse

from assignments import answers, readings
from assignments.models import Attempt, Citation
from lessons.models import Lesson
from tests.assignments import work
from tests.cast import Cast
from tests.lessons import factories
from tests.lessons.desk import at_desk

pytestmark = pytest.mark.django_db

LETTER = "They pay by the stone."


def reordered(lesson: Lesson) -> str:
    """Published with its sections the other way round; the id of the new edition."""
    lesson = Lesson.objects.get(pk=lesson.pk)
    sections = list(lesson.sections.all())[::-1]
    for place, section in enumerate(sections):
        section.sort_order = place
    lesson.sections = sections
    return factories.publish(lesson).pk


def test_work_that_was_handed_in_stays_attached_when_its_lesson_is_reordered(cast: Cast) -> None:
    source = factories.make_source(passages=(LETTER,))
    shown = ("source", {"source": source, "framing": "", "first": None, "last": None})
    first = ("First", [("paragraph", f"<p>{work.TEXT}</p>"), ("question", factories.question("essay", points="4"))])
    edition = factories.make_edition(sections=[first, ("Second", [shown])])
    assignment = work.make_assignment(cast, edition)
    submission = work.submission_of(assignment, cast.student)
    cited_source = str(source.uuid)
    citations = [work.cited(edition.pk), work.cited(edition.pk, LETTER, source=cited_source)]
    work.hand_in(submission, work.body_for(assignment, citations=citations))
    question = readings.document(edition.pk).questions[0]
    before = list(Attempt.objects.values("body_json", "edition")), list(Citation.objects.order_by("pk").values())

    new = reordered(edition.lesson)
    assert new != edition.pk
    assert [section["heading"] for section in readings.document(new).sections] == ["Second", "First"]
    assert (
        list(Attempt.objects.values("body_json", "edition")),
        list(Citation.objects.order_by("pk").values()),
    ) == before
    assignment.refresh_from_db()
    assert assignment.edition_id == Attempt.objects.get().edition_id == edition.pk

    cited = [each.citation for each in answers.citations(Attempt.objects.get().body)]
    assert len(cited) == 2
    for each in cited:
        assert readings.check_citation(edition.pk, each) is None
        anchor = each["anchor"]
        # The passage kept its id, so that the same words are found in the new order too.
        for text in (readings.document(pk).block(anchor["block"])["text"] for pk in (edition.pk, new)):
            assert text[anchor["start"] : anchor["end"]] == anchor["quote"]
    (now,) = [each for each in readings.document(new).questions if each["id"] == question["id"]]
    assert now["section"] == question["section"]

    page = at_desk(cast.teacher).get(reverse("grade", args=[submission.pk])).content.decode()
    for words in ("It was decided elsewhere.", "nobody was asked", LETTER):
        assert words in page
    work.mark(work.reread(submission), cast.teacher)
