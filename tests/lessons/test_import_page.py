"""The page on which a curator brings an article, and the one that says what became of it."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from wagtail.models import ModelLogEntry

from accounts.models import User
from lessons.importing import drafts
from lessons.models import Course, Edition, Lesson
from tests.cast import Cast
from tests.lessons.desk import LESSONS, at_desk, author
from tests.lessons.factories import make_course

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
