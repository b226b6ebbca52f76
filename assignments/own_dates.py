"""The dates that hold for each student: those of the assignment, and what was given to her beyond them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from assignments import timing
from assignments.models import Assignment, DateOverride, Extension, OverrideMember, Revision, Submission


@dataclass(frozen=True, slots=True)
class Given:
    """What was given to one student beyond the dates of the assignment."""

    extension: Extension | None = None
    asked: tuple[Revision, ...] = ()  # every revision, oldest first
    overrides: tuple[timing.Override, ...] = ()  # those of her class among them

    @property
    def revision(self) -> Revision | None:
        """The newest one whose due time holds: open, or returned since."""
        holding = ("", Revision.Outcome.RETURNED)
        return next((one for one in reversed(self.asked) if one.outcome in holding), None)

    def dates(self, assignment: Assignment) -> timing.Dates:
        """The dates that hold for her. More time for a revision that was ended without a hand-in has ended with it."""
        extension = None if self.revision is None and self._is_for_a_revision() else self.extension
        revision = timing.Revision(self.revision.due) if self.revision else None
        dates = timing.effective_dates(_base(assignment), self.overrides, _as_rules(extension), revision)
        if self.revision is not None and self.revision.outcome and not self._has_close(assignment):
            # What was returned shuts nothing that has no close.
            return replace(dates, close=None, close_from=timing.Origin.NONE)
        return dates

    def dates_before_revision(self, assignment: Assignment) -> timing.Dates:
        """What holds for what she handed in before she was asked to revise it: more time that was given for the
        revision does not make that come earlier."""
        if self.revision is None:
            return self.dates(assignment)
        extension = self.extension
        if extension is not None and extension.at >= self.asked[0].at:
            extension = None
        return Given(extension, (), self.overrides).dates(assignment)

    def _is_for_a_revision(self) -> bool:
        """Whether the extension was given while a revision was going on."""
        given = self.extension
        return given is not None and any(
            one.at <= given.at and (one.ended_at is None or given.at < one.ended_at) for one in self.asked
        )

    def _has_close(self, assignment: Assignment) -> bool:
        return assignment.closes_at is not None or any(one.closes_at is not None for one in self.overrides)


def _as_rules(extension: Extension | None) -> list[timing.Extension]:
    return [timing.Extension(extension.due, str(extension.pk))] if extension else []


def _base(assignment: Assignment) -> timing.Base:
    return timing.Base(assignment.due, assignment.closes_at)


def given_to_class(assignments: Iterable[UUID]) -> dict[UUID, Given]:
    """What was given to everybody who has one of these, and so to whoever comes to it later. One query."""
    found = dict.fromkeys(assignments, Given())
    for override in DateOverride.objects.standing().filter(for_class=True, assignment__in=list(found)):
        found[override.assignment_id] = Given(overrides=(override.as_rule(),))
    return found


def dates_of_class(assignments: Iterable[UUID]) -> dict[UUID, timing.Dates]:
    """The dates of everybody who has none nearer, where the class was given other ones: of those alone. One query."""
    rows = DateOverride.objects.standing().filter(for_class=True, assignment__in=list(assignments))
    return {
        row.assignment_id: Given(overrides=(row.as_rule(),)).dates(row.assignment)
        for row in rows.select_related("assignment")
    }


def due_of_class(assignment: Assignment) -> dt.datetime | None:
    """When it is due for everybody who has no due time that is nearer. One query."""
    other = dates_of_class([assignment.pk]).get(assignment.pk)
    return other.due_at if other else assignment.due_at


def given_to(submissions: Iterable[Submission]) -> dict[UUID, Given]:
    """What was given to each of these. As many queries for one as for all."""
    rows = list(submissions)
    of_class = given_to_class({row.assignment_id for row in rows})
    found = {row.pk: of_class[row.assignment_id] for row in rows}
    keys = list(found)
    for extension in Extension.objects.standing().filter(submission__in=keys):
        found[extension.submission_id] = replace(found[extension.submission_id], extension=extension)
    for revision in Revision.objects.filter(submission__in=keys).order_by("at", "id"):
        given = found[revision.submission_id]
        found[revision.submission_id] = replace(given, asked=(*given.asked, revision))
    members = OverrideMember.objects.filter(submission__in=keys, override__ended_at=None).select_related("override")
    for member in members.order_by("override_id"):
        given = found[member.submission_id]
        overrides = (*given.overrides, member.override.as_rule())
        found[member.submission_id] = replace(given, overrides=overrides)
    return found


def given_to_one(submission: Submission) -> Given:
    """The same of one alone."""
    return given_to([submission])[submission.pk]


def columns(dates: timing.Dates, grace: int) -> dict[str, Any]:
    """The dates that hold for a student as her submission keeps them."""
    plain = dates.due_from in (timing.Origin.NONE, timing.Origin.ASSIGNMENT)
    return {
        "due_at": dates.due_at,
        "due_from": "" if plain else dates.due_from.value,
        "usual_due_at": dates.before_extension.at if dates.before_extension else None,
        "late_from": timing.late_from(dates.due.at, grace) if dates.due else None,
        "closes_at": dates.close,
    }


def own_columns(assignment: Assignment, given: Given) -> dict[str, Any]:
    """The same of an assignment, for whom this was given."""
    return columns(given.dates(assignment), assignment.grace_seconds)
