"""What a student made of her work since it was looked at last: beside it, and comment by comment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assignments import answers, redrafts, remarks
from assignments.judging.reading import about_words
from assignments.models import Attempt, Comment, CommentReply, Grade
from assignments.words import cell_names
from destalin_site.common import moments
from lessons.changes import Effort, How, Piece, words

if TYPE_CHECKING:
    from lessons.document import Document, QuestionData


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
    about_question: str  # the same by its id
    quote: str  # empty where it stands on no words
    about: str  # what it is about then
    body: str
    by: str
    old: tuple[Piece, ...]
    new: tuple[Piece, ...]
    touched: bool  # of the whole: whether anything in it is different
    stance: str  # what she answered, in words; empty for nothing
    asks: bool  # and whether that is a question
    answer: str


@dataclass(frozen=True, slots=True)
class Since:
    title: str
    words: str
    questions: tuple[Redrafted, ...]
    comments: tuple[Followed, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    row: str
    column: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """One question then and now: options by their ids, words as pieces, those of a table cell by cell."""

    question: str
    number: int
    kept: tuple[str, ...]
    chosen: tuple[str, ...]  # now, and not then
    dropped: tuple[str, ...]  # then, and not now
    pieces: tuple[Piece, ...]
    cells: tuple[Cell, ...]

    @property
    def changed(self) -> bool:
        return bool(self.chosen or self.dropped) or any(piece.how != "same" for piece in self._all())

    def words(self, how: How) -> int:
        """How many words stay, come in or go out."""
        return sum(len(piece.text.split()) for piece in self._all() if piece.how == how)

    def _all(self) -> Iterator[Piece]:
        yield from self.pieces
        for cell in self.cells:
            yield from cell.pieces


def since(
    shown: Attempt,
    *,
    attempts: Sequence[Attempt],
    grades: Sequence[Grade],
    document: Document,
    questions: Mapping[str, answers.Question],
    zone: str,
) -> Since | None:
    """The comparison as the desk shows it; None for the first hand-in."""
    found = compared(shown, attempts=attempts, grades=grades, document=document, questions=questions)
    return found.told(zone) if found else None


def compared(
    shown: Attempt,
    *,
    attempts: Sequence[Attempt],
    grades: Sequence[Grade],
    document: Document,
    questions: Mapping[str, answers.Question],
    number: int | None = None,
) -> Compared | None:
    """What is different from the earlier hand-in of this `number`, else from the one that was returned before, else
    from the one before; None where there is none. `grades` are those of the work that the reader may see, latest first;
    of them come the comments."""
    found = before(shown, attempts=attempts, grades=grades, number=number)
    return Compared(shown, found, document, questions) if found else None


class Before(NamedTuple):
    """An earlier hand-in, and what was returned of it, if anything was."""

    attempt: Attempt
    grade: Grade | None

    def title(self, zone: str, words: str) -> str:
        """`words` speak of the hand-in by its `number`."""
        said = words % {"number": self.attempt.number}
        if self.grade and self.grade.returned_at:
            returned = {"title": said, "moment": moments.moment_short(self.grade.returned_at, zone)}
            said = _("%(title)s, which was returned %(moment)s") % returned
        return said


def before(
    shown: Attempt, *, attempts: Iterable[Attempt], grades: Iterable[Grade], number: int | None = None
) -> Before | None:
    """What a hand-in is compared with, chosen as `compared` says."""
    earlier = {row.pk: row for row in attempts if row.number < shown.number and number in (None, row.number)}
    if not earlier:
        return None
    grade = next((row for row in grades if row.returned_at is not None and row.attempt_id in earlier), None)
    if grade and grade.attempt_id:
        return Before(earlier[grade.attempt_id], grade)
    return Before(max(earlier.values(), key=lambda a: a.number), None)


def is_same(one: answers.Body, other: answers.Body, question: QuestionData) -> bool:
    """Whether both answer this question word for word alike."""
    then, now = (_text(body, question) for body in (one, other))
    return then.text == now.text


def _text(body: answers.Body, question: QuestionData) -> redrafts.Text:
    options = {option["id"]: option["text"] for option in question["options"]}
    return redrafts.text_of(body, question["id"], options, cell_names(question))


class Compared:
    """Two hand-ins of one piece of work; `grade` is what was returned of the earlier one, `comments` are its comments,
    and `replies` what the student had answered to them by the later one, by their keys. With `only` it is about the
    answer to that question."""

    def __init__(
        self,
        shown: Attempt,
        before: Before,
        document: Document,
        questions: Mapping[str, answers.Question],
        only: str | None = None,
    ) -> None:
        self.before, self.only = before, only
        self.earlier, self.grade = before
        self.body, self.now = before.attempt.body, shown.body
        every = [(number, each) for number, each in enumerate(document.questions, 1) if each["id"] in questions]
        self.numbers = {each["id"]: number for number, each in every}
        self.asked = [(number, each) for number, each in every if only in (None, each["id"])]
        self.effort = Effort()
        self.texts: dict[str, redrafts.Text] = {}
        self.pieces: dict[str, tuple[Piece, ...]] = {}
        for _number, each in self.asked:
            old, new = (_text(body, each) for body in (self.body, self.now))
            self.texts[each["id"]], self.pieces[each["id"]] = old, redrafts.between(old, new, self.effort)
        self.comments = list(Comment.objects.of(self.grade))
        said = CommentReply.objects.to(shown.submission).filter(attempt_number__lte=shown.number)
        self.replies = said.by_key()

    def answers(self) -> Iterator[Answer]:
        """Every question that is asked, in the order of the text, the same ones too."""
        for number, each in self.asked:
            name = each["id"]
            then, now = (redrafts.chosen(body, name) for body in (self.body, self.now))
            options = [option["id"] for option in each["options"]]
            cells = cell_names(each)
            (old, filled), (new, fills) = (redrafts.parted(body, name, cells) for body in (self.body, self.now))
            # Where it is all that there is to the answer, it has been compared already.
            pieces = () if options or cells else self.pieces[name]
            yield Answer(
                name,
                number,
                tuple(option for option in options if option in then & now),
                tuple(option for option in options if option in now - then),
                # What the edition of the later one offers no more comes last.
                tuple(option for option in [*options, *sorted(then - set(options))] if option in then - now),
                pieces or words(old, new, self.effort),
                tuple(
                    Cell(*place, words(filled.get(place, ""), fills.get(place, ""), self.effort))
                    for place in cells
                    if place in filled or place in fills
                ),
            )

    def told(self, zone: str) -> Since:
        changed = [
            Redrafted(
                self.numbers[name],
                tuple(piece for piece in pieces if piece.how != "in"),
                tuple(piece for piece in pieces if piece.how != "out"),
            )
            for name, pieces in self.pieces.items()
            if pieces
        ]
        followed = tuple(self.followed())
        title = self.before.title(zone, _("What changed since hand-in %(number)d"))
        return Since(title, self.words(bool(changed), followed), tuple(changed), followed)

    def words(self, changed: bool, followed: Sequence[Followed]) -> str:
        if not changed and self.only:
            return _("The answer is the same, word for word.")
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

    def followed(self) -> list[Followed]:
        """The comments in the order of the text; those on what is asked no more are left out."""
        by_key = {str(each.key): each for each in self.comments}
        places = [(name, each.place) for name, each in by_key.items()]
        found = []
        for number, name in enumerate(remarks.in_order(places, self.body, self.numbers), 1):
            each = by_key[name]
            span = self.span(each)
            if span is None or self.only not in (None, each.question):
                continue
            found.append(
                Followed(
                    key=each.key,
                    number=number,
                    question=self.numbers.get(each.question, 0),
                    about_question=each.question,
                    quote=each.quote,
                    about="" if each.place.on_words else about_words(each),
                    body=each.body,
                    by=each.by.get_full_name() if each.by else "",
                    old=span.old,
                    new=span.new,
                    touched=span.touched if each.place.on_words else self.changed(each.question),
                    stance=said.get_stance_display() if (said := self.replies.get(each.key)) else "",
                    asks=said is not None and said.stance == CommentReply.Stance.QUESTION,
                    answer=said.text if said else "",
                )
            )
        return found
