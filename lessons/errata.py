"""Corrections of sources: what the editions of a source say differently from what is published now, and who is told.

An edition never changes. A correction stands beside it, and is shown wherever the edition is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from destalin_site.common import moments
from lessons.changes import FieldChange, source_changes
from lessons.document import Document, SourceData
from lessons.models import Edition, EditionFace, EditionSource, Erratum, ErratumEdition, Source
from lessons.problems import CannotCompile

LONGEST: Final = 4000  # of what was and what is, in code points
BEFORE: Final = 200  # of them, what stands before the first difference
LEFT_OUT: Final = "… "

FIELDS: Final = {
    "title": gettext_lazy("title"),
    "summary": gettext_lazy("summary"),
    "inquiry": gettext_lazy("question of the lesson"),
    "level": gettext_lazy("level"),
    "minutes": gettext_lazy("minutes"),
    "language": gettext_lazy("language"),
    "heading": gettext_lazy("heading"),
    "creator": gettext_lazy("creator"),
    "date": gettext_lazy("date"),
    "kind": gettext_lazy("kind"),
    "primary": gettext_lazy("primary source"),
    "place": gettext_lazy("place"),
    "archive": gettext_lazy("archive"),
    "reference": gettext_lazy("reference"),
    "url": gettext_lazy("web address"),
    "rights": gettext_lazy("rights"),
    "paraphrase": gettext_lazy("study paraphrase"),
    "record.author": gettext_lazy("who made it"),
    "record.audience": gettext_lazy("for whom"),
    "record.purpose": gettext_lazy("why it was made"),
    "record.perspective": gettext_lazy("from which point of view"),
    "record.omits": gettext_lazy("what it leaves out"),
    "text": gettext_lazy("text"),
    "images": gettext_lazy("images"),
    "claims": gettext_lazy("what it claims"),
    "bibliography": gettext_lazy("entry of a bibliography"),
    "block": gettext_lazy("text"),
}
# What a citation is made of: where one of these is put right, the citation follows and need not be said.
_IN_A_CITATION: Final = frozenset({"title", "creator", "date", "place", "archive", "reference", "url"})


# --- What differs -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Affected:
    """An edition whose copy of a source says something else than the source says now.

    Of a teacher's own version nothing is named that she wrote: `adapted`, and what it was made of.
    """

    id: str
    title: str
    number: int
    adapted: bool
    current: bool
    letter: str
    source_title: str  # as this edition calls the source
    old: Mapping[str, str]  # by field, what this edition says


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that editions have otherwise. `old` is what the newest of them says."""

    field: str
    label: str
    old: str
    new: str
    editions: int

    @property
    def in_part(self) -> bool:
        return in_part(self.old, self.new)


@dataclass(frozen=True, slots=True)
class Differences:
    fields: tuple[Difference, ...]
    editions: tuple[Affected, ...]

    def told(self, fields: Collection[str]) -> tuple[Affected, ...]:
        """The editions that have at least one of these fields otherwise."""
        return tuple(edition for edition in self.editions if not edition.old.keys().isdisjoint(fields))


def copy_now(source: Source) -> SourceData:
    """The source as an edition that is cut now would show it. Raises CannotCompile."""
    compiled = source.compiled_alone(source.draft())
    if not compiled.document["sources"]:
        raise CannotCompile(compiled.problems)
    return compiled.document["sources"][0]


def differences(source: Source) -> Differences:
    """What the editions of this source have otherwise, the newest edition first, without what was announced before.

    Reads the document of each; the number of queries is the same for one and for many.
    """
    now = copy_now(source)
    told = _announced(source)
    uses = EditionSource.objects.filter(source=source).select_related(
        "edition__lesson", "edition__current", "edition__adaptation__ancestor"
    )
    newest = uses.order_by("-edition__published_at", "-edition__number", "edition")
    documents = EditionFace.objects.filter(
        edition__in=uses.values("edition"), kind=EditionFace.Kind.DOCUMENT, number=1
    ).values_list("edition", "bytes")
    changed: dict[str, list[FieldChange]] = {}
    for edition, raw in documents.iterator(chunk_size=20):
        copy = Document.parse(bytes(raw)).source(str(source.uuid))
        changed[edition] = [
            change
            for change in map(_short, _without_followers(source_changes(copy, now)))
            if change.new not in told.get((edition, change.field), ())
        ]
    found: dict[str, Difference] = {}
    editions = []
    for use in newest:
        if not (listed := changed.get(use.edition_id)):
            continue
        old = {change.field: change.old for change in listed}
        current = use.edition.lesson.live and hasattr(use.edition, "current")
        adapted = use.edition.adaptation
        named = adapted.ancestor if adapted else use.edition
        editions.append(
            Affected(
                use.edition_id, named.title, named.number, adapted is not None, current, use.letter, use.title, old
            )
        )
        for change in listed:
            known = found.get(change.field)
            found[change.field] = Difference(
                change.field,
                label(change.field),
                known.old if known else change.old,
                known.new if known else change.new,
                (known.editions if known else 0) + 1,
            )
    order = {field: place for place, field in enumerate(FIELDS)}
    return Differences(tuple(sorted(found.values(), key=lambda row: order[row.field])), tuple(editions))


def _without_followers(found: list[FieldChange]) -> list[FieldChange]:
    said = {change.field for change in found}
    return [change for change in found if change.field != "bibliography" or not said & _IN_A_CITATION]


def _announced(source: Source) -> dict[tuple[str, str], set[str]]:
    """By edition and field, what corrections said before."""
    told: dict[tuple[str, str], set[str]] = {}
    rows = ErratumEdition.objects.filter(erratum__source=source).values_list("edition", "old", "erratum__new")
    for edition, old, new in rows:
        for field in old:
            told.setdefault((edition, field), set()).add(new[field])
    return told


def _short(change: FieldChange) -> FieldChange:
    """The change as it is announced: whole, or of a long text what stands around its first difference, so that what
    was and what is never look the same."""
    old, new = change.old, change.new
    if max(len(old), len(new)) <= LONGEST:
        return change
    same = next((i for i, (was, now) in enumerate(zip(old, new, strict=False)) if was != now), min(len(old), len(new)))
    start = old.rfind(" ", 0, max(0, same - BEFORE)) + 1
    return FieldChange(change.field, _from(old, start), _from(new, start))


def _from(text: str, start: int) -> str:
    text = f"{LEFT_OUT}{text[start:]}" if start else text
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def in_part(*texts: str) -> bool:
    """Whether `_short` left out some of these."""
    return any(text.startswith(LEFT_OUT) or (len(text) == LONGEST and text.endswith("…")) for text in texts)


def label(field: str) -> str:
    return str(FIELDS.get(field, field))


def hand_down(ancestor: Edition, edition: Edition) -> None:
    """What was announced about an edition is said beside one that is cut of it later, as far as it shows the source:
    its copy says the same."""
    shown = {use.source_id: use for use in edition.source_uses.all()}
    rows = ErratumEdition.objects.filter(edition=ancestor, erratum__source__in=shown).select_related("erratum")
    ErratumEdition.objects.bulk_create(
        ErratumEdition(
            erratum=row.erratum,
            edition=edition,
            letter=shown[row.erratum.source_id].letter,
            title=shown[row.erratum.source_id].title,
            old=row.old,
        )
        for row in rows.order_by("pk")
    )


# --- What readers are told --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Fact:
    """One field that was wrong: what the edition says, and what is right."""

    field: str
    label: str
    old: str
    new: str

    @property
    def in_part(self) -> bool:
        return in_part(self.old, self.new)


@dataclass(frozen=True, slots=True)
class Correction:
    """An announced correction as one edition shows it. Values alone, so that pages can be kept by it."""

    id: str
    source: str  # the id that documents name it by
    letter: str
    title: str
    facts: tuple[Fact, ...]
    severity: str
    major: bool
    note: str
    at: dt.datetime

    def as_json(self) -> dict[str, Any]:
        """With what the edition at hand says and what is right."""
        return {
            "id": self.id,
            "source": self.source,
            "letter": self.letter,
            "title": self.title,
            "severity": "major" if self.major else "minor",
            "note": self.note,
            "at": self.at,
            "facts": [{"field": fact.field, "old": fact.old, "new": fact.new} for fact in self.facts],
        }

    def announced(self, zone: str) -> str:
        return _("%(day)s (%(zone)s)") % {
            "day": moments.full_day(self.at, zone),
            "zone": moments.zone_short(self.at, zone),
        }


def of_editions(editions: Collection[str]) -> dict[str, tuple[Correction, ...]]:
    """The corrections of each of these editions, the newest first. One query."""
    rows = ErratumEdition.objects.filter(edition__in=editions).order_by("-erratum__at", "-erratum_id")
    found: dict[str, list[Correction]] = {}
    for row in rows.select_related("erratum__source"):
        found.setdefault(row.edition_id, []).append(_correction(row))
    return {edition: tuple(listed) for edition, listed in found.items()}


def of_edition(edition: str) -> tuple[Correction, ...]:
    return of_editions([edition]).get(edition, ())


def _correction(row: ErratumEdition) -> Correction:
    erratum = row.erratum
    return Correction(
        id=str(erratum.pk),
        source=str(erratum.source.uuid),
        letter=row.letter,
        title=row.title,
        facts=tuple(
            Fact(field, label(field), row.old[field], erratum.new[field])
            for field in erratum.fields
            if field in row.old
        ),
        severity=erratum.get_severity_display(),
        major=erratum.severity == Erratum.Severity.MAJOR,
        note=erratum.note,
        at=erratum.at,
    )


def facts_of(erratum: Erratum) -> Iterable[Fact]:
    """What was wrong and what is right, as it was announced."""
    return [Fact(field, label(field), erratum.old[field], erratum.new[field]) for field in erratum.fields]
