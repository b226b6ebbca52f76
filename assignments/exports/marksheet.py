"""The file of marks, read back: which of its cells somebody changed since it was written. Knows no rows and no clock.

Two cells of a row are read back, the score and the feedback. What they said when the file was written is kept in a
third as a checksum, so that a row that nobody touched asks for nothing, whatever became of its marks since. It also
names the version that the marks had and the hand-in that they are for, and covers the cells beside, which are not read
back: who changes one is told.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final
from uuid import UUID

from assignments.exports import cells

STUDENT: Final = "student_id"
SUBMISSION: Final = "submission_id"
VERSION: Final = "marks_version"
SCORE: Final = "entered_score"
FEEDBACK: Final = "feedback"
NEEDED: Final = (STUDENT, SUBMISSION, VERSION, SCORE, FEEDBACK)

MOST_BYTES: Final = 3_000_000
MOST_ROWS: Final = 2_000
LONGEST: Final = 50_000  # characters of feedback

# Files of before there was a hand-in in it are read as ever.
_STAMP: Final = re.compile(r"g(\d{1,9})(?:-(\d{1,9}))?\.([0-9a-f]{8})\.([0-9a-f]{8})", re.ASCII)
_NUMBER: Final = re.compile(r"-?\d{1,7}(?:[.,]\d{1,9})?", re.ASCII)
_BOMS: Final = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",  # what a spreadsheet calls "Unicode text"
    codecs.BOM_UTF16_BE: "utf-16",
}


class MarksFileRefused(ValueError):
    """Not a file of marks. `code` says why; `about` names what is missing."""

    def __init__(self, code: str, about: Iterable[str] = ()) -> None:
        self.code, self.about = code, tuple(about)
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class Line:
    """One row. `fault` is the code of what keeps it from being read; `touched` is false where it says what it said."""

    number: int  # as spreadsheets count: the headings are row 1
    name: str
    student: UUID | None = None
    submission: UUID | None = None
    version: int = 0
    score: Decimal | None = None
    feedback: str = ""
    touched: bool = False
    fault: str = ""
    hand_in: int | None = None  # the number of the one that counted, 0 for none; None where the file does not say


def stamp(
    submission: UUID,
    student: UUID,
    version: int,
    *,
    hand_in: int,
    score: Decimal | None,
    feedback: str,
    beside: Sequence[cells.Value],
) -> str:
    """ "g7-2.1f0c9a2b.77ab01cd", of the second hand-in: never a number or a date to a spreadsheet."""
    changeable = _checksum(submission, student, ["" if score is None else cells.number(score), feedback])
    return f"g{version}-{hand_in}.{changeable}.{_checksum(submission, student, map(_plain, beside))}"


def _plain(value: cells.Value) -> str:
    return value if isinstance(value, str) else cells.cell(value)


def _checksum(submission: UUID, student: UUID, values: Iterable[str]) -> str:
    """Of what these cells mean: spreadsheets write line ends and numbers in ways of their own."""
    said = [str(submission), str(student), *map(_meaning, values)]
    return hashlib.sha256("\x1f".join(said).encode("utf-8", "surrogatepass")).hexdigest()[:8]


def _meaning(value: str) -> str:
    if _NUMBER.fullmatch(value):
        return cells.number(Decimal(value.replace(",", ".")))
    return same_lines(value)


def same_lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def read(raw: bytes | str, *, beside: Sequence[str]) -> list[Line]:
    """The rows of a file of marks, whichever of commas, semicolons and tabs a spreadsheet parted its cells by. `beside`
    are the headings of the cells that are covered and not read back; where some of them were taken out of the file, or
    are in another language, they are not looked at. Raises MarksFileRefused."""
    text = decoded(raw) if isinstance(raw, bytes) else raw.removeprefix("\ufeff")
    if len(text) > MOST_BYTES:
        raise MarksFileRefused("too-large")
    if not text.strip():
        raise MarksFileRefused("empty")
    if "\x00" in text:
        raise MarksFileRefused("not-text")
    rows = _rows(text)
    headings = next(rows)[1]
    if doubled := sorted({name for name in NEEDED if headings.count(name) > 1}):
        raise MarksFileRefused("twice", doubled)
    looked_at = [headings.index(name) for name in beside] if set(beside) <= set(headings) else None
    places = {name: headings.index(name) for name in NEEDED}
    found: list[Line] = []
    for number, row in rows:
        if not any(cell.strip() for cell in row):
            continue
        if len(found) == MOST_ROWS:
            raise MarksFileRefused("too-many-rows")
        found.append(_line(number, row, places, looked_at, len(headings)))
    return found


def decoded(raw: bytes) -> str:
    """The text of a file, in UTF-8 or in what says by its first bytes that it is UTF-16."""
    if len(raw) > MOST_BYTES:
        raise MarksFileRefused("too-large")
    if raw.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise MarksFileRefused("spreadsheet")
    coding = next((name for bom, name in _BOMS.items() if raw.startswith(bom)), "utf-8")
    try:
        return raw.decode(coding)
    except UnicodeDecodeError as error:
        raise MarksFileRefused("encoding") from error


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """(number, cells) of each row, the headings first, parted by what the headings are parted by."""
    start = 1
    first, _end, rest = text.partition("\n")
    if first.strip().lower().startswith("sep="):  # a line for Excel alone
        text, start = rest, 2
    missing: Sequence[str] = NEEDED
    try:
        for delimiter in ",;\t":
            rows = enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), start)
            number, headings = next(rows, (start, []))
            headings = [cells.original(cell.strip()) for cell in headings]
            absent = [name for name in NEEDED if name not in headings]
            if not absent:
                yield number, headings
                yield from rows
                return
            missing = min(missing, absent, key=len)
    except csv.Error as error:
        raise MarksFileRefused("not-a-table") from error
    raise MarksFileRefused("columns", missing)


def _line(number: int, row: list[str], places: dict[str, int], beside: list[int] | None, width: int) -> Line:
    if any(cell.strip() for cell in row[width:]):
        return Line(number, "", fault="too-wide")
    row = [*row, *[""] * (width - len(row))]
    name = cells.original(row[beside[0]]) if beside else ""
    student, submission = (_uuid(row[places[which]]) for which in (STUDENT, SUBMISSION))
    if student is None or submission is None:
        return Line(number, name, fault="ids")
    known = _STAMP.fullmatch(row[places[VERSION]].strip())
    if known is None:
        return Line(number, name, student, submission, fault="version")
    version = int(known[1])
    score, feedback = row[places[SCORE]].strip(), cells.original(row[places[FEEDBACK]])
    touched = _checksum(submission, student, [score, feedback]) != known[3]
    hand_in = None if known[2] is None else int(known[2])
    about = {"name": name, "student": student, "submission": submission, "version": version, "hand_in": hand_in}
    fault = ""
    if beside and _checksum(submission, student, [cells.original(row[place]) for place in beside]) != known[4]:
        fault = "beside"
    elif not touched:
        pass
    elif score and not _NUMBER.fullmatch(score):
        fault = "number"
    elif len(feedback) > LONGEST:
        fault = "too-long"
    elif "\x00" in feedback:
        fault = "not-text"
    if fault:
        return Line(number, **about, touched=touched, fault=fault)  # type: ignore[arg-type]
    entered = Decimal(score.replace(",", ".")) if _NUMBER.fullmatch(score) else None
    return Line(number, **about, score=entered, feedback=feedback, touched=touched)  # type: ignore[arg-type]


def of_values(number: int, values: Mapping[str, object]) -> Line:
    """A row of the same table as it stands in a document: plain texts, none of them made safe for a spreadsheet."""
    said = [values.get(name) for name in NEEDED]
    if not all(isinstance(value, str) for value in said if value is not None):
        return Line(number, "", fault="ids")
    row = ["" if value is None else str(value) for value in said]
    row[-1] = cells.text(row[-1])
    return _line(number, row, {name: place for place, name in enumerate(NEEDED)}, None, len(NEEDED))


def unpacked(
    number: int,
    student: str,
    submission: str,
    version: int,
    score: str | None,
    feedback: str,
    hand_in: int | None = None,
) -> Line:
    """A row that was read before, from plain values."""
    entered = None if score is None else Decimal(score)
    return Line(number, "", UUID(student), UUID(submission), version, entered, feedback, touched=True, hand_in=hand_in)


def _uuid(text: str) -> UUID | None:
    text = text.strip()
    try:
        return UUID(text) if len(text) == 36 else None
    except ValueError:
        return None
