"""Words that are not their document's own say so wherever work shows or exports them."""

import csv
import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from assignments import actions, exports
from assignments.models import Submission
from destalin_site.common import clock
from tests.assignments import corrected, work
from tests.cast import Cast

pytestmark = pytest.mark.django_db

LABEL = "Study paraphrase"


def page(person: Any, name: str, *args: Any) -> str:
    client = Client()
    client.force_login(person)
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == 200
    return answer.content.decode()


def handed_in(cast: Cast, *, paraphrase: bool) -> Submission:
    """Work that cites a source once and the lesson's own words once."""
    edition = corrected.make_edition(corrected.make_source(paraphrase=paraphrase))
    assignment = work.make_assignment(cast, edition)
    submission = work.submission_of(assignment, cast.student)
    work.hand_in(submission, corrected.citing(assignment))
    return work.reread(submission)


def cited(text: str) -> str:
    return text[text.index("ited passages") if "ited passages" in text else text.index("What you cited") :]


@pytest.mark.parametrize("paraphrase", [True, False])
def test_a_citation_of_a_paraphrase_is_labelled_on_every_page_of_the_work(cast: Cast, paraphrase: bool) -> None:
    submission = handed_in(cast, paraphrase=paraphrase)
    desk = page(cast.student, "desk", submission.pk)
    # The label of what does not need it is hidden: the lesson's words, and the template of the script.
    assert desk.count("<span data-paraphrase>") == paraphrase
    assert desk.count("<span data-paraphrase hidden>") == 3 - paraphrase
    assert ('"paraphrase": true' in desk) is paraphrase
    assert cited(page(cast.student, "receipt", submission.pk, 1)).count(LABEL) == paraphrase
    assert page(cast.teacher, "grade", submission.pk).count(LABEL) == paraphrase
    work.mark(submission, cast.teacher)
    actions.return_grade(work.reread(submission), by=cast.teacher)
    assert cited(page(cast.student, "feedback", submission.pk)).count(LABEL) == paraphrase
    assert cited(page(cast.student, "submission-print", submission.pk)).count(LABEL) == paraphrase


@pytest.mark.parametrize("paraphrase", [True, False])
def test_the_files_say_which_quotations_are_paraphrases(cast: Cast, paraphrase: bool) -> None:
    submission = handed_in(cast, paraphrase=paraphrase)
    file = exports.answers(submission.assignment, by=cast.teacher, now=clock.now())
    lines = b"".join(file.parts).decode("utf-8-sig").splitlines(keepends=True)
    row = next(row for row in csv.DictReader(lines) if row["Student"] == "Student")
    assert row["paraphrases"] == str(int(paraphrase))
    assert row["Cited"].count("A wall, A1, study paraphrase") == paraphrase
    assert row["Cited"].count("study paraphrase") == paraphrase
    whole = json.loads(b"".join(exports.everything(cast.room, by=cast.teacher, now=clock.now()).parts))
    (edition,) = whole["editions"]
    assert edition["id"] == whole["attempts"][0]["edition"]
    (source,) = submission.assignment.edition.read().sources
    assert edition["paraphrases"] == ([source["id"]] if paraphrase else [])
