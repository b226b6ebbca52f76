"""A teacher's own version of a lesson: what she may do with it, who sees it, and that the original stays as it is."""

import uuid

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.http import Http404

from accounts import audit
from accounts.models import AuditEntry
from destalin_site.common.errors import Forbidden, ValidationFailed, VersionStale
from lessons import access, adaptations, adapting, catalogue
from lessons.models import CurrentEdition, Edition, EditionSource, Lesson, Source
from lessons.uses import uses_of
from tests.lessons.desk import editor
from tests.lessons.factories import make_edition, make_image, make_source, publish, question

OWN = str(uuid.UUID(int=7))


@pytest.fixture
def edition(db):
    shown = {"source": make_source(), "framing": "", "first": None, "last": None}
    figure = {"image": make_image(), "alt": "A grey wall", "decorative": False, "caption": ""}
    return make_edition(
        title="Walls",
        sections=[
            ("Before", [("paragraph", "<p>A wall.</p>"), ("figure", figure)]),
            ("After", [("source", shown), ("question", question())]),
        ],
    )


@pytest.fixture
def mine(cast, edition):
    return adaptations.start(edition, by=cast.teacher)


def own(**fields):
    made = {"kind": "short", "prompt": "Who was asked?", "points": "2", "required": True, "skill": "", "rubric": ""}
    return {**made, "model_answer": "Nobody.", "options": [], **fields}


def with_question(row, by, **fields):
    plan = adapting.with_own(row.plan, OWN, own(**fields), row.plan["sections"][0]["id"])
    return adaptations.change(row, if_version=row.version, by=by, plan=plan)


def test_an_edition_of_hers_names_its_ancestor_and_the_original_is_untouched(cast, edition, mine):
    before = (edition.face("document").bytes, edition.face("key").bytes)
    row = adaptations.change(with_question(mine, cast.teacher), if_version=2, by=cast.teacher, title="My walls")
    cut = adaptations.cut(row, by=cast.teacher)
    assert (cut.number, cut.title, cut.lesson_id, cut.published_by) == (1, "My walls", edition.lesson_id, cast.teacher)
    assert cut.read().data["adaptation"] == {"id": str(mine.pk), "ancestor": edition.pk, "number": edition.number}
    assert cut.read().questions[0]["id"] == OWN
    assert cut.read_key().answer(OWN)["model_answer"] == "Nobody."
    assert (edition.face("document").bytes, edition.face("key").bytes) == before
    assert CurrentEdition.objects.get(lesson=edition.lesson).edition == edition
    assert catalogue.courses()[0].lessons[0].title == "Walls"
    call_command("verify_editions")


def test_the_same_content_cuts_no_other_edition_and_earlier_content_is_that_edition_again(cast, mine):
    first = adaptations.cut(mine, by=cast.teacher)
    assert adaptations.cut(mine, by=cast.teacher) == first
    row = adaptations.change(mine, if_version=1, by=cast.teacher, title="Other walls")
    second = adaptations.cut(row, by=cast.teacher)
    assert second.number == 2
    row = adaptations.change(row, if_version=2, by=cast.teacher, title="Walls")
    assert adaptations.cut(row, by=cast.teacher) == first
    assert list(Edition.objects.assignable_by(cast.teacher).exclude(adaptation=None)) == [first]
    adaptations.change(row, if_version=3, by=cast.teacher, instructions="Read it twice.")
    assert adaptations.cut(mine, by=cast.teacher) == first


def test_a_key_that_alone_changed_is_added(cast, mine):
    row = with_question(mine, cast.teacher)
    cut = adaptations.cut(row, by=cast.teacher)
    row = with_question(row, cast.teacher, model_answer="Nobody at all.")
    assert adaptations.cut(row, by=cast.teacher) == cut
    assert Edition.objects.get(pk=cut.pk).read_key().answer(OWN)["model_answer"] == "Nobody at all."


def test_what_is_done_is_in_the_log_without_what_she_wrote(cast, mine):
    row = adaptations.change(mine, if_version=1, by=cast.teacher, title="My walls")
    cut = adaptations.cut(row, by=cast.teacher)
    adaptations.cut(row, by=cast.teacher)
    adaptations.put_away(row, by=cast.teacher)
    adaptations.put_away(row, by=cast.teacher)
    adaptations.bring_back(row, by=cast.teacher)
    entries = AuditEntry.objects.filter(actor=cast.teacher, facts__version=str(mine.pk)).order_by("id")
    acts = ["own version made", "own version cut", "own version put away", "own version brought back"]
    assert [entry.action for entry in entries] == acts
    assert entries[1].facts["edition"] == cut.pk
    assert not any("My walls" in f"{entry.about} {entry.facts}" for entry in audit.named(entries))


def test_two_teachers_with_the_same_words_have_an_edition_each(cast, edition, mine):
    other = adaptations.start(edition, by=cast.other_teacher)
    assert adaptations.cut(mine, by=cast.teacher) != adaptations.cut(other, by=cast.other_teacher)


def test_a_source_of_hers_is_in_use(cast, edition, mine):
    cut = adaptations.cut(mine, by=cast.teacher)
    source = Source.objects.get()
    assert set(EditionSource.objects.filter(source=source).values_list("edition", flat=True)) == {edition.pk, cut.pk}
    assert cut.asset_uses.count() == edition.asset_uses.count() == 1
    # In the curators' list stands the edition that she made hers of.
    assert [use.edition_id for use in uses_of(source) if use.edition_id] == [edition.pk]


def test_what_rests_on_a_dropped_source_keeps_it_from_being_cut(cast, db):
    source = make_source(title="A letter from the quarry")
    shown = {"source": source, "framing": "", "first": None, "last": None}
    asked = question(prompt="What does source A hide?")
    edition = make_edition(sections=[("One", [("source", shown), ("question", asked)])])
    row = adaptations.start(edition, by=cast.teacher)
    dropped = adapting.with_kept(row.plan, str(source.uuid), False)
    row = adaptations.change(row, if_version=1, by=cast.teacher, plan=dropped)
    with pytest.raises(ValidationFailed) as refused:
        adaptations.cut(row, by=cast.teacher)
    assert [error["code"] for error in refused.value.extra["errors"]] == ["rests-on-dropped"]
    assert not Edition.objects.exclude(adaptation=None).exists()
    adaptations.change(row, if_version=2, by=cast.teacher, plan=adapting.with_kept(dropped, str(source.uuid), True))
    assert adaptations.cut(row, by=cast.teacher)


def test_nobody_overwrites_a_version_that_was_not_seen(cast, mine):
    adaptations.change(mine, if_version=1, by=cast.teacher, title="First")
    with pytest.raises(VersionStale):
        adaptations.change(mine, if_version=1, by=cast.teacher, title="Second")
    with pytest.raises(VersionStale):
        adaptations.cut(mine, by=cast.teacher, if_version=1)
    mine.refresh_from_db()
    assert mine.title == "First"


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        ({"title": " "}, "/title"),
        ({"title": "x" * 201}, "/title"),
        ({"title": "a\u202eb"}, "/title"),
        ({"instructions": "x" * 20_001}, "/instructions"),
        ({"instructions": "a\0b"}, "/instructions"),
        ({"plan": {"sections": [{"id": "nowhere"}]}}, "/plan/sections/0/id"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_changes(cast, mine, said, pointer):
    with pytest.raises(ValidationFailed) as refused:
        adaptations.change(mine, if_version=1, by=cast.teacher, **said)
    assert refused.value.extra["errors"][0]["pointer"] == pointer
    mine.refresh_from_db()
    assert (mine.version, mine.title) == (1, "Walls")


def test_what_is_put_away_changes_no_more_and_is_not_assigned(cast, mine):
    adaptations.cut(mine, by=cast.teacher)
    row = adaptations.put_away(mine, by=cast.teacher)
    assert not Edition.objects.assignable_by(cast.teacher).exclude(adaptation=None).exists()
    for act in (
        lambda: adaptations.change(row, if_version=row.version, by=cast.teacher, title="Other"),
        lambda: adaptations.cut(row, by=cast.teacher),
    ):
        with pytest.raises(adaptations.AdaptationArchived):
            act()
    row = adaptations.bring_back(row, by=cast.teacher)
    assert adaptations.change(row, if_version=row.version, by=cast.teacher, title="Other").title == "Other"


def test_who_teaches_no_more_reads_hers_and_changes_nothing(cast, edition, mine):
    adaptations.cut(mine, by=cast.teacher)
    cast.teacher.teaches = False
    cast.teacher.save(update_fields=["teaches"])
    assert access.adaptation(cast.teacher, mine.pk) == mine
    for act in (
        lambda: access.adaptation_to_change(cast.teacher, mine.pk),
        lambda: access.edition_to_adapt(cast.teacher, edition.lesson.slug),
        lambda: adaptations.start(edition, by=cast.teacher),
        lambda: adaptations.change(mine, if_version=1, by=cast.teacher, title="Other"),
        lambda: adaptations.cut(mine, by=cast.teacher),
        lambda: adaptations.put_away(mine, by=cast.teacher),
    ):
        with pytest.raises(Forbidden):
            act()
    assert not Edition.objects.assignable_by(cast.teacher).exclude(adaptation=None).exists()


def test_nobody_else_finds_it_or_its_edition(cast, mine):
    cut = adaptations.cut(mine, by=cast.teacher)
    assert access.edition(cast.teacher, cut.pk) == cut
    assert access.adapted_edition(cast.teacher, mine.pk, 1) == cut
    assert access.face(cast.teacher, cut.pk, "document")
    others = [AnonymousUser(), cast.student, cast.co_teacher, cast.other_teacher, editor(), cast.admin]
    for person in others:
        for door in (
            lambda person: access.edition(person, cut.pk),
            lambda person: access.adapted_edition(person, mine.pk, 1),
            lambda person: access.face(person, cut.pk, "document"),
        ):
            with pytest.raises(Http404):
                door(person)
        assert cut not in Edition.objects.visible_to(person)
        assert cut not in Edition.objects.assignable_by(person)
        if person.is_authenticated:
            with pytest.raises(Http404):
                access.adaptation(person, mine.pk)


def test_the_number_of_an_edition_of_hers_leads_to_the_lessons_own(cast, edition, mine):
    adaptations.cut(mine, by=cast.teacher)
    assert access.edition_of_lesson(cast.teacher, edition.lesson.slug, 1) == edition
    lesson = Lesson.objects.get()
    lesson.title = "Walls, revised"
    assert publish(lesson).number == 2


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE lessons_edition SET adaptation_id = NULL WHERE adaptation_id IS NOT NULL",
        "UPDATE lessons_currentedition SET edition_id = '{cut}'",
        "INSERT INTO lessons_publication (edition_id, at) VALUES ('{cut}', '2026-01-01')",
    ],
)
def test_the_database_keeps_it_out_of_the_library(cast, mine, change):
    cut = adaptations.cut(mine, by=cast.teacher)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change.format(cut=cut.pk))
    assert Edition.objects.public().count() == 1


def test_its_edition_stays_when_her_account_goes(cast, mine):
    cut = adaptations.cut(mine, by=cast.teacher)
    cast.room.memberships.filter(user=cast.teacher).delete()
    cast.teacher.delete()
    mine.refresh_from_db()
    assert (mine.owner, mine.edition) == (None, cut)


def test_a_limit_that_is_reached_is_a_conflict_through_rest(cast, api, edition, mine, settings):
    settings.ADAPTATIONS_A_TEACHER, settings.EDITIONS_AN_ADAPTATION = 2, 1
    client, lesson = api.as_(cast.teacher), {"lesson": edition.lesson.slug}
    assert client.post("/api/v1/adaptations", lesson).status_code == 201
    refused = client.post("/api/v1/adaptations", lesson)
    assert (refused.status_code, refused.json()["title"]) == (409, str(adaptations.TooManyAdaptations.title))
    at = f"/api/v1/adaptations/{mine.pk}/editions"
    assert client.post(at, {}, headers={"If-Match": '"v1"'}).status_code == 201
    adaptations.change(mine, if_version=1, by=cast.teacher, title="Other walls")
    refused = client.post(at, {}, headers={"If-Match": '"v2"'})
    assert (refused.status_code, refused.json()["title"]) == (409, str(adaptations.TooManyEditions.title))
