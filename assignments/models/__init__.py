"""Assignments, and what students and teachers make of them."""

from assignments.models.asking import ExtensionRequest
from assignments.models.assignment import Assignment, AudienceMember
from assignments.models.class_move import ClassMove
from assignments.models.comment import Comment
from assignments.models.erratum import ErratumAck
from assignments.models.event import Event
from assignments.models.evidence import AnswerPart, Citation
from assignments.models.extension import Extension
from assignments.models.final_mark import FinalMark
from assignments.models.grading import Grade
from assignments.models.notice import Digest, Notice, NoticeChoice
from assignments.models.override import DateOverride, OverrideMember
from assignments.models.regrade import Regrade
from assignments.models.reply import CommentReply
from assignments.models.revision import Revision
from assignments.models.rubric import RubricEdition
from assignments.models.scan import Scan
from assignments.models.shared_comment import SharedComment
from assignments.models.submission import Attempt, Draft, Excuse, ParkedCopy, Submission, TimingDecision
from assignments.models.template import CommentTemplate
from assignments.models.upgrade import EditionMove, EditionUpgrade

__all__ = [
    "AnswerPart",
    "Assignment",
    "Attempt",
    "AudienceMember",
    "Citation",
    "ClassMove",
    "Comment",
    "CommentReply",
    "CommentTemplate",
    "DateOverride",
    "Digest",
    "Draft",
    "EditionMove",
    "EditionUpgrade",
    "ErratumAck",
    "Event",
    "Excuse",
    "Extension",
    "ExtensionRequest",
    "FinalMark",
    "Grade",
    "Notice",
    "NoticeChoice",
    "OverrideMember",
    "ParkedCopy",
    "Regrade",
    "Revision",
    "RubricEdition",
    "Scan",
    "SharedComment",
    "Submission",
    "TimingDecision",
]
