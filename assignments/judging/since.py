"""What a student made of her work since it was looked at last: beside it, and comment by comment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assignments import answers, redrafts, remarks
from assignments.judging.reading import about_words
from assignments.models import Attempt, Comment, CommentReply, Grade
from destalin_site.common import moments
from lessons.changes import Piece

if TYPE_CHECKING:
    from lessons.document import Document


@dataclass(frozen=True, slots=True)
class Redrafted:
    """A question whose answer is another one now."""

    number: int
    old: tuple[Piece, ...]
    new: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Followed:
    """An earlier comment, and what became of the words that it was about."""

    key: UUID
    number: int
    question: int  # 0 for the whole hand-in
    quote: str  # empty where it stands on no words
    about: str  # what it is about then
    body: str
    by: str
    old: tuple[Piece, ...]
    new: tuple[Piece, ...]
    touched: bool  # of the whole: whether anything in it is different
    stance: str  # what she answered, in words; empty for nothing
    answer: str


@dataclass(frozen=True, slots=True)
class Since:
    title: str
    words: str
    questions: tuple[Redrafted, ...]
    comments: tuple[Followed, ...]


def since(
    shown: Attempt,
    *,
    attempts: Sequence[Attempt],
    grades: Sequence[Grade],
    document: Document,
    questions: Mapping[str, answers.Question],
    zone: str,
) -> Since | None:
    """What is different from the hand-in that was returned before, else from the one before; None for the first.
    `grades` are those of the work, latest first."""
    before = {attempt.pk: attempt for attempt in attempts if attempt.number < shown.number}
    if not before:
        return None
    grade = next((row for row in grades if row.returned_at is not None and row.attempt_id in before), None)
    earlier = before[grade.attempt_id] if grade and grade.attempt_id else max(before.values(), key=lambda a: a.number)
    comments = list(Comment.objects.of(grade))
    said = CommentReply.objects.to(shown.submission).filter(attempt_number__lte=shown.number)
    return _Compared(earlier, shown, document, questions).told(comments, said.by_key(), grade, zone)


class _Compared:
    def __init__(
        self, earlier: Attempt, shown: Attempt, document: Document, questions: Mapping[str, answers.Question]
    ) -> None:
        self.earlier = earlier
        self.body = earlier.body
        now = shown.body
        asked = [(number, each) for number, each in enumerate(document.questions, 1) if each["id"] in questions]
        self.numbers = {each["id"]: number for number, each in asked}
        self.texts: dict[str, redrafts.Text] = {}
        self.pieces: dict[str, tuple[Piece, ...]] = {}
        for _number, each in asked:
            options = {option["id"]: option["text"] for option in each["options"]}
            old, new = (redrafts.text_of(body, each["id"], options) for body in (self.body, now))
            self.texts[each["id"]], self.pieces[each["id"]] = old, redrafts.between(old, new)

    def told(
        self, comments: Sequence[Comment], replies: Mapping[UUID, CommentReply], grade: Grade | None, zone: str
    ) -> Since:
        changed = [
            Redrafted(
                self.numbers[name],
                tuple(piece for piece in pieces if piece.how != "in"),
                tuple(piece for piece in pieces if piece.how != "out"),
            )
            for name, pieces in self.pieces.items()
            if pieces
        ]
        followed = tuple(self.followed(comments, replies))
        title = _("What changed since hand-in %(number)d") % {"number": self.earlier.number}
        if grade and grade.returned_at:
            returned = {"title": title, "moment": moments.moment_short(grade.returned_at, zone)}
            title = _("%(title)s, which was returned %(moment)s") % returned
        return Since(title, self.words(bool(changed), followed), tuple(changed), followed)

    def words(self, changed: bool, followed: Sequence[Followed]) -> str:
        if not changed:
            return _("The answers are the same, word for word.")
        on_words = [each for each in followed if each.quote]
        if not on_words:
            return ""
        words = {"n": len(on_words), "touched": sum(each.touched for each in on_words)}
        return (
            ngettext(
                "The changes touch the words of %(touched)d of %(n)d comment.",
                "The changes touch the words of %(touched)d of %(n)d comments.",
                len(on_words),
            )
            % words
        )

    def changed(self, question: str) -> bool:
        """Whether the answer to it is different, of all answers any where no question is named."""
        return bool(self.pieces.get(question)) if question else any(self.pieces.values())

    def span(self, comment: Comment) -> redrafts.Passage | None:
        """The words that it was about; none on the whole. None where the question is asked no more."""
        if not comment.place.on_words:
            return redrafts.Passage((), ()) if comment.question in {"", *self.texts} else None
        text = self.texts.get(comment.question)
        begins = text.begins.get(comment.block) if text else None
        if text is None or begins is None:
            return None
        pieces = self.pieces[comment.question]
        return redrafts.passage(pieces, text.text, begins + comment.start, begins + comment.end)

    def followed(self, comments: Sequence[Comment], replies: Mapping[UUID, CommentReply]) -> list[Followed]:
        by_key = {str(each.key): each for each in comments}
        places = [(name, each.place) for name, each in by_key.items()]
        found = []
        for number, name in enumerate(remarks.in_order(places, self.body, self.numbers), 1):
            each = by_key[name]
            span = self.span(each)
            if span is None:
                continue
            found.append(
                Followed(
                    key=each.key,
                    number=number,
                    question=self.numbers.get(each.question, 0),
                    quote=each.quote,
                    about="" if each.place.on_words else about_words(each),
                    body=each.body,
                    by=each.by.get_full_name() if each.by else "",
                    old=span.old,
                    new=span.new,
                    touched=span.touched if each.place.on_words else self.changed(each.question),
                    stance=said.get_stance_display() if (said := replies.get(each.key)) else "",
                    answer=said.text if said else "",
                )
            )
        return found
