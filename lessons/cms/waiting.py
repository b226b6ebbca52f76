"""What waits at the desk: for whom, since when, and why.

Finished values. Each list costs the same for one row and for many.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.contrib.contenttypes.models import ContentType
from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.models import Revision, TaskState, WorkflowState

from accounts.models import User
from destalin_site.common import clock, moments
from lessons import problems
from lessons.models import Lesson, Source

SHOWN: Final = 10  # of each list on the first page; the others are a link away
COMPILED: Final = 5  # drafts that the first page tries to compile

_KINDS: Final[tuple[Any, ...]] = (Lesson, Source)


@dataclass(frozen=True, slots=True)
class Row:
    """One lesson or source. `said` is a sentence; `note` are the words of a person, `reasons` those of the compiler."""

    title: str
    kind: str
    url: str
    said: str
    note: str = ""
    reasons: tuple[str, ...] = ()
    compare_url: str = ""


@dataclass(frozen=True, slots=True)
class Rows:
    rows: tuple[Row, ...]
    more: int = 0


def to_review(person: User, zone: str) -> Rows:
    """What was submitted and this person may approve or send back, the longest waiting first."""
    found = reviewable(person)
    listed = reviewed(found[:SHOWN], zone)
    return Rows(listed, more=max(0, found.count() - SHOWN))


def reviewable(person: User) -> QuerySet[Any]:
    tasks: Any = TaskState.objects
    found = tasks.reviewable_by(person).filter(workflow_state__base_content_type__in=_content_types())
    return found.select_related("revision", "workflow_state__requested_by").order_by("started_at", "pk")


def reviewed(tasks: Iterable[Any], zone: str) -> tuple[Row, ...]:
    """These reviews, each with who asked for it, since when, and what would change for readers."""
    states = list(tasks)
    rows = _in_bulk(state.workflow_state for state in states)
    listed = []
    for state in states:
        if (row := rows.get(_key(state.workflow_state))) is None:
            continue
        said = _("%(who)s submitted it on %(when)s.") % {
            "who": state.workflow_state.requested_by or _("The system"),
            "when": moments.moment(state.started_at, zone),
        }
        live = row.live_revision_id
        compare = _url(row, "revisions_compare", live, state.revision_id) if live and live != state.revision_id else ""
        listed.append(Row(_title(row), _kind(row), _url(row, "edit"), said, compare_url=compare))
    return tuple(listed)


def sent_back(person: User, zone: str, *, shown: int = SHOWN) -> Rows:
    """What this person had submitted and got back, with the note."""
    found = _submitted_by(person, WorkflowState.STATUS_NEEDS_CHANGES)
    return _rows(found, shown, lambda row, state: _returned(row, state.current_task_state, zone))


def with_reviewers(person: User, zone: str, *, shown: int = SHOWN) -> Rows:
    """What this person submitted and nobody has decided about yet."""
    found = _submitted_by(person, WorkflowState.STATUS_IN_PROGRESS)

    def row_of(row: Any, state: WorkflowState) -> Row:
        since = {"when": moments.moment(state.current_task_state.started_at, zone)}
        return Row(_title(row), _kind(row), _url(row, "edit"), _("Submitted on %(when)s.") % since)

    return _rows(found, shown, row_of)


def own_drafts(person: User, zone: str, *, shown: int = SHOWN) -> Rows:
    """What this person saved last and readers do not have yet, newest first; what is in review stands elsewhere."""
    found: list[Any] = []
    total = 0
    for model in _KINDS:
        rows = _drafts(model).filter(latest_revision__user=person)
        total += rows.count()
        found += rows.select_related("latest_revision")[:shown]
    found.sort(key=lambda row: row.latest_revision.created_at, reverse=True)
    listed = tuple(
        Row(
            _title(row),
            _kind(row),
            _url(row, "edit"),
            _("Saved on %(when)s.") % {"when": moments.moment(row.latest_revision.created_at, zone)},
        )
        for row in found[:shown]
    )
    return Rows(listed, more=max(0, total - shown))


def scheduled(zone: str, *, shown: int = SHOWN) -> Rows:
    """What will be published, or taken down, at a set time, the nearest first."""
    coming = (
        Revision.objects.filter(base_content_type__in=_content_types(), approved_go_live_at__isnull=False)
        .select_related("user")
        .order_by("approved_go_live_at", "pk")
    )
    first = list(coming[:shown])
    rows = _in_bulk(first)
    timed: list[tuple[dt.datetime, Row]] = []
    for revision in first:
        if (row := rows.get(_key(revision))) is not None:
            said = _("Will be published on %(when)s.")
            timed.append((revision.approved_go_live_at, _timed(row, said, revision.approved_go_live_at, zone)))
    total = coming.count()
    for model in _KINDS:
        going = model._default_manager.filter(live=True, expire_at__isnull=False).order_by("expire_at", "pk")
        total += going.count()
        said = _("Will be taken down on %(when)s.")
        timed += [(row.expire_at, _timed(row, said, row.expire_at, zone)) for row in going[:shown]]
    timed.sort(key=lambda pair: pair[0])
    return Rows(tuple(row for _when, row in timed[:shown]), more=max(0, total - shown))


# What cannot be published


def drafts_of_lessons() -> QuerySet[Any]:
    """Lessons whose newest draft readers do not have, the last changed first: those worth compiling."""
    return _drafts(Lesson).select_related("latest_revision")


def compiled(lessons: Iterable[Lesson], zone: str) -> tuple[Row, ...]:
    """These drafts with what keeps each from being published; none where nothing does.

    Each is compiled, so hand in few.
    """
    listed = []
    for lesson in lessons:
        draft = lesson.get_latest_revision_as_object()
        codes = dict.fromkeys(problem.code for problem in draft.problems())
        when = {"when": moments.moment(lesson.latest_revision.created_at, zone)}
        listed.append(
            Row(
                draft.title,
                _kind(lesson),
                _url(lesson, "edit"),
                _("Saved on %(when)s.") % when,
                reasons=tuple(str(problems.message(code)) for code in codes),
            )
        )
    return tuple(listed)


# Pieces


def _drafts(model: type[Any]) -> QuerySet[Any]:
    own = {"base_content_type": ContentType.objects.get_for_model(model), "status__in": ["in_progress"]}
    reviews: Any = WorkflowState.objects
    reviewed = reviews.filter(**own).values_list("object_id", flat=True)
    rows = model._default_manager.filter(has_unpublished_changes=True, latest_revision__isnull=False)
    return rows.exclude(pk__in=[int(key) for key in reviewed]).order_by(F("latest_revision__created_at").desc(), "-pk")


def _submitted_by(person: User, status: str) -> QuerySet[Any]:
    return (
        WorkflowState.objects.filter(
            Q(requested_by=person),
            base_content_type__in=_content_types(),
            status=status,
            current_task_state__isnull=False,
        )
        .select_related("current_task_state__finished_by")
        .order_by("-current_task_state__started_at", "-pk")
    )


def _rows(found: QuerySet[Any], shown: int, row_of: Any) -> Rows:
    states = list(found[:shown])
    rows = _in_bulk(states)
    listed = tuple(row_of(rows[_key(state)], state) for state in states if _key(state) in rows)
    return Rows(listed, more=max(0, found.count() - shown))


def _returned(row: Any, task: TaskState, zone: str) -> Row:
    said = _("%(who)s sent it back on %(when)s.") % {
        "who": task.finished_by or _("The system"),
        "when": moments.moment(task.finished_at or clock.now(), zone),
    }
    return Row(_title(row), _kind(row), _url(row, "edit"), said, note=task.comment)


def _timed(row: Any, said: str, at: dt.datetime, zone: str) -> Row:
    return Row(_title(row), _kind(row), _url(row, "edit"), said % {"when": moments.moment(at, zone)})


def _content_types() -> Sequence[ContentType]:
    return list(ContentType.objects.get_for_models(*_KINDS).values())


def _key(named: Any) -> tuple[int, str]:
    """Of a revision or the state of a review: the row that it is about."""
    return named.base_content_type_id, named.object_id


def _in_bulk(named: Iterable[Any]) -> dict[tuple[int, str], Any]:
    """The rows that these are about, each kind with one query."""
    wanted = [_key(one) for one in named]
    found: dict[tuple[int, str], Any] = {}
    for model in _KINDS:
        kind = ContentType.objects.get_for_model(model).pk
        rows = model._default_manager.select_related("latest_revision").in_bulk(
            [int(key) for content_type, key in wanted if content_type == kind]
        )
        found |= {(kind, str(key)): row for key, row in rows.items()}
    return found


def _title(row: Any) -> str:
    """As its newest draft calls it."""
    return (row.latest_revision.object_str if row.latest_revision else "") or str(row)


def _kind(row: Any) -> str:
    return str(row._meta.verbose_name)


def _url(row: Any, page: str, *more: Any) -> str:
    return reverse(f"wagtailsnippets_lessons_{row._meta.model_name}:{page}", args=[row.pk, *more])
