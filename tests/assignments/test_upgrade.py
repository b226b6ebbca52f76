"""A class is brought to another edition: who comes along, what becomes of each draft, and what stays."""

from typing import Any

import pytest
from django.db import connection

from accounts.actions import add_member, archive, unarchive
from assignments import actions, answers, readings, upgrade_news, upgrade_previews, upgrades
from assignments.errors import ClassArchived, EditionMismatch
from assignments.history import check_all
from assignments.models import (
    Assignment,
    Attempt,
    Draft,
    EditionMove,
    EditionUpgrade,
    Event,
    Excuse,
    ParkedCopy,
    Submission,
)
from destalin_site.common import clock
from destalin_site.common.errors import Forbidden, ValidationFailed, VersionStale
from lessons.models import Edition
from tests.assignments import revised, work
from tests.assignments.revised import GONE, Room
from tests.cast import Cast, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def room(cast: Cast) -> Room:
    return revised.make(cast)


@pytest.fixture
def losing(cast: Cast) -> Room:
    """The newer edition has not the words that are cited."""
    return revised.make(cast, lambda edition: revised.saying(edition, GONE))


def body_of(submission: Submission) -> dict[str, Any]:
    return Draft.objects.get(submission=submission).body


def citation_of(submission: Submission) -> dict[str, Any]:
    (only,) = answers.citations(body_of(submission))
    return dict(only.citation)


def notice_of(submission: Submission) -> upgrade_news.Notice:
    row = Submission.objects.select_related("assignment__classroom", "edition").get(pk=submission.pk)
    found = upgrade_news.notice(row, now=clock.now())
    assert found is not None
    return found


def codes(refused: pytest.ExceptionInfo[ValidationFailed]) -> list[str]:
    return [error["code"] for error in refused.value.extra["errors"]]


# --- Who comes along --------------------------------------------------------------------------------------------------


def test_a_new_edition_alone_moves_nobody(room: Room) -> None:
    room.reread()
    assert {room.draft.edition_id, room.fresh.edition_id} == {room.old.pk}
    assert Assignment.objects.get().edition_id == room.old.pk


def test_to_keep_is_a_decision_that_is_noted_and_changes_nothing(room: Room) -> None:
    made = room.upgrade("keep")
    room.reread()
    assert (made.scope, made.by, made.to_edition_id) == ("keep", room.cast.teacher, room.new.pk)
    assert {room.draft.edition_id, room.fresh.edition_id, Assignment.objects.get().edition_id} == {room.old.pk}
    assert not Event.objects.filter(name="upgrade").exists()


def test_who_has_not_started_comes_along_and_drafts_stay(room: Room) -> None:
    room.upgrade("not_started")
    room.reread()
    assert (room.fresh.edition_id, room.fresh.upgrade_unseen) == (room.new.pk, True)
    assert (room.draft.edition_id, room.draft.upgrade_unseen) == (room.old.pk, False)
    assert body_of(room.draft) == room.body
    assert list(check_all()) == []


def test_whoever_joins_later_gets_what_the_class_has_now(room: Room) -> None:
    room.upgrade("not_started")
    late = person("late", school=room.cast.school)
    add_member(room.cast.room, username=late.username, role="student", by=room.cast.teacher)
    row = work.submission_of(room.assignment, late)
    assert (row.edition_id, row.upgrade_unseen) == (room.new.pk, False)


def test_a_draft_comes_along_with_its_citations_at_the_places_of_their_words(room: Room) -> None:
    before = citation_of(room.draft)
    room.upgrade("all")
    room.reread()
    after = citation_of(room.draft)
    assert room.draft.edition_id == room.new.pk
    assert after["anchor"]["start"] > before["anchor"]["start"]
    assert readings.check_citation(room.new.pk, after) is None
    assert {**after, "anchor": None} == {**before, "anchor": None}
    assert Draft.objects.get().rev == 2
    event = Event.objects.get(submission=room.draft, name="upgrade")
    assert (event.before, event.transition, event.actor) == (event.after, "", room.cast.teacher)
    assert (event.facts["citations"], event.facts["relocated"], event.facts["lost"]) == (1, 1, [])
    assert list(check_all()) == []


def test_a_citation_that_fails_is_listed_with_its_words_and_her_own_words_are_hers_alone(losing: Room) -> None:
    made = losing.upgrade("all")
    assert list(answers.citations(body_of(losing.draft))) == []
    event = Event.objects.get(submission=losing.draft, name="upgrade")
    (lost,) = event.facts["lost"]
    assert lost["quote"] == "nobody was asked"
    outcome = upgrades.outcome(EditionUpgrade.objects.get(pk=made.pk), "Europe/Warsaw")
    assert [(row.name, [one.quote for one in row.losses]) for row in outcome.students] == [
        ("Student", ["nobody was asked"])
    ]
    for told in (event.facts, EditionMove.objects.get(submission=losing.draft).lost):
        assert "Hers alone." not in str(told)
    (mine,) = notice_of(losing.draft).losses
    assert (mine.quote, mine.note, mine.question) == ("nobody was asked", "Hers alone.", "Question 1")


def test_a_draft_that_came_along_can_be_saved_and_handed_in(losing: Room) -> None:
    losing.upgrade("all")
    row = work.reread(losing.draft)
    draft = Draft.objects.get()
    actions.save_draft(row, body=draft.body, if_rev=draft.rev, by=row.student)
    done = work.hand_in(row, draft.body, edition=losing.new.pk)
    assert done.attempt.edition_id == losing.new.pk


def test_what_was_handed_in_never_moves(room: Room) -> None:
    work.hand_in(room.draft, room.body)
    before = Attempt.objects.values().get()
    room.upgrade("all")
    room.reread()
    assert Attempt.objects.values().get() == before
    assert (room.draft.edition_id, room.draft.upgrade_unseen, body_of(room.draft)) == (room.old.pk, False, room.body)
    assert room.fresh.edition_id == room.new.pk


def test_work_that_is_marked_without_a_hand_in_stays(room: Room) -> None:
    actions.save_marks(
        room.fresh, questions=[], feedback="Come and see me.", score=None, if_version=0, by=room.cast.teacher
    )
    room.upgrade("all")
    room.reread()
    assert room.fresh.edition_id == room.old.pk


def test_who_is_excused_comes_along_as_she_was_before(room: Room) -> None:
    actions.excuse(room.fresh, category=Excuse.ILLNESS, reason="In bed", by=room.cast.teacher)
    room.upgrade("not_started")
    room.reread()
    assert (room.fresh.state, room.fresh.edition_id) == ("excused", room.new.pk)


# --- Back again -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [revised.MOVED, GONE])
def test_the_way_back_gives_every_draft_back_as_it_was(cast: Cast, text: str) -> None:
    room = revised.make(cast, lambda edition: revised.saying(edition, text))
    room.upgrade("all")
    room.back("all")
    room.reread()
    assert body_of(room.draft) == room.body
    assert {room.draft.edition_id, room.fresh.edition_id, Assignment.objects.get().edition_id} == {room.old.pk}
    assert list(check_all()) == []


def test_drafts_that_stayed_can_be_brought_along_later(room: Room) -> None:
    room.upgrade("not_started")
    room.upgrade("all")
    room.reread()
    assert room.draft.edition_id == room.new.pk
    assert EditionMove.objects.filter(submission=room.fresh).count() == 1


# --- Questions and points ---------------------------------------------------------------------------------------------


def test_an_answer_to_a_question_that_is_asked_no_more_stays_readable_and_is_not_handed_in(cast: Cast) -> None:
    room = revised.make(cast, lambda edition: revised.without_question(edition, "single"))
    room.upgrade("all")
    assert [answer["question"] for answer in body_of(room.draft)["answers"]] == [room.body["answers"][0]["question"]]
    (aside,) = notice_of(room.draft).asides
    assert aside.chosen == ("The city",)
    row = work.reread(room.draft)
    assert work.hand_in(row, body_of(room.draft), edition=room.new.pk).attempt.number == 1


def test_a_question_that_is_new_is_asked_of_all_who_are_asked_everything(cast: Cast) -> None:
    room = revised.make(cast, revised.with_question)
    preview = upgrade_previews.preview(room.assignment, cast.teacher)
    room.upgrade("all")
    room.reread()
    assert len(preview.origins[0].new) == 2
    assert len(readings.questions(work.reread(room.fresh).given)) == 5


def test_an_edition_without_any_of_the_chosen_questions_is_refused(cast: Cast) -> None:
    old = work.make_edition()
    single = next(name for name, one in readings._all_questions(old.pk).items() if one.kind == "single")
    room = revised.make(cast)
    assignment = work.make_assignment(cast, old, questions=[single])
    new = revised.without_question(old, "single")
    with pytest.raises(ValidationFailed) as refused:
        actions.upgrade_edition(assignment, from_edition=old.pk, to_edition=new.pk, scope="all", by=room.cast.teacher)
    assert codes(refused) == ["no-question-left"]


def test_an_edition_with_more_points_than_the_assignment_gives_is_refused(cast: Cast) -> None:
    room = revised.make(cast, revised.with_question, points=7)
    with pytest.raises(ValidationFailed) as refused:
        room.upgrade("all")
    assert codes(refused) == ["more-points"]
    assert not EditionUpgrade.objects.exists()


def test_what_was_handed_in_is_marked_by_the_questions_of_its_own_edition(cast: Cast) -> None:
    room = revised.make(cast, lambda edition: revised.without_question(edition, "single"))
    work.hand_in(room.draft, room.body)
    room.upgrade("all")
    row = work.reread(room.draft)
    marks = [
        {"question": name, "points": question.points, "comment": ""}
        for name, question in readings.questions(row.given).items()
    ]
    assert len(marks) == 3
    version = row.grades.newest_version()
    grade = actions.save_marks(row, questions=marks, feedback="", score=None, if_version=version, by=room.cast.teacher)
    assert grade.entered_score == 7
    actions.return_grade(row, by=room.cast.teacher)


def test_marks_follow_the_hand_in_when_the_draft_has_gone_on(cast: Cast) -> None:
    room = revised.make(cast, lambda edition: revised.without_question(edition, "single"))
    work.hand_in(room.draft, room.body)
    # As work that was given back for another version: its draft goes on, the hand-in stays.
    Submission.objects.filter(pk=room.draft.pk).update(state="revising")
    room.upgrade("all")
    Submission.objects.filter(pk=room.draft.pk).update(state="submitted")
    row = work.reread(room.draft)
    assert (row.edition_id, readings.judged(row).edition_id) == (room.new.pk, room.old.pk)
    assert len(readings.questions(readings.judged(row))) == 3


# --- What the student is told, and stale pages ------------------------------------------------------------------------


def test_the_student_is_told_until_she_says_that_she_saw_it(room: Room) -> None:
    room.upgrade("all")
    shown = notice_of(room.draft)
    assert (shown.from_edition, shown.to_edition, shown.unseen, shown.relocated) == (room.old, room.new, True, 1)
    assert any("Some say otherwise." in piece.text for g in shown.groups for line in g.lines for piece in line.pieces)
    actions.read_upgrade(room.draft, edition=room.new.pk, by=room.cast.student)
    actions.read_upgrade(room.draft, edition=room.new.pk, by=room.cast.student)
    room.reread()
    assert not room.draft.upgrade_unseen
    assert Event.objects.filter(submission=room.draft, name="upgrade read").count() == 1
    assert not notice_of(room.draft).unseen
    assert list(check_all()) == []


def test_she_cannot_say_it_of_an_edition_that_she_was_not_shown_and_nobody_says_it_for_her(room: Room) -> None:
    room.upgrade("all")
    with pytest.raises(EditionMismatch):
        actions.read_upgrade(room.draft, edition=room.old.pk, by=room.cast.student)
    with pytest.raises(Forbidden):
        actions.read_upgrade(room.draft, edition=room.new.pk, by=room.cast.teacher)
    room.reread()
    assert room.draft.upgrade_unseen


def test_in_an_archived_class_she_reads_what_changed_and_says_nothing(room: Room) -> None:
    room.upgrade("all")
    archive(room.cast.room, by=room.cast.teacher)
    events = Event.objects.count()
    with pytest.raises(ClassArchived):
        actions.read_upgrade(room.draft, edition=room.new.pk, by=room.cast.student)
    assert notice_of(room.draft).unseen
    assert Event.objects.count() == events
    unarchive(room.cast.room, by=room.cast.teacher)
    actions.read_upgrade(room.draft, edition=room.new.pk, by=room.cast.student)
    assert not notice_of(room.draft).unseen
    # Once she knows there is nothing to write.
    archive(room.cast.room, by=room.cast.teacher)
    actions.read_upgrade(room.draft, edition=room.new.pk, by=room.cast.student)
    assert list(check_all()) == []


def test_two_upgrades_unseen_are_told_as_one(room: Room) -> None:
    room.upgrade("all")
    newest = revised.saying(room.new, GONE)
    room.upgrade("all", to_edition=newest.pk)
    shown = notice_of(room.draft)
    assert (shown.from_edition, shown.to_edition, len(shown.losses)) == (room.old, newest, 1)


def test_nobody_is_told_of_changes_in_what_has_not_opened(cast: Cast) -> None:
    room = revised.make(cast)
    Assignment.objects.update(opens_at=work.at("2199-01-01T00:00:00Z"))
    room.upgrade("not_started")
    room.reread()
    assert (room.fresh.edition_id, room.fresh.upgrade_unseen) == (room.new.pk, False)
    row = Submission.objects.select_related("assignment__classroom", "edition").get(pk=room.fresh.pk)
    assert upgrade_news.notice(row, now=clock.now()) is None


def test_a_stale_page_that_saves_is_set_aside_and_can_be_used_in_the_new_edition(room: Room) -> None:
    room.upgrade("all")
    stale = work.body_for(room.assignment, "Written meanwhile.", citations=[work.cited(room.old.pk)])
    with pytest.raises(VersionStale) as refused:
        actions.save_draft(room.draft, body=stale, if_rev=1, by=room.cast.student)
    assert refused.value.extra["upgrade"]["from_edition"] == room.old.pk
    assert refused.value.extra["upgrade"]["to_edition"] == room.new.pk
    copy = ParkedCopy.objects.get()
    assert copy.body == stale
    actions.use_parked(copy, if_rev=2, by=room.cast.student)
    assert body_of(room.draft)["answers"][0]["blocks"][0]["text"] == "Written meanwhile."
    assert readings.check_citation(room.new.pk, citation_of(room.draft)) is None
    copy.refresh_from_db()
    assert not copy.waiting


@pytest.mark.parametrize("act", [actions.use_parked, actions.merge_parked])
def test_a_copy_of_which_a_part_has_no_place_goes_on_waiting(losing: Room, act: Any) -> None:
    losing.upgrade("all")
    stale = work.body_for(losing.assignment, "Written meanwhile.", citations=[work.cited(losing.old.pk)])
    with pytest.raises(VersionStale):
        actions.save_draft(losing.draft, body=stale, if_rev=1, by=losing.cast.student)
    copy = ParkedCopy.objects.get()
    act(copy, if_rev=2, by=losing.cast.student)
    assert "Written meanwhile." in str(body_of(losing.draft))
    copy.refresh_from_db()
    assert copy.waiting
    assert copy.body == stale


def test_a_hand_in_for_the_old_edition_is_set_aside_and_counts_in_its_own_when_it_is_accepted(room: Room) -> None:
    room.upgrade("all")
    with pytest.raises(EditionMismatch) as refused:
        work.hand_in(work.reread(room.draft), room.body, edition=room.old.pk)
    assert refused.value.extra["expected_edition"] == room.new.pk
    assert refused.value.extra["upgrade"]["from_edition"] == room.old.pk
    copy = ParkedCopy.objects.get()
    assert (copy.reason, copy.body) == ("edition-mismatch", room.body)
    done = actions.accept_parked(copy, by=room.cast.teacher)
    assert (done.attempt.edition_id, done.attempt.body) == (room.old.pk, room.body)
    assert done.attempt.citations.count() == 1
    room.reread()
    assert room.draft.edition_id == room.new.pk
    assert list(check_all()) == []


def test_who_had_nothing_reads_the_edition_of_the_hand_in_that_was_accepted(room: Room) -> None:
    room.upgrade("all")
    with pytest.raises(EditionMismatch):
        work.hand_in(work.reread(room.fresh), work.body_for(room.assignment), edition=room.old.pk)
    actions.accept_parked(ParkedCopy.objects.get(), by=room.cast.teacher)
    room.reread()
    assert room.fresh.edition_id == room.old.pk
    assert list(check_all()) == []


def test_a_stale_page_whose_draft_did_not_change_is_told_of_the_edition(losing: Room) -> None:
    plain = work.body_for(losing.assignment, "Without a citation.")
    actions.save_draft(losing.draft, body=plain, if_rev=1, by=losing.cast.student)
    losing.upgrade("all")
    actions.save_draft(losing.draft, body=work.body_for(losing.assignment, "More."), if_rev=2, by=losing.cast.student)
    with pytest.raises(EditionMismatch) as refused:
        actions.save_draft(losing.draft, body=losing.body, if_rev=3, by=losing.cast.student)
    assert refused.value.extra["got_edition"] == losing.old.pk
    assert ParkedCopy.objects.get().body == losing.body


# --- Refusals ---------------------------------------------------------------------------------------------------------


def test_what_was_shown_is_what_is_decided(room: Room) -> None:
    room.upgrade("all")
    with pytest.raises(EditionMismatch):
        room.upgrade("all", from_edition=room.old.pk)
    assert EditionUpgrade.objects.count() == 1


def test_only_the_current_edition_and_those_that_the_class_had_are_open_to_it(room: Room) -> None:
    newest = revised.saying(room.new, GONE)
    for elsewhere in (room.new.pk, work.make_edition().pk, "0" * 64):
        with pytest.raises(ValidationFailed) as refused:
            room.upgrade("all", to_edition=elsewhere)
        assert codes(refused) == ["no-target"]
    assert room.upgrade("all", to_edition=newest.pk)


def test_an_archived_class_keeps_what_it_has(room: Room) -> None:
    room.cast.room.archived_at = clock.now()
    room.cast.room.save(update_fields=["archived_at"])
    with pytest.raises(ClassArchived):
        room.upgrade("all")


def test_what_was_decided_cannot_be_changed_even_past_python(room: Room) -> None:
    made = room.upgrade("all")
    with pytest.raises(Exception, match="once"), connection.cursor() as cursor:
        cursor.execute("UPDATE assignments_editionupgrade SET scope = 'keep' WHERE id = %s", [made.pk.hex])


def test_editions_that_a_class_had_stay_readable_to_it(room: Room) -> None:
    room.upgrade("not_started")
    for who in (room.cast.student, room.cast.teacher):
        given = set(Edition.objects.given_to(who).values_list("pk", flat=True))
        assert given == {room.old.pk, room.new.pk}


# --- Beforehand -------------------------------------------------------------------------------------------------------


def test_the_preview_is_what_the_upgrade_then_does(losing: Room) -> None:
    work.hand_in(losing.fresh, work.body_for(losing.assignment))
    preview = upgrade_previews.preview(losing.assignment, losing.cast.teacher)
    (origin,) = preview.origins
    counts = origin.counts
    assert (counts.not_started, counts.drafts, counts.handed_in) == (0, 1, 1)
    assert (counts.citations, counts.touched, counts.lost) == (1, 1, 1)
    pieces = [(piece.how, piece.text) for group in origin.groups for line in group.lines for piece in line.pieces]
    assert {("out", "night,"), ("in", "day,"), ("out", "nobody"), ("in", "everybody")} <= set(pieces)
    outcome = upgrades.outcome(EditionUpgrade.objects.get(pk=losing.upgrade("all").pk), "Europe/Warsaw")
    assert (outcome.not_started, outcome.drafts, outcome.lost, outcome.stayed) == (0, 1, 1, 1)


def _students(room: Room, count: int) -> None:
    for n in range(count):
        pupil = person(f"pupil{n}", school=room.cast.school)
        add_member(room.cast.room, username=pupil.username, role="student", by=room.cast.teacher)
        row = work.submission_of(room.assignment, pupil)
        many = [work.cited(room.old.pk) for _each in range(5)]
        actions.save_draft(row, body=work.body_for(room.assignment, citations=many), if_rev=0, by=pupil)


def test_looking_and_upgrading_cost_the_same_for_one_draft_and_for_thirty(room: Room, queries: Any) -> None:
    def look() -> None:
        upgrade_previews.preview(room.assignment, room.cast.teacher)

    def act() -> None:
        upgrades.outcome(room.upgrade("all"), "Europe/Warsaw")

    looked = queries(look)
    acted = queries(act)
    room.back("all")
    again = queries(act)
    room.back("all")
    _students(room, 30)
    Assignment.objects.update(upgraded_at=None)
    assert queries(look) <= looked
    Assignment.objects.update(upgraded_at=clock.now())
    assert acted <= again
    # SQLite takes rows with many columns in several statements; what counts is that it is by chunks.
    assert queries(act) <= again + 6
