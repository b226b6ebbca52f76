"""Pages that need no account, in a real browser: every look, no fault that axe knows, nothing from another host."""

import re

import pytest
from django.urls import path
from playwright.sync_api import Page, Response, expect

from accounts.models import User
from lessons.document import Document
from tests.browser.helpers import axe, fits, signed_in
from tests.cast import PASSWORD, person
from tests.lessons import factories

LONG = "Wie eine Mauer über Nacht entstand, und warum Donaudampfschifffahrtsgesellschaften davon nichts wussten"


@pytest.fixture
def edition(live_server):
    source = factories.make_source(
        slug="mason",
        passages=("They pay by the stone.", "The <b>foreman</b> counts 🧱 them.", "Nobody asks."),
        paraphrase=True,
    )
    letter = factories.make_source(
        slug="letter", title="Письмо в редакцию", language="ru", passages=("Здравствуйте, дорогая редакция!",)
    )
    rows = [
        {"who": "The police’s own count", "low": 681692, "high": None, "note": "summary of 1953"},
        {"who": "Reference works", "low": 700000, "high": 1200000, "note": ""},
    ]
    body = [
        (
            "paragraph",
            "<p>The wall went up in a <b>night</b>.</p><p>Nobody saw it.</p><ul><li>stone</li><li>mortar</li></ul>",
        ),
        ("heading", {"text": "A heading", "level": "3"}),
        ("quote", {"text": "<p>Nur Worte.</p>", "attribution": "A mason", "language": "de"}),
        ("source", {"source": source, "framing": "<p>Who speaks?</p>", "first": 1, "last": 2}),
        (
            "figure",
            {
                "image": factories.make_image(),
                "alt": "A grey wall",
                "decorative": False,
                "caption": "<p>A wall.</p>",
                "credit": "",
            },
        ),
        ("callout", {"title": "Beware", "text": "<p>Count twice.</p>"}),
        ("disputed", {"label": "How many?", "unit": "stones", "rows": rows, "explanation": "<p>Nobody counted.</p>"}),
        ("question", factories.choice()),
    ]
    more = [
        ("source", {"source": letter, "framing": "", "first": None, "last": None}),
        ("question", factories.question("essay")),
    ]
    sections = [
        ("Before", body),
        (LONG, more),
        *[(f"Part {i}", [("paragraph", f"<p>{'Words. ' * 120}</p>")]) for i in range(4)],
    ]
    course = factories.make_course(title="Walls and cities", slug="walls", summary="What walls are for.")
    for title in ["First", LONG]:
        factories.make_edition(course=course, title=title, position=0)
    edition = factories.make_edition(
        course=course,
        slug="walls",
        title="Walls",
        summary="What walls are for, and who pays for them.",
        position=1,
        sections=sections,
    )
    edition.lesson.summary = "What walls are for, who builds them, and who pays."
    return factories.publish(edition.lesson)


PAGES = [
    "/",
    "/catalogue/",
    "/courses/walls/",
    "/lessons/walls/",
    "/lessons/walls/editions/1/",
    "/lessons/walls/editions/2/sources/mason/",
    "/lessons/walls/editions/2/sources/letter/",
    "/sources/",
    "/sources/?kind=letter&from=1960&to=1950",
    "/sources/?from=1999",
    "/sources/letter/",
    "/account/login/",
    "/account/signup/",
    "/account/password/reset/",
    "/nowhere/",
]


def test_every_public_page_stands_up_in_every_look(look: Page, edition):
    for address in PAGES:
        look.goto(address)
        expect(look.locator("h1")).to_be_visible()
        fits(look)
        axe(look)


def test_nothing_is_lost_at_400_per_cent(people, edition):
    page = people(viewport={"width": 320, "height": 640})
    for address in PAGES:
        page.goto(address)
        fits(page)


def test_pages_of_an_account_stand_up_in_every_look(look: Page, live_server):
    signed_in(look, person("long", display_name="Anneliese von Hohenstein-Rautenberg"))
    for address in [
        "/account/password/change/",
        "/account/email/",
        "/account/2fa/",
        "/account/sessions/",
        "/account/logout/",
    ]:
        look.goto(address)
        expect(look.locator("h1")).to_be_visible()
        fits(look)
        axe(look)


def test_an_empty_site_still_has_a_front_page(look: Page, live_server):
    look.goto("/")
    expect(look.get_by_text("Nothing is published yet")).to_be_visible()
    axe(look)


def test_what_a_browser_calls_the_text_of_a_block_is_its_text(page: Page, edition):
    """Citations count code points of this text; the server cannot know what a browser makes of the markup."""
    document = Document.parse(bytes(edition.face("document").bytes))
    page.goto("/lessons/walls/")
    shown = page.evaluate("[...document.querySelectorAll('[data-block]')].map(e => [e.dataset.block, e.textContent])")
    assert len(shown) > 10
    for block_id, text in shown:
        assert text == document.block(block_id)["text"]


def test_a_link_to_a_paragraph_opens_there_and_marks_it(page: Page, edition):
    page.goto("/lessons/walls/#p8")
    target = page.locator("#p8")
    expect(target).to_be_in_viewport()
    assert target.evaluate("e => e.matches(':target')")


def test_pressing_a_number_copies_its_address(people, edition):
    page = people(permissions=["clipboard-read", "clipboard-write"])
    page.goto("/lessons/walls/")
    page.locator("#p2 > a.pn").click()
    expect(page.get_by_role("status").filter(has_text="Link copied")).to_be_attached()
    assert page.evaluate("navigator.clipboard.readText()").endswith("/lessons/walls/#p2")


def test_the_contents_list_marks_what_is_being_read(page: Page, edition):
    page.goto("/lessons/walls/")
    contents = page.get_by_role("navigation", name="In this lesson")
    expect(contents.locator("[aria-current]")).to_have_text("Before")
    contents.get_by_role("link", name="Part 2").click()
    expect(contents.locator("[aria-current]")).to_have_text("Part 2")


def test_the_skip_link_leads_past_the_head(page: Page, edition):
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_a_chosen_theme_is_kept_on_the_next_page(people, edition):
    page = people(color_scheme="light")
    page.goto("/")
    paper = "getComputedStyle(document.documentElement).backgroundColor"
    light = page.evaluate(paper)
    page.get_by_role("button", name="Use the dark theme").click()
    dark = page.evaluate(paper)
    assert dark != light
    page.goto("/catalogue/")
    assert page.evaluate(paper) == dark
    page.get_by_role("button", name="Use the light theme").click()
    assert page.evaluate(paper) == light


def test_reading_needs_no_script(people, edition):
    page = people(java_script_enabled=False)
    page.goto("/")
    page.get_by_role("link", name="Walls", exact=True).click()
    expect(page.locator("#p1")).to_contain_text("The wall went up in a night.")
    page.get_by_role("link", name="The whole source").click()
    expect(page.get_by_text("Nobody asks.")).to_be_visible()
    expect(page.get_by_role("heading", name="How to cite it")).to_be_visible()


def test_on_paper_the_lesson_stands_alone(page: Page, edition):
    page.goto("/lessons/walls/")
    page.emulate_media(media="print")
    expect(page.locator("header.head")).to_be_hidden()
    expect(page.locator(".contents")).to_be_hidden()
    expect(page.locator("#p1 > a.pn")).to_be_visible()
    expect(page.locator(".citation")).to_contain_text("edition 2")
    background = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert background == "rgb(255, 255, 255)"


def test_what_comes_with_a_lesson_is_light(page: Page, edition):
    """Styles and scripts of a first visit, before compression; with a lesson of 40 kB the view stays under 100."""
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto("/lessons/walls/", wait_until="networkidle")
    sizes = {answer.url: len(answer.body()) for answer in answers if "/static/" in answer.url}
    assert 0 < sum(sizes.values()) < 60_000, sizes


def test_a_person_signs_in_and_out(page: Page, live_server):
    person("jan", display_name="Jan")
    page.goto("/account/login/?next=/catalogue/")
    page.get_by_label("User name or e-mail address").fill("jan")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_label("User name or e-mail address")).to_have_value("jan")
    axe(page)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page).to_have_url(re.compile("/catalogue/$"))
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Sign in").first).to_be_visible()


def test_a_refused_form_leads_from_its_summary_to_each_field(page: Page, live_server):
    page.goto("/account/signup/")
    page.get_by_label("Your name").fill("Jan")
    page.get_by_label("User name").fill("no spaces please")
    page.get_by_label("Password", exact=True).fill("12345")
    page.get_by_role("button", name="Make the account").click()
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    summary.get_by_role("link", name="Password").click()
    expect(page.get_by_label("Password", exact=True)).to_be_focused()
    axe(page)
    assert not User.objects.exists()


@pytest.mark.urls("tests.browser.test_public_pages")
def test_when_the_site_breaks_the_page_says_so_in_its_own_clothes(page: Page, live_server):
    page.goto("/")
    expect(page.get_by_role("heading", name="Something broke on our side")).to_be_visible()
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") != "rgba(0, 0, 0, 0)"
    axe(page)


def _break(request):
    raise RuntimeError("broken on purpose")


urlpatterns = [path("", _break)]
handler500 = "destalin_site.common.pages.server_error"
