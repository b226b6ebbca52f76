"""The files themselves: their names, and the note in the audit log that they were taken."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Classroom
from assignments.exports import cells, own, papers, tables, whole, written
from assignments.models import Assignment
from destalin_site.common import moments
from destalin_site.common.limits import Limit

if TYPE_CHECKING:
    from accounts.models import User

CSV: Final = "text/csv; charset=utf-8"
JSON: Final = "application/json"
ZIP: Final = "application/zip"
# Enough for a teacher who saves all that she has at the end of a year, and little for a script.
LIMIT: Final = Limit("exports", tries=60, seconds=3600)


@dataclass(frozen=True)
class File:
    name: str
    kind: str
    parts: Iterator[bytes]

    def response(self) -> StreamingHttpResponse:
        """The file as it is sent. No cache keeps it: there are names in it."""
        headers = {"Cache-Control": "private, no-store"}
        if disposition := content_disposition_header(True, self.name):
            headers["Content-Disposition"] = disposition
        return StreamingHttpResponse(self.parts, content_type=self.kind, headers=headers)


def marks(assignment: Assignment, *, by: User, now: dt.datetime) -> File:
    """The assignment board, with the points of each question."""
    _note("marks exported", assignment, by)
    rows = tables.marks(assignment, viewer=by, now=now)
    return File(_name(assignment.title, _("marks"), assignment.classroom, now, "csv"), CSV, cells.lines(rows))


def answers(assignment: Assignment, *, by: User, now: dt.datetime) -> File:
    """Every answer in full, with its citations."""
    _note("answers exported", assignment, by)
    rows = written.rows(assignment, viewer=by, now=now)
    return File(_name(assignment.title, _("answers"), assignment.classroom, now, "csv"), CSV, cells.lines(rows))


def feedback(assignment: Assignment, *, by: User, now: dt.datetime) -> File:
    """What came back to each student, as a page to print."""
    _note("feedback exported", assignment, by)
    parts = papers.parts(assignment, now=now)
    return File(_name(assignment.title, _("feedback"), assignment.classroom, now, "zip"), ZIP, parts)


def board(classroom: Classroom, *, by: User, now: dt.datetime) -> File:
    """The class board, all of its assignments."""
    _note("class board exported", classroom, by)
    rows = tables.board(classroom, viewer=by, now=now)
    return File(_name(classroom.name, _("board"), classroom, now, "csv"), CSV, cells.lines(rows))


def everything(classroom: Classroom, *, by: User, now: dt.datetime) -> File:
    """All that this site knows of the work of a class."""
    _note("class exported", classroom, by)
    parts = whole.parts(classroom, viewer=by, now=now)
    return File(_name(classroom.name, _("everything"), classroom, now, "json"), JSON, parts)


def own_document(*, by: User, now: dt.datetime) -> File:
    """All that is hers, as JSON."""
    _note("own work exported", by, by)
    return File(_named(_("My work"), by.zone, now, "json"), JSON, own.parts(by, now=now))


def own_folder(*, by: User, now: dt.datetime) -> File:
    """The same as pages to read, with the document beside them."""
    _note("own work exported", by, by)
    return File(_named(_("My work"), by.zone, now, "zip"), ZIP, own.folder(by, now=now))


def _note(action: str, about: Assignment | Classroom | User, by: User) -> None:
    LIMIT.take(by.pk)
    audit.record(action, by=by, about=about)


def _name(title: str, what: str, classroom: Classroom, now: dt.datetime, ending: str) -> str:
    """ "the-closed-session-marks-2026-03-20.csv", by the calendar of the class."""
    name = slugify(title, allow_unicode=True)[:80] or slugify(_("class"), allow_unicode=True)
    return _named(f"{name} {what}", classroom.zone, now, ending)


def _named(what: str, zone: str, now: dt.datetime, ending: str) -> str:
    day = now.astimezone(moments.zone_of(zone or "UTC")).date().isoformat()
    return f"{slugify(what, allow_unicode=True)}-{day}.{ending}"
