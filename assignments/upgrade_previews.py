"""What another edition would change for a class, before anybody decides. Nothing here writes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from uuid import UUID

from assignments import readings
from assignments.lifecycle import State
from assignments.models import Assignment, EditionMove, EditionUpgrade, Submission
from assignments.moving import Kept
from assignments.upgrades import (
    Kind,
    decided,
    difference,
    draft_of,
    edition_words,
    kind_of,
    moved,
    parts_gone,
    question_words,
    targets,
    works,
)
from lessons.change_words import Group
from lessons.models import Edition

if TYPE_CHECKING:
    from accounts.models import User

DRAFTS: Final = 50  # in memory at a time


@dataclass(slots=True)
class Counts:
    """What an upgrade would touch, of the work on one edition."""

    not_started: int = 0
    drafts: int = 0
    citations: int = 0  # in those drafts
    touched: int = 0  # of them, the ones that do not stand where they stood
    lost: int = 0  # of those, the ones for whose words no place can be told
    aside: int = 0  # drafts that answer what is asked no more
    handed_in: int = 0
    marked: int = 0

    @property
    def relocated(self) -> int:
        return self.touched - self.lost


@dataclass(frozen=True, slots=True)
class Origin:
    """The work on one edition, and what its readers would see differently."""

    edition: Edition
    words: str
    counts: Counts
    groups: tuple[Group, ...]
    gone: tuple[str, ...]  # questions of the assignment that are asked no more
    parts_gone: tuple[str, ...]  # of the questions that are asked in both: rows, columns and options that are no more
    new: tuple[str, ...]
    is_given: bool  # the one that whoever comes new gets now


@dataclass(frozen=True, slots=True)
class Preview:
    now: Edition
    now_words: str
    to: Edition | None
    to_words: str
    choices: tuple[tuple[Edition, str], ...]
    origins: tuple[Origin, ...]
    last: str  # what was decided last, in words

    def total(self, name: str) -> int:
        return sum(getattr(origin.counts, name) for origin in self.origins)

    @property
    def not_started(self) -> int:
        return self.total("not_started")

    @property
    def drafts(self) -> int:
        return self.total("drafts")

    @property
    def stay(self) -> int:
        return self.total("handed_in") + self.total("marked")


def preview(assignment: Assignment, user: User, *, to: str = "") -> Preview:
    """What bringing the class to the edition `to` would do; without one, to the newest other one. The number of queries
    is the same for every class."""
    zone = assignment.classroom.zone
    known = targets(assignment, user)
    used = _used(assignment)
    others = [edition for edition in known if edition.pk != assignment.edition_id or used - {edition.pk}]
    target = next((edition for edition in others if edition.pk == to), None)
    if target is None and not to:
        target = others[0] if others and others[0].number >= assignment.edition.number else None
    origins: list[Origin] = []
    if target is not None:
        by_pk = {edition.pk: edition for edition in known}
        counted = _counted(assignment, target)
        counted.setdefault(assignment.edition_id, Counts())
        # The edition that the class has comes first, then the others, newest first.
        for edition in sorted(by_pk.values(), key=lambda one: (one.pk != assignment.edition_id, -one.number)):
            if edition.pk in counted and edition.pk != target.pk:
                origins.append(_origin(assignment, edition, target, counted[edition.pk], zone))
    return Preview(
        now=assignment.edition,
        now_words=edition_words(assignment.edition, zone),
        to=target,
        to_words=edition_words(target, zone) if target else "",
        choices=tuple((edition, edition_words(edition, zone)) for edition in others),
        origins=tuple(origins),
        last=_last(assignment, zone),
    )


def _used(assignment: Assignment) -> set[str]:
    """The editions that somebody reads. No query where there was no upgrade."""
    if assignment.upgraded_at is None:
        return {assignment.edition_id}
    return set(Submission.objects.listed().filter(assignment=assignment).values_list("edition", flat=True).distinct())


def _counted(assignment: Assignment, target: Edition) -> dict[str, Counts]:
    """By edition: the work that is not on the target."""
    there = assignment.in_edition(target.pk)
    rows = works(assignment).exclude(edition=target.pk).exclude(state=State.VOID.value)
    out: dict[UUID, Kept] = {}
    if assignment.upgraded_at is not None:
        mine = EditionMove.objects.filter(submission__assignment=assignment, had_draft=True).order_by("id")
        out = {pk: Kept.from_json(stored) for pk, stored in mine.values_list("submission", "kept")}
    found: dict[str, Counts] = {}
    for row in rows.order_by("pk").iterator(chunk_size=DRAFTS):
        counts, kind = found.setdefault(row.edition_id, Counts()), kind_of(row)
        if kind is Kind.HANDED_IN:
            counts.handed_in += 1
        elif kind is Kind.MARKED:
            counts.marked += 1
        elif kind is Kind.NOT_STARTED:
            counts.not_started += 1
        else:
            counts.drafts += 1
            draft = draft_of(row)
            if draft is not None:
                would = moved(draft.body, there, out.get(row.pk))
                counts.citations += would.citations
                counts.touched += would.touched
                counts.lost += len(would.lost)
                counts.aside += bool(would.aside)
    return found


def _origin(assignment: Assignment, edition: Edition, target: Edition, counts: Counts, zone: str) -> Origin:
    before, after = assignment.in_edition(edition.pk), assignment.in_edition(target.pk)
    return Origin(
        edition=edition,
        words=edition_words(edition, zone),
        counts=counts,
        groups=difference(edition.pk, target.pk),
        gone=tuple(_asked_only(before, after)),
        parts_gone=tuple(_parts_only(before, after)),
        new=tuple(_asked_only(after, before)),
        is_given=edition.pk == assignment.edition_id,
    )


def _asked_only(here: Assignment, there: Assignment) -> Iterator[str]:
    """The questions that are asked in one edition and not in the other, with their numbers."""
    asked, others = readings.questions(here), readings.questions(there)
    for number, question in enumerate(readings.document(here.edition_id).questions, 1):
        if question["id"] in asked and question["id"] not in others:
            yield question_words(number, question)


def _parts_only(here: Assignment, there: Assignment) -> Iterator[str]:
    """What a question that both editions ask has in one and not in the other, and an answer can stand in or choose."""
    asked, others = readings.questions(here), readings.questions(there)
    now = {question["id"]: question for question in readings.document(there.edition_id).questions}
    for number, question in enumerate(readings.document(here.edition_id).questions, 1):
        if question["id"] in asked and question["id"] in others:
            yield from parts_gone(number, question, now[question["id"]])


def _last(assignment: Assignment, zone: str) -> str:
    rows = EditionUpgrade.objects.filter(assignment=assignment).select_related("by", "to_edition", "from_edition")
    upgrade = rows.order_by("-at", "-id").first()
    return decided(upgrade, zone) if upgrade else ""
