"""What is told of a request for more time: to the student who asked, and to those who answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.utils.translation import gettext as _

from assignments.facts import possible
from assignments.lifecycle import Act
from assignments.models import ExtensionRequest, Submission
from destalin_site.common import moments

if TYPE_CHECKING:
    from accounts.models import User

SHORT: Final = 120  # that much of a reason or a question stands in a line


@dataclass(frozen=True, slots=True)
class Asked:
    """One request in words. `line` says when it was asked and what was answered; `words` are those of the answer."""

    line: str
    reason: str
    words: str
    waiting: bool
    icon: str


def told(row: ExtensionRequest, zone: str) -> Asked:
    """To the student, of a row read `with_people`."""
    said = [_asked(row, zone)]
    match row.answer:
        case ExtensionRequest.Answer.WAITING:
            said.append(_("It is not answered yet."))
        case ExtensionRequest.Answer.WITHDRAWN:
            said.append(_("You took that back."))
        case ExtensionRequest.Answer.DECLINED:
            said.append(_("%(name)s gave no more time (%(moment)s).") % _answered(row, zone))
        case _:
            assert row.extension is not None
            words = _answered(row, zone) | {"until": moments.moment(row.extension.due_at, zone)}
            said.append(_("%(name)s gave you time until %(until)s (%(moment)s).") % words)
            if row.extension.revoked_at is not None:
                said.append(_("That was changed since."))
    icon = {"": "clock", "granted": "check", "declined": "minus", "withdrawn": "undo-2"}[row.answer]
    return Asked(" ".join(said), row.reason, row.words, row.waiting, icon)


def newest(submission: Submission, zone: str) -> Asked | None:
    """What she asked last, as long as it is worth telling: one query."""
    row = submission.extension_requests.with_people().latest_first().first()
    if row is None or row.answer == ExtensionRequest.Answer.WITHDRAWN:
        return None
    return told(row, zone)


def newest_of(person: User) -> dict[UUID, ExtensionRequest]:
    """What this student asked last of each piece of work; one query."""
    rows = ExtensionRequest.objects.with_people().filter(submission__student=person).order_by("asked_at", "id")
    return {row.submission_id: row for row in rows}


def may_ask(submission: Submission, *, person: User, now: dt.datetime) -> bool:
    """Whether more time would help this student, of a row read `with_facts`."""
    return Act.ASK_MORE_TIME.value in possible(submission, person=person, now=now)["allowed"]


def short(text: str) -> str:
    """The beginning of a text, on one line."""
    words = " ".join(text.split())
    return words if len(words) <= SHORT else f"{words[: SHORT - 1].rstrip()}…"


def lines(rows: Iterable[ExtensionRequest], zone: str) -> list[Asked]:
    return [told(row, zone) for row in rows]


def _asked(row: ExtensionRequest, zone: str) -> str:
    words = {"moment": moments.moment_short(row.asked_at, zone)}
    if row.due_at is None:
        return _("You asked for more time on %(moment)s.") % words
    words["until"] = moments.moment(row.due_at, zone)
    return _("You asked for time until %(until)s on %(moment)s.") % words


def _answered(row: ExtensionRequest, zone: str) -> dict[str, str]:
    assert row.answered_at is not None
    return {"name": str(row.answered_by), "moment": moments.moment_short(row.answered_at, zone)}
