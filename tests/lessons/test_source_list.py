"""The sources of the catalogue: the page, and the same through REST."""

import json
from typing import Any

import pytest
from django.test import RequestFactory

from lessons import views
from lessons.models import Edition, EditionFace, EditionSource, Lesson, Source
from tests.api_client import ApiClient, code
from tests.lessons.factories import make_edition, make_lesson, make_source, publish

pytestmark = pytest.mark.django_db


def showing(*sources: Source, **fields: Any) -> Edition:
    body = [("source", {"source": source, "framing": "", "first": None, "last": None}) for source in sources]
    return make_edition(sections=[("A", body)], **fields)


def slugs(api: ApiClient, query: str = "") -> list[str]:
    return [row["slug"] for row in api.get(f"/api/v1/sources?{query}").json()["results"]]


@pytest.fixture
def shelf(db: None) -> Edition:
    dated = {"open": "../1955", "span": "1953/1964", "year": "1956", "month": "1956-02~", "late": "1961-10", "none": ""}
    kinds = {"month": {"kind": "speech", "primary": False}, "late": {"language": "ru", "title": "Письмо"}}
    made = [make_source(slug=slug, date=date, **{"title": slug, **kinds.get(slug, {})}) for slug, date in dated.items()]
    return showing(*reversed(made), slug="walls", title="Walls")


def test_sources_stand_by_the_first_day_that_their_dates_may_mean(api, client, shelf):
    expected = ["open", "span", "year", "month", "late", "none"]
    assert slugs(api) == ["open", "span", "year", "month", "late", "none"]
    page = client.get("/sources/").content.decode()
    places = [page.index(f"/sources/{slug}/") for slug in expected]
    assert places == sorted(places)
    assert "c. February 1956" in page
    assert 'lang="ru">Письмо' in page
    assert "/lessons/walls/" in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("from=1954&to=1955", ["open", "span"]),
        ("from=1956&to=1956", ["span", "year", "month"]),
        ("from=1962", ["span"]),
        ("to=1900", ["open"]),
        ("kind=speech", ["month"]),
        ("primary=false", ["month"]),
        ("language=ru", ["late"]),
        ("kind=speech&from=1960", []),
        ("kind=nothing", []),
    ],
)
def test_the_list_is_filtered_by_kind_standing_language_and_years(api, client, shelf, query, found):
    assert slugs(api, query) == found
    page = client.get(f"/sources/?{query}").content.decode()
    assert [slug for slug in ("open", "span", "year", "month", "late", "none") if f"/sources/{slug}/" in page] == found


@pytest.mark.parametrize("query", ["from=x", "from=1960&to=1950", "from=0", "to=19560", "primary=maybe", "to=１９５６"])
def test_a_filter_that_cannot_be_meant_is_said(api, client, shelf, query):
    assert code(api.get(f"/api/v1/sources?{query}")) == "malformed-request"
    page = client.get(f"/sources/?{query}")
    assert page.status_code == 200
    assert 'role="alert"' in page.content.decode()


def test_an_uncertain_date_comes_with_its_range(api, shelf):
    rows = {row["slug"]: row["date"] for row in api.get("/api/v1/sources").json()["results"]}
    assert rows["month"] == {
        "edtf": "1956-02~",
        "display": "c. February 1956",
        "sort_from": "1956-02-01",
        "sort_to": "1956-02-29",
    }
    assert (rows["open"]["sort_from"], rows["open"]["sort_to"]) == (None, "1955-12-31")
    assert rows["none"] == {"edtf": "", "display": "", "sort_from": None, "sort_to": None}


def test_a_walk_through_the_list_meets_each_source_once(api, shelf):
    seen: list[str] = []
    address = "/api/v1/sources?limit=2"
    while address:
        page = api.get(address).json()
        seen += [row["slug"] for row in page["results"]]
        address = page["next"]
    assert seen == slugs(api)
    cursor = api.get("/api/v1/sources?limit=2").json()["next"].partition("cursor=")[2]
    assert code(api.get(f"/api/v1/sources?kind=letter&limit=2&cursor={cursor}")) == "cursor-mismatch"


def test_of_a_source_in_two_lessons_the_newest_copy_is_shown_with_both(api, client):
    source = make_source(slug="mason", title="Old title")
    showing(source, slug="first", title="First")
    source.title, source.slug = "New title", "the-mason"
    source.save_revision().publish()
    newer = showing(source, slug="second", title="Second")
    (row,) = api.get("/api/v1/sources").json()["results"]
    assert (row["slug"], row["title"], row["edition"]["id"]) == ("the-mason", "New title", newer.pk)
    assert {lesson["slug"] for lesson in row["lessons"]} == {"first", "second"}
    for slug in ("the-mason", "mason"):  # an address of the older copy leads to the newest too
        assert api.get(f"/api/v1/sources/{slug}").json()["title"] == "New title"
        page = client.get(f"/sources/{slug}/").content.decode()
        assert "New title" in page
        assert "/lessons/first/" in page
        assert "/lessons/second/" in page
    assert "Old title" in client.get("/lessons/first/editions/1/sources/mason/").content.decode()


def test_only_what_current_editions_show_is_there_and_as_they_show_it(api, client):
    source, unused = make_source(slug="mason", title="As published"), make_source(slug="unused")
    edition = showing(source)
    source.title = "Changed since"
    source.save_revision().publish()
    assert [row["title"] for row in api.get("/api/v1/sources").json()["results"]] == ["As published"]
    assert code(api.get(f"/api/v1/sources/{unused.slug}")) == "not-found"
    assert client.get(f"/sources/{unused.slug}/").status_code == 404
    lesson = Lesson.objects.get(pk=edition.lesson_id)
    lesson.sections = []
    lesson = make_lesson(slug="other")
    Lesson.objects.get(pk=edition.lesson_id).unpublish()
    assert slugs(api) == []
    assert client.get("/sources/mason/").status_code == 404
    assert client.get("/lessons/" + edition.lesson.slug + "/editions/1/sources/mason/").status_code == 200


def test_one_source_is_told_whole(api, shelf):
    told = api.get("/api/v1/sources/month").json()
    copy = next(source for source in shelf.read().sources if source["slug"] == "month")
    for name in ("place", "rights", "record", "csl", "note", "bibliography", "blocks"):
        assert told[name] == copy[name]
    assert told["id"] == copy["id"]


@pytest.mark.parametrize("address", ["/sources/", "/api/v1/sources"])
def test_the_list_costs_the_same_for_one_lesson_and_for_many(client, queries, address):
    showing(make_source())
    client.get(address)
    one = queries(lambda: client.get(address))
    for _ in range(6):
        showing(make_source(), make_source())
    assert queries(lambda: client.get(address)) == one


def test_one_source_costs_the_same_in_one_lesson_and_in_many(client, queries):
    source = make_source(slug="mason")
    showing(source)
    one = [queries(lambda a=a: client.get(a)) for a in ("/sources/mason/", "/api/v1/sources/mason")]
    for _ in range(5):
        showing(source)
    assert [queries(lambda a=a: client.get(a)) for a in ("/sources/mason/", "/api/v1/sources/mason")] == one


def test_the_template_gets_finished_values(shelf, no_queries):
    answer = views.sources(RequestFactory().get("/sources/"))
    with no_queries():
        answer.render()
    assert "Письмо" in answer.content.decode()


@pytest.mark.parametrize(
    ("extension", "media", "sign"),
    [
        ("json", "application/vnd.citationstyles.csl+json", '"type": "personal_communication"'),
        ("ris", "application/x-research-info-systems", "TY  - PCOMM"),
        ("bib", "application/x-bibtex", "@misc{mason"),
        ("xml", "application/xml", "<dc:title"),
    ],
)
def test_a_citation_is_downloaded_from_the_copy_of_the_edition(api, client, extension, media, sign):
    source = make_source(slug="mason", title="As published")
    showing(source, slug="walls")
    source.title = "Changed since"
    source.save_revision().publish()
    page_address = f"/lessons/walls/editions/1/sources/mason/citation.{extension}"
    assert page_address in client.get("/lessons/walls/editions/1/sources/mason/").content.decode()
    for answer in (client.get(page_address), api.get(f"/api/v1/sources/mason/citation.{extension}")):
        assert answer["Content-Type"] == f"{media}; charset=utf-8"
        assert answer["Content-Disposition"] == f'attachment; filename="mason.{extension}"'
        text = answer.content.decode()
        assert sign in text
        assert "As published" in text
        assert "Changed since" not in text
    assert client.get("/lessons/walls/editions/1/sources/mason/citation.doc").status_code == 404
    assert code(api.get("/api/v1/sources/mason/citation.doc")) == "not-found"
    assert client.get(f"/lessons/walls/editions/1/sources/nobody/citation.{extension}").status_code == 404


def test_the_csl_download_is_what_the_edition_says(client):
    source = make_source(slug="mason")
    edition = showing(source, slug="walls")
    answer = client.get("/lessons/walls/editions/1/sources/mason/citation.json")
    assert json.loads(answer.content) == [edition.read().sources[0]["csl"]]
    assert EditionFace.objects.filter(edition=edition).exists()
    assert EditionSource.objects.get(edition=edition).title == edition.read().sources[0]["title"]


def test_a_lesson_that_drops_a_source_lets_go_of_it(api):
    source = make_source(slug="mason")
    edition = showing(source)
    lesson = Lesson.objects.get(pk=edition.lesson_id)
    section = lesson.sections.all()[0]
    section.body = [("paragraph", "<p>No source any more.</p>")]
    lesson.sections = [section]
    publish(lesson)
    assert slugs(api) == []
