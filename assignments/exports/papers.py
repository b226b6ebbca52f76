"""What came back, as a folder of printable files: one for each student, in a zip that is written while it is sent."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import IO, Any, Final, cast
from uuid import UUID

from django.contrib.staticfiles import finders
from django.db.models import F
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from assignments import names, scans
from assignments.exports import cells
from assignments.exports.cells import Value
from assignments.exports.tables import in_order_of, student_key
from assignments.judging.paper import paper
from assignments.models import Assignment, Comment, Submission
from assignments.names import Whose
from destalin_site.common import moments
from lessons import errata

CHUNK: Final = 20  # an answer may be a megabyte long
INDEX: Final = "index.csv"
_LONGEST: Final = 60  # characters of a name
_NEVER: Final = re.compile(r'[<>:"/\\|?*]')
# Windows opens devices by these names, whatever stands behind a point.
_DEVICES: Final = re.compile(r"(?i)(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])\Z")
# The earliest time that a zip can tell: the same work gives the same bytes.
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)


def parts(assignment: Assignment, *, now: dt.datetime) -> Iterator[bytes]:
    """The zip. In it is whose work came back and is in her sight, by name (by number while names are hidden), and the
    index of them; four queries, and one for each hand-in that a teacher brought, whose pictures of the paper stand
    beside its page."""
    sink = Sink()
    with zipfile.ZipFile(cast("IO[bytes]", sink), "w") as folder:
        index: list[list[Value]] = [_headings()]
        for row, name, page, pictures in _pages(assignment, now):
            put(folder, name, page.encode())
            for picture in pictures:
                put(folder, picture.name, picture.data)
            index.append(row)
            yield sink.taken()
        put(folder, INDEX, b"".join(cells.lines(index)))
        yield sink.taken()
    yield sink.taken()


def put(folder: zipfile.ZipFile, name: str, data: bytes) -> None:
    folder.writestr(entry(name), data)


def entry(name: str) -> zipfile.ZipInfo:
    """A file of the folder that is still to be written."""
    made = zipfile.ZipInfo(name, _EPOCH)
    made.compress_type = zipfile.ZIP_DEFLATED
    made.create_system = 3  # whatever the server runs on
    made.external_attr = 0o644 << 16
    return made


class Sink:
    """What a zip is written to that nobody keeps: what was written since it was asked last."""

    def __init__(self) -> None:
        self.written = bytearray()

    def write(self, data: bytes) -> int:
        self.written += data
        return len(data)

    def flush(self) -> None:
        pass

    def taken(self) -> bytes:
        data = bytes(self.written)
        self.written.clear()
        return data


def _pages(assignment: Assignment, now: dt.datetime) -> Iterator[tuple[list[Value], str, str, list[scans.File]]]:
    """(line of the index, name of the file, page, pictures of the paper) of each."""
    returned = Submission.objects.listed().filter(assignment=assignment).exclude(returned_grade=None)
    if assignment.names_hidden:
        returned = returned.filter(names.work_in())
    written_for = ("graded_edition", "counted__edition_id")
    found = list(returned.with_graded_edition().values_list("pk", *written_for, *names.lookups()))
    people = {row[0]: names.read(*row[3:]) for row in found}
    corrections = _Corrections({edition for row in found for edition in row[1:3] if edition})
    order = [(pk, whose.name) for pk, whose in sorted(people.items(), key=lambda item: item[1].order)]
    works = returned.with_graded_edition().select_related(
        "student", "edition", "counted", "returned_grade__rubric", "returned_grade__attempt"
    )
    comments = _comments(assignment, in_order_of("grade__submission", order))
    places = {pk: place for place, (pk, _name) in enumerate(order)}
    taken: set[str] = set()
    rows = works.order_by(in_order_of("pk", order), "pk").iterator(chunk_size=CHUNK)
    # Whose work was returned between the two is not among them.
    for work, said in _with_comments((work for work in rows if work.pk in people), comments, places):
        work.assignment = assignment
        grade = work.returned_grade
        assert grade is not None
        grade.submission = work
        whose, nameless = people[work.pk], assignment.names_hidden
        name = file_name(whose.name, work.pk, taken)
        taken.add(name.casefold())
        pictures, shown = ([], []) if nameless else scans.files(grade.attempt or work.counted, name)
        told = paper(
            work,
            grade,
            comments=said,
            corrections=corrections.of,
            edition=work.graded_edition,  # type: ignore[attr-defined]
            nameless=nameless,
            scans=shown,
            now=now,
        )
        page = render_to_string("assignments/feedback_file.html", {**told, "style": style()})
        yield _line(work, whose, told, len(said), name), name, page, pictures


class _Corrections:
    """Those of these editions, in one query."""

    def __init__(self, editions: Set[str]) -> None:
        self._editions, self._found = editions, errata.of_editions(editions)

    def of(self, edition: str) -> Sequence[errata.Correction]:
        if edition in self._editions:
            return self._found.get(edition, ())
        return errata.of_edition(edition)  # of what was returned anew since


def _with_comments(
    works: Iterable[Submission], comments: Iterator[tuple[UUID, list[Comment]]], places: Mapping[UUID, int]
) -> Iterator[tuple[Submission, list[Comment]]]:
    """Each with the comments of the grade that it was read with. The comments are read after the works: what was taken
    back or returned between the two has none here, or those of its grade, and nobody else loses hers by it."""
    upcoming: tuple[UUID, list[Comment]] | None = None
    for nth, work in enumerate(works):
        if not nth:
            upcoming = next(comments, None)
        while upcoming is not None and places.get(upcoming[0], len(places)) < places[work.pk]:
            upcoming = next(comments, None)
        said: list[Comment] = []
        if upcoming is not None and upcoming[0] == work.pk:
            said = [comment for comment in upcoming[1] if comment.grade_id == work.returned_grade_id]
            upcoming = next(comments, None)
        yield work, said


def _comments(assignment: Assignment, order: Any) -> Iterator[tuple[UUID, list[Comment]]]:
    """Those of grades that came back, by work, in the order of the works."""
    rows = (
        Comment.objects.filter(grade__submission__assignment=assignment, grade__returned_at__isnull=False)
        .select_related("by", "attempt__edition__lesson")
        .defer("attempt__body_json")
        .annotate(work=F("grade__submission"))
        .order_by(order, "grade__submission", "at", "key")
    )
    for pk, found in groupby(rows.iterator(chunk_size=CHUNK), key=lambda row: row.work):
        yield pk, list(found)


def _headings() -> list[Value]:
    return [
        _("File"),
        _("Student"),
        "student_id",
        "submission_id",
        _("Hand-in"),
        _("Score"),
        _("Out of"),
        _("Comments"),
        "returned_at",
    ]


def _line(work: Submission, whose: Whose, told: Mapping[str, Any], comments: int, name: str) -> list[Value]:
    grade = work.returned_grade
    assert grade is not None
    return [
        name,
        whose.name,
        student_key(whose, work),
        work.pk,
        told["number"],
        grade.final_score,
        grade.out_of,
        comments,
        grade.returned_at and grade.returned_at.astimezone(moments.zone_of(work.assignment.classroom.zone)),
    ]


@cache
def style() -> SafeString:
    """What each file looks like. It has the rules with it."""
    found = finders.find("css/feedback-file.css")
    assert isinstance(found, str)
    return mark_safe(Path(found).read_text())  # noqa: S308 - our own


def file_name(student: str, pk: UUID, taken: set[str]) -> str:
    """ "Łucja Nowak 5f3a9c01.html": the name as it is written, in a form that every system can store, and as much of
    the id as tells two of one name apart; `taken` are those that are given already, in small letters."""
    plain = "".join(
        " " if unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp") else letter
        for letter in unicodedata.normalize("NFC", student)
    )
    plain = " ".join(_NEVER.sub(" ", plain).split())[:_LONGEST].strip(". ")
    if not plain:
        plain = _("student")
    if _DEVICES.match(plain.split(".")[0].strip()):
        plain = f"_{plain}"
    for length in (8, 32):
        name = f"{plain} {pk.hex[-length:]}.html"
        if name.casefold() not in taken:
            break
    return name
