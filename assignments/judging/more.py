"""What a teacher may do about a piece of work besides marking it."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

from django.utils.translation import gettext as _

from assignments.lifecycle import State
from assignments.models import Excuse, Submission
from destalin_site.common import moments


@dataclass(frozen=True, slots=True)
class Tried:
    """An excuse as it was typed, and why it was refused."""

    category: str
    reason: str
    error: str


@dataclass(frozen=True, slots=True)
class More:
    excused: str  # who, when and for what; empty while she is not
    reason: str
    may_excuse: bool
    may_lift: bool
    may_hand_in: bool
    may_ask_to_revise: bool
    may_end_revision: bool
    categories: tuple[tuple[str, str, bool], ...]  # value, name, whether it is chosen
    tried: Tried | None

    @property
    def anything(self) -> bool:
        return self.may_excuse or self.may_lift or self.may_hand_in or self.may_ask_to_revise or self.may_end_revision

    @property
    def opened(self) -> bool:
        """An excuse stands first on the page of whoever is excused, and so does what could not be done."""
        return self.tried is not None or bool(self.excused)


def more(submission: Submission, *, allowed: Set[str], zone: str, tried: Tried | None = None) -> More:
    """The acts under "More", of a submission read `with_facts`. An excuse costs one query."""
    chosen = tried.category if tried else Excuse.ILLNESS.value
    words, reason = _excused(submission, zone)
    return More(
        excused=words,
        reason=reason,
        may_excuse="excuse" in allowed,
        may_lift="lift_excuse" in allowed,
        may_hand_in="hand_in_for" in allowed,
        may_ask_to_revise="request_revision" in allowed,
        may_end_revision="keep_grade" in allowed,
        categories=tuple((value, str(name), value == chosen) for value, name in Excuse.choices),
        tried=tried,
    )


def _excused(submission: Submission, zone: str) -> tuple[str, str]:
    if submission.state != State.EXCUSED or (event := submission.events.excusing().first()) is None:
        return "", ""
    words = _("Excused by %(name)s, %(moment)s: %(category)s.") % {
        "name": event.actor,
        "moment": moments.moment_short(event.at, zone),
        "category": submission.get_excuse_category_display(),
    }
    return words, event.reason
