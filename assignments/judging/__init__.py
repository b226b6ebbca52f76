"""What the grading desk shows of one piece of work, as finished values."""

from assignments.judging.by_question import A_PAGE, QuestionDesk, by_question
from assignments.judging.by_question import Line as AnswerLine
from assignments.judging.by_question import Tried as TriedQuestion
from assignments.judging.by_question import address as address_of_answer
from assignments.judging.comments import Shelf, Theirs, of_hand_in, offers, passage_here, theirs
from assignments.judging.comments import Tried as TriedComment
from assignments.judging.desk import Desk, desk, next_to_grade
from assignments.judging.holding import Held, held
from assignments.judging.marks import Conflict, conflict, fields_of_question, saved_words, total_of, typed
from assignments.judging.more import More, Tried, more
from assignments.judging.on_behalf import fields
from assignments.judging.paper import paper, paper_of_text
from assignments.judging.reading import Answered, Marks, Remark, Work, pointed, work
from assignments.judging.replying import Asked, asked

__all__ = [
    "A_PAGE",
    "AnswerLine",
    "Answered",
    "Asked",
    "Conflict",
    "Desk",
    "Held",
    "Marks",
    "More",
    "QuestionDesk",
    "Remark",
    "Shelf",
    "Theirs",
    "Tried",
    "TriedComment",
    "TriedQuestion",
    "Work",
    "address_of_answer",
    "asked",
    "by_question",
    "conflict",
    "desk",
    "fields",
    "fields_of_question",
    "held",
    "more",
    "next_to_grade",
    "of_hand_in",
    "offers",
    "paper",
    "paper_of_text",
    "passage_here",
    "pointed",
    "saved_words",
    "theirs",
    "total_of",
    "typed",
    "work",
]
