"""One assignment: how the scores lie, what each question did, how the rubric was used, who has not begun."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Exists, FilteredRelation, OuterRef, Q
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assignments import boards, grading, readings, rubrics, signs
from assignments.grading import Mark
from assignments.lifecycle import State
from assignments.models import AnswerPart, Assignment, RubricEdition, Scan, Submission
from assignments.reports import items, words
from assignments.reports.items import Choices, CriterionLevels, Item, Marked
from assignments.reports.spread import TENTHS, Bar, Spread, bars, spread
from assignments.signs import Place
from assignments.timing import Result
from lessons import render
from lessons.document import QuestionData

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True, slots=True)
class Option:
    id: str
    text: str
    count: int
    share: str  # of those who answered
    correct: bool | None
    commonest: bool  # of the wrong ones


@dataclass(frozen=True, slots=True)
class CellCount:
    row: str
    column: str
    filled: int


@dataclass(frozen=True, slots=True)
class CellReport:
    """How full a table is in the hand-ins that count."""

    answered: int  # hand-ins with at least one cell of it
    unanswered: int
    empty: int  # cells of those that answered
    on_paper: int  # what they wrote may stand on pictures of paper: neither answered nor unanswered
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[CellCount, ...]], ...]

    @property
    def counts(self) -> list[CellCount]:
        return [cell for _heading, cells in self.rows for cell in cells]


@dataclass(frozen=True, slots=True)
class QuestionReport:
    id: str
    number: int
    body: SafeString
    kind: str
    skill: str
    skill_code: str
    possible: Decimal | None
    item: Item
    choices: Choices | None
    options: tuple[Option, ...]
    difficulty: str
    difficulty_width: str
    counts: str
    discrimination: str
    chosen: str  # how many chose what, in a sentence
    cells: CellReport | None = None
    filled: str = ""  # how full the table is, in a sentence


@dataclass(frozen=True, slots=True)
class Step:
    name: str
    points: str
    count: int


@dataclass(frozen=True, slots=True)
class CriterionReport:
    found: CriterionLevels
    name: str
    question: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class RubricReport:
    number: int
    grades: int
    said: str
    criteria: tuple[CriterionReport, ...]


@dataclass(frozen=True, slots=True)
class Name:
    id: UUID
    name: str
    submission: UUID | None  # None while names are hidden


@dataclass(frozen=True, slots=True)
class AssignmentReport:
    id: UUID
    title: str
    classroom: UUID
    classroom_name: str
    as_of: str
    totals: Mapping[str, int]  # as the board of the assignment has them
    marks: Mapping[str, int]  # each student under one of the four, and under "nought" besides
    scores: Spread
    bars: tuple[Bar, ...]
    scores_said: str
    questions: tuple[QuestionReport, ...]
    rubrics: tuple[RubricReport, ...]
    not_begun: tuple[Name, ...]
    hardest: tuple[int, ...]  # numbers of the questions with the smallest share

    @property
    def parts(self) -> list[tuple[str, int]]:
        """The states that anybody is in, each with its count."""
        return [
            (str(name), self.totals[place.value])
            for place, name in signs.PLACE_NAMES.items()
            if self.totals.get(place.value)
        ]


def assignment_report(assignment: Assignment, *, viewer: User, now: dt.datetime) -> AssignmentReport:
    """Five queries besides the assignment, its class and its edition. Which options are right is told to approved
    teachers alone, by the key of the edition that the assignment pins now."""
    board = boards.assignment_board(assignment, viewer=viewer, now=now)
    asked = readings.questions(assignment)
    in_parts = any(question.is_choice or question.is_table for question in asked.values())
    works = _works(assignment, in_parts=in_parts)
    editions = {row.pk: row for row in RubricEdition.objects.filter(assignment=assignment).order_by("number")}
    criteria = {pk: row.read() for pk, row in editions.items()}
    possible = {pk: readings.points(assignment, each) for pk, each in [(None, ()), *criteria.items()]}
    newest = next(reversed(possible.values()))

    marks: Counter[str] = Counter()
    shares: list[Decimal] = []
    marked: list[Marked] = []
    for one in board.expected:
        marks[Mark.EXCUSED if one.excused else Mark.MISSING if one.missing else Mark.NOT_SCORED] += 1
    choices_made: dict[UUID, list[rubrics.Choices]] = {}
    handed_in: list[_Work] = []
    for row in board.rows:
        mark = _mark(row)
        marks[mark.value] += 1
        found = works.get(row.submission)
        if row.state is State.EXCUSED or found is None:
            continue
        if mark is Mark.SCORED and row.score_value is not None:
            marks["nought"] += row.score_value == 0
            if (part := items.share(row.score_value, row.out_of or grading.ZERO)) is not None:
                shares.append(part)
        if found.marks is not None:
            points = {each["question"]: _points(each["points"]) for each in found.marks}
            marked.append(Marked(points, possible.get(found.rubric, newest)))
            if found.rubric is not None:
                choices_made.setdefault(found.rubric, []).append(rubrics.chosen(found.criteria))
        if row.is_in:
            handed_in.append(found)

    questions = _questions(assignment, newest, marked, handed_in, viewer, now)
    scores = spread(shares)
    return AssignmentReport(
        id=assignment.pk,
        title=assignment.title,
        classroom=board.classroom,
        classroom_name=board.classroom_name,
        as_of=board.as_of,
        totals=board.totals,
        marks={name: marks[name] for name in [*Mark, "nought"]},
        scores=scores,
        bars=bars(scores.counts, tenths()),
        scores_said=_scores_said(scores),
        questions=questions,
        rubrics=tuple(
            _rubric(edition, criteria[pk], choices_made[pk], assignment)
            for pk, edition in editions.items()
            if pk in choices_made
        ),
        not_begun=_not_begun(board),
        hardest=_hardest(questions),
    )


def _not_begun(board: boards.AssignmentBoard) -> tuple[Name, ...]:
    """By name; where names are hidden, whoever has handed in nothing: a draft is as good as none."""
    owing = [Name(one.student, one.name, None) for one in board.owing]
    named = [(row.student, row) for row in board.rows if row.place is Place.NOT_STARTED]
    return (*owing, *(Name(pk, row.name, row.submission) for pk, row in named if pk is not None))


@dataclass(frozen=True, slots=True)
class _Work:
    marks: list[dict[str, Any]] | None  # of the grade that is the mark, if there is one
    criteria: list[dict[str, Any]]
    rubric: UUID | None
    on_paper: bool  # there are pictures with the hand-in that counts
    choices: dict[str, list[str]]  # of that hand-in
    cells: dict[str, set[tuple[str, str]]]  # those with words

    def chosen(self, question: str) -> list[str] | None:
        """The options; None where they may stand on the paper."""
        return self.choices.get(question, None if self.on_paper else [])

    def filled(self, question: str) -> set[tuple[str, str]] | None:
        """The cells with words; None where they may stand on the paper."""
        return self.cells.get(question, None if self.on_paper else set())


def _works(assignment: Assignment, *, in_parts: bool) -> dict[UUID, _Work]:
    """What was returned, chosen and filled in, by submission. Drafts of marks are not looked at."""
    columns = ["pk", "mark_grade__marks", "mark_grade__criteria", "mark_grade__rubric"]
    rows = Submission.objects.listed().filter(assignment=assignment).order_by()
    if in_parts:
        # A row for each option or cell, and one where there is none: the texts stay where they are.
        kinds = Q(counted__parts__kind__in=[AnswerPart.Kind.OPTION, AnswerPart.Kind.CELL])
        rows = rows.annotate(
            part=FilteredRelation("counted__parts", condition=kinds),
            on_paper=Exists(Scan.objects.filter(attempt=OuterRef("counted"))),
        )
        columns += ["on_paper", "part__question", "part__option", "part__row", "part__column"]
    found: dict[UUID, _Work] = {}
    for pk, marks, criteria, rubric, *one in rows.values_list(*columns).iterator(chunk_size=200):
        work = found.setdefault(pk, _Work(marks, criteria or [], rubric, bool(one and one[0]), {}, {}))
        if not one or one[1] is None:
            continue
        _on_paper, name, option, *place = one
        if option:
            work.choices.setdefault(name, []).append(option)
        else:
            work.cells.setdefault(name, set()).add((place[0], place[1]))
    return found


def _points(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _mark(row: boards.StudentRow) -> Mark:
    missing = "missing" in row.badge_codes
    return grading.mark_of(row.state, result=Result.MISSING if missing else Result.NOT_DUE, score=row.score_value)


def tenths() -> list[str]:
    """What stands under the ten bars: where each begins."""
    return [str(place * 100 // TENTHS) for place in range(TENTHS)]


def tenth_words(place: int) -> str:
    """ "From 40 to under 50 %"; the last has the full score too."""
    first, after = place * 100 // TENTHS, (place + 1) * 100 // TENTHS
    if place == TENTHS - 1:
        return _("from %(first)d to 100 %%") % {"first": first}
    return _("from %(first)d to under %(after)d %%") % {"first": first, "after": after}


def _scores_said(found: Spread) -> str:
    if not found.n:
        return _("No score has been returned yet.")
    figures = {
        "n": found.n,
        "mean": signs.percent(found.mean),
        "median": signs.percent(found.median),
        "lowest": signs.percent(found.lowest),
        "highest": signs.percent(found.highest),
    }
    return (
        ngettext(
            "%(n)d returned score: %(mean)s of the possible points.",
            "%(n)d returned scores, from %(lowest)s to %(highest)s of the possible points; mean %(mean)s, "
            "median %(median)s.",
            found.n,
        )
        % figures
    )


def _questions(
    assignment: Assignment,
    possible: Mapping[str, Decimal | None],
    marked: Sequence[Marked],
    handed_in: Sequence[_Work],
    viewer: User,
    now: dt.datetime,
) -> tuple[QuestionReport, ...]:
    asked = readings.questions(assignment)
    document = readings.document(assignment.edition_id)
    key = readings.key(assignment.edition_id, now) if viewer.teaches else None
    by_question = {item.question: item for item in items.items(list(asked), marked)}
    made = []
    for number, question in enumerate(document.questions, 1):
        name = question["id"]
        if name not in asked:
            continue
        line, item = render.question_line(document, question, number), by_question[name]
        texts = {option["id"]: option["text"] for option in question["options"]}
        chosen = None
        if asked[name].is_choice:
            correct = key.correct(name) if key else None
            chosen = items.choices([work.chosen(name) for work in handed_in], list(texts), correct=correct)
        cells = _cells(question, [work.filled(name) for work in handed_in]) if asked[name].is_table else None
        made.append(
            QuestionReport(
                id=name,
                number=number,
                body=line.body,
                kind=line.kind,
                skill=line.skill,
                skill_code=question["skill"],
                possible=possible.get(name),
                item=item,
                choices=chosen,
                options=_options(chosen, texts) if chosen else (),
                difficulty=signs.percent(item.difficulty),
                difficulty_width=f"{(item.difficulty or 0) * 100:.1f}%",
                counts=_counts(item, possible.get(name)),
                discrimination=words.discrimination(item.discrimination) if item.scored else "",
                chosen=_chosen(chosen, texts) if chosen else "",
                cells=cells,
                filled=_filled(cells) if cells else "",
            )
        )
    return tuple(made)


def _cells(question: QuestionData, handed_in: Sequence[set[tuple[str, str]] | None]) -> CellReport:
    """Cells that the edition of now has no more are none."""
    filled = [one for one in handed_in if one is not None]
    rows = tuple(
        (
            row["text"],
            tuple(
                CellCount(row["id"], column["id"], sum((row["id"], column["id"]) in one for one in filled))
                for column in question["columns"]
            ),
        )
        for row in question["rows"]
    )
    places = {(cell.row, cell.column) for _heading, cells in rows for cell in cells}
    answered = [one & places for one in filled if one & places]
    return CellReport(
        answered=len(answered),
        unanswered=len(filled) - len(answered),
        empty=sum(len(places - one) for one in answered),
        on_paper=len(handed_in) - len(filled),
        columns=tuple(column["text"] for column in question["columns"]),
        rows=rows,
    )


def _filled(cells: CellReport) -> str:
    if not cells.answered:
        return " ".join([_("Nobody has handed in an answer yet."), *_on_paper(cells.on_paper)])
    said = [
        ngettext("%(n)d answered.", "%(n)d answered.", cells.answered) % {"n": cells.answered},
        *_without(cells.unanswered),
        *_on_paper(cells.on_paper),
        ngettext("%(n)d cell of theirs is empty.", "%(n)d cells of theirs are empty.", cells.empty) % {"n": cells.empty}
        if cells.empty
        else _("No cell of theirs is empty."),
    ]
    return " ".join(said)


def _without(n: int) -> list[str]:
    words = ngettext("%(n)d handed in without answering it.", "%(n)d handed in without answering it.", n)
    return [words % {"n": n}] if n else []


def _on_paper(n: int) -> list[str]:
    words = ngettext(
        "%(n)d handed in on paper, and is not counted here.",
        "%(n)d handed in on paper, and are not counted here.",
        n,
    )
    return [words % {"n": n}] if n else []


def _options(chosen: Choices, texts: Mapping[str, str]) -> tuple[Option, ...]:
    return tuple(
        Option(
            each.option,
            texts[each.option],
            each.count,
            signs.percent(items.share(Decimal(each.count), Decimal(chosen.answered))),
            each.correct,
            each.option in chosen.commonest_wrong,
        )
        for each in chosen.options
    )


def _counts(item: Item, possible: Decimal | None) -> str:
    if not possible:
        return _("Carries no points.")
    if not item.scored:
        return _("Nobody’s marks on it have been returned yet.")
    said = [ngettext("%(n)d scored", "%(n)d scored", item.scored) % {"n": item.scored}]
    if item.not_scored:
        said.append(_("%(n)d not scored") % {"n": item.not_scored})
    said.append(_("%(n)d with full points") % {"n": item.full})
    said.append(_("%(n)d with nought") % {"n": item.nought})
    return words.listed(said)


def _chosen(chosen: Choices, texts: Mapping[str, str]) -> str:
    if not chosen.answered:
        return " ".join([_("Nobody has handed in an answer yet."), *_on_paper(chosen.on_paper)])
    said = [ngettext("%(n)d answered.", "%(n)d answered.", chosen.answered) % {"n": chosen.answered}]
    said += _without(chosen.unanswered) + _on_paper(chosen.on_paper)
    if chosen.gone:
        said.append(_("%(n)d chose an option that this edition no longer has.") % {"n": chosen.gone})
    if chosen.right is not None:
        said.append(ngettext("%(n)d is right.", "%(n)d are right.", chosen.right) % {"n": chosen.right})
        said.append(_commonest(chosen, texts))
    return " ".join(said)


def _commonest(chosen: Choices, texts: Mapping[str, str]) -> str:
    if not chosen.commonest_wrong:
        return _("Nobody chose a wrong option.")
    count = next(each.count for each in chosen.options if each.option in chosen.commonest_wrong)
    quoted = [_("“%(text)s”") % {"text": texts[option]} for option in chosen.commonest_wrong]
    if len(quoted) == 1:
        said = ngettext(
            "The commonest wrong choice, of %(n)d: %(texts)s.",
            "The commonest wrong choice, of %(n)d: %(texts)s.",
            count,
        )
    else:
        said = ngettext(
            "The commonest wrong choices, of %(n)d each: %(texts)s.",
            "The commonest wrong choices, of %(n)d each: %(texts)s.",
            count,
        )
    return said % {"n": count, "texts": words.listed(quoted)}


def _hardest(questions: Sequence[QuestionReport]) -> tuple[int, ...]:
    """Of two questions or more. Where all have the same share none is harder than the others."""
    known = {each.number: each.item.difficulty for each in questions if each.item.difficulty is not None}
    least = min(known.values(), default=None)
    found = tuple(number for number, share in known.items() if share == least)
    return found if len(found) < len(known) else ()


def _rubric(
    edition: RubricEdition,
    criteria: Sequence[rubrics.Criterion],
    made: Sequence[rubrics.Choices],
    assignment: Assignment,
) -> RubricReport:
    numbers = readings.numbered(assignment)
    return RubricReport(
        number=edition.number,
        grades=len(made),
        said=ngettext("%(n)d returned grade", "%(n)d returned grades", len(made)) % {"n": len(made)},
        criteria=tuple(
            CriterionReport(
                found,
                found.criterion.name,
                _("Question %(number)d") % {"number": numbers[found.criterion.question]}
                if found.criterion.question in numbers
                else _("The whole work"),
                tuple(
                    Step(level.name, "" if level.points is None else signs.points(level.points), count)
                    for level, count in zip(found.criterion.levels, found.counts, strict=True)
                ),
            )
            for found in items.levels(criteria, made)
        ),
    )
