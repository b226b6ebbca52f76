"""A teacher finds who did not use a passage, says the same to all of them, and takes it back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from assignments.models import Assignment, Comment
from assignments.remarks import Place
from tests.assignments import remarks, work
from tests.browser.helpers import in_every_look, signed_in
from tests.cast import Cast

WORDS = "You say nothing of who paid."


@pytest.fixture
def assignment(live_server: object, cast: Cast) -> Assignment:
    """Both handed in; the student cites the paragraph."""
    made = work.make_assignment(cast, remarks.make_edition(), title="Walls")
    cites = work.body_for(made, citations=[work.cited(made.edition_id)])
    work.hand_in(work.submission_of(made, cast.student), cites)
    work.hand_in(work.submission_of(made, cast.classmate))
    return made


def through(page: Page, cast: Cast, assignment: Assignment, *, looked_at: bool) -> None:
    def seen(name: str) -> None:
        if looked_at:
            in_every_look(page, name)

    signed_in(page, cast.teacher).goto(f"/assignments/{assignment.pk}/board/")
    page.get_by_role("link", name="Who used which passage").click()
    seen("passages")
    page.get_by_role("link", name="¶1").click()
    expect(page.get_by_role("heading", name="1 student did not use it")).to_be_visible()
    seen("passage")
    page.get_by_role("link", name="Comment for those who did not use it").click()
    expect(page.get_by_label("Classmate")).to_be_checked()
    expect(page.get_by_label("Student", exact=True)).not_to_be_checked()
    page.get_by_role("button", name="See who gets it").click()
    expect(page.get_by_role("alert")).to_contain_text("This must not be empty.")
    seen("refused")
    page.get_by_label("Comment", exact=True).fill(WORDS)
    page.get_by_label("Student", exact=True).check()
    page.get_by_role("button", name="See who gets it").click()
    expect(page.get_by_role("heading", name="2 students get this comment.")).to_be_visible()
    seen("preview")
    page.get_by_role("button", name="Give it to 2 students").click()
    expect(page.get_by_role("heading", name="2 students got this comment.")).to_be_visible()
    seen("given")
    assert Comment.objects.filter(body=WORDS).count() == 2
    page.get_by_role("button", name="Take it back from all").click()
    expect(page.get_by_role("heading", name="2 students got this comment.")).to_be_visible()
    expect(page.get_by_text("It is taken back from 2 students.")).to_be_visible()
    seen("taken-back")
    assert not Comment.objects.exists()


def test_from_the_passage_to_the_comment_and_back(page: Page, cast: Cast, assignment: Assignment) -> None:
    through(page, cast, assignment, looked_at=True)


def test_it_works_without_a_script(people: Callable[..., Page], cast: Cast, assignment: Assignment) -> None:
    through(people(java_script_enabled=False), cast, assignment, looked_at=False)


def test_on_the_desk_the_whole_is_commented_on_as_words_are(page: Page, cast: Cast, assignment: Assignment) -> None:
    submission = work.submission_of(assignment, cast.student)
    signed_in(page, cast.teacher).goto(f"/submissions/{submission.pk}/grading/")
    page.get_by_role("button", name="Comment on the whole hand-in").click()
    expect(page.get_by_label("New comment")).to_be_focused()
    expect(page.get_by_label("on", exact=True)).to_be_hidden()
    page.keyboard.type(WORDS)
    expect(page.locator("[data-save]")).to_contain_text("Comment saved")
    assert Comment.objects.get().place == Place.whole()
    in_every_look(page)
    page.reload()
    expect(page.get_by_label("Comment 1", exact=True)).to_have_value(WORDS)
    page.get_by_role("button", name="Delete comment 1").click()
    expect(page.locator("[data-save]")).to_contain_text("Comment deleted")
    assert not Comment.objects.exists()
