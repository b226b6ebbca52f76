"""A teacher's own versions of lessons: the list, and the page on which one is changed, as finished values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Classroom, User
from assignments.models import Assignment
from destalin_site.common import moments
from lessons import adaptations
from lessons.adapting import Adapted, Own
from lessons.document import DocumentData
from lessons.models import Adaptation


@dataclass(frozen=True, slots=True)
class Line:
    id: UUID
    title: str
    ancestor: str
    changed: str
    used_in: tuple[str, ...]  # names of classes
    newer: str  # that the library's lesson has a newer edition, in words
    withdrawn: str  # that the library's lesson is no longer published, in words
    ready: bool  # there is an edition to assign


def lines(user: User, *, archived: bool) -> list[Line]:
    """Her versions, the one that she changed last first. Two queries however many they are."""
    rows = list(
        Adaptation.objects.visible_to(user)
        .filter(archived_at__isnull=not archived)
        .select_related("ancestor__lesson__current_edition__edition")
        .order_by("-changed_at", "-id")
    )
    classes = classes_given(user, [row.pk for row in rows])
    zone = user.own_zone
    return [
        Line(
            id=row.pk,
            title=row.title,
            ancestor=_ancestor(row),
            changed=_("changed %(moment)s") % {"moment": moments.moment(row.changed_at, zone)},
            used_in=classes.get(row.pk, ()),
            newer=newer_words(row),
            withdrawn=withdrawn_words(row),
            ready=row.edition_id is not None,
        )
        for row in rows
    ]


def classes_given(user: User, adaptations: Sequence[UUID]) -> dict[UUID, tuple[str, ...]]:
    """The names of her classes that were given an edition of each of these. One query."""
    given = (
        Assignment.objects.present()
        .filter(edition__adaptation__in=adaptations)
        .filter(classroom__in=Classroom.objects.taught_by(user).values("pk"))
        .order_by("classroom__name")
        .values_list("edition__adaptation", "classroom__name")
    )
    found: dict[UUID, dict[str, None]] = {}
    for pk, name in given:
        found.setdefault(pk, {})[name] = None
    return {pk: tuple(names) for pk, names in found.items()}


def _ancestor(row: Adaptation) -> str:
    return _("from “%(lesson)s”, edition %(number)d") % {"lesson": row.ancestor.title, "number": row.ancestor.number}


def newer_words(row: Adaptation) -> str:
    """That the library has another edition of the lesson by now; empty when it has not."""
    lesson = row.ancestor.lesson
    current = getattr(lesson, "current_edition", None)
    if not lesson.live or current is None or current.edition_id == row.ancestor_id:
        return ""
    return _("The library’s lesson has a newer edition of “%(lesson)s”: edition %(number)d.") % {
        "lesson": current.edition.title,
        "number": current.edition.number,
    }


def withdrawn_words(row: Adaptation) -> str:
    """That the lesson is not in the library any more; empty when it is."""
    lesson = row.ancestor.lesson
    if lesson.live and hasattr(lesson, "current_edition"):
        return ""
    return _("The original, “%(lesson)s”, was withdrawn from the library.") % {"lesson": row.ancestor.title}


# --- The page of one --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Item:
    """A section, source or question of the page, with what may be done with it."""

    id: str
    name: str  # what it is called in her version: "2", "Source B", "Question 3"; empty when it is dropped
    words: str
    facts: str
    kept: bool
    own: bool
    first: bool
    last: bool
    troubles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SectionItem:
    item: Item
    questions: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Page:
    sections: tuple[SectionItem, ...]
    sources: tuple[Item, ...]
    troubles: tuple[str, ...]  # every sentence, once


def kind_words(kind: str) -> str:
    return {
        "short": _("Short answer"),
        "essay": _("Essay"),
        "single": _("Choice of one"),
        "multiple": _("Choice of several"),
        "table": _("Table"),
    }[kind]


def page(row: Adaptation, ancestor: DocumentData, made: Adapted) -> Page:
    told: dict[str, list[str]] = {}
    for trouble in made.troubles:
        told.setdefault(trouble.at, []).append(adaptations.sentence(trouble))
    sections = {section["id"]: section for section in ancestor["sections"]}
    questions: dict[str, Mapping[str, Any]] = {question["id"]: question for question in ancestor["questions"]}
    numbers = {question["id"]: n for n, question in enumerate(made.document["questions"], 1)}
    kept_numbers = {section["id"]: section["number"] for section in made.document["sections"]}
    plan = row.plan
    found = []
    for at, section in enumerate(plan["sections"]):
        # What of a dropped section is kept goes along with it.
        asked = [
            _question(question, plan["own"], questions, numbers, told, section["kept"])
            for question in section["questions"]
        ]
        blocks = sections[section["id"]]["blocks"]
        texts = sum(block["kind"] != "question" for block in blocks)
        item = Item(
            id=section["id"],
            name=str(kept_numbers.get(section["id"], "")),
            words=sections[section["id"]]["heading"],
            facts=ngettext("%(n)d passage of text", "%(n)d passages of text", texts) % {"n": texts},
            kept=section["kept"],
            own=False,
            first=at == 0,
            last=at == len(plan["sections"]) - 1,
            troubles=tuple(told.get(section["id"], ())),
        )
        found.append(SectionItem(item, tuple(asked)))
    return Page(
        sections=tuple(found),
        sources=tuple(_sources(plan["sources"], ancestor, made)),
        troubles=tuple(dict.fromkeys(sentence for sentences in told.values() for sentence in sentences)),
    )


def _question(
    entry: Mapping[str, Any],
    own: Mapping[str, Own],
    curated: Mapping[str, Mapping[str, Any]],
    numbers: Mapping[str, int],
    told: Mapping[str, Sequence[str]],
    section_kept: bool,
) -> Item:
    name = entry["id"]
    question = own.get(name) or curated[name]
    number = numbers.get(name)
    points = str(question["points"])
    facts = [kind_words(question["kind"]), ngettext("%(n)s point", "%(n)s points", 1 if points == "1" else 2)]
    return Item(
        id=name,
        name=_("Question %(number)d") % {"number": number} if number else "",
        words=question["prompt"],
        facts=" · ".join([facts[0], facts[1] % {"n": points}, *([_("your own")] if name in own else [])]),
        kept=entry["kept"] and section_kept,
        own=name in own,
        first=False,
        last=False,
        troubles=tuple(told.get(name, ())),
    )


def _sources(entries: Sequence[Mapping[str, Any]], ancestor: DocumentData, made: Adapted) -> list[Item]:
    sources = {source["id"]: source for source in ancestor["sources"]}
    letters = {source["id"]: source["letter"] for source in made.document["sources"]}
    return [
        Item(
            id=entry["id"],
            name=_("Source %(letter)s") % {"letter": letters[entry["id"]]} if entry["id"] in letters else "",
            words=sources[entry["id"]]["title"],
            facts=" · ".join(
                part for part in (sources[entry["id"]]["creator"], sources[entry["id"]]["date"]["display"]) if part
            ),
            kept=entry["kept"],
            own=False,
            first=at == 0,
            last=at == len(entries) - 1,
            troubles=(),
        )
        for at, entry in enumerate(entries)
    ]
