"""Every page of assignments in every look: those that no other test looks at, and the list that keeps it whole."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.actions import archive, open_classroom
from assignments import actions
from assignments.models import Assignment, Submission
from assignments.urls import urlpatterns
from destalin_site.common import clock
from tests.assignments import work
from tests.browser.helpers import in_every_look, signed_in
from tests.cast import Cast
from tests.test_matrix import MATRIX

# Pages that another file looks at, light and dark, wide and narrow.
LOOKED_AT = {
    "test_adapting.py": (
        "adaptations",
        "adaptation",
        "adaptation-question-new",
        "adaptation-question",
    ),
    "test_by_question.py": ("grade-question",),
    "test_comments.py": ("comment-bank",),
    "test_desk_looks.py": (
        "desk",
        "receipt",
        "feedback",
        "hand-in",
        "receipt-check",
        "parked-copy",
        "desk-preview",
        "my-work",
    ),
    "test_exports.py": ("submission-print", "assignment-import-marks"),
    "test_kept.py": ("own-work", "assignment-answers", "class-import-everything"),
    "test_move_class.py": ("member-move", "class-moved"),
    "test_nameless.py": ("assignment-names",),
    "test_notices.py": ("notices", "notice-settings", "notices-unsubscribe"),
    "test_offline.py": ("device-time",),
    "test_reports.py": ("class-skills", "student-report", "about-me", "assignment-report"),
    "test_rubric_edit.py": ("assignment-rubric", "assignment-regrade", "assignment-regraded"),
    "test_share_comment.py": ("assignment-passages", "assignment-comment", "shared-comment"),
    "test_teacher_looks.py": (
        "today",
        "classroom",
        "assign",
        "assignment-board",
        "assignment-edit",
        "assignment-return",
        "assignment-returned",
        "grade",
    ),
    "test_upgrade.py": ("assignment-upgrade", "assignment-upgraded", "upgrade-notice"),
}
# What a GET answers without a page of its own.
NO_PAGE = {
    "grade-next": "leads to the grading desk",
    "class-export-board": "a file",
    "class-export-everything": "a file",
    "assignment-export-marks": "a file",
    "assignment-export-answers": "a file",
    "assignment-export-feedback": "a file",
    "own-work-file": "a file",
    "scan": "a picture",
    "adaptation-preview": "the reading page of the catalogue",
}


class Room(NamedTuple):
    made: Assignment
    hers: Submission  # handed in
    other: Submission  # a draft, which may be read
    nameless: Assignment
    twice: Submission  # came back for each of two hand-ins


@pytest.fixture
def room(live_server: object, cast: Cast) -> Room:
    past = clock.now() - dt.timedelta(days=2)
    due = work.DueSaid(past.date(), dt.time(12), "Europe/Warsaw")
    edition = work.make_edition()
    made = work.make_assignment(
        cast, edition, title="Walls", due=due, drafts_visible=True, missing_percent=0, resubmission=True
    )
    hers, other = work.submission_of(made, cast.student), work.submission_of(made, cast.classmate)
    work.hand_in(hers, received_at=past - dt.timedelta(days=1))
    actions.save_draft(other, body=work.body_for(made, "Half a thought."), if_rev=0, by=cast.classmate)
    nameless = work.make_assignment(cast, edition, title="Without names", anonymous=True)
    actions.delete_assignment(work.make_assignment(cast, edition, title="Given by mistake"), by=cast.teacher)
    open_classroom(name="History 11C", zone="Europe/Warsaw", by=cast.teacher)
    twice = work.submission_of(work.make_assignment(cast, edition, title="Twice", resubmission=True), cast.classmate)
    for text in ("Nobody was asked.", "Nobody was asked, and somebody decided."):
        work.hand_in(twice, work.body_for(twice.assignment, text))
        work.mark(twice, cast.teacher, feedback=f"You say: {text}")
        actions.return_grade(work.reread(twice), by=cast.teacher)
    return Room(made, work.reread(hers), work.reread(other), nameless, work.reread(twice))


def of_teachers(room: Room, cast: Cast) -> Iterator[tuple[str, str]]:
    yield "assign-anywhere", reverse("assign-anywhere") + f"?lesson={room.made.edition.lesson.slug}"
    yield "excuse-by-name", reverse("excuse-by-name", args=[room.nameless.pk, cast.student.pk])
    yield "deleted-assignments", reverse("deleted-assignments", args=[cast.room.pk])
    for name in ("assignment-counts", "assignment-missing", "other-dates", "assignment-delete"):
        yield name, reverse(name, args=[room.made.pk])
    for name in ("extension", "hand-in-for", "draft-to-read"):
        yield name, reverse(name, args=[room.other.pk])
    yield "revision", reverse("revision", args=[room.hers.pk])
    yield "submission-print-earlier", reverse("submission-print-earlier", args=[room.twice.pk, 1])


def of_students(room: Room) -> Iterator[tuple[str, str]]:
    yield "more-time", reverse("more-time", args=[room.other.pk])
    yield "feedback-earlier", reverse("feedback-earlier", args=[room.twice.pk, 1])


def test_the_pages_that_no_other_test_looks_at(people: Callable[..., Page], cast: Cast, room: Room) -> None:
    actions.ask_more_time(room.other, reason="In bed since Monday", by=cast.classmate)
    for person, pages in ((cast.teacher, of_teachers(room, cast)), (cast.classmate, of_students(room))):
        page = signed_in(people(), person)
        for name, address in pages:
            answer = page.goto(address)
            assert answer is not None
            assert (answer.status, page.url.endswith(address)) == (200, True), name
            in_every_look(page)


def test_an_archived_class_can_be_looked_at(people: Callable[..., Page], cast: Cast, room: Room) -> None:
    archive(cast.room, by=cast.teacher)
    for person, addresses in (
        (
            cast.teacher,
            (
                reverse("classroom", args=[cast.room.pk]),
                reverse("assignment-board", args=[room.made.pk]),
                reverse("grade", args=[room.hers.pk]),
            ),
        ),
        (cast.student, (reverse("desk", args=[room.hers.pk]),)),
    ):
        page = signed_in(people(), person)
        for address in addresses:
            page.goto(address)
            assert page.url.endswith(address)
            in_every_look(page)


def test_the_question_whom_an_earlier_due_time_leaves_in_time(page: Page, cast: Cast, room: Room) -> None:
    signed_in(page, cast.teacher).goto(reverse("assignment-edit", args=[room.made.pk]))
    earlier = clock.now() - dt.timedelta(days=6)
    page.get_by_label("Due on").fill(earlier.date().isoformat())
    page.locator(".formbar button[type=submit]").first.click()
    expect(page.get_by_text("stays in time")).to_be_visible()
    expect(page.get_by_role("button", name="Save all the same")).to_be_visible()
    in_every_look(page)


def test_what_a_student_and_her_teachers_are_told_of_drafts_and_of_changes(
    people: Callable[..., Page], cast: Cast, room: Room
) -> None:
    rev = room.hers.draft.rev
    actions.save_draft(room.hers, body=work.body_for(room.made, "Other words."), if_rev=rev, by=cast.student)
    hers = signed_in(people(), cast.student)
    hers.goto(reverse("desk", args=[room.hers.pk]))
    expect(hers.get_by_text("The changes are not handed in.")).to_be_visible()
    expect(hers.get_by_text("Your teachers can read what you write here")).to_be_visible()
    in_every_look(hers)
    board = signed_in(people(), cast.teacher)
    board.goto(reverse("assignment-board", args=[room.made.pk]))
    expect(board.get_by_text("Changes not handed in", exact=True)).to_be_visible()
    in_every_look(board)
    board.get_by_role("link", name="Read the draft Classmate").click()
    expect(board.get_by_text("Half a thought.")).to_be_visible()


def test_a_colleague_is_asked_before_she_lets_go_of_anothers_work(page: Page, cast: Cast, room: Room) -> None:
    actions.claim(room.hers, by=cast.co_teacher)
    signed_in(page, cast.teacher).goto(reverse("grade", args=[room.hers.pk]))
    page.get_by_text("Let it go", exact=True).click()
    expect(page.get_by_text("Draft marks are kept.")).to_be_visible()
    in_every_look(page)
    page.get_by_role("button", name="Let it go for").click()
    expect(page.get_by_text("Nobody is grading it now.")).to_be_visible()


def test_every_page_of_assignments_is_looked_at_by_some_test(room: Any, cast: Cast) -> None:
    routes = {path.name for path in urlpatterns}
    pages = {name for verb, name in MATRIX if verb == "get" and name in routes} - set(NO_PAGE)
    elsewhere = {name for names in LOOKED_AT.values() for name in names}
    here = {name for name, _address in (*of_teachers(room, cast), *of_students(room))}
    assert pages == elsewhere | here, sorted(pages ^ (elsewhere | here))
    for file in LOOKED_AT:
        text = (Path(__file__).parent / file).read_text()
        assert re.search(r"\blook: Page|LOOKS\b|looks\(|in_every_look|color_scheme", text), file
        assert "axe(" in text or "in_every_look" in text, file
