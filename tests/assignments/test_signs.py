"""What boards and queues say about a piece of work."""

from dataclasses import replace
from decimal import Decimal

import pytest

from assignments import signs
from assignments.lifecycle import Claim, State
from assignments.signs import Place, Situation
from assignments.timing import Result


@pytest.mark.parametrize(
    ("work", "place", "sentence"),
    [
        (Situation(State.ASSIGNED), Place.NOT_STARTED, "not started"),
        (Situation(State.DRAFTING), Place.DRAFT_BEGUN, "draft begun"),
        (Situation(State.SUBMITTED), Place.TO_GRADE, "handed in, to grade"),
        (Situation(State.IN_REVIEW, Claim.MINE), Place.TO_GRADE, "handed in, open with you"),
        (Situation(State.IN_REVIEW, Claim.OTHERS), Place.WITH_COLLEAGUE, "being read by a colleague"),
        (Situation(State.IN_REVIEW, Claim.OTHERS, True), Place.WITH_COLLEAGUE, "being read by a colleague"),
        (Situation(State.IN_REVIEW, Claim.MINE, True), Place.TO_RETURN, "graded, not returned"),
        (Situation(State.SUBMITTED, grade_ready=True), Place.TO_RETURN, "graded, not returned"),
        (Situation(State.RETURNED), Place.RETURNED, "returned without points"),
        (Situation(State.REVISING), Place.REVISING, "revising"),
        (Situation(State.EXCUSED), Place.EXCUSED, "excused, outside the totals"),
        (Situation(State.VOID), Place.REMOVED, "removed from this assignment"),
    ],
)
def test_every_piece_of_work_stands_in_one_place_and_says_so(work, place, sentence):
    assert signs.place_of(work) is place
    assert signs.sentence(work) == sentence
    assert signs.mark(work).sentence == sentence


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("claim", Claim)
@pytest.mark.parametrize("result", Result)
def test_every_mark_shows_a_sign_or_points_and_has_a_sentence(state, claim, result):
    shown = signs.mark(Situation(state, claim, result=result, seconds=1))
    assert bool(shown.icon) != bool(shown.points)
    assert shown.sentence
    assert not shown.icon or shown.icon in signs.SIGNS


def test_late_and_missing_are_written_out():
    late = Situation(State.SUBMITTED, result=Result.LATE, seconds=14 * 60)
    assert signs.mark(late).note == "Late 14 min"
    assert signs.sentence(late) == "handed in, to grade, late by 14 minutes"
    assert signs.badges(late) == ("Late 14 min",)
    assert signs.badge_codes(late) == ("late",)
    missing = Situation(State.DRAFTING, result=Result.MISSING, seconds=60)
    assert (signs.mark(missing).note, signs.mark(missing).tone) == ("Missing", "bad")
    assert signs.sentence(missing) == "draft begun, missing"


def test_what_was_finished_offline_says_so_beside_the_rest():
    work = Situation(State.SUBMITTED, result=Result.LATE, seconds=13 * 60, offline="Finished offline, arrived later")
    assert signs.badges(work) == ("Late 13 min", "Finished offline, arrived later")
    assert signs.badge_codes(work) == ("late", "finished_offline")
    assert signs.sentence(work) == "handed in, to grade, late by 13 minutes, finished offline"
    assert signs.badges(signs.by_number(work)) == signs.badges(signs.by_name(work)) == ()
    assert signs.badges(replace(work, nothing_in=True, state=State.DRAFTING)) == ("Late 13 min",)


def test_more_time_is_said_and_stands_below_all_that_is_out_of_order():
    work = Situation(State.DRAFTING, until="27 March, 12:00 (CET)")
    assert signs.sentence(work) == "draft begun, more time, until 27 March, 12:00 (CET)"
    assert signs.mark(work).note == "More time"
    assert signs.mark(replace(work, result=Result.MISSING)).note == "Missing"
    assert signs.mark(replace(work, parked=True)).note == "Waiting"
    # What is in needs no time any more.
    assert signs.mark(replace(work, state=State.SUBMITTED)).note == ""
    sooner = replace(work, sooner=True)
    assert signs.sentence(sooner) == "draft begun, due at another time, 27 March, 12:00 (CET)"
    assert signs.mark(sooner).note == "Own due time"
    assert ("extended" in signs.badge_codes(work), "extended" in signs.badge_codes(sooner)) == (True, False)
    assert signs.sentence(signs.by_number(work)) == "draft begun"
    assert signs.sentence(signs.by_name(work)) == "handed in; names are hidden while it is marked"


def test_who_is_excused_counts_as_neither_late_nor_missing_and_what_came_late_says_so():
    for result, badges in ((Result.LATE, ("Late 1 min",)), (Result.MISSING, ())):
        work = Situation(State.EXCUSED, result=result, seconds=60)
        assert signs.badges(work) == badges
        assert not signs.is_late(work)
        assert not signs.is_missing(work)
        assert signs.mark(work).note == "Excused"
        late = ", late by 1 minute" if badges else ""
        assert signs.sentence(work) == f"excused, outside the totals{late}"


def test_a_returned_piece_shows_its_points_and_late_beside_them():
    work = Situation(State.RETURNED, result=Result.LATE, seconds=90_000, score=Decimal("8.50"), out_of=Decimal(12))
    shown = signs.mark(work)
    assert (shown.icon, shown.points, shown.note) == ("", "8.5", "Late 1 d")
    assert shown.sentence == "returned, 8.5 of 12, late by 1 day"


def test_a_revision_keeps_the_earlier_points_in_its_sentence():
    work = Situation(State.REVISING, score=Decimal(7), out_of=Decimal(12))
    assert signs.mark(work).icon == "rotate-ccw"
    assert signs.sentence(work) == "revising, 7 of 12 so far"


@pytest.mark.parametrize(
    ("value", "shown"), [("8", "8"), ("8.00", "8"), ("7.50", "7.5"), ("100", "100"), ("0", "0"), ("0.25", "0.25")]
)
def test_points_have_no_noughts_behind_the_point(value, shown):
    assert signs.points(Decimal(value)) == shown


def test_nothing_scored_is_not_nought():
    assert signs.points(None) == "–"
    assert signs.score(None, Decimal(4)) == "– of 4"


def test_people_stand_in_the_order_of_their_names_whatever_the_accents():
    names = ["Żaneta", "Łukasz", "Adam", "lech", "Élodie", "Олег", "فاطمة", "Ádám"]
    ordered = sorted(names, key=lambda name: signs.name_key(name, name))
    assert ordered == ["Adam", "Ádám", "Élodie", "lech", "Łukasz", "Żaneta", "Олег", "فاطمة"]


def test_counts_are_in_the_right_number():
    assert [signs.students(1), signs.students(28), signs.assignments(1)] == ["1 student", "28 students", "1 assignment"]
