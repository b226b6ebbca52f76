"""The cases at the edges of the life of a piece of work, each with the tests that hold it. Those that no other file
holds stand below."""

from __future__ import annotations

import ast
import datetime as dt
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from assignments import actions
from assignments.errors import AssignmentClosed, StateConflict
from assignments.models import ParkedCopy, Submission
from tests.assignments import work
from tests.cast import Cast

TESTS = Path(__file__).resolve().parent.parent

# By what happens; a test is named by its file below tests/ and its name, as pytest prints it.
HELD_BY: dict[str, tuple[str, ...]] = {
    "A save after the close": (
        "assignments/test_save.py::test_after_the_close_a_save_is_still_a_draft",
        "assignments/test_closing.py::test_who_hands_in_after_the_close_finds_it_too_and_the_text_is_parked",
        "assignments/test_desk_pages.py::test_after_the_close_a_hand_in_is_set_aside_and_says_so",
    ),
    "More time before and after the hand-in": (
        "assignments/test_extend.py::test_work_handed_in_within_it_is_in_time",
        "assignments/test_extend.py::test_given_afterwards_it_takes_the_lateness_off_every_attempt",
        "assignments/test_timing.py::test_a_later_due_time_is_never_to_anyones_harm",
    ),
    "More time is taken back": (
        "assignments/test_extend.py::test_taken_back_it_ends_for_what_is_to_come_alone",
        "assignments/test_revoke_extension.py"
        "::test_what_came_in_time_by_it_stays_in_time_unless_the_teacher_says_otherwise",
        "assignments/test_revoke_extension.py"
        "::test_said_so_it_is_late_by_the_dates_without_it_and_loses_what_that_costs",
    ),
    # Everybody hands in work of her own: who is in a group of other dates shares its dates, and more time is hers.
    "More time for one member of a group": (
        "assignments/test_other_dates.py"
        "::test_her_own_dates_go_before_those_of_a_group_and_an_extension_only_lengthens",
        "assignments/test_timing.py::test_of_a_kind_the_most_generous_counts",
    ),
    "The due time moves to an earlier day after hand-ins": (
        "assignments/test_assign.py::test_a_later_due_time_helps_and_an_earlier_one_harms_nobody",
        "assignments/test_assign_page.py"
        "::test_an_earlier_due_time_names_whom_it_leaves_in_time_and_a_later_one_what_does_not_move_along",
    ),
    "The due time moves to a later day": (
        "assignments/test_assign.py::test_a_later_due_time_helps_and_an_earlier_one_harms_nobody",
        "assignments/test_concurrency.py::test_who_hands_in_before_the_due_time_moves_is_decided_again",
    ),
    "Taken back, then forgotten": (
        "assignments/test_withdraw.py::test_it_counts_again_at_the_close_with_its_own_time",
        "assignments/test_notices.py::test_who_took_back_what_no_close_brings_back_is_reminded_once_it_is_due",
    ),
    "Improved after the return, then silence": (
        "assignments/test_revision.py::test_a_revision_that_was_forgotten_ends_at_its_close",
        "assignments/test_revision.py::test_a_first_save_after_the_return_reopens_it_and_the_grade_stays_in_sight",
    ),
    "Finished offline, arrives later": (
        "assignments/test_finished_offline.py::test_what_was_finished_in_time_and_comes_within_the_grace_is_in_time",
        "assignments/test_finished_offline.py::test_without_a_word_of_the_device_it_is_late",
        "assignments/test_finished_offline.py"
        "::test_what_is_not_believed_or_comes_too_late_or_was_finished_after_the_close_is_parked",
    ),
    "A wrong or forged clock of a device": (
        "assignments/test_device_clock.py::test_a_device_whose_clock_and_seconds_agree_is_believed",
        "assignments/test_device_clock.py"
        "::test_nothing_that_a_device_says_is_more_than_medium_or_lies_outside_of_contact_and_arrival",
        "assignments/test_finished_offline.py::test_a_teacher_lets_the_time_of_the_device_count_and_takes_it_back",
    ),
    "Two devices edit": (
        "assignments/test_save.py::test_a_stale_save_is_parked_and_overwrites_nothing",
        "assignments/test_desk_pages.py::test_a_stale_save_shows_both_texts_and_overwrites_nothing",
        "assignments/test_concurrency.py::test_of_many_saves_upon_one_rev_one_wins_and_the_others_are_parked",
    ),
    "The same hand-in again": (
        "assignments/test_concurrency.py::test_fifty_posts_of_one_attempt_make_one_row_and_the_same_receipt",
        "assignments/test_finished_offline.py::test_a_replay_gets_the_same_answer",
    ),
    "A hand-in crosses with a claim": (
        "assignments/test_concurrency.py::test_a_claim_and_a_replacement_at_once_end_in_one_order_or_the_other",
    ),
    "It is returned while she revises offline": (
        "assignments/test_edge_cases.py::test_what_she_revised_meanwhile_is_handed_in_where_it_may_be_improved",
        "assignments/test_edge_cases.py::test_what_she_revised_meanwhile_is_set_aside_where_it_may_not",
    ),
    "Excused, and a hand-in arrives": (
        "assignments/test_excuse.py::test_who_is_excused_may_write_and_what_she_hands_in_waits",
        "assignments/test_excuse.py::test_accepting_a_hand_in_that_waits_lifts_the_excuse",
    ),
    "The class is archived with drafts or set-aside copies": (
        "assignments/test_archive_page.py::test_it_counts_what_waits_in_this_class_and_no_other",
        "assignments/test_save.py::test_in_an_archived_class_and_after_removal_a_save_is_parked",
        "assignments/test_ways_back.py::test_what_is_taken_back_is_as_it_was",
    ),
    "A student is removed while somebody reads her work": (
        "assignments/test_assign.py::test_removal_during_review_drops_the_claim_and_keeps_the_marks",
    ),
    "A student moves to another class": (
        "assignments/test_move_class.py::test_moving_is_one_act_and_one_entry_of_the_log",
        "assignments/test_move_class.py::test_the_draft_comes_along_where_the_teacher_says_so",
        "assignments/test_move_class.py::test_the_way_back_finds_everything_as_it_was",
    ),
    "Another edition in the middle of a draft": (
        "assignments/test_upgrade.py::test_a_new_edition_alone_moves_nobody",
        "assignments/test_upgrade.py"
        "::test_a_citation_that_fails_is_listed_with_its_words_and_her_own_words_are_hers_alone",
        "assignments/test_upgrade.py::test_what_was_handed_in_never_moves",
    ),
    "The rubric is edited after grading began": (
        "assignments/test_regrade.py::test_drafts_alone_come_along_and_returned_grades_stay_to_the_bit",
        "assignments/test_regrade.py::test_what_is_applied_is_what_was_shown",
    ),
    "Two graders": (
        "assignments/test_grade.py::test_two_graders_cannot_overwrite_in_silence",
        "assignments/test_grade.py::test_a_second_grader_is_told_who_holds_it_and_may_take_it_over_only_by_saying_so",
    ),
    "Of many returns some cannot be": (
        "assignments/test_grade.py::test_of_a_bulk_return_the_good_rows_are_returned_and_the_others_say_why",
        "assignments/test_concurrency.py::test_parallel_bulk_returns_with_one_key_return_once_and_give_one_answer",
    ),
    "Due in a night on which clocks change": (
        "assignments/test_timing.py::test_a_due_time_in_the_spring_gap_moves_forward_by_the_gap_and_says_so",
        "assignments/test_timing.py::test_a_due_time_in_the_autumn_overlap_is_the_later_instant",
        "assignments/test_assign_page.py::test_a_time_that_the_clocks_skip_is_moved_and_said",
    ),
    "A teacher edits from another zone": (
        "assignments/test_your_time.py::test_a_form_says_its_zone_and_what_both_clocks_show",
    ),
    "An assignment is deleted": (
        "assignments/test_assign.py::test_deleting_takes_it_from_all_lists_and_undoing_brings_the_work_back",
        "assignments/test_ways_back.py::test_what_is_taken_back_is_as_it_was",
    ),
    "A picture is withdrawn from an edition": (
        "lessons/test_image_rights.py"
        "::test_keeping_an_image_in_classrooms_counts_at_once_in_published_editions_and_so_does_opening_it",
        "assignments/test_classroom_images.py::test_no_page_names_a_guarded_image_and_no_address_serves_one_to",
    ),
    "No due date": (
        "assignments/test_timing.py::test_without_a_due_date_nothing_is_late_or_missing",
        "assignments/test_edge_cases.py::test_work_that_is_never_due_is_never_late_and_may_close_all_the_same",
    ),
}


@cache
def functions_of(path: str) -> frozenset[str]:
    tree = ast.parse((TESTS / path).read_text())
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


@pytest.mark.parametrize("case", HELD_BY)
def test_every_case_has_tests_that_are_there(case: str) -> None:
    assert HELD_BY[case]
    for named in HELD_BY[case]:
        path, _, name = named.partition("::")
        assert name.startswith("test_")
        assert (TESTS / path).is_file(), f"no file {path}"
        assert name in functions_of(path), f"{path} has no {name} any more: which test holds “{case}” now?"


# ------------------------------------------------------------------------------------------- what no other file holds


def revised_offline(cast: Cast, time_machine: Any, **settings: Any) -> Submission:
    """She was asked to revise it, went offline, and her teacher kept the grade before anything came."""
    time_machine.move_to("2026-05-02T10:00+00:00", tick=False)
    row = work.submission_of(work.make_assignment(cast, due=work.due("2026-05-03T12:00"), **settings), cast.student)
    work.hand_in(row)
    work.mark(row, cast.teacher)
    actions.return_grade(row, by=cast.teacher)
    actions.request_revision(work.reread(row), due=work.due("2026-05-08T12:00"), words="Go on.", by=cast.teacher)
    actions.keep_grade(work.reread(row), by=cast.teacher)
    return work.reread(row)


def test_what_she_revised_meanwhile_is_handed_in_where_it_may_be_improved(cast: Cast, time_machine: Any) -> None:
    row = revised_offline(cast, time_machine, resubmission=True)
    made = work.hand_in(row, work.body_for(row.assignment, "Revised on the train.")).attempt
    row = work.reread(row)
    assert (row.state, row.counted_id, made.number) == ("submitted", made.pk, 2)
    assert row.returned_grade is not None, "the earlier grade stays in sight"


def test_what_she_revised_meanwhile_is_set_aside_where_it_may_not(cast: Cast, time_machine: Any) -> None:
    row = revised_offline(cast, time_machine)
    body = work.body_for(row.assignment, "Revised on the train.")
    with pytest.raises(StateConflict):
        work.hand_in(row, body)
    row = work.reread(row)
    assert (row.state, row.attempt_count, row.hand_ins_waiting) == ("returned", 1, 1)
    actions.accept_parked(ParkedCopy.objects.get(submission=row), by=cast.teacher)
    row = work.reread(row)
    assert (row.state, row.counted and row.counted.body) == ("submitted", body)


def test_work_that_is_never_due_is_never_late_and_may_close_all_the_same(cast: Cast, time_machine: Any) -> None:
    time_machine.move_to("2026-05-02T10:00+00:00", tick=False)
    given = work.make_assignment(cast, closes_at=work.at("2026-05-04T12:00Z"))
    hers, his = (work.submission_of(given, student) for student in (cast.student, cast.classmate))
    time_machine.move_to("2026-05-04T12:00+00:00", tick=False)
    assert work.hand_in(hers).timing.result == "not_due"
    time_machine.shift(dt.timedelta(seconds=1))
    with pytest.raises(AssignmentClosed):
        work.hand_in(his)
    row = work.reread(his)
    assert (row.due_at, row.timing_at(dt.datetime.now(dt.UTC)).result) == (None, "not_due")
    assert ParkedCopy.objects.filter(submission=his, kind="submit").exists()
