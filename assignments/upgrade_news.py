"""What a student is told when her reading was brought to another edition. Nothing here writes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assignments import moving, readings
from assignments.models import EditionMove, Submission
from assignments.moving import Kept
from assignments.timing import Window
from assignments.upgrades import Loss, difference, loss, question_words
from destalin_site.common import moments
from lessons.change_words import Group
from lessons.models import Edition


@dataclass(frozen=True, slots=True)
class Aside:
    """An answer, or a choice, that her edition does not ask for: her words stay readable."""

    question: str
    texts: tuple[str, ...]
    chosen: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """What changed in what a student reads since she last said that she saw it."""

    from_edition: Edition
    to_edition: Edition
    words: str
    groups: tuple[Group, ...]
    losses: tuple[Loss, ...]
    asides: tuple[Aside, ...]
    relocated: int
    unseen: bool
    at: dt.datetime
    kept: Kept

    @property
    def relocated_words(self) -> str:
        if not self.relocated:
            return ""
        return ngettext(
            "%(n)d citation of yours was moved to where its words stand now.",
            "%(n)d citations of yours were moved to where their words stand now.",
            self.relocated,
        ) % {"n": self.relocated}


def notice(submission: Submission, *, now: dt.datetime) -> Notice | None:
    """What this student is told: of all that she has not seen, else of what she saw last. None where her reading was
    never brought to another edition, and before it opens. Four queries at most."""
    if submission.window_at(now) is Window.BEFORE:
        return None
    rows = EditionMove.objects.filter(submission=submission).select_related("upgrade", "from_edition")
    moves = list(rows.order_by("id"))
    if not moves:
        return None
    unseen = [move for move in moves if move.seen_at is None]
    told = unseen or [move for move in moves if move.seen_at == moves[-1].seen_at]
    to_edition = Edition.objects.get(pk=submission.edition_id)
    first, last = told[0], told[-1]
    zone = submission.assignment.classroom.zone
    left = _left([move for move in moves if move.had_draft], {str(move.pk) for move in told})
    at = last.upgrade.at
    return Notice(
        from_edition=first.from_edition,
        to_edition=to_edition,
        words=_("This reading was brought to edition %(number)d on %(moment)s.")
        % {"number": to_edition.number, "moment": moments.moment(at, zone)},
        groups=difference(first.from_edition_id, to_edition.pk),
        losses=tuple(_own_loss(item) for item in left.citations),
        asides=tuple(_asides(left)),
        relocated=sum(move.relocated for move in told),
        unseen=bool(unseen) and submission.upgrade_unseen,
        at=at,
        kept=left,
    )


def _left(moves: Iterable[EditionMove], told: Collection[str]) -> Kept:
    """What these moves took out of her draft and none put back."""
    newest = [*moves][-1:]
    if not newest:
        return moving.NOTHING
    out = Kept.from_json(newest[0].kept)

    def of_these(items: Iterable[dict[str, Any]]) -> tuple[dict[str, Any], ...]:
        return tuple(item for item in items if item["move"] in told)

    return Kept(
        citations=of_these(out.citations),
        answers=(*of_these(out.answers), *_in_answers(of_these(out.cells))),
        choices=of_these(out.choices),
    )


def _in_answers(cells: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Cells that have no place any more, as answers of nothing else."""
    for item in cells:
        answer = {"question": item["question"], "blocks": [item["cell"]]}
        yield {**{name: item[name] for name in ("move", "edition")}, "answer": answer}


def _own_loss(item: Mapping[str, Any]) -> Loss:
    citation = item["citation"]
    anchor = citation["anchor"]
    return loss(item["edition"], item, anchor["block"], anchor["quote"], citation.get("note", ""))


def _asides(left: Kept) -> Iterator[Aside]:
    for item in left.answers:
        answer = item["answer"]
        texts = tuple(block["text"] for block in answer["blocks"] if block["text"].strip())
        yield _aside(item["edition"], answer["question"], texts, answer.get("choice", []))
    for item in left.choices:
        yield _aside(item["edition"], item["question"], (), item["options"])


def _aside(edition_id: str, question_id: str, texts: tuple[str, ...], options: Collection[str]) -> Aside:
    questions = readings.document(edition_id).questions
    number, question = next((n, one) for n, one in enumerate(questions, 1) if one["id"] == question_id)
    chosen = tuple(option["text"] for option in question["options"] if option["id"] in options)
    return Aside(question_words(number, question), texts, chosen)
