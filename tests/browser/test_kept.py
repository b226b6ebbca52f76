"""What is kept, in a real browser: one's own work, removed work, pictures of paper, a class from a file, answers."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page, expect

from assignments import actions, exports, scans
from assignments.models import Assignment, Submission
from destalin_site.common import clock
from destalin_site.common.ids import uuid7
from tests.assignments import work
from tests.assignments.pictures import SVG, photo
from tests.assignments.test_scans import file
from tests.browser.helpers import axe, fits, signed_in
from tests.cast import Cast


@pytest.fixture
def kept(live_server: object, cast: Cast) -> Submission:
    """On paper, in one assignment; in another, which was taken away from the student, returned to her."""
    edition = work.make_edition()
    gone, assignment = (work.make_assignment(cast, edition, title=title) for title in ("The thaw", "Walls"))
    returned = work.submission_of(gone, cast.student)
    work.hand_in(returned)
    work.mark(returned, cast.teacher)
    actions.return_grade(work.reread(returned), by=cast.teacher)
    fresh = Assignment.objects.get(pk=gone.pk)
    actions.update_assignment(fresh, audience=[cast.classmate.pk], if_version=fresh.version, by=cast.teacher)
    on_paper = work.submission_of(assignment, cast.student)
    actions.hand_in_for(
        on_paper,
        body=work.body_for(assignment, "Nobody was asked, says the paper.", single=[1]),
        reason="Her tablet broke",
        client_attempt_id=uuid7(),
        edition=edition.pk,
        by=cast.teacher,
        received_at=clock.now(),
        scans=scans.read([file(photo((600, 800))), file(photo((800, 600)))]),
    )
    return work.reread(on_paper)


def test_the_pages_in_every_look(look: Page, cast: Cast, kept: Submission) -> None:
    room, given = cast.room.pk, kept.assignment_id
    gone = Assignment.objects.get(title="The thaw").pk
    removed = Submission.objects.get(assignment=gone, student=cast.student).pk
    for person, address, words in (
        (cast.student, "/work/all/", "Take it along"),
        (cast.student, f"/work/{kept.pk}/receipts/1/", "The paper"),
        (cast.teacher, f"/submissions/{kept.pk}/grading/", "The paper"),
        (cast.teacher, f"/submissions/{kept.pk}/print/", "The paper"),
        (cast.teacher, f"/assignments/{gone}/board/?show=removed", "Bring back"),
        (cast.teacher, f"/submissions/{removed}/grading/", "Points so far"),
        (cast.teacher, f"/submissions/{removed}/print/", "Well seen."),
        (cast.teacher, f"/classes/{room}/?show=removed", "Bring back who left the class"),
        (cast.teacher, f"/classes/{room}/import/everything/", "What comes back, and what does not"),
        (cast.teacher, f"/assignments/{given}/answers/?words=nobody", "Nobody was asked, says the paper."),
    ):
        signed_in(look, person).goto(address)
        expect(look.get_by_text(words).first).to_be_visible()
        axe(look)
        fits(look)
    classmates = work.submission_of(kept.assignment, cast.classmate)
    look.goto(f"/submissions/{classmates.pk}/hand-in-for/")
    expect(look.get_by_label("Pictures of the paper")).to_be_visible()
    axe(look)
    fits(look)
    look.get_by_label("Why you hand it in").fill("On paper")
    drawn = {"name": "paper.svg", "mimeType": "image/svg+xml", "buffer": SVG}
    look.get_by_label("Pictures of the paper").set_input_files(drawn)  # type: ignore[arg-type]
    look.get_by_role("button", name="Hand in for").click()
    expect(look.get_by_role("alert")).to_be_visible()
    axe(look)
    fits(look)
    look.goto(f"/classes/{room}/import/everything/")
    document = json.loads(b"".join(exports.everything(cast.room, by=cast.teacher, now=clock.now()).parts))
    (marks,) = [row for row in document["marks"] if row["submission"] == str(kept.pk)]
    marks["feedback"] = "Look again."
    sent = {"name": "class.json", "mimeType": "application/json", "buffer": json.dumps(document).encode()}
    look.get_by_label("The class as it was exported").set_input_files(sent)  # type: ignore[arg-type]
    look.get_by_role("button", name="See how it compares").click()
    expect(look.get_by_role("heading", name="How the file compares with the class")).to_be_visible()
    axe(look)
    fits(look)
