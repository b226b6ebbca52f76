"""The search of the catalogue: what is found, by whom, on the page and through REST."""

import pytest
from django.core.management import CommandError, call_command
from django.test import RequestFactory

from lessons import catalogue, finding, pieces, views
from lessons.models import GlossaryTerm, IndexedEdition, IndexedPassage, Lesson
from tests.lessons import factories
from tests.lessons.factories import make_course, make_edition, make_lesson, make_source, publish

pytestmark = pytest.mark.django_db


def text(*paragraphs):
    return [("Part", [("paragraph", f"<p>{each}</p>") for each in paragraphs])]


def found(words, **asked):
    return [each.slug for each in finding.find(words, finding.Filters.of(asked), first=0, most=50).lessons]


def rest(api, query, **asked):
    return [row["slug"] for row in api.get("/api/v1/lessons", {"q": query, **asked}).json()["results"]]


def test_a_word_is_found_in_another_form_with_its_passage(client, api):
    make_edition(slug="walls", title="Walls", sections=text("Nothing here.", "Two <b>speeches</b> &amp; a vote."))
    page = client.get("/catalogue/?q=speech").content.decode()
    assert 'href="/lessons/walls/#p2"' in page
    assert "Two <mark>speeches</mark> &amp; a vote." in page
    hit = api.get("/api/v1/lessons?q=speech").json()["results"][0]["hit"]
    assert (hit["name"], hit["anchor"], hit["url"]) == ("¶2", "p2", "/lessons/walls/#p2")
    assert [hit["text"][mark["start"] : mark["end"]] for mark in hit["marks"]] == ["speeches"]


@pytest.mark.parametrize("paraphrase", [True, False])
def test_a_passage_that_is_a_paraphrase_says_so_where_it_is_found(client, api, paraphrase):
    source = make_source(slug="mason", title="A letter", passages=("They pay in saffron.",), paraphrase=paraphrase)
    shown = ("source", {"source": source, "framing": "A framing.", "first": None, "last": None})
    make_edition(slug="walls", sections=[("Part", [shown])])
    page = client.get("/catalogue/?q=saffron").content.decode()
    assert ("Study paraphrase" in page) is paraphrase
    assert api.get("/api/v1/lessons?q=saffron").json()["results"][0]["hit"]["paraphrase"] is paraphrase
    assert "Study paraphrase" not in client.get("/catalogue/?q=framing").content.decode()


def test_a_russian_word_is_found_in_either_alphabet(api):
    source = make_source(slug="letter", language="ru", passages=("Наступила оттепель.", "Хрущёва не было."))
    body = [("source", {"source": source, "framing": "", "first": 2, "last": 2})]
    make_edition(slug="thaw", sections=[("A", body)])
    for words in ("оттепели", "ottepel", "ottepel'", "Khrushchev", "хрущев", "ottepel Khrushchev"):
        assert found(words) == rest(api, words) == ["thaw"], words
    hits = {
        words: api.get("/api/v1/lessons", {"q": words}).json()["results"][0]["hit"] for words in ("ottepel", "хрущев")
    }
    # What the lesson leaves out stands on the page of the source.
    assert hits["ottepel"]["url"] == "/lessons/thaw/editions/1/sources/letter/#A1"
    assert hits["хрущев"]["url"] == "/lessons/thaw/#A2"
    assert hits["хрущев"]["language"] == "ru"


def test_every_word_must_be_in_one_edition_and_a_phrase_in_one_place():
    make_edition(slug="both", sections=text("A secret was told.", "A speech was held."))
    make_edition(slug="phrase", sections=text("Of the Secret Speech.", "It was long."))
    make_edition(slug="one", sections=text("A speech was held."))
    assert set(found("secret speech")) == {"both", "phrase"}
    assert found('"secret speech"') == ["phrase"]


def test_no_phrase_reaches_from_one_passage_into_the_next():
    make_edition(slug="apart", sections=text("They kept it secret", "Speech came later."))
    assert found('"secret speech"') == []
    assert found("secret speech") == ["apart"]


def test_a_word_in_the_title_comes_before_one_in_headings_and_that_before_one_in_the_text():
    make_edition(slug="text", title="A", sections=text(*["Amnesty, amnesty and amnesty."] * 20))
    make_edition(
        slug="heading", title="B", sections=[("An amnesty", [("paragraph", "<p>Long. " + "Words. " * 200 + "</p>")])]
    )
    make_edition(slug="title", title="The amnesty", sections=text("Words. " * 300))
    assert found("amnesties") == ["title", "heading", "text"]


def test_a_word_of_the_text_comes_before_one_in_the_list_of_words_and_people():
    meaning = "An amnesty, of an amnesty, by an amnesty. " * 8
    term = GlossaryTerm.objects.create(slug="pardon", term="Pardon", meaning=meaning)
    lesson = make_lesson(slug="word", sections=text("Short."))
    lesson.terms = [term]
    publish(lesson)
    make_edition(slug="text", sections=text("An amnesty. " + "Words. " * 300))
    assert found("amnesties") == ["text", "word"]


def test_a_word_of_the_glossary_that_a_lesson_is_named_for_leads_to_that_lesson_in_either_alphabet():
    term = GlossaryTerm.objects.create(
        slug="thaw", term="The Thaw", original="оттепель", transliteration="ottepel’", meaning="A season."
    )
    for slug, title, heading, length in [
        ("other", "Walls", "Part", 1),
        ("part", "Doors", "After the thaw", 200),
        ("named", "The Thaw and its frosts", "Part", 200),
    ]:
        lesson = make_lesson(slug=slug, title=title, sections=[(heading, text("Words. " * length)[0][1])])
        lesson.terms = [term]
        publish(lesson)
    assert found("ottepel") == found("оттепели") == found("thaw") == ["named", "part", "other"]


def test_drafts_and_what_was_withdrawn_are_not_found(client, api):
    draft = make_lesson(slug="saffron", sections=text("The saffron ledger."))
    assert found("saffron") == rest(api, "saffron") == []
    publish(draft)
    assert found("saffron") == rest(api, "saffron") == ["saffron"]
    lesson = Lesson.objects.get(pk=draft.pk)
    section = lesson.sections.all()[0]
    section.body = [("paragraph", "<p>The crimson ledger.</p>")]
    lesson.sections = [section]
    lesson.save_revision()
    assert found("crimson") == []
    publish(lesson)
    assert (found("saffron"), found("crimson")) == ([], ["saffron"])
    Lesson.objects.get(pk=draft.pk).unpublish()
    assert found("crimson") == rest(api, "crimson") == []
    assert not IndexedEdition.objects.exists()
    assert not IndexedPassage.objects.exists()
    publish(lesson)  # the same edition once more
    assert found("crimson") == ["saffron"]


def test_what_lags_in_the_index_is_not_shown(api):
    make_edition(slug="walls", sections=text("The saffron ledger."))
    Lesson.objects.update(live=False)
    assert found("saffron") == rest(api, "saffron") == []


def test_answers_and_what_belongs_to_an_image_are_never_found():
    image = factories.make_image()
    figure = {"image": image, "alt": "A crimson wall", "decorative": False, "caption": "<p>The caption.</p>"}
    options = [{"text": "Saffron", "correct": True}, {"text": "Indigo", "correct": False}]
    asked = [
        factories.question(prompt="Who paid the mason?", model_answer="<p>The vermilion answer.</p>"),
        factories.question("single", "Which?", options=options, model_answer=""),
    ]
    make_edition(slug="walls", sections=[("A", [("figure", figure), *(("question", each) for each in asked)])])
    for words in ("vermilion", "crimson", "photograph", "saffron", "indigo"):
        assert found(words) == [], words
    assert found("caption") == found("mason") == ["walls"]


@pytest.mark.parametrize("asked", ["", '"', "*", "' OR 1=1 --", "a:b", "NEAR(a b)", "x" * 10_000, "the", "AND OR NOT"])
def test_whatever_is_typed_breaks_nothing(client, asked):
    make_edition()
    assert client.get("/catalogue/", {"q": asked, "page": "9" * 30, "from": asked, "skill": asked}).status_code == 200
    assert client.get("/catalogue/", {"q": asked, "course": asked}).status_code == 200
    assert client.get("/api/v1/lessons", {"q": asked}).status_code == 200


def test_half_a_character_breaks_nothing():
    answer = views.catalogue_page(RequestFactory().get("/catalogue/"))
    request = RequestFactory().get("/catalogue/")
    request.GET = request.GET.copy()
    request.GET["q"] = "wall \ud800"
    answer = views.catalogue_page(request)
    answer.render()
    assert answer.status_code == 200


def test_what_is_found_is_escaped(client):
    make_edition(slug="walls", title="Walls <b>", sections=text("A &lt;script&gt;wall&lt;/script&gt;."))
    page = client.get("/catalogue/", {"q": "walls <script>"}).content.decode()
    assert "&lt;script&gt;" in page or "&lt;<mark>script</mark>&gt;" in page
    assert "<script>wall" not in page
    assert "Walls <b>" not in page.replace("<mark>", "").replace("</mark>", "")


def test_lessons_are_sifted_by_course_skill_and_years(client, api):
    course = make_course(slug="cities", title="Cities")
    early = [("source", {"source": make_source(date="1923"), "framing": "", "first": None, "last": None})]
    late = [("source", {"source": make_source(date="1956"), "framing": "", "first": None, "last": None})]
    make_edition(
        slug="early", course=course, sections=[("A", [*early, ("question", factories.question(skill="argument"))])]
    )
    make_edition(slug="late", sections=[("A", [*late, ("question", factories.question())])])
    assert found("", course="cities") == found("", skill="argument") == found("", to="1940") == ["early"]
    assert found("paid", skill="sourcing") == found("", **{"from": "1950"}) == ["late"]
    for asked in ({"course": "cities"}, {"skill": "argument"}, {"to": "1940"}):
        assert rest(api, "", **asked) == rest(api, "paid", **asked) == ["early"]
    assert rest(api, "paid", skill="sourcing") == rest(api, "", **{"from": "1950", "to": "1960"}) == ["late"]
    assert rest(api, "zyzzyva", to="1940") == rest(api, "", course="cities", skill="sourcing") == []
    page = client.get("/catalogue/?course=cities").content.decode()
    assert "/lessons/early/" in page
    assert "/lessons/late/" not in page
    assert "comes after the last" in client.get("/catalogue/?from=1960&to=1950").content.decode()
    assert "No lesson fits" in client.get("/catalogue/?q=zyzzyva").content.decode()


@pytest.mark.parametrize("asked", [{"skill": "flattery"}, {"from": "soon"}, {"from": "1960", "to": "1950"}])
def test_a_filter_that_cannot_be_meant_is_refused_through_rest(api, asked):
    make_edition()
    answer = api.get("/api/v1/lessons", asked)
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["type"].endswith("/malformed-request")


def test_the_courses_to_choose_from_are_those_of_the_catalogue_in_its_order(queries):
    last = make_course(slug="last", title="A", position=2)
    second, first = make_course(slug="second", title="C", position=1), make_course(slug="first", title="B", position=1)
    make_course(slug="empty", position=0)
    make_lesson(course=make_course(slug="drafts", position=0))
    for course in (last, second, second, first):
        make_edition(course=course)
    withdrawn = make_edition(course=make_course(slug="withdrawn", position=0)).lesson
    withdrawn.unpublish()
    names = catalogue.course_names()
    assert [tuple(name) for name in names] == [("first", "B"), ("second", "C"), ("last", "A")]
    assert [name.slug for name in names] == [course.slug for course in catalogue.courses()]
    assert queries(catalogue.course_names) == 1
    Lesson.objects.filter(course=last).update(live=False)
    assert [name.slug for name in catalogue.course_names()] == ["first", "second"]


def test_what_is_found_stands_on_pages(client):
    for number in range(12):
        make_edition(slug=f"n{number}", sections=text("The saffron ledger."))
    pages = [client.get(f"/catalogue/?q=saffron&page={page}").content.decode() for page in (1, 2, 3)]
    assert [page.count("<mark>saffron</mark>") for page in pages] == [10, 2, 0]
    assert 'rel="next" href="?q=saffron&amp;page=2"' in pages[0]
    assert 'rel="prev" href="?q=saffron&amp;page=1"' in pages[1]


@pytest.mark.parametrize("asked", ["q=saffron", "q=saffron&skill=sourcing", "skill=sourcing"])
def test_the_page_says_how_many_lessons_fit_on_all_pages(client, asked):
    body = [*text("The saffron ledger.")[0][1], ("question", factories.question(skill="sourcing"))]
    for number in range(11):
        make_edition(slug=f"n{number}", sections=[("Part", body)])
        if number in (0, 10):
            said = "1 lesson" if number == 0 else "11 lessons"
            page = client.get(f"/catalogue/?{asked}").content.decode()
            assert f'<p class="quiet small count" role="status">{said}</p>' in page
    assert "11 lessons" in client.get(f"/catalogue/?{asked}&page=2").content.decode()


@pytest.mark.parametrize(
    ("asked", "words", "filters"),
    [("q=zyzzyva", True, False), ("q=zyzzyva&from=1900", True, True), ("from=1900&to=1901", False, True)],
)
def test_where_nothing_fits_only_what_was_asked_is_to_be_left_out(client, asked, words, filters):
    make_edition(slug="walls")
    page = client.get(f"/catalogue/?{asked}").content.decode()
    assert "No lesson fits" in page
    assert (("every word" in page), ("filters out" in page)) == (words, filters)


@pytest.mark.parametrize("address", ["/catalogue/?q=ledger", "/api/v1/lessons?q=ledger", "/catalogue/?skill=sourcing"])
def test_searching_costs_the_same_for_one_lesson_and_for_many(client, queries, address):
    make_edition(sections=text("The ledger."))
    client.get(address)
    one = queries(lambda: client.get(address))
    for _ in range(11):
        make_edition(sections=text("The ledger.", "The ledger."))
    client.get(address)
    assert queries(lambda: client.get(address)) == one


def test_a_lesson_of_any_length_can_be_published(monkeypatch):
    monkeypatch.setattr(pieces, "BYTES_AT_MOST", 200)
    make_edition(slug="long", title="Endless", sections=text("First words.", "filler " * 400, "Last words."))
    assert found("first") == found("endless") == ["long"]
    assert found("filler") == []


def test_the_index_is_made_anew_and_told_apart_from_one_that_is_not(capsys):
    make_edition(slug="walls", sections=text("The saffron ledger."))
    call_command("reindex_search", "--check")
    IndexedEdition.objects.all().delete()
    with pytest.raises(CommandError):
        call_command("reindex_search", "--check")
    call_command("reindex_search")
    assert found("saffron") == ["walls"]
    Lesson.objects.update(live=False)
    with pytest.raises(CommandError):
        call_command("reindex_search", "--check")
    call_command("reindex_search")
    assert not IndexedEdition.objects.exists()
