"""People and classes in a real browser: a teacher opens a class, students join it, and every page in every look."""

import re
from collections.abc import Callable

import pytest
from django.core.cache import cache
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts import actions
from accounts.models import Membership, User
from tests.api_client import token_for
from tests.browser.helpers import axe, fits, signed_in
from tests.cast import PASSWORD, Cast, make_cast, person


@pytest.fixture
def cast(live_server: LiveServer) -> Cast:
    cache.clear()
    return make_cast()


def test_a_teacher_opens_a_class_and_a_student_without_address_joins(cast: Cast, people: Callable[..., Page]) -> None:
    teacher = people()
    teacher.goto("/account/login/")
    teacher.locator("[name=login]").fill("teacher")
    teacher.locator("[name=password]").fill(PASSWORD)
    teacher.get_by_role("button", name="Sign in", exact=True).click()
    teacher.goto("/classes/")
    teacher.get_by_role("link", name="Open a class").click()
    teacher.get_by_label("Name of the class").fill("History 11A")
    teacher.get_by_role("button", name="Open the class").click()
    code = teacher.locator(".joincode").inner_text()
    assert len(code) == 11
    address = teacher.locator("a[href*='/join/?code=']").get_attribute("href")
    assert address

    student = people(viewport={"width": 390, "height": 844}, has_touch=True)
    student.goto(address)
    student.locator("[name=username]").fill("nina")
    student.locator("[name=password1]").fill("staple battery correct")
    student.get_by_label("Your name").fill("Nina Сокол")
    expect(student.get_by_label("Class code")).to_have_value(code.replace("-", ""))
    student.get_by_role("button", name="Make the account").click()
    student.goto("/classes/")
    expect(student.get_by_role("link", name="History 11A", exact=True)).to_be_visible()

    teacher.get_by_role("link", name="Members").click()
    row = teacher.get_by_role("listitem").filter(has_text="Nina Сокол")
    expect(row).to_contain_text("nina")
    row.get_by_role("link", name="New password").click()
    teacher.get_by_role("button", name="Make a new password").click()
    fresh = teacher.locator("code").inner_text()
    student.goto("/classes/")
    expect(student).to_have_url(re.compile("/account/login/"))
    student.locator("[name=login]").fill("nina")
    student.locator("[name=password]").fill(fresh)
    student.get_by_role("button", name="Sign in", exact=True).click()
    student.goto("/classes/")
    expect(student.get_by_role("link", name="History 11A", exact=True)).to_be_visible()


def test_a_removed_student_is_brought_back_by_the_undo_of_the_message(cast: Cast, page: Page) -> None:
    signed_in(page, cast.teacher).goto(f"/classes/{cast.room.pk}/members/")
    page.get_by_role("listitem").filter(has_text="Classmate").get_by_role("button", name="Remove").click()
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    assert Membership.objects.get(user=cast.classmate).left_at
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("status")).to_contain_text("is back")
    assert not Membership.objects.get(user=cast.classmate).left_at


def test_a_fault_stands_beside_its_field_and_takes_the_focus(cast: Cast, page: Page) -> None:
    signed_in(page, cast.stranger).goto("/join/")
    page.get_by_label("Class code").fill("AAAAA-AAAAA")
    page.get_by_role("button", name="Join").click()
    expect(page.locator(".errors")).to_be_focused()
    expect(page.get_by_label("Class code")).to_have_value("AAAAA-AAAAA")
    expect(page.get_by_label("Class code")).to_have_attribute("aria-invalid", "true")


def is_fine(page: Page, address: str) -> None:
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == 200, address
    axe(page)
    fits(page)


def overfull(cast: Cast) -> None:
    names = ["von Hohenstein-Rautenberg, Anneliese Wilhelmine Charlotte", "Янкоўскі, Уладзіслаў", "محمد عبد الرحمن"]
    for n in range(30):
        user = person(f"student-with-a-long-name-{n:02}", display_name=f"{names[n % 3]} {n}", school=cast.school)
        Membership.objects.create(classroom=cast.room, user=user, role="student")
    for n in range(4):
        token_for(cast.teacher, f"A tablet with a long name, number {n}")
        actions.open_classroom(
            name=f"History of the Twentieth Century, advanced course {n}", zone="UTC", by=cast.teacher
        )


@pytest.mark.parametrize("fill", ["typical", "overfull"])
def test_every_page_of_a_teacher_in_every_look(cast: Cast, look: Page, fill: str) -> None:
    if fill == "overfull":
        overfull(cast)
    room, member = f"/classes/{cast.room.pk}", Membership.objects.get(user=cast.student).pk
    signed_in(look, cast.teacher)
    for address in [
        "/classes/",
        "/classes/open/",
        f"{room}/members/",
        f"{room}/members/print/",
        f"{room}/members/{member}/role/",
        f"{room}/members/{member}/password/",
        f"{room}/code/",
        f"{room}/settings/",
        f"{room}/archive/",
        f"{room}/leave/",
        "/settings/",
        "/settings/devices/",
    ]:
        is_fine(look, address)


def test_every_page_of_somebody_new_in_every_look(cast: Cast, look: Page) -> None:
    empty = actions.open_classroom(name="Empty", zone="UTC", by=cast.teacher)
    actions.archive(cast.other_room, by=cast.other_teacher)
    archived = f"/classes/{cast.other_room.pk}"
    everybody: list[tuple[User, list[str]]] = [
        (cast.stranger, ["/classes/", "/classes/open/", "/join/", "/settings/", "/settings/devices/"]),
        (cast.student, [f"/classes/{cast.room.pk}/members/", f"/classes/{cast.room.pk}/leave/"]),
        (cast.teacher, [f"/classes/{empty.pk}/members/", f"/classes/{empty.pk}/members/print/"]),
        (
            cast.other_teacher,
            ["/classes/", *(f"{archived}/{name}/" for name in ("members", "code", "settings"))],
        ),
    ]
    for user, addresses in everybody:
        signed_in(look, user)
        for address in addresses:
            is_fine(look, address)


def test_the_browser_of_the_api_works_under_the_content_security_policy(cast: Cast, page: Page) -> None:
    page.goto("/api/docs/")
    expect(page.get_by_text("/api/v1/adaptations", exact=True).first).to_be_visible()
    # Of so many operations it draws those that are near what is in sight.
    classes = page.get_by_text("/api/v1/classrooms", exact=True).first
    page.mouse.move(600, 400)
    for _turn in range(60):
        if classes.is_visible():
            break
        page.mouse.wheel(0, 300)
        page.wait_for_timeout(100)
    expect(classes).to_be_visible()


def test_the_administrators_pages_work_under_the_strict_content_security_policy(cast: Cast, page: Page) -> None:
    signed_in(page, cast.admin)
    page.goto(f"/admin/accounts/user/{cast.student.pk}/change/")
    # Both are done by scripts of Django's: the calendar's shortcuts and the searching choice of a school.
    page.get_by_role("combobox").first.click()
    page.locator(".select2-search__field").fill("North")
    page.get_by_role("option", name="North School").click()
    page.goto(f"/admin/accounts/classroom/{cast.room.pk}/change/")
    page.locator("#memberships-group .add-row a").click()
    expect(page.locator("#id_memberships-6-role")).to_be_visible()
    page.goto("/admin/assignments/submission/")
    expect(page.locator("#changelist")).to_be_visible()
