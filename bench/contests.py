"""What is measured: each piece of work as ours does it, as its floor does, and as a naive project would.

A bound without a figure in the list of what is to be reached is none: its ratio is printed, and why it is what it is
stands beside it.
"""

import argparse
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any
from uuid import UUID, uuid4

import orjson

from bench import data
from bench.load import request

LESSON = "lesson read, 40 KB"
SEARCH = "search over 1,000 editions"
FEW = "a student's 10 assignments"
SAVE, RETURN, YEAR = "save draft, 500 characters", "return 30", "export of a year, a file"
LARGER = 10  # times as many students are in the class of the larger board
RETURNS = 2  # a round, each of a class

Requests = Callable[[], Iterator[bytes]]


@dataclass(frozen=True)
class Growth:
    """A smaller contest of the same kind, and how many times as much as it this one may cost."""

    of: str
    must: float


@dataclass(frozen=True)
class Contest:
    """One piece of work, done by ours, by the floor and by a naive project; `must` bounds ours in floors, `must_ms` in
    milliseconds of a machine as fast as the one on which they were set."""

    name: str
    ours: Requests
    floor: Requests
    naive: Requests | None = None
    must: float | None = None
    must_ms: float | None = None  # of CPU a request, where a lesson's floor costs `YARDSTICK`
    must_rate: float | None = None  # at least this share of the floor's requests a second
    status: int = 200  # of every answer
    grows: Growth | None = None
    streams: bool = False  # the answer is sent while it is made: memory must not follow its length


def wanted(school: data.School, options: argparse.Namespace) -> list[Contest]:
    """Those whose name has `--only` in it. What only some of them need is built for those alone."""
    live = f"class board {options.students} x {options.assignments}, live"
    large = f"class board {options.students * LARGER} x {options.assignments}, compact"
    makers: dict[str, Callable[[str], Contest]] = {
        LESSON: lambda name: _lesson(name, school),
        "lesson unchanged, 304": lambda name: _lesson(name, school, held=True),
        FEW: lambda name: _assignments(name, school.few_token, 400, naive=60),
        "a student's 100 assignments": lambda name: _assignments(
            name, school.many_token, 200, naive=20, grows=Growth(FEW, 2.5)
        ),
        "hand in 500 characters": lambda name: _hand_in(name, school, options.hand_ins),
        SAVE: lambda name: _save(name, school, options.hand_ins),
        RETURN: lambda name: _return(name, school, options.rounds),
        live: lambda name: _board(name, school, school.board, must=3.0, number=60, naive=3),
        f"board totals {options.students} x {options.assignments}, kept rows": lambda name: _totals(name, school),
        large: lambda name: _board(
            name,
            school,
            data.build_large(school, options.students * LARGER, options.assignments),
            must=2.0,
            number=10,
            grows=Growth(live, 11.0),
        ),
        YEAR: lambda name: _year(name, school, options.rounds),
        SEARCH: lambda name: _search(name, school),
    }
    return [make(name) for name, make in makers.items() if options.only in name]


def yardstick(school: data.School) -> Requests:
    """The floor of a lesson: how fast this machine is."""
    return _lesson(LESSON, school).floor


def boards(school: data.School, number: int) -> Iterator[bytes]:
    """The board of the class, asked for `number` times."""
    return iter([_request("GET", f"/api/v1/classrooms/{school.board}/board", school.teacher_token)] * number)


def _again(raw: bytes, number: int) -> Requests:
    return lambda: iter([raw] * number)


def _get(path: str, token: str, number: int, **headers: str) -> Requests:
    return _again(_request("GET", path, token, **headers), number)


def _request(method: str, path: str, token: str, said: Any = None, **headers: str) -> bytes:
    sent = {"Authorization": f"Bearer {token}"} | {name.replace("_", "-"): value for name, value in headers.items()}
    if said is None:
        return request(method, path, host="127.0.0.1", headers=sent)
    sent["Content-Type"] = "application/json"
    return request(method, path, host="127.0.0.1", headers=sent, body=orjson.dumps(said))


def _lesson(name: str, school: data.School, *, held: bool = False) -> Contest:
    path, token = f"/editions/{school.edition}", school.few_token
    headers = {"If_None_Match": f'"{school.edition}"'} if held else {}
    return Contest(
        name,
        _get(f"/api/v1{path}", token, 600, **headers),
        _get(f"/floor{path}", token, 600, **headers),
        None if held else _get(f"/naive{path}", token, 200),
        must=1.7,
        must_rate=None if held else 0.6,
        status=304 if held else 200,
    )


def _assignments(name: str, token: str, number: int, *, naive: int, grows: Growth | None = None) -> Contest:
    return Contest(
        name,
        _get("/api/v1/assignments?limit=200", token, number),
        _get("/floor/assignments", token, number),
        _get("/naive/assignments", token, naive),
        must=1.8,
        grows=grows,
    )


def _hand_in(name: str, school: data.School, number: int) -> Contest:
    waiting = iter(school.hand_ins)

    def post(prefix: str) -> Requests:
        def rows() -> Iterator[bytes]:
            for token, submission, body in islice(waiting, number):
                said = {"client_attempt_id": str(uuid4()), "edition": school.edition, "body": body}
                yield _request("POST", f"{prefix}/submissions/{submission}/attempts", token, said)

        return lambda: iter(list(rows()))

    return Contest(name, post("/api/v1"), post("/floor"), post("/naive"), must=6.0, status=201)


def _save(name: str, school: data.School, number: int) -> Contest:
    """Autosave: another revision of a draft that there is, each round one of each student's.

    No bound is set for it: its floor is one update, so that a ratio to it is mostly the price of a view of the REST
    framework with its sign-in, and of reading under a lock whether she may write at all.
    """
    drafts = data.build_drafts(school, number)
    revisions: Counter[UUID] = Counter({submission: 1 for _token, submission, _body in drafts})

    def put(prefix: str) -> Requests:
        def rows() -> Iterator[bytes]:
            for token, submission, body in drafts:
                held = f'"d{revisions[submission]}"'
                revisions[submission] += 1
                yield _request("PUT", f"{prefix}/submissions/{submission}/draft", token, {"body": body}, If_Match=held)

        return lambda: iter(list(rows()))

    return Contest(name, put("/api/v1"), put("/floor"))


def _return(name: str, school: data.School, rounds: int) -> Contest:
    """A class gets its work back, each time another assignment.

    No bound is set for it: ours takes a transaction for each student, on purpose, so that what cannot be returned to
    one keeps nobody else waiting; the floor takes one for all of them.
    """
    waiting = iter(data.build_to_return(school, RETURNS * 2 * rounds))

    def post(prefix: str) -> Requests:
        def rows() -> Iterator[bytes]:
            for assignment, submissions in islice(waiting, RETURNS):
                said, path = {"submissions": submissions}, f"{prefix}/assignments/{assignment}/returns"
                yield _request("POST", path, school.teacher_token, said, Idempotency_Key=str(uuid4()))

        return lambda: iter(list(rows()))

    return Contest(name, post("/api/v1"), post("/floor"))


def _board(
    name: str,
    school: data.School,
    room: UUID,
    *,
    must: float,
    number: int,
    naive: int = 0,
    grows: Growth | None = None,
) -> Contest:
    path, token = f"/classrooms/{room}/board", school.teacher_token
    return Contest(
        name,
        _get(f"/api/v1{path}", token, number),
        _get(f"/floor{path}", token, number),
        _get(f"/naive{path}", token, naive) if naive else None,
        must=must,
        grows=grows,
    )


def _totals(name: str, school: data.School) -> Contest:
    """The numbers of a class without its board. What they may cost is bounded in milliseconds, with the view, the
    sign-in and the database: the floor counts by the same index, so that a ratio to it is that of the view."""
    path, token = f"/classrooms/{school.board}/board/totals", school.teacher_token
    return Contest(
        name,
        _get(f"/api/v1{path}", token, 200),
        _get(f"/floor{path}", token, 200),
        must_ms=2.0,
    )


def _year(name: str, school: data.School, rounds: int) -> Contest:
    """The marks and the answers of every assignment of a year.

    No bound is set for it: what ours costs above its floor is that every cell says in words, and in the clocks of the
    class, what the floor gives as it is stored. What must be is that memory stays where it was.
    """
    given, tokens = data.build_year(school, 2 * rounds)
    # So many files an hour are a person's limit: marks and answers are taken by two, in every round by two others.
    taking = iter(tokens)

    def ours() -> Iterator[bytes]:
        for content, token in zip(("marks", "answers"), islice(taking, 2), strict=True):
            for pk in given:
                yield _request("GET", f"/api/v1/assignments/{pk}/marks?content={content}", token)

    def floor() -> Iterator[bytes]:
        for content in ("marks", "answers"):
            for pk in given:
                yield _request("GET", f"/floor/assignments/{pk}/{content}", school.teacher_token)

    return Contest(name, lambda: iter(list(ours())), lambda: iter(list(floor())), streams=True)


def _search(name: str, school: data.School) -> Contest:
    """The bound is ours: the floor draws a page of nothing else, and ours has the head of the site, the filters, and of
    each lesson the passages that fit."""
    data.build_catalogue(1_000)
    return Contest(
        name,
        _get("/catalogue/?q=amnesty+speech", school.few_token, 100),
        _get("/floor/search?q=amnesti+speech", school.few_token, 100),
        must=4.0,
    )
