"""Pages of facts about many pieces of work: a class, an assignment, a teacher's day.

Each is one finished, frozen value. It is built in a fixed number of queries, whatever the number of students and
assignments, and its rows are plain tuples until they become words.
"""

from assignments.boards.assignment import AssignmentBoard, MissingWork, StudentRow, assignment_board
from assignments.boards.classroom import PAGE, BoardRow, Cell, ClassBoard, Column, class_board
from assignments.boards.compact import compact_board
from assignments.boards.due_moves import left_behind
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
from assignments.boards.rows import Chip
from assignments.boards.today import Ahead, Room, TeacherToday, Todo, TodoKind, teacher_today

__all__ = [
    "MOST",
    "PAGE",
    "Ahead",
    "AssignmentBoard",
    "BoardRow",
    "Cell",
    "Chip",
    "ClassBoard",
    "Column",
    "MailChoice",
    "MissingWork",
    "NoticeDay",
    "PassagesBoard",
    "Room",
    "StudentRow",
    "Target",
    "TeacherToday",
    "Todo",
    "TodoKind",
    "Users",
    "assignment_board",
    "class_board",
    "compact_board",
    "left_behind",
    "mail_choice",
    "notice_days",
    "passages_board",
    "pulse",
    "target",
    "targets",
    "teacher_today",
    "unread_notices",
    "usage",
    "users_of",
]
