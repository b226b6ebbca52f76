"""The bridge from an article to a draft lesson: sections through the blocks of their StreamField."""

from __future__ import annotations

import html
import json
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from django.db import transaction
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry, ReferenceIndex, Revision
from wagtail.signal_handlers import disable_reference_index_auto_update

from accounts.models import User
from destalin_site.common import text
from destalin_site.common.actor import System
from destalin_site.common.errors import DomainError, VersionStale
from lessons import richtext
from lessons.cms.actions import free_slug
from lessons.importing import mending, wording
from lessons.importing.article import (
    Article,
    Block,
    Counts,
    Figure,
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
from lessons.models import Asset, Course, CuratedImage, Lesson
from lessons.models import Section as SectionRow
from lessons.models.media import clean_file

Raw = dict[str, Any]  # one item of a StreamField as stored

LOG_ACTION = "lessons.import"
LOG_CHANGE = "lessons.import.change"
# What the log keeps of one import; the counts are always whole.
MOST_NOTES = 300
MOST_ROWS = 500


class DraftLocked(DomainError):
    """Somebody has locked the lesson, or it waits for a review by others."""

    code = "draft-locked"
    title = _("The lesson is locked for you")


class CannotBecome(DomainError):
    """The place is gone, or no longer what it was."""

    code = "cannot-become"
    title = _("This place cannot become that any more")


def import_article(article: Article, *, course: Course | str, file_name: str = "", by: User | System) -> ModelLogEntry:
    """A draft lesson with the article's sections, and the log entry that says what became of it.

    `course` is a course or the title of one that is made. Nothing is published.
    """
    pictures = {figure.picture.sha256: figure for figure in article.figures()}
    for figure in pictures.values():
        # Works on pixels and files, so before the transaction. A file named by its digest that nobody uses is no harm.
        Asset.objects.keep(figure.picture)
    return _write(article, pictures, course, file_name, by if isinstance(by, User) else None)


@transaction.atomic
def _write(
    article: Article, pictures: Mapping[str, Figure], course: Course | str, file_name: str, person: User | None
) -> ModelLogEntry:
    if isinstance(course, str):
        course = _make_course(course, person)
    library = {sha256: _image(figure, article, person) for sha256, figure in pictures.items()}
    lesson = Lesson(
        course=course,
        title=text.fitted(article.title, limit=TITLE_LIMIT),
        slug=free_slug(Lesson, article.title),
        **_settings(article),
    )
    lesson.sections = [
        SectionRow(
            sort_order=i,
            heading=text.fitted(section.heading, limit=HEADING_LIMIT),
            body=body_of(section, library),
        )
        for i, section in enumerate(article.sections)
    ]
    # Once at the end instead of for every section.
    with disable_reference_index_auto_update():
        lesson.save()
        revision = lesson.save_revision(user=person, clean=False)
    ReferenceIndex.create_or_update_for_object(lesson)
    log(instance=lesson, action="wagtail.create", user=person, revision=revision, content_changed=True)
    data = Report.of(article, file_name, _parts(lesson)).as_data()
    entry = log(instance=lesson, action=LOG_ACTION, user=person, revision=revision, data=data)
    assert isinstance(entry, ModelLogEntry)
    return entry


def _settings(article: Article) -> dict[str, Any]:
    """What the article says of itself, as fields of a lesson."""
    said = {name: richtext.line(value) for name, value in article.settings.items() if name != "course"}
    return {name: int(value) if name == "minutes" else value for name, value in said.items()}


def _image(figure: Figure, article: Article, person: User | None) -> CuratedImage:
    """The image of the library that holds this picture; where there is none, one that is made."""
    known = CuratedImage.objects.filter(asset=figure.picture.sha256).order_by("pk").first()
    if known is not None:
        return known
    title = figure.alt or text_of(figure.caption) or article.title
    image = CuratedImage(title=richtext.line(title)[:255], file=clean_file(figure.picture), uploaded_by_user=person)
    image._set_image_file_metadata()
    image.save()
    log(instance=image, action="wagtail.create", user=person, content_changed=True)
    return image


def _parts(lesson: Lesson) -> list[mending.Part]:
    return [
        mending.Part(str(section.uuid), section.heading, list(section.body.raw_data))
        for section in lesson.sections.all()
    ]


def places(lesson: Lesson) -> dict[str, mending.Place]:
    """What every section and block of the newest draft is now, by its id, and what it could be instead."""
    # From the revision as it is stored: made into rows, it would ask the database once for every section.
    content = lesson.latest_revision.content if lesson.latest_revision else {}
    sections = sorted(content.get("sections", []), key=lambda section: section["sort_order"] or 0)
    return mending.places(
        [mending.Part(section["uuid"], section["heading"], json.loads(section["body"])) for section in sections]
    )


@transaction.atomic
def change_kind(entry: ModelLogEntry, *, place: str, kind: mending.Kind, revision: int, by: User) -> Revision:
    """Make a heading of the imported draft a paragraph, a paragraph a heading, or either a section; or the reverse.

    `revision` is the one that the person has seen. Raises VersionStale, DraftLocked and CannotBecome.
    """
    lesson = Lesson.objects.select_for_update().filter(pk=entry.object_id).first()
    if lesson is None:
        raise CannotBecome
    if (lock := lesson.get_lock()) and lock.for_user(by):
        raise DraftLocked
    if lesson.latest_revision_id != revision:
        raise VersionStale
    draft = lesson.get_latest_revision_as_object()
    before = _parts(draft)
    try:
        after = mending.changed(before, place, kind)
    except mending.CannotBecome as refused:
        raise CannotBecome from refused
    known = {str(section.uuid): section for section in draft.sections.all()}
    rows = []
    for number, part in enumerate(after):
        row = known.get(part.id) or SectionRow(uuid=uuid.UUID(part.id), heading=part.heading)
        row.sort_order, row.body = number, list(part.blocks)
        rows.append(row)
    draft.sections = rows
    saved = draft.save_revision(user=by, clean=False)
    log(
        instance=lesson,
        action=LOG_CHANGE,
        user=by,
        revision=saved,
        content_changed=True,
        data={"title": mending.places(before)[place].words, "place": place, "kind": kind.value},
    )
    return saved


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


def body_of(section: Section, library: Mapping[str, CuratedImage] | None = None) -> list[Raw]:
    """The section's blocks as a StreamField stores them, each with an id of its own.

    `library` are the images that its figures show, by the digests of their pictures.
    """
    return [_raw(*_block(block, library or {})) for block in section.blocks]


def _block(block: Block, library: Mapping[str, CuratedImage]) -> tuple[str, Any]:
    match block:
        case Figure():
            # Without a description it cannot be published: whether it is decoration is for a person to say.
            value = {"alt": richtext.line(block.alt), "decorative": False, "credit": ""}
            caption = rich(block.caption) if block.caption else ""
            return "figure", {**value, "image": library[block.picture.sha256].pk, "caption": caption}
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
    """One block of the draft: where it came from, what it became, and what it could be instead."""

    line: int
    kind: str
    excerpt: str
    strong: bool = False  # a section
    heading: bool = False  # a heading inside one
    place: str = ""
    choices: tuple[tuple[str, str, str], ...] = ()  # (kind, what the button shows, what it says)
    changed: bool = False  # since the import


@dataclass(frozen=True, slots=True)
class Doubt:
    line: int
    excerpt: str
    sentence: str
    row: Row | None = None  # the place that it speaks of


class Report:
    """What became what. It is kept in the log in codes and numbers, and said in the reader's language."""

    def __init__(
        self,
        *,
        file: str,
        counts: Counts,
        notes: list[Note],
        rows: list[tuple[int, str, str, str]],
        doubts: int,
        blocks: int,
        markup: str = "",
    ) -> None:
        self.file, self.counts, self.notes, self._rows = file, counts, notes, rows
        self._doubts, self._blocks, self.markup = doubts, blocks, markup
        self._outline = [_row(*row) for row in rows]

    @classmethod
    def of(cls, article: Article, file_name: str, parts: list[mending.Part]) -> Report:
        ids = [each for part in parts for each in (part.id, *(str(block["id"]) for block in part.blocks))]
        rows = [(*row, place) for row, place in zip(_rows(article), ids, strict=True)]
        unsure = article.unsure
        return cls(
            file=file_name,
            counts=article.counts(),
            notes=unsure[:MOST_NOTES] + article.recognized[:MOST_NOTES],
            rows=rows[:MOST_ROWS],
            doubts=len(unsure),
            blocks=len(rows),
            markup=article.markup,
        )

    def as_data(self) -> dict[str, Any]:
        return {
            "file": self.file,
            "counts": asdict(self.counts),
            "notes": [[each.found.value, each.line, each.excerpt, each.count, each.sure] for each in self.notes],
            "rows": self._rows,
            "doubts": self._doubts,
            "blocks": self._blocks,
            "markup": self.markup,
        }

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Report:
        return cls(
            file=data["file"],
            counts=Counts(**data["counts"]),
            notes=[Note(Found(found), *rest) for found, *rest in data["notes"]],
            # An import from before places could be changed names none.
            rows=[(line, kind, excerpt, *(place or [""])) for line, kind, excerpt, *place in data["rows"]],
            doubts=data["doubts"],
            blocks=data["blocks"],
            markup=data.get("markup", ""),
        )

    def show_now(self, places: Mapping[str, mending.Place]) -> None:
        """Say of each block what it is in the draft now and what it could be instead, not what it was at first."""
        self._outline = [_row_now(_row(*row), row[1], places.get(row[3])) for row in self._rows]

    @property
    def counts_paragraphs(self) -> bool:
        """Whether what stands at a place's side is the number of a paragraph; a Word document has no lines."""
        return self.markup == "word"

    @property
    def summary(self) -> str:
        return ", ".join(wording.summary(self.counts))

    @property
    def unsure(self) -> list[Doubt]:
        at_line: dict[int, Row] = {}
        for row in self._outline:
            at_line.setdefault(row.line, row)
        return [
            Doubt(each.line, each.excerpt, wording.sentence(each), at_line.get(each.line) if each.line else None)
            for each in self.notes
            if not each.sure
        ]

    @property
    def recognized(self) -> list[Doubt]:
        return [Doubt(each.line, each.excerpt, wording.sentence(each)) for each in self.notes if each.sure]

    @property
    def outline(self) -> list[Row]:
        return self._outline

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
        "figure": gettext("picture"),
        "heading": gettext("subheading"),
    }


def _row(line: int, kind: str, excerpt: str, place: str = "") -> Row:
    return Row(line, _kinds()[kind], excerpt, kind == "section", kind in {"subheading", "heading"}, place)


def _row_now(row: Row, first: str, now: mending.Place | None) -> Row:
    if now is None:
        return replace(row, place="")
    says = {
        mending.Kind.PARAGRAPH: (gettext("paragraph"), gettext("Make it a paragraph")),
        mending.Kind.HEADING: (gettext("heading"), gettext("Make it a heading")),
        mending.Kind.SECTION: (gettext("section"), gettext("Make it a section")),
    }
    choices = tuple((kind.value, *says[kind]) for kind in now.choices)
    if now.kind not in {kind.value for kind in mending.Kind}:
        return replace(row, choices=choices)
    was = "heading" if first == "subheading" else first
    fresh = _row(row.line, now.kind, row.excerpt, row.place)
    return replace(fresh, choices=choices, changed=now.kind != was)


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
                case Figure():
                    yield block.line, "figure", _short(block.alt or text_of(block.caption))


def _short(text: str) -> str:
    return note(Found.TITLE_LINE, excerpt=" ".join(text[:200].split())).excerpt
