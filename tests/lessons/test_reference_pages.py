"""Where readers look something up: words, people and the timeline, on pages and through REST."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from destalin_site.common.actor import SYSTEM
from lessons import reference_views
from lessons.actions import publish_again
from lessons.models import Course, Event, GlossaryTerm, Lesson, Person, Section
from tests.api_client import ApiClient, code
from tests.lessons.factories import make_course, make_lesson, make_source, publish

pytestmark = pytest.mark.django_db


def make_term(slug: str = "thaw", **fields: Any) -> GlossaryTerm:
    said = {"term": slug.title(), "original": "оттепель", "transliteration": "ottepel", "meaning": f"What {slug} is."}
    return GlossaryTerm.objects.create(slug=slug, **{**said, **fields})


def make_event(slug: str, date: str, **fields: Any) -> Event:
    return Event.objects.create(
        slug=slug, date=date, **{"title": f"Title of {slug}", "text": f"Text of {slug}.", "place": "Moscow", **fields}
    )


def lesson_with(sources: tuple[Any, ...] = (), **fields: Any) -> Lesson:
    lists = {name: fields.pop(name) for name in ("terms", "people", "events") if name in fields}
    body = [("source", {"source": source}) for source in sources] or [("paragraph", "<p>Words.</p>")]
    lesson = make_lesson(sections=[("One", body)], **fields)
    for name, rows in lists.items():
        setattr(lesson, name, rows)
    return lesson


def shown(client: Any, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def ids(api: ApiClient, query: str) -> list[str]:
    return [row["id"] for row in api.get(f"/api/v1/{query}").json()["results"]]


# --- Words and people -------------------------------------------------------------------------------------------------


def test_the_glossary_stands_by_the_alphabet_with_russian_forms_and_the_lessons_of_each_word(
    client: Any, api: ApiClient
) -> None:
    publish(lesson_with(terms=[make_term("zek"), make_term("thaw")], title="Walls", slug="walls"))
    publish(lesson_with(terms=[make_term("amnesty")], title="Doors", slug="doors"))
    page = shown(client, "/glossary/")
    assert page.index("Amnesty") < page.index("Thaw") < page.index("Zek")
    assert '<span lang="ru">оттепель</span> <i lang="ru-Latn">ottepel</i>' in page
    assert '<a href="/lessons/doors/">Doors</a>' in page
    assert ids(api, "glossary") == ["amnesty", "thaw", "zek"]
    assert ids(api, "glossary?lesson=walls") == ["thaw", "zek"]


def test_words_and_people_are_narrowed_to_a_course(client: Any, api: ApiClient) -> None:
    person = Person.objects.create(slug="eve", name="Eve Able", role="She was there.")
    mine = publish(lesson_with(terms=[make_term("thaw")], people=[person])).lesson.course.slug
    other = publish(lesson_with(terms=[make_term("zek")])).lesson.course.slug
    assert "Zek" in shown(client, "/glossary/")
    assert "Zek" not in shown(client, f"/glossary/?course={mine}")
    assert "Eve Able" in shown(client, f"/people/?course={mine}")
    assert "Eve Able" not in shown(client, f"/people/?course={other}")
    assert (ids(api, f"people?course={mine}"), ids(api, f"people?course={other}")) == (["eve"], [])
    assert client.get("/glossary/?course=nowhere").status_code == 404
    assert ids(api, "glossary?course=nowhere") == []


def test_the_wording_that_was_published_last_is_shown_and_drafts_say_nothing(client: Any) -> None:
    term = make_term("thaw", meaning="Old.")
    first = publish(lesson_with(terms=[term], slug="first"))
    term.meaning = "Newer."
    term.save()
    assert "Old." in shown(client, "/glossary/")
    second = publish(lesson_with(terms=[term], slug="second"))
    assert "Newer." in shown(client, "/glossary/")
    assert "Old." in shown(client, "/lessons/first/")  # each lesson keeps its own
    second.lesson.unpublish()
    assert "Old." in shown(client, "/glossary/")
    first.lesson.unpublish()
    assert "No words yet" in shown(client, "/glossary/")


def test_a_person_has_a_part_in_the_story_lessons_and_the_sources_that_they_made(client: Any, api: ApiClient) -> None:
    eve = Person.objects.create(slug="eve", name="Eve Able", original="Ева", born="1905", role="She kept the count.")
    hers = make_source(slug="hers", title="Her letter", creator="Able, Eve; Baker, Tom", date="1956")
    other = make_source(slug="other", title="His letter", creator="Able, Adam")
    publish(lesson_with((hers, other), people=[eve], title="Walls", slug="walls"))
    page = shown(client, "/people/eve/")
    for words in ("She kept the count.", "born 1905", '<li lang="ru">Ева</li>', '<a href="/lessons/walls/">Walls</a>'):
        assert words in page
    assert '<a href="/lessons/walls/editions/1/sources/hers/">Her letter</a>' in page
    assert "His letter" not in page
    assert 'href="/people/eve/"' in shown(client, "/people/")
    [row] = api.get("/api/v1/people").json()["results"]
    assert (row["sources"], row["lessons"], row["born"]["sort_from"]) == (["hers"], ["walls"], "1905-01-01")
    assert client.get("/people/nobody/").status_code == 404


def test_a_list_is_walked_by_its_cursor_and_every_row_is_seen_once(api: ApiClient) -> None:
    publish(lesson_with(terms=[make_term(f"word-{i}", term="Same") for i in range(5)]))
    seen: list[str] = []
    address = "/api/v1/glossary?limit=2"
    while address:
        answer = api.get(address).json()
        seen += [row["id"] for row in answer["results"]]
        address = answer["next"]
    assert seen == [f"word-{i}" for i in range(5)]
    cursor = api.get("/api/v1/glossary?limit=2").json()["next"].partition("cursor=")[2]
    assert code(api.get(f"/api/v1/people?limit=2&cursor={cursor}")) == "cursor-mismatch"


# --- What was known then ----------------------------------------------------------------------------------------------


@pytest.fixture
def past() -> Lesson:
    """A letter of March 1956 among what came before and after, and what came out later."""
    letter = make_source(slug="letter", title="The letter", date="1956-03")
    later = make_source(slug="memoir", title="The memoir", date="1989")
    undated = make_source(slug="undated", title="An undated note", date="")
    events = [
        make_event("death", "1953-03-05", conflict="Conflict of death."),
        make_event("congress", "1956-02-25", known_from="1956-06-04", known_by="Those in the hall."),
        make_event("eve", "1956-02-29"),
        make_event("day", "1956-03-01"),
        make_event("after", "1956-03-02"),
        make_event("wall", "1961-08-13"),
    ]
    return publish(lesson_with((letter, later, undated), events=events, slug="walls", title="Walls after 1961")).lesson


KNOWN = {"death", "eve", "day"}
ALL = {"death", "congress", "eve", "day", "after", "wall"}


def test_a_dated_source_that_is_added_takes_its_place_on_the_timeline(client: Any, past: Lesson) -> None:
    """Nothing but its date says where; and where that is put right, it moves."""

    def order(*, lesson: str = "") -> list[str]:
        page = shown(client, f"/timeline/?lesson={lesson}" if lesson else "/timeline/")
        marks = {name: page.index(f'id="{name}"') for name in ("e-congress", "s-added", "e-wall") if name in page}
        return sorted(marks, key=lambda name: marks[name])

    assert order() == ["e-congress", "e-wall"]
    added = make_source(slug="added", title="An added letter", date="1958-05")
    past.sections = [*past.sections.all(), Section(heading="Two", body=[("source", {"source": added})], sort_order=1)]
    publish(past)
    assert order() == order(lesson="walls") == ["e-congress", "s-added", "e-wall"]
    added.date = "1962"
    added.save_revision().publish()
    publish_again(Lesson.objects.get(pk=past.pk), by=SYSTEM)
    assert order() == order(lesson="walls") == ["e-congress", "e-wall", "s-added"]


def test_with_the_eyes_of_a_source_nothing_later_is_in_the_page_or_the_answer(
    client: Any, api: ApiClient, past: Lesson
) -> None:
    for address in (
        "/timeline/?as_of=letter",
        "/timeline/?as_of=letter&lesson=walls",
        f"/timeline/?as_of=letter&course={past.course.slug}",
        f"/courses/{past.course.slug}/timeline/?as_of=letter",
        "/timeline/?as_of=letter&from=1956&years=1",
    ):
        page = shown(client, address)
        found = {event for event in ALL if f'"e-{event}"' in page or f"Title of {event}" in page}
        assert found <= KNOWN, address
        for told_today in (
            "Text of",
            "Conflict of",
            "Those in the hall",
            "The memoir",
            "An undated note",
            "after 1961",
        ):
            assert told_today not in page, (address, told_today)
        assert "The letter" in page
        assert "What we know now" in page
    assert {e for e in ALL if f'"e-{e}"' in shown(client, "/timeline/?as_of=letter")} == KNOWN
    for query in ("events?as_of=letter", "events?as_of=letter&lesson=walls"):
        answer = api.get(f"/api/v1/{query}")
        assert {row["id"] for row in answer.json()["results"]} == KNOWN
        assert "Text of" not in answer.content.decode()
        assert all(row["lessons"] == [] for row in answer.json()["results"])


def test_today_everything_stands_there_and_who_knew_earlier_is_said(client: Any, api: ApiClient, past: Lesson) -> None:
    page = shown(client, "/timeline/?lesson=walls")
    assert all(f"Title of {event}" in page for event in ALL)
    for words in ("Those in the hall.", "4 June 1956", "Conflict of death.", "The memoir", "Walls after 1961"):
        assert words in page
    assert 'href="/timeline/?lesson=walls&amp;as_of=letter"' in page
    assert "An undated note" not in page
    assert set(ids(api, "events")) == ALL
    assert page.index('id="e-death"') < page.index('id="e-congress"') < page.index('id="e-wall"')
    then = shown(client, "/timeline/?lesson=walls&as_of=letter")
    assert 'href="/timeline/?lesson=walls"' in then


def test_the_page_of_a_source_leads_to_what_was_known_then(client: Any, past: Lesson) -> None:
    link = f'href="/courses/{past.course.slug}/timeline/?as_of=letter"'
    assert link in shown(client, "/sources/letter/")
    assert link in shown(client, "/lessons/walls/editions/1/sources/letter/")
    assert "as_of=" not in shown(client, "/sources/undated/")
    past.unpublish()
    assert "as_of=" not in shown(client, "/lessons/walls/editions/1/sources/letter/")


def test_a_source_of_unknown_date_is_sure_of_nothing(client: Any, api: ApiClient, past: Lesson) -> None:
    assert ids(api, "events?as_of=undated") == []
    assert "Title of" not in shown(client, "/timeline/?as_of=undated")


def test_an_address_that_names_nothing_is_not_there(client: Any, api: ApiClient, past: Lesson) -> None:
    for query in ("as_of=nobody", "lesson=nowhere", "course=nowhere"):
        assert client.get(f"/timeline/?{query}").status_code == 404
    assert client.get("/courses/nowhere/timeline/").status_code == 404
    assert code(api.get("/api/v1/events?as_of=nobody")) == "not-found"
    past.unpublish()
    assert client.get("/timeline/?as_of=letter").status_code == 404
    assert "Nothing stands here" in shown(client, "/timeline/")


def test_a_part_of_the_time_shows_and_lists_what_falls_into_it(client: Any, past: Lesson) -> None:
    page = shown(client, "/timeline/?from=1956&years=1")
    found = {event for event in ALL if f'id="e-{event}"' in page}
    assert found == {"congress", "eve", "day", "after"}
    assert "Look from farther away" in page
    assert 'href="/timeline/"' in page


# --- Every page -------------------------------------------------------------------------------------------------------

ADDRESSES = [
    *("/glossary/", "/people/", "/people/eve/", "/timeline/", "/timeline/?as_of=letter", "/timeline/?course=walls"),
    *("/courses/walls/timeline/", "/api/v1/glossary", "/api/v1/people", "/api/v1/events?as_of=letter"),
]


def fill(course: Course, number: int, **brought: Any) -> None:
    source = make_source(date="1950")
    publish(
        lesson_with(
            (source, *brought.pop("sources", ())),
            course=course,
            terms=[*brought.pop("terms", ()), make_term(f"word-{number}")],
            people=[
                *brought.pop("people", ()),
                Person.objects.create(slug=f"p-{number}", name=f"Al {number}", role="?"),
            ],
            events=[make_event(f"event-{number}", "1949")],
        )
    )


@pytest.mark.parametrize("address", ADDRESSES)
def test_looking_up_costs_the_same_for_one_lesson_and_for_many(client: Any, queries: Any, address: str) -> None:
    course = make_course(slug="walls")
    eve = Person.objects.create(slug="eve", name="Eve Able", role="She was there.")
    fill(course, 0, sources=[make_source(slug="letter", date="1960")], people=[eve])
    assert client.get(address).status_code == 200
    one = queries(lambda: client.get(address))
    for number in range(1, 8):
        fill(course, number)
    client.get(address)  # documents that are new are read once
    assert queries(lambda: client.get(address)) == one


@pytest.mark.parametrize(
    ("view", "arguments"),
    [
        (reference_views.glossary, {}),
        (reference_views.people, {}),
        (reference_views.person, {"slug": "eve"}),
        (reference_views.timeline_page, {}),
        (reference_views.course_timeline, {"slug": "walls"}),
    ],
)
def test_templates_get_finished_values(view: Any, arguments: Any, no_queries: Any) -> None:
    course = make_course(slug="walls")
    fill(course, 0, people=[Person.objects.create(slug="eve", name="Eve Able", role="She was there.")])
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    answer = view(request, **arguments)
    with no_queries():
        answer.render()


def test_the_ways_to_them_stand_on_the_catalogue_the_course_and_the_lesson(client: Any, past: Lesson) -> None:
    for address in ('href="/glossary/"', 'href="/people/"', 'href="/timeline/"', 'href="/sources/"'):
        assert address in shown(client, "/catalogue/")
    course = past.course.slug
    page = shown(client, f"/courses/{course}/")
    for address in (f"/glossary/?course={course}", f"/people/?course={course}", f"/courses/{course}/timeline/"):
        assert f'href="{address}"' in page
    assert 'href="/timeline/?lesson=walls"' in shown(client, "/lessons/walls/")
