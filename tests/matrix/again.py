"""Routes whose answer depends on where the work stands, once more in another world than that of their first row: there
everybody may be refused alike, and nothing told who may."""

from __future__ import annotations

import json
from typing import Any

from assignments.models import Attempt, ParkedCopy
from destalin_site.common.ids import uuid7
from tests.assignments import work
from tests.matrix import Row, exports, row
from tests.matrix.teaching import Graded, Returned, SetAside, World, stands

OUTSIDERS = {"everybody": 404, "anonymous": 401}
NOT_HERS = {**OUTSIDERS, "student": 403}
ON_A_PAGE = {"everybody": 404, "anonymous": 302, "student": 403, "classmate": 403}


def staff(status: int) -> dict[str, int]:
    return {"teacher": status, "co_teacher": status, "assistant": status}


def copy(w: SetAside) -> dict[str, Any]:
    return {**w.work, "copy": w.copy}


def his(w: World) -> dict[str, Any]:
    """Work of the classmate's, who handed nothing in."""
    return {"pk": work.submission_of(w.assignment, w.cast.classmate).pk}


def brought(w: World) -> dict[str, Any]:
    return {
        "client_attempt_id": str(uuid7()),
        "edition": w.assignment.edition_id,
        "body": work.body_for(w.assignment, "On paper."),
        "on_behalf": {"reason": "Written by hand"},
    }


AGAIN: tuple[tuple[str, tuple[str, str], Row], ...] = (
    (
        "of what was returned",
        ("post", "api-recall"),
        row(
            given=Returned,
            url=lambda w: w.work,
            body=lambda w: {"reason": "A slip."},
            **NOT_HERS,
            teacher=200,
            co_teacher=403,
            assistant=403,
            done=stands("in_review"),
        ),
    ),
    (
        "of a hand-in that was set aside",
        ("post", "api-parked-accept"),
        row(
            given=SetAside,
            url=copy,
            body=lambda w: {},
            **OUTSIDERS,
            **staff(200),
            # To her it is another act: she makes it her draft, upon a version that she says.
            student=428,
            done=lambda w: ParkedCopy.objects.get(pk=w.copy).resolution == "accepted",
        ),
    ),
    (
        "on behalf of a student",
        ("post", "api-attempts"),
        row(
            given=World,
            url=his,
            body=brought,
            **OUTSIDERS,
            **staff(201),
            classmate=403,
            done=lambda w: Attempt.objects.filter(submission=his(w)["pk"], via="proxy").exists(),
        ),
    ),
    (
        "of work that is marked",
        ("post", "api-return"),
        row(given=Graded, url=lambda w: w.work, body=lambda w: {}, **NOT_HERS, **staff(200), done=stands("returned")),
    ),
    (
        "of what nobody is reading",
        ("post", "api-withdrawal"),
        row(given=Graded, url=lambda w: w.work, body=lambda w: {}, **OUTSIDERS, **staff(403), student=200),
    ),
    (
        "of a file that changes a mark",
        ("post", "assignment-import-marks"),
        row(
            given=exports.World,
            url=lambda w: w.its,
            body=lambda w: exports.as_file("marks.csv", exports.one_mark(w)["csv"]),
            **ON_A_PAGE,
            **staff(200),
        ),
    ),
    (
        "of a file that changes a mark",
        ("post", "class-import-everything"),
        row(
            given=exports.World,
            url=lambda w: {"pk": w.room.pk},
            body=lambda w: exports.as_file("class.json", json.dumps(exports.one_mark_of_a_class(w)["document"])),
            **ON_A_PAGE,
            **{**staff(200), "assistant": 403},
        ),
    ),
)
