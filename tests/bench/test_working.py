"""A class that writes while its teachers look at the board."""

import pytest

from assignments.models import Draft
from bench import data, working


@pytest.mark.parametrize(("board", "late"), [(0.39, []), (0.41, ["board, REST"])])
def test_a_board_that_takes_too_long_is_named_and_a_save_is_not(board: float, late: list[str]) -> None:
    assert working.missed({"board, REST": [0.1, board], "save": [1.0]}) == late


@pytest.mark.django_db
def test_those_who_write_are_of_the_class_that_is_looked_at() -> None:
    school = data.build(students=3, assignments=1, hand_ins=1)
    writing = data.build_drafts(school, 2, room=school.board)
    drafts = Draft.objects.filter(submission__in=[pk for _token, pk, _body in writing])
    assert [draft.submission.assignment.classroom_id for draft in drafts] == [school.board] * 2
