"""The answers of one piece of work, with every citation opened in its passage.

What only an approved teacher may see, the answer key, is handed in by whoever asked for it; without it nothing here
knows the right answers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from assignments import answers, readings, remarks, rubrics, signs
from assignments.words import cell_name, cells_left
from lessons import render
from lessons.anchors import Anchor, AnchorError, check_anchor
from lessons.document import BlockData, Document, Key, QuestionData, SourceData, UnknownBlock
from lessons.errata import Correction

if TYPE_CHECKING:
    from assignments.models import Comment, Grade
    from lessons.models import Edition


def answer_anchor(number: int) -> str:
    return f"answer-{number}"


# --- The answers ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Chip:
    """A citation inside an answer. Its number is its place in the whole piece of work."""

    number: int
    name: str  # "B4", "¶4"
    voice: str  # read out before the name
    stance: str
    stance_name: str
    note: str
    holds: bool
    corrected: bool  # its source was corrected after the edition was cut

    @property
    def anchor(self) -> str:
        return f"cite-{self.number}"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of an answer: words, or the chip that stands between them. `at` is where its words begin in the text of
    their block, `over` are the numbers of the comments on them, `ends` those of them that end here."""

    text: str = ""
    chip: Chip | None = None
    at: int = 0
    over: tuple[int, ...] = ()
    ends: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Pointed:
    """A passage that a comment points to."""

    name: str  # "B4", "¶4"
    heading: str
    quote: str
    lang: str
    url: str  # of the passage in the reading room


@dataclass(frozen=True, slots=True)
class Remark:
    """A comment. Its number is its place in the whole piece of work."""

    key: UUID
    number: int
    quote: str  # the words that it is about; empty for the whole
    about: str  # what it is about, in words, where that is no words of the student
    body: str
    by: str
    version: int
    passage: Pointed | None

    @property
    def anchor(self) -> str:
        return f"comment-{self.number}"


@dataclass(frozen=True, slots=True)
class Written:
    """A paragraph, a claim or a cell."""

    claim: bool
    pieces: tuple[Piece, ...]
    chips: tuple[Chip, ...]
    id: str = ""
    number: int = 0  # its place in the answer, from 1
    remarks: tuple[Remark, ...] = ()
    cell: str = ""  # what it is called in its table


@dataclass(frozen=True, slots=True)
class Cell:
    """A place in a table, with what was written there."""

    column: str
    written: Written | None


@dataclass(frozen=True, slots=True)
class Row:
    heading: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    left: str  # how many cells are empty, in words; nothing where none is

    @property
    def placed(self) -> frozenset[str]:
        return frozenset(cell.written.id for row in self.rows for cell in row.cells if cell.written)


@dataclass(frozen=True, slots=True)
class Option:
    text: str
    chosen: bool
    correct: bool | None  # None for who may not know


@dataclass(frozen=True, slots=True)
class Step:
    """A level as it can be chosen."""

    id: str
    name: str
    points: str  # empty on a scale
    description: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Judged:
    """One criterion of a rubric, and what was chosen on it."""

    field: str  # names its fields on a form
    name: str
    description: str
    steps: tuple[Step, ...]
    chosen: Step | None
    said: str  # "3 of 4"; "not scored"
    comment: str


@dataclass(frozen=True, slots=True)
class Answered:
    """One question, what was answered, and what it was given."""

    id: str
    number: int
    body: SafeString
    kind: str
    skill: str
    possible: str
    scored: bool
    required: bool
    options: tuple[Option, ...]
    written: tuple[Written, ...]
    length: str
    empty: bool
    model_answer: SafeString
    points: str
    comment: str
    error: str
    by_key: bool  # the key alone gives its points
    by_rubric: bool  # the chosen levels alone give its points
    criteria: tuple[Judged, ...]
    said: str  # "4 of 6"; "not scored"
    remarks: tuple[Remark, ...] = ()  # on the whole answer
    table: Table | None = None  # of a question that is answered in one

    @property
    def anchor(self) -> str:
        return answer_anchor(self.number)

    @property
    def loose(self) -> tuple[Written, ...]:
        """What stands in no table."""
        placed = self.table.placed if self.table else frozenset()
        return tuple(each for each in self.written if each.id not in placed)


@dataclass(frozen=True, slots=True)
class Line:
    """A passage around or at the cited words, with its lists and its emphasis; the words themselves are marked."""

    name: str
    body: SafeString
    lang: str
    quote: str = ""  # the cited words, where this is their passage
    disputed: bool = False


@dataclass(frozen=True, slots=True)
class Opened:
    """A citation in its passage, with the passages on either side."""

    chip: Chip
    heading: str
    record: str
    paraphrase: bool
    lines: tuple[Line, ...]
    address: str  # of the passage in the reading room, below the edition's own
    quote: str
    answer: str  # the anchor of the answer that cites it
    corrections: tuple[Correction, ...] = ()  # of its source


@dataclass(frozen=True, slots=True)
class Work:
    answered: tuple[Answered, ...]
    opened: tuple[Opened, ...]
    remarks: tuple[Remark, ...] = ()  # on the whole hand-in


STANCES: Final[dict[str, Promise]] = {
    "supports": gettext_lazy("supports"),
    "contradicts": gettext_lazy("contradicts"),
    "context": gettext_lazy("gives context"),
}


@dataclass(frozen=True, slots=True)
class Marks:
    """Points and words as a form shows them: from a grade, or as somebody typed them and could not save them."""

    points: Mapping[str, str] = field(default_factory=dict)
    comments: Mapping[str, str] = field(default_factory=dict)
    feedback: str = ""
    override: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)  # by question, what is wrong with its points
    levels: Mapping[rubrics.Key, str] = field(default_factory=dict)
    remarks: Mapping[rubrics.Key, str] = field(default_factory=dict)  # by criterion, the comment on it

    @classmethod
    def of(cls, grade: Grade) -> Marks:
        """As they were saved."""
        keyed = {rubrics.Key(each["question"], each["criterion"]): each for each in grade.criteria}
        return cls(
            points={
                mark["question"]: signs.points_input(Decimal(mark["points"]))
                for mark in grade.marks
                if mark["points"] is not None
            },
            comments={mark["question"]: mark["comment"] for mark in grade.marks if mark["comment"]},
            feedback=grade.feedback,
            override=signs.points_input(grade.override) if grade.override is not None else "",
            levels={key: each["level"] for key, each in keyed.items() if each["level"] is not None},
            remarks={key: each["comment"] for key, each in keyed.items() if each["comment"]},
        )

    @property
    def choices(self) -> dict[rubrics.Key, rubrics.Choice]:
        return {key: rubrics.Choice(level) for key, level in self.levels.items()}


def work(
    document: Document,
    body: answers.Body,
    *,
    questions: Mapping[str, answers.Question],
    marks: Marks,
    key: Key | None,
    corrections: Sequence[Correction] = (),
    criteria: Sequence[rubrics.Criterion] = (),
    comments: Sequence[Comment] = (),
) -> Work:
    """The answers of `body` to `questions`, in the order of the text; `corrections` are those of the edition,
    `criteria` those that the work is judged by, `comments` those on words of this body, read by `of`."""
    return _Reader(document, questions, marks, key, corrections, criteria).read(body, comments)


def remark(comment: Comment, number: int) -> Remark:
    return Remark(
        key=comment.key,
        number=number,
        quote=comment.quote,
        about="" if comment.place.on_words else about_words(comment),
        body=comment.body,
        by=comment.by.get_full_name() if comment.by else "",
        version=comment.version,
        passage=pointed(comment.passage, comment.attempt.edition) if comment.passage else None,
    )


def about_words(comment: Comment) -> str:
    """What a comment that stands on no words is about."""
    questions = readings.document(comment.attempt.edition_id).questions
    numbers = {question["id"]: number for number, question in enumerate(questions, 1)}
    if comment.question in numbers:
        return _("On the whole answer to question %(number)d") % {"number": numbers[comment.question]}
    return _("On the whole hand-in")


def pointed(passage: Mapping[str, Any], edition: Edition) -> Pointed | None:
    """A passage in an edition; None where it does not stand there."""
    anchor = Anchor(**passage["anchor"])
    document = readings.document(edition.pk)
    try:
        check_anchor(document, anchor)
    except AnchorError:
        return None
    block = document.block(anchor.block)
    heading, lang, below = _whereabouts(document, block)
    return Pointed(block["name"], heading, anchor.quote, lang, f"{edition.address}{below}")


def _whereabouts(document: Document, block: BlockData) -> tuple[str, str, str]:
    """The heading under which a block is read, its language, and its address below that of the edition."""
    source = document.source_of(block["id"])
    if source:
        heading = _("Source %(letter)s. %(title)s") % {"letter": source["letter"], "title": source["title"]}
        lang = document.lesson["language"] if source["paraphrase"] else source["language"]
        return heading, lang, f"sources/{source['slug']}/#{block['name']}"
    section = document.section_of(block["id"])
    heading = _("The lesson: %(section)s") % {"section": section["heading"] if section else ""}
    return heading, document.lesson["language"], f"#p{block['n']}"


def _of(points: str | None, possible: str) -> str:
    return _("%(points)s of %(possible)s") % {"points": points, "possible": possible} if points else _("not scored")


class _Reader:
    def __init__(
        self,
        document: Document,
        questions: Mapping[str, answers.Question],
        marks: Marks,
        key: Key | None,
        corrections: Sequence[Correction],
        criteria: Sequence[rubrics.Criterion],
    ) -> None:
        self.document = document
        self.questions = questions
        self.marks = marks
        self.key = key
        self.corrections = corrections
        self.criteria = criteria
        self.by_rubric = rubrics.possible(criteria)
        self.scored = rubrics.marks(criteria, marks.choices)
        self.opened: list[Opened] = []
        self.remarks: dict[tuple[str, str], list[tuple[Remark, tuple[int, int]]]] = {}

    def number(self, comments: Sequence[Comment], body: answers.Body) -> None:
        """Comments by the block that they stand in, numbered through the whole work."""
        by_key = {str(each.key): each for each in comments}
        places = [(name, each.place) for name, each in by_key.items()]
        questions = [question["id"] for question in self.document.questions]
        for number, name in enumerate(remarks.in_order(places, body, questions), 1):
            each = by_key[name]
            if each.question and each.question not in self.questions:
                continue
            rows = self.remarks.setdefault((each.question, each.block), [])
            rows.append((remark(each, number), (each.start, each.end)))

    def read(self, body: answers.Body, comments: Sequence[Comment] = ()) -> Work:
        self.number(comments, body)
        given = {answer["question"]: answer for answer in body["answers"]}
        answered = []
        for number, question in enumerate(self.document.questions, 1):
            if question["id"] in self.questions:
                answered.append(self.answered(question, number, given.get(question["id"], {})))
        return Work(tuple(answered), tuple(self.opened), self.on_the_whole(""))

    def on_the_whole(self, question: str) -> tuple[Remark, ...]:
        return tuple(each for each, _span in self.remarks.get((question, ""), []))

    def answered(self, question: QuestionData, number: int, answer: Mapping[str, Any]) -> Answered:
        blocks = answer.get("blocks", [])
        rows, columns = ({each["id"]: each["text"] for each in question[name]} for name in ("rows", "columns"))
        places: dict[tuple[str, str], Written] = {}
        found = []
        for place, block in enumerate(blocks, 1):
            if not block["text"].strip() and not block["citations"]:
                continue
            found.append(self.written(block, number, question["id"], place))
            if answers.is_cell(block) and block["row"] in rows and block["column"] in columns:
                found[-1] = replace(found[-1], cell=cell_name(rows[block["row"]], columns[block["column"]]))
                places.setdefault((block["row"], block["column"]), found[-1])
        written = tuple(found)
        chosen = set(answer.get("choice", []))
        known, line = self.questions[question["id"]], render.question_line(self.document, question, number)
        correct = self.key.correct(question["id"]) if self.key and known.is_choice else None
        length = sum(len(block["text"].split()) for block in blocks)
        model_answer = self.key.answer(question["id"])["model_answer_html"] if self.key else ""
        most = self.by_rubric.get(question["id"], known.points)
        possible, points = signs.points(most) if most else "", self.points(question["id"])
        return Answered(
            id=question["id"],
            number=number,
            body=line.body,
            kind=line.kind,
            skill=line.skill,
            possible=possible,
            scored=bool(most),
            required=line.required,
            options=tuple(
                Option(option["text"], option["id"] in chosen, None if correct is None else option["id"] in correct)
                for option in question["options"]
            ),
            written=written,
            length=ngettext("%(n)d word", "%(n)d words", length) % {"n": length} if length else "",
            empty=not written and not chosen,
            model_answer=mark_safe(model_answer),  # noqa: S308 - sanitized when it was compiled
            points=points,
            comment=self.marks.comments.get(question["id"], ""),
            error=self.marks.errors.get(question["id"], ""),
            by_key=known.is_choice,
            by_rubric=question["id"] in self.by_rubric,
            criteria=tuple(self.judged(each) for each in self.criteria if each.question == question["id"]),
            said=_of(points, possible),
            remarks=self.on_the_whole(question["id"]),
            table=Table(
                columns=tuple(columns.values()),
                rows=tuple(
                    Row(
                        heading,
                        tuple(Cell(column, places.get((row, name))) for name, column in columns.items()),
                    )
                    for row, heading in rows.items()
                ),
                left=cells_left(answers.empty_cells({"blocks": blocks}, known)),
            )
            if known.is_table
            else None,
        )

    def points(self, question: str) -> str:
        if question not in self.scored:
            return self.marks.points.get(question, "")
        given = self.scored[question]
        return "" if given is None else signs.points_input(given)

    def judged(self, criterion: rubrics.Criterion) -> Judged:
        level = self.marks.levels.get(criterion.key)
        steps = tuple(
            Step(
                each.id,
                each.name,
                "" if each.points is None else signs.points(each.points),
                each.description,
                each.id == level,
            )
            for each in criterion.levels
        )
        chosen = next((step for step in steps if step.chosen), None)
        return Judged(
            field=f"{criterion.question}-{criterion.id}",
            name=criterion.name,
            description=criterion.description,
            steps=steps,
            chosen=chosen,
            said=chosen.name
            if chosen and criterion.is_scale
            else _of(chosen.points if chosen else None, signs.points(criterion.most)),
            comment=self.marks.remarks.get(criterion.key, ""),
        )

    def written(self, block: Mapping[str, Any], number: int, question: str, place: int) -> Written:
        text: str = block["text"]
        said = self.remarks.get((question, block["id"]), [])
        marked = {each.number: span for each, span in said}
        pieces: list[Piece] = []
        chips: list[Chip] = []
        done = 0

        def up_to(at: int) -> None:
            for part in remarks.stretches(done, at, marked):
                pieces.append(Piece(text[part.start : part.end], at=part.start, over=part.over, ends=part.ends))

        for at, citation in answers.placed(block):
            if at > done:
                up_to(at)
                done = at
            chips.append(self.cited(citation, number))
            pieces.append(Piece(chip=chips[-1]))
        if done < len(text):
            up_to(len(text))
        return Written(
            claim=block["kind"] == "claim",
            pieces=tuple(pieces),
            chips=tuple(chips),
            id=block["id"],
            number=place,
            remarks=tuple(each for each, _span in said),
        )

    def cited(self, citation: Mapping[str, Any], number: int) -> Chip:
        anchor = Anchor(**citation["anchor"])
        try:
            block = self.document.block(anchor.block)
            source = self.document.source_of(anchor.block)
            check_anchor(self.document, anchor)
            holds = citation["source"] == (source["id"] if source else None)
        except UnknownBlock:
            block, source, holds = None, None, False
        except AnchorError:
            holds = False
        chip = Chip(
            number=len(self.opened) + 1,
            name=block["name"] if block and block["name"] else "?",
            voice=_("Citation: source") if source else _("Citation: lesson"),
            stance=citation["stance"],
            stance_name=str(STANCES[citation["stance"]]),
            note=citation.get("note", ""),
            holds=holds,
            corrected=bool(self.corrections_of(source)),
        )
        self.opened.append(self.passage(chip, anchor, block, answer_anchor(number)))
        return chip

    def corrections_of(self, source: SourceData | None) -> tuple[Correction, ...]:
        return tuple(one for one in self.corrections if source and one.source == source["id"])

    def passage(self, chip: Chip, anchor: Anchor, block: BlockData | None, answer: str) -> Opened:
        if block is None:
            return Opened(chip, _("Not in this edition"), "", False, (), "", anchor.quote, answer)
        source, section = self.document.source_of(block["id"]), self.document.section_of(block["id"])
        heading, lang, address = _whereabouts(self.document, block)
        if source:
            siblings = source["blocks"]
            record = ", ".join(part for part in (source["creator"], source["date"]["display"], source["kind"]) if part)
        else:
            siblings, record = section["blocks"] if section else [block], ""
        return Opened(
            chip=chip,
            heading=heading,
            record=record,
            paraphrase=bool(source and source["paraphrase"]),
            lines=tuple(self.lines(anchor, block, siblings, lang, chip.holds)),
            address=address,
            quote="" if chip.holds else anchor.quote,
            answer=answer,
            corrections=self.corrections_of(source),
        )

    @staticmethod
    def lines(
        anchor: Anchor, block: BlockData, siblings: Sequence[BlockData], lang: str, holds: bool
    ) -> Iterator[Line]:
        citable = [sibling for sibling in siblings if sibling["n"] is not None]
        place = next((i for i, sibling in enumerate(citable) if sibling["id"] == block["id"]), None)
        if place is None:
            yield Line(block["name"], render.block_body(block), lang)
            return
        for sibling in citable[max(0, place - 1) : place + 2]:
            shown, quote = render.block_body(sibling), ""
            if sibling["id"] == block["id"] and holds:
                shown, quote = render.marked(shown, anchor.start, anchor.end), anchor.quote
            yield Line(sibling["name"], shown, lang, quote, disputed=sibling["kind"] == "disputed")
