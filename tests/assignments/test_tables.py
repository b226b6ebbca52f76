"""A question that is answered in a table, from the desk to the report."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from assignments import actions, answers, readings, upgrade_previews
from assignments.exports import written
from assignments.history import check_all
from assignments.models import AnswerPart, Assignment, Draft, EditionMove, ParkedCopy, Submission
from destalin_site.common import clock
from destalin_site.common.errors import ValidationFailed
from destalin_site.common.ids import uuid7
from lessons.models import Edition
from tests.api_client import ApiClient
from tests.assignments import edited, revised, work
from tests.cast import Cast
from tests.lessons import factories

pytestmark = pytest.mark.django_db

CELLS = ("The mason, Who speaks", "The mason, What it cannot tell", "The foreman, Who speaks")
LAST = "The foreman, What it cannot tell"


def make_edition(**fields: Any) -> Edition:
    """A table of two sources by two columns, required, and a short answer that is not."""
    asked = factories.table(points="4", **fields)
    short = factories.question("short", "And then?", points="1", required=False)
    return factories.make_edition(
        sections=[("Before", [("paragraph", f"<p>{work.TEXT}</p>"), ("question", asked), ("question", short)])]
    )


@pytest.fixture
def assignment(cast: Cast) -> Assignment:
    return work.make_assignment(cast, make_edition())


@pytest.fixture
def submission(cast: Cast, assignment: Assignment) -> Submission:
    return work.submission_of(assignment, cast.student)


def places(assignment: Assignment) -> dict[str, tuple[str, str]]:
    """Row and column of each cell, by what it is called."""
    (question,) = (one for one in readings.document(assignment.edition_id).questions if one["kind"] == "table")
    return {
        f"{row['text']}, {column['text']}": (row["id"], column["id"])
        for row in question["rows"]
        for column in question["columns"]
    }


def table(assignment: Assignment) -> answers.Question:
    return next(one for one in readings.questions(assignment).values() if one.is_table)


def body(assignment: Assignment, **cells: Any) -> dict[str, Any]:
    """Cells by what they are called, with their words."""
    at = places(assignment)
    blocks = [
        {"id": f"b-{name}", "kind": "cell", "row": at[name][0], "column": at[name][1], "text": text, "citations": []}
        for name, text in cells.items()
    ]
    return {"answers": [{"question": table(assignment).id, "blocks": blocks}]}


def three(assignment: Assignment) -> dict[str, Any]:
    found = body(assignment, **dict(zip(CELLS, ("A mason.", "Who paid.", "His foreman."), strict=True)))
    found["answers"][0]["blocks"][0]["citations"] = [work.cited(assignment.edition_id)]
    return found


def browser(somebody: User) -> Client:
    client = Client()
    client.force_login(somebody, backend="django.contrib.auth.backends.ModelBackend")
    return client


def shown(somebody: User, name: str, *args: object, **query: str) -> str:
    answer = browser(somebody).get(reverse(name, args=args), query)
    assert answer.status_code == 200
    return str(answer.content.decode())


# --- Writing ----------------------------------------------------------------------------------------------------------


def test_the_desk_without_scripts_has_a_field_for_each_cell_and_keeps_what_is_written(
    cast: Cast, assignment: Assignment, submission: Submission
) -> None:
    hers = browser(cast.student)
    page: Any = hers.get(reverse("desk", args=[submission.pk]))
    desk = page.context_data["desk"]
    cells = {block.cell: block for block in desk.boxes[0].blocks}
    assert list(cells) == [*CELLS, LAST]
    assert "4 empty cells" in page.content.decode()
    sent = {"base": json.dumps(desk.base), "rev": desk.rev, "do": "cite", "target": cells[CELLS[0]].id}
    passage = next(readings.document(assignment.edition_id).citable_blocks())["id"]
    sent |= {"passage": passage, "stance": "supports", f"text-{cells[CELLS[1]].id}": "Who paid."}
    assert hers.post(reverse("desk", args=[submission.pk]), sent).status_code == 302
    (answer,) = Draft.objects.get(submission=submission).body["answers"]
    at = places(assignment)
    assert [((each["row"], each["column"]), each["text"], len(each["citations"])) for each in answer["blocks"]] == [
        (at[CELLS[0]], "", 1),
        (at[CELLS[1]], "Who paid.", 0),
    ]


def test_a_body_with_a_cell_that_is_not_there_is_set_aside_as_it_came(
    cast: Cast, assignment: Assignment, submission: Submission
) -> None:
    wrong = three(assignment)
    wrong["answers"][0]["blocks"][0]["row"] = "gone"
    with pytest.raises(ValidationFailed):
        actions.save_draft(submission, body=wrong, if_rev=0, by=cast.student)
    copy = ParkedCopy.objects.get(submission=submission)
    assert copy.body == wrong
    right = three(assignment)
    actions.save_draft(submission, body=right, if_rev=0, by=cast.student)
    both = shown(cast.student, "parked-copy", submission.pk, copy.pk)
    assert "His foreman." in both


def test_handing_in_says_how_many_cells_are_empty(cast: Cast, assignment: Assignment, submission: Submission) -> None:
    actions.save_draft(submission, body=three(assignment), if_rev=0, by=cast.student)
    assert "(1 empty cell)" in shown(cast.student, "hand-in", submission.pk)
    with pytest.raises(ValidationFailed) as refused:
        work.hand_in(submission, three(assignment))
    assert [row["pointer"] for row in refused.value.extra["errors"]] == [f"/questions/{table(assignment).id}"]
    assert work.hand_in(work.reread(submission), three(assignment), incomplete=True).attempt.incomplete


def test_a_full_table_is_handed_in_whole_and_each_cell_is_a_row(assignment: Assignment, submission: Submission) -> None:
    full = three(assignment)
    full["answers"][0]["blocks"] += body(assignment, **{LAST: "Who counted."})["answers"][0]["blocks"]
    attempt = work.hand_in(submission, full).attempt
    assert not attempt.incomplete
    at = places(assignment)
    assert [(part.kind, (part.row, part.column), part.text) for part in attempt.parts.order_by("place")][-1] == (
        "cell",
        at[LAST],
        "Who counted.",
    )
    assert attempt.citations.get().quote == "nobody was asked"
    assert list(check_all()) == []


def test_a_teacher_hands_in_a_table_from_paper(cast: Cast, assignment: Assignment, submission: Submission) -> None:
    hers = browser(cast.teacher)
    address = reverse("hand-in-for", args=[submission.pk])
    assert f'aria-label="{CELLS[0]}"' in hers.get(address).content.decode()
    name = f"cell-{table(assignment).id}-3"
    sent = {"edition": assignment.edition_id, "client_attempt_id": str(uuid7()), "reason": "", name: "His foreman."}
    again = hers.post(address, sent)
    assert again.status_code == 422
    assert ">His foreman.</textarea>" in again.content.decode()
    assert hers.post(address, sent | {"reason": "On paper"}).status_code == 302
    (block,) = work.reread(submission).attempts.get().body["answers"][0]["blocks"]
    assert (block["text"], (block["row"], block["column"])) == ("His foreman.", places(assignment)[CELLS[2]])


# --- Reading ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def handed_in(assignment: Assignment, submission: Submission) -> Submission:
    work.hand_in(submission, three(assignment), incomplete=True)
    return work.reread(submission)


def test_whoever_reads_it_sees_a_table(cast: Cast, handed_in: Submission) -> None:
    pages = [
        shown(cast.teacher, "grade", handed_in.pk),
        shown(cast.teacher, "grade-question", handed_in.assignment_id, 1),
        shown(cast.student, "receipt", handed_in.pk, 1),
    ]
    work.mark(handed_in, cast.teacher)
    actions.return_grade(handed_in, by=cast.teacher)
    pages += [shown(cast.student, "feedback", handed_in.pk), shown(cast.student, "submission-print", handed_in.pk)]
    for page in pages:
        assert '<th scope="row" role="rowheader">The mason</th>' in page
        assert "His foreman." in page
        assert "1 empty cell" in page


def test_a_comment_stands_on_words_of_a_cell(cast: Cast, assignment: Assignment, handed_in: Submission) -> None:
    address = reverse("grade-comment", args=[handed_in.pk])
    where = {"question": table(assignment).id, "block": f"b-{CELLS[1]}", "words": "Who paid", "passage": ""}
    said = {"key": str(uuid7()), "rev": "", "attempt": 1, **where, "body": "And why?"}
    assert browser(cast.teacher).post(address, said).status_code == 302
    page = shown(cast.teacher, "grade", handed_in.pk)
    assert "And why?" in page
    assert f"on “{CELLS[1]}” of answer 1" in page


def test_a_redraft_is_told_cell_by_cell(cast: Cast, assignment: Assignment, handed_in: Submission) -> None:
    later = three(assignment)
    later["answers"][0]["blocks"][1]["text"] = "Who paid, and why."
    work.hand_in(handed_in, later, incomplete=True)
    page = shown(cast.teacher, "grade", handed_in.pk)
    assert "The mason, What it cannot tell: Who <del>" in page
    assert "paid, and why.</ins>" in page


def test_the_export_of_answers_has_a_row_for_each_cell(
    cast: Cast, assignment: Assignment, handed_in: Submission
) -> None:
    head, *rows = written.rows(assignment, viewer=cast.teacher, now=clock.now())
    told = [dict(zip(head, row, strict=True)) for row in rows]
    hers = [row for row in told if row["submission_id"] == handed_in.pk]
    assert [(row["Row"], row["Column"], row["Answer"], row["Citations"]) for row in hers] == [
        ("The mason", "Who speaks", "A mason.", 1),
        ("The mason", "What it cannot tell", "Who paid.", 0),
        ("The foreman", "Who speaks", "His foreman.", 0),
        ("The foreman", "What it cannot tell", "", 0),
        ("", "", "", 0),
    ]


def test_the_report_says_how_full_the_table_is_and_leads_to_each_cell(
    cast: Cast, api: ApiClient, assignment: Assignment, handed_in: Submission
) -> None:
    page = shown(cast.teacher, "assignment-report", assignment.pk)
    assert "1 answered. 1 cell of theirs is empty." in page
    row, column = places(assignment)[CELLS[2]]
    address = f"{reverse('assignment-answers', args=[assignment.pk])}?question={table(assignment).id}"
    assert f"{address}&amp;row={row}&amp;column={column}" in page
    read = shown(
        cast.teacher, "assignment-answers", assignment.pk, question=table(assignment).id, row=row, column=column
    )
    assert "What stands in “The foreman, Who speaks”" in read
    assert "His foreman." in read
    assert "Who paid." not in read
    found = api.as_(cast.teacher).get(f"/api/v1/assignments/{assignment.pk}/report").json()["questions"][0]["cells"]
    assert (found["answered"], found["unanswered"], found["empty"]) == (1, 0, 1)
    assert {"row": row, "column": column, "count": 1} in found["filled"]


def test_cells_are_asked_for_over_rest(
    cast: Cast, api: ApiClient, assignment: Assignment, handed_in: Submission
) -> None:
    row, column = places(assignment)[CELLS[1]]
    address = f"/api/v1/assignments/{assignment.pk}/answers"
    (one,) = api.as_(cast.teacher).get(f"{address}?row={row}&column={column}").json()["results"]
    assert (one["kind"], one["row"], one["column"], one["text"]) == ("cell", row, column, "Who paid.")
    assert len(api.as_(cast.teacher).get(f"{address}?kind=cell&contains=foreman").json()["results"]) == 1


def test_a_draft_of_cells_is_saved_over_rest_and_read_back(
    cast: Cast, api: ApiClient, assignment: Assignment, submission: Submission
) -> None:
    hers, said = api.as_(cast.student), three(assignment)
    saved = hers.put(
        f"/api/v1/submissions/{submission.pk}/draft",
        {"body": said},
        headers={"If-Match": '"d0"'},
    )
    assert saved.status_code == 200
    assert hers.get(f"/api/v1/submissions/{submission.pk}/draft").json()["body"] == said
    assert AnswerPart.objects.count() == 0, "a draft is no hand-in"


# --- Another edition --------------------------------------------------------------------------------------------------


def test_the_answers_page_tells_what_was_answered_and_not_what_is_asked_now(
    cast: Cast, assignment: Assignment, handed_in: Submission
) -> None:
    lesson = assignment.edition.lesson
    section = lesson.sections.first()
    stream = section.body.get_prep_value()
    (asked,) = (block for block in stream if block["type"] == "question" and block["value"]["kind"] == "table")
    stream.remove(asked)
    section.body = json.dumps(stream)
    lesson.sections = [section]
    edition = factories.publish(lesson)
    actions.upgrade_edition(
        assignment, from_edition=assignment.edition_id, to_edition=edition.pk, scope="all", by=cast.teacher
    )
    page = shown(cast.teacher, "assignment-answers", assignment.pk, words="foreman")
    assert "Question 1" in page
    assert "The foreman, Who speaks" in page


def without(edition: Edition, field: str, text: str) -> Edition:
    """Published once more, with a table that has not this row or column."""

    def change(blocks: revised.Blocks) -> revised.Blocks:
        for block in blocks:
            value = block["value"]
            if block["type"] == "question" and value["kind"] == "table":
                value[field] = [each for each in value[field] if each["value"] != text]
        return blocks

    return revised.revised(edition, change)


@pytest.mark.parametrize(
    ("field", "text", "told"),
    [
        ("rows", "The foreman", "Question 1, the row “The foreman”"),
        ("columns", "What it cannot tell", "Question 1, the column “What it cannot tell”"),
    ],
)
def test_who_looks_at_another_edition_is_told_which_rows_and_columns_it_has_no_more(
    cast: Cast, api: ApiClient, field: str, text: str, told: str
) -> None:
    """Question and prompt stay, and what students wrote in these cells is not handed in all the same."""
    wide = make_edition(columns=("Who speaks", "What it cannot tell", "How far to trust it"))
    assignment = work.make_assignment(cast, wide)
    submission = work.submission_of(assignment, cast.student)
    actions.save_draft(submission, body=three(assignment), if_rev=0, by=cast.student)
    new = without(assignment.edition, field, text)
    (origin,) = upgrade_previews.preview(assignment, cast.teacher).origins
    assert (origin.gone, origin.parts_gone, origin.counts.aside) == ((), (told,), 1)
    page = shown(cast.teacher, "assignment-upgrade", assignment.pk)
    assert told in page
    assert "1 draft answers what is asked no more." in page
    (row,) = api.as_(cast.teacher).get(f"/api/v1/assignments/{assignment.pk}/upgrade").json()["origins"]
    assert (row["questions_gone"], row["parts_gone"], row["answers_aside"]) == ([], [told], 1)
    sides = {"from_edition": assignment.edition_id, "to_edition": new.pk}
    actions.upgrade_edition(assignment, **sides, scope="all", by=cast.teacher)
    kept = EditionMove.objects.get(submission=submission).kept
    assert len(kept["cells"]) == 1


def test_nothing_is_gone_from_a_table_that_has_a_row_more_or_is_not_asked(
    cast: Cast, assignment: Assignment, submission: Submission
) -> None:
    old = assignment.edition
    short = next(name for name, each in readings.questions(assignment).items() if not each.is_table)
    other = work.make_assignment(cast, old, questions=[short])
    new = without(old, "rows", "The foreman")
    actions.upgrade_edition(assignment, from_edition=old.pk, to_edition=new.pk, scope="all", by=cast.teacher)
    back = upgrade_previews.preview(edited.fresh(assignment), cast.teacher, to=old.pk)
    assert [origin.parts_gone for origin in back.origins] == [()]
    assert [origin.parts_gone for origin in upgrade_previews.preview(other, cast.teacher).origins] == [()]


def test_the_public_page_shows_the_table_that_is_asked_for(cast: Cast, assignment: Assignment) -> None:
    page = Client().get(f"/lessons/{assignment.edition.lesson.slug}/").content.decode()
    assert '<th scope="col">Who speaks</th>' in page
    assert '<th scope="row">The mason</th>' in page
