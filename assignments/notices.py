"""What each kind of notice tells, where it leads, and what it takes the place of.

Another kind is one line of `Notice.Kind` (and of `Notice.FOR_STAFF`, if it is for those who mark), one line of
`SAYS`, and the event that makes it in `OF_EVENT`; what it leads to is in `_PAGES`, unless that is the work itself.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from assignments.lifecycle import Act
from assignments.models import Notice, Submission
from assignments.querysets import (
    COUNTS,
    DATES,
    DATES_ENDED,
    DATES_RESOLVED,
    DECLINED,
    EXTENSION_REVOKED,
    FINAL,
    PICK,
    REGRADED,
    RESCORED,
)
from destalin_site.common import moments

Kind = Notice.Kind

# Which event of a submission is told, to its student unless the kind is for those who mark.
OF_EVENT: Final[Mapping[str, Kind]] = {
    Act.RETURN.value: Kind.RETURNED,
    Act.GRADE_WITHOUT_SUBMISSION.value: Kind.RETURNED,
    Act.RECALL.value: Kind.RECALLED,
    RESCORED: Kind.RESCORED,
    Act.REQUEST_REVISION.value: Kind.REVISE,
    Act.KEEP_GRADE.value: Kind.KEPT,
    Act.EXCUSE.value: Kind.EXCUSED,
    Act.LIFT_EXCUSE.value: Kind.LIFTED,
    Act.HAND_IN_FOR.value: Kind.HANDED_IN_FOR,
    Act.HAND_IN_AT_CLOSE.value: Kind.HANDED_IN_AT_CLOSE,
    Act.REINSTATE.value: Kind.COUNTS_AGAIN,
    Act.ACCEPT_PARKED.value: Kind.ACCEPTED,
    Act.EXTEND.value: Kind.DATES,
    EXTENSION_REVOKED: Kind.DATES,
    DATES: Kind.DATES,
    DATES_ENDED: Kind.DATES,
    DATES_RESOLVED: Kind.DATES,
    Act.ASK_MORE_TIME.value: Kind.MORE_TIME,
    DECLINED: Kind.DECLINED,
    REGRADED: Kind.REGRADED,
    COUNTS: Kind.COUNTED,
    PICK: Kind.COUNTED,
    FINAL: Kind.FINAL,
}

# What no longer holds, or is done, once this has happened to the same work: it leaves the lists of everybody.
ENDS: Final[Mapping[str, tuple[Kind, ...]]] = {
    Kind.RETURNED: (Kind.RECALLED, Kind.REVISE, Kind.AGAIN, Kind.ASKED),
    Kind.REVISE: (Kind.REVISE, Kind.RECALLED, Kind.AGAIN, Kind.ASKED),
    Kind.KEPT: (Kind.REVISE,),
    Kind.RECALLED: (Kind.RETURNED, Kind.RESCORED, Kind.REGRADED, Kind.COUNTED, Kind.REVISE, Kind.KEPT),
    Kind.DATES: (Kind.DATES, Kind.DECLINED),
    Kind.MORE_TIME: (Kind.MORE_TIME, Kind.DECLINED),
    Kind.REGRADED: (Kind.REGRADED,),
    Kind.COUNTED: (Kind.COUNTED,),
    Kind.FINAL: (Kind.FINAL,),
    Kind.UPGRADED: (Kind.UPGRADED,),
    Kind.EXCUSED: (Kind.LIFTED,),
    Kind.LIFTED: (Kind.EXCUSED,),
    Kind.ACCEPTED: (Kind.EXCUSED,),
    Kind.AGAIN: (Kind.AGAIN, Kind.ASKED),
    Kind.ASKED: (Kind.AGAIN, Kind.ASKED),
}

# No score and no word of a student or of a teacher about her work stands in a notice: it may be read over a shoulder.
SAYS: Final[Mapping[str, Promise]] = {
    Kind.ASSIGNED: gettext_lazy("“%(title)s” was given to you."),
    Kind.RETURNED: gettext_lazy("“%(title)s” came back to you."),
    Kind.RECALLED: gettext_lazy("What came back to you of “%(title)s” was taken back: your teacher looks at it again."),
    Kind.RESCORED: gettext_lazy("What lateness takes off your score of “%(title)s” has changed."),
    Kind.REVISE: gettext_lazy("“%(title)s” came back to you to be revised until %(due)s."),
    Kind.KEPT: gettext_lazy("The revision of “%(title)s” has ended: what was returned to you stands."),
    Kind.DECLINED: gettext_lazy("You asked for more time for “%(title)s”, and got an answer: none was given."),
    Kind.REGRADED: gettext_lazy("What came back to you of “%(title)s” was marked by another edition of its rubric."),
    Kind.COUNTED: gettext_lazy("Another of your marks of “%(title)s” counts now."),
    Kind.FINAL: gettext_lazy("“%(title)s” was not handed in, and has a mark now."),
    Kind.UPGRADED: gettext_lazy("You read another edition of “%(title)s” now. See what changed."),
    Kind.EXCUSED: gettext_lazy("You are excused from “%(title)s”."),
    Kind.LIFTED: gettext_lazy("You are no longer excused from “%(title)s”."),
    Kind.TAKEN_BACK: gettext_lazy("“%(title)s” is due, and nothing of yours counts: you took back what you handed in."),
    Kind.HANDED_IN_FOR: gettext_lazy("“%(title)s” was handed in for you."),
    Kind.HANDED_IN_AT_CLOSE: gettext_lazy("Your draft of “%(title)s” was handed in at the close."),
    Kind.COUNTS_AGAIN: gettext_lazy("What you took back of “%(title)s” counts again since the close."),
    Kind.ACCEPTED: gettext_lazy("A hand-in of “%(title)s” that was set aside counts now."),
    Kind.PARKED: gettext_lazy("A hand-in of %(student)s waits for your decision: “%(title)s”."),
    Kind.MORE_TIME: gettext_lazy("%(student)s asks for more time for “%(title)s”."),
    Kind.AGAIN: gettext_lazy("%(student)s has handed in “%(title)s” again after its return."),
}

_FEEDBACK: Final = frozenset({Kind.RETURNED, Kind.RESCORED, Kind.REGRADED, Kind.COUNTED, Kind.KEPT})
_RECEIPT: Final = frozenset({Kind.HANDED_IN_FOR, Kind.HANDED_IN_AT_CLOSE, Kind.COUNTS_AGAIN, Kind.ACCEPTED})


@dataclass(frozen=True, slots=True)
class Told:
    """A notice as it is shown, in a list, in a mail, through REST."""

    id: UUID
    kind: str
    at: dt.datetime
    words: str
    url: str
    room: str
    read_at: dt.datetime | None


def told(notice: Notice) -> Told:
    """The finished values of a row of `Notice.objects.with_work()`."""
    return Told(
        id=notice.pk,
        kind=notice.kind,
        at=notice.at,
        words=words(notice),
        url=url(notice),
        room=notice.submission.assignment.classroom.name,
        read_at=notice.read_at,
    )


def words(notice: Notice) -> str:
    """What happened, in a sentence; every time with its zone, which is that of the class."""
    submission, facts = notice.submission, notice.facts
    said: dict[str, Any] = {"title": submission.assignment.title}
    if notice.kind in Notice.FOR_STAFF:
        said["student"] = student_name(submission)
    match notice.kind:
        case Kind.DATES:
            return _dates(facts, said, submission.assignment.classroom.zone)
        case Kind.ASKED:
            n = facts["questions"]
            asked = ngettext(
                "%(student)s has handed in “%(title)s” again, with a question about your comment.",
                "%(student)s has handed in “%(title)s” again, with %(n)d questions about your comments.",
                n,
            )
            return asked % {**said, "n": n}
        case Kind.REVISE:
            said["due"] = _moment(facts["due"], submission.assignment.classroom.zone)
    return str(SAYS[notice.kind]) % said


def _dates(facts: Mapping[str, Any], said: dict[str, Any], zone: str) -> str:
    if "due" not in facts:
        if facts["closes"] is None:
            return _("“%(title)s” no longer closes for you.") % said
        return _("“%(title)s” can now be handed in until %(closes)s.") % {
            **said,
            "closes": _moment(facts["closes"], zone),
        }
    if facts["due"] is None:
        return _("“%(title)s” has no due time for you any more.") % said
    said = {**said, "due": _moment(facts["due"], zone)}
    if "late_seconds" in facts:
        said["span"] = moments.span_late(facts["late_seconds"])
        return _("“%(title)s” is due for you on %(due)s again, and your hand-in counts as %(span)s late.") % said
    return _("“%(title)s” is now due for you on %(due)s.") % said


def _moment(stored: str, zone: str) -> str:
    return moments.moment(dt.datetime.fromisoformat(stored), zone)


def student_name(submission: Submission) -> str:
    """What those who mark call the student of this work."""
    return submission.called


def url(notice: Notice) -> str:
    """What it leads to."""
    pk, facts = notice.submission_id, notice.facts
    if notice.kind == Kind.MORE_TIME:
        return reverse("extension", args=[pk])
    if notice.kind == Kind.DECLINED:
        return reverse("more-time", args=[pk])
    if notice.kind in Notice.FOR_STAFF:
        return reverse("grade", args=[pk])
    if notice.kind in _RECEIPT and "attempt" in facts:
        return reverse("receipt", args=[pk, facts["attempt"]])
    if notice.kind in _FEEDBACK and notice.submission.returned_grade_id:
        return reverse("feedback", args=[pk])
    if notice.kind == Kind.UPGRADED:
        return reverse("upgrade-notice", args=[pk])
    return reverse("desk", args=[pk])
