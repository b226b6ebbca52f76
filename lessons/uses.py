"""Where a source is used: in drafts, and for ever in editions."""

from dataclasses import dataclass

from lessons.models import DraftSource, EditionSource, Source


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
        EditionSource.objects.filter(source=source)
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
