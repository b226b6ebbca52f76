"""Which passages of an edition a class leans on, and who used which: of the hand-ins that count."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db.models import F
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from assignments import readings
from assignments.boards.assignment import Named, StudentRow, assignment_board
from assignments.models import Assignment, Citation, Submission
from lessons.anchors import Anchor, relocate
from lessons.document import BlockData, Document, SourceData

if TYPE_CHECKING:
    from accounts.models import User

SHOWN: Final = ("", "used", "nobody")


@dataclass(frozen=True, slots=True)
class Target:
    """A passage, or a source as a whole: what somebody cites or does not."""

    id: str
    name: str  # "A4", "¶7"; of a source "A"
    heading: str
    words: str
    is_source: bool


@dataclass
class Usage:
    """Who cites what, each student once. `elsewhere` are those who cite words that do not stand in this edition: their
    hand-in was written for another one."""

    handed_in: set[UUID] = field(default_factory=set)
    by_target: dict[str, set[UUID]] = field(default_factory=lambda: defaultdict(set))
    elsewhere: set[UUID] = field(default_factory=set)

    def citing(self, target: Target) -> set[UUID]:
        return self.by_target.get(target.id, set())

    def not_citing(self, target: Target) -> set[UUID]:
        """Who handed in, and does not cite it: a draft says nothing yet."""
        return self.handed_in - self.citing(target)


def usage(assignment: Assignment) -> Usage:
    """Of the hand-ins that count, in the edition that the assignment gives; two queries. What was handed in on another
    edition is looked for by its passage and its words."""
    document = readings.document(assignment.edition_id)
    works = Submission.objects.listed().filter(assignment=assignment).exclude(counted=None)
    found = Usage(handed_in=set(works.values_list("pk", flat=True)))
    rows = (
        Citation.objects.filter(attempt__submission__assignment=assignment)
        .filter(attempt=F("attempt__submission__counted"))
        .values_list("attempt__submission", "attempt__edition", "block", "start", "end", "quote")
        .order_by()
    )
    for submission, edition, block, start, end, quote in rows.iterator():
        if submission not in found.handed_in:
            continue
        anchor = Anchor(block, start, end, quote)
        here = anchor if edition == assignment.edition_id else relocate(document, anchor)
        if here is None:
            found.elsewhere.add(submission)
            continue
        found.by_target[here.block].add(submission)
        if source := document.source_of(here.block):
            found.by_target[source["id"]].add(submission)
    return found


def targets(document: Document) -> Iterator[Target]:
    """Every passage that can be cited, in the order of reading, each source before its own."""
    for section in document.sections:
        heading = _("The lesson: %(section)s") % {"section": section["heading"]}
        yield from (_passage(block, heading) for block in section["blocks"] if _citable(block))
    for source in document.sources:
        whole = _source(source)
        yield whole
        yield from (_passage(block, whole.heading) for block in source["blocks"] if _citable(block))


def target(document: Document, said: str) -> Target | None:
    """What is called so: a passage by its id or its name, a source by its id or its letter."""
    wanted = said.strip()
    plain = wanted.casefold().removeprefix("¶").strip()
    if not plain:
        return None
    every = list(targets(document))
    by_id = next((each for each in every if each.id == wanted), None)
    return by_id or next((each for each in every if each.name.casefold().removeprefix("¶") == plain), None)


def _citable(block: BlockData) -> bool:
    return block["n"] is not None and bool(block["text"])


def _passage(block: BlockData, heading: str) -> Target:
    return Target(block["id"], block["name"], heading, Truncator(block["text"]).chars(160), is_source=False)


def _source(source: SourceData) -> Target:
    heading = _("Source %(letter)s. %(title)s") % {"letter": source["letter"], "title": source["title"]}
    return Target(source["id"], source["letter"], heading, _("any passage of it"), is_source=True)


# --- The page ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Counted:
    target: Target
    students: int
    share: int  # in per cent of those who handed in


@dataclass(frozen=True, slots=True)
class Group:
    """The passages of a section or of a source; `whole` counts a source, whichever of its passages is cited."""

    heading: str
    whole: Counted | None
    lines: tuple[Counted, ...]


@dataclass(frozen=True, slots=True)
class PassagesBoard:
    groups: tuple[Group, ...]
    handed_in: int
    elsewhere: int  # students who cite words that this edition has not
    nobodys: int  # passages that nobody cites
    passages: int
    show: str

    @property
    def used(self) -> int:
        return self.passages - self.nobodys


def passages_board(assignment: Assignment, *, show: str = "") -> PassagesBoard:
    """How many students cite each passage. What nobody cites stands there too, and alone with `show="nobody"`."""
    show = show if show in SHOWN else ""
    document, used = readings.document(assignment.edition_id), usage(assignment)
    every = [_counted(each, used) for each in targets(document)]
    passages = [each for each in every if not each.target.is_source]
    groups: dict[str, list[Counted]] = {}
    for each in every:
        groups.setdefault(each.target.heading, []).append(each)
    return PassagesBoard(
        groups=tuple(group for heading, lines in groups.items() if (group := _group(heading, lines, show)).lines),
        handed_in=len(used.handed_in),
        elsewhere=len(used.elsewhere),
        nobodys=sum(not each.students for each in passages),
        passages=len(passages),
        show=show,
    )


def _counted(target: Target, used: Usage) -> Counted:
    n = len(used.citing(target))
    return Counted(target, n, round(100 * n / len(used.handed_in)) if n else 0)


def _group(heading: str, lines: Sequence[Counted], show: str) -> Group:
    wanted = [line for line in lines if not show or bool(line.students) == (show == "used")]
    whole = next((line for line in lines if line.target.is_source), None)
    return Group(heading, whole, tuple(line for line in wanted if not line.target.is_source))


@dataclass(frozen=True, slots=True)
class Users:
    """Who cites it, who handed in and does not, and whose hand-in is not there: by name. While names are hidden by
    number, and who has handed in nothing by name, in `owing`."""

    target: Target
    citing: tuple[StudentRow, ...]
    not_citing: tuple[StudentRow, ...]
    without: tuple[StudentRow, ...]
    owing: tuple[Named, ...]
    elsewhere: frozenset[UUID]  # who cites words that this edition has not: perhaps these

    @property
    def nothing_in(self) -> tuple[StudentRow | Named, ...]:
        return (*self.without, *self.owing)


def users_of(assignment: Assignment, said: str, *, viewer: User | None, now: dt.datetime) -> Users | None:
    """None where the edition has no such passage and no such source."""
    found = target(readings.document(assignment.edition_id), said)
    if found is None:
        return None
    used = usage(assignment)
    board = assignment_board(assignment, viewer=viewer, now=now)
    rows: Mapping[UUID, StudentRow] = {row.submission: row for row in board.rows}
    citing = used.citing(found)
    return Users(
        target=found,
        citing=tuple(row for pk, row in rows.items() if pk in citing),
        not_citing=tuple(row for pk, row in rows.items() if pk in used.handed_in and pk not in citing),
        without=tuple(row for pk, row in rows.items() if pk not in used.handed_in),
        owing=board.owing,
        elsewhere=frozenset(used.elsewhere),
    )
