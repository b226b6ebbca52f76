"""`python -m bench`: builds a school, starts the server, and prints what each hot path costs against its floor."""

import argparse
import dataclasses
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from uuid import uuid4

from bench import deadline

# CPU of the server in milliseconds a request, medians of the rounds; the ratio is the median of each round's own.
ROW = "{:34}{:>9}{:>9}{:>6}{:>10}{:>8}{:>8}{:>7}{:>10}{:>8}"

STUDENTS = 30
SEARCH = "search over 1,000 editions"

Requests = Callable[[], Iterator[bytes]]


@dataclasses.dataclass
class Contest:
    """One piece of work, done by ours, by the floor and by a naive project; `must` bounds ours in floors."""

    name: str
    ours: Requests
    floor: Requests
    naive: Requests | None
    must: float
    number: int  # requests a round


def main() -> int:
    options = _options()
    folder = tempfile.TemporaryDirectory(prefix="bench-")
    os.environ.update(
        DJANGO_SETTINGS_MODULE="bench.settings", DATA_DIR=folder.name, MODE="local", SECRET_KEY="bench" * 10
    )
    if options.database:
        os.environ["DATABASE_URL"] = options.database
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connections

    from bench import curriculum, data

    if options.only and curriculum.NAME.startswith(options.only):
        with folder:
            return curriculum.measure()
    call_command("migrate", verbosity=0)
    call_command("createcachetable")
    if options.only and deadline.NAME.startswith(options.only):
        with folder:
            return deadline.measure(options)
    options.students = options.students or STUDENTS

    started = time.perf_counter()
    rounds = options.rounds
    school = data.build(options.students, options.assignments, hand_ins=options.hand_ins * rounds * 3)
    if options.only in SEARCH:
        data.build_catalogue(1_000)
    vendor = settings.DATABASES["default"]["ENGINE"].rpartition(".")[2]
    print(
        f"{vendor}, {os.cpu_count()} cores, {options.students} students x {options.assignments} assignments,"
        f" built in {time.perf_counter() - started:.0f} s; {rounds} interleaved rounds"
    )
    connections.close_all()
    try:
        return _measure(contests(school, options), rounds, options.workers)
    finally:
        folder.cleanup()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--students", type=int, default=0, help=f"{STUDENTS}; at the deadline {deadline.STUDENTS}")
    parser.add_argument("--assignments", type=int, default=100)
    parser.add_argument("--hand-ins", type=int, default=100, help="a round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--classes", type=int, default=deadline.CLASSES, help="at the deadline")
    parser.add_argument(
        "--seconds", type=float, default=deadline.SECONDS, help="at the deadline: until all have handed in"
    )
    parser.add_argument("--burst", type=int, default=deadline.BURST, help="at the deadline: of whom so many at once")
    parser.add_argument(
        "--only",
        default="",
        help="a part of a contest's name; curriculum: how long it takes to load; deadline: a school hands in at once",
    )
    parser.add_argument("--database", default="", help="a DATABASE_URL; an own SQLite file when it is not given")
    return parser.parse_args()


def contests(school: "data.School", options: argparse.Namespace) -> list[Contest]:  # type: ignore[name-defined] # noqa: F821
    import orjson

    from bench.load import request

    def get(path: str, token: str, number: int, **headers: str) -> Requests:
        sent = {"Authorization": f"Bearer {token}"} | {k.replace("_", "-"): v for k, v in headers.items()}
        raw = request("GET", path, host="127.0.0.1", headers=sent)
        return lambda: iter([raw] * number)

    waiting = iter(school.hand_ins)

    def post(prefix: str, number: int) -> Requests:
        def rows() -> Iterator[bytes]:
            for token, submission, body in islice(waiting, number):
                said = {"client_attempt_id": str(uuid4()), "edition": school.edition, "body": body}
                sent = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
                path = f"{prefix}/submissions/{submission}/attempts"
                yield request("POST", path, host="127.0.0.1", headers=sent, body=orjson.dumps(said))

        return lambda: iter(list(rows()))

    ours, few, many = "/api/v1", school.few_token, school.many_token
    edition, board = f"/editions/{school.edition}", f"/classrooms/{school.board}/board"
    held = {"If_None_Match": f'"{school.edition}"'}
    teacher = school.teacher_token
    every = "/assignments?limit=200"
    found = [
        Contest(
            "lesson read, 40 KB",
            get(ours + edition, few, 600),
            get("/floor" + edition, few, 600),
            get("/naive" + edition, few, 200),
            1.7,
            600,
        ),
        Contest(
            "lesson unchanged, 304",
            get(ours + edition, few, 600, **held),
            get("/floor" + edition, few, 600, **held),
            None,
            1.7,
            600,
        ),
        Contest(
            "a student's 10 assignments",
            get(ours + every, few, 400),
            get("/floor/assignments", few, 400),
            get("/naive/assignments", few, 60),
            1.8,
            400,
        ),
        Contest(
            "a student's 100 assignments",
            get(ours + every, many, 200),
            get("/floor/assignments", many, 200),
            get("/naive/assignments", many, 20),
            1.8,
            200,
        ),
        Contest(
            "hand in 500 characters",
            post(ours, options.hand_ins),
            post("/floor", options.hand_ins),
            post("/naive", options.hand_ins),
            6.0,
            options.hand_ins,
        ),
        Contest(
            f"class board {options.students} x {options.assignments}, live",
            get(ours + board, teacher, 60),
            get("/floor" + board, teacher, 60),
            get("/naive" + board, teacher, 3),
            3.0,
            60,
        ),
        Contest(
            SEARCH,
            get("/catalogue/?q=amnesty+speech", few, 100),
            get("/floor/search?q=amnesti+speech", few, 100),
            None,
            2.0,
            100,
        ),
    ]
    return [contest for contest in found if options.only in contest.name]


def _measure(found: list[Contest], rounds: int, workers: int) -> int:
    from bench import load, server

    failed = 0
    with server.running({}, workers=workers) as running:
        cost: dict[tuple[str, str], list[float]] = {}
        rate: dict[tuple[str, str], list[float]] = {}
        slow: dict[tuple[str, str], list[float]] = {}
        for _ in range(rounds):
            for contest in found:
                for who in ("floor", "ours", "naive"):
                    requests: Requests | None = getattr(contest, who)
                    if requests is None:
                        continue
                    ready = requests()
                    before = running.cpu()
                    result = load.run(running.port, ready, connections=16)
                    spent = max(running.cpu() - before, 1 / server.TICKS)  # of a few requests the clock sees nothing
                    expected = {201} if "hand in" in contest.name else ({304} if "304" in contest.name else {200})
                    if set(result.statuses) != expected:
                        raise RuntimeError(f"{contest.name}, {who}: {result.statuses}")
                    key = (contest.name, who)
                    cost.setdefault(key, []).append(spent / result.requests * 1000)
                    rate.setdefault(key, []).append(result.requests / result.seconds)
                    slow.setdefault(key, []).append(result.percentile(0.99) * 1000)
        print(ROW.format("", "floor ms", "ours ms", "±", "naive ms", "ratio", "must", "req/s", "of floor", "p99 ms"))
        for contest in found:
            middle = {who: statistics.median(values) for (name, who), values in cost.items() if name == contest.name}
            ours, floor = cost[contest.name, "ours"], cost[contest.name, "floor"]
            ratio = statistics.median(mine / least for mine, least in zip(ours, floor, strict=True))
            speed = statistics.median(rate[contest.name, "ours"])
            failed += ratio > contest.must
            print(
                ROW.format(
                    contest.name,
                    f"{middle['floor']:.2f}",
                    f"{middle['ours']:.2f}",
                    f"{(max(ours) - min(ours)) / 2:.2f}",
                    f"{middle['naive']:.1f}" if "naive" in middle else "",
                    f"{ratio:.2f}x",
                    f"{contest.must:.1f}x" + ("" if ratio <= contest.must else " !"),
                    f"{speed:.0f}",
                    f"{speed / statistics.median(rate[contest.name, 'floor']):.0%}",
                    f"{statistics.median(slow[contest.name, 'ours']):.0f}",
                )
            )
        print(f"memory, {workers} workers: {running.memory():.0f} MB")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.path.insert(0, str(Path.cwd()))
    raise SystemExit(main())
