"""What people and the site do to assignments and to the work on them. Keyword-only, atomic, told `by` whom.

Who may is asked at the doors (`access`); what may happen is asked of the table (`lifecycle`).
"""

from assignments.actions.asking import (
    ask_more_time,
    change_request,
    decline_request,
    grant_request,
    withdraw_request,
)
from assignments.actions.assigning import (
    bring_back,
    create_assignment,
    delete_assignment,
    draft_assignment,
    undelete_assignment,
    update_assignment,
)
from assignments.actions.attempts import HandedIn
from assignments.actions.bank import delete_template, edit_template, save_template
from assignments.actions.by_question import save_question_marks
from assignments.actions.by_row import RowOutcome
from assignments.actions.closing import closes_to_settle, settle_close
from assignments.actions.commenting import add_comment, delete_comment, edit_comment
from assignments.actions.counting import change_counts, pick_grade
from assignments.actions.dates import DueSaid, Harsher, extend, resolved, revoke_extension, what_revoking_costs
from assignments.actions.device_time import count_arrival_time, count_device_time
from assignments.actions.errata import acknowledge_erratum
from assignments.actions.excusing import excuse, lift_excuse
from assignments.actions.final_marks import make_final, make_final_many, undo_final, undo_final_many
from assignments.actions.grading import (
    LEASE,
    claim,
    note_seen,
    recall,
    recall_many,
    rehearse_returns,
    release,
    return_grade,
    return_many,
    save_marks,
)
from assignments.actions.hiding import may_hide_names, show_names
from assignments.actions.importing import (
    ClassImport,
    ImportedRow,
    MarksImport,
    MarksSaid,
    import_class,
    import_class_marks,
    import_marks,
    read_class,
    read_marks,
    rehearse_class,
    rehearse_marks,
)
from assignments.actions.moving_class import move_student, undo_move
from assignments.actions.noticing import choose_notices, read_notice, read_notices, remind_taken_back
from assignments.actions.overrides import MOST_OFFSET, end_dates, give_dates
from assignments.actions.regrading import regrade, undo_regrade
from assignments.actions.replying import reply
from assignments.actions.resolving import dues_to_resolve, resolve_again
from assignments.actions.revising import keep_grade, request_revision
from assignments.actions.roster import archive_class, hold_assignment, sync_assignment, sync_student
from assignments.actions.rubrics import edit_rubric
from assignments.actions.sharing import (
    MOST_AT_ONCE,
    PreviewStale,
    Said,
    SharedRow,
    Sharing,
    TakenBack,
    rehearse_comment,
    rows_of,
    share_comment,
    take_back_comment,
)
from assignments.actions.submitting import (
    Preview,
    accept_parked,
    discard_parked,
    hand_in_for,
    merge_parked,
    park_hand_in,
    preview_hand_in,
    save_draft,
    submit,
    use_parked,
    withdraw,
)
from assignments.actions.upgrading import read_upgrade, upgrade_edition

__all__ = [
    "LEASE",
    "MOST_AT_ONCE",
    "MOST_OFFSET",
    "ClassImport",
    "DueSaid",
    "HandedIn",
    "Harsher",
    "ImportedRow",
    "MarksImport",
    "MarksSaid",
    "Preview",
    "PreviewStale",
    "RowOutcome",
    "Said",
    "SharedRow",
    "Sharing",
    "TakenBack",
    "accept_parked",
    "acknowledge_erratum",
    "add_comment",
    "archive_class",
    "ask_more_time",
    "bring_back",
    "change_counts",
    "change_request",
    "choose_notices",
    "claim",
    "closes_to_settle",
    "count_arrival_time",
    "count_device_time",
    "create_assignment",
    "decline_request",
    "delete_assignment",
    "delete_comment",
    "delete_template",
    "discard_parked",
    "draft_assignment",
    "dues_to_resolve",
    "edit_comment",
    "edit_rubric",
    "edit_template",
    "end_dates",
    "excuse",
    "extend",
    "give_dates",
    "grant_request",
    "hand_in_for",
    "hold_assignment",
    "import_class",
    "import_class_marks",
    "import_marks",
    "keep_grade",
    "lift_excuse",
    "make_final",
    "make_final_many",
    "may_hide_names",
    "merge_parked",
    "move_student",
    "note_seen",
    "park_hand_in",
    "pick_grade",
    "preview_hand_in",
    "read_class",
    "read_marks",
    "read_notice",
    "read_notices",
    "read_upgrade",
    "recall",
    "recall_many",
    "regrade",
    "rehearse_class",
    "rehearse_comment",
    "rehearse_marks",
    "rehearse_returns",
    "release",
    "remind_taken_back",
    "reply",
    "request_revision",
    "resolve_again",
    "resolved",
    "return_grade",
    "return_many",
    "revoke_extension",
    "rows_of",
    "save_draft",
    "save_marks",
    "save_question_marks",
    "save_template",
    "settle_close",
    "share_comment",
    "show_names",
    "submit",
    "sync_assignment",
    "sync_student",
    "take_back_comment",
    "undelete_assignment",
    "undo_final",
    "undo_final_many",
    "undo_move",
    "undo_regrade",
    "update_assignment",
    "upgrade_edition",
    "use_parked",
    "what_revoking_costs",
    "withdraw",
    "withdraw_request",
]
