"""`python -m bench`: builds a school, starts the server, and prints what each hot path costs against its floor."""

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from bench import deadline, working

if TYPE_CHECKING:
    from bench.contests import Contest
    from bench.data import School

# CPU of the server in milliseconds a request, medians of the rounds; the ratio is the median of each round's own.
ROW = "{:34}{:>9}{:>9}{:>6}{:>10}{:>8}{:>8}{:>7}{:>10}{:>8}"

STUDENTS = 30
MEMORY = 200  # megabytes that a worker may hold, after BOARDS class boards
BOARDS = 1_000
MEMORY_NAME = f"memory after {BOARDS:,} boards"
# Milliseconds of CPU that the floor of a lesson costs where bounds in milliseconds were set.
YARDSTICK = 0.36


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
    from django.core.management import call_command
    from django.db import connection, connections

    from bench import contests, curriculum, data

    if options.only and curriculum.NAME.startswith(options.only):
        with folder:
            return curriculum.measure()
    call_command("migrate", verbosity=0)
    call_command("createcachetable")
    if options.only and deadline.NAME.startswith(options.only):
        with folder:
            return deadline.measure(options)
    if options.only and working.NAME.startswith(options.only):
        with folder:
            return working.measure(options)
    options.students = options.students or STUDENTS

    started = time.perf_counter()
    try:
        school = data.build(options.students, options.assignments, hand_ins=options.hand_ins * options.rounds * 3)
        found = contests.wanted(school, options)
        print(
            f"{connection.vendor}, {os.cpu_count()} cores, {options.students} students x {options.assignments}"
            f" assignments, built in {time.perf_counter() - started:.0f} s; {options.rounds} interleaved rounds"
        )
        connections.close_all()
        beyond = _measure(found, school, options.rounds, options.workers) if found else 0
        if options.only in MEMORY_NAME:
            beyond += _memory(contests.boards(school, BOARDS), options.workers)
        return 1 if beyond else 0
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
        help="a part of a contest's name; curriculum: how long it takes to load; deadline: a school hands in at once;"
        " writers: a board while its class writes",
    )
    parser.add_argument("--database", default="", help="a DATABASE_URL; an own SQLite file when it is not given")
    return parser.parse_args()


def _measure(found: list["Contest"], school: "School", rounds: int, workers: int) -> int:
    """How many bounds were missed."""
    from bench import contests, load, server

    failed = 0
    # What is bounded in milliseconds needs to know how fast this machine is now.
    yardstick = any(each.must_ms for each in found) and contests.LESSON not in [each.name for each in found]
    with server.running({}, workers=workers) as running:
        cost: dict[tuple[str, str], list[float]] = {}
        rate: dict[tuple[str, str], list[float]] = {}
        slow: dict[tuple[str, str], list[float]] = {}
        held: dict[str, list[float]] = {}
        for _ in range(rounds):
            if yardstick:
                before = running.cpu()
                result = load.run(running.port, contests.yardstick(school)(), connections=16)
                spent = (running.cpu() - before) / result.requests * 1000
                cost.setdefault((contests.LESSON, "floor"), []).append(spent)
            for contest in found:
                for who in ("floor", "ours", "naive"):
                    requests: Callable[[], Iterator[bytes]] | None = getattr(contest, who)
                    if requests is None:
                        continue
                    ready = requests()
                    before = running.cpu()
                    result = load.run(running.port, ready, connections=16)
                    spent = max(running.cpu() - before, 1 / server.TICKS)  # of a few requests the clock sees nothing
                    if set(result.statuses) != {contest.status}:
                        raise RuntimeError(f"{contest.name}, {who}: {result.statuses}")
                    key = (contest.name, who)
                    cost.setdefault(key, []).append(spent / result.requests * 1000)
                    rate.setdefault(key, []).append(result.requests / result.seconds)
                    slow.setdefault(key, []).append(result.percentile(0.99) * 1000)
                held.setdefault(contest.name, []).append(running.memory())
        print(ROW.format("", "floor ms", "ours ms", "±", "naive ms", "ratio", "must", "req/s", "of floor", "p99 ms"))
        for contest in found:
            middle = {who: statistics.median(values) for (name, who), values in cost.items() if name == contest.name}
            ours, floor = cost[contest.name, "ours"], cost[contest.name, "floor"]
            speed = statistics.median(rate[contest.name, "ours"])
            ratio, must, beyond = _judged(ours, floor, contest.must)
            failed += beyond
            print(
                ROW.format(
                    contest.name,
                    f"{middle['floor']:.2f}",
                    f"{middle['ours']:.2f}",
                    f"{(max(ours) - min(ours)) / 2:.2f}",
                    f"{middle['naive']:.1f}" if "naive" in middle else "",
                    *(ratio, must),
                    f"{speed:.0f}",
                    f"{speed / statistics.median(rate[contest.name, 'floor']):.0%}",
                    f"{statistics.median(slow[contest.name, 'ours']):.0f}",
                )
            )
            if contest.must_rate is not None:
                words, beyond = _judged_rate(rate[contest.name, "ours"], rate[contest.name, "floor"], contest.must_rate)
                failed += beyond
                print(words)
            if contest.must_ms is not None:
                words, beyond = _judged_ms(ours, cost[contests.LESSON, "floor"], contest.must_ms)
                failed += beyond
                print(words)
            if contest.grows is not None and (contest.grows.of, "ours") in cost:
                smaller = cost[contest.grows.of, "ours"]
                ratio, must, beyond = _judged(ours, smaller, contest.grows.must)
                failed += beyond
                print(ROW.format(f"  in {contest.grows.of}"[:34], "", "", "", "", ratio, must, "", "", ""))
            if contest.streams:
                first, last = held[contest.name][0], held[contest.name][-1]
                print(f"  memory after its first round {first:.0f} MB, after its last {last:.0f} MB")
        print(f"memory of them all, floors and naive ones among them: {running.memory():.0f} MB")
    return failed


def _memory(boards: Iterator[bytes], workers: int) -> bool:
    """Prints what a server holds that has answered with nothing but boards of ours, and gives whether it is too much:
    in the server of the contests floors and naive equivalents live too, and leave what they held."""
    from bench import load, server

    with server.running({}, workers=workers) as running:
        before = running.memory()
        statuses = load.run(running.port, boards, connections=16).statuses
        if set(statuses) != {200}:
            raise RuntimeError(f"boards: {statuses}")
        memory = running.memory()
    beyond = memory > MEMORY * workers
    print(
        f"{MEMORY_NAME}, {workers} workers: {memory:.0f} MB, must {MEMORY * workers}{' !' if beyond else ''};"
        f" before the first {before:.0f} MB"
    )
    return beyond


def _judged(ours: list[float], least: list[float], must: float | None) -> tuple[str, str, bool]:
    """The median of each round's own ratio, and the bound, in words; and whether it is beyond that."""
    ratio = statistics.median(mine / floor for mine, floor in zip(ours, least, strict=True))
    if must is None:
        return f"{ratio:.2f}x", "", False
    return f"{ratio:.2f}x", f"{must:.1f}x" + (" !" if ratio > must else ""), ratio > must


def _judged_rate(ours: list[float], most: list[float], must: float) -> tuple[str, bool]:
    """The median of each round's own share of the floor's requests a second, and the bound, in words."""
    share = statistics.median(mine / floor for mine, floor in zip(ours, most, strict=True))
    return f"  of the floor's requests a second {share:.0%}, must {must:.0%}" + (
        " !" if share < must else ""
    ), share < must


def _judged_ms(ours: list[float], yardstick: list[float], must: float) -> tuple[str, bool]:
    """The median of the rounds beside what a request may cost on this machine, in words; and whether it is beyond
    that. A machine where the floor of a lesson costs twice `YARDSTICK` may take twice as long."""
    spent = statistics.median(ours)
    here = must * statistics.median(yardstick) / YARDSTICK
    return (
        f"  CPU a request {spent:.2f} ms, must {must:.1f} ms, which is {here:.2f} on this machine"
        + (" !" if spent > here else ""),
        spent > here,
    )


if __name__ == "__main__":
    sys.path.insert(0, str(Path.cwd()))
    raise SystemExit(main())
