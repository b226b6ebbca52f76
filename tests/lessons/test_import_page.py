"""The page on which a curator brings an article, and the one that says what became of it."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from wagtail.models import GroupCollectionPermission, ModelLogEntry

from accounts.models import User
from lessons.importing import drafts
from lessons.importing.words import words_of
from lessons.models import Course, CuratedImage, Edition, Lesson
from tests.cast import Cast
from tests.lessons.desk import LESSONS, at_desk, author
from tests.lessons.factories import make_course
from tests.lessons.test_import_word import FULL

DATA = Path(__file__).parent / "data"
TEXT = (DATA / "the-thaw.txt").read_text()
pytestmark = pytest.mark.django_db


@pytest.fixture
def writer() -> User:
    return author()


def bring(person: User, **data: Any) -> Any:
    return at_desk(person).post("/cms/import/", {"new_course": "", **data}, follow=True)


def test_a_pasted_article_becomes_a_draft_and_the_page_says_what_became_what(writer: User) -> None:
    course = make_course(title="After 1953")
    page = bring(writer, text=TEXT.replace("\n", "\r\n"), title="Ice and after", course=course.pk)
    lesson = Lesson.objects.get()
    assert (lesson.title, lesson.course, lesson.live) == ("Ice and after", course, False)
    assert lesson.latest_revision.user == writer
    assert not Edition.objects.exists()
    said = page.content.decode()
    assert f'href="{LESSONS}/edit/{lesson.pk}/"' in said
    assert "5 sections, 6 subheadings" in said
    assert "the title is the one that was typed in" in said
    assert "Remembering the Thaw" in said
    assert "First Signs" in said
    assert at_desk(writer).get(f"{LESSONS}/edit/{lesson.pk}/").status_code == 200


def test_an_uploaded_file_is_read_by_its_name(writer: User) -> None:
    file = SimpleUploadedFile("virgin-lands.md", (DATA / "virgin-lands.md").read_bytes())
    page = bring(writer, file=file, new_course="Steppe")
    assert Lesson.objects.get().title == "The Virgin Lands"
    assert Course.objects.get().title == "Steppe"
    assert "This table became a list" in page.content.decode()
    entry = ModelLogEntry.objects.get(action=drafts.LOG_ACTION)
    assert (entry.data["file"], entry.user) == ("virgin-lands.md", writer)


def test_the_result_can_be_opened_again_from_the_log(writer: User) -> None:
    bring(writer, text=TEXT, new_course="Ice")
    entry = ModelLogEntry.objects.get(action=drafts.LOG_ACTION)
    assert "6 subheadings" in at_desk(writer).get(f"/cms/import/{entry.pk}/").content.decode()
    lesson = Lesson.objects.get()
    assert "Imported from" in at_desk(writer).get(f"{LESSONS}/history/{lesson.pk}/").content.decode()
    other = ModelLogEntry.objects.exclude(pk=entry.pk).first()
    assert other
    assert at_desk(writer).get(f"/cms/import/{other.pk}/").status_code == 404


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({}, "file"),
        ({"text": " \n "}, "file"),
        ({"text": "--- ***"}, "text"),
        ({"text": TEXT, "file": SimpleUploadedFile("x.txt", b"words")}, "text"),
        ({"file": SimpleUploadedFile("x.txt", b"\x89PNG\r\n\x1a\n")}, "file"),
        ({"file": SimpleUploadedFile("x.txt", "Größe".encode("latin-1"))}, "file"),
        ({"file": SimpleUploadedFile("x.txt", b"words\x00")}, "file"),
        ({"file": SimpleUploadedFile("x.txt", b"")}, "file"),
        ({"text": "x " * 1_000_001}, "text"),
        ({"file": SimpleUploadedFile("x.docx", b"PK\x03\x04" + bytes(26 << 20))}, "file"),
        ({"file": SimpleUploadedFile("x.docx", FULL[:-300])}, "file"),
        ({"text": TEXT, "new_course": ""}, "new_course"),
        ({"text": TEXT, "title": "x" * 201}, "title"),
        ({"text": TEXT, "title": "T \u202ewaht"}, "title"),
        ({"text": TEXT, "new_course": "\u202eeci"}, "new_course"),
    ],
    ids=[
        "nothing",
        "blank",
        "no word",
        "both",
        "picture",
        "encoding",
        "NUL",
        "empty",
        "too long",
        "too large",
        "broken",
        "course",
        "title",
        "turned",
        "turned course",
    ],
)
def test_bad_input_is_told_beside_the_field_and_nothing_is_written(data: Any, field: str, writer: User) -> None:
    page = bring(writer, **{"new_course": "Ice", **data})
    assert page.status_code == 200
    assert page.context["form"].errors[field]
    assert not Lesson.objects.exists()
    assert not Course.objects.exists()
    assert not ModelLogEntry.objects.exists()


def test_a_word_document_becomes_a_draft_with_figures_of_the_library(writer: User) -> None:
    page = bring(writer, file=SimpleUploadedFile("thaw.docx", FULL), new_course="Ice")
    assert "2 pictures" in page.content.decode()
    lesson = Lesson.objects.get()
    figures = [
        raw["value"] for section in lesson.sections.all() for raw in section.body.raw_data if raw["type"] == "figure"
    ]
    assert [(value["alt"], value["decorative"]) for value in figures] == [("A wall of ice", False), ("", False)]
    library = CuratedImage.objects.order_by("pk")
    assert [image.uploaded_by_user for image in library] == [writer, writer]
    assert [image.pk for image in library] == [value["image"] for value in figures]
    assert all(image.asset_id == image.ensure_asset().pk for image in library)
    # The picture without a description keeps the lesson from being published, and nothing else does.
    assert [problem.code for problem in lesson.problems()] == ["alt-missing"]
    assert at_desk(writer).get(f"{LESSONS}/edit/{lesson.pk}/").status_code == 200


def test_a_picture_that_the_library_has_is_not_kept_twice(writer: User) -> None:
    for _ in range(2):
        bring(writer, file=SimpleUploadedFile("thaw.docx", FULL), new_course="Ice")
    assert Lesson.objects.count() == 2
    assert CuratedImage.objects.count() == 2


def test_who_may_add_no_images_imports_none(writer: User) -> None:
    GroupCollectionPermission.objects.all().delete()
    page = bring(writer, file=SimpleUploadedFile("thaw.docx", FULL), new_course="Ice")
    assert page.context["form"].errors["file"]
    assert not Lesson.objects.exists()
    assert not CuratedImage.objects.exists()
    bring(writer, text=TEXT, new_course="Ice")
    assert Lesson.objects.exists()


def test_front_matter_fills_the_lesson_and_what_is_unknown_is_named(writer: User) -> None:
    text = (
        "---\ntitle: The Thaw\nsummary: >\n  What came\n  after.\ninquiry: Did ice melt?\ncourse: Frost\nlanguage: en\n"
        "level: upper\nminutes: 45\nlayout: post\n---\n\n# Roots\n\nWords of the text.\n"
    )
    page = bring(writer, text=text)
    lesson = Lesson.objects.get()
    assert (lesson.title, lesson.summary, lesson.inquiry) == ("The Thaw", "What came after.", "Did ice melt?")
    assert (lesson.course.title, lesson.language, lesson.level, lesson.minutes) == ("Frost", "en", "upper", 45)
    said = page.content.decode()
    assert "summary, inquiry, course, language, level, minutes" in said
    assert "1 setting at the head of the file is not known here" in said
    assert "layout" in said
    assert "of the file are not in the draft" not in said


@pytest.mark.parametrize(
    "setting", ["minutes: soon", "minutes: 99999", "language: the Polish one", f"level: {'x' * 101}"]
)
def test_a_setting_that_a_lesson_cannot_hold_is_kept_as_text(setting: str, writer: User) -> None:
    page = bring(writer, text=f"---\n{setting}\n---\n\n# T\n\n## Roots\n\nWords.\n", new_course="Frost")
    lesson = Lesson.objects.get()
    assert (lesson.minutes, lesson.language, lesson.level) == (None, "en", "")
    assert setting.split()[-1] in str(lesson.sections.first().body.raw_data)
    assert "cannot take this setting over" in page.content.decode()


def test_a_chosen_course_comes_before_the_one_in_the_file(writer: User) -> None:
    bring(writer, text="---\ncourse: Frost\n---\n\n# T\n\nWords.\n", new_course="Ice")
    assert Course.objects.get().title == "Ice"


# Putting right what was guessed wrongly


def imported(person: User) -> ModelLogEntry:
    bring(person, text=TEXT, new_course="Ice")
    return ModelLogEntry.objects.get(action=drafts.LOG_ACTION)


def headings(lesson: Lesson) -> list[str]:
    draft = Lesson.objects.get(pk=lesson.pk).get_latest_revision_as_object()
    return [section.heading for section in draft.sections.all()]


def place_of(lesson: Lesson, words: str) -> str:
    return next(place for place, known in drafts.places(lesson).items() if known.words == words)


def put_right(person: User, entry: ModelLogEntry, words: str, kind: str, **more: Any) -> Any:
    lesson = Lesson.objects.get()
    data = {"place": place_of(lesson, words), "kind": kind, "revision": lesson.latest_revision_id, **more}
    return at_desk(person).post(f"/cms/import/{entry.pk}/", data, follow=True)


def test_a_heading_is_put_right_with_one_click_in_the_draft_alone(writer: User) -> None:
    entry = imported(writer)
    lesson = Lesson.objects.get()
    before = words_of(str(lesson.compile().document["sections"]))
    page = put_right(writer, entry, "First Signs", "section")
    assert "It is a section of its own now" in page.content.decode()
    assert "First Signs" in headings(lesson)
    assert "First Signs" not in [section.heading for section in Lesson.objects.get().sections.all()]
    put_right(writer, entry, "First Signs", "heading")
    put_right(writer, entry, "First Signs", "paragraph")
    assert "First Signs" not in headings(lesson)
    draft = Lesson.objects.get().get_latest_revision_as_object()
    assert draft.problems() == []
    text = str(draft.compile().document["sections"])
    assert text.count("First Signs") == 2  # its words and their markup
    assert set(before) - set(words_of(text)) <= {"heading", "level"}
    assert not Edition.objects.exists()


def test_each_click_is_in_the_history_with_who_did_it(writer: User) -> None:
    entry = imported(writer)
    put_right(writer, entry, "First Signs", "paragraph")
    done = ModelLogEntry.objects.get(action=drafts.LOG_CHANGE)
    assert (done.user, done.data["title"], done.data["kind"]) == (writer, "First Signs", "paragraph")
    assert done.revision == Lesson.objects.get().latest_revision
    history = at_desk(writer).get(f"{LESSONS}/history/{done.object_id}/").content.decode()
    assert "“First Signs” became: paragraph" in history


def test_a_version_that_she_has_not_seen_is_never_overwritten(writer: User) -> None:
    entry = imported(writer)
    seen = Lesson.objects.get().latest_revision_id
    newer = Lesson.objects.get().get_latest_revision_as_object().save_revision()
    page = put_right(writer, entry, "First Signs", "paragraph", revision=seen)
    assert "Nothing was changed" in page.content.decode()
    assert Lesson.objects.get().latest_revision == newer


def test_a_lesson_that_waits_for_an_editor_is_not_changed_by_its_author(writer: User) -> None:
    entry = imported(writer)
    lesson = Lesson.objects.get()
    lesson.get_workflow().start(lesson, user=writer)
    latest = lesson.latest_revision_id
    page = put_right(writer, entry, "First Signs", "paragraph")
    assert "locked for you" in page.content.decode()
    assert Lesson.objects.get().latest_revision_id == latest


@pytest.mark.parametrize("wrong", [{"kind": "poem"}, {"revision": "x"}, {"place": ""}])
def test_a_senseless_click_is_a_bad_request(wrong: dict[str, str], writer: User) -> None:
    entry = imported(writer)
    data = {"place": "x", "kind": "paragraph", "revision": "1", **wrong}
    assert at_desk(writer).post(f"/cms/import/{entry.pk}/", data).status_code == 400
    assert not ModelLogEntry.objects.filter(action=drafts.LOG_CHANGE).exists()


def test_a_place_that_is_gone_is_said(writer: User) -> None:
    entry = imported(writer)
    page = put_right(writer, entry, "First Signs", "paragraph", place="4f9d7a0e-0000-4000-8000-000000000000")
    assert "cannot become that any more" in page.content.decode()


def test_the_result_page_costs_the_same_for_one_block_and_for_hundreds(writer: User, queries: Any) -> None:
    costs = []
    for text in ("# T\n\nwords", "# T\n\n" + "## Head\n\nwords\n\n" * 200):
        bring(writer, text=text, new_course="Ice")
        entry = ModelLogEntry.objects.filter(action=drafts.LOG_ACTION).order_by("pk").last()
        assert entry
        client = at_desk(writer)
        client.get(f"/cms/import/{entry.pk}/")
        costs.append(queries(lambda client=client, entry=entry: client.get(f"/cms/import/{entry.pk}/")))
    assert costs[0] == costs[1]


def test_only_those_who_may_add_lessons_import(cast: Cast) -> None:
    for person in (cast.teacher, cast.student):
        assert at_desk(person).post("/cms/import/", {"text": TEXT, "new_course": "Ice"}).status_code in {302, 403}
    assert not Lesson.objects.exists()


def test_what_a_hostile_article_says_stays_words(writer: User) -> None:
    text = "<script>alert(1)</script> <img src=x onerror=alert(1)> said somebody, and that was the end of it."
    page = bring(writer, text=text, title="<b>T</b>", new_course="<i>C</i>").content.decode()
    assert "<script>alert(1)" not in page
    assert "<img src=x" not in page
    assert "&lt;b&gt;T&lt;/b&gt;" in page


def test_names_that_normalizing_lengthens_are_cut_to_what_a_column_holds(writer: User) -> None:
    long = "\u0958" * 199  # 398 characters once they are normalized
    bring(writer, text=f"# {long}\n\n## {long}\n\nWords.\n\n### {long}\n\nWords.", new_course="Ice", markup="markdown")
    lesson = Lesson.objects.get()
    assert 100 < len(lesson.title) <= 200
    (heading,) = {section.heading for section in lesson.sections.all()} & {lesson.title}
    assert len(heading) <= 200
    assert all(problem.code != "name-too-long" for problem in lesson.problems())


def test_what_turns_the_reading_is_dropped_from_the_headings_of_an_article(writer: User) -> None:
    bring(writer, text="# Walls \u202egnorw\n\n## Be\u202dfore\n\nWords.", new_course="Ice", markup="markdown")
    lesson = Lesson.objects.get()
    assert lesson.title == "Walls gnorw"
    assert [section.heading for section in lesson.sections.all()] == ["Before"]
