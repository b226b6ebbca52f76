"""manage.py import_article: a draft lesson, or a clear error and nothing written."""

import io
import os
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from wagtail.models import ModelLogEntry, Revision

from lessons.importing import drafts
from lessons.importing.reading import read_bytes
from lessons.importing.words import words_of
from lessons.models import Course, Edition, Lesson
from tests.cast import Cast

DATA = Path(__file__).parent / "data"
pytestmark = pytest.mark.django_db


def run(*args: str) -> str:
    out = io.StringIO()
    call_command("import_article", *args, stdout=out)
    return out.getvalue()


class _Words(HTMLParser):
    """The words of rich text, with a link's address behind it where the two differ."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.href, self.linked = "", ""
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.href, self.linked = dict(attrs)["href"] or "", ""
        elif tag in {"p", "br"}:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self.linked != self.href:
            self.parts.append(f" {self.href} ")

    def handle_data(self, data: str) -> None:
        self.linked += data
        self.parts.append(data)


def words_in(lesson: Lesson) -> list[str]:
    """Every word of the stored draft in reading order, without the title and without numbers of lists."""
    found: list[str] = []
    for section in lesson.sections.all():
        found += words_of(section.heading)
        for block in section.body.raw_data:
            value: Any = block["value"]
            texts = [value] if isinstance(value, str) else [value["text"]] if "text" in value else []
            texts = texts or [item["value"] for item in value["items"]]
            for text in texts:
                found += words_of("".join(_Words(text).parts))
    return found


def test_an_article_becomes_a_draft_on_an_empty_database() -> None:
    said = run(str(DATA / "the-thaw.txt"))
    lesson = Lesson.objects.get()
    assert (lesson.title, lesson.slug, lesson.live) == ("The thaw", "the-thaw", False)
    assert Course.objects.get().title == "Imported articles"
    assert [section.heading for section in lesson.sections.all()][:2] == ["Introduction", "Roots of the Thaw"]
    assert not Edition.objects.exists()
    assert "5 sections" in said
    assert "name of the file" in said
    assert "“Remembering the Thaw”" in said


def test_the_report_goes_to_the_log_with_who_imported(cast: Cast) -> None:
    run(str(DATA / "the-thaw.txt"), "--by", "curator")
    entry = ModelLogEntry.objects.get(action=drafts.LOG_ACTION)
    assert (entry.user, entry.data["file"]) == (cast.curator, "the-thaw.txt")
    assert {revision.user for revision in Revision.objects.all()} == {cast.curator}  # of the lesson and its course
    assert ModelLogEntry.objects.filter(action="wagtail.create", user=cast.curator).count() == 2  # course and lesson


def test_the_system_imports_when_nobody_is_named() -> None:
    run(str(DATA / "the-thaw.txt"))
    assert ModelLogEntry.objects.get(action=drafts.LOG_ACTION).user_id is None


def test_not_one_word_is_missing_in_the_stored_draft() -> None:
    run(str(DATA / "the-thaw.txt"))
    source = words_of((DATA / "the-thaw.txt").read_text())
    assert words_in(Lesson.objects.get()) == ["Introduction", *source]


@pytest.mark.skipif(not os.environ.get("ARTICLE_FILE"), reason="ARTICLE_FILE names no article")
def test_not_one_word_of_the_named_article_is_missing_in_the_stored_draft() -> None:
    path = Path(os.environ["ARTICLE_FILE"])
    article = read_bytes(path.read_bytes(), name=path.name)
    run(str(path))
    draft = words_in(Lesson.objects.get())
    if article.title_in_text:
        draft = words_of(article.title) + draft
    if not article.sections[0].heading_in_text:
        draft.remove("Introduction")
    assert draft == words_of(path.read_text(encoding="utf-8-sig"))


def test_the_draft_compiles_and_its_text_is_the_articles(cast: Cast) -> None:
    run(str(DATA / "the-thaw.txt"))
    run(str(DATA / "virgin-lands.md"))
    for lesson in Lesson.objects.all():
        assert lesson.problems() == []
    thaw = Lesson.objects.get(slug="the-thaw").compile().document
    assert len([block for section in thaw["sections"] for block in section["blocks"] if block["kind"] == "list"]) == 3
    bold = re.findall(r"<(?:b|strong)>(.*?)</", "".join(b["html"] for s in thaw["sections"] for b in s["blocks"]))
    assert "A Plea for Sincerity:" in bold


def test_saving_the_draft_again_keeps_every_block_id() -> None:
    run(str(DATA / "virgin-lands.md"))
    lesson = Lesson.objects.get()
    before = [section.body.get_prep_value() for section in lesson.sections.all()]
    lesson.save_revision().publish()
    after = [section.body.get_prep_value() for section in Lesson.objects.get().sections.all()]
    assert after == before
    ids = re.findall(r"'id': '([^']+)'", str(after))
    assert len(ids) == len(set(ids))
    assert len(ids) == 17


def test_a_course_is_named_by_address_or_title_and_made_when_there_is_none() -> None:
    course = Course.objects.create(title="After 1953", slug="after")
    run(str(DATA / "the-thaw.txt"), "--course", "after")
    run(str(DATA / "the-thaw.txt"), "--course", "after 1953")
    run(str(DATA / "the-thaw.txt"), "--course", "Another one")
    assert list(Lesson.objects.order_by("pk").values_list("course__title", "slug")) == [
        ("After 1953", "the-thaw"),
        ("After 1953", "the-thaw-2"),
        ("Another one", "the-thaw-3"),
    ]
    assert course.lessons.count() == 2


@pytest.mark.parametrize(
    "data", [b"", b"\x89PNG\r\n\x1a\n", b"words\x00", "Größe".encode("latin-1"), b"x" * (5 * 1024 * 1024 + 1), None]
)
def test_bad_input_is_an_error_and_nothing_is_written(data: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "article.txt"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(CommandError) as refused:
        run(str(path))
    assert refused.value.returncode == 1
    assert str(path) in str(refused.value)
    assert not Lesson.objects.exists()
    assert not Course.objects.exists()


def test_an_unknown_person_is_an_error_and_nothing_is_written() -> None:
    with pytest.raises(CommandError):
        run(str(DATA / "the-thaw.txt"), "--by", "nobody")
    assert not Lesson.objects.exists()


def test_markup_in_the_words_stays_words(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_text("He wrote <script>alert(1)</script> & <b>no more</b>, and that was all that there was to read.")
    run(str(path))
    document = Lesson.objects.get().compile().document
    assert document["sections"][0]["blocks"][0]["text"].startswith(
        "He wrote <script>alert(1)</script> & <b>no more</b>"
    )
