"""The deadline of a school: every student hands in within a minute, many of them at once, over a network that breaks.

Each comes when she comes, whether or not the server has answered those before her, so a slow answer is not hidden by
the next one that waits for it. Some send twice at once, as a second tap does; some lose the connection before they have
read the answer and try again with the same id. Afterwards the database is asked whether everything that was
acknowledged is there, once.
"""

import argparse
import asyncio
import os
import random
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import IO, Any
from uuid import UUID, uuid4

import orjson

from bench import load
from bench.load import exchange, percentile, request

NAME = "deadline of a school"
STUDENTS, CLASSES, SECONDS, BURST = 1_200, 40, 60.0, 100
READ_BEFORE = 200  # students who look at their assignments before it begins
ALONE = 200  # students who hand in one after the other before it begins, on a server that is idle

TWICE_EVERY, CUT_EVERY = 10, 20
CUT_WITHIN = 0.2  # seconds from the request to the end of its connection: before, within and after the work on it
AGAIN_AFTER = 0.5  # seconds until the client whose connection was cut tries again
PATIENCE = 30.0  # seconds until a client gives up on an answer

# Milliseconds: share of the answers, and what it must stay within.
MUST = {0.95: 500.0, 0.99: 2_000.0}
# p99 of the hand-ins after the first second, in those of an idle server.
MUST_OF_IDLE = 3.0


@dataclass(frozen=True)
class Sending:
    """One student's hand-in: when she sends it, from the start, and what befalls it on the way."""

    place: int
    at: float
    twice: bool = False
    cut_after: float | None = None


@dataclass(frozen=True)
class HandIn:
    """What one student sends, and the digest that her receipt must name. `look` is how she looks at what is due."""

    submission: UUID
    client_id: UUID
    sha256: str
    raw: bytes = b""
    look: bytes = b""


@dataclass(frozen=True)
class Answer:
    """What came back for one request; status 0 where nothing did."""

    place: int
    status: int
    seconds: float
    receipt: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Kept:
    """An attempt, as the database holds it afterwards."""

    submission: UUID
    client_id: UUID
    code: str
    sha256: str


@dataclass(frozen=True)
class Tally:
    """What went wrong, by kind; a fault each. All zero is what must be."""

    lost: int  # acknowledged, and not in the database as it was acknowledged
    double: int  # attempts beyond one of a student or of a client's id
    unanswered: int  # students who hold no receipt in the end
    altered: int  # receipts for something else than what was sent, or two receipts for one hand-in
    errors: int  # answers of 500 and above
    refused: int  # other answers than a receipt


def schedule(number: int, *, seconds: float, burst: int, chance: random.Random) -> list[Sending]:
    """When each of `number` sends, in order: `burst` of them in the first second, the others as they come until
    `seconds` have passed."""
    burst = min(burst, number)
    moments = [chance.uniform(0, min(1.0, seconds)) for _ in range(burst)]
    moments += [chance.uniform(min(1.0, seconds), seconds) for _ in range(number - burst)]
    return [
        Sending(
            place,
            at,
            twice=place % TWICE_EVERY == 0,
            # Not the same students: each twentieth falls between those who send twice.
            cut_after=chance.uniform(0, CUT_WITHIN) if place % CUT_EVERY == CUT_EVERY // 4 else None,
        )
        for place, at in enumerate(sorted(moments))
    ]


def tally(sent: Sequence[HandIn], answers: Iterable[Answer], kept: Sequence[Kept]) -> Tally:
    """What the answers promised against what is there."""
    there = {(each.submission, each.code): each for each in kept}
    codes: dict[int, set[str]] = {}
    lost = altered = errors = refused = 0
    for answer in answers:
        if not answer.receipt:
            errors += answer.status >= 500
            refused += 0 < answer.status < 500
            continue
        mine, code = sent[answer.place], answer.receipt["code"]
        row = there.get((mine.submission, code))
        lost += row is None or row.sha256 != answer.receipt["body_sha256"] or row.client_id != mine.client_id
        altered += answer.receipt["body_sha256"] != mine.sha256
        codes.setdefault(answer.place, set()).add(code)
    altered += sum(len(each) - 1 for each in codes.values())
    by_student, by_client = Counter(each.submission for each in kept), Counter(each.client_id for each in kept)
    beyond = max(sum(n - 1 for n in by_student.values()), sum(n - 1 for n in by_client.values()))
    return Tally(lost, beyond, len(sent) - len(codes), altered, errors, refused)


def missed(latencies: Sequence[float]) -> list[str]:
    """The bounds of `MUST` that these seconds go beyond, in words."""
    return [
        f"p{share * 100:.0f} is {found:,.0f} ms and must be at most {bound:,.0f} ms"
        for share, bound in MUST.items()
        if (found := percentile(latencies, share) * 1000) > bound
    ]


def after_the_burst(plan: Sequence[Sending], answers: Iterable[Answer]) -> list[float]:
    """Seconds of what was sent after the first second, but for what was cut and sent again."""
    calm = {each.place for each in plan if each.at > 1.0 and each.cut_after is None}
    return [answer.seconds for answer in answers if answer.place in calm]


# ---------------------------------------------------------------------------------------------------------- the clients


async def send(port: int, sent: Sequence[HandIn], plan: Sequence[Sending]) -> list[Answer]:
    """Every hand-in as planned; an answer for each request whose connection was not cut on purpose."""
    started = time.perf_counter()

    async def one(sending: Sending) -> list[Answer]:
        await asyncio.sleep(max(0.0, started + sending.at - time.perf_counter()))
        raw = sent[sending.place].raw
        if sending.cut_after is not None:
            await _send_and_vanish(port, raw, sending.cut_after)
            await asyncio.sleep(AGAIN_AFTER)
            return [await _ask(port, sending.place, raw, since=time.perf_counter())]
        # From the moment at which she wanted to send: what the client is late itself counts too.
        asked = (_ask(port, sending.place, raw, since=started + sending.at) for _ in range(1 + sending.twice))
        return list(await asyncio.gather(*asked))

    return [answer for found in await asyncio.gather(*map(one, plan)) for answer in found]


async def _ask(port: int, place: int, raw: bytes, *, since: float) -> Answer:
    status, body = 0, b""
    try:
        async with asyncio.timeout(PATIENCE):
            status, body = await exchange(port, raw)
    except (OSError, TimeoutError):
        pass  # no answer, which the tally counts unless another one came
    seconds = time.perf_counter() - since
    receipt = orjson.loads(body)["receipt"] if status in (200, 201) else {}
    return Answer(place, status, seconds, receipt)


async def _send_and_vanish(port: int, raw: bytes, after: float) -> None:
    """Sends, and drops the connection without having read a byte."""
    _reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(raw)
    await writer.drain()
    await asyncio.sleep(after)
    writer.transport.abort()


# ----------------------------------------------------------------------------------------------------------- the school


def measure(options: argparse.Namespace) -> int:
    """Builds the school, lets it hand in, and prints what came of it. 1 where anything is not as it must be."""
    from django.db import connection, connections

    from assignments.history import check_all
    from assignments.models import Attempt
    from bench import server

    number, classes = options.students or STUDENTS, options.classes
    chance = random.Random(1953)  # the same minute every time
    started = time.perf_counter()
    every = _build(number + ALONE, classes, chance)
    sent, alone = every[:number], every[number:]
    print(
        f"{connection.vendor}, {os.cpu_count()} cores, {number:,} students in {classes} classes, built in"
        f" {time.perf_counter() - started:.0f} s"
    )
    plan = schedule(number, seconds=options.seconds, burst=options.burst, chance=chance)
    print(
        f"{number:,} hand-ins within {options.seconds:.0f} s, {min(options.burst, number)} in the first second,"
        f" {sum(each.twice for each in plan)} sent twice at once,"
        f" {sum(each.cut_after is not None for each in plan)} cut and sent again",
        flush=True,
    )
    connections.close_all()
    with tempfile.TemporaryFile("w+") as log:
        with server.running({}, workers=options.workers, log=log) as running:
            # Nobody's deadline is the first minute of a server: it has read its own code by then.
            load.run(running.port, iter([each.look for each in sent[:READ_BEFORE]]))
            idle = load.run(running.port, iter([each.raw for each in alone]), connections=1)
            if set(idle.statuses) != {201}:
                raise RuntimeError(f"one after the other: {idle.statuses}")
            before = running.cpu()
            answers = asyncio.run(send(running.port, sent, plan))
            spent = running.cpu() - before
        locked = _times_locked(log)
    rows = Attempt.objects.filter(submission__in=[each.submission for each in sent])
    columns = rows.values_list("submission", "client_attempt_id", "receipt_code", "body_sha256")
    found = tally(sent, answers, [Kept(*row) for row in columns])
    unsound = [f"{submission.pk}: {fault}" for submission, fault in check_all()]
    calm = percentile(after_the_burst(plan, answers), 0.99), idle.percentile(0.99)
    return _report(found, answers, calm, locked=locked, unsound=unsound, spent=spent)


def _build(number: int, classes: int, chance: random.Random) -> list[HandIn]:
    from assignments import answers
    from assignments.models import Submission
    from bench import data

    teacher, edition = data.person("teacher", teaches=True), data.publish_lesson(40_000)
    students = [data.person(f"pupil{place}") for place in range(number)]
    for place in range(classes):
        room = data.make_class(f"Class {place + 1}", teacher, students[place::classes])
        # Due tomorrow: whether a hand-in is late is not what is measured here, and its row is the same.
        data.assign(room, edition, teacher, data.DUE_TODAY + 1)
    sent = []
    rows = list(Submission.objects.select_related("student").order_by("pk"))
    chance.shuffle(rows)  # those who hand in one after the other are of different classes
    for row in rows:
        token = data.token(row.student)
        # Each in words of her own, so that a receipt for somebody else's would be seen.
        body = data.answer(edition, f"{row.student.display_name}: {data.SENTENCE * 5}"[:500])
        client_id = uuid4()
        said = {"client_attempt_id": str(client_id), "edition": edition.pk, "body": body}
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        path = f"/api/v1/submissions/{row.pk}/attempts"
        raw = request("POST", path, host="127.0.0.1", headers=headers, body=orjson.dumps(said))
        sha256 = answers.body_sha256(answers.read(body))
        look = request("GET", "/api/v1/assignments", host="127.0.0.1", headers=headers)
        sent.append(HandIn(row.pk, client_id, sha256, raw, look))
    return sent


def _times_locked(log: IO[str]) -> int:
    """How often the server said so; what else it wrote is shown."""
    log.seek(0)
    written = log.read()
    if written.strip():
        print(f"the server wrote:\n{written[-4_000:].rstrip()}")
    return written.count("database is locked")


def _report(
    found: Tally,
    answers: Sequence[Answer],
    calm: tuple[float, float],
    *,
    locked: int,
    unsound: Sequence[str],
    spent: float,
) -> int:
    latencies = [answer.seconds for answer in answers]
    statuses = Counter(answer.status for answer in answers)
    counted = ", ".join(f"{n:,} x {status or 'none'}" for status, n in sorted(statuses.items()))
    print(f"{len(answers):,} answers: {counted}; {spent / len(answers) * 1000:.1f} ms of CPU each")
    told = ", ".join(f"p{share * 100:.0f} {percentile(latencies, share) * 1000:,.0f}" for share in (0.5, 0.95, 0.99))
    print(f"ms: {told}, max {max(latencies) * 1000:,.0f}")
    faults = {
        "lost": found.lost,
        "double": found.double,
        "without a receipt": found.unanswered,
        "altered": found.altered,
        "answers of 500 and above": found.errors,
        "refused": found.refused,
        '"database is locked"': locked,
        "faults of verify_submissions": len(unsound),
    }
    print(", ".join(f"{n} {name}" for name, n in faults.items()))
    wrong = [f"{n} {name}" for name, n in faults.items() if n] + missed(latencies)
    late, idle = calm
    words = (
        f"p99 after the first second {late * 1000:,.0f} ms, {late / idle:.1f} times the {idle * 1000:,.0f} ms of idle"
    )
    print(f"{words}, must {MUST_OF_IDLE:.0f}")
    if late > idle * MUST_OF_IDLE:
        wrong.append(words)
    for line in [*unsound[:10], *(f"MISSED: {each}" for each in wrong)]:
        print(line)
    return 1 if wrong else 0
