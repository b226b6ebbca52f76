"""Pictures in a real browser: in WebP, at the width that is needed, and a description where rights withhold them."""

import io

import pytest
from django.urls import reverse
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from destalin_site.common.actor import SYSTEM
from lessons import actions, images
from lessons.models import CuratedImage, Edition
from lessons.models.media import clean_file
from tests.assignments import work
from tests.browser.helpers import axe, fits, signed_in
from tests.cast import Cast
from tests.lessons import factories

ALT = "Six bars, each higher than the one before it"


@pytest.fixture
def chart(live_server) -> CuratedImage:
    drawn = Image.new("RGB", (1600, 900), "white")
    for bar in range(6):
        ImageDraw.Draw(drawn).rectangle((100 + bar * 250, 800 - bar * 120, 250 + bar * 250, 850), fill="#8e3122")
    out = io.BytesIO()
    drawn.save(out, "PNG")
    chart = CuratedImage(title="Bars", credit="Drawn by the authors", file=clean_file(images.clean(out.getvalue())))
    chart.save()
    return chart


@pytest.fixture
def edition(cast: Cast, chart: CuratedImage) -> Edition:
    figure = {"image": chart, "alt": ALT, "decorative": False, "caption": "<p>A year a bar.</p>"}
    source = factories.make_source(slug="mason", images=[("figure", {**figure, "caption": ""})])
    body = [
        ("paragraph", f"<p>{work.TEXT}</p>"),
        ("figure", figure),
        ("source", {"source": source}),
        ("question", factories.question("essay")),
    ]
    return factories.make_edition(slug="bars", title="Bars", sections=[("One", body)])


def addresses(edition: Edition) -> list[str]:
    return ["/lessons/bars/", f"/lessons/bars/editions/{edition.number}/sources/mason/"]


def all_shown(page: Page) -> list[str]:
    """What the browser chose of every picture of the page, once each of them is drawn."""
    pictures = page.locator(".picture img")
    for picture in pictures.all():
        if picture.is_visible():
            picture.scroll_into_view_if_needed()
            expect(picture).to_have_js_property("complete", True)
    return page.evaluate(
        "[...document.querySelectorAll('.picture img')].filter(e => e.offsetParent)"
        ".map(e => e.naturalWidth && e.currentSrc)"
    )


def test_pictures_are_shown_in_webp_no_wider_than_needed(look: Page, edition: Edition):
    webp = {size["sha256"]: size["width"] for size in next(edition.read().images())["webp"]}
    for address in addresses(edition):
        look.goto(address)
        expect(look.get_by_role("img", name=ALT).first).to_be_visible()
        for chosen in all_shown(look):
            assert webp[chosen.rpartition("/")[2]] < 1600
        fits(look)
        axe(look)


def test_a_description_stands_where_rights_withhold_a_picture(look: Page, edition: Edition, chart: CuratedImage):
    actions.set_image_rights(chart, shown_to="classroom", by=SYSTEM)
    for address in addresses(edition):
        look.goto(address)
        expect(look.get_by_text("This picture may be shown in class only").first).to_be_visible()
        expect(look.get_by_text(ALT).first).to_be_visible()
        assert look.locator(".picture img").count() == 0
        fits(look)
        axe(look)


def test_a_student_sees_it_on_her_desk_and_her_teacher_is_told(
    look: Page, cast: Cast, edition: Edition, chart: CuratedImage
):
    actions.set_image_rights(chart, shown_to="classroom", by=SYSTEM)
    assignment = work.make_assignment(cast, edition)
    signed_in(look, cast.student)
    look.goto(reverse("desk", args=[work.submission_of(assignment, cast.student).pk]))
    shown = all_shown(look)
    assert shown
    assert all(shown)
    signed_in(look, cast.teacher)
    look.goto(f"{reverse('assign', args=[cast.room.pk])}?lesson=bars")
    expect(look.get_by_text("1 picture of this lesson may be shown in class only.")).to_be_visible()
    fits(look)
    axe(look)
