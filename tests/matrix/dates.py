"""More time for one student, and whose time decides: the routes of `assignments` about dates."""

from __future__ import annotations

from typing import Any

import time_machine

from assignments import actions
from assignments.device_clock import Said
from assignments.models import DateOverride, Extension, ExtensionRequest
from tests.assignments import work
from tests.assignments.work import due
from tests.cast import Cast
from tests.matrix import Row, row

PUPILS = {"student": 403, "classmate": 404}
STAFF = ("teacher", "co_teacher", "assistant")
LATER = {"date": "2026-05-03", "time": "12:00", "zone": "Europe/Warsaw"}


class World:
    """Work of the student in room A that is due."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.submission = work.submission_of(
            work.make_assignment(cast, title="Only room A", due=due("2026-05-01T12:00")), cast.student
        )

    @property
    def work(self) -> dict[str, Any]:
        return {"pk": self.submission.pk}

    @property
    def given_out(self) -> dict[str, Any]:
        return {"pk": self.submission.assignment_id}

    @property
    def given(self) -> int:
        return Extension.objects.standing().count()


class Extended(World):
    def __init__(self, cast: Cast) -> None:
        super().__init__(cast)
        actions.extend(self.submission, due=due("2026-05-02T12:00"), reason="Ill", by=cast.teacher)


class FinishedOffline(World):
    """The student's device says that it was finished an hour before it came."""

    def __init__(self, cast: Cast) -> None:
        super().__init__(cast)
        arrived = work.at("2026-05-01T10:13Z")
        said = Said(work.at("2026-05-01T09:40Z"), "", 0, "")
        with time_machine.travel(arrived, tick=False):
            work.hand_in(self.submission, received_at=arrived, captured=said)

    @property
    def trust(self) -> str:
        return work.reread(self.submission).clock_trust


class CountedByTheDevice(FinishedOffline):
    def __init__(self, cast: Cast) -> None:
        super().__init__(cast)
        actions.count_device_time(self.submission, reason="No network", by=cast.teacher)


class Asking(World):
    """The student asks for more time."""

    def __init__(self, cast: Cast) -> None:
        super().__init__(cast)
        with time_machine.travel("2026-04-30T10:00Z", tick=False):
            wish = due("2026-05-03T12:00")
            actions.ask_more_time(self.submission, reason="A fever", wish=wish, by=cast.student)

    @property
    def waits(self) -> bool:
        return ExtensionRequest.objects.waiting().exists()


class Otherwise(World):
    def __init__(self, cast: Cast) -> None:
        super().__init__(cast)
        self.other = actions.give_dates(
            self.submission.assignment,
            students=[cast.student.pk],
            due=due("2026-05-02T12:00"),
            reason="Exchange",
            by=cast.teacher,
        )

    @property
    def override(self) -> dict[str, Any]:
        return {**self.given_out, "override": self.other.pk}


def _by_members(status: int, anonymous: int = 401) -> dict[str, Any]:
    """Of an assignment: whoever was given it may know of it."""
    return {
        "everybody": 404,
        "anonymous": anonymous,
        "student": 403,
        "classmate": 403,
        **dict.fromkeys(STAFF, status),
    }


def tells_why(w: World, person: str, answer: Any) -> None:
    assert answer.json()["reason"] == "Ill"


def tells_whom(w: Otherwise, person: str, answer: Any) -> None:
    """The one of this assignment, and none of another room's."""
    [given] = answer.json()["results"]
    assert (given["id"], given["reason"]) == (str(w.other.pk), "Exchange")
    assert [student["id"] for student in given["students"]] == [str(w.cast.student.pk)]


def _by_staff(status: int) -> dict[str, Any]:
    return {"everybody": 404, "anonymous": 401, **PUPILS, **dict.fromkeys(STAFF, status)}


def _on_pages(status: int) -> dict[str, Any]:
    return {"everybody": 404, "anonymous": 302, **PUPILS, **dict.fromkeys(STAFF, status)}


def _by_herself(status: int, anonymous: int = 401) -> dict[str, Any]:
    return {
        "everybody": 404,
        "anonymous": anonymous,
        "student": status,
        "classmate": 404,
        **dict.fromkeys(STAFF, 403),
    }


def tells_what_she_asks(w: World, person: str, answer: Any) -> None:
    assert answer.json()["reason"] == "A fever"


MATRIX: dict[tuple[str, str], Row] = {
    ("get", "api-extension"): row(given=Extended, url=lambda w: w.work, **_by_staff(200), sees=tells_why),
    ("put", "api-extension"): row(
        given=World,
        url=lambda w: w.work,
        body=lambda w: {"due": LATER, "reason": "Ill"},
        done=lambda w: w.given == 1,
        **_by_staff(200),
    ),
    ("delete", "api-extension"): row(
        given=Extended, url=lambda w: w.work, done=lambda w: not w.given, **_by_staff(204)
    ),
    ("put", "api-device-time"): row(
        given=FinishedOffline,
        url=lambda w: w.work,
        body=lambda w: {"reason": "No network"},
        done=lambda w: w.trust == "teacher",
        **_by_staff(200),
    ),
    ("delete", "api-device-time"): row(
        given=CountedByTheDevice, url=lambda w: w.work, done=lambda w: w.trust == "low", **_by_staff(204)
    ),
    ("get", "device-time"): row(given=FinishedOffline, url=lambda w: w.work, **_on_pages(200)),
    ("post", "device-time"): row(
        given=FinishedOffline,
        url=lambda w: w.work,
        body=lambda w: {"reason": "No network"},
        done=lambda w: w.trust == "teacher",
        **_on_pages(302),
    ),
    ("post", "device-time-undo"): row(
        given=CountedByTheDevice, url=lambda w: w.work, done=lambda w: w.trust == "low", **_on_pages(302)
    ),
    ("get", "api-extension-request"): row(
        given=Asking, url=lambda w: w.work, **{**_by_staff(200), "student": 200}, sees=tells_what_she_asks
    ),
    ("post", "api-extension-request"): row(
        given=World,
        url=lambda w: w.work,
        body=lambda w: {"reason": "A fever"},
        done=lambda w: ExtensionRequest.objects.exists(),
        **_by_herself(201),
    ),
    ("put", "api-extension-request"): row(
        given=Asking,
        url=lambda w: w.work,
        body=lambda w: {"reason": "A worse fever"},
        headers=lambda w: {"If-Match": '"x1"'},
        done=lambda w: ExtensionRequest.objects.filter(reason="A worse fever").exists(),
        **_by_herself(200),
    ),
    ("delete", "api-extension-request"): row(
        given=Asking, url=lambda w: w.work, done=lambda w: not w.waits, **_by_herself(204)
    ),
    ("post", "api-extension-request-answer"): row(
        given=Asking,
        url=lambda w: w.work,
        body=lambda w: {"answer": "declined", "words": "No."},
        headers=lambda w: {"If-Match": '"x1"'},
        done=lambda w: not w.waits,
        **_by_staff(200),
    ),
    ("get", "more-time"): row(given=Asking, url=lambda w: w.work, **_by_herself(200, anonymous=302)),
    ("post", "more-time"): row(
        given=World,
        url=lambda w: w.work,
        body=lambda w: {"reason": "A fever"},
        done=lambda w: ExtensionRequest.objects.exists(),
        **_by_herself(302, anonymous=302),
    ),
    ("post", "more-time-take-back"): row(
        given=Asking, url=lambda w: w.work, done=lambda w: not w.waits, **_by_herself(302, anonymous=302)
    ),
    ("post", "extension-answer"): row(
        given=Asking,
        url=lambda w: w.work,
        body=lambda w: {"do": "decline", "words": "No.", "version": "1"},
        done=lambda w: not w.waits,
        **_on_pages(302),
    ),
    ("get", "extension"): row(given=Extended, url=lambda w: w.work, **_on_pages(200)),
    ("post", "extension"): row(
        given=World,
        url=lambda w: w.work,
        body=lambda w: {"date": LATER["date"], "time": LATER["time"], "reason": "Ill"},
        done=lambda w: w.given == 1,
        **_on_pages(302),
    ),
    ("post", "extension-revoke"): row(
        given=Extended, url=lambda w: w.work, done=lambda w: not w.given, **_on_pages(302)
    ),
    ("get", "api-overrides"): row(given=Otherwise, url=lambda w: w.given_out, **_by_members(200), sees=tells_whom),
    ("post", "api-overrides"): row(
        given=World,
        url=lambda w: w.given_out,
        body=lambda w: {"students": [str(w.cast.student.pk)], "due": LATER, "reason": "Exchange"},
        **_by_members(201),
        done=lambda w: DateOverride.objects.standing().exists(),
    ),
    ("delete", "api-override"): row(
        given=Otherwise,
        url=lambda w: w.override,
        **_by_members(204),
        done=lambda w: not DateOverride.objects.standing().exists(),
    ),
    ("get", "other-dates"): row(given=Otherwise, url=lambda w: w.given_out, **_by_members(200, anonymous=302)),
    ("post", "other-dates"): row(
        given=World,
        url=lambda w: w.given_out,
        body=lambda w: {"students": [str(w.cast.student.pk)], "days": "2", "reason": "Exchange"},
        **_by_members(302, anonymous=302),
        done=lambda w: DateOverride.objects.standing().exists(),
    ),
    ("post", "other-dates-end"): row(
        given=Otherwise,
        url=lambda w: w.override,
        **_by_members(302, anonymous=302),
        done=lambda w: not DateOverride.objects.standing().exists(),
    ),
}
