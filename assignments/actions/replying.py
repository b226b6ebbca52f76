"""What a student answers to the comments that were returned to her. Only where her assignment wants that does what she
left unanswered keep her from handing in again."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from assignments import remarks
from assignments.actions.turn import Turn
from assignments.errors import ReachesNobody
from assignments.facts import facts_of
from assignments.lifecycle import STATE_CONFLICT, SUBMISSION_EXCUSED, Act, Refused, hand_in_act
from assignments.models import Comment, CommentReply, Submission
from assignments.words import problem, problems
from destalin_site.common.errors import ValidationFailed, VersionStale


@transaction.atomic
def reply(
    submission: Submission, *, comment: Comment, stance: str, text: str, if_version: int, by: User
) -> CommentReply:
    """Says what was done about a comment, upon version `if_version` of what was said before (0: nothing). It is handed
    along with the next hand-in; possible whenever a draft may be saved and one may still come, if only by a teacher's
    decision."""
    turn = Turn.of(submission, by=by)
    turn.demand(Act.SAVE)
    follows = turn.decide(hand_in_act(facts_of(turn.submission, person=by, now=turn.now)))
    if isinstance(follows, Refused) and follows.problem in (STATE_CONFLICT, SUBMISSION_EXCUSED):
        raise ReachesNobody(state=turn.submission.state, allowed=[])
    if faults := list(remarks.reply_faults(text)):
        raise ValidationFailed(errors=problems(faults))
    if stance not in CommentReply.Stance.values:
        raise ValidationFailed(errors=[problem("/stance", "not-one-of")])
    # Copies of the comment are the same comment: an answer counts for all of them.
    said = CommentReply.objects.to(submission).filter(comment__key=comment.key).latest_first().first()
    version = said.version if said else 0
    number = turn.submission.attempt_count + 1
    if version != if_version:
        again = said is not None and version == if_version + 1 and said.attempt_number == number
        if said and again and (said.stance, said.text) == (stance, text):
            return said  # after an answer that was lost on its way
        raise VersionStale(current_etag=f'"p{version}"')
    if said is None or said.attempt_number != number:
        said = CommentReply(comment=comment, attempt_number=number)
    said.stance, said.text, said.at, said.version = stance, text, turn.now, version + 1
    said.save()
    return said
