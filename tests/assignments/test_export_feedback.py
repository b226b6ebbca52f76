"""Feedback as a folder: one page for each student whose work came back, in a zip that is written while it is sent."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from accounts import actions as people
from accounts.models import AuditEntry, User
from assignments import actions, exports
from assignments.exports import papers
from assignments.models import Assignment, Attempt, Submission
from destalin_site.common import clock
from destalin_site.common.ids import uuid7
from tests.api_client import ApiClient
from tests.assignments import corrected, remarks, revised, work
from tests.cast import Cast, person

pytestmark = pytest.mark.django_db

Queries = Callable[[Callable[[], object]], int]


@pytest.fixture
def assignment(cast: Cast) -> Assignment:
    return work.make_assignment(cast, remarks.make_edition(), resubmission=True)


def give_back(assignment: Assignment, student: User, by: User, body: str = remarks.BODY) -> Submission:
    submission = work.submission_of(assignment, student)
    work.hand_in(submission, work.body_for(assignment, citations=[work.cited(assignment.edition_id)]))
    work.mark(submission, by)
    remarks.comment(submission, by, body=body, passage=passage_of(submission))
    actions.return_grade(submission, by=by)
    return submission


def passage_of(submission: Submission) -> dict[str, Any]:
    citation = work.cited(submission.assignment.edition_id)
    return {"source": citation["source"], "anchor": citation["anchor"]}


def packed(assignment: Assignment, by: User) -> bytes:
    return b"".join(exports.feedback(assignment, by=by, now=clock.now()).parts)


def opened(assignment: Assignment, by: User) -> zipfile.ZipFile:
    folder = zipfile.ZipFile(io.BytesIO(packed(assignment, by)))
    assert folder.testzip() is None
    return folder


def index_of(folder: zipfile.ZipFile) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(folder.read(papers.INDEX).decode("utf-8-sig"), newline="")))


def test_each_student_whose_work_came_back_has_a_page_and_a_line(cast: Cast, assignment: Assignment) -> None:
    hers = give_back(assignment, cast.student, cast.teacher)
    work.hand_in(work.submission_of(assignment, cast.classmate))
    work.mark(work.submission_of(assignment, cast.classmate), cast.teacher, feedback="Not for his eyes.")
    folder = opened(assignment, cast.teacher)
    page, index = folder.namelist()
    assert (page, index) == (f"Student {hers.pk.hex[-8:]}.html", "index.csv")
    shown = folder.read(page).decode()
    for words in ("decided elsewhere", remarks.BODY, "Well seen.", "4 of 4", "The wall went up in a night"):
        assert words in shown
    assert "Not for his eyes." not in shown
    (line,) = index_of(folder)
    assert (line["File"], line["Score"], line["Comments"], line["submission_id"]) == (page, "4", "1", str(hers.pk))
    assert AuditEntry.objects.filter(action="feedback exported", actor=cast.teacher).count() == 1


def test_a_page_reaches_for_nothing_outside_of_itself(cast: Cast, assignment: Assignment) -> None:
    give_back(assignment, cast.student, cast.teacher, body="See <script src='https://elsewhere.example/x.js'></script>")
    folder = opened(assignment, cast.teacher)
    shown = folder.read(folder.namelist()[0]).decode()
    assert "<style>:root" in shown or "<style>/*" in shown
    assert re.findall(r"<(?:script|link|img|iframe|object|base|form)\b", shown) == []
    assert re.findall(r"""(?:href|src|action)=["'](?!#)[^"']*""", shown) == []
    assert "@import" not in shown
    assert "url(" not in shown
    assert "<button" not in shown


def test_what_is_drafted_since_is_in_no_page(cast: Cast, assignment: Assignment) -> None:
    hers = work.reread(give_back(assignment, cast.student, cast.teacher))
    actions.claim(hers, by=cast.teacher)
    remarks.comment(hers, cast.teacher, "decided", body="Drafted since.")
    folder = opened(assignment, cast.teacher)
    assert "Drafted since." not in folder.read(folder.namelist()[0]).decode()
    assert index_of(folder)[0]["Comments"] == "1"


def test_what_is_taken_back_while_it_is_read_costs_nobody_else_her_comments(
    cast: Cast, assignment: Assignment, monkeypatch: pytest.MonkeyPatch
) -> None:
    User.objects.filter(pk=cast.student.pk).update(display_name="Aaron First")
    hers = give_back(assignment, cast.student, cast.teacher)
    his = give_back(assignment, cast.classmate, cast.teacher)
    read = papers._comments

    def taken_back_since(*args: Any) -> Iterator[Any]:
        found = list(read(*args))
        actions.recall(work.reread(hers), reason="Too soon", by=cast.teacher)
        return iter(found)

    monkeypatch.setattr(papers, "_comments", taken_back_since)
    (line,) = index_of(opened(assignment, cast.teacher))
    assert (line["submission_id"], line["Comments"]) == (str(his.pk), "1")


def test_a_page_has_the_comments_of_the_grade_that_it_shows(
    cast: Cast, assignment: Assignment, monkeypatch: pytest.MonkeyPatch
) -> None:
    hers = give_back(assignment, cast.student, cast.teacher)
    read = papers._comments

    def returned_anew_before(*args: Any) -> Iterator[Any]:
        found = list(read(*args))
        work.hand_in(work.reread(hers))
        work.mark(work.reread(hers), cast.teacher)
        actions.return_grade(work.reread(hers), by=cast.teacher)
        return iter(found)

    monkeypatch.setattr(papers, "_comments", returned_anew_before)
    folder = opened(assignment, cast.teacher)
    assert remarks.BODY not in folder.read(folder.namelist()[0]).decode()
    assert index_of(folder)[0]["Comments"] == "0"


def test_where_nothing_came_back_there_is_an_index_without_lines(cast: Cast, assignment: Assignment) -> None:
    folder = opened(assignment, cast.teacher)
    assert folder.namelist() == [papers.INDEX]
    assert index_of(folder) == []


def test_the_same_work_gives_the_same_bytes(cast: Cast, assignment: Assignment) -> None:
    give_back(assignment, cast.student, cast.teacher)
    give_back(assignment, cast.classmate, cast.teacher)
    assert packed(assignment, cast.teacher) == packed(assignment, cast.teacher)


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("../../etc/passwd", "etc passwd"),
        ("..\\..\\boot", "boot"),
        ("C:evil*?", "C evil"),
        ("CON", "_CON"),
        ("aux.txt", "_aux.txt"),
        ("lpt1 .x", "_lpt1 .x"),
        ("J. Kowalski.", "J. Kowalski"),
        ("e\u0301lodie", "élodie"),
        ("Ann\u202egpj.exe", "Ann gpj.exe"),
        ("a\nb\x00c", "a b c"),
        ("...", "student"),
        ("n" * 200, "n" * 60),
        ("Łucja Żółć", "Łucja Żółć"),
    ],
)
def test_a_name_is_a_name_of_a_file_on_every_system(name: str, start: str) -> None:
    made = papers.file_name(name, uuid7(), set())
    stem = made.removesuffix(".html").rpartition(" ")[0]
    assert stem == start
    assert not re.search(r'[<>:"/\\|?*\x00-\x1f]', made)
    assert made == unicodedata.normalize("NFC", made)
    assert len(made.encode()) < 255


def test_two_of_one_name_have_a_file_each(cast: Cast, assignment: Assignment) -> None:
    User.objects.filter(pk__in=[cast.student.pk, cast.classmate.pk]).update(display_name="Anna Nowak")
    for student in (cast.student, cast.classmate):
        student.refresh_from_db()
        give_back(assignment, student, cast.teacher)
    names = opened(assignment, cast.teacher).namelist()
    assert len(set(names)) == 3
    one = uuid7()
    first = papers.file_name("Anna", one, set())
    assert papers.file_name("anna", one, {first.casefold()}).casefold() != first.casefold()


def test_a_name_that_a_spreadsheet_would_compute_is_a_text_in_the_index(cast: Cast, assignment: Assignment) -> None:
    User.objects.filter(pk=cast.student.pk).update(display_name="=1+1")
    cast.student.refresh_from_db()
    give_back(assignment, cast.student, cast.teacher)
    assert index_of(opened(assignment, cast.teacher))[0]["Student"] == "'=1+1"


def test_it_costs_the_same_number_of_queries_for_two_students_and_for_thirty(
    cast: Cast, assignment: Assignment, queries: Queries
) -> None:
    for student in (cast.student, cast.classmate):
        give_back(assignment, student, cast.teacher)
    few = queries(lambda: packed(assignment, cast.teacher))
    for n in range(28):
        joined = person(f"joined_{n}", school=cast.school)
        people.add_member(cast.room, username=joined.username, role="student", by=cast.teacher)
        give_back(assignment, joined, cast.teacher)
    assert queries(lambda: packed(assignment, cast.teacher)) == few


def test_corrections_are_asked_once_for_all_the_editions_that_were_written_for(cast: Cast, queries: Queries) -> None:
    source = corrected.make_source()
    edition = corrected.make_edition(source)
    one, several = (work.make_assignment(cast, edition, title=title) for title in ("One", "Several"))
    for n, student in enumerate((cast.student, cast.classmate)):
        for assignment in (one, several):
            submission = work.reread(work.submission_of(assignment, student))
            submission.assignment = submission.given
            work.hand_in(submission, corrected.citing(submission.assignment))
            work.mark(submission, cast.teacher)
            actions.return_grade(submission, by=cast.teacher)
        if not n:
            newer = revised.saying(edition, revised.MOVED)
            said: dict[str, Any] = {
                "from_edition": edition.pk,
                "to_edition": newer.pk,
                "scope": "all",
                "by": cast.teacher,
            }
            actions.upgrade_edition(several, **said)
    corrected.announce(source)
    cost = []
    for assignment, editions in ((one, 1), (several, 2)):
        assert (
            Attempt.objects.filter(submission__assignment=assignment).values("edition").distinct().count() == editions
        )
        folder = opened(Assignment.objects.get(pk=assignment.pk), cast.teacher)
        pages = [folder.read(name).decode() for name in folder.namelist() if name.endswith(".html")]
        assert [corrected.NOTE in page for page in pages] == [True, True]
        cost.append(queries(lambda it=assignment: packed(it, cast.teacher)))  # type: ignore[misc]
    assert cost[0] == cost[1]


def test_of_three_hundred_pages_no_more_than_one_is_held(
    cast: Cast, assignment: Assignment, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = "".join(str(uuid7()) for _n in range(2000))

    def many(*args: Any) -> Iterator[tuple[list[Any], str, str, list[Any]]]:
        for n in range(300):
            yield [n], f"{n}.html", page, []

    monkeypatch.setattr(papers, "_pages", many)
    sizes = [len(part) for part in papers.parts(assignment, now=clock.now())]
    assert len(sizes) == 302
    assert max(sizes[:300]) < 2 * len(page)


def test_rest_gives_it_to_staff(cast: Cast, api: ApiClient, assignment: Assignment) -> None:
    give_back(assignment, cast.student, cast.teacher)
    path = f"/api/v1/assignments/{assignment.pk}/marks?content=feedback"
    answer = api.as_(cast.assistant).get(path)
    assert answer["Content-Type"] == "application/zip"
    assert answer["Content-Disposition"].startswith('attachment; filename="walls-feedback-')
    assert zipfile.ZipFile(io.BytesIO(answer.getvalue())).namelist()[-1] == papers.INDEX
    assert api.as_(cast.student).get(path).status_code == 403
