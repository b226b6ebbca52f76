"""Where a source is used, in drafts and for ever in editions; and where drafts show an image."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from wagtail.models import Revision

from lessons import compiler
from lessons.models import DraftSource, EditionSource, Lesson, Source


@dataclass(frozen=True, slots=True)
class Use:
    lesson_id: int
    lesson: str
    edition_id: str | None  # None in a draft
    number: int | None
    letter: str
    current: bool


def uses_of(source: Source) -> list[Use]:
    """Every edition, newest first, and every draft that shows this source. Two queries."""
    editions = (
        # What a teacher made of an edition is hers; the edition that she made it of stands in the list.
        EditionSource.objects.filter(source=source, edition__adaptation=None)
        .select_related("edition__lesson", "edition__current")
        .order_by("edition__lesson__title", "edition__lesson_id", "-edition__number")
    )
    found = [
        Use(
            lesson_id=use.edition.lesson_id,
            lesson=use.edition.title,
            edition_id=use.edition_id,
            number=use.edition.number,
            letter=use.letter,
            current=hasattr(use.edition, "current"),
        )
        for use in editions
    ]
    drafts = DraftSource.objects.filter(source=source).select_related("lesson").order_by("lesson__title", "lesson_id")
    found += [Use(draft.lesson_id, draft.lesson.title, None, None, "", False) for draft in drafts]
    return found


@dataclass(frozen=True, slots=True)
class ImageUse:
    """A figure in the newest draft of a lesson or a source. `fault` is what its description lacks, as a code."""

    title: str
    lesson: int | None
    source: int | None
    fault: str


def image_uses() -> dict[int, list[ImageUse]]:
    """Every figure of every newest draft, by the key of its image. Two queries; reads all the drafts."""
    found: dict[int, list[ImageUse]] = defaultdict(list)
    for key, content in _newest_drafts(Lesson):
        for section in content.get("sections", []):
            _note_figures(found, section.get("body"), title=content["title"], lesson=key, source=None)
    for key, content in _newest_drafts(Source):
        _note_figures(found, content.get("images"), title=content["title"], lesson=None, source=key)
    return found


def _newest_drafts(model: type[Lesson] | type[Source]) -> Iterator[tuple[int, Mapping[str, Any]]]:
    rows: Any = model._default_manager
    newest = rows.exclude(latest_revision=None).values("latest_revision")
    revisions = Revision.objects.filter(pk__in=newest).order_by("pk").values_list("object_id", "content")
    return ((int(key), content) for key, content in revisions.iterator())


def _note_figures(found: dict[int, list[ImageUse]], stream: str | None, **where: Any) -> None:
    for block in json.loads(stream or "[]"):
        if block.get("type") == "figure" and (image := block["value"].get("image")):
            fault = compiler.figure_faults(block["value"]).get("alt", "")
            found[int(image)].append(ImageUse(**where, fault=fault))
