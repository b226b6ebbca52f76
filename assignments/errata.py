"""What corrections of sources mean for classes: who works with a text that was wrong, and which work cites it.

Nothing here changes an answer, a mark or the edition that an assignment pins.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Classroom
from assignments import answers, names
from assignments.lifecycle import State
from assignments.models import Assignment, Citation, ErratumAck, Submission
from destalin_site.common import moments
from lessons import errata
from lessons.errata import Correction
from lessons.models import ErratumEdition

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True, slots=True)
class Citing:
    """A piece of work whose hand-in that counts cites the source."""

    submission: UUID
    assignment: UUID
    student: str
    words: str


@dataclass(frozen=True, slots=True)
class Told:
    """A correction as it concerns one class."""

    correction: Correction
    classroom: UUID
    classroom_name: str
    announced: str
    assignments: tuple[tuple[UUID, str], ...]
    citing: tuple[Citing, ...]
    acknowledged: str  # by whom and when, in words; empty while nobody has
    acknowledged_by: UUID | None
    acknowledged_at: dt.datetime | None
    may_acknowledge: bool

    @property
    def cited(self) -> str:
        n = len(self.citing)
        if not n:
            return _("No work that was handed in cites it.")
        return ngettext("%(n)d piece of work cites it.", "%(n)d pieces of work cite it.", n) % {"n": n}


def waiting(user: User) -> tuple[Told, ...]:
    """What the classes of this person work with and was corrected, as far as no teacher has acknowledged it.

    One query where nothing was corrected, and five where something was, for any number.
    """
    given = Assignment.objects.filter(classroom__in=Classroom.objects.taught_by(user).filter(archived_at=None))
    return tuple(told for told in _told(given, user) if not told.acknowledged)


def _reading(affected: QuerySet[ErratumEdition, Any] | Collection[str]) -> Q:
    """Assignments in which somebody reads, or was judged by, one of these editions."""
    used = Q(edition__in=affected) | Q(counted__edition__in=affected)
    upgraded = Submission.objects.listed().filter(used, assignment__upgraded_at__isnull=False)
    return Q(edition__in=affected) | Q(pk__in=upgraded.values("assignment"))


def of_assignment(assignment: Assignment, user: User) -> tuple[Told, ...]:
    """All corrections of the edition that this assignment pins, those that were acknowledged too."""
    return _told(Assignment.objects.filter(pk=assignment.pk), user)


def of_classroom(classroom: Classroom, user: User) -> tuple[Told, ...]:
    """All corrections of what this class was given."""
    return _told(Assignment.objects.filter(classroom=classroom), user)


def concerns(classroom: Classroom, erratum: UUID) -> bool:
    """Whether this class was given an edition that this correction is about."""
    affected = ErratumEdition.objects.filter(erratum=erratum).values("edition")
    return Assignment.objects.present().filter(_reading(affected), classroom=classroom).exists()


def given(editions: Collection[str]) -> Iterable[tuple[str, UUID, UUID]]:
    """Where these editions are in use: (edition, assignment, class)."""
    rows = Assignment.objects.present().filter(edition__in=editions, classroom__archived_at=None)
    pinned = rows.values_list("edition_id", "pk", "classroom_id")
    works = Submission.objects.listed().filter(
        edition__in=editions, assignment__upgraded_at__isnull=False, assignment__classroom__archived_at=None
    )
    return {*pinned, *works.values_list("edition_id", "assignment_id", "assignment__classroom_id")}


def _told(given: QuerySet[Assignment], user: User) -> tuple[Told, ...]:
    rows = list(
        given.present()  # type: ignore[attr-defined]
        .filter(_reading(ErratumEdition.objects.values("edition")))
        .select_related("classroom")
        .order_by("created_at", "pk")
    )
    if not rows:
        return ()
    editions = _editions(rows)
    corrections = errata.of_editions({pk for used in editions.values() for pk in used})
    citing = _citing(rows, {one.source for listed in corrections.values() for one in listed})
    known = {
        (ack.classroom_id, str(ack.erratum_id)): ack
        for ack in ErratumAck.objects.filter(classroom__in={row.classroom_id for row in rows}).select_related("by")
    }
    runs = set(Classroom.objects.run_by(user).values_list("pk", flat=True))
    found: dict[tuple[UUID, str], list[tuple[Assignment, Correction]]] = {}
    for row in rows:
        # Of one assignment once, however many of its editions say it.
        said = {one.id: one for pk in editions[row.pk] for one in corrections.get(pk, ())}
        for one in said.values():
            found.setdefault((row.classroom_id, one.id), []).append((row, one))
    told = [
        _one(places, citing, known.get(key), may=key[0] in runs and not places[0][0].classroom.archived)
        for key, places in found.items()
    ]
    return tuple(sorted(told, key=lambda one: one.correction.at, reverse=True))


def _editions(rows: Collection[Assignment]) -> dict[UUID, set[str]]:
    """By assignment: which editions are in use in it. One query where one was upgraded."""
    found = {row.pk: {row.edition_id} for row in rows}
    upgraded = [row.pk for row in rows if row.upgraded_at is not None]
    if upgraded:
        works = Submission.objects.listed().filter(assignment__in=upgraded)
        for pk, *used in works.values_list("assignment", "edition", "counted__edition").distinct():
            found[pk].update(edition for edition in used if edition)
    return found


def _one(
    places: list[tuple[Assignment, Correction]],
    citing: Mapping[tuple[UUID, str], list[Citing]],
    ack: ErratumAck | None,
    *,
    may: bool,
) -> Told:
    # Several editions may have said different things; the newest assignment's is shown.
    first, correction = places[-1]
    zone = first.classroom.zone
    words = ""
    if ack is not None:
        words = _("%(name)s acknowledged it on %(moment)s.") % {
            "name": ack.by.get_full_name(),
            "moment": moments.moment(ack.at, zone),
        }
    return Told(
        correction=correction,
        classroom=first.classroom_id,
        classroom_name=first.classroom.name,
        announced=correction.announced(zone),
        assignments=tuple((row.pk, row.title) for row, _correction in places),
        citing=tuple(work for row, one in places for work in citing.get((row.pk, one.source), [])),
        acknowledged=words,
        acknowledged_by=ack.by_id if ack else None,
        acknowledged_at=ack.at if ack else None,
        may_acknowledge=may and ack is None,
    )


def _citing(rows: Collection[Assignment], sources: Collection[str]) -> dict[tuple[UUID, str], list[Citing]]:
    """By assignment and source: the work whose hand-in that counts cites it, by name."""
    found = (
        Citation.objects.filter(attempt__submission__assignment__in=[row.pk for row in rows], source__in=sources)
        .filter(attempt=F("attempt__submission__counted"))
        .exclude(attempt__submission__state=State.VOID.value)
        .filter(~names.hidden("attempt__submission__assignment__") | names.work_in("attempt__submission__"))
        .values_list(
            "attempt__submission",
            "attempt__submission__assignment",
            "source",
            *names.lookups("attempt__submission__"),
        )
    )
    counts: Counter[tuple[UUID, UUID, str]] = Counter()
    people: dict[UUID, names.Whose] = {}
    for submission, assignment, source, *whose in found:
        counts[submission, assignment, source] += 1
        people[submission] = names.read(*whose)
    listed: dict[tuple[UUID, str], list[Citing]] = {}
    for submission, assignment, source in sorted(counts, key=lambda key: people[key[0]].order):
        n = counts[submission, assignment, source]
        words = ngettext("%(n)d citation", "%(n)d citations", n) % {"n": n}
        citing = Citing(submission, assignment, people[submission].name, words)
        listed.setdefault((assignment, source), []).append(citing)
    return listed


def flags(body: answers.Body, corrections: Iterable[Correction]) -> list[dict[str, object]]:
    """For each correction whose source this body cites: which of its citations do."""
    found: list[dict[str, object]] = []
    cited = [row.citation for row in answers.citations(body)]
    for one in corrections:
        ids = [citation["id"] for citation in cited if citation["source"] == one.source]
        if ids:
            found.append({"erratum": one.id, "source": one.source, "citations": ids})
    return found
