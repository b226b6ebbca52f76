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

# CPU of the server in milliseconds a request, medians of the rounds; the ratio is the median of each round's own.
ROW = "{:34}{:>9}{:>9}{:>6}{:>10}{:>8}{:>8}{:>7}{:>10}{:>8}"

STUDENTS = 30
MEMORY = 200  # megabytes that a worker may hold, after all boards


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
        return _measure(found, options.rounds, options.workers)
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


def _measure(found: list["Contest"], rounds: int, workers: int) -> int:
    from bench import load, server

    failed = 0
    with server.running({}, workers=workers) as running:
        cost: dict[tuple[str, str], list[float]] = {}
        rate: dict[tuple[str, str], list[float]] = {}
        slow: dict[tuple[str, str], list[float]] = {}
        held: dict[str, list[float]] = {}
        for _ in range(rounds):
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
                words, beyond = _judged_ms(ours, contest.must_ms)
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
        memory = running.memory()
        beyond = memory > MEMORY * workers
        failed += beyond
        print(f"memory, {workers} workers: {memory:.0f} MB, must {MEMORY * workers}" + (" !" if beyond else ""))
    return 1 if failed else 0


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


def _judged_ms(ours: list[float], must: float) -> tuple[str, bool]:
    """The median of the rounds beside what a request may cost, in words; and whether it is beyond that."""
    spent = statistics.median(ours)
    return f"  CPU a request {spent:.2f} ms, must {must:.1f} ms" + (" !" if spent > must else ""), spent > must


if __name__ == "__main__":
    sys.path.insert(0, str(Path.cwd()))
    raise SystemExit(main())
