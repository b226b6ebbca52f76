"""The bridge from an article to a draft lesson: sections through the blocks of their StreamField."""

from __future__ import annotations

import html
import uuid
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext, ngettext
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry, ReferenceIndex
from wagtail.signal_handlers import disable_reference_index_auto_update

from accounts.models import User
from destalin_site.common import text
from destalin_site.common.actor import System
from lessons.cms.actions import free_slug
from lessons.importing import wording
from lessons.importing.article import (
    Article,
    Block,
    Counts,
    Found,
    Inline,
    ItemList,
    Note,
    Paragraph,
    Quote,
    Section,
    Span,
    Subheading,
    note,
    text_of,
)
from lessons.importing.outline import HEADING_LIMIT, TITLE_LIMIT
from lessons.models import Course, Lesson
from lessons.models import Section as SectionRow

Raw = dict[str, Any]  # one item of a StreamField as stored

LOG_ACTION = "lessons.import"
# What the log keeps of one import; the counts are always whole.
MOST_NOTES = 300
MOST_ROWS = 500


@transaction.atomic
def import_article(article: Article, *, course: Course | str, file_name: str = "", by: User | System) -> ModelLogEntry:
    """A draft lesson with the article's sections, and the log entry that says what became of it.

    `course` is a course or the title of one that is made. Nothing is published.
    """
    person = by if isinstance(by, User) else None
    if isinstance(course, str):
        course = _make_course(course, person)
    lesson = Lesson(
        course=course, title=text.fitted(article.title, limit=TITLE_LIMIT), slug=free_slug(Lesson, article.title)
    )
    lesson.sections = [
        SectionRow(sort_order=i, heading=text.fitted(section.heading, limit=HEADING_LIMIT), body=body_of(section))
        for i, section in enumerate(article.sections)
    ]
    # Once at the end instead of for every section.
    with disable_reference_index_auto_update():
        lesson.save()
        revision = lesson.save_revision(user=person, clean=False)
    ReferenceIndex.create_or_update_for_object(lesson)
    log(instance=lesson, action="wagtail.create", user=person, revision=revision, content_changed=True)
    data = Report.of(article, file_name).as_data()
    entry = log(instance=lesson, action=LOG_ACTION, user=person, revision=revision, data=data)
    assert isinstance(entry, ModelLogEntry)
    return entry


def course_named(name: str) -> Course | str:
    """The course with this address or title; where there is none, the title to make one with."""
    found = Course.objects.filter(slug=name).first() or Course.objects.filter(title__iexact=name).first()
    return found or name


def _make_course(title: str, person: User | None) -> Course:
    course = Course.objects.create(title=text.fitted(title, limit=TITLE_LIMIT), slug=free_slug(Course, title))
    revision = course.save_revision(user=person)
    log(instance=course, action="wagtail.create", user=person, revision=revision, content_changed=True)
    return course


# Blocks


def body_of(section: Section) -> list[Raw]:
    """The section's blocks as a StreamField stores them, each with an id of its own."""
    return [_raw(*_block(block)) for block in section.blocks]


def _block(block: Block) -> tuple[str, Any]:
    match block:
        case Paragraph():
            return "paragraph", rich(block.inline)
        case Subheading():
            return "heading", {"text": text.fitted(block.text, limit=HEADING_LIMIT), "level": "3"}
        case ItemList():
            # A list's items need their type and id too, or the editor draws new ones at each save.
            items = [_raw("item", rich(item)) for item in block.items]
            return "list", {"items": items, "ordered": block.ordered}
        case Quote():
            return "quote", {"text": rich(block.inline), "attribution": "", "language": ""}


def _raw(kind: str, value: Any) -> Raw:
    return {"type": kind, "id": str(uuid.uuid4()), "value": value}


def rich(inline: Inline) -> str:
    """Spans as rich text. Everything is escaped; only bold, italic, links and line breaks are markup."""
    return f"<p>{''.join(_span(span) for span in inline)}</p>"


def _span(span: Span) -> str:
    markup = html.escape(span.text, quote=False).replace("\n", "<br/>")
    if span.italic:
        markup = f"<i>{markup}</i>"
    if span.bold:
        markup = f"<b>{markup}</b>"
    if span.href:
        markup = f'<a href="{html.escape(span.href)}">{markup}</a>'
    return markup


# The report


@dataclass(frozen=True, slots=True)
class Row:
    """One block of the draft: where it came from and what it became."""

    line: int
    kind: str
    excerpt: str
    strong: bool = False  # a section
    heading: bool = False  # a heading inside one


@dataclass(frozen=True, slots=True)
class Doubt:
    line: int
    excerpt: str
    sentence: str


class Report:
    """What became what. It is kept in the log in codes and numbers, and said in the reader's language."""

    def __init__(
        self,
        *,
        file: str,
        counts: Counts,
        notes: list[Note],
        rows: list[tuple[int, str, str]],
        doubts: int,
        blocks: int,
    ) -> None:
        self.file, self.counts, self.notes, self._rows = file, counts, notes, rows
        self._doubts, self._blocks = doubts, blocks

    @classmethod
    def of(cls, article: Article, file_name: str = "") -> Report:
        rows = list(_rows(article))
        unsure = article.unsure
        return cls(
            file=file_name,
            counts=article.counts(),
            notes=unsure[:MOST_NOTES] + article.recognized[:MOST_NOTES],
            rows=rows[:MOST_ROWS],
            doubts=len(unsure),
            blocks=len(rows),
        )

    def as_data(self) -> dict[str, Any]:
        return {
            "file": self.file,
            "counts": asdict(self.counts),
            "notes": [[each.found.value, each.line, each.excerpt, each.count, each.sure] for each in self.notes],
            "rows": self._rows,
            "doubts": self._doubts,
            "blocks": self._blocks,
        }

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Report:
        return cls(
            file=data["file"],
            counts=Counts(**data["counts"]),
            notes=[Note(Found(found), *rest) for found, *rest in data["notes"]],
            rows=[(line, kind, excerpt) for line, kind, excerpt in data["rows"]],
            doubts=data["doubts"],
            blocks=data["blocks"],
        )

    @property
    def summary(self) -> str:
        return ", ".join(wording.summary(self.counts))

    @property
    def unsure(self) -> list[Doubt]:
        return [Doubt(each.line, each.excerpt, wording.sentence(each)) for each in self.notes if not each.sure]

    @property
    def recognized(self) -> list[Doubt]:
        return [Doubt(each.line, each.excerpt, wording.sentence(each)) for each in self.notes if each.sure]

    @property
    def outline(self) -> list[Row]:
        names = _kinds()
        return [
            Row(line, names[kind], excerpt, kind == "section", kind == "subheading")
            for line, kind, excerpt in self._rows
        ]

    @property
    def more_unsure(self) -> str:
        more = self._doubts - len(self.unsure)
        return ngettext("and %(count)s more place", "and %(count)s more places", more) % {"count": more} if more else ""

    @property
    def more_outline(self) -> str:
        more = self._blocks - len(self._rows)
        return ngettext("and %(count)s more block", "and %(count)s more blocks", more) % {"count": more} if more else ""


def _kinds() -> dict[str, str]:
    return {
        "title": gettext("title"),
        "section": gettext("section"),
        "subheading": gettext("subheading"),
        "paragraph": gettext("paragraph"),
        "list": gettext("list"),
        "numbered": gettext("numbered list"),
        "quote": gettext("quotation"),
    }


def _rows(article: Article) -> Iterator[tuple[int, str, str]]:
    for section in article.sections:
        yield section.line if section.heading_in_text else 0, "section", _short(section.heading)
        for block in section.blocks:
            match block:
                case Subheading():
                    yield block.line, "subheading", _short(block.text)
                case Paragraph():
                    yield block.line, "paragraph", _short(text_of(block.inline))
                case ItemList():
                    kind = "numbered" if block.ordered else "list"
                    yield block.line, kind, _short(" · ".join(text_of(item) for item in block.items))
                case Quote():
                    yield block.line, "quote", _short(text_of(block.inline))


def _short(text: str) -> str:
    return note(Found.TITLE_LINE, excerpt=" ".join(text[:200].split())).excerpt
