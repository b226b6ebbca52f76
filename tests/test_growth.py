"""Every GET route of `accounts` and of `assignments` asks as much of the database for a few as for many; of `lessons`
tests/lessons/test_growth.py tells."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.urls import get_resolver, reverse

from accounts.models import Membership
from assignments import unsubscribing
from assignments.models import Attempt, ParkedCopy
from destalin_site.common import clock
from tests.assignments.crawl import Caller
from tests.cast import Cast
from tests.growing import Grown
from tests.test_matrix import _views, routes

Queries = Callable[[Callable[[], object]], int]
World = Grown
APPS = ("accounts.", "assignments.")
FEW, MANY = {"students": 3, "each": 3}, {"students": 9, "each": 5}


@dataclass(frozen=True)
class Ask:
    """By whom, where and with which question; `status` is what she gets."""

    by: str
    url: Callable[[World], dict[str, Any]]
    query: Callable[[World], str] | str = ""
    status: int = 200

    def address(self, name: str, world: World) -> str:
        query = self.query if isinstance(self.query, str) else self.query(world)
        return reverse(name, kwargs=self.url(world)) + (f"?{query}" if query else "")


def nothing(world: World) -> dict[str, Any]:
    return {}


def room(world: World) -> dict[str, Any]:
    return {"pk": world.cast.room.pk}


def member(world: World) -> dict[str, Any]:
    found = Membership.objects.get(classroom=world.cast.room, user=world.cast.student)
    return {**room(world), "member": found.pk}


def report(world: World) -> dict[str, Any]:
    return {**room(world), "student": world.cast.student.pk}


def given(name: str, **more: Any) -> Callable[[World], dict[str, Any]]:
    """The assignment of that name."""
    return lambda w: {"pk": getattr(w, name).pk, **more}


def hers(name: str, **more: Any) -> Callable[[World], dict[str, Any]]:
    """The student's work of it."""
    return lambda w: {"pk": w.of(getattr(w, name), w.cast.student).pk, **more}


def newest_attempt(name: str) -> Callable[[World], dict[str, Any]]:
    def url(world: World) -> dict[str, Any]:
        row = world.of(getattr(world, name), world.cast.student)
        return {"pk": row.pk, "number": row.attempt_count}

    return url


def his(name: str) -> Callable[[World], dict[str, Any]]:
    """The classmate's."""
    return lambda w: {"pk": w.of(getattr(w, name), w.cast.classmate).pk}


def excused_by_name(world: World) -> dict[str, Any]:
    return {"pk": world.nameless.pk, "student": world.cast.classmate.pk}


def adaptation(world: World) -> dict[str, Any]:
    return {"pk": world.adaptation.pk}


def wide_adaptation(world: World) -> dict[str, Any]:
    return {"pk": world.wide_adaptation.pk}


def in_wide_lesson(world: World) -> str:
    return f"lesson={world.wide.edition.lesson.slug}"


def own_question(world: World) -> dict[str, Any]:
    return {**adaptation(world), "question": next(iter(world.adaptation.plan["own"]))}


def shared(world: World) -> dict[str, Any]:
    return {"pk": world.graded.pk, "shared": world.shared.pk}


def regrade(world: World) -> dict[str, Any]:
    return {"pk": world.judged.pk, "regrade": world.regrade.pk}


def upgrade(world: World) -> dict[str, Any]:
    return {"pk": world.revised.pk, "upgrade": world.upgrade.pk}


def move(world: World) -> dict[str, Any]:
    return {"pk": world.room.pk, "move": world.move.pk}


def parked(world: World) -> dict[str, Any]:
    copy = ParkedCopy.objects.waiting().filter(by=world.cast.student, kind="save").first()
    assert copy
    return {"pk": copy.submission_id, "copy": copy.pk}


def receipt(world: World) -> dict[str, Any]:
    attempt = Attempt.objects.get(submission=world.of(world.judged, world.cast.student), number=1)
    return {"code": attempt.receipt_code}


def to_room(world: World) -> str:
    return f"to={world.room.pk}"


def asked(by: str, url: Callable[[World], dict[str, Any]] = nothing, *queries: Any, **more: Any) -> list[Ask]:
    """By each of these people, with each of these questions."""
    return [Ask(person, url, query, **more) for person in by.split() for query in (queries or ("",))]


def each(by: str, names: str, *queries: Any, status: int = 200, **more: Any) -> list[Ask]:
    """Of each of these assignments."""
    return [ask for name in names.split() for ask in asked(by, given(name, **more), *queries, status=status)]


def works(by: str, names: str, *queries: Any, **more: Any) -> list[Ask]:
    """Of the student's work of each of these."""
    return [ask for name in names.split() for ask in asked(by, hers(name, **more), *queries)]


# What there is of each of these is different.
BOARDS = "graded judged nameless"
TEXTS = "judged nameless wide"

ASKED: dict[str, list[Ask]] = {
    # --- accounts
    "api-classroom": asked("teacher", room),
    "api-classrooms": asked("teacher student"),
    "api-devices": asked("teacher"),
    "api-me": asked("teacher"),
    "api-members": asked("teacher student", room) + asked("teacher", room, "left=true"),
    "api-problem": asked("student", lambda w: {"code": "not-found"}),
    "class-print": asked("teacher", room),
    "classroom-archive": asked("teacher", room),
    "classroom-leave": asked("student", room),
    "classroom-open": asked("teacher"),
    "classroom-settings": asked("teacher", room),
    "classrooms": asked("teacher student"),
    "devices": asked("student"),
    "home": asked("teacher student", status=302),
    "join": asked("student"),
    "join-code": asked("teacher", room),
    "member-password": asked("teacher", member),
    "member-role": asked("teacher", member),
    "members": asked("teacher student", room),
    "settings": asked("teacher"),
    # --- assignments, REST
    "api-extension-request": works("teacher", "extended"),
    "api-assignment": each("teacher student", "judged"),
    "api-assignments": asked("teacher student") + asked("teacher", nothing, lambda w: f"classroom={w.cast.room.pk}"),
    "api-assignment-answers": each("teacher", TEXTS) + each("teacher", "graded", "contains=decided"),
    "api-assignment-board": each("teacher", BOARDS),
    "api-assignment-passages": each("teacher", TEXTS),
    "api-class-board": asked("teacher", room),
    "api-class-totals": asked("teacher", room),
    "api-comment-templates": asked("teacher"),
    "api-comments": works("teacher student", "judged again"),
    "api-counts": each("teacher", "judged", "counts=best"),
    "api-final-marks": each("teacher", "missing"),
    "api-pick": works("teacher", "judged"),
    "api-extension": works("teacher", "extended"),
    "api-overrides": each("teacher", "extended"),
    "api-class-errata": asked("teacher", room),
    "api-excuse": works("teacher", "excused"),
    "api-excuse-by-name": asked("teacher", excused_by_name),
    "api-assignment-marks": each("teacher", "nameless wide")
    + each("teacher", "judged", "", "content=answers", "content=feedback"),
    "api-class-export": asked("teacher", room, "", "content=board"),
    # Not of whom a teacher handed in pictures for: those are read hand-in by hand-in, so that few of them are held.
    "api-own-work": asked("student") + asked("classmate", nothing, "content=folder"),
    "api-grade": works("teacher student", "wide"),
    "api-grades": works("teacher student", "judged wide"),
    "api-grade-log": works("teacher student", "judged missing"),
    "api-class-move": asked("teacher", move),
    "api-member-move": asked("teacher", member, to_room),
    "api-notices": asked("teacher student classmate") + asked("student", nothing, "unread=true"),
    "api-notices-choice": asked("teacher"),
    "api-attempt-changes": asked("teacher student", newest_attempt("again")),
    "api-about-me": asked("student", room),
    "api-assignment-report": each("teacher", "judged wide"),
    "api-class-skills": asked("teacher", room),
    "api-student-report": asked("teacher student", report),
    "api-revision-request": works("student", "again"),
    "api-regrade": each("teacher", "judged"),
    "api-regraded": asked("teacher", regrade),
    "api-rubric": each("teacher", "judged"),
    "api-rubric-editions": each("teacher", "judged"),
    "api-shared-comment": asked("teacher", shared),
    "api-shared-comments": each("teacher", "graded"),
    "api-attempt": works("teacher", "judged paper", number=1) + works("student", "wide", number=1),
    "api-attempts": works("teacher student", "judged paper"),
    "api-draft": asked("teacher classmate", his("wide")),
    "api-parked": works("teacher student", "extended"),
    "api-receipt": asked("student", receipt),
    "api-scan": works("teacher", "paper", number=1, place=1),
    "api-submission": works("teacher student", "judged extended"),
    "api-submissions": asked("teacher student")
    + asked("teacher", nothing, "state=void", lambda w: f"assignment={w.judged.pk}&cites=%C2%B61"),
    "api-today": asked("teacher student") + asked("student", nothing, "all_returned=true"),
    "api-assignment-upgrade": each("teacher", "revised"),
    "api-submission-upgrade": works("student", "revised") + asked("classmate", his("revised")),
    # --- assignments, pages
    "adaptation": asked("teacher", adaptation) + asked("teacher", wide_adaptation),
    "adaptation-preview": asked("teacher", adaptation) + asked("teacher", wide_adaptation),
    "adaptation-question": asked("teacher", own_question),
    "adaptation-question-new": asked("teacher", wide_adaptation),
    "adaptations": asked("teacher"),
    "assignment-answers": each("teacher", "wide") + each("teacher", "graded", "words=decided"),
    "more-time": works("student", "extended"),
    "assign": asked("teacher", room, "", in_wide_lesson, lambda w: f"adaptation={w.adaptation.pk}"),
    "assign-anywhere": asked("teacher"),
    "assignment-edit": each("teacher", "judged wide"),
    "grade-question": each("teacher", "graded judged wide", number=1),
    "comment-bank": asked("teacher"),
    "assignment-counts": each("teacher", "judged", "counts=best"),
    "assignment-missing": each("teacher", "missing"),
    "device-time": works("teacher", "judged"),
    "extension": works("teacher", "extended"),
    "other-dates": each("teacher", "extended"),
    "today": asked("teacher student") + asked("student", nothing, "returned=all"),
    "excuse-by-name": asked("teacher", excused_by_name),
    "hand-in-for": asked("teacher", his("wide")),
    "assignment-export-answers": each("teacher", "judged"),
    "assignment-export-feedback": each("teacher", "judged"),
    "assignment-export-marks": each("teacher", "judged"),
    "class-export-board": asked("teacher", room),
    "class-export-everything": asked("teacher", room),
    "draft-to-read": asked("teacher", his("wide")),
    "grade": works("teacher", "graded paper extended wide") + works("teacher", "judged", "", "attempt=1"),
    "assignment-import-marks": each("teacher", "graded"),
    "class-import-everything": asked("teacher", room),
    "class-moved": asked("teacher", move),
    "member-move": asked("teacher", member, "", to_room),
    "notice-settings": asked("teacher"),
    "notices": asked("teacher student classmate"),
    "notices-unsubscribe": asked("student", lambda w: {"token": unsubscribing.token_of(w.cast.student.pk)}),
    "own-work": asked("student"),
    "own-work-file": asked("classmate"),
    "assignment-passages": each("teacher", "wide") + each("teacher", "judged nameless", "of=%C2%B61"),
    "submission-print-earlier": works("teacher", "judged", number=1) + works("student", "wide", number=1),
    "submission-print": works("teacher", "again") + works("student", "wide"),
    "about-me": asked("student", room),
    "assignment-report": each("teacher", "judged nameless wide paper"),
    "class-skills": asked("teacher", room),
    "student-report": asked("teacher", report),
    "revision": works("teacher", "again"),
    "assignment-regrade": each("teacher", "judged"),
    "assignment-regraded": asked("teacher", regrade),
    "assignment-rubric": each("teacher", "judged"),
    "scan": works("student", "paper", number=1, place=1),
    "assignment-comment": each("teacher", "graded wide") + each("teacher", "judged", "of=%C2%B61"),
    "shared-comment": asked("teacher", shared),
    "desk": works("student", "revised again missing extended") + asked("classmate", his("wide")),
    "desk-preview": each("teacher", "judged wide"),
    "feedback": works("student", "judged wide"),
    "feedback-earlier": works("student", "judged", number=1),
    "hand-in": works("student", "again") + asked("classmate", his("wide")),
    "my-work": asked("student"),
    "parked-copy": asked("student", parked),
    "receipt": works("teacher", "judged", number=1) + works("student", "wide", number=1),
    "receipt-check": asked("student"),
    "assignment-board": each("teacher", f"{BOARDS} extended") + each("teacher", "graded", "find=pupil"),
    "assignment-names": each("teacher", "nameless"),
    "assignment-return": each("teacher", "graded"),
    "assignment-returned": each("teacher", "back"),
    "assignment-delete": each("teacher", "judged graded"),
    "deleted-assignments": asked("teacher", room),
    "classroom": asked("teacher", room, "", "find=pupil") + asked("student", room, status=302),
    "grade-next": each("teacher", "graded", status=302),
    "assignment-upgrade": each("teacher", "revised"),
    "assignment-upgraded": asked("teacher", upgrade),
    "upgrade-notice": works("student", "revised") + asked("classmate", his("revised")),
}

# What shows one row, a form or sums, and so is no longer where there is more.
_NO_LISTS = """
api-classroom api-me api-problem api-extension-request api-assignment api-extension api-excuse api-excuse-by-name
api-notices-choice api-revision-request api-receipt api-scan api-submission api-rubric classroom-archive
classroom-leave classroom-open classroom-settings home join join-code member-password member-role settings
adaptation-question adaptation-question-new device-time excuse-by-name assignment-import-marks
assignment-delete
class-import-everything notice-settings notices-unsubscribe scan parked-copy receipt-check assignment-names
grade-next upgrade-notice
"""
NO_LISTS = frozenset(_NO_LISTS.split())

# Routes that nobody asks here, each with why.
EXEMPT: dict[str, str] = {}


def get_routes(*apps: str) -> set[str]:
    """Those whose views stand in these apps, which end in a dot."""
    found = set()
    for _address, name, view in _views(get_resolver()):
        module = getattr(view, "view_class", getattr(view, "cls", view)).__module__
        if module.startswith(apps) and ("get", name) in routes():
            found.add(name)
    return found


def test_every_get_route_is_asked_or_exempt_for_a_reason() -> None:
    there, known = get_routes(*APPS), {*ASKED, *EXEMPT}
    assert not there - known, f"GET routes of which nobody measures what they cost: {sorted(there - known)}"
    assert not {*known, *NO_LISTS} - there, f"no GET routes of these apps: {sorted({*known, *NO_LISTS} - there)}"
    assert not set(ASKED) & set(EXEMPT)
    assert all(ASKED.values())
    assert all(EXEMPT.values())


@dataclass(frozen=True)
class Answer:
    cost: int
    length: int


class Asking:
    def __init__(self, world: World, queries: Queries) -> None:
        self.world, self.queries = world, queries

    def once(self, client: Client, name: str, ask: Ask) -> Answer:
        lengths: list[int] = []
        address = ask.address(name, self.world)

        def read() -> None:
            answer = client.get(address)
            assert answer.status_code == ask.status, f"{ask.by} gets {answer.status_code} from {address}"
            # What is streamed is made while it is read.
            lengths.append(len(b"".join(answer) if answer.streaming else answer.content))

        return Answer(self.queries(read), lengths[0])

    def all(self, expected: dict[tuple[str, int], Answer] | None = None) -> dict[tuple[str, int], Answer]:
        """Each is asked a second time where a process may have read what it keeps: unless the first answer was just as
        dear as it is expected to be."""
        cache.clear()  # nobody has taken too many files
        found = {}
        # What is kept for some time is kept until all are asked, and each has just said who she is.
        with time_machine.travel(clock.now(), tick=False):
            people = {ask.by for asks in ASKED.values() for ask in asks}
            clients = {person: Caller(getattr(self.world.cast, person)).session for person in people}
            for name, asks in ASKED.items():
                for n, ask in enumerate(asks):
                    answer = self.once(clients[ask.by], name, ask)
                    if expected is None or answer.cost != expected[name, n].cost:
                        answer = self.once(clients[ask.by], name, ask)
                    found[name, n] = answer
        return found


@pytest.mark.one_database
def test_every_get_route_costs_the_same_for_a_few_and_for_many(cast: Cast, queries: Queries) -> None:
    world = Grown(cast)
    asking = Asking(world, queries)
    world.grow(**FEW)
    few = asking.all()
    world.grow(**MANY)
    many = asking.all(expected=few)
    grown = {f"{key}": (few[key].cost, many[key].cost) for key in few if few[key].cost != many[key].cost}
    assert not grown, f"routes that cost more for more: {grown}"
    longer = {name for name, n in few if many[name, n].length > 1.03 * few[name, n].length}
    assert longer == set(ASKED) - NO_LISTS, "routes that say that they list more, or do: " + ", ".join(
        sorted(longer ^ (set(ASKED) - NO_LISTS))
    )
