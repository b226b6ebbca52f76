"""Where readers look something up: words, people, and what happened when."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from lessons import reference, render, timeline
from lessons.reference import Entry, Event, Held, Library, Person, Term, Work

_LESSONS_SHOWN = 5


@dataclass(frozen=True)
class Link:
    label: str
    url: str
    current: bool = False
    lang: str = ""


# --- Words ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class TermLine:
    anchor: str
    term: str
    original: str
    lang: str
    transliteration: str
    latin: str
    meaning: str
    lessons: tuple[Link, ...]
    more: int


@dataclass(frozen=True)
class Letter:
    anchor: str
    letter: str
    terms: tuple[TermLine, ...]


@require_safe
def glossary(request: HttpRequest) -> HttpResponse:
    library, courses = _of_course(request, "glossary")
    letters: dict[str, list[TermLine]] = {}
    for entry in library.terms:
        first = entry.item.term[:1].upper()
        letters.setdefault(first if first.isalpha() else "#", []).append(_term(entry))
    context = {
        "letters": [Letter(f"l-{i}", letter, tuple(terms)) for i, (letter, terms) in enumerate(letters.items())],
        "courses": courses,
    }
    return TemplateResponse(request, "lessons/glossary.html", context)


def _term(entry: Entry[Term]) -> TermLine:
    term = entry.item
    return TermLine(
        anchor=f"term-{term.id}",
        term=term.term,
        original=term.original,
        lang=term.language,
        transliteration=term.transliteration,
        latin=render.in_latin(term.language),
        meaning=term.meaning,
        lessons=tuple(_lesson(held) for held in entry.lessons[:_LESSONS_SHOWN]),
        more=max(len(entry.lessons) - _LESSONS_SHOWN, 0),
    )


def _lesson(held: Held) -> Link:
    return Link(held.title, reverse("lesson", args=[held.slug]))


def _of_course(request: HttpRequest, page: str) -> tuple[Library, list[Link]]:
    """What the course named in the address brings, or all of them, and the links from one to the other."""
    course = request.GET.get("course", "")
    everything = reference.library()
    if course and course not in everything.courses:
        raise Http404
    address = reverse(page)
    links = [Link(_("All courses"), address, not course)]
    links += [
        Link(title, f"{address}?{urlencode({'course': slug})}", slug == course)
        for slug, title in everything.courses.items()
    ]
    return everything.within(course=course), links if len(everything.courses) > 1 else []


# --- People -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PersonLine:
    slug: str
    name: str
    original: str
    lang: str
    life: str
    office: str
    role: str


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    library, courses = _of_course(request, "people")
    context = {"people": [_person(entry.item) for entry in library.people], "courses": courses}
    return TemplateResponse(request, "lessons/people.html", context)


@require_safe
def person(request: HttpRequest, slug: str) -> HttpResponse:
    library = reference.library()
    found = library.person(slug)
    if found is None:
        raise Http404
    context = {
        "person": _person(found.item),
        "lessons": [_lesson(held) for held in found.lessons],
        "works": [_work(entry) for entry in library.works_of(found.item)],
    }
    return TemplateResponse(request, "lessons/person.html", context)


def _person(person: Person) -> PersonLine:
    return PersonLine(
        slug=person.id,
        name=person.name,
        original=person.original,
        lang=person.language,
        life=render.life(person.born.display, person.died.display),
        office=person.office,
        role=person.role,
    )


@dataclass(frozen=True)
class WorkLine:
    title: str
    date: str
    url: str


def _work(entry: Entry[Work]) -> WorkLine:
    return WorkLine(entry.item.title, entry.item.date.display, source_url(entry.last, entry.item))


def source_url(held: Held, work: Work) -> str:
    return reverse("source", args=[held.slug, held.number, work.slug])


# --- Time -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """An entry of the list behind the drawing."""

    anchor: str
    title: str
    date: str
    number: int = 0
    place: str = ""
    creator: str = ""
    text: str = ""
    conflict: str = ""
    known: str = ""  # since when the public knew, where that is later
    known_by: str = ""
    url: str = ""  # of a source
    then_url: str = ""


@dataclass(frozen=True)
class Then:
    """The source with whose eyes the page looks."""

    title: str
    date: str
    url: str


@require_safe
def timeline_page(request: HttpRequest) -> HttpResponse:
    """Of everything, or of the course or lesson that the address names."""
    scope = {name: request.GET[name] for name in ("course", "lesson") if request.GET.get(name)}
    return _timeline(request, reverse("timeline"), scope, scope)


@require_safe
def course_timeline(request: HttpRequest, slug: str) -> HttpResponse:
    return _timeline(request, reverse("course-timeline", args=[slug]), {"course": slug}, {})


def _timeline(request: HttpRequest, page: str, scope: dict[str, str], kept: dict[str, str]) -> HttpResponse:
    """`kept` is the part of the scope that this page's address says behind its `?`."""
    everything = reference.library()
    library = everything.within(**scope)
    if scope and not library.held:
        raise Http404
    as_of = request.GET.get("as_of", "")
    eyes = everything.work(as_of) if as_of else None
    if as_of and eyes is None:
        raise Http404
    address = _Address(page, kept, as_of)
    entries = _entries(library, eyes, lambda slug: _Address(page, kept, slug).of(None))
    spots = [spot for spot, _line in entries]
    full = timeline.whole(spots)
    context: dict[str, Any] = {
        "scope": _scope_words(library, scope, eyes),
        "course": library.held[0] if scope else None,
        "then": Then(eyes.item.title, eyes.item.date.display, source_url(eyes.last, eyes.item)) if eyes else None,
        "now_url": _Address(page, kept, "").of(None),
    }
    if full is None:
        return TemplateResponse(request, "lessons/timeline.html", {**context, "lines": [], "drawing": None})
    span = timeline.chosen(full, request.GET.get("from", ""), request.GET.get("years", ""))
    shown = [(spot, line) for spot, line in entries if spot.within(span)]
    lines = [replace(line, number=number) for number, (_spot, line) in enumerate(shown, 1)]
    numbered = [(number, spot) for number, (spot, _line) in enumerate(shown, 1)]
    middle = sorted(timeline.middle_year(spot, span) for spot, _line in shown)
    parts = [
        ("zoom-in", _("Look closer"), timeline.nearer(full, span, middle[len(middle) // 2] if middle else None)),
        ("zoom-out", _("Look from farther away"), timeline.farther(full, span)),
        ("arrow-left", _("Earlier"), timeline.moved(full, span, -1)),
        ("arrow-right", _("Later"), timeline.moved(full, span, 1)),
    ]
    context |= {
        "lines": lines,
        "drawing": timeline.draw(full, span, numbered, lambda part: address.of(part, full)),
        "zooms": [(icon, Link(label, address.of(part, full))) for icon, label, part in parts if part],
        "whole_url": address.of(None) if span != full else "",
    }
    return TemplateResponse(request, "lessons/timeline.html", context)


@dataclass(frozen=True)
class _Address:
    page: str
    kept: dict[str, str]
    as_of: str

    def of(self, part: timeline.Span | None, full: timeline.Span | None = None) -> str:
        """This page with that part of the time drawn; all of it where there is none."""
        query = dict(self.kept)
        if self.as_of:
            query["as_of"] = self.as_of
        if part is not None and part != full:
            query |= {"from": str(part.first), "years": str(part.years)}
        return f"{self.page}?{urlencode(query)}" if query else self.page


def _scope_words(library: Library, scope: dict[str, str], eyes: Entry[Work] | None) -> str:
    """What the page is about: a lesson by its title, unless that could say what came later."""
    if not scope:
        return ""
    first = library.held[0]
    return first.title if "lesson" in scope and eyes is None else first.course_title


def _entries(
    library: Library, eyes: Entry[Work] | None, then_url: Callable[[str], str]
) -> list[tuple[timeline.Spot, Line]]:
    """What stands on the line, in its order.

    With the eyes of a source: itself, and the events that were surely known when it was made, by title, date and
    place alone, since their texts are told from today. Other sources are not among them: when a document was
    written says nothing about who could read it.
    """
    events = library.events_known_to(eyes.item) if eyes else library.events
    works = [eyes] if eyes else [entry for entry in library.works if entry.item.date.edtf]
    found = [
        (entry.item.order, _event_spot(entry.item), _event_line(entry.item, told=eyes is None)) for entry in events
    ]
    for entry in works:
        then = then_url(entry.item.slug) if eyes is None and entry.item.date.earliest else ""
        found.append((entry.item.order, _work_spot(entry.item), _work_line(entry, then)))
    return [(spot, line) for _order, spot, line in sorted(found, key=lambda each: each[0])]


def _event_spot(event: Event) -> timeline.Spot:
    return timeline.Spot(f"e-{event.id}", f"{event.title}, {event.date.display}", True, *event.date.days)


def _work_spot(work: Work) -> timeline.Spot:
    return timeline.Spot(f"s-{work.slug}", f"{work.title}, {work.date.display}", False, *work.date.days)


def _event_line(event: Event, *, told: bool) -> Line:
    line = Line(anchor=f"e-{event.id}", title=event.title, date=event.date.display, place=event.place)
    if not told:
        return line
    line = replace(line, text=event.text, conflict=event.conflict)
    return replace(line, known=event.known.display, known_by=event.known_by) if event.was_secret else line


def _work_line(entry: Entry[Work], then_url: str) -> Line:
    work = entry.item
    return Line(
        anchor=f"s-{work.slug}",
        title=work.title,
        date=work.date.display,
        creator=work.creator,
        url=source_url(entry.last, work),
        then_url=then_url,
    )
