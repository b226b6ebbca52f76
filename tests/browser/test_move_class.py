"""A student moves to another class: the teacher looks, chooses what comes along, and takes it back."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from assignments.models import ClassMove
from tests.assignments import revised, work
from tests.assignments.test_move_class import World, current
from tests.browser.conftest import LOOKS, put_in
from tests.browser.helpers import axe, fits, signed_in
from tests.cast import make_cast

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def world(transactional_db: None) -> World:
    """The parallel class reads a newer edition, in which the words that she cites do not stand any more."""
    world = World(make_cast())
    world.assign(edition=revised.saying(world.edition, revised.GONE), title="Walls, in the new edition")
    world.write("Mine alone.", citations=[work.cited(world.edition.pk)])
    return world


@pytest.mark.parametrize("look", LOOKS)
def test_a_student_is_moved_with_her_text_and_back(world: World, people: Callable[..., Page], look: str) -> None:
    teacher, student = people(), people()
    for page in (teacher, student):
        put_in(page, look)
    signed_in(teacher, world.cast.teacher)
    signed_in(student, world.cast.student)

    def looked_at(page: Page) -> None:
        axe(page)
        fits(page)

    teacher.goto(f"/classes/{world.cast.room.pk}/members/")
    looked_at(teacher)
    teacher.get_by_role("listitem").filter(has_text="student · joined").get_by_role("link", name="Move…").click()
    expect(teacher.get_by_role("heading", name="Move Student to which class?")).to_be_visible()
    looked_at(teacher)
    teacher.get_by_role("link", name="History 10C").click()
    expect(teacher.get_by_role("heading", name="Move Student to History 10C?")).to_be_visible()
    expect(teacher.get_by_role("checkbox", name="Bring the text along to “Walls, too”")).to_be_checked()
    newer = teacher.get_by_role("checkbox", name="Bring the text along to “Walls, in the new edition”")
    expect(newer).not_to_be_checked()
    newer.check()
    looked_at(teacher)
    teacher.get_by_role("button", name="Move").click()
    expect(teacher.get_by_role("heading", name="What came along")).to_be_visible()
    expect(teacher.get_by_text("nobody was asked")).to_be_visible()
    looked_at(teacher)
    assert current(world.cast.student) == {world.parallel.pk}

    row = work.submission_of(world.parallel.assignments.get(title="Walls, in the new edition"), world.cast.student)
    student.goto(f"/work/{row.pk}/")
    expect(student.locator("textarea").first).to_have_value("Mine alone.")
    student.goto(f"/work/{row.pk}/set-aside/{row.parked.get().pk}/")
    expect(student.get_by_text("You wrote it in the class that you were in before.")).to_be_visible()
    expect(student.get_by_text("nobody was asked")).to_be_visible()
    looked_at(student)

    teacher.get_by_role("button", name="Undo").click()
    expect(teacher.get_by_text("moved Student back from History 10C to History 10B")).to_be_visible()
    looked_at(teacher)
    assert current(world.cast.student) == {world.cast.room.pk}
    assert ClassMove.objects.count() == 2


def test_where_she_has_worked_since_the_page_says_so(world: World, people: Callable[..., Page]) -> None:
    move = world.move(world.pair)
    work.hand_in(work.reread(world.work_there()))
    teacher = signed_in(people(), world.cast.teacher)
    teacher.goto(f"/classes/{world.parallel.pk}/moves/{move.pk}/")
    teacher.get_by_role("button", name="Undo").click()
    expect(teacher.get_by_text("the move cannot simply be taken back")).to_be_visible()
    axe(teacher)
    teacher.get_by_role("button", name="Move").click()
    expect(teacher.get_by_text("Teacher moved Student from History 10C to History 10B")).to_be_visible()
