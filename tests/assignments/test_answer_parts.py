"""The parts of an answer are rows: paragraphs, claims and chosen options, derived by the database from each hand-in."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from assignments import actions, answers, readings
from assignments.history import check_all
from assignments.models import AnswerPart, Assignment, Attempt, Excuse, Submission
from tests.api_client import ApiClient, code
from tests.assignments import work
from tests.assignments.test_exports import joins
from tests.cast import Cast, person

pytestmark = pytest.mark.django_db

Queries = Callable[[Callable[[], object]], int]


def claim(assignment: Assignment, text: str, **said: Any) -> dict[str, Any]:
    """An answer whose essay has a paragraph and a claim."""
    body = work.body_for(assignment, "It was decided elsewhere.", **said)
    body["answers"][0]["blocks"].append({"id": "c", "kind": "claim", "text": text, "citations": []})
    return body


def rows(attempt: Attempt) -> list[answers.Part]:
    return [
        answers.Part(row.question, row.kind, row.option, row.text, row.row, row.column)
        for row in attempt.parts.order_by("place")
    ]


def options(assignment: Assignment, kind: str) -> tuple[str, list[str]]:
    """(id of the question of this kind, ids of its options)."""
    name = next(name for name, each in readings.questions(assignment).items() if each.kind == kind)
    asked = next(one for one in readings.document(assignment.edition_id).questions if one["id"] == name)
    return name, [option["id"] for option in asked["options"]]


def test_a_hand_in_has_a_row_for_each_of_its_parts(assignment: Assignment, submission: Submission) -> None:
    body = claim(assignment, "Żółć: nobody asked.", single=[0], multiple=[1, 2])
    attempt = work.hand_in(submission, body).attempt
    assert [(row.place, row.kind) for row in attempt.parts.order_by("place")] == [
        (1, "text"),
        (2, "claim"),
        (3, "option"),
        (4, "option"),
        (5, "option"),
    ]
    assert rows(attempt) == list(answers.parts(body))
    assert list(check_all()) == []


WORDS = st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\x00"), max_size=12)
BLOCKS = st.lists(st.tuples(st.sampled_from(["paragraph", "claim", "cell"]), WORDS), max_size=3)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(BLOCKS, st.lists(WORDS.filter(bool), max_size=3)), max_size=3))
def test_the_database_says_of_every_body_what_python_says(submission: Submission, said: list[Any]) -> None:
    body = {
        "answers": [
            {
                "question": f"q{n}",
                "blocks": [
                    {"id": f"{n}-{m}", "kind": kind, "text": text, "citations": []}
                    | ({"row": text or "r", "column": f"c{m}"} if kind == "cell" else {})
                    for m, (kind, text) in enumerate(blocks)
                ],
                "choice": choice,
            }
            for n, (blocks, choice) in enumerate(said)
        ]
    }
    made = import_module("assignments.migrations.0051_parts_read_once").making(connection.vendor)
    assert made
    assert rows(inserted(submission, body)) == list(answers.parts(body))


def inserted(submission: Submission, body: answers.Body) -> Attempt:
    """The row alone, past the acts."""
    count = Attempt.objects.count()
    return Attempt.objects.create(
        submission=submission,
        number=count + 1,
        edition_id=submission.assignment.edition_id,
        client_attempt_id=work.a_uuid(count + 1),
        body_json=answers.canonical(body).decode(),
        body_sha256=answers.body_sha256(body),
        words=0,
        received_at=submission.created_at,
        made_at=submission.created_at,
        receipt_code=f"{count:09d}",
        receipt_signature="",
    )


def test_the_database_reads_an_answer_once_and_not_again_for_each_of_its_blocks() -> None:
    """While it derives the parts of a long one nobody else writes on SQLite. Its plan says where it takes the question
    out: in a scan of the answers, and not in what joins them with their blocks."""
    made = import_module("assignments.migrations.0051_parts_read_once")

    def plan(answers_in_turn: str) -> list[str]:
        select = made._SELECT[connection.vendor].format(answers=answers_in_turn)
        select = select.replace("NEW.body_json", "'{}'").replace("NEW.id", "1")
        explain = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN (VERBOSE)"
        with connection.cursor() as cursor:
            cursor.execute(f"{explain} {select}")
            return [str(row[-1]).strip() for row in cursor.fetchall()]

    def read_once(steps: list[str]) -> bool:
        if connection.vendor == "sqlite":
            return any(step in ("MATERIALIZE answer", "CO-ROUTINE answer") for step in steps)
        given = [steps[n + 1] for n, step in enumerate(steps) if "Function Scan" in step and "each_of" in step]
        return bool(given) and all("'question'" in columns for columns in given)

    kept_apart = made._ANSWERS[connection.vendor]
    assert read_once(plan(kept_apart))
    assert not read_once(plan(kept_apart.replace("LIMIT -1", "").replace("OFFSET 0", "")))


def test_what_was_handed_in_before_is_filled_in(assignment: Assignment, submission: Submission) -> None:
    attempt = work.hand_in(submission, claim(assignment, "A claim.", single=[0])).attempt
    derived = rows(attempt)
    parts, fill = (import_module(f"assignments.migrations.{name}") for name in ("0041_parts_of_answers", FILL))
    table = AnswerPart._meta.db_table
    with connection.cursor() as cursor:
        # Past the trigger that refuses to delete, which SQLite has not.
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(f"DELETE FROM {table}")
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = origin")
    assert rows(attempt) == []
    assert [fault for _row, fault in check_all()] == ["the parts of attempt 1 are not those of its text"]
    # What is handed in after the trigger and before the filling has its parts already.
    between = work.hand_in(work.reread(attempt.submission), claim(assignment, "In between.")).attempt
    for _time in range(2):
        fill.fill(apps, type("Editor", (), {"connection": connection}))
        assert rows(attempt) == derived
        assert len(rows(between)) == 2
    assert table == parts.TABLE


FILL = "0042_fill_parts_of_answers"


# --- What is asked of them --------------------------------------------------------------------------------------------


@pytest.fixture
def two(cast: Cast, assignment: Assignment) -> list[Submission]:
    """One student chose the first option and claims one thing, the other chose the second; a third hand-in of hers
    counts no more."""
    hers, his = (work.submission_of(assignment, student) for student in (cast.student, cast.classmate))
    work.hand_in(hers, claim(assignment, "An earlier claim.", single=[1]))
    work.hand_in(work.reread(hers), claim(assignment, "ŻÓŁĆ: nobody asked.", single=[0]))
    work.hand_in(his, work.body_for(assignment, "Nobody knows.", single=[1]))
    return [hers, his]


def test_who_chose_what_and_which_claims_hold_a_word(
    cast: Cast, api: ApiClient, assignment: Assignment, two: list[Submission]
) -> None:
    question, (first, second, *_others) = options(assignment, "single")
    teacher = api.as_(cast.teacher)

    def found(query: str) -> list[str]:
        answer = teacher.get(f"/api/v1/assignments/{assignment.pk}/answers?{query}")
        assert answer.status_code == 200
        return sorted(row["student"]["name"] for row in answer.json()["results"])

    assert found(f"question={question}&option={first}") == ["Student"]
    assert found(f"question={question}&option={second}") == ["Classmate"]
    assert found("contains=nobody") == ["Classmate", "Student"]
    assert found("contains=nobody&kind=claim") == ["Student"]
    assert found("contains=żółć") == ["Student"]
    assert found("contains=earlier") == [], "of the hand-in that counts"
    assert found("option=none") == []
    for wrong in ("kind=table", f"contains={'x' * 101}"):
        refused = teacher.get(f"/api/v1/assignments/{assignment.pk}/answers?{wrong}")
        assert (refused.status_code, code(refused)) == (400, "malformed-request")


def test_pages_of_parts_hold_each_once(
    cast: Cast, api: ApiClient, assignment: Assignment, two: list[Submission]
) -> None:
    where, seen = f"/api/v1/assignments/{assignment.pk}/answers?limit=2", []
    while where:
        page = api.as_(cast.teacher).get(where).json()
        seen += [(row["submission"], row["place"]) for row in page["results"]]
        where = page["next"]
    assert len(seen) == len(set(seen)) == 5


def test_it_costs_the_same_for_two_and_for_more(
    cast: Cast, api: ApiClient, assignment: Assignment, two: list[Submission], queries: Queries
) -> None:
    teacher = api.as_(cast.teacher)
    where = f"/api/v1/assignments/{assignment.pk}/answers"
    teacher.get(where)
    few = queries(lambda: teacher.get(where))
    for n in range(4):
        work.hand_in(work.submission_of(assignment, joins(cast, f"joined_{n}", f"Joined {n}")))
    assert queries(lambda: teacher.get(where)) == few


def test_while_names_are_hidden_they_come_by_number(cast: Cast, api: ApiClient) -> None:
    assignment = work.make_assignment(cast, anonymous=True)
    hers = work.submission_of(assignment, cast.student)
    work.hand_in(hers, claim(assignment, "A claim."))
    answer = api.as_(cast.teacher).get(f"/api/v1/assignments/{assignment.pk}/answers")
    assert {(row["student"], row["alias"]) for row in answer.json()["results"]} == {(None, f"Student {hers.alias}")}
    shown = page(cast.teacher, assignment, words="claim")
    assert f"Student {hers.alias}" in shown
    assert "<bdi>Student</bdi>" not in shown


def browser(somebody: User) -> Client:
    client = Client()
    client.force_login(somebody, backend="django.contrib.auth.backends.ModelBackend")
    return client


def page(somebody: User, assignment: Assignment, **query: str) -> str:
    answer = browser(somebody).get(reverse("assignment-answers", args=[assignment.pk]), query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_report_leads_from_the_commonest_wrong_choice_to_who_chose_it(
    cast: Cast, assignment: Assignment, two: list[Submission]
) -> None:
    question, (first, *_others) = options(assignment, "single")  # the second is right
    report = browser(cast.teacher).get(reverse("assignment-report", args=[assignment.pk])).content.decode()
    link = f"{reverse('assignment-answers', args=[assignment.pk])}?question={question}&amp;option={first}"
    assert link in report
    shown = page(cast.teacher, assignment, question=question, option=first)
    assert "Who chose" in shown
    assert reverse("grade", args=[two[0].pk]) in shown
    assert reverse("grade", args=[two[1].pk]) not in shown
    shown = page(cast.teacher, assignment, words="nobody", kind="claim")
    assert "nobody asked." in shown
    assert "Nobody knows." not in shown
    assert "Nobody." in page(cast.teacher, assignment, words="never said")


def test_a_person_of_another_class_finds_nothing(cast: Cast, assignment: Assignment, two: list[Submission]) -> None:
    outside = person("outside")
    for somebody, status in ((outside, 404), (cast.student, 403)):
        assert browser(somebody).get(reverse("assignment-answers", args=[assignment.pk])).status_code == status
    removed = two[0]
    fresh = Assignment.objects.get(pk=assignment.pk)
    actions.update_assignment(fresh, audience=[cast.classmate.pk], if_version=fresh.version, by=cast.teacher)
    assert "nobody asked." not in page(cast.teacher, assignment, words="nobody")
    assert work.reread(removed).state == "void"


def test_excused_work_is_left_out_as_in_the_report(
    cast: Cast, api: ApiClient, assignment: Assignment, two: list[Submission]
) -> None:
    path = f"/api/v1/assignments/{assignment.pk}/answers"
    before = {row["submission"] for row in api.as_(cast.teacher).get(path).json()["results"]}
    assert before == {str(row.pk) for row in two}
    actions.excuse(two[0], category=Excuse.OTHER, reason="Moved house", by=cast.teacher)
    assert {row["submission"] for row in api.as_(cast.teacher).get(path).json()["results"]} == {str(two[1].pk)}
