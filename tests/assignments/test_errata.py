"""A correction reaches every class on an affected edition, flags what cites the source, and changes nothing else."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.http import Http404
from django.urls import reverse

from accounts.models import User
from assignments import access, actions, errata
from assignments.errors import ClassArchived
from assignments.models import Attempt, ErratumAck, Grade
from lessons.models import Edition
from lessons.models.edition import WrittenOnce
from tests.api_client import ApiClient
from tests.assignments import corrected, work
from tests.assignments.corrected import NOTE, Corrected
from tests.cast import Cast
from tests.lessons.desk import at_desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(cast: Cast) -> Corrected:
    return corrected.make(cast)


def page(user: User, name: str, *args: Any) -> str:
    answer = at_desk(user).get(reverse(name, args=args))
    assert answer.status_code == 200
    return answer.content.decode()


# The banner


def test_the_teacher_is_told_what_was_wrong_and_how_much_work_cites_it(cast: Cast, told: Corrected) -> None:
    (one,) = errata.waiting(cast.teacher)
    assert [work.submission for work in one.citing] == [told.cites.pk]
    for text in (page(cast.teacher, "today"), page(cast.teacher, "assignment-board", told.assignment.pk)):
        assert "Source corrected: A wall" in text
        assert "<del>1955</del>" in text
        assert "<ins>1956</ins>" in text
        assert "1 piece of work cites it." in text
        assert NOTE in text


def test_no_other_class_is_told(cast: Cast, told: Corrected) -> None:
    assert errata.waiting(cast.other_teacher) == ()
    assert errata.waiting(cast.student) == ()
    assert len(errata.waiting(cast.assistant)) == 1


def test_the_banner_goes_when_it_is_acknowledged_and_the_record_stays(cast: Cast, told: Corrected) -> None:
    client = at_desk(cast.teacher)
    url = reverse("erratum-acknowledge", args=[cast.room.pk, told.erratum.pk])
    answer = client.post(url, {"assignment": told.assignment.pk}, follow=True)
    assert answer.redirect_chain[-1][0] == reverse("assignment-board", args=[told.assignment.pk])
    assert "Source corrected" not in page(cast.teacher, "today")
    assert "Source corrected" not in page(cast.co_teacher, "today")
    assert "1 correction that was read" in answer.content.decode()
    assert "Teacher acknowledged it on" in answer.content.decode()
    assert ErratumAck.objects.get().by == cast.teacher


def test_acknowledging_twice_keeps_the_first(cast: Cast, told: Corrected) -> None:
    first = actions.acknowledge_erratum(cast.room, told.erratum.pk, by=cast.teacher)
    again = actions.acknowledge_erratum(cast.room, told.erratum.pk, by=cast.co_teacher)
    assert (again.pk, again.by) == (first.pk, cast.teacher)
    with pytest.raises(WrittenOnce):
        first.save()
    with pytest.raises(DatabaseError, match="write-once"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE assignments_erratumack SET at = %s", ["2000-01-01 00:00+00"])


def test_a_second_correction_is_told_although_the_first_was_read(cast: Cast, told: Corrected) -> None:
    actions.acknowledge_erratum(cast.room, told.erratum.pk, by=cast.teacher)
    second = corrected.announce(told.source, "1957")
    assert [one.correction.id for one in errata.waiting(cast.teacher)] == [str(second.pk)]


def test_only_who_runs_the_class_acknowledges_and_only_what_concerns_it(cast: Cast, told: Corrected) -> None:
    with pytest.raises(PermissionDenied):
        access.erratum_to_acknowledge(cast.assistant, cast.room.pk, told.erratum.pk)
    with pytest.raises(PermissionDenied):
        access.erratum_to_acknowledge(cast.student, cast.room.pk, told.erratum.pk)
    with pytest.raises(Http404):
        access.erratum_to_acknowledge(cast.other_teacher, cast.room.pk, told.erratum.pk)
    with pytest.raises(Http404):
        access.erratum_to_acknowledge(cast.other_teacher, cast.other_room.pk, told.erratum.pk)
    assert access.erratum_to_acknowledge(cast.teacher, cast.room.pk, told.erratum.pk) == cast.room


def test_an_archived_class_is_not_told_and_acknowledges_nothing(cast: Cast, told: Corrected) -> None:
    cast.room.archived_at = told.erratum.at
    cast.room.save(update_fields=["archived_at"])
    assert errata.waiting(cast.teacher) == ()
    with pytest.raises(ClassArchived):
        actions.acknowledge_erratum(cast.room, told.erratum.pk, by=cast.teacher)


def test_an_assignment_that_was_deleted_tells_nobody(cast: Cast, told: Corrected) -> None:
    assert errata.waiting(cast.teacher)
    actions.delete_assignment(told.assignment, by=cast.teacher)
    assert errata.waiting(cast.teacher) == ()


def test_a_class_on_the_edition_that_is_right_is_not_told(cast: Cast, told: Corrected) -> None:
    right = corrected.make_edition(told.source)
    assignment = work.make_assignment(cast, right)
    assert errata.of_assignment(assignment, cast.teacher) == ()
    assert errata.of_assignment(told.assignment, cast.teacher)


# Who cites


def test_all_and_only_the_work_that_cites_the_source_is_flagged(cast: Cast, told: Corrected) -> None:
    flagged = page(cast.teacher, "grade", told.cites.pk)
    assert flagged.count("source corrected") == 1
    assert "<del>1955</del>" in flagged
    assert "source corrected" not in page(cast.teacher, "grade", told.other.pk)


def test_a_hand_in_that_does_not_count_any_more_is_not_listed(cast: Cast, told: Corrected) -> None:
    work.hand_in(work.reread(told.cites), work.body_for(told.assignment))
    (one,) = errata.waiting(cast.teacher)
    assert one.citing == ()
    assert "No work that was handed in cites it." in page(cast.teacher, "today")


def test_the_student_is_told_at_the_desk_beside_the_source_and_the_citation(cast: Cast, told: Corrected) -> None:
    actions.save_draft(told.other, body=told.body, if_rev=told.other.draft.rev, by=cast.classmate)
    hers, his = page(cast.student, "desk", told.cites.pk), page(cast.classmate, "desk", told.other.pk)
    for text in (hers, his):
        assert text.count("<del>1955</del>") == 2  # at the lesson's head, and on the sheet of the source
        assert NOTE in text
    assert his.count("data-corrected hidden") == 2  # the citation of the lesson's words, and the script's template


def test_the_returned_work_says_beside_each_citation_what_was_wrong(cast: Cast, told: Corrected) -> None:
    for submission, count in ((told.cites, 1), (told.other, 0)):
        row = work.reread(submission)
        work.mark(row, cast.teacher)
        actions.return_grade(work.reread(submission), by=cast.teacher)
        text = page(row.student, "feedback", submission.pk)
        assert text.count("source corrected") == count
        assert text.count("<del>1955</del>") == count


# What stays


def test_edition_answers_and_marks_stay_as_they_were(cast: Cast) -> None:
    source = corrected.make_source()
    edition = corrected.make_edition(source)
    assignment = work.make_assignment(cast, edition)
    submission = work.submission_of(assignment, cast.student)
    work.hand_in(submission, corrected.citing(assignment))
    work.mark(work.reread(submission), cast.teacher)

    def facts() -> Any:
        return (
            [bytes(face.bytes) for face in Edition.objects.get(pk=edition.pk).faces.order_by("kind")],
            list(Attempt.objects.values("body_json", "body_sha256", "edition_id", "number")),
            list(Grade.objects.values()),
            list(work.reread(submission).events.values()),
        )

    before = facts()
    erratum = corrected.announce(source)
    actions.acknowledge_erratum(cast.room, erratum.pk, by=cast.teacher)
    page(cast.student, "desk", submission.pk)
    assert facts() == before


# Everybody


def test_the_public_page_of_the_edition_shows_the_correction_and_the_next_edition_does_not(told: Corrected) -> None:
    from django.test import Client

    lesson = told.edition.lesson
    for url in (f"/lessons/{lesson.slug}/", f"/lessons/{lesson.slug}/editions/1/sources/{told.source.slug}/"):
        assert "<del>1955</del>" in Client().get(url).content.decode()
    from destalin_site.common.actor import SYSTEM
    from lessons import actions as curation

    curation.publish_again(lesson, by=SYSTEM)
    assert "Source corrected" not in Client().get(f"/lessons/{lesson.slug}/").content.decode()
    assert "Source corrected" in Client().get(f"/lessons/{lesson.slug}/editions/1/").content.decode()


def test_markup_in_a_note_is_shown_as_words(cast: Cast, told: Corrected) -> None:
    corrected.announce(told.source, "1957", note="<script>alert(1)</script>")
    for text in (
        page(cast.teacher, "today"),
        page(cast.student, "desk", told.cites.pk),
        page(cast.teacher, "grade", told.cites.pk),
        page(cast.student, "receipt", told.cites.pk, 1),
    ):
        assert "<script>alert(1)" not in text
        assert "&lt;script&gt;alert(1)" in text


# REST


def test_the_editions_list_of_corrections_stands_beside_its_document(told: Corrected) -> None:
    api = ApiClient()
    address = f"/api/v1/editions/{told.edition.pk}"
    document = api.get(address)
    assert "immutable" in document["Cache-Control"]
    assert NOTE not in document.content.decode()
    answer = api.get(f"{address}/errata")
    assert "no-cache" in answer["Cache-Control"]
    (one,) = answer.json()["results"]
    assert (one["id"], one["severity"], one["note"]) == (str(told.erratum.pk), "major", NOTE)
    assert one["facts"] == [{"field": "date", "old": "1955", "new": "1956"}]
    assert api.get(f"/api/v1/editions/{'0' * 64}/errata").status_code == 404


def test_a_hand_in_names_its_citations_of_a_corrected_source(cast: Cast, told: Corrected) -> None:
    (source,) = told.edition.read().sources
    cited = told.body["answers"][0]["blocks"][0]["citations"][0]["id"]
    flag = {"erratum": str(told.erratum.pk), "source": source["id"], "citations": [cited]}
    for user in (cast.student, cast.teacher):
        api = ApiClient().as_(user)
        assert api.get(f"/api/v1/submissions/{told.cites.pk}/attempts/1").json()["corrections"] == [flag]
        (listed,) = api.get(f"/api/v1/submissions/{told.cites.pk}/attempts").json()["results"]
        assert listed["corrections"] == [flag]
    api = ApiClient().as_(cast.teacher)
    assert api.get(f"/api/v1/submissions/{told.other.pk}/attempts/1").json()["corrections"] == []


def test_a_teacher_reads_and_acknowledges_through_rest(cast: Cast, told: Corrected) -> None:
    api = ApiClient().as_(cast.teacher)
    (one,) = api.get(f"/api/v1/classrooms/{cast.room.pk}/errata").json()["results"]
    assert one["citing"] == [{"submission": str(told.cites.pk), "student": "Student"}]
    assert one["acknowledged"] is None
    url = f"/api/v1/classrooms/{cast.room.pk}/errata/{told.erratum.pk}/acknowledgement"
    first = api.post(url, {})
    assert first.status_code == 200
    assert api.post(url, {}).json() == first.json()
    (one,) = api.get(f"/api/v1/classrooms/{cast.room.pk}/errata").json()["results"]
    assert one["acknowledged"]["by"] == str(cast.teacher.pk)
    assert api.post(url, {"sure": True}).status_code == 422
    elsewhere = f"/api/v1/classrooms/{cast.room.pk}/errata/{work.a_uuid(7)}/acknowledgement"
    assert api.post(elsewhere, {}).status_code == 404


# Growth


def test_the_days_banners_cost_the_same_for_one_and_for_many(cast: Cast, told: Corrected, queries: Any) -> None:
    one = queries(lambda: errata.waiting(cast.teacher))
    for date in ("1957", "1958"):
        assignment = work.make_assignment(cast, told.edition)
        work.hand_in(work.submission_of(assignment, cast.student), corrected.citing(assignment))
        corrected.announce(told.source, date)
    assert queries(lambda: errata.waiting(cast.teacher)) == one == 5
    assert len(errata.waiting(cast.teacher)) == 3


def test_a_day_without_corrections_costs_one_query(cast: Cast, queries: Any) -> None:
    work.make_assignment(cast)
    assert queries(lambda: errata.waiting(cast.teacher)) == 1


def test_the_desk_costs_the_same_with_and_without_corrections(cast: Cast, told: Corrected, queries: Any) -> None:
    plain = work.submission_of(work.make_assignment(cast, corrected.make_edition(told.source)), cast.student)
    client = at_desk(cast.student)
    for submission in (plain, told.cites):
        client.get(reverse("desk", args=[submission.pk]))
    work.hand_in(plain)
    cost = [queries(lambda s=s: client.get(reverse("desk", args=[s.pk]))) for s in (plain, told.cites)]
    assert cost[0] == cost[1]
