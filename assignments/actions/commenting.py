"""Comments on a hand-in. They are part of the draft marks: only staff see them before the return."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from assignments import readings, remarks
from assignments.actions import bank
from assignments.actions.grading import Marking, put_down, take_up
from assignments.actions.turn import Turn
from assignments.errors import StateConflict
from assignments.models import Attempt, Comment, CommentTemplate, SharedComment, Submission
from assignments.words import problem, problems
from destalin_site.common.errors import ValidationFailed, VersionStale
from destalin_site.common.ids import uuid7

Passage = Mapping[str, Any]


@transaction.atomic
def add_comment(
    submission: Submission,
    *,
    place: remarks.Place,
    body: str,
    passage: Passage | None = None,
    key: UUID | None = None,
    template: CommentTemplate | None = None,
    shared: SharedComment | None = None,
    by: User,
) -> Comment:
    """A comment on these words of the hand-in that counts, or on the whole of it. On work that nobody claimed this is
    also the claim. `key` is made by the client: the same one again, by the same person, makes no second comment; it
    says what it says now. `template`, of the bank of `by`, is what the words were taken from: a use is counted.
    `shared` is what was said to many, where this is one of it."""
    turn = Turn.of(submission, by=by)
    marking = take_up(turn)
    attempt = turn.submission.attempts.get(pk=marking.draft.attempt_id or "")
    known = marking.draft.comments.filter(key=key).first() if key else None
    if known is not None:
        if known.place != place or known.by_id != by.pk or known.version != 1:
            raise VersionStale(current_etag=tag(known))
        if (known.body, known.passage) == (body, passage and remarks.as_passage(passage)):
            return known  # after an answer that was lost on its way
    asked = readings.questions(turn.submission.assignment.in_edition(attempt.edition_id))
    faults = [*remarks.faults(attempt.body, place, asked), *remarks.word_faults(body)]
    errors = [*problems(faults), *_passage_problems(attempt, passage)]
    if not errors and known is None and marking.draft.comments.count() >= remarks.MOST:
        errors = [problem("", "too-many-comments")]
    if errors:
        raise ValidationFailed(errors=errors)
    if known is not None:
        return _rewritten(turn, marking, known, body, passage)
    comment = Comment.objects.create(
        grade=marking.draft,
        attempt=attempt,
        key=key or uuid7(),
        question=place.question,
        block=place.block,
        start=place.start,
        end=place.end,
        quote=place.quote,
        body=body,
        passage=passage and remarks.as_passage(passage),
        by=by,
        at=turn.now,
        shared=shared,
    )
    if template is not None:
        bank.count_use(template)
    put_down(turn, marking)
    return comment


@transaction.atomic
def edit_comment(
    submission: Submission, *, key: UUID, body: str, passage: Passage | None, if_version: int, by: User
) -> Comment:
    """Other words, or another passage, upon version `if_version`. Of a comment that was returned this makes a draft,
    which takes its place with the next return."""
    turn = Turn.of(submission, by=by)
    marking = take_up(turn)
    comment = marking.draft.comments.select_related("attempt").filter(key=key).first()
    if comment is None:
        raise StateConflict(_("This comment was deleted."), state=turn.submission.state, allowed=[])
    if comment.version != if_version:
        again = comment.version == if_version + 1 and comment.by_id == by.pk
        if again and (comment.body, comment.passage) == (body, passage and remarks.as_passage(passage)):
            return comment  # after an answer that was lost on its way
        raise VersionStale(current_etag=tag(comment))
    errors = [*problems(remarks.word_faults(body)), *_passage_problems(comment.attempt, passage)]
    if errors:
        raise ValidationFailed(errors=errors)
    return _rewritten(turn, marking, comment, body, passage)


def _rewritten(turn: Turn, marking: Marking, comment: Comment, body: str, passage: Passage | None) -> Comment:
    comment.body, comment.passage = body, passage and remarks.as_passage(passage)
    comment.version, comment.at, comment.by = comment.version + 1, turn.now, turn.author
    comment.save(update_fields=["body", "passage", "version", "at", "by"])
    put_down(turn, marking)
    return comment


@transaction.atomic
def delete_comment(submission: Submission, *, key: UUID, if_version: int, by: User) -> None:
    """Takes a comment out of the draft; deleting the deleted changes nothing. What was returned keeps its own."""
    turn = Turn.of(submission, by=by)
    grade = turn.submission.grades.before(by)
    if grade is None or not grade.comments.filter(key=key).exists():
        return
    marking = take_up(turn)
    comment = marking.draft.comments.filter(key=key).first()
    if comment is None:
        return  # it went aside with marks for other words
    if comment.version != if_version:
        raise VersionStale(current_etag=tag(comment))
    comment.delete()
    put_down(turn, marking)


def tag(comment: Comment) -> str:
    return f'"n{comment.version}"'


def _passage_problems(attempt: Attempt, passage: Passage | None) -> list[dict[str, str]]:
    code = readings.check_citation(attempt.edition_id, passage) if passage else None
    return [problem("/passage", code)] if code else []
