"""Records of a curriculum's files and the rows that curators work on: what each says of the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.text import slugify

from lessons.curriculum import blocks, shapes
from lessons.curriculum.blocks import Names, said
from lessons.models import Course, CuratedImage, Event, GlossaryTerm, Lesson, Person, Rubric, Section, Source

Record = Mapping[str, Any]

_TERM = ("term", "original", "language", "transliteration", "meaning")
_PERSON = ("name", "original", "language", "born", "died", "office", "role")
_EVENT = ("title", "date", "place", "known_from", "known_by", "text", "conflict")
_SOURCE = (
    *("title", "creator", "recipient", "date", "kind", "place", "language", "container", "publisher", "pages"),
    *("archive", "reference", "url", "rights"),
)
_RECORD = ("author", "audience", "purpose", "perspective", "omits")
_LESSON = ("title", "inquiry", "summary", "language", "level", "minutes")


def names() -> Names:
    """Every row that a block may name, by its address. Three queries."""
    return Names(
        sources=dict(Source.objects.values_list("slug", "pk")),
        rubrics=dict(Rubric.objects.values_list("slug", "pk")),
        images=dict(CuratedImage.objects.exclude(slug=None).values_list("slug", "pk")),
    )


# --- Terms, people, events, rubrics -----------------------------------------------------------------------------------


def term_record(row: GlossaryTerm) -> dict[str, Any]:
    return {"slug": row.slug, **_said(row, _TERM, language="ru"), **said(forms=row.forms.splitlines())}


def put_term(record: Record, row: GlossaryTerm, names: Names) -> None:
    _put(record, row, _TERM, language="ru")
    row.forms = "\n".join(record.get("forms", []))


def person_record(row: Person) -> dict[str, Any]:
    return {"slug": row.slug, **_said(row, _PERSON, language="ru"), **said(forms=row.forms.splitlines())}


def put_person(record: Record, row: Person, names: Names) -> None:
    _put(record, row, _PERSON, language="ru")
    row.forms = "\n".join(record.get("forms", []))


def event_record(row: Event) -> dict[str, Any]:
    return {"slug": row.slug, **_said(row, _EVENT), **said(names=row.names.splitlines())}


def put_event(record: Record, row: Event, names: Names) -> None:
    _put(record, row, _EVENT)
    row.names = "\n".join(record.get("names", []))


def rubric_record(row: Rubric) -> dict[str, Any]:
    return {"slug": row.slug, "title": row.title, "criteria": blocks.criterion_records(list(row.criteria.raw_data))}


def put_rubric(record: Record, row: Rubric, names: Names) -> None:
    row.title = record["title"]
    old = list(row.criteria.raw_data)
    row.criteria = blocks.keep_ids(blocks.raw_criteria(record["criteria"]), old, f"rubric/{record['slug']}")


# --- Sources ----------------------------------------------------------------------------------------------------------


def source_record(row: Source, names: Names) -> dict[str, Any]:
    """What a file says of this source, as it stands in memory; raises NotInFiles."""
    for block in row.text.raw_data:
        if block["type"] != "paragraph":
            raise blocks.NotInFiles(f"a block of kind {block['type']}")
    return {
        "slug": row.slug,
        **_said(row, _SOURCE),
        "language": row.language,
        "primary": row.primary,
        "paraphrase": row.paraphrase,
        "record": said(**{name: getattr(row, f"record_{name}") for name in _RECORD}),
        "text": [blocks.record_of(block, names)["paragraph"] for block in row.text.raw_data],
        **said(claims=blocks.claim_records(list(row.claims.raw_data), names)),
    }


def put_source(record: Record, row: Source, names: Names) -> None:
    _put(record, row, _SOURCE, language="en")
    row.primary, row.paraphrase = record["primary"], record["paraphrase"]
    for name in _RECORD:
        setattr(row, f"record_{name}", record["record"].get(name, ""))
    place = f"source/{record['slug']}"
    row.text = blocks.keep_ids(blocks.raw_passages(record["text"]), list(row.text.raw_data), place)


def put_claims(record: Record, row: Source, names: Names) -> None:
    """Apart from the rest: a claim rests on other sources, which must be there first."""
    claims = blocks.raw_claims(record.get("claims", []), names)
    row.claims = blocks.keep_ids(claims, list(row.claims.raw_data), f"source/{record['slug']}/claims")


# --- Lessons ----------------------------------------------------------------------------------------------------------


def lesson_record(row: Lesson, names: Names) -> dict[str, Any]:
    """What a file says of this draft, as it stands in memory; raises NotInFiles."""
    return {
        "slug": row.slug,
        **_said(row, _LESSON),
        "language": row.language,
        "glossary": [term.slug for term in sorted(row.terms.all(), key=lambda term: term.slug)],
        "people": [person.slug for person in sorted(row.people.all(), key=lambda person: person.slug)],
        "events": [event.slug for event in sorted(row.events.all(), key=lambda event: event.slug)],
        "sections": [
            {
                "heading": section.heading,
                "blocks": [blocks.record_of(block, names) for block in section.body.raw_data],
            }
            for section in row.sections.all()
        ],
    }


def put_lesson_itself(record: Record, row: Lesson) -> None:
    """What the lesson says without its lists and sections."""
    _put(record, row, _LESSON, language="en", minutes=None)


def put_lesson(record: Record, row: Lesson, names: Names) -> None:
    """Words, lists and sections of the record; sections and blocks keep the ids of those that they were."""
    put_lesson_itself(record, row)
    row.terms = list(GlossaryTerm.objects.filter(slug__in=record.get("glossary", [])))
    row.people = list(Person.objects.filter(slug__in=record.get("people", [])))
    row.events = list(Event.objects.filter(slug__in=record.get("events", [])))
    old = list(row.sections.all())
    headings = [section["heading"] for section in record["sections"]]
    was = blocks.partners(headings, [section.heading for section in old], lambda heading: "")
    taken = {str(section.uuid) for section in old}
    fresh = []
    for i, section in enumerate(record["sections"]):
        before = old[was[i]] if i in was else None
        place = f"lesson/{record['slug']}/{slugify(section['heading'])}"
        section_id = str(before.uuid) if before else blocks.made_id(place, taken)
        taken.add(section_id)
        body = [blocks.raw_block(block, names) for block in section["blocks"]]
        body = blocks.keep_ids(body, list(before.body.raw_data) if before else [], f"section/{section_id}")
        fresh.append(
            Section(
                pk=before.pk if before else None,
                sort_order=i,
                uuid=section_id,
                heading=section["heading"],
                body=body,
            )
        )
    row.sections = fresh


def course_record(row: Course, lessons: Sequence[str]) -> dict[str, Any]:
    return {"slug": row.slug, "title": row.title, **said(summary=row.summary), "position": row.position} | {
        "lessons": list(lessons)
    }


def figure_record(row: CuratedImage) -> dict[str, Any]:
    """What the picture was drawn from. A database may keep JSON in an order of its own; a file has one of ours."""
    drawing: dict[str, Any] = row.drawing or {}
    keys = ("slug", "title", "kind", "unit", "rows", "who", "note")
    shape = shapes.FIGURE_ROWS[drawing["kind"]]
    figures = [_in_order(figure, (*shape.must, *shape.may)) for figure in drawing["rows"]]
    return _in_order({**drawing, "rows": figures}, keys)


def _in_order(record: Record, keys: Sequence[str]) -> dict[str, Any]:
    return {key: record[key] for key in keys if key in record}


# --- Fields -----------------------------------------------------------------------------------------------------------


def _said(row: Any, fields: Sequence[str], **usual: Any) -> dict[str, Any]:
    found = said(**{name: getattr(row, name) for name in fields})
    return {name: value for name, value in found.items() if usual.get(name) != value}


def _put(record: Record, row: Any, fields: Sequence[str], **usual: Any) -> None:
    for name in fields:
        setattr(row, name, record.get(name, usual.get(name, "")))
    row.slug = record["slug"]


Put = Callable[[Record, Any, Names], None]
