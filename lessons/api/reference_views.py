"""Words, people and events of the current editions through REST."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from destalin_site.common.api import paginate_list
from destalin_site.common.openapi import page_of
from lessons import reference
from lessons.api.serializers import EventOut, HistoricalPersonOut, TermOut
from lessons.api.views import CURSOR, Catalogue
from lessons.reference import Entry, Event, Library, Person, Term, When

SCOPE = [
    OpenApiParameter("course", str, description="The slug of a course."),
    OpenApiParameter("lesson", str, description="The slug of a lesson."),
    *CURSOR,
]
AS_OF = OpenApiParameter(
    "as_of",
    str,
    description="The slug of a source. Only events that were surely over and known to the public when it was made: the "
    "last day on which that can have been so is not after the first day on which it can have been made.",
)


def _scope(request: Request) -> Library:
    names = ("course", "lesson")
    return reference.library(**{name: request.query_params.get(name, "") for name in names})


def _date(when: When) -> dict[str, Any]:
    return {"edtf": when.edtf, "display": when.display, "sort_from": when.first, "sort_to": when.last}


def _lessons(entry: Entry[Any]) -> list[str]:
    return [held.slug for held in entry.lessons]


def _order(entry: Entry[Any]) -> tuple[str, ...]:
    order: tuple[str, ...] = entry.item.order
    return order


class GlossaryView(Catalogue):
    @extend_schema(operation_id="glossary_list", tags=["catalogue"], parameters=SCOPE, responses=page_of(TermOut))
    def get(self, request: Request) -> Response:
        """The words that the lessons explain, by the alphabet, as they were published last."""
        page = paginate_list(_scope(request).terms, request, key=_order)
        return page.response([_term(entry) for entry in page.rows])


def _term(entry: Entry[Term]) -> dict[str, Any]:
    term = entry.item
    return {
        "id": term.id,
        "term": term.term,
        "original": term.original,
        "language": term.language,
        "transliteration": term.transliteration,
        "meaning": term.meaning,
        "lessons": _lessons(entry),
    }


class PeopleView(Catalogue):
    @extend_schema(
        operation_id="people_list", tags=["catalogue"], parameters=SCOPE, responses=page_of(HistoricalPersonOut)
    )
    def get(self, request: Request) -> Response:
        """The people whom the lessons name, by family name."""
        library = _scope(request)
        page = paginate_list(library.people, request, key=_order)
        return page.response([_person(entry, library) for entry in page.rows])


def _person(entry: Entry[Person], library: Library) -> dict[str, Any]:
    person = entry.item
    return {
        "id": person.id,
        "name": person.name,
        "original": person.original,
        "language": person.language,
        "born": _date(person.born),
        "died": _date(person.died),
        "office": person.office,
        "role": person.role,
        "lessons": _lessons(entry),
        "sources": [work.item.slug for work in library.works_of(person)],
    }


class EventsView(Catalogue):
    @extend_schema(
        operation_id="events_list", tags=["catalogue"], parameters=[AS_OF, *SCOPE], responses=page_of(EventOut)
    )
    def get(self, request: Request) -> Response:
        """What happened, in the order of time; with `as_of` only what was known then, by title, date and place."""
        library = _scope(request)
        slug = request.query_params.get("as_of", "")
        eyes = reference.library().work(slug) if slug else None
        if slug and eyes is None:
            raise Http404
        events = library.events_known_to(eyes.item) if eyes else library.events
        page = paginate_list(events, request, key=_order)
        return page.response([_event(entry, told=eyes is None) for entry in page.rows])


def _event(entry: Entry[Event], *, told: bool) -> dict[str, Any]:
    event = entry.item
    return {
        "id": event.id,
        "title": event.title,
        "date": _date(event.date),
        "place": event.place,
        "known": _date(event.known),
        "known_by": event.known_by if told else "",
        "text": event.text if told else "",
        "conflict": event.conflict if told else "",
        "lessons": _lessons(entry) if told else [],
    }
