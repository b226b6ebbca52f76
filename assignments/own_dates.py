"""The dates that hold for each student: those of the assignment, and what was given to her beyond them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from assignments import timing
from assignments.models import Assignment, Extension, OverrideMember, Revision


@dataclass(frozen=True, slots=True)
class Given:
    """What was given to one student beyond the dates of the assignment."""

    extension: Extension | None = None
    revision: Revision | None = None
    overrides: tuple[timing.Override, ...] = ()

    def dates(self, assignment: Assignment) -> timing.Dates:
        """The dates that hold for her."""
        revision = timing.Revision(self.revision.due) if self.revision else None
        return timing.effective_dates(_base(assignment), self.overrides, self._extensions(), revision)

    def dates_before_revision(self, assignment: Assignment) -> timing.Dates:
        """What holds for what she handed in before she was asked to revise it: more time that was given for the
        revision does not make that come earlier."""
        if self.revision is None:
            return self.dates(assignment)
        earlier = replace(self, revision=None)
        if self.extension is not None and self.extension.at >= self.revision.at:
            earlier = replace(earlier, extension=None)
        return earlier.dates(assignment)

    def _extensions(self) -> list[timing.Extension]:
        return [timing.Extension(self.extension.due, str(self.extension.pk))] if self.extension else []


def _base(assignment: Assignment) -> timing.Base:
    return timing.Base(assignment.due, assignment.closes_at)


def given_to(submissions: Iterable[UUID]) -> dict[UUID, Given]:
    """What was given to each of these, of those only who were given something. As many queries for one as for all."""
    keys = list(submissions)
    found: dict[UUID, Given] = {}
    for extension in Extension.objects.standing().filter(submission__in=keys):
        found[extension.submission_id] = Given(extension)
    for revision in Revision.objects.filter(submission__in=keys).holding().reverse():
        found[revision.submission_id] = replace(found.get(revision.submission_id, Given()), revision=revision)
    members = OverrideMember.objects.filter(submission__in=keys, override__ended_at=None).select_related("override")
    for member in members.order_by("override_id"):
        given = found.get(member.submission_id, Given())
        overrides = (*given.overrides, member.override.as_rule())
        found[member.submission_id] = replace(given, overrides=overrides)
    return found


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


def own_columns(assignment: Assignment) -> dict[str, Any]:
    """The same for who was given nothing."""
    return columns(Given().dates(assignment), assignment.grace_seconds)
