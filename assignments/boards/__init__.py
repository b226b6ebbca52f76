"""Pages of facts about many pieces of work: a class, an assignment, a teacher's day.

Each is one finished, frozen value. It is built in a fixed number of queries, whatever the number of students and
assignments, and its rows are plain tuples until they become words.
"""

from assignments.boards.answers import LONGEST, ORDER, AnswersBoard, answer_parts, answers_board, whose
from assignments.boards.assignment import AssignmentBoard, MissingWork, StudentRow, assignment_board
from assignments.boards.classroom import PAGE, BoardRow, Cell, ClassBoard, Column, class_board
from assignments.boards.compact import compact_board
from assignments.boards.deleted import Deleted, Deletion, deleted_assignments, deletions, kept_work
from assignments.boards.due_moves import LeftBehind, left_behind
from assignments.boards.notices import (
    MOST,
    MailChoice,
    NoticeDay,
    mail_choice,
    notice_days,
    unread_notices,
)
from assignments.boards.passages import PassagesBoard, Target, Users, passages_board, target, targets, usage, users_of
from assignments.boards.pulse import pulse
from assignments.boards.removed import Removed, removed_work
from assignments.boards.returned import changing, opened, returned_last
from assignments.boards.rows import Chip
from assignments.boards.today import Ahead, Room, TeacherToday, Todo, TodoKind, has_a_day_of_teaching, teacher_today
from assignments.boards.totals import COUNTED, class_totals

__all__ = [
    "COUNTED",
    "LONGEST",
    "MOST",
    "ORDER",
    "PAGE",
    "Ahead",
    "AnswersBoard",
    "AssignmentBoard",
    "BoardRow",
    "Cell",
    "Chip",
    "ClassBoard",
    "Column",
    "Deleted",
    "Deletion",
    "LeftBehind",
    "MailChoice",
    "MissingWork",
    "NoticeDay",
    "PassagesBoard",
    "Removed",
    "Room",
    "StudentRow",
    "Target",
    "TeacherToday",
    "Todo",
    "TodoKind",
    "Users",
    "answer_parts",
    "answers_board",
    "assignment_board",
    "changing",
    "class_board",
    "class_totals",
    "compact_board",
    "deleted_assignments",
    "deletions",
    "has_a_day_of_teaching",
    "kept_work",
    "left_behind",
    "mail_choice",
    "notice_days",
    "opened",
    "passages_board",
    "pulse",
    "removed_work",
    "returned_last",
    "target",
    "targets",
    "teacher_today",
    "unread_notices",
    "usage",
    "users_of",
    "whose",
]
