"""A whole class against all of its assignments, as small as it can be said, for clients that poll."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import BooleanField, Case, ExpressionWrapper, F, Q, When

from assignments import names, timing
from assignments.lifecycle import State
from assignments.models import Assignment, Submission

# What a cell holds, in this order.
CELL = ("state", "timing", "seconds", "ready", "score")
Cell = tuple[str, str, int, bool, str | None]
_COLUMNS: Any = (
    "assignment_id",
    "student_id",
    "state_shown",
    "came",  # whether a hand-in counts: its time would be read of each, and told of none
    "late_seconds",
    "grade_ready",
    "mark_grade__final_score",
    "own_late",  # from when it is late, of those few whose own due time is not the assignment's
    "hand_ins_waiting",
)
_UNDONE = (State.ASSIGNED.value, State.DRAFTING.value)


def compact_board(classroom: UUID, *, students: Sequence[tuple[UUID, str]], now: dt.datetime) -> dict[str, Any]:
    """`{"assignments", "students", "cells"}`: a row of cells for each of `students` (id, name), a cell for each
    assignment, oldest first, null where it was not given to her. Two queries."""
    given = list(
        Assignment.objects.present()
        .filter(classroom=classroom)
        .order_by("created_at", "id")
        .values_list("id", "title", "due_at", "grace_seconds", "anonymous", "revealed_at")
    )
    column = {_key(row[0]): place for place, row in enumerate(given)}
    line = {_key(row[0]): place for place, row in enumerate(students)}
    overdue = [row[2] is not None and now >= timing.late_from(row[2], row[3]) for row in given]
    has_due = [row[2] is not None for row in given]
    nameless = [row[4] and row[5] is None for row in given]
    cells: list[list[Cell | None]] = [[None] * len(given) for _ in students]
    # A class works in few distinct situations. With an object for each of 30,000 cells, and one more for its row, the
    # collector of garbage would go through all of them again and again.
    known: dict[Cell, Cell] = {}
    for assignment, student, state, came, late, ready, score, own_late, parked in _rows(classroom, now):
        place = column.get(assignment)
        row = line.get(student)
        if place is None or row is None:
            continue
        if not came:
            over = overdue[place] if own_late is None else _is_past(own_late, now)
            result = "missing" if over and state in _UNDONE else "not_due"
        else:
            result = "late" if late else ("on_time" if has_due[place] or own_late is not None else "not_due")
        shown = None if score is None else f"{score:.2f}"
        if nameless[place]:
            # Beside a name no more than whether something is in, as `signs.by_name` has it.
            if names.is_work_in(state, bool(came), parked):
                state, result, late, ready, shown = State.SUBMITTED.value, "not_due", 0, False, None
            elif state != State.EXCUSED.value:
                state, late, ready, shown = State.ASSIGNED.value, 0, False, None
        cell = (state, result, late or 0, bool(ready), shown)
        cells[row][place] = known.setdefault(cell, cell)
    return {
        "assignments": [{"id": str(pk), "title": title, "due": due} for pk, title, due, *_rest in given],
        "students": [{"id": str(pk), "name": name} for pk, name in students],
        "cells": cells,
    }


def _rows(classroom: UUID, now: dt.datetime) -> Iterator[tuple[Any, ...]]:
    """The rows as the driver gives them, one at a time: making 3,000 UUIDs and decimals would cost more than the
    query."""
    rows = (
        Submission.objects.listed()
        .filter(assignment__classroom=classroom)
        .with_state_shown(now)
        .annotate(
            came=ExpressionWrapper(Q(handed_in_at__isnull=False), output_field=BooleanField()),
            own_late=Case(When(~Q(due_from=""), then=F("late_from"))),
        )
        .filter(Q(student__memberships__classroom=F("assignment__classroom"), student__memberships__left_at=None))
        .order_by()
        .values_list(*_COLUMNS)
    )
    sql, params = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        yield from cursor


def _is_past(moment: dt.datetime | str, now: dt.datetime) -> bool:
    """Whether it, as the driver gives it, has come."""
    at = dt.datetime.fromisoformat(moment).replace(tzinfo=dt.UTC) if isinstance(moment, str) else moment
    return now >= at


def _key(pk: UUID) -> Any:
    """`pk` as the driver gives it back."""
    return pk if connection.features.has_native_uuid_field else pk.hex
