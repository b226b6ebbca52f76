"""Publishing: whichever road it takes, it cuts one edition or none, together with going live."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.utils import timezone
from wagtail.models import ModelLogEntry

from destalin_site.common.actor import SYSTEM
from lessons import actions
from lessons.models import CurrentEdition, Edition, EditionFace, Lesson, Section
from lessons.models.edition import EditionElsewhere
from lessons.problems import CannotCompile
from tests.cast import person
from tests.lessons.factories import choice, make_edition, make_image, make_lesson, make_source, publish, question

pytestmark = pytest.mark.django_db


def reload(lesson):
    return Lesson.objects.get(pk=lesson.pk)


def logged(lesson):
    return list(
        ModelLogEntry.objects.for_instance(lesson)
        .filter(action__startswith="lessons.")
        .order_by("id")
        .values_list("action", flat=True)
    )


@pytest.fixture
def editor(db):
    return person("an_editor", is_superuser=True)


# --- What is cut ------------------------------------------------------------------------------------------------------


def test_publishing_cuts_an_edition_that_can_be_read():
    edition = make_edition(title="Walls")
    document = edition.read()
    assert edition.number == 1
    assert document.title == "Walls"
    assert [block["name"] for block in document.citable_blocks()] == ["¶1", "¶2"]
    question = document.questions[0]
    assert question["points"] == "5"
    assert edition.read_key().answer(question["id"])["model_answer"] == "The city did."
    assert b"The city did" not in bytes(edition.face("document").bytes)


def test_a_plain_save_is_no_publication():
    lesson = make_lesson()
    assert not lesson.live
    assert not Edition.objects.exists()
    assert not Lesson.objects.published().exists()


def test_an_edition_carries_its_sources_and_images_whole():
    source = make_source(passages=("One.", "Two.", "Three."))
    image = make_image()
    edition = make_edition(
        sections=[
            (
                "Sources",
                [
                    ("source", {"source": source, "framing": "<p>Watch the money.</p>", "first": 2, "last": 3}),
                    ("figure", {"image": image, "alt": "A grey wall", "caption": "<p>The wall</p>"}),
                ],
            )
        ]
    )
    document = edition.read()
    (data,) = document.sources
    assert [block["name"] for block in data["blocks"]] == ["A1", "A2", "A3"]
    assert document.sections[0]["blocks"][0]["passages"] == [block["id"] for block in data["blocks"][1:]]
    (shown,) = document.images()
    assert shown["alt"] == "A grey wall"
    assert [size["width"] for size in shown["sizes"]] == [320, 640, 700]
    assert [(use.source_id, use.letter) for use in edition.source_uses.all()] == [(source.pk, "A")]
    assert [use.asset_id for use in edition.asset_uses.all()] == [shown["sha256"]]


def test_reading_an_edition_touches_no_draft(queries):
    edition = Edition.objects.get(pk=make_edition().pk)
    assert queries(edition.read) == 1


def test_ids_of_sections_and_blocks_stay_through_edits_and_reorders():
    lesson = make_lesson()
    before = publish(lesson).read()
    lesson = reload(lesson)
    first, second = lesson.sections.all()
    first.sort_order, second.sort_order = 1, 0
    first.heading = "Long before"
    lesson.sections = [second, first]
    after = publish(lesson).read()
    assert [section["id"] for section in after.sections] == [section["id"] for section in reversed(before.sections)]
    for section in before.sections:
        for block in section["blocks"]:
            assert after.block(block["id"])["text"] == block["text"]


def test_a_section_that_was_only_ever_a_draft_keeps_its_id_when_published():
    lesson = make_lesson()
    publish(lesson)
    lesson = reload(lesson)
    lesson.sections.add(Section(heading="New", body=[("paragraph", "<p>New words.</p>")], sort_order=5))
    lesson.save_revision()
    drafted = lesson.get_latest_revision_as_object().sections.all()[2].uuid
    again = reload(lesson).get_latest_revision_as_object()
    again.save_revision()
    edition = actions.publish_lesson(reload(lesson), by=SYSTEM)
    assert edition.read().sections[2]["id"] == str(drafted)


# --- Equal and changed content ----------------------------------------------------------------------------------------


def test_an_edit_changes_nothing_until_it_is_published():
    lesson = make_lesson(title="Walls")
    edition = publish(lesson)
    raw = bytes(edition.face("document").bytes)
    lesson = reload(lesson)
    lesson.title = "Walls, revised"
    lesson.save_revision()
    assert reload(lesson).title == "Walls"
    assert bytes(Edition.objects.current().get().face("document").bytes) == raw
    second = publish(lesson)
    assert second.number == 2
    assert bytes(edition.face("document").bytes) == raw
    assert list(Edition.objects.current()) == [second]


def test_publishing_the_same_again_cuts_nothing():
    lesson = make_lesson()
    edition = publish(lesson)
    assert publish(reload(lesson)) == edition
    assert Edition.objects.count() == 1
    assert edition.publications.count() == 1
    assert logged(lesson) == ["lessons.edition.cut"]


def test_restoring_old_words_makes_the_old_edition_current_again():
    lesson = make_lesson(title="Walls")
    first = publish(lesson)
    old = reload(lesson).get_latest_revision()
    lesson = reload(lesson)
    lesson.title = "Walls, revised"
    second = publish(lesson)
    restored = old.as_object()
    restored.save_revision(previous_revision=old)
    assert publish(restored) == first
    assert Edition.objects.count() == 2
    assert CurrentEdition.objects.get().edition == first
    assert first.publications.count() == 2
    assert second.publications.count() == 1
    assert logged(lesson) == ["lessons.edition.cut", "lessons.edition.cut", "lessons.edition.again"]


def test_a_corrected_answer_key_leaves_the_edition_as_it_is():
    lesson = make_lesson(sections=[("Ask", [("question", choice(right=(0,)))])])
    edition = publish(lesson)
    wrong = edition.read_key().correct(edition.read().questions[0]["id"])
    lesson = reload(lesson)
    section = lesson.sections.all()[0]
    options = section.body[0].value["options"]
    options[0]["correct"], options[1]["correct"] = False, True
    lesson.sections = [section]
    assert publish(lesson) == edition
    assert edition.faces.filter(kind=EditionFace.Kind.KEY).count() == 2
    right = edition.read_key().correct(edition.read().questions[0]["id"])
    assert len(right) == 1
    assert right != wrong
    assert logged(lesson) == ["lessons.edition.cut", "lessons.edition.key"]


# --- The roads --------------------------------------------------------------------------------------------------------


def test_an_editor_publishes_and_an_author_may_not(editor):
    lesson = make_lesson()
    with pytest.raises(PermissionDenied):
        actions.publish_lesson(lesson, by=person("an_author"))
    assert not Edition.objects.exists()
    edition = actions.publish_lesson(lesson, by=editor)
    assert edition.published_by == editor
    assert edition.publications.get().by == editor


def test_the_schedule_publishes_when_the_time_comes_and_the_old_edition_is_served_before(time_machine):
    now = datetime.datetime(2026, 3, 2, 9, tzinfo=datetime.UTC)
    time_machine.move_to(now)
    lesson = make_lesson(title="Walls")
    first = publish(lesson)
    lesson = reload(lesson)
    lesson.title = "Walls, revised"
    lesson.go_live_at = now + datetime.timedelta(hours=1)
    lesson.save_revision().publish()
    assert list(Edition.objects.all()) == [first]

    time_machine.move_to(now + datetime.timedelta(minutes=59))
    call_command("publish_scheduled")
    assert list(Edition.objects.current()) == [first]

    time_machine.move_to(now + datetime.timedelta(minutes=61))
    call_command("publish_scheduled")
    assert Edition.objects.current().get().title == "Walls, revised"
    call_command("publish_scheduled")
    assert Edition.objects.count() == 2


def test_a_lesson_that_was_never_live_is_absent_until_its_time(time_machine):
    now = datetime.datetime(2026, 3, 2, 9, tzinfo=datetime.UTC)
    time_machine.move_to(now)
    lesson = make_lesson(go_live_at=now + datetime.timedelta(hours=1))
    lesson.save_revision().publish()
    assert not Edition.objects.exists()
    assert not Lesson.objects.published().exists()
    time_machine.move_to(now + datetime.timedelta(hours=2))
    call_command("publish_scheduled")
    assert Lesson.objects.published().get() == lesson


def test_one_lesson_that_fails_does_not_hold_up_the_others(time_machine, capsys):
    now = datetime.datetime(2026, 3, 2, 9, tzinfo=datetime.UTC)
    time_machine.move_to(now)
    source = make_source()
    broken = make_lesson(
        title="Broken", sections=[("A", [("source", {"source": source})])], go_live_at=now + datetime.timedelta(hours=1)
    )
    whole = make_lesson(title="Whole", go_live_at=now + datetime.timedelta(hours=2))
    for lesson in (broken, whole):
        lesson.save_revision().publish()
    type(source).objects.update(live=False)
    time_machine.move_to(now + datetime.timedelta(hours=3))
    with pytest.raises(CommandError):
        call_command("publish_scheduled")
    assert Edition.objects.get().title == "Whole"
    assert not reload(broken).live
    assert "Broken" in capsys.readouterr().err


def test_what_expires_leaves_the_catalogue_and_its_edition_stays(time_machine):
    now = datetime.datetime(2026, 3, 2, 9, tzinfo=datetime.UTC)
    time_machine.move_to(now)
    edition = make_edition(expire_at=now + datetime.timedelta(hours=1))
    time_machine.move_to(now + datetime.timedelta(hours=2))
    call_command("publish_scheduled")
    assert not Lesson.objects.published().exists()
    assert list(Edition.objects.public()) == [edition]


# --- Both or neither --------------------------------------------------------------------------------------------------


def test_when_the_edition_cannot_be_cut_the_lesson_does_not_go_live(monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(EditionFace, "write", fail)
    lesson = make_lesson()
    with pytest.raises(RuntimeError):
        publish(lesson)
    assert not reload(lesson).live
    assert not Edition.objects.exists()


def test_when_the_lesson_cannot_go_live_no_edition_is_cut(monkeypatch):
    lesson = make_lesson()
    revision = lesson.save_revision()
    monkeypatch.setattr(Edition.objects, "_make_current", lambda *args: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        revision.publish()
    assert not Edition.objects.exists()
    assert not reload(lesson).live


def test_a_lesson_that_cannot_compile_stays_unpublished_and_says_why():
    lesson = make_lesson(sections=[("Ask", [("question", question("single"))])])
    with pytest.raises(CannotCompile) as refusal:
        publish(lesson)
    assert [(problem.pointer, problem.code) for problem in refusal.value.problems] == [
        ("/sections/0/body/0/options", "options-too-few")
    ]
    assert refusal.value.extra["errors"][0]["message"]
    assert not reload(lesson).live


def test_a_scheduled_lesson_must_compile_already():
    lesson = make_lesson(sections=[("Empty", [])], go_live_at=timezone.now() + datetime.timedelta(hours=1))
    with pytest.raises(CannotCompile):
        lesson.save_revision().publish()


def test_the_address_of_a_published_lesson_stays():
    from django.core.exceptions import ValidationError

    lesson = make_lesson(slug="walls")
    lesson.slug = "the-walls"
    lesson.save_revision()
    lesson.slug = "walls"
    publish(lesson)
    lesson = reload(lesson)
    lesson.slug = "the-walls"
    with pytest.raises(ValidationError) as refusal:
        lesson.save_revision()
    assert "slug" in refusal.value.error_dict


def test_a_withdrawn_lesson_leaves_the_catalogue_and_comes_back_as_the_same_edition():
    lesson = make_lesson()
    edition = publish(lesson)
    reload(lesson).unpublish()
    assert not Edition.objects.current().exists()
    assert list(Edition.objects.public()) == [edition]
    assert publish(reload(lesson)) == edition
    assert list(Edition.objects.current()) == [edition]


# --- Changed sources --------------------------------------------------------------------------------------------------


def test_a_changed_source_reaches_readers_when_its_lessons_are_published_again(editor):
    source = make_source(title="A letter")
    lesson = make_lesson(sections=[("A", [("source", {"source": source})])])
    other = make_lesson()
    first, untouched = publish(lesson), publish(other)
    draft = reload(lesson)
    draft.title = "Not finished"
    draft.save_revision()

    source.title = "A letter, dated anew"
    source.save_revision()
    assert actions.publish_source(source, by=editor) == [lesson]
    assert Edition.objects.current().get(lesson=lesson) == first

    (result,) = actions.publish_again_showing(source, by=editor)
    assert result.edition.number == 2
    assert result.edition.title == first.title
    assert result.edition.read().sources[0]["title"] == "A letter, dated anew"
    assert reload(lesson).has_unpublished_changes
    assert first.read().sources[0]["title"] == "A letter"
    assert Edition.objects.current().get(lesson=other) == untouched


def test_the_very_same_content_is_no_edition_of_two_lessons():
    edition = make_edition()
    other = make_lesson()
    compiled = edition.lesson.compile()
    with pytest.raises(EditionElsewhere):
        Edition.objects.cut(other, compiled, by=None)
