"""Files from the boards and work on paper, in a real browser."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from assignments import actions, exports
from assignments.models import Assignment, Grade, Submission
from destalin_site.common import clock
from tests.assignments import corrected, work
from tests.browser.helpers import axe, fits, signed_in
from tests.cast import PASSWORD, Cast


@pytest.fixture
def returned(live_server: object, cast: Cast) -> Submission:
    """Came back to the student, with words of the lesson and of a source cited."""
    source = corrected.make_source()
    assignment = work.make_assignment(cast, corrected.make_edition(source), title="The closed session")
    submission = work.submission_of(assignment, cast.student)
    work.hand_in(submission, corrected.citing(assignment))
    marks = [{**mark, "comment": "Who decided, and where is that written?"} for mark in work.full_marks(assignment)]
    work.mark(submission, cast.teacher, questions=marks, feedback="Well cited. Now weigh the two against each other.")
    actions.return_grade(submission, by=cast.teacher)
    return work.reread(submission)


@pytest.fixture
def assignment(returned: Submission) -> Assignment:
    return returned.assignment


def test_a_teacher_says_who_she_is_and_takes_the_marks(
    page: Page, cast: Cast, assignment: Assignment, tmp_path: Path
) -> None:
    signed_in(page, cast.teacher).goto(f"/assignments/{assignment.pk}/board/")
    page.get_by_text("Export", exact=True).click()
    page.get_by_role("link", name="Marks CSV").click()
    expect(page.get_by_role("heading", name="Is it you?")).to_be_visible()
    expect(page.get_by_text("Names of students leave the site")).to_be_visible()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    # Back on the board, with the menu open.
    expect(page.get_by_role("link", name="Marks CSV")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Marks CSV").click()
    assert download.value.suggested_filename.startswith("the-closed-session-marks-")
    download.value.save_as(tmp_path / "marks.csv")
    with (tmp_path / "marks.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {row["Student"]: row for row in csv.DictReader(file)}
    assert (rows["Student"]["Score"], rows["Classmate"]["mark"]) == ("4", "not_scored")
    expect(page.get_by_role("heading", name="The closed session")).to_be_visible()


def test_the_menus_in_every_look(look: Page, cast: Cast, assignment: Assignment) -> None:
    signed_in(look, cast.teacher)
    for address in (f"/classes/{cast.room.pk}/", f"/assignments/{assignment.pk}/board/"):
        look.goto(address)
        look.get_by_text("Export", exact=True).click()
        expect(look.locator("#export-files")).to_be_visible()
        axe(look)
        fits(look)


def test_a_piece_of_work_on_paper_in_every_look(look: Page, cast: Cast, returned: Submission) -> None:
    for person in (cast.teacher, cast.student):
        signed_in(look, person).goto(f"/submissions/{returned.pk}/print/")
        expect(look.get_by_role("button", name="Print")).to_be_visible()
        axe(look)
        fits(look)


def test_marks_without_a_hand_in_on_paper_in_every_look(look: Page, cast: Cast, assignment: Assignment) -> None:
    owed = work.submission_of(assignment, cast.classmate)
    nought = [{**mark, "points": Decimal(0), "comment": "Nothing came."} for mark in work.full_marks(assignment)]
    work.mark(owed, cast.teacher, questions=nought, feedback="We spoke about it.")
    actions.return_grade(owed, by=cast.teacher, without_submission=True)
    signed_in(look, cast.teacher).goto(f"/submissions/{owed.pk}/print/")
    expect(look.locator(".answered").get_by_text("Nothing was handed in.")).to_be_visible()
    expect(look.locator(".answered").get_by_text("0 of 4")).to_be_visible()
    axe(look)
    fits(look)


def test_on_paper_stands_the_work_and_nothing_to_press(page: Page, cast: Cast, returned: Submission) -> None:
    signed_in(page, cast.teacher).goto(f"/submissions/{returned.pk}/print/")
    page.emulate_media(media="print")
    expect(page.get_by_text("It was decided elsewhere.")).to_be_visible()
    expect(page.get_by_text("Well cited.")).to_be_visible()
    expect(page.get_by_text("They pay by the stone.")).to_be_visible()
    expect(page.get_by_role("button")).to_have_count(0)
    expect(page.get_by_role("navigation")).to_have_count(0)
    expect(page.locator(".no-print")).to_be_hidden()


def test_marks_that_were_changed_in_a_spreadsheet_come_back_as_drafts(
    page: Page, cast: Cast, returned: Submission, tmp_path: Path
) -> None:
    raw = b"".join(exports.marks(returned.assignment, by=cast.teacher, now=clock.now()).parts)
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))
    for row in rows[1:]:
        row[-2:] = ["3,5", "Weigh them."] if row[0] == "Student" else ["90", ""]
    with (tmp_path / "marks.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";").writerows(rows)
    signed_in(page, cast.teacher).goto(f"/assignments/{returned.assignment_id}/board/")
    page.get_by_text("Export", exact=True).click()
    page.get_by_role("link", name="Read changed marks back from a file").click()
    page.get_by_label("File of marks").set_input_files(tmp_path / "marks.csv")
    page.get_by_role("button", name="See what it would change").click()
    expect(page.get_by_role("status")).to_contain_text("The marks of 1 student would be changed. 1 row cannot be used.")
    expect(page.get_by_role("list").filter(has_text="Weigh them.")).to_contain_text("Well cited.")
    page.get_by_role("button", name="Change the marks of 1 student").click()
    expect(page.get_by_role("heading", name="Marks read back")).to_be_visible()
    grade = Grade.objects.get(submission=returned, status="draft")
    assert (grade.override, grade.feedback) == (Decimal("3.5"), "Weigh them.")


def test_the_pages_of_marks_that_come_back_in_every_look(
    look: Page, cast: Cast, returned: Submission, tmp_path: Path
) -> None:
    signed_in(look, cast.teacher).goto(f"/assignments/{returned.assignment_id}/import/marks/")
    axe(look)
    fits(look)
    for name, text in [("none.csv", "name;points"), ("marks.csv", None)]:
        if text is None:
            raw = b"".join(exports.marks(returned.assignment, by=cast.teacher, now=clock.now()).parts)
            rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))
            for row in rows[1:]:
                row[-2:] = ["3.5", "Weigh them.\n" * 3] if row[0] == "Student" else ["90", ""]
            out = io.StringIO(newline="")
            csv.writer(out).writerows(rows)
            text = out.getvalue()
        (tmp_path / name).write_text(text, encoding="utf-8", newline="")
        look.get_by_label("File of marks").set_input_files(tmp_path / name)
        look.get_by_role("button", name="See what it would change").click()
        expect(
            look.get_by_text("columns are missing").first if name == "none.csv" else look.get_by_role("status")
        ).to_be_visible()
        axe(look)
        fits(look)
    look.get_by_role("button", name="Change the marks").click()
    expect(look.get_by_role("heading", name="Marks read back")).to_be_visible()
    axe(look)
    fits(look)
