"""Words and people of a lesson, in a real browser: by keyboard, by finger, without a script, in every look."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from lessons.document import Document
from lessons.models import Edition, Event, GlossaryTerm, Person
from tests.browser import desks
from tests.browser.helpers import axe, fits, signed_in
from tests.cast import Cast, make_cast
from tests.lessons import factories


def make_words() -> dict[str, list]:
    """A term with its Russian form, and a person."""
    thaw = GlossaryTerm.objects.create(
        slug="thaw",
        term="Thaw",
        original="оттепель",
        transliteration="ottepel",
        meaning="The years in which more could be said.",
        forms="thaw",
    )
    eve = Person.objects.create(
        slug="eve",
        name="Eve Able",
        original="Ева Абле",
        born="1905",
        died="1989",
        office="Foreman of the site",
        role="She kept the count.",
    )
    return {"terms": [thaw], "people": [eve]}


def make_edition(**lists: list) -> Edition:
    letter = factories.make_source(
        slug="letter", title="A mason to his brother", passages=("The thaw is late.", "Nobody asks Eve Able.")
    )
    body = [
        ("paragraph", "<p>There was a 🧱 before the <b>thaw</b>, and nobody but Eve Able was asked.</p>"),
        ("source", {"source": letter, "framing": "", "first": 1, "last": 1}),
        ("question", factories.question("essay", "Whom did the wall serve?", points="4")),
    ]
    more = [("paragraph", f"<p>{'Words. ' * 200}</p>"), ("paragraph", "<p>At the far right edge stands the thaw</p>")]
    lesson = factories.make_lesson(slug="walls", title="Walls", sections=[("Before", body), ("After", more)])
    for name, rows in (lists or make_words()).items():
        setattr(lesson, name, rows)
    return factories.publish(lesson)


@pytest.fixture
def edition(live_server) -> Edition:
    return make_edition()


@pytest.fixture
def cast(live_server) -> Cast:
    return make_cast()


def inside(page: Page) -> None:
    """The meaning that is shown is whole inside the window."""
    box = page.get_by_role("dialog").bounding_box()
    assert box is not None
    width, height = page.viewport_size["width"], page.viewport_size["height"]
    assert box["x"] >= 0
    assert box["y"] >= 0
    assert box["x"] + box["width"] <= width
    assert box["y"] + box["height"] <= height


def test_a_meaning_opens_and_closes_by_keyboard_and_is_announced(page: Page, edition):
    page.goto("/lessons/walls/")
    word = page.locator("#use-thaw")
    word.focus()
    expect(word).to_have_attribute("aria-haspopup", "dialog")
    page.keyboard.press("Enter")
    meaning = page.get_by_role("dialog", name="Thaw")
    expect(meaning).to_be_focused()
    expect(meaning).to_have_accessible_description("оттепель ottepel The years in which more could be said.")
    expect(meaning.locator("[lang=ru]")).to_have_text("оттепель")
    expect(word).to_have_attribute("aria-expanded", "true")
    inside(page)
    page.keyboard.press("Escape")
    expect(meaning).to_be_hidden()
    expect(word).to_be_focused()
    expect(word).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("Enter")
    expect(meaning).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#word-thaw$"))
    expect(page.locator("#word-thaw")).to_be_in_viewport()


def test_a_finger_opens_a_meaning_and_a_tap_elsewhere_closes_it(look: Page, edition):
    look.goto("/lessons/walls/")
    press = "tap" if look.viewport_size["width"] < 600 else "click"
    for word in look.locator("a.gloss").all():
        word.scroll_into_view_if_needed()
        getattr(word, press)()
        meaning = look.get_by_role("dialog")
        expect(meaning).to_be_visible()
        inside(look)
        axe(look)
        meaning.get_by_role("button", name="Close").click()
        expect(meaning).to_be_hidden()
    look.locator("#use-eve").scroll_into_view_if_needed()
    getattr(look.locator("#use-eve"), press)()
    expect(look.get_by_role("dialog")).to_contain_text("1905–1989")
    getattr(look.locator("#s1"), press)()
    expect(look.get_by_role("dialog")).to_be_hidden()
    for address in ("/lessons/walls/", "/lessons/walls/editions/1/sources/letter/"):
        look.goto(address)
        fits(look)
        axe(look)


def test_without_a_script_a_word_leads_to_the_list_and_back(people, edition):
    page = people(java_script_enabled=False)
    page.goto("/lessons/walls/")
    page.locator("#use-thaw").click()
    expect(page).to_have_url(re.compile("#word-thaw$"))
    entry = page.locator("#word-thaw")
    expect(entry).to_be_in_viewport()
    expect(entry).to_contain_text("The years in which more could be said.")
    entry.get_by_role("link", name="Back to the text (Thaw)").click()
    expect(page.locator("#use-thaw")).to_be_in_viewport()


def test_where_the_meaning_cannot_come_the_word_leads_to_the_list(people, edition):
    page = people()
    page.route("**/meaning.js", lambda route: route.abort())
    page.goto("/lessons/walls/")
    page.locator("#use-thaw").click()
    expect(page).to_have_url(re.compile("#word-thaw$"))
    expect(page.locator("#word-thaw")).to_be_in_viewport()


def test_on_the_desk_words_open_and_their_passages_are_cited_as_they_stand(people, cast: Cast, edition):
    submission = desks.desk_of(desks.give(cast, edition=edition), cast)
    page = signed_in(people(), cast.student)
    page.goto(reverse("desk", args=[submission.pk]))
    texts = page.evaluate("[...document.querySelectorAll('[data-block]')].map(e => [e.dataset.block, e.textContent])")
    document = Document.parse(bytes(edition.face("document").bytes))
    assert texts
    assert all(text == document.block(block)["text"] for block, text in texts)
    page.locator("#use-thaw").click()
    meaning = page.get_by_role("dialog", name="Thaw")
    meaning.get_by_role("link", name="In the list").click()
    expect(page.locator("#word-thaw")).to_be_in_viewport()
    axe(page)
    page.get_by_role("link", name="Back to the text (Thaw)").click()
    word = page.locator("#use-thaw")
    expect(word).to_be_in_viewport()
    # From inside the marked word over its end: the letters before it count as they do on the server.
    word.evaluate("""link => {
      const range = document.createRange();
      range.setStart(link.firstChild, 0);
      range.setEnd(link.firstChild, 4);
      getSelection().removeAllRanges();
      getSelection().addRange(range);
    }""")
    page.locator("#read").focus()
    page.keyboard.press("c")
    page.get_by_role("button", name="Cite", exact=True).click()
    expect(page.locator(".citations .words").first).to_contain_text("thaw")
    expect(page.locator("[data-save-words]")).to_contain_text("at school")
    submission.refresh_from_db()
    [citation] = submission.draft.body["answers"][0]["blocks"][0]["citations"]
    text = document.block(citation["anchor"]["block"])["text"]
    assert text[citation["anchor"]["start"] : citation["anchor"]["end"]] == citation["anchor"]["quote"] == "thaw"


# --- Where readers look something up ----------------------------------------------------------------------------------


@pytest.fixture
def past(live_server) -> Edition:
    """A lesson with all that stands on the pages beside the catalogue: a crowd of events among them."""
    speech = factories.make_source(slug="speech", title="A speech", passages=("He spoke.",), date="1956-03")
    books = [
        factories.make_source(
            slug=name.lower(),
            title=f"{name} on it",
            creator=f"{name}, Ann",
            kind="monograph",
            primary=False,
            date=year,
            claims=[
                (
                    "claim",
                    {
                        "text": f"{name} says so.",
                        "locator": "page 7",
                        "rests_on": [{"source": speech, "passage": 1, "reading": f"As {name} sees it."}],
                    },
                )
            ],
        )
        for name, year in [("Able", "1960/1963"), ("Baker", "2004")]
    ]
    chart = factories.make_image()
    chart.table = {"columns": ["", "people"], "rows": [["Counted", "681,692"]], "note": "Not one number."}
    chart.save()
    figure = {"image": chart, "alt": "A chart", "decorative": False, "caption": "<p>Counts.</p>", "credit": ""}
    events = [
        Event.objects.create(slug=f"day-{i}", title=f"Day {i}", date=f"1956-02-{i:02}", place="Moscow", text="It was.")
        for i in range(1, 21)
    ]
    events.append(
        Event.objects.create(
            slug="secret", title="A secret", date="1956-02-25", known_from="1989", known_by="A few.", text="It was."
        )
    )
    events.append(Event.objects.create(slug="wall", title="The wall", date="1961-08-13", text="It went up."))
    body = [("figure", figure), *(("source", {"source": source}) for source in (speech, *books))]
    course = factories.make_course(title="Walls and cities", slug="cities")
    lesson = factories.make_lesson(course=course, slug="past", title="The past", sections=[("Before", body)])
    for name, rows in {**make_words(), "events": events}.items():
        setattr(lesson, name, rows)
    return factories.publish(lesson)


LOOKED_UP = [
    "/glossary/",
    "/glossary/?course=cities",
    "/people/",
    "/people/eve/",
    "/timeline/",
    "/timeline/?from=1956&years=1",
    "/timeline/?as_of=speech",
    "/courses/cities/timeline/",
    "/courses/cities/",
    "/catalogue/",
    "/lessons/past/",
    "/lessons/past/editions/1/sources/speech/",
    "/lessons/past/editions/1/sources/able/",
]


def test_every_page_to_look_something_up_stands_up_in_every_look(look: Page, past):
    for address in LOOKED_UP:
        look.goto(address)
        expect(look.locator("h1")).to_be_visible()
        look.evaluate("for (const part of document.querySelectorAll('details')) part.open = true")
        fits(look)
        axe(look)


def test_the_words_of_a_chart_can_be_read_on_a_phone(people, past):
    phone = people(viewport={"width": 390, "height": 844}, has_touch=True)
    phone.goto("/lessons/past/")
    box = phone.get_by_role("region", name="Drawing, which the table below says in figures")
    assert box.get_by_role("img", name="A chart").bounding_box()["width"] >= 560
    fits(phone)
    box.focus()
    phone.keyboard.press("ArrowRight")
    expect(box).not_to_have_js_property("scrollLeft", 0)


def test_the_marks_of_a_timeline_are_one_tab_stop_and_arrows_lead_from_one_to_the_next(page: Page, past):
    page.goto("/timeline/?from=1956&years=1")
    marks = page.locator("svg.time a.at")
    assert marks.count() > 3
    first = page.locator("svg.time a.at[tabindex='0']")
    expect(first).to_have_count(1)
    first.focus()
    expect(first).to_have_accessible_name(re.compile("^1: Day 1, 1 February 1956"))
    page.keyboard.press("ArrowRight")
    expect(page.locator("svg.time a.at:focus")).not_to_have_accessible_name(re.compile("^1:"))
    page.keyboard.press("Home")
    expect(page.locator("svg.time a.at:focus")).to_have_accessible_name(re.compile("^1:"))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#e-day-1$"))
    expect(page.locator("#e-day-1")).to_be_in_viewport()
    page.locator("svg.time a.at[tabindex='0']").focus()
    page.keyboard.press("-")
    expect(page).to_have_url(re.compile("years=2$"))


def test_the_time_is_looked_at_with_the_eyes_of_a_source_and_back_without_a_script(people, past):
    page = people(java_script_enabled=False)
    page.goto("/courses/cities/")
    page.get_by_role("link", name="Timeline").click()
    expect(page.get_by_text("A few.")).to_be_visible()
    page.get_by_role("link", name="What was known then (A speech)").click()
    expect(page.get_by_role("heading", name="What was known then")).to_be_visible()
    assert "The wall" not in page.content()
    assert "A secret" not in page.content()
    expect(page.get_by_role("heading", name="Day 20")).to_be_visible()
    page.get_by_role("link", name="What we know now").click()
    expect(page.get_by_role("heading", name="The wall")).to_be_visible()
    page.get_by_role("link", name="Look closer", exact=True).click()
    page.get_by_role("link", name="All of it").click()
    expect(page).to_have_url(re.compile("/courses/cities/timeline/$"))
